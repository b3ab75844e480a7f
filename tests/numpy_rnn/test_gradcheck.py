"""역전파의 증명: 맞는 것을 모두 통과시키고, 심어 둔 버그를 하나도 놓치지 않습니다.

손실까지 있는 모델과 셀 하나는 ``test_gradcheck_models.py``가 봅니다.
"""

import re

import numpy as np
import pytest

from course_lib import numpy_rnn
from course_lib.numpy_rnn.cells import RNN_TANH
from course_lib.numpy_rnn.gradcheck import check_gradients
from course_lib.numpy_rnn.unroll import unroll_backward
from course_lib.shapes import ShapeError
from tests.cases import CELLS, SMALL, Case, assert_same, build, random_data, snapshot

HERE = "course_lib.numpy_rnn"


@pytest.mark.parametrize("case", SMALL + [case for case in CELLS if case.given], ids=str)
def test_every_gradient_is_proved(case):
    module, data = build(numpy_rnn, case), random_data(case)
    report = check_gradients(module, data.x, *data.states)
    names = {difference.name for difference in report}
    assert names == {"x", *(f"{letter}_0" for letter in case.letters), *module.params}
    errors = [difference.error for difference in report]
    assert errors == sorted(errors, reverse=True)
    assert errors[0] < 1e-8  # 잰 값은 1.3e-9


@pytest.mark.parametrize("case", SMALL[-1:] + CELLS[-1:], ids=str)
def test_nothing_is_changed_by_the_check(case):
    module, data, untouched = build(numpy_rnn, case), random_data(case), random_data(case)
    before = snapshot(module)
    check_gradients(module, data.x, *data.states)
    assert_same(module.params, before)  # 비트까지
    np.testing.assert_array_equal(data.x, untouched.x)
    np.testing.assert_array_equal(data.states, untouched.states)


def test_float32_proves_nothing_and_is_refused():
    module = numpy_rnn.RNN(4, 7, dtype=np.float32)
    with pytest.raises(ValueError, match=r"module: float64가 필요합니다. 실제 float32"):
        check_gradients(module, np.zeros((5, 3, 4)), np.zeros((1, 3, 7)))


def test_a_missing_state_would_leave_its_gradient_unproved_and_is_refused():
    with pytest.raises(ValueError, match=r"^states: 처음 상태"):
        check_gradients(numpy_rnn.RNN(4, 7, rng=0), np.ones((5, 3, 4)))


def test_a_gradient_of_the_wrong_shape_is_named(monkeypatch):
    cell = numpy_rnn.RNNCell(4, 7, rng=0)
    backward = cell.backward
    monkeypatch.setattr(cell, "backward", lambda d_h: (backward(d_h)[0][:1], backward(d_h)[1]))
    with pytest.raises(ShapeError, match=r"^d_x: .* = \(3, 4\), 실제 \(1, 4\)"):
        check_gradients(cell, np.ones((3, 4)), np.ones((3, 7)))


def test_dropout_is_refused_until_eval():
    module = numpy_rnn.RNN(4, 3, num_layers=2, dropout=0.5)
    arrays = np.ones((2, 1, 4)), np.ones((2, 1, 3))
    with pytest.raises(ValueError, match=r"드롭아웃이 켜져 있습니다.*module\.eval\(\)"):
        check_gradients(module, *arrays)
    assert check_gradients(module.eval(), *arrays)[0].error < 1e-8


# 심어 둔 버그


def in_the_loop(change_in=lambda *arrays: arrays, change_out=lambda *arrays: arrays):
    """unroll_backward에 들어가거나 나오는 것을 고칩니다."""

    def plant(module, monkeypatch):
        def wrong(cell, d_output, d_state, cache, weights):
            d_output, d_state = change_in(d_output, d_state, cache)[:2]
            return change_out(*unroll_backward(cell, d_output, d_state, cache, weights))

        monkeypatch.setattr(f"{HERE}.base.unroll_backward", wrong)

    return plant


def in_the_weights(name, change):
    """매개변수 하나의 기울기만 고칩니다."""
    return in_the_loop(
        change_out=lambda d_x, d_state, d: (d_x, d_state, d._replace(**{name: change(*d)}))
    )


def in_the_cell(change):
    """셀의 역전파를 고칩니다. change는 맞는 셀의 역전파와 그 인자를 받습니다."""

    def plant(module, monkeypatch):
        right = module.cell.backward

        def wrong(d_state, slopes, w_hh, out):
            return change(right, d_state, slopes, w_hh, out)

        module.cell = module.cell._replace(backward=wrong)

    return plant


def zeros(state):
    return tuple(np.zeros_like(array) for array in state)


def no_way_back_in_time(right, d_state, slopes, w_hh, out):
    d_a, d_q, d_before = right(d_state, slopes, w_hh, out=out)
    return d_a, d_q, zeros(d_before)


def no_slope(right, d_state, slopes, w_hh, out):
    return right(d_state, (np.ones_like(slopes[0]),), w_hh, out=out)


def slope_of_tanh(module, monkeypatch):
    module.cell = module.cell._replace(slopes=RNN_TANH.slopes)


