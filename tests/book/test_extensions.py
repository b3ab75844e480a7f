"""책의 확장이 하는 작은 일: 줄의 첫머리, 그림의 색, 수식의 모양."""

from __future__ import annotations

from pathlib import Path
from xml.etree import ElementTree

import numpy as np
import pytest
from book_light import to_webp
from book_lines import INLINE_CODE, NO_BREAK, PRE, WORD_JOINER, mark_box, mark_long, tie
from book_math import mathml
from PIL import Image

LOSS = 6  # 손실 압축이 넓은 면의 색을 바꾸는 크기. 색을 64개로 줄이면 이보다 큽니다.


@pytest.mark.parametrize(
    ("article", "tied"),
    [
        ("<p>배치(batch)로</p>", "<p>배치(batch)|로</p>"),
        ("<math>h</math>입니다", "<b><math>h</math>입니다</b>"),
        ("<math>a</math> 둘 (<math>b</math>,", "<math>a</math> 둘 <b>(<math>b</math>,</b>"),
        ("<code>a</code>, <code>b</code>를", "<code>a</code>|, <code>b</code>|를"),
        ("N = 1입니다. x + y", "N~=~1입니다. x~+~y"),
        ("<table><td>N = 1</td></table>N = 1", "<table><td>N = 1</td></table>N~=~1"),
        ("(2, 1, 10) 둘, 셋", "(2,~1,~10) 둘, 셋"),
        ("<abbr>(N, D)</abbr> = (4, 5)", "<abbr>(N, D)</abbr>~=~(4,~5)"),
        ("층 0의 시점 t에서 길이 10인 시퀀스 둘", "층~0의 시점~t에서 길이~10인 시퀀스 둘"),
        ("D. E. Knuth (1984)", "D.~E.~Knuth (1984)"),
        ("블록은 i, f, g, o 순서", "블록은 i,~f,~g,~o 순서"),
        # 긴 식은 더하기와 등호의 앞에서만 나뉩니다.
        ("0.5 · 1 + 0.5 · 2 + 0.25 · 4 = 2.5", "0.5~·~1 +~0.5~·~2 +~0.25~·~4 =~2.5"),
        ("<code>a = (1, 2)</code>", "<code>a = (1, 2)</code>"),
        ('<a class="x" href="y">a-b/c#1</a>', '<a class="x tied" href="y">a-b/c#1</a>'),
        ("<em>하나</em> 둘", "<em>하나</em> 둘"),  # 빈칸에서는 줄이 바뀌어도 됩니다.
        ("<pre>f(x)를 <em>g</em>로</pre>", "<pre>f(x)를 <em>g</em>로</pre>"),
        ('<img alt="(N, D)로"/>', '<img alt="(N, D)로"/>'),
        ("<script>f(x),</script>", "<script>f(x),</script>"),
    ],
)
def test_particles_and_short_formulas_stay_on_the_line(article, tied) -> None:
    tied = tied.replace("|", WORD_JOINER).replace("~", NO_BREAK)
    tied = tied.replace("<b>", '<span class="tied">').replace("</b>", "</span>")
    assert tie(article) == tied
    assert tie(tied) == tied, "두 번 지나가면 달라집니다"


def test_only_long_code_may_break_and_only_boxes_are_tight() -> None:
    short, long = '<code class="x">a, b</code>', f'<code class="x">{"a" * 31}</code>'
    assert INLINE_CODE.sub(mark_long, short) == short
    once = INLINE_CODE.sub(mark_long, long)
    assert once == long.replace('"x"', '"x long"') == INLINE_CODE.sub(mark_long, once)
    assert PRE.sub(mark_box, "<pre>1 | 2</pre>") == "<pre>1 | 2</pre>"
    assert PRE.sub(mark_box, "<pre>1 │ 2</pre>") == '<pre class="box">1 │ 2</pre>'


def test_pictures_keep_their_colours(tmp_path: Path) -> None:
    """색 막대가 그림에 여럿 있어도 두 끝은 서로 다른 색으로 남고, 사이는 층이 지지 않습니다."""
    paper = [250.0, 250, 246]
    bars = [([20.0, 70, 130], [130.0, 50, 10]), ([94.0, 34, 118], [20.0, 120, 90])]
    place = np.linspace(0, 2, 600)
    drawn = np.empty((600, 160, 3), np.uint8)
    for bar, (cold, warm) in enumerate(bars):
        for channel, ends in enumerate(zip(cold, paper, warm, strict=True)):
            drawn[:, 80 * bar : 80 * bar + 80, channel] = np.interp(place, range(3), ends)[:, None]
    Image.fromarray(drawn).save(png := tmp_path / "bars.png")
    with Image.open(to_webp(png)) as picture:
        seen = np.asarray(picture.convert("RGB")).astype(int)
    off = np.abs(seen - drawn).max(axis=-1)
    assert off[:, 20:60].max() <= LOSS
    assert off[:, 100:140].max() <= LOSS


def formula(tex: str) -> ElementTree.Element:
    return ElementTree.fromstring(mathml(tex, "inline"))


def test_roots_stand_on_the_line() -> None:
    strut, radicand, end = formula(r"\sqrt{T}").find(".//msqrt")
    assert (strut.tag, strut.get("height"), strut.get("depth")) == ("mspace", "0.85em", "0.25em")
    assert "".join(radicand.itertext()) == "T"
    assert (end.tag, end.get("width")) == ("mspace", "0.1em")
    assert len(formula(r"\sqrt{8}").find(".//msqrt")) == 2


def test_superscripts_keep_off_slanted_letters() -> None:
    for tex, width in ((r"W_{ih}^\top", "0.12em"), (r"\tilde{W}^\top", "0.12em"), ("h^2", None)):
        raised = formula(tex).find(".//msubsup" if "_" in tex else ".//msup")[-1]
        space = raised.find("mspace")
        assert (None if space is None else space.get("width")) == width, tex


def test_shapes_under_letters_stand_on_one_line() -> None:
    """첨자가 있든 없든, 글자 아래의 shape은 같은 기둥 밑에서 시작합니다."""
    for tex in (r"\underset{(8,)}{b}", r"\underset{(8, 4)}{W_{ih}^\top}"):
        above, below = formula(tex).find(".//munder")
        assert (above[0].get("height"), above[0].get("depth")) == ("0.7em", "0.4em"), tex
        assert below[0].get("width") == below[-1].get("width") == "0.15em", tex
    for tex in (r"\underbrace{a}_{b}", r"\sum_{t} x"):
        assert formula(tex).find(".//munder//mspace[@depth='0.4em']") is None, tex


def test_big_parentheses_take_no_more_room_than_their_shape() -> None:
    left, _, right = formula(r"\bigl( x \bigr)").findall(".//mrow/*")
    for sign in (left, right):
        assert sign.get("stretchy") == "false"
        assert (sign.get("mathsize"), sign.get("minsize")) == ("1.2em", None)


def test_arrows_and_tildes_sit_on_their_letter() -> None:
    for tex in (r"\overrightarrow{h}_0", r"\overleftarrow{h}_0", r"\tilde{c}"):
        accented = formula(tex).find(".//mover")
        assert accented.get("accent") == "true", tex
        assert accented[-1].get("stretchy") == "false", tex
    assert formula(r"\overset{a+b}{c}").find(".//mover").get("accent") is None
