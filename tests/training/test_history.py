"""기록: 가장 좋은 에포크와 손실 곡선."""

import matplotlib
import numpy as np
import pytest
from matplotlib.figure import Figure

matplotlib.use("Agg")
import matplotlib.pyplot as plt

from course_lib import plotting
from course_lib.training import History, fit
from tests.cases import says
from tests.training.training_cases import data, make_model


def test_one_number_for_each_epoch():
    history = fit(make_model(), *data(), epochs=3, validation=data(seed=1))
    for values in vars(history).values():
        assert [type(value) for value in values] == [float] * 3


def test_the_best_epoch_is_that_of_the_validation():
    assert History([3.0, 2.0, 1.0], [5.0, 4.0, 4.0]).best_epoch == 1  # 같으면 앞의 것
    assert History([3.0, 2.0, 1.0]).best_epoch == 2
    assert History().best_epoch is None


def drawn(ax):
    return {line.get_label(): line.get_ydata() for line in ax.lines}


def test_the_curves_are_the_numbers():
    history = History([3.0, 2.0, 1.0], [3.0, 0.5, 1.5])
    ax = history.plot(Figure().subplots())
    lines = drawn(ax)
    np.testing.assert_array_equal(lines["훈련 손실"], history.train)
    np.testing.assert_array_equal(lines["검증 손실"], history.validation)
    assert (ax.get_yscale(), ax.get_xlabel()) == ("log", "에포크")
    circle = next(line for line in ax.lines if line.get_marker() == "o")
    assert (float(circle.get_xdata()[0]), float(circle.get_ydata()[0])) == (1.0, 0.5)
    texts = {text.get_text(): text for text in ax.texts}
    assert set(texts) == {"훈련 손실", "검증 손실", "에포크 1에서\n가장 낮음"}
    # 이름은 곡선의 끝에 놓입니다.
    assert texts["훈련 손실"].xy == (2, 1.0)
    assert texts["검증 손실"].xy == (2, 1.5)


@pytest.mark.parametrize(
    ("history", "labels"),
    [
        (History([3.0, 2.0, 1.0]), ["3", "2", "1"]),
        (History([30.0, 2.0, 1.0]), ["20", "10", "5", "2", "1"]),
        (History([1e4, 2.0, 1.0]), ["10000", "1000", "100", "10", "1"]),
    ],
    ids=["near", "far", "farther"],
)
def test_the_marks_on_the_axis_are_plain_numbers(history, labels):
    ax = history.plot(Figure().subplots())
    ax.figure.canvas.draw()
    low, high = ax.get_ylim()
    shown = [t.get_text() for t in ax.get_yticklabels() if low <= t.get_position()[1] <= high]
    assert set(labels) <= set(shown)
    assert drawn(ax).keys().isdisjoint({"검증 손실"})


def test_a_single_epoch_is_a_dot():
    ax = History([1.0], [1.2]).plot(Figure().subplots())
    assert {line.get_marker() for line in ax.lines} >= {".", "o"}


@pytest.mark.parametrize(
    "history",
    [
        History([1.0], [1.2]),
        History([1.0], [1.0]),
        History([1.2], [1.0]),
        History([3.0, 2.0, 1.0], [3.0, 2.0, 1.01]),
        History([9.0, 2.0, 0.1], [9.0, 2.0, 3.0]),
    ],
    ids=["one", "one-equal", "one-validation-lower", "ends-close", "ends-far"],
)
def test_no_words_overlap(history):
    ax = history.plot()
    ax.figure.canvas.draw()
    boxes = [text.get_window_extent() for text in ax.texts]
    assert len(boxes) == 3
    for index, box in enumerate(boxes):
        assert not any(box.overlaps(other) for other in boxes[:index])
        assert box.y0 > ax.bbox.y0  # 가로축과도 겹치지 않습니다.
    plt.close("all")


def test_without_an_axis_it_makes_a_figure_of_the_course():
    before = dict(matplotlib.rcParams)
    ax = History([3.0, 2.0, 1.0]).plot()
    assert ax.get_facecolor()[:3] == matplotlib.colors.to_rgb(plotting.PAPER)
    assert plt.get_fignums() == [ax.figure.number]
    assert dict(matplotlib.rcParams) == before
    plt.close("all")


def test_every_letter_has_a_glyph():
    ax = History([3.0, 2.0, 1.0], [3.0, 0.5, 1.5]).plot()
    ax.figure.canvas.draw()  # 없는 글자는 경고이고, 경고는 오류입니다.
    plt.close("all")


def test_an_empty_history_can_not_be_drawn():
    with says(ValueError, "history: 기록이 비어 있어"):
        History().plot()
