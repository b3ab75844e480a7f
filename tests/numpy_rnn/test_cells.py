"""셀의 식: 쓸 자리를 주거나 안 주거나 같은 값, 넘치지 않는 시그모이드, 블록마다의 곱.

torch와 같은지는 ``test_cell_modules.py``가, 손으로 푼 값은 ``test_by_hand.py``가 봅니다.
"""

import numpy as np
import pytest

from course_lib.numpy_rnn.cells import (
    RNN_RELU,
    RNN_TANH,
    Tape,
    blocks,
    linear,
    linear_blocks,
    rows,
    sigmoid,
)
from course_lib.numpy_rnn.gru_cell import GRU_CELL
from course_lib.numpy_rnn.lstm_cell import LSTM_CELL

N, D, H = 3, 4, 7
CELLS = {"RNN-tanh": (RNN_TANH, ()), "RNN-relu": (RNN_RELU, ())}
CELLS |= {"LSTM": (LSTM_CELL, (4,)), "GRU": (GRU_CELL, (3,))}  # 이름: (셀, 게이트 축)
each_cell = pytest.mark.parametrize(("cell", "G"), CELLS.values(), ids=CELLS)
FUNCTIONS = [cell.forward for cell, _ in CELLS.values()]


def step(cell, G):
    """한 시점의 인자: a, 상태, w_hh, b_hh."""
    rng = np.random.default_rng(0)
    state = tuple(rng.normal(size=(N, H)) for _ in range(1 + (cell is LSTM_CELL)))
    rows = (G or (1,))[0] * H
    a, w_hh = rng.normal(size=(*G, N, H)), rng.normal(size=(rows, H))
    return a, state, w_hh, rng.normal(size=rows)


def run(cell, a, state, w_hh, b_hh):
    """순전파 한 시점과, 역전파가 쓸 slopes."""
    after, tape = cell.forward(a, state, w_hh, b_hh)
    return after, cell.slopes(tape)


def assert_close(actual, expected):
    np.testing.assert_allclose(actual, expected, rtol=0, atol=1e-14)


def test_linear_is_an_affine_map():
    rng = np.random.default_rng(0)
    x, weight, bias = (rng.normal(size=shape) for shape in ((N, D), (H, D), (H,)))
    expected = np.einsum("nd,hd->nh", x, weight)
    assert_close(linear(x, weight), expected)
    assert_close(linear(x, weight, bias), expected + bias)


def test_linear_writes_into_out():
    out = np.full((N, H), np.nan)
    assert linear(np.ones((N, D)), np.ones((H, D)), np.ones(H), out=out) is out
    np.testing.assert_array_equal(out, np.full((N, H), D + 1.0))


def test_linear_blocks_puts_each_block_of_the_affine_map_in_one_piece():
    rng = np.random.default_rng(0)
    x, weight, bias = (rng.normal(size=shape) for shape in ((N, D), (3 * H, D), (3 * H,)))
    for b in (None, bias):
        expected = np.stack(np.split(linear(x, weight, b), 3, axis=1))
        actual = linear_blocks(x, weight, 3, b)
        assert_close(actual, expected)
        assert actual.flags.c_contiguous
        out = np.full((3, N, H), np.nan)
        assert linear_blocks(x, weight, 3, b, out=out) is out
        np.testing.assert_array_equal(out, actual)
    # 메모리에서만 전치한 가중치도 값은 같습니다. unroll이 그렇게 넘깁니다.
    assert_close(linear_blocks(x, np.asfortranarray(weight), 3, bias), actual)


def test_blocks_are_the_gates_side_by_side_and_rows_put_them_back():
    y = np.arange(N * 2 * H).reshape(N, 2 * H)
    first, second = blocks(y, 2)
    np.testing.assert_array_equal(first, y[:, :H])
    np.testing.assert_array_equal(second, y[:, H:])
    assert np.shares_memory(first, y)
    np.testing.assert_array_equal(rows(blocks(y, 2)), y)


def test_sigmoid_is_the_logistic_function_and_never_overflows():
    x = np.array([-1e4, -30.0, -1.0, 0.0, 1.0, 1e4, np.inf])
    with np.errstate(all="raise"):
        y = sigmoid(x)
    assert_close(y[1:5], 1 / (1 + np.exp(-x[1:5])))
    np.testing.assert_array_equal(y[[0, 5, 6]], [0, 1, 1])
    np.testing.assert_array_equal(x[:2], [-1e4, -30.0])  # x는 그대로
    assert sigmoid(x, out=x) is x


