"""문 앞의 검사: 계산을 시작하기 전에 입력을 보고, 틀리면 고칠 방법까지 말합니다.

배열의 ``shape``와 ``dtype``만 보므로 NumPy와 torch가 함께 씁니다. shape의 규칙은
``shapes.py``에 있고, 여기에는 오류의 말만 있습니다. 값은 보지 않습니다(NaN도 지나갑니다).
"""

import re
import warnings
from collections.abc import Mapping
from numbers import Real

from course_lib.shapes import (
    STATES,
    CellShapes,
    RNNShapes,
    ShapeError,
    parameter_axes,
    shape_text,
)


def check_shape(name: str, letters, expected, array, hint: str) -> None:
    """shape가 기대와 같은지 봅니다 (the one place that words a ShapeError).

    Raises
    ------
    ShapeError
        인자, 기대하는 shape(글자와 수), 실제 shape, 다른 축, 고칠 방법을 말합니다.

    Examples
    --------
    >>> import numpy as np
    >>> check_shape("h", ("N", "H"), (3, 7), np.zeros((3, 8)), "hint")
    Traceback (most recent call last):
        ...
    course_lib.shapes.ShapeError: h: 기대 (N, H) = (3, 7), 실제 (3, 8). 다른 축: 1(H). hint
    """
    expected, actual = tuple(expected), tuple(array.shape)
    if actual == expected:
        return
    if len(actual) == len(expected):
        axes = ", ".join(
            f"{axis}({letter})"
            for axis, (letter, want, got) in enumerate(zip(letters, expected, actual, strict=True))
            if want != got
        )
        differs = f"다른 축: {axes}."
    else:
        differs = f"축의 수: 기대 {len(expected)}, 실제 {len(actual)}."
    raise ShapeError(
        f"{name}: 기대 {shape_text(letters)} = {expected}, 실제 {actual}. {differs} {hint}"
    )


def check_array(name: str, array, array_type: type, dtype) -> None:
    """배열의 종류와 dtype을 봅니다 (right library, right dtype).

    Raises
    ------
    TypeError
        다른 라이브러리의 객체이거나 dtype이 매개변수와 다를 때.
    """
    if type(array).__name__ == "PackedSequence":
        raise TypeError(
            f"{name}: 패킹된 시퀀스를 받는 것은 torch_rnn의 RNN, LSTM, GRU뿐입니다. "
            "torch.nn.utils.rnn.pad_packed_sequence로 풀고, numpy_rnn의 층이면 함께 나온 길이를 "
            "lengths로 넘기십시오."
        )
    if not isinstance(array, array_type):
        raise TypeError(
            f"{name}: {_type_name(array_type)} 객체가 필요합니다. 실제 {_type_name(type(array))}. "
            "먼저 이 라이브러리의 배열로 바꾸십시오."
        )
    if array.dtype != dtype:
        want, got = (str(d).removeprefix("torch.") for d in (dtype, array.dtype))
        raise TypeError(
            f"{name}: 기대 dtype {want}, 실제 {got}. 매개변수와 입력의 dtype은 같아야 합니다. "
            f"{name}의 dtype을 바꾸거나, 층을 만들 때 dtype을 지정하십시오."
        )


