"""알려진 실수를 순전파에 심으면, 격자의 비교가 하나도 놓치지 않습니다.

역전파의 실수는 ``test_gradcheck.py``가 심습니다.
"""

import numpy as np
import pytest

from course_lib import numpy_rnn
from course_lib.numpy_rnn.functional import blocks, linear, sigmoid
from tests.cases import DEEP, assert_same, random_data, results, twins


def swap_blocks(first, second):
    """게이트 블록의 순서가 다른 셀."""

    def spoil(cell):
        def wrong(a, state, w_hh, b_hh=None, out=None):
            order = list(range(len(a)))
            order[first], order[second] = second, first
            w_hh, b_hh = (
                p if p is None else np.concatenate([np.split(p, len(a))[block] for block in order])
                for p in (w_hh, b_hh)
            )
            return cell.forward(a[order], state, w_hh, b_hh, out=out)

        return cell._replace(forward=wrong)

    return spoil


def gru_of(equation):
    """식이 다른 GRU."""

    def spoil(cell):
        def wrong(a, state, w_hh, b_hh=None, out=None):
            result = cell.forward(a.copy(), state, w_hh, b_hh)
            out[1][:] = equation(a, state[0], w_hh, b_hh)
            return (out[1],), result[1]

        return cell._replace(forward=wrong)

    return spoil


def reset_before_product(a, h, w_hh, b_hh):
    """리셋 게이트가 곱셈 앞에 걸리는 꼴: 2014년 논문의 식이고 torch의 식이 아닙니다."""
    q = blocks(linear(h, w_hh, b_hh), 3)
    r, z = sigmoid(a[:2] + q[:2])
    n = np.tanh(a[2] + blocks(linear(r * h, w_hh, b_hh), 3)[2])
    return (1 - z) * n + z * h


def update_gate_the_other_way(a, h, w_hh, b_hh):
    q = blocks(linear(h, w_hh, b_hh), 3)
    r, z = sigmoid(a[:2] + q[:2])
    return z * np.tanh(a[2] + r * q[2]) + (1 - z) * h


FORWARD_MUTANTS = {
    "LSTM-ifog": ("LSTM", swap_blocks(2, 3)),
    "LSTM-figo": ("LSTM", swap_blocks(0, 1)),
    "GRU-zrn": ("GRU", swap_blocks(0, 1)),
    "GRU-reset": ("GRU", gru_of(reset_before_product)),
    "GRU-update": ("GRU", gru_of(update_gate_the_other_way)),
}


@pytest.mark.parametrize(("kind", "spoil"), FORWARD_MUTANTS.values(), ids=FORWARD_MUTANTS)
def test_a_wrong_cell_differs_from_torch_nn(kind, spoil):
    case = next(case for case in DEEP if case.kind == kind)
    reference, ours = twins(numpy_rnn, case)
    ours.cell = spoil(ours.cell)
    data = random_data(case)
    with pytest.raises(AssertionError, match="output"):
        assert_same(results(ours, case, data), results(reference, case, data), 1e-3)


def never_reversed(right):
    return lambda *args, reverse: right(*args, reverse=False)


def outputs_in_order_of_reading(right):
    def wrong(*args, reverse):
        output, *rest = right(*args, reverse=reverse)
        return output[::-1] if reverse else output, *rest

    return wrong


def starts_from_zero(right):
    def wrong(cell, x, state, weights, reverse):
        return right(cell, x, tuple(np.zeros_like(s) for s in state), weights, reverse)

    return wrong


def forgets_b_hh(right):
    def wrong(cell, x, state, weights, reverse):
        return right(cell, x, state, weights._replace(b_hh=np.zeros_like(weights.b_hh)), reverse)

    return wrong


LOOP_MUTANTS = [never_reversed, outputs_in_order_of_reading, starts_from_zero, forgets_b_hh]


@pytest.mark.parametrize("spoil", LOOP_MUTANTS)
@pytest.mark.parametrize("case", DEEP, ids=str)
def test_a_wrong_loop_differs_from_torch_nn(case, spoil, monkeypatch):
    reference, ours = twins(numpy_rnn, case)
    module = numpy_rnn.base
    monkeypatch.setattr(module, "unroll", spoil(module.unroll))
    data = random_data(case)
    with pytest.raises(AssertionError, match="output"):
        assert_same(results(ours, case, data), results(reference, case, data), 1e-3)


def test_states_ordered_by_direction_first_differ_from_torch_nn(monkeypatch):
    case = DEEP[0]
    reference, ours = twins(numpy_rnn, case)
    right = ours._by_state
    monkeypatch.setattr(ours, "_by_state", lambda layers: right(zip(*layers, strict=True)))
    data = random_data(case)
    with pytest.raises(AssertionError, match="h_n"):
        assert_same(results(ours, case, data), results(reference, case, data), 1e-3)
