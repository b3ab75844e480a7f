"""이 환경이 requirements-frameworks.txt 그대로인지 봅니다."""

import subprocess
import sys
from importlib import metadata

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

import run
from tests.test_repository import pins, version

PINS = {
    name: pin
    for name, pin in pins("requirements-frameworks.txt").items()
    if pin.marker is None or pin.marker.evaluate()
}


def test_pinned_versions_are_the_installed_ones():
    installed = {name: metadata.version(name).split("+")[0] for name in PINS}
    assert installed == {name: version(pin) for name, pin in PINS.items()}


def test_nothing_unpinned_is_needed():
    """CUDA의 것은 PyTorch가 스스로 정확히 정합니다."""
    for name in PINS:
        for child in map(Requirement, metadata.requires(name) or []):
            if child.marker is None or child.marker.evaluate({"extra": ""}):
                family = child.name.partition("-")[0]
                known = canonicalize_name(child.name) in PINS
                assert known or family in {"nvidia", "cuda", "triton"}, f"{name} → {child}"


def test_nothing_is_written_to_stderr():
    """노트북에 stderr가 남지 않으려면 TensorFlow가 들여올 때부터 조용해야 합니다."""
    code = "import tensorflow as tf, keras; keras.layers.Bidirectional(keras.layers.LSTM(2)); "
    code += "print(tf.reduce_sum(tf.ones([3])).numpy(), keras.backend.backend())"
    env, command = run.environment(run.FRAMEWORKS), [sys.executable, "-c", code]
    done = subprocess.run(command, capture_output=True, encoding="utf-8", env=env)
    assert (done.stdout, done.stderr) == ("3.0 torch\n", "")
