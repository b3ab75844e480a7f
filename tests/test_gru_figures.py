"""GRU 셀의 그림: 상태의 길, 게이트로 들어오는 선, r을 거는 자리, 적힌 shape."""

import copy
import io

import matplotlib
import numpy as np
import pytest
from matplotlib.figure import Figure

matplotlib.use("Agg")
import matplotlib.pyplot as plt

from course_lib import plotting
from course_lib.plotting.gru_cell import gru_cell
from course_lib.shapes import GATES
from tests.figures import assert_words_are_large, assert_words_fit

FIGURES = {
    "after": {},
    "before": {"reset": "before"},
    "alone": {"N": None},
    "big": {"input_size": 128, "hidden_size": 256, "N": 32},
}


@pytest.fixture(autouse=True)
def _close():
    yield
    plt.close("all")


@pytest.mark.parametrize("options", FIGURES.values(), ids=FIGURES)
def test_ax_in_ax_out_and_nothing_sticks_out(options):
    before = copy.deepcopy(dict(matplotlib.rcParams))
    _, axes = plotting.figure(1, 2)
    assert gru_cell(**options, ax=axes[0]) is axes[0]
    ax = gru_cell(**options)
    # 없는 글자가 있으면 경고가 나고, 경고는 오류입니다.
    ax.figure.savefig(io.BytesIO(), bbox_inches="tight")
    assert dict(matplotlib.rcParams) == before
    assert_words_fit(ax, ax.get_window_extent())


def draw(**options):
    return gru_cell(**options, ax=Figure().subplots())


def patches(ax, gid):
    return [patch for patch in ax.patches if patch.get_gid() == gid]


def box(ax, gid):
    """이름이 ``gid``인 상자의 왼쪽, 오른쪽, 아래, 위."""
    (patch,) = patches(ax, gid)
    x, y = patch.get_x(), patch.get_y()
    return x, x + patch.get_width(), y, y + patch.get_height()


def tip(arrow):
    """화살표가 시작한 점에서 가장 먼 점, 곧 머리의 끝."""
    path = arrow.get_path()
    points = path.vertices[path.codes != path.CLOSEPOLY]
    return points[np.linalg.norm(points - points[0], axis=1).argmax()]


def test_hidden_state_goes_straight_through_one_product_and_one_sum():
    ax = draw()
    heights = [tip(arrow)[1] for arrow in patches(ax, "highway")]
    assert len(heights) == 3
    np.testing.assert_allclose(heights, heights[0], atol=0.1)
    keep, add = box(ax, "keep"), box(ax, "sum")
    assert keep[1] < add[0]  # 남긴 다음에 더합니다.
    for _, _, low, high in (keep, add):
        assert low < heights[0] < high
    left, right, _, top = box(ax, "write")
    assert (left, right) == add[:2]  # 후보는 아래에서 와서 더해집니다.
    assert top < add[2]


@pytest.mark.parametrize(
    ("reset", "order"), [("after", ["product", "reset"]), ("before", ["reset", "product"])]
)
def test_r_meets_the_state_on_the_stated_side_of_the_product(reset, order):
    ax = draw(reset=reset)
    heights = {gid: box(ax, gid)[2] for gid in ("product", "reset")}
    assert sorted(heights, key=heights.get) == order  # 아래에서 위로 흐릅니다.
    _, _, low, high = box(ax, "gate-r")
    middle = sum(box(ax, "reset")[2:]) / 2
    assert (low + high) / 2 == pytest.approx(middle)  # r에서 ×로 곧게 갑니다.
    assert max(heights.values()) < box(ax, "gate-n")[2]


@pytest.mark.parametrize("reset", ["after", "before"])
def test_x_reaches_all_three_boxes_and_h_reaches_both_gates(reset):
    ax = draw(reset=reset)
    bottoms = {letter: box(ax, f"gate-{letter}") for letter in GATES["GRU"]}
    for gid, letters in (("from-x", "zrn"), ("from-h", "zr")):
        tips = sorted((tip(arrow) for arrow in patches(ax, gid)), key=lambda point: point[0])
        assert len(tips) == len(letters)
        for (x, y), letter in zip(tips, letters, strict=True):
            left, right, bottom, _ = bottoms[letter]
            assert left < x < right
            assert y == pytest.approx(bottom, abs=0.1)


@pytest.mark.parametrize("reset", ["after", "before"])
def test_lines_that_do_not_meet_cross_over_a_bridge(reset):
    ax = draw(reset=reset)
    bridges = [patch.get_path().vertices for patch in patches(ax, "bridge")]
    assert len(bridges) == 2  # 두 게이트로 가는 x가 h의 길을 넘습니다.
    dots = np.array([patch.get_center() for patch in patches(ax, "dot")])
    for path in bridges:
        crossing = path[[0, -1]].mean(axis=0)
        assert np.linalg.norm(dots - crossing, axis=1).min() > 0.3  # 점이 있으면 만난다는 뜻입니다.


def test_words_are_readable_on_a_phone():
    for reset in ("after", "before"):
        assert_words_are_large(gru_cell(reset))


@pytest.mark.parametrize(
    ("N", "value", "state"), [(3, "(N, D) = (3, 4)", "(3, 7)"), (None, "(D,) = (4,)", "(7,)")]
)
def test_gru_cell_writes_the_shapes(N, value, state):
    words = [text.get_text() for text in draw(input_size=4, hidden_size=7, N=N).texts]
    assert words.count(value) == 1
    assert words.count(state) == 2  # h의 앞뒤


def test_unknown_reset_is_refused_before_anything_is_drawn():
    with pytest.raises(ValueError, match=r"reset: \['after', 'before'\].*실제 'cudnn'"):
        gru_cell("cudnn")
    assert plt.get_fignums() == []


def test_exported():
    assert plotting.gru_cell is gru_cell
