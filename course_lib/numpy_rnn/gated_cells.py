"""사다리의 첫째 단, 게이트가 있는 셀: LSTM과 GRU의 한 시점의 식과 그 미분이 여기에만 있습니다.

받는 것과 돌려주는 것은 ``cells.py``의 ``rnn_cell``과 같고, 게이트 블록의 축 G만 더 있습니다.
블록의 순서는 ``shapes.GATES``에 있습니다. G가 맨 앞이므로 게이트 하나가 메모리에서 이어집니다.
"""

import numpy as np

from course_lib.numpy_rnn.cells import Cell, linear, linear_backward, sigmoid


def lstm_cell(a, state, w_hh, b_hh=None, out=None):
    """LSTM 셀의 한 시점 (one step of the LSTM).

    Parameters
    ----------
    a : ndarray, shape (4, N, H)
        투영된 입력 x W_ihᵀ + b_ih. 블록의 순서는 i, f, g, o입니다.
    state : tuple
        (h, c), 둘 다 (N, H).
    w_hh : ndarray, shape (4, H, H)
    b_hh : ndarray, shape (4, H), optional
    out : tuple of ndarray, optional
        (게이트를 쓸 자리, h'를 쓸 자리). 앞의 것은 a 자신이어도 됩니다.

    Returns
    -------
    state : tuple
        (h', c').
    cache : tuple
        역전파가 쓸 값.

    Notes
    -----
    i, f, o = σ(·), g = tanh(·); c' = f*c + i*g; h' = o * tanh(c')

    References
    ----------
    S. Hochreiter, J. Schmidhuber (1997), Long Short-Term Memory. doi:10.1162/neco.1997.9.8.1735
    F. Gers, J. Schmidhuber, F. Cummins (2000), Learning to Forget. doi:10.1162/089976600300015015

    See Also
    --------
    torch.nn.LSTMCell

    Examples
    --------
    >>> zeros = np.zeros((3, 7))
    >>> (h, c), _ = lstm_cell(np.ones((4, 3, 7)), (zeros, zeros), np.ones((4, 7, 7)))
    >>> h.shape, c.shape
    ((3, 7), (3, 7))
    """
    h, c = state
    gates_out, h_out = out or (None, None)
    gates = np.add(a, linear(h, w_hh, b_hh), out=gates_out)
    i, f, g, o = gates
    tanh_g = np.tanh(g)
    sigmoid(gates, out=gates)  # 네 블록을 한 번에. g만 tanh로 되돌립니다.
    g[...] = tanh_g
    c_next = f * c
    c_next += i * g
    tanh_c = np.tanh(c_next)
    return (np.multiply(o, tanh_c, out=h_out), c_next), (gates, c, tanh_c)


def lstm_cell_backward(d_state, cache, w_hh, out=None):
    """LSTM 셀의 역전파 (backward of one step).

    Parameters
    ----------
    d_state : tuple
        (d_h', d_c'), 둘 다 (N, H).
    cache : tuple
        ``lstm_cell``이 돌려준 것.
    w_hh : ndarray, shape (4, H, H)
    out : tuple of ndarray, optional
        (d_a, d_q)를 쓸 자리. LSTM에서 둘은 같은 배열입니다.

    Returns
    -------
    d_a, d_q : ndarray, shape (4, N, H)
    d_state : tuple
        (d_h, d_c).

    Notes
    -----
    c'로 오는 길은 둘입니다: 다음 시점에서 온 d_c'와, h' = o * tanh(c')를 지나온 것.

    Examples
    --------
    >>> zeros = np.zeros((3, 7))
    >>> _, cache = lstm_cell(np.ones((4, 3, 7)), (zeros, zeros), np.ones((4, 7, 7)))
    >>> d_a, _, (d_h, d_c) = lstm_cell_backward((zeros + 1, zeros), cache, np.ones((4, 7, 7)))
    >>> d_a.shape, d_h.shape, d_c.shape
    ((4, 3, 7), (3, 7), (3, 7))
    """
    d_h, d_c = d_state
    gates, c, tanh_c = cache
    i, f, g, o = gates
    d_a = np.empty_like(gates) if out is None else out[0]
    d_i, d_f, d_g, d_o = d_a
    d_c = d_c + d_h * o * (1 - tanh_c * tanh_c)
    np.multiply(d_c * g, i * (1 - i), out=d_i)
    np.multiply(d_c * c, f * (1 - f), out=d_f)
    np.multiply(d_c * i, 1 - g * g, out=d_g)
    np.multiply(d_h * tanh_c, o * (1 - o), out=d_o)
    return d_a, d_a, (linear_backward(d_a, w_hh), d_c * f)


