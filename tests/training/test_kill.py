"""정말로 죽입니다: 훈련하는 프로세스를 아무 때나 죽이고 다시 켜도 결과가 비트까지 같습니다."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from course_lib.training.checkpoint import read_checkpoint

ROOT = Path(__file__).parents[2]
EPOCHS, BATCHES = 6, 5
#: 걸음마다, 체크포인트를 쓸 때마다 알립니다. 정한 때가 되면 멈춰 서서 죽기를 기다립니다.
PROGRAM = """
import hashlib, json, os, sys, time
import numpy as np
from course_lib import numpy_rnn
from course_lib.numpy_rnn.heads import SequenceModel
from course_lib.training import Adam, fit

library, path, event, number = sys.argv[1:]
counts = {"step": 0, "write": 0, "replace": 0}

def tell(name, function):
    def told(*arguments):
        counts[name] += 1
        if (name, counts[name]) == (event, int(number)):
            print("here", flush=True)
            time.sleep(600)
        return function(*arguments)
    return told

Adam.step = tell("step", Adam.step)
os.fsync = tell("write", os.fsync)  # 임시 파일에 적었고, 아직 제 이름이 아닙니다.
os.replace = tell("replace", os.replace)

rnn = numpy_rnn.GRU(3, 5, 2, batch_first=True, dropout=0.3, rng=0)
model = SequenceModel(rnn, 2)
if library == "torch":
    import torch
    from course_lib import interop
    from course_lib.torch_rnn.heads import SequenceModel as TorchModel
    torch.manual_seed(0)
    rnn = torch.nn.GRU(3, 5, 2, batch_first=True, dropout=0.3, dtype=torch.float64)
    ours, model = model, TorchModel(rnn, 2)
    interop.copy_weights(ours, model)
rng = np.random.default_rng(0)
x, target = rng.normal(size=(20, 6, 3)), rng.normal(size=(20, 6, 2))
history = fit(
    model, x, target, validation=(x[:3], target[:3]), epochs=6, batch_size=4, clip=0.5,
    optimizer=Adam(0.02), patience=4, checkpoint=path or None,
)
digest = hashlib.sha256()
for value in model.state_dict().values():
    digest.update(np.ascontiguousarray(value).tobytes())
print(json.dumps({**vars(history), "parameters": digest.hexdigest()}))
"""


def start(library, path, event="never", number=0):
    command = [sys.executable, "-c", PROGRAM, library, str(path), event, str(number)]
    environment = {**os.environ, "PYTHONUTF8": "1", "OMP_NUM_THREADS": "1"}
    pipe = subprocess.PIPE
    return subprocess.Popen(
        command, cwd=ROOT, env=environment, stdout=pipe, stderr=pipe, encoding="utf-8"
    )


def finish(library, path):
    """끝까지 훈련하고 손실과 매개변수를 받습니다."""
    process = start(library, path)
    out, err = process.communicate(timeout=300)
    assert process.returncode == 0, err
    return json.loads(out)


def kill(library, path, event, number):
    """정한 때에 죽입니다. SIGKILL이므로 뒷정리할 틈이 없습니다."""
    process = start(library, path, event, number)
    assert process.stdout.readline() == "here\n", process.stderr.read()
    process.kill()
    process.communicate(timeout=60)
    assert process.returncode != 0


@pytest.fixture(scope="module")
def uninterrupted():
    found = {}

    def run(library):
        if library not in found:
            found[library] = finish(library, "")
        return found[library]

    return run


#: (죽는 때, 그때 남아 있을 에포크의 수). 쓰기의 첫 번째는 훈련하기 전의 것입니다.
MOMENTS = {
    "first epoch": ("step", 3, 0),
    "middle of epoch 2": ("step", 2 * BATCHES + 3, 2),
    "last step of epoch 4": ("step", 5 * BATCHES, 4),
    "before the temporary file is on the disk": ("write", 4, 2),
    "before the temporary file has its name": ("replace", 5, 3),
}


@pytest.mark.parametrize(("event", "number", "done"), MOMENTS.values(), ids=MOMENTS)
def test_a_killed_run_goes_on_bit_for_bit(uninterrupted, event, number, done, tmp_path):
    path = tmp_path / "run.npz"
    kill("numpy", path, event, number)
    # 하던 에포크만 잃었습니다.
    assert len(read_checkpoint(path)[0]["history"]["train"]) == done
    assert finish("numpy", path) == uninterrupted("numpy")
    assert [file.name for file in tmp_path.iterdir()] == ["run.npz"]


def test_a_run_killed_again_and_again(uninterrupted, tmp_path):
    path = tmp_path / "run.npz"
    # 다시 켠 프로그램은 하던 에포크의 처음부터 걸음을 셉니다. 세 번 모두 두 에포크쯤 나아갑니다.
    for event, number in [("step", 2 * BATCHES + 1), ("replace", 2), ("step", BATCHES + 4)]:
        kill("numpy", path, event, number)
    assert len(read_checkpoint(path)[0]["history"]["train"]) == 4
    assert finish("numpy", path) == uninterrupted("numpy")


def test_a_killed_torch_run_goes_on_bit_for_bit(uninterrupted, tmp_path):
    path = tmp_path / "run.npz"
    kill("torch", path, "step", 3 * BATCHES + 2)
    assert finish("torch", path) == uninterrupted("torch")
