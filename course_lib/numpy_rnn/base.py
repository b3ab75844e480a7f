"""모듈의 바탕: 매개변수를 이름으로 들고, 입력을 검사하고, 축의 순서를 맞춥니다.

계산은 ``stack.py``가 합니다. ``Module``은 torch.nn.Module에서 이 책이 쓰는 만큼이고,
``RNNBase``는 RNN, LSTM, GRU가 함께 쓰는 부분입니다.
"""

import math

import numpy as np

from course_lib.checks import (
    check_array,
    check_dropout,
    check_input,
    check_shape,
    check_state,
    check_state_dict,
    unpack_state,
)
from course_lib.explain import settings
from course_lib.interop import to_numpy
from course_lib.lengths import check_lengths
from course_lib.numpy_rnn.cells import Weights
from course_lib.numpy_rnn.packed import stack_packed, stack_packed_backward
from course_lib.numpy_rnn.recompute import unroll_recompute, unroll_recompute_backward
from course_lib.numpy_rnn.stack import stack, stack_backward
from course_lib.numpy_rnn.unroll import unroll, unroll_backward
from course_lib.shapes import STATES, RNNShapes, check_flag


class Module:
    """이름 붙은 매개변수와 기울기 (named parameters and their gradients).

    Parameters
    ----------
    shapes : CellShapes or RNNShapes
    dtype : dtype, optional
        실수형. 기본값은 float64입니다.
    rng : int or numpy.random.Generator, optional
        초깃값과 드롭아웃의 난수. 정수를 주면 언제나 같은 수가 나옵니다.

    Attributes
    ----------
    params : dict of ndarray
        torch의 이름으로 된 매개변수.
    grads : dict of ndarray
        ``backward``가 채우는 기울기. 부를 때마다 새로 씁니다(torch처럼 더하지 않습니다).
    training : bool
        참이면 드롭아웃이 작동합니다.

    Notes
    -----
    초깃값은 torch와 같은 분포 ``U(-1/√H, 1/√H)``에서 뽑습니다. 순전파와 역전파 사이에는
    ``params``의 값을 제자리에서 고치지 마십시오. 역전파는 순전파가 쓴 가중치를 다시 읽습니다.
    """

    def __init__(self, shapes, dtype=None, rng=None):
        self.shapes = shapes
        self.input_size, self.hidden_size = shapes.input_size, shapes.hidden_size
        self.bias = shapes.bias
        try:
            self.dtype = np.dtype(np.float64 if dtype is None else dtype)
        except TypeError:
            raise TypeError(f"dtype: 실수형이 필요합니다. 실제 {dtype!r}.") from None
        if self.dtype.kind != "f":
            raise TypeError(f"dtype: 실수형이 필요합니다. 실제 {self.dtype}.")
        self.rng = np.random.default_rng(rng)
        bound = 1 / math.sqrt(shapes.hidden_size)
        self.params = {
            name: self.rng.uniform(-bound, bound, shape).astype(self.dtype)
            for name, shape in shapes.parameters().items()
        }
        self.grads = {}
        self.training = True
        self._cache = None

    def __repr__(self):
        return f"{type(self).__name__}({settings(self)})"

    def train(self, mode: bool = True):
        """훈련 상태로 바꿉니다. 드롭아웃이 작동합니다 (training mode)."""
        self.training = mode
        return self

    def eval(self):
        """평가 상태로 바꿉니다. 드롭아웃이 작동하지 않습니다 (evaluation mode)."""
        return self.train(False)

    def state_dict(self) -> dict[str, np.ndarray]:
        """매개변수의 사본을 torch의 이름과 순서로 돌려줍니다 (a copy of the parameters)."""
        return {name: value.copy() for name, value in self.params.items()}

    def load_state_dict(self, state_dict) -> None:
        """매개변수를 불러옵니다. torch의 state_dict도 받습니다 (load parameters).

        Parameters
        ----------
        state_dict : mapping of str to array
            NumPy 배열이나 CPU에 있는 torch 텐서. dtype은 이 모듈의 것으로 바뀝니다.

        Raises
        ------
        ValueError
            이름이나 shape가 다를 때. 그때는 아무것도 바꾸지 않습니다.
        """
        check_state_dict(self.shapes.parameters(), state_dict)
        arrays = to_numpy(state_dict)
        self.params = {name: arrays[name].astype(self.dtype) for name in self.params}

    def _weights(self, cell) -> Weights:
        """셀 하나의 매개변수를 이름 대신 자리로 모읍니다."""
        return Weights(*(self.params[name] for name in cell))

    def _by_name(self, cell, d_weights) -> dict[str, np.ndarray]:
        """``_weights``의 반대. 없는 편향의 기울기는 버립니다."""
        return dict(zip(cell, d_weights, strict=False))

    def __getstate__(self):
        return self.__dict__ | {"_cache": None}  # 마지막 배치까지 저장하지 않습니다.

    def _last_cache(self):
        if self._cache is None:
            raise RuntimeError("backward: 먼저 모듈을 불러 순전파를 계산하십시오.")
        return self._cache


