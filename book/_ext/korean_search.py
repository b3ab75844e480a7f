"""찾기에 쓸 책의 글을 _static/search-pages.js에 모읍니다. 찾는 일은 search-find.js가 합니다.

Sphinx의 색인은 글을 빈칸으로 나누므로 "상태를"에서 "상태"를 찾지 못합니다. 나누지 않고 통째로 훑으면
조사와 어미가 무엇이든 빠짐없이 찾고, 찾은 곳의 앞뒤 글도 보일 수 있습니다.
"""

from __future__ import annotations

import json
import re
import unicodedata
from pathlib import Path

from book_terms import load_terms
from docutils import nodes
from sphinx import addnodes
from sphinx_exercise.nodes import exercise_enumerable_node, solution_node

FILE = "search-pages.js"
STOCK = ("searchtools.js", "language_data.js")  # 이제 아무도 부르지 않습니다.
PLAIN, DEFINITION = 0, 1

SKIP = (
    nodes.Invisible,
    nodes.image,
    nodes.raw,
    addnodes.index,
    addnodes.toctree,
)

# 수식의 명령 가운데 기호가 있는 것입니다. 나머지는 이름을 남깁니다(\tanh → tanh).
TEX = """
alpha:α beta:β gamma:γ delta:δ epsilon:ε varepsilon:ε eta:η theta:θ lambda:λ
mu:μ rho:ρ sigma:σ tau:τ phi:φ odot:⊙ cdot:· cdots:⋯ dots:… ldots:… times:×
partial:∂ sum:Σ prod:∏ approx:≈ le:≤ leq:≤ ge:≥ geq:≥ ne:≠ top:ᵀ in:∈ to:→
lVert:‖ rVert:‖ infty:∞ nabla:∇ leftarrow:←
"""
SYMBOLS = dict(pair.split(":") for pair in TEX.split())
LAYOUT = re.compile(
    r"\\(?:begin|end|label)\{[^}]*\}|\\(?:left|right|[bB]igg?[lr]?|q?quad|math[a-z]+|boldsymbol|"
    r"operatorname|text|[dt]?frac|displaystyle|underbrace|overbrace)(?![A-Za-z])|\\[^A-Za-z]|[{}&]"
)

# 코드에서 찾을 만한 말입니다. 두 글자 이하의 이름(x, dt)은 뺍니다. h_n은 세 글자입니다.
WORD = re.compile(
    r"(?:nn|np|torch|tf|keras|plt)\.\w+|[A-Za-z_]\w{2,}|[가-힣]+", re.ASCII
)
TELLING = re.compile(r"[_.A-Z가-힣]")


TITLED = (nodes.section, exercise_enumerable_node, solution_node)
FRACTION = re.compile(r"\\[dt]?frac(?:\{([^{}]*)\}\{([^{}]*)\}|(\d)(\d))")


def squeeze(text: str) -> str:
    return " ".join(unicodedata.normalize("NFC", text).split())


def plain_math(latex: str) -> str:
    """수식을 찾을 수 있는 글로 바꿉니다 (LaTeX without its layout)."""
    text = LAYOUT.sub(" ", FRACTION.sub(r"\1\3/\2\4", latex))
    text = re.sub(
        r"\\([A-Za-z]+)", lambda name: SYMBOLS.get(name[1], name[1]), text
    )
    return re.sub(r"\s*([_^])\s*", r"\1", text).replace("^ᵀ", "ᵀ")


def inline_text(node: nodes.Node) -> str:
    if isinstance(node, nodes.Text):
        return node.astext()
    if isinstance(node, nodes.math | nodes.math_block):
        return plain_math(node.astext())
    if isinstance(node, SKIP):
        return ""
    if isinstance(node, addnodes.desc_parameterlist):
        return f"({', '.join(inline_text(child) for child in node)})"
    return "".join(inline_text(child) for child in node.children)


class Place:
    """결과 하나가 가리킬 자리: 절, 용어, 함수, 연습 (what one result links to)."""

    def __init__(self, anchor: str, title: str, kind: int = PLAIN) -> None:
        self.anchor, self.title, self.kind = anchor, squeeze(title), kind
        self.text: list[str] = []
        self.code: list[str] = []

    def row(self) -> list:
        text, code = squeeze(" ".join(self.text)), "\n".join(self.code)
        row = [self.anchor, self.title, text, code, self.kind]
        while not row[-1]:  # 제목은 비지 않습니다.
            row.pop()
        return row


