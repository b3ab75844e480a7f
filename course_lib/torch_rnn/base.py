"""모듈의 바탕: 매개변수를 이름으로 들고, 입력을 검사하고, 축의 순서를 맞춥니다.

``numpy_rnn/base.py``의 거울입니다. 계산은 ``stack.py``가 하고, 여기의 ``Module``은
torch.nn.Module에 torch.nn의 초깃값과 우리의 검사를 더한 것입니다.
"""

import math
from collections.abc import Mapping

import torch
from torch import nn
from torch.nn.utils.rnn import PackedSequence

from course_lib.checks import (
    check_array,
    check_dropout,
    check_input,
    check_state,
    check_state_dict,
    unpack_state,
)
from course_lib.explain import settings
from course_lib.interop import to_torch
from course_lib.lengths import check_packed
from course_lib.shapes import STATES, RNNShapes
from course_lib.torch_rnn.cells import Weights
from course_lib.torch_rnn.packed import stack_packed
from course_lib.torch_rnn.stack import stack


class Module(nn.Module):
    """torch.nn과 같은 이름과 초깃값의 매개변수 (torch.nn's parameters, bit for bit).

    Parameters
    ----------
    shapes : CellShapes or RNNShapes
    device : torch.device, optional
    dtype : torch.dtype, optional
        실수형. 기본값은 torch의 기본값(float32)입니다.

    Raises
    ------
    TypeError
        dtype이 실수형이 아닐 때.

    Notes
    -----
    매개변수를 torch.nn과 같은 순서로 뽑습니다. 그래서 시드가 같으면 초깃값도 비트까지 같습니다.
    """

    def __init__(self, shapes, device=None, dtype=None):
        super().__init__()
        if dtype is not None and not dtype.is_floating_point:
            raise TypeError(f"dtype: 실수형이 필요합니다. 실제 {dtype}.")
        self.shapes = shapes
        self.input_size, self.hidden_size = shapes.input_size, shapes.hidden_size
        self.bias = shapes.bias
        for name, shape in shapes.parameters().items():
            self.register_parameter(
                name, nn.Parameter(torch.empty(shape, device=device, dtype=dtype))
            )
        self.reset_parameters()

    def reset_parameters(self) -> None:
        """초깃값을 ``U(-1/√H, 1/√H)``에서 다시 뽑습니다 (draw new initial values)."""
        bound = 1 / math.sqrt(self.hidden_size)
        for parameter in self.parameters():
            nn.init.uniform_(parameter, -bound, bound)

    def load_state_dict(self, state_dict, strict=True, assign=False):
        """매개변수를 불러옵니다. NumPy 배열로 된 것도 받습니다 (load parameters).

        Parameters
        ----------
        state_dict : mapping of str to Tensor or ndarray
        strict, assign : bool
            torch.nn.Module과 같습니다.

        Raises
        ------
        ValueError
            ``strict``인데 이름이 다르거나, shape가 다를 때. 그때는 아무것도 바꾸지 않습니다.
        """
        expected = self.shapes.parameters()
        if self.state_dict().keys() != expected.keys():
            # 상속하거나 감싸서 매개변수가 달라진 모듈은 torch의 검사에 맡깁니다.
            return super().load_state_dict(state_dict, strict, assign)
        if strict or not isinstance(state_dict, Mapping):
            check_state_dict(expected, state_dict)
        else:
            known = {name: state_dict[name] for name in expected if name in state_dict}
            check_state_dict({name: expected[name] for name in known}, known)
        arrays = {name: v for name, v in state_dict.items() if not torch.is_tensor(v)}
        return super().load_state_dict(dict(state_dict) | to_torch(arrays), strict, assign)

    def _check_tensor(self, name, tensor) -> None:
        """텐서의 종류와 dtype을 봅니다. autocast 안에서는 torch가 곱마다 dtype을 맞춥니다."""
        dtype = next(self.parameters()).dtype
        device = tensor.device.type if torch.is_tensor(tensor) else "cpu"
        if torch.amp.is_autocast_available(device) and torch.is_autocast_enabled(device):
            dtype = getattr(tensor, "dtype", dtype)
        check_array(name, tensor, torch.Tensor, dtype)

    def extra_repr(self) -> str:
        """``print(module)``이 보여 줄 설정 (the configuration)."""
        return settings(self)


