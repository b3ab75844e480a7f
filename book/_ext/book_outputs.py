"""노트북에 저장된 출력이 책에 실려도 되는지 봅니다.

nbval은 다시 실행한 값과 저장된 값을 비교하지만, 출력이 지워진 노트북, 실행하지 않은 셀,
사라진 그림은 그냥 지나갑니다. 여기서는 그 빈 곳만 봅니다. 값은 비교하지 않습니다.
execute.py, 책을 만드는 확장, tests/book이 함께 씁니다.
"""

from __future__ import annotations

import re

import nbformat

# 어느 컴퓨터에서 실행했는지가 드러나는 길입니다. 다른 컴퓨터에서는 같은 출력이 나오지 않습니다.
MACHINE_PATH = re.compile(
    r"(?<![\w.:/])/(?:home|root|tmp|usr|opt|var|mnt|work|content|Users|private)/\S|[A-Za-z]:\\\\?\w|~[/\\]\w"
)
IGNORE_MARK = re.compile(
    r"NBVAL_|nbval-(?:ignore|skip|raises)|PYTEST_VALIDATE", re.IGNORECASE
)


def output_text(output: dict) -> str:
    """출력 하나에서 독자가 읽는 글을 모읍니다 (the text a reader sees)."""
    if output["output_type"] == "stream":
        return "".join(output["text"])
    if output["output_type"] == "error":
        return "\n".join([output["evalue"], *output["traceback"]])
    data = output["data"]
    return "\n".join(
        "".join(data[kind]) for kind in data if kind.startswith("text/")
    )


def cell_problems(cell: dict) -> list[str]:
    """코드 셀 하나의 문제를 나열합니다 (what is wrong with one code cell)."""
    source, tags = "".join(cell["source"]), cell["metadata"].get("tags", [])
    outputs = cell["outputs"]
    kinds = [output["output_type"] for output in outputs]
    problems = []
    if IGNORE_MARK.search(source) or any(
        IGNORE_MARK.search(tag) for tag in tags
    ):
        problems.append("nbval이 건너뛰게 하는 표시가 있습니다")
    if "error" in kinds and "raises-exception" not in tags:
        problems.append("오류가 저장되어 있습니다")
    if "raises-exception" in tags and "error" not in kinds:
        problems.append(
            "raises-exception 표시가 있지만 오류가 나지 않았습니다"
        )
    if any(output.get("name") == "stderr" for output in outputs):
        problems.append("stderr 출력이 저장되어 있습니다")
    if "plt.show()" in source and not any(
        "image/png" in o.get("data", {}) for o in outputs
    ):
        problems.append("plt.show()를 부르지만 PNG가 없습니다")
    for output in outputs:
        if match := MACHINE_PATH.search(output_text(output)):
            problems.append(
                f"출력에 이 컴퓨터의 경로가 있습니다: {match.group()}…"
            )
    return problems


def notebook_problems(notebook: dict) -> list[str]:
    """노트북의 문제를 한 줄씩 나열합니다. 없으면 빈 목록입니다 (problems, one per line)."""
    problems = []
    ids = [cell.get("id") for cell in notebook["cells"]]
    if None in ids or len(set(ids)) < len(ids):
        problems.append("셀 id가 없거나 겹칩니다")
    else:  # id가 나쁘면 validate가 몰래 고치므로 부르지 않습니다.
        try:
            nbformat.validate(notebook)
        except nbformat.ValidationError as error:
            problems.append(f"nbformat에 맞지 않습니다: {error.message}")
    code = [cell for cell in notebook["cells"] if cell["cell_type"] == "code"]
    counts = [cell["execution_count"] for cell in code]
    if counts != list(range(1, len(code) + 1)):
        problems.append(f"실행 번호가 1부터 차례대로가 아닙니다: {counts}")
    for number, cell in enumerate(code, start=1):
        problems += [
            f"코드 셀 {number}: {problem}" for problem in cell_problems(cell)
        ]
    return problems
