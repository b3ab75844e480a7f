"""방향: 정방향과 역방향은 따로 읽고, 마지막 축에서 이어집니다."""

import pytest
import torch

from course_lib.torch_rnn.bidirectional import bidirectional
from course_lib.torch_rnn.cells import RNN_TANH, Weights
from course_lib.torch_rnn.unroll import unroll

T, N, D, H = 5, 3, 4, 7


@pytest.fixture
def layer():
    """x, 방향마다의 상태, 방향마다의 매개변수."""
    torch.manual_seed(0)
    states = [(torch.randn(N, H),) for _ in range(2)]
    shapes = ((H, D), (H, H), (H,), (H,))
    weights = [Weights(*(torch.randn(shape) for shape in shapes)) for _ in range(2)]
    return torch.randn(T, N, D), states, weights


@pytest.mark.parametrize("F", [1, 2])
def test_each_direction_is_an_unroll_of_its_own(layer, F):
    x, states, weights = layer[0], layer[1][:F], layer[2][:F]
    output, finals = bidirectional(RNN_TANH, x, states, weights)
    assert output.shape == (T, N, F * H)
    for k in range(F):
        alone, final = unroll(RNN_TANH, x, states[k], weights[k], reverse=k == 1)
        torch.testing.assert_close(output[..., k * H : (k + 1) * H], alone, rtol=0, atol=0)
        torch.testing.assert_close(finals[k], final, rtol=0, atol=0)


def test_the_last_state_of_the_reverse_direction_is_at_step_zero(layer):
    output, (forward, reverse) = bidirectional(RNN_TANH, *layer)
    torch.testing.assert_close(forward[0], output[-1, :, :H], rtol=0, atol=0)
    torch.testing.assert_close(reverse[0], output[0, :, H:], rtol=0, atol=0)
