"""찾기에 쓸 글을 모으는 확장을 작은 책으로 봅니다. 찾는 일은 tests/browser가 봅니다."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from book_builds import run, small_book
from docutils import nodes
from korean_search import Place, Reader, plain_math


def read_index(html: Path) -> dict:
    text = (html / "_static" / "search-pages.js").read_text(encoding="utf-8")
    return json.loads(text.removeprefix("bookText = ").removesuffix(";\n"))


def make(root: Path, output: Path) -> Path:
    """바뀐 쪽만 만드는 빌드 (a build without --all)."""
    command = ["-c", "from jupyter_book.cli.main import main; main()", "build", root]
    result = run(*command, "--path-output", output, "-W", "--keep-going", cwd=root)
    assert result.returncode == 0, result.stdout[-4000:]
    return output / "_build" / "html"


@pytest.fixture(scope="module")
def book(sample: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    folder = tmp_path_factory.mktemp("search")
    root = small_book(folder / "root", sample)
    return root, make(root, folder / "out")


def test_holds_every_place_of_a_chapter(book: tuple[Path, Path], sample: Path) -> None:
    _, html = book
    pages = dict(read_index(html)["pages"])
    assert list(pages) == ["book/intro.html", f"book/{sample.stem}.html"]
    rows = pages[f"book/{sample.stem}.html"]
    titles = [row[1] for row in rows]
    assert rows[0][:2] == ["", "1장 보기로 만든 장"]
    assert {"이 장에서 배울 것", "한 시점", "연습: 숫자 1"} <= set(titles)
    assert any(title.startswith("풀이: 연습 1.1") for title in titles)
    page = (html / "book" / f"{sample.stem}.html").read_text(encoding="utf-8")
    assert all(f'id="{row[0]}"' in page for row in rows if row[0])
    step = rows[titles.index("한 시점")]
    assert "h_t = tanh(x_t W_x + h_t-1 W_h + b)" in re.sub(r"\s+", " ", step[2])
    assert "오해: 셀은 언제나 0에서 시작한다고 믿습니다" in step[2]
    assert "x = np.full((3, 4), 0.5) # (N, D)" in step[3].split("\n")


def test_replaces_the_stock_index(book: tuple[Path, Path]) -> None:
    _, html = book
    assert not list(html.rglob("searchindex.js"))
    assert not list(html.rglob("searchtools.js"))
    page = (html / "search.html").read_text(encoding="utf-8")
    assert "_static/search.js" in page
    assert not re.search("searchtools|searchindex|language_data", page)


def test_keeps_pages_that_did_not_change(book: tuple[Path, Path]) -> None:
    root, html = book
    before = dict(read_index(html)["pages"])
    intro = root / "book" / "intro.md"
    intro.write_text("# 작은 책\n\n새로 적은 글입니다.\n", encoding="utf-8")
    after = dict(read_index(make(root, html.parents[1]))["pages"])
    assert list(after) == list(before)
    assert after["book/intro.html"] == [["", "작은 책", "새로 적은 글입니다."]]
    chapter = list(after)[1]
    assert after[chapter] == before[chapter]


def test_keeps_a_line_for_every_name_of_the_code() -> None:
    reader, place = Reader(nodes.document(None, None)), Place("", "")
    reader.read_code("output, h_n = rnn(x)\nloss = 1\nprint(h_n)  # 마지막 상태\nprint(h_n)", place)
    reader.read_code("rnn = nn.RNN(4, 7, batch_first=True)", place)
    assert place.code == [
        "output, h_n = rnn(x)",
        "print(h_n) # 마지막 상태",
        "loss",
        "rnn = nn.RNN(4, 7, batch_first=True)",
    ]


@pytest.mark.parametrize(
    ("latex", "text"),
    [
        (r"h_t = \tanh(W_{hh} h_{t-1})", "h_t = tanh(W_hh h_t-1 )"),
        (r"\mathbf{x}^\top", "xᵀ"),
        (r"\tfrac12 \le \frac{a}{b}", "1/2 ≤ a/b"),
        (r"\text{손실} \approx 0", "손실 ≈ 0"),
    ],
)
def test_math_becomes_text(latex: str, text: str) -> None:
    assert " ".join(plain_math(latex).split()) == text
