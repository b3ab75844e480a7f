"""Keras의 가중치: Keras의 식을 손으로 적은 가짜 층으로, Keras 없이 봅니다.

진짜 Keras와는 ``tests/frameworks/test_interop.py``가 견줍니다.
"""

import itertools

import numpy as np
import pytest
from torch import nn

from course_lib import numpy_rnn, torch_rnn
from course_lib.interop import copy_weights, from_keras, to_keras
from course_lib.keras_weights import cell_from_keras, cell_to_keras
from course_lib.shapes import ShapeError
from tests import keras_cases
from tests.cases import (
    OURS,
    TOLERANCE,
    Case,
    assert_same,
    build,
    forward,
    random_data,
    says,
    snapshot,
)
from tests.keras_cases import FAKE, both, one

PACKAGES = OURS | {"torch.nn": nn}
each_case = pytest.mark.parametrize("case", keras_cases.CASES, ids=str)
each_package = pytest.mark.parametrize("package", PACKAGES.values(), ids=PACKAGES)


def assert_layers_compute_the_same(layers, module, case):
    data = random_data(case)
    outputs = keras_cases.forward_layers(layers, case, data.x, data.states)
    for actual, expected in zip(forward(module, data.x, data.states), outputs, strict=True):
        np.testing.assert_allclose(actual, expected, rtol=0, atol=TOLERANCE["float64"])


@each_package
@each_case
def test_weights_of_keras_compute_the_same_here(case, package):
    layers = keras_cases.make_layers(FAKE, case, np.random.default_rng(0))
    module = build(package, case)
    before = snapshot(module)
    copy_weights(layers, module)
    assert_same(
        {k: np.zeros_like(v) for k, v in snapshot(module).items()},
        {k: np.zeros_like(v) for k, v in before.items()},
    )
    assert_layers_compute_the_same(layers, module, case)


@each_package
@each_case
def test_our_weights_compute_the_same_in_keras(case, package):
    layers = keras_cases.make_layers(FAKE, case, np.random.default_rng(0))
    module = build(package, case)
    copy_weights(module, layers)
    assert_layers_compute_the_same(layers, module, case)


@each_case
def test_there_and_back(case):
    """Keras의 배열은 그대로 돌아오고, 우리 것은 두 편향의 합이 그대로입니다."""
    layers = keras_cases.make_layers(FAKE, case, np.random.default_rng(0))
    before, state_dict = keras_cases.weights_of(layers), from_keras(layers)
    to_keras(state_dict, keras_cases.randomize(layers, np.random.default_rng(1)))
    for actual, expected in zip(keras_cases.weights_of(layers), before, strict=True):
        np.testing.assert_array_equal(actual, expected)
    assert_same(from_keras(layers), state_dict)


def test_gate_blocks_by_hand():
    """H = 1이면 블록 하나가 수 하나입니다."""
    kernel, recurrent_kernel = np.array([[1.0, 2.0, 3.0]]), np.array([[4.0, 5.0, 6.0]])
    bias = np.array([[7.0, 8.0, 9.0], [10.0, 11.0, 12.0]])
    gru = cell_from_keras("GRU", [kernel, recurrent_kernel, bias])
    by_hand = ([[2], [1], [3]], [[5], [4], [6]], [8, 7, 9], [11, 10, 12])  # z, r, h → r, z, n
    for actual, expected in zip(gru, by_hand, strict=True):
        np.testing.assert_array_equal(actual, expected)
    for actual, expected in zip(
        cell_to_keras("GRU", gru), (kernel, recurrent_kernel, bias), strict=True
    ):
        np.testing.assert_array_equal(actual, expected)
    kernel, bias_ih, bias_hh = np.arange(4.0).reshape(4, 1), np.arange(4.0), np.ones(4)
    kernel, _, bias = cell_to_keras("LSTM", [kernel, kernel, bias_ih, bias_hh])
    np.testing.assert_array_equal(kernel, [[0, 1, 2, 3]])  # i, f, g, o = i, f, c, o
    np.testing.assert_array_equal(bias, [1, 2, 3, 4])  # 두 편향의 합


@pytest.mark.parametrize("bias", [True, False])
@pytest.mark.parametrize("kind", keras_cases.LAYERS)
def test_converted_arrays_are_copies(kind, bias):
    (layer,) = keras_cases.make_layers(FAKE, Case(kind, bias=bias), np.random.default_rng(0))
    there = cell_from_keras(kind, layer.cell.weights)
    back = cell_to_keras(kind, there)
    assert [array.dtype for array in there + back] == [np.float64] * len(there + back)
    for old, new in itertools.product(layer.cell.weights + there, back):
        assert not np.shares_memory(old, new)
    for old, new in itertools.product(layer.cell.weights, there):
        assert not np.shares_memory(old, new)


def test_a_layer_a_list_and_a_sequential_model_are_the_same():
    (layer,) = keras_cases.make_layers(FAKE, Case("GRU"), np.random.default_rng(0))
    for layers in ((layer,), layer, FAKE.Sequential([layer])):
        assert_same(from_keras(layers), from_keras([layer]))


