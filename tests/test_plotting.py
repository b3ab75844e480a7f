"""그림의 바탕과 도표: 전역 상태, 글꼴, 색, 그려진 수."""

import copy
import hashlib
import io
import itertools
import subprocess
import sys
from pathlib import Path

import matplotlib
import numpy as np
import pytest
from matplotlib.colors import to_rgb
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties, findfont, get_font

matplotlib.use("Agg")  # 화면이 없는 기계에서도, 창을 띄우지 않고
import matplotlib.pyplot as plt

from course_lib import plotting
from course_lib.plotting import charts, style
from tests.figures import assert_words_fit

FONTS = Path(plotting.__file__).parent / "fonts"
STATES = np.tanh(np.random.default_rng(0).normal(size=(10, 8)))
FIGURES = {
    "heatmap": lambda ax=None: plotting.heatmap(STATES, ax=ax, numbers=".2f"),
    "heatmap-plain": lambda ax=None: plotting.heatmap(np.zeros((40, 2)), ax=ax, colorbar=False),
    "difference": lambda ax=None: plotting.difference(STATES, STATES + 1e-9, ax=ax),
    "difference-none": lambda ax=None: plotting.difference(STATES, STATES, ax=ax),
    "curves": lambda ax=None: plotting.curves({"가": STATES[0], "나": -STATES[0]}, ax=ax),
    "activations": lambda ax=None: charts.activations(ax=ax),
    "saturation": lambda ax=None: charts.saturation({"가": STATES, "나": np.sign(STATES)}, ax=ax),
    "errors": lambda ax=None: charts.errors({"output": 4e-16, "h_n": 0.0}, ax=ax, tolerance=1e-12),
    "errors-zero": lambda ax=None: charts.errors({"output": 0.0}, ax=ax),
    "speeds": lambda ax=None: charts.speeds({"가": [2, 0.5], "나": [1, 8]}, ["ㄱ", "ㄴ"], ax=ax),
    "speeds-one": lambda ax=None: charts.speeds({"순전파": [7.0]}, ["ㄱ"], ax=ax),
}


@pytest.fixture(autouse=True)
def _close():
    yield
    plt.close("all")


def save(figure):
    buffer = io.BytesIO()
    figure.savefig(buffer, format="png", bbox_inches="tight")  # inline backend와 같은 길
    return buffer.getvalue()


@pytest.mark.parametrize("draw", FIGURES.values(), ids=FIGURES)
def test_ax_in_ax_out_and_global_state_untouched(draw):
    before = copy.deepcopy(dict(matplotlib.rcParams))
    ax = Figure().subplots()
    assert draw(ax=ax) is ax
    assert plt.get_fignums() == []
    own = draw()
    assert plt.get_fignums() == [own.figure.number]
    save(ax.figure)  # 없는 글자가 있으면 경고가 나고, 경고는 오류입니다.
    png = save(own.figure)
    assert dict(matplotlib.rcParams) == before
    width = int.from_bytes(png[16:20], "big")
    assert 1300 <= width <= 1450


def test_what_the_notebook_adds_later_keeps_the_style():
    figure, axes = plotting.figure(1, 2)
    added = [
        figure.suptitle("은닉 상태"),
        axes[0].set_title("정방향"),
        axes[0].text(0, 0, "가"),
        axes[0].annotate("나", (0, 0)),
        axes[0].set_xlabel("시점 t"),
    ]
    axes[1].plot([-1, 1], label="다")
    added += axes[1].legend().get_texts()
    save(figure)
    added += axes[1].get_yticklabels()
    assert {tuple(text.get_fontfamily()) for text in added} == {tuple(style.FONTS)}
    assert min(text.get_fontsize() for text in added) >= 14


@pytest.mark.parametrize("weight", ["Regular", "Bold"])
def test_font_is_the_one_in_the_repository(weight):
    path = FONTS / f"Pretendard-{weight}.ttf"
    assert hashlib.sha256(path.read_bytes()).hexdigest() in (FONTS / "README.md").read_text("utf-8")
    found = findfont(FontProperties(family="Pretendard", weight=weight.lower()))
    assert Path(found).name.startswith("Pretendard")
    missing = [
        c for c in "가힣뷁은닉상태시점→←−×·()[]_" if not get_font(path).get_char_index(ord(c))
    ]
    assert missing == []


def test_importing_the_package_does_not_import_matplotlib():
    code = "import course_lib, sys; sys.exit('matplotlib' in sys.modules)"
    subprocess.run([sys.executable, "-c", code], check=True)


