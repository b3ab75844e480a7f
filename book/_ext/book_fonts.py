"""책에 나오는 글자만 골라 웹 글꼴을 만듭니다. 2.7 MB의 글꼴이 70 KB가 됩니다.

조각으로 나뉜 글꼴은 한 쪽에 서른 개까지 받아야 해서, 받을 때마다 쪽을 다시 배치합니다.
"""

from __future__ import annotations

import html
import logging
from pathlib import Path

from fontTools import subset
from fontTools.ttLib import TTFont

from course_lib import plotting

SOURCE = Path(plotting.__file__).parent / "fonts"
WEIGHTS = ("Regular", "Bold")
NAME = "Course Sans"  # 고친 글꼴에는 원본의 이름을 쓸 수 없습니다.
ALWAYS = {chr(code) for code in range(0x20, 0x7F)}
FEATURES = ["kern", "calt", "ccmp", "liga", "locl", "mark", "tnum"]


def letters(pages: list[Path]) -> set[str]:
    """쪽들에 나오는 모든 글자입니다. (Every character that a page may show.)"""
    texts = (html.unescape(page.read_text("utf-8")) for page in pages)
    return ALWAYS.union(*texts) - set("\n\r\t")


def make_font(weight: str, wanted: set[str], target: Path) -> None:
    logging.getLogger("fontTools").setLevel(logging.ERROR)
    font = TTFont(SOURCE / f"Pretendard-{weight}.ttf")
    options = subset.Options(
        hinting=False, layout_features=FEATURES, name_IDs=[0, 1, 2, 13, 14]
    )
    subsetter = subset.Subsetter(options)
    subsetter.populate(text="".join(sorted(wanted)))
    subsetter.subset(font)
    font["name"].setName(NAME, 1, 3, 1, 0x409)
    font.flavor = "woff2"
    font.save(target)


def make_fonts(pages: list[Path], folder: Path) -> list[Path]:
    """글자가 지난번과 같으면 지난번의 것을 씁니다. (The font files of the book.)"""
    wanted = letters(pages)
    used = folder / "letters.txt"
    files = [
        folder / f"course-sans-{weight.lower()}.woff2" for weight in WEIGHTS
    ]
    if not used.exists() or set(used.read_text("utf-8")) != wanted:
        folder.mkdir(parents=True, exist_ok=True)
        for weight, file in zip(WEIGHTS, files, strict=True):
            make_font(weight, wanted, file)
        used.write_text("".join(sorted(wanted)), "utf-8")
    return files
