"""셀의 식이 쓰는 계산: 아핀 변환, 블록마다의 곱, 넘치지 않는 시그모이드."""

import numpy as np

from course_lib.numpy_rnn.functional import blocks, linear, linear_blocks, rows, sigmoid

N, D, H = 3, 4, 7


def assert_close(actual, expected):
    np.testing.assert_allclose(actual, expected, rtol=0, atol=1e-14)


def test_linear_is_an_affine_map():
    rng = np.random.default_rng(0)
    x, weight, bias = (rng.normal(size=shape) for shape in ((N, D), (H, D), (H,)))
    expected = np.einsum("nd,hd->nh", x, weight)
    assert_close(linear(x, weight), expected)
    assert_close(linear(x, weight, bias), expected + bias)


def test_linear_writes_into_out():
    out = np.full((N, H), np.nan)
    assert linear(np.ones((N, D)), np.ones((H, D)), np.ones(H), out=out) is out
    np.testing.assert_array_equal(out, np.full((N, H), D + 1.0))


def test_linear_blocks_puts_each_block_of_the_affine_map_in_one_piece():
    rng = np.random.default_rng(0)
    x, weight, bias = (rng.normal(size=shape) for shape in ((N, D), (3 * H, D), (3 * H,)))
    for b in (None, bias):
        expected = np.stack(np.split(linear(x, weight, b), 3, axis=1))
        actual = linear_blocks(x, weight, 3, b)
        assert_close(actual, expected)
        assert actual.flags.c_contiguous
        out = np.full((3, N, H), np.nan)
        assert linear_blocks(x, weight, 3, b, out=out) is out
        np.testing.assert_array_equal(out, actual)
    # 메모리에서만 전치한 가중치도 값은 같습니다. unroll이 그렇게 넘깁니다.
    assert_close(linear_blocks(x, np.asfortranarray(weight), 3, bias), actual)


def test_blocks_are_the_gates_side_by_side_and_rows_put_them_back():
    y = np.arange(N * 2 * H).reshape(N, 2 * H)
    first, second = blocks(y, 2)
    np.testing.assert_array_equal(first, y[:, :H])
    np.testing.assert_array_equal(second, y[:, H:])
    assert np.shares_memory(first, y)
    np.testing.assert_array_equal(rows(blocks(y, 2)), y)


def test_sigmoid_is_the_logistic_function_and_never_overflows():
    x = np.array([-1e4, -30.0, -1.0, 0.0, 1.0, 1e4, np.inf])
    with np.errstate(all="raise"):
        y = sigmoid(x)
    assert_close(y[1:5], 1 / (1 + np.exp(-x[1:5])))
    np.testing.assert_array_equal(y[[0, 5, 6]], [0, 1, 1])
    np.testing.assert_array_equal(x[:2], [-1e4, -30.0])  # x는 그대로
    assert sigmoid(x, out=x) is x
