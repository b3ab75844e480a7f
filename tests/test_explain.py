"""설명: 말 속의 수는 따로 계산한 수와 같고, 열은 같은 자리에서 시작합니다."""

import ast
import inspect
import re
import textwrap
import unicodedata
from dataclasses import replace

import matplotlib as mpl
import pytest
from matplotlib.figure import Figure
from torch import nn

from course_lib import numpy_rnn, torch_rnn
from course_lib.explain import describe, explain, explain_figure, shapes_of, source
from course_lib.numpy_rnn import gru_cell, unroll
from course_lib.shapes import RNNShapes
from tests.cases import DEEP, OURS, SHAPES, Case, build

PACKAGES = OURS | {"torch.nn": nn}
each_package = pytest.mark.parametrize("package", PACKAGES.values(), ids=PACKAGES)
ROW = re.compile(r"^  (\w+) +\(([^)]*)\) += +\(([^)]*)\) +(\S.*)$", re.M)


def rows(text):
    """이름: (축의 글자, shape, 까닭)."""
    return {
        name: (
            tuple(letters.removesuffix(",").split(", ")),
            tuple(map(int, filter(None, size.split(",")))),
            why,
        )
        for name, letters, size, why in ROW.findall(text)
    }


@pytest.mark.parametrize("case", SHAPES, ids=str)
def test_every_shape_in_the_text_is_the_shape_of_torch_nn(case):
    reference, N = build(nn, case), case.N if case.batched else None
    states = dict.fromkeys([f"{letter}_0" for letter in case.letters], case.state_shape)
    expected = {"x": case.x_shape} | states | case.outputs
    expected |= {name: tuple(value.shape) for name, value in reference.state_dict().items()}
    text = describe(reference, case.T, N)
    assert {name: size for name, (_, size, _) in rows(text).items()} == expected
    # 축이 하나면 글자도 수처럼 쉼표로 끝납니다: (G*H,) = (7,).
    assert all(letters.count(",") == size.count(",") for _, letters, size, _ in ROW.findall(text))
    total = sum(value.numel() for value in reference.parameters())
    assert f"매개변수: 모두 {total:,}개" in text
    assert len(text.splitlines()) == 1 + 3 + len(expected) + len(remarks(text))
    assert max(map(display_width, text.splitlines())) <= 76


def display_width(line):
    """책의 코드 글꼴에서의 너비: 한글은 두 칸입니다."""
    return sum(2 if unicodedata.east_asian_width(letter) in "WF" else 1 for letter in line)


def remarks(text):
    """표가 끝난 뒤의 말."""
    return re.split(r"\n(?=  )", text)[-1].splitlines()[1:]


@each_package
@pytest.mark.parametrize("case", DEEP, ids=str)
def test_every_library_is_explained_alike(case, package):
    rules = RNNShapes(case.kind, 4, 7, num_layers=2, bidirectional=True)
    assert shapes_of(build(package, case)) == rules
    assert describe(build(package, case), T=5, N=3) == describe(rules, T=5, N=3)


@pytest.mark.parametrize("case", DEEP[::3], ids=str)
@pytest.mark.parametrize("batched", [True, False])
def test_columns_start_at_the_same_offset(case, batched):
    text = describe(build(nn, case), T=1000, N=3 if batched else None)
    arrays, parameters = text.split("매개변수")
    for table in (arrays, parameters):
        found = list(ROW.finditer(table))
        assert len(found) >= 4
        assert len({tuple(row.start(k) - row.start() for k in (2, 3, 4)) for row in found}) == 1


def test_an_lstm_in_two_directions():
    text = describe(RNNShapes("LSTM", 4, 7, 2, bidirectional=True, batch_first=True), T=5, N=3)
    assert text.startswith("LSTM: D=4, H=7, num_layers=2, F=2(양방향), batch_first=True, bias=True")
    table = rows(text)
    assert table["x"] == (("N", "T", "D"), (3, 5, 4), "시점마다 수 D개")
    assert table["output"][:2] == (("N", "T", "F*H"), (3, 5, 14))
    assert table["c_n"][:2] == (("F*num_layers", "N", "H"), (4, 3, 7))
    assert table["weight_ih_l0_reverse"] == (("G*H", "D"), (28, 4), "입력 x에 곱합니다")
    assert table["weight_ih_l1"] == (("G*H", "F*H"), (28, 14), "아래층의 출력에 곱합니다")
    assert table["weight_hh_l1"] == (("G*H", "H"), (28, 7), "이전 상태에 곱합니다")
    assert table["bias_hh_l1"] == (("G*H",), (28,), "편향")
    assert remarks(text) == [
        "F=2: output은 정방향 H개 뒤에 역방향 H개입니다.",
        "상태는 층마다 정방향, 역방향의 순서이고, 역방향은 시점 0에서 끝납니다.",
        "G=4: 첫째 축에 쌓인 블록의 순서는 i, f, g, o입니다.",
        "batch_first=True는 x와 output의 축만 바꿉니다. 상태의 축은 그대로입니다.",
    ]


