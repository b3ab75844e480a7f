"""예측의 그림: 나눈 구간, 겹친 곡선, 되먹임 화살표가 준 수를 그대로 보이는지 봅니다."""

import copy
import itertools
from collections import Counter

import matplotlib
import numpy as np
import pytest
from matplotlib.colors import to_rgb
from matplotlib.figure import Figure

matplotlib.use("Agg")
import matplotlib.pyplot as plt

from course_lib import plotting
from course_lib.plotting import forecast
from course_lib.training import History
from tests.figures import assert_words_fit

SERIES = np.random.default_rng(0).normal(size=12)
PARTS = {"훈련": 7, "검증": 2, "테스트": 3}
GUESSES = {name: SERIES * scale for name, scale in zip("가나다라마", range(5), strict=True)}
FIGURES = {
    "split_series": lambda ax=None: forecast.split_series(SERIES, PARTS, ax=ax),
    "split_series-one": lambda ax=None: forecast.split_series([3.0], {"훈련": 1}, ax=ax),
    "forecasts": lambda ax=None: forecast.forecasts(SERIES, GUESSES, ax=ax),
    "forecasts-start": lambda ax=None: forecast.forecasts(SERIES, {}, start=4, ax=ax),
    "teacher_forcing": lambda ax=None: forecast.teacher_forcing(ax=ax),
    "teacher_forcing-long": lambda ax=None: forecast.teacher_forcing(T=5, ax=ax),
    "teacher_forcing-short": lambda ax=None: forecast.teacher_forcing(T=1, ax=ax),
}


@pytest.fixture(autouse=True)
def _close():
    yield
    plt.close("all")


@pytest.mark.parametrize("draw", FIGURES.values(), ids=FIGURES)
def test_ax_in_ax_out_and_no_words_collide(draw):
    before = copy.deepcopy(dict(matplotlib.rcParams))
    ax = Figure().subplots()
    assert draw(ax=ax) is ax
    own = draw()
    own.figure.draw_without_rendering()  # 없는 글자가 있으면 경고가 나고, 경고는 오류입니다.
    assert dict(matplotlib.rcParams) == before
    assert_words_fit(own, own.get_window_extent())


@pytest.mark.parametrize("x", [None, 1900 + 2 * np.arange(12)], ids=["index", "years"])
def test_the_parts_meet_between_two_values(x):
    ax = plotting.split_series(SERIES, PARTS, x=x)
    steps = np.arange(12) if x is None else x
    np.testing.assert_array_equal(ax.lines[0].get_xydata(), np.stack([steps, SERIES], axis=1))
    half = 0.5 if x is None else 1.0
    edges = [steps[0] - half, steps[6] + half, steps[8] + half, steps[11] + half]
    bands = [(band.get_x(), band.get_x() + band.get_width()) for band in ax.patches]
    assert bands == list(itertools.pairwise(edges))
    assert [text.get_text() for text in ax.texts] == list(PARTS)
    for text, (left, right) in zip(ax.texts, bands, strict=True):
        assert left < text.get_position()[0] < right
    assert len({band.get_facecolor() for band in ax.patches}) == 3


@pytest.mark.parametrize("parts", [{"훈련": 7, "검증": 4}, {"훈련": 7, "검증": 6, "테스트": -1}])
def test_parts_that_do_not_cover_the_series_are_refused(parts):
    with pytest.raises(ValueError, match=r"parts: .*12.*빠지거나 겹친 구간"):
        plotting.split_series(SERIES, parts)


