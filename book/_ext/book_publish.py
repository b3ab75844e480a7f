"""책이 세상에 나갈 때 필요한 것: 설명과 미리보기 그림, 사이트맵, 404 쪽, 판과 인용, 실행하는 길.

주소는 pyproject.toml의 [tool.course]에 있습니다. 주소가 없으면 주소가 필요한 것만 빠집니다.
"""

from __future__ import annotations

import html
import re
import tomllib
from pathlib import Path
from urllib.parse import urlparse

from docutils import nodes
from sphinx.transforms.post_transforms import SphinxPostTransform

import course_lib

SOCIAL_IMAGE = "_static/social.png"
CHANGES = "book/changes"
# 글이 없는 쪽의 설명
DESCRIPTIONS = {
    "search": "순환 신경망 책에서 낱말이 나오는 곳을 모두 찾습니다. "
    "조사가 붙은 말도, 영어와 코드의 이름도 찾습니다.",
    "genindex": "course_lib의 클래스와 함수, 책의 용어를 가나다와 알파벳의 차례로 모았습니다.",
}


def read_course(root: str) -> dict:
    """pyproject.toml의 [tool.course]를 읽습니다 (the addresses of the course)."""
    pyproject = Path(root, "pyproject.toml")
    if not pyproject.exists():
        return {}
    table = tomllib.loads(pyproject.read_text(encoding="utf-8"))
    return table.get("tool", {}).get("course", {})


def site_address(course: dict) -> str:
    """책이 공개되는 주소. 적지 않았으면 GitHub Pages의 주소입니다 (where the book is)."""
    if site := course.get("site"):
        return site.rstrip("/") + "/"
    if match := re.fullmatch(
        r"https://github\.com/([\w.-]+)/([\w.-]+)",
        course.get("repository", ""),
    ):
        return f"https://{match[1].lower()}.github.io/{match[2]}/"
    return ""


def configure(app, config) -> None:
    site = site_address(read_course(app.srcdir))
    config.project = config.html_title
    config.version = config.release = course_lib.__version__
    config.html_baseurl = config.ogp_site_url = site
    config.ogp_site_name = config.project
    config.ogp_image = SOCIAL_IMAGE
    config.ogp_image_alt = "시점마다 펼친 순환 신경망의 그림"
    config.ogp_custom_meta_tags = (
        '<meta name="twitter:card" content="summary_large_image" />',
        '<meta property="og:locale" content="ko_KR" />',
    )
    config.sitemap_url_scheme = "{link}"
    config.notfound_urls_prefix = urlparse(site).path or "/"
    config.notfound_context = {
        "title": "쪽을 찾을 수 없습니다",
        "body": "<h1>쪽을 찾을 수 없습니다</h1><p>주소가 바뀌었거나 잘못 적혔습니다. "
        f'<a href="{urlparse(site).path or "/"}">책의 첫 쪽</a>으로 가거나 차례에서 고르거나 '
        "책에서 찾아보십시오.</p>",
    }


def first_sentences(doctree, longest: int = 150) -> str:
    """첫 문단의 앞 문장들 (the opening of a page, whole sentences)."""
    for paragraph in doctree.findall(nodes.paragraph):
        if "run-here" in paragraph["classes"]:
            continue
        text = " ".join(paragraph.astext().split())
        sentences = re.findall(r".+?[.!?](?=\s|$)", text) or [text]
        length = 0
        for count, sentence in enumerate(sentences):
            length += len(sentence)
            if count and length > longest:
                return "".join(sentences[:count])
        return text
    return ""


def summarize(app, pagename, templatename, context, doctree) -> None:
    """검색 엔진과 링크의 미리보기가 보일 설명을 적습니다 (the description of a page)."""
    if app.builder.format != "html":
        return
    if doctree is None:
        text = DESCRIPTIONS.get(pagename)
    else:
        text = first_sentences(doctree)
    if text:
        content = html.escape(text)
        context["metatags"] = (
            context.get("metatags", "")
            + f'<meta name="description" content="{content}" />\n'
        )
        context["meta"] = (context.get("meta") or {}) | {
            "og:description": content
        }


