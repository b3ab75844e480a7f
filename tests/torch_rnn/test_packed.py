"""길이가 다른 시퀀스, torch: PackedSequence를 torch.nn과 똑같이 받고 돌려줍니다."""

from dataclasses import replace

import numpy as np
import pytest
import torch
from torch.nn.utils.rnn import PackedSequence, pack_padded_sequence, pack_sequence

from course_lib import torch_rnn
from course_lib.shapes import ShapeError
from course_lib.torch_rnn.cells import Cell, Weights
from course_lib.torch_rnn.heads import SequenceModel
from course_lib.torch_rnn.packed import unroll_packed
from tests.cases import (
    DEEP,
    PACKED,
    TOLERANCE,
    YES_NO,
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

UNEQUAL = [replace(case, lengths=(2, 5, 3)) for case in DEEP]
each = pytest.mark.parametrize("case", UNEQUAL, ids=str)
DTYPES = [(case, "float64") for case in PACKED] + [(case, "float32") for case in UNEQUAL]


@pytest.mark.parametrize(("case", "dtype"), DTYPES, ids=str)
def test_values_and_every_gradient_equal_torch_nn(case, dtype):
    reference, ours = twins(torch_rnn, case, dtype)
    data = random_data(case, dtype)
    assert_same(results(ours, case, data), results(reference, case, data), TOLERANCE[dtype])


SEQUENCES = [
    torch.randn(T, 4, dtype=torch.float64, generator=torch.manual_seed(3)) for T in (5, 3, 3, 1)
]
PACKINGS = {
    "sorted": lambda: pack_sequence(SEQUENCES),
    "sorted-but-not-told": lambda: pack_sequence(SEQUENCES, enforce_sorted=False),
    "unsorted": lambda: pack_sequence(SEQUENCES[::-1], enforce_sorted=False),
    "mixed": lambda: pack_sequence([SEQUENCES[k] for k in (1, 3, 0, 2)], enforce_sorted=False),
    "one-row": lambda: pack_sequence(SEQUENCES[3:]),
    "equal": lambda: pack_padded_sequence(torch.stack(SEQUENCES[1:3], dim=1), [3, 3]),
    "by-hand": lambda: PackedSequence(torch.cat(SEQUENCES), torch.tensor([4, 4, 3, 1])),
}


@pytest.mark.parametrize("given", YES_NO, ids=["omitted", "given"])
@pytest.mark.parametrize("packing", PACKINGS.values(), ids=PACKINGS)
@each
def test_every_field_of_the_answer_is_that_of_torch_nn(case, packing, given):
    reference, ours = twins(torch_rnn, case)
    x = packing()
    N = int(x.batch_sizes[0])
    generator = torch.manual_seed(4)
    states = [torch.randn(4, N, 7, dtype=torch.float64, generator=generator) for _ in case.letters]
    answers = [module(x, pack(states) if given else None) for module in (ours, reference)]
    assert [type(answer[0]) for answer in answers] == [PackedSequence, PackedSequence]
    (actual, state), (expected, right) = answers
    torch.testing.assert_close(actual.batch_sizes, expected.batch_sizes)
    for index in ("sorted_indices", "unsorted_indices"):
        got, want = getattr(actual, index), getattr(expected, index)
        assert (got is None) == (want is None)
        if want is not None:
            torch.testing.assert_close(got, want)
    values, wanted = [actual.data, *flatten((state,))], [expected.data, *flatten((right,))]
    torch.testing.assert_close(values, wanted, rtol=0, atol=TOLERANCE["float64"])


@pytest.mark.parametrize("p", [0.3, 1.0])
@each
def test_the_same_seed_drops_the_same_values_as_torch_nn(case, p):
    reference, ours = twins(torch_rnn, case, dropout=p)
    data, values = random_data(case), []
    for module in (ours, reference):
        torch.manual_seed(7)
        values.append(results(module, case, data))
    assert_same(*values, TOLERANCE["float64"])


@each
def test_batch_first_does_not_matter_once_it_is_packed(case):
    x = PACKINGS["mixed"]()
    plain, batch_first = (build(torch_rnn, case, batch_first=flag) for flag in YES_NO)
    (output, state), (same, same_state) = plain(x), batch_first(x)
    torch.testing.assert_close(same.data, output.data, rtol=0, atol=0)
    torch.testing.assert_close(flatten((same_state,)), flatten((state,)), rtol=0, atol=0)


def running_sum(a, state, w_hh, b_hh):
    """h' = a + h."""
    return (a + state[0],)


@pytest.mark.parametrize(
    ("reverse", "expected"),
    [(False, [110, 220, 330, 121, 241, 133]), (True, [133, 241, 330, 123, 221, 112])],
)
def test_each_sequence_is_read_to_its_own_end_or_from_it(reverse, expected):
    # 길이가 3, 2, 1인 세 시퀀스. 십의 자리가 시퀀스, 일의 자리가 시점입니다.
    rows = torch.tensor([10.0, 20, 30, 11, 21, 12])[:, None]
    start = (torch.tensor([[100.0], [200], [300]]),)
    one = Weights(torch.eye(1), torch.eye(1))
    output, (h_n,) = unroll_packed(
        Cell(running_sum), rows, start, one, reverse, batch_sizes=[3, 2, 1]
    )
    assert output[:, 0].tolist() == expected
    assert h_n[:, 0].tolist() == [133, 241, 330]


@pytest.mark.parametrize("last", YES_NO, ids=["every", "last"])
@pytest.mark.parametrize("package", [torch_rnn, torch.nn], ids=["torch_rnn", "torch.nn"])
@each
def test_a_model_takes_a_packed_sequence(case, package, last):
    model = SequenceModel(build(package, case), 2, last)
    y, _ = model(PACKINGS["mixed"]())
    order = (1, 3, 0, 2)
    for n, k in enumerate(order):
        alone, _ = model(SEQUENCES[k])
        if last:
            torch.testing.assert_close(y[n], alone, rtol=0, atol=TOLERANCE["float64"])
        else:
            unpacked = torch.nn.utils.rnn.unpack_sequence(y)[n]
            torch.testing.assert_close(unpacked, alone, rtol=0, atol=TOLERANCE["float64"])


# 오류


def packed(D=4, dtype=torch.float64, lengths=(2, 5, 3)):
    sequences = [torch.zeros(*((T,) if D is None else (T, D)), dtype=dtype) for T in lengths]
    return pack_sequence(sequences, enforce_sorted=False)


def states(*shapes, dtype=torch.float64):
    return tuple(torch.zeros(shape, dtype=dtype) for shape in shapes)


ROWS = torch.zeros(9, 4, dtype=torch.float64)
#: 이름: (층, x, hx, 오류, 메시지에 차례로 나올 말)
WRONG = {
    "features": ("RNN", packed(6), None, ShapeError, [
        "x.data: 기대 (sum(lengths), D) = (10, 4), 실제 (10, 6). 다른 축: 1(D).", "input_size"]),
    "no-features": ("GRU", packed(None), None, ShapeError, [
        "x.data: 기대 (sum(lengths), D) = (10, 4), 실제 (10,). 축의 수: 기대 2, 실제 1."]),
    "rows": ("RNN", PackedSequence(ROWS, torch.tensor([3, 3, 2, 1, 1])), None, ShapeError, [
        "x.data: 기대 (sum(lengths), D) = (10, 4), 실제 (9, 4). 다른 축: 0(sum(lengths))."]),
    "dtype": ("GRU", packed(dtype=torch.float32), None, TypeError, [
        "x.data: 기대 dtype float64, 실제 float32."]),
    "h_0-batch": ("RNN", packed(), states((1, 2, 7))[0], ShapeError, [
        "h_0: 기대 (F*num_layers, N, H) = (1, 3, 7), 실제 (1, 2, 7). 다른 축: 1(N)."]),
    "h_0-unbatched": ("GRU", packed(lengths=(5,)), states((1, 7))[0], ShapeError, [
        "h_0: 기대 (F*num_layers, N, H) = (1, 1, 7), 실제 (1, 7). 축의 수"]),
    "c_0-hidden": ("LSTM", packed(), states((1, 3, 7), (1, 3, 6)), ShapeError, [
        "c_0: 기대", "2(H)."]),
    "one-state": ("LSTM", packed(), states((1, 3, 7))[0], TypeError, ["(h_0, c_0): LSTM의 상태는"]),
    "h_0-dtype": ("RNN", packed(), states((1, 3, 7), dtype=torch.float32)[0], TypeError, [
        "h_0: 기대 dtype float64, 실제 float32."]),
}  # fmt: skip


@pytest.mark.parametrize(("name", "x", "hx", "error", "parts"), WRONG.values(), ids=WRONG)
def test_a_wrong_packed_sequence_is_told(name, x, hx, error, parts):
    module = getattr(torch_rnn, name)(4, 7, dtype=torch.float64)
    before = snapshot(module)
    with says(error, *parts):
        module(x, hx)
    assert_same(snapshot(module), before)


@each
def test_arguments_stay_as_they_were(case):
    module, x = build(torch_rnn, case), PACKINGS["mixed"]()
    before = x.data.clone()
    output, _ = module(x)
    torch.testing.assert_close(x.data, before, rtol=0, atol=0)
    assert np.isfinite(output.data.detach().numpy()).all()
