"""course_lib의 설명을 책에 싣고, 글에 나온 이름을 그 설명에 잇습니다.

docstring을 읽는 일은 Sphinx의 autodoc과 napoleon이 합니다. 여기서는 한국어와 두 벌의 사다리
때문에 생기는 빈틈만 메웁니다.
"""

from __future__ import annotations

import ast
import inspect
import re
from importlib import import_module

from docutils import nodes
from sphinx import addnodes
from sphinx.ext.autodoc import preserve_defaults
from sphinx.transforms.post_transforms import SphinxPostTransform
from sphinx.util import logging

LOGGER = logging.getLogger(__name__)
LIBRARY = "course_lib."
# 밑줄이 없어도 이 책의 함수인 이름입니다. bidirectional은 인자의 이름이기도 하여 잇지 않습니다.
PLAIN_NAMES = {"unroll", "fit", "explain", "describe", "gradcheck"}
KINDS = ("function", "class", "exception", "module")
FUNCTION = re.compile(r"<function (\w+)>")
LONGEST_VALUE = 90  # 설명의 한 줄
# 남의 이름과 그 설명이 있는 곳
OUTSIDE = {
    r"torch\.(nn|optim)\.\w": "https://docs.pytorch.org/docs/stable/generated/{}.html",
    r"torch\.utils\.checkpoint\b": "https://docs.pytorch.org/docs/stable/checkpoint.html",
    r"matplotlib\.pyplot\.\w": "https://matplotlib.org/stable/api/_as_gen/{}.html",
}
# 유니코드는 한글을 풀어 쓸 때의 첫소리 열아홉 개를 이 차례로 U+1100부터 두었습니다.
CONSONANTS = "ㄱㄲㄴㄷㄸㄹㅁㅂㅃㅅㅆㅇㅈㅉㅊㅋㅌㅍㅎ"


def spell_out(app, what, name, obj, options, lines) -> None:
    """reStructuredText가 잘못 읽는 것을 막습니다. docstring은 그대로 읽기 좋게 둡니다."""
    for index, line in enumerate(lines):
        # 코드에 조사가 바로 붙으면 코드의 끝을 모릅니다.
        line = re.sub(r"(``[^`]+``)(?=[가-힣])", r"\1\\ ", line)
        # 줄의 첫머리글자 "D. P. Kingma"는 D번째 항목이 아닙니다.
        line = re.sub(r"^(\s*[A-Z])\. ", r"\1\\. ", line)
        # Sphinx는 이 이름을 번역하지 않습니다.
        lines[index] = re.sub(r"^(\s*):type: ", r"\1:자료형: ", line)


def show_defaults(app, what, name, obj, options, signature, result):
    """기본값이 함수이면 그 이름을, 새 리스트이면 []를 적습니다."""
    if signature:
        signature = FUNCTION.sub(r"\1", signature).replace("<factory>", "[]")
    return signature, result


def show_value(app, domain, objtype, content) -> None:
    """값에 든 함수는 이름만 적고, 한 줄이 넘는 값과 글은 적지 않습니다."""
    for value in list(content.parent.findall(addnodes.desc_annotation)):
        for text in list(value.findall(nodes.Text)):
            plain = nodes.Text(FUNCTION.sub(r"\1", text.astext()))
            text.parent.replace(text, plain)
        text = value.astext()
        if len(text) > LONGEST_VALUE or re.search("[가-힣]", text):
            value.parent.remove(value)


def sort_out_index(app, pagename, templatename, context, doctree) -> None:
    """색인의 한글 머리글자를 ㄱ, ㄴ으로 적고, 참조의 차례에 다 있는 모듈은 뺍니다."""
    if pagename != "genindex":
        return
    context["genindexentries"] = [
        (
            CONSONANTS[place]
            if 0 <= (place := ord(key[0]) - 0x1100) < len(CONSONANTS)
            else key,
            [
                entry
                for entry in entries
                if entry[0] != "module" and not entry[0].startswith(LIBRARY)
            ],
        )
        for key, entries in context["genindexentries"]
    ]


def skip_field(app, what, name, obj, skip, options) -> bool | None:
    """NamedTuple의 칸은 클래스의 설명에 있으므로 따로 싣지 않습니다."""
    return True if type(obj).__name__ == "_tuplegetter" else None


def summary(full_name: str) -> str:
    """docstring의 첫 줄 (what it is, in one line)."""
    parts = full_name.split(".")
    for cut in range(len(parts), 0, -1):
        try:
            found = import_module(".".join(parts[:cut]))
        except ModuleNotFoundError:
            continue
        for part in parts[cut:]:
            found = getattr(found, part)
        return (inspect.getdoc(found) or "").split("\n")[0]
    raise ModuleNotFoundError(full_name)


