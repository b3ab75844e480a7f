"""사다리의 둘째 단: 시간. 이 패키지에서 시점을 도는 루프는 여기에만 있습니다.

어떤 셀인지 묻지 않습니다. 셀의 식은 ``cells.py``에, 방향을 모으는 일은 ``bidirectional.py``에
있습니다.
"""

import numpy as np

from course_lib.numpy_rnn.cells import Tape, Weights
from course_lib.numpy_rnn.functional import linear

CACHED = 2**16  # 한 번에 미분을 계산할 수의 개수. float32로 256 KB면 대개 L2 캐시에 들어갑니다.


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
    x = x[::-1] if reverse else x
    T, N, D = x.shape
    w_ih, w_hh, b_ih, b_hh = weights
    if cell.additive and b_ih is not None:
        # 합으로만 쓰이므로 시점마다 더하지 않습니다.
        b_ih, b_hh = b_ih + b_hh, None
    a = linear(x.reshape(T * N, D), w_ih, b_ih)
    a = _by_step(a, T, N, state[0].shape[-1])
    # 상태는 T+1개입니다. 처음 상태에도 자리를 주면
    # h_{t-1}은 언제나 옆자리에 있습니다.
    states = [np.empty((T + 1, *first.shape), x.dtype) for first in state]
    for steps, first in zip(states, state, strict=True):
        steps[0] = first
    before = tuple(steps[:-1] for steps in states)
    after = tuple(steps[1:] for steps in states)
    kept = tuple(np.empty_like(after[0]) for _ in range(cell.keeps))
    gates = np.empty(a.shape, x.dtype) if a.ndim == 4 else None
    gates_out = a if gates is None else gates
    out = list(zip(gates_out, *after, *kept, strict=True))
    w_hh = _transposed_in_memory(w_hh)
    for t in range(T):
        state, _ = cell.forward(a[t], state, w_hh, b_hh, out=out[t])
    output = after[0][::-1] if reverse else after[0]
    return output, state, (x, Tape(before, after, gates, kept), reverse)


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
    활성화 함수의 미분은 기울기를 기다리지 않으므로 여러 시점의 것을 미리 계산합니다.

    References
    ----------
    P. J. Werbos (1990), Backpropagation Through Time: What It Does and How to Do It.
    doi:10.1109/5.58337

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
    x, tape, reverse = cache
    d_output = d_output[::-1] if reverse else d_output
    T, N, D = x.shape
    w_hh = weights.w_hh
    GH, H = w_hh.shape
    d_a = np.empty((T * N, GH), x.dtype)
    d_as = _by_step(d_a, T, N, H)  # 시점마다 d_a를 적을 자리
    length = max(1, CACHED // (N * GH))
    for start in reversed(range(0, T, length)):
        # 기울기를 기다리지 않는 미분은 캐시에 들어갈 만큼의
        # 시점씩 한꺼번에 계산합니다.
        steps = range(T)[start : start + length]
        slopes = cell.slopes(tape[start : start + length])
        slopes = list(zip(*slopes, strict=True))
        for t in reversed(steps):
            d_h, *d_rest = d_state
            d_h = d_output[t] + d_h
            d_state = (d_h, *d_rest)
            slope = slopes[t - start] if slopes else ()
            *_, d_state = cell.backward(d_state, slope, w_hh, out=d_as[t])
    d_x = np.dot(d_a, weights.w_ih).reshape(T, N, D)
    d_w_ih, d_b_ih = np.dot(d_a.T, x.reshape(T * N, D)), d_a.sum(0)
    if not cell.additive:
        cell.to_q(d_as, tape)  # 이제 d_a의 자리에 d_q가 있습니다.
    d_b_hh = d_b_ih.copy() if cell.additive else d_a.sum(0)
    d_w_hh = np.dot(d_a.T, tape.before[0].reshape(T * N, H))
    d_biases = () if weights.b_ih is None else (d_b_ih, d_b_hh)
    d_weights = Weights(d_w_ih, d_w_hh, *d_biases)
    return d_x[::-1] if reverse else d_x, d_state, d_weights


def _by_step(a, T, N, H):
    """(T*N, G*H)를 시점과 게이트 블록으로 나누어 봅니다: (T, N, H) 또는 (T, G, N, H)."""
    a = a.reshape(T, N, -1, H)
    return a[:, :, 0] if a.shape[2] == 1 else a.swapaxes(1, 2)


def _transposed_in_memory(weight):
    """값과 shape는 그대로, 메모리에서만 전치합니다.

    ``linear``와 ``linear_blocks``는 Wᵀ를 곱합니다. 그 Wᵀ의 줄이 메모리에서 이어져 있으면 시점마다의
    곱이 빨라집니다.
    """
    return np.ascontiguousarray(weight.T).T
