"""용어표(book/_data/terms.yml)를 읽고, 쪽에서 그 말을 찾습니다.

용어집 쪽을 만드는 확장과 tests/book이 함께 씁니다. 말을 고르는 일은 하지 않습니다.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import yaml

TERMS_FILE = Path(__file__).parents[1] / "_data" / "terms.yml"

# 낱말 뒤에 붙을 수 있는 조사입니다. "층"이 "층계"에서 발견되지 않게 합니다.
PARTICLES = "은|는|이|가|을|를|의|에|와|과|도|만|로|으로|나|며|고|라|란|들|부터|까지|마다|처럼|보다|입니"
AFTER = rf"(?={PARTICLES}|[^가-힣]|$)"


@dataclass(frozen=True)
class Term:
    """말 하나 (one row of the term table)."""

    korean: str
    english: str
    definition: str
    avoid: tuple[str, ...] = ()


@cache
def read_table(path: Path) -> dict:
    return yaml.safe_load(path.read_text(encoding="utf-8"))


def load_terms(path: Path = TERMS_FILE) -> list[Term]:
    """용어표의 말을 파일에 적힌 순서대로 돌려줍니다 (the terms, in file order)."""
    return [
        Term(**{**row, "avoid": tuple(row.get("avoid", ()))})
        for row in read_table(path)["terms"]
    ]


def load_symbols(path: Path = TERMS_FILE) -> dict[str, str]:
    """shape에 쓰는 글자와 뜻을 돌려줍니다 (the letters of shapes)."""
    return read_table(path)["symbols"]


def load_exceptions(path: Path = TERMS_FILE) -> list[dict]:
    """쓰지 않는 말이 들어 있어도 되는 낱말과 쪽을 돌려줍니다 (the allowed exceptions)."""
    return read_table(path)["exceptions"]


def cells(path: Path, kind: str) -> list[str]:
    """노트북의 셀 글을 종류별로 돌려줍니다 (sources of the cells of one kind)."""
    notebook = json.loads(path.read_text(encoding="utf-8"))
    return [
        "".join(cell["source"])
        for cell in notebook["cells"]
        if cell["cell_type"] == kind
    ]


def page_text(path: Path) -> str:
    """쪽의 마크다운을 돌려줍니다. 노트북이면 글 셀만 잇습니다 (the Markdown of a page)."""
    if path.suffix == ".ipynb":
        return "\n\n".join(cells(path, "markdown"))
    return path.read_text(encoding="utf-8")


def without_code(text: str) -> str:
    """코드와 수식과 주소를 빈칸으로 바꿉니다 (blank out code, math and addresses).

    줄 수는 그대로라서 찾은 곳의 줄 번호가 맞습니다. 지시어(`{note}` 등)의 울타리 안은 글입니다.
    """

    def blank(match: re.Match[str]) -> str:
        return re.sub(r"[^\n]", " ", match.group())

    text = re.sub(
        r"^(`{3,}|~{3,})(?!\{)(?!.*\{[\w-]+\}).*?^\1[ \t]*$",
        blank,
        text,
        flags=re.M | re.S,
    )
    # 역할은 이름만 지웁니다. {term}`은닉 상태` 안의 말은 독자가 읽는 글입니다.
    text = re.sub(r"\{(?:term|ref|numref|doc)\}`([^`]*)`", r" \1 ", text)
    text = re.sub(r"(`+)(?!`).+?(?<!`)\1(?!`)", blank, text, flags=re.S)
    text = re.sub(r"\$\$.*?\$\$|\$[^$\n]+\$", blank, text, flags=re.S)
    return re.sub(r"\]\([^)\s]*\)|<https?://[^>]*>|https?://\S+", blank, text)


def occurs(word: str, text: str) -> bool:
    """낱말이 그 자체로, 또는 조사와 함께 나오는지 봅니다 (whether the word occurs by itself)."""
    return (
        re.search(rf"(?<![가-힣]){re.escape(word)}{AFTER}", text) is not None
    )


def chapters(book: Path) -> list[Path]:
    """두 자리 번호로 시작하는 장을 순서대로 돌려줍니다 (the chapters, in order)."""
    return sorted(book.glob("[0-9][0-9]_*.ipynb"))


def first_chapters(book: Path, terms: list[Term]) -> dict[str, str]:
    """말마다 처음 나오는 장의 이름표를 찾습니다. 안 나오는 말은 빠집니다 (term -> label)."""
    found: dict[str, str] = {}
    for path in chapters(book):
        text = without_code(page_text(path))
        for term in terms:
            if term.korean not in found and occurs(term.korean, text):
                found[term.korean] = f"ch-{path.name[:2]}"
    return found
