"""역전파의 그림: 화살표의 방향과 수, 적힌 수, 다시 계산하는 토막의 자리."""

import copy
from collections import Counter

import matplotlib
import numpy as np
import pytest
from matplotlib.figure import Figure

matplotlib.use("Agg")
import matplotlib.pyplot as plt

from course_lib.plotting import backprop, figure, recompute, style
from tests.figures import assert_words_are_large, assert_words_fit

NUMBERS = {"d_output": [0.4, 1.0], "d_h": [0.27, -0.32, -1e-9], "d_x": [0.54, 0.123456]}
SHARES = np.random.default_rng(0).normal(size=(4, 2, 3))
FALLS = {"맞는 것": (0.17, 0.01), "틀린 것": (0.17, 0.11), "오르는 것": (0.17, 0.2)}
FIGURES = {
    "backward_graph": (backprop.backward_graph, {}),
    "backward_graph-long": (backprop.backward_graph, {"T": 4}),
    "backward_graph-numbers": (backprop.backward_graph, {"gradients": NUMBERS}),
    "cell_backward": (backprop.cell_backward, {}),
    "cell_backward-big": (backprop.cell_backward, {"input_size": 64, "hidden_size": 128, "N": 32}),
    "weight_shares": (backprop.weight_shares, {"shares": SHARES}),
    "weight_shares-zero": (backprop.weight_shares, {"shares": np.zeros((2, 2, 2))}),
    "before_after": (backprop.before_after, {"values": FALLS, "highlight": ["맞는 것"]}),
    "recomputation": (recompute.recomputation, {}),
    "recomputation-whole": (recompute.recomputation, {"T": 6, "piece": 6}),
}


@pytest.fixture(autouse=True)
def _close():
    yield
    plt.close("all")


def gids(ax):
    return Counter(patch.get_gid() or "" for patch in ax.patches)


def words(ax):
    return [text.get_text() for text in ax.texts]


def ends(ax, gid):
    """화살표마다 (시작, 끝)."""
    paths = [patch.get_path().vertices for patch in ax.patches if patch.get_gid() == gid]
    return [(path[0], path[1]) for path in paths]


@pytest.mark.parametrize(("function", "options"), FIGURES.values(), ids=FIGURES)
def test_ax_in_ax_out_and_texts_stay_apart(function, options):
    before = copy.deepcopy(dict(matplotlib.rcParams))
    _, axes = figure(1, 2)
    assert function(**options, ax=axes[0]) is axes[0]
    ax = function(**options)
    ax.figure.draw_without_rendering()  # 없는 글자가 있으면 경고가 나고, 경고는 오류입니다.
    assert dict(matplotlib.rcParams) == before
    assert ax.figure.get_size_inches()[0] == style.WIDTH
    assert_words_fit(ax, ax.figure.bbox)


@pytest.mark.parametrize(
    ("function", "options"),
    [
        (backprop.backward_graph, {"T": 3}),
        (backprop.backward_graph, {"gradients": NUMBERS}),
        (backprop.cell_backward, {}),
        (backprop.weight_shares, {"shares": SHARES[:, :, :2]}),
        (backprop.before_after, {"values": FALLS}),
        (recompute.recomputation, {}),
    ],
)
def test_words_are_readable_on_a_phone(function, options):
    assert_words_are_large(function(**options))


@pytest.mark.parametrize("T", [1, 2, 5])
def test_every_gradient_arrow_runs_against_the_forward_one(T):
    ax = backprop.backward_graph(T, ax=Figure().subplots())
    count = gids(ax)
    assert count["forward"] == 3 * T  # 입력, 상태, 손실
    assert (count["d_output"], count["d_x"], count["d_h"], count["sum"]) == (T, T, T + 1, T)
    assert all(end[0] < start[0] for start, end in ends(ax, "d_h"))
    for gid in ("d_output", "d_x"):
        assert all(end[1] < start[1] for start, end in ends(ax, gid))
    forward = ends(ax, "forward")
    assert all(end[0] > start[0] or end[1] > start[1] for start, end in forward)


