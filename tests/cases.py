"""시험이 함께 쓰는 것: 설정의 격자, 허용 오차, 세 라이브러리를 똑같이 부르는 함수.

기대하는 쪽은 언제나 torch.nn입니다. 그래서 여기의 shape는 ``course_lib.shapes``를 쓰지 않고
따로 적습니다.
"""

import itertools
import re
from dataclasses import dataclass, replace

import numpy as np
import pytest
import torch
from torch import nn
from torch.nn.utils.rnn import pack_padded_sequence, pad_packed_sequence

from course_lib import numpy_rnn, torch_rnn

torch.set_num_threads(1)  # 배열이 작아서, 스레드를 나누면 오히려 몇 배 느립니다.

OURS = {"numpy_rnn": numpy_rnn, "torch_rnn": torch_rnn}
KINDS = {"RNN-tanh": ("RNN", "tanh"), "RNN-relu": ("RNN", "relu"), "LSTM": ("LSTM", None)}
KINDS |= {"GRU": ("GRU", None)}

#: 허용하는 절대 오차. 격자 전체의 순전파와 모든 기울기에서 잰 최댓값이 옆에 있습니다.
TOLERANCE = {
    "float64": 1e-12,  # torch.nn과 3.6e-15 (가중치의 기울기)
    "float32": 2e-5,  # torch.nn과 4.8e-6 (가중치의 기울기)
}


@dataclass(frozen=True)
class Case:
    """층의 설정 하나와 데이터의 크기 (one configuration)."""

    kind: str = "RNN"
    nonlinearity: str | None = None
    num_layers: int = 1
    bidirectional: bool = False
    bias: bool = True
    batch_first: bool = False
    batched: bool = True
    given: bool = True  # 처음 상태를 넘기는지
    lengths: tuple | None = None  # 시퀀스마다의 길이
    T: int = 5
    N: int = 3
    D: int = 4
    H: int = 7

    def __str__(self):
        F, sizes = 1 + self.bidirectional, (self.T, self.N, self.D, self.H)
        words = {
            self.kind + (f"-{self.nonlinearity}" if self.nonlinearity else ""): True,
            f"{self.num_layers}x{F}": True,
            "nobias": not self.bias,
            "batch_first": self.batch_first,
            "unbatched": not self.batched,
            "omitted": not self.given,
            f"lengths{self.lengths}": self.lengths is not None,
            "T{}N{}D{}H{}".format(*sizes): sizes != (5, 3, 4, 7),
        }
        return "-".join(word for word, said in words.items() if said)

    @property
    def options(self):
        """torch.nn의 생성자에 넘길 이름 있는 인자."""
        names = ("num_layers", "bias", "batch_first", "bidirectional")
        options = {name: getattr(self, name) for name in names}
        return options | ({"nonlinearity": self.nonlinearity} if self.nonlinearity else {})

    @property
    def x_shape(self):
        """들어가는 shape."""
        if not self.batched:
            return (self.T, self.D)
        return (self.N, self.T, self.D) if self.batch_first else (self.T, self.N, self.D)

    @property
    def output_shape(self):
        """나오는 shape."""
        return (*self.x_shape[:-1], (1 + self.bidirectional) * self.H)

    @property
    def state_shape(self):
        """상태의 shape."""
        cells = (1 + self.bidirectional) * self.num_layers
        return (cells, self.N, self.H) if self.batched else (cells, self.H)

    @property
    def padding(self):
        """x와 output에서 시퀀스의 끝을 지난 자리."""
        past = np.arange(self.T) >= np.array(self.lengths)[:, None]  # (N, T)
        return past if self.batch_first else past.T

    @property
    def letters(self):
        """상태의 글자: h 또는 h와 c."""
        return "hc" if self.kind == "LSTM" else "h"

    @property
    def outputs(self):
        """나오는 것의 이름과 shape."""
        states = {f"{letter}_n": self.state_shape for letter in self.letters}
        return {"output": self.output_shape} | states


@dataclass(frozen=True)
class CellCase(Case):
    """셀의 설정 하나. 층도 방향도 시간도 없습니다 (one configuration of a cell)."""

    options = property(lambda self: {"bias": self.bias} | self._nonlinearity)
    x_shape = property(lambda self: (self.N, self.D) if self.batched else (self.D,))
    state_shape = property(lambda self: (self.N, self.H) if self.batched else (self.H,))
    outputs = property(lambda self: {f"{letter}_n": self.state_shape for letter in self.letters})

    @property
    def _nonlinearity(self):
        return {"nonlinearity": self.nonlinearity} if self.nonlinearity else {}


