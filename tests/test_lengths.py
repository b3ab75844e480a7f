"""길이의 규칙: 토막은 빠짐없이 이어지고, 길이는 사본으로 돌려받습니다."""

import numpy as np
import pytest

from course_lib.lengths import check_lengths, pieces


@pytest.mark.parametrize(
    ("lengths", "expected"),
    [
        ([5], [(1, slice(0, 5))]),
        ([3, 3, 3], [(3, slice(0, 9))]),
        ([5, 3, 2], [(3, slice(0, 6)), (2, slice(6, 8)), (1, slice(8, 10))]),
        ([4, 4, 1, 1], [(4, slice(0, 4)), (2, slice(4, 10))]),
    ],
)
def test_steps_with_as_many_sequences_are_one_piece(lengths, expected):
    batch_sizes = [sum(length > t for length in lengths) for t in range(max(lengths))]
    assert pieces(batch_sizes) == expected
    assert pieces(np.array(batch_sizes)) == expected


@pytest.mark.parametrize("dtype", [np.uint8, np.int64])
def test_checked_lengths_are_a_copy_that_can_be_negated(dtype):
    lengths = np.array([2, 200], dtype)
    checked = check_lengths(lengths, 200, 2)
    lengths[...] = 0
    np.testing.assert_array_equal(-checked, [-2, -200])
