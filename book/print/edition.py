"""책의 이름, 판, 날짜와 표지입니다 (what stands on the title page)."""

from __future__ import annotations

import html
import os
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path

import yaml
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.backends.backend_svg import FigureCanvasSVG
from matplotlib.figure import Figure

import course_lib
from course_lib import plotting

ROOT = Path(__file__).resolve().parents[2]
NAME = "rnn-course-ko"
SUBTITLE = "NumPy와 PyTorch로 밑바닥부터"


@dataclass(frozen=True)
class Edition:
    """책 한 판 (one edition of the book)."""

    title: str
    rights: str
    author: str
    description: str
    version: str
    seconds: int  # 1970년부터의 초. 같은 판은 언제 만들어도 같습니다.

    @property
    def date(self) -> str:
        day = time.gmtime(self.seconds)
        return f"{day.tm_year}년 {day.tm_mon}월 {day.tm_mday}일"

    @property
    def label(self) -> str:
        return f"{self.version}판 · {self.date}"


def read_edition() -> Edition:
    config = yaml.safe_load((ROOT / "_config.yml").read_text("utf-8"))
    citation = yaml.safe_load((ROOT / "CITATION.cff").read_text("utf-8"))
    return Edition(
        title=config["title"],
        rights=config["copyright"],
        author=", ".join(author["name"] for author in citation["authors"]),
        description=citation["abstract"],
        version=course_lib.__version__,
        seconds=source_seconds(),
    )


def source_seconds() -> int:
    """마지막으로 고친 때. 만든 때를 적으면 같은 글에서 다른 파일이 나옵니다 (reproducible)."""
    if fixed := os.environ.get("SOURCE_DATE_EPOCH"):
        return int(fixed)
    try:
        command = ["git", "log", "-1", "--format=%ct"]
        done = subprocess.run(
            command, cwd=ROOT, capture_output=True, text=True, check=True
        )
        return int(done.stdout)
    except (OSError, ValueError, subprocess.CalledProcessError):
        return int(time.time())


def draw_cover(path: Path, edition: Edition) -> None:
    """전자책의 표지 그림 1600×2400 (the cover of the EPUB)."""
    figure = Figure(figsize=(8, 12), dpi=200, facecolor=plotting.PAPER)
    FigureCanvasAgg(figure)
    plotting.unrolled(T=4, ax=figure.add_axes((0.08, 0.3, 0.84, 0.28)))
    font = {"family": ["Pretendard", "DejaVu Sans"], "color": plotting.INK}
    first, _, last = edition.title.partition(" ")
    figure.text(0.1, 0.82, first, size=44, weight="bold", **font)
    figure.text(0.1, 0.75, last, size=44, weight="bold", **font)
    figure.text(0.1, 0.69, SUBTITLE, size=22, **font)
    figure.text(0.1, 0.08, edition.label, size=16, **font)
    figure.savefig(path, metadata={"Software": None})


def draw_motif(path: Path) -> None:
    """표지에 놓는 펼친 그림 (an SVG whose letters are outlines)."""
    figure = Figure(figsize=(8, 3.6))
    FigureCanvasSVG(figure)
    figure.patch.set_alpha(0)
    plotting.unrolled(T=4, ax=figure.add_axes((0, 0, 1, 1)))
    figure.savefig(path, metadata={"Date": None})


def front_matter(edition: Edition) -> str:
    """종이책의 표지와 판권 (cover and colophon as HTML)."""
    title, rights, label = map(
        html.escape, (edition.title, edition.rights, edition.label)
    )
    return f"""
<section class="cover">
  <h1>{title.replace(" ", "<br>", 1)}</h1>
  <p class="subtitle">{SUBTITLE}</p>
  <img src="cover.svg" alt="시점마다 펼친 순환 신경망의 그림">
  <p class="edition">{label}</p>
</section>
<section class="colophon">
  <p><strong>{title}</strong><br>{html.escape(edition.description)}</p>
  <p>{label}<br>{rights}</p>
  <p>찍힌 숫자는 모두 노트북을 실행하여 얻은 것입니다. 그림을 그린 코드는 싣지 않았습니다.
  저장소의 노트북과 웹의 책에 있습니다. 연습의 풀이는 책의 끝에 모았습니다.
  종이보다 긴 코드는 다음 줄에 들여 쓰고 ↳를 붙였습니다.</p>
</section>
"""
