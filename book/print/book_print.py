"""종이와 전자책의 책을 만들 때만 Sphinx가 부르는 확장입니다.

쪽의 본문을 모으고, 연습의 풀이를 책 끝의 한 쪽으로 옮기고, 접어 둔 것을 정리합니다.
모은 것을 PDF로 잇는 일은 pages.py가, EPUB으로 묶는 일은 epub.py가 합니다.
"""

from __future__ import annotations

import json
from pathlib import Path

from docutils import nodes
from sphinx import addnodes
from sphinx.builders.html import StandaloneHTMLBuilder
from sphinx.transforms.post_transforms import SphinxPostTransform
from sphinx.util.docutils import SphinxDirective
from sphinx_exercise.nodes import solution_node

ANSWERS = "book/print/answers"
BUNDLE = "pages.json"  # make.py가 읽습니다.


class PrintBuilder(StandaloneHTMLBuilder):
    """쪽의 본문만 모읍니다. 테마, 검색, 스크립트는 없습니다 (bodies of the pages, in order)."""

    name = "print"
    search = False
    epilog = ""

    def init(self) -> None:
        super().init()
        self.bodies: dict[str, str] = {}

    def handle_page(self, pagename, addctx, *args, **kwargs) -> None:
        if "body" in addctx:
            self.bodies[pagename] = addctx["body"]

    def finish(self) -> None:
        self.copy_image_files()
        pages = []
        for part, docname in reading_order(self.config.external_site_map):
            page = {"docname": docname, "part": part}
            page["number"] = chapter_number(self.env, docname)
            pages.append(page | {"body": self.bodies[docname]})
        styles = self.highlighter.get_stylesheet()
        bundle = json.dumps({"pages": pages, "styles": styles})
        Path(self.outdir, BUNDLE).write_text(bundle, encoding="utf-8")


def reading_order(site_map):
    """(부의 이름, 쪽의 이름)을 차례대로 냅니다 (part and page, in reading order)."""

    def below(docname, part):
        yield part, docname
        for tree in site_map[docname].subtrees:
            for child in tree.items:
                if str(child) in site_map:
                    yield from below(str(child), tree.caption or part)

    return below(site_map.root.docname, "")


def chapter_number(env, docname: str) -> int | None:
    numbers = env.toc_secnumbers.get(docname, {}).get("")
    return numbers[0] if numbers else None


class all_answers(nodes.General, nodes.Element):
    """모은 풀이가 들어갈 자리입니다."""


class AllAnswers(SphinxDirective):
    def run(self) -> list[nodes.Node]:
        return [all_answers()]


class MoveAnswers(SphinxPostTransform):
    """풀이를 책 끝으로 옮기고 그 자리에는 링크를 남깁니다 (answers go to the end)."""

    default_priority = 1  # 참조와 출력의 종류가 정해지기 전이어야 합니다.

    def run(self, **kwargs) -> None:
        for place in list(self.document.findall(all_answers)):
            place.replace_self(self.collect())
        if self.env.docname == ANSWERS:
            return
        target = self.app.builder.get_relative_uri(self.env.docname, ANSWERS)
        for answer in list(self.document.findall(solution_node)):
            link = nodes.reference("", "풀이", internal=True)
            link["refuri"] = f"{target}#{answer['ids'][0]}"
            # replace_self는 풀이의 이름까지 옮겨 와서 같은 이름이 둘이 됩니다.
            place = nodes.paragraph("", "", link, classes=["answer-at"])
            answer.parent.replace(answer, place)

    def collect(self) -> list[nodes.Node]:
        sections = []
        for docname in self.env.collect_relations():
            tree = self.env.get_doctree(docname)
            answers = [
                node.deepcopy() for node in tree.findall(solution_node)
            ]
            if not answers:
                continue
            for answer in answers:  # 링크를 이 쪽에서부터 찾게 합니다.
                for reference in answer.findall(addnodes.pending_xref):
                    reference["refdoc"] = ANSWERS
            title = nodes.title()
            if number := chapter_number(self.env, docname):
                title += nodes.Text(f"{number}장 ")
            title += [
                child.deepcopy()
                for child in self.env.titles[docname].children
            ]
            name = "answers-" + docname.rpartition("/")[2].replace("_", "-")
            sections.append(nodes.section("", title, *answers, ids=[name]))
        return sections


class UnfoldCells(SphinxPostTransform):
    """그림을 그린 접힌 코드는 싣지 않고, 나머지 접힌 것은 펼칩니다 (nothing folds on paper)."""

    default_priority = 190  # myst-nb가 접는 것은 199입니다.

    def run(self, **kwargs) -> None:
        for cell in list(self.document.findall(nodes.container)):
            if not (
                cell.get("nb_element") == "cell_code"
                and cell.get("hide_mode")
            ):
                continue
            draws = next(cell.findall(nodes.image), None) is not None
            if draws and "input" in cell["hide_mode"]:
                cell.remove(cell.children[0])
            cell["hide_mode"] = None


class UniqueNames(SphinxPostTransform):
    """연습과 풀이의 본문은 모두 같은 이름을 씁니다. 한 파일에 이으려면 달라야 합니다."""

    default_priority = 191

    def run(self, **kwargs) -> None:
        for section in self.document.findall(nodes.section):
            if section["ids"] in (["exercise-content"], ["solution-content"]):
                section["ids"] = []


def allow_unused(app) -> None:
    """뺀 확장의 설정은 모르는 이름이라는 경고를 내지 않게 합니다."""
    for name in app.config.overrides:
        if name not in app.config:
            app.add_config_value(name, None, "")


def setup(app) -> dict:
    allow_unused(app)
    app.add_builder(PrintBuilder)
    app.add_node(all_answers)
    app.add_directive("all-answers", AllAnswers)
    app.add_post_transform(MoveAnswers)
    app.add_post_transform(UnfoldCells)
    app.add_post_transform(UniqueNames)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
