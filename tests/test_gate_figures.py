"""LSTM 셀의 그림과 게이트의 그림: 선이 잇는 것, 그려진 수, 잘못 넘긴 값."""

import copy
import io

import matplotlib
import numpy as np
import pytest
from matplotlib.figure import Figure

matplotlib.use("Agg")
import matplotlib.pyplot as plt

from course_lib import plotting
from course_lib.plotting.gates import gates
from course_lib.plotting.lstm_cell import lstm_cell
from course_lib.shapes import GATES
from tests.figures import assert_words_are_large, assert_words_fit

T = 6
RNG = np.random.default_rng(0)
ACTIVATIONS = {
    "i": RNG.random((T, 3)),
    "f": RNG.random(T),
    "g": RNG.uniform(-1, 1, (T, 2)),
    "o": RNG.random((T, 1)),
}
FIGURES = {
    "lstm_cell": (lstm_cell, {}),
    "lstm_cell-alone": (lstm_cell, {"N": None}),
    "lstm_cell-big": (lstm_cell, {"input_size": 128, "hidden_size": 256, "N": 32}),
    "gates": (gates, {"activations": ACTIVATIONS}),
    "gates-numbers": (gates, {"activations": {"z": np.full(T, 0.25)}, "numbers": ".2f"}),
    "gates-long": (gates, {"activations": {"r": RNG.random((60, 40))}, "colorbar": False}),
}


@pytest.fixture(autouse=True)
def _close():
    yield
    plt.close("all")


@pytest.mark.parametrize(("function", "options"), FIGURES.values(), ids=FIGURES)
def test_ax_in_ax_out_and_nothing_sticks_out(function, options):
    before = copy.deepcopy(dict(matplotlib.rcParams))
    _, axes = plotting.figure(1, 2)
    assert function(**options, ax=axes[0]) is axes[0]
    ax = function(**options)
    # 없는 글자가 있으면 경고가 나고, 경고는 오류입니다.
    ax.figure.savefig(io.BytesIO(), bbox_inches="tight")
    assert dict(matplotlib.rcParams) == before
    assert_words_fit(ax, ax.get_window_extent())


def patches(ax, gid):
    return [patch for patch in ax.patches if (patch.get_gid() or "") == gid]


def ends(arrow):
    """화살표가 시작한 점과 가장 먼 점, 곧 머리의 끝."""
    path = arrow.get_path()
    points = path.vertices[path.codes != path.CLOSEPOLY]
    far = np.linalg.norm(points - points[0], axis=1).argmax()
    return points[0], points[far]


def test_cell_state_goes_straight_through_one_product_and_one_sum():
    ax = lstm_cell(ax=Figure().subplots())
    road = [ends(arrow) for arrow in patches(ax, "highway")]
    heights = np.array([[start[1], end[1]] for start, end in road])
    np.testing.assert_allclose(heights, heights[0, 0], atol=0.1)
    left_to_right = sorted(ax.patches, key=lambda patch: patch.get_window_extent().x0)
    on_the_road = [
        patch.get_gid()
        for patch in left_to_right
        if patch.get_gid() in ("product", "sum")
        and patch.get_y() < heights[0, 0] < patch.get_y() + patch.get_height()
    ]
    assert on_the_road == ["product", "sum"]  # 지운 다음에 씁니다.
    assert len(road) == len(on_the_road) + 1
    assert len(patches(ax, "product")) == 3
    assert len(patches(ax, "sum")) == 1


def test_x_and_h_reach_every_gate_of_the_lstm():
    ax = lstm_cell(ax=Figure().subplots())
    reached = np.array(sorted(tuple(ends(arrow)[1]) for arrow in patches(ax, "both")))
    boxes = [patches(ax, f"gate-{letter}")[0] for letter in GATES["LSTM"]]
    bottoms = sorted((box.get_x() + box.get_width() / 2, box.get_y()) for box in boxes)
    assert len(bottoms) == 4
    np.testing.assert_allclose(reached, bottoms, atol=0.1)


