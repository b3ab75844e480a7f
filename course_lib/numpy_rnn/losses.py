"""손실: 출력이 정답에서 얼마나 먼지를 수 하나로 말하고, 그 기울기를 함께 돌려줍니다.

손실은 계산 그래프의 끝입니다. 위에서 올 기울기가 없으므로 순전파와 역전파를 나누지 않고
(손실, 기울기)를 한 번에 냅니다. 시점이 여럿이어도 하나여도 같은 함수입니다.
"""

import numpy as np

from course_lib.checks import check_array, check_shape
from course_lib.shapes import ShapeError


def mse_loss(y, target):
    """평균 제곱 오차와 그 기울기 (mean squared error).

    Parameters
    ----------
    y : ndarray
        모델의 출력.
    target : ndarray
        정답. y와 shape와 dtype이 같습니다.

    Returns
    -------
    loss : float
    d_y : ndarray
        y와 shape가 같습니다.

    Raises
    ------
    ShapeError
        shape가 다를 때. torch는 경고만 하고 맞추어 늘리지만, 그 손실은 뜻이 다른 수입니다.
    TypeError
        dtype이 다를 때.

    Notes
    -----
    ``L = mean((y - target)²)``, ``d_y = 2 (y - target) / (y의 원소 수)``

    See Also
    --------
    torch.nn.functional.mse_loss

    Examples
    --------
    >>> loss, d_y = mse_loss(np.array([[1.0, 2.0]]), np.array([[0.0, 4.0]]))
    >>> loss, d_y
    (2.5, array([[ 1., -2.]]))
    """
    _check_float("y", y)
    check_array("target", target, np.ndarray, y.dtype)
    letters = [f"축 {axis}" for axis in range(y.ndim)]
    check_shape("target", letters, y.shape, target, "정답은 출력과 shape가 같습니다.")
    difference = y - target
    return float(np.mean(difference * difference)), difference * (2 / max(1, y.size))


def cross_entropy(logits, target, ignore_index=-100):
    """크로스 엔트로피와 그 기울기 (softmax cross-entropy over the last axis).

    Parameters
    ----------
    logits : ndarray, shape (..., K)
        소프트맥스를 지나지 않은 점수. 부류(class)는 언제나 마지막 축입니다.
    target : ndarray of int, shape (...)
        정답의 번호, 0부터 K-1까지.
    ignore_index : int
        정답이 이 값인 자리는 세지 않습니다. 패딩에 씁니다.

    Returns
    -------
    loss : float
        세는 자리의 평균.
    d_logits : ndarray, shape (..., K)
        세지 않는 자리의 기울기는 0입니다.

    Raises
    ------
    ShapeError, TypeError
        target의 shape가 logits의 앞 축들과 다르거나, 정수가 아닐 때.
    ValueError
        번호가 범위 밖이거나, 세는 자리가 하나도 없을 때. torch는 그때 nan을 돌려줍니다.

    Notes
    -----
    ``L = -mean(log softmax(logits)[target])``,
    ``d_logits = (softmax(logits) - onehot(target)) / (세는 자리의 수)``.
    가장 큰 점수를 먼저 빼므로 e의 거듭제곱이 넘치지 않습니다.

    See Also
    --------
    torch.nn.functional.cross_entropy : 부류의 축이 둘째이고, 손실만 돌려줍니다.

    Examples
    --------
    >>> loss, d_logits = cross_entropy(np.zeros((3, 4)), np.array([0, 2, -100]))
    >>> round(loss, 4), d_logits[0]
    (1.3863, array([-0.375,  0.125,  0.125,  0.125]))
    """
    _check_float("logits", logits)
    if logits.ndim == 0:
        raise ShapeError("logits: 기대 (..., K), 실제 (). 마지막 축에 부류마다 점수가 있습니다.")
    counted = check_classes(target, logits.shape, ignore_index)
    shifted = logits - logits.max(-1, keepdims=True)
    log_softmax = shifted - np.log(np.exp(shifted).sum(-1, keepdims=True))
    picked = np.where(counted, target, 0)[..., None]  # 세지 않는 자리는 아무 번호나 좋습니다.
    at_target = np.take_along_axis(log_softmax, picked, -1)
    count = np.count_nonzero(counted)
    d_logits = np.exp(log_softmax)
    np.put_along_axis(d_logits, picked, np.exp(at_target) - 1, -1)
    d_logits /= count
    d_logits[~counted] = 0
    return float(-at_target[..., 0][counted].sum() / count), d_logits


def check_classes(target, shape, ignore_index=-100):
    """정답의 번호를 보고, 세는 자리가 참인 배열을 돌려줍니다 (class numbers that count).

    Parameters
    ----------
    target : ndarray of int, shape (...)
    shape : tuple of int
        점수의 shape (..., K).
    ignore_index : int

    Returns
    -------
    ndarray of bool
        target과 shape가 같습니다.

    Raises
    ------
    ShapeError, TypeError, ValueError
        ``cross_entropy``를 보십시오.

    Examples
    --------
    >>> check_classes(np.array([0, 2, -100]), (3, 4))
    array([ True,  True, False])
    """
    *leading, K = shape
    if not isinstance(target, np.ndarray) or target.dtype.kind not in "iu":
        got = getattr(target, "dtype", type(target).__name__)
        raise TypeError(
            f"target: 부류의 번호, 곧 정수의 NumPy 배열이 필요합니다. 실제 {got}. "
            "번호라면 target.astype(int)로, 원-핫이라면 target.argmax(-1)로 바꾸십시오."
        )
    letters = [f"축 {axis}" for axis in range(len(leading))]
    hint = "정답은 점수의 shape에서 마지막 축 K를 뺀 것입니다. 원-핫이 아니라 번호입니다."
    check_shape("target", letters, leading, target, hint)
    counted = target != ignore_index
    outside = counted & ((target < 0) | (target >= K))
    if outside.any():
        index = tuple(int(i) for i in np.argwhere(outside)[0])
        raise ValueError(
            f"target: 번호는 0 이상 {K} 미만이어야 합니다. 실제 target{list(index)} = "
            f"{target[index]}. 세지 않을 자리라면 ignore_index({ignore_index})를 적으십시오."
        )
    if not counted.any():
        raise ValueError(
            f"target: 모두 ignore_index({ignore_index})라서 평균을 낼 자리가 없습니다. "
            "세는 자리가 하나는 있어야 합니다."
        )
    return counted


def _check_float(name, array):
    if not isinstance(array, np.ndarray) or array.dtype.kind != "f":
        got = getattr(array, "dtype", type(array).__name__)
        raise TypeError(f"{name}: 실수의 NumPy 배열이 필요합니다. 실제 {got}.")
