"""길이가 다른 시퀀스, NumPy: torch.nn의 패킹과 값과 모든 기울기가 같고, 패딩은 읽지 않습니다."""

from dataclasses import replace

import numpy as np
import pytest
import torch

from course_lib import numpy_rnn
from course_lib.numpy_rnn import unroll
from course_lib.numpy_rnn.gradcheck import check_gradients
from course_lib.numpy_rnn.packed import unroll_packed, unroll_packed_backward
from course_lib.shapes import ShapeError
from tests.cases import (
    DEEP,
    PACKED,
    TOLERANCE,
    YES_NO,
    Case,
    assert_same,
    build,
    flatten,
    pack,
    random_data,
    results,
    says,
    snapshot,
    twins,
)
from tests.numpy_rnn.test_unroll import ONE, SUM

LENGTHS = (2, 5, 3)
UNEQUAL = [replace(case, lengths=LENGTHS) for case in DEEP]
each = pytest.mark.parametrize("case", UNEQUAL, ids=str)
DTYPES = [(case, "float64") for case in PACKED] + [(case, "float32") for case in UNEQUAL]


def spoiled(case, data, value=np.nan):
    """패딩을 못 쓸 값으로 채운 데이터."""
    x, d_output = data.x.copy(), data.cotangents["output"].copy()
    x[case.padding] = d_output[case.padding] = value
    return replace(data, x=x, cotangents=data.cotangents | {"output": d_output})


@pytest.mark.parametrize(("case", "dtype"), DTYPES, ids=str)
def test_values_and_every_gradient_equal_torch_nn_with_packing(case, dtype):
    reference, ours = twins(numpy_rnn, case, dtype)
    data = random_data(case, dtype)
    expected = results(reference, case, data)
    actual = results(ours, case, spoiled(case, data))
    assert_same(actual, expected, TOLERANCE[dtype])
    for name in ("output", "d_x"):
        np.testing.assert_array_equal(actual[name][case.padding], 0)


@pytest.mark.parametrize(
    "case", [case for case in PACKED if case.bidirectional and not case.batch_first], ids=str
)
def test_recomputing_gives_the_same(case):
    module, data = build(numpy_rnn, case), random_data(case)
    expected = results(module, case, data)
    again = build(numpy_rnn, case, recompute=True)
    assert_same(results(again, case, data), expected, TOLERANCE["float64"])


@each
def test_the_padding_may_hold_anything(case):
    module, data = build(numpy_rnn, case), random_data(case)
    expected = results(module, case, data)
    for value in (np.nan, np.inf, -1e300):
        assert_same(results(module, case, spoiled(case, data, value)), expected)


@pytest.mark.parametrize("lengths", [(4, 2), (1, 4)])
@pytest.mark.parametrize("kind", ["RNN", "LSTM", "GRU"])
def test_every_gradient_is_proved(kind, lengths, monkeypatch):
    case = Case(kind, num_layers=2, bidirectional=True, T=4, N=2, D=3, H=3, lengths=lengths)
    module, data = build(numpy_rnn, case), random_data(case)
    call = type(module).__call__
    monkeypatch.setattr(
        type(module), "__call__", lambda self, x, hx=None: call(self, x, hx, lengths)
    )
    report = check_gradients(module, data.x, *data.states)
    assert {"x", "h_0", "weight_hh_l1_reverse"} <= {difference.name for difference in report}
    assert report[0].error < 1e-8


# 가짜 셀: 길이가 3, 2, 1인 세 시퀀스. 십의 자리가 시퀀스, 일의 자리가 시점입니다.
ROWS = np.array([10.0, 20, 30, 11, 21, 12])[:, None]
START = (np.array([[100.0], [200], [300]]),)


def test_a_finished_sequence_keeps_its_state():
    output, (h_n,), _ = unroll_packed(SUM, ROWS, START, ONE, batch_sizes=[3, 2, 1])
    np.testing.assert_array_equal(output[:, 0], [110, 220, 330, 121, 241, 133])
    np.testing.assert_array_equal(h_n[:, 0], [133, 241, 330])


def test_the_reverse_direction_starts_at_the_end_of_each_sequence():
    output, (h_n,), _ = unroll_packed(SUM, ROWS, START, ONE, reverse=True, batch_sizes=[3, 2, 1])
    np.testing.assert_array_equal(output[:, 0], [133, 241, 330, 123, 221, 112])
    np.testing.assert_array_equal(h_n[:, 0], [133, 241, 330])


