"""14장의 단계마다 드는 시간과 작은 실험들. ``benchmark.py``가 새 프로세스에서 부릅니다.

단계의 코드는 여기에 없습니다. book/14_speed.ipynb에서 ``ladder`` 꼬리표가 붙은 셀을 읽어 그대로
돌립니다. 그래서 쪽에 실린 코드와 잰 코드가 같습니다.
"""

import json
import os
import shutil
import sys
import tempfile
import time
from functools import partial
from pathlib import Path

import numpy as np
import torch

from course_lib import numpy_rnn, torch_rnn
from tests.benchmark_calls import medians
from tests.benchmark_speed import contestants

CHAPTER = Path(__file__).parents[1] / "book" / "14_speed.ipynb"
SIZES = ((50, 8, 16, 32), (100, 32, 64, 128))


def ladder_of_the_chapter():
    """쪽에 실린 함수들, ``{종류: {단계: 함수(params, x, d_output)}}``."""
    cells = json.loads(CHAPTER.read_text("utf-8"))["cells"]
    names = {"np": np}
    for cell in cells:
        if "ladder" in cell["metadata"].get("tags", ()):
            exec("".join(cell["source"]), names)
    return names["LADDER"]


def ladder(seconds):
    """단계마다 순전파와 역전파에 드는 시간(ms). 끝의 둘은 라이브러리와 torch.nn입니다."""
    rows = []
    for kind, steps in ladder_of_the_chapter().items():
        for size in SIZES:
            modules = contestants(kind, *size)["forward+backward"]
            given = arguments(kind, *size)
            functions = {name: partial(step, *given) for name, step in steps.items()}
            functions |= {name: modules[name] for name in ("numpy_rnn", "torch.nn")}
            median = medians(functions, 2 * seconds)
            ms = {name: round(1000 * t, 3) for name, t in median.items()}
            rows.append({"kind": kind, "size": size, "ms": ms})
    return rows


def arguments(kind, T, N, D, H):
    rng = np.random.default_rng(0)
    x = rng.standard_normal((T, N, D), np.float32)
    d_output = rng.standard_normal((T, N, H), np.float32)
    return getattr(numpy_rnn, kind)(D, H, dtype=np.float32, rng=0).params, x, d_output


def compiled(seconds):
    """torch.compile로 셀 하나와 반복문 전체를 컴파일합니다. C++ 컴파일러가 없으면 None입니다."""
    if shutil.which("g++") is None:
        return None
    # 전에 컴파일한 것이 있으면 기다린 시간이 짧게 나옵니다.
    cache = tempfile.TemporaryDirectory(ignore_cleanup_errors=True)
    os.environ["TORCHINDUCTOR_CACHE_DIR"] = cache.name
    T, N, D, H = size = (20, 8, 16, 32)
    modules = {name: torch_rnn.LSTM(D, H) for name in ("torch_rnn", "cell", "loop")}
    modules["torch.nn"] = torch.nn.LSTM(D, H)
    cell = modules["cell"].cell
    modules["cell"].cell = cell._replace(forward=torch.compile(cell.forward))
    functions = dict(modules, loop=torch.compile(modules["loop"]))
    x, d_output = torch.randn(T, N, D, requires_grad=True), torch.randn(T, N, H)

    def both(name):
        modules[name].zero_grad()
        functions[name](x)[0].backward(d_output)

    waited = {}
    for name in ("cell", "loop"):
        begin = time.perf_counter()
        both(name)
        waited[name] = round(time.perf_counter() - begin, 1)
    median = medians({name: partial(both, name) for name in modules}, 2 * seconds)
    ms = {name: round(1000 * t, 3) for name, t in median.items()}
    cache.cleanup()
    return {"size": size, "ms": ms, "compile seconds": waited}


if __name__ == "__main__":
    torch.set_num_threads(1)
    print(json.dumps({"ladder": ladder, "compiled": compiled}[sys.argv[1]](float(sys.argv[2]))))
