"""그려진 그림의 사실: 셀과 화살표의 수, 적힌 shape, 칠해진 자리, 삐져나온 글자."""

import copy
from collections import Counter
from itertools import pairwise

import matplotlib
import pytest
from matplotlib.figure import Figure

matplotlib.use("Agg")
import matplotlib.pyplot as plt

from course_lib.plotting import blocks, diagrams, figure, grids, sketch, style
from course_lib.shapes import RNNShapes
from tests.figures import assert_words_are_large, assert_words_fit

BI = RNNShapes("RNN", 5, 8, num_layers=2, bidirectional=True)
LSTM = RNNShapes("LSTM", 4, 7, num_layers=2, batch_first=True)
DIAGRAMS = {
    "feedforward_and_recurrent": (diagrams.feedforward_and_recurrent, {}),
    "unrolled": (diagrams.unrolled, {}),
    "unrolled-plain": (diagrams.unrolled, {"T": 2, "readout": ""}),
    "task_kinds": (diagrams.task_kinds, {}),
    "cell": (diagrams.cell, {}),
    "cell-alone": (diagrams.cell, {"N": None, "bias": False, "nonlinearity": "relu"}),
    "cell-big": (diagrams.cell, {"input_size": 128, "hidden_size": 256, "N": 32}),
    "grid": (grids.grid, {}),
    "unrolled-long": (diagrams.unrolled, {"T": 8}),
    "hoisting-tall": (blocks.hoisting, {"T": 3, "input_size": 2, "hidden_size": 3, "N": 4}),
    "grid-T1": (grids.grid, {"T": 1, "highlight": "output"}),
    "grid-deep": (grids.grid, {"num_layers": 3, "dropout": True, "highlight": "h_n"}),
    "grid-both": (grids.grid, {"bidirectional": True, "highlight": "last"}),
    "grid-all": (grids.grid, {"T": 5, "num_layers": 2, "bidirectional": True, "dropout": True}),
    "state_rows": (grids.state_rows, {}),
    "state_rows-one-way": (grids.state_rows, {"num_layers": 1, "bidirectional": False}),
    "matrix_product": (blocks.matrix_product, {}),
    "matrix_product-joined": (blocks.matrix_product, {"concatenated": True}),
    "matrix_product-column": (blocks.matrix_product, {"N": 1, "input_size": 1, "hidden_size": 2}),
    "matrix_product-large": (blocks.matrix_product, {"input_size": 30, "hidden_size": 40}),
    "hoisting": (blocks.hoisting, {}),
    "hoisting-long": (blocks.hoisting, {"T": 10, "input_size": 4, "hidden_size": 8, "N": 1}),
    "axis_order": (blocks.axis_order, {}),
    "axis_order-flat": (blocks.axis_order, {"T": 4, "N": 2, "D": 8}),
    "shape_flow": (blocks.shape_flow, {"shapes": BI, "T": 10, "N": 1}),
    "shape_flow-lstm": (blocks.shape_flow, {"shapes": LSTM, "T": 100, "N": 32}),
    "shape_flow-alone": (blocks.shape_flow, {"shapes": LSTM, "T": 5}),
}
# 노트북에 나오는 크기. 이 크기에서는 휴대전화에서도 글자가 읽혀야 합니다.
DRAWN = {
    "feedforward_and_recurrent": (diagrams.feedforward_and_recurrent, {}),
    "unrolled": (diagrams.unrolled, {}),
    "task_kinds": (diagrams.task_kinds, {}),
    "cell": (diagrams.cell, {"N": None}),
    "grid": (grids.grid, {"num_layers": 3, "dropout": True}),
    "grid-both": (grids.grid, {"num_layers": 2, "bidirectional": True, "highlight": "h_n"}),
    "state_rows": (grids.state_rows, {}),
    "matrix_product": (blocks.matrix_product, {"N": 2, "input_size": 4, "hidden_size": 8}),
    "matrix_product-joined": (blocks.matrix_product, {"concatenated": True}),
    "hoisting": (blocks.hoisting, {}),
    "axis_order": (blocks.axis_order, {}),
}
COLOURS = ("INPUT", "STATE", "OUTPUT", "REVERSE", "MUTED", "INK")
GRIDS = [(T, L, F) for T in (1, 4) for L in (1, 3) for F in (1, 2)]


@pytest.fixture(autouse=True)
def _close():
    yield
    plt.close("all")


def draw(function, **options):
    return function(**options, ax=Figure().subplots())


def gids(ax):
    return Counter((patch.get_gid() or "").split("-")[0] for patch in ax.patches)


def words(ax):
    return [text.get_text() for text in ax.texts]


def solid(ax):
    """온전한 색으로 칠한 셀의 (층, 방향, 시점)."""
    cells = [patch for patch in ax.patches if (patch.get_gid() or "").startswith("cell")]
    full = [patch for patch in cells if patch.get_facecolor() == patch.get_edgecolor()]
    return {tuple(int(part[1:]) for part in patch.get_gid().split("-")[1:]) for patch in full}


