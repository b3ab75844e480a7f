"""훈련할 시퀀스: 입력과 정답을 검사하고, 미니배치와 조각으로 나눕니다.

계산은 하지 않습니다. 검사는 모두 훈련을 시작하기 전에 끝나므로, 잘못된 입력은 아무것도 바꾸지
않습니다.
"""

from numbers import Integral
from typing import NamedTuple

import numpy as np

from course_lib.checks import check_array, check_shape
from course_lib.numpy_rnn.losses import check_classes, cross_entropy, mse_loss
from course_lib.shapes import ShapeError, shape_text

LOSSES = ("mse", "cross_entropy")


class Loss(NamedTuple):
    """손실의 이름과 세지 않을 번호 (which loss, and what it ignores)."""

    name: str
    ignore_index: int

    def __call__(self, y, target):
        """손실과 y의 기울기."""
        if self.name == "mse":
            return mse_loss(y, target)
        return cross_entropy(y, target, self.ignore_index)

    def count(self, target) -> int:
        """평균을 낸 자리의 수. 미니배치의 손실을 더할 때의 무게입니다 (weight of a mean)."""
        if self.name == "mse":
            return target.size
        return int(np.count_nonzero(target != self.ignore_index))


def check_loss(loss, ignore_index) -> Loss:
    """손실의 이름을 봅니다 ('mse' or 'cross_entropy').

    Raises
    ------
    ValueError
        모르는 이름일 때.
    TypeError
        ``ignore_index``가 정수가 아닐 때.

    Examples
    --------
    >>> check_loss("mse", -100).count(np.zeros((5, 3, 2)))
    30
    """
    if loss not in LOSSES:
        raise ValueError(f"loss: {list(LOSSES)} 가운데 하나여야 합니다. 실제 {loss!r}.")
    if not isinstance(ignore_index, Integral) or isinstance(ignore_index, bool):
        raise TypeError(f"ignore_index: 정수가 필요합니다. 실제 {ignore_index!r}.")
    return Loss(loss, ignore_index)


class Sequences:
    """검사를 마친 시퀀스 묶음 (checked inputs and targets).

    Parameters
    ----------
    model : NumpyModel or TorchModel
        ``models.wrap``이 씌운 것.
    loss : Loss
    x : ndarray, shape (T, N, D) 또는 (N, T, D)
        축의 순서는 ``model.rnn.batch_first``를 따릅니다.
    target : ndarray
        시점마다라면 x와 앞의 두 축이 같고, 답이 하나면 (N, ...)입니다.
    name : str
        오류에서 부를 이름 앞에 붙는 말.

    Raises
    ------
    TypeError, ShapeError, ValueError
        배열의 종류, dtype, shape, 부류의 번호가 맞지 않거나 NaN이 있을 때.
    """

    def __init__(self, model, loss, x, target, name=""):
        self.axis, self.last = model.batch_axis, model.last
        axes = ("N", "T", "D") if self.axis == 0 else ("T", "N", "D")
        check_array(f"{name}x", x, np.ndarray, model.dtype)
        if x.ndim != 3 or 0 in x.shape:
            raise ShapeError(
                f"{name}x: 기대 {shape_text(axes)}, 모든 크기가 1 이상. 실제 {x.shape}. "
                f"시퀀스가 하나면 배치 축을 더하십시오: np.expand_dims(x, {self.axis})."
            )
        hint = "마지막 축은 input_size입니다."
        check_shape(f"{name}x", axes, (*x.shape[:2], model.input_size), x, hint)
        self.N, self.T = x.shape[self.axis], x.shape[1 - self.axis]
        leading = (self.N,) if self.last else x.shape[:2]
        answer = (*leading, model.output_size)
        if loss.name == "mse":
            check_array(f"{name}target", target, np.ndarray, model.dtype)
            letters = ("N", "K") if self.last else (*axes[:2], "K")
            hint = "정답은 모델이 내는 답과 shape가 같습니다."
            if self.last:
                hint += " last=True인 모델은 시퀀스마다 답이 하나입니다."
            check_shape(f"{name}target", letters, answer, target, hint)
            _check_finite(f"{name}target", target)
        else:
            check_classes(target, answer, loss.ignore_index)
        _check_finite(f"{name}x", x)
        self.x, self.target = x, target

    def batches(self, order, batch_size):
        """순서대로 미니배치의 (x, target)을 냅니다. 마지막은 작을 수 있습니다 (mini-batches)."""
        for start in range(0, self.N, batch_size):
            index = order[start : start + batch_size]
            target_axis = 0 if self.last else self.axis
            yield self.x.take(index, self.axis), self.target.take(index, target_axis)

    def pieces(self, x, target, length):
        """미니배치를 시점의 조각으로 나눕니다. ``length``가 없으면 통째입니다 (pieces in time)."""
        if length is None:
            yield x, target
            return
        for start in range(0, self.T, length):
            piece = (slice(None),) * (1 - self.axis) + (slice(start, start + length),)
            yield x[piece], target[piece]


def _check_finite(name, array):
    finite = np.isfinite(array)
    if not finite.all():
        index = [int(i) for i in np.argwhere(~finite)[0]]
        raise ValueError(
            f"{name}: 유한하지 않은 값이 있습니다. {name}{index} = {array[tuple(index)]}. "
            "하나라도 있으면 모든 기울기가 NaN이 됩니다. 먼저 지우거나 채우십시오."
        )
