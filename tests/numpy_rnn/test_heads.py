"""머리: torch로 같은 계산을 한 것과 값과 모든 기울기가 같고, 올바른 마지막 상태를 읽습니다."""

import copy
import pickle
from dataclasses import replace

import numpy as np
import pytest
import torch
from torch.nn.utils.rnn import pack_padded_sequence

from course_lib import interop, numpy_rnn, torch_rnn
from course_lib.numpy_rnn import heads
from course_lib.numpy_rnn.gradcheck import check_gradients
from course_lib.shapes import ShapeError
from course_lib.torch_rnn import heads as torch_heads
from tests.cases import (
    TOLERANCE,
    YES_NO,
    Case,
    assert_same,
    build,
    flatten,
    grid,
    pack,
    random_data,
    results,
    says,
    snapshot,
)

LAST = pytest.mark.parametrize("last", YES_NO, ids=["every", "last"])
CASES = grid(
    Case, num_layers=(2,), bidirectional=YES_NO, bias=(True,), batch_first=YES_NO, batched=YES_NO
)
EACH = pytest.mark.parametrize("case", CASES, ids=str)
K = 2


def model_of(case, last, **options):
    return heads.SequenceModel(build(numpy_rnn, case, **options), K, last)


def by_hand(rnn, head, case, x, states, last):
    """torch로 따로 적은 답: 시점마다, 또는 방향마다 마지막으로 읽은 시점의 출력에서."""
    output, state = rnn(x, pack(states))
    if not last:
        return head(output), state
    H, time = case.H, 1 if case.batched and case.batch_first else 0
    final = output.select(time, case.T - 1)[..., :H]
    if case.bidirectional:  # 역방향이 마지막으로 읽은 시점은 0입니다.
        final = torch.cat([final, output.select(time, 0)[..., H:]], dim=-1)
    return head(final), state


def torch_results(case, model, last, data, d_y):
    """torch.nn으로 계산한 답, 마지막 상태, 모든 기울기."""
    rnn = build(torch.nn, case)
    head = torch.nn.Linear((1 + case.bidirectional) * case.H, K, dtype=torch.float64)
    rnn.load_state_dict(interop.to_torch(model.rnn.state_dict()))
    head.load_state_dict(interop.to_torch(model.head.state_dict()))
    x, *states = (torch.tensor(a, requires_grad=True) for a in (data.x, *data.states))
    outputs = flatten(by_hand(rnn, head, case, x, states, last))
    cotangents = [d_y, *list(data.cotangents.values())[1:]]
    torch.autograd.backward(outputs, [torch.tensor(d) for d in cotangents])
    values = {f"out {i}": out.detach().numpy() for i, out in enumerate(outputs)}
    values |= {f"d_in {i}": a.grad.numpy() for i, a in enumerate((x, *states))}
    for part, module in (("rnn", rnn), ("head", head)):
        values |= {f"{part}.{name}": p.grad.numpy() for name, p in module.named_parameters()}
    return values


@LAST
@EACH
def test_values_and_gradients_are_those_of_torch(case, last):
    model, data = model_of(case, last), random_data(case)
    y, *states = flatten(model(data.x, pack(data.states)))
    d_y = np.random.default_rng(1).normal(size=y.shape)
    gradients = model.backward(d_y, *list(data.cotangents.values())[1:])
    actual = {f"out {i}": out for i, out in enumerate((y, *states))}
    actual |= {f"d_in {i}": gradient for i, gradient in enumerate(gradients)} | model.grads
    assert_same(actual, torch_results(case, model, last, data, d_y), atol=1e-12)


@LAST
@EACH
def test_the_shape_of_the_answer(case, last):
    y, _ = model_of(case, last)(random_data(case).x)
    batch = (case.N,) if case.batched else ()
    assert y.shape == ((*batch, K) if last else (*case.x_shape[:-1], K))


@pytest.mark.parametrize("kind", ["RNN", "LSTM", "GRU"])
def test_the_last_row_of_a_bidirectional_output_is_not_what_the_head_reads(kind):
    model = model_of(Case(kind, bidirectional=True), last=True)
    x = random_data(Case(kind)).x
    output, state = model.rnn(x)
    h_n = state[0] if kind == "LSTM" else state
    y, _ = model(x)
    right = np.concatenate([h_n[-2], h_n[-1]], axis=-1)
    np.testing.assert_allclose(y, model.head(right), rtol=0, atol=1e-15)
    assert np.abs(y - model.head(output[-1])).max() > 0.01