@pytest.mark.parametrize(("function", "options"), DIAGRAMS.values(), ids=DIAGRAMS)
def test_ax_in_ax_out_and_nothing_sticks_out(function, options):
    before = copy.deepcopy(dict(matplotlib.rcParams))
    _, axes = figure(1, 2)
    assert function(**options, ax=axes[0]) is axes[0]
    ax = function(**options)
    ax.figure.draw_without_rendering()  # 없는 글자가 있으면 경고가 나고, 경고는 오류입니다.
    assert dict(matplotlib.rcParams) == before
    assert_words_fit(ax, ax.get_window_extent())


@pytest.mark.parametrize(("function", "options"), DRAWN.values(), ids=DRAWN)
def test_words_are_readable_on_a_phone(function, options):
    assert_words_are_large(function(**options))


@pytest.mark.parametrize("name", COLOURS)
def test_words_on_a_full_colour_stand_out(name):
    canvas = sketch.Canvas(4, 2, Figure().subplots())
    box = canvas.box(2, 1, 2, 1, "h", getattr(style, name), "solid")
    one, other = sorted(
        map(style.luminance, (box.get_facecolor()[:3], canvas.ax.texts[0].get_color()))
    )
    assert (other + 0.05) / (one + 0.05) >= 4.5


def test_code_is_written_in_a_fixed_width_font():
    canvas = sketch.Canvas(10, 2, Figure().subplots())
    canvas.text(5, 1.5, "`h_n`")
    canvas.text(5, 0.5, "처음은 `h_0`에서 시작")
    fonts = {text.get_text(): text.get_fontfamily()[0] for text in canvas.ax.texts}
    code = {text for text, font in fonts.items() if "Mono" in font}
    assert code == {"h_n", "h_0"}
    assert set(fonts) - code == {"처음은", "에서 시작"}
    one, two, three = [text.get_window_extent() for text in canvas.ax.texts[1:]]
    assert one.x1 < two.x0 < two.x1 < three.x0  # 한 줄로 이어지고 겹치지 않습니다.
    left, right = canvas.ax.transData.inverted().transform([(one.x0, 0), (three.x1, 0)])[:, 0]
    assert (left + right) / 2 == pytest.approx(5, abs=0.1)


@pytest.mark.parametrize(("T", "L", "F"), GRIDS)
def test_grid_has_every_cell_and_arrow(T, L, F):
    ax = draw(grids.grid, T=T, num_layers=L, bidirectional=F == 2, dropout=True)
    count = gids(ax)
    assert count["cell"] == count["time"] == count["in"] == L * T * F
    assert count["out"] == (L * T * F if F == 2 else T)
    assert count["dropout"] == (L - 1) * T * F  # 층 사이에만, 마지막 층 뒤에는 없습니다.
    assert count["join"] == ((L - 1) * T if F == 2 else 0)
    assert count["x"] == count["y"] == T


def test_grid_arrows_of_the_two_directions_oppose():
    ax = draw(grids.grid, T=3, bidirectional=True)
    ends = [patch.get_path().vertices for patch in ax.patches if patch.get_gid() == "time"]
    rightward = [bool(path[1, 0] > path[0, 0]) for path in ends]
    assert rightward == [True] * 3 + [False] * 3


@pytest.mark.parametrize(("T", "L", "F"), GRIDS)
def test_grid_shows_what_output_and_h_n_collect(T, L, F):
    options = {"T": T, "num_layers": L, "bidirectional": F == 2}
    output = draw(grids.grid, **options, highlight="output")
    assert solid(output) == {(L - 1, f, t) for f in range(F) for t in range(T)}
    h_n = draw(grids.grid, **options, highlight="h_n")
    assert solid(h_n) == {(k, f, T - 1 if f == 0 else 0) for k in range(L) for f in range(F)}
    rows = [word for word in words(h_n) if word.startswith("[")]
    assert sorted(rows) == sorted(f"[{i}]" for i in range(F * L))
    assert solid(draw(grids.grid, **options)) == set()


@pytest.mark.parametrize(("L", "steps"), [(1, ["4", "1"]), (2, ["4", "4"])])
def test_last_output_of_the_reverse_direction_has_read_one_step(L, steps):
    ax = draw(grids.grid, T=4, num_layers=L, bidirectional=True, highlight="last")
    assert solid(ax) == {(L - 1, 0, 3), (L - 1, 1, 3)}
    assert [word for word in words(ax) if word.isdigit()] == steps


def test_state_rows_are_in_the_order_of_torch():
    ax = draw(grids.state_rows, num_layers=2, name="c_n")
    assert [word for word in words(ax) if word.startswith("c_n")] == [f"c_n[{i}]" for i in range(4)]
    names = [word for word in words(ax) if word.startswith("l")]
    assert names == ["l0", "l0_reverse", "l1", "l1_reverse"]
    heights = [patch.get_y() for patch in ax.patches]
    assert heights == sorted(heights, reverse=True)


