"""저장소의 공개 주소를 한 번에 적습니다. (Writes the repository's public address everywhere.)

주소는 pyproject.toml의 [tool.course]가 가지고 있고, 책은 그것을 읽습니다.
스스로 읽지 못하는 README.md와 CITATION.cff, Colab에서 열릴 장은 여기에서 고칩니다.

    python book/address.py https://github.com/이름/저장소
"""

import json
import re
import sys
import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
BADGE = "https://colab.research.google.com/assets/colab-badge.svg"
INSTALL = "install-course-lib"
START, END = "<!-- address -->", "<!-- /address -->"


def write(root: Path, url: str) -> None:
    """주소를 적습니다. 빈 문자열은 주소를 지웁니다. (The empty string removes it.)"""
    if url and not re.fullmatch(r"https://github\.com/[\w.-]+/[\w.-]+", url):
        raise SystemExit(
            f"https://github.com/이름/저장소 모양이어야 합니다. 실제: {url}"
        )
    replace(
        root / "pyproject.toml",
        r'^repository = ".*"$',
        f'repository = "{url}"',
    )
    line = f"repository-code: {url}" if url else "# repository-code:"
    replace(root / "CITATION.cff", r"^(# )?repository-code:.*$", line)
    replace(
        root / "README.md", rf"^{START}$[\s\S]*^{END}$", readme_block(root)
    )
    for notebook in chapters(root):
        set_install_cell(notebook, url)


def replace(path: Path, pattern: str, new: str) -> None:
    text, count = re.subn(
        pattern, lambda _: new, path.read_text("utf-8"), flags=re.M
    )
    if count != 1:
        raise SystemExit(
            f"{path.name}에서 고칠 자리를 찾지 못했습니다: {pattern}"
        )
    path.write_text(text, "utf-8", newline="\n")


def readme_block(root: Path) -> str:
    """README에서 주소가 있어야 하는 부분입니다. (Badges; empty while there is no address.)"""
    course = tomllib.loads((root / "pyproject.toml").read_text("utf-8"))[
        "tool"
    ]["course"]
    url, branch = course["repository"], course["branch"]
    if not url:
        return f"{START}\n{END}"
    workflow = f"{url}/actions/workflows/ci.yml"
    colab = url.replace("github.com", "colab.research.google.com/github")
    return "\n".join(
        [
            START,
            f"[![검사]({workflow}/badge.svg)]({workflow})",
            "",
            "설치하지 않고 Colab에서 바로 열 수 있습니다.",
            "",
            *(
                f"- [![Colab에서 열기]({BADGE})]({colab}/blob/{branch}/book/{path.name}) {title(path)}"
                for path in chapters(root)
            ),
            END,
        ]
    )


def chapters(root: Path) -> list[Path]:
    return sorted((root / "book").glob("[0-9][0-9]_*.ipynb"))


def set_install_cell(notebook: Path, url: str) -> None:
    """장의 첫 코드 셀로, course_lib이 없을 때만 설치하는 셀을 둡니다. (For Colab, hidden here.)

    찍는 것이 없는 셀이므로 다시 실행하지 않고 실행 번호만 밉니다.
    """
    content = json.loads(notebook.read_text("utf-8"))
    cells = [cell for cell in content["cells"] if cell["id"] != INSTALL]
    if url:
        first = next(
            k for k, cell in enumerate(cells) if cell["cell_type"] == "code"
        )
        cells.insert(first, install_cell(url))
    code = [cell for cell in cells if cell["cell_type"] == "code"]
    for number, cell in enumerate(code, start=1):
        cell["execution_count"] = number
        for output in cell["outputs"]:
            if "execution_count" in output:
                output["execution_count"] = number
    content["cells"] = cells
    text = json.dumps(content, ensure_ascii=False, indent=1) + "\n"
    notebook.write_text(text, "utf-8", newline="\n")


def install_cell(url: str) -> dict:
    source = [
        "import importlib.util\n",
        "\n",
        'if importlib.util.find_spec("course_lib") is None:\n',
        f'    %pip install -q "rnn-course-ko[torch,plot] @ git+{url}"',
    ]
    return {
        "cell_type": "code",
        "execution_count": None,
        "id": INSTALL,
        "metadata": {"tags": ["remove-cell"]},
        "outputs": [],
        "source": source,
    }


def title(notebook: Path) -> str:
    cells = json.loads(notebook.read_text("utf-8"))["cells"]
    source = "\n".join("".join(cell["source"]) for cell in cells)
    return re.search(r"^# (.+)$", source, flags=re.M)[1]


if __name__ == "__main__":
    if len(sys.argv) != 2:
        raise SystemExit(__doc__)
    write(ROOT, re.sub(r"(\.git)?/*$", "", sys.argv[1]))
