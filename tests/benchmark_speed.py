"""torch.nn, numpy_rnn, torch_rnn의 시간. ``benchmark.py``가 새 프로세스에서 부릅니다.

비는 모두 ``torch.nn의 시간 / 우리의 시간``입니다. 1보다 크면 torch.nn보다 빠릅니다.
"""

import json
import math
import os
import statistics
import sys

import numpy as np
import torch

from course_lib import interop, numpy_rnn, torch_rnn
from course_lib.shapes import GATES
from tests.benchmark_calls import medians

KINDS = ("RNN", "LSTM", "GRU")
SIZES = (
    (10, 1, 4, 8),
    (50, 8, 16, 32),
    (100, 32, 64, 128),
    (100, 32, 128, 256),
    (200, 64, 256, 512),
)
OURS = ("numpy_rnn", "torch_rnn")
AXES = {
    "T": (10, 30, 100, 300, 1000),
    "N": (1, 4, 16, 64, 256),
    "H": (8, 32, 128, 512),
}
BASE = {"T": 100, "N": 16, "D": 64, "H": 64}


def contestants(kind, T, N, D, H):
    """같은 가중치, 같은 입력의 세 모듈을 (순전파, 순전파와 역전파) 함수로 돌려줍니다."""
    theirs = getattr(torch.nn, kind)(D, H)
    readable = getattr(torch_rnn, kind)(D, H)
    ours = getattr(numpy_rnn, kind)(D, H, dtype=np.float32)
    for module in (readable, ours):
        interop.copy_weights(theirs, module)
    x, d_output = torch.randn(T, N, D, requires_grad=True), torch.randn(T, N, H)
    x_array, d_array = x.detach().numpy(), d_output.numpy()

    def forward(module):
        with torch.no_grad():
            module(x)

    def both(module):
        module.zero_grad()
        x.grad = None
        module(x)[0].backward(d_output)

    def both_numpy():
        ours(x_array)
        ours.backward(d_array)

    return {
        "forward": {
            "torch.nn": lambda: forward(theirs),
            "numpy_rnn": lambda: ours(x_array),
            "torch_rnn": lambda: forward(readable),
        },
        "forward+backward": {
            "torch.nn": lambda: both(theirs),
            "numpy_rnn": both_numpy,
            "torch_rnn": lambda: both(readable),
        },
    }


def products(kind, T, N, D, H):
    """순전파와 역전파에 드는 행렬의 곱만, numpy_rnn과 같은 shape로 합니다."""
    G = len(GATES[kind])
    rng = np.random.default_rng(0)

    def array(*shape):
        return rng.standard_normal(shape, np.float32)

    x, a, h = array(T * N, D), array(T * N, G * H), array(T * N, H)
    w_ih, w_hh, w_hh_t = array(G * H, D), array(G * H, H), array(H, G * H)
    h_t, a_t = h[:N].copy(), a[:N].copy()

    def run():
        x @ w_ih.T
        for _ in range(T):
            np.dot(h_t, w_hh_t)
        for _ in range(T):
            np.dot(a_t, w_hh)
        for left, right in ((a, w_ih), (a.T, x), (a.T, h)):
            left @ right

    return run


def flops(kind, T, N, D, H):
    """``products``의 곱셈과 덧셈의 수. 순전파가 셋 가운데 하나입니다."""
    return 6 * T * N * len(GATES[kind]) * H * (D + H)


def table(seconds):
    """표의 줄과 기하평균."""
    rows = []
    for kind in KINDS:
        for size in SIZES:
            row = {"kind": kind, "size": size}
            for task, functions in contestants(kind, *size).items():
                median = medians(functions, seconds)
                row[task] = {
                    "torch.nn ms": round(1000 * median["torch.nn"], 3),
                    **{name: round(median["torch.nn"] / median[name], 2) for name in OURS},
                }
            rows.append(row)
            print(line(kind, str(size), row))
    means = {kind: mean_ratios([row for row in rows if row["kind"] == kind]) for kind in KINDS}
    for kind in KINDS:
        print(line(kind, "기하평균", means[kind]))
    return {"rows": rows, "means": means}


def mean_ratios(rows):
    return {
        task: {
            name: round(math.exp(statistics.fmean(math.log(row[task][name]) for row in rows)), 2)
            for name in OURS
        }
        for task in ("forward", "forward+backward")
    }


def line(kind, name, row):
    ratios = [row[task][ours] for task in ("forward", "forward+backward") for ours in OURS]
    width = 21 - sum(letter >= "가" for letter in name)  # 한글은 두 칸입니다.
    return f"{kind:<5}{name:<{width}}" + "".join(f"{ratio:>10.2f}" for ratio in ratios)


def scaling(seconds):
    """T, N, H를 하나씩 바꾸며 잰 시간(ms)과, 이 기계의 곱의 빠르기(GFLOP/s)."""
    side = 1024
    square = np.ones((side, side), np.float32)
    rate = 2 * side**3 / medians({"dot": lambda: square @ square}, seconds)["dot"]
    points = []
    for kind in KINDS:
        for axis, values in AXES.items():
            for value in values:
                size = tuple((BASE | {axis: value}).values())
                functions = contestants(kind, *size)["forward+backward"]
                del functions["torch_rnn"]
                functions["products"] = products(kind, *size)
                median = medians(functions, seconds)
                point = {"kind": kind, "axis": axis, "value": value, "flops": flops(kind, *size)}
                points.append(point | {name: round(1000 * t, 4) for name, t in median.items()})
    return {"base": BASE, "GFLOP/s": round(rate / 1e9, 1), "points": points}


if __name__ == "__main__":
    torch.set_num_threads(int(os.environ["OMP_NUM_THREADS"]))
    torch.manual_seed(0)
    what, seconds = sys.argv[1], float(sys.argv[2])
    print(json.dumps({"table": table, "scaling": scaling}[what](seconds)))
