"""Keras의 가중치를 읽는 법: 배열 바꾸기와, 옮길 수 있는 층인지 보는 검사.

Keras를 들여오지 않습니다. 배열 바꾸기는 NumPy만 쓰고, 층은 Keras 3가 정한 속성만 봅니다.
모델 사이의 복사는 ``interop.py``가 합니다.
"""

from dataclasses import dataclass

import numpy as np

from course_lib.checks import check_shape
from course_lib.shapes import GATES, RNNShapes

#: Keras가 게이트 블록을 쌓는 순서를 torch의 글자로 적은 것. Keras는 g를 c, n을 h라고 부릅니다.
KERAS_GATES = {"RNN": ("h",), "LSTM": ("i", "f", "g", "o"), "GRU": ("z", "r", "n")}
#: 옮길 수 있는 Keras의 셀. SimpleRNN, LSTM, GRU 층과 RNN(셀)이 모두 이것을 cell 속성으로 지닙니다.
KERAS_CELLS = {"SimpleRNNCell": "RNN", "LSTMCell": "LSTM", "GRUCell": "GRU"}


def cell_from_keras(kind: str, weights) -> list[np.ndarray]:
    """Keras 셀의 배열을 torch의 배열로 바꿉니다 (transpose, reorder, two biases).

    Parameters
    ----------
    kind : {'RNN', 'LSTM', 'GRU'}
    weights : sequence of ndarray
        ``cell.get_weights()``: kernel (D, G*H), recurrent_kernel (H, G*H)와, 편향이 있으면 bias.
        bias는 RNN과 LSTM에서 (G*H,), GRU에서 (2, 3*H)입니다.

    Returns
    -------
    list of ndarray
        weight_ih (G*H, D), weight_hh (G*H, H)와, 편향이 있으면 bias_ih, bias_hh (G*H,).

    Notes
    -----
    편향이 하나뿐이면 bias_ih에 두고 bias_hh는 0으로 채웁니다. 더한 값만 계산에 쓰이기 때문입니다.

    Examples
    --------
    >>> gru = [np.zeros((4, 21)), np.zeros((7, 21)), np.zeros((2, 21))]
    >>> [array.shape for array in cell_from_keras("GRU", gru)]
    [(21, 4), (21, 7), (21,), (21,)]
    >>> cell_from_keras("GRU", [np.array([[1.0, 2.0, 3.0]]), np.zeros((1, 3))])[0].ravel()
    array([2., 1., 3.])
    """
    kernel, recurrent_kernel, *bias = weights
    arrays = [kernel.T, recurrent_kernel.T]
    if bias:
        arrays += list(bias[0]) if kind == "GRU" else [bias[0], np.zeros_like(bias[0])]
    return [_reorder(array, KERAS_GATES[kind], GATES[kind]) for array in arrays]


def cell_to_keras(kind: str, weights) -> list[np.ndarray]:
    """torch의 배열을 Keras 셀의 배열로 바꿉니다 (the way back).

    Parameters
    ----------
    kind : {'RNN', 'LSTM', 'GRU'}
    weights : sequence of ndarray
        weight_ih, weight_hh와, 편향이 있으면 bias_ih, bias_hh.

    Returns
    -------
    list of ndarray
        ``cell.set_weights``에 넘길 kernel, recurrent_kernel과, 편향이 있으면 bias.

    Notes
    -----
    RNN과 LSTM의 두 편향은 더하여 하나로 만듭니다. GRU의 bias_hh는 리셋 게이트의 안쪽에 있어서
    더하지 않고 두 줄로 쌓습니다. 그래서 Keras에서는 reset_after=True여야 합니다.

    Examples
    --------
    >>> lstm = [np.zeros((28, 4)), np.zeros((28, 7)), np.ones(28), np.ones(28)]
    >>> kernel, recurrent_kernel, bias = cell_to_keras("LSTM", lstm)
    >>> kernel.shape, recurrent_kernel.shape, bias.shape, float(bias[0])
    ((4, 28), (7, 28), (28,), 2.0)
    """
    weights = [_reorder(array, GATES[kind], KERAS_GATES[kind]) for array in weights]
    weight_ih, weight_hh, *biases = weights
    arrays = [weight_ih.T.copy(), weight_hh.T.copy()]
    if biases:
        arrays.append(np.stack(biases) if kind == "GRU" else biases[0] + biases[1])
    return arrays


def _reorder(array: np.ndarray, old, new) -> np.ndarray:
    """첫째 축에 쌓인 게이트 블록의 순서를 바꿉니다. 언제나 사본입니다."""
    blocks = dict(zip(old, np.split(array, len(old)), strict=True))
    return np.concatenate([blocks[gate] for gate in new])


@dataclass(frozen=True)
class KerasStack:
    """옮길 수 있음을 확인한 Keras의 층들 (checked Keras layers).

    Parameters
    ----------
    shapes : RNNShapes
        torch의 인자로 적은 구조.
    nonlinearity : str
        셀의 활성화 함수 ``'tanh'`` 또는 ``'relu'``.
    cells : list of list
        Keras의 셀, [층][방향].
    """

    shapes: RNNShapes
    nonlinearity: str
    cells: list


def is_keras(value) -> bool:
    """Keras의 층이나 모델, 또는 그 목록입니까? (Keras layers or a list of them)

    백엔드가 torch이면 Keras의 층은 torch.nn.Module이기도 합니다. 그래서 ``state_dict``가 있는지만
    보아서는 알 수 없습니다.
    """
    return isinstance(value, list | tuple) or hasattr(value, "get_weights")


