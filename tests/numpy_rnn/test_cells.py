"""셀의 식: 쓸 자리를 주거나 안 주거나 같은 값, 넘치지 않는 시그모이드, 블록마다의 곱.

torch와 같은지는 ``test_cell_modules.py``가, 손으로 푼 값은 ``test_by_hand.py``가 봅니다.
"""

import numpy as np
import pytest

from course_lib.numpy_rnn.cells import RNN_RELU, RNN_TANH, linear, linear_backward, sigmoid
from course_lib.numpy_rnn.gated_cells import GRU_CELL, LSTM_CELL

N, D, H = 3, 4, 7
CELLS = {"RNN-tanh": (RNN_TANH, ()), "RNN-relu": (RNN_RELU, ())}
CELLS |= {"LSTM": (LSTM_CELL, (4,)), "GRU": (GRU_CELL, (3,))}  # 이름: (셀, 게이트 축)
each_cell = pytest.mark.parametrize(("cell", "blocks"), CELLS.values(), ids=CELLS)
FUNCTIONS = [cell.forward for cell, _ in CELLS.values()]


def step(cell, blocks):
    """한 시점의 인자: a, 상태, w_hh, b_hh."""
    rng = np.random.default_rng(0)
    state = tuple(rng.normal(size=(N, H)) for _ in range(1 + (cell is LSTM_CELL)))
    return (
        rng.normal(size=(*blocks, N, H)),
        state,
        rng.normal(size=(*blocks, H, H)),
        rng.normal(size=(*blocks, H)),
    )


def assert_close(actual, expected):
    np.testing.assert_allclose(actual, expected, rtol=0, atol=1e-14)


def test_linear_is_one_affine_map_for_each_block():
    rng = np.random.default_rng(0)
    x, weight, bias = (rng.normal(size=shape) for shape in ((N, D), (2, H, D), (2, H)))
    y = linear(x, weight, bias)
    for block in range(2):
        expected = x @ weight[block].T + bias[block]
        assert_close(y[block], expected)
        assert_close(linear(x, weight[block], bias[block]), expected)
    assert_close(linear(x, weight), y - bias[:, None])


def test_linear_writes_into_out():
    out = np.full((N, H), np.nan)
    assert linear(np.ones((N, D)), np.ones((H, D)), np.ones(H), out=out) is out
    np.testing.assert_array_equal(out, np.full((N, H), D + 1.0))


def test_linear_backward_sums_over_the_blocks():
    rng = np.random.default_rng(0)
    d_y, weight = rng.normal(size=(2, N, H)), rng.normal(size=(2, H, D))
    expected = d_y[0] @ weight[0] + d_y[1] @ weight[1]
    assert_close(linear_backward(d_y, weight), expected)


def test_sigmoid_is_the_logistic_function_and_never_overflows():
    x = np.array([-1e4, -30.0, -1.0, 0.0, 1.0, 1e4, np.inf])
    with np.errstate(all="raise"):
        y = sigmoid(x)
    assert_close(y[1:5], 1 / (1 + np.exp(-x[1:5])))
    np.testing.assert_array_equal(y[[0, 5, 6]], [0, 1, 1])
    np.testing.assert_array_equal(x[:2], [-1e4, -30.0])  # x는 그대로
    assert sigmoid(x, out=x) is x


@each_cell
def test_out_changes_where_but_not_what(cell, blocks):
    a, state, w_hh, b_hh = step(cell, blocks)
    expected, _ = cell.forward(a, state, w_hh, b_hh)
    h = np.full((N, H), np.nan)
    gates = a.copy()  # 게이트를 a 자신의 자리에 적는 것이 루프가 하는 일입니다.
    actual, _ = cell.forward(gates, state, w_hh, b_hh, out=(gates, h))
    assert actual[0] is h
    np.testing.assert_array_equal(actual, expected)


@each_cell
def test_without_out_nothing_passed_in_is_changed(cell, blocks):
    arguments, untouched = step(cell, blocks), step(cell, blocks)
    _, cache = cell.forward(*arguments)
    cell.backward(arguments[1], cache, arguments[2])
    for actual, expected in zip(arguments, untouched, strict=True):
        np.testing.assert_array_equal(actual, expected)


@each_cell
def test_backward_with_out_gives_the_same(cell, blocks):
    a, state, w_hh, b_hh = step(cell, blocks)
    _, cache = cell.forward(a, state, w_hh, b_hh)
    d_a, d_q, d_state = cell.backward(state, cache, w_hh)
    into_a = np.full_like(a, np.nan)
    into_q = into_a if cell.additive else np.full_like(a, np.nan)
    *_, d_state_out = cell.backward(state, cache, w_hh, out=(into_a, into_q))
    np.testing.assert_array_equal((into_a, into_q), (d_a, d_q))
    np.testing.assert_array_equal(d_state_out, d_state)


@each_cell
def test_additive_says_whether_both_halves_have_one_gradient(cell, blocks):
    a, state, w_hh, b_hh = step(cell, blocks)
    _, cache = cell.forward(a, state, w_hh, b_hh)
    d_a, d_q, _ = cell.backward(state, cache, w_hh)
    assert cell.additive == (np.abs(d_a - d_q).max() == 0)


@pytest.mark.parametrize(("cell", "blocks"), [CELLS["RNN-tanh"], CELLS["LSTM"]])
def test_an_additive_cell_only_sees_the_sum_of_the_biases(cell, blocks):
    a, state, w_hh, b_hh = step(cell, blocks)
    expected, _ = cell.forward(a, state, w_hh, b_hh)
    actual, _ = cell.forward(a + b_hh[..., None, :], state, w_hh)
    assert_close(actual, expected)


def test_every_gate_saturates_without_a_warning():
    for cell, blocks in CELLS.values():
        a, state, w_hh, b_hh = step(cell, blocks)
        with np.errstate(all="raise"):
            (h, *_), cache = cell.forward(1e4 * a, state, w_hh, b_hh)
            cell.backward(state, cache, w_hh)
        assert np.isfinite(h).all()
