"""NumPy만 있는 곳(브라우저)에서도 됩니다: torch, matplotlib, tqdm을 들여오지 않습니다."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]
IMPORTS = """
import course_lib.numpy_rnn.heads, course_lib.numpy_rnn.gradcheck, course_lib.training
import course_lib.explain, course_lib.shapes, course_lib.interop
"""
USE = """
import numpy as np
from course_lib import explain, interop, numpy_rnn, shapes, training
from course_lib.numpy_rnn.heads import SequenceModel
lstm = numpy_rnn.LSTM(4, 7, num_layers=2, bidirectional=True, rng=0)
output, _ = lstm(np.ones((5, 3, 4)))
lstm.backward(np.ones_like(output))
interop.copy_weights(lstm, numpy_rnn.LSTM(4, 7, num_layers=2, bidirectional=True))
explain.explain(shapes.RNNShapes("LSTM", 4, 7), T=5)
training.seed_everything(0)
training.fit(SequenceModel(lstm, 2), np.ones((5, 3, 4)), np.ones((5, 3, 2)), epochs=2)
print(output.shape)
"""


def python(code):
    """새 파이썬에서 실행하고 출력을 돌려줍니다."""
    command = [sys.executable, "-X", "utf8", "-W", "error", "-c", code]
    result = subprocess.run(command, cwd=ROOT, capture_output=True, encoding="utf-8", timeout=120)
    assert result.returncode == 0, result.stderr
    return result.stdout


def test_only_numpy_is_imported():
    # 가상환경의 .pth가 먼저 들여온 것은 빼고 봅니다.
    code = f"""
import sys
before = set(sys.modules)
{IMPORTS}
new = {{name.partition(".")[0] for name in set(sys.modules) - before}}
print(sorted(new - sys.stdlib_module_names))
"""
    assert python(code).strip() == "['course_lib', 'numpy']"


def test_everything_but_torch_works_without_torch():
    block = 'import sys\nsys.modules |= dict.fromkeys(["torch", "matplotlib", "tqdm"])\n'
    assert python(block + USE).strip().endswith("(5, 3, 14)")


def test_the_package_itself_imports_nothing():
    code = "import sys, course_lib; print('numpy' in sys.modules, course_lib.__version__)"
    imported, version = python(code).split()
    assert imported == "False"
    assert version.count(".") == 2