class RNNBase(Module):
    """RNN, LSTM, GRU가 함께 쓰는 부분 (what the three modules share).

    Parameters
    ----------
    kind : {'RNN', 'LSTM', 'GRU'}
    cell : Cell
    input_size, hidden_size, num_layers, bias, batch_first, dropout, bidirectional
        torch.nn.RNN과 같습니다.
    device, dtype
        ``Module``을 보십시오.
    """

    def __init__(
        self, kind, cell, input_size, hidden_size, num_layers=1, bias=True, batch_first=False,
        dropout=0.0, bidirectional=False, device=None, dtype=None,
    ):  # fmt: skip
        shapes = RNNShapes(
            kind, input_size, hidden_size, num_layers, bias, batch_first, bidirectional
        )
        check_dropout(dropout, num_layers)
        super().__init__(shapes, device, dtype)
        self.cell = cell
        self._layers = shapes.layers()
        self.num_layers, self.batch_first = num_layers, batch_first
        self.dropout, self.bidirectional = float(dropout), bidirectional

    def _forward(self, x, hx):
        """검사하고, 축을 맞추고, 쌓은 층을 지나갑니다. 상태는 튜플로 돌려줍니다."""
        shapes = self.shapes
        packed = isinstance(x, PackedSequence)
        data = x.data if packed else x
        self._check_tensor("x.data" if packed else "x", data)
        N = check_packed(shapes, x) if packed else check_input(shapes, x)[1]
        if hx is None:
            states = tuple(data.new_zeros(shapes.state(N)) for _ in STATES[shapes.kind])
        else:
            states = unpack_state(shapes.kind, hx)
        for letter, state in zip(STATES[shapes.kind], states, strict=True):
            self._check_tensor(f"{letter}_0", state)
            check_state(shapes, f"{letter}_0", state, N)
        states = tuple(state.unsqueeze(1) if N is None else state for state in states)
        weights = [
            [Weights(*(getattr(self, name) for name in cell)) for cell in directions]
            for directions in self._layers
        ]
        dropout = self.dropout if self.training else 0.0
        rest = (self._by_layer(states), weights, dropout)
        if packed:
            output, finals = stack_packed(self.cell, x, *rest)
        else:
            output, finals = stack(self.cell, self._time_major(x, N), *rest)
            output = self._user_axes(output, N)
        states = self._by_state(finals)
        return output, tuple(state.squeeze(1) if N is None else state for state in states)

    def _time_major(self, x, N):
        """사용자의 축에서 (T, N, ·)로."""
        if N is None:
            return x.unsqueeze(1)
        return x.transpose(0, 1) if self.batch_first else x

    def _user_axes(self, x, N):
        """(T, N, ·)에서 사용자의 축으로."""
        if N is None:
            return x.squeeze(1)
        return x.transpose(0, 1) if self.batch_first else x

    def _by_layer(self, states):
        """(F*num_layers, N, H)들을 [층][방향]의 상태 튜플로."""
        F = self.shapes.F
        cells = list(zip(*states, strict=True))
        return [cells[first : first + F] for first in range(0, len(cells), F)]

    def _by_state(self, layers):
        """[층][방향]의 상태 튜플을 (F*num_layers, N, H)들로."""
        cells = [state for directions in layers for state in directions]
        return tuple(torch.stack(states) for states in zip(*cells, strict=True))

    def flatten_parameters(self) -> None:
        """할 일이 없습니다. torch.nn.RNN 자리에 넣을 수 있도록 이름만 둡니다 (no-op)."""
