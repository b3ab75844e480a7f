"""작은 데이터: 사인 시퀀스."""

import numpy as np
import pytest

from course_lib.data import sine_sequence


@pytest.mark.parametrize("length", [2, 5, 20])
def test_one_value_for_each_step(length):
    assert sine_sequence(length).shape == (length, 1)
    assert sine_sequence(length).dtype == np.float64


def test_the_points_of_half_a_wave():
    # [0, π]를 넷으로 나누면 sin은 0, √2/2, 1, √2/2, 0입니다.
    expected = np.array([0, 0.5**0.5, 1, 0.5**0.5, 0])[:, None]
    np.testing.assert_allclose(sine_sequence(5), expected, rtol=0, atol=1e-14)


def test_stop_is_the_last_angle():
    np.testing.assert_allclose(sine_sequence(3, stop=np.pi / 2)[-1], 1, rtol=0, atol=1e-14)


@pytest.mark.parametrize("length", [1, 0, -3])
def test_fewer_than_two_points_are_no_sequence(length):
    with pytest.raises(ValueError, match=f"length: 2 이상이어야 합니다. 실제 {length}"):
        sine_sequence(length)
