"""인자 검사: 훈련을 시작하기 전에 모두 봅니다. 배열의 검사는 ``sequences.py``에 있습니다."""

import math
from numbers import Integral, Real
from typing import NamedTuple

from course_lib.shapes import check_size


class Options(NamedTuple):
    """한 번의 훈련을 정하는 수 (what fit was asked for)."""

    batch_size: int
    clip: float | None
    truncate: int | None
    patience: int | None


def check_options(model, batch_size, clip, truncate, patience, validation) -> Options:
    """fit의 수들을 봅니다 (batch_size, clip, truncate, patience).

    Raises
    ------
    TypeError, ValueError
        수의 종류나 범위가 틀리거나, 서로 맞지 않을 때.
    """
    batch_size = check_size("batch_size", batch_size)
    clip = None if clip is None else check_positive("clip", clip)
    if truncate is not None:
        truncate = check_size("truncate", truncate)
        if model.last:
            raise ValueError(
                "truncate: last=True인 모델에는 쓸 수 없습니다. 답이 마지막 시점에만 있어서, 앞의 "
                "조각에는 손실이 없고 따라서 기울기도 없습니다. truncate=None으로 두십시오."
            )
        if model.bidirectional:
            raise ValueError(
                "truncate: 양방향 모델에는 쓸 수 없습니다. 역방향의 상태는 뒤의 조각에서 앞의 "
                "조각으로 가므로, 앞에서 뒤로 이어 줄 수 없습니다."
            )
    if patience is not None:
        patience = check_size("patience", patience)
        if validation is None:
            raise ValueError(
                "patience: 검증 손실이 나아지는지 봐야 하므로 validation=(x, target)이 필요합니다."
            )
    return Options(batch_size, clip, truncate, patience)


def check_pair(validation):
    """validation이 (x, target)인지 봅니다 (a pair).

    Raises
    ------
    TypeError
        둘을 묶은 튜플이 아닐 때.
    """
    if not isinstance(validation, tuple | list) or len(validation) != 2:
        raise TypeError(
            f"validation: (x, target)을 묶은 튜플이 필요합니다. 실제 {type(validation).__name__}."
        )
    return tuple(validation)


def check_seed(seed) -> int:
    """시드가 0 이상 2³² 미만의 정수인지 봅니다 (a seed).

    Raises
    ------
    TypeError, ValueError
        정수가 아니거나 범위 밖일 때.

    Examples
    --------
    >>> check_seed(0)
    0
    """
    if not isinstance(seed, Integral) or isinstance(seed, bool):
        raise TypeError(f"seed: 정수가 필요합니다. 실제 {type(seed).__name__}.")
    if not 0 <= seed < 2**32:
        raise ValueError(f"seed: 0 이상 2**32 미만이어야 합니다. 실제 {seed}.")
    return int(seed)


def check_positive(name, value) -> float:
    """0보다 큰 유한한 수인지 보고 float로 돌려줍니다 (a positive number).

    Raises
    ------
    TypeError, ValueError
        수가 아니거나 범위 밖일 때.

    Examples
    --------
    >>> check_positive("lr", 1)
    1.0
    """
    if not _is_number(name, value) or value <= 0:
        raise ValueError(f"{name}: 0보다 큰 수여야 합니다. 실제 {value!r}.")
    return float(value)


def check_fraction(name, value) -> float:
    """0 이상 1 미만인 수인지 보고 float로 돌려줍니다 (a number in [0, 1)).

    Raises
    ------
    TypeError, ValueError
        수가 아니거나 범위 밖일 때.

    Examples
    --------
    >>> check_fraction("momentum", 0)
    0.0
    """
    if not _is_number(name, value) or not 0 <= value < 1:
        raise ValueError(f"{name}: 0 이상 1 미만의 수여야 합니다. 실제 {value!r}.")
    return float(value)


def _is_number(name, value):
    if not isinstance(value, Real) or isinstance(value, bool):
        raise TypeError(f"{name}: 수가 필요합니다. 실제 {value!r}.")
    return math.isfinite(value)