def describe(app, pagename, templatename, context, doctree) -> None:
    """판과 인용을 쪽의 끝에 적고, 주소를 모르면 주소가 든 태그를 뺍니다."""
    if app.builder.format != "html" or "pathto" not in context:
        return
    if not app.config.ogp_site_url:
        context["metatags"] = re.sub(
            r'<meta property="og:(?:url|image|image:alt)" [^>]*>\n?',
            "",
            context.get("metatags", ""),
        )
    release = html.escape(app.config.release)
    footer = f"<p>{release}판"
    if CHANGES in app.env.all_docs:
        footer += f' · <a href="{context["pathto"](CHANGES)}">바뀐 것</a>'
    footer += "</p>"
    if doctree is not None:
        title = re.sub(r"<[^>]+>", "", context.get("title", ""))
        address = app.config.ogp_site_url
        where = (
            f" {address}{app.builder.get_target_uri(pagename)}"
            if address
            else ""
        )
        year = re.match(r"\d{4}", app.config.copyright)[0]
        footer += (
            "<details><summary>이 쪽을 인용하려면</summary>"
            f"<p>{html.escape(app.config.project)} ({year}). “{title}”. {release}판.{where}</p></details>"
        )
    context["theme_extra_footer"] = footer


class ShowHowToRun(SphinxPostTransform):
    """장의 제목 아래에 실행하는 길을 적습니다: 내 컴퓨터에서, 주소가 있으면 Colab에서."""

    default_priority = 9
    formats = ("html",)

    def run(self, **kwargs) -> None:
        docname = self.env.docname
        if not re.match(r"book/\d\d_", docname):
            return
        title = next(self.document.findall(nodes.title), None)
        target = self.env.get_domain("std").anonlabels.get("run-it")
        if title is None or target is None:
            return
        line = nodes.paragraph("", "이 장을 ", classes=["run-here"])
        course = read_course(self.app.srcdir)
        if "github.com" in (address := course.get("repository", "")):
            colab = address.replace(
                "github.com", "colab.research.google.com/github"
            )
            name = (
                f"{colab}/blob/{course.get('branch', 'main')}/{docname}.ipynb"
            )
            line += [
                nodes.reference("", "Colab에서", refuri=name),
                nodes.Text(", "),
            ]
        here = self.app.builder.get_relative_uri(docname, target[0])
        line += [
            nodes.reference(
                "",
                "내 컴퓨터에서",
                internal=True,
                refuri=f"{here}#{target[1]}",
            ),
            nodes.Text(" 실행합니다."),
        ]
        title.parent.insert(title.parent.index(title) + 1, line)


def draw_social_image(app, exception) -> None:
    """링크를 붙이면 보이는 그림 1200×630 (the Open Graph picture)."""
    if exception or app.builder.name != "html":
        return
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    from course_lib import plotting

    figure = Figure(figsize=(12, 6.3), dpi=100, facecolor=plotting.PAPER)
    FigureCanvasAgg(figure)
    axes = figure.add_axes((0.06, 0.05, 0.88, 0.6))
    plotting.unrolled(T=4, ax=axes)
    font = {"family": ["Pretendard", "DejaVu Sans"], "color": plotting.INK}
    figure.text(
        0.06, 0.84, app.config.project, size=46, weight="bold", **font
    )
    figure.text(0.06, 0.74, "NumPy와 PyTorch로 밑바닥부터", size=27, **font)
    figure.savefig(Path(app.outdir, SOCIAL_IMAGE))


FRONT_DOOR = """<!DOCTYPE html>
<html lang="ko">
  <head>
    <meta charset="utf-8" />
    <title>{title}</title>
    <meta http-equiv="refresh" content="0; url={first}" />
    <link rel="icon" href="_static/favicon.svg" />
    {tags}
  </head>
  <body>
    <p><a href="{first}">{title}</a></p>
  </body>
</html>
"""
TAGS = re.compile(
    r'<meta (?:name="description"|property="og:|name="twitter:)[^>]*>'
)


def open_front_door(app, exception) -> None:
    """폴더의 주소로 온 사람을 첫 쪽으로 보냅니다. 링크의 미리보기는 첫 쪽과 같습니다."""
    if exception or app.builder.name != "html":
        return
    first = app.builder.get_target_uri(app.config.master_doc)
    tags = TAGS.findall(Path(app.outdir, first).read_text("utf-8"))
    text = FRONT_DOOR.format(
        title=html.escape(app.config.project),
        first=first,
        tags="\n    ".join(tags),
    )
    Path(app.outdir, "index.html").write_text(text, "utf-8")


def setup(app) -> dict:
    # sphinx_sitemap은 주소가 없으면 경고하므로 주소가 있을 때만 올립니다.
    for extension in ("sphinxext.opengraph", "notfound.extension"):
        app.setup_extension(extension)
    if site_address(read_course(app.srcdir)):
        app.setup_extension("sphinx_sitemap")
    app.connect("config-inited", configure)
    app.connect("html-page-context", summarize, priority=100)
    app.connect("html-page-context", describe, priority=900)
    app.connect("build-finished", draw_social_image)
    app.connect("build-finished", open_front_door, priority=900)
    app.add_post_transform(ShowHowToRun)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