@pytest.mark.parametrize(
    ("reverse", "expected"),
    [(False, [111 + 7, 11 + 8, 1 + 9, 110 + 7, 10 + 8, 100 + 7]),
     (True, [1 + 7, 1 + 8, 1 + 9, 11 + 7, 11 + 8, 111 + 7])],
)  # fmt: skip
def test_the_gradient_of_the_last_state_joins_at_the_end_of_each_sequence(reverse, expected):
    # L = Σ_t 10^t h_t + 7, 8, 9 × h_n. 시점의 기울기는 그것이 닿는 모든 것의 합입니다.
    _, _, cache = unroll_packed(SUM, ROWS, START, ONE, reverse, batch_sizes=[3, 2, 1])
    d_output = np.array([1.0, 1, 1, 10, 10, 100])[:, None]
    d_h_n = np.array([[7.0], [8], [9]])
    d_x, (d_h_0,), d_weights = unroll_packed_backward(SUM, d_output, (d_h_n,), cache, ONE)
    np.testing.assert_array_equal(d_x[:, 0], expected)
    np.testing.assert_array_equal(d_h_0[:, 0], [118, 19, 10])
    assert d_weights.w_ih.item() == (d_x * ROWS).sum()
    np.testing.assert_array_equal(d_h_n[:, 0], [7, 8, 9])  # 받은 기울기는 그대로입니다.


def test_no_work_is_done_for_padding(monkeypatch):
    rows = []
    right = unroll.linear
    monkeypatch.setattr(unroll, "linear", lambda x, *rest: rows.append(len(x)) or right(x, *rest))
    numpy_rnn.RNN(4, 7, rng=0)(np.ones((100, 3, 4)), lengths=[2, 5, 3])
    assert rows == [6, 2, 2]  # 세 줄 두 시점, 두 줄 한 시점, 한 줄 두 시점


@each
def test_all_lengths_equal_to_T_is_no_lengths(case):
    module, data = build(numpy_rnn, case), random_data(case)
    expected = results(module, replace(case, lengths=None), data)
    assert_same(results(module, replace(case, lengths=(case.T,) * case.N), data), expected)


@pytest.mark.parametrize(
    "lengths",
    [
        list(LENGTHS),
        np.array(LENGTHS, np.uint8),
        np.array(LENGTHS, np.int32),
        torch.tensor(LENGTHS),
    ],
    ids=["list", "uint8", "int32", "tensor"],
)
def test_any_sequence_of_integers_is_taken(lengths):
    module, x = numpy_rnn.GRU(4, 7, bidirectional=True, rng=0), random_data(Case()).x
    expected = module(x, lengths=LENGTHS)
    for got, want in zip(module(x, lengths=lengths), expected, strict=True):
        np.testing.assert_array_equal(got, want)


@pytest.mark.parametrize("recompute", YES_NO, ids=["plain", "recompute"])
@each
def test_backward_ignores_what_the_user_overwrites_after_forward(case, recompute):
    module, data = build(numpy_rnn, case, recompute=recompute), random_data(case)
    expected = results(module, case, data)
    lengths = np.array(case.lengths)
    returned = flatten(module(data.x, pack(data.states), lengths))
    for array in (data.x, *data.states, *returned):
        array[...] = np.nan
    lengths[...] = 0
    gradients = module.backward(*data.cotangents.values())
    names = ("d_x", *(f"d_{letter}_0" for letter in case.letters))
    actual = dict(zip(names, gradients, strict=True))
    actual |= {f"d_{name}": gradient for name, gradient in module.grads.items()}
    assert_same(actual, {name: expected[name] for name in actual})


@each
def test_arguments_stay_as_they_were_and_backward_can_be_repeated(case):
    module, data, untouched = build(numpy_rnn, case), random_data(case), random_data(case)
    first = results(module, case, data)
    again = module.backward(*data.cotangents.values())
    np.testing.assert_array_equal(again[0], first["d_x"])
    np.testing.assert_array_equal(data.x, untouched.x)
    np.testing.assert_array_equal(data.states, untouched.states)
    assert_same(data.cotangents, untouched.cotangents)


@each
def test_omitted_cotangents_of_the_states_are_zero(case):
    module, data = build(numpy_rnn, case), random_data(case)
    module(data.x, lengths=LENGTHS)
    d_output = data.cotangents["output"]
    zeros = [np.zeros(case.state_shape)] * len(case.letters)
    for omitted, given in zip(
        module.backward(d_output), module.backward(d_output, *zeros), strict=True
    ):
        np.testing.assert_array_equal(omitted, given)