@each_cell
def test_out_changes_where_but_not_what(cell, G):
    a, state, w_hh, b_hh = step(cell, G)
    expected, _ = cell.forward(a, state, w_hh, b_hh)
    out = [np.full((N, H), np.nan) for _ in range(len(state) + cell.keeps)]
    gates = np.full_like(a, np.nan) if G else None
    actual, _ = cell.forward(a, state, w_hh, b_hh, out=(gates, *out))
    assert all(array is buffer for array, buffer in zip(actual, out[: len(state)], strict=True))
    np.testing.assert_array_equal(actual, expected)
    # 남겨야 할 것도 모두 적혔습니다.
    assert np.isfinite(out).all()
    assert gates is None or np.isfinite(gates).all()


@each_cell
def test_without_out_nothing_passed_in_is_changed(cell, G):
    arguments, untouched = step(cell, G), step(cell, G)
    _, slopes = run(cell, *arguments)
    cell.backward(arguments[1], slopes, arguments[2])
    for actual, expected in zip(arguments, untouched, strict=True):
        np.testing.assert_array_equal(actual, expected)


@each_cell
def test_slopes_of_many_steps_are_the_slopes_of_each(cell, G):
    a, state, w_hh, b_hh = step(cell, G)
    steps = [(a, state), (a[..., ::-1], tuple(array[::-1] for array in state))]
    tapes = []
    for one, before in steps:
        tapes.append(cell.forward(one.copy(), before, w_hh, b_hh)[1])
    both = Tape(
        *(tuple(np.stack(pair) for pair in zip(*arrays, strict=True)) for arrays in
          ([t.before for t in tapes], [t.after for t in tapes])),
        np.stack([t.gates for t in tapes]) if G else None,
        tuple(np.stack(pair) for pair in zip(*[t.kept for t in tapes], strict=True)),
    )  # fmt: skip
    together = cell.slopes(both)
    for number, tape in enumerate(tapes):
        for slope, expected in zip(together, cell.slopes(tape), strict=True):
            np.testing.assert_array_equal(slope[number], expected)
        for slope, expected in zip(cell.slopes(both[number]), cell.slopes(tape), strict=True):
            np.testing.assert_array_equal(slope, expected)


@each_cell
def test_backward_with_out_gives_the_same(cell, G):
    a, state, w_hh, b_hh = step(cell, G)
    _, slopes = run(cell, a, state, w_hh, b_hh)
    d_a, d_q, d_state = cell.backward(state, slopes, w_hh)
    into_a = np.full_like(a, np.nan)
    _, d_q_out, d_state_out = cell.backward(state, slopes, w_hh, out=into_a)
    np.testing.assert_array_equal((into_a, d_q_out), (d_a, d_q))
    np.testing.assert_array_equal(d_state_out, d_state)


@each_cell
def test_additive_says_whether_both_halves_have_one_gradient(cell, G):
    a, state, w_hh, b_hh = step(cell, G)
    _, slopes = run(cell, a, state, w_hh, b_hh)
    d_a, d_q, _ = cell.backward(state, slopes, w_hh)
    assert cell.additive == (np.abs(d_a - d_q).max() == 0)
    if not cell.additive:  # 루프가 한꺼번에 바꾼 것도 같습니다.
        _, tape = cell.forward(a, state, w_hh, b_hh)
        cell.to_q(d_a[None], tape._replace(gates=tape.gates[None]))
        np.testing.assert_array_equal(d_a, d_q)


@pytest.mark.parametrize(("cell", "G"), [CELLS["RNN-tanh"], CELLS["LSTM"]])
def test_an_additive_cell_only_sees_the_sum_of_the_biases(cell, G):
    a, state, w_hh, b_hh = step(cell, G)
    expected, _ = cell.forward(a, state, w_hh, b_hh)
    actual, _ = cell.forward(a + b_hh.reshape(*G, 1, H), state, w_hh)
    assert_close(actual, expected)


def test_every_gate_saturates_without_a_warning():
    for cell, G in CELLS.values():
        a, state, w_hh, b_hh = step(cell, G)
        with np.errstate(all="raise"):
            (h, *_), slopes = run(cell, 1e4 * a, state, w_hh, b_hh)
            cell.backward(state, slopes, w_hh)
        assert np.isfinite(h).all()
