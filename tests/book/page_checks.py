"""쪽과 장의 틀을 봅니다. 함수마다 문제를 한 줄씩 모아 돌려주며, 없으면 빈 목록입니다.

검사가 목록을 돌려주는 까닭: 장을 쓰는 사람은 틀린 곳을 한 번에 모두 알고 싶고, 검사의 검사는
어느 것이 알아차렸는지 알아야 합니다. 실행한 값은 보지 않습니다. 그 일은 nbval이 합니다.
"""

from __future__ import annotations

import ast
import json
import re
import unicodedata
from pathlib import Path

from book_outputs import output_text
from book_terms import cells, load_exceptions, load_terms, page_text, without_code
from IPython.core.inputtransformer2 import TransformerManager

GOALS, READY, EXERCISES, SUMMARY, READING = (
    "이 장에서 배울 것",
    "준비",
    "연습",
    "정리",
    "더 읽을거리",
)
COLUMNS = 78  # 쪽의 코드 칸에 다 보이는 너비. 책의 코드 글꼴에서 한글은 두 칸입니다.
HANGUL = re.compile(r"[가-힣]")
WEB_LINK = re.compile(r"\]\((https://[^)\s]+)\)|<(https://[^>\s]+)>")
ANY_WEB_LINK = re.compile(r"https?:[^\s)>\]\"'`]*|\bwww\.[^\s)>\]\"'`]*")
GOOD_WEB_LINK = re.compile(r"https://[\w-]+(?:\.[\w-]+)+(?::\d+)?(?:[/?#][^\s]*)?$")

# "4이/가", "4(이)가", "값을(를)"처럼 조사를 둘 다 적은 것
BOTH_PARTICLES = re.compile(
    r"\((?:이|으|은|을|과)\)(?:가|로|는|를|와|라|며|면|다)"
    r"|(?:이|가|은|는|을|를|과|와|으로|로)\((?:이|가|은|는|을|를|과|와|으로|로)\)"
    r"|(?:이/가|가/이|은/는|는/은|을/를|를/을|과/와|와/과|으로/로|로/으로)(?![가-힣])"
)
# 합니다체가 아닌 문장 끝
INFORMAL_END = re.compile(
    r"[가-힣]*(?:해요|에요|예요|세요|어요|아요|여요|지요|죠|네요|까요|나요|군요|래요|데요|게요|돼요|려요|워요)(?=[.!?…]|\s*$)|"
    r"[가-힣]*(?<![니시])다(?=[.!?…](?:\s|$))",
    re.MULTILINE,
)
# shape는 "셰이프"로 읽으므로 받침이 없습니다.
SHAPE_PARTICLE = re.compile(r"shape(?:을|은|과|으로|이(?![가-힣]))")


def tree(source: str) -> ast.Module:
    """매직(%, !)이 든 셀도 읽습니다 (parse a cell that may hold magics)."""
    return ast.parse(TransformerManager().transform_cell(source))


def has_assertion(source: str) -> bool:
    """assert 문이나 assert_…() 호출이 있는지 봅니다 (an assert statement or call)."""
    for node in ast.walk(tree(source)):
        if isinstance(node, ast.Assert):
            return True
        if isinstance(node, ast.Call):
            name = getattr(node.func, "attr", getattr(node.func, "id", ""))
            if name.startswith("assert"):
                return True
    return False


def prints_shape(source: str) -> bool:
    """print(...) 안에 .shape가 있거나 explain(...)을 부르는지 봅니다 (does it print a shape)."""
    if re.search(r"^explain\(", source, flags=re.MULTILINE):
        return True
    prints = (
        node
        for node in ast.walk(tree(source))
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "print"
    )
    return any(
        isinstance(part, ast.Attribute) and part.attr == "shape"
        for call in prints
        for part in ast.walk(call)
    )


def headings(text: str, level: int) -> list[str]:
    return re.findall(rf"^{'#' * level} +(.+?) *$", without_code(text), flags=re.MULTILINE)


def section(text: str, heading: str) -> str:
    """H2 하나의 글 (the text under one H2)."""
    match = re.search(
        rf"^## +{re.escape(heading)} *$(.*?)(?=^## |\Z)", text, flags=re.MULTILINE | re.DOTALL
    )
    return match.group(1) if match else ""


def template_problems(path: Path) -> list[str]:
    """장의 틀: 이름표, 제목의 차례, 목표, 정리, 더 읽을거리 (the page template)."""
    text, number, problems = page_text(path), path.name[:2], []
    if not re.match(rf"\(ch-{number}\)=\n# \S", text):
        problems.append(f"첫 셀이 (ch-{number})= 다음 줄의 # 제목으로 시작하지 않습니다")
    if len(headings(text, 1)) != 1:
        problems.append(f"# 제목이 하나가 아닙니다: {headings(text, 1)}")
    titles = headings(text, 2)
    if (
        titles[:2] != [GOALS, READY]
        or titles[-3:] != [EXERCISES, SUMMARY, READING]
        or len(titles) < 6
    ):
        problems.append(
            f"## 제목의 차례가 다릅니다: {titles}. "
            f"기대: {GOALS}, {READY}, (본문), {EXERCISES}, {SUMMARY}, {READING}"
        )
    if len(re.findall(r"^[-*] ", section(text, GOALS), flags=re.MULTILINE)) < 2:
        problems.append(f"'{GOALS}'에 목표가 둘 이상 있어야 합니다")
    if not HANGUL.search(section(text, SUMMARY)):
        problems.append(f"'{SUMMARY}'가 비어 있습니다")
    if not WEB_LINK.search(section(text, READING)):
        problems.append(f"'{READING}'에 https 주소가 없습니다")
    return problems