@LAST
@pytest.mark.parametrize("kind", ["RNN", "LSTM"])
def test_gradients_of_states_may_be_left_out(kind, last):
    case = Case(kind)
    model, data = model_of(case, last), random_data(case)
    y, *_ = flatten(model(data.x, pack(data.states)))
    d_y = np.ones_like(y)
    left_out = dict(enumerate(model.backward(d_y)))
    zeros = [np.zeros(case.state_shape) for _ in case.letters]
    assert_same(left_out, dict(enumerate(model.backward(d_y, *zeros))))
    assert_same(left_out, dict(enumerate(model.backward(d_y, *[None] * len(zeros)))))


@LAST
@pytest.mark.parametrize("case", CASES[::3], ids=str)
def test_finite_differences_prove_the_model(case, last):
    small = Case(case.kind, case.nonlinearity, bidirectional=case.bidirectional, T=4, N=2, D=3, H=3)
    model, data = model_of(small, last), random_data(small)
    report = check_gradients(model, data.x, *data.states)
    assert {"x", "h_0", "rnn.weight_hh_l0", "head.weight", "head.bias"} <= {d.name for d in report}
    assert report[0].error < 1e-8


# 길이가 다른 시퀀스

UNEQUAL = [replace(case, lengths=(2, 5, 3)) for case in CASES if case.batched]


@LAST
@pytest.mark.parametrize("case", UNEQUAL, ids=str)
def test_a_model_answers_at_the_end_of_each_sequence(case, last):
    ours = heads.SequenceModel(build(numpy_rnn, case), K, last)
    theirs = torch_heads.SequenceModel(build(torch.nn, case), K, last)
    interop.copy_weights(ours, theirs)
    data = random_data(case)
    shape = (case.N, K) if last else (*case.x_shape[:2], K)
    d_y = np.random.default_rng(1).normal(size=shape)
    if not last:  # 끝을 지난 답은 손실에서 뺍니다.
        d_y[case.padding] = 0
    data = replace(data, cotangents={**data.cotangents, "output": d_y})
    actual = results(ours, case, data)
    expected = (last_results if last else results)(theirs, case, data)
    if not last:
        bias = ours.params["head.bias"]
        np.testing.assert_array_equal(actual["output"][case.padding] - bias, 0)
        actual["output"][case.padding] = 0  # torch의 답은 패킹을 풀 때 0이 됩니다.
    assert_same(actual, expected, TOLERANCE["float64"])


def last_results(model, case, data):
    """torch로 계산한 답이 하나일 때: 풀 것이 없으므로 x만 패킹합니다."""
    x, *states = (torch.tensor(a, requires_grad=True) for a in (data.x, *data.states))
    packed = pack_padded_sequence(x, case.lengths, case.batch_first, enforce_sorted=False)
    outputs = flatten(model(packed, pack(states)))
    torch.autograd.backward(outputs, [torch.tensor(d) for d in data.cotangents.values()])
    values = {name: y.detach().numpy() for name, y in zip(case.outputs, outputs, strict=True)}
    inputs = ["x", *(f"{letter}_0" for letter in case.letters)]
    values |= {f"d_{name}": a.grad.numpy() for name, a in zip(inputs, (x, *states), strict=True)}
    return values | {f"d_{name}": p.grad.numpy() for name, p in model.named_parameters()}


# 매개변수


@pytest.mark.parametrize("package", [torch_rnn, torch.nn], ids=["torch_rnn", "torch.nn"])
@pytest.mark.parametrize("kind", ["RNN", "LSTM", "GRU"])
def test_weights_move_between_numpy_and_torch(kind, package):
    case = Case(kind, num_layers=2, bidirectional=True, batch_first=True)
    ours, theirs = (
        heads.SequenceModel(build(numpy_rnn, case), K),
        torch_heads.SequenceModel(build(package, case), K),
    )
    assert list(ours.state_dict()) == list(theirs.state_dict())
    interop.copy_weights(ours, theirs)
    x = random_data(case).x
    expected = theirs(torch.tensor(x))[0].detach().numpy()
    np.testing.assert_allclose(ours(x)[0], expected, rtol=0, atol=1e-13)
    back = heads.SequenceModel(build(numpy_rnn, case, seed=5), K)
    interop.copy_weights(theirs, back)
    assert_same(back.params, ours.params)


def test_a_wrong_bias_of_a_model_is_named_with_its_letters():
    ours = model_of(Case(), last=False)
    wrong = ours.state_dict() | {"rnn.bias_ih_l0": np.ones(8)}
    before = snapshot(ours)
    with says(ShapeError, "rnn.bias_ih_l0: 기대 (G*H,) = (7,), 실제 (8,)"):
        ours.load_state_dict(wrong)
    with says(ShapeError, "head.weight: 기대 (K, F*H) = (2, 7), 실제 (7, 2)"):
        ours.load_state_dict(ours.state_dict() | {"head.weight": np.ones((7, 2))})
    with says(ValueError, "state_dict: 빠진 이름", "head.bias", "모르는 이름 []"):
        ours.load_state_dict({k: v for k, v in ours.state_dict().items() if k != "head.bias"})
    assert_same(ours.params, before)


