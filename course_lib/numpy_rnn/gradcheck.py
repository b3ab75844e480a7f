"""역전파가 맞다는 증명: 모듈, 손실까지 있는 모델, 셀의 모든 기울기를 유한차분과 견줍니다.

손실이 줄어든다고 기울기가 맞는 것은 아닙니다. 견주는 일 자체는 ``finite_differences.py``에 있고,
여기서는 무엇을 견줄지 정합니다: 모든 매개변수, 입력, 상태.
"""

import numpy as np

from course_lib.numpy_rnn.finite_differences import (
    Difference,
    compare_gradients,
    numerical_gradient,
)
from course_lib.numpy_rnn.functional import rows
from course_lib.numpy_rnn.losses import mse_loss
from course_lib.shapes import STATES

__all__ = [
    "Difference",
    "check_cell",
    "check_gradients",
    "check_model",
    "compare_gradients",
    "numerical_gradient",
]


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
    손실 ``L = Σ R_o * output + Σ R_h * h_n``의 R을 무작위로 뽑습니다. 상수로 두면 축이 뒤바뀐
    버그가 보이지 않고, 상태에 걸지 않으면 h_n으로 오는 길이 빠진 버그가 보이지 않습니다.

    Examples
    --------
    >>> from course_lib.numpy_rnn import RNN
    >>> generator = np.random.default_rng(0)
    >>> x, h_0 = generator.normal(size=(5, 3, 4)), generator.normal(size=(1, 3, 7))
    >>> report = check_gradients(RNN(4, 7, rng=0), x, h_0)
    >>> [difference.name for difference in report if difference.error > 1e-6]
    []
    """
    _check_provable(module, states)
    rng = np.random.default_rng(rng)
    x, *states = (np.array(array, dtype=np.float64) for array in (x, *states))
    hx = _pack(states)
    cotangents = [rng.normal(size=y.shape) for y in _flatten(module(x, hx))]

    def loss():
        outputs = _flatten(module(x, hx))
        return sum(float((c * y).sum()) for c, y in zip(cotangents, outputs, strict=True))

    inputs = _inputs(module, x, states)
    found = dict(zip(inputs, module.backward(*cotangents), strict=True))
    return compare_gradients(loss, inputs | module.params, found | module.grads, tolerance)


def check_model(model, x, target, *states, loss=mse_loss, tolerance=1e-6):
    """손실에서 시작하는 역전파를 유한차분과 견줍니다 (prove a model with its loss).

    Parameters
    ----------
    model : SequenceModel
        ``heads.SequenceModel``. ``check_gradients``와 같은 조건입니다.
    x, target : ndarray
    *states : ndarray
        처음 상태. 모두 넘깁니다.
    loss : callable
        (답, 정답)을 받아 (손실, 답의 기울기)를 돌려주는 함수: ``mse_loss``, ``cross_entropy``,
        ``functools.partial(cross_entropy, ignore_index=0)``.
    tolerance : float

    Returns
    -------
    list of Difference

    Raises
    ------
    AssertionError, ValueError
        ``check_gradients``와 같습니다.

    Notes
    -----
    훈련할 때 흐르는 바로 그 기울기를 봅니다. 마지막 상태로 오는 길은 손실과 상관이 없으므로
    ``check_gradients(model, x, *states)``로 따로 봅니다.

    Examples
    --------
    >>> from course_lib.numpy_rnn import RNN
    >>> from course_lib.numpy_rnn.heads import SequenceModel
    >>> model, rng = SequenceModel(RNN(4, 7, rng=0), 2), np.random.default_rng(0)
    >>> x, target, h_0 = (rng.normal(size=s) for s in ((5, 3, 4), (5, 3, 2), (1, 3, 7)))
    >>> [difference.name for difference in check_model(model, x, target, h_0)][0] in (
    ...     "x", "h_0", *model.params
    ... )
    True
    """
    _check_provable(model, states)
    x, *states = (np.array(array, dtype=np.float64) for array in (x, *states))
    hx = _pack(states)
    _, d_y = loss(model(x, hx)[0], target)
    inputs = _inputs(model, x, states)
    found = dict(zip(inputs, model.backward(d_y), strict=True))
    return compare_gradients(
        lambda: loss(model(x, hx)[0], target)[0],
        inputs | model.params,
        found | model.grads,
        tolerance,
    )


def check_cell(cell, a, state, w_hh, b_hh=None, *, tolerance=1e-6, rng=0):
    """셀의 함수 한 쌍을 유한차분과 견줍니다 (prove one step, forward against backward).

    Parameters
    ----------
    cell : Cell
        ``Cell(forward, backward, slopes)``. 직접 쓴 함수를 묶어도 됩니다.
    a : ndarray, shape (N, H) 또는 (G, N, H)
        투영된 입력.
    state : tuple of ndarray
        (h,) 또는 (h, c), 각각 (N, H).
    w_hh, b_hh : ndarray
    tolerance, rng
        ``check_gradients``와 같습니다.

    Returns
    -------
    list of Difference
        이름은 a, h(와 c), w_hh, b_hh입니다.

    Raises
    ------
    AssertionError
        오차가 ``tolerance``를 넘을 때.

    Examples
    --------
    >>> from course_lib.numpy_rnn.lstm_cell import LSTM_CELL
    >>> rng = np.random.default_rng(0)
    >>> a, h, c, w_hh = (rng.normal(size=s) for s in ((4, 3, 7), (3, 7), (3, 7), (28, 7)))
    >>> report = check_cell(LSTM_CELL, a, (h, c), w_hh)
    >>> sorted(difference.name for difference in report)
    ['a', 'c', 'h', 'w_hh']
    """
    rng = np.random.default_rng(rng)
    a, w_hh, *state = (np.array(array, dtype=np.float64) for array in (a, w_hh, *state))
    b_hh = None if b_hh is None else np.array(b_hh, dtype=np.float64)

    def forward():
        return cell.forward(a, tuple(state), w_hh, b_hh)

    after, tape = forward()
    cotangents = tuple(rng.normal(size=array.shape) for array in after)
    d_a, d_q, d_state = cell.backward(cotangents, cell.slopes(tape), w_hh)
    h_and_c = dict(zip("hc", state, strict=False))
    arrays = {"a": a, **h_and_c, "w_hh": w_hh}
    gradients = {"a": d_a, **dict(zip(h_and_c, d_state, strict=True))}
    d_q = d_q if d_q.ndim == 2 else rows(d_q)
    gradients["w_hh"] = d_q.T @ state[0]
    if b_hh is not None:
        arrays["b_hh"], gradients["b_hh"] = b_hh, d_q.sum(0)

    def loss():
        outputs, _ = forward()
        return sum(float((c * y).sum()) for c, y in zip(cotangents, outputs, strict=True))

    return compare_gradients(loss, arrays, gradients, tolerance)


def _check_provable(module, states):
    if not states:
        raise ValueError(
            "states: 처음 상태를 모두 넘기십시오. LSTM은 h_0과 c_0, 나머지는 h_0입니다."
        )
    if module.dtype != np.float64:
        raise ValueError(f"module: float64가 필요합니다. 실제 {module.dtype}.")
    if module.training and getattr(module, "dropout", 0) > 0:
        raise ValueError("module: 드롭아웃이 켜져 있습니다. 먼저 module.eval()을 부르십시오.")


def _inputs(module, x, states):
    names = ("x", *(f"{letter}_0" for letter in STATES[module.shapes.kind]))
    return dict(zip(names, (x, *states), strict=True))


def _pack(states):
    return tuple(states) if len(states) > 1 else states[0]


def _flatten(result):
    """(output, h_n), (output, (h_n, c_n)), 셀의 h나 (h, c)를 한 줄로."""
    if isinstance(result, np.ndarray):
        return (result,)
    return tuple(array for part in result for array in _flatten(part))
