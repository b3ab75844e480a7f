"""사다리의 첫째 단, LSTM: 한 시점의 식과 그 미분이 여기에만 있습니다.

받는 것과 돌려주는 것은 ``cells.py``의 ``rnn_cell``과 같고, 게이트 블록의 축 G = 4만 더 있습니다.
블록의 순서는 ``shapes.GATES``에 있습니다. G가 맨 앞이므로 게이트 하나가 메모리에서 이어집니다.
"""

from functools import lru_cache

import numpy as np

from course_lib.numpy_rnn.cells import Cell, Tape
from course_lib.numpy_rnn.functional import linear_blocks, rows


@lru_cache(maxsize=16)
def _scales(N, H, dtype):
    """블록 i, f, g, o의 s와 1-s. s·tanh(s·x) + (1-s)는 s = ½이면 σ(x), s = 1이면 tanh(x)입니다."""
    scale = np.full((4, N, H), 0.5, dtype)
    scale[2] = 1
    return scale, 1 - scale


def lstm_cell(a, state, w_hh, b_hh=None, out=None):
    """LSTM 셀의 한 시점 (one step of the LSTM).

    Parameters
    ----------
    a : ndarray, shape (4, N, H)
        투영된 입력 ``x W_ihᵀ + b_ih``. 블록의 순서는 i, f, g, o입니다.
    state : tuple
        (h, c), 둘 다 (N, H).
    w_hh : ndarray, shape (4*H, H)
    b_hh : ndarray, shape (4*H,), optional
    out : tuple of ndarray, optional
        (게이트, h′, c′)를 쓸 자리. 게이트의 자리는 a와 겹치지 않아야 합니다.

    Returns
    -------
    state : tuple
        (h′, c′).
    tape : Tape
        역전파를 위해 남기는 것: 게이트. tanh(c′)은 c′에서 다시 계산합니다.

    Notes
    -----
    ``i, f, o = σ(·)``, ``g = tanh(·)``; ``c' = f*c + i*g``; ``h' = o * tanh(c')``

    References
    ----------
    S. Hochreiter, J. Schmidhuber (1997), Long Short-Term Memory. doi:10.1162/neco.1997.9.8.1735

    F. Gers, J. Schmidhuber, F. Cummins (2000), Learning to Forget: Continual Prediction with
    LSTM. doi:10.1162/089976600300015015

    See Also
    --------
    torch.nn.LSTMCell

    Examples
    --------
    >>> zeros = np.zeros((3, 7))
    >>> (h, c), _ = lstm_cell(np.ones((4, 3, 7)), (zeros, zeros), np.ones((28, 7)))
    >>> h.shape, c.shape
    ((3, 7), (3, 7))
    """
    h, c = state
    gates_out, h_out, c_out = out or (None,) * 3
    gates = linear_blocks(h, w_hh, 4, b_hh, out=gates_out)
    gates += a
    # 세 σ와 tanh를 tanh 하나로
    scale, shift = _scales(*h.shape, gates.dtype)
    gates *= scale
    np.tanh(gates, out=gates)
    gates *= scale
    gates += shift
    i, f, g, o = gates
    c_next = np.multiply(f, c, out=c_out)
    c_next += i * g
    after = np.multiply(o, np.tanh(c_next), out=h_out), c_next
    return after, Tape(state, after, gates)


def lstm_slopes(tape):
    """LSTM 셀의 미분 가운데 기울기를 기다리지 않는 부분 (slopes of any number of steps).

    Parameters
    ----------
    tape : Tape

    Returns
    -------
    slope : ndarray, shape (4, N, H)
        블록마다 ∂c′/∂a_i, ∂c′/∂a_f, ∂c′/∂a_g, ∂h′/∂a_o.
    slope_c : ndarray, shape (N, H)
        ∂h′/∂c′, 곧 ``o * (1 - tanh(c')²)``.
    f : ndarray, shape (N, H)
        ∂c′/∂c, 곧 망각 게이트.

    Examples
    --------
    >>> h = np.zeros((5, 3, 7))
    >>> gates = np.full((5, 4, 3, 7), 0.5)
    >>> slope, slope_c, f = lstm_slopes(Tape((h, h), (h, h), gates))
    >>> slope.shape, float(slope_c[0, 0, 0]), float(f[0, 0, 0])
    ((5, 4, 3, 7), 0.5, 0.5)
    """
    (_, c), (_, c_next) = tape.before, tape.after
    tanh_c = np.tanh(c_next)
    i, f, g, o = tape.gates.swapaxes(0, -3)
    slope = tape.gates * tape.gates
    to_i, to_f, to_g, to_o = slope.swapaxes(0, -3)
    np.subtract(i, to_i, out=to_i)  # σ' = σ - σ²
    to_i *= g
    np.subtract(f, to_f, out=to_f)
    to_f *= c
    np.subtract(1, to_g, out=to_g)  # tanh' = 1 - tanh²
    to_g *= i
    np.subtract(o, to_o, out=to_o)
    to_o *= tanh_c
    slope_c = tanh_c * tanh_c
    np.subtract(1, slope_c, out=slope_c)
    slope_c *= o
    return slope, slope_c, f


def lstm_cell_backward(d_state, slopes, w_hh, out=None):
    """LSTM 셀의 역전파 (backward of one step).

    Parameters
    ----------
    d_state : tuple
        (d_h′, d_c′), 둘 다 (N, H).
    slopes : tuple
        ``lstm_slopes``의 한 시점.
    w_hh : ndarray, shape (4*H, H)
    out : ndarray, optional
        d_a를 쓸 자리.

    Returns
    -------
    d_a, d_q : ndarray, shape (4, N, H)
        두 절반의 기울기. LSTM에서 둘은 같은 배열입니다.
    d_state : tuple
        (d_h, d_c).

    Notes
    -----
    c′으로 오는 길은 둘입니다: 다음 시점에서 온 d_c′과, ``h' = o * tanh(c')``를 지나온 것. 게이트
    i, f, g는 c′을 거쳐, o는 h′에서 바로 기울기를 받습니다.

    Examples
    --------
    >>> ones = np.ones((3, 7))
    >>> d_a, _, (d_h, d_c) = lstm_cell_backward(
    ...     (ones, ones), (np.ones((4, 3, 7)), ones, ones), np.ones((28, 7))
    ... )
    >>> d_a.shape, d_h.shape, float(d_c[0, 0])
    ((4, 3, 7), (3, 7), 2.0)
    """
    d_h, d_c = d_state
    slope, slope_c, f = slopes
    d_c = d_c + d_h * slope_c
    d_a = np.empty_like(slope) if out is None else out
    np.multiply(slope[:3], d_c, out=d_a[:3])
    np.multiply(slope[3], d_h, out=d_a[3])
    return d_a, d_a, (np.dot(rows(d_a), w_hh), d_c * f)


#: 루프에 넘길 수 있는 LSTM 셀.
LSTM_CELL = Cell(lstm_cell, lstm_cell_backward, lstm_slopes)
