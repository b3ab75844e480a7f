"""사다리의 첫째 단: 셀. RNN의 한 시점의 식이 여기에만 있습니다.

``numpy_rnn/cells.py``의 거울입니다. 역전파는 torch의 자동 미분이 하므로 ``…_backward``와
``cache``, ``out``이 없습니다.
"""

from collections.abc import Callable
from functools import partial
from typing import NamedTuple

import torch
from torch import Tensor
from torch.nn.functional import linear


class Weights(NamedTuple):
    """셀 하나의 매개변수, torch의 순서 (parameters of one cell).

    ``w_ih`` (G*H, D), ``w_hh`` (G*H, H), ``b_ih`` (G*H,), ``b_hh`` (G*H,). 편향은 없을 수 있습니다.
    """

    w_ih: Tensor
    w_hh: Tensor
    b_ih: Tensor | None = None
    b_hh: Tensor | None = None


class Cell(NamedTuple):
    """시간 루프가 셀에 대해 아는 전부 (all that the time loop knows about a cell).

    ``additive``는 a와 ``q = h W_hhᵀ + b_hh``가 합 a + q로만 쓰이는지를 말합니다. GRU만 그렇지
    않습니다.
    """

    forward: Callable
    additive: bool = True


def rnn_cell(a, state, w_hh, b_hh=None, nonlinearity="tanh"):
    """RNN 셀의 한 시점 (one step of the Elman RNN).

    Parameters
    ----------
    a : Tensor, shape (N, H)
        투영된 입력 x W_ihᵀ + b_ih.
    state : tuple
        (h,), h의 shape는 (N, H).
    w_hh : Tensor, shape (H, H)
    b_hh : Tensor, shape (H,), optional
    nonlinearity : {'tanh', 'relu'}

    Returns
    -------
    tuple
        (h′,).

    Notes
    -----
    ``h' = tanh(x W_ihᵀ + b_ih + h W_hhᵀ + b_hh)``

    References
    ----------
    J. L. Elman (1990), Finding Structure in Time. doi:10.1207/s15516709cog1402_1

    See Also
    --------
    torch.nn.RNNCell

    Examples
    --------
    >>> (h,) = rnn_cell(torch.ones(3, 7), (torch.zeros(3, 7),), torch.ones(7, 7))
    >>> tuple(h.shape)
    (3, 7)
    """
    (h,) = state
    activation = torch.tanh if nonlinearity == "tanh" else torch.relu
    return (activation(a + linear(h, w_hh, b_hh)),)


#: 루프에 넘길 수 있는 RNN 셀. 활성화 함수는 tanh입니다.
RNN_TANH = Cell(rnn_cell)
#: 루프에 넘길 수 있는 RNN 셀. 활성화 함수는 ReLU입니다.
RNN_RELU = Cell(partial(rnn_cell, nonlinearity="relu"))
