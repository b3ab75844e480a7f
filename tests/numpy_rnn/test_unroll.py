"""시간 루프: 가짜 셀을 넣어, 방문 순서와 상태의 흐름과 기울기의 합을 정수로 정확히 봅니다."""

import ast
import inspect
from pathlib import Path

import numpy as np
import pytest

from course_lib import numpy_rnn
from course_lib.numpy_rnn.cells import Cell, Weights
from course_lib.numpy_rnn.unroll import unroll, unroll_backward

T, N = 4, 2
ONE = Weights(np.eye(1), np.eye(1))  # D = H = 1, 그래서 a는 x 자신입니다.
X = np.array([[1.0, 10.0], [2.0, 20.0], [3.0, 30.0], [4.0, 40.0]])[..., None]  # (T, N, 1)
ZERO = np.zeros((N, 1))
both_ways = pytest.mark.parametrize(
    ("reverse", "order"), [(False, [0, 1, 2, 3]), (True, [3, 2, 1, 0])]
)


def running_sum(a, state, w_hh, b_hh, out):
    """h' = a + h."""
    (h,) = state
    return (np.add(a, h, out=out[1]),), None


def running_sum_backward(d_state, slopes, w_hh, out):
    (d_h,) = d_state
    out[:] = d_h
    return out, out, (d_h,)


SUM = Cell(running_sum, running_sum_backward)


def count_and_remember(a, state, w_hh, b_hh, out):
    """h' = a + 100*c, c' = c + 1. c는 몇 번째 방문인지를 셉니다."""
    _, c = state
    out[3][:] = c
    return (np.add(a, 100 * c, out=out[1]), np.add(c, 1, out=out[2])), None


COUNT = Cell(count_and_remember, None, keeps=1)


def test_the_state_goes_on_to_the_next_step():
    output, (h_n,), _ = unroll(SUM, X, (ZERO + 5,), ONE)
    np.testing.assert_array_equal(output[:, 0, 0], [6, 8, 11, 15])
    np.testing.assert_array_equal(output[:, 1, 0], [15, 35, 65, 105])
    np.testing.assert_array_equal(h_n, output[-1])


def test_reverse_reads_from_the_end_and_keeps_each_output_in_its_slot():
    output, (h_n,), _ = unroll(SUM, X, (ZERO + 5,), ONE, reverse=True)
    np.testing.assert_array_equal(output[:, 0, 0], [15, 14, 12, 9])
    np.testing.assert_array_equal(h_n, output[0])


@both_ways
def test_every_step_is_visited_once_in_order(reverse, order):
    output, (h_n, c_n), cache = unroll(COUNT, X, (ZERO, ZERO), ONE, reverse)
    visits = [order.index(t) for t in range(T)]
    np.testing.assert_array_equal(output[:, 0, 0], X[:, 0, 0] + 100 * np.array(visits))
    np.testing.assert_array_equal(c_n, ZERO + T)
    np.testing.assert_array_equal(h_n, output[order[-1]])
    _, tape, reverse_read = cache
    assert reverse_read == reverse
    # 남긴 것은 읽은 차례로 놓입니다: k번째로 읽은 시점의 c는 k이고, before와 after는 이웃입니다.
    np.testing.assert_array_equal(tape.kept[0][:, 0, 0], range(T))
    for name, shift in (("before", 0), ("after", 1)):
        np.testing.assert_array_equal(getattr(tape, name)[1][:, 0, 0], np.arange(T) + shift)
    assert tape.gates is None


def test_a_single_step_is_the_cell_itself():
    output, (h_n,), _ = unroll(SUM, X[:1], (ZERO + 5,), ONE)
    np.testing.assert_array_equal(output, [X[0] + 5])
    np.testing.assert_array_equal(h_n, X[0] + 5)


@both_ways
def test_the_gradient_of_a_step_is_the_sum_of_what_it_reaches(reverse, order):
    # L = Σ_t 10^t * h_t. h_t는 t와 그 뒤에 읽은 모든 출력에 들어 있으므로, 시점 t의 기울기는
    # t와 그 뒤에 읽은 자리의 10의 거듭제곱을 더한 것입니다: 앞에서부터면 1111, 1110, 1100, 1000.
    _, _, cache = unroll(SUM, X, (ZERO,), ONE, reverse)
    d_output = 10.0 ** np.arange(T)[:, None, None] * np.ones((T, N, 1))
    d_x, (d_h_0,), d_weights = unroll_backward(SUM, d_output, (ZERO,), cache, ONE)
    expected = [1111, 1110, 1100, 1000] if not reverse else [1, 11, 111, 1111]
    np.testing.assert_array_equal(d_x[:, 0, 0], expected)
    np.testing.assert_array_equal(d_h_0, ZERO + 1111)
    before = np.roll(np.cumsum(X[order], axis=0), 1, axis=0)  # 읽은 순서로, 이전 상태
    before[0] = 0
    d_in_order = np.array(expected)[order][:, None, None]
    assert d_weights.w_ih.item() == (d_in_order * X[order]).sum()
    assert d_weights.w_hh.item() == (d_in_order * before).sum()
    assert (d_weights.b_ih, d_weights.b_hh) == (None, None)


