"""틀린 입력의 표: 두 라이브러리가 계산하기 전에, 같은 말로, 고칠 방법까지 말합니다."""

import numpy as np
import pytest
import torch
from torch.nn.utils.rnn import pack_sequence

from course_lib import numpy_rnn, torch_rnn
from course_lib.checks import check_shape
from course_lib.shapes import ShapeError
from tests.cases import OURS, Case, assert_same, build, says, snapshot

each_package = pytest.mark.parametrize("package", OURS.values(), ids=OURS)
LAYER = {"input_size": 4, "hidden_size": 7, "dtype": "float64"}
DEEP = LAYER | {"num_layers": 2, "bidirectional": True}  # 상태는 (4, N, 7)


def make(package, name, options):
    """모듈. dtype은 이름으로 적습니다."""
    options = dict(options)
    dtype = options.pop("dtype", "float64")
    dtype = np.dtype(dtype) if package is numpy_rnn else getattr(torch, dtype)
    return getattr(package, name)(**options, dtype=dtype)


def zeros(package, shape, dtype="float64"):
    """라이브러리의 0 배열. 튜플 안에 튜플이 있으면 상태 둘입니다."""
    if shape is None:
        return None
    if shape and isinstance(shape[0], tuple):
        return tuple(zeros(package, part, dtype) for part in shape)
    array = np.zeros(shape, dtype)
    return array if package is numpy_rnn else torch.from_numpy(array)


