"""Keras의 검사가 함께 쓰는 것: Keras 없이 도는 가짜 층과, 진짜에도 쓰는 거절의 목록.

가짜 층은 Keras 문서의 식을 그대로 적은 것입니다. ``tests/frameworks``가 진짜와 견주어 봅니다.
"""

import copy
from types import SimpleNamespace

import numpy as np

from tests.cases import YES_NO, Case, grid, says

#: 층 수, 방향, 편향, 종류의 모든 조합. Keras는 언제나 배치가 앞에 있습니다.
CASES = grid(Case, num_layers=(1, 2, 3), bidirectional=YES_NO, bias=YES_NO, batch_first=(True,))
LAYERS = {"RNN": "SimpleRNN", "LSTM": "LSTM", "GRU": "GRU"}


def sigmoid(x):
    return 1 / (1 + np.exp(-x))


def relu(x):
    return np.maximum(x, 0)


def hard_sigmoid(x):
    return np.clip(x / 6 + 0.5, 0, 1)


def linear(x):
    return x


FUNCTIONS = {f.__name__: f for f in (np.tanh, sigmoid, relu, hard_sigmoid, linear)}


class Cell:
    """셀이 함께 쓰는 것. 가중치는 build가 만듭니다."""

    blocks, bias_rows, states = 1, (), 1

    def __init__(self, units, activation="tanh", use_bias=True, recurrent_activation="sigmoid"):
        self.units, self.use_bias = units, use_bias
        self.activation = FUNCTIONS[activation]
        self.recurrent_activation = FUNCTIONS[recurrent_activation]
        self.weights = []

    @property
    def built(self):
        return bool(self.weights)

    def build(self, input_size):
        columns = self.blocks * self.units
        shapes = [(input_size, columns), (self.units, columns)]
        shapes += [(*self.bias_rows, columns)] if self.use_bias else []
        self.weights = [np.zeros(shape) for shape in shapes]

    def get_weights(self):
        return [array.copy() for array in self.weights]

    def set_weights(self, arrays):
        assert [array.shape for array in arrays] == [array.shape for array in self.weights]
        self.weights = [array.astype(np.float64) for array in arrays]

    @property
    def bias(self):
        return self.weights[2] if self.use_bias else np.zeros((*self.bias_rows, 1))


class SimpleRNNCell(Cell):
    def __call__(self, x, states):
        kernel, recurrent_kernel, *_ = self.weights
        return (self.activation(x @ kernel + self.bias + states[0] @ recurrent_kernel),)


class LSTMCell(Cell):
    blocks, states = 4, 2

    def __call__(self, x, states):
        kernel, recurrent_kernel, *_ = self.weights
        h, c = states
        i, f, g, o = np.split(x @ kernel + h @ recurrent_kernel + self.bias, 4, axis=1)
        gate, activation = self.recurrent_activation, self.activation
        c = gate(f) * c + gate(i) * activation(g)
        return gate(o) * activation(c), c


class GRUCell(Cell):
    blocks, bias_rows = 3, (2,)

    def __init__(self, units, reset_after=True, **options):
        super().__init__(units, **options)
        self.reset_after = reset_after

    def __call__(self, x, states):
        kernel, recurrent_kernel, *_ = self.weights
        z, r, n = np.split(x @ kernel + self.bias[0], 3, axis=1)
        z_h, r_h, n_h = np.split(states[0] @ recurrent_kernel + self.bias[1], 3, axis=1)
        z, r = self.recurrent_activation(z + z_h), self.recurrent_activation(r + r_h)
        return (z * states[0] + (1 - z) * self.activation(n + r * n_h),)


class PeepholeLSTMCell(LSTMCell):
    """이름이 다른 셀: 식이 다릅니다."""


class RNN:
    """셀 하나를 시점마다 부르는 층. 모든 출력과 마지막 상태를 돌려줍니다."""

    def __init__(self, cell, go_backwards=False, return_sequences=True, return_state=True):
        assert return_sequences
        assert return_state
        self.cell, self.go_backwards = cell, go_backwards

    def build(self, shape):
        self.cell.build(shape[-1])

    def get_weights(self):
        return self.cell.get_weights()

    def __call__(self, x, initial_state):
        outputs, states = [], tuple(initial_state)
        for t in reversed(range(x.shape[1])) if self.go_backwards else range(x.shape[1]):
            states = self.cell(x[:, t], states)
            outputs.append(states[0])
        return np.stack(outputs, axis=1), *states


