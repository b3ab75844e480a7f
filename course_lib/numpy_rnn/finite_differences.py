"""유한차분: 값을 조금 흔들어 손실의 차이로 기울기를 어림합니다.

미분의 정의만 씁니다. 그래서 순전파가 부르는 것 말고는 아무것도 믿지 않습니다. 모듈도 셀도 모르고,
이름 붙은 배열과 손실 함수만 봅니다.
"""

from typing import NamedTuple

import numpy as np

from course_lib.checks import check_shape


class Difference(NamedTuple):
    """가장 크게 어긋난 성분 하나 (the worst entry of one gradient).

    ``name``은 배열의 이름, ``index``는 그 안의 자리, ``analytic``은 역전파의 값, ``numeric``은
    유한차분의 값, ``error``는 둘의 차이를 기울기의 크기로 나눈 것입니다.
    """

    name: str
    index: tuple[int, ...]
    analytic: float
    numeric: float
    error: float


def numerical_gradient(f, array, step=1e-6):
    """중심 유한차분 (f(x + ε) - f(x - ε)) / 2ε (central differences).

    Parameters
    ----------
    f : callable
        인자 없이 불러 실수 하나를 얻는 함수. ``array``를 읽어야 합니다.
    array : ndarray
        한 성분씩 흔들었다가 되돌려 놓습니다.
    step : float
        ε. float64에서는 1e-6이 절단 오차와 반올림 오차가 함께 작은 자리입니다.

    Returns
    -------
    ndarray
        array와 shape가 같습니다.

    Raises
    ------
    TypeError
        float64가 아닐 때. 정수는 ε만큼 움직이지 못하고, float32는 반올림이 차이를 덮습니다.

    Examples
    --------
    >>> x = np.array([[1.0, 2.0, 3.0]])
    >>> numerical_gradient(lambda: float((x**2).sum()), x).round(4)
    array([[2., 4., 6.]])
    """
    if array.dtype != np.float64:
        raise TypeError(
            f"array: float64가 필요합니다. 실제 {array.dtype}. array.astype(float)로 바꾸십시오."
        )
    gradient = np.zeros_like(array)
    for index in np.ndindex(array.shape):
        value = array[index]
        array[index] = value + step
        above = f()
        array[index] = value - step
        below = f()
        array[index] = value
        gradient[index] = (above - below) / (2 * step)
    return gradient


def compare_gradients(loss, arrays, gradients, tolerance=1e-6):
    """배열마다 유한차분과 역전파의 기울기를 견줍니다 (the core of every check here).

    Parameters
    ----------
    loss : callable
        인자 없이 불러 실수 하나를 얻는 함수. ``arrays``의 배열들을 읽어야 합니다.
    arrays : dict of ndarray
        흔들어 볼 배열. 끝나면 처음의 값입니다.
    gradients : dict of ndarray
        역전파의 기울기. ``arrays``와 이름이 같습니다.
    tolerance : float
        허용하는 상대 오차.

    Returns
    -------
    list of Difference
        배열마다 가장 크게 어긋난 성분, 오차가 큰 것부터.

    Raises
    ------
    AssertionError
        오차가 ``tolerance``를 넘을 때. 가장 나쁜 성분의 이름과 자리를 말합니다.
    ValueError
        기울기가 빠졌거나 남을 때. 빠진 기울기가 조용히 통과하지 않습니다.

    Examples
    --------
    >>> x = np.array([1.0, 2.0, 3.0])
    >>> report = compare_gradients(lambda: float((x**2).sum()), {"x": x}, {"x": 2 * x})
    >>> report[0].name, report[0].error < 1e-6
    ('x', True)
    """
    if arrays.keys() != gradients.keys():
        missing = [name for name in arrays if name not in gradients]
        unexpected = [name for name in gradients if name not in arrays]
        raise ValueError(f"gradients: 빠진 이름 {missing}, 모르는 이름 {unexpected}.")
    report = [
        _worst(name, gradients[name], numerical_gradient(loss, array))
        for name, array in arrays.items()
    ]
    report.sort(key=lambda difference: -difference.error)
    worst = report[0]
    if worst.error > tolerance:
        raise AssertionError(
            f"{worst.name}{list(worst.index)}: 역전파 {worst.analytic:.6g}, "
            f"유한차분 {worst.numeric:.6g}, 상대 오차 {worst.error:.1e} > {tolerance:.0e}."
        )
    return report


def _worst(name, analytic, numeric):
    letters = [f"축 {axis}" for axis in range(numeric.ndim)]
    check_shape(
        f"d_{name}", letters, numeric.shape, analytic, "기울기는 그 배열과 shape가 같습니다."
    )
    error = np.abs(analytic - numeric) / max(1.0, float(np.abs(numeric).max()))
    error = np.nan_to_num(error, nan=np.inf)  # NaN은 어떤 것보다도 크게 틀린 것입니다.
    index = np.unravel_index(error.argmax(), error.shape)
    return Difference(
        name,
        tuple(int(i) for i in index),
        float(analytic[index]),
        float(numeric[index]),
        float(error[index]),
    )
