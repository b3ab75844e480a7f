"""프레임워크를 견주는 그림: 칠한 칸, 잇는 선, 잘못 넘긴 값."""

import copy
import io

import matplotlib
import numpy as np
import pytest
from matplotlib.figure import Figure

matplotlib.use("Agg")
import matplotlib.pyplot as plt

from course_lib import plotting
from course_lib.plotting.frameworks import gate_order, keras_returns
from tests.figures import assert_words_are_large, assert_words_fit

LSTM = {"source": "ifco", "target": "ifgo", "same": {"c": "g"}}
GRU = {"source": ("z", "r", "h"), "target": ("r", "z", "n"), "same": {"h": "n"}}
FIGURES = {
    "keras_returns": (keras_returns, {}),
    "keras_returns-long": (keras_returns, {"kind": "LSTM", "T": 9}),
    "gate_order": (gate_order, LSTM),
    "gate_order-names": (gate_order, GRU | {"names": ("케라스", "파이토치")}),
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


def rows(ax):
    """줄마다 칠한 것의 이름을 왼쪽부터. 줄은 위에서 아래로."""
    boxes = [patch for patch in ax.patches if patch.get_gid()]
    heights = sorted({round(patch.get_y(), 6) for patch in boxes}, reverse=True)
    return [
        [
            patch.get_gid()
            for patch in sorted(boxes, key=lambda patch: patch.get_x())
            if round(patch.get_y(), 6) == height
        ]
        for height in heights
    ]


@pytest.mark.parametrize(("kind", "states"), [("RNN", 1), ("GRU", 1), ("LSTM", 2)])
def test_the_four_cases_fill_what_keras_gives_back(kind, states):
    ax = keras_returns(kind, T=5, ax=Figure().subplots())
    names = ["h", "c"][:states]
    last = ["hidden"] * 4 + ["output"]
    every, nothing = ["output"] * 5, ["hidden"] * states
    # 바깥의 금은 이름이 없으므로 상자만 셉니다.
    assert rows(ax) == [last + nothing, last + names, every + nothing, every + names]


def test_the_names_in_a_row_stand_on_one_line():
    ax = keras_returns("LSTM", T=4, ax=Figure().subplots())
    names = [text for text in ax.texts if "$" in text.get_text()]
    assert len(names) == 4 * (4 + 2)
    # 가운데를 맞추면 h보다 키가 작은 c가 떠오릅니다.
    assert {text.get_va() for text in names} == {"baseline"}
    assert len({round(text.get_position()[1], 6) for text in names}) == 4


def ends(ax, gid):
    found = []
    for patch in ax.patches:
        if patch.get_gid() == gid:
            path = patch.get_path()
            points = path.vertices[path.codes != path.CLOSEPOLY]
            far = np.linalg.norm(points - points[0], axis=1).argmax()
            found.append((points[0], points[far]))
    return found


@pytest.mark.parametrize(
    ("options", "moved"), [(LSTM, []), (GRU, [("z", "z"), ("r", "r")])], ids=["LSTM", "GRU"]
)
def test_arrows_join_the_same_block(options, moved):
    ax = gate_order(**options, ax=Figure().subplots())
    letters = {
        text.get_position(): text.get_text().strip("$")
        for text in ax.texts
        if "$" in text.get_text()
    }

    def nearest(point):
        return letters[min(letters, key=lambda place: np.linalg.norm(np.subtract(place, point)))]

    arrows = ends(ax, "moved") + ends(ax, "kept")
    joined = [(nearest(start), nearest(end)) for start, end in arrows]
    assert joined[: len(moved)] == moved
    assert len(ends(ax, "moved")) == len(moved)
    renamed = {one: options["same"].get(one, one) for one in options["source"]}
    assert dict(joined) == renamed


def test_blocks_of_two_layers_are_drawn_at_one_scale():
    bare = {"xticks": [], "yticks": []}
    _, axes = plotting.figure(2, 1, figsize=(7, 6.2), subplot_kw=bare)
    for ax, options, title in zip(axes, (LSTM, GRU), ("LSTM", "GRU"), strict=True):
        gate_order(**options, ax=ax).set_title(title)
    axes[0].figure.draw_without_rendering()
    boxes = [next(p for p in ax.patches if p.get_gid() == "block") for ax in axes]
    one, other = [box.get_window_extent().bounds for box in boxes]
    assert one[2:] == pytest.approx(other[2:], rel=1e-3)
    assert one[0] == pytest.approx(other[0], abs=1)
    sizes = [{text.get_fontsize() for text in ax.texts} for ax in axes]
    assert sorted(sizes[0]) == pytest.approx(sorted(sizes[1]), rel=1e-3)


def test_words_are_readable_on_a_phone():
    for ax in (keras_returns("RNN"), keras_returns("LSTM"), gate_order(**GRU)):
        assert_words_are_large(ax)


def test_blocks_that_do_not_pair_are_refused():
    with pytest.raises(ValueError, match="same에 적으십시오"):
        gate_order(("z", "r", "h"), ("r", "z", "n"))
    with pytest.raises(ValueError, match="하나씩 짝지어져야"):
        gate_order("iio", "iio")