class ApiNames:
    """짧은 이름으로 course_lib의 전체 이름을 찾습니다 (from short names to full ones)."""

    def __init__(self, env) -> None:
        self.objects = env.get_domain("py").objects

    def find(self, name: str, package: str = "") -> str | None:
        """``package`` 안에서, 없으면 전체에서 하나뿐인 이름을 돌려줍니다."""
        found = [
            full
            for full, entry in self.objects.items()
            if entry.objtype in KINDS
            and not entry.aliased
            and f".{full}".endswith(f".{name}")
        ]
        near = [
            full for full in found if package and full.startswith(package)
        ]
        best = near or found
        return best[0] if len(best) == 1 else None

    def for_code(self, code: str, nearest: str = "numpy_rnn") -> str | None:
        """글 속의 코드 한 조각이 가리키는 것 (what a piece of inline code refers to)."""
        if match := re.fullmatch(
            r"(?:(numpy_rnn|torch_rnn)/)?(\w+)\.py", code
        ):
            package, name = match.groups()
            return self._module(package or nearest, name)
        name = code.removesuffix("()").removeprefix(LIBRARY)
        if not re.fullmatch(r"[a-z]\w*(?:\.\w+)*", name):
            return None
        owner, _, last = name.rpartition(".")
        if owner:  # torch.nn.RNN처럼 남의 것은 찾지 않습니다.
            root = LIBRARY + owner
            if not any(full.startswith(f"{root}.") for full in self.objects):
                return None
            return self.find(last, f"{root}.")
        if "_" not in last and last not in PLAIN_NAMES:
            return None
        full = self.find(last) or self.find(last, f"{LIBRARY}{nearest}.")
        return None if full and ".plotting." in full else full

    def _module(self, package: str, name: str) -> str | None:
        folders = (f"{package}.", "", "numpy_rnn.")
        for full in (f"{LIBRARY}{folder}{name}" for folder in folders):
            if full in self.objects:
                return full
        return None


def outside(name: str) -> str | None:
    """다른 라이브러리의 이름이면 그 설명의 주소를 돌려줍니다."""
    for pattern, address in OUTSIDE.items():
        if re.match(pattern, name):
            return address.format(name)
    return None


class ChooseNearest(SphinxPostTransform):
    """두 벌의 사다리에 다 있는 이름은 같은 패키지의 것으로 정합니다. 정할 수 없으면 글로 둡니다."""

    default_priority = 5  # 참조를 푸는 것은 10입니다.

    def run(self, **kwargs) -> None:
        names = ApiNames(self.env)
        for node in list(self.document.findall(addnodes.pending_xref)):
            if (
                node.get("refdomain") != "py"
                or node["reftarget"] in names.objects
            ):
                continue
            target = node["reftarget"]
            package = (node.get("py:module") or "").rpartition(".")[0]
            full = names.find(target, f"{package}.")
            if full is None and target.startswith(LIBRARY):
                owner, _, last = target.rpartition(".")
                full = names.find(last, f"{owner}.")
                if full is None:
                    LOGGER.warning(
                        "course_lib에 없는 이름입니다: %s",
                        target,
                        location=node,
                    )
            if full:
                node["reftarget"], node["refspecific"] = full, False
            elif address := outside(target):
                node.replace_self(
                    nodes.reference("", "", *node.children, refuri=address)
                )
            else:
                node.replace_self(node.children)


class LinkCode(SphinxPostTransform):
    """글 속의 `unroll_backward` 같은 이름을 설명에 잇습니다.

    장에서는 쪽마다, 참조에서는 설명마다 처음 나온 것만 잇습니다. 자기 설명에는 잇지 않습니다.
    """

    default_priority = 6

    def run(self, **kwargs) -> None:
        names, linked = ApiNames(self.env), set()
        match = re.fullmatch(r"book/api_(\w+)", self.env.docname)
        nearest = match[1] if match else "numpy_rnn"
        for node in list(self.document.findall(nodes.literal)):
            if not can_link(node):
                continue
            full = names.for_code(node.astext(), nearest)
            place = described(node)
            if full is None or full == place or (place, full) in linked:
                continue
            linked.add((place, full))
            entry = names.objects[full]
            link = nodes.reference("", "", internal=True, classes=["tip"])
            link["refuri"] = (
                self.app.builder.get_relative_uri(
                    self.env.docname, entry.docname
                )
                + f"#{entry.node_id}"
            )
            link["reftitle"] = summary(full)
            node.replace_self(link)
            link += node


class StraightQuotes(SphinxPostTransform):
    """자료형에 적힌 값의 따옴표는 코드이므로 둥글리지 않습니다."""

    default_priority = 7

    def run(self, **kwargs) -> None:
        for description in self.document.findall(addnodes.desc):
            for emphasis in description.findall(nodes.emphasis):
                for text in list(emphasis.findall(nodes.Text)):
                    plain = text.astext().replace("‘", "'").replace("’", "'")
                    text.parent.replace(text, nodes.Text(plain))


def default_source(lines: list[str], position: ast.expr) -> str | None:
    """Sphinx는 글자의 수와 바이트의 수를 섞어서, 한글 뒤의 기본값을 엉뚱한 데서 자릅니다."""
    return ast.get_source_segment("\n".join(lines), position)


def described(node: nodes.Node) -> str:
    """이 글이 설명하는 것의 전체 이름. 참조 밖에서는 비어 있습니다."""
    while node := node.parent:
        if isinstance(node, addnodes.desc) and node[0]["ids"]:
            return node[0]["ids"][0]
    return ""


def can_link(node: nodes.Node) -> bool:
    """제목, 링크, 색인 안에는 링크를 넣지 않습니다."""
    barred = (nodes.title, nodes.reference, nodes.term, addnodes.pending_xref)
    while node := node.parent:
        if isinstance(node, barred):
            return False
    return True


def setup(app) -> dict:
    for extension in ("sphinx.ext.autodoc", "sphinx.ext.napoleon"):
        app.setup_extension(extension)
    app.connect("autodoc-process-docstring", spell_out)
    app.connect("autodoc-skip-member", skip_field)
    app.connect("autodoc-process-signature", show_defaults)
    app.connect("object-description-transform", show_value)
    app.connect("html-page-context", sort_out_index)
    app.add_post_transform(ChooseNearest)
    app.add_post_transform(LinkCode)
    app.add_post_transform(StraightQuotes)
    preserve_defaults.get_default_value = default_source
    return {"parallel_read_safe": True, "parallel_write_safe": True}
