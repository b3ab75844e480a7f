"""사다리의 첫째 단, GRU: 한 시점의 식이 여기에만 있습니다.

``numpy_rnn/gru_cell.py``의 거울입니다. 게이트 블록의 순서는 ``shapes.GATES``에 있습니다.
"""

import torch
from torch.nn.functional import linear

from course_lib.torch_rnn.cells import Cell


def gru_cell(a, state, w_hh, b_hh=None):
    """GRU 셀의 한 시점 (one step of the GRU).

    Parameters
    ----------
    a : Tensor, shape (N, 3*H)
        투영된 입력 ``x W_ihᵀ + b_ih``. 블록의 순서는 r, z, n입니다.
    state : tuple
        (h,), shape (N, H).
    w_hh : Tensor, shape (3*H, H)
    b_hh : Tensor, shape (3*H,), optional

    Returns
    -------
    tuple
        (h′,).

    Notes
    -----
    ``r, z = σ(a + q)``; ``n = tanh(a_n + r*q_n)``; ``h' = (1-z)*n + z*h``.
    여기서 ``q = h W_hhᵀ + b_hh``입니다.

    References
    ----------
    K. Cho et al. (2014), Learning Phrase Representations using RNN Encoder-Decoder for Statistical
    Machine Translation. arXiv:1406.1078

    See Also
    --------
    torch.nn.GRUCell

    Examples
    --------
    >>> (h,) = gru_cell(torch.ones(3, 21), (torch.zeros(3, 7),), torch.ones(21, 7))
    >>> tuple(h.shape)
    (3, 7)
    """
    (h,) = state
    H = h.shape[-1]
    a_rz, a_n = a.split((2 * H, H), dim=-1)
    q_rz, q_n = linear(h, w_hh, b_hh).split((2 * H, H), dim=-1)
    r, z = torch.sigmoid(a_rz + q_rz).chunk(2, dim=-1)
    n = torch.tanh(a_n + r * q_n)
    return (torch.lerp(n, h, z),)  # n + z*(h - n)


#: 루프에 넘길 수 있는 GRU 셀.
GRU_CELL = Cell(gru_cell, additive=False)