def read_layers(layers) -> KerasStack:
    """옮길 수 있는 층들인지 끝까지 보고 구조를 돌려줍니다 (every check, no change).

    Parameters
    ----------
    layers : layer, list of layer, or keras.Sequential
        아래층부터 적은 SimpleRNN, LSTM, GRU 또는 그것을 감싼 Bidirectional.

    Returns
    -------
    KerasStack

    Raises
    ------
    TypeError
        순환 층이 아니거나 식이 다른 셀일 때.
    ValueError
        torch에 없는 설정이거나, 층마다 설정이 다르거나, 아직 가중치가 없을 때.
    ShapeError
        층의 입력 너비가 아래층의 출력과 다를 때.
    """
    if not isinstance(layers, list | tuple):
        layers = layers.layers if hasattr(layers, "layers") else [layers]
    if not layers:
        raise ValueError("layers: 층이 하나 이상 있어야 합니다. 실제 0개.")
    cells = [_directions(f"layers[{k}]", layer) for k, layer in enumerate(layers)]
    found = [
        (where, cell, _settings(where, cell)) for directions in cells for where, cell in directions
    ]
    if len({id(cell) for _, cell, _ in found}) < len(found):
        raise ValueError("layers: 같은 층이 두 번 있습니다. 층마다 가중치가 따로 있어야 합니다.")
    _, first, expected = found[0]
    for where, _, settings in found:
        for name, value in settings.items():
            _require(where, name, expected[name], value, "torch에서는 모든 층과 방향이 같습니다.")
    for k, directions in enumerate(cells):
        hint = "모두 Bidirectional이거나 모두 아니어야 합니다."
        _require(f"layers[{k}]", "방향 수", len(cells[0]), len(directions), hint)
    shapes = RNNShapes(
        expected["종류"], first.get_weights()[0].shape[0], first.units, len(layers),
        bias=first.use_bias, batch_first=True, bidirectional=len(cells[0]) == 2,
    )  # fmt: skip
    for k, directions in enumerate(cells):
        want = (shapes.cell(k).input_size, shapes.G * shapes.hidden_size)
        for where, cell in directions:
            hint = "아래층의 출력이 그대로 들어오는 층인지, 순서가 맞는지 보십시오."
            kernel = cell.get_weights()[0]
            check_shape(f"{where}.kernel", ("D" if k == 0 else "F*H", "G*H"), want, kernel, hint)
    bare = [[cell for _, cell in directions] for directions in cells]
    return KerasStack(shapes, expected["activation"], bare)


def _directions(where: str, layer) -> list:
    """층 하나를 (이름, 셀)의 목록으로 풉니다. 양방향이면 둘입니다."""
    if not hasattr(layer, "backward_layer"):
        hint = "한 방향 층은 앞에서부터 읽습니다. 시점의 축을 뒤집은 입력을 넣으십시오."
        return [(where, _cell(where, layer, False, hint))]
    hint = "두 방향의 출력을 잇는 concat만 torch와 같습니다. 합이나 평균은 이은 뒤에 구하십시오."
    _require(where, "merge_mode", "concat", layer.merge_mode, hint)
    hint = "forward_layer가 앞에서부터, backward_layer가 뒤에서부터 읽어야 합니다."
    return [
        (f"{where}.{name}", _cell(f"{where}.{name}", getattr(layer, name), backwards, hint))
        for name, backwards in (("forward_layer", False), ("backward_layer", True))
    ]


def _cell(where: str, layer, backwards: bool, hint: str):
    cell = getattr(layer, "cell", None)
    if type(cell).__name__ not in KERAS_CELLS:
        named = type(layer).__name__ + ("" if cell is None else f"({type(cell).__name__})")
        raise TypeError(
            f"{where}: SimpleRNN, LSTM, GRU 또는 그것을 감싼 Bidirectional이 필요합니다. 실제 "
            f"{named}. 핍홀이 있는 LSTM처럼 식이 다른 셀은 옮길 수 없습니다. 다른 층이 섞인 "
            "모델이라면 순환 층만 목록으로 넘기십시오."
        )
    if not cell.built:
        raise ValueError(
            f"{where}: 아직 가중치가 없습니다. 먼저 build((None, None, D))를 부르거나 입력을 "
            "한 번 넣으십시오."
        )
    _require(where, "go_backwards", backwards, layer.go_backwards, hint)
    return cell


def _settings(where: str, cell) -> dict:
    """셀의 식이 torch와 같은지 보고, 층마다 같아야 하는 설정을 돌려줍니다."""
    kind, activation = KERAS_CELLS[type(cell).__name__], _name(cell.activation)
    hint = "torch에는 이 함수를 쓰는 셀이 없습니다."
    if kind != "RNN" or activation != "relu":
        _require(where, "activation", "tanh", activation, hint)
    if kind != "RNN":
        gate = _name(cell.recurrent_activation)
        _require(where, "recurrent_activation", "sigmoid", gate, hint)
    if kind == "GRU":
        hint = "False이면 리셋 게이트를 곱한 뒤에 가중치를 곱하므로 식이 다릅니다."
        _require(where, "reset_after", True, cell.reset_after, hint)
    return {
        "종류": kind,
        "units": cell.units,
        "use_bias": cell.use_bias,
        "activation": activation,
    }


def _name(function) -> str:
    return getattr(function, "__name__", type(function).__name__)


def _require(where: str, name: str, expected, actual, hint: str) -> None:
    if actual != expected:
        raise ValueError(
            f"{where}: {name}: 기대 {expected!r}, 실제 {actual!r}. {hint} "
            "아무것도 바꾸지 않았습니다."
        )