class Bidirectional:
    """두 방향의 출력을 잇는 층."""

    def __init__(self, layer, merge_mode="concat", backward_layer=None, dtype=None):
        self.forward_layer, self.merge_mode = layer, merge_mode
        if backward_layer is None:
            backward_layer = copy.deepcopy(layer)
            backward_layer.go_backwards = not layer.go_backwards
        self.backward_layer = backward_layer

    def build(self, shape):
        self.forward_layer.build(shape)
        self.backward_layer.build(shape)

    def get_weights(self):
        return self.forward_layer.get_weights() + self.backward_layer.get_weights()

    def __call__(self, x, initial_state):
        half = len(initial_state) // 2
        output, *states = self.forward_layer(x, initial_state[:half])
        backward, *more = self.backward_layer(x, initial_state[half:])
        return np.concatenate([output, backward[:, ::-1]], axis=2), *states, *more


class Dense:
    """순환하지 않는 층."""

    def __init__(self, units):
        self.units = units

    def build(self, shape):
        """가중치는 쓰이지 않습니다."""

    def get_weights(self):
        return []


def layer_of(cell_class):
    """층 SimpleRNN(7, …)을 RNN(SimpleRNNCell(7, …), …)으로 만듭니다."""

    def make(
        units, go_backwards=False, return_sequences=True, return_state=True, dtype=None, **options
    ):
        return RNN(cell_class(units, **options), go_backwards, return_sequences, return_state)

    return make


def sequential(layers):
    return SimpleNamespace(layers=layers, get_weights=list)


FAKE = SimpleNamespace(
    Sequential=sequential,
    layers=SimpleNamespace(
        SimpleRNN=layer_of(SimpleRNNCell),
        LSTM=layer_of(LSTMCell),
        GRU=layer_of(GRUCell),
        RNN=RNN,
        PeepholeLSTMCell=PeepholeLSTMCell,
        Bidirectional=Bidirectional,
        Dense=Dense,
    ),
)


# 진짜와 가짜에 함께 쓰는 도구. keras는 진짜 keras이거나 위의 FAKE입니다.


def make_layers(keras, case, rng, dtype=None):
    """설정에 맞는 층들을 만들고 무작위 가중치를 넣습니다."""
    options = {"use_bias": case.bias, "return_sequences": True, "return_state": True}
    options |= {"dtype": dtype}
    if case.nonlinearity:
        options["activation"] = case.nonlinearity
    layers = [
        getattr(keras.layers, LAYERS[case.kind])(case.H, **options) for _ in range(case.num_layers)
    ]
    if case.bidirectional:
        # Bidirectional은 제 dtype으로 입력을 바꾸므로 안의 층과 같은 것을 줍니다.
        layers = [keras.layers.Bidirectional(layer, dtype=dtype) for layer in layers]
    return randomize(built(layers, case), rng)


def built(layers, case=CASES[0]):
    """아래층의 출력 너비를 따라가며 build합니다."""
    width = case.D
    for layer in layers:
        layer.build((None, None, width))
        width = case.H * (2 if hasattr(layer, "backward_layer") else 1)
    return layers


def randomize(layers, rng):
    for cell in cells_of(layers):
        bound = 1 / np.sqrt(cell.units)  # torch의 초깃값과 같은 크기. 크면 relu의 값이 폭발합니다.
        shapes = [array.shape for array in cell.get_weights()]
        cell.set_weights([rng.uniform(-bound, bound, shape) for shape in shapes])
    return layers


def cells_of(layers):
    pairs = [
        (layer.forward_layer, layer.backward_layer)
        if hasattr(layer, "backward_layer")
        else (layer,)
        for layer in layers
    ]
    return [layer.cell for pair in pairs for layer in pair if hasattr(layer, "cell")]


def weights_of(layers):
    """모든 셀의 가중치의 사본: 나중에 그대로인지 보려고."""
    return [array for cell in cells_of(layers) if cell.built for array in cell.get_weights()]


def forward_layers(layers, case, x, states):
    """층을 차례로 불러 [output, h_n(, c_n)]을 NumPy로 돌려줍니다. states는 torch의 모양입니다."""
    F, finals = 1 + case.bidirectional, []
    for k, layer in enumerate(layers):
        firsts = [state[k * F + direction] for direction in range(F) for state in states]
        x, *more = layer(x, initial_state=firsts)
        finals += [as_numpy(state) for state in more]
    count = len(case.letters)
    return [as_numpy(x), *(np.stack(finals[first::count]) for first in range(count))]