def test_names_without_numbers():
    named = words(backprop.backward_graph(2, ax=Figure().subplots()))
    named = [name.replace("\n", "") for name in named]  # 번호는 다음 줄에 적습니다.
    for name in ("d_output[0]", "d_output[1]", "d_x[0]", "d_x[1]", "d_h_0", "d_h", "d_h_n"):
        assert named.count(name) == 1


def test_numbers_are_written_where_they_arrive():
    ax = backprop.backward_graph(2, NUMBERS, ax=Figure().subplots())
    place = {text.get_text(): text.get_position() for text in ax.texts}
    assert {"0.4", "1", "0.27", "−0.32", "0", "0.54", "0.1235"} <= set(place)
    assert place["0.27"][0] < place["−0.32"][0] < place["0"][0]  # h_0, h_1, h_2의 오른쪽
    assert place["0.4"][1] > place["0.27"][1] > place["0.54"][1]  # 위, 옆, 아래
    assert place["0.4"][0] < place["1"][0]


def test_cell_backward_names_every_shape():
    ax = backprop.cell_backward(4, 7, N=3, ax=Figure().subplots())
    sizes = Counter(word for word in words(ax) if word.startswith("("))
    assert sizes == {"(3, 7)": 3, "(7, 7)": 1, "(7, 4)": 1, "(3, 4)": 1}
    assert gids(ax)["product"] == 2
    assert gids(ax)["back"] == 8
    assert sum(end[0] < start[0] for start, end in ends(ax, "back")) == 5  # 왼쪽으로


def test_weight_shares_add_up_to_the_last_tile():
    ax = backprop.weight_shares(SHARES, name="합")
    *steps, total = [mesh.get_array() for mesh in ax.collections]
    np.testing.assert_array_equal(steps, SHARES)
    np.testing.assert_array_equal(total, SHARES.sum(0))
    limits = {mesh.get_clim() for mesh in ax.collections}
    largest = max(np.abs(SHARES).max(), np.abs(SHARES.sum(0)).max())
    assert limits == {(-largest, largest)}  # 칸의 색을 서로 견줄 수 있습니다.
    titles = [word for word in words(ax) if "시점" in word or word == "합"]
    assert titles == ["시점 1", "시점 2", "시점 3", "시점 4", "합"]
    assert [word for word in words(ax) if word in "+="] == ["+", "+", "+", "="]


def test_weight_shares_write_no_negative_zero():
    ax = backprop.weight_shares([[[-0.001, 0.25]], [[0.0, -0.5]]])
    numbers = [word for word in words(ax) if "." in word]
    assert numbers == ["0.00", "0.25", "0.00", "−0.50", "0.00", "−0.25"]


def test_before_after_draws_from_the_first_to_the_second():
    ax = backprop.before_after(FALLS, highlight=["틀린 것"], xlabel="손실")
    arrows = [text for text in ax.texts if text.get_text() == ""]
    assert [(a.xyann, a.xy) for a in arrows] == [
        ((before, -row), (after, -row)) for row, (before, after) in enumerate(FALLS.values())
    ]
    colors = [line.get_markeredgecolor() for line in ax.lines]
    assert colors == [style.MUTED, style.STATE, style.MUTED]
    assert [word for word in words(ax) if word] == list(FALLS)
    assert ax.get_xlim()[0] == 0 < 0.2 < ax.get_xlim()[1]


@pytest.mark.parametrize(("T", "piece"), [(16, 4), (6, 3), (6, 6), (4, 1)])
def test_recomputation_holds_the_boundaries_and_one_piece(T, piece):
    ax = recompute.recomputation(T, piece, ax=Figure().subplots())
    pieces = T // piece
    count = gids(ax)
    assert count["back"] == pieces
    assert count["again"] == pieces * (piece - 1)
    assert count["kept"] == pieces + sum(range(1, pieces + 1))
    assert count["kept"] + count["again"] + count["dropped"] == T * (pieces + 1)
    held = [int(word[:-1]) for word in words(ax) if word.endswith("개")]
    assert held == [pieces, *(k + piece - 1 for k in range(pieces, 0, -1))]
    assert max(held) <= pieces + piece
    starts = [start[0] for start, _ in ends(ax, "back")]
    assert starts == sorted(starts, reverse=True)  # 마지막 토막부터
    assert all(end[0] < start[0] for start, end in ends(ax, "back"))