def grid(cls, **choices):
    """네 종류의 셀과 모든 선택의 곱 (every combination)."""
    return [
        cls(kind, nonlinearity, **dict(zip(choices, values, strict=True)))
        for kind, nonlinearity in KINDS.values()
        for values in itertools.product(*choices.values())
    ]


YES_NO = (False, True)
#: 설정 전체: 매개변수와 상태의 모양을 정하는 모든 선택.
CONFIGS = grid(Case, num_layers=(1, 2, 3), bidirectional=YES_NO, bias=YES_NO, batch_first=YES_NO)
#: 설정마다 배치가 있고 없고, 처음 상태를 넘기고 안 넘기고.
GRID = [
    replace(case, batched=batched, given=given)
    for case, batched, given in itertools.product(CONFIGS, YES_NO, YES_NO)
]
#: shape만 볼 때: 처음 상태를 넘기는지는 상관이 없습니다.
SHAPES = [case for case in GRID if case.given]
#: 크기가 1이거나 서로 같아서 축이 헷갈릴 수 있는 곳.
EDGES = [
    replace(case, **sizes)
    for case in grid(Case, num_layers=(2,), bidirectional=(True,), batch_first=YES_NO)
    for sizes in ({"N": 1}, {"T": 1}, {"D": 7}, {"T": 3, "D": 3, "H": 3})
]
#: torch.nn과 견줄 것 전부. float32에서는 설정만 바꿉니다(격자 전체도 재 보았고 같습니다).
PARITY = [(case, "float64") for case in GRID + EDGES] + [(case, "float32") for case in CONFIGS]
#: 길이의 여러 꼴. 섞임, 정렬됨, 같은 길이가 있음, 모두 1, 모두 T, 모두 T보다 짧음.
LENGTHS = [(2, 5, 3), (5, 3, 2), (3, 5, 3), (1, 1, 1), (5, 5, 5), (2, 1, 4)]
#: 길이가 다른 시퀀스를 torch.nn의 패킹과 견줄 것 전부.
PACKED = [
    replace(case, lengths=lengths)
    for case in grid(Case, num_layers=(1, 2), bidirectional=YES_NO, batch_first=YES_NO)
    for lengths in LENGTHS
]
PACKED += [
    replace(case, lengths=(2, 5, 3), num_layers=3, bidirectional=True, **changed)
    for case in grid(Case)
    for changed in ({"bias": False}, {"given": False}, {"D": 7})
]
PACKED += [
    replace(case, N=1, lengths=lengths, bidirectional=True)
    for case in grid(Case)
    for lengths in ((1,), (3,), (5,))
]
#: 종류마다 하나: 두 층, 양방향. 한 가지 사실을 보일 때 씁니다.
DEEP = grid(Case, num_layers=(2,), bidirectional=(True,))
#: 유한차분처럼 성분마다 도는 시험의 작은 크기.
SMALL = [
    replace(case, num_layers=1 + case.bidirectional, T=4, N=2, D=5, H=3)
    for case in grid(Case, bidirectional=YES_NO, bias=YES_NO)
]
CELLS = grid(CellCase, bias=YES_NO, batched=YES_NO, given=YES_NO)


def build(package, case, dtype="float64", seed=0, **options):
    """라이브러리의 모듈을 만듭니다. 셀이면 셀을 (a module of any of the three)."""
    name = case.kind + ("Cell" if isinstance(case, CellCase) else "")
    options = case.options | options
    if package is numpy_rnn:
        return numpy_rnn.__dict__[name](case.D, case.H, **options, dtype=dtype, rng=seed)
    torch.manual_seed(seed)
    return getattr(package, name)(case.D, case.H, **options, dtype=getattr(torch, dtype))


def twins(package, case, dtype="float64", **options):
    """torch.nn의 모듈과, 그 가중치를 옮긴 우리 모듈 (the reference and ours)."""
    reference = build(nn, case, dtype, **options)
    ours = build(package, case, dtype, seed=1, **options)
    ours.load_state_dict(reference.state_dict())
    return reference, ours