@pytest.mark.parametrize(
    ("rules", "N", "expected"),
    [
        (RNNShapes("RNN", 4, 7), 3, []),
        (RNNShapes("GRU", 4, 7), 3, ["r, z, n"]),
        (RNNShapes("RNN", 4, 7, bidirectional=True), 3, ["역방향 H개", "시점 0에서"]),
        (RNNShapes("RNN", 4, 7, batch_first=True), 3, ["상태의 축은 그대로"]),
        (RNNShapes("RNN", 4, 7, batch_first=True), None, ["시퀀스 하나로"]),
        (RNNShapes("LSTM", 4, 7), None, ["i, f, g, o", "시퀀스 하나로"]),
    ],
)
def test_remarks_are_only_said_where_they_hold(rules, N, expected):
    said = remarks(describe(rules, T=5, N=N))
    assert len(said) == len(expected)
    assert all(part in line for part, line in zip(expected, said, strict=True))


def test_one_direction_does_not_speak_of_two():
    text = describe(RNNShapes("RNN", 4, 7, bias=False), T=5, N=3)
    assert "F=1(한 방향)" in text
    assert "역방향" not in text
    assert "편향" not in text


def test_explain_prints_what_describe_says(capsys):
    explain(numpy_rnn.GRU(4, 7), T=5, N=3)
    assert capsys.readouterr().out == describe(numpy_rnn.GRU(4, 7), T=5, N=3) + "\n"


@pytest.mark.parametrize(
    "module",
    [numpy_rnn.RNNCell(4, 7), torch_rnn.LSTMCell(4, 7), nn.GRUCell(4, 7), nn.Linear(4, 7), None, 3],
    ids=lambda module: type(module).__name__,
)
@pytest.mark.parametrize("function", [describe, explain, explain_figure])
def test_what_is_no_layer_is_refused(function, module):
    name = type(module).__name__
    with pytest.raises(TypeError, match=rf"module: RNN, LSTM, GRU 층이 필요합니다. 실제 {name}\."):
        function(module, T=5)


def test_a_projected_lstm_is_refused():
    with pytest.raises(TypeError, match="proj_size"):
        describe(nn.LSTM(4, 7, proj_size=3), T=5)


@pytest.mark.parametrize(
    "function",
    [unroll.unroll, unroll.unroll_backward, gru_cell.gru_cell, describe, RNNShapes.cell],
)
def test_source_is_the_code_without_its_docstring_and_nothing_else(function):
    expected = ast.parse(textwrap.dedent(inspect.getsource(function)))
    expected.body[0].body.pop(0)
    shown = textwrap.dedent(source(function))
    assert ast.unparse(ast.parse(shown)) == ast.unparse(expected)
    assert '"""' not in shown
    assert shown == shown.strip()


@each_package
@pytest.mark.parametrize("batched", [True, False])
@pytest.mark.parametrize("case", DEEP, ids=str)
def test_the_figure_carries_the_same_shapes(case, batched, package):
    case, ax = replace(case, batched=batched), Figure().subplots()
    assert explain_figure(build(package, case), case.T, case.N if batched else None, ax=ax) is ax
    words = [text.get_text() for text in ax.texts]
    shapes = {"input": case.x_shape} | case.outputs
    shapes |= {f"{letter}_0": case.state_shape for letter in case.letters}
    for name, shape in shapes.items():
        assert words.count(name) == 1
        assert words[words.index(name) + 1] == str(shape)  # 이름은 코드의 글꼴이라 따로 적힙니다.


def test_without_ax_a_new_figure_is_drawn():
    mpl.use("Agg")
    from matplotlib import pyplot as plt

    ax = explain_figure(build(nn, Case()), T=5)
    assert plt.get_fignums() == [ax.figure.number]
    plt.close(ax.figure)


def test_source_needs_a_docstring():
    with pytest.raises(ValueError, match="<lambda>에는 docstring이 없습니다"):
        source(lambda: None)


@pytest.mark.parametrize(("sizes", "name"), [((0, 3), "T"), (("a",), "T"), ((5, -1), "N")])
def test_sizes_are_positive_integers(sizes, name):
    with pytest.raises((TypeError, ValueError), match=f"^{name}: "):
        describe(RNNShapes("RNN", 4, 7), *sizes)
