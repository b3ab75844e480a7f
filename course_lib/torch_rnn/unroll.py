"""사다리의 둘째 단: 시간. 이 패키지에서 시점을 도는 루프는 여기에만 있습니다.

``numpy_rnn/unroll.py``의 거울입니다. 어떤 셀인지 묻지 않습니다.
"""

import torch
from torch.nn.functional import linear


def unroll(cell, x, state, weights, reverse=False):
    """셀을 시간으로 펼칩니다 (run a cell over time).

    Parameters
    ----------
    cell : Cell
    x : Tensor, shape (T, N, D)
    state : tuple
        처음 상태. (h_0,) 또는 (h_0, c_0), 각각 (N, H).
    weights : Weights
    reverse : bool
        참이면 마지막 시점부터 읽습니다. 출력은 그래도 자기 시점의 자리에 놓입니다.

    Returns
    -------
    output : Tensor, shape (T, N, H)
        시점마다 밖으로 나간 상태 h_t.
    state : tuple
        마지막으로 읽은 시점의 상태.

    Notes
    -----
    입력의 절반 x W_ihᵀ + b_ih는 상태와 상관이 없으므로 루프 밖에서 한 번에 계산합니다.

    See Also
    --------
    torch.nn.RNN : 층 하나, 한 방향일 때와 같습니다.

    Examples
    --------
    >>> from course_lib.torch_rnn.cells import RNN_TANH, Weights
    >>> weights = Weights(torch.ones(7, 4), torch.ones(7, 7))
    >>> output, (h_n,) = unroll(
    ...     RNN_TANH, torch.ones(5, 3, 4), (torch.zeros(3, 7),), weights
    ... )
    >>> tuple(output.shape), tuple(h_n.shape)
    ((5, 3, 7), (3, 7))
    """
    w_ih, w_hh, b_ih, b_hh = weights
    if cell.additive and b_ih is not None:
        # 합으로만 쓰이므로 시점마다 더하지 않습니다.
        b_ih, b_hh = b_ih + b_hh, None
    # a[t]로 꺼내면 역전파가 시점마다 (T, N, G*H)짜리 0 텐서를 만듭니다.
    # unbind는 그러지 않습니다.
    a = linear(x, w_ih, b_ih).unbind(0)
    T = len(a)
    output = [None] * T
    for t in reversed(range(T)) if reverse else range(T):
        state = cell.forward(a[t], state, w_hh, b_hh)
        output[t] = state[0]
    return torch.stack(output), state
