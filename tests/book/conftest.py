"""보기로 만든 장을 실행해 두고, 책의 모듈을 찾을 수 있게 합니다."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest

HERE = Path(__file__).resolve().parent
for folder in (
    HERE,
    HERE.parents[1] / "book" / "_ext",
):  # pytest의 import 방식과 상관없이 찾게 합니다.
    if str(folder) not in sys.path:
        sys.path.insert(0, str(folder))

from book_builds import run, small_book  # noqa: E402
from sample_chapter import sample_notebook  # noqa: E402


@pytest.fixture(scope="session")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """execute.py로 실행한 보기 장 (the sample chapter, executed by execute.py)."""
    folder = tmp_path_factory.mktemp("sample")
    page = folder / "01_sample.ipynb"
    page.write_text(json.dumps(sample_notebook(), ensure_ascii=False), encoding="utf-8")
    book = small_book(folder / "root", page)
    result = run(book / "book" / "execute.py", cwd=folder)
    assert result.returncode == 0, f"보기 장을 실행하지 못했습니다.\n{result.stdout}"
    return book / "book" / page.name
