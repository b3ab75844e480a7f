"""사다리의 바닥: 축 글자, 게이트 순서, 매개변수의 이름과 shape.

이 규칙들은 여기에만 있습니다. 계산하지 않고, 배열도 보지 않습니다(배열의 검사는 ``checks.py``).

글자: N 배치, T 시퀀스 길이, D 입력 크기, H 은닉 크기, F 방향 수(1 또는 2), G 게이트 블록 수.
"""

import math
from dataclasses import dataclass
from numbers import Integral

#: 가중치의 첫째 축에 쌓인 게이트 블록의 순서. torch의 순서입니다.
GATES = {"RNN": ("h",), "LSTM": ("i", "f", "g", "o"), "GRU": ("r", "z", "n")}
#: 다음 시점으로 넘어가는 상태. 첫째가 밖으로 나가는 값입니다.
STATES = {"RNN": ("h",), "LSTM": ("h", "c"), "GRU": ("h",)}


class ShapeError(ValueError):
    """shape가 맞지 않습니다 (the shapes do not fit)."""


@dataclass(frozen=True)
class CellShapes:
    """셀 하나의 shape 규칙 (shapes of one cell).

    Parameters
    ----------
    kind : {'RNN', 'LSTM', 'GRU'}
    input_size, hidden_size : int
        D와 H. 1 이상입니다.
    bias : bool
        편향 ``bias_ih``, ``bias_hh``를 둘지 정합니다.

    Raises
    ------
    ValueError
        ``kind``를 모르거나 크기가 1보다 작을 때.
    TypeError
        크기가 정수가 아니거나, 참과 거짓의 자리에 다른 것이 올 때.

    See Also
    --------
    torch.nn.RNNCell, torch.nn.LSTMCell, torch.nn.GRUCell

    Examples
    --------
    >>> CellShapes("LSTM", 4, 7).parameters()["weight_ih"]
    (28, 4)
    """

    kind: str
    input_size: int
    hidden_size: int
    bias: bool = True

    def __post_init__(self):
        if self.kind not in GATES:
            raise ValueError(f"kind: {list(GATES)} 가운데 하나여야 합니다. 실제 {self.kind!r}.")
        for name in ("input_size", "hidden_size"):
            object.__setattr__(self, name, check_size(name, getattr(self, name)))
        check_flag("bias", self.bias)

    @property
    def G(self) -> int:
        """게이트 블록 수 (number of gate blocks)."""
        return len(GATES[self.kind])

    def parameters(self, suffix: str = "") -> dict[str, tuple[int, ...]]:
        """매개변수의 이름과 shape를 torch의 순서로 돌려줍니다 (parameter shapes by name)."""
        rows = self.G * self.hidden_size
        shapes = {
            f"weight_ih{suffix}": (rows, self.input_size),
            f"weight_hh{suffix}": (rows, self.hidden_size),
        }
        if self.bias:
            shapes |= {f"bias_ih{suffix}": (rows,), f"bias_hh{suffix}": (rows,)}
        return shapes

    def input_axes(self, batched: bool = True) -> tuple[str, ...]:
        """입력의 축 글자 (letters of the input)."""
        return ("N", "D") if batched else ("D",)

    def state_axes(self, batched: bool = True) -> tuple[str, ...]:
        """상태의 축 글자 (letters of a state)."""
        return ("N", "H") if batched else ("H",)

    def state(self, N: int | None = None) -> tuple[int, ...]:
        """상태의 shape (N, H), 배치가 없으면 (H,) (one state)."""
        return (self.hidden_size,) if N is None else (N, self.hidden_size)


