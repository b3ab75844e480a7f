"""시간의 다른 길: 펼친 것을 들고 있는 대신, 역전파할 때 한 토막씩 다시 계산합니다.

√T 시점마다의 상태만 남깁니다. 역전파는 뒤의 토막부터 그 상태에서 다시 펼치므로 한 번에 드는 것은
토막 하나입니다. 기울기는 같고, 메모리는 T 대신 2√T에 비례하고, 순전파를 한 번 더 합니다.
시점을 도는 일은 ``unroll.py``가 그대로 합니다.
"""

import math

import numpy as np

from course_lib.numpy_rnn.unroll import unroll, unroll_backward


def unroll_recompute(cell, x, state, weights, reverse=False):
    """``unroll``과 같지만 토막의 처음 상태만 남깁니다 (keep the state every √T steps).

    Parameters
    ----------
    cell, x, state, weights, reverse
        ``unroll``과 같습니다.

    Returns
    -------
    output : ndarray, shape (T, N, H)
    state : tuple
        ``unroll``과 같습니다.
    cache : tuple
        ``unroll_recompute_backward``가 쓸 값.

    References
    ----------
    T. Chen, B. Xu, C. Zhang, C. Guestrin (2016), Training Deep Nets with Sublinear Memory Cost.
    arXiv:1604.06174

    See Also
    --------
    torch.utils.checkpoint.checkpoint

    Examples
    --------
    >>> from course_lib.numpy_rnn.cells import RNN_TANH, Weights
    >>> weights = Weights(np.ones((7, 4)), np.ones((7, 7)))
    >>> output, _, (_, starts, length, _) = unroll_recompute(
    ...     RNN_TANH, np.ones((10, 3, 4)), (np.zeros((3, 7)),), weights
    ... )
    >>> output.shape, len(starts), length
    ((10, 3, 7), 3, 4)
    """
    x = x[::-1] if reverse else x
    T, length = len(x), math.ceil(math.sqrt(len(x)))
    output = np.empty((T, *state[0].shape), x.dtype)
    starts = []
    for start in range(0, T, length):
        piece = slice(start, start + length)
        state = tuple(array.copy() for array in state)  # 창을 남기면 토막 전체가 남습니다.
        starts.append(state)
        output[piece], state, _ = unroll(cell, x[piece], state, weights)
    return output[::-1] if reverse else output, state, (x, starts, length, reverse)


def unroll_recompute_backward(cell, d_output, d_state, cache, weights):
    """``unroll_backward``와 같은 기울기를, 토막마다 다시 펼쳐 계산합니다 (same gradients).

    Parameters
    ----------
    cell, d_output, d_state, cache, weights
        ``unroll_backward``와 같습니다.

    Returns
    -------
    d_x : ndarray, shape (T, N, D)
    d_state : tuple
    d_weights : Weights
        ``unroll_backward``와 같습니다.

    Examples
    --------
    >>> from course_lib.numpy_rnn.cells import RNN_TANH, Weights
    >>> cell, weights = RNN_TANH, Weights(np.ones((7, 4)), np.ones((7, 7)))
    >>> x, state = np.ones((10, 3, 4)), (np.zeros((3, 7)),)
    >>> _, _, cache = unroll_recompute(cell, x, state, weights)
    >>> d_x, (d_h_0,), _ = unroll_recompute_backward(
    ...     cell, np.ones((10, 3, 7)), state, cache, weights
    ... )
    >>> d_x.shape, d_h_0.shape
    ((10, 3, 4), (3, 7))
    """
    x, starts, length, reverse = cache
    d_output = d_output[::-1] if reverse else d_output
    d_x = np.empty(x.shape, x.dtype)
    d_weights = None
    for number, state in reversed(list(enumerate(starts))):
        piece = slice(number * length, (number + 1) * length)
        _, _, tape = unroll(cell, x[piece], state, weights)
        d_x[piece], d_state, d_piece = unroll_backward(
            cell, d_output[piece], d_state, tape, weights
        )
        # 매개변수는 모든 토막이 함께 쓰므로 기울기를 더합니다.
        d_weights = d_piece if d_weights is None else d_weights.plus(d_piece)
    return d_x[::-1] if reverse else d_x, d_state, d_weights
