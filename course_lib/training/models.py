"""두 라이브러리의 모델을 똑같이 다루는 얇은 껍질. 훈련 루프는 이것만 봅니다.

매개변수와 기울기는 언제나 이름 붙은 NumPy 배열입니다. torch 모델의 것은 텐서와 메모리를 함께
쓰므로, 배열을 제자리에서 고치면 모델이 바뀝니다. torch는 쓸 때만 들여옵니다.
"""

import json
import sys

import numpy as np

from course_lib.numpy_rnn.heads import SequenceModel

#: 같은 매개변수라도 계산을 바꾸는 설정. 체크포인트가 같은 모델인지 볼 때 씁니다.
OPTIONS = ("nonlinearity", "num_layers", "batch_first", "dropout", "bidirectional")


def wrap(model):
    """모델에 껍질을 씌웁니다 (NumPy or torch, one interface).

    Parameters
    ----------
    model : SequenceModel
        numpy_rnn.heads나 torch_rnn.heads의 것.

    Returns
    -------
    NumpyModel or TorchModel

    Raises
    ------
    TypeError, ValueError
        SequenceModel이 아니거나, torch 모델이 CPU에 있지 않거나, dtype을 다룰 수 없을 때.

    Examples
    --------
    >>> from course_lib.numpy_rnn import RNN
    >>> wrap(SequenceModel(RNN(4, 7, rng=0), 2)).params["head.weight"].shape
    (2, 7)
    """
    if isinstance(model, SequenceModel):
        return NumpyModel(model)
    torch = sys.modules.get("torch")  # 들여오지 않았다면 torch의 모델일 수 없습니다.
    parts = all(hasattr(model, name) for name in ("rnn", "head", "last"))
    if torch is None or not isinstance(model, torch.nn.Module) or not parts:
        raise TypeError(
            f"model: SequenceModel이 필요합니다. 실제 {type(model).__name__}. 순환 층이라면 "
            "SequenceModel(rnn, output_size)로 출력층과 묶으십시오."
        )
    return TorchModel(model)


class _Model:
    """두 껍질이 함께 쓰는 부분."""

    def __init__(self, model, params):
        self.model, self.params = model, params
        rnn = model.rnn
        self.last = model.last
        self.input_size, self.output_size = rnn.input_size, model.head.out_features
        self.bidirectional = rnn.bidirectional
        self.batch_axis = 0 if rnn.batch_first else 1
        self.dtype = next(iter(params.values())).dtype

    def settings(self) -> dict:
        """같은 모델인지 알아볼 설정 (what identifies the model)."""
        rnn = self.model.rnn
        options = {name: getattr(rnn, name, None) for name in OPTIONS}
        kind = f"{type(rnn).__module__}.{type(rnn).__name__}"
        parameters = {name: f"{a.dtype} {a.shape}" for name, a in self.params.items()}
        return {
            "rnn": kind,
            **options,
            "last": self.last,
            "rng": self.rng_name(),
            "parameters": parameters,
        }

    def train(self, mode):
        """훈련 상태나 평가 상태로 바꾸고, 앞의 상태를 돌려줍니다 (switch, return the old mode)."""
        before = self.model.training
        self.model.train(mode)
        return before


class NumpyModel(_Model):
    """numpy_rnn의 모델 (a NumPy model)."""

    def __init__(self, model):
        super().__init__(model, model.params)

    def forward(self, x, hx, graph=True):
        """답과, 다음 조각으로 넘길 상태 (answer and carried state)."""
        return self.model(x, hx)

    def answer(self, y):
        """답을 NumPy 배열로 (the answer as an array)."""
        return y

    def backward(self, y, d_y):
        """답의 기울기에서 매개변수의 기울기를 (gradients by name)."""
        self.model.backward(d_y)
        # 편향 둘의 기울기가 한 배열일 수 있습니다. 제자리에서 줄이려면 사본이라야 합니다.
        return {name: gradient.copy() for name, gradient in self.model.grads.items()}

    def rng_name(self):
        """드롭아웃의 난수를 만드는 방법 (name of the generator)."""
        return type(self.model.rnn.rng.bit_generator).__name__

    def rng_state(self):
        """드롭아웃의 난수 상태 (state of the dropout generator)."""
        state = self.model.rnn.rng.bit_generator.state
        return json.loads(json.dumps(state, default=np.ndarray.tolist))

    def set_rng_state(self, state):
        """난수 상태를 되돌립니다 (restore it)."""
        self.model.rnn.rng.bit_generator.state = state


class TorchModel(_Model):
    """torch의 모델 (a torch model on the CPU)."""

    def __init__(self, model):
        import torch

        self.torch = torch
        for name, value in model.state_dict().items():
            if value.device.type != "cpu":
                raise ValueError(
                    f"model: CPU에 있어야 합니다. 실제 {name}: {value.device}. "
                    "model.cpu()로 옮기십시오."
                )
            if value.dtype not in (torch.float32, torch.float64):
                raise TypeError(
                    f"model: float32나 float64여야 합니다. 실제 {name}: {value.dtype}. "
                    "model.float()나 model.double()로 바꾸십시오."
                )
        super().__init__(model, {k: v.numpy() for k, v in model.state_dict().items()})

    def forward(self, x, hx, graph=True):
        """답과, 그래프에서 떼어 낸 상태 (answer and detached state)."""
        with self.torch.set_grad_enabled(graph):
            y, state = self.model(self._tensor(x), self._map(self._tensor, hx))
        return y, self._map(lambda tensor: tensor.detach().numpy(), state)

    def answer(self, y):
        """답을 NumPy 배열로 (the answer as an array)."""
        return y.detach().numpy()

    def backward(self, y, d_y):
        """답의 기울기에서 매개변수의 기울기를 (gradients by name)."""
        self.model.zero_grad()
        y.backward(self._tensor(d_y))
        return {
            name: value.grad.numpy()
            for name, value in self.model.named_parameters()
            if value.grad is not None
        }

    def rng_name(self):
        """드롭아웃의 난수를 만드는 방법 (name of the generator)."""
        return "torch"

    def rng_state(self):
        """torch의 난수 상태. 드롭아웃이 씁니다 (state of torch's generator)."""
        return self.torch.get_rng_state().tolist()

    def set_rng_state(self, state):
        """난수 상태를 되돌립니다 (restore it)."""
        self.torch.set_rng_state(self.torch.tensor(state, dtype=self.torch.uint8))

    def _tensor(self, array):
        return self.torch.from_numpy(np.ascontiguousarray(array))

    def _map(self, function, state):
        if state is None:
            return None
        return tuple(map(function, state)) if isinstance(state, tuple) else function(state)
