"""유한차분: 미분의 정의와 같고, 빠진 기울기를 놓치지 않습니다."""

import numpy as np
import pytest

from course_lib.numpy_rnn.finite_differences import compare_gradients, numerical_gradient


def test_numerical_gradient_of_a_quadratic_form_is_exact_up_to_rounding():
    rng = np.random.default_rng(0)
    a, x = rng.normal(size=(3, 3)), rng.normal(size=3)
    gradient = numerical_gradient(lambda: float(x @ a @ x), x)
    np.testing.assert_allclose(gradient, (a + a.T) @ x, rtol=0, atol=1e-8)


@pytest.mark.parametrize("dtype", [np.int64, np.float32])
def test_a_numerical_gradient_needs_float64(dtype):
    x = np.array([1, 2, 3], dtype)
    with pytest.raises(TypeError, match=r"^array: float64가 필요합니다\."):
        numerical_gradient(lambda: float((x**2).sum()), x)


def test_a_gradient_that_is_left_out_can_not_pass():
    arrays = {"w": np.ones(3), "b": np.ones(2)}
    with pytest.raises(ValueError, match=r"빠진 이름 \['b'\], 모르는 이름 \['c'\]"):
        compare_gradients(lambda: 0.0, arrays, {"w": np.zeros(3), "c": np.zeros(2)})


def test_any_function_can_be_proved():
    rng = np.random.default_rng(0)
    a, x = rng.normal(size=(4, 3)), rng.normal(size=3)
    gradients = {"a": np.outer(np.cos(a @ x), x), "x": a.T @ np.cos(a @ x)}
    arrays = {"a": a, "x": x}
    report = compare_gradients(lambda: float(np.sin(a @ x).sum()), arrays, gradients)
    assert {difference.name for difference in report} == {"a", "x"}
    assert report[0].error < 1e-8
    gradients["a"][2, 1] += 0.5
    with pytest.raises(AssertionError, match=r"^a\[2, 1\]: 역전파 .* 유한차분 "):
        compare_gradients(lambda: float(np.sin(a @ x).sum()), arrays, gradients)
