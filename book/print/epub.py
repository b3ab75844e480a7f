"""쪽의 본문들을 EPUB 3으로 묶습니다 (the pages as an EPUB 3 book).

수식은 MathML이라 읽는 기계가 스크립트 없이 보이고, 소리 내어 읽습니다.
"""

from __future__ import annotations

import html
import re
import time
import zipfile
from io import BytesIO
from pathlib import Path

import book_fonts
from bs4 import BeautifulSoup
from edition import SUBTITLE, Edition
from pages import Heading, anchor, clean, point_links, read_headings

HERE = Path(__file__).resolve().parent
MATH_FONT = HERE.parent / "_static" / "fonts" / "course-math.woff2"
CODE_FONTS = {
    "course-code.woff2": book_fonts.make_code,
    "course-hangul.woff2": book_fonts.make_hangul,
}
KINDS = {
    ".woff2": "font/woff2",
    ".png": "image/png",
    ".svg": "image/svg+xml",
    ".jpg": "image/jpeg",
    ".css": "text/css",
}
XHTML = "application/xhtml+xml"
FEATURES = (
    "alternativeText",
    "MathML",
    "structuralNavigation",
    "tableOfContents",
    "readingOrder",
)


def make_valid(soup: BeautifulSoup) -> None:
    """HTML에서는 눈감아 주지만 XHTML에서는 오류인 것을 고칩니다."""
    for paragraph in soup.find_all("p"):
        if paragraph.find(["ul", "ol", "dl"], recursive=False):
            paragraph.name = "div"  # 목록은 문단 안에 들어가지 못합니다.
    for formula in soup.find_all("math"):
        formula["xmlns"] = "http://www.w3.org/1998/Math/MathML"
    for tag in soup.find_all(role=True):
        del tag["role"]
    for tag in soup.find_all(["col", "table"], width=True):
        del tag["width"]


def read_page(page: dict, docnames: set[str]) -> tuple[str, Heading]:
    """쪽 하나를 XHTML로 바꿉니다 (one page as XHTML, and its headings)."""
    soup, docname = clean(page["body"]), page["docname"]
    point_links(soup, docname, docnames, file_link)
    for place in soup.find_all("p", class_="answer-at"):
        place.a.string = "풀이 보기"
    make_valid(soup)
    top = read_headings(soup, page, file_link(docname))
    for entry in top.sections:
        entry.anchor = file_link(docname, entry.anchor)
    return wrap(top.label, str(soup), kind="bodymatter"), top


def file_link(docname: str, name: str = "") -> str:
    return anchor(docname) + ".xhtml" + (f"#{name}" if name else "")


def wrap(title: str, body: str, kind: str = "frontmatter") -> str:
    return (
        '<?xml version="1.0" encoding="utf-8"?>\n<!DOCTYPE html>\n'
        '<html xmlns="http://www.w3.org/1999/xhtml" xmlns:epub="http://www.idpf.org/2007/ops" '
        f'lang="ko" xml:lang="ko"><head><title>{html.escape(title)}</title>'
        '<link rel="stylesheet" href="epub.css"/></head>'
        f'<body epub:type="{kind}">{body}</body></html>\n'
    )


def navigation(headings: list[Heading]) -> str:
    """부, 장, 절의 차례 (nested by part, chapter and section)."""

    def item(entry: Heading) -> str:
        link = f'<a href="{entry.anchor}">{html.escape(entry.label)}</a>'
        below = "".join(item(child) for child in entry.sections)
        return f"<li>{link}{f'<ol>{below}</ol>' if below else ''}</li>"

    rows, part = [], ""
    for entry in headings:
        if entry.part != part:
            rows.append("</ol></li>" if part else "")
            rows.append(f"<li><span>{html.escape(entry.part)}</span><ol>")
            part = entry.part
        rows.append(item(entry))
    rows.append("</ol></li>" if part else "")
    return wrap(
        "차례",
        f'<nav epub:type="toc" id="toc"><h1>차례</h1><ol>{"".join(rows)}</ol></nav>'
        '<nav epub:type="landmarks" hidden="hidden"><h2>길잡이</h2><ol>'
        '<li><a epub:type="cover" href="cover.xhtml">표지</a></li>'
        '<li><a epub:type="toc" href="nav.xhtml">차례</a></li>'
        f'<li><a epub:type="bodymatter" href="{headings[0].anchor}">본문</a></li></ol></nav>',
    )


def cover(edition: Edition) -> str:
    alt = html.escape(
        f"{edition.title}. {SUBTITLE}. {edition.label}", quote=True
    )
    return wrap(
        "표지", f'<div class="cover"><img src="cover.png" alt="{alt}"/></div>'
    )


def colophon(edition: Edition) -> str:
    return wrap(
        "판권",
        f"<h1>{html.escape(edition.title)}</h1><p>{html.escape(edition.description)}</p>"
        f"<p>{html.escape(edition.label)}<br/>{html.escape(edition.rights)}</p>"
        "<p>찍힌 숫자는 모두 노트북을 실행하여 얻은 것입니다. 그림을 그린 코드는 싣지 않았습니다. "
        "저장소의 노트북과 웹의 책에 있습니다. 연습의 풀이는 책의 끝에 모았습니다.</p>",
    )


