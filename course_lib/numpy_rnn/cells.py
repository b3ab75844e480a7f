"""사다리의 첫째 단: 셀. RNN의 한 시점의 식과 그 미분이 여기에만 있습니다.

게이트가 있는 셀은 ``gated_cells.py``에 있습니다. 시점을 돌지 않고(``unroll.py``), 매개변수를
들고 있지도 입력을 검사하지도 않습니다(``modules.py``).

셀의 식은 두 절반으로 되어 있습니다. 입력의 절반 ``a = x W_ihᵀ + b_ih``는 이전 상태와 상관이
없으므로 모든 시점을 한꺼번에 계산할 수 있습니다. 그래서 여기의 함수는 x가 아니라 a를 받습니다.
상태의 절반 ``q = h W_hhᵀ + b_hh``는 시점마다 계산해야 합니다.
"""

from collections.abc import Callable
from functools import partial
from typing import NamedTuple

import numpy as np


class Weights(NamedTuple):
    """셀 하나의 매개변수, torch의 순서 (parameters of one cell).

    ``w_ih`` (G, H, D), ``w_hh`` (G, H, H), ``b_ih`` (G, H), ``b_hh`` (G, H). 게이트마다 한
    블록이고, 블록이 하나뿐인 RNN에는 G 축이 없습니다. 편향은 없을 수 있습니다.
    """

    w_ih: np.ndarray
    w_hh: np.ndarray
    b_ih: np.ndarray | None = None
    b_hh: np.ndarray | None = None


class Cell(NamedTuple):
    """시간 루프가 셀에 대해 아는 전부 (all that the time loop knows about a cell).

    ``additive``는 a와 q가 합 a + q로만 쓰이는지를 말합니다. 그렇다면 둘의 기울기가 같고,
    따라서 ``b_ih``와 ``b_hh``의 기울기도 같습니다. GRU만 그렇지 않습니다.
    """

    forward: Callable
    backward: Callable
    additive: bool = True


def linear(x, weight, bias=None, out=None):
    """아핀 변환 x Wᵀ + b, 게이트 블록마다 (affine map, one for each gate block).

    Parameters
    ----------
    x : ndarray, shape (N, D)
    weight : ndarray, shape (H, D) 또는 (G, H, D)
    bias : ndarray, shape (H,) 또는 (G, H), optional
    out : ndarray, optional
        결과를 쓸 자리.

    Returns
    -------
    ndarray, shape (N, H) 또는 (G, N, H)

    See Also
    --------
    torch.nn.functional.linear

    Examples
    --------
    >>> linear(np.ones((3, 4)), np.ones((7, 4)), np.ones(7)).shape
    (3, 7)
    >>> linear(np.ones((3, 4)), np.ones((2, 7, 4)), np.ones((2, 7))).shape
    (2, 3, 7)
    """
    # 블록이 하나면 dot의 부르는 값이 matmul의 절반입니다.
    product = np.dot if weight.ndim == 2 else np.matmul
    y = product(x, weight.swapaxes(-1, -2), out=out)
    if bias is not None:
        y += bias[..., None, :]
    return y


def linear_backward(d_y, weight):
    """``linear``에서 x로 가는 기울기. 블록이 여럿이면 모두 더합니다 (gradient of x).

    Parameters
    ----------
    d_y : ndarray, shape (N, H) 또는 (G, N, H)
    weight : ndarray, shape (H, D) 또는 (G, H, D)

    Returns
    -------
    ndarray, shape (N, D)

    Examples
    --------
    >>> linear_backward(np.ones((2, 3, 7)), np.ones((2, 7, 4))).shape
    (3, 4)
    """
    d_x = d_y @ weight
    return d_x if d_x.ndim == 2 else d_x.sum(0)