def figure_problems(path: Path) -> list[str]:
    """그림: 하나 이상, 한국어 대체 글, 숫자를 확인하는 assert (figures)."""
    notebook = json.loads(path.read_text(encoding="utf-8"))
    figures, problems = 0, []
    for cell in notebook["cells"]:
        source = "".join(cell["source"])
        shown = any("image/png" in output.get("data", {}) for output in cell.get("outputs", []))
        if cell["cell_type"] != "code" or not (shown or "plt.show()" in source):
            continue
        figures += 1
        alt = cell["metadata"].get("mystnb", {}).get("image", {}).get("alt", "")
        if len(HANGUL.findall(alt)) < 5:
            problems.append(f"셀 {cell.get('id')}: 그림을 한국어로 말하는 alt가 없습니다 ({alt!r})")
        if not source.rstrip().endswith("plt.show()"):
            problems.append(f"셀 {cell.get('id')}: 그림 셀은 plt.show()로 끝나야 합니다")
        if not has_assertion(source):
            problems.append(f"셀 {cell.get('id')}: 그림의 숫자를 확인하는 assert가 없습니다")
    if not figures:
        problems.append("그림이 하나도 없습니다")
    return problems


def shape_problems(path: Path) -> list[str]:
    """shape를 찍는 셀에는 assert가 있어야 합니다 (printed shapes are asserted)."""
    return [
        f"shape를 찍지만 assert가 없습니다: {source.splitlines()[0]} …"
        for source in cells(path, "code")
        if prints_shape(source) and not has_assertion(source)
    ]


def columns(line: str) -> int:
    """줄의 너비. 한글은 두 칸입니다 (display columns)."""
    return sum(2 if unicodedata.east_asian_width(letter) in "WF" else 1 for letter in line)


def width_problems(path: Path) -> list[str]:
    """코드, 글 속의 코드, 찍힌 글에서 쪽보다 넓은 줄. 독자가 옆으로 밀어야 합니다 (wide lines)."""
    notebook, problems = json.loads(path.read_text(encoding="utf-8")), []
    for cell in notebook["cells"]:
        source = "".join(cell["source"])
        texts = [source, *map(output_text, cell.get("outputs", []))]
        if cell["cell_type"] == "markdown":
            fences = re.finditer(r"^(`{3,})\w*\n(.*?)^\1", source, flags=re.M | re.S)
            texts = [fence[2] for fence in fences]
        problems += [
            f"셀 {cell.get('id')}: {COLUMNS}칸보다 넓습니다({columns(line)}칸): {line.strip()}"
            for text in texts
            for line in text.splitlines()
            if columns(line) > COLUMNS
        ]
    return problems


def exercise_problems(path: Path) -> list[str]:
    """연습: 셋 이상, 이름표, 접힌 풀이, 풀이의 코드에 assert (exercises and solutions)."""
    notebook = json.loads(path.read_text(encoding="utf-8"))
    text, number, problems = page_text(path), path.name[:2], []
    labels = re.findall(r"\{exercise(?:-start)?\}.*\n(?::(?!label).*\n)*:label: *(\S+)", text)
    if len(labels) < 3:
        problems.append(f"연습이 셋보다 적습니다: {labels}")
    problems += [
        f"{label}: 이름표는 ex-{number}-…여야 합니다"
        for label in labels
        if not label.startswith(f"ex-{number}-")
    ]
    opened = None
    solved: dict[str, list[str]] = {}
    for cell in notebook["cells"]:
        source = "".join(cell["source"])
        if cell["cell_type"] == "code":
            if opened:
                solved[opened].append(source)
            continue
        for match in re.finditer(
            r"\{solution(-start|-end)?\} *(\S*)(.*?)(?=^[:`]{3})", source, flags=re.M | re.S
        ):
            if match[1] == "-end":
                opened = None
                continue
            solved.setdefault(match[2], [])
            if ":class: dropdown" not in match[3]:
                problems.append(f"{match[2]}: 풀이가 접혀 있지 않습니다 (:class: dropdown)")
            opened = match[2] if match[1] == "-start" else None
    if opened:
        problems.append(f"{opened}: solution-start가 solution-end로 끝나지 않습니다")
    for label in labels:
        if label not in solved:
            problems.append(f"{label}: 풀이가 없습니다")
        elif not any(has_assertion(code) for code in solved[label]):
            problems.append(f"{label}: 풀이에 답을 확인하는 assert가 없습니다")
    return problems


