"""계산 그래프의 그림: 셀과 화살표의 수, 삐져나오거나 겹친 글자."""

import copy
from collections import Counter
from itertools import pairwise

import matplotlib
import pytest
from matplotlib.figure import Figure

matplotlib.use("Agg")
import matplotlib.pyplot as plt

from course_lib.plotting import figure, static_and_dynamic
from tests.figures import assert_words_are_large, assert_words_fit


@pytest.fixture(autouse=True)
def _close():
    yield
    plt.close("all")


def draw(T):
    return static_and_dynamic(T, ax=Figure().subplots())


def gids(ax):
    return Counter(patch.get_gid() for patch in ax.patches)


@pytest.mark.parametrize("T", [1, 4, 12])
def test_ax_in_ax_out_and_nothing_sticks_out(T):
    before = copy.deepcopy(dict(matplotlib.rcParams))
    _, axes = figure(1, 2)
    assert static_and_dynamic(T, ax=axes[0]) is axes[0]
    ax = static_and_dynamic(T)
    ax.figure.draw_without_rendering()  # 없는 글자가 있으면 경고가 나고, 경고는 오류입니다.
    assert dict(matplotlib.rcParams) == before
    assert_words_fit(ax, ax.get_window_extent())


@pytest.mark.parametrize("T", [1, 3, 8])
def test_copies_grow_with_T_and_the_loop_does_not(T):
    count = gids(draw(T))
    assert count["copy"] == count["x"] == count["y"] == count["time"] == T
    assert (count["body"], count["loop"], count["while"]) == (1, 1, 1)


def test_the_cells_are_joined_in_a_chain():
    ax = draw(4)
    copies = [patch.get_x() for patch in ax.patches if patch.get_gid() == "copy"]
    arrows = [patch for patch in ax.patches if patch.get_gid() == "time"]
    middles = [patch.get_path().vertices[:, 0].mean() for patch in arrows]
    gaps = [*pairwise(copies)]
    assert copies == sorted(copies)
    assert middles[0] < copies[0]
    assert all(a < middle < b for (a, b), middle in zip(gaps, middles[1:], strict=True))


def test_titles_stand_clear_of_the_boxes():
    ax = static_and_dynamic(4)
    ax.figure.draw_without_rendering()
    boxes = [patch.get_window_extent() for patch in ax.patches if patch.get_gid() == "y"]
    title = next(text for text in ax.texts if text.get_text().startswith("정적"))
    gap = title.get_window_extent().y0 - max(box.y1 for box in boxes)
    assert gap > title.get_window_extent().height / 2
    assert_words_are_large(ax)


def test_the_labels_count_the_steps():
    words = [text.get_text() for text in draw(3).texts]
    assert words.count("정적: 셀을 3번 적습니다") == 1
    assert [word for word in words if word.startswith("$x_{")] == ["$x_{1}$", "$x_{2}$", "$x_{3}$"]
    assert words.count("셀") == 3 + 1
