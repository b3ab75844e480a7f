"""사다리의 셋째 단: 방향. 같은 입력을 방향마다 펼치고, 출력을 마지막 축에서 잇습니다.

``numpy_rnn/bidirectional.py``의 거울입니다. 방향이 하나여도 이 단을 지납니다.
"""

import torch

from course_lib.torch_rnn.unroll import unroll


def bidirectional(cell, x, states, weights, run=unroll):
    """입력을 한 방향 또는 두 방향으로 읽습니다 (one layer, one or two directions).

    Parameters
    ----------
    cell : Cell
    x : Tensor, shape (T, N, D)
    states : list of tuple
        방향마다 처음 상태. 정방향, 역방향의 순서입니다.
    weights : list of Weights
        방향마다 매개변수. 길이가 F입니다.
    run : callable
        시간을 지나는 길. ``unroll``이거나 그것과 인자가 같은 함수입니다.

    Returns
    -------
    output : Tensor, shape (T, N, F*H)
        앞의 H개는 정방향, 뒤의 H개는 역방향입니다.
    states : list of tuple
        방향마다 마지막 상태. 역방향의 마지막은 시점 0입니다.

    References
    ----------
    M. Schuster, K. K. Paliwal (1997), Bidirectional Recurrent Neural Networks.
    doi:10.1109/78.650093

    See Also
    --------
    torch.nn.RNN : 층 하나, ``bidirectional=True``일 때와 같습니다.

    Examples
    --------
    >>> from course_lib.torch_rnn.cells import RNN_TANH, Weights
    >>> weights, h_0 = Weights(torch.ones(7, 4), torch.ones(7, 7)), torch.zeros(3, 7)
    >>> output, states = bidirectional(
    ...     RNN_TANH, torch.ones(5, 3, 4), [(h_0,), (h_0,)], [weights, weights]
    ... )
    >>> tuple(output.shape), len(states)
    ((5, 3, 14), 2)
    """
    pairs = zip(states, weights, strict=True)
    results = [
        run(cell, x, state, weight, reverse=direction == 1)
        for direction, (state, weight) in enumerate(pairs)
    ]
    outputs, finals = zip(*results, strict=True)
    return torch.cat(outputs, dim=-1), list(finals)