def check_input(shapes: RNNShapes, x) -> tuple[int, int | None]:
    """층의 입력을 보고 T와 N을 돌려줍니다. 배치가 없으면 N은 None입니다 (check x).

    Raises
    ------
    ShapeError
        축의 수가 2나 3이 아닐 때, 마지막 축이 D가 아닐 때, 빈 축이 있을 때.

    Examples
    --------
    >>> import numpy as np
    >>> check_input(RNNShapes("RNN", 4, 7), np.zeros((5, 3, 4)))
    (5, 3)
    """
    shape = tuple(x.shape)
    if len(shape) not in (2, 3):
        hint = "남는 축을 배치나 입력의 축에 합치십시오."
        if len(shape) < 2:
            hint = "시점마다 값이 하나뿐이어도 D 축은 있어야 합니다: x.reshape(T, 1)."
        raise ShapeError(
            f"x: 기대 {shape_text(shapes.input_axes())} 또는 배치 없이 (T, D), 실제 {shape}. "
            f"축의 수: 기대 3 또는 2, 실제 {len(shape)}. {hint}"
        )
    letters = shapes.input_axes(batched=len(shape) == 3)
    hint = "마지막 축은 input_size와 같아야 합니다."
    if shapes.input_size in shape[:-1]:
        hint += " 축의 순서가 바뀌지 않았는지 보십시오."
    check_shape("x", letters, (*shape[:-1], shapes.input_size), x, hint)
    if 0 in shape:
        empty = letters[shape.index(0)]
        raise ShapeError(
            f"x: 기대 {shape_text(letters)}의 모든 크기가 1 이상, 실제 {shape}. "
            f"다른 축: {shape.index(0)}({empty}). 비어 있어서 계산할 시점이 없습니다."
        )
    size = dict(zip(letters, shape, strict=True))
    return size["T"], size.get("N")


def check_state(shapes: RNNShapes, name: str, state, N: int | None) -> None:
    """층의 상태 h_0 또는 c_0을 봅니다 (check one state).

    Raises
    ------
    ShapeError
        층, 방향, 배치, 은닉 크기 가운데 하나라도 다를 때.
    """
    expected, actual = shapes.state(N), tuple(state.shape)
    if len(actual) != len(expected):
        hint = "입력에 배치 축이 있으면 상태에도 있고, 없으면 상태에도 없습니다."
    elif N is not None and actual == (N, expected[0], shapes.hidden_size):
        hint = "batch_first=True여도 상태의 축은 옮기지 않습니다."
    elif actual[0] != expected[0] and shapes.bidirectional:
        hint = "양방향이면 층마다 상태가 둘입니다."
    elif actual[0] != expected[0]:
        hint = "한 방향이면 층마다 상태가 하나입니다."
    elif actual[-1] != shapes.hidden_size:
        hint = "마지막 축은 hidden_size입니다. 양방향이어도 F를 곱하지 않습니다."
    else:
        hint = "배치 크기는 입력 x의 N과 같아야 합니다."
    check_shape(name, shapes.state_axes(N is not None), expected, state, hint)


def check_cell_input(shapes: CellShapes, x) -> int | None:
    """셀의 입력을 보고 N을 돌려줍니다. 배치가 없으면 None입니다 (check x of a cell).

    Raises
    ------
    ShapeError
        축의 수가 1이나 2가 아닐 때, 마지막 축이 D가 아닐 때, 배치가 비었을 때.
    """
    shape = tuple(x.shape)
    if len(shape) not in (1, 2):
        raise ShapeError(
            f"x: 기대 (N, D) 또는 배치 없이 (D,), 실제 {shape}. "
            f"축의 수: 기대 2 또는 1, 실제 {len(shape)}. "
            "셀은 한 시점만 계산합니다. 시퀀스라면 시점 하나 x[t]를 넘기십시오."
        )
    batched = len(shape) == 2
    hint = "마지막 축은 input_size와 같아야 합니다."
    expected = (*shape[:-1], shapes.input_size)
    check_shape("x", shapes.input_axes(batched), expected, x, hint)
    if 0 in shape:
        raise ShapeError(
            f"x: 기대 (N, D)의 N이 1 이상, 실제 {shape}. 다른 축: 0(N). "
            "배치가 비어 있어서 계산할 것이 없습니다."
        )
    return shape[0] if batched else None


def check_cell_state(shapes: CellShapes, name: str, state, N: int | None) -> None:
    """셀의 상태 하나를 봅니다 (check one state of a cell).

    Raises
    ------
    ShapeError
        배치나 은닉 크기가 다를 때.
    """
    hint = "상태의 배치 크기는 입력과 같고, 마지막 축은 hidden_size입니다."
    check_shape(name, shapes.state_axes(N is not None), shapes.state(N), state, hint)


