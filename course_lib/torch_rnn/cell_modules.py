"""셀 하나짜리 모듈: 한 시점만 계산하는 RNNCell, LSTMCell, GRUCell.

``numpy_rnn/cell_modules.py``의 거울입니다. 셀 하나는 길이가 1인 시퀀스를 펼친 것과 같습니다.
"""

import torch

from course_lib.checks import (
    check_cell_input,
    check_cell_state,
    check_nonlinearity,
    unpack_state,
)
from course_lib.shapes import STATES, CellShapes
from course_lib.torch_rnn.base import Module
from course_lib.torch_rnn.cells import RNN_RELU, RNN_TANH, Weights
from course_lib.torch_rnn.gru_cell import GRU_CELL
from course_lib.torch_rnn.lstm_cell import LSTM_CELL
from course_lib.torch_rnn.unroll import unroll


class CellBase(Module):
    """세 셀 모듈이 함께 쓰는 부분 (what the three cell modules share).

    Parameters
    ----------
    kind : {'RNN', 'LSTM', 'GRU'}
    cell : Cell
    input_size, hidden_size, bias
        torch.nn.RNNCell과 같습니다.
    device, dtype
        ``Module``을 보십시오.
    """

    def __init__(self, kind, cell, input_size, hidden_size, bias=True, device=None, dtype=None):
        super().__init__(CellShapes(kind, input_size, hidden_size, bias), device, dtype)
        self.cell = cell

    def _forward(self, x, hx):
        """검사하고 한 시점을 계산합니다. 상태는 튜플로 돌려줍니다."""
        kind = self.shapes.kind
        self._check_tensor("x", x)
        N = check_cell_input(self.shapes, x)
        if hx is None:
            states = tuple(x.new_zeros(self.shapes.state(N)) for _ in STATES[kind])
        else:
            states = unpack_state(kind, hx)
        for letter, state in zip(STATES[kind], states, strict=True):
            self._check_tensor(f"{letter}_0", state)
            check_cell_state(self.shapes, f"{letter}_0", state, N)
        x, *states = (torch.atleast_2d(tensor) for tensor in (x, *states))
        weights = Weights(*(getattr(self, name) for name in self.shapes.parameters()))
        _, states = unroll(self.cell, x[None], tuple(states), weights)
        return tuple(state[0] if N is None else state for state in states)


class RNNCell(CellBase):
    """RNN 셀 (one step, a readable twin of torch.nn.RNNCell).

    Parameters
    ----------
    input_size, hidden_size : int
        D와 H.
    bias : bool
    nonlinearity : {'tanh', 'relu'}
    device, dtype
        ``Module``을 보십시오.

    See Also
    --------
    torch.nn.RNNCell

    Examples
    --------
    >>> cell = RNNCell(4, 7)
    >>> h = cell(torch.ones(3, 4))
    >>> tuple(cell(torch.ones(3, 4), h).shape)
    (3, 7)
    """

    def __init__(
        self, input_size, hidden_size, bias=True, nonlinearity="tanh", device=None, dtype=None
    ):
        check_nonlinearity(nonlinearity)
        cell = RNN_TANH if nonlinearity == "tanh" else RNN_RELU
        super().__init__("RNN", cell, input_size, hidden_size, bias, device, dtype)
        self.nonlinearity = nonlinearity

    def forward(self, x, hx=None):
        """한 시점을 계산합니다 (forward).

        Parameters
        ----------
        x : Tensor, shape (N, D) 또는 (D,)
        hx : Tensor, shape (N, H) 또는 (H,), optional
            이전 상태. 없으면 0입니다.

        Returns
        -------
        Tensor
            다음 상태. hx와 shape가 같습니다.
        """
        (h,) = self._forward(x, hx)
        return h


class GRUCell(CellBase):
    """GRU 셀 (one step, a readable twin of torch.nn.GRUCell).

    인자와 결과는 ``RNNCell``과 같고, ``nonlinearity``만 없습니다.

    See Also
    --------
    torch.nn.GRUCell

    Examples
    --------
    >>> tuple(GRUCell(4, 7)(torch.ones(3, 4)).shape)
    (3, 7)
    """

    def __init__(self, input_size, hidden_size, bias=True, device=None, dtype=None):
        super().__init__("GRU", GRU_CELL, input_size, hidden_size, bias, device, dtype)

    forward = RNNCell.forward


class LSTMCell(CellBase):
    """LSTM 셀 (one step, a readable twin of torch.nn.LSTMCell).

    인자는 ``GRUCell``과 같습니다. 상태는 (h, c) 둘입니다.

    See Also
    --------
    torch.nn.LSTMCell

    Examples
    --------
    >>> h, c = LSTMCell(4, 7)(torch.ones(3, 4))
    >>> tuple(h.shape), tuple(c.shape)
    ((3, 7), (3, 7))
    """

    def __init__(self, input_size, hidden_size, bias=True, device=None, dtype=None):
        super().__init__("LSTM", LSTM_CELL, input_size, hidden_size, bias, device, dtype)

    def forward(self, x, hx=None):
        """한 시점을 계산합니다 (forward).

        Parameters
        ----------
        x : Tensor, shape (N, D) 또는 (D,)
        hx : tuple of Tensor, optional
            이전 상태 (h, c), 각각 (N, H) 또는 (H,). 없으면 0입니다.

        Returns
        -------
        tuple of Tensor
            다음 상태 (h, c).
        """
        return self._forward(x, hx)