@pytest.mark.parametrize("T", [1, 3, 6])
def test_unrolled_repeats_the_same_weights(T):
    ax = draw(diagrams.unrolled, T=T)
    count = Counter(words(ax))
    assert count["$W_{hh}$"] == count["$W_{ih}$"] == count["$W_{hy}$"] == T + 1
    assert gids(ax)["time"] == T
    assert gids(ax)["loop"] == 1
    assert count[f"$x_{{{T}}}$"] == 1


def test_feedforward_and_recurrent_differ_by_one_loop():
    count = gids(draw(diagrams.feedforward_and_recurrent, sizes=(2, 3, 4)))
    assert (count["neuron"], count["edge"], count["loop"]) == (2 * 9, 2 * (6 + 12), 1)


def test_task_kinds_count_their_inputs_and_outputs():
    for task in diagrams.TASKS:
        count = gids(draw(diagrams.task_kinds, tasks=[task]))
        assert count["input"] == task[2].count("1")
        assert count["output"] == task[3].count("1")
        assert count["cell"] == len(task[2]) == len(task[3])


def test_cell_writes_its_shapes():
    text = words(draw(diagrams.cell, input_size=3, hidden_size=5, N=4))
    assert text.count("(N, H)\n(4, 5)") == 2
    assert {"(N, D) = (4, 3)", "$W_{ih}$ (5, 3)", "$W_{hh}$ (5, 5)", r"$\mathrm{tanh}$"} <= set(
        text
    )
    assert sum("b_" in word for word in text) == 2
    plain = words(draw(diagrams.cell, N=None, bias=False))
    assert sum("b_" in word for word in plain) == 0
    assert "(D,) = (4,)" in plain


@pytest.mark.parametrize("concatenated", [False, True])
def test_matrix_product_is_drawn_to_scale(concatenated):
    options = {"N": 2, "input_size": 3, "hidden_size": 4, "concatenated": concatenated}
    ax = draw(blocks.matrix_product, **options)
    unit = ax.patches[-1].get_height() / 2
    sizes = [(round(p.get_height() / unit), round(p.get_width() / unit)) for p in ax.patches]
    one_by_one = [(2, 3), (3, 4), (2, 4), (4, 4), (2, 4)]
    joined = [(2, 3), (2, 4), (3, 4), (4, 4), (2, 4)]
    assert sizes == (joined if concatenated else one_by_one)
    last = "(D+H, H)\n(7, 4)" if concatenated else "(H, H)\n(4, 4)"
    assert words(ax).count(last) == 1


def test_hoisting_makes_one_product_of_many():
    ax = draw(blocks.hoisting, T=6, input_size=3, hidden_size=4, N=2)
    assert gids(ax)["weight"] == 6 + 1
    assert {"시점마다: 곱 6번", "(2, 3)", "(12, 3)", "(12, 4)"} <= set(words(ax))


def test_axis_order_counts_its_sheets():
    ax = draw(blocks.axis_order, T=5, N=3, D=4)
    sheets = Counter(patch.get_gid() for patch in ax.patches)
    shades = {"shade": 5, "divider": 1}
    assert sheets == {"x0": 3 + 5, "x1": 3 + 5, "x2": 3 + 5, "x3": 3, "x4": 3} | shades
    assert {"x[0]: (3, 4)", "x[0]: (5, 4)", "(T, N, D) = (5, 3, 4)"} <= set(words(ax))


def test_axis_order_is_darker_at_later_steps():
    ax = draw(blocks.axis_order, T=4, N=2, D=3)
    shades = [patch.get_facecolor() for patch in ax.patches if patch.get_gid() == "shade"]
    light = [style.luminance(shade[:3]) for shade in shades]
    assert light == sorted(light, reverse=True)
    sheets = [patch for patch in ax.patches if (patch.get_gid() or "").startswith("x")]
    by_time, by_batch = sheets[: 4 * 2], sheets[4 * 2 :]  # 시점마다 둘, 시퀀스마다 넷
    assert [patch.get_facecolor() for patch in by_time] == [shades[i // 2] for i in range(8)]
    assert [patch.get_facecolor() for patch in by_batch] == [shades[i % 4] for i in range(8)]
    assert "진할수록 뒤의 시점입니다" in words(ax)


def test_shape_flow_writes_letters_and_numbers():
    text = words(draw(blocks.shape_flow, shapes=BI, T=10, N=1))
    pairs = list(pairwise(text))
    assert {("input", "(10, 1, 5)"), ("output", "(10, 1, 16)"), ("h_n", "(4, 1, 8)")} <= set(pairs)
    assert {"(T, N, D)", "(T, N, F*H)", "(F*num_layers, N, H)", "nn.RNN"} <= set(text)
    ax = draw(blocks.shape_flow, shapes=LSTM, T=5, N=3)
    pairs = set(pairwise(words(ax)))
    assert {("input", "(3, 5, 4)"), ("output", "(3, 5, 7)"), ("c_n", "(2, 3, 7)")} <= pairs
    assert gids(ax)["flow"] == 6
