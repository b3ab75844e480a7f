"""노트북을 다시 실행하고 출력을 저장합니다.

    python book/execute.py             _toc.yml의 모든 노트북
    python book/execute.py 02_cell 05  이름이나 앞부분으로 고른 노트북

같은 컴퓨터에서 두 번 실행하면 파일이 한 글자도 달라지지 않습니다. 실행할 때마다 달라지는 것
(시간, 버전, 편집기가 남긴 표시)을 지우기 때문입니다. 오류나 stderr가 남은 노트북은 저장하지
않습니다. 값을 비교하는 일은 하지 않습니다. 그 일은 pytest --nbval이 합니다.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import time
from pathlib import Path

import nbformat
import yaml
from nbclient import NotebookClient
from nbclient.exceptions import (
    CellExecutionError,
    CellTimeoutError,
    DeadKernelError,
)

BOOK = Path(__file__).resolve().parent
sys.path.append(str(BOOK / "_ext"))

from book_outputs import notebook_problems  # noqa: E402

CELL_SECONDS = 300
KERNEL = {"display_name": "Python 3", "language": "python", "name": "python3"}
# nbclient는 여기에 Python의 버전도 적습니다. 컴퓨터마다 달라지므로 언어만 적습니다.
LANGUAGE = {
    "file_extension": ".py",
    "mimetype": "text/x-python",
    "name": "python",
    "pygments_lexer": "ipython3",
}


def listed_notebooks(toc: Path = BOOK.parent / "_toc.yml") -> list[Path]:
    """_toc.yml에 적힌 노트북을 차례대로 돌려줍니다 (notebooks in reading order)."""
    parts = yaml.safe_load(toc.read_text(encoding="utf-8"))["parts"]
    files = [
        chapter["file"] for part in parts for chapter in part["chapters"]
    ]
    paths = [toc.parent / f"{file}.ipynb" for file in files]
    return [path for path in paths if path.exists()]


def choose(names: list[str], notebooks: list[Path]) -> list[Path]:
    """이름의 앞부분으로 노트북을 고릅니다. 없는 이름이면 멈춥니다 (select by name prefix)."""
    stems = [Path(name).stem for name in names]
    for name, stem in zip(names, stems, strict=True):
        if not any(path.stem.startswith(stem) for path in notebooks):
            known = ", ".join(path.stem for path in notebooks) or "없음"
            sys.exit(f"{name}: 그런 노트북이 없습니다. 있는 노트북: {known}")
    return [
        path
        for path in notebooks
        if not stems or path.stem.startswith(tuple(stems))
    ]


def name_cells(notebook: dict, stem: str) -> None:
    """id가 없거나 겹치는 셀에 정해진 id를 줍니다. 무작위 id는 실행할 때마다 달라집니다."""
    used: set[str] = set()
    for number, cell in enumerate(notebook["cells"]):
        if cell.get("id") is None or cell["id"] in used:
            cell["id"] = f"{stem}-{number:03d}"[:64]
        used.add(cell["id"])


def merge_streams(outputs: list[dict]) -> list[dict]:
    """이어진 print 출력을 하나로 합칩니다. 어디서 끊기는지는 실행할 때마다 다릅니다."""
    merged: list[dict] = []
    for output in outputs:
        if (
            output["output_type"] == "stream"
            and merged
            and merged[-1].get("name") == output["name"]
        ):
            merged[-1]["text"] += output["text"]
        else:
            merged.append(output)
    return merged


def clean(notebook: dict) -> None:
    """실행할 때마다 달라지는 것을 지웁니다 (drop everything volatile)."""
    kept = {
        key: value
        for key, value in notebook["metadata"].items()
        if key == "mystnb"
    }
    notebook["metadata"] = {
        "kernelspec": KERNEL,
        "language_info": LANGUAGE,
        **kept,
    }
    notebook["nbformat"], notebook["nbformat_minor"] = 4, 5
    for cell in notebook["cells"]:
        cell["metadata"] = {
            k: v
            for k, v in cell["metadata"].items()
            if k in ("tags", "mystnb")
        }
        if cell["cell_type"] != "code":
            continue
        cell["outputs"] = merge_streams(cell["outputs"])
        for output in cell["outputs"]:
            if output["output_type"] == "error":
                # 호출 기록에는 이 컴퓨터의 경로가 들어 있습니다. 독자에게는 마지막 줄이면 됩니다.
                output["traceback"] = [
                    f"{output['ename']}: {output['evalue']}"
                ]


def execute(path: Path) -> tuple[str, list[str]]:
    """실행한 노트북의 글과 문제를 돌려줍니다 (the new text of the file, and its problems)."""
    raw = json.loads(path.read_text(encoding="utf-8"))
    clean(raw)
    name_cells(
        raw, path.stem
    )  # nbformat이 읽으면서 무작위 id를 주기 전에 합니다.
    notebook = nbformat.reads(json.dumps(raw), as_version=4)
    for cell in notebook.cells:
        if cell.cell_type == "code":
            cell.outputs, cell.execution_count = [], None
    client = NotebookClient(
        notebook,
        timeout=CELL_SECONDS,
        kernel_name="python3",
        record_timing=False,
        # 커널이 암호화를 걱정하는 글이 진행 표시를 덮습니다.
        extra_arguments=["--log-level=ERROR"],
        resources={"metadata": {"path": str(path.parent)}},
    )
    try:
        client.execute()
    except CellExecutionError as error:
        return "", [
            f"{error.ename}: {error.evalue}",
            *str(error).strip().splitlines()[-12:],
        ]
    except (CellTimeoutError, DeadKernelError) as error:
        return "", [str(error)]
    clean(notebook)
    return nbformat.writes(notebook).rstrip("\n") + "\n", notebook_problems(
        notebook
    )


def save(path: Path, text: str) -> bool:
    """달라졌을 때만, 쓰다 만 파일이 남지 않게 저장합니다 (write atomically if changed)."""
    if path.read_text(encoding="utf-8") == text:
        return False
    draft = path.with_name(f".{path.name}.draft")
    draft.write_text(text, encoding="utf-8", newline="\n")
    draft.replace(path)
    return True


def main(names: list[str]) -> int:
    # 실의 수에 따라 덧셈의 순서가, 따라서 마지막 자리가 달라집니다.
    for variable in (
        "OMP_NUM_THREADS",
        "OPENBLAS_NUM_THREADS",
        "MKL_NUM_THREADS",
    ):
        os.environ.setdefault(variable, "1")
    # Agg 따위로 정해 두었으면 그림이 노트북에 저장되지 않습니다.
    os.environ["MPLBACKEND"] = "module://matplotlib_inline.backend_inline"
    chosen = choose(names, listed_notebooks())
    failed = 0
    for number, path in enumerate(chosen, start=1):
        print(f"[{number}/{len(chosen)}] {path.stem}", end=" ", flush=True)
        start = time.perf_counter()
        text, problems = execute(path)
        seconds = f"{time.perf_counter() - start:.1f}초"
        if problems:
            failed += 1
            print(f"{seconds}, 저장하지 않았습니다.", *problems, sep="\n    ")
        else:
            print(
                f"{seconds}, {'바뀌어 저장했습니다.' if save(path, text) else '그대로입니다.'}"
            )
    if failed:
        print(f"노트북 {len(chosen)}개 가운데 {failed}개가 실패했습니다.")
        return 1
    print(f"노트북 {len(chosen)}개를 모두 실행했습니다.")
    return 0


if __name__ == "__main__":
    parser = argparse.ArgumentParser(
        description="노트북을 다시 실행하고 출력을 저장합니다."
    )
    parser.add_argument(
        "names", nargs="*", help="노트북 이름이나 그 앞부분 (없으면 모두)"
    )
    sys.exit(main(parser.parse_args().names))