#: 이름: (모듈, 설정, x의 shape, hx의 shape, 메시지에 차례로 나올 말)
WRONG_SHAPES = {
    # x
    "last-axis": ("RNN", LAYER, (5, 3, 6), None, [
        "x: 기대 (T, N, D) = (5, 3, 4), 실제 (5, 3, 6). 다른 축: 2(D).", "input_size"]),
    "axes-exchanged": ("GRU", LAYER, (5, 4, 3), None, [
        "x: 기대 (T, N, D) = (5, 4, 4), 실제 (5, 4, 3). 다른 축: 2(D).", "축의 순서가 바뀌지"]),
    "last-axis-batch-first": ("LSTM", LAYER | {"batch_first": True}, (3, 5, 6), None, [
        "x: 기대 (N, T, D) = (3, 5, 4), 실제 (3, 5, 6). 다른 축: 2(D)."]),
    "last-axis-unbatched": ("RNN", LAYER, (5, 6), None, [
        "x: 기대 (T, D) = (5, 4), 실제 (5, 6). 다른 축: 1(D)."]),
    "0-D": ("RNN", LAYER, (), None, [
        "x: 기대 (T, N, D) 또는 배치 없이 (T, D), 실제 (). 축의 수: 기대 3 또는 2, 실제 0."]),
    "1-D": ("GRU", LAYER, (5,), None, ["x: 기대", "실제 (5,).", "실제 1.", "x.reshape(T, 1)"]),
    "4-D": ("LSTM", LAYER, (1, 5, 3, 4), None, [
        "x: 기대", "실제 (1, 5, 3, 4).", "실제 4.", "남는 축을 배치나"]),
    "T=0": ("RNN", LAYER, (0, 3, 4), None, [
        "x: 기대 (T, N, D)의 모든 크기가 1 이상, 실제 (0, 3, 4). 다른 축: 0(T).", "비어"]),
    "T=0-batch-first": ("RNN", LAYER | {"batch_first": True}, (3, 0, 4), None, [
        "x: 기대 (N, T, D)의 모든 크기가 1 이상, 실제 (3, 0, 4). 다른 축: 1(T)."]),
    "T=0-unbatched": ("RNN", LAYER, (0, 4), None, ["x: 기대 (T, D)", "다른 축: 0(T)."]),
    "N=0": ("GRU", LAYER, (5, 0, 4), None, ["x: 기대", "실제 (5, 0, 4). 다른 축: 1(N)."]),
    # 처음 상태
    "h_0-layers": ("RNN", LAYER | {"num_layers": 2}, (5, 3, 4), (1, 3, 7), [
        "h_0: 기대 (F*num_layers, N, H) = (2, 3, 7), 실제 (1, 3, 7). 다른 축: 0(F*num_layers).",
        "한 방향이면 층마다 상태가 하나입니다."]),
    "h_0-directions": ("GRU", DEEP, (5, 3, 4), (2, 3, 7), [
        "h_0: 기대 (F*num_layers, N, H) = (4, 3, 7), 실제 (2, 3, 7). 다른 축: 0(F*num_layers).",
        "양방향이면 층마다 상태가 둘입니다."]),
    "h_0-batch": ("RNN", DEEP, (5, 3, 4), (4, 2, 7), [
        "h_0: 기대", "= (4, 3, 7), 실제 (4, 2, 7). 다른 축: 1(N).", "입력 x의 N"]),
    "h_0-batch-of-one": ("RNN", LAYER, (5, 3, 4), (1, 1, 7), [
        "h_0: 기대", "= (1, 3, 7), 실제 (1, 1, 7). 다른 축: 1(N)."]),
    "h_0-hidden": ("RNN", DEEP, (5, 3, 4), (4, 3, 14), [
        "h_0: 기대", "= (4, 3, 7), 실제 (4, 3, 14). 다른 축: 2(H).", "F를 곱하지 않습니다."]),
    "h_0-several-axes": ("RNN", DEEP, (5, 3, 4), (2, 3, 6), [
        "h_0: 기대", "다른 축: 0(F*num_layers), 2(H)."]),
    "h_0-batch-first": ("RNN", DEEP | {"batch_first": True}, (3, 5, 4), (3, 4, 7), [
        "h_0: 기대 (F*num_layers, N, H) = (4, 3, 7), 실제 (3, 4, 7).",
        "batch_first=True여도 상태의 축은 옮기지 않습니다."]),
    "h_0-2-D-for-3-D": ("GRU", LAYER, (5, 3, 4), (1, 7), [
        "h_0: 기대 (F*num_layers, N, H) = (1, 3, 7), 실제 (1, 7). 축의 수: 기대 3, 실제 2.",
        "입력에 배치 축이 있으면 상태에도 있고"]),
    "h_0-3-D-for-2-D": ("GRU", LAYER, (5, 4), (1, 3, 7), [
        "h_0: 기대 (F*num_layers, H) = (1, 7), 실제 (1, 3, 7). 축의 수: 기대 2, 실제 3.",
        "없으면 상태에도 없습니다."]),
    "h_0-unbatched-layers": ("RNN", DEEP, (5, 4), (2, 7), [
        "h_0: 기대 (F*num_layers, H) = (4, 7), 실제 (2, 7).", "양방향"]),
    "h_0-of-LSTM": ("LSTM", LAYER, (5, 3, 4), ((2, 3, 7), (1, 3, 7)), ["h_0: 기대", "(2, 3, 7)"]),
    "c_0-of-LSTM": ("LSTM", LAYER, (5, 3, 4), ((1, 3, 7), (1, 3, 8)), ["c_0: 기대", "2(H)."]),
    # 셀
    "cell-last-axis": ("RNNCell", LAYER, (3, 6), None, [
        "x: 기대 (N, D) = (3, 4), 실제 (3, 6). 다른 축: 1(D).", "input_size"]),
    "cell-unbatched-last-axis": ("GRUCell", LAYER, (6,), None, ["x: 기대 (D,) = (4,), 실제 (6,)."]),
    "cell-0-D": ("GRUCell", LAYER, (), None, [
        "x: 기대 (N, D) 또는 배치 없이 (D,), 실제 (). 축의 수: 기대 2 또는 1, 실제 0."]),
    "cell-sequence": ("LSTMCell", LAYER, (5, 3, 4), None, [
        "x: 기대 (N, D)", "실제 3.", "시점 하나 x[t]를 넘기십시오."]),
    "cell-N=0": ("RNNCell", LAYER, (0, 4), None, ["x: 기대 (N, D)의 N이 1 이상, 실제 (0, 4)."]),
    "cell-h_0-batch": ("RNNCell", LAYER, (3, 4), (2, 7), [
        "h_0: 기대 (N, H) = (3, 7), 실제 (2, 7). 다른 축: 0(N).", "배치 크기"]),
    "cell-h_0-axes": ("GRUCell", LAYER, (4,), (3, 7), [
        "h_0: 기대 (H,) = (7,), 실제 (3, 7). 축의 수: 기대 1, 실제 2."]),
    "cell-c_0-hidden": ("LSTMCell", LAYER, (3, 4), ((3, 7), (3, 6)), ["c_0: 기대", "1(H)."]),
}  # fmt: skip


