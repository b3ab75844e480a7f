"""셀의 식: 쓸 자리를 주거나 안 주거나 같은 값, 여러 시점을 한꺼번에 계산한 미분.

torch와 같은지는 ``test_cell_modules.py``가, 손으로 푼 값은 ``test_by_hand.py``가 봅니다.
"""

import numpy as np
import pytest

from course_lib.numpy_rnn.cells import RNN_RELU, RNN_TANH, Tape
from course_lib.numpy_rnn.gru_cell import GRU_CELL
from course_lib.numpy_rnn.lstm_cell import LSTM_CELL

N, H = 3, 7
CELLS = {"RNN-tanh": (RNN_TANH, ()), "RNN-relu": (RNN_RELU, ())}
CELLS |= {"LSTM": (LSTM_CELL, (4,)), "GRU": (GRU_CELL, (3,))}  # 이름: (셀, 게이트 축)
each_cell = pytest.mark.parametrize(("cell", "G"), CELLS.values(), ids=CELLS)


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
