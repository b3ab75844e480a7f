"""사다리 위에 얹는 출력층: 은닉 상태를 답으로 바꾸는 선형 층과, 그것을 순환 층에 얹은 모델.

``modules.py``의 층은 은닉 상태를 낼 뿐입니다. 답의 크기 K로 바꾸는 일은 여기서 합니다:
``y_t = h_t W_yᵀ + b_y``를 모든 시점에, 또는 마지막 상태 하나에. 선형 층은 ``linear.py``에,
손실은 ``losses.py``에 있습니다.
"""

import numpy as np

from course_lib.checks import check_array, check_state, check_state_dict
from course_lib.numpy_rnn.base import RNNBase
from course_lib.numpy_rnn.linear import Linear
from course_lib.numpy_rnn.losses import cross_entropy, mse_loss
from course_lib.shapes import check_flag, check_size

__all__ = ["Linear", "SequenceModel", "cross_entropy", "mse_loss"]


class SequenceModel:
    """순환 층과 선형 출력층을 묶은 모델 (a recurrent module with a linear head).

    Parameters
    ----------
    rnn : RNN, LSTM or GRU
        numpy_rnn의 층.
    output_size : int
        K, 답 하나의 크기.
    last : bool
        참이면 다 읽은 뒤의 상태로 답을 하나만 냅니다. 거짓이면 시점마다 냅니다.
    rng : int or numpy.random.Generator, optional
        출력층의 초깃값. 없으면 rnn의 난수를 이어 씁니다.

    Attributes
    ----------
    params, grads : dict of ndarray
        ``rnn.weight_ih_l0``, …, ``head.weight``, ``head.bias``. 볼 때마다 새로 묶지만 배열은 같은
        것이므로, 값은 제자리에서 고칩니다: ``model.params["head.bias"][...] = 0``.

    Notes
    -----
    양방향에서 다 읽은 뒤의 상태는 ``output[-1]``이 아닙니다. 역방향은 시점 0에서 끝나므로 마지막
    층의 두 상태 ``h_n[-2]``와 ``h_n[-1]``을 잇습니다.

    Examples
    --------
    >>> from course_lib.numpy_rnn import LSTM
    >>> model = SequenceModel(LSTM(4, 7, bidirectional=True, rng=0), 2, last=True)
    >>> y, (h_n, c_n) = model(np.ones((5, 3, 4)))
    >>> y.shape, h_n.shape
    ((3, 2), (2, 3, 7))
    """

    def __init__(self, rnn, output_size, last=False, *, rng=None):
        if not isinstance(rnn, RNNBase):
            raise TypeError(
                f"rnn: numpy_rnn의 RNN, LSTM, GRU가 필요합니다. 실제 {type(rnn).__name__}. "
                "torch의 층이면 course_lib.torch_rnn.heads.SequenceModel을 쓰십시오."
            )
        output_size = check_size("output_size", output_size)
        check_flag("last", last)
        self.rnn, self.last = rnn, last
        width = rnn.shapes.F * rnn.hidden_size
        rng = rnn.rng if rng is None else rng
        self.head = Linear(width, output_size, dtype=rnn.dtype, rng=rng)
        self._forward = None

    shapes = property(lambda self: self.rnn.shapes)
    dtype = property(lambda self: self.rnn.dtype)
    dropout = property(lambda self: self.rnn.dropout)
    training = property(lambda self: self.rnn.training)
    params = property(lambda self: self._named(self.rnn.params, self.head.params))
    grads = property(lambda self: self._named(self.rnn.grads, self.head.grads))

    def _named(self, rnn, head):
        return {f"rnn.{k}": v for k, v in rnn.items()} | {f"head.{k}": v for k, v in head.items()}

    def __repr__(self):
        return f"SequenceModel({self.rnn!r}, {self.head.out_features}, last={self.last})"

    def __getstate__(self):
        return self.__dict__ | {"_forward": None}

    def __call__(self, x, hx=None, lengths=None):
        """시퀀스를 읽고 답을 냅니다 (forward).

        Parameters
        ----------
        x : ndarray, shape (T, N, D), (N, T, D) 또는 (T, D)
        hx : ndarray or tuple of ndarray, optional
            처음 상태. 없으면 0입니다.
        lengths : sequence of int, shape (N,), optional
            시퀀스마다의 길이. ``last``면 저마다의 끝에서 답합니다. 시점마다 답하면 끝을 지난 자리의
            답은 편향뿐이므로 손실에서 빼야 합니다.

        Returns
        -------
        y : ndarray
            시점마다면 x와 축의 순서가 같고 마지막 축이 K입니다. ``last``면 (N, K) 또는 (K,).
        state : ndarray or tuple of ndarray
            rnn의 마지막 상태: h_n, LSTM은 (h_n, c_n).
        """
        output, state = self.rnn(x, hx, lengths)
        h_n = state[0] if isinstance(state, tuple) else state
        self._forward = output.shape, h_n.shape
        if not self.last:
            return self.head(output), state
        F = self.shapes.F
        return self.head(np.concatenate(list(h_n[-F:]), axis=-1)), state

    def backward(self, d_y, *d_states):
        """답과 마지막 상태의 기울기에서 시간 역전파를 합니다 (backward).

        Parameters
        ----------
        d_y : ndarray
            y와 shape가 같습니다.
        *d_states : ndarray, optional
            d_h_n, LSTM은 d_h_n과 d_c_n. 없으면 0입니다.

        Returns
        -------
        d_x, *d_first_states : ndarray
        """
        d_top = self.head.backward(d_y)
        if not self.last:
            return self.rnn.backward(d_top, *d_states)
        output_shape, state_shape = self._forward
        F = self.shapes.F
        d_h_n = np.zeros(state_shape, self.dtype)
        d_h_n[-F:] = np.split(d_top, F, axis=-1)
        if d_states and d_states[0] is not None:
            check_array("d_h_n", d_states[0], np.ndarray, self.dtype)
            N = state_shape[1] if len(state_shape) == 3 else None
            check_state(self.shapes, "d_h_n", d_states[0], N)
            d_h_n += d_states[0]  # 상태는 두 곳에서 쓰입니다: 답과, 이어질 시퀀스.
        return self.rnn.backward(np.zeros(output_shape, self.dtype), d_h_n, *d_states[1:])

    def train(self, mode: bool = True):
        """훈련 상태로 바꿉니다. 드롭아웃이 작동합니다 (training mode)."""
        self.rnn.train(mode)
        self.head.train(mode)
        return self

    def eval(self):
        """평가 상태로 바꿉니다. 드롭아웃이 작동하지 않습니다 (evaluation mode)."""
        return self.train(False)

    def state_dict(self) -> dict[str, np.ndarray]:
        """매개변수의 사본을 돌려줍니다 (a copy of the parameters)."""
        return {name: value.copy() for name, value in self.params.items()}

    def load_state_dict(self, state_dict) -> None:
        """매개변수를 불러옵니다. torch_rnn.heads의 것도 받습니다 (load parameters).

        Raises
        ------
        ValueError
            이름이나 shape가 다를 때. 그때는 아무것도 바꾸지 않습니다.
        """
        check_state_dict({name: value.shape for name, value in self.params.items()}, state_dict)
        for part in ("rnn", "head"):
            start = f"{part}."
            values = {k: v for k, v in state_dict.items() if k.startswith(start)}
            getattr(self, part).load_state_dict(
                {name.removeprefix(start): value for name, value in values.items()}
            )