@dataclass(frozen=True)
class Data:
    """입력, 처음 상태, 나오는 것마다 거는 무작위 기울기 (input, states, cotangents)."""

    x: np.ndarray
    states: tuple
    cotangents: dict


def random_data(case, dtype="float64", seed=0):
    """설정에 맞는 무작위 데이터. 상태를 넘기지 않는 설정이면 states가 비어 있습니다."""
    rng = np.random.default_rng(seed)
    shapes = [case.x_shape, *[case.state_shape] * len(case.letters), *case.outputs.values()]
    x, *arrays = (rng.normal(size=shape).astype(dtype) for shape in shapes)
    states, cotangents = arrays[: len(case.letters)], arrays[len(case.letters) :]
    cotangents = dict(zip(case.outputs, cotangents, strict=True))
    return Data(x, tuple(states) if case.given else (), cotangents)


def pack(states):
    """상태 튜플을 hx로: 없으면 None, 하나면 배열, 둘이면 튜플."""
    return None if not states else states[0] if len(states) == 1 else tuple(states)


def flatten(result):
    """모듈이 돌려준 것을 한 줄로."""
    if not isinstance(result, tuple):
        return [result]
    return [array for part in result for array in flatten(part)]


def like(module, array):
    """module의 라이브러리의 배열로. 사본입니다."""
    return torch.tensor(array) if isinstance(module, nn.Module) else np.array(array)


def forward(module, x, states=()):
    """NumPy를 받아 NumPy로 돌려줍니다: 나온 것의 목록 (outputs of any module)."""
    result = module(like(module, x), pack([like(module, state) for state in states]))
    return [np.asarray(torch.as_tensor(array).detach()) for array in flatten(result)]


def results(module, case, data):
    """순전파의 모든 값과 모든 기울기를 이름으로 (every value and gradient, by name)."""
    run = _torch_results if isinstance(module, nn.Module) else _numpy_results
    outputs, gradients, parameters = run(module, case, data)
    inputs = ["x", *(f"{letter}_0" for letter in case.letters)][: 1 + len(data.states)]
    values = dict(zip(case.outputs, outputs, strict=True))
    gradients = dict(zip(inputs, gradients, strict=True)) | parameters
    return values | {f"d_{name}": d for name, d in gradients.items() if d is not None}


def _numpy_results(module, case, data):
    lengths = {} if case.lengths is None else {"lengths": case.lengths}
    outputs = flatten(module(data.x, pack(data.states), **lengths))
    gradients = module.backward(*data.cotangents.values())
    return outputs, gradients if data.states else gradients[:1], module.grads


def _torch_results(module, case, data):
    module.zero_grad()
    inputs = [torch.tensor(array, requires_grad=True) for array in (data.x, *data.states)]
    if case.lengths is None:
        outputs = flatten(module(inputs[0], pack(inputs[1:])))
    else:
        x = pack_padded_sequence(inputs[0], case.lengths, case.batch_first, enforce_sorted=False)
        output, state = module(x, pack(inputs[1:]))
        output, _ = pad_packed_sequence(output, case.batch_first, total_length=case.T)
        outputs = [output, *flatten(state)]
    torch.autograd.backward(outputs, [torch.tensor(d) for d in data.cotangents.values()])
    parameters = {name: _gradient(value) for name, value in module.named_parameters()}
    return [y.detach().numpy() for y in outputs], [_gradient(x) for x in inputs], parameters


def _gradient(tensor):
    """기울기가 닿지 않은 것은 None: 이름을 견줄 때 드러납니다."""
    return None if tensor.grad is None else tensor.grad.numpy()


def assert_same(actual, expected, atol=0.0):
    """이름, 순서, shape, dtype을 먼저 보고 값을 봅니다 (names first, then values)."""
    got, want = ([(k, v.shape, str(v.dtype)) for k, v in vs.items()] for vs in (actual, expected))
    assert got == want, f"실제 {got}, 기대 {want}"
    for name, value in expected.items():
        np.testing.assert_allclose(actual[name], value, rtol=0, atol=atol, err_msg=name)


def snapshot(module):
    """매개변수의 사본: 나중에 그대로인지 보려고."""
    return {name: np.asarray(value).copy() for name, value in module.state_dict().items()}


def says(error, *parts):
    """오류의 종류와, 메시지에 차례로 나와야 하는 말."""
    return pytest.raises(error, match="^" + ".*".join(re.escape(part) for part in parts))
