"""쪽이 그려지기 전에 받을 것을 줄입니다: CSS는 쓰는 것만 한 파일로, 스크립트는 나중에.

테마의 CSS는 400 KB가 넘지만 책이 쓰는 것은 그 일부입니다. 어느 쪽에도, 어느 스크립트에도
나오지 않는 클래스의 규칙은 맞을 수 없으므로 뺍니다.
"""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Iterable
from pathlib import Path

import tinycss2

WORD = re.compile(r"[\w-]+")
LINK = re.compile(r'<link\b[^>]*\brel="stylesheet"[^>]*>\s*')
HREF = re.compile(r'\bhref="([^"?#]+)[^"]*"')
PRELOAD = re.compile(r'<link\b[^>]*\brel="preload" as="script"[^>]*>\s*')
SCRIPT = re.compile(
    r'<script (?![^>]*\b(?:defer|async|type="module"))(?=[^>]*\bsrc=")'
)
OPTIONS = re.compile(
    r'<script src="[^"]*documentation_options\.js[^"]*"></script>'
)
VIEWPORT = '<meta name="viewport" content="width=device-width, initial-scale=1" />'  # 두 번째 것
ADDRESS = re.compile(
    r"""url\(\s*(["']?)(?!data:|#|https?:)([^)"']+)\1\s*\)"""
)
IMPORT = re.compile(r'@import "([^"]+)";')
FONT = '<link rel="preload" as="font" type="font/woff2" crossorigin="" href="{}" />\n'
UNUSED_FONT = "Font Awesome"  # icons.css가 대신합니다.
NESTED = {"media", "supports", "layer", "container"}


def vocabulary(files: Iterable[Path]) -> set[str]:
    """쪽과 스크립트에 나오는 모든 낱말입니다. 클래스의 이름은 모두 이 안에 있습니다."""
    words = set()
    for file in files:
        words.update(WORD.findall(file.read_text("utf-8", "replace")))
    return words


def can_match(selector: list, words: set[str]) -> bool:
    """:not(.x) 따위의 안은 보지 않습니다. .x가 없어도 맞기 때문입니다."""
    before = None
    for token in selector:
        is_class = (
            before is not None
            and before.type == "literal"
            and before.value == "."
        )
        if is_class and token.type == "ident" and token.value not in words:
            return False
        before = token
    return True


def split_commas(tokens: list) -> list[list]:
    parts = [[]]
    for token in tokens:
        if token.type == "literal" and token.value == ",":
            parts.append([])
        else:
            parts[-1].append(token)
    return parts


def keep_used(rules: list, words: set[str]) -> str:
    """맞을 수 있는 규칙만 남깁니다. (CSS text of the rules that can match.)"""
    kept = []
    for rule in rules:
        if (
            rule.type == "at-rule"
            and rule.lower_at_keyword in NESTED
            and rule.content is not None
        ):
            inner = tinycss2.parse_rule_list(
                rule.content, skip_comments=True, skip_whitespace=True
            )
            if body := keep_used(inner, words):
                head = tinycss2.serialize(rule.prelude)
                kept.append(f"@{rule.at_keyword}{head}{{{body}}}")
        elif rule.type == "qualified-rule":
            parts = [
                part
                for part in split_commas(rule.prelude)
                if can_match(part, words)
            ]
            if parts:
                head = ",".join(
                    tinycss2.serialize(part).strip() for part in parts
                )
                kept.append(
                    f"{head}{{{tinycss2.serialize(rule.content).strip()}}}"
                )
        elif rule.type == "at-rule" and UNUSED_FONT not in (
            text := rule.serialize()
        ):
            kept.append(text)
    return "\n".join(kept)


def address(file: Path, page: Path) -> str:
    """쪽에서 본 파일의 주소입니다. (Relative, so that the book works under any path.)"""
    return os.path.relpath(file, page.parent).replace(os.sep, "/")


class Head:
    """쪽들의 <head>를 고칩니다. 같은 CSS를 쓰는 쪽은 같은 파일을 나누어 씁니다."""

    def __init__(self, out: Path, words: set[str], fonts: list[Path]):
        self.static, self.words, self.fonts = out / "_static", words, fonts
        self.made: dict[tuple[Path, ...], Path] = {}

    def read(self, file: Path) -> str:
        """주소를 새 자리에서 본 것으로 고치고 @import를 그 자리에 폅니다."""
        here = os.path.relpath(file.parent, self.static)

        def move(match: re.Match) -> str:
            path = os.path.normpath(os.path.join(here, match[2]))
            return f'url("{path.replace(os.sep, "/")}")'

        parts = IMPORT.split(file.read_text("utf-8"))
        return "".join(
            self.read(file.parent / part)
            if index % 2
            else ADDRESS.sub(move, part)
            for index, part in enumerate(parts)
        )

    def combine(self, files: tuple[Path, ...]) -> Path:
        if files not in self.made:
            rules = tinycss2.parse_stylesheet(
                "\n".join(map(self.read, files)),
                skip_comments=True,
                skip_whitespace=True,
            )
            text = keep_used(rules, self.words)
            name = (
                f"book-{hashlib.sha256(text.encode()).hexdigest()[:12]}.css"
            )
            self.made[files] = self.static / name
            self.made[files].write_text(text, "utf-8")
        return self.made[files]

    def inline_options(self, match: re.Match) -> str:
        """쪽의 스크립트가 곧바로 쓰는 짧은 설정이므로 쪽 안에 적습니다."""
        text = (self.static / "documentation_options.js").read_text("utf-8")
        return f"<script>{text.strip()}</script>"

    def tidy(self, page: Path) -> None:
        head, end, rest = page.read_text("utf-8").partition("</head>")
        links = LINK.findall(head)
        names = [HREF.search(link)[1] for link in links]
        # 404 쪽의 주소는 어디서 열려도 되도록 /로 시작하므로 그대로 둡니다.
        if len(names) < 2 or any(
            name.startswith("/") or "://" in name for name in names
        ):
            return
        target = self.combine(
            tuple((page.parent / name).resolve() for name in names)
        )
        new = f'<link rel="stylesheet" href="{address(target, page)}" />\n'
        fonts = [*self.fonts]
        if "<math" in rest:
            fonts.append(self.static / "fonts" / "course-math.woff2")
        if '<dt class="sig' in rest:  # 참조의 제목은 굵은 코드입니다.
            for kind in ("code", "hangul"):
                name = f"course-{kind}-bold.woff2"
                fonts.append(self.static / "fonts" / name)
        for font in fonts:
            new += FONT.format(address(font, page))
        head = head.replace(links[0], new)
        for link in links[1:]:
            head = head.replace(link, "")
        head = OPTIONS.sub(self.inline_options, head.replace(VIEWPORT, ""))
        head, rest = (
            SCRIPT.sub("<script defer ", part)
            for part in (PRELOAD.sub("", head), rest)
        )
        page.write_text(head + end + rest, "utf-8")
