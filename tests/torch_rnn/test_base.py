"""torch 모듈의 바탕: nn.RNN이 쓰이는 곳이면 어디에나 쓸 수 있습니다."""

import ast
import copy
import pickle
from pathlib import Path

import numpy as np
import pytest
import torch
from torch import nn
from torch.nn.utils import parametrize

from course_lib import torch_rnn
from course_lib.shapes import ShapeError
from tests.cases import (
    CELLS,
    CONFIGS,
    DEEP,
    TOLERANCE,
    assert_same,
    build,
    flatten,
    forward,
    random_data,
    results,
    snapshot,
    twins,
)

CELL_KINDS = [case for case in CELLS if case.batched and case.given]
ALL = DEEP + [case for case in CELL_KINDS if case.bias]
each = pytest.mark.parametrize("case", ALL, ids=str)


@pytest.mark.parametrize("dtype", TOLERANCE)
@pytest.mark.parametrize("case", CONFIGS + CELL_KINDS, ids=str)
def test_the_same_seed_gives_the_initial_weights_of_torch_nn_bit_for_bit(case, dtype):
    ours, reference = (build(package, case, dtype).state_dict() for package in (torch_rnn, nn))
    assert list(ours) == list(reference)
    torch.testing.assert_close(dict(ours), dict(reference), rtol=0, atol=0)


@each
def test_reset_parameters_draws_what_torch_nn_draws(case):
    modules = [build(package, case) for package in (torch_rnn, nn)]
    for module in modules:
        torch.manual_seed(5)
        module.reset_parameters()
    ours, reference = (dict(module.state_dict()) for module in modules)
    torch.testing.assert_close(ours, reference, rtol=0, atol=0)


@each
def test_it_is_made_of_parameters_and_of_no_other_module(case):
    module = build(torch_rnn, case)
    assert list(module.modules()) == [module]
    assert not isinstance(module, nn.RNNBase | nn.RNNCellBase)
    assert all(isinstance(value, nn.Parameter) for value in module.parameters())
    names = [name for name, _ in build(nn, case).named_parameters()]
    assert [name for name, _ in module.named_parameters()] == names
    assert list(module.buffers()) == []


def test_no_source_file_calls_the_recurrent_functions_of_torch():
    called = set()
    for path in Path(torch_rnn.__file__).parent.glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Attribute):
                called.add(ast.unparse(node))
            elif isinstance(node, ast.ImportFrom) and node.module.startswith("torch"):
                called |= {f"{node.module}.{alias.name}" for alias in node.names}
    fused = {"RNN", "LSTM", "GRU", "RNNCell", "LSTMCell", "GRUCell", "RNNBase", "_VF"}
    fused |= {"rnn_tanh", "rnn_relu", "lstm", "gru", "rnn_tanh_cell", "rnn_relu_cell"}
    from_torch = [name for name in called if name.startswith(("torch.", "nn."))]
    assert "torch.stack" in from_torch  # 찾는 방법이 살아 있는지
    assert [name for name in from_torch if name.rpartition(".")[2] in fused] == []


@pytest.mark.parametrize(
    "clone", [copy.deepcopy, lambda m: pickle.loads(pickle.dumps(m))], ids=["deepcopy", "pickle"]
)
@each
def test_a_clone_computes_the_same_and_is_independent(case, clone):
    module, data = build(torch_rnn, case), random_data(case)
    expected = results(module, case, data)
    cloned = clone(module)
    for value in module.parameters():
        value.data.fill_(torch.nan)
    assert_same(results(cloned, case, data), expected)


@each
def test_double_and_to_change_the_dtype_and_nothing_else(case):
    module, data = build(torch_rnn, case, "float32"), random_data(case, "float32")
    expected = results(module, case, data)
    double = copy.deepcopy(module).double()
    wide = results(double, case, random_data(case))  # 같은 난수를 float64로
    assert {value.dtype for value in wide.values()} == {np.dtype("float64")}
    for name, value in expected.items():
        np.testing.assert_allclose(value, wide[name], rtol=0, atol=1e-4, err_msg=name)
    assert_same(results(double.to(torch.float32), case, data), expected)


@each
def test_it_lives_inside_another_module_like_torch_nn(case):
    ours, reference = (nn.Sequential(build(package, case)) for package in (torch_rnn, nn))
    assert list(ours.state_dict()) == list(reference.state_dict())
    assert ours.load_state_dict(reference.state_dict()) == reference.load_state_dict(
        ours.state_dict()
    )
    assert ours.eval()[0].training is False
    assert ours.train()[0].training is True


@each
def test_autograd_reaches_the_input_and_every_state(case):
    module, data = build(torch_rnn, case), random_data(case)
    values = results(module, case, data)
    for name in ("x", *(f"{letter}_0" for letter in case.letters)):
        assert np.abs(values[f"d_{name}"]).max() > 0


