"""속도와 메모리의 도표: 그려진 수, 로그 축, 이름의 자리, 전역 상태."""

import copy
import io

import matplotlib
import numpy as np
import pytest
from matplotlib.colors import to_rgba
from matplotlib.figure import Figure

matplotlib.use("Agg")
import matplotlib.pyplot as plt

from course_lib import plotting
from course_lib.plotting.scaling import bars, scaling
from tests.figures import assert_words_fit

T = np.array([10, 30, 100, 300])
TIMES = {"가": 0.1 * T, "나": 0.11 * T, "다": 0.02 * T}
FIGURES = {
    "scaling": (scaling, {"series": TIMES, "x": T, "limits": {"한계": 0.001 * T}}),
    "scaling-narrow": (scaling, {"series": {"가": [10.0, 30.0]}, "x": [1, 2]}),
    "bars": (bars, {"values": {"가": 3.0, "나": 1.0}, "unit": "ms", "reference": ("다", 2.9)}),
    "bars-plain": (bars, {"values": {"가": 3.0}}),
}


@pytest.fixture(autouse=True)
def _close():
    yield
    plt.close("all")


@pytest.mark.parametrize(("function", "options"), FIGURES.values(), ids=FIGURES)
def test_ax_in_ax_out_and_global_state_untouched(function, options):
    before = copy.deepcopy(dict(matplotlib.rcParams))
    ax = Figure().subplots()
    assert function(**options, ax=ax) is ax
    assert plt.get_fignums() == []
    own = function(**options)
    assert plt.get_fignums() == [own.figure.number]
    # 없는 글자가 있으면 경고가 나고, 경고는 오류입니다.
    own.figure.savefig(io.BytesIO(), bbox_inches="tight")
    assert dict(matplotlib.rcParams) == before
    assert_words_fit(own)


def test_functions_are_exported():
    assert {"scaling", "bars"} <= set(plotting.__all__)


def test_scaling_draws_what_was_measured_on_two_log_axes():
    ax = scaling(TIMES, T, Figure().subplots(), limits={"한계": 0.001 * T}, xlabel="시점")
    assert (ax.get_xscale(), ax.get_yscale()) == ("log", "log")
    assert (ax.get_xlabel(), ax.get_ylabel()) == ("시점", "시간 (ms)")
    drawn = {**TIMES, "한계": 0.001 * T}
    low, high = ax.get_ylim()
    for line, (name, values) in zip(ax.lines, drawn.items(), strict=True):
        assert line.get_label() == name
        np.testing.assert_array_equal(line.get_xdata(), T)
        np.testing.assert_array_equal(line.get_ydata(), values)
        assert low < values.min() <= values.max() < high
    assert [text.get_text() for text in ax.texts] == list(drawn)
    levels = {text.get_text(): text.get_window_extent().y0 for text in ax.texts}
    assert sorted(levels, key=levels.get) == ["한계", "다", "가", "나"]
    assert_words_fit(ax)
    assert ax.get_xticks().tolist() == T.tolist()
    ax.figure.canvas.draw()
    assert [label.get_text() for label in ax.get_xticklabels()] == ["10", "30", "100", "300"]


def test_only_the_limit_is_dashed_and_without_points():
    ax = scaling(TIMES, T, Figure().subplots(), limits={"한계": T})
    assert [line.get_linestyle() for line in ax.lines] == ["-", "-", "-", "--"]
    assert [line.get_marker() for line in ax.lines] == ["o", "o", "o", "None"]


def test_a_narrow_range_still_has_ticks():
    ax = scaling({"가": [11.0, 49.0]}, [1, 2], Figure().subplots())
    low, high = ax.get_ylim()
    assert sum(low <= tick <= high for tick in ax.get_yticks()) >= 1
    assert 20 in np.round(ax.get_yticks(), 6)


@pytest.mark.parametrize(
    ("series", "x", "name"),
    [
        ({"가": [1, 0]}, [1, 2], "가"),
        ({"가": [1, 2], "나": [-1, 2]}, [1, 2], "나"),
        ({"가": [1, 2]}, [0, 2], "가"),
    ],
)
def test_what_a_log_axis_cannot_show_is_refused(series, x, name):
    with pytest.raises(ValueError, match=rf"^{name}: 로그 축에 그리려면"):
        scaling(series, x, Figure().subplots())


def test_bars_hold_the_values_and_say_them():
    ax = bars({"가": 12.34, "나": 0.5, "다": 2}, Figure().subplots(), unit="MiB")
    assert [bar.get_width() for bar in ax.patches] == [12.34, 0.5, 2]
    assert [text.get_text() for text in ax.texts] == [
        "가",
        "12.3 MiB",
        "나",
        "0.5 MiB",
        "다",
        "2 MiB",
    ]
    tops = [bar.get_y() for bar in ax.patches]
    assert tops == sorted(tops)
    assert ax.yaxis_inverted()
    assert ax.get_xlim()[1] > 12.34


@pytest.mark.parametrize(
    ("unit", "said"),
    [("줄", "720줄"), ("MiB", "720 MiB"), ("", "720")],
    ids=["한글", "영문", "없음"],
)
def test_a_korean_unit_joins_its_number(unit, said):
    ax = bars({"가": 720}, Figure().subplots(), unit=unit, reference=("나", 720))
    assert [text.get_text() for text in ax.texts] == ["가", said, f"나 {said}"]


@pytest.mark.parametrize("value", [1.0, 3.0, 9.0])
def test_the_reference_line_stands_at_its_value(value):
    ax = bars({"가": 3.0}, Figure().subplots(), unit="ms", reference=("torch", value))
    (line,) = ax.lines
    assert set(line.get_xdata()) == {value}
    assert ax.texts[-1].get_text() == f"torch {value:g} ms"
    assert ax.get_xlim()[1] > value
    assert ax.texts[-1].get_ha() == ("left" if value == 1 else "right")


@pytest.mark.parametrize("value", [1.0, 2.9, 3.0, 3.1, 3.6, 9.0])
def test_the_reference_line_crosses_no_words(value):
    ax = bars({"긴 이름을 가진 막대": 3.0, "나": 2.0}, unit="ms", reference=("torch", value))
    ax.figure.draw_without_rendering()
    (line,) = ax.lines
    spans = line.get_ydata().reshape(-1, 3)[:, :2]
    assert len(spans) == 3  # 이름의 옆에서 한 번, 막대마다 한 번
    for start, end in spans:
        low, high = sorted(ax.transData.transform([(value, start), (value, end)])[:, 1])
        for text in ax.texts:
            box = text.get_window_extent()
            beside = not box.x0 <= ax.transData.transform((value, 0))[0] <= box.x1
            assert beside or high <= box.y0 or low >= box.y1, text.get_text()


def test_colours_go_on_with_the_last_one():
    ax = bars({"가": 1, "나": 2, "다": 3}, Figure().subplots(), colors=("red", "blue"))
    colors = [bar.get_facecolor() for bar in ax.patches]
    assert colors == [to_rgba("red"), to_rgba("blue"), to_rgba("blue")]
