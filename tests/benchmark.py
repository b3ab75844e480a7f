"""속도를 torch.nn에 견주어 잽니다. (Speed against torch.nn, both sides in one run.)

    python run.py bench            재고 표를 보입니다
    python run.py bench --write    book/_data/benchmark.json에도 적습니다

스레드 하나, float32. 재는 것들을 번갈아 돌려 기계의 흔들림이 모두에게 똑같이 가게 하고,
중앙값의 비를 적습니다. 1보다 크면 torch.nn보다 빠릅니다.
"""

import argparse
import json
import os
import platform
import statistics
import time
from pathlib import Path

# NumPy와 torch를 들여오기 전에 정해야 스레드 수에 듣습니다.
for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[name] = "1"

import numpy as np  # noqa: E402
import torch  # noqa: E402

from course_lib import interop, numpy_rnn, torch_rnn  # noqa: E402

KINDS = ("RNN", "LSTM", "GRU")
SIZES = (
    (10, 1, 4, 8),
    (50, 8, 16, 32),
    (100, 32, 64, 128),
    (100, 32, 128, 256),
    (200, 64, 256, 512),
)
RESULTS = Path(__file__).parents[1] / "book" / "_data" / "benchmark.json"


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


def medians(functions, seconds):
    """번갈아 돌려 잰 시간의 중앙값. 적어도 다섯 번, 길어도 ``seconds``초쯤 잽니다."""
    times = {name: [] for name in functions}
    for function in functions.values():
        function()
    start = time.perf_counter()
    while len(times["torch.nn"]) < 5 or time.perf_counter() - start < seconds:
        for name, function in functions.items():
            begin = time.perf_counter()
            function()
            times[name].append(time.perf_counter() - begin)
    return {name: statistics.median(values) for name, values in times.items()}


def measure(seconds):
    torch.set_num_threads(1)
    torch.manual_seed(0)
    rows = []
    for kind in KINDS:
        for size in SIZES:
            row = {"kind": kind, "size": size}
            for task, functions in contestants(kind, *size).items():
                median = medians(functions, seconds)
                row[task] = {
                    "torch.nn ms": round(1000 * median["torch.nn"], 3),
                    "numpy_rnn": round(median["torch.nn"] / median["numpy_rnn"], 2),
                    "torch_rnn": round(median["torch.nn"] / median["torch_rnn"], 2),
                }
            rows.append(row)
            print(line(row), flush=True)
    machine = f"{platform.system()} {platform.machine()}, Python {platform.python_version()}"
    versions = f"NumPy {np.__version__}, PyTorch {torch.__version__.split('+')[0]}"
    return {"machine": f"{machine}, {versions}, 스레드 1개, float32", "rows": rows}


def line(row):
    forward, both = row["forward"], row["forward+backward"]
    return (
        f"{row['kind']:<5}{row['size']!s:<20}"
        f"{forward['numpy_rnn']:>10.2f}{forward['torch_rnn']:>10.2f}"
        f"{both['numpy_rnn']:>12.2f}{both['torch_rnn']:>10.2f}"
    )


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--write", action="store_true", help="book/_data/benchmark.json에 적습니다")
    parser.add_argument("--seconds", type=float, default=2.0, help="한 칸을 재는 시간")
    options = parser.parse_args()
    print("torch.nn보다 몇 배 빠른가: 순전파 | 순전파와 역전파")
    print(f"{'':<5}{'(T, N, D, H)':<20}" + f"{'numpy_rnn':>10}{'torch_rnn':>10}" * 2)
    results = measure(options.seconds)
    if options.write:
        RESULTS.write_text(json.dumps(results, ensure_ascii=False, indent=1) + "\n", "utf-8")
        print(f"{RESULTS.name}에 적었습니다. 이제 python run.py execute benchmark를 실행하십시오.")
