"""가중치 옮기기: 세 라이브러리 사이의 어느 쪽으로든, 사본으로, 틀리면 아무것도 바꾸지 않고."""

import itertools

import numpy as np
import pytest
import torch
from torch import nn

from course_lib import numpy_rnn, torch_rnn
from course_lib.interop import copy_weights, to_numpy, to_torch
from course_lib.shapes import ShapeError
from tests.cases import (
    CELLS,
    CONFIGS,
    DEEP,
    OURS,
    TOLERANCE,
    assert_same,
    build,
    forward,
    random_data,
    snapshot,
)

PACKAGES = OURS | {"torch.nn": nn}
CELL_KINDS = [case for case in CELLS if case.batched and case.given]
PAIRS = list(itertools.permutations(PACKAGES, 2))
each_pair = pytest.mark.parametrize(
    ("source", "target"), PAIRS, ids=[" to ".join(pair) for pair in PAIRS]
)


@pytest.mark.parametrize("package", OURS.values(), ids=OURS)
@pytest.mark.parametrize("case", CONFIGS + CELL_KINDS, ids=str)
def test_state_dict_has_the_names_the_order_and_the_shapes_of_torch_nn(case, package):
    ours, reference = (build(p, case).state_dict() for p in (package, nn))
    assert [(name, tuple(value.shape)) for name, value in ours.items()] == [
        (name, tuple(value.shape)) for name, value in reference.items()
    ]


@each_pair
@pytest.mark.parametrize("case", DEEP + CELL_KINDS, ids=str)
def test_a_state_dict_of_one_library_loads_into_another(case, source, target):
    giver, taker = build(PACKAGES[source], case), build(PACKAGES[target], case, seed=1)
    state_dict = giver.state_dict()
    taker.load_state_dict(to_torch(state_dict) if target == "torch.nn" else state_dict)
    assert_computes_the_same(giver, taker, case)


@each_pair
@pytest.mark.parametrize("case", DEEP + CELL_KINDS, ids=str)
def test_copy_weights_goes_every_way(case, source, target):
    giver, taker = build(PACKAGES[source], case), build(PACKAGES[target], case, seed=1)
    before = snapshot(giver)
    copy_weights(giver, taker)
    assert_same(snapshot(taker), before)
    assert_computes_the_same(giver, taker, case)


def assert_computes_the_same(giver, taker, case):
    data = random_data(case)
    outputs = (forward(module, data.x, data.states) for module in (taker, giver))
    for actual, expected in zip(*outputs, strict=True):
        np.testing.assert_allclose(actual, expected, rtol=0, atol=TOLERANCE["float64"])


@each_pair
def test_copies_share_no_memory(source, target):
    giver, taker = (build(PACKAGES[name], DEEP[0]) for name in (source, target))
    copy_weights(giver, taker)
    before = snapshot(taker)
    state = giver.params if source == "numpy_rnn" else giver.state_dict()
    for value in state.values():
        value[...] = np.nan
    assert_same(snapshot(taker), before)


@each_pair
def test_the_target_keeps_its_dtype(source, target):
    giver, taker = build(PACKAGES[source], DEEP[0]), build(PACKAGES[target], DEEP[0], "float32")
    copy_weights(giver, taker)
    expected = {name: value.astype(np.float32) for name, value in snapshot(giver).items()}
    assert_same(snapshot(taker), expected)


@each_pair
@pytest.mark.parametrize(
    ("options", "error", "message"),
    [
        ({"bias": False}, ValueError, r"state_dict: 빠진 이름 \[.*bias.*\], 모르는 이름 \[\]"),
        ({"num_layers": 3}, ValueError, r"state_dict: 빠진 이름 \[\], 모르는 이름 \[.*_l2"),
        ({"hidden_size": 6}, ShapeError, r"weight_ih_l0: 기대 .*\(7, 4\), 실제 \(6, 4\)"),
    ],
)
def test_weights_that_do_not_fit_change_nothing(source, target, options, error, message):
    options = {"input_size": 4, "hidden_size": 7, "num_layers": 2, "bidirectional": True} | options
    giver, taker = PACKAGES[source].RNN(**options), build(PACKAGES[target], DEEP[0])
    before = snapshot(taker)
    with pytest.raises(error, match=message):
        copy_weights(giver, taker)
    assert_same(snapshot(taker), before)


def test_to_numpy_copies_tensors_parameters_and_arrays():
    tensor, parameter, array = torch.zeros(2), nn.Parameter(torch.zeros(2)), np.zeros(2)
    copies = to_numpy({"tensor": tensor, "parameter": parameter, "array": array})
    assert [type(value) for value in copies.values()] == [np.ndarray] * 3
    assert [value.dtype for value in copies.values()] == [np.float32, np.float32, np.float64]
    for value in copies.values():
        value += 1
    assert (tensor.sum(), parameter.sum(), array.sum()) == (0, 0, 0)


def test_to_torch_copies_arrays_tensors_and_parameters():
    array, tensor, parameter = np.zeros(2), torch.zeros(2), nn.Parameter(torch.zeros(2))
    copies = to_torch({"array": array, "tensor": tensor, "parameter": parameter})
    assert [value.dtype for value in copies.values()] == [torch.float64] + [torch.float32] * 2
    assert not any(value.requires_grad for value in copies.values())
    for value in copies.values():
        value += 1
    assert (array.sum(), tensor.sum(), parameter.sum()) == (0, 0, 0)


def test_there_and_back_is_the_same_to_the_bit():
    module = numpy_rnn.LSTM(4, 7, rng=0)
    there = to_torch(module.state_dict())
    assert_same(to_numpy(there), module.params)


def test_a_view_with_a_negative_stride_can_be_taken_to_torch():
    weight = torch_rnn.RNNCell(4, 7).weight_ih.detach().numpy()
    taken = to_torch({"weight_ih": weight[::-1]})["weight_ih"]
    np.testing.assert_array_equal(taken.numpy(), weight[::-1])


@pytest.mark.parametrize(
    ("pair", "role"),
    [(({}, nn.RNN(4, 7)), "source"), ((nn.RNN(4, 7), {}), "target")],
    ids=["source", "target"],
)
def test_only_modules_have_weights_to_copy(pair, role):
    with pytest.raises(TypeError, match=rf"^{role}: 모듈이 필요합니다\. 실제 dict"):
        copy_weights(*pair)
