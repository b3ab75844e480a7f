"""책에 나오는 글자만 골라 웹 글꼴을 만듭니다. 2.7 MB의 글꼴이 70 KB가 됩니다.

조각으로 나뉜 글꼴은 한 쪽에 서른 개까지 받아야 해서, 받을 때마다 쪽을 다시 배치합니다.
"""

from __future__ import annotations

import base64
import html
import logging
import re
from io import BytesIO
from pathlib import Path
from unicodedata import east_asian_width

import matplotlib
from fontTools import subset
from fontTools.pens.filterPen import DecomposingFilterPen
from fontTools.pens.transformPen import TransformPen
from fontTools.pens.ttGlyphPen import TTGlyphPen
from fontTools.ttLib import TTFont

from course_lib import plotting

SANS = Path(plotting.__file__).parent / "fonts"
MONO = Path(matplotlib.get_data_path()) / "fonts" / "ttf"
SANS_NAME = "Course Sans"
WEIGHTS = {"Regular": "DejaVuSansMono", "Bold": "DejaVuSansMono-Bold"}
ALWAYS = {chr(code) for code in range(0x20, 0x7F)}
FEATURES = ["kern", "calt", "ccmp", "liga", "locl", "mark", "tnum"]
CODE = re.compile(r"<(pre|code|dt)\b.*?</\1>", re.S)

# 코드에서 라틴 글자 한 칸의 너비(em). 한글은 두 칸이라 조금 키우고, 높아 보여서 조금 내립니다.
CELL, SCALE, DROP = 0.54, 1.06, 0.03


def letters(texts: list[str]) -> set[str]:
    """글에 나오는 모든 글자입니다. (Every character that a reader may see.)"""
    return ALWAYS.union(*map(html.unescape, texts)) - set("\n\r\t")


def read(file: Path) -> TTFont:
    # 만든 때를 적지 않아야 같은 글에서 같은 파일이 나옵니다.
    return TTFont(file, recalcTimestamp=False)


def pick(font: TTFont, wanted: set[str], features: list[str]) -> None:
    """글꼴에서 쓰는 글자만 남깁니다. (The subset, in place.)"""
    logging.getLogger("fontTools").setLevel(logging.ERROR)
    options = subset.Options(
        hinting=False, layout_features=features, name_IDs=[0, 1, 2, 13, 14]
    )
    subsetter = subset.Subsetter(options)
    subsetter.populate(text="".join(sorted(wanted)))
    subsetter.subset(font)


def save(font: TTFont, name: str, target: Path | BytesIO) -> None:
    # 고친 글꼴에는 원본의 이름을 쓸 수 없습니다.
    font["name"].setName(name, 1, 3, 1, 0x409)
    font.flavor = "woff2"
    font.save(target)


def make_sans(weight: str, wanted: set[str], target: Path | BytesIO) -> None:
    font = read(SANS / f"Pretendard-{weight}.ttf")
    pick(font, wanted, FEATURES)
    save(font, SANS_NAME, target)


def make_code(weight: str, wanted: set[str], target: Path | BytesIO) -> None:
    """코드의 라틴 글자. 원본이 넓어서 너비만 줄입니다."""
    font = read(MONO / f"{WEIGHTS[weight]}.ttf")
    pick(font, wanted, [])
    width = round(CELL * font["head"].unitsPerEm)
    narrow = width / font["hmtx"]["space"][0]
    fit(font, width, (narrow, 1), 0)
    save(font, "Course Code", target)


def make_hangul(
    weight: str, wanted: set[str], target: Path | BytesIO
) -> None:
    """코드의 한글. 라틴 글자의 꼭 두 배 너비라서 인쇄한 표의 줄이 맞습니다."""
    font = read(SANS / f"Pretendard-{weight}.ttf")
    pick(
        font,
        {letter for letter in wanted if east_asian_width(letter) in "WF"},
        [],
    )
    em = font["head"].unitsPerEm
    fit(font, 2 * round(CELL * em), (SCALE, SCALE), -DROP * em)
    save(font, "Course Hangul", target)


def fit(
    font: TTFont, width: int, scale: tuple[float, float], rise: float
) -> None:
    """모든 글자를 늘이거나 줄여 너비가 같은 칸의 가운데에 놓습니다."""
    shapes, (x, y) = font.getGlyphSet(), scale
    drawn = {}
    for name in font.getGlyphOrder():
        pen = TTGlyphPen(None)
        shift = (width - x * shapes[name].width) / 2
        moved = TransformPen(pen, (x, 0, 0, y, shift, rise))
        shapes[name].draw(DecomposingFilterPen(moved, shapes))
        drawn[name] = pen.glyph()
    for name, glyph in drawn.items():
        font["glyf"][name] = glyph
        glyph.recalcBounds(font["glyf"])
        left = glyph.xMin if glyph.numberOfContours else 0
        font["hmtx"][name] = (width, left)


def carry_fonts(drawing: Path) -> None:
    """그림으로 넣은 SVG는 쪽의 글꼴을 모르므로, 쓰는 글자를 그 안에 넣습니다."""
    text = drawing.read_text("utf-8")
    if SANS_NAME not in text or "@font-face" in text:
        return
    wanted = set(html.unescape(re.sub(r"<[^>]*>", "", text)))
    rules = ""
    for weight, number in (("Regular", 400), ("Bold", 700)):
        make_sans(weight, wanted, font := BytesIO())
        data = base64.b64encode(font.getvalue()).decode()
        rules += (
            f'@font-face {{ font-family: "{SANS_NAME}"; font-weight: {number};'
            f' src: url("data:font/woff2;base64,{data}"); }}'
        )
    text = re.sub(
        r"<svg\b[^>]*>", rf"\g<0><style>{rules}</style>", text, count=1
    )
    drawing.write_text(text, "utf-8")


def make_fonts(pages: list[Path], folder: Path) -> list[Path]:
    """글자가 지난번과 같으면 지난번의 것을 씁니다. (The fonts that every page needs.)"""
    texts = [page.read_text("utf-8") for page in pages]
    wanted = letters(texts)
    code = letters(
        [match[0] for text in texts for match in CODE.finditer(text)]
    )
    used = folder / "letters.txt"
    both = "\n".join("".join(sorted(some)) for some in (wanted, code))
    fresh = not used.exists() or used.read_text("utf-8") != both
    needed = []
    folder.mkdir(parents=True, exist_ok=True)
    for kind, make, some in (
        ("sans", make_sans, wanted),
        ("code", make_code, code),
        ("hangul", make_hangul, code),
    ):
        for weight in WEIGHTS:
            file = folder / f"course-{kind}-{weight.lower()}.woff2"
            if fresh:
                make(weight, some, file)
            if (kind, weight) == ("sans", "Bold") or weight == "Regular":
                needed.append(file)
    used.write_text(both, "utf-8")
    return needed