def test_x_and_h_are_joined_before_they_part():
    ax = lstm_cell(ax=Figure().subplots())
    (join,) = patches(ax, "join")
    box = join.get_bbox()
    tips = [ends(arrow)[1] for arrow in patches(ax, "into-join")]
    assert len(tips) == 2  # x와 h
    for x, y in tips:
        assert box.x0 - 0.1 <= x <= box.x1 + 0.1
        assert box.y0 - 0.1 <= y <= box.y1 + 0.1
    assert max(y for _, y in tips) < min(start[1] for start, _ in map(ends, patches(ax, "both")))


def test_words_are_readable_on_a_phone():
    assert_words_are_large(lstm_cell())
    names = {"i 입력": [0.0, 1.0], "f": [0.5, 0.25]}
    ax = gates(names, numbers=".1f")
    assert_words_are_large(ax)
    assert [label.get_text() for label in ax.get_yticklabels()] == ["$i$ 입력", "$f$"]


@pytest.mark.parametrize(
    ("N", "value", "state"), [(3, "(N, D) = (3, 4)", "(3, 7)"), (None, "(D,) = (4,)", "(7,)")]
)
def test_lstm_cell_writes_the_shapes(N, value, state):
    ax = lstm_cell(4, 7, N=N, ax=Figure().subplots())
    words = [text.get_text() for text in ax.texts]
    assert words.count(value) == 1
    assert words.count(state) == 4  # c와 h의 앞뒤


def test_gates_draws_one_row_per_unit_and_time_runs_to_the_right():
    ax = gates(ACTIVATIONS, ax=Figure().subplots(), limit=0.9)
    mesh = ax.collections[0]
    expected = np.concatenate(
        [
            ACTIVATIONS["i"].T,
            ACTIVATIONS["f"][None],
            ACTIVATIONS["g"].T,
            ACTIVATIONS["o"].T,
        ]
    )
    np.testing.assert_array_equal(mesh.get_array(), expected)
    assert mesh.get_clim() == (-0.9, 0.9)
    assert [label.get_text() for label in ax.get_yticklabels()] == ["$i$", "$f$", "$g$", "$o$"]
    assert ax.get_yticks().tolist() == [1.0, 3.0, 4.5, 6.0]  # 띠의 가운데
    gaps = [line.get_ydata()[0] for line in ax.lines]
    assert gaps == [2.5, 3.5, 5.5]
    assert ax.get_ylim() == (6.5, -0.5)  # 첫 이름이 위에 있습니다.


def test_gates_writes_the_numbers():
    ax = gates({"r": [0.0, 1.0], "z": [0.5, 0.25]}, ax=Figure().subplots(), numbers=".2f")
    assert [text.get_text() for text in ax.texts] == ["0.00", "1.00", "0.50", "0.25"]


def test_gates_grows_with_the_number_of_units():
    heights = [
        gates({"i": np.zeros((T, H)), "f": np.zeros((T, H))}).figure.get_figheight()
        for H in (1, 5, 100)
    ]
    assert heights == sorted(heights)
    assert len(set(heights)) == 3
    assert heights[-1] < 5  # 한 화면에 들어갑니다.


@pytest.mark.parametrize(
    ("activations", "message"),
    [
        ({}, "그릴 것이 없습니다"),
        ({"f": np.zeros((T, 3, 2))}, r"activations\['f'\].*실제 \(6, 3, 2\)"),
        ({"f": np.float64(1)}, r"activations\['f'\].*실제 \(\)"),
        ({"i": np.zeros((T, 2)), "f": np.zeros((2, T))}, r"\['f'\].*기대 T = 6, 실제 2"),
    ],
    ids=["empty", "batch", "scalar", "transposed"],
)
def test_gates_refuses_what_it_cannot_draw(activations, message):
    with pytest.raises(ValueError, match=message):
        gates(activations)
    assert plt.get_fignums() == []  # 빈 figure를 남기지 않습니다.


def test_exported():
    assert plotting.gates is gates
    assert plotting.lstm_cell is lstm_cell