@both_ways
def test_the_gradient_of_the_last_state_joins_at_the_step_read_last(reverse, order):
    _, _, cache = unroll(SUM, X, (ZERO,), ONE, reverse)
    d_output = np.zeros((T, N, 1))
    d_output[order[-2]] = 1
    d_x, (d_h_0,), _ = unroll_backward(SUM, d_output, (ZERO + 10,), cache, ONE)
    np.testing.assert_array_equal(d_x[order, 0, 0], [11, 11, 11, 10])
    np.testing.assert_array_equal(d_h_0, ZERO + 11)


def test_a_second_state_has_its_own_gradient():
    def backward(d_state, slopes, w_hh, out):
        d_h, d_c = d_state
        out[:] = d_h
        return out, out, (np.zeros_like(d_h), d_c + 100 * d_h)

    cell = COUNT._replace(backward=backward)
    _, _, cache = unroll(cell, X, (ZERO, ZERO), ONE)
    d_x, (d_h_0, d_c_0), _ = unroll_backward(cell, np.ones((T, N, 1)), (ZERO, ZERO + 7), cache, ONE)
    np.testing.assert_array_equal(d_x, np.ones((T, N, 1)))
    np.testing.assert_array_equal(d_h_0, ZERO)
    np.testing.assert_array_equal(d_c_0, ZERO + 7 + 100 * T)


def test_a_cell_that_is_not_additive_keeps_two_gradients():
    # d_a = d_h, d_q = 10 d_h: 입력 쪽의 것은 d_a에서, 상태 쪽의 것은 d_q에서 나와야 합니다.
    def backward(d_state, slopes, w_hh, out):
        (d_h,) = d_state
        out[:] = d_h
        return out, 10 * out, (np.zeros_like(d_h),)

    def to_q(d_a, tape):
        d_a *= 10

    cell = Cell(running_sum, backward, to_q=to_q)
    weights = Weights(*ONE[:2], np.zeros(1), np.zeros(1))
    _, _, cache = unroll(cell, X, (ZERO,), weights)
    d_x, _, d_weights = unroll_backward(cell, np.ones((T, N, 1)), (ZERO,), cache, weights)
    np.testing.assert_array_equal(d_x, np.ones((T, N, 1)))
    sums = [gradient.item() for gradient in d_weights]
    # ΣX = 110, 이전 상태의 합 = (0+1+3+6) + (0+10+30+60) = 110, 시점과 배치는 8개.
    assert sums == [110, 10 * 110, 8, 10 * 8]


@pytest.mark.parametrize("additive", [True, False])
def test_both_biases_reach_every_step(additive):
    def forward(a, state, w_hh, b_hh, out):
        return (np.add(a, 0 if b_hh is None else b_hh, out=out[1]),), None

    cell = Cell(forward, None, to_q=None if additive else 1)
    weights = Weights(*ONE[:2], np.array([100.0]), np.array([1000.0]))
    output, _, _ = unroll(cell, X, (ZERO,), weights)
    np.testing.assert_array_equal(output, X + 1100)


@both_ways
@pytest.mark.parametrize("length", [1, 2, 3, T, T + 1])
def test_slopes_are_prepared_piece_by_piece_and_each_step_gets_its_own(
    length, reverse, order, monkeypatch
):
    # h' = a + h, 미분은 1 대신 그 시점의 h': d_a = d_h * h', 상태로는 d_h가 그대로 갑니다.
    pieces = []

    def slopes(tape):
        pieces.append(len(tape.after[0]))
        return (tape.after[0],)

    def backward(d_state, slopes, w_hh, out):
        (d_h,), (slope,) = d_state, slopes
        return np.multiply(d_h, slope, out=out), None, (d_h,)

    monkeypatch.setattr(inspect.getmodule(unroll), "CACHED", length * N)
    cell = Cell(running_sum, backward, slopes)
    output, _, cache = unroll(cell, X, (ZERO,), ONE, reverse)
    d_output = 10.0 ** np.arange(T)[:, None, None] * np.ones((T, N, 1))
    d_x, _, _ = unroll_backward(cell, d_output, (ZERO,), cache, ONE)
    reached = np.array([1111, 1110, 1100, 1000] if not reverse else [1, 11, 111, 1111])
    np.testing.assert_array_equal(d_x, reached[:, None, None] * output)
    assert sum(pieces) == T
    assert max(pieces) == min(length, T)
    assert (pieces[0], len(pieces)) == (T % length or min(length, T), -(-T // length))


def test_the_input_is_projected_once_for_all_steps(monkeypatch):
    calls = []
    module = inspect.getmodule(unroll)
    right = module.linear
    monkeypatch.setattr(module, "linear", lambda x, *rest: calls.append(len(x)) or right(x, *rest))
    unroll(SUM, X, (ZERO,), ONE)
    assert calls == [T * N]


def test_the_package_has_one_forward_and_one_backward_loop_over_time():
    found = [
        (path.name, type(node).__name__)
        for path in Path(numpy_rnn.__file__).parent.glob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.For | ast.comprehension) and "t" in ast.unparse(node.target).split()
    ]
    assert found == [("unroll.py", "For"), ("unroll.py", "For")]
