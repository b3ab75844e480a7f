"""책을 만들 때 Sphinx가 부르는 확장입니다.

여기서만 하는 일: 저장소 단추, 테마의 한국어, 용어집, 저장된 출력 검사.
설정은 _config.yml, 말은 terms.yml과 locale/에 있습니다.
"""

from __future__ import annotations

import gettext
import io
import json
from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from book_outputs import notebook_problems
from book_publish import read_course
from book_terms import TERMS_FILE, chapters, first_chapters, load_terms
from docutils import nodes
from docutils.statemachine import StringList
from sphinx import locale
from sphinx.util import logging
from sphinx.util.docutils import SphinxDirective

LOGGER = logging.getLogger(__name__)
BOOK = Path(__file__).parents[1]


def show_repository(app, config) -> None:
    """pyproject.toml에 주소가 있을 때만 저장소와 Colab 단추를 답니다."""
    course = read_course(app.srcdir)
    if not (address := course.get("repository")):
        return
    config.html_theme_options |= {
        "repository_url": address.rstrip("/"),
        "repository_branch": course.get("branch", "main"),
        "use_repository_button": True,
        "use_issues_button": True,
    }
    if "github.com" in address:  # Colab은 GitHub의 노트북만 엽니다.
        config.html_theme_options["launch_buttons"] = {
            "colab_url": "https://colab.research.google.com"
        }


def speak_korean(app) -> None:
    """locale/의 번역을 기존 번역 앞에 놓습니다. 파일을 만들지 않으려고 메모리에서 바꿉니다."""
    for po in (BOOK / "locale" / "ko" / "LC_MESSAGES").glob("*.po"):
        compiled = io.BytesIO()
        with po.open("rb") as file:
            write_mo(compiled, read_po(file, "ko"))
        compiled.seek(0)
        ours = gettext.GNUTranslations(compiled)
        ours.add_fallback(
            locale.translators.get(
                ("general", po.stem), gettext.NullTranslations()
            )
        )
        locale.translators["general", po.stem] = ours
    app.translator = locale.translators["general", "sphinx"]


class GlossaryFromTerms(SphinxDirective):
    """용어표로 {glossary}를 채웁니다. {term}`은닉 상태`가 이 쪽으로 이어집니다.

    처음 나오는 장은 적어 두지 않고 찾습니다. 장이 바뀌어도 낡지 않습니다.
    아직 어느 장에도 나오지 않는 말은 싣지 않습니다.
    """

    def run(self) -> list[nodes.Node]:
        terms = load_terms()
        for path in (TERMS_FILE, *chapters(BOOK)):
            self.env.note_dependency(str(path))
        labels = first_chapters(BOOK, terms)
        lines = ["```{glossary}"]
        for term in sorted(terms, key=lambda term: term.korean):
            if term.korean not in labels:
                continue
            avoid = (
                f" 쓰지 않는 말: {', '.join(term.avoid)}."
                if term.avoid
                else ""
            )
            where = f"처음 나오는 장: {{ref}}`{labels[term.korean]}`.{avoid}"
            names = dict.fromkeys(
                (term.korean, term.english)
            )  # shape처럼 둘이 같으면 한 번만
            lines += [*names, f"  {term.definition}", "", f"  {where}", ""]
        lines.append("```")
        box = nodes.container(classes=["terms"])
        self.state.nested_parse(
            StringList(lines, str(TERMS_FILE)), self.content_offset, box
        )
        return [box]


def check_outputs(app, docname: str, source: list[str]) -> None:
    """출력에 문제가 있는 노트북은 경고를 냅니다. 엄격한 빌드에서는 경고가 실패입니다."""
    if Path(app.env.doc2path(docname)).suffix == ".ipynb":
        for problem in notebook_problems(json.loads(source[0])):
            LOGGER.warning(problem, location=docname)


def setup(app) -> dict:
    speak_korean(app)
    app.add_js_file("korean.js", priority=900)
    app.add_directive("glossary-from-terms", GlossaryFromTerms)
    app.connect("config-inited", show_repository)
    app.connect("source-read", check_outputs)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
