"""최적화기와 클리핑: torch.optim과 걸음마다 같습니다."""

import math

import numpy as np
import pytest
import torch

from course_lib.shapes import ShapeError
from course_lib.training import SGD, Adam, clip_gradients, gradient_norm
from tests.cases import assert_same, says

SHAPES = {"weight": (4, 3), "bias": (4,)}
OPTIMIZERS = {
    "SGD": (SGD(0.1), torch.optim.SGD, {"lr": 0.1}),
    "momentum": (SGD(0.1, 0.9), torch.optim.SGD, {"lr": 0.1, "momentum": 0.9}),
    "Adam": (Adam(), torch.optim.Adam, {}),
    "Adam-own": (
        Adam(0.02, (0.5, 0.7), 0.1),
        torch.optim.Adam,
        {"lr": 0.02, "betas": (0.5, 0.7), "eps": 0.1},
    ),
}


def arrays(rng, dtype="float64"):
    return {name: rng.normal(size=shape).astype(dtype) for name, shape in SHAPES.items()}


@pytest.mark.parametrize(("dtype", "atol"), [("float64", 1e-13), ("float32", 1e-6)])
@pytest.mark.parametrize(("ours", "theirs", "options"), OPTIMIZERS.values(), ids=OPTIMIZERS)
def test_every_step_is_that_of_torch(ours, theirs, options, dtype, atol):
    ours, rng = type(ours)(**ours.settings()), np.random.default_rng(0)
    params = arrays(rng, dtype)
    tensors = {name: torch.tensor(value, requires_grad=True) for name, value in params.items()}
    reference = theirs(tensors.values(), **options)
    for _ in range(7):
        grads = arrays(rng, dtype)
        for name, tensor in tensors.items():
            tensor.grad = torch.tensor(grads[name])
        given = {name: value.copy() for name, value in grads.items()}
        ours.step(params, grads)
        reference.step()
        expected = {name: tensor.detach().numpy() for name, tensor in tensors.items()}
        assert_same(params, expected, atol)
        assert_same(grads, given)  # 기울기는 그대로입니다.
    assert ours.steps == 7


def test_parameters_move_in_place_and_only_those_with_a_gradient():
    params = arrays(np.random.default_rng(0))
    same, before = dict(params), {name: value.copy() for name, value in params.items()}
    SGD(0.1).step(params, {"bias": np.ones(4)})
    assert all(params[name] is same[name] for name in params)
    assert_same(params, before | {"bias": before["bias"] - 0.1}, 1e-15)


def test_the_optimizer_says_its_settings():
    assert repr(Adam(0.01)) == "Adam(lr=0.01, betas=(0.9, 0.999), eps=1e-08)"
    assert SGD(0.1, 0.9).settings() == {"lr": 0.1, "momentum": 0.9}


@pytest.mark.parametrize(
    ("grads", "error", "words"),
    [
        ({"w": np.ones(3)}, ValueError, "grads: params에 없는 이름 ['w']"),
        ({"bias": np.ones(3)}, ShapeError, "d_bias: 기대 (축 0,) = (4,), 실제 (3,)"),
        ({"bias": np.ones(4, np.float32)}, TypeError, "d_bias: 기대 dtype float64, 실제 float32"),
    ],
)
def test_gradients_that_do_not_fit_change_nothing(grads, error, words):
    params, optimizer = arrays(np.random.default_rng(0)), Adam()
    before = {name: value.copy() for name, value in params.items()}
    with says(error, words):
        optimizer.step(params, {"weight": np.ones((4, 3)), **grads})
    assert_same(params, before)
    assert (optimizer.steps, optimizer.slots) == (0, {"mean": {}, "square": {}})


@pytest.mark.parametrize("params", [{"other": np.ones(4)}, {"bias": np.ones(5)}], ids=str)
def test_an_optimizer_stays_with_its_model(params):
    optimizer = Adam()
    optimizer.step({"bias": np.ones(4)}, {"bias": np.ones(4)})
    with says(ValueError, "optimizer: 다른 모델을 훈련하던", "bias", "Adam(...)"):
        optimizer.step(params, {})


@pytest.mark.parametrize(
    ("make", "error", "words"),
    [
        (lambda: SGD(0), ValueError, "lr: 0보다 큰 수여야 합니다. 실제 0"),
        (lambda: SGD(math.nan), ValueError, "lr: 0보다 큰 수여야 합니다. 실제 nan"),
        (lambda: SGD("0.1"), TypeError, "lr: 수가 필요합니다. 실제 '0.1'"),
        (lambda: SGD(True), TypeError, "lr: 수가 필요합니다. 실제 True"),
        (lambda: SGD(0.1, 1), ValueError, "momentum: 0 이상 1 미만의 수여야 합니다. 실제 1"),
        (lambda: SGD(0.1, -0.5), ValueError, "momentum: 0 이상 1 미만"),
        (lambda: Adam(math.inf), ValueError, "lr: 0보다 큰 수여야 합니다. 실제 inf"),
        (lambda: Adam(betas=0.9), TypeError, "betas: 수 둘을 묶은 튜플이 필요합니다. 실제 0.9"),
        (lambda: Adam(betas=(0.9, 1.0)), ValueError, "betas: 0 이상 1 미만의 수여야 합니다"),
        (lambda: Adam(eps=0), ValueError, "eps: 0보다 큰"),
        (lambda: clip_gradients({}, 0), ValueError, "max_norm: 0보다 큰"),
    ],
)
def test_bad_numbers_are_refused(make, error, words):
    with says(error, words):
        make()


# 기울기 클리핑


@pytest.mark.parametrize("max_norm", [0.5, 3.0, 100.0])
def test_clipping_is_that_of_torch(max_norm):
    grads = arrays(np.random.default_rng(0))
    tensors = [torch.zeros(shape, dtype=torch.float64) for shape in SHAPES.values()]
    for tensor, gradient in zip(tensors, grads.values(), strict=True):
        tensor.grad = torch.tensor(gradient)
    expected = torch.nn.utils.clip_grad_norm_(tensors, max_norm).item()
    before = gradient_norm(grads)
    assert clip_gradients(grads, max_norm) == before == pytest.approx(expected, rel=1e-14)
    clipped = dict(zip(SHAPES, (tensor.grad.numpy() for tensor in tensors), strict=True))
    assert_same(grads, clipped, 1e-15)


def test_the_clipped_length_and_direction():
    grads = arrays(np.random.default_rng(0))
    before = {name: value.copy() for name, value in grads.items()}
    norm = clip_gradients(grads, 0.25)
    assert gradient_norm(grads) == pytest.approx(0.25, rel=1e-5)
    assert_same(grads, {name: value * 0.25 / norm for name, value in before.items()}, 1e-6)


def test_float32_does_not_overflow_in_the_norm():
    assert gradient_norm({"w": np.full(4, 1e30, np.float32)}) == pytest.approx(2e30, rel=1e-6)


@pytest.mark.parametrize("bad", [math.nan, math.inf])
def test_a_norm_that_is_not_finite_changes_nothing(bad):
    grads = {"weight": np.ones((4, 3)), "bias": np.array([1.0, bad, 1.0, 1.0])}
    with says(FloatingPointError, "grads: 길이가 유한하지 않습니다", "clip을 주고"):
        clip_gradients(grads, 1.0)
    np.testing.assert_array_equal(grads["weight"], 1.0)
