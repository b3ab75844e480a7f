"""종이책과 전자책의 검사가 함께 쓰는 것: 책을 만들고, 원고에서 찾을 문장과 제목을 고릅니다.

찾을 것은 적어 두지 않고 원고에서 고르므로 장이 늘거나 글이 바뀌어도 낡지 않습니다.
"""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import yaml

ROOT = Path(__file__).resolve().parents[2]
NAME = "rnn-course-ko"


def built(kind):
    """만든 파일의 경로입니다. BOOK_FILES에 폴더를 적으면 거기에 만들어 둔 것을 봅니다."""
    if folder := os.environ.get("BOOK_FILES"):
        return Path(folder, f"{NAME}.{kind}")
    command = [sys.executable, "book/print/make.py", kind]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, encoding="utf-8", check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return ROOT / "_build" / f"{NAME}.{kind}"


def toc_pages():
    """차례에 있는 쪽의 이름입니다. (The book's pages in reading order, as book/NAME.)"""
    toc = yaml.safe_load((ROOT / "_toc.yml").read_text("utf-8"))
    parts = [entry["file"] for part in toc["parts"] for entry in part["chapters"]]
    return [toc["root"], *parts]


def chapters():
    return [page for page in toc_pages() if re.match(r"book/\d\d_", page)]


def manuscript(page):
    """쪽의 마크다운입니다. 노트북이면 글 셀만 잇습니다."""
    notebook = ROOT / f"{page}.ipynb"
    if not notebook.exists():
        return (ROOT / f"{page}.md").read_text("utf-8")
    cells = json.loads(notebook.read_text("utf-8"))["cells"]
    return "\n\n".join("".join(c["source"]) for c in cells if c["cell_type"] == "markdown")


def sections(page):
    """(제목, 글)을 차례대로 냅니다. 코드 울타리 안의 #은 제목이 아닙니다."""
    title, lines, fence = None, [], False
    for line in manuscript(page).splitlines():
        fence ^= line.startswith("```")
        if not fence and (match := re.match(r"#{1,2} (.+)", line)):
            yield title, "\n".join(lines)
            title, lines = match[1], []
        else:
            lines.append(line)
    yield title, "\n".join(lines)


def headings(page):
    """절의 제목들입니다. (The second-level headings, without markup.)"""
    titles = [plain(title) for title, _ in sections(page) if title]
    return titles[1:]


def plain(text):
    text = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", text)
    return re.sub(r"[`*]", "", text).strip()


# 조사와 문장 부호까지 그대로 찍혀야 하는, 꾸밈없는 문장입니다.
SENTENCE = re.compile(r"(?<![^\n ])[가-힣A-Z][^\n.?!$`*\[\](){}<>|\\\"'“”_—–…:]{12,}다\.")


def sentences(page):
    """절마다 처음 나오는 꾸밈없는 문장입니다. (One plain sentence of every section.)"""
    found = []
    for _, text in sections(page):
        prose = [part for part in text.split("\n\n") if re.match(r"[가-힣A-Z]", part)]
        if match := SENTENCE.search("\n\n".join(prose)):
            found.append(match[0])
    return found


def squeeze(text):
    """빈칸을 없애고 따옴표를 곧게 합니다. 줄이 어디에서 바뀌는지는 종이가 정합니다."""
    return re.sub(r"\s+", "", re.sub("[“”]", '"', text))
