"""생성자의 틀린 인자: 모듈이 만들어지기 전에 이름과 실제 값을 말합니다."""

import numpy as np
import pytest
import torch

from course_lib import torch_rnn
from course_lib.shapes import CellShapes, RNNShapes
from tests.cases import OURS, says

each_package = pytest.mark.parametrize("package", OURS.values(), ids=OURS)
SIZES = ["input_size", "hidden_size", "num_layers"]
CONSTRUCTORS = [getattr(package, name) for package in OURS.values() for name in package.__all__]
each_constructor = pytest.mark.parametrize(
    "constructor", CONSTRUCTORS, ids=lambda c: f"{c.__module__.split('.')[1]}.{c.__name__}"
)


def options(constructor, **changed):
    """층이 모르는 인자를 셀에는 넘기지 않습니다."""
    if constructor.__name__.endswith("Cell"):
        changed.pop("num_layers", None)
    return {"input_size": 4, "hidden_size": 7} | changed


@pytest.mark.parametrize("size", [0, -1, np.int64(0)])
@pytest.mark.parametrize("argument", SIZES[:2])
@each_constructor
def test_a_size_below_one_is_refused(constructor, argument, size):
    with says(ValueError, f"{argument}: 1 이상이어야 합니다. 실제 {size}."):
        constructor(**options(constructor, **{argument: size}))


@pytest.mark.parametrize("size", [7.0, "7", None, True, (7,), np.float64(7)])
@pytest.mark.parametrize("argument", SIZES[:2])
@each_constructor
def test_a_size_that_is_no_integer_is_refused(constructor, argument, size):
    with says(TypeError, f"{argument}: 정수가 필요합니다. 실제 {size!r}."):
        constructor(**options(constructor, **{argument: size}))


@pytest.mark.parametrize(
    ("num_layers", "error"),
    [(0, ValueError), (-2, ValueError), (1.5, TypeError), (True, TypeError)],
)
@each_package
def test_a_wrong_number_of_layers_is_refused(package, num_layers, error):
    for name in ("RNN", "LSTM", "GRU"):
        with says(error, "num_layers: ", f"실제 {num_layers}."):
            getattr(package, name)(4, 7, num_layers)


@each_constructor
def test_numpy_integers_are_sizes(constructor):
    sizes = {"input_size": np.int64(4), "hidden_size": np.int32(7), "num_layers": np.int64(2)}
    names = list(constructor(**options(constructor, **sizes)).state_dict())
    assert names == list(constructor(**options(constructor, num_layers=2)).state_dict())


@pytest.mark.parametrize("dropout", [-0.1, 1.1, float("nan"), "0.5", None, True, [0.5], 1j])
@pytest.mark.parametrize("name", ["RNN", "LSTM", "GRU"])
@each_package
def test_a_dropout_that_is_no_probability_is_refused(package, name, dropout):
    with says(ValueError, f"dropout: 0 이상 1 이하의 확률이어야 합니다. 실제 {dropout!r}."):
        getattr(package, name)(4, 7, num_layers=2, dropout=dropout)


@pytest.mark.parametrize("dropout", [0, 0.0, 0.5, 1, 1.0, np.float32(0.5), np.int64(1)])
@each_package
def test_every_probability_is_a_dropout(package, dropout):
    assert package.RNN(4, 7, num_layers=2, dropout=dropout).dropout == dropout


@pytest.mark.parametrize("nonlinearity", ["sigmoid", "Tanh", "", None, 0])
@pytest.mark.parametrize("name", ["RNN", "RNNCell"])
@each_package
def test_an_unknown_nonlinearity_is_refused(package, name, nonlinearity):
    with says(ValueError, "nonlinearity: 'tanh' 또는 'relu'여야 합니다. 실제 ", repr(nonlinearity)):
        getattr(package, name)(4, 7, nonlinearity=nonlinearity)


@pytest.mark.parametrize("flag", ["bias", "batch_first", "bidirectional"])
@pytest.mark.parametrize("value", ["False", 0, None])
@each_package
def test_a_flag_is_true_or_false(package, flag, value):
    with says(TypeError, f"{flag}: True나 False가 필요합니다. 실제 {value!r}."):
        package.GRU(4, 7, **{flag: value})


@each_package
def test_the_nonlinearity_has_no_place_in_an_lstm(package):
    with says(TypeError, "bias: True나 False가 필요합니다. 실제 'tanh'. 인자의 순서를"):
        package.LSTM(4, 7, 1, "tanh")


@pytest.mark.parametrize("dtype", [torch.int64, torch.bool, torch.complex64])
def test_parameters_are_real(dtype):
    with says(TypeError, f"dtype: 실수형이 필요합니다. 실제 {dtype}."):
        torch_rnn.RNNCell(4, 7, dtype=dtype)


def test_rules_check_their_sizes_too():
    with says(ValueError, "num_layers: 1 이상"):
        RNNShapes("RNN", 4, 7, num_layers=0)
    with says(TypeError, "hidden_size: 정수가 필요합니다"):
        CellShapes("RNN", 4, 7.0)
