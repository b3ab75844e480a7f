"""긴 시간의 그림: 그려진 길이와 고윳값, 끊긴 기울기, 전역 상태."""

import copy
import io
from collections import Counter

import matplotlib
import numpy as np
import pytest
from matplotlib.figure import Figure

matplotlib.use("Agg")
import matplotlib.pyplot as plt

from course_lib import plotting
from course_lib.plotting.learning import eigenvalues, gradient_norms, truncated
from tests.figures import assert_words_fit

K = np.arange(31)
TURN = np.array([[0.0, -1.0], [1.0, 0.0]])  # 90도 돌립니다. 고윳값은 ±i입니다.
FIGURES = {
    "gradient_norms": (gradient_norms, {"norms": {f"w = {w}": w**K for w in (0.5, 1.0, 1.1)}}),
    "gradient_norms-one": (gradient_norms, {"norms": {"가": [3.0]}}),
    "eigenvalues": (eigenvalues, {"matrix": np.random.default_rng(0).normal(size=(40, 40)) / 12}),
    "eigenvalues-wide": (eigenvalues, {"matrix": 3 * TURN}),
    "truncated": (truncated, {}),
    "truncated-long": (truncated, {"pieces": 2, "length": 4}),
    "truncated-short": (truncated, {"pieces": 5, "length": 1}),
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
    assert {"gradient_norms", "eigenvalues", "truncated"} <= set(plotting.__all__)


def test_gradient_norms_are_straight_lines_on_a_log_axis():
    norms = {"0.5": 0.5**K, "1.1": 1.1**K}
    ax = gradient_norms(norms, Figure().subplots())
    assert ax.get_yscale() == "log"
    assert ax.get_xlim() == (0, 30)
    for line, (name, values) in zip(ax.lines, norms.items(), strict=False):
        assert line.get_label() == name
        np.testing.assert_array_equal(line.get_xdata(), K)
        np.testing.assert_array_equal(line.get_ydata(), values)
        low, high = ax.get_ylim()
        assert low < values.min() <= values.max() < high
    assert ax.lines[-1].get_ydata() == [1, 1]  # 줄지도 늘지도 않는 선


def test_a_vanished_gradient_is_left_out():
    ax = gradient_norms({"가": [1.0, 0.5, 0.0, 0.0]}, Figure().subplots())
    np.testing.assert_array_equal(ax.lines[0].get_ydata(), [1, 0.5, np.nan, np.nan])
    (name,) = ax.texts
    assert (name.get_text(), name.xy[0]) == ("가", 1)
    np.testing.assert_allclose(name.xy[1], 0.5)


def test_names_of_close_curves_are_parted():
    norms = {name: [1.0, value] for name, value in zip("가나다", (1e-4, 1.1e-4, 1.0), strict=True)}
    ax = gradient_norms(norms, Figure().subplots())
    assert {text.get_text(): text.xy[1] for text in ax.texts} == {
        name: values[-1] for name, values in norms.items()
    }
    assert_words_fit(ax)


def test_nothing_but_zeros_cannot_be_drawn():
    with pytest.raises(ValueError, match=r"^norms: 가에 0보다 큰 값이 없어"):
        gradient_norms({"가": [0.0, 0.0]}, Figure().subplots())


@pytest.mark.parametrize(
    ("scale", "title"), [(0.9, "ρ = 0.90"), (1.0, "ρ = 1.00"), (3, "ρ = 3.00")]
)
def test_eigenvalues_of_a_turn(scale, title):
    ax = eigenvalues(scale * TURN, Figure().subplots())
    points = np.sort_complex(ax.collections[0].get_offsets() @ [1, 1j])
    np.testing.assert_allclose(points, [-1j * scale, 1j * scale], atol=1e-12)
    assert ax.get_title(loc="left") == title
    circle = ax.lines[0].get_xydata()
    np.testing.assert_allclose(np.linalg.norm(circle, axis=1), 1)
    disc = ax.patches[0].get_xy()
    np.testing.assert_allclose(np.linalg.norm(disc, axis=1), scale)
    assert ax.get_xlim() == ax.get_ylim() == (-ax.get_xlim()[1], ax.get_xlim()[1])
    assert ax.get_xlim()[1] > scale


def test_eigenvalues_outside_the_unit_circle_have_another_colour():
    colors = [
        tuple(eigenvalues(scale * TURN, Figure().subplots()).collections[0].get_facecolor()[0])
        for scale in (0.5, 1.0, 1.01)
    ]
    assert colors[0] == colors[1] != colors[2]


@pytest.mark.parametrize(("pieces", "length"), [(3, 2), (2, 4), (4, 1)])
def test_gradients_stop_where_states_go_on(pieces, length):
    ax = truncated(pieces, length, Figure().subplots())
    count = Counter(patch.get_gid() for patch in ax.patches)
    assert count["piece"] == pieces
    assert count["h"] == pieces * length
    assert count["state"] == pieces * length - 1
    assert count["gradient"] == pieces * (length - 1)
    assert sum(text.get_text() == "×" for text in ax.texts) == pieces - 1
    for gid, rightward in (("state", True), ("gradient", False)):
        ends = [patch.get_path().vertices for patch in ax.patches if patch.get_gid() == gid]
        assert {bool(path[1, 0] > path[0, 0]) for path in ends} <= {rightward}
