"""길이가 다른 시퀀스: 패딩을 걷어 내고 줄을 세운 다음, 사다리를 그대로 지나갑니다.

길이가 긴 것부터 정렬하면 시점 t에 남은 시퀀스는 언제나 앞의 몇 줄입니다. 남은 수가 같은 시점들은
길이가 같은 배치이므로 ``unroll.py``가 그대로 읽습니다. 그래서 여기에는 시점을 도는 루프가 없고,
패딩은 읽지도 쓰지도 않습니다.
"""

from functools import partial

import numpy as np

from course_lib.lengths import pieces
from course_lib.numpy_rnn.stack import stack, stack_backward
from course_lib.numpy_rnn.unroll import unroll, unroll_backward


def unroll_packed(
    cell,
    x,
    state,
    weights,
    reverse=False,
    *,
    batch_sizes,
    run=unroll,
):
    """패킹한 시퀀스를 시간으로 펼칩니다 (run a cell over packed sequences).

    Parameters
    ----------
    cell : Cell
    x : ndarray, shape (sum(lengths), D)
        시점 0의 N줄, 시점 1에 남은 줄, … 패딩이 없습니다.
    state : tuple
        처음 상태, 각각 (N, H). 긴 시퀀스부터 놓여 있습니다.
    weights : Weights
    reverse : bool
        참이면 시퀀스마다 자기의 끝에서 읽기 시작합니다.
    batch_sizes : list of int
        시점마다 남은 시퀀스의 수.
    run : callable
        토막 하나를 읽는 길. ``unroll`` 또는 ``unroll_recompute``.

    Returns
    -------
    output : ndarray, shape (sum(lengths), H)
    state : tuple
        시퀀스마다 자기가 마지막으로 읽은 시점의 상태, 각각 (N, H).
    cache : list
        ``unroll_packed_backward``가 쓸 값.

    Notes
    -----
    상태의 앞 n줄만 새 상태로 바꿉니다. 정방향에서는 끝난 시퀀스의 상태가 그 자리에 남고,
    역방향에서는 아직 시작하지 않은 시퀀스의 처음 상태가 그 자리에서 기다립니다.

    See Also
    --------
    torch.nn.utils.rnn.PackedSequence

    Examples
    --------
    >>> from course_lib.numpy_rnn.cells import RNN_TANH, Weights
    >>> weights = Weights(np.ones((7, 4)), np.ones((7, 7)))
    >>> output, (h_n,), _ = unroll_packed(
    ...     RNN_TANH, np.ones((6, 4)), (np.zeros((3, 7)),), weights, batch_sizes=[3, 2, 1]
    ... )
    >>> output.shape, h_n.shape
    ((6, 7), (3, 7))
    """
    state = tuple(array.copy() for array in state)
    output = np.empty((len(x), state[0].shape[-1]), x.dtype)
    blocks, cache = pieces(batch_sizes), []
    for n, rows in reversed(blocks) if reverse else blocks:
        alive = tuple(array[:n] for array in state)
        inputs = _by_time(x[rows], n)
        piece, after, tape = run(cell, inputs, alive, weights, reverse)
        output[rows] = piece.reshape(-1, output.shape[-1])
        for array, new in zip(alive, after, strict=True):
            array[...] = new
        cache.append((n, rows, tape))
    return output, state, cache


def unroll_packed_backward(
    cell, d_output, d_state, cache, weights, *, run_backward=unroll_backward
):
    """``unroll_packed``의 역전파: 토막을 거꾸로 지나갑니다 (pieces in the opposite order).

    Parameters
    ----------
    cell : Cell
    d_output : ndarray, shape (sum(lengths), H)
    d_state : tuple
        마지막 상태로 온 기울기, 각각 (N, H).
    cache : list
        ``unroll_packed``가 돌려준 것.
    weights : Weights
    run_backward : callable
        ``unroll_packed``에 넘긴 ``run``의 역전파.

    Returns
    -------
    d_x : ndarray, shape (sum(lengths), D)
    d_state : tuple
        처음 상태의 기울기, 각각 (N, H).
    d_weights : Weights

    Examples
    --------
    >>> from course_lib.numpy_rnn.cells import RNN_TANH, Weights
    >>> cell, weights = RNN_TANH, Weights(np.ones((7, 4)), np.ones((7, 7)))
    >>> state = (np.zeros((3, 7)),)
    >>> output, _, cache = unroll_packed(
    ...     cell, np.ones((6, 4)), state, weights, batch_sizes=[3, 2, 1]
    ... )
    >>> d_x, (d_h_0,), _ = unroll_packed_backward(
    ...     cell, np.ones_like(output), state, cache, weights
    ... )
    >>> d_x.shape, d_h_0.shape
    ((6, 4), (3, 7))
    """
    d_state = tuple(array.copy() for array in d_state)
    d_x = np.empty((len(d_output), weights.w_ih.shape[1]), d_output.dtype)
    d_weights = None
    for n, rows, tape in reversed(cache):
        alive = tuple(array[:n] for array in d_state)
        d_piece, d_before, d_shared = run_backward(
            cell, _by_time(d_output[rows], n), alive, tape, weights
        )
        d_x[rows] = d_piece.reshape(-1, d_x.shape[-1])
        for array, new in zip(alive, d_before, strict=True):
            array[...] = new
        d_weights = d_shared if d_weights is None else d_weights.plus(d_shared)
    return d_x, d_state, d_weights