def package(
    edition: Edition, files: dict[str, str | bytes], spine: list[str]
) -> str:
    """책의 정보와 파일의 목록 (the package document)."""
    names = {name: f"item-{number}" for number, name in enumerate(files)}
    rows = []
    for name, content in files.items():
        kind = KINDS.get(Path(name).suffix, XHTML)
        marks = {"nav.xhtml": "nav", "cover.png": "cover-image"}.get(name, "")
        if kind == XHTML and "<math" in content:
            marks = "mathml"
        extra = f' properties="{marks}"' if marks else ""
        rows.append(
            f'<item id="{names[name]}" href="{name}" media-type="{kind}"{extra}/>'
        )
    order = "".join(f'<itemref idref="{names[name]}"/>' for name in spine)
    stamp = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(edition.seconds))
    features = "".join(
        f'<meta property="schema:accessibilityFeature">{name}</meta>'
        for name in FEATURES
    )
    title, author, about, rights = map(
        html.escape,
        (edition.title, edition.author, edition.description, edition.rights),
    )
    return (
        '<?xml version="1.0" encoding="utf-8"?>\n'
        '<package xmlns="http://www.idpf.org/2007/opf" version="3.0" unique-identifier="uid" '
        'xml:lang="ko"><metadata xmlns:dc="http://purl.org/dc/elements/1.1/">'
        f'<dc:identifier id="uid">rnn-course-ko-{edition.version}</dc:identifier>'
        f"<dc:title>{title}</dc:title><dc:language>ko</dc:language>"
        f"<dc:creator>{author}</dc:creator><dc:description>{about}</dc:description>"
        f"<dc:rights>{rights}</dc:rights><dc:date>{stamp[:10]}</dc:date>"
        f'<meta property="dcterms:modified">{stamp}</meta>'
        '<meta property="schema:accessMode">textual</meta>'
        '<meta property="schema:accessMode">visual</meta>'
        '<meta property="schema:accessModeSufficient">textual</meta>'
        f'{features}<meta property="schema:accessibilityHazard">none</meta>'
        '<meta property="schema:accessibilitySummary">그림마다 대체 텍스트가 있고 '
        "수식은 MathML입니다.</meta></metadata>"
        f"<manifest>{''.join(rows)}</manifest><spine>{order}</spine></package>\n"
    )


def pack(bundle: dict, folder: Path, edition: Edition, target: Path) -> None:
    """파일을 모아 묶습니다. 같은 글에서는 같은 파일이 나옵니다 (reproducible)."""
    docnames = {page["docname"] for page in bundle["pages"]}
    pages = [read_page(page, docnames) for page in bundle["pages"]]
    headings = [top for _, top in pages]
    files: dict[str, str | bytes] = {
        "cover.xhtml": cover(edition),
        "colophon.xhtml": colophon(edition),
        "nav.xhtml": navigation(headings),
        **{top.anchor: text for text, top in pages},
    }
    spine = list(files)
    files["epub.css"] = (HERE / "epub.css").read_text("utf-8") + bundle[
        "styles"
    ]
    files[MATH_FONT.name] = MATH_FONT.read_bytes()
    letters = book_fonts.letters([text for text, _ in pages])
    for name, make in CODE_FONTS.items():
        make("Regular", letters, font := BytesIO())
        files[name] = font.getvalue()
    files["cover.png"] = (folder / "cover.png").read_bytes()
    used = {
        name
        for text, _ in pages
        for name in re.findall(r'src="(_images/[^"]+)"', text)
    }
    for name in sorted(used):
        files[name] = (folder / name).read_bytes()
    files["package.opf"] = package(edition, files, spine)
    container = (
        '<?xml version="1.0"?><container version="1.0" '
        'xmlns="urn:oasis:names:tc:opendocument:xmlns:container"><rootfiles>'
        '<rootfile full-path="package.opf" media-type="application/oebps-package+xml"/>'
        "</rootfiles></container>\n"
    )
    # 첫 파일 mimetype은 누르지 않아야 읽는 기계가 EPUB인 줄 압니다.
    with zipfile.ZipFile(target, "w") as book:
        write(
            book,
            "mimetype",
            "application/epub+zip",
            edition,
            zipfile.ZIP_STORED,
        )
        write(book, "META-INF/container.xml", container, edition)
        for name, content in files.items():
            write(book, name, content, edition)


def write(
    book: zipfile.ZipFile,
    name: str,
    content: str | bytes,
    edition: Edition,
    method: int = zipfile.ZIP_DEFLATED,
) -> None:
    # zip은 1980년 전의 날짜를 적지 못합니다.
    stamp = max(time.gmtime(edition.seconds)[:6], (1980, 1, 1, 0, 0, 0))
    entry = zipfile.ZipInfo(name, stamp)
    entry.compress_type = method
    book.writestr(entry, content)
