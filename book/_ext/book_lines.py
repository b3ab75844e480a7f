"""줄이 어디서 바뀌어도 되는지 정합니다: 조사는 앞말에, 짧은 식과 shape은 한 줄에.

브라우저는 낱말 사이 말고도 수식과 코드의 앞뒤, 하이픈 뒤에서 줄을 바꿉니다.
"""

from __future__ import annotations

import html
import re

# 수식, 코드, 닫는 괄호의 뒤에서 줄이 바뀌면 조사나 쉼표가 다음 줄에 홀로 남습니다.
WORD_JOINER = "\u2060"
NOT_TEXT = re.compile(
    r'(<pre\b.*?</pre>|<code\b.*?</code>|<dt class="sig\b.*?</dt>'
    r"|<script\b.*?</script>|<[^>]+>)",
    re.S,
)
ENDS = ("</code>", "</abbr>", "</a>", "</strong>", "</em>")
TIED = "(?=[가-힣,.])"
# 짧은 식과 shape도 두 줄에 걸치면 읽기 어렵습니다.
EQUATION = re.compile(r"[\w.%)’/]+(?: [=+·×−/] [\w.(−]+)+")
SHAPE = re.compile(
    r"\([A-Za-z0-9_.−·*√/ ]+(?:, [A-Za-z0-9_.−·*√/ ]+)+\)"
    r"|(?<!\w)[a-z](?:, [a-z])+(?![\w(])"
)
# 층 0, 시점 t, D. Goldberg처럼 함께 읽는 것
NUMBERED = re.compile(
    r"(층|시점|시퀀스|길이|상태|단위|토막|블록|후보) (?=(?:\d+|[A-Za-z])(?![A-Za-z]))"
    r"|(?<!\w)([A-Z]\.) (?=[A-Z])"
)
SHORT = 20
NO_BREAK = "\u00a0"
INLINE_CODE = re.compile(r'<code class="([^"]*)">(.*?)</code>', re.S)
PRE = re.compile(r"<pre>.*?</pre>", re.S)
LONGEST_CODE = 30  # 전화기의 한 줄에 들어가는 글자 수
# 줄을 바꾸지 않게 하는 글자는 수식 옆에서 듣지 않습니다.
FORMULA = re.compile(
    r'<span class="tied">.*?</span>'
    r"|([(“‘]?)(<math\b(?:(?!<math\b).)*?</math>)([가-힣,.)”’]*)",
    re.S,
)
ISSUE = re.compile(
    r'<a class="((?:(?!tied)[^"])*)"([^>]*>(?=[^<]{,40}<)[\w.-]+/[\w.-]+#\d+</a>)'
)


def keep(match: re.Match) -> str:
    """짧은 식은 나누지 않고, 긴 식은 더하고 빼는 기호와 등호의 앞에서만 나눕니다."""
    if len(match[0]) <= SHORT:
        return joined(match)
    return re.sub(r" ([·×/]) |(?<=[=+−]) ", joined, match[0])


def joined(match: re.Match) -> str:
    return match[0].replace(" ", NO_BREAK)


def tie(article: str) -> str:
    """앞말에 붙는 글자가 줄 첫머리에 오지 않게 합니다. 코드와 태그 안은 건드리지 않습니다."""
    parts, in_table = NOT_TEXT.split(article), False
    for index in range(0, len(parts), 2):
        text = re.sub(rf"([)\]”’%]){TIED}", rf"\1{WORD_JOINER}", parts[index])
        before = parts[index - 1] if index else ""
        # 표의 칸은 좁아질 수 있어야 전화기에 들어갑니다.
        in_table = before.startswith("<table") or (
            in_table and before != "</table>"
        )
        if before.endswith(ENDS):
            text = re.sub(r"^ = (?=\S)", f"{NO_BREAK}={NO_BREAK}", text)
        if not in_table:
            text = NUMBERED.sub(joined, text)
            text = EQUATION.sub(keep, text)
        # 뜻이 달린 것은 CSS가 나누지 않습니다.
        if not before.startswith("<abbr"):
            text = SHAPE.sub(keep, text)
        if before.endswith(ENDS):
            text = re.sub(rf"^{TIED}", WORD_JOINER, text)
        parts[index] = text
    return FORMULA.sub(
        hold, ISSUE.sub(r'<a class="\1 tied"\2', "".join(parts))
    )


def hold(match: re.Match) -> str:
    """수식과 그 앞뒤에 붙은 글자를 한 줄에 둡니다. (A formula and what clings to it.)"""
    before, formula, after = match.groups(default="")
    if not (before or after) or 'display="block"' in formula:
        return match[0]
    return f'<span class="tied">{match[0]}</span>'


def mark_long(match: re.Match) -> str:
    """긴 코드는 전화기에서 나뉘어도 됩니다. 짧은 것은 나뉘면 다른 이름으로 읽힙니다."""
    shown = html.unescape(re.sub(r"<[^>]+>", "", match[2]))
    if len(shown) <= LONGEST_CODE or match[1].endswith(" long"):
        return match[0]
    return match[0].replace(match[1], f"{match[1]} long", 1)


def mark_box(match: re.Match) -> str:
    """선으로 그린 표는 줄 사이가 떨어지면 선이 끊깁니다."""
    if "│" not in match[0]:
        return match[0]
    return match[0].replace("<pre>", '<pre class="box">')
