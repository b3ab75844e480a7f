"""순전파와 역전파가 드는 메모리의 최댓값과 시간. ``benchmark.py``가 새 프로세스에서 부릅니다.

    python -m tests.benchmark_memory LSTM "numpy_rnn recompute" 1000

짧은 시퀀스로 한 번 돌려 라이브러리가 스스로 쓰는 메모리를 먼저 쓰게 한 뒤, 입력과 매개변수를
만든 상태에서 얼마나 더 늘어나는지를 잽니다. 늘어난 최댓값은 줄어들지 않으므로 한 프로세스에서
한 번만 잴 수 있습니다.
"""

import json
import sys
import time

import numpy as np

N, D, H = 32, 64, 128


def peak():
    """이 프로세스가 쓴 메모리의 최댓값, MiB."""
    import resource  # Windows에는 없습니다.

    unit = 2**20 if sys.platform == "darwin" else 2**10
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / unit


def prepare(kind, who, T):
    """입력을 만들고, 순전파와 역전파를 하는 함수를 돌려줍니다."""
    rng = np.random.default_rng(0)
    x = rng.standard_normal((T, N, D), np.float32)
    d_output = rng.standard_normal((T, N, H), np.float32)
    if who == "torch.nn":
        import torch

        module = getattr(torch.nn, kind)(D, H)
        x, d_output = torch.from_numpy(x).requires_grad_(), torch.from_numpy(d_output)
        return lambda: module(x)[0].backward(d_output)

    from course_lib import numpy_rnn

    module = getattr(numpy_rnn, kind)(D, H, dtype=np.float32, recompute="recompute" in who)

    def run():
        module(x)
        return module.backward(d_output)  # 기울기를 돌려받을 때까지가 한 번입니다.

    return run


if __name__ == "__main__":
    kind, who, T = sys.argv[1], sys.argv[2], int(sys.argv[3])
    prepare(kind, who, 3)()
    run = prepare(kind, who, T)
    before = peak()
    kept = run()
    grown = peak() - before
    del kept
    times = []
    for _ in range(2):
        begin = time.perf_counter()
        run()
        times.append(time.perf_counter() - begin)
    print(json.dumps({"MiB": round(grown, 1), "ms": round(1000 * min(times), 1)}))
