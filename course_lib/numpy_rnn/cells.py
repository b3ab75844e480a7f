"""사다리의 첫째 단: 셀. RNN의 한 시점의 식과 그 미분이 여기에만 있습니다.

게이트가 있는 셀은 ``lstm_cell.py``와 ``gru_cell.py``에 있습니다. 시점을 돌지 않고(``unroll.py``),
매개변수를 들고 있지도 입력을 검사하지도 않습니다(``modules.py``).

기다려야 하는 것만 시점마다 계산합니다. 순전파에서 입력의 절반 ``a = x W_ihᵀ + b_ih``는 이전
상태를 기다리지 않으므로 모든 시점을 한꺼번에 계산합니다. 그래서 셀은 x가 아니라 a를 받습니다.
역전파에서 활성화 함수의 미분은 위에서 오는 기울기를 기다리지 않습니다. 그래서 ``…_slopes``가
여러 시점을 한꺼번에 계산하고, ``…_backward``는 거기에 기울기를 곱하기만 합니다.
"""

from collections.abc import Callable
from functools import partial
from typing import NamedTuple

import numpy as np

from course_lib.numpy_rnn.functional import linear


class Weights(NamedTuple):
    """셀 하나의 매개변수, torch의 순서 (parameters of one cell).

    ``w_ih`` (G*H, D), ``w_hh`` (G*H, H), ``b_ih`` (G*H,), ``b_hh`` (G*H,). 편향은 없을 수 있습니다.
    """

    w_ih: np.ndarray
    w_hh: np.ndarray
    b_ih: np.ndarray | None = None
    b_hh: np.ndarray | None = None

    def plus(self, other):
        """같은 자리끼리 더합니다. 편향이 없으면 없는 채로 둡니다 (place by place)."""
        pairs = zip(self, other, strict=True)
        return Weights(*(None if a is None else a + b for a, b in pairs))


class Tape(NamedTuple):
    """순전파가 역전파를 위해 남긴 것 (what the forward pass leaves for the backward pass).

    맨 앞에 시점의 축이 있어도 없어도 됩니다. ``before``와 ``after``는 셀이 받은 상태와 낸 상태의
    튜플, ``gates`` (G, N, H)는 게이트, ``kept``는 그 밖에 남긴 (N, H)들입니다. 게이트가 없는 셀의
    ``gates``는 None입니다.
    """

    before: tuple
    after: tuple
    gates: np.ndarray | None = None
    kept: tuple = ()

    def __getitem__(self, steps):
        """시점을 골라냅니다 (the tape of some steps)."""
        before, after, kept = (
            tuple(array[steps] for array in arrays)
            for arrays in (self.before, self.after, self.kept)
        )
        return Tape(before, after, None if self.gates is None else self.gates[steps], kept)


def no_slopes(tape):
    """미리 계산할 미분이 없는 셀에 넣는 함수 (nothing to prepare)."""
    return ()


class Cell(NamedTuple):
    """시간 루프가 셀에 대해 아는 전부 (all that the time loop knows about a cell).

    ``keeps``는 게이트와 상태 밖에 시점마다 남기는 (N, H) 배열의 수입니다. ``to_q``는 a의 기울기를
    ``q = h W_hhᵀ + b_hh``의 기울기로 제자리에서 바꾸는 함수이고, 둘이 같은 셀에는 없습니다.
    """

    forward: Callable
    backward: Callable
    slopes: Callable = no_slopes
    keeps: int = 0
    to_q: Callable | None = None

    @property
    def additive(self) -> bool:
        """a와 q가 합 a + q로만 쓰이는지 (only the sum matters).

        그렇다면 둘의 기울기가 같고, 따라서 ``b_ih``와 ``b_hh``의 기울기도 같습니다. GRU만 그렇지
        않습니다.
        """
        return self.to_q is None


