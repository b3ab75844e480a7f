"""시드: 전역 난수가 모두 같은 자리에서 시작합니다."""

import random
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import torch

from course_lib.training import seed_everything
from tests.cases import says

ROOT = Path(__file__).parents[2]


def draws(rng):
    return [
        random.random(),
        float(np.random.random()),  # noqa: NPY002 - 전역 난수를 보는 시험입니다.
        torch.rand(1).item(),
        float(rng.random()),
    ]


def test_every_generator_starts_at_the_same_place():
    first, again, other = (draws(seed_everything(seed)) for seed in (5, 5, 6))
    assert first == again
    assert all(a != b for a, b in zip(first, other, strict=True))
    assert draws(np.random.default_rng(5)) != first  # 전역 난수는 앞으로 나아갔습니다.


def test_the_returned_generator_is_numpys_own():
    assert seed_everything(7).random() == np.random.default_rng(7).random()


def test_torch_that_is_not_imported_is_left_alone(monkeypatch):
    before = torch.get_rng_state()
    with monkeypatch.context() as patch:
        patch.setitem(sys.modules, "torch", None)
        seed_everything(5)
    torch.testing.assert_close(torch.get_rng_state(), before, rtol=0, atol=0)


def test_torch_is_not_imported_for_it():
    code = """
import sys
from course_lib.training import seed_everything
print(seed_everything(0).random() > 0, "torch" in sys.modules)
"""
    command = [sys.executable, "-c", code]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, encoding="utf-8", timeout=60)
    assert done.stdout.split() == ["True", "False"], done.stderr


@pytest.mark.parametrize(
    ("seed", "error", "words"),
    [
        (-1, ValueError, "seed: 0 이상 2**32 미만이어야 합니다. 실제 -1"),
        (2**32, ValueError, "seed: 0 이상 2**32 미만"),
        (1.0, TypeError, "seed: 정수가 필요합니다. 실제 float"),
        (True, TypeError, "seed: 정수가 필요합니다. 실제 bool"),
    ],
)
def test_a_wrong_seed_changes_nothing(seed, error, words):
    seed_everything(3)
    expected = random.random()
    seed_everything(3)
    with says(error, words):
        seed_everything(seed)
    assert random.random() == expected
