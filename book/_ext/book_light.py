"""만든 쪽을 가볍게 합니다: 그림은 WebP로, 테마가 싣는 스크립트 가운데 쓰지 않는 것은 뺍니다.

Sphinx가 쪽을 다 쓴 뒤에 한 번 지나갑니다. 두 번 지나가도 결과는 같습니다.
"""

from __future__ import annotations

import re
import shutil
from pathlib import Path

from book_fonts import carry_fonts, make_fonts
from book_lines import INLINE_CODE, PRE, mark_box, mark_long, tie
from book_styles import Head, vocabulary
from PIL import Image

IMG = re.compile(r"<img\b[^>]*>")
SRC = re.compile(r'\bsrc="([^"]+)"')
# 아이콘을 그리는 스크립트 540 KB. 아이콘은 icons.css가 그립니다.
ICON_SCRIPT = re.compile(
    r'<script src="[^"]*scripts/fontawesome\.js[^"]*"></script>\s*'
)
# 테마에 영어로 박혀 있는 말
KOREAN = {
    "Toggle primary sidebar": "책의 차례",
    "Toggle secondary sidebar": "이 쪽의 차례",
    "Main": "책의 차례",
    "Page": "이 쪽의 차례",
    "Version warning": "판 안내",
}
# 테마와 확장이 낸 틀린 HTML을 고칩니다. (Invalid markup and its repair.)
REPAIRS = [
    (
        re.compile(r'<div role="list" class="citation-list">'),
        '<div class="citation-list">',
    ),
    (re.compile(r'(<summary[^>]*)aria-label="Toggle hidden content"'), r"\1"),
    (
        re.compile(
            r'<p (class="(?:collapsed|expanded) admonition-title")>([^<]*)</p>'
        ),
        r"<span \1>\2</span>",
    ),
    (
        re.compile(r'<section id="((?:exercise|solution)-content)">'),
        r'<section class="\1">',
    ),
    (
        re.compile(r'(<dd class="field-\w+">)<p>(<ul class="simple">)'),
        r"\1\2",
    ),
    (re.compile(r"</ul>\n</p>\n</dd>"), "</ul>\n</dd>"),
    # 처음 온 사람의 색을 테마는 쪽이 그려진 뒤에 정합니다. 그리기 전에 정해야 번쩍이지 않습니다.
    (
        re.compile(r'localStorage\.getItem\("theme"\) \|\| "auto"'),
        'document.documentElement.dataset.mode.replace("auto", '
        'matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light")',
    ),
]
DIGEST = re.compile("[0-9a-f]{64}")
WIDEST = 1216  # 가장 넓게 보이는 너비 608px의 두 배
QUALITY = 90  # 색의 수를 줄이면 색 막대의 양 끝이 같은 색이 됩니다.


def to_webp(png: Path) -> Path:
    """보이는 크기의 두 배로 줄여 WebP로 저장합니다."""
    webp = png.with_suffix(".webp")
    if webp.exists() and DIGEST.fullmatch(png.stem):
        return webp  # 이름이 내용의 해시이므로 지난번의 것과 같습니다.
    with Image.open(png) as image:
        picture = image.convert("RGBA")
    if picture.getextrema()[3] == (255, 255):
        picture = picture.convert("RGB")
    if picture.width > WIDEST:
        height = round(picture.height * WIDEST / picture.width)
        picture = picture.resize((WIDEST, height), Image.Resampling.LANCZOS)
    picture.save(webp, quality=QUALITY, use_sharp_yuv=True)
    return webp


def size_of(file: Path) -> tuple[int, int] | None:
    """그림의 너비와 높이. SVG는 viewBox에서 읽습니다."""
    if file.suffix == ".svg":
        box = re.search(
            r'viewBox="[\d.]+ [\d.]+ ([\d.]+) ([\d.]+)"',
            file.read_text("utf-8"),
        )
        return (round(float(box[1])), round(float(box[2]))) if box else None
    with Image.open(file) as image:
        return image.size


class Lighten:
    """쪽 하나를 고칩니다. 첫 그림은 곧바로, 나머지는 가까이 갔을 때 받게 합니다."""

    def __init__(self, page: Path):
        self.page = page
        self.seen = 0

    def __call__(self) -> None:
        text = self.page.read_text("utf-8")
        head, body, article = text.partition("<article")
        frame = IMG.sub(self.image, ICON_SCRIPT.sub("", head))
        light = frame + body + tie(IMG.sub(self.figure, article))
        for english, korean in KOREAN.items():
            for name in ("aria-label", "title"):
                light = light.replace(
                    f'{name}="{english}"', f'{name}="{korean}"'
                )
        light = PRE.sub(mark_box, INLINE_CODE.sub(mark_long, light))
        for wrong, right in REPAIRS:
            light = wrong.sub(right, light)
        if light != text:
            self.page.write_text(light, "utf-8")

    def image(self, match: re.Match) -> str:
        tag, source = match[0], SRC.search(match[0])
        file = self.page.parent / source[1].split("?")[0] if source else None
        if file is None or "://" in source[1] or not file.exists():
            return tag
        if file.suffix == ".png":
            file = to_webp(file)
            tag = tag.replace(source[1], source[1].replace(".png", ".webp"))
        attributes = ""
        if (
            " width=" not in tag
            and "height:" not in tag
            and (size := size_of(file))
        ):
            attributes += f' width="{size[0]}" height="{size[1]}"'
        return tag.replace("<img", "<img" + attributes, 1)

    def figure(self, match: re.Match) -> str:
        tag = self.image(match)
        self.seen += 1
        if self.seen == 1 or " loading=" in tag:
            return tag
        return tag.replace("<img", '<img loading="lazy" decoding="async"', 1)


def lighten(app, exception) -> None:
    """다 만든 책을 한 번 지나갑니다. 쓰이지 않게 된 파일은 지웁니다."""
    if exception or app.builder.name != "html":
        return
    out = Path(app.outdir)
    pages = [
        page
        for page in out.rglob("*.html")
        if out / "_static" not in page.parents
    ]
    for page in pages:
        Lighten(page)()
    words = vocabulary([*pages, *(out / "_static").rglob("*.js")])
    head = Head(out, words, make_fonts(pages, out / "_static" / "fonts"))
    for page in pages:
        head.tidy(page)
    for drawing in out.glob("_images/*.svg"):
        carry_fonts(drawing)
    (out / "_static" / "scripts" / "fontawesome.js").unlink(missing_ok=True)
    shutil.rmtree(
        out / "_static" / "vendor" / "fontawesome", ignore_errors=True
    )
    used = "".join(page.read_text("utf-8") for page in pages)
    for file in [*out.glob("_images/*.png"), *out.glob("_static/book-*.css")]:
        if file.name not in used:
            file.unlink()


def setup(app) -> dict:
    # 테마는 이때 pygments.css를 고쳐 쓰고, 다른 확장은 그림을 더합니다. 그 뒤에 지나갑니다.
    app.connect("build-finished", lighten, priority=950)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