class Reader:
    """쪽 하나를 자리로 나눕니다. 찾은 것은 가장 가까운 자리로 이어집니다 (places of a page)."""

    def __init__(self, doctree: nodes.document) -> None:
        self.places: list[Place] = []
        self.words: set[str] = set()
        self.read(doctree, Place("", ""))

    def start(self, ids: list, title: str, kind: int = PLAIN) -> Place:
        anchor = (
            ids[0] if self.places else ""
        )  # 쪽의 제목은 쪽 그 자체입니다.
        self.places.append(Place(anchor, title, kind))
        return self.places[-1]

    def read(self, node: nodes.Node, place: Place) -> None:
        for child in node.children:
            if isinstance(child, SKIP):
                continue
            if isinstance(child, nodes.literal_block | nodes.doctest_block):
                self.read_code(child.astext(), place)
            elif isinstance(child, nodes.title) and isinstance(node, TITLED):
                title = inline_text(child)
                if isinstance(node, exercise_enumerable_node):
                    title = f"연습: {title.strip(' ()')}"
                place = self.start(node["ids"], title)
            elif isinstance(child, addnodes.desc) and child[0]["ids"]:
                signature = child[0]
                title = signature["ids"][0].removeprefix("course_lib.")
                defined = self.start(signature["ids"], title, DEFINITION)
                self.read_code(inline_text(signature), defined)
                self.read(child[-1], defined)
            elif (
                isinstance(child, nodes.definition_list_item)
                and child[0]["ids"]
            ):
                terms = list(child.findall(nodes.term))
                title = " · ".join(inline_text(term) for term in terms)
                self.read(
                    child[-1], self.start(terms[0]["ids"], title, DEFINITION)
                )
            elif isinstance(child, nodes.TextElement | nodes.math_block):
                place.text.append(inline_text(child))
            else:
                self.read(child, place)

    def read_code(self, code: str, place: Place) -> None:
        """쪽에 처음 나오는 말을 남깁니다. 이름이 평범하지 않거나 한글이면 줄째 남깁니다.

        코드를 모두 실으면 크기가 반쯤 늘고, 같은 줄이 여러 번 나올 뿐입니다.
        """
        plain = []
        for line in code.splitlines():
            new = [
                word for word in WORD.findall(line) if word not in self.words
            ]
            self.words.update(new)
            if any(map(TELLING.search, new)):
                place.code.append(squeeze(line))
            else:
                plain += new
        if plain:
            place.code.append(" ".join(dict.fromkeys(plain)))


def collect(app, pagename, templatename, context, doctree) -> None:
    if doctree is None:
        return
    if places := Reader(doctree).places:
        number = app.env.toc_secnumbers.get(pagename, {}).get("")
        if number:
            places[0].title = f"{number[0]}장 {places[0].title}"
        app.env.search_pages[pagename] = [place.row() for place in places]


def search_page(app):
    yield "search", {}, "search.html"


def write(app, exception) -> None:
    if exception:
        return
    found = app.env.search_pages
    # 차례에 있는 쪽만, 차례의 순서대로 싣습니다.
    pages = {
        name: found[name]
        for name in app.env.collect_relations()
        if name in found
    }
    remembered(app).write_text(json.dumps(pages, ensure_ascii=False), "utf-8")
    book = {
        "pages": [
            [app.builder.get_target_uri(name), rows]
            for name, rows in pages.items()
        ],
        "terms": [
            [term.korean, term.english, *term.avoid] for term in load_terms()
        ],
    }
    text = json.dumps(book, ensure_ascii=False, separators=(",", ":"))
    static = Path(app.outdir, "_static")
    # JSON이 아니라 스크립트인 까닭: file://로 연 쪽은 다른 파일을 fetch로 읽지 못합니다.
    (static / FILE).write_text(f"bookText = {text};\n", "utf-8")
    for name in STOCK:
        (static / name).unlink(missing_ok=True)


def remembered(app) -> Path:
    return Path(app.doctreedir, "search-pages.json")


def prepare(app) -> None:
    """HTML을 만들 때만 Sphinx의 색인을 끄고 우리 것을 켭니다."""
    if app.builder.name != "html":
        return
    app.builder.search = False
    # 바뀌지 않아 다시 쓰지 않는 쪽의 글은 지난번의 것을 씁니다.
    last = remembered(app)
    app.env.search_pages = (
        json.loads(last.read_text("utf-8")) if last.exists() else {}
    )
    app.connect("html-page-context", collect)
    app.connect("html-collect-pages", search_page)
    app.connect("build-finished", write)


def use_template(app, config) -> None:
    config.templates_path.append(str(Path(__file__).with_name("templates")))


def setup(app) -> dict:
    app.add_css_file("search.css")
    app.add_js_file("search.js", loading_method="defer")
    app.connect("config-inited", use_template)
    app.connect("builder-inited", prepare)
    return {"parallel_read_safe": True, "parallel_write_safe": False}