@each
def test_functional_call_uses_the_given_parameters(case):
    module, other, data = build(torch_rnn, case), build(torch_rnn, case, seed=1), random_data(case)
    x = torch.from_numpy(data.x)
    actual = torch.func.functional_call(module, other.state_dict(), (x,))  # Parameter가 아닌 텐서
    torch.testing.assert_close(flatten(actual), flatten(other(x)), rtol=0, atol=0)


@each
def test_a_parametrized_weight_is_used(case):
    class Double(nn.Module):
        def forward(self, weight):
            return 2 * weight

    module, other, data = build(torch_rnn, case), build(torch_rnn, case), random_data(case)
    (name,) = [name for name in module.state_dict() if name in ("weight_hh", "weight_hh_l1")]
    parametrize.register_parametrization(module, name, Double())
    other.load_state_dict(other.state_dict() | {name: 2 * other.state_dict()[name]})
    np.testing.assert_allclose(
        forward(module, data.x)[0], forward(other, data.x)[0], rtol=0, atol=1e-14
    )


@each
def test_numpy_arrays_can_be_loaded_and_are_copied(case):
    module = build(torch_rnn, case)
    arrays = snapshot(build(torch_rnn, case, seed=1))
    expected = {name: value.copy() for name, value in arrays.items()}
    module.load_state_dict(arrays)
    for value in arrays.values():
        value[...] = np.nan
    assert_same(snapshot(module), expected)


STRICT = {"weight_hh_l0": torch.zeros(7, 7), "stranger": torch.zeros(1)}


def test_not_strict_loads_what_it_knows_and_reports_the_rest_like_torch_nn():
    case = DEEP[0]
    reference, ours = twins(torch_rnn, case)
    expected, actual = (m.load_state_dict(STRICT, strict=False) for m in (reference, ours))
    assert actual.missing_keys == expected.missing_keys
    assert actual.unexpected_keys == expected.unexpected_keys
    assert_same(snapshot(ours), snapshot(reference))


def test_not_strict_still_refuses_a_wrong_shape_before_anything_is_changed():
    module = build(torch_rnn, DEEP[0])
    before = snapshot(module)
    wrong = {"weight_ih_l0": torch.zeros(7, 4), "weight_hh_l0": torch.zeros(7, 8)}
    with pytest.raises(ShapeError, match=r"weight_hh_l0: 기대 .*\(7, 7\), 실제 \(7, 8\)"):
        module.load_state_dict(wrong, strict=False)
    assert_same(snapshot(module), before)


def test_assign_keeps_the_tensors_that_were_passed():
    module = torch_rnn.RNNCell(4, 7)
    tensors = torch_rnn.RNNCell(4, 7, dtype=torch.float64).state_dict()
    module.load_state_dict(tensors, assign=True)
    assert module.weight_ih.data_ptr() == tensors["weight_ih"].data_ptr()
    assert module.weight_ih.dtype == torch.float64


LSTM = {"num_layers": 2, "bias": False, "batch_first": True, "dropout": 0.5, "bidirectional": True}


@pytest.mark.parametrize(("name", "options"), [("RNN", {}), ("LSTM", LSTM)])
def test_it_prints_like_torch_nn(name, options):
    ours, reference = (getattr(package, name)(4, 7, **options) for package in (torch_rnn, nn))
    assert repr(ours) == repr(reference)


@pytest.mark.parametrize(
    ("name", "options"), [("GRUCell", {}), ("RNNCell", {"bias": False, "nonlinearity": "relu"})]
)
def test_a_cell_prints_like_torch_nn(name, options):
    ours, reference = (getattr(package, name)(4, 7, **options) for package in (torch_rnn, nn))
    assert repr(ours) == repr(reference)


@each
def test_it_has_the_attributes_of_torch_nn(case):
    ours, reference = twins(torch_rnn, case)
    names = ["input_size", "hidden_size", "bias"]
    if case in DEEP:
        names += ["num_layers", "batch_first", "dropout", "bidirectional"]
        ours.flatten_parameters()  # 부를 수 있기만 하면 됩니다.
    for name in names:
        assert getattr(ours, name) == getattr(reference, name)


@each
def test_device_is_passed_on(case):
    name = type(build(torch_rnn, case)).__name__
    module = getattr(torch_rnn, name)(4, 7, device="meta")
    assert {value.device.type for value in module.parameters()} == {"meta"}


@each
def test_nan_goes_in_and_comes_out(case):
    module, data = build(torch_rnn, case), random_data(case)
    assert all(np.isnan(array).all() for array in forward(module, data.x * np.nan, data.states))


def test_a_subclass_with_parameters_of_its_own_loads_them():
    class Reader(torch_rnn.RNN):
        def __init__(self):
            super().__init__(4, 7)
            self.head = nn.Linear(7, 2)

    source, target = Reader(), Reader()
    target.load_state_dict(source.state_dict())
    torch.testing.assert_close(target.head.weight, source.head.weight, rtol=0, atol=0)
