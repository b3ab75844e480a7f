"""가중치 옮기기: numpy_rnn, torch_rnn, torch.nn, Keras 3 사이 (weights between libraries).

앞의 세 곳은 매개변수의 이름과 shape가 같으므로 배열의 종류만 바꿉니다. Keras는 전치하고, 게이트의
순서를 바꾸고, 두 편향을 더하거나 나눕니다. 그 규칙은 ``keras_weights.py``에 있습니다.
"""

from collections.abc import Mapping

import numpy as np

from course_lib.checks import check_state_dict
from course_lib.keras_weights import cell_from_keras, cell_to_keras, is_keras, read_layers


def to_numpy(state_dict) -> dict[str, np.ndarray]:
    """torch의 state_dict를 NumPy 배열의 사전으로 바꿉니다 (torch → NumPy).

    Parameters
    ----------
    state_dict : mapping of str to Tensor or ndarray

    Returns
    -------
    dict of ndarray
        사본이므로 고쳐도 원래 모델은 그대로입니다. dtype은 그대로이고, NumPy에 없는 bfloat16만
        float32가 됩니다.

    Examples
    --------
    >>> import torch
    >>> to_numpy(torch.nn.RNN(4, 7).state_dict())["weight_ih_l0"].shape
    (7, 4)
    """
    arrays = {}
    for name, value in state_dict.items():
        if hasattr(value, "detach"):
            value = value.detach().cpu()
            value = value.float() if "bfloat16" in str(value.dtype) else value
        arrays[name] = np.asarray(value).copy()
    return arrays


def to_torch(state_dict):
    """NumPy 배열의 state_dict를 torch 텐서의 사전으로 바꿉니다 (NumPy → torch).

    Parameters
    ----------
    state_dict : mapping of str to ndarray or Tensor

    Returns
    -------
    dict of Tensor
        사본입니다. torch.nn.RNN의 ``load_state_dict``에 바로 넘길 수 있습니다.

    Examples
    --------
    >>> from course_lib.numpy_rnn import RNN
    >>> tuple(to_torch(RNN(4, 7, rng=0).state_dict())["weight_hh_l0"].shape)
    (7, 7)
    """
    import torch

    tensors = {}
    for name, value in state_dict.items():
        if torch.is_tensor(value):
            tensors[name] = value.detach().clone()
        else:
            tensors[name] = torch.from_numpy(value.copy())
    return tensors


def from_keras(layers) -> dict[str, np.ndarray]:
    """Keras의 층에서 torch의 이름으로 된 state_dict를 만듭니다 (Keras → state_dict).

    Parameters
    ----------
    layers : layer, list of layer, or keras.Sequential
        아래층부터 적은 SimpleRNN, LSTM, GRU 또는 그것을 감싼 Bidirectional. 가중치가 있어야
        하므로 build를 부르거나 입력을 한 번 넣은 뒤여야 합니다.

    Returns
    -------
    dict of ndarray
        numpy_rnn, torch_rnn의 ``load_state_dict``에 바로, torch.nn에는 ``to_torch``를 거쳐
        넘깁니다. 사본이고 dtype은 그대로입니다.

    Raises
    ------
    TypeError, ValueError, ShapeError
        같은 식이 torch에 없어서 옮길 수 없을 때. ``keras_weights.read_layers``를 보십시오.

    Notes
    -----
    Keras의 RNN과 LSTM에는 편향이 하나뿐이므로 bias_ih에 두고 bias_hh는 0입니다.

    Examples
    --------
    >>> import keras  # doctest: +SKIP
    >>> layer = keras.layers.LSTM(7)  # doctest: +SKIP
    >>> layer.build((None, None, 4))  # doctest: +SKIP
    >>> from_keras(layer)["weight_ih_l0"].shape  # doctest: +SKIP
    (28, 4)
    """
    stack = read_layers(layers)
    return {
        name: array
        for layer, cells in zip(stack.shapes.layers(), stack.cells, strict=True)
        for names, cell in zip(layer, cells, strict=True)
        for name, array in zip(
            names, cell_from_keras(stack.shapes.kind, cell.get_weights()), strict=True
        )
    }


