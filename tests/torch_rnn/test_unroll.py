"""시간 루프: 가짜 셀을 넣어, 방문 순서와 상태의 흐름을 정수로 정확히 봅니다."""

import ast
from pathlib import Path

import pytest
import torch

from course_lib import torch_rnn
from course_lib.torch_rnn.cells import Cell, Weights
from course_lib.torch_rnn.unroll import unroll

T, N = 4, 2
ONE = Weights(torch.eye(1), torch.eye(1))  # D = H = 1, 그래서 a는 x 자신입니다.
X = torch.tensor([[1.0, 10.0], [2.0, 20.0], [3.0, 30.0], [4.0, 40.0]])[..., None]  # (T, N, 1)
ZERO = torch.zeros(N, 1)
SUM = Cell(lambda a, state, w_hh, b_hh: (a + state[0],))
COUNT = Cell(lambda a, state, w_hh, b_hh: (a + 100 * state[1], state[1] + 1))
both_ways = pytest.mark.parametrize(
    ("reverse", "order"), [(False, [0, 1, 2, 3]), (True, [3, 2, 1, 0])]
)


def assert_equal(actual, expected):
    torch.testing.assert_close(actual, torch.as_tensor(expected).float(), rtol=0, atol=0)


def test_the_state_goes_on_to_the_next_step():
    output, (h_n,) = unroll(SUM, X, (ZERO + 5,), ONE)
    assert_equal(output[:, 0, 0], [6, 8, 11, 15])
    assert_equal(output[:, 1, 0], [15, 35, 65, 105])
    assert_equal(h_n, output[-1])


def test_reverse_reads_from_the_end_and_keeps_each_output_in_its_slot():
    output, (h_n,) = unroll(SUM, X, (ZERO + 5,), ONE, reverse=True)
    assert_equal(output[:, 0, 0], [15, 14, 12, 9])
    assert_equal(h_n, output[0])


@both_ways
def test_every_step_is_visited_once_in_order(reverse, order):
    output, (h_n, c_n) = unroll(COUNT, X, (ZERO, ZERO), ONE, reverse)
    visits = torch.tensor([order.index(t) for t in range(T)])
    assert_equal(output[:, 0, 0], X[:, 0, 0] + 100 * visits)
    assert_equal(c_n, ZERO + T)
    assert_equal(h_n, output[order[-1]])


@both_ways
def test_the_gradient_of_a_step_is_the_sum_of_what_it_reaches(reverse, order):
    # numpy_rnn의 같은 이름의 시험과 같은 손계산: L = Σ_t 10^t * h_t.
    x = X.clone().requires_grad_()
    output, _ = unroll(SUM, x, (ZERO,), ONE, reverse)
    (output * 10.0 ** torch.arange(T)[:, None, None]).sum().backward()
    assert_equal(x.grad[:, 0, 0], [1, 11, 111, 1111] if reverse else [1111, 1110, 1100, 1000])


@pytest.mark.parametrize("additive", [True, False])
def test_both_biases_reach_every_step(additive):
    cell = Cell(lambda a, state, w_hh, b_hh: (a + (0 if additive else b_hh),), additive)
    weights = Weights(*ONE[:2], torch.tensor([100.0]), torch.tensor([1000.0]))
    assert_equal(unroll(cell, X, (ZERO,), weights)[0], X + 1100)


def test_a_single_step_is_the_cell_itself():
    output, (h_n,) = unroll(SUM, X[:1], (ZERO + 5,), ONE)
    assert_equal(output, X[:1] + 5)
    assert_equal(h_n, X[0] + 5)


def test_the_package_has_one_loop_over_time():
    found = [
        (path.name, type(node).__name__)
        for path in Path(torch_rnn.__file__).parent.glob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.For | ast.comprehension) and "t" in ast.unparse(node.target).split()
    ]
    assert found == [("unroll.py", "For")]
