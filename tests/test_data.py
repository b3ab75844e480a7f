"""작은 데이터: 사인, 흑점, 창, 그리고 기억을 시험하는 두 과제."""

import hashlib
from importlib.resources import files

import numpy as np
import pytest

from course_lib.data import (
    BLANK,
    DELIMITER,
    adding_problem,
    copy_memory,
    sine_sequence,
    sunspots,
    windows,
)
from course_lib.shapes import ShapeError

# 사인


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


# 흑점


def test_sunspots_are_the_known_series():
    years, numbers = sunspots()
    np.testing.assert_array_equal(years, np.arange(1700, 2009))
    assert years.dtype.kind == "i"
    assert numbers.dtype == np.float64
    assert len(numbers) == 309
    assert numbers.mean().round(2) == 49.75  # statsmodels의 설명서에서
    assert (numbers.min(), years[numbers.argmin()]) == (0, 1711)  # 마운더 극소기의 끝
    assert (numbers.max(), years[numbers.argmax()]) == (190.2, 1957)  # 19번째 주기의 극대
    # 알려진 주기는 약 11년입니다.
    power = np.abs(np.fft.rfft(numbers - numbers.mean())) ** 2
    assert 10 < 309 / power.argmax() < 12


def test_sunspots_are_the_file_described_in_the_readme():
    folder = files("course_lib") / "data_files"
    checksum = hashlib.sha256((folder / "sunspots.csv").read_bytes()).hexdigest()
    assert checksum in (folder / "README.md").read_text("utf-8")


def test_sunspots_of_one_reader_are_not_those_of_another():
    years, numbers = sunspots()
    years[:], numbers[:] = 0, -1
    assert sunspots()[0].min() == 1700
    assert sunspots()[1].min() == 0


# 창


@pytest.mark.parametrize(("length", "horizon"), [(1, 1), (4, 1), (3, 2), (9, 1), (1, 9)])
def test_windows_pair_each_step_with_a_later_value(length, horizon):
    series = np.arange(10.0)  # 값이 곧 시점의 번호입니다.
    x, target = windows(series, length, horizon)
    assert x.shape == target.shape == (10 - length - horizon + 1, length, 1)
    np.testing.assert_array_equal(target, x + horizon)
    np.testing.assert_array_equal(x[:, 0, 0], np.arange(len(x)))
    np.testing.assert_array_equal(np.diff(x, axis=1), np.ones((len(x), length - 1, 1)))
    assert target[-1, -1, 0] == 9  # 마지막 값도 한 번은 정답이 됩니다.


def test_no_step_sees_its_own_target():
    series = np.random.default_rng(0).normal(size=30)
    x, target = windows(series, length=5)
    seen = x[:, :, 0]
    for t in range(5):  # 시점 t까지 본 값 가운데 정답이 없습니다.
        assert not (seen[:, : t + 1] == target[:, t]).any()


def test_windows_keep_the_axis_of_the_inputs_and_the_dtype():
    series = np.random.default_rng(0).normal(size=(8, 3)).astype(np.float32)
    x, target = windows(series, length=4)
    assert x.shape == target.shape == (4, 4, 3)
    assert x.dtype == target.dtype == np.float32
    np.testing.assert_array_equal(x[2], series[2:6])
    np.testing.assert_array_equal(target[2], series[3:7])
    assert windows([1, 2, 3], length=1)[0].dtype == np.float64


def test_windows_are_copies():
    series = np.zeros(9)
    for array in windows(series, length=4):
        array[0] = 1
    np.testing.assert_array_equal(series, np.zeros(9))


@pytest.mark.parametrize("shape", [(), (5, 3, 1)], ids=str)
def test_windows_read_one_series(shape):
    with pytest.raises(ShapeError, match=r"series: 기대 \(T,\) 또는 \(T, D\)"):
        windows(np.zeros(shape), length=2)


def test_windows_need_a_series_longer_than_one_window():
    assert windows(np.zeros(7), length=5, horizon=2)[0].shape == (1, 5, 1)
    with pytest.raises(ShapeError, match=r"length \+ horizon = 7 이상이어야 합니다. 실제 6"):
        windows(np.zeros(6), length=5, horizon=2)


# 덧셈 과제