def to_keras(source, layers) -> None:
    """state_dict나 모듈의 매개변수를 Keras의 층에 넣습니다 (state_dict → Keras).

    Parameters
    ----------
    source : module, Keras layers, or mapping of str to array
        numpy_rnn, torch_rnn, torch.nn의 RNN, LSTM, GRU, 다른 Keras의 층, 또는 state_dict.
    layers : layer, list of layer, or keras.Sequential
        ``from_keras``와 같습니다. dtype은 바뀌지 않습니다.

    Raises
    ------
    TypeError, ValueError, ShapeError
        옮길 수 없거나 이름이나 shape가 다를 때. 그때 layers는 그대로입니다.

    Notes
    -----
    RNN과 LSTM에서는 두 편향을 더합니다. 그래서 다시 가져오면 bias_hh는 0이지만 출력은 같습니다.

    Examples
    --------
    >>> import keras  # doctest: +SKIP
    >>> from course_lib.numpy_rnn import GRU
    >>> layers = [keras.Input((None, 4)), keras.layers.GRU(7)]  # doctest: +SKIP
    >>> model = keras.Sequential(layers)  # doctest: +SKIP
    >>> to_keras(GRU(4, 7, rng=0), model)  # doctest: +SKIP
    """
    stack = read_layers(layers)
    _check_nonlinearity(source, layers)
    state_dict = source if isinstance(source, Mapping) else _state_dict("source", source)
    check_state_dict(stack.shapes.parameters(), state_dict)
    arrays = to_numpy(state_dict)
    for layer, cells in zip(stack.shapes.layers(), stack.cells, strict=True):
        for names, cell in zip(layer, cells, strict=True):
            cell.set_weights(cell_to_keras(stack.shapes.kind, [arrays[name] for name in names]))


def copy_weights(source, target) -> None:
    """한 모듈의 매개변수를 다른 모듈에 옮깁니다 (copy parameters, any direction).

    Parameters
    ----------
    source, target : module or Keras layers
        numpy_rnn, torch_rnn, torch.nn의 RNN, LSTM, GRU와 그 셀. 또는 ``from_keras``가 받는
        Keras의 층, 그 목록, keras.Sequential. target의 dtype은 바뀌지 않습니다.

    Raises
    ------
    ValueError
        이름, shape, 활성화 함수가 다르거나 torch에 없는 설정일 때. 그때 target은 그대로입니다.
    TypeError
        모듈이 아닐 때.

    Examples
    --------
    >>> import torch
    >>> from course_lib import numpy_rnn
    >>> ours, theirs = numpy_rnn.RNN(4, 7, rng=0, dtype=np.float32), torch.nn.RNN(4, 7)
    >>> copy_weights(ours, theirs)
    >>> x = np.ones((5, 3, 4), np.float32)
    >>> output, _ = theirs(torch.from_numpy(x))
    >>> error = np.abs(ours(x)[0] - output.detach().numpy()).max()
    >>> float(error) < 1e-6, tuple(output.shape)
    (True, (5, 3, 7))
    """
    if is_keras(target):
        to_keras(source, target)
        return
    state_dict, expected = _state_dict("source", source), _state_dict("target", target)
    _check_nonlinearity(source, target)
    check_state_dict({name: tuple(value.shape) for name, value in expected.items()}, state_dict)
    is_torch = hasattr(target, "register_parameter")
    target.load_state_dict(to_torch(state_dict) if is_torch else to_numpy(state_dict))


def _state_dict(role: str, module):
    if is_keras(module):
        return from_keras(module)
    if not hasattr(module, "state_dict"):
        raise TypeError(f"{role}: 모듈이 필요합니다. 실제 {type(module).__name__}.")
    return module.state_dict()


def _check_nonlinearity(source, target) -> None:
    """tanh와 relu는 가중치의 이름과 shape로 가릴 수 없으므로 따로 봅니다."""
    names = [
        read_layers(one).nonlinearity if is_keras(one) else getattr(one, "nonlinearity", None)
        for one in (source, target)
    ]
    if None not in names and names[0] != names[1]:
        raise ValueError(
            f"nonlinearity: source는 {names[0]!r}, target은 {names[1]!r}입니다. 활성화 함수가 "
            "다르면 가중치를 옮겨도 출력이 다릅니다. 같은 함수로 만드십시오."
        )
