"""속도와 메모리를 torch.nn에 견주어 잽니다. (Speed and memory against torch.nn.)

    python run.py bench                        속도의 표를 보입니다 (4분쯤)
    python run.py bench --write                모두 재어 book/_data/benchmark.json에 적습니다
    python run.py bench --write --only ladder  하나만 다시 재어 그 자리만 고칩니다

재는 코드는 benchmark_speed.py, benchmark_ladder.py, benchmark_calls.py, benchmark_memory.py에
있습니다. 스레드의 수는 NumPy와 torch를 들여오기 전에 정해야 하므로 재는 것마다 프로세스를 새로
띄웁니다. 다른 프로그램을 모두 닫고, 재는 동안에는 컴퓨터를 쓰지 마십시오.
"""

import argparse
import json
import os
import platform
import re
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path

ROOT = Path(__file__).parents[1]
RESULTS = ROOT / "book" / "_data" / "benchmark.json"
WHO = ("torch.nn", "numpy_rnn", "numpy_rnn recompute")
PARTS = ("speed", "scaling", "ladder", "calls", "warmup", "compile", "memory")
QUIET = 0.7  # 이보다 바쁘면 비가 흔들립니다.


def measure(script, *arguments, threads=1, show=False):
    """``script``를 새 프로세스에서 돌리고, 마지막 줄에 찍은 JSON을 돌려줍니다."""
    names = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")
    environment = os.environ | {name: str(threads) for name in names} | {"PYTHONUTF8": "1"}
    command = [sys.executable, "-u", "-m", f"tests.{script}", *map(str, arguments)]
    lines = []
    with subprocess.Popen(
        command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, encoding="utf-8"
    ) as child:
        for line in child.stdout:
            if lines and show:
                print(lines[-1], flush=True)
            lines.append(line.rstrip("\n"))
    if child.returncode:
        sys.exit(f"{' '.join(command[3:])}: 종료 코드 {child.returncode}로 끝났습니다.")
    return json.loads(lines[-1])


def measure_speed(options, threads):
    print(f"\n스레드 {threads}개: torch.nn보다 몇 배 빠른가")
    print(f"{'':<26}{'forward':^20}{'forward+backward':^20}")
    print(f"{'':<5}{'(T, N, D, H)':<21}" + f"{'numpy_rnn':>10}{'torch_rnn':>10}" * 2)
    table = measure("benchmark_speed", "table", options.seconds, threads=threads, show=True)
    return {str(threads): table}


def measure_memory(_options, _threads):
    kinds, T = ("RNN", "LSTM", "GRU"), 1000
    peak = {
        kind: {who: measure("benchmark_memory", kind, who, T)["MiB"] for who in WHO}
        for kind in kinds
    }
    trade = [
        {"kind": kind, "who": who, "T": T} | measure("benchmark_memory", kind, who, T)
        for kind in ("RNN", "LSTM")
        for who in WHO[1:]
        for T in (125, 250, 500, 1000, 2000)
    ]
    return {"size": [T, 32, 64, 128], "peak MiB": peak, "recompute": trade}


MEASURES = {
    "speed": measure_speed,
    "scaling": lambda options, _: measure("benchmark_speed", "scaling", options.seconds / 4),
    "ladder": lambda options, _: measure("benchmark_ladder", "ladder", options.seconds),
    "calls": lambda options, _: measure("benchmark_calls", "calls", options.seconds),
    "warmup": lambda *_: [measure("benchmark_calls", "warmup", 0.03) for _ in range(5)],
    "compile": lambda options, _: measure("benchmark_ladder", "compiled", options.seconds),
    "memory": measure_memory,
}


def machine():
    """기계와 판. 결과를 읽는 사람이 무엇으로 잰 것인지 알아야 합니다."""
    cpu = platform.machine()
    if Path("/proc/cpuinfo").exists():
        found = re.search(r"^model name\s*: (.*)$", Path("/proc/cpuinfo").read_text("utf-8"), re.M)
        cpu = f"{cpu} ({found[1]})" if found else cpu
    versions = f"NumPy {version('numpy')}, PyTorch {version('torch').split('+')[0]}"
    python = f"Python {platform.python_version()}"
    return f"{platform.system()} {cpu}, {os.cpu_count()} CPU, {python}, {versions}, float32"


def load():
    """지난 1분 동안 일을 기다린 프로세스의 수. Windows에는 없습니다."""
    busy = round(os.getloadavg()[0], 2) if hasattr(os, "getloadavg") else None
    if busy is not None and busy > QUIET:
        print(f"주의: 기계가 바쁩니다(load {busy}). 조용할 때 다시 재십시오.", file=sys.stderr)
    return busy


def compact(results):
    """가장 안쪽의 리스트와 사전은 한 줄에 적습니다."""
    text = json.dumps(results, ensure_ascii=False, indent=1)
    inner = re.compile(r"([\[{])\s+([^][{}]*?)\s+([\]}])")
    return inner.sub(lambda m: m[1] + re.sub(r"\s*\n\s*", " ", m[2]) + m[3], text) + "\n"


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--write", action="store_true", help="book/_data/benchmark.json에 적습니다")
    parser.add_argument("--only", nargs="+", choices=PARTS, help="잴 것")
    parser.add_argument("--seconds", type=float, default=1.5, help="한 칸을 재는 시간")
    parser.add_argument("--threads", type=int, nargs="+", default=[1, 2], help="표의 스레드 수")
    options = parser.parse_args()
    kept = json.loads(RESULTS.read_text("utf-8")) if options.write else {}
    results = {part: kept[part] for part in PARTS if part in kept}
    results = {"machine": machine(), "load": load()} | results
    parts = options.only or (PARTS if options.write else PARTS[:1])
    for part in parts:
        print(f"[{part}]", flush=True)
        for threads in options.threads if part == "speed" else [1]:
            result = MEASURES[part](options, threads)
            if part == "speed":  # 스레드 수 하나만 다시 재어도 다른 것은 남깁니다.
                result = results.get(part, {}) | result
            else:
                print(compact(result), end="", flush=True)
            results[part] = result
            if options.write:
                RESULTS.write_text(compact(results), "utf-8")
    if options.write:
        print(f"{RESULTS.name}에 적었습니다. 이제 다음을 실행하십시오.")
        print("python run.py execute 14 benchmark")