# 드롭아웃


@each
def test_dropout_of_one_equals_torch_nn(case):
    reference, ours = twins(numpy_rnn, case, dropout=1.0)
    data = random_data(case)
    assert_same(results(ours, case, data), results(reference, case, data), TOLERANCE["float64"])


@each
def test_dropout_draws_nothing_for_padding_and_rests_in_eval_mode(case):
    data = random_data(case)
    longer = np.concatenate([data.x, np.ones((4, case.N, case.D))])
    short, long = (build(numpy_rnn, case, dropout=0.5) for _ in range(2))
    output, *_ = flatten(short(data.x, lengths=LENGTHS))
    padded, *_ = flatten(long(longer, lengths=LENGTHS))
    np.testing.assert_array_equal(padded[: case.T], output)
    plain = results(build(numpy_rnn, case), case, data)
    assert np.abs(output - plain["output"]).max() > 0.01
    assert_same(results(short.eval(), case, data), plain)


# 오류

WRONG_LENGTHS = {
    "zero": ([2, 0, 3], ValueError, ["lengths: 기대 1 이상 T = 5 이하, 실제 lengths[1] = 0.",
        "빈 시퀀스는"]),
    "negative": ([2, 5, -1], ValueError, ["lengths: ", "실제 lengths[2] = -1."]),
    "too-long": ([6, 5, 3], ValueError, ["lengths: 기대 1 이상 T = 5 이하, 실제 lengths[0] = 6.",
        "T는 패딩까지"]),
    "too-few": ([2, 5], ShapeError, ["lengths: 기대 (N,) = (3,), 실제 (2,). 다른 축: 0(N)."]),
    "too-many": ([2, 5, 3, 1], ShapeError, ["lengths: 기대 (N,) = (3,), 실제 (4,)."]),
    "empty": ([], ShapeError, ["lengths: 기대 (N,) = (3,), 실제 (0,)."]),
    "one-number": (5, ShapeError, ["lengths: 기대 (N,) = (3,), 실제 (). 축의 수"]),
    "2-D": ([[2, 5, 3]], ShapeError, ["lengths: 기대 (N,) = (3,), 실제 (1, 3). 축의 수"]),
    "floats": ([2.0, 5.0, 3.0], TypeError, ["lengths: 정수가 필요합니다. 실제 dtype float64."]),
    "mask": ([True, True, False], TypeError, ["lengths: 정수가", "실제 dtype bool. 마스크라면"]),
    "None": ([2, None, 3], TypeError, ["lengths: 정수가 필요합니다. 실제 dtype object."]),
    "words": (["2", "5", "3"], TypeError, ["lengths: 정수가 필요합니다. 실제 dtype <U1."]),
    "ragged": ([[1], [2, 3], [4]], TypeError, ["lengths: 정수 3개가 필요합니다. 실제 list."]),
    "other-device": (torch.empty(3, dtype=torch.int64, device="meta"), TypeError, [
        "lengths: 정수 3개가 필요합니다. 실제 Tensor."]),
}  # fmt: skip


@pytest.mark.parametrize("batch_first", YES_NO)
@pytest.mark.parametrize(("lengths", "error", "parts"), WRONG_LENGTHS.values(), ids=WRONG_LENGTHS)
def test_wrong_lengths_are_told_and_change_nothing(lengths, error, parts, batch_first):
    case = Case("LSTM", num_layers=2, batch_first=batch_first, lengths=LENGTHS)
    module, again = (build(numpy_rnn, case, dropout=0.5) for _ in range(2))
    data = random_data(case)
    expected = results(again, case, data)
    module(data.x, pack(data.states), LENGTHS)
    before = snapshot(module)
    with says(error, *parts):
        module(data.x + 1, lengths=lengths)
    assert_same(snapshot(module), before)
    # 앞의 순전파도, 난수의 차례도 그대로입니다.
    d_x, *_ = module.backward(*data.cotangents.values())
    np.testing.assert_array_equal(d_x, expected["d_x"])
    assert module.rng.random() == again.rng.random()


def test_lengths_need_a_batch():
    with says(ShapeError, "lengths: 배치 축이 없는 x에는 쓰지 않습니다.", "x[:length]"):
        numpy_rnn.RNN(4, 7)(np.ones((5, 4)), lengths=[3])
