"""유한차분: 역전파가 맞다는 증명. 모든 매개변수, 입력, 상태의 기울기를 하나하나 흔들어 봅니다.

손실이 줄어든다고 기울기가 맞는 것은 아닙니다. 여기서는 미분의 정의만 씁니다. 그래서 순전파가
부르는 것 말고는 아무것도 믿지 않습니다.
"""

from typing import NamedTuple

import numpy as np

from course_lib.checks import check_shape
from course_lib.shapes import STATES


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
        ε. float64에서는 1e-6이 자르기 오차와 반올림 오차가 함께 작은 자리입니다.

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


def check_gradients(module, x, *states, tolerance=1e-6, rng=0):
    """모듈의 모든 기울기를 유한차분과 견줍니다 (prove a backward pass).

    Parameters
    ----------
    module : Module
        numpy_rnn의 모듈. float64여야 하고, 드롭아웃은 꺼져 있어야 합니다.
    x : ndarray
    *states : ndarray
        처음 상태: RNN과 GRU는 h_0, LSTM은 h_0, c_0. 모두 넘깁니다.
    tolerance : float
        허용하는 상대 오차.
    rng : int or numpy.random.Generator
        출력과 마지막 상태에 거는 무작위 기울기의 시드.

    Returns
    -------
    list of Difference
        배열마다 가장 크게 어긋난 성분, 오차가 큰 것부터.

    Raises
    ------
    AssertionError
        오차가 ``tolerance``를 넘을 때. 가장 나쁜 성분의 이름과 자리를 말합니다.
    ValueError
        처음 상태를 넘기지 않았거나, float64가 아니거나, 드롭아웃이 켜져 있을 때. 그때의
        유한차분은 아무것도 증명하지 못합니다.

    Notes
    -----
    손실 L = Σ R_o * output + Σ R_h * h_n의 R을 무작위로 뽑습니다. 상수로 두면 축이 뒤바뀐 버그가
    보이지 않고, 상태에 걸지 않으면 h_n으로 오는 길이 빠진 버그가 보이지 않습니다.

    Examples
    --------
    >>> from course_lib.numpy_rnn import RNN
    >>> generator = np.random.default_rng(0)
    >>> report = check_gradients(
    ...     RNN(4, 7, rng=0), generator.normal(size=(5, 3, 4)), generator.normal(size=(1, 3, 7))
    ... )
    >>> [difference.name for difference in report if difference.error > 1e-6]
    []
    """
    if not states:
        raise ValueError(
            "states: 처음 상태를 모두 넘기십시오. LSTM은 h_0과 c_0, 나머지는 h_0입니다."
        )
    if module.dtype != np.float64:
        raise ValueError(f"module: float64가 필요합니다. 실제 {module.dtype}.")
    if module.training and getattr(module, "dropout", 0) > 0:
        raise ValueError("module: 드롭아웃이 켜져 있습니다. 먼저 module.eval()을 부르십시오.")
    rng = np.random.default_rng(rng)
    x, *states = (np.array(array, dtype=np.float64) for array in (x, *states))
    hx = tuple(states) if len(states) > 1 else states[0]
    cotangents = [rng.normal(size=y.shape) for y in _flatten(module(x, hx))]

    def loss():
        outputs = _flatten(module(x, hx))
        return sum(float((c * y).sum()) for c, y in zip(cotangents, outputs, strict=True))

    gradients = module.backward(*cotangents)
    names = ("x", *(f"{letter}_0" for letter in STATES[module.shapes.kind]))
    checked = dict(zip(names, zip((x, *states), gradients, strict=True), strict=True))
    checked |= {name: (module.params[name], module.grads[name]) for name in module.params}
    report = [
        _worst(name, analytic, numerical_gradient(loss, array))
        for name, (array, analytic) in checked.items()
    ]
    report.sort(key=lambda difference: -difference.error)
    worst = report[0]
    if worst.error > tolerance:
        raise AssertionError(
            f"{worst.name}{list(worst.index)}: 역전파 {worst.analytic:.6g}, "
            f"유한차분 {worst.numeric:.6g}, 상대 오차 {worst.error:.1e} > {tolerance:.0e}."
        )
    return report


def _flatten(result):
    """(output, h_n), (output, (h_n, c_n)), 셀의 h나 (h, c)를 한 줄로."""
    if isinstance(result, np.ndarray):
        return (result,)
    return tuple(array for part in result for array in _flatten(part))


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
