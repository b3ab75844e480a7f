"""기울기 클리핑: 기울기의 길이를 재고, 너무 길면 줄입니다."""

import math

import numpy as np

from course_lib.training.options import check_positive

#: 유한하지 않은 값이 나왔을 때 해 볼 일.
EXPLODED = "학습률을 낮추거나 clip을 주고, 입력과 정답의 크기를 보십시오."


def gradient_norm(grads) -> float:
    """모든 기울기를 벡터 하나로 이었을 때의 길이 (global norm of the gradients).

    Parameters
    ----------
    grads : dict of ndarray

    Returns
    -------
    float

    Examples
    --------
    >>> gradient_norm({"weight": np.array([[3.0]]), "bias": np.array([4.0])})
    5.0
    """
    with np.errstate(over="ignore"):  # 넘치면 길이가 inf가 되고, 그것으로 충분합니다.
        squares = [float(np.square(g, dtype=np.float64).sum()) for g in grads.values()]
    return math.sqrt(sum(squares))


def clip_gradients(grads, max_norm) -> float:
    """기울기 클리핑: 길이가 ``max_norm``을 넘으면 방향은 두고 줄입니다 (clip by global norm).

    Parameters
    ----------
    grads : dict of ndarray
        제자리에서 줄입니다.
    max_norm : float

    Returns
    -------
    float
        줄이기 전의 길이.

    Raises
    ------
    FloatingPointError
        길이가 유한하지 않을 때. NaN은 줄여도 NaN이므로, 손대지 않고 멈춥니다.

    References
    ----------
    R. Pascanu, T. Mikolov, Y. Bengio (2013), On the Difficulty of Training Recurrent Neural
    Networks. arXiv:1211.5063

    See Also
    --------
    torch.nn.utils.clip_grad_norm_

    Examples
    --------
    >>> grads = {"weight": np.array([[3.0]]), "bias": np.array([4.0])}
    >>> clip_gradients(grads, 1.0), grads["bias"].round(4)
    (5.0, array([0.8]))
    """
    max_norm = check_positive("max_norm", max_norm)
    norm = gradient_norm(grads)
    if not math.isfinite(norm):
        what = f"grads: 길이가 유한하지 않습니다({norm})."
        kept = "아무것도 바꾸지 않았습니다."
        raise FloatingPointError(f"{what} {kept} {EXPLODED}")
    scale = max_norm / (norm + 1e-6)  # torch와 같은 식입니다.
    if scale < 1:
        for gradient in grads.values():
            gradient *= scale
    return norm
