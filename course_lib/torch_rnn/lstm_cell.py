"""사다리의 첫째 단, LSTM: 한 시점의 식이 여기에만 있습니다.

``numpy_rnn/lstm_cell.py``의 거울입니다. 게이트 블록의 순서는 ``shapes.GATES``에 있습니다.
"""

import torch
from torch.nn.functional import linear

from course_lib.torch_rnn.cells import Cell


def lstm_cell(a, state, w_hh, b_hh=None):
    """LSTM 셀의 한 시점 (one step of the LSTM).

    Parameters
    ----------
    a : Tensor, shape (N, 4*H)
        투영된 입력 ``x W_ihᵀ + b_ih``. 블록의 순서는 i, f, g, o입니다.
    state : tuple
        (h, c), 둘 다 (N, H).
    w_hh : Tensor, shape (4*H, H)
    b_hh : Tensor, shape (4*H,), optional

    Returns
    -------
    tuple
        (h′, c′).

    Notes
    -----
    ``i, f, o = σ(·)``, ``g = tanh(·)``; ``c' = f*c + i*g``; ``h' = o * tanh(c')``

    References
    ----------
    S. Hochreiter, J. Schmidhuber (1997), Long Short-Term Memory. doi:10.1162/neco.1997.9.8.1735

    See Also
    --------
    torch.nn.LSTMCell

    Examples
    --------
    >>> zeros = torch.zeros(3, 7)
    >>> h, c = lstm_cell(torch.ones(3, 28), (zeros, zeros), torch.ones(28, 7))
    >>> tuple(h.shape), tuple(c.shape)
    ((3, 7), (3, 7))
    """
    h, c = state
    gates = a + linear(h, w_hh, b_hh)
    g = torch.tanh(gates.chunk(4, dim=-1)[2])
    # σ는 네 블록에 한 번에 걸고, g의 자리만 버립니다.
    i, f, _, o = torch.sigmoid(gates).chunk(4, dim=-1)
    c_next = f * c + i * g
    return o * torch.tanh(c_next), c_next


#: 루프에 넘길 수 있는 LSTM 셀.
LSTM_CELL = Cell(lstm_cell)
