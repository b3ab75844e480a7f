"""사다리의 꼭대기: torch.nn과 같은 이름, 같은 인자, 같은 결과의 RNN, LSTM, GRU.

계산은 ``stack.py``가, 검사와 축 바꾸기는 ``base.py``가 합니다. 여기에는 사용자가 부르는
클래스만 있습니다. 한 시점만 계산하는 모듈은 ``cell_modules.py``에 있습니다.
"""

from course_lib.checks import check_nonlinearity
from course_lib.numpy_rnn.base import RNNBase
from course_lib.numpy_rnn.cells import RNN_RELU, RNN_TANH
from course_lib.numpy_rnn.gru_cell import GRU_CELL
from course_lib.numpy_rnn.lstm_cell import LSTM_CELL


class RNN(RNNBase):
    """RNN 층 (Elman RNN layers, the NumPy twin of torch.nn.RNN).

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
    dtype, rng
        ``Module``을 보십시오.
    recompute : bool
        참이면 역전파할 때 다시 계산하여 메모리를 아낍니다. ``recompute.py``를 보십시오.

    Raises
    ------
    ShapeError, TypeError, ValueError
        무엇이 틀렸고 어떻게 고칠지 말합니다.

    See Also
    --------
    torch.nn.RNN

    Examples
    --------
    >>> import numpy as np
    >>> rnn = RNN(4, 7, num_layers=2, bidirectional=True, rng=0)
    >>> output, h_n = rnn(np.ones((5, 3, 4)))
    >>> output.shape, h_n.shape
    ((5, 3, 14), (4, 3, 7))
    """

    def __init__(
        self, input_size, hidden_size, num_layers=1, nonlinearity="tanh", bias=True,
        batch_first=False, dropout=0.0, bidirectional=False, *, dtype=None, rng=None,
        recompute=False,
    ):  # fmt: skip
        check_nonlinearity(nonlinearity)
        super().__init__(
            "RNN", RNN_TANH if nonlinearity == "tanh" else RNN_RELU, input_size, hidden_size,
            num_layers, bias, batch_first, dropout, bidirectional, dtype=dtype, rng=rng,
            recompute=recompute,
        )  # fmt: skip
        self.nonlinearity = nonlinearity

    def __call__(self, x, hx=None, lengths=None):
        """시퀀스를 읽습니다 (forward).

        Parameters
        ----------
        x : ndarray, shape (T, N, D), (N, T, D) 또는 (T, D)
        hx : ndarray, shape (F*num_layers, N, H) 또는 (F*num_layers, H), optional
            처음 상태 h_0. 없으면 0입니다.
        lengths : sequence of int, shape (N,), optional
            시퀀스마다의 길이. 순서는 상관이 없습니다. 끝을 지난 자리의 x는 무엇이어도 되고 output은
            0이며, h_n은 시퀀스마다 자기가 마지막으로 읽은 시점의 상태입니다.

        Returns
        -------
        output : ndarray
            모든 시점, 마지막 층. x와 축의 순서가 같고 마지막 축은 F*H입니다.
        h_n : ndarray
            마지막 시점, 모든 층. 처음 상태와 shape가 같습니다.
        """
        output, (h_n,) = self._forward(x, hx, lengths)
        return output, h_n

    def backward(self, d_output, d_h_n=None):
        """시간 역전파. ``grads``를 채웁니다 (backward).

        Parameters
        ----------
        d_output : ndarray
            output과 shape가 같습니다.
        d_h_n : ndarray, optional
            h_n과 shape가 같습니다. 없으면 0입니다.

        Returns
        -------
        d_x, d_h_0 : ndarray
        """
        return self._backward(d_output, (d_h_n,))


class GRU(RNNBase):
    """GRU 층 (gated recurrent unit layers, the NumPy twin of torch.nn.GRU).

    인자와 결과는 ``RNN``과 같고, ``nonlinearity``만 없습니다.

    See Also
    --------
    torch.nn.GRU

    Examples
    --------
    >>> import numpy as np
    >>> output, h_n = GRU(4, 7, batch_first=True, rng=0)(np.ones((3, 5, 4)))
    >>> output.shape, h_n.shape
    ((3, 5, 7), (1, 3, 7))
    """

    def __init__(
        self, input_size, hidden_size, num_layers=1, bias=True, batch_first=False, dropout=0.0,
        bidirectional=False, *, dtype=None, rng=None,
        recompute=False,
    ):  # fmt: skip
        super().__init__(
            "GRU", GRU_CELL, input_size, hidden_size, num_layers, bias, batch_first, dropout,
            bidirectional, dtype=dtype, rng=rng,
            recompute=recompute,
        )  # fmt: skip

    __call__ = RNN.__call__
    backward = RNN.backward


class LSTM(RNNBase):
    """LSTM 층 (long short-term memory layers, the NumPy twin of torch.nn.LSTM).

    인자는 ``GRU``와 같습니다. 상태는 은닉 상태와 셀 상태 둘입니다.

    See Also
    --------
    torch.nn.LSTM

    Examples
    --------
    >>> import numpy as np
    >>> output, (h_n, c_n) = LSTM(4, 7, num_layers=2, rng=0)(np.ones((5, 3, 4)))
    >>> output.shape, h_n.shape, c_n.shape
    ((5, 3, 7), (2, 3, 7), (2, 3, 7))
    """

    def __init__(
        self, input_size, hidden_size, num_layers=1, bias=True, batch_first=False, dropout=0.0,
        bidirectional=False, *, dtype=None, rng=None,
        recompute=False,
    ):  # fmt: skip
        super().__init__(
            "LSTM", LSTM_CELL, input_size, hidden_size, num_layers, bias, batch_first, dropout,
            bidirectional, dtype=dtype, rng=rng,
            recompute=recompute,
        )  # fmt: skip

    def __call__(self, x, hx=None, lengths=None):
        """시퀀스를 읽습니다 (forward).

        Parameters
        ----------
        x : ndarray, shape (T, N, D), (N, T, D) 또는 (T, D)
        hx : tuple of ndarray, optional
            처음 상태 (h_0, c_0), 각각 (F*num_layers, N, H) 또는 (F*num_layers, H). 없으면 0입니다.
        lengths : sequence of int, shape (N,), optional
            ``RNN``과 같습니다.

        Returns
        -------
        output : ndarray
            ``RNN``과 같습니다.
        state : tuple of ndarray
            (h_n, c_n). 처음 상태와 shape가 같습니다.
        """
        return self._forward(x, hx, lengths)

    def backward(self, d_output, d_h_n=None, d_c_n=None):
        """시간 역전파. ``grads``를 채웁니다 (backward).

        Parameters
        ----------
        d_output, d_h_n, d_c_n : ndarray
            output, h_n, c_n과 shape가 같습니다. 상태의 기울기는 없으면 0입니다.

        Returns
        -------
        d_x, d_h_0, d_c_0 : ndarray
        """
        return self._backward(d_output, (d_h_n, d_c_n))
