"""사다리의 셋째 단: 방향. 같은 입력을 방향마다 펼치고, 출력을 마지막 축에서 잇습니다.

방향이 하나여도 이 단을 지납니다. 층을 쌓지 않습니다(``stack.py``).
"""

from functools import reduce

import numpy as np

from course_lib.numpy_rnn.unroll import unroll, unroll_backward


def bidirectional(cell, x, states, weights, run=unroll):
    """입력을 한 방향 또는 두 방향으로 읽습니다 (one layer, one or two directions).

    Parameters
    ----------
    cell : Cell
    x : ndarray, shape (T, N, D)
    states : list of tuple
        방향마다 처음 상태. 정방향, 역방향의 순서입니다.
    weights : list of Weights
        방향마다 매개변수. 길이가 F입니다.
    run : callable
        시간을 지나는 길. ``unroll``이거나 그것과 인자가 같은 함수입니다.

    Returns
    -------
    output : ndarray, shape (T, N, F*H)
        앞의 H개는 정방향, 뒤의 H개는 역방향입니다.
    states : list of tuple
        방향마다 마지막 상태. 역방향의 마지막은 시점 0입니다.
    caches : list
        ``bidirectional_backward``가 쓸 값.

    References
    ----------
    M. Schuster, K. K. Paliwal (1997), Bidirectional Recurrent Neural Networks.
    doi:10.1109/78.650093

    See Also
    --------
    torch.nn.RNN : 층 하나, ``bidirectional=True``일 때와 같습니다.

    Examples
    --------
    >>> from course_lib.numpy_rnn.cells import RNN_TANH, Weights
    >>> weights = Weights(np.ones((7, 4)), np.ones((7, 7)))
    >>> h_0 = np.zeros((3, 7))
    >>> output, states, _ = bidirectional(
    ...     RNN_TANH, np.ones((5, 3, 4)), [(h_0,), (h_0,)], [weights, weights]
    ... )
    >>> output.shape, len(states)
    ((5, 3, 14), 2)
    """
    pairs = zip(states, weights, strict=True)
    results = [
        run(cell, x, state, weight, reverse=direction == 1)
        for direction, (state, weight) in enumerate(pairs)
    ]
    outputs, finals, caches = zip(*results, strict=True)
    return np.concatenate(outputs, axis=-1), list(finals), list(caches)


def bidirectional_backward(cell, d_output, d_states, caches, weights, run_backward=unroll_backward):
    """두 방향의 역전파 (backward of one layer).

    Parameters
    ----------
    cell : Cell
    d_output : ndarray, shape (T, N, F*H)
    d_states : list of tuple
    caches : list
        ``bidirectional``이 돌려준 것.
    weights : list of Weights
    run_backward : callable
        ``run``의 역전파.

    Returns
    -------
    d_x : ndarray, shape (T, N, D)
        두 방향이 같은 x를 읽었으므로 두 기울기의 합입니다.
    d_states : list of tuple
    d_weights : list of Weights

    Examples
    --------
    >>> from course_lib.numpy_rnn.cells import RNN_TANH, Weights
    >>> cell, weights = RNN_TANH, [Weights(np.ones((7, 4)), np.ones((7, 7)))] * 2
    >>> states = [(np.zeros((3, 7)),)] * 2
    >>> output, _, caches = bidirectional(cell, np.ones((5, 3, 4)), states, weights)
    >>> d_x, _, _ = bidirectional_backward(
    ...     cell, np.ones_like(output), states, caches, weights
    ... )
    >>> d_x.shape
    (5, 3, 4)
    """
    F, H = len(weights), d_output.shape[-1] // len(weights)
    d_outputs = [d_output[..., k * H : (k + 1) * H] for k in range(F)]
    directions = zip(d_outputs, d_states, caches, weights, strict=True)
    results = [run_backward(cell, *direction) for direction in directions]
    d_xs, d_states, d_weights = zip(*results, strict=True)
    return reduce(np.add, d_xs), list(d_states), list(d_weights)
