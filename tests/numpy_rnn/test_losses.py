"""손실: torch.nn.functional과 값과 기울기가 같고, torch가 조용히 넘기는 실수를 막습니다."""

import math

import numpy as np
import pytest
import torch
from torch.nn import functional

from course_lib.numpy_rnn.losses import check_classes, cross_entropy, mse_loss
from course_lib.shapes import ShapeError
from tests.cases import says

EACH_DTYPE = pytest.mark.parametrize(("dtype", "atol"), [("float64", 1e-12), ("float32", 1e-6)])


def reference(function, y, target, **options):
    """torch의 손실과 기울기. torch에서는 부류의 축이 둘째이므로 앞의 축을 폅니다."""
    y_torch = torch.tensor(y, requires_grad=True)
    scores, answers = y_torch, torch.tensor(target)
    if function is functional.cross_entropy:
        scores, answers = y_torch.reshape(-1, y.shape[-1]), answers.reshape(-1)
    loss = function(scores, answers, **options)
    loss.backward()
    return loss.item(), y_torch.grad.numpy()


@EACH_DTYPE
@pytest.mark.parametrize("shape", [(2,), (3, 2), (5, 3, 2)], ids=str)
def test_mse_is_that_of_torch(shape, dtype, atol):
    rng = np.random.default_rng(0)
    y, target = (rng.normal(size=shape).astype(dtype) for _ in range(2))
    loss, d_y = mse_loss(y, target)
    expected, d_expected = reference(functional.mse_loss, y, target)
    assert loss == pytest.approx(expected, rel=0, abs=atol)
    np.testing.assert_allclose(d_y, d_expected, rtol=0, atol=atol)
    assert (type(loss), d_y.dtype) == (float, np.dtype(dtype))


@EACH_DTYPE
@pytest.mark.parametrize("shape", [(4,), (3, 4), (5, 3, 4)], ids=str)
@pytest.mark.parametrize("ignore_index", [-100, 1, 7])
def test_cross_entropy_is_that_of_torch(shape, ignore_index, dtype, atol):
    rng = np.random.default_rng(1)
    logits = (3 * rng.normal(size=shape)).astype(dtype)
    target = rng.integers(0, 4, shape[:-1])
    if target.ndim:
        target[..., 0] = ignore_index
        target[..., -1] = 2  # 하나는 셉니다.
    else:
        target = np.array(2)
    loss, d_logits = cross_entropy(logits, target, ignore_index)
    expected, d_expected = reference(
        functional.cross_entropy, logits, target, ignore_index=ignore_index
    )
    assert loss == pytest.approx(expected, rel=0, abs=atol)
    np.testing.assert_allclose(d_logits, d_expected, rtol=0, atol=atol)
    assert (type(loss), d_logits.dtype) == (float, np.dtype(dtype))


def test_large_scores_do_not_overflow():
    logits = np.array([[1e4, -1e4, 0.0], [-1e4, 1e4, 0.0]])
    loss, d_logits = cross_entropy(logits, np.array([0, 0]))
    assert loss == 1e4  # (0 + 20000) / 2
    np.testing.assert_array_equal(d_logits, [[0, 0, 0], [-0.5, 0.5, 0]])


def test_nan_in_an_ignored_place_stays_there():
    logits = np.array([[np.nan, np.nan], [0.0, 0.0]])
    loss, d_logits = cross_entropy(logits, np.array([-100, 1]))
    assert loss == pytest.approx(math.log(2))
    np.testing.assert_array_equal(d_logits, [[0, 0], [0.5, -0.5]])


def test_the_arguments_are_not_changed():
    logits, target = np.random.default_rng(0).normal(size=(3, 4)), np.array([0, 3, -100])
    before = logits.copy(), target.copy()
    cross_entropy(logits, target)
    mse_loss(logits, logits + 1)
    np.testing.assert_array_equal(logits, before[0])
    np.testing.assert_array_equal(target, before[1])


def test_mse_does_not_broadcast():
    with pytest.warns(UserWarning, match="target size"):  # torch는 경고만 합니다.
        functional.mse_loss(torch.ones(3, 1), torch.ones(3))
    with says(ShapeError, "target: 기대 (축 0, 축 1) = (3, 1), 실제 (3,). 축의 수"):
        mse_loss(np.ones((3, 1)), np.ones(3))


def test_mse_wants_real_numbers_of_one_dtype():
    with says(TypeError, "target: 기대 dtype float64, 실제 int64"):
        mse_loss(np.ones(3), np.ones(3, int))
    with says(TypeError, "y: 실수의 NumPy 배열이 필요합니다. 실제 int64"):
        mse_loss(np.ones(3, int), np.ones(3, int))
    with says(TypeError, "y: 실수의 NumPy 배열이 필요합니다. 실제 list"):
        mse_loss([1.0], [1.0])


def test_all_ignored_is_an_error_where_torch_gives_nan():
    logits, target = np.zeros((3, 4)), np.full(3, -100)
    torch_loss = functional.cross_entropy(torch.tensor(logits), torch.tensor(target))
    assert math.isnan(torch_loss.item())
    with says(ValueError, "target: 모두 ignore_index(-100)라서", "세는 자리가 하나는"):
        cross_entropy(logits, target)


@pytest.mark.parametrize("wrong", [4, -1])
def test_a_class_out_of_range_is_named(wrong):
    target = np.array([[0, 1], [wrong, 3]])
    with says(
        ValueError,
        f"target: 번호는 0 이상 4 미만이어야 합니다. 실제 target[1, 0] = {wrong}",
        "ignore_index(-100)",
    ):
        cross_entropy(np.zeros((2, 2, 4)), target)


def test_targets_of_another_kind_are_refused():
    logits = np.zeros((3, 4))
    with says(TypeError, "target: 부류의 번호", "실제 float64", "astype(int)"):
        cross_entropy(logits, np.zeros(3))
    with says(TypeError, "target: 부류의 번호", "실제 list"):
        cross_entropy(logits, [0, 1, 2])
    with says(ShapeError, "target: 기대 (축 0,) = (3,), 실제 (3, 4)", "원-핫이 아니라 번호"):
        cross_entropy(logits, np.eye(3, 4, dtype=int))
    with says(ShapeError, "logits: 기대 (..., K), 실제 ()"):
        cross_entropy(np.array(1.0), np.array(0))
    with says(TypeError, "logits: 실수의 NumPy 배열이 필요합니다. 실제 int64"):
        cross_entropy(np.zeros((3, 4), int), np.zeros(3, int))


def test_unsigned_numbers_are_numbers_too():
    counted = check_classes(np.array([3, 0], np.uint8), (2, 4), ignore_index=0)
    np.testing.assert_array_equal(counted, [True, False])