@each_package
@pytest.mark.parametrize(
    ("name", "options", "x", "hx", "parts"), WRONG_SHAPES.values(), ids=WRONG_SHAPES
)
def test_a_wrong_shape_is_told_with_the_way_to_mend_it(name, options, x, hx, parts, package):
    module = make(package, name, options)
    before = snapshot(module)
    with says(ShapeError, *parts):
        module(zeros(package, x), zeros(package, hx))
    assert_same(snapshot(module), before)


#: 이름: (모듈, x와 hx를 만드는 함수, 메시지에 차례로 나올 말). other는 다른 쪽 라이브러리입니다.
WRONG_TYPES = {
    "LSTM-one-state": ("LSTM", lambda p, other: (zeros(p, (5, 3, 4)), zeros(p, (1, 3, 7))), [
        "(h_0, c_0): LSTM의 상태는", "둘입니다. 실제 배열 하나.", "lstm(x, (h_0, c_0))"]),
    "LSTM-three-states": ("LSTM", lambda p, other: (
        zeros(p, (5, 3, 4)), zeros(p, ((1, 3, 7), (1, 3, 7), (1, 3, 7)))), ["(h_0, c_0):", "3개"]),
    "LSTMCell-one-state": ("LSTMCell", lambda p, other: (zeros(p, (3, 4)), zeros(p, (3, 7))), [
        "(h_0, c_0): LSTM의 상태는"]),
    "RNN-tuple": ("RNN", lambda p, other: (
        zeros(p, (5, 3, 4)), zeros(p, ((1, 3, 7), (1, 3, 7)))), [
        "h_0: RNN의 상태는 배열 하나입니다. 실제 2개를 묶은 tuple.", "LSTM뿐"]),
    "GRU-list": ("GRU", lambda p, other: (zeros(p, (5, 3, 4)), [zeros(p, (1, 3, 7))]), [
        "h_0: GRU의 상태는 배열 하나입니다. 실제 1개를 묶은 list."]),
    "GRUCell-tuple": ("GRUCell", lambda p, other: (zeros(p, (3, 4)), (zeros(p, (3, 7)),)), [
        "h_0: GRU의 상태는"]),
    "x-integer": ("RNN", lambda p, other: (zeros(p, (5, 3, 4), "int64"), None), [
        "x: 기대 dtype float64, 실제 int64.", "dtype은 같아야 합니다", "dtype을 지정하십시오"]),
    "x-float32": ("LSTM", lambda p, other: (zeros(p, (5, 3, 4), "float32"), None), [
        "x: 기대 dtype float64, 실제 float32."]),
    "h_0-float32": ("GRU", lambda p, other: (
        zeros(p, (5, 3, 4)), zeros(p, (1, 3, 7), "float32")), [
        "h_0: 기대 dtype float64, 실제 float32.", "h_0의 dtype을 바꾸거나"]),
    "c_0-integer": ("LSTM", lambda p, other: (zeros(p, (5, 3, 4)), (
        zeros(p, (1, 3, 7)), zeros(p, (1, 3, 7), "int64"))), ["c_0: 기대 dtype float64"]),
    "x-other-library": ("RNN", lambda p, other: (zeros(other, (5, 3, 4)), None), [
        "x: ", " 객체가 필요합니다. 실제 ", "이 라이브러리의 배열로 바꾸십시오."]),
    "h_0-other-library": ("RNN", lambda p, other: (
        zeros(p, (5, 3, 4)), zeros(other, (1, 3, 7))), ["h_0: ", " 객체가 필요합니다. 실제 "]),
    "cell-x-other-library": ("GRUCell", lambda p, other: (zeros(other, (3, 4)), None), [
        "x: ", " 객체가 필요합니다. 실제 "]),
    "x-list": ("GRU", lambda p, other: ([[0.0] * 4] * 5, None), ["x: ", "실제 builtins.list."]),
    "x-None": ("RNN", lambda p, other: (None, None), ["x: ", "실제 builtins.NoneType."]),
    "cell-x-PackedSequence": ("LSTMCell", lambda p, other: (
        pack_sequence([torch.zeros(5, 4)]), None), [
        "x: 패킹된 시퀀스를 받는 것은 torch_rnn의 RNN, LSTM, GRU뿐", "pad_packed_sequence"]),
    "h_0-PackedSequence": ("LSTM", lambda p, other: (
        zeros(p, (5, 3, 4)), (pack_sequence([torch.zeros(5, 4)]), zeros(p, (1, 3, 7)))), [
        "h_0: 패킹된 시퀀스를 받는 것은"]),
}  # fmt: skip