def test_parameters_are_the_arrays_of_the_parts():
    model = model_of(Case(), last=False)
    assert model.params["rnn.weight_ih_l0"] is model.rnn.params["weight_ih_l0"]
    assert model.params["head.bias"] is model.head.params["bias"]
    model.load_state_dict({name: 0 * value for name, value in model.params.items()})
    assert {float(np.abs(value).max()) for value in model.params.values()} == {0.0}


def test_without_a_seed_of_its_own_the_head_goes_on_with_that_of_the_rnn():
    first, again = (model_of(Case(), last=False) for _ in range(2))
    assert_same(first.params, again.params)
    other = heads.SequenceModel(build(numpy_rnn, Case()), K, rng=9)
    assert np.abs(other.params["head.weight"] - first.params["head.weight"]).min() > 0
    assert_same(other.rnn.params, first.rnn.params)


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_the_dtype_is_that_of_the_rnn(dtype):
    model = model_of(Case(), last=True, dtype=dtype)
    y, _ = model(random_data(Case(), dtype).x)
    model.backward(np.ones_like(y))
    arrays = [y, *model.params.values(), *model.grads.values()]
    assert {array.dtype for array in [model, *arrays]} == {np.dtype(dtype)}


def test_modes_reach_the_dropout():
    rnn = numpy_rnn.RNN(4, 7, num_layers=2, dropout=0.5, rng=0)
    model, x = heads.SequenceModel(rnn, K), np.ones((5, 3, 4))
    assert (model.training, model.dropout) == (True, 0.5)
    assert np.abs(model(x)[0] - model(x)[0]).max() > 0.01
    assert (model.eval().training, rnn.training, model.head.training) == (False, False, False)
    np.testing.assert_array_equal(model(x)[0], model(x)[0])
    assert model.train().training


def test_a_copy_does_not_keep_the_last_batch():
    model = model_of(Case(), last=True)
    model(random_data(Case()).x)
    for twin in (copy.deepcopy(model), pickle.loads(pickle.dumps(model))):
        assert_same(twin.params, model.params)
        with says(RuntimeError, "backward: 먼저"):
            twin.backward(np.ones((3, K)))


def test_repr_tells_the_parts():
    assert repr(model_of(Case("LSTM"), last=True)) == "SequenceModel(LSTM(4, 7), 2, last=True)"


# 오류


def test_only_layers_of_numpy_rnn_are_taken():
    with says(TypeError, "rnn: numpy_rnn의 RNN, LSTM, GRU가 필요합니다. 실제 RNNCell"):
        heads.SequenceModel(numpy_rnn.RNNCell(4, 7), K)
    with says(TypeError, "rnn: numpy_rnn의", "course_lib.torch_rnn.heads.SequenceModel"):
        heads.SequenceModel(torch.nn.RNN(4, 7), K)
    with says(ValueError, "output_size: 1 이상이어야 합니다. 실제 0"):
        heads.SequenceModel(numpy_rnn.RNN(4, 7), 0)
    with says(TypeError, "last: True나 False가 필요합니다. 실제 3"):
        heads.SequenceModel(numpy_rnn.RNN(4, 7), K, 3)


def test_gradients_of_the_wrong_shape_are_refused():
    case = Case(bidirectional=True)
    model = model_of(case, last=True)
    y, _ = model(random_data(case).x)
    with says(ShapeError, "d_y: 기대 (축 0, out_features) = (3, 2), 실제 (5, 3, 2)"):
        model.backward(np.ones((5, *y.shape)))
    with says(ShapeError, "d_h_n: 기대 (F*num_layers, N, H) = (2, 3, 7), 실제 (1, 3, 7)"):
        model.backward(np.ones_like(y), np.ones((1, 3, 7)))  # 조용히 늘리지 않습니다.
    with says(TypeError, "d_h_n: 기대 dtype float64"):
        model.backward(np.ones_like(y), np.ones((2, 3, 7), np.float32))
    unbatched = model_of(Case(batched=False), last=True)
    unbatched(random_data(Case(batched=False)).x)
    with says(ShapeError, "d_h_n: 기대 (F*num_layers, H) = (1, 7), 실제 (1, 1, 7)"):
        unbatched.backward(np.ones(K), np.ones((1, 1, 7)))