def gru_cell(a, state, w_hh, b_hh=None, out=None):
    """GRU 셀의 한 시점 (one step of the GRU).

    Parameters
    ----------
    a : ndarray, shape (3, N, H)
        투영된 입력 x W_ihᵀ + b_ih. 블록의 순서는 r, z, n입니다.
    state : tuple
        (h,), shape (N, H).
    w_hh : ndarray, shape (3, H, H)
    b_hh : ndarray, shape (3, H), optional
    out : tuple of ndarray, optional
        (게이트를 쓸 자리, h'를 쓸 자리). 앞의 것은 a 자신이어도 됩니다.

    Returns
    -------
    state : tuple
        (h',).
    cache : tuple
        역전파가 쓸 값.

    Notes
    -----
    r, z = σ(a + q); n = tanh(a_n + r*q_n); h' = (1-z)*n + z*h, 여기서 q = h W_hhᵀ + b_hh.
    리셋 게이트 r이 곱셈 뒤의 q_n에 걸리는 torch와 cuDNN의 꼴입니다. 그래서 n 블록에서는 a와 q를
    합칠 수 없고, 두 편향의 일도 다릅니다.

    References
    ----------
    K. Cho et al. (2014), Learning Phrase Representations using RNN Encoder-Decoder.
    arXiv:1406.1078

    See Also
    --------
    torch.nn.GRUCell

    Examples
    --------
    >>> (h,), _ = gru_cell(np.ones((3, 3, 7)), (np.zeros((3, 7)),), np.ones((3, 7, 7)))
    >>> h.shape
    (3, 7)
    """
    (h,) = state
    gates_out, h_out = out or (np.empty_like(a), None)
    q = linear(h, w_hh, b_hh)
    r, z, n = gates_out
    sigmoid(np.add(a[:2], q[:2], out=gates_out[:2]), out=gates_out[:2])  # r과 z
    q_n = q[2].copy()  # 사본이라야 q의 나머지 메모리가 시점마다 풀려납니다.
    np.add(a[2], r * q_n, out=n)
    np.tanh(n, out=n)
    h_next = np.subtract(h, n, out=h_out)
    h_next *= z
    h_next += n  # n + z*(h - n)
    return (h_next,), (r, z, n, h, q_n)


def gru_cell_backward(d_state, cache, w_hh, out=None):
    """GRU 셀의 역전파 (backward of one step).

    Parameters
    ----------
    d_state : tuple
        (d_h',), shape (N, H).
    cache : tuple
        ``gru_cell``이 돌려준 것.
    w_hh : ndarray, shape (3, H, H)
    out : tuple of ndarray, optional
        (d_a, d_q)를 쓸 자리. n 블록에서 다르므로 서로 다른 배열입니다.

    Returns
    -------
    d_a, d_q : ndarray, shape (3, N, H)
    d_state : tuple
        (d_h,).

    Notes
    -----
    n = tanh(a_n + r*q_n)이므로 d_q_n = d_a_n * r입니다. r, z 블록에서는 둘이 같습니다.

    Examples
    --------
    >>> _, cache = gru_cell(np.ones((3, 3, 7)), (np.zeros((3, 7)),), np.ones((3, 7, 7)))
    >>> d_a, d_q, (d_h,) = gru_cell_backward((np.ones((3, 7)),), cache, np.ones((3, 7, 7)))
    >>> d_a.shape, d_q.shape, d_h.shape
    ((3, 3, 7), (3, 3, 7), (3, 7))
    """
    (d_h,) = d_state
    r, z, n, h, q_n = cache
    d_a, d_q = np.empty((2, 3, *h.shape), h.dtype) if out is None else out
    d_r, d_z, d_n = d_a
    np.multiply(d_h * (h - n), z * (1 - z), out=d_z)
    np.multiply(d_h * (1 - z), 1 - n * n, out=d_n)
    np.multiply(d_n * q_n, r * (1 - r), out=d_r)
    d_q[:2] = d_a[:2]
    np.multiply(d_n, r, out=d_q[2])
    d_h_prev = linear_backward(d_q, w_hh)
    d_h_prev += d_h * z
    return d_a, d_q, (d_h_prev,)


#: 루프에 넘길 수 있는 셀.
LSTM_CELL = Cell(lstm_cell, lstm_cell_backward)
GRU_CELL = Cell(gru_cell, gru_cell_backward, additive=False)
