"""execute.py: 두 번 실행하면 한 글자도 달라지지 않고, 나쁜 노트북은 저장하지 않습니다."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from book_builds import run, small_book


def write(path: Path, *sources: str, **metadata: object) -> None:
    cells = [
        {
            "cell_type": "code",
            "metadata": {"scrolled": True},
            "source": source,
            "outputs": [],
            "execution_count": 9,
        }
        for source in sources
    ]
    notebook = {"cells": cells, "metadata": metadata, "nbformat": 4, "nbformat_minor": 4}
    path.write_text(json.dumps(notebook), encoding="utf-8")


GOOD = ("print(1)\nprint(2)", "import os\nos.path.basename(os.getcwd())")
BAD = {
    "02_error": "1 / 0",
    "03_stderr": "import sys\nprint('경고', file=sys.stderr)",
    "04_path": "import os\nprint(os.sep + 'home/me')",
}


@pytest.fixture(scope="module")
def book(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """노트북 다섯이 든 책. 가운데 셋은 저장되면 안 됩니다."""
    folder = tmp_path_factory.mktemp("execute")
    page = folder / "01_page.ipynb"
    write(page, *GOOD, colab={"provenance": []})
    root = small_book(folder / "root", page)
    for name, source in BAD.items():
        write(root / "book" / f"{name}.ipynb", source)
    expected = root / "book" / "05_expected.ipynb"
    write(expected, "raise ValueError('일부러')")
    notebook = json.loads(expected.read_text(encoding="utf-8"))
    notebook["cells"][0]["metadata"] = {"tags": ["raises-exception"]}
    expected.write_text(json.dumps(notebook), encoding="utf-8")
    toc = root / "_toc.yml"
    more = "".join(f"  - file: book/{name}\n" for name in (*BAD, "05_expected"))
    toc.write_text(toc.read_text(encoding="utf-8") + more, encoding="utf-8")
    return root / "book"


def test_all_notebooks_then_one_again(book: Path) -> None:
    before = {name: (book / f"{name}.ipynb").read_bytes() for name in BAD}
    first = run(book / "execute.py", cwd=book.parent)
    assert first.returncode == 1, first.stdout
    assert "노트북 5개 가운데 3개가 실패했습니다" in first.stdout, first.stdout
    assert "ZeroDivisionError" in first.stdout, first.stdout
    for name, content in before.items():
        assert (book / f"{name}.ipynb").read_bytes() == content, f"{name}이 저장되었습니다"

    once = (book / "01_page.ipynb").read_bytes()
    notebook = json.loads(once)
    assert set(notebook["metadata"]) == {"kernelspec", "language_info"}
    assert "version" not in notebook["metadata"]["language_info"]
    assert [cell["id"] for cell in notebook["cells"]] == ["01_page-000", "01_page-001"]
    assert [cell["metadata"] for cell in notebook["cells"]] == [{}, {}]
    assert [cell["execution_count"] for cell in notebook["cells"]] == [1, 2]
    assert notebook["cells"][0]["outputs"] == [
        {"name": "stdout", "output_type": "stream", "text": ["1\n", "2\n"]}
    ]
    assert notebook["cells"][1]["outputs"][0]["data"]["text/plain"] == ["'book'"], (
        "cwd가 book/이 아닙니다"
    )

    output = json.loads((book / "05_expected.ipynb").read_text(encoding="utf-8"))["cells"][0][
        "outputs"
    ][0]
    assert output["traceback"] == ["ValueError: 일부러"], "호출 기록에 경로가 남았습니다"

    again = run(book / "execute.py", "01_page", "05", cwd=book.parent)
    assert again.returncode == 0, again.stdout
    assert again.stdout.count("그대로입니다") == 2, again.stdout
    assert (book / "01_page.ipynb").read_bytes() == once


def test_unknown_name_is_explained(book: Path) -> None:
    result = run(book / "execute.py", "99_none", cwd=book.parent)
    assert result.returncode != 0, result.stdout
    assert "그런 노트북이 없습니다" in result.stdout, result.stdout