@each_package
@pytest.mark.parametrize(("name", "arguments", "parts"), WRONG_TYPES.values(), ids=WRONG_TYPES)
def test_a_wrong_type_is_told_with_the_way_to_mend_it(name, arguments, parts, package):
    module = make(package, name, LAYER)
    before = snapshot(module)
    other = torch_rnn if package is numpy_rnn else numpy_rnn
    with says(TypeError, *parts):
        module(*arguments(package, other))
    assert_same(snapshot(module), before)


def test_both_libraries_are_named_when_one_is_handed_to_the_other():
    with says(TypeError, "x: numpy.ndarray 객체가 필요합니다. 실제 torch.Tensor."):
        numpy_rnn.RNN(4, 7)(torch.zeros(5, 3, 4))
    with says(TypeError, "x: torch.Tensor 객체가 필요합니다. 실제 numpy.ndarray."):
        torch_rnn.RNN(4, 7)(np.zeros((5, 3, 4)))


def test_a_failed_forward_leaves_the_last_one_for_backward():
    module = numpy_rnn.RNN(4, 7)
    output, _ = module(np.ones((5, 3, 4)))
    expected = module.backward(output)
    with pytest.raises(ShapeError):
        module(np.ones((5, 3, 6)))
    for actual, right in zip(module.backward(output), expected, strict=True):
        np.testing.assert_array_equal(actual, right)


@each_package
def test_what_is_right_passes(package):
    # 경계에 있는 맞는 입력: 크기 1, 리스트로 묶은 상태, 배치 없는 입력.
    lstm = make(package, "LSTM", LAYER)
    state = zeros(package, (1, 1, 7))
    lstm(zeros(package, (1, 1, 4)), [state, state])
    lstm(zeros(package, (1, 4)), zeros(package, ((1, 7), (1, 7))))
    make(package, "RNNCell", LAYER)(zeros(package, (4,)), zeros(package, (7,)))


# state_dict


def without(name):
    return lambda state: {k: v for k, v in state.items() if k != name}


