"""NumPy의 호출 하나에 드는 시간. ``benchmark.py``가 새 프로세스에서 부릅니다.

course_lib을 들여오지 않습니다. numpy_rnn은 들여오는 순간 BLAS의 작업 메모리를 써 두는데, 그렇게
하기 전의 빠르기도 여기서 재기 때문입니다.
"""

import json
import statistics
import sys
import time

import numpy as np


def medians(functions, seconds):
    """번갈아 돌려 잰 시간(초)의 중앙값. 적어도 세 번, 길어도 ``seconds``초쯤 잽니다."""
    times = {name: [] for name in functions}
    for function in functions.values():
        function()
    start = time.perf_counter()
    while len(next(iter(times.values()))) < 3 or time.perf_counter() - start < seconds:
        for name, function in functions.items():
            begin = time.perf_counter()
            function()
            times[name].append(time.perf_counter() - begin)
    return {name: statistics.median(values) for name, values in times.items()}


def calls(seconds):
    """같은 일을 하는 두 방법의 시간(µs)."""
    warm()
    rows = []
    for N, H in ((8, 32), (32, 128)):
        rng = np.random.default_rng(0)
        h, out = rng.standard_normal((2, N, H), np.float32)
        w = rng.standard_normal((H, H), np.float32)
        half = np.array(0.5, np.float32)
        gates = rng.standard_normal((4, N, H), np.float32)
        four, view = np.empty_like(gates), np.ones((N, 4 * H), np.float32)
        view = view.reshape(N, 4, H).swapaxes(0, 1)
        functions = {
            "h * 0.5": lambda h=h, out=out: np.multiply(h, 0.5, out=out),
            "h * 0-d": lambda h=h, out=out, half=half: np.multiply(h, half, out=out),
            "np.add": lambda h=h: np.add(h, h),
            "np.add out=": lambda h=h, out=out: np.add(h, h, out=out),
            "matmul": lambda h=h, w=w, out=out: np.matmul(h, w, out=out),
            "dot": lambda h=h, w=w, out=out: np.dot(h, w, out=out),
            "W.T": lambda h=h, w=w, out=out: np.dot(h, w.T, out=out),
            "errstate": errstate,
            "add gates": lambda gates=gates, four=four: np.add(gates, gates, out=four),
            "add gates strided": lambda g=gates, v=view, four=four: np.add(g, v, out=four),
            "tanh": lambda h=h, out=out: np.tanh(h, out=out),
            "tanh of four": lambda gates=gates, four=four: np.tanh(gates, out=four),
        }
        median = medians({name: repeated(f) for name, f in functions.items()}, seconds)
        us = {name: round(1e6 * t / REPEATS, 2) for name, t in median.items()}
        rows.append({"N": N, "H": H, "us": us})
    return rows


REPEATS = 200  # 호출 하나는 시계를 읽는 것만큼 짧습니다.


def repeated(function):
    def run():
        for _ in range(REPEATS):
            function()

    return run


def errstate():
    with np.errstate(over="ignore"):
        pass


def warmup(seconds):
    """작은 곱의 빠르기(GFLOP/s): 처음에, 기다린 뒤에, 큰 곱 하나를 한 뒤에."""
    N, H = 32, 256
    rng = np.random.default_rng(0)
    h = rng.standard_normal((N, H), np.float32)
    w, out = rng.standard_normal((H, H), np.float32), np.empty((N, H), np.float32)

    def rate():
        best = min(
            medians({"dot": lambda: np.dot(h, w, out=out)}, seconds)["dot"] for _ in range(3)
        )
        return round(2 * N * H * H / best / 1e9, 1)

    first, again = rate(), rate()
    warm()
    return {"first": first, "again": again, "after a large product": rate()}


def warm():
    """numpy_rnn이 들여올 때 하는 것과 같은 곱."""
    big = np.ones((400, 400), np.float32)
    big @ big


if __name__ == "__main__":
    print(json.dumps({"calls": calls, "warmup": warmup}[sys.argv[1]](float(sys.argv[2]))))
