"""진짜 Keras와 견줍니다: 가중치를 옮기면 모든 출력과 상태가 같습니다."""

import doctest
import os
import subprocess
import sys
from pathlib import Path

import keras
import numpy as np
import pytest
import torch
from torch import nn

from course_lib import interop, numpy_rnn, torch_rnn
from tests import keras_cases
from tests.cases import OURS, Case, assert_same, build, forward, random_data, snapshot

# NumPy 2가 Keras의 get_weights 안에서 하는 말입니다. 값과는 상관이 없습니다.
pytestmark = pytest.mark.filterwarnings("ignore:__array__ implementation doesn't accept a copy")

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = OURS | {"torch.nn": nn}
#: 격자 전체에서 잰 최댓값은 float32에서 3.0e-7, float64에서 8.9e-16입니다.
TOLERANCE = {"float32": 1e-6, "float64": 1e-12}
each_case = pytest.mark.parametrize("case", keras_cases.CASES, ids=str)
each_package = pytest.mark.parametrize("package", PACKAGES.values(), ids=PACKAGES)
each_dtype = pytest.mark.parametrize("dtype", TOLERANCE)


def tolerance(case, dtype):
    """백엔드가 torch이면 Keras의 행렬곱은 언제나 float32이고, RNN만 그것을 씁니다."""
    in_float32 = case.kind == "RNN" and keras.backend.backend() == "torch"
    return TOLERANCE["float32" if in_float32 else dtype]


def assert_layers_compute_the_same(layers, module, case, dtype):
    data = random_data(case, dtype)
    outputs = keras_cases.forward_layers(layers, case, data.x, data.states)
    for actual, expected in zip(forward(module, data.x, data.states), outputs, strict=True):
        assert str(actual.dtype) == str(expected.dtype) == dtype
        np.testing.assert_allclose(actual, expected, rtol=0, atol=tolerance(case, dtype))


@each_dtype
@each_package
@each_case
def test_from_keras(case, package, dtype):
    layers = keras_cases.make_layers(keras, case, np.random.default_rng(0), dtype=dtype)
    module = build(package, case, dtype)
    interop.copy_weights(layers, module)
    assert_layers_compute_the_same(layers, module, case, dtype)


@each_dtype
@each_package
@each_case
def test_to_keras(case, package, dtype):
    layers = keras_cases.make_layers(keras, case, np.random.default_rng(0), dtype=dtype)
    module = build(package, case, dtype)
    interop.copy_weights(module, layers)
    assert_layers_compute_the_same(layers, module, case, dtype)


@each_case
def test_the_layers_that_stand_in_for_keras_elsewhere_are_right(case):
    real = keras_cases.make_layers(keras, case, np.random.default_rng(0), dtype="float64")
    fake = keras_cases.make_layers(keras_cases.FAKE, case, np.random.default_rng(0))
    data = random_data(case)
    outputs = (
        keras_cases.forward_layers(layers, case, data.x, data.states) for layers in (real, fake)
    )
    for actual, expected in zip(*outputs, strict=True):
        np.testing.assert_allclose(actual, expected, rtol=0, atol=tolerance(case, "float64"))


class PeepholeLSTMCell(keras.layers.LSTMCell):
    """이름이 다른 셀."""


@pytest.mark.parametrize("name", keras_cases.REFUSED)
def test_what_cannot_be_carried_over_is_refused_and_changes_nothing(name, monkeypatch):
    monkeypatch.setattr(keras.layers, "PeepholeLSTMCell", PeepholeLSTMCell, raising=False)
    layers = keras_cases.built(keras_cases.REFUSED[name][0](keras))
    module = numpy_rnn.LSTM(4, 7, num_layers=len(layers), rng=0)
    before, ours = keras_cases.weights_of(layers), snapshot(module)
    for source, target in ((layers, module), (module, layers)):
        with keras_cases.says_refusal(name):
            interop.copy_weights(source, target)
    assert_same(snapshot(module), ours)
    for actual, expected in zip(keras_cases.weights_of(layers), before, strict=True):
        np.testing.assert_array_equal(actual, expected)


def test_layers_without_weights_are_refused():
    with pytest.raises(ValueError, match=r"^layers\[0\]: 아직 가중치가 없습니다"):
        interop.from_keras(keras.layers.GRU(7))