def wrong_gate_order(right, d_state, slopes, w_hh, out):
    d_a, d_q, d_before = right(d_state, slopes, w_hh, out=out)
    d_a[[0, 1]] = d_a[[1, 0]]
    return d_a, d_q, d_before


def no_forget_gate(right, d_state, slopes, w_hh, out):
    d_a, d_q, (d_h, d_c) = right(d_state, slopes, w_hh, out=out)
    f = slopes[2]
    return d_a, d_q, (d_h, d_c / f)


def no_path_through_z(right, d_state, slopes, w_hh, out):
    d_a, d_q, (d_h,) = right(d_state, slopes, w_hh, out=out)
    z = slopes[2]
    return d_a, d_q, (d_h - d_state[0] * z,)


def no_path_around_r(module, monkeypatch):
    module.cell = module.cell._replace(to_q=None)  # W_hh와 b_hh에 d_q 대신 d_a를 씁니다.


def one_direction_only(module, monkeypatch):
    monkeypatch.setattr(f"{HERE}.bidirectional.reduce", lambda add, d_xs: d_xs[0])


def halves_exchanged(module, monkeypatch):
    right = numpy_rnn.base.stack_backward

    def exchanged(cell, d_output, *rest):
        return right(cell, np.roll(d_output, d_output.shape[-1] // 2, axis=-1), *rest)

    monkeypatch.setattr(f"{HERE}.base.stack_backward", exchanged)


def reverse_not_reversed(d_output, d_state, cache):
    reverse = cache[2]
    return (d_output[::-1] if reverse else d_output), d_state


def forget_c(d_output, d_state, cache):
    return d_output, (d_state[0], 0 * d_state[1])


#: 버그의 이름: (셀, 심는 방법, 가장 크게 틀릴 배열). "."은 아무 배열이나.
MUTANTS = {
    "d_h_n forgotten": ("RNN", in_the_loop(lambda d, state, _: (d, zeros(state))), "."),
    "d_c_n forgotten": ("LSTM", in_the_loop(forget_c), "."),
    "d_output forgotten": ("RNN", in_the_loop(lambda d, state, _: (0 * d, state)), "."),
    "reverse not reversed": ("RNN", in_the_loop(reverse_not_reversed), "."),
    "d_h_0 forgotten": ("RNN", in_the_loop(change_out=lambda a, s, d: (a, zeros(s), d)), "h_0$"),
    "bias_ih missing": ("GRU", in_the_weights("b_ih", lambda *d: 0 * d[2]), "bias_ih_l"),
    "bias_hh missing": ("LSTM", in_the_weights("b_hh", lambda *d: 0 * d[3]), "bias_hh_l"),
    "bias averaged": ("RNN", in_the_weights("b_hh", lambda *d: d[3] / 4), "bias_hh_l"),
    "weight_ih averaged": ("RNN", in_the_weights("w_ih", lambda *d: d[0] / 4), "weight_ih_l"),
    "weight_hh transposed": ("RNN", in_the_weights("w_hh", lambda *d: d[1].T), "weight_hh_l"),
    "one NaN": ("RNN", in_the_weights("b_hh", lambda *d: d[3] * [1, np.nan, 1]), "bias_hh_l"),
    "truncated in time": ("RNN", in_the_cell(no_way_back_in_time), "."),
    "slope of tanh forgotten": ("RNN", in_the_cell(no_slope), "."),
    "relu with the slope of tanh": ("relu", slope_of_tanh, "."),
    "gate order": ("LSTM", in_the_cell(wrong_gate_order), "."),
    "forget gate forgotten": ("LSTM", in_the_cell(no_forget_gate), "."),
    "path through z forgotten": ("GRU", in_the_cell(no_path_through_z), "."),
    "path around r forgotten": ("GRU", no_path_around_r, "."),
    "one direction only": ("RNN", one_direction_only, "."),
    "directions exchanged": ("RNN", halves_exchanged, "."),
}


@pytest.mark.parametrize(("kind", "plant", "array"), MUTANTS.values(), ids=MUTANTS)
def test_a_planted_bug_is_caught_and_its_place_is_named(kind, plant, array, monkeypatch):
    nonlinearity = {"RNN": "tanh", "relu": "relu"}.get(kind)
    kind = "RNN" if nonlinearity else kind
    case = Case(kind, nonlinearity, bidirectional=True, T=4, N=2, D=5, H=3)
    module, data = build(numpy_rnn, case), random_data(case)
    plant(module, monkeypatch)
    with pytest.raises(AssertionError, match=r"역전파.*유한차분.*상대 오차") as caught:
        check_gradients(module, data.x, *data.states)
    name, index = re.match(r"(\w+)\[([\d, ]+)\]: ", str(caught.value)).groups()
    assert re.match(array, name)
    shapes = {"x": case.x_shape} | {f"{letter}_0": case.state_shape for letter in case.letters}
    shapes |= {name: value.shape for name, value in module.params.items()}
    np.empty(shapes[name])[tuple(map(int, index.split(", ")))].item()  # 있는 자리입니다.
