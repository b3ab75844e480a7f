"""말과 기호에 뜻을 붙입니다: 쪽마다 처음 나온 용어는 용어집에 이어지고, shape에는 글자의 뜻이 붙습니다.

뜻은 terms.yml 한 곳에 있습니다. 뜻을 상자로 보여 주는 것은 _static/tips.js이고, 스크립트가 없어도
링크와 title은 남습니다.
"""

from __future__ import annotations

import re

from book_api import can_link
from book_terms import PARTICLES, load_symbols, load_terms
from docutils import nodes
from sphinx.transforms.post_transforms import SphinxPostTransform

# 뜻을 붙이지 않는 쪽: 용어집 자신, 그리고 라이브러리의 설명.
PLAIN_PAGES = (
    "book/glossary",
    "book/notation",
    "book/references",
    "book/api",
)
FACTOR = r"(?:\d*[A-Z]|num_layers|\d+)"
SIZE = rf"{FACTOR}(?:[·*+]{FACTOR})*"
SHAPE = re.compile(rf"\({SIZE},(?:\s?{SIZE}(?:,\s?{SIZE})*)?\)")


class LinkTerms(SphinxPostTransform):
    """쪽마다 처음 나온 용어를 용어집에 잇습니다 (the first time that a page uses a term)."""

    default_priority = 7

    def run(self, **kwargs) -> None:
        if self.env.docname.startswith(PLAIN_PAGES):
            return
        places = self.env.get_domain("std").objects
        terms = {
            term.korean: term
            for term in load_terms()
            if ("term", term.korean) in places
        }
        # 긴 말이 먼저이고, 이은 말도 찾습니다. "은닉 상태"의 "상태"를 따로 잇지 않습니다.
        words = sorted(terms, key=len, reverse=True)
        pattern = re.compile(
            rf"(?<![가-힣A-Za-z])({'|'.join(map(re.escape, words))})(?=(?:{PARTICLES})|[^가-힣]|$)"
        )
        while found := self.first(pattern, terms):
            text, match = found
            term = terms.pop(match.group(1))
            docname, anchor = places["term", term.korean]
            link = nodes.reference(
                "", term.korean, internal=True, classes=["tip", "term-tip"]
            )
            link["refuri"] = (
                self.app.builder.get_relative_uri(self.env.docname, docname)
                + f"#{anchor}"
            )
            link["reftitle"] = f"{term.definition} ({term.english})"
            before, after = text[: match.start()], text[match.end() :]
            text.parent.replace(
                text, [nodes.Text(before), link, nodes.Text(after)]
            )

    def first(self, pattern, terms):
        for text in self.document.findall(nodes.Text):
            if isinstance(text.parent, nodes.paragraph) and can_link(text):
                for match in pattern.finditer(text):
                    if match.group(1) in terms:
                        return text, match
        return None


class ExplainShapes(SphinxPostTransform):
    """글과 표의 (T, N, F·H) 같은 shape에 글자의 뜻을 붙입니다 (the letters of a shape)."""

    default_priority = 8

    def run(self, **kwargs) -> None:
        if self.env.docname.startswith(PLAIN_PAGES):
            return
        symbols = load_symbols()
        for text in list(self.document.findall(nodes.Text)):
            if not isinstance(text.parent, nodes.paragraph) or not can_link(
                text
            ):
                continue
            parts, end = [], 0
            for match in SHAPE.finditer(text):
                letters = re.findall(r"[A-Z]|num_layers", match.group())
                known = [name for name in letters if name in symbols]
                if not known or len(known) < len(letters):
                    continue
                meaning = ", ".join(
                    f"{name} {symbols[name]}" for name in dict.fromkeys(known)
                )
                note = nodes.abbreviation(
                    "", match.group(), explanation=meaning, classes=["tip"]
                )
                parts += [nodes.Text(text[end : match.start()]), note]
                end = match.end()
            if parts:
                text.parent.replace(text, [*parts, nodes.Text(text[end:])])


def setup(app) -> dict:
    app.add_css_file("tips.css")
    app.add_js_file("tips.js", loading_method="defer")
    app.add_post_transform(LinkTerms)
    app.add_post_transform(ExplainShapes)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
