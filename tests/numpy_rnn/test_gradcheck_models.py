"""손실까지 있는 모델과 셀 하나의 증명: 머리에 심어 둔 버그를 하나도 놓치지 않습니다."""

import math
import re
from functools import partial

import numpy as np
import pytest

from course_lib import numpy_rnn
from course_lib.numpy_rnn.cells import RNN_RELU, RNN_TANH, Cell
from course_lib.numpy_rnn.gradcheck import check_cell, check_model
from course_lib.numpy_rnn.gru_cell import GRU_CELL
from course_lib.numpy_rnn.heads import SequenceModel
from course_lib.numpy_rnn.linear import Linear
from course_lib.numpy_rnn.losses import cross_entropy, mse_loss
from course_lib.numpy_rnn.lstm_cell import LSTM_CELL
from tests.cases import Case, assert_same, build, random_data, snapshot

HERE = "course_lib.numpy_rnn"

IGNORE = partial(cross_entropy, ignore_index=1)
LOSSES = {"mse": mse_loss, "cross_entropy": cross_entropy, "ignore_index": IGNORE}


def build_model(kind, last, loss, N=3):
    """작은 양방향 모델, 입력, 정답, 처음 상태."""
    case = Case(kind, bidirectional=True, T=4, N=N, D=2, H=3)
    model, data = SequenceModel(build(numpy_rnn, case), 5, last), random_data(case)
    leading, rng = (N,) if last else (4, N), np.random.default_rng(2)
    target = rng.normal(size=(*leading, 5)) if loss == "mse" else rng.integers(0, 5, leading)
    if loss == "ignore_index":
        target.ravel()[:2] = 1, 0  # 세지 않는 자리와 세는 자리가 하나는 있습니다.
    return model, data.x, target, data.states


@pytest.mark.parametrize("loss", LOSSES)
@pytest.mark.parametrize("last", [False, True], ids=["every", "last"])
@pytest.mark.parametrize("kind", ["RNN", "LSTM", "GRU"])
def test_a_model_with_its_loss_is_proved(kind, last, loss):
    model, x, target, states = build_model(kind, last, loss)
    before, untouched = snapshot(model), x.copy()
    report = check_model(model, x, target, *states, loss=LOSSES[loss])
    names = {"x", "h_0", *(["c_0"] if kind == "LSTM" else []), *model.params}
    assert {difference.name for difference in report} == names
    assert report[0].error < 1e-8
    assert_same(model.params, before)
    np.testing.assert_array_equal(x, untouched)


def test_a_model_is_proved_on_the_same_terms():
    model, x, target, states = build_model("RNN", False, "mse")
    with pytest.raises(ValueError, match=r"^states: 처음 상태"):
        check_model(model, x, target)
    single = SequenceModel(numpy_rnn.RNN(2, 3, dtype=np.float32), 5)
    with pytest.raises(ValueError, match=r"^module: float64가 필요합니다"):
        check_model(single, x, target, *states)


def in_the_head(change):
    """선형 층의 역전파가 낸 기울기를 고칩니다."""

    def plant(monkeypatch):
        right = Linear.backward

        def wrong(self, d_y):
            d_x = right(self, d_y)
            change(self, d_y)
            return d_x

        monkeypatch.setattr(Linear, "backward", wrong)
        return None

    return plant


def averaged(name):
    def change(self, d_y):
        self.grads[name] /= d_y.size / d_y.shape[-1]

    return change


def last_row_only(self, d_y):
    self.grads["bias"] = d_y[-1].sum(0)


def wrong_half(monkeypatch):
    """방향의 두 절반을 바꾸어 나눕니다."""
    split = np.split
    name = f"{HERE}.heads.np.split"
    monkeypatch.setattr(name, lambda *a, **k: split(*a, **k)[::-1])


def other_loss(change):
    """손실의 기울기를 고칩니다."""

    def plant(monkeypatch):
        def loss(y, target):
            value, d_y = IGNORE(y, target) if target.dtype.kind == "i" else mse_loss(y, target)
            return value, change(d_y.copy(), y, target)

        return loss

    return plant


def without_ignore_index(d_y, y, target):
    return cross_entropy(y, target)[1]


def count_all(d_y, y, target):
    return d_y * np.mean(target != 1)


