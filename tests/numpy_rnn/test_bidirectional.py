"""방향: 정방향과 역방향은 따로 읽고, 마지막 축에서 이어지며, 기울기는 x에서 더해집니다."""

import numpy as np
import pytest

from course_lib.numpy_rnn.bidirectional import bidirectional, bidirectional_backward
from course_lib.numpy_rnn.cells import RNN_TANH, Weights
from course_lib.numpy_rnn.unroll import unroll, unroll_backward

T, N, D, H = 5, 3, 4, 7


@pytest.fixture
def layer():
    """x, 방향마다의 상태, 방향마다의 매개변수."""
    rng = np.random.default_rng(0)
    x, *states = (rng.normal(size=shape) for shape in ((T, N, D), (N, H), (N, H)))
    weights = [
        Weights(*(rng.normal(size=shape) for shape in ((H, D), (H, H), H, H))) for _ in range(2)
    ]
    return x, [(state,) for state in states], weights


@pytest.mark.parametrize("F", [1, 2])
def test_each_direction_is_an_unroll_of_its_own(layer, F):
    x, states, weights = layer[0], layer[1][:F], layer[2][:F]
    output, finals, _ = bidirectional(RNN_TANH, x, states, weights)
    assert output.shape == (T, N, F * H)
    for k in range(F):
        alone, final, _ = unroll(RNN_TANH, x, states[k], weights[k], reverse=k == 1)
        np.testing.assert_array_equal(output[..., k * H : (k + 1) * H], alone)
        np.testing.assert_array_equal(finals[k], final)


def test_the_last_state_of_the_reverse_direction_is_at_step_zero(layer):
    output, (forward, reverse), _ = bidirectional(RNN_TANH, *layer)
    np.testing.assert_array_equal(forward[0], output[-1, :, :H])
    np.testing.assert_array_equal(reverse[0], output[0, :, H:])


def test_the_gradients_of_both_directions_meet_in_x_and_nowhere_else(layer):
    x, states, weights = layer
    output, _, caches = bidirectional(RNN_TANH, x, states, weights)
    d_output = np.random.default_rng(1).normal(size=output.shape)
    d_x, d_firsts, d_weights = bidirectional_backward(RNN_TANH, d_output, states, caches, weights)
    halves = [
        unroll_backward(RNN_TANH, d_output[..., half], *direction)
        for half, *direction in zip(
            [slice(H), slice(H, None)], states, caches, weights, strict=True
        )
    ]
    np.testing.assert_array_equal(d_x, halves[0][0] + halves[1][0])
    for k in range(2):
        np.testing.assert_array_equal(d_firsts[k], halves[k][1])
        for actual, expected in zip(d_weights[k], halves[k][2], strict=True):
            np.testing.assert_array_equal(actual, expected)


def test_the_output_is_a_new_array_that_no_cache_holds(layer):
    for F in (1, 2):
        output, _, caches = bidirectional(RNN_TANH, layer[0], layer[1][:F], layer[2][:F])
        held = [array for x, tape, _ in caches for array in (x, *tape.before, *tape.after)]
        assert not any(np.shares_memory(output, array) for array in held)