class RNNBase(Module):
    """RNN, LSTM, GRU가 함께 쓰는 부분 (what the three modules share).

    Parameters
    ----------
    kind : {'RNN', 'LSTM', 'GRU'}
    cell : Cell
    input_size, hidden_size, num_layers, bias, batch_first, dropout, bidirectional
        torch.nn.RNN과 같습니다.
    dtype, rng
        ``Module``을 보십시오.
    recompute : bool
        참이면 역전파할 때 √T 시점씩 다시 계산합니다. 기울기는 같고, 메모리는 2√T에 비례하고,
        순전파를 한 번 더 합니다.
    """

    def __init__(
        self, kind, cell, input_size, hidden_size, num_layers=1, bias=True, batch_first=False,
        dropout=0.0, bidirectional=False, *, dtype=None, rng=None, recompute=False,
    ):  # fmt: skip
        shapes = RNNShapes(
            kind, input_size, hidden_size, num_layers, bias, batch_first, bidirectional
        )
        check_dropout(dropout, num_layers)
        check_flag("recompute", recompute)
        super().__init__(shapes, dtype, rng)
        self.cell = cell
        self._layers = shapes.layers()
        self.num_layers, self.batch_first = num_layers, batch_first
        self.dropout, self.bidirectional = float(dropout), bidirectional
        self.recompute = recompute

    def _forward(self, x, hx, lengths):
        """검사하고, 축을 맞추고, 쌓은 층을 지나갑니다. 상태는 튜플로 돌려줍니다."""
        shapes = self.shapes
        check_array("x", x, np.ndarray, self.dtype)
        T, N = check_input(shapes, x)
        if lengths is not None:
            lengths = check_lengths(lengths, T, N)
        states = (None,) * len(STATES[shapes.kind])
        if hx is not None:
            states = unpack_state(shapes.kind, hx)
        states = self._checked_states("{}_0", states, N)
        x = self._time_major(x, N).copy()  # 사본이라야 나중에 x를 고쳐도 역전파가 그대로입니다.
        weights = [[self._weights(cell) for cell in directions] for directions in self._layers]
        dropout = self.dropout if self.training else 0.0
        run = unroll_recompute if self.recompute else unroll
        states, rest = self._by_layer(states), (dropout, self.rng, run)
        self._cache = None  # 지난 기록의 메모리를 먼저 돌려줍니다.
        if lengths is None:
            output, finals, caches = stack(self.cell, x, states, weights, *rest)
        else:
            output, finals, caches = stack_packed(self.cell, x, states, weights, lengths, *rest)
        self._cache = (T, N, lengths is not None, caches, weights)
        states = tuple(self._unbatched(state, N) for state in self._by_state(finals))
        return self._user_axes(output, N), states

    def _backward(self, d_output, d_states):
        """출력과 마지막 상태의 기울기에서 (d_x, 처음 상태의 기울기들)을 계산합니다."""
        T, N, packed, caches, weights = self._last_cache()
        shapes = self.shapes
        check_array("d_output", d_output, np.ndarray, self.dtype)
        letters = shapes.output_axes(N is not None)
        hint = "output과 같은 shape여야 합니다."
        check_shape("d_output", letters, shapes.output(T, N), d_output, hint)
        d_finals = self._checked_states("d_{}_n", d_states, N)
        run_backward = stack_packed_backward if packed else stack_backward
        d_x, d_firsts, d_weights = run_backward(
            self.cell, self._time_major(d_output, N), self._by_layer(d_finals), caches, weights,
            unroll_recompute_backward if self.recompute else unroll_backward,
        )  # fmt: skip
        self.grads = {
            name: gradient
            for directions, d_layer in zip(self._layers, d_weights, strict=True)
            for cell, d_cell in zip(directions, d_layer, strict=True)
            for name, gradient in self._by_name(cell, d_cell).items()
        }
        d_states = (self._unbatched(d_state, N) for d_state in self._by_state(d_firsts))
        return self._user_axes(d_x, N), *d_states

    def _checked_states(self, name, states, N):
        """사용자의 상태를 보고 배치 축을 붙입니다. 주지 않은 상태는 0입니다."""
        checked, shape = [], self.shapes.state(N)
        for letter, state in zip(STATES[self.shapes.kind], states, strict=True):
            if state is None:
                state = np.zeros(shape, self.dtype)
            else:
                check_array(name.format(letter), state, np.ndarray, self.dtype)
                check_state(self.shapes, name.format(letter), state, N)
            checked.append(state[:, None] if N is None else state)
        return tuple(checked)

    def _time_major(self, x, N):
        """사용자의 축에서 (T, N, ·)로."""
        if N is None:
            return x[:, None]
        return x.swapaxes(0, 1) if self.batch_first else x

    def _user_axes(self, x, N):
        """(T, N, ·)에서 사용자의 축으로."""
        if N is None:
            return x[:, 0]
        return x.swapaxes(0, 1) if self.batch_first else x

    def _unbatched(self, state, N):
        return state[:, 0] if N is None else state

    def _by_layer(self, states):
        """(F*num_layers, N, H)들을 [층][방향]의 상태 튜플로."""
        F = self.shapes.F
        cells = list(zip(*states, strict=True))
        return [cells[first : first + F] for first in range(0, len(cells), F)]

    def _by_state(self, layers):
        """[층][방향]의 상태 튜플을 (F*num_layers, N, H)들로."""
        cells = [state for directions in layers for state in directions]
        return tuple(np.array(states) for states in zip(*cells, strict=True))