# Machado, Oliveira & Fernandes (2009)의 행렬: 색각이 다른 사람이 보는 선형 RGB.
VISION = {
    "normal": np.eye(3),
    "protan": [[0.1523, 1.0526, -0.2049], [0.1145, 0.7863, 0.0992], [-0.0039, -0.0481, 1.0520]],
    "deutan": [[0.3673, 0.8606, -0.2280], [0.2801, 0.6725, 0.0474], [-0.0118, 0.0429, 0.9690]],
    "tritan": [[1.2555, -0.0767, -0.1788], [-0.0784, 0.9308, 0.1476], [0.0047, 0.6914, 0.3039]],
}


@pytest.mark.parametrize("vision", VISION)
def test_colours_are_told_apart(vision):
    names = ("INPUT", "STATE", "OUTPUT", "REVERSE")
    colors = {name: lab(getattr(plotting, name), VISION[vision]) for name in names}
    for a, b in itertools.combinations(names, 2):
        assert np.linalg.norm(colors[a] - colors[b]) > 15, (a, b)


def lab(color, vision):
    rgb = np.array(to_rgb(color))
    linear = np.where(rgb <= 0.04045, rgb / 12.92, ((rgb + 0.055) / 1.055) ** 2.4)
    to_xyz = [[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]]
    xyz = to_xyz @ np.clip(vision @ linear, 0, 1) / [0.9505, 1.0, 1.0888]
    f = np.where(xyz > 0.008856, np.cbrt(xyz), 7.787 * xyz + 16 / 116)
    return np.array([116 * f[1] - 16, 500 * (f[0] - f[1]), 200 * (f[1] - f[2])])


def test_heatmap_draws_the_values_with_zero_in_the_middle():
    ax = plotting.heatmap(STATES)
    mesh = ax.collections[0]
    np.testing.assert_array_equal(mesh.get_array(), STATES)
    limit = np.abs(STATES).max()
    assert mesh.get_clim() == (-limit, limit)
    np.testing.assert_allclose(style.DIVERGING(0.5)[:3], 1, atol=0.01)
    assert (ax.get_xlabel(), ax.get_ylabel()) == ("은닉 단위", "시점 t")
    assert ax.get_ylim() == (9.5, -0.5)  # 첫 시점이 맨 위
    assert plotting.heatmap(STATES, limit=1).collections[0].get_clim() == (-1, 1)


def test_heatmap_writes_numbers_in_their_cells():
    ax = plotting.heatmap([[0.5, -1.0]], numbers=".1f")
    assert [(text.get_position(), text.get_text()) for text in ax.texts] == [
        ((0, 0), "0.5"),
        ((1, 0), "−1.0"),
    ]


def test_difference_leaves_equal_cells_empty():
    gap = plotting.difference([[1.0, 2.0]], [[1.0, 2.0 + 2**-30]]).collections[0].get_array()
    assert gap.mask.tolist() == [[True, False]]
    assert gap[0, 1] == 2**-30


def test_curves_keep_the_values_and_part_the_names():
    series = {"가": [0.0, 1.0], "나": [1.0, 1.0], "다": [2.0, 0.99]}
    ax = plotting.curves(series)
    for line, (name, values) in zip(ax.lines, series.items(), strict=True):
        assert line.get_label() == name
        np.testing.assert_array_equal(line.get_ydata(), values)
    ends = {text.get_text(): text.xy for text in ax.texts}
    assert ends == {"가": (1, 1.0), "나": (1, 1.0), "다": (1, 0.99)}
    assert_words_fit(ax)


CROWDED = {name: [0.0, value] for name, value in zip("가나다라마", (0, 1, 1, 1.01, 9), strict=True)}


@pytest.mark.parametrize("scale", ["linear", "symlog"])
def test_names_stand_beside_the_axes_in_the_order_of_the_ends(scale):
    ax = plotting.curves(CROWDED)
    ax.set_yscale(scale)  # 노트북처럼 뒤에 바꿉니다.
    save(ax.figure)
    assert_words_fit(ax, ax.figure.bbox)
    places = {text.get_text(): text.get_window_extent() for text in ax.texts}
    assert min(place.x0 for place in places.values()) > ax.bbox.x1
    heights = [places[name].y0 for name in "가다나라마"]  # 끝이 같으면 먼저 그린 것이 위
    assert heights == sorted(heights)
    moved = {text.get_text() for text in ax.texts if text.arrow_patch.get_visible()}
    assert moved <= set("가나다라")
    assert len(moved) >= 2


def test_a_name_of_a_curve_that_ends_early_stands_at_its_end():
    ax = plotting.curves({"가": [0.0, 1.0, 2.0, np.nan, np.nan, np.nan], "나": np.zeros(6)})
    early, late = (text.get_window_extent() for text in ax.texts)
    assert ax.transData.transform((2, 2))[0] < early.x0 < ax.bbox.x1 < late.x0


