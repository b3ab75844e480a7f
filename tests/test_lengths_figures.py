"""길이가 다른 시퀀스의 그림: 칸과 글자의 수, 차례, 화살표, 전역 상태."""

import copy
import io
from collections import Counter

import matplotlib
import pytest
from matplotlib.colors import to_rgba
from matplotlib.figure import Figure

matplotlib.use("Agg")
import matplotlib.pyplot as plt

from course_lib import plotting
from course_lib.plotting.lengths import packed, padded, reverse_order
from course_lib.plotting.style import PAPER
from tests.figures import assert_words_are_large, assert_words_fit

WORDS = ["사과", "방울토마토", "배", "바나나"]
LONG = ["abcdefgh", "ij", "klmnopq"]
FIGURES = {
    "padded": (padded, {"sequences": WORDS}),
    "padded-long": (padded, {"sequences": LONG, "T": 12}),
    "padded-one": (padded, {"sequences": ["배"]}),
    "packed": (packed, {"sequences": WORDS}),
    "packed-long": (packed, {"sequences": LONG}),
    "reverse": (reverse_order, {"lengths": [2, 5, 1, 3]}),
    "reverse-padding": (reverse_order, {"lengths": [2, 5, 1, 3], "T": 7, "own_end": False}),
}


@pytest.fixture(autouse=True)
def _close():
    yield
    plt.close("all")


def count(ax, prefix=""):
    gids = [patch.get_gid() or "" for patch in ax.patches]
    return Counter(gid for gid in gids if gid.startswith(prefix))


def texts(ax, gid):
    return [text.get_text() for text in ax.texts if text.get_gid() == gid]


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
    assert_words_fit(own, own.get_window_extent())


def test_words_are_readable_on_a_phone():
    for ax in (padded(WORDS), packed(WORDS), reverse_order([2, 5, 1, 3])):
        assert_words_are_large(ax)


def test_functions_are_exported():
    assert {"padded", "packed", "reverse_order"} <= set(plotting.__all__)


@pytest.mark.parametrize(("T", "pads"), [(None, 9), (7, 17)])
def test_padded_fills_every_row_up_to_the_batch_length(T, pads):
    ax = padded(WORDS, T, pad="∅", ax=Figure().subplots())
    assert count(ax) == {"real": 11, "pad": pads}
    drawn = [text.get_text() for text in ax.texts]
    assert drawn.count("∅") == pads
    assert [name for name in drawn if name.startswith("길이")] == [
        "길이 2",
        "길이 5",
        "길이 1",
        "길이 3",
    ]
    assert texts(ax, "step") == [str(t) for t in range(T or 5)]
    pad = next(patch for patch in ax.patches if patch.get_gid() == "pad")
    assert pad.get_facecolor() == to_rgba(PAPER)


def test_packed_is_sorted_by_length_and_read_by_time_step():
    ax = packed(WORDS, Figure().subplots())
    assert texts(ax, "data") == list("방바사배울나과토나마토")
    assert texts(ax, "size") == ["4", "3", "2", "1", "1"]
    steps = {"t0": 4, "t1": 3, "t2": 2, "t3": 1, "t4": 1}
    assert count(ax, "row") == {f"row-{t}": size for t, size in steps.items()}
    assert count(ax, "data") == {f"data-{t}": size for t, size in steps.items()}
    names = [text.get_text() for text in ax.texts if text.get_text().startswith("[")]
    assert names == ["[1] 길이 5", "[3] 길이 3", "[0] 길이 2", "[2] 길이 1"]
    assert {"data", "11줄"} <= {text.get_text() for text in ax.texts}


def test_packed_gives_one_colour_to_one_step_and_keeps_ties_in_order():
    ax = packed(["ab", "cd", "e"], Figure().subplots())
    assert texts(ax, "data") == list("acebd")
    colors = {}
    for patch in ax.patches:
        colors.setdefault(patch.get_gid()[-2:], set()).add(patch.get_edgecolor())
    assert {step: len(shades) for step, shades in colors.items()} == {"t0": 1, "t1": 1}
    assert colors["t0"].isdisjoint(colors["t1"])


def test_reverse_order_starts_at_each_own_end():
    ax = reverse_order([2, 4, 1], ax=Figure().subplots())
    assert texts(ax, "order") == ["2", "1", "4", "3", "2", "1", "1"]
    assert count(ax) == {"real": 7, "pad": 5, "time": 1 + 3 + 0}


def test_reverse_order_without_lengths_reads_the_padding_first():
    ax = reverse_order([2, 1], T=3, own_end=False, ax=Figure().subplots())
    assert texts(ax, "order") == ["3", "2", "1"] * 2
    assert count(ax) == {"real": 3, "pad": 3, "time": 4}
    arrows = [patch for patch in ax.patches if patch.get_gid() == "time"]
    for arrow in arrows:
        (tail, _), (head, _) = arrow.get_path().vertices[:2]
        assert head < tail
    # 패딩에서 나오는 화살표는 흐립니다: 첫 줄의 2 → 1, 둘째 줄의 모두
    assert [arrow.get_edgecolor() == arrows[0].get_edgecolor() for arrow in arrows] == [
        True,
        False,
        False,
        False,
    ]
