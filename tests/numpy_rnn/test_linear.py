"""선형 층: torch.nn.Linear와 값, 기울기, 초깃값의 분포가 같습니다."""

import pickle
import re

import numpy as np
import pytest
import torch
from torch import nn

from course_lib.numpy_rnn.linear import Linear
from course_lib.shapes import ShapeError
from tests.cases import assert_same, says, snapshot


def build(bias, dtype="float64"):
    """torch.nn.Linear와, 그 매개변수를 옮긴 우리 것."""
    torch.manual_seed(0)
    reference = nn.Linear(7, 2, bias=bias, dtype=getattr(torch, dtype))
    ours = Linear(7, 2, bias=bias, dtype=dtype, rng=1)
    ours.load_state_dict(reference.state_dict())
    return reference, ours


@pytest.mark.parametrize(("dtype", "atol"), [("float64", 1e-13), ("float32", 1e-5)])
@pytest.mark.parametrize("leading", [(), (3,), (5, 3), (2, 5, 3)], ids=str)
@pytest.mark.parametrize("bias", [True, False])
def test_values_and_gradients_are_those_of_torch(bias, leading, dtype, atol):
    reference, ours = build(bias, dtype)
    rng = np.random.default_rng(0)
    x, d_y = (rng.normal(size=(*leading, size)).astype(dtype) for size in (7, 2))
    x_torch = torch.tensor(x, requires_grad=True)
    y = reference(x_torch)
    y.backward(torch.tensor(d_y))
    expected = {"y": y.detach().numpy(), "d_x": x_torch.grad.numpy()}
    expected |= {name: value.grad.numpy() for name, value in reference.named_parameters()}
    assert_same({"y": ours(x), "d_x": ours.backward(d_y)} | ours.grads, expected, atol)


def test_an_input_in_another_memory_order_gives_the_same():
    _, ours = build(True)
    x = np.random.default_rng(0).normal(size=(3, 5, 7))
    expected = ours(x).swapaxes(0, 1)
    np.testing.assert_allclose(ours(x.swapaxes(0, 1)), expected, rtol=0, atol=1e-14)


def test_changing_x_after_the_forward_pass_does_not_change_the_gradient():
    _, ours = build(True)
    x = np.ones((5, 3, 7))
    ours(x)
    x[...] = 100
    ours.backward(np.ones((5, 3, 2)))
    np.testing.assert_array_equal(ours.grads["weight"], np.full((2, 7), 15.0))


def test_initial_values_fill_the_interval_of_torch():
    bound = 1 / 4  # 1/√16
    for values in Linear(16, 400, rng=0).params.values():
        assert np.abs(values).max() <= bound
        counts, _ = np.histogram(values, bins=4, range=(-bound, bound))
        np.testing.assert_allclose(counts / values.size, 0.25, rtol=0, atol=0.07)


def test_a_seed_and_a_generator():
    assert_same(Linear(7, 2, rng=3).params, Linear(7, 2, rng=np.random.default_rng(3)).params)
    first, second = Linear(7, 2), Linear(7, 2)
    assert np.abs(first.params["weight"] - second.params["weight"]).min() > 0


def test_modes_copies_pickle_and_repr():
    _, ours = build(True)
    ours(np.ones((5, 7)))
    assert ours.eval().training is False
    assert ours.train().training is True
    copy = pickle.loads(pickle.dumps(ours))
    assert_same(copy.params, ours.params)
    with says(RuntimeError, "backward: 먼저"):
        copy.backward(np.ones((5, 2)))
    ours.state_dict()["bias"][...] = 100
    assert np.abs(ours.params["bias"]).max() < 1
    assert repr(ours) == "Linear(7, 2, bias=True)"


def test_errors_tell_the_fix():
    _, ours = build(True)
    with says(ShapeError, "x: 기대 (축 0, 축 1, in_features) = (5, 3, 7), 실제 (5, 3, 2)"):
        ours(np.ones((5, 3, 2)))
    with says(ShapeError, "x: 기대 (in_features,) = (7,), 실제 (). 축의 수"):
        ours(np.array(1.0))
    with says(TypeError, "x: 기대 dtype float64, 실제 float32"):
        ours(np.ones((3, 7), np.float32))
    with says(TypeError, "x: numpy.ndarray 객체가 필요합니다. 실제 torch.Tensor"):
        ours(torch.ones(3, 7))
    ours(np.ones((5, 3, 7)))
    with says(ShapeError, "d_y: 기대 (축 0, 축 1, out_features) = (5, 3, 2), 실제 (5, 3, 1)"):
        ours.backward(np.ones((5, 3, 1)))
    with says(TypeError, "d_y: 기대 dtype float64"):
        ours.backward(np.ones((5, 3, 2), np.float32))


def test_bad_arguments_are_refused():
    for name in ("in_features", "out_features"):
        with says(ValueError, f"{name}: 1 이상이어야 합니다. 실제 0"):
            Linear(**{"in_features": 7, "out_features": 2, name: 0})
    with says(TypeError, "bias: True나 False"):
        Linear(7, 2, bias=1)
    with says(TypeError, "dtype: 실수형이 필요합니다. 실제 int64"):
        Linear(7, 2, dtype=int)


@pytest.mark.parametrize(
    ("state_dict", "words"),
    [
        ({"weight": np.ones((2, 7))}, "빠진 이름 ['bias']"),
        ({"weight": np.ones((2, 7)), "bias": np.ones(3)}, "bias: 기대 (K,) = (2,), 실제 (3,)"),
        ({"weight": np.ones((7, 2)), "bias": np.ones(2)}, "weight: 기대 (K, F*H) = (2, 7)"),
    ],
)
def test_a_state_dict_that_does_not_fit_changes_nothing(state_dict, words):
    _, ours = build(True)
    before = snapshot(ours)
    with pytest.raises(ValueError, match=re.escape(words)):
        ours.load_state_dict(state_dict)
    assert_same(ours.params, before)
