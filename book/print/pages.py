"""Sphinx가 낸 쪽의 본문들을 인쇄할 HTML 한 파일로 잇습니다.

쪽마다 따로이던 이름과 링크를 한 파일 안의 것으로 바꾸고, 코드를 줄로 나누고, 표지와 차례를 붙입니다.
"""

from __future__ import annotations

import html
import posixpath
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from bs4 import BeautifulSoup, NavigableString, Tag
from fontTools.ttLib import TTFont

UNKNOWN = "000"  # 처음 인쇄할 때 쪽 번호가 들어갈 자리
# print.css에서 코드가 들어가는 폭과, 감싼 것이 줄이는 폭. 코드 글자 크기의 몇 배인지입니다.
CODE_EM = 54.69
INSETS = {"dd": 1.84, "li": 1.97, "admonition": 3.06}
UNBROKEN = 14  # 이보다 짧은 코드는 쪽을 넘기지 않습니다.


@dataclass
class Heading:
    """차례의 한 줄 (one line of the contents)."""

    anchor: str
    title: str
    number: int | None = None
    part: str = ""
    sections: list[Heading] = field(default_factory=list)

    @property
    def label(self) -> str:
        return f"{self.number}장 {self.title}" if self.number else self.title


def anchor(docname: str, name: str = "") -> str:
    """이은 파일에서 쪽이나 쪽 안의 자리의 이름입니다 (unique in the joined file)."""
    # CSS의 이름은 숫자로 시작하지 못합니다.
    slug = "p-" + re.sub(r"[/_.]", "-", docname.removeprefix("book/"))
    return f"{slug}--{name}" if name else slug


def point_links(
    soup: BeautifulSoup,
    docname: str,
    docnames: set[str],
    name_of: Callable[[str, str], str],
) -> None:
    """다른 쪽으로 가는 링크를 name_of(쪽, 이름)로 바꿉니다 (links between the pages)."""
    folder = posixpath.dirname(docname)
    for tag in soup.find_all(href=True):
        path, _, name = tag["href"].partition("#")
        if ":" in path:
            continue
        page = (
            posixpath.normpath(posixpath.join(folder, path))
            if path
            else docname
        )
        page = page.removesuffix(".html")
        if page in docnames:
            tag["href"] = name_of(page, name)
    for tag in soup.find_all(src=True):
        tag["src"] = posixpath.normpath(posixpath.join(folder, tag["src"]))


def clean(body: str) -> BeautifulSoup:
    """화면에서만 쓰는 것과 색이 없는 코드 조각의 껍데기를 뺍니다 (lighter pages)."""
    body = re.sub(r'<span class="(?:n|p|w)">([^<]*)</span>', r"\1", body)
    soup = BeautifulSoup(body, "html.parser")
    for permalink in soup.find_all("a", class_="headerlink"):
        permalink.decompose()
    for link in soup.find_all("a", class_="image-reference"):
        link.unwrap()  # 그림을 크게 여는 링크입니다.
    return soup


@cache
def advances(path: Path) -> tuple[dict[int, str], dict, int]:
    font = TTFont(path)
    return font.getBestCmap(), font["hmtx"].metrics, font["head"].unitsPerEm


def width(text: str, fonts: tuple[Path, ...]) -> float:
    """글의 폭을 글자 크기의 배수로 잽니다. 앞의 글꼴에 없는 글자는 뒤의 글꼴로 잽니다."""
    total = 0.0
    for character in text:
        for path in fonts:
            names, metrics, units = advances(path)
            if ord(character) in names:
                total += metrics[names[ord(character)]][0] / units
                break
        else:
            total += 1
    return total


def split_lines(soup: BeautifulSoup, fonts: tuple[Path, ...]) -> None:
    """코드를 줄마다 싸고, 종이보다 긴 줄을 표시합니다. 넘치는 글자는 다음 줄에 들여 씁니다."""
    for pre in soup.find_all("pre"):
        # Pygments는 줄이 바뀔 때 색을 닫았다가 다시 열므로, 줄마다 온전한 HTML입니다.
        lines = (
            pre.decode_contents()
            .removeprefix("<span></span>")
            .rstrip("\n")
            .split("\n")
        )
        room = room_for(pre)
        pieces = [
            f'<span class="line{" long" if measure(line, fonts) > room else ""}">{line or " "}</span>'
            for line in lines
        ]
        # pre 밖에서 읽으면 BeautifulSoup이 들여쓰기를 한 칸으로 줄입니다.
        fresh = BeautifulSoup(
            f"<pre>{chr(10).join(pieces)}</pre>", "html.parser"
        ).pre
        if len(lines) <= UNBROKEN:
            fresh["class"] = "short"
        pre.replace_with(fresh)


def room_for(pre: Tag) -> float:
    """코드 한 줄에 들어가는 폭입니다 (narrower inside cards and lists)."""
    room = CODE_EM
    for parent in pre.parents:
        classes = parent.get("class", [])
        if "solution" not in classes:
            room -= sum(
                INSETS.get(name, 0) for name in (parent.name, *classes)
            )
        if "cell_output" in classes:
            room += 0.75  # 상자의 안쪽 여백이 없고 왼쪽에 줄이 있습니다.
    return room