#: 이름: (state_dict를 고치는 함수, 오류, 메시지에 차례로 나올 말)
WRONG_STATE_DICTS = {
    "missing": (without("bias_hh_l1"), ValueError, [
        "state_dict: 빠진 이름 ['bias_hh_l1'], 모르는 이름 [].", "num_layers",
        "아무것도 바꾸지 않았습니다."]),
    "unexpected": (lambda state: state | {"weight_ih_l2": state["weight_ih_l1"]}, ValueError, [
        "state_dict: 빠진 이름 [], 모르는 이름 ['weight_ih_l2']."]),
    "renamed": (lambda state: without("weight_hh_l0")(state) | {"w": state["weight_hh_l0"]},
        ValueError, ["state_dict: 빠진 이름 ['weight_hh_l0'], 모르는 이름 ['w']."]),
    "empty": (lambda state: {}, ValueError, ["state_dict: 빠진 이름 ['weight_ih_l0', "]),
    "transposed": (lambda state: state | {"weight_ih_l0": state["weight_ih_l0"].T}, ShapeError, [
        "weight_ih_l0: 기대 (G*H, D) = (28, 4), 실제 (4, 28). 다른 축: 0(G*H), 1(",
        "아무것도 바꾸지 않았습니다."]),
    "last-one-wrong": (lambda state: state | {"bias_hh_l1": state["bias_hh_l1"][:7]}, ShapeError, [
        "bias_hh_l1: 기대 (G*H,) = (28,), 실제 (7,). 다른 축: 0(G*H)."]),
    "hidden": (lambda state: state | {"weight_hh_l1": state["weight_hh_l1"][:, :6]}, ShapeError, [
        "weight_hh_l1: 기대 (G*H, H) = (28, 7), 실제 (28, 6). 다른 축: 1(H)."]),
    "not-a-mapping": (lambda state: list(state), TypeError, [
        "state_dict: 이름과 배열의 사전이 필요합니다. 실제 builtins.list.", "model.state_dict()"]),
    "value-is-no-array": (lambda state: state | {"bias_hh_l1": None}, TypeError, [
        "bias_hh_l1: 실수 배열이 필요합니다. 실제 builtins.NoneType.", "바꾸지 않았습니다."]),
    "complex": (lambda state: state | {"bias_hh_l1": state["bias_hh_l1"] * 1j}, TypeError, [
        "bias_hh_l1: 실수 배열이 필요합니다. 실제 "]),
    "axes": (lambda state: state | {"bias_ih_l0": state["bias_ih_l0"][None]}, ShapeError, [
        "bias_ih_l0: 기대 (G*H,) = (28,), 실제 (1, 28). 축의 수: 기대 1, 실제 2."]),
}  # fmt: skip


@each_package
@pytest.mark.parametrize(
    ("spoil", "error", "parts"), WRONG_STATE_DICTS.values(), ids=WRONG_STATE_DICTS
)
def test_a_state_dict_that_does_not_fit_changes_nothing(spoil, error, parts, package):
    case = Case("LSTM", num_layers=2)
    module, before = build(package, case), snapshot(build(package, case))
    # 맞는 값도 다른 모델의 것입니다. 그래서 하나라도 먼저 불러왔다면 드러납니다.
    wrong = spoil(dict(build(package, case, seed=1).state_dict()))
    with says(error, *parts):
        module.load_state_dict(wrong)
    assert_same(snapshot(module), before)


@each_package
def test_the_model_in_place_of_its_state_dict_is_told(package):
    model = package.GRU(4, 7)
    with says(TypeError, "state_dict: ", "실제 course_lib.GRU.", "model.state_dict()"):
        model.load_state_dict(model)


@pytest.mark.parametrize("dtype", [torch.bfloat16, torch.float32])
def test_numpy_loads_parameters_that_still_have_gradients(dtype):
    theirs, ours = torch.nn.GRU(4, 7, dtype=dtype), numpy_rnn.GRU(4, 7)
    ours.load_state_dict(dict(theirs.named_parameters()))
    for name, value in theirs.state_dict().items():
        np.testing.assert_array_equal(ours.params[name], value.double().numpy())


@each_package
def test_a_cell_checks_its_state_dict_too(package):
    cell = package.GRUCell(4, 7)
    with says(ValueError, "state_dict: 빠진 이름 ['bias_ih', 'bias_hh']"):
        cell.load_state_dict(package.GRUCell(4, 7, bias=False).state_dict())
    with says(ShapeError, "weight_hh: 기대 (G*H, H) = (21, 7), 실제 (24, 8)"):
        small = {name: cell.state_dict()[name] for name in ("weight_ih", "bias_ih", "bias_hh")}
        cell.load_state_dict(small | {"weight_hh": package.GRUCell(4, 8).state_dict()["weight_hh"]})


def test_check_shape_passes_what_is_equal_in_any_sequence():
    check_shape("x", ("N", "H"), [3, 7], np.zeros((3, 7)), "")
    check_shape("x", ("N", "H"), torch.Size([3, 7]), torch.zeros(3, 7), "")
