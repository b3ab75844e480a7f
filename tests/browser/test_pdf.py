"""PDF: 모든 절의 글이 있고, 빠진 글자와 잘린 코드가 없으며, 책갈피와 링크가 맞는지 봅니다."""

import json
import re
import sys
from itertools import pairwise
from pathlib import Path

import pypdf
import pytest

sys.path.append(str(Path(__file__).parent))  # pytest의 import 방식과 상관없이 찾게 합니다.

from printed import built, chapters, headings, sentences, squeeze, toc_pages

TEXT_WIDTH = 160 / 25.4 * 96  # A4에서 양쪽 여백 25 mm를 뺀 너비, CSS 픽셀


@pytest.fixture(scope="session")
def pdf():
    return built("pdf")


@pytest.fixture(scope="session")
def reader(pdf):
    return pypdf.PdfReader(pdf)


@pytest.fixture(scope="session")
def work(pdf):
    """인쇄한 HTML이 있는 폴더입니다."""
    return pdf.parent / "print" / "pages"


@pytest.fixture(scope="session")
def texts(reader):
    """쪽마다의 글. 글꼴에 없는 글자(글리프 0)가 찍힌 쪽은 따로 적습니다."""
    lost, found = [], []
    for number, page in enumerate(reader.pages, start=1):
        fonts = page["/Resources"].get("/Font", {})
        wide = {name for name, font in fonts.items() if font["/Subtype"] == "/Type0"}
        current = [None]

        def look(operator, operands, *_, wide=wide, current=current, number=number):
            if operator == b"Tf":
                current[0] = operands[0]
            elif operator in (b"Tj", b"TJ") and current[0] in wide:
                parts = operands[0] if operator == b"TJ" else operands
                for part in parts:
                    if isinstance(part, (bytes, str)):
                        data = part if isinstance(part, bytes) else part.original_bytes
                        if b"\0\0" in [data[i : i + 2] for i in range(0, len(data), 2)]:
                            lost.append(number)

        found.append(page.extract_text(visitor_operand_before=look))
    return found, lost


@pytest.fixture(scope="session")
def outline(reader):
    """(깊이, 제목, 쪽 번호)의 목록입니다."""

    def walk(entries, depth):
        for entry in entries:
            if isinstance(entry, list):
                yield from walk(entry, depth + 1)
            else:
                yield depth, entry.title, reader.get_destination_page_number(entry) + 1

    return list(walk(reader.outline, 0))


def body(text, number):
    """머리와 쪽 번호를 뺀, 빈칸 없는 글입니다."""
    lines = [line for line in text.splitlines() if line.strip() != str(number)]
    return squeeze("".join(lines))


def bodies(texts, heads):
    """쪽마다의 글. 문장이 쪽을 넘어가도 이어지게 쪽의 머리를 뺍니다."""
    pieces = []
    for number, text in enumerate(texts, start=1):
        piece = body(text, number)
        for head in heads:
            piece = piece.removeprefix(head).removesuffix(head)
        pieces.append(piece)
    return pieces


def crosses(sentence, pieces):
    """문장이 한 쪽에서 시작하여 다음 쪽의 첫머리에서 끝나는지 봅니다.

    코드 상자는 글보다 나중에 그려집니다. 그래서 앞쪽에서 뽑은 글은 문장의 앞부분이 아니라 코드로
    끝날 수 있습니다.
    """
    return any(
        after.startswith(sentence[cut:]) and sentence[:cut] in before
        for before, after in pairwise(pieces)
        for cut in range(1, len(sentence))
    )


def test_every_section_is_there(texts, outline, record):
    heads = sorted({squeeze(title) for _, title, _ in outline}, key=len, reverse=True)
    pieces, count, missing = bodies(texts[0], heads), 0, {}
    text = "".join(pieces)
    for page in toc_pages():
        wanted = sentences(page)
        count += len(wanted)
        lost = [one for one in wanted if squeeze(one) not in text]
        if lost := [one for one in lost if not crosses(squeeze(one), pieces)]:
            missing[page] = lost
    assert not missing
    assert count > 4 * len(chapters())
    record("PDF", 문장=count, 쪽=len(texts[0]))


def test_no_missing_glyph(reader, texts, work):
    found, lost = texts
    assert not lost, f"글꼴에 없는 글자가 찍힌 쪽: {lost}"
    # 사용자 영역의 글자는 눈에는 보여도 찾거나 베낄 수 없습니다.
    unreadable = re.compile("[\ufffd\ue000-\uf8ff]")
    assert not [n for n, text in enumerate(found, start=1) if unreadable.search(text)]
    source = json.loads((work / "pages.json").read_text("utf-8"))["pages"]
    wanted = {
        c for page in source for c in re.sub(r"<[^>]+>", "", page["body"]) if "가" <= c <= "힣"
    }
    assert wanted <= set("".join(found))


def test_every_font_is_embedded(reader):
    bare = set()
    for page in reader.pages:
        for font in page["/Resources"].get("/Font", {}).values():
            font = font.get_object()
            if font["/Subtype"] == "/Type3":
                continue  # 글자의 모양이 그 안에 있습니다.
            below = font.get("/DescendantFonts", [font])[0].get_object()
            if not {"/FontFile", "/FontFile2", "/FontFile3"} & below["/FontDescriptor"].keys():
                bare.add(font["/BaseFont"])
    assert not bare