def test_a_keras_layer_is_keras_though_it_is_also_a_torch_module():
    layer = keras.layers.SimpleRNN(7, activation="relu")
    layer.build((None, None, 4))
    assert isinstance(layer, nn.Module)
    with pytest.raises(ValueError, match="source는 'relu', target은 'tanh'"):
        interop.copy_weights(layer, torch_rnn.RNN(4, 7))


def test_weights_that_do_not_fit_change_nothing():
    case = Case("LSTM", num_layers=2, bidirectional=True, batch_first=True)
    layers = keras_cases.make_layers(keras, case, np.random.default_rng(0))
    before = keras_cases.weights_of(layers)
    for options in ({"bias": False}, {"num_layers": 1}, {"bidirectional": False}):
        options = {"num_layers": 2, "bidirectional": True} | options
        with pytest.raises(ValueError, match=r"^state_dict: 빠진 이름"):
            interop.to_keras(numpy_rnn.LSTM(4, 7, **options), layers)
    for actual, expected in zip(keras_cases.weights_of(layers), before, strict=True):
        np.testing.assert_array_equal(actual, expected)


def test_a_sequential_model():
    """출력층이 있는 모델에서는 순환 층만 목록으로 넘깁니다."""
    model = keras.Sequential(
        [
            keras.Input((None, 4)),
            keras.layers.Bidirectional(keras.layers.GRU(7, return_sequences=True)),
            keras.layers.Bidirectional(keras.layers.GRU(7, return_sequences=True)),
        ]
    )
    gru = torch.nn.GRU(4, 7, num_layers=2, bidirectional=True, batch_first=True)
    interop.copy_weights(model, gru)
    x = np.random.default_rng(0).normal(size=(3, 5, 4)).astype(np.float32)
    expected = gru(torch.from_numpy(x))[0].detach().numpy()
    np.testing.assert_allclose(keras_cases.as_numpy(model(x)), expected, rtol=0, atol=1e-6)
    model.add(keras.layers.Dense(2))
    with pytest.raises(TypeError, match=r"layers\[2\].*실제 Dense.*순환 층만 목록으로"):
        interop.from_keras(model)
    assert_same(interop.from_keras(model.layers[:2]), interop.to_numpy(gru.state_dict()))


def test_dropout_and_a_carried_state_are_no_weights():
    layer = keras.layers.LSTM(7, stateful=True, dropout=0.5, recurrent_dropout=0.5)
    layer.build((3, None, 4))
    module = numpy_rnn.LSTM(4, 7, rng=0, dtype=np.float32)
    interop.to_keras(module, layer)
    assert list(interop.from_keras(layer)) == list(module.state_dict())


@pytest.mark.parametrize(
    ("num_layers", "bidirectional", "in_keras", "in_torch"),
    [(1, False, 24, 27), (2, False, 45, 51), (1, True, 48, 54)],
)
def test_parameter_counts(num_layers, bidirectional, in_keras, in_torch):
    """입력 4, 은닉 3. torch는 셀마다 편향이 하나 더 있어서 3씩 많습니다."""
    case = Case("RNN", None, num_layers, bidirectional, D=4, H=3)
    layers = keras_cases.make_layers(keras, case, np.random.default_rng(0))
    assert sum(layer.count_params() for layer in layers) == in_keras
    assert sum(p.numel() for p in build(nn, case).parameters()) == in_torch
    assert build(numpy_rnn, case).shapes.num_parameters == in_torch


@pytest.mark.parametrize("function", [interop.from_keras, interop.to_keras])
def test_examples_of_the_docstring(function):
    """Keras가 없는 곳에서 건너뛰는 예를 여기서 실행합니다."""
    text = function.__doc__.replace("# doctest: +SKIP", "")
    test = doctest.DocTestParser().get_doctest(text, vars(interop).copy(), "example", None, 0)
    assert test.examples
    assert doctest.DocTestRunner().run(test).failed == 0


@pytest.mark.skipif(keras.backend.backend() != "torch", reason="백엔드는 프로세스마다 하나입니다.")
def test_the_same_with_tensorflow_as_the_backend():
    chosen = "(test_from_keras or test_to_keras) and 2x2 and numpy_rnn and not nobias"
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", __file__]
    done = subprocess.run(
        [*command, "-k", chosen],
        cwd=ROOT,
        env={**os.environ, "KERAS_BACKEND": "tensorflow"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        timeout=300,
    )
    assert done.returncode == 0, done.stdout
    assert "16 passed" in done.stdout, done.stdout
