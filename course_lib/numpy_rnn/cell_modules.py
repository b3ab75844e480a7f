"""셀 하나짜리 모듈: 한 시점만 계산하는 RNNCell, LSTMCell, GRUCell.

셀 하나는 길이가 1인 시퀀스를 펼친 것과 같으므로 ``unroll.py``에 T = 1로 맡깁니다. 시퀀스 전체는
``modules.py``의 층이 읽습니다.
"""

import numpy as np

from course_lib.checks import (
    check_array,
    check_cell_input,
    check_cell_state,
    check_nonlinearity,
    unpack_state,
)
from course_lib.numpy_rnn.base import Module
from course_lib.numpy_rnn.cells import RNN_RELU, RNN_TANH
from course_lib.numpy_rnn.gru_cell import GRU_CELL
from course_lib.numpy_rnn.lstm_cell import LSTM_CELL
from course_lib.numpy_rnn.unroll import unroll, unroll_backward
from course_lib.shapes import STATES, CellShapes


class CellBase(Module):
    """세 셀 모듈이 함께 쓰는 부분 (what the three cell modules share).

    Parameters
    ----------
    kind : {'RNN', 'LSTM', 'GRU'}
    cell : Cell
    input_size, hidden_size, bias
        torch.nn.RNNCell과 같습니다.
    dtype, rng
        ``Module``을 보십시오.
    """

    def __init__(self, kind, cell, input_size, hidden_size, bias=True, *, dtype=None, rng=None):
        super().__init__(CellShapes(kind, input_size, hidden_size, bias), dtype, rng)
        self.cell = cell

    def _forward(self, x, hx):
        """검사하고 한 시점을 계산합니다. 상태는 튜플로 돌려줍니다."""
        kind = self.shapes.kind
        check_array("x", x, np.ndarray, self.dtype)
        N = check_cell_input(self.shapes, x)
        if hx is None:
            states = tuple(np.zeros(self.shapes.state(N), self.dtype) for _ in STATES[kind])
        else:
            states = unpack_state(kind, hx)
        self._check_states("{}_0", states, N)
        x, *states = (np.atleast_2d(array).copy() for array in (x, *states))
        weights = self._weights(self.params)
        _, states, cache = unroll(self.cell, x[None], tuple(states), weights)
        self._cache = (N, cache, weights)
        return tuple(self._unbatched(state, N).copy() for state in states)

    def _backward(self, d_states):
        """다음 상태의 기울기에서 (d_x, 이전 상태의 기울기들)을 계산합니다."""
        N, cache, weights = self._last_cache()
        self._check_states("d_{}_n", d_states, N)
        d_states = tuple(np.atleast_2d(d_state) for d_state in d_states)
        d_output = np.zeros_like(d_states[0])[None]
        d_x, d_states, d_weights = unroll_backward(self.cell, d_output, d_states, cache, weights)
        self.grads = self._by_name(self.shapes.parameters(), d_weights)
        return tuple(self._unbatched(gradient, N) for gradient in (d_x[0], *d_states))

    def _check_states(self, name, states, N):
        for letter, state in zip(STATES[self.shapes.kind], states, strict=True):
            check_array(name.format(letter), state, np.ndarray, self.dtype)
            check_cell_state(self.shapes, name.format(letter), state, N)

    def _unbatched(self, array, N):
        return array[0] if N is None else array


class RNNCell(CellBase):
    """RNN 셀 (one step, the NumPy twin of torch.nn.RNNCell).

    Parameters
    ----------
    input_size, hidden_size : int
        D와 H.
    bias : bool
    nonlinearity : {'tanh', 'relu'}
    dtype, rng
        ``Module``을 보십시오.

    See Also
    --------
    torch.nn.RNNCell

    Examples
    --------
    >>> cell = RNNCell(4, 7, rng=0)
    >>> h = cell(np.ones((3, 4)))
    >>> cell(np.ones((3, 4)), h).shape
    (3, 7)
    """

    def __init__(
        self, input_size, hidden_size, bias=True, nonlinearity="tanh", *, dtype=None, rng=None
    ):
        check_nonlinearity(nonlinearity)
        cell = RNN_TANH if nonlinearity == "tanh" else RNN_RELU
        super().__init__("RNN", cell, input_size, hidden_size, bias, dtype=dtype, rng=rng)
        self.nonlinearity = nonlinearity

    def __call__(self, x, hx=None):
        """한 시점을 계산합니다 (forward).

        Parameters
        ----------
        x : ndarray, shape (N, D) 또는 (D,)
        hx : ndarray, shape (N, H) 또는 (H,), optional
            이전 상태. 없으면 0입니다.

        Returns
        -------
        ndarray
            다음 상태. hx와 shape가 같습니다.
        """
        (h,) = self._forward(x, hx)
        return h

    def backward(self, d_h):
        """다음 상태의 기울기에서 d_x와 이전 상태의 기울기를 계산합니다 (backward).

        Parameters
        ----------
        d_h : ndarray, shape (N, H) 또는 (H,)

        Returns
        -------
        d_x, d_h_0 : ndarray
        """
        return self._backward((d_h,))


class GRUCell(CellBase):
    """GRU 셀 (one step, the NumPy twin of torch.nn.GRUCell).

    인자와 결과는 ``RNNCell``과 같고, ``nonlinearity``만 없습니다.

    See Also
    --------
    torch.nn.GRUCell

    Examples
    --------
    >>> GRUCell(4, 7, rng=0)(np.ones((3, 4))).shape
    (3, 7)
    """

    def __init__(self, input_size, hidden_size, bias=True, *, dtype=None, rng=None):
        super().__init__("GRU", GRU_CELL, input_size, hidden_size, bias, dtype=dtype, rng=rng)

    __call__ = RNNCell.__call__
    backward = RNNCell.backward


class LSTMCell(CellBase):
    """LSTM 셀 (one step, the NumPy twin of torch.nn.LSTMCell).

    인자는 ``GRUCell``과 같습니다. 상태는 (h, c) 둘입니다.

    See Also
    --------
    torch.nn.LSTMCell

    Examples
    --------
    >>> h, c = LSTMCell(4, 7, rng=0)(np.ones((3, 4)))
    >>> h.shape, c.shape
    ((3, 7), (3, 7))
    """

    def __init__(self, input_size, hidden_size, bias=True, *, dtype=None, rng=None):
        super().__init__("LSTM", LSTM_CELL, input_size, hidden_size, bias, dtype=dtype, rng=rng)

    def __call__(self, x, hx=None):
        """한 시점을 계산합니다 (forward).

        Parameters
        ----------
        x : ndarray, shape (N, D) 또는 (D,)
        hx : tuple of ndarray, optional
            이전 상태 (h, c), 각각 (N, H) 또는 (H,). 없으면 0입니다.

        Returns
        -------
        tuple of ndarray
            다음 상태 (h, c).
        """
        return self._forward(x, hx)

    def backward(self, d_h, d_c=None):
        """다음 상태의 기울기에서 d_x와 이전 상태의 기울기를 계산합니다 (backward).

        Parameters
        ----------
        d_h, d_c : ndarray, shape (N, H) 또는 (H,)
            d_c는 없으면 0입니다.

        Returns
        -------
        d_x, d_h_0, d_c_0 : ndarray
        """
        if d_c is None:
            d_c = np.zeros_like(d_h)
        return self._backward((d_h, d_c))