def rnn_cell(a, state, w_hh, b_hh=None, nonlinearity="tanh", out=None):
    """RNN 셀의 한 시점 (one step of the Elman RNN).

    Parameters
    ----------
    a : ndarray, shape (N, H)
        투영된 입력 x W_ihᵀ + b_ih.
    state : tuple
        (h,), h의 shape는 (N, H).
    w_hh : ndarray, shape (H, H)
    b_hh : ndarray, shape (H,), optional
    nonlinearity : {'tanh', 'relu'}
    out : tuple of ndarray, optional
        (게이트의 자리, h′의 자리). RNN에는 게이트가 없어 뒤의 것만 씁니다.

    Returns
    -------
    state : tuple
        (h′,).
    tape : Tape
        역전파를 위해 남기는 것. RNN은 h′만으로 됩니다.

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
    >>> (h,), _ = rnn_cell(np.ones((3, 7)), (np.zeros((3, 7)),), np.ones((7, 7)))
    >>> h.shape
    (3, 7)
    """
    (h,) = state
    h = linear(h, w_hh, b_hh, out=out and out[1])
    h += a
    if nonlinearity == "tanh":
        np.tanh(h, out=h)
    else:
        np.maximum(h, 0, out=h)
    return (h,), Tape(state, (h,))


def rnn_slopes(tape, nonlinearity="tanh"):
    """RNN 셀의 미분 가운데 기울기를 기다리지 않는 부분 (slopes of any number of steps).

    Parameters
    ----------
    tape : Tape
    nonlinearity : {'tanh', 'relu'}

    Returns
    -------
    tuple
        (활성화 함수의 미분,), shape (N, H).

    Notes
    -----
    ``tanh' = 1 - h'²``, ``relu' = [h' > 0]``. 활성화 함수의 미분을 출력 h′만으로 쓸 수 있습니다.

    Examples
    --------
    >>> h = np.full((5, 3, 7), 0.5)
    >>> (slope,) = rnn_slopes(Tape((h,), (h,)))
    >>> float(slope[0, 0, 0]), slope.shape
    (0.75, (5, 3, 7))
    """
    (h,) = tape.after
    if nonlinearity == "tanh":
        slope = h * h
        return (np.subtract(1, slope, out=slope),)
    return (np.sign(h),)  # h는 음수가 아니므로 0 아니면 1입니다.


def rnn_cell_backward(d_state, slopes, w_hh, out=None):
    """RNN 셀의 역전파 (backward of one step).

    Parameters
    ----------
    d_state : tuple
        (d_h′,), shape (N, H). 위와 다음 시점에서 온 기울기의 합입니다.
    slopes : tuple
        ``rnn_slopes``의 한 시점.
    w_hh : ndarray, shape (H, H)
    out : ndarray, optional
        d_a를 쓸 자리.

    Returns
    -------
    d_a, d_q : ndarray, shape (N, H)
        두 절반의 기울기. RNN에서 둘은 같은 배열입니다.
    d_state : tuple
        (d_h,), 이전 상태로 가는 기울기.

    Notes
    -----
    ``d_a = d_h' * tanh'``, ``d_h = d_a W_hh``

    Examples
    --------
    >>> slope = np.full((3, 7), 0.75)
    >>> d_a, d_q, (d_h,) = rnn_cell_backward((np.ones((3, 7)),), (slope,), np.eye(7))
    >>> float(d_a[0, 0]), d_h.shape
    (0.75, (3, 7))
    """
    (d_h,), (slope,) = d_state, slopes
    d_a = np.multiply(d_h, slope, out=out)
    return d_a, d_a, (np.dot(d_a, w_hh),)


#: 루프에 넘길 수 있는 RNN 셀. 활성화 함수는 tanh입니다.
RNN_TANH = Cell(rnn_cell, rnn_cell_backward, rnn_slopes)
#: 루프에 넘길 수 있는 RNN 셀. 활성화 함수는 ReLU입니다.
RNN_RELU = Cell(
    partial(rnn_cell, nonlinearity="relu"),
    rnn_cell_backward,
    partial(rnn_slopes, nonlinearity="relu"),
)