def unpack_state(kind: str, state) -> tuple:
    """사용자가 넘긴 상태를 튜플로 만듭니다: RNN과 GRU는 하나, LSTM은 둘 (unpack hx).

    Raises
    ------
    TypeError
        LSTM에 상태를 하나만 넘겼거나, RNN과 GRU에 튜플을 넘겼을 때.

    Examples
    --------
    >>> unpack_state("LSTM", ("h", "c"))
    ('h', 'c')
    """
    packed = isinstance(state, tuple | list)
    if len(STATES[kind]) == 1:
        if packed:
            raise TypeError(
                f"h_0: {kind}의 상태는 배열 하나입니다. 실제 {len(state)}개를 묶은 "
                f"{type(state).__name__}. (h_0, c_0)를 받는 것은 LSTM뿐입니다."
            )
        return (state,)
    if not packed or len(state) != 2:
        got = f"{len(state)}개를 묶은 {type(state).__name__}" if packed else "배열 하나"
        raise TypeError(
            f"(h_0, c_0): LSTM의 상태는 은닉 상태와 셀 상태 둘입니다. 실제 {got}. "
            "lstm(x, (h_0, c_0))처럼 둘을 묶어 넘기십시오."
        )
    return tuple(state)


def check_nonlinearity(nonlinearity: str) -> None:
    """RNN의 활성화 함수 이름을 봅니다 ('tanh' or 'relu').

    Raises
    ------
    ValueError
        둘 가운데 하나가 아닐 때.
    """
    if nonlinearity not in ("tanh", "relu"):
        raise ValueError(f"nonlinearity: 'tanh' 또는 'relu'여야 합니다. 실제 {nonlinearity!r}.")


def check_dropout(dropout: float, num_layers: int) -> None:
    """드롭아웃 확률을 봅니다. 층이 하나라 할 일이 없으면 경고합니다 (a probability, and of use).

    Raises
    ------
    ValueError
        [0, 1] 밖의 값이거나 수가 아닐 때.
    """
    is_number = isinstance(dropout, Real) and not isinstance(dropout, bool)
    if not is_number or not 0 <= dropout <= 1:
        raise ValueError(f"dropout: 0 이상 1 이하의 확률이어야 합니다. 실제 {dropout!r}.")
    if dropout > 0 and num_layers == 1:
        warnings.warn(
            f"dropout={dropout}: 드롭아웃은 층과 층 사이에만 있습니다. num_layers=1이면 아무 일도 "
            "하지 않습니다.",
            stacklevel=4,  # 검사 ← RNNBase ← RNN ← 사용자의 줄
        )


def check_state_dict(expected: dict[str, tuple[int, ...]], state_dict) -> None:
    """state_dict의 이름, dtype, shape를 모두 봅니다. 아무것도 바꾸지 않습니다 (before loading).

    Raises
    ------
    TypeError
        사전이 아니거나, 실수 배열이 아닌 값이 있을 때.
    ValueError
        빠진 이름이나 모르는 이름이 있을 때.
    ShapeError
        shape가 다를 때.
    """
    if not isinstance(state_dict, Mapping):
        raise TypeError(
            f"state_dict: 이름과 배열의 사전이 필요합니다. 실제 {_type_name(type(state_dict))}. "
            "모델이라면 model.state_dict()를 넘기십시오."
        )
    missing = [name for name in expected if name not in state_dict]
    unexpected = [name for name in state_dict if name not in expected]
    if missing or unexpected:
        raise ValueError(
            f"state_dict: 빠진 이름 {missing}, 모르는 이름 {unexpected}. 두 모델의 num_layers, "
            "bidirectional, bias가 같은지 보십시오. 아무것도 바꾸지 않았습니다."
        )
    for name, shape in expected.items():
        value = state_dict[name]
        dtype = str(getattr(value, "dtype", ""))
        if not re.search("float|int", dtype):
            raise TypeError(
                f"{name}: 실수 배열이 필요합니다. 실제 {dtype or _type_name(type(value))}. "
                "아무것도 바꾸지 않았습니다."
            )
        hint = "두 모델의 크기가 같은지 보십시오. 아무것도 바꾸지 않았습니다."
        check_shape(name, parameter_axes(name), shape, value, hint)


def _type_name(cls: type) -> str:
    return f"{cls.__module__.partition('.')[0]}.{cls.__name__}"