def test_the_label_of_the_y_axis_lies_flat_under_the_title():
    for order in (("set_title", "set_ylabel"), ("set_ylabel", "set_title")):
        _, ax = plotting.figure()
        for method in order:
            getattr(ax, method)(method)
        save(ax.figure)
        label, box = ax.yaxis.label, ax.get_tightbbox()
        assert label.get_rotation() == 0
        place = label.get_window_extent()
        heading = next(t for t in ax.findobj(matplotlib.text.Text) if t.get_text() == "set_title")
        assert ax.bbox.y1 < place.y0 < place.y1 < heading.get_window_extent().y0
        assert place.x0 == pytest.approx(ax.bbox.x0, abs=1)
        assert box.y1 < ax.figure.bbox.y1


def test_panels_stand_apart_and_paper_is_left_around_them():
    figure, axes = plotting.figure(2, 1)
    for ax in axes:
        ax.set(title="제목", xlabel="시점 t", ylabel="손실")
    png = save(figure)
    boxes = [ax.get_tightbbox() for ax in axes]
    inch = figure.dpi
    assert boxes[0].y0 - boxes[1].y1 > 0.25 * inch
    for box in boxes:
        assert box.x0 > 0.07 * inch
        assert box.x1 < (7 - 0.07) * inch
    assert int.from_bytes(png[16:20], "big") == round(7.2 * inch)  # 종이 전체와 둘레 0.1인치


def test_one_colour_per_cell():
    assert list(plotting.CELLS) == ["RNN", "LSTM", "GRU"]
    assert len(set(plotting.CELLS.values())) == 3
    ax = charts.speeds({name: [2.0] for name in plotting.CELLS}, ["ㄱ"])
    drawn = [bar.get_facecolor()[:3] for bar in ax.patches]
    assert drawn == [to_rgb(color) for color in plotting.CELLS.values()]


@pytest.mark.parametrize("color", [*style.CYCLE, *plotting.shades(plotting.OUTPUT, 4)])
def test_words_are_dark_enough_to_read(color):
    paper, words = (brightness(value) for value in (plotting.PAPER, style.legible(color)))
    assert (paper + 0.05) / (words + 0.05) >= 4.5


def brightness(color):
    """WCAG의 상대 휘도."""
    rgb = np.array(to_rgb(color))
    linear = np.where(rgb <= 0.04045, rgb / 12.92, ((rgb + 0.055) / 1.055) ** 2.4)
    return linear @ [0.2126, 0.7152, 0.0722]


@pytest.mark.parametrize("count", [2, 3, 4])
def test_shades_grow_darker(count):
    light = [brightness(color) for color in plotting.shades(plotting.INPUT, count)]
    assert len(light) == count
    assert max(np.diff(light)) < -0.02


def test_a_note_covers_the_lines_behind_it():
    _, ax = plotting.figure()
    text = plotting.note(ax, 0.5, 0.5, "기준선")
    assert to_rgb(text.get_bbox_patch().get_facecolor()) == to_rgb(plotting.PAPER)


@pytest.mark.parametrize(("last", "step"), [(11, 2), (20, 5), (49, 10), (60, 10)])
def test_ticks_count_in_easy_steps(last, step):
    ax = plotting.curves({"가": np.arange(last + 1.0)})
    assert set(np.diff(ax.get_xticks())) == {step}


def test_saturation_counts_the_saturated_share():
    ax = charts.saturation({"가": [0.999, -0.999, 0.0, 0.5], "나": [0.1]}, threshold=0.9)
    assert [text.get_text() for text in ax.texts] == ["가: 50% 포화", "나: 0% 포화"]


def test_errors_stand_at_their_values():
    ax = charts.errors({"output": 4e-16, "h_n": 0.0}, tolerance=1e-12)
    dots = [line.get_xdata()[0] for line in ax.lines]
    assert (dots[0], dots[-1]) == (4e-16, 1e-12)
    assert dots[1] == ax.get_xlim()[0]
    assert "똑같음" in ax.texts[1].get_text()


def test_speeds_grow_from_one_and_say_the_ratio():
    ax = charts.speeds({"순전파": [2.0, 0.5], "전체": [1.5, 0.25]}, ["ㄱ", "ㄴ"])
    ends = [bar.get_x() + bar.get_width() for bar in ax.patches]
    assert ends == [2.0, 0.5, 1.5, 0.25]
    assert {bar.get_x() for bar in ax.patches} == {1}
    assert [text.get_text() for text in ax.texts[:4]] == ["2.00배", "0.50배", "1.50배", "0.25배"]
    save(ax.figure)
    assert "1/4" in [label.get_text() for label in ax.get_xticklabels()]