@pytest.mark.parametrize("T", [2, 7, 50])
def test_adding_problem_marks_one_value_in_each_half(T):
    x, target = adding_problem(400, T, rng=0)
    assert x.shape == (400, T, 2)
    assert target.shape == (400, 1)
    assert x.dtype == target.dtype == np.float64
    markers = x[:, :, 1]
    assert set(np.unique(markers)) <= {0, 1}
    np.testing.assert_array_equal(markers[:, : T // 2].sum(axis=1), np.ones(400))
    np.testing.assert_array_equal(markers[:, T // 2 :].sum(axis=1), np.ones(400))
    assert markers.any(axis=0).all()  # 어느 시점이든 표시될 수 있습니다.


def test_adding_problem_asks_for_the_sum_of_the_marked_values():
    x, target = adding_problem(3, 8, rng=1)
    for sequence, answer in zip(x, target, strict=True):
        first, second = (value for value, marker in sequence if marker == 1)
        assert answer.item() == first + second


def test_answering_one_costs_a_sixth():
    x, target = adding_problem(200_000, 4, rng=0)
    # U(0, 1)의 분산은 1/12입니다. 독립인 두 수의 합이므로 2/12이고, 표준 오차는 0.0005입니다.
    assert abs(np.mean((target - 1) ** 2) - 1 / 6) < 0.002
    assert abs(target.mean() - 1) < 0.004
    values = x[..., 0]
    assert (values.min() >= 0, values.max() < 1) == (True, True)
    assert abs(values.mean() - 0.5) < 0.002


# 복사 과제


@pytest.mark.parametrize("T", [1, 6, 30])
def test_copy_memory_reads_waits_and_writes(T):
    x, target = copy_memory(50, T, rng=0)
    assert x.shape == (50, T + 20, 10)
    assert target.shape == (50, T + 20)
    assert target.dtype.kind == "i"
    assert x.dtype == np.float64
    np.testing.assert_array_equal(x.sum(axis=-1), np.ones((50, T + 20)))  # 원-핫
    read = x.argmax(axis=-1)
    assert read[:, :10].max() < BLANK
    assert (read[:, 10:] == DELIMITER).sum() == 50
    assert (read[:, 10 + T - 1] == DELIMITER).all()  # 그다음부터 10시점 동안 씁니다.
    assert (read[:, 10:] == BLANK).sum() == 50 * (T - 1 + 10)
    assert (target[:, :-10] == BLANK).all()
    np.testing.assert_array_equal(target[:, -10:], read[:, :10])


def test_copy_memory_draws_all_eight_symbols_alike():
    _, target = copy_memory(8000, 1, rng=0)
    shares = np.bincount(target[:, -10:].ravel(), minlength=10) / 80_000
    np.testing.assert_allclose(shares, [1 / 8] * 8 + [0, 0], atol=0.006)


def test_the_best_without_memory():
    T = 12
    _, target = copy_memory(500, T, rng=0)
    guess = np.zeros((T + 20, 10))
    guess[:-10, BLANK] = 1  # 빈칸은 확실하고
    guess[-10:, :8] = 1 / 8  # 기호는 여덟 가지를 똑같이 찍습니다.
    chosen = guess[np.arange(T + 20), target]
    loss = -np.log(chosen).mean()
    np.testing.assert_allclose(loss, 10 * np.log(8) / (T + 20), rtol=1e-12)


# 난수와 오류


@pytest.mark.parametrize("task", [adding_problem, copy_memory])
def test_a_seed_is_an_integer_or_a_generator(task):
    first, again, other = (task(5, 9, rng) for rng in (3, np.random.default_rng(3), 4))
    for one, two, three in zip(first, again, other, strict=True):
        np.testing.assert_array_equal(one, two)
        assert np.abs(one - three).max() > 0


WRONG = {
    "length: 2 이상이어야 합니다. 실제 1": lambda: sine_sequence(1),
    "length: 2 이상이어야 합니다. 실제 -3": lambda: sine_sequence(-3),
    "length: 1 이상이어야 합니다. 실제 0": lambda: windows(np.zeros(9), 0),
    "horizon: 1 이상이어야 합니다. 실제 0": lambda: windows(np.zeros(9), 3, horizon=0),
    "N: 1 이상이어야 합니다. 실제 0": lambda: adding_problem(0, 9),
    "T: 2 이상이어야 합니다. 실제 1": lambda: adding_problem(3, 1),
    "N: 1 이상이어야 합니다. 실제 -1": lambda: copy_memory(-1, 9),
    "T: 1 이상이어야 합니다. 실제 0": lambda: copy_memory(3, 0),
}


@pytest.mark.parametrize(("message", "call"), WRONG.items(), ids=WRONG)
def test_counts_too_small(message, call):
    with pytest.raises(ValueError, match=f"^{message}"):
        call()


@pytest.mark.parametrize("wrong", [2.0, "3", True, None])
def test_counts_are_integers(wrong):
    with pytest.raises(TypeError, match=f"^T: 정수여야 합니다. 실제 {wrong!r}"):
        adding_problem(3, wrong)
