"""사다리의 꼭대기: torch.nn과 같은 이름, 같은 인자, 같은 결과의 RNN, LSTM, GRU.

``numpy_rnn/modules.py``의 거울입니다. 안에 torch.nn.RNN은 없습니다.
"""

from course_lib.checks import check_nonlinearity
from course_lib.torch_rnn.base import RNNBase
from course_lib.torch_rnn.cells import RNN_RELU, RNN_TANH
from course_lib.torch_rnn.gru_cell import GRU_CELL
from course_lib.torch_rnn.lstm_cell import LSTM_CELL


class RNN(RNNBase):
    """RNN 층 (Elman RNN layers, a readable twin of torch.nn.RNN).

    Parameters
    ----------
    input_size, hidden_size : int
        D와 H.
    num_layers : int
        층의 수.
    nonlinearity : {'tanh', 'relu'}
    bias : bool
        편향을 둘지 정합니다.
    batch_first : bool
        참이면 x와 output이 (N, T, ·)입니다. 상태의 축은 그대로입니다.
    dropout : float
        층과 층 사이의 드롭아웃 확률.
    bidirectional : bool
        양방향으로 읽을지 정합니다.
    device, dtype
        ``Module``을 보십시오.

    Raises
    ------
    ShapeError, TypeError, ValueError
        무엇이 틀렸고 어떻게 고칠지 말합니다.

    See Also
    --------
    torch.nn.RNN

    Examples
    --------
    >>> import torch
    >>> output, h_n = RNN(4, 7, num_layers=2, bidirectional=True)(torch.ones(5, 3, 4))
    >>> tuple(output.shape), tuple(h_n.shape)
    ((5, 3, 14), (4, 3, 7))
    """

    def __init__(
        self, input_size, hidden_size, num_layers=1, nonlinearity="tanh", bias=True,
        batch_first=False, dropout=0.0, bidirectional=False, device=None, dtype=None,
    ):  # fmt: skip
        check_nonlinearity(nonlinearity)
        super().__init__(
            "RNN", RNN_TANH if nonlinearity == "tanh" else RNN_RELU, input_size, hidden_size,
            num_layers, bias, batch_first, dropout, bidirectional, device, dtype,
        )  # fmt: skip
        self.nonlinearity = nonlinearity

    def forward(self, x, hx=None):
        """시퀀스를 읽습니다 (forward).

        Parameters
        ----------
        x : Tensor, shape (T, N, D), (N, T, D) 또는 (T, D), 아니면 PackedSequence
        hx : Tensor, shape (F*num_layers, N, H) 또는 (F*num_layers, H), optional
            처음 상태 h_0. 없으면 0입니다.

        Returns
        -------
        output : Tensor or PackedSequence
            모든 시점, 마지막 층. x와 축의 순서가 같고 마지막 축은 F*H입니다. x가 패킹되어 있으면
            이것도 그렇습니다.
        h_n : Tensor
            마지막 시점, 모든 층. 처음 상태와 shape가 같고, 배치의 순서는 패킹하기 전의 것입니다.
        """
        output, (h_n,) = self._forward(x, hx)
        return output, h_n


class GRU(RNNBase):
    """GRU 층 (gated recurrent unit layers, a readable twin of torch.nn.GRU).

    인자와 결과는 ``RNN``과 같고, ``nonlinearity``만 없습니다.

    See Also
    --------
    torch.nn.GRU

    Examples
    --------
    >>> import torch
    >>> output, h_n = GRU(4, 7, batch_first=True)(torch.ones(3, 5, 4))
    >>> tuple(output.shape), tuple(h_n.shape)
    ((3, 5, 7), (1, 3, 7))
    """

    def __init__(
        self, input_size, hidden_size, num_layers=1, bias=True, batch_first=False, dropout=0.0,
        bidirectional=False, device=None, dtype=None,
    ):  # fmt: skip
        super().__init__(
            "GRU", GRU_CELL, input_size, hidden_size, num_layers, bias, batch_first, dropout,
            bidirectional, device, dtype,
        )  # fmt: skip

    forward = RNN.forward


class LSTM(RNNBase):
    """LSTM 층 (long short-term memory layers, a readable twin of torch.nn.LSTM).

    인자는 ``GRU``와 같습니다. 상태는 은닉 상태와 셀 상태 둘입니다.

    See Also
    --------
    torch.nn.LSTM

    Examples
    --------
    >>> import torch
    >>> output, (h_n, c_n) = LSTM(4, 7, num_layers=2)(torch.ones(5, 3, 4))
    >>> tuple(output.shape), tuple(h_n.shape), tuple(c_n.shape)
    ((5, 3, 7), (2, 3, 7), (2, 3, 7))
    """

    def __init__(
        self, input_size, hidden_size, num_layers=1, bias=True, batch_first=False, dropout=0.0,
        bidirectional=False, device=None, dtype=None,
    ):  # fmt: skip
        super().__init__(
            "LSTM", LSTM_CELL, input_size, hidden_size, num_layers, bias, batch_first, dropout,
            bidirectional, device, dtype,
        )  # fmt: skip

    def forward(self, x, hx=None):
        """시퀀스를 읽습니다 (forward).

        Parameters
        ----------
        x : Tensor, shape (T, N, D), (N, T, D) 또는 (T, D), 아니면 PackedSequence
        hx : tuple of Tensor, optional
            처음 상태 (h_0, c_0), 각각 (F*num_layers, N, H) 또는 (F*num_layers, H). 없으면 0입니다.

        Returns
        -------
        output : Tensor or PackedSequence
            ``RNN``과 같습니다.
        state : tuple of Tensor
            (h_n, c_n). 처음 상태와 shape가 같습니다.
        """
        return self._forward(x, hx)