@pytest.mark.parametrize("x", [None, 1900 + np.arange(12)], ids=["index", "years"])
def test_forecasts_keep_the_numbers_and_differ_in_colour_and_dash(x):
    late = np.r_[np.full(4, np.nan), SERIES[4:] / 2]
    ax = plotting.forecasts(SERIES, {"한 시점": SERIES + 1, "자유 실행": late}, x=x, start=4)
    truth, one_step, free, start = ax.lines
    steps = np.arange(12) if x is None else x
    for line, values in ((truth, SERIES), (one_step, SERIES + 1), (free, late)):
        np.testing.assert_array_equal(line.get_xdata(), steps)
        np.testing.assert_array_equal(line.get_ydata(), values)
    assert set(start.get_xdata()) == {4}
    assert truth.get_linewidth() > 2 * one_step.get_linewidth()  # 겹쳐도 정답이 보입니다.
    words = [text.get_text() for text in ax.get_legend().get_texts()]
    assert words == ["정답", "한 시점", "자유 실행"]
    lines = plotting.forecasts(SERIES, GUESSES).lines[1:5]
    assert len({line.get_color() for line in lines}) == 4
    assert len({str(line._dash_pattern) for line in lines}) == 4


def test_predictions_never_wear_the_colours_of_the_parts():
    parts = {to_rgb(color) for color in forecast.PARTS[:3]}
    assert not parts & {to_rgb(color) for color, _ in forecast.LINES}
    loss = History([2.0, 1.0], [2.0, 1.5]).plot(Figure().subplots())
    drawn = [line.get_color() for line in loss.lines[:2]]
    assert drawn == list(forecast.PARTS[:2])  # 손실 곡선의 훈련과 검증


@pytest.mark.parametrize(
    "names", [["RNN", "선형(p=9)"], ["교사 강요", "자유 실행"], list("가나다라마")]
)
def test_the_legend_stays_on_the_paper_beside_the_label(names):
    ax = plotting.forecasts(SERIES, dict.fromkeys(names, SERIES), ylabel="흑점 수")
    ax.figure.draw_without_rendering()
    legend, label = ax.get_legend().get_window_extent(), ax.yaxis.label.get_window_extent()
    assert not legend.overlaps(label)
    assert not legend.overlaps(ax.bbox)
    for edge in (legend.x0, legend.x1):
        assert ax.figure.bbox.x0 < edge < ax.figure.bbox.x1
    assert legend.y1 < ax.figure.bbox.y1


@pytest.mark.parametrize("T", [1, 3, 5])
def test_free_running_reads_its_own_outputs_after_the_first_step(T):
    ax = plotting.teacher_forcing(T=T)
    gids = Counter((patch.get_gid() or "").split("-")[0] for patch in ax.patches)
    assert gids["feedback"] == T - 1
    assert gids["in"] == gids["h"] == gids["out"] == 2 * T
    assert gids["time"] == 2 * (T - 1)
    words = Counter(text.get_text() for text in ax.texts)
    for t in range(1, T + 1):
        assert words[f"$x_{{{t}}}$"] == (2 if t == 1 else 1)  # 자유 실행은 x_1만 읽습니다.
        assert words[f"$y_{{{t}}}$"] == (2 if t == T else 3)  # 출력 둘과, 다음 시점의 입력
        assert words[f"정답 $x_{{{t + 1}}}$"] == 2


def test_feedback_runs_from_an_output_down_to_the_next_input():
    ax = plotting.teacher_forcing(T=3)
    boxes = {patch.get_gid(): patch for patch in ax.patches if patch.get_gid()}
    arrows = [patch for patch in ax.patches if patch.get_gid() == "feedback"]
    for t, arrow in enumerate(arrows):
        path = arrow.get_path()
        points = path.vertices[path.codes != path.CLOSEPOLY]
        start, tip = points[0], points[points[:, 0].argmax()]
        output, after = boxes[f"out-1-{t}"], boxes[f"in-1-{t + 1}"]
        np.testing.assert_allclose(start[0], output.get_x() + output.get_width(), atol=0.05)
        assert output.get_y() < start[1] < output.get_y() + output.get_height()
        np.testing.assert_allclose(tip[0], after.get_x(), atol=0.05)
        assert after.get_y() < tip[1] < after.get_y() + after.get_height()