@dataclass(frozen=True)
class RNNShapes:
    """층 전체의 shape 규칙 (every shape of a recurrent layer, from its sizes).

    Parameters
    ----------
    kind : {'RNN', 'LSTM', 'GRU'}
    input_size, hidden_size, num_layers : int
        D, H와 층 수. 1 이상입니다.
    bias, batch_first, bidirectional : bool
        torch.nn.RNN의 인자와 같습니다.

    Raises
    ------
    ValueError
        ``kind``를 모르거나 크기가 1보다 작을 때.
    TypeError
        크기가 정수가 아니거나, 참과 거짓의 자리에 다른 것이 올 때.

    Notes
    -----
    층 1부터의 입력은 아래층 두 방향의 출력을 이은 것이므로 너비가 F*H입니다.

    See Also
    --------
    torch.nn.RNN, torch.nn.LSTM, torch.nn.GRU

    Examples
    --------
    >>> shapes = RNNShapes("LSTM", 4, 7, num_layers=2, bidirectional=True)
    >>> shapes.parameters()["weight_ih_l1"], shapes.state(N=3), shapes.output(T=5, N=3)
    ((28, 14), (4, 3, 7), (5, 3, 14))
    """

    kind: str
    input_size: int
    hidden_size: int
    num_layers: int = 1
    bias: bool = True
    batch_first: bool = False
    bidirectional: bool = False

    def __post_init__(self):
        cell = self.cell(0)
        num_layers = check_size("num_layers", self.num_layers)
        sizes = {"input_size": cell.input_size, "hidden_size": cell.hidden_size}
        for name, size in (sizes | {"num_layers": num_layers}).items():
            object.__setattr__(self, name, size)
        check_flag("batch_first", self.batch_first)
        check_flag("bidirectional", self.bidirectional)

    @property
    def F(self) -> int:
        """방향 수 (number of directions)."""
        return 2 if self.bidirectional else 1

    @property
    def G(self) -> int:
        """게이트 블록 수 (number of gate blocks)."""
        return len(GATES[self.kind])

    @property
    def num_parameters(self) -> int:
        """매개변수의 수 (how many numbers are learned)."""
        return sum(math.prod(shape) for shape in self.parameters().values())

    def cell(self, layer: int) -> CellShapes:
        """``layer`` 층에 있는 셀의 규칙 (the cell of a layer)."""
        width = self.input_size if layer == 0 else self.F * self.hidden_size
        return CellShapes(self.kind, width, self.hidden_size, self.bias)

    def layers(self) -> list[list[dict[str, tuple[int, ...]]]]:
        """매개변수를 [층][방향]으로 나눕니다 (parameters by layer and direction)."""
        suffixes = ("", "_reverse")[: self.F]
        return [
            [self.cell(k).parameters(f"_l{k}{suffix}") for suffix in suffixes]
            for k in range(self.num_layers)
        ]

    def parameters(self) -> dict[str, tuple[int, ...]]:
        """모든 매개변수의 이름과 shape를 torch의 순서로 (all parameter shapes by name)."""
        return {
            name: shape
            for directions in self.layers()
            for cell in directions
            for name, shape in cell.items()
        }

    def input_axes(self, batched: bool = True) -> tuple[str, ...]:
        """입력의 축 글자 (letters of the input)."""
        if not batched:
            return ("T", "D")
        return ("N", "T", "D") if self.batch_first else ("T", "N", "D")

    def output_axes(self, batched: bool = True) -> tuple[str, ...]:
        """output의 축 글자 (letters of the output)."""
        return (*self.input_axes(batched)[:-1], "F*H")

    def state_axes(self, batched: bool = True) -> tuple[str, ...]:
        """상태의 축 글자. batch_first와 상관이 없습니다 (letters of a state)."""
        return ("F*num_layers", "N", "H") if batched else ("F*num_layers", "H")

    def _sizes(self, axes, T: int | None, N: int | None) -> tuple[int, ...]:
        size = {"T": T, "N": N, "D": self.input_size, "H": self.hidden_size}
        size |= {"F*H": self.F * self.hidden_size, "F*num_layers": self.F * self.num_layers}
        return tuple(size[axis] for axis in axes)

    def input(self, T: int, N: int | None = None) -> tuple[int, ...]:
        """입력 x의 shape (shape of the input)."""
        return self._sizes(self.input_axes(N is not None), T, N)

    def output(self, T: int, N: int | None = None) -> tuple[int, ...]:
        """output의 shape: 모든 시점, 마지막 층 (shape of the output)."""
        return self._sizes(self.output_axes(N is not None), T, N)

    def state(self, N: int | None = None) -> tuple[int, ...]:
        """h_0, h_n, c_0, c_n의 shape: 한 시점, 모든 층 (shape of a state)."""
        return self._sizes(self.state_axes(N is not None), None, N)


def parameter_axes(name: str) -> tuple[str, ...]:
    """매개변수의 축 글자를 이름만 보고 돌려줍니다 (letters of a parameter).

    Parameters
    ----------
    name : str
        torch의 이름. 층 1부터의 ``weight_ih``는 D 대신 아래층의 출력 F*H를 읽습니다. 모델에
        묶인 이름 ``rnn.weight_ih_l0``과 선형 출력층의 ``weight``, ``bias``도 압니다.

    Returns
    -------
    tuple of str

    Examples
    --------
    >>> parameter_axes("weight_ih_l1_reverse"), parameter_axes("bias_hh")
    (('G*H', 'F*H'), ('G*H',))
    """
    name = name.rpartition(".")[2]
    if name in ("weight", "bias"):
        return ("K", "F*H") if name == "weight" else ("K",)
    if name.startswith("bias"):
        return ("G*H",)
    if name.startswith("weight_hh"):
        return ("G*H", "H")
    lowest = "_l" not in name or "_l0" in name
    return ("G*H", "D" if lowest else "F*H")


def shape_text(axes) -> str:
    """축의 글자나 크기를 shape처럼 적습니다 (written like a shape).

    Examples
    --------
    >>> shape_text(("T", "N", "D")), shape_text((3,))
    ('(T, N, D)', '(3,)')
    """
    return f"({', '.join(map(str, axes))}{',' if len(axes) == 1 else ''})"


def check_size(name: str, value) -> int:
    """크기가 1 이상의 정수인지 보고 Python의 int로 돌려줍니다 (a positive integer).

    np.uint8 같은 정수는 곱하면 넘치므로 그대로 쓰지 않습니다.

    Raises
    ------
    TypeError
        정수가 아닐 때.
    ValueError
        1보다 작을 때.

    Examples
    --------
    >>> check_size("hidden_size", 0)
    Traceback (most recent call last):
        ...
    ValueError: hidden_size: 1 이상이어야 합니다. 실제 0.
    """
    if not isinstance(value, Integral) or isinstance(value, bool):
        raise TypeError(f"{name}: 정수가 필요합니다. 실제 {value!r}.")
    if value < 1:
        raise ValueError(f"{name}: 1 이상이어야 합니다. 실제 {value}.")
    return int(value)


def check_flag(name: str, value) -> None:
    """참인지 거짓인지 봅니다. 자리가 밀린 인자가 여기서 걸립니다 (a bool).

    Raises
    ------
    TypeError
        True도 False도 아닐 때.

    Examples
    --------
    >>> check_flag("bias", "tanh")
    Traceback (most recent call last):
        ...
    TypeError: bias: True나 False가 필요합니다. 실제 'tanh'. 인자의 순서를 보십시오.
    """
    if not isinstance(value, bool):
        raise TypeError(
            f"{name}: True나 False가 필요합니다. 실제 {value!r}. 인자의 순서를 보십시오."
        )