def measure(line: str, fonts: tuple[Path, ...]) -> float:
    return width(html.unescape(re.sub(r"<[^>]+>", "", line)), fonts)


def heading(tag: Tag, name: str) -> Heading:
    words = [
        part
        for part in tag.strings
        if "section-number" not in part.parent.get("class", [])
    ]
    return Heading(name, " ".join("".join(words).split()))


def read_headings(soup: BeautifulSoup, page: dict, name: str) -> Heading:
    """쪽의 제목과 절의 제목들. 장의 번호는 제목 위로 옮깁니다 (number goes above the title)."""
    first = soup.find("h1")
    top = heading(first, name)
    top.number, top.part = page["number"], page["part"]
    top.sections = [
        heading(tag, tag.get("id") or tag.parent["id"])
        for tag in soup.find_all("h2")
    ]
    if number := first.find(class_="section-number"):
        number.decompose()
    if above := f"{top.number}장" if top.number else top.part:
        eyebrow = soup.new_tag("p", attrs={"class": "eyebrow"})
        eyebrow.string = above
        first.insert_before(eyebrow)
    return top


def read_page(
    page: dict, docnames: set[str], fonts: tuple[Path, ...]
) -> tuple[str, Heading]:
    """쪽 하나를 인쇄할 HTML과 차례의 줄로 바꿉니다 (one page: its HTML and its headings)."""
    soup, docname = clean(page["body"]), page["docname"]
    for tag in soup.find_all(id=True):
        tag["id"] = anchor(docname, tag["id"])
    point_links(soup, docname, docnames, lambda *place: "#" + anchor(*place))
    move_names(soup)
    split_lines(soup, fonts)
    mark_answers(soup)
    name = anchor(docname)
    top = read_headings(soup, page, name)
    return (
        f'<article id="{name}" class="page" style="page: {name}">{soup}</article>',
        top,
    )


def move_names(soup: BeautifulSoup) -> None:
    """절의 이름을 제목으로 옮깁니다. 절은 앞 쪽의 끝에서 시작할 수 있지만 제목은 아닙니다."""
    for title in soup.find_all(["h2", "h3", "h4"]):
        if title.parent.name == "section" and title.parent.get("id"):
            title["id"] = title.parent["id"]
            del title.parent["id"]


def mark_answers(soup: BeautifulSoup) -> None:
    """문제 뒤에 풀이의 쪽을 적습니다 (where the answer is, on paper)."""
    for place in soup.find_all("p", class_="answer-at"):
        link = place.a
        link.clear()
        link.append("풀이는 ")
        link.append(page_number(link["href"]))
        link.append("쪽에 있습니다.")


def page_number(href: str) -> Tag:
    tag = BeautifulSoup("", "html.parser").new_tag("span")
    tag["class"], tag["data-to"] = "page-number", href.removeprefix("#")
    tag.append(NavigableString(UNKNOWN))
    return tag


def contents(headings: list[Heading]) -> str:
    """쪽 번호가 붙은 차례 (the table of contents)."""

    def line(entry: Heading, kind: str) -> str:
        link = f'<a href="#{entry.anchor}">{html.escape(entry.label)}</a>'
        return (
            f'<p class="{kind}">{link}<i></i>{page_number(entry.anchor)}</p>'
        )

    lines, part = [], ""
    for entry in headings:
        if entry.part != part:
            part = entry.part
            lines.append(f'<p class="part">{html.escape(part)}</p>')
        rows = [
            line(entry, "chapter"),
            *(line(child, "section") for child in entry.sections),
        ]
        lines.append("<div>" + "".join(rows) + "</div>")
    return f'<nav class="contents" id="contents"><h1>차례</h1>{"".join(lines)}</nav>'


def running_heads(headings: list[Heading]) -> str:
    """쪽마다 장의 이름을 머리에 답니다 (a named page per chapter carries its running head)."""
    rules = []
    for entry in headings:
        title = entry.label.replace("\\", "").replace('"', "”")
        rules.append(
            f'@page {entry.anchor} {{ @top-right {{ content: "{title}" }} }}'
        )
    return "\n".join(rules)


def join(
    bundle: dict, front: str, fonts: tuple[Path, ...]
) -> tuple[str, list[Heading]]:
    """모든 쪽을 HTML 한 파일로 잇습니다 (the whole book as one HTML file)."""
    docnames = {page["docname"] for page in bundle["pages"]}
    articles, headings = [], []
    for page in bundle["pages"]:
        article, top = read_page(page, docnames, fonts)
        articles.append(article)
        headings.append(top)
    head = f"<style>{bundle['styles']}</style><style>{running_heads(headings)}</style>"
    head += '<link rel="stylesheet" href="print.css">'
    body = "\n".join([front, contents(headings), *articles])
    text = (
        '<!doctype html><html lang="ko"><head><meta charset="utf-8">'
        f"{head}</head><body>{body}</body></html>"
    )
    return text, headings


def fill(text: str, numbers: dict[str, int]) -> str:
    """쪽 번호의 자리를 채웁니다 (the second pass knows the page of every name)."""

    def number(match: re.Match[str]) -> str:
        return f"{match[1]}{numbers.get(html.unescape(match[2]), UNKNOWN)}<"

    pattern = r'(<span class="page-number" data-to="([^"]+)">)\d+<'
    return re.sub(pattern, number, text)
