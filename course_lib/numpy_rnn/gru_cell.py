"""사다리의 첫째 단, GRU: 한 시점의 식과 그 미분이 여기에만 있습니다.

받는 것과 돌려주는 것은 ``cells.py``의 ``rnn_cell``과 같고, 게이트 블록의 축 G = 3만 더 있습니다.
블록의 순서는 ``shapes.GATES``에 있습니다. GRU에서만 두 절반 a와 q의 기울기가 다릅니다.
"""

import numpy as np

from course_lib.numpy_rnn.cells import Cell, Tape
from course_lib.numpy_rnn.functional import blocks, linear_blocks, rows, sigmoid


def gru_cell(a, state, w_hh, b_hh=None, out=None):
    """GRU 셀의 한 시점 (one step of the GRU).

    Parameters
    ----------
    a : ndarray, shape (3, N, H)
        투영된 입력 ``x W_ihᵀ + b_ih``. 블록의 순서는 r, z, n입니다.
    state : tuple
        (h,), shape (N, H).
    w_hh : ndarray, shape (3*H, H)
    b_hh : ndarray, shape (3*H,), optional
    out : tuple of ndarray, optional
        (게이트, h′, q_n)을 쓸 자리.

    Returns
    -------
    state : tuple
        (h′,).
    tape : Tape
        역전파를 위해 남기는 것: 게이트와 q_n.

    Notes
    -----
    ``r, z = σ(a + q)``; ``n = tanh(a_n + r*q_n)``; ``h' = (1-z)*n + z*h``.
    여기서 ``q = h W_hhᵀ + b_hh``입니다.
    리셋 게이트 r이 곱셈 뒤의 q_n에 걸리는 torch와 cuDNN의 꼴입니다. 그래서 n 블록에서는 a와 q를
    합칠 수 없고, 두 편향의 일도 다릅니다.

    References
    ----------
    K. Cho et al. (2014), Learning Phrase Representations using RNN Encoder-Decoder for Statistical
    Machine Translation. arXiv:1406.1078

    See Also
    --------
    torch.nn.GRUCell

    Examples
    --------
    >>> (h,), _ = gru_cell(np.ones((3, 3, 7)), (np.zeros((3, 7)),), np.ones((21, 7)))
    >>> h.shape
    (3, 7)
    """
    (h,) = state
    gates, h_out, q_n = out or (np.empty_like(a), None, np.empty_like(h))
    q = linear_blocks(h, w_hh, 3, b_hh)
    r, z, n = gates
    sigmoid(np.add(a[:2], q[:2], out=gates[:2]), out=gates[:2])  # r과 z
    q_n[...] = q[2]
    np.tanh(np.add(a[2], r * q_n, out=n), out=n)
    h_next = np.subtract(h, n, out=h_out)
    h_next *= z
    h_next += n  # n + z*(h - n)
    return (h_next,), Tape(state, (h_next,), gates, (q_n,))


def gru_slopes(tape):
    """GRU 셀의 미분 가운데 기울기를 기다리지 않는 부분 (slopes of any number of steps).

    Parameters
    ----------
    tape : Tape
        ``kept``는 (q_n,)입니다.

    Returns
    -------
    slope : ndarray, shape (3, N, H)
        블록마다 ∂h′/∂a_r, ∂h′/∂a_z, ∂h′/∂a_n.
    r, z : ndarray, shape (N, H)
        n의 괄호 안 ``a_n + r*q_n``을 q_n으로 미분한 r과, ∂h′/∂h 가운데 게이트를 거치지 않는 길 z.

    Examples
    --------
    >>> h = np.zeros((5, 3, 7))
    >>> slope, r, z = gru_slopes(Tape((h,), (h,), np.full((5, 3, 3, 7), 0.5), (h,)))
    >>> slope.shape, float(slope[0, 2, 0, 0]), float(z[0, 0, 0])
    ((5, 3, 3, 7), 0.375, 0.5)
    """
    (h,), (q_n,) = tape.before, tape.kept
    r, z, n = tape.gates.swapaxes(0, -3)
    slope = tape.gates * tape.gates
    to_r, to_z, to_n = slope.swapaxes(0, -3)
    np.subtract(1, to_n, out=to_n)  # tanh' = 1 - tanh²
    to_n -= to_n * z
    np.subtract(r, to_r, out=to_r)  # σ' = σ - σ²
    to_r *= q_n
    to_r *= to_n
    np.subtract(z, to_z, out=to_z)
    to_z *= h - n
    return slope, r, z


def gru_cell_backward(d_state, slopes, w_hh, out=None):
    """GRU 셀의 역전파 (backward of one step).

    Parameters
    ----------
    d_state : tuple
        (d_h′,), shape (N, H).
    slopes : tuple
        ``gru_slopes``의 한 시점.
    w_hh : ndarray, shape (3*H, H)
    out : ndarray, optional
        d_a를 쓸 자리.

    Returns
    -------
    d_a, d_q : ndarray, shape (3, N, H)
        두 절반의 기울기. n 블록에서 다릅니다.
    d_state : tuple
        (d_h,).

    Notes
    -----
    ``n = tanh(a_n + r*q_n)``이므로 ``d_q_n = d_a_n * r``입니다. r, z 블록에서는 둘이 같습니다.

    Examples
    --------
    >>> ones = np.ones((3, 7))
    >>> d_a, d_q, (d_h,) = gru_cell_backward(
    ...     (ones,), (np.ones((3, 3, 7)), ones / 2, ones), np.ones((21, 7))
    ... )
    >>> d_a.shape, float(d_q[2, 0, 0]), d_h.shape
    ((3, 3, 7), 0.5, (3, 7))
    """
    (d_h,) = d_state
    slope, r, z = slopes
    d_a = np.multiply(slope, d_h, out=out)
    d_q = rows(d_a).copy()
    d_q[:, -r.shape[-1] :] *= r
    d_h_prev = np.dot(d_q, w_hh)
    d_h_prev += d_h * z
    return d_a, blocks(d_q, 3), (d_h_prev,)


def gru_to_q(d_a, tape):
    """모든 시점의 d_a를 d_q로 바꿉니다: n 블록에만 r을 곱합니다 (d_a becomes d_q, in place).

    Parameters
    ----------
    d_a : ndarray, shape (T, 3, N, H)
    tape : Tape

    Examples
    --------
    >>> d_a = np.ones((5, 3, 3, 7))
    >>> gru_to_q(d_a, Tape((), (), np.full((5, 3, 3, 7), 0.5)))
    >>> d_a[0, :, 0, 0].tolist(), d_a.shape
    ([1.0, 1.0, 0.5], (5, 3, 3, 7))
    """
    d_a[:, 2] *= tape.gates[:, 0]


#: 루프에 넘길 수 있는 GRU 셀.
GRU_CELL = Cell(gru_cell, gru_cell_backward, gru_slopes, keeps=1, to_q=gru_to_q)
