"""수식을 책을 만들 때 MathML로 바꿉니다. 브라우저가 스스로 그리므로 스크립트가 없습니다.

latex2mathml은 구조만 옮깁니다. 간격은 브라우저마다 다르고 TeX과도 다르므로, TeX의 규칙
(TeXbook 18장의 표)을 그대로 계산하여 적습니다.
"""

from __future__ import annotations

import re
from itertools import pairwise
from xml.etree import ElementTree

from docutils import nodes
from latex2mathml.converter import convert
from sphinx.util.math import get_node_equation_number

XMLNS = "{http://www.w3.org/1998/Math/MathML}"
# 왼쪽 원자(줄)와 오른쪽 원자(칸) 사이의 간격. 음수는 첨자 안에서는 없는 간격입니다.
KINDS = ("ord", "op", "bin", "rel", "open", "close", "punct", "inner")
TABLE = {
    "ord": (0, 1, -2, -3, 0, 0, 0, -1),
    "op": (1, 1, 0, -3, 0, 0, 0, -1),
    "bin": (-2, -2, 0, 0, -2, 0, 0, -2),
    "rel": (-3, -3, 0, 0, -3, 0, 0, -3),
    "open": (0, 0, 0, 0, 0, 0, 0, 0),
    "close": (0, 1, -2, -3, 0, 0, 0, -1),
    "punct": (-1, -1, 0, -1, -1, -1, -1, -1),
    "inner": (-1, 1, -2, -3, -1, 0, -1, -1),
}
EM = {1: "0.167em", 2: "0.222em", 3: "0.278em"}
SIGNS = {
    "bin": "+−±∓×⋅·⊙⊗⊕∘∗*÷",
    "rel": "=≠≈≡<>≤≥≪≫∼≃←→↔⇒⇐⟹⟶↦∈∉⊂∣:",
    "open": "([{⌊⌈⟨",
    "close": ")]}⌋⌉⟩!",
    "punct": ",;",
    "op": "∑∏∫",
}
KIND_OF = {sign: kind for kind, signs in SIGNS.items() for sign in signs}
SCRIPTED = {"msub", "msup", "msubsup", "munder", "mover", "munderover"}
# 표처럼 맞추는 식입니다. Sphinx는 줄이 여럿인 식을 split으로 감쌉니다.
ALIGNED = re.compile(r"\\(begin|end)\{(?:aligned|split)\}")
WRAPPER = re.compile(
    r"\\begin\{split\}\s*(\\begin\{.*\})\s*\\end\{split\}", re.S
)
LINE_GAP = re.compile(r"\\\\\s*\[[^\]]*\]")
TEXT = re.compile(r"\\text\{[^}]*\}")
ARROWS = {"→", "←"}
ACCENTS = ARROWS | {"~", "ˆ"}
SLANTED = set("WVY")  # 오른쪽 위로 벌어져 위첨자에 닿는 글자
THOUSANDS = re.compile(r"(?<=\d),(?=\d{3}(?!\d))")


def kind_of(element) -> str:
    """TeX이 보는 원자의 종류입니다."""
    text = element.text or ""
    if element.tag in SCRIPTED:
        return kind_of(element[0])
    if element.tag == "mo":
        if element.get("form") in ("prefix", "postfix"):
            return "open" if element.get("form") == "prefix" else "close"
        return (
            "op"
            if len(text) > 1 and text.isalpha()
            else KIND_OF.get(text, "ord")
        )
    if element.tag == "mi" and len(text) > 1:
        return "op"
    return "inner" if element.tag in ("mfrac", "mtable") else "ord"


def atoms(row) -> list[tuple[ElementTree.Element, str]]:
    """줄의 원자와 종류입니다. 왼쪽이나 오른쪽에 짝이 없는 이항 연산자는 부호로 봅니다."""
    found = [
        [child, kind_of(child)] for child in row if child.tag != "mspace"
    ]
    before = "open"
    for index, (_, kind) in enumerate(found):
        after = found[index + 1][1] if index + 1 < len(found) else "close"
        lonely = before in ("op", "bin", "rel", "open", "punct")
        if kind == "bin" and (lonely or after in ("rel", "close", "punct")):
            found[index][1] = "ord"
        before = found[index][1]
    return found


def set_space(row, script: bool) -> None:
    """원자 사이의 간격을 연산자의 lspace로, 연산자가 없으면 mspace로 적습니다."""
    found = atoms(row)
    for (left, before), (right, after) in pairwise(found):
        size = TABLE[before][KINDS.index(after)]
        if size == 0 or (script and size < 0):
            continue
        width = EM[abs(size)]
        if right.tag == "mo":
            right.set("lspace", width)
        elif left.tag == "mo":
            left.set("rspace", width)
        else:
            row.insert(list(row).index(right), space(width=width))


