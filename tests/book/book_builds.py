"""책의 검사가 함께 쓰는 도구: 명령 실행, 엄격한 빌드, 쪽이 둘뿐인 작은 책."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def run(*arguments: object, cwd: Path) -> subprocess.CompletedProcess[str]:
    """같은 Python으로 명령을 실행하고 글을 모읍니다 (run a command, capture its text)."""
    command = [sys.executable, *map(str, arguments)]
    return subprocess.run(
        command,
        cwd=cwd,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        errors="replace",
        timeout=600,
        check=False,
    )


def build(source: Path, output: Path) -> subprocess.CompletedProcess[str]:
    """경고를 오류로 여기고 책을 만듭니다 (the strict build)."""
    # python -m jupyter_book은 없습니다.
    command = ["-c", "from jupyter_book.cli.main import main; main()", "build", source]
    return run(*command, "--path-output", output, "-W", "--keep-going", "--all", cwd=source)


def small_book(folder: Path, page: Path) -> Path:
    """우리 설정 그대로, 쪽은 둘뿐인 책을 만듭니다 (our configuration around one page)."""
    book = folder / "book"
    book.mkdir(parents=True)
    shutil.copy(ROOT / "_config.yml", folder)
    shutil.copy(ROOT / "book" / "execute.py", book)
    for part in ("_static", "_ext", "_data", "locale"):
        shutil.copytree(
            ROOT / "book" / part, book / part, ignore=shutil.ignore_patterns("__pycache__")
        )
    (book / "intro.md").write_text("# 작은 책\n\n처음 쪽입니다.\n", encoding="utf-8")
    shutil.copy(page, book)
    (folder / "_toc.yml").write_text(
        "format: jb-book\nroot: book/intro\nparts:\n- caption: 핵심\n  numbered: 1\n  chapters:\n"
        f"  - file: book/{page.stem}\n",
        encoding="utf-8",
    )
    return folder