def stack_packed(
    cell,
    x,
    states,
    weights,
    lengths,
    dropout=0.0,
    rng=None,
    run=unroll,
):
    """패딩을 걷어 내고 층을 쌓은 다음 제자리에 되돌립니다 (pack, stack, unpack).

    Parameters
    ----------
    cell : Cell
    x : ndarray, shape (T, N, D)
        패딩에는 무엇이 있어도 됩니다.
    states : list of list of tuple
        처음 상태, ``states[층][방향]``.
    weights : list of list of Weights
    lengths : ndarray of int, shape (N,)
        순서는 상관이 없습니다.
    dropout, rng, run
        ``stack``과 같습니다.

    Returns
    -------
    output : ndarray, shape (T, N, F*H)
        시퀀스의 끝을 지난 자리는 0입니다.
    states : list of list of tuple
        시퀀스마다 자기가 마지막으로 읽은 시점의 상태.
    cache : tuple
        ``stack_packed_backward``가 쓸 값.

    See Also
    --------
    torch.nn.utils.rnn.pack_padded_sequence, torch.nn.utils.rnn.pad_packed_sequence

    Examples
    --------
    >>> from course_lib.numpy_rnn.cells import RNN_TANH, Weights
    >>> weights = [[Weights(np.ones((7, 4)), np.ones((7, 7)))]]
    >>> x, states = np.ones((5, 3, 4)), [[(np.zeros((3, 7)),)]]
    >>> output, _, _ = stack_packed(RNN_TANH, x, states, weights, np.array([2, 5, 1]))
    >>> output.shape, np.count_nonzero(output.any(axis=-1), axis=0).tolist()
    ((5, 3, 7), [2, 5, 1])
    """
    T, N, _ = x.shape
    order = np.argsort(-lengths, kind="stable")  # 긴 것부터
    time, row = np.nonzero(np.arange(T)[:, None] < lengths[order])
    places = time, order[row]  # 패킹한 줄마다 x에서의 자리
    batch_sizes = np.bincount(time).tolist()
    run = partial(unroll_packed, batch_sizes=batch_sizes, run=run)
    states = _take(states, order)
    result = stack(cell, x[places], states, weights, dropout, rng, run)
    packed, states, caches = result
    output = _padded(packed, places, T, N)
    back = np.argsort(order)
    return output, _take(states, back), (places, order, back, caches)


def stack_packed_backward(cell, d_output, d_states, cache, weights, run_backward=unroll_backward):
    """``stack_packed``의 역전파 (backward of the packed stack).

    Parameters
    ----------
    cell : Cell
    d_output : ndarray, shape (T, N, F*H)
        시퀀스의 끝을 지난 자리는 읽지 않습니다.
    d_states : list of list of tuple
    cache : tuple
        ``stack_packed``가 돌려준 것.
    weights : list of list of Weights
    run_backward : callable
        ``stack_packed``에 넘긴 ``run``의 역전파.

    Returns
    -------
    d_x : ndarray, shape (T, N, D)
        시퀀스의 끝을 지난 자리는 0입니다.
    d_states : list of list of tuple
    d_weights : list of list of Weights

    Examples
    --------
    >>> from course_lib.numpy_rnn.cells import RNN_TANH, Weights
    >>> cell, weights = RNN_TANH, [[Weights(np.ones((7, 4)), np.ones((7, 7)))]]
    >>> x, states = np.ones((5, 3, 4)), [[(np.zeros((3, 7)),)]]
    >>> output, _, cache = stack_packed(cell, x, states, weights, np.array([2, 5, 1]))
    >>> d_x, _, _ = stack_packed_backward(
    ...     cell, np.ones_like(output), states, cache, weights
    ... )
    >>> d_x.shape, (d_x[2:, 0] == 0).all().item()
    ((5, 3, 4), True)
    """
    T, N, _ = d_output.shape
    places, order, back, caches = cache
    run_backward = partial(unroll_packed_backward, run_backward=run_backward)
    d_packed, d_states, d_weights = stack_backward(
        cell, d_output[places], _take(d_states, order), caches, weights, run_backward
    )
    return _padded(d_packed, places, T, N), _take(d_states, back), d_weights


def _by_time(rows, n):
    """시점마다 n줄인 토막 (·, K)를 (시점, n, K)로 봅니다."""
    return rows.reshape(-1, n, rows.shape[-1])


def _take(states, index):
    """[층][방향]의 상태마다 배치의 줄을 골라 늘어놓습니다."""
    return [
        [tuple(array[index] for array in state) for state in directions] for directions in states
    ]


def _padded(packed, places, T, N):
    """패킹한 줄을 제자리에 되돌립니다. 나머지는 0입니다."""
    padded = np.zeros((T, N, packed.shape[-1]), packed.dtype)
    padded[places] = packed
    return padded