def not_divided(d_y, y, target):
    return d_y * y.size


def half(d_y, y, target):
    return d_y / 2


#: 버그의 이름: (손실, 마지막만인지, 심는 방법, 가장 크게 틀릴 배열)
HEAD_MUTANTS = {
    "weight averaged": ("mse", False, in_the_head(averaged("weight")), "head.weight"),
    "bias averaged": ("mse", False, in_the_head(averaged("bias")), "head.bias"),
    "bias missing": ("mse", False, in_the_head(lambda m, d: m.grads["bias"].fill(0)), "head.bias"),
    "bias of the last step only": ("mse", False, in_the_head(last_row_only), "head.bias"),
    "wrong half of the last state": ("mse", True, wrong_half, "."),
    "mse without the 2": ("mse", False, other_loss(half), "."),
    "mse not divided": ("mse", False, other_loss(not_divided), "."),
    "ignore_index not respected": ("ignore_index", False, other_loss(without_ignore_index), "."),
    "mean over ignored places too": ("ignore_index", False, other_loss(count_all), "."),
}


@pytest.mark.parametrize(
    ("loss", "last", "plant", "array"), HEAD_MUTANTS.values(), ids=HEAD_MUTANTS
)
def test_a_bug_in_the_head_is_caught(loss, last, plant, array, monkeypatch):
    model, x, target, states = build_model("GRU", last, loss, N=2)
    check_model(model, x, target, *states, loss=LOSSES[loss])
    planted = plant(monkeypatch) or LOSSES[loss]
    with pytest.raises(AssertionError, match=r"역전파.*유한차분.*상대 오차") as caught:
        check_model(model, x, target, *states, loss=planted)
    name = re.match(r"([\w.]+)\[[\d, ]+\]: ", str(caught.value))[1]
    assert re.match(array, name)


# 셀 하나


CELL_FUNCTIONS = {"tanh": RNN_TANH, "relu": RNN_RELU, "LSTM": LSTM_CELL, "GRU": GRU_CELL}


def cell_arrays(name):
    """(a, 상태, w_hh, b_hh)."""
    G = {"LSTM": (4,), "GRU": (3,)}.get(name, ())
    rows = 4 * math.prod(G)
    rng = np.random.default_rng(3)
    shapes = ((*G, 3, 4), (3, 4), (3, 4), (rows, 4), (rows,))
    a, h, c, w_hh, b_hh = (rng.normal(size=shape) for shape in shapes)
    return a, (h, c) if name == "LSTM" else (h,), w_hh, b_hh


@pytest.mark.parametrize("bias", [True, False])
@pytest.mark.parametrize("name", CELL_FUNCTIONS)
def test_a_cell_is_proved(name, bias):
    a, state, w_hh, b_hh = cell_arrays(name)
    before = [array.copy() for array in (a, *state, w_hh, b_hh)]
    report = check_cell(CELL_FUNCTIONS[name], a, state, w_hh, b_hh if bias else None)
    names = ["a", "h", *(["c"] if name == "LSTM" else []), "w_hh", *(["b_hh"] if bias else [])]
    assert sorted(difference.name for difference in report) == sorted(names)
    assert report[0].error < 1e-8
    for array, untouched in zip((a, *state, w_hh, b_hh), before, strict=True):
        np.testing.assert_array_equal(array, untouched)


def test_a_students_cell_is_proved_and_its_bug_is_caught():
    """tanh 대신 소프트사인 h / (1 + |h|)를 쓴 셀."""

    def forward(a, state, w_hh, b_hh=None):
        z = a + state[0] @ w_hh.T + (0 if b_hh is None else b_hh)
        return (z / (1 + np.abs(z)),), z

    def slopes(z, power=2):
        return (1 / (1 + np.abs(z)) ** power,)

    def backward(d_state, slopes, w_hh):
        d_a = d_state[0] * slopes[0]
        return d_a, d_a, (d_a @ w_hh,)

    arguments = cell_arrays("tanh")
    assert check_cell(Cell(forward, backward, slopes), *arguments)[0].error < 1e-8
    wrong = Cell(forward, backward, partial(slopes, power=1))
    with pytest.raises(AssertionError, match=r"역전파.*유한차분"):
        check_cell(wrong, *arguments)
