"""shape의 규칙: 매개변수의 이름, 순서, shape와 모든 입출력의 shape가 torch.nn과 같습니다."""

import math
from dataclasses import FrozenInstanceError

import numpy as np
import pytest
import torch
from torch import nn

from course_lib.shapes import GATES, STATES, CellShapes, RNNShapes, ShapeError, check_size
from tests.cases import CELLS, CONFIGS, SHAPES, build, forward, random_data

KIND = ("RNN", "LSTM", "GRU")


def rnn_shapes(case):
    return RNNShapes(
        case.kind, case.D, case.H, case.num_layers, case.bias, case.batch_first, case.bidirectional
    )


@pytest.mark.parametrize("case", CONFIGS, ids=str)
def test_parameters_have_the_names_the_order_and_the_shapes_of_torch_nn(case):
    reference, shapes = build(nn, case), rnn_shapes(case)
    expected = {name: tuple(value.shape) for name, value in reference.state_dict().items()}
    assert list(shapes.parameters().items()) == list(expected.items())
    assert shapes.num_parameters == sum(value.numel() for value in reference.parameters())


@pytest.mark.parametrize("case", SHAPES, ids=str)
def test_input_output_and_state_have_the_shapes_that_torch_nn_takes_and_gives(case):
    shapes, N = rnn_shapes(case), case.N if case.batched else None
    assert shapes.input(case.T, N) == case.x_shape
    data = random_data(case)
    output, *finals = forward(build(nn, case), data.x, data.states)
    assert shapes.output(case.T, N) == output.shape
    assert [shapes.state(N)] * len(STATES[case.kind]) == [final.shape for final in finals]


@pytest.mark.parametrize("case", [case for case in CELLS if case.given], ids=str)
def test_a_cell_has_the_shapes_of_the_torch_nn_cell(case):
    shapes, N = CellShapes(case.kind, case.D, case.H, case.bias), case.N if case.batched else None
    reference = build(nn, case)
    expected = {name: tuple(value.shape) for name, value in reference.state_dict().items()}
    assert list(shapes.parameters().items()) == list(expected.items())
    data = random_data(case)
    assert {shapes.state(N)} == {h.shape for h in forward(reference, data.x, data.states)}


@pytest.mark.parametrize("case", SHAPES, ids=str)
def test_the_letters_of_an_axis_stand_for_its_size(case):
    shapes, N = rnn_shapes(case), case.N if case.batched else None
    size = {"T": 5, "N": 3, "D": 4, "F*H": 7 * (1 + case.bidirectional), "H": 7}
    size |= {"F*num_layers": case.num_layers * (1 + case.bidirectional)}
    for letters, shape in (
        (shapes.input_axes(case.batched), shapes.input(5, N)),
        (shapes.output_axes(case.batched), shapes.output(5, N)),
        (shapes.state_axes(case.batched), shapes.state(N)),
    ):
        assert tuple(size[letter] for letter in letters) == shape


def test_layers_are_the_parameters_by_layer_and_direction():
    layers = RNNShapes("GRU", 4, 7, num_layers=2, bidirectional=True).layers()
    assert [[next(iter(cell)) for cell in directions] for directions in layers] == [
        ["weight_ih_l0", "weight_ih_l0_reverse"],
        ["weight_ih_l1", "weight_ih_l1_reverse"],
    ]


def test_the_number_of_blocks_and_directions():
    assert [RNNShapes(kind, 4, 7).G for kind in KIND] == [1, 4, 3]
    assert [CellShapes(kind, 4, 7).G for kind in KIND] == [1, 4, 3]
    assert [RNNShapes("RNN", 4, 7, bidirectional=way).F for way in (False, True)] == [1, 2]


# 매개변수가 모두 0이면 문은 모두 1/2, 후보는 0입니다. 블록 하나의 편향만 크게 하면 그 블록이
# 무엇인지 torch가 말해 줍니다.
#   LSTM (h, c = 0, 1): c' = f + i*g, h' = o * tanh(c')
#   GRU  (h = 1/2):     h' = (1-z)*n + z/2
OPENED = {
    ("LSTM", "i"): [math.tanh(0.5) / 2, 0.5],  # g = 0이라 i는 아무것도 바꾸지 않습니다.
    ("LSTM", "f"): [math.tanh(1) / 2, 1],
    ("LSTM", "g"): [math.tanh(1) / 2, 0.5 + 0.5],
    ("LSTM", "o"): [math.tanh(0.5), 0.5],
    ("GRU", "r"): [0.25],  # n = 0이라 r은 아무것도 바꾸지 않습니다.
    ("GRU", "z"): [0.5],
    ("GRU", "n"): [0.75],
    ("RNN", "h"): [1],
}


@pytest.mark.parametrize(("kind", "gate"), OPENED, ids=["-".join(pair) for pair in OPENED])
def test_the_order_of_the_gates_is_that_of_torch(kind, gate):
    cell = getattr(nn, f"{kind}Cell")(1, 1)
    torch.nn.utils.vector_to_parameters(torch.zeros(cell.bias_ih.numel() * 4), cell.parameters())
    with torch.no_grad():
        cell.bias_ih[GATES[kind].index(gate)] = 100
    states = [np.full((1, 1), state, np.float32) for state in ([0, 1] if kind == "LSTM" else [0.5])]
    after = forward(cell, np.zeros((1, 1), np.float32), states)
    np.testing.assert_allclose(np.ravel(after), OPENED[kind, gate], rtol=0, atol=1e-6)


def test_every_gate_of_every_kind_was_opened():
    assert {kind: tuple(gate for k, gate in OPENED if k == kind) for kind in KIND} == GATES


@pytest.mark.parametrize("rule", [RNNShapes, CellShapes])
def test_rules_are_values(rule):
    assert rule("RNN", 4, 7) == rule("RNN", 4, 7) != rule("RNN", 4, 8)
    assert len({rule("RNN", 4, 7), rule("RNN", 4, 7)}) == 1
    with pytest.raises(FrozenInstanceError):
        rule("RNN", 4, 7).hidden_size = 8


@pytest.mark.parametrize("rule", [RNNShapes, CellShapes])
@pytest.mark.parametrize("kind", ["rnn", "RNNCell", "", None])
def test_an_unknown_kind_is_refused(rule, kind):
    with pytest.raises(ValueError, match=r"kind: \['RNN', 'LSTM', 'GRU'\] 가운데.*실제 "):
        rule(kind, 4, 7)


def test_check_size_takes_any_integer_type():
    for value in (1, 10**9, np.int64(3), np.uint8(3)):
        check_size("hidden_size", value)


def test_shape_error_is_a_value_error():
    assert issubclass(ShapeError, ValueError)
