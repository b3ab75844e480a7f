"""길이가 다른 시퀀스의 규칙: 길이의 검사와, 패킹한 줄을 토막으로 나누는 법.

두 라이브러리의 ``packed.py``가 함께 씁니다. 여기서는 아무것도 계산하지 않습니다.
"""

from itertools import groupby

import numpy as np

from course_lib.checks import check_shape
from course_lib.shapes import RNNShapes, ShapeError


def check_lengths(lengths, T: int, N: int | None) -> np.ndarray:
    """시퀀스마다의 길이를 보고 정수 배열의 사본으로 돌려줍니다 (check lengths).

    Parameters
    ----------
    lengths : sequence of int
        시퀀스마다 하나. 순서는 상관이 없습니다.
    T : int
        패딩까지 넣은 x의 길이.
    N : int or None
        배치 크기. None이면 x에 배치 축이 없습니다.

    Returns
    -------
    ndarray of int, shape (N,)

    Raises
    ------
    ShapeError
        x에 배치 축이 없거나, 길이의 수가 N과 다를 때.
    TypeError
        정수가 아닐 때.
    ValueError
        1보다 짧거나 T보다 길 때.

    Examples
    --------
    >>> check_lengths([3, 5], T=5, N=2).shape
    (2,)
    >>> check_lengths([3, 6], T=5, N=2)  # doctest: +ELLIPSIS
    Traceback (most recent call last):
        ...
    ValueError: lengths: 기대 1 이상 T = 5 이하, 실제 lengths[1] = 6. ...
    """
    if N is None:
        raise ShapeError(
            "lengths: 배치 축이 없는 x에는 쓰지 않습니다. 시퀀스가 하나이면 x[:length]처럼 잘라 "
            "넣으십시오."
        )
    try:
        array = np.asarray(lengths)
    except (TypeError, ValueError):  # 들쭉날쭉한 리스트, GPU에 있는 텐서
        raise TypeError(
            f"lengths: 정수 {N}개가 필요합니다. 실제 {type(lengths).__name__}. "
            "리스트나 CPU의 배열로 넘기십시오."
        ) from None
    hint = "시퀀스마다 길이가 하나씩 있어야 합니다. N은 x의 배치 크기입니다."
    check_shape("lengths", ("N",), (N,), array, hint)
    if array.dtype.kind not in "iu":
        raise TypeError(
            f"lengths: 정수가 필요합니다. 실제 dtype {array.dtype}. 마스크라면 시점의 축으로 더한 "
            "것이 길이입니다."
        )
    for wrong, hint in (
        (array < 1, "빈 시퀀스는 배치에서 빼십시오."),
        (array > T, "T는 패딩까지 넣은 길이입니다."),
    ):
        if wrong.any():
            n = int(wrong.argmax())
            raise ValueError(
                f"lengths: 기대 1 이상 T = {T} 이하, 실제 lengths[{n}] = {array[n]}. {hint}"
            )
    return array.astype(np.int64)


def check_packed(shapes: RNNShapes, x) -> int:
    """패킹된 시퀀스를 보고 N을 돌려줍니다 (check a PackedSequence).

    Raises
    ------
    ShapeError
        축의 수가 2가 아닐 때, 마지막 축이 D가 아닐 때, 줄의 수가 길이의 합과 다를 때.
    """
    expected = (int(x.batch_sizes.sum()), shapes.input_size)
    hint = "패킹하기 전의 마지막 축은 input_size와 같아야 합니다."
    check_shape("x.data", ("sum(lengths)", "D"), expected, x.data, hint)
    return int(x.batch_sizes[0])


def pieces(batch_sizes):
    """패킹한 줄을, 남은 시퀀스의 수가 같은 시점끼리 묶습니다 (steps with as many sequences).

    Parameters
    ----------
    batch_sizes : list of int
        시점마다 아직 끝나지 않은 시퀀스의 수. 늘어나지 않습니다.

    Returns
    -------
    list of tuple
        토막마다 (남은 시퀀스의 수, 줄의 자리).

    Examples
    --------
    >>> pieces([3, 3, 2, 1, 1, 1])
    [(3, slice(0, 6, None)), (2, slice(6, 8, None)), (1, slice(8, 11, None))]
    """
    found, first = [], 0
    for n, steps in groupby(batch_sizes):
        last = first + n * len(list(steps))
        found.append((n, slice(first, last)))
        first = last
    return found
