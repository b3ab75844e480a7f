"""사다리의 둘째 단: 시간. 이 패키지에서 시점을 도는 루프는 여기에만 있습니다.

어떤 셀인지 묻지 않습니다. 셀의 식은 ``cells.py``에, 방향을 모으는 일은 ``bidirectional.py``에
있습니다.
"""

import numpy as np

from course_lib.numpy_rnn.cells import Weights, linear, linear_backward


def unroll(cell, x, state, weights, reverse=False):
    """셀을 시간으로 펼칩니다 (run a cell over time).

    Parameters
    ----------
    cell : Cell
    x : ndarray, shape (T, N, D)
    state : tuple
        처음 상태. (h_0,) 또는 (h_0, c_0), 각각 (N, H).
    weights : Weights
    reverse : bool
        참이면 마지막 시점부터 읽습니다. 출력은 그래도 자기 시점의 자리에 놓입니다.

    Returns
    -------
    output : ndarray, shape (T, N, H)
        시점마다 밖으로 나간 상태 h_t.
    state : tuple
        마지막으로 읽은 시점의 상태.
    cache : tuple
        ``unroll_backward``가 쓸 값.

    Notes
    -----
    입력의 절반 x W_ihᵀ + b_ih는 상태와 상관이 없으므로 루프 밖에서 한 번에 계산합니다.

    See Also
    --------
    torch.nn.RNN : 층 하나, 한 방향일 때와 같습니다.

    Examples
    --------
    >>> from course_lib.numpy_rnn.cells import RNN_TANH
    >>> weights = Weights(np.ones((7, 4)), np.ones((7, 7)))
    >>> output, (h_n,), _ = unroll(
    ...     RNN_TANH, np.ones((5, 3, 4)), (np.zeros((3, 7)),), weights
    ... )
    >>> output.shape, h_n.shape
    ((5, 3, 7), (3, 7))
    """
    T, N, D = x.shape
    w_ih, w_hh = (_transposed_in_memory(weight) for weight in weights[:2])
    b_ih, b_hh = weights[2:]
    if cell.additive and b_ih is not None:
        b_ih, b_hh = b_ih + b_hh, None  # 합으로만 쓰이므로 시점마다 더하지 않습니다.
    a = _by_step(linear(x.reshape(T * N, D), w_ih, b_ih), T)
    # 상태는 T+1개입니다. 처음 상태에도 자리를 주면 h_{t-1}은 언제나 옆자리에 있습니다.
    hs = np.empty((T + 1, *state[0].shape), x.dtype)
    before, after = (hs[1:], hs[:-1]) if reverse else (hs[:-1], hs[1:])
    order = range(T)[::-1] if reverse else range(T)
    before[order[0]] = state[0]
    tape = [None] * T
    for t in order:
        # a[t]는 이 시점에만 쓰이므로 그 자리에 게이트를 적습니다. 새 메모리는 계산보다 비쌉니다.
        state, tape[t] = cell.forward(a[t], state, w_hh, b_hh, out=(a[t], after[t]))
    return after, state, (x, before, order, tape)


def unroll_backward(cell, d_output, d_state, cache, weights):
    """시간을 거슬러 기울기를 보냅니다 (backpropagation through time).

    Parameters
    ----------
    cell : Cell
    d_output : ndarray, shape (T, N, H)
    d_state : tuple
        마지막 상태로 온 기울기, 각각 (N, H).
    cache : tuple
        ``unroll``이 돌려준 것.
    weights : Weights

    Returns
    -------
    d_x : ndarray, shape (T, N, D)
    d_state : tuple
        처음 상태의 기울기, 각각 (N, H).
    d_weights : Weights
        매개변수의 기울기. 모든 시점의 합입니다.

    Notes
    -----
    상태 h_t는 두 곳에서 쓰입니다: 출력과 다음 시점. 그래서 기울기도 두 곳에서 와서 더해집니다.
    가중치의 기울기는 루프가 끝난 뒤 큰 곱 하나로 계산합니다. 시점마다 더하는 것과 같습니다.

    References
    ----------
    P. J. Werbos (1990), Backpropagation through time. doi:10.1109/5.58337

    Examples
    --------
    >>> from course_lib.numpy_rnn.cells import RNN_TANH
    >>> cell, weights = RNN_TANH, Weights(np.ones((7, 4)), np.ones((7, 7)))
    >>> _, _, cache = unroll(cell, np.ones((5, 3, 4)), (np.zeros((3, 7)),), weights)
    >>> d_x, (d_h_0,), d_weights = unroll_backward(
    ...     cell, np.ones((5, 3, 7)), (np.zeros((3, 7)),), cache, weights
    ... )
    >>> d_x.shape, d_h_0.shape, d_weights.w_ih.shape
    ((5, 3, 4), (3, 7), (7, 4))
    """
    x, before, order, tape = cache
    T, N, H = before.shape
    d_a = np.empty((T, *weights.w_hh.shape[:-2], N, H), x.dtype)  # (T, N, H) 또는 (T, G, N, H)
    d_q = d_a if cell.additive else np.empty_like(d_a)
    for t in reversed(order):
        d_h, *d_rest = d_state
        d_h = d_output[t] + d_h
        d_state = (d_h, *d_rest)
        *_, d_state = cell.backward(d_state, tape[t], weights.w_hh, out=(d_a[t], d_q[t]))
    d_q = _all_steps(d_q)
    d_a = d_q if cell.additive else _all_steps(d_a)
    d_x = linear_backward(d_a, weights.w_ih).reshape(x.shape)
    d_w_ih = d_a.swapaxes(-1, -2) @ x.reshape(T * N, -1)
    d_w_hh = d_q.swapaxes(-1, -2) @ before.reshape(T * N, H)
    if weights.b_ih is None:
        return d_x, d_state, Weights(d_w_ih, d_w_hh)
    return d_x, d_state, Weights(d_w_ih, d_w_hh, d_a.sum(-2), d_q.sum(-2))


def _by_step(a, T):
    """(G, T*N, H)를 (T, G, N, H)로: 한 시점의 블록들이 메모리에서 이어지게 합니다.

    블록이 하나뿐이면 (T*N, H)를 (T, N, H)로 나누기만 하면 됩니다.
    """
    a = a.reshape(*a.shape[:-2], T, -1, a.shape[-1])
    return a if a.ndim == 3 else np.ascontiguousarray(a.swapaxes(0, 1))


def _all_steps(d_a):
    """``_by_step``의 반대: (T, G, N, H)를 (G, T*N, H)로 펴서 곱 하나로 끝내게 합니다."""
    d_a = d_a if d_a.ndim == 3 else d_a.swapaxes(0, 1)
    return d_a.reshape(*d_a.shape[:-3], -1, d_a.shape[-1])


def _transposed_in_memory(weight):
    """값과 shape는 그대로, 메모리에서만 전치합니다.

    ``linear``는 Wᵀ를 곱합니다. 그 Wᵀ가 메모리에서 이어져 있으면 시점마다의 곱이 빨라집니다.
    """
    return np.ascontiguousarray(weight.swapaxes(-1, -2)).swapaxes(-1, -2)