def test_keras_to_keras():
    case = Case("LSTM", num_layers=2, bidirectional=True, batch_first=True)
    giver, taker = (keras_cases.make_layers(FAKE, case, np.random.default_rng(n)) for n in (0, 1))
    copy_weights(giver, taker)
    for actual, expected in zip(*map(keras_cases.weights_of, (taker, giver)), strict=True):
        np.testing.assert_array_equal(actual, expected)


@pytest.mark.parametrize("name", keras_cases.REFUSED)
def test_what_cannot_be_carried_over_is_refused_and_changes_nothing(name):
    layers = keras_cases.built(keras_cases.REFUSED[name][0](FAKE))
    keras_cases.randomize(layers, np.random.default_rng(0))
    module = numpy_rnn.LSTM(4, 7, num_layers=len(layers), rng=0)
    before, ours = keras_cases.weights_of(layers), snapshot(module)
    for source, target in ((layers, module), (module, layers)):
        with keras_cases.says_refusal(name):
            copy_weights(source, target)
    with keras_cases.says_refusal(name):
        from_keras(layers)
    assert_same(snapshot(module), ours)
    for actual, expected in zip(keras_cases.weights_of(layers), before, strict=True):
        np.testing.assert_array_equal(actual, expected)


def test_layers_that_are_no_stack_are_refused():
    with says(ValueError, "layers: 층이 하나 이상 있어야 합니다. 실제 0개."):
        from_keras([])
    with says(ValueError, "layers[0]: 아직 가중치가 없습니다. 먼저 build((None, None, D))"):
        from_keras(one(FAKE, "GRU"))
    (layer,) = keras_cases.built([one(FAKE, "GRU")], Case(D=7))
    with says(ValueError, "layers: 같은 층이 두 번 있습니다."):
        from_keras([layer, layer])
    first, _ = keras_cases.built([one(FAKE, "GRU"), one(FAKE, "GRU")])
    with says(ShapeError, "layers[1].kernel: 기대 (F*H, G*H) = (7, 21), 실제 (4, 21).", "순서가"):
        from_keras([first, *keras_cases.built([one(FAKE, "GRU")])])
    stack = keras_cases.built([both(FAKE, "GRU"), both(FAKE, "GRU")])
    with says(ShapeError, "layers[0].backward_layer.kernel: 기대 (D, G*H) = (4, 21)"):
        stack[0].backward_layer.build((None, None, 5))
        from_keras(stack)


@pytest.mark.parametrize(
    ("options", "error"),
    [
        ({"bias": False}, (ValueError, "state_dict: 빠진 이름 ['bias_ih_l0', 'bias_hh_l0'")),
        ({"num_layers": 3}, (ValueError, "state_dict: 빠진 이름 [], 모르는 이름", "_l2")),
        ({"bidirectional": True}, (ValueError, "state_dict: 빠진 이름 []", "_reverse")),
        ({"hidden_size": 6}, (ShapeError, "weight_ih_l0: 기대 (G*H, D) = (7, 4), 실제 (6, 4).")),
        ({"nonlinearity": "relu"}, (ValueError, "nonlinearity: source는 'relu', target은 'tanh'")),
    ],
    ids=str,
)
@each_package
def test_weights_that_do_not_fit_change_nothing_in_keras(package, options, error):
    options = {"input_size": 4, "hidden_size": 7, "num_layers": 2} | options
    layers = keras_cases.make_layers(
        FAKE, Case("RNN", "tanh", num_layers=2), np.random.default_rng(0)
    )
    before = keras_cases.weights_of(layers)
    with says(*error):
        copy_weights(package.RNN(**options), layers)
    for actual, expected in zip(keras_cases.weights_of(layers), before, strict=True):
        np.testing.assert_array_equal(actual, expected)


@each_package
def test_relu_is_not_taken_for_tanh(package):
    layers = keras_cases.make_layers(FAKE, Case("RNN", "relu"), np.random.default_rng(0))
    module = package.RNN(4, 7)
    before = snapshot(module)
    with says(ValueError, "nonlinearity: source는 'relu', target은 'tanh'", "같은 함수로"):
        copy_weights(layers, module)
    assert_same(snapshot(module), before)


def test_a_cell_of_another_library_is_no_keras_layer():
    with says(TypeError, "layers[0]: SimpleRNN, LSTM, GRU 또는", "실제 RNN(Cell)."):
        from_keras(torch_rnn.RNN(4, 7))


def test_state_dicts_are_told_from_modules():
    layers = keras_cases.make_layers(FAKE, Case("GRU"), np.random.default_rng(0))
    module = torch_rnn.GRU(4, 7)
    to_keras(module.state_dict(), layers)  # torch 텐서의 사전
    case = Case("GRU", batch_first=True)
    copy_weights(layers, twin := numpy_rnn.GRU(4, 7, batch_first=True))
    assert_layers_compute_the_same(layers, twin, case)
    with says(TypeError, "source: 모듈이 필요합니다. 실제 str"):
        to_keras("weights", layers)
