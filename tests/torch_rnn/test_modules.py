"""torch로 만든 RNN, LSTM, GRU: 격자 전체에서 torch.nn과 같고, 처음 만들 때의 실수는 걸립니다."""

from functools import partial

import numpy as np
import pytest
import torch
from torch import nn
from torch.nn.functional import linear

from course_lib import torch_rnn
from course_lib.torch_rnn.gru_cell import gru_cell
from tests.cases import (
    DEEP,
    PARITY,
    TOLERANCE,
    Case,
    assert_same,
    build,
    grid,
    random_data,
    results,
    twins,
)


@pytest.mark.parametrize(("case", "dtype"), PARITY, ids=str)
def test_values_and_every_gradient_equal_torch_nn(case, dtype):
    reference, ours = twins(torch_rnn, case, dtype)
    data = random_data(case, dtype)
    assert_same(results(ours, case, data), results(reference, case, data), TOLERANCE[dtype])


DROPOUT = grid(Case, num_layers=(2, 3), bidirectional=(False, True), batch_first=(False, True))


@pytest.mark.parametrize("p", [0.0, 0.3, 1.0])
@pytest.mark.parametrize("case", DROPOUT, ids=str)
def test_the_same_seed_drops_the_same_values_as_torch_nn(case, p):
    reference, ours = twins(torch_rnn, case, dropout=p)
    data, values = random_data(case), []
    for module in (ours, reference):
        torch.manual_seed(7)
        values.append(results(module, case, data))
    assert_same(*values, TOLERANCE["float64"])


@pytest.mark.parametrize("case", DEEP, ids=str)
def test_dropout_rests_in_eval_mode(case):
    data, module = random_data(case), build(torch_rnn, case, dropout=0.5)
    expected = results(build(torch_rnn, case), case, data)
    assert_same(results(module.eval(), case, data), expected)
    with pytest.raises(AssertionError, match="output"):
        assert_same(results(module.train(), case, data), expected)


def test_dropout_with_one_layer_warns_at_the_line_of_the_user():
    with pytest.warns(UserWarning, match=r"dropout=0\.5: .*num_layers=1") as record:
        torch_rnn.LSTM(4, 7, dropout=0.5)
    assert [warning.filename for warning in record] == [__file__]


@pytest.mark.parametrize("case", DEEP, ids=str)
def test_arguments_and_parameters_stay_as_they_were(case):
    module, data, untouched = build(torch_rnn, case), random_data(case), random_data(case)
    before = {name: value.clone() for name, value in module.state_dict().items()}
    inputs = [torch.from_numpy(array) for array in (data.x, *data.states)]
    module(inputs[0], inputs[1] if len(inputs) == 2 else tuple(inputs[1:]))
    np.testing.assert_array_equal(data.x, untouched.x)
    np.testing.assert_array_equal(data.states, untouched.states)
    torch.testing.assert_close(dict(module.state_dict()), before, rtol=0, atol=0)


@pytest.mark.parametrize("case", grid(Case, bidirectional=(True,)), ids=str)
def test_second_derivatives_agree_with_finite_differences(case):
    module = getattr(torch_rnn, case.kind)(2, 2, bidirectional=True, dtype=torch.float64)
    x = torch.randn(2, 1, 2, dtype=torch.float64, requires_grad=True)
    assert torch.autograd.gradgradcheck(lambda x: module(x)[0], x)


# 처음 만들 때의 실수: 격자의 비교가 하나도 놓치지 않습니다


def reset_before_product(a, state, w_hh, b_hh=None):
    (h,) = state
    (a_r, a_z, a_n), w, b = a.chunk(3, -1), w_hh.chunk(3), b_hh.chunk(3)
    r = torch.sigmoid(a_r + linear(h, w[0], b[0]))
    z = torch.sigmoid(a_z + linear(h, w[1], b[1]))
    n = torch.tanh(a_n + linear(r * h, w[2], b[2]))
    return ((1 - z) * n + z * h,)


def update_gate_the_other_way(a, state, w_hh, b_hh=None):
    (h,) = state
    r, z, n = a.chunk(3, -1)
    q_r, q_z, q_n = linear(h, w_hh, b_hh).chunk(3, -1)
    z = torch.sigmoid(z + q_z)
    return (z * torch.tanh(n + torch.sigmoid(r + q_r) * q_n) + (1 - z) * h,)


def gates_in_another_order(a, state, w_hh, b_hh=None):
    h, c = state
    i, f, o, g = (a + linear(h, w_hh, b_hh)).chunk(4, -1)
    c = torch.sigmoid(f) * c + torch.sigmoid(i) * torch.tanh(g)
    return torch.sigmoid(o) * torch.tanh(c), c