def test_outline_is_the_book(outline):
    chapter = {page: f"{int(page[5:7])}장" for page in chapters()}
    titles = [(depth, squeeze(title)) for depth, title, _ in outline]
    for page, label in chapter.items():
        start = next(i for i, (d, t) in enumerate(titles) if d == 1 and t.startswith(label))
        wanted = [(2, squeeze(title)) for title in headings(page)]
        assert titles[start + 1 : start + 1 + len(wanted)] == wanted, page
        assert titles[start + 1 + len(wanted)][0] < 2, page
    names = [title for _, title in titles]
    assert names.index("연습의풀이") > max(names.index(t) for t in names if re.match(r"\d+장", t))


def test_outline_leads_to_the_heading(outline, texts):
    lost = []
    for _, title, page in outline[1:]:
        if squeeze(re.sub(r"^\d+장 ", "", title)) not in squeeze(texts[0][page - 1]):
            lost.append((title, page))
    parts = {title for depth, title, _ in outline if depth == 0}
    assert not [entry for entry in lost if entry[0] not in parts]


def test_contents_have_the_right_numbers(outline, texts):
    """차례에 찍힌 쪽 번호가 책갈피가 가리키는 쪽입니다."""
    first = outline[0][2]
    front = squeeze("".join(texts[0][: first - 1]))
    parts = {title for depth, title, _ in outline if depth == 0} - {outline[0][1]}
    missing = [
        (title, page)
        for _, title, page in outline
        if title not in parts and f"{squeeze(title)}{page}" not in front
    ]
    assert not missing


def test_every_page_has_its_number(outline, texts):
    first = outline[0][2]
    for number, text in enumerate(texts[0], start=1):
        shown = str(number) in [line.strip() for line in text.splitlines()]
        assert shown == (number >= first), f"{number}쪽"


def test_links_arrive(reader):
    names = {name.removeprefix("/") for name in reader.named_destinations}
    broken, count = [], 0
    for number, page in enumerate(reader.pages, start=1):
        for note in page.get("/Annots", []):
            note = note.get_object()
            if note.get("/Subtype") != "/Link":
                continue
            count += 1
            target = str(note.get("/Dest", "")).removeprefix("/")
            address = note.get("/A", {}).get("/URI", "")
            if not (target in names or address.startswith(("https://", "http://"))):
                broken.append((number, target, address))
    assert not broken
    assert count > 1000


def test_answers_are_at_the_end(outline, texts):
    place = next(page for _, title, page in outline if title == "연습의 풀이")
    before = "".join(texts[0][: place - 1])
    pages = [int(n) for n in re.findall(r"풀이는\s*(\d+)\s*쪽에", before)]
    assert len(pages) > 40
    assert min(pages) >= place
    assert pages == sorted(pages)
    for number in set(pages):
        assert "풀이: 연습" in texts[0][number - 1]


def test_nothing_is_clipped(browser, work):
    """인쇄할 때의 너비로 열어, 상자를 넘는 코드, 표, 수식, 그림이 없는지 봅니다."""
    page = browser.new_page(viewport={"width": round(TEXT_WIDTH), "height": 1000})
    page.emulate_media(media="print")
    page.goto((work / "book.html").as_uri(), timeout=300_000)
    page.evaluate("document.fonts.ready")
    wide = page.evaluate(
        """() => {
          const limit = document.documentElement.clientWidth + 1, found = [];
          for (const box of document.querySelectorAll(
              "article pre, article .line, article table, article math, article img, article p")) {
            const parent = box.closest("pre");
            const edge = parent ? parent.getBoundingClientRect().right + 1 : limit;
            if (box.getBoundingClientRect().right > edge || box.scrollWidth > box.clientWidth + 1
                && getComputedStyle(box).display !== "inline" && box.tagName === "PRE")
              found.push([box.closest("article").id, box.tagName, box.textContent.slice(0, 60)]);
          }
          return found;
        }"""
    )
    assert not wide
    # 넘치면 Chromium이 책 전체를 줄여서 찍습니다.
    assert page.evaluate("document.documentElement.scrollWidth") <= round(TEXT_WIDTH)
    page.close()


def test_long_lines_are_marked(browser, work):
    """두 줄이 된 코드에는 모두 표시가 있습니다."""
    page = browser.new_page(viewport={"width": round(TEXT_WIDTH), "height": 1000})
    page.emulate_media(media="print")
    page.goto((work / "book.html").as_uri(), timeout=300_000)
    page.evaluate("document.fonts.ready")
    unmarked = page.evaluate(
        """() => [...document.querySelectorAll("pre .line:not(.long)")]
          .filter(line => line.getBoundingClientRect().height
                  > 1.6 * parseFloat(getComputedStyle(line).lineHeight))
          .map(line => [line.closest("article").id, line.textContent])"""
    )
    assert not unmarked
    page.close()


def test_document_facts(reader):
    root = reader.trailer["/Root"]
    assert root["/Lang"] == "ko"
    assert root["/MarkInfo"]["/Marked"]
    assert reader.metadata.title == "숫자로 확인하는 순환 신경망"
    assert "판 · " in reader.metadata.subject
    sizes = {tuple(round(float(v)) for v in page.mediabox[2:]) for page in reader.pages}
    assert sizes == {(595, 842)}