def card_problems(path: Path) -> list[str]:
    """오해 카드: 하나 이상, 출처, 바로 뒤에 참을 보여 주는 코드 셀 (misconception cards)."""
    notebook = json.loads(path.read_text(encoding="utf-8"))
    found, problems = 0, []
    for cell, after in zip(notebook["cells"], [*notebook["cells"][1:], None], strict=True):
        source = "".join(cell["source"])
        if cell["cell_type"] != "markdown" or ":class: misconception" not in source:
            continue
        found += source.count(":class: misconception")
        name = f"카드 '{source.strip().splitlines()[0]}'"
        if source.count(":class: misconception") > 1 or not re.search(
            r"^:{3,}\s*\Z", source, flags=re.MULTILINE
        ):
            problems.append(
                f"{name}: 카드 하나가 셀의 끝에 있어야 바로 뒤 셀이 그 카드의 것이 됩니다"
            )
        if not re.search(r"\{admonition\} *오해: *\S", source):
            problems.append(f"{name}: 제목이 '오해: …'로 시작하지 않습니다")
        if not re.search(r"^출처:.*https://", source, flags=re.MULTILINE):
            problems.append(f"{name}: '출처:' 줄에 https 주소가 없습니다")
        if (
            after is None
            or after["cell_type"] != "code"
            or not has_assertion("".join(after["source"]))
        ):
            problems.append(f"{name}: 바로 뒤에 assert가 든 코드 셀이 없습니다")
    if not found:
        problems.append("오해 카드가 하나도 없습니다")
    return problems


def forbidden_words(text: str, page: str = "") -> list[str]:
    """쓰지 않기로 한 말을 찾습니다. 예외는 terms.yml에 있습니다 (words we do not use)."""
    lines = text.splitlines()
    # 긴 예외부터 지워야 "재귀 신경망(recursive …)"이 "재귀 신경망"보다 먼저 지워집니다.
    allowed = [
        word
        for rule in load_exceptions()
        if page in rule.get("pages", [page])
        for word in rule["words"]
    ]
    for word in sorted(allowed, key=len, reverse=True):
        lines = [line.replace(word, " " * len(word)) for line in lines]
    # 긴 말부터 보아야 "순방향 신경망"이 "순방향"으로 보고되지 않습니다.
    words = {word: term.korean for term in load_terms() for word in term.avoid}
    problems = []
    for number, line in enumerate(lines, start=1):
        for word in sorted(words, key=len, reverse=True):
            if word in line:
                problems.append(
                    f"{number}번째 줄: '{word}' 대신 '{words[word]}'를 씁니다 — {line.strip()[:60]}"
                )
                line = line.replace(word, "")
    return problems


def style_problems(text: str) -> list[str]:
    """조사를 둘 다 적은 것과 합니다체가 아닌 문장 끝을 찾습니다 (prose style)."""
    prose = re.sub(r"[\"“‘『「'][^\"”’』」'\n]*[\"”’』」']", " ", without_code(text))
    problems = [f"조사를 둘 다 적었습니다: …{m.group()}…" for m in BOTH_PARTICLES.finditer(prose)]
    problems += [f"합니다체가 아닙니다: …{m.group()}" for m in INFORMAL_END.finditer(prose)]
    problems += [f"shape 뒤의 조사: {m.group()}" for m in SHAPE_PARTICLE.finditer(prose)]
    return problems


def bare_links(path: Path) -> list[str]:
    """글이 없는 링크. 책은 제목을 채우지만 JupyterLab에서는 보이지 않습니다 (no text)."""
    return [
        f"링크에 글이 없습니다. [2장](ch-02)처럼 적으십시오: {link}"
        for link in re.findall(r"(?<!!)\[\]\([^)]*\)|\{ref\}`[^`]*`", page_text(path))
    ]


def link_problems(text: str) -> list[str]:
    """엄격한 빌드가 보지 않는 것: 바깥 주소의 꼴과 정의되지 않은 각주 (addresses and footnotes)."""
    visible = re.sub(
        r"^(`{3,}|~{3,})(?!\{).*?^\1[ \t]*$|(?<!`)`[^`\n]+`",
        " ",
        text,
        flags=re.MULTILINE | re.DOTALL,
    )
    problems = [
        f"https로 시작하는 온전한 주소가 아닙니다: {address}"
        for address in ANY_WEB_LINK.findall(visible)
        if not GOOD_WEB_LINK.match(address.rstrip(".,;:"))
    ]
    used = set(re.findall(r"\[\^([^\]]+)\](?!:)", visible))
    defined = set(re.findall(r"^\[\^([^\]]+)\]:", visible, flags=re.MULTILINE))
    problems += [f"정의되지 않은 각주: [^{name}]" for name in sorted(used - defined)]
    problems += [f"쓰이지 않은 각주: [^{name}]" for name in sorted(defined - used)]
    problems += [
        f"대체 글에 한국어가 없는 그림: {m}"
        for m in re.findall(r"!\[([^\]]*)\]\(", visible)
        if not HANGUL.search(m)
    ]
    return problems
