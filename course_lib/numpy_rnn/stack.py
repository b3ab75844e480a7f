"""사다리의 넷째 단: 깊이. 아래층의 출력이 위층의 입력이 됩니다.

두 방향은 층마다 이미 이어져 있습니다(``bidirectional.py``). 그래서 층 1부터는 너비 F*H를 읽습니다.
"""

import numpy as np

from course_lib.numpy_rnn.bidirectional import bidirectional, bidirectional_backward
from course_lib.numpy_rnn.unroll import unroll, unroll_backward


def stack(cell, x, states, weights, dropout=0.0, rng=None, run=unroll):
    """층을 쌓습니다 (layers on top of each other).

    Parameters
    ----------
    cell : Cell
    x : ndarray, shape (T, N, D)
    states : list of list of tuple
        처음 상태, ``states[층][방향]``.
    weights : list of list of Weights
        매개변수, ``weights[층][방향]``.
    dropout : float
        층과 층 사이에서 값을 0으로 만들 확률. 마지막 층 뒤에는 없습니다.
    rng : numpy.random.Generator, optional
        드롭아웃의 난수. ``dropout``이 0보다 크면 필요합니다.
    run : callable
        시간을 지나는 길. ``unroll``이거나 그것과 인자가 같은 함수입니다.

    Returns
    -------
    output : ndarray, shape (T, N, F*H)
        마지막 층의 출력.
    states : list of list of tuple
        모든 층의 마지막 상태.
    caches : list
        ``stack_backward``가 쓸 값.

    See Also
    --------
    torch.nn.RNN

    Examples
    --------
    >>> from course_lib.numpy_rnn.cells import RNN_TANH, Weights
    >>> layer_0 = [Weights(np.ones((7, 4)), np.ones((7, 7)))]
    >>> layer_1 = [Weights(np.ones((7, 7)), np.ones((7, 7)))]
    >>> states = [[(np.zeros((3, 7)),)]] * 2
    >>> output, finals, _ = stack(
    ...     RNN_TANH, np.ones((5, 3, 4)), states, [layer_0, layer_1]
    ... )
    >>> output.shape, len(finals)
    ((5, 3, 7), 2)
    """
    finals, caches = [], []
    pairs = zip(states, weights, strict=True)
    for layer, (state, weight) in enumerate(pairs):
        mask = None
        if layer > 0 and dropout > 0:
            mask = dropout_mask(x.shape, dropout, rng, x.dtype)
            x = x * mask
        x, final, cache = bidirectional(cell, x, state, weight, run)
        finals.append(final)
        caches.append((mask, cache))
    return x, finals, caches


def stack_backward(cell, d_output, d_states, caches, weights, run_backward=unroll_backward):
    """쌓은 층의 역전파: 위층부터 내려옵니다 (backward, top layer first).

    Parameters
    ----------
    cell : Cell
    d_output : ndarray, shape (T, N, F*H)
    d_states : list of list of tuple
    caches : list
        ``stack``이 돌려준 것.
    weights : list of list of Weights
    run_backward : callable
        ``run``의 역전파.

    Returns
    -------
    d_x : ndarray, shape (T, N, D)
    d_states : list of list of tuple
    d_weights : list of list of Weights

    Examples
    --------
    >>> from course_lib.numpy_rnn.cells import RNN_TANH, Weights
    >>> cell, weights = RNN_TANH, [[Weights(np.ones((7, 4)), np.ones((7, 7)))]]
    >>> states = [[(np.zeros((3, 7)),)]]
    >>> output, _, caches = stack(cell, np.ones((5, 3, 4)), states, weights)
    >>> d_x, _, _ = stack_backward(cell, np.ones_like(output), states, caches, weights)
    >>> d_x.shape
    (5, 3, 4)
    """
    d_firsts, d_weights = [], []
    for d_state, (mask, cache), weight in reversed(
        list(zip(d_states, caches, weights, strict=True))
    ):
        d_output, d_first, d_weight = bidirectional_backward(
            cell, d_output, d_state, cache, weight, run_backward
        )
        if mask is not None:
            d_output = d_output * mask
        d_firsts.insert(0, d_first)
        d_weights.insert(0, d_weight)
    return d_output, d_firsts, d_weights


def dropout_mask(shape, dropout, rng, dtype):
    """드롭아웃 마스크: 확률 p로 0, 아니면 1/(1-p) (inverted dropout).

    Parameters
    ----------
    shape : tuple of int
    dropout : float
        버릴 확률 p.
    rng : numpy.random.Generator
    dtype : numpy.dtype

    Returns
    -------
    ndarray
        평균이 1이므로 평가할 때는 아무것도 하지 않아도 됩니다.

    Examples
    --------
    >>> dropout_mask((5, 3, 7), 0.5, np.random.default_rng(0), np.float64).shape
    (5, 3, 7)
    """
    if dropout == 1:
        return np.zeros(shape, dtype)
    return (rng.random(shape) >= dropout).astype(dtype) / (1 - dropout)
