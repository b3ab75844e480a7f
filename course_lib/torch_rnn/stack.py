"""사다리의 넷째 단: 깊이. 아래층의 출력이 위층의 입력이 됩니다.

``numpy_rnn/stack.py``의 거울입니다. 두 방향은 층마다 이미 이어져 있습니다.
"""

from torch.nn.functional import dropout as drop

from course_lib.torch_rnn.bidirectional import bidirectional
from course_lib.torch_rnn.unroll import unroll


def stack(cell, x, states, weights, dropout=0.0, run=unroll):
    """층을 쌓습니다 (layers on top of each other).

    Parameters
    ----------
    cell : Cell
    x : Tensor, shape (T, N, D)
    states : list of list of tuple
        처음 상태, ``states[층][방향]``.
    weights : list of list of Weights
        매개변수, ``weights[층][방향]``.
    dropout : float
        층과 층 사이에서 값을 0으로 만들 확률. 마지막 층 뒤에는 없습니다.
    run : callable
        시간을 지나는 길. ``unroll``이거나 그것과 인자가 같은 함수입니다.

    Returns
    -------
    output : Tensor, shape (T, N, F*H)
        마지막 층의 출력.
    states : list of list of tuple
        모든 층의 마지막 상태.

    See Also
    --------
    torch.nn.RNN

    Examples
    --------
    >>> import torch
    >>> from course_lib.torch_rnn.cells import RNN_TANH, Weights
    >>> layer_0 = [Weights(torch.ones(7, 4), torch.ones(7, 7))]
    >>> layer_1 = [Weights(torch.ones(7, 7), torch.ones(7, 7))]
    >>> states = [[(torch.zeros(3, 7),)]] * 2
    >>> output, finals = stack(RNN_TANH, torch.ones(5, 3, 4), states, [layer_0, layer_1])
    >>> tuple(output.shape), len(finals)
    ((5, 3, 7), 2)
    """
    finals = []
    pairs = zip(states, weights, strict=True)
    for layer, (state, weight) in enumerate(pairs):
        if layer > 0 and dropout > 0:
            x = drop(x, dropout)
        x, final = bidirectional(cell, x, state, weight, run)
        finals.append(final)
    return x, finals