def sigmoid(x, out=None):
    """시그모이드 σ(x) = 1 / (1 + e⁻ˣ) (logistic function).

    Notes
    -----
    σ(x) = (1 + tanh(x/2)) / 2로 계산합니다. 지수 함수와 달리 큰 x에서도 넘치지 않습니다.

    Examples
    --------
    >>> sigmoid(np.array([-1000.0, 0.0, 1000.0]))
    array([0. , 0.5, 1. ])
    """
    y = np.tanh(np.multiply(x, 0.5, out=out), out=out)
    y += 1
    y *= 0.5
    return y


def rnn_cell(a, state, w_hh, b_hh=None, nonlinearity="tanh", out=None):
    """RNN 셀의 한 시점 (one step of the Elman RNN).

    Parameters
    ----------
    a : ndarray, shape (N, H)
        투영된 입력 x W_ihᵀ + b_ih.
    state : tuple
        (h,), h의 shape는 (N, H).
    w_hh : ndarray, shape (H, H)
    b_hh : ndarray, shape (H,), optional
    nonlinearity : {'tanh', 'relu'}
    out : tuple of ndarray, optional
        (게이트를 쓸 자리, h'를 쓸 자리). RNN에는 게이트가 없어 뒤의 것만 씁니다.

    Returns
    -------
    state : tuple
        (h',).
    cache : ndarray
        역전파가 쓸 값. RNN은 h' 하나면 됩니다.

    Notes
    -----
    h' = tanh(x W_ihᵀ + b_ih + h W_hhᵀ + b_hh)

    References
    ----------
    J. L. Elman (1990), Finding Structure in Time. doi:10.1207/s15516709cog1402_1

    See Also
    --------
    torch.nn.RNNCell

    Examples
    --------
    >>> (h,), _ = rnn_cell(np.ones((3, 7)), (np.zeros((3, 7)),), np.ones((7, 7)))
    >>> h.shape
    (3, 7)
    """
    (h,) = state
    h = linear(h, w_hh, b_hh, out=out and out[1])
    h += a
    if nonlinearity == "tanh":
        np.tanh(h, out=h)
    else:
        np.maximum(h, 0, out=h)
    return (h,), h


def rnn_cell_backward(d_state, cache, w_hh, nonlinearity="tanh", out=None):
    """RNN 셀의 역전파 (backward of one step).

    Parameters
    ----------
    d_state : tuple
        (d_h',), shape (N, H). 위와 다음 시점에서 온 기울기의 합입니다.
    cache : ndarray
        ``rnn_cell``이 돌려준 것.
    w_hh : ndarray, shape (H, H)
    nonlinearity : {'tanh', 'relu'}
    out : tuple of ndarray, optional
        (d_a, d_q)를 쓸 자리. RNN에서 둘은 같은 배열입니다.

    Returns
    -------
    d_a, d_q : ndarray, shape (N, H)
        두 절반의 기울기.
    d_state : tuple
        (d_h,), 이전 상태로 가는 기울기.

    Notes
    -----
    d_a = d_h' * (1 - h'²), d_h = d_a W_hh. 활성화 함수의 미분을 출력 h'만으로 쓸 수 있습니다.

    Examples
    --------
    >>> h = np.full((3, 7), 0.5)
    >>> d_a, d_q, (d_h,) = rnn_cell_backward((np.ones((3, 7)),), h, np.eye(7))
    >>> float(d_a[0, 0]), d_h.shape
    (0.75, (3, 7))
    """
    (d_h,) = d_state
    h = cache
    slope = 1 - h * h if nonlinearity == "tanh" else h > 0
    d_a = np.multiply(d_h, slope, out=out and out[0])
    return d_a, d_a, (linear_backward(d_a, w_hh),)


#: 활성화 함수마다 하나: 루프에 넘길 수 있는 RNN 셀.
RNN_TANH = Cell(rnn_cell, rnn_cell_backward)
RNN_RELU = Cell(
    partial(rnn_cell, nonlinearity="relu"), partial(rnn_cell_backward, nonlinearity="relu")
)