def as_numpy(array):
    return np.asarray(array.detach().cpu() if hasattr(array, "detach") else array)


def one(keras, kind, units=7, **options):
    options = {"return_sequences": True, "return_state": True} | options
    return getattr(keras.layers, kind)(units, **options)


def both(keras, kind, merge_mode="concat", backward=None, **options):
    return keras.layers.Bidirectional(
        one(keras, kind, **options), merge_mode=merge_mode, backward_layer=backward
    )


#: 옮길 수 없는 층: 이름 → (만드는 함수, 오류, 메시지에 차례로 나와야 하는 말).
REFUSED = {
    "reset_after": (
        lambda k: [one(k, "GRU", reset_after=False)],
        (ValueError, "layers[0]: reset_after: 기대 True, 실제 False.", "아무것도 바꾸지"),
    ),
    "lstm activation": (
        lambda k: [one(k, "LSTM", activation="relu")],
        (ValueError, "layers[0]: activation: 기대 'tanh', 실제 'relu'."),
    ),
    "rnn activation": (
        lambda k: [one(k, "SimpleRNN", activation="linear")],
        (ValueError, "layers[0]: activation: 기대 'tanh', 실제 'linear'."),
    ),
    "recurrent_activation": (
        lambda k: [one(k, "GRU"), one(k, "GRU", recurrent_activation="hard_sigmoid")],
        (ValueError, "layers[1]: recurrent_activation: 기대 'sigmoid', 실제 'hard_sigmoid'."),
    ),
    "go_backwards": (
        lambda k: [one(k, "LSTM", go_backwards=True)],
        (ValueError, "layers[0]: go_backwards: 기대 False, 실제 True.", "뒤집은 입력"),
    ),
    "swapped directions": (
        lambda k: [both(k, "GRU", go_backwards=True, backward=one(k, "GRU"))],
        (ValueError, "layers[0].forward_layer: go_backwards: 기대 False, 실제 True."),
    ),
    "merge_mode": (
        lambda k: [both(k, "SimpleRNN", merge_mode="sum")],
        (ValueError, "layers[0]: merge_mode: 기대 'concat', 실제 'sum'.", "합이나 평균은"),
    ),
    "no merge": (
        lambda k: [both(k, "SimpleRNN", merge_mode=None)],
        (ValueError, "layers[0]: merge_mode: 기대 'concat', 실제 None."),
    ),
    "another kind behind": (
        lambda k: [both(k, "LSTM", backward=one(k, "GRU", go_backwards=True))],
        (ValueError, "layers[0].backward_layer: 종류: 기대 'LSTM', 실제 'GRU'."),
    ),
    "two kinds": (
        lambda k: [one(k, "LSTM"), one(k, "GRU")],
        (ValueError, "layers[1]: 종류: 기대 'LSTM', 실제 'GRU'.", "모든 층과 방향이"),
    ),
    "two sizes": (
        lambda k: [one(k, "GRU"), one(k, "GRU", units=5)],
        (ValueError, "layers[1]: units: 기대 7, 실제 5."),
    ),
    "half of the biases": (
        lambda k: [one(k, "GRU"), one(k, "GRU", use_bias=False)],
        (ValueError, "layers[1]: use_bias: 기대 True, 실제 False."),
    ),
    "two activations": (
        lambda k: [one(k, "SimpleRNN"), one(k, "SimpleRNN", activation="relu")],
        (ValueError, "layers[1]: activation: 기대 'tanh', 실제 'relu'."),
    ),
    "one layer of two directions": (
        lambda k: [both(k, "LSTM"), one(k, "LSTM")],
        (ValueError, "layers[1]: 방향 수: 기대 2, 실제 1.", "모두 Bidirectional"),
    ),
    "another layer": (
        lambda k: [one(k, "LSTM"), k.layers.Dense(2)],
        (TypeError, "layers[1]: SimpleRNN, LSTM, GRU 또는", "실제 Dense.", "순환 층만"),
    ),
    "another cell": (
        lambda k: [k.layers.RNN(k.layers.PeepholeLSTMCell(7))],
        (TypeError, "layers[0]: SimpleRNN, LSTM, GRU 또는", "실제 RNN(PeepholeLSTMCell). 핍홀"),
    ),
}


def says_refusal(name):
    return says(*REFUSED[name][1])