def typeset(element, script: bool, small: bool) -> None:
    """안으로 들어가며 간격을 적습니다. small은 분수의 위아래가 작은 글자인 곳입니다."""
    element.tag = element.tag.removeprefix(XMLNS)
    if element.get("displaystyle") == "false":
        small = True
    if align := element.attrib.pop("columnalign", ""):
        element.set(
            "class", align
        )  # 브라우저는 이 속성을 모르므로 CSS가 맞춥니다.
    for name in ("rowspacing", "columnspacing", "linebreak"):
        element.attrib.pop(name, None)
    if element.tag == "mo":
        if element.text in ("∂", "∞"):
            element.tag = "mi"
        else:
            element.attrib |= {"lspace": "0", "rspace": "0"}
        if size := element.attrib.pop("minsize", ""):
            # \bigl(. 늘어나는 괄호는 가장 넓은 모양의 너비를 차지하므로 글자를 키웁니다.
            element.attrib.pop("maxsize", "")
            element.attrib |= {"stretchy": "false", "mathsize": size}
    if element.tag == "mover" and element[-1].text == "^":
        element[-1].text = "ˆ"  # 자판의 ^는 낮아서 글자를 긋습니다.
    if element.tag == "mover" and element[-1].text in ACCENTS:
        element.set("accent", "true")
        if element[-1].text in ARROWS and is_letter(element[0]):
            # 늘어나는 화살표는 글자보다 넓어서 글자와 첨자 사이를 벌립니다.
            element[-1].attrib |= {"stretchy": "false", "mathsize": "65%"}
    for index, child in enumerate(element):
        lower = element.tag in SCRIPTED and index > 0
        inside = element.tag == "mfrac" and small
        typeset(
            child,
            script or lower or inside,
            small or lower or element.tag == "mfrac",
        )
    if element.tag in ("mrow", "mtd", "mstyle", "math", "msqrt"):
        set_space(element, script)
    if element.tag == "msqrt":
        # 브라우저는 근호를 글자에 꼭 맞추어 줄 아래로 내립니다. 보이지 않는 기둥이 자리를 잡아 줍니다.
        element.insert(0, space(height="0.85em", depth="0.25em"))
        if is_letter(element[-1]):
            # 기운 글자의 끝까지 덮습니다.
            element.append(space(width="0.1em"))
    if element.tag in ("msup", "msubsup") and SLANTED & set(
        "".join(element[0].itertext())
    ):
        raised = wrap(element[-1])
        raised.insert(0, space(width="0.12em"))
        element[-1] = raised
    tags = {child.tag for child in element}
    if element.tag == "munder" and not tags & {"mo", "munder"}:
        # 글자 아래의 shape은 첨자의 깊이와 상관없이 한 줄에 서고, 이웃과 붙지 않습니다.
        above, below = (wrap(child) for child in element)
        above.insert(0, space(height="0.7em", depth="0.4em"))
        below.insert(0, space(width="0.15em"))
        below.append(space(width="0.15em"))
        element[:] = above, below


def is_letter(element) -> bool:
    text = "".join(element.itertext())
    return len(text) == 1 and text.isalpha()


def space(width="0", height="0", depth="0") -> ElementTree.Element:
    return ElementTree.Element(
        "mspace", width=width, height=height, depth=depth
    )


def wrap(element) -> ElementTree.Element:
    row = ElementTree.Element("mrow")
    row.append(element)
    return row


def mathml(tex: str, display: str) -> str:
    """TeX 수식 하나의 MathML입니다. (One formula, spaced as TeX would.)"""
    tex = WRAPPER.sub(lambda found: found[1], tex.strip())
    tex = LINE_GAP.sub(
        r"\\\\\\vphantom{\\Bigg|}", ALIGNED.sub(r"\\\1{align*}", tex)
    )
    # 글 속의 밑줄은 그냥 글자입니다.
    tex = TEXT.sub(lambda found: found[0].replace(r"\_", "_"), tex)
    root = ElementTree.fromstring(
        convert(THOUSANDS.sub("{,}", tex), display=display)
    )
    typeset(root, script=False, small=display == "inline")
    return ElementTree.tostring(root, encoding="unicode")


def visit_math(self, node: nodes.math) -> None:
    self.body.append(mathml(node.astext(), "inline"))
    raise nodes.SkipNode


def visit_math_block(self, node: nodes.math_block) -> None:
    self.body.append(self.starttag(node, "div", CLASS="math"))
    if node["number"]:
        number = get_node_equation_number(self, node)
        self.body.append(f'<span class="eqno">({number})')
        self.add_permalink_ref(node, "이 식의 주소")
        self.body.append("</span>")
    self.body.append(mathml(node.astext(), "block") + "</div>\n")
    raise nodes.SkipNode


def setup(app) -> dict:
    app.add_html_math_renderer(
        "course", (visit_math, None), (visit_math_block, None)
    )
    return {"parallel_read_safe": True, "parallel_write_safe": True}