def output_gate_before_tanh(a, state, w_hh, b_hh=None):
    h, c = state
    i, f, g, o = (a + linear(h, w_hh, b_hh)).chunk(4, -1)
    c = torch.sigmoid(f) * c + torch.sigmoid(i) * torch.tanh(g)
    return torch.tanh(torch.sigmoid(o) * c), c


def one_bias_only(a, state, w_hh, b_hh=None):
    return gru_cell(a, state, w_hh)


def weight_transposed(a, state, w_hh, b_hh=None):
    return (torch.tanh(a + linear(state[0], w_hh.T, b_hh)),)


def state_detached(a, state, w_hh, b_hh=None):
    return (torch.tanh(a + linear(state[0].detach(), w_hh, b_hh)),)


CELL_MISTAKES = {
    "RNN": [weight_transposed, state_detached],
    "LSTM": [gates_in_another_order, output_gate_before_tanh],
    "GRU": [reset_before_product, update_gate_the_other_way, one_bias_only],
}


@pytest.mark.parametrize(
    ("kind", "wrong"), [(kind, wrong) for kind in CELL_MISTAKES for wrong in CELL_MISTAKES[kind]]
)
def test_a_wrong_cell_differs_from_torch_nn(kind, wrong):
    reference, ours = twins(torch_rnn, Case(kind))
    ours.cell = ours.cell._replace(forward=wrong)
    assert_different(ours, reference, Case(kind))


def never_reversed(right):
    return lambda *args, reverse: right(*args, reverse=False)


def outputs_in_order_of_reading(right):
    def wrong(*args, reverse):
        output, state = right(*args, reverse=reverse)
        return output.flip(0) if reverse else output, state

    return wrong


def states_not_carried(right):
    def wrong(cell, x, state, weights, reverse):
        return right(cell, x, tuple(map(torch.zeros_like, state)), weights, reverse)

    return wrong


@pytest.mark.parametrize(
    "mistake", [never_reversed, outputs_in_order_of_reading, states_not_carried]
)
@pytest.mark.parametrize("case", DEEP, ids=str)
def test_a_wrong_loop_differs_from_torch_nn(case, mistake, monkeypatch):
    reference, ours = twins(torch_rnn, case)
    wrong = partial(torch_rnn.stack.stack, run=mistake(torch_rnn.unroll.unroll))
    monkeypatch.setattr("course_lib.torch_rnn.base.stack", wrong)
    assert_different(ours, reference, case)


@pytest.mark.parametrize("case", DEEP, ids=str)
def test_states_ordered_by_direction_first_differ_from_torch_nn(case, monkeypatch):
    reference, ours = twins(torch_rnn, case)
    right = ours._by_state
    monkeypatch.setattr(ours, "_by_state", lambda layers: right(zip(*layers, strict=True)))
    assert_different(ours, reference, case)


def test_two_whole_stacks_side_by_side_are_not_a_bidirectional_stack():
    # 층마다 잇지 않고 다 쌓은 뒤에 이으면 1층의 가중치가 (H, H)가 되어, torch의 (H, 2H)와 다릅니다.
    bidirectional = build(nn, Case(num_layers=2, bidirectional=True)).state_dict()
    one_way = build(torch_rnn, Case(num_layers=2)).state_dict()
    assert bidirectional["weight_ih_l1"].shape == (7, 14)
    assert one_way["weight_ih_l1"].shape == (7, 7)


def assert_different(ours, reference, case):
    """격자의 비교가 이 둘을 다르다고 말하는지."""
    data = random_data(case)
    with pytest.raises(AssertionError, match=r"output|[hc]_n|d_"):
        assert_same(results(ours, case, data), results(reference, case, data), 1e-3)


@pytest.mark.parametrize("kind", ["RNN", "GRU"])
def test_under_autocast_it_reads_what_a_linear_layer_gives(kind):
    torch.manual_seed(0)
    theirs = getattr(torch.nn, kind)(4, 7)
    ours = getattr(torch_rnn, kind)(4, 7)
    ours.load_state_dict(theirs.state_dict())
    before = torch.nn.Linear(5, 4)
    with torch.autocast("cpu", torch.bfloat16):
        x = before(torch.randn(6, 3, 5))
        output, h_n = ours(x)
        expected, expected_h_n = theirs(x)
    assert x.dtype == torch.bfloat16
    # bfloat16의 유효 숫자는 셋이 안 됩니다. 한 번의 반올림이 2**-8입니다.
    torch.testing.assert_close(output.float(), expected.float(), atol=2**-6, rtol=0)
    torch.testing.assert_close(h_n.float(), expected_h_n.float(), atol=2**-6, rtol=0)
