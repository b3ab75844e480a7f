"""진행 막대: 터미널에서는 정말 나타나고, 파이프와 노트북에서는 아무것도 찍지 않습니다."""

import os
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest

from course_lib.training import fit
from course_lib.training.progress import find_bar, progress_bar
from tests.cases import says
from tests.training.training_cases import data, make_model

ROOT = Path(__file__).parents[2]
#: 미니배치 셋, 에포크 셋. torch 없이 도는 짧은 훈련입니다.
CODE = """
import numpy as np
from course_lib.numpy_rnn import RNN
from course_lib.numpy_rnn.heads import SequenceModel
from course_lib.training import fit
x = np.random.default_rng(0).normal(size=(6, 11, 2))
fit(SequenceModel(RNN(2, 5, rng=0), 2), x, x, epochs=3, batch_size=4, progress={progress})
"""


def command(progress):
    return [sys.executable, "-c", CODE.format(progress=progress)]


WHERE = {"cwd": ROOT, "env": {**os.environ, "PYTHONUTF8": "1"}}


def through_a_pipe(progress):
    """파이프에 찍힌 것."""
    done = subprocess.run(
        command(progress), **WHERE, capture_output=True, encoding="utf-8", timeout=120
    )
    assert done.returncode == 0, done.stderr
    return done.stdout + done.stderr


def in_a_terminal(progress):
    """가짜 터미널에 찍힌 것."""
    import pty
    import termios

    ours, theirs = pty.openpty()
    termios.tcsetwinsize(theirs, (24, 100))
    process = subprocess.Popen(command(progress), **WHERE, stdout=theirs, stderr=theirs)
    os.close(theirs)
    text = b""
    try:
        while chunk := os.read(ours, 4096):
            text += chunk
    except OSError:  # Linux에서는 저쪽이 닫히면 오류입니다.
        pass
    os.close(ours)
    assert process.wait(timeout=120) == 0, text.decode()
    return text.decode()


@pytest.mark.skipif(os.name == "nt", reason="Windows에는 pty가 없습니다.")
@pytest.mark.parametrize("progress", [None, True])
def test_in_a_terminal_the_bar_is_seen(progress):
    text = in_a_terminal(progress)
    assert "훈련: 100%" in text
    assert "9/9" in text  # 세 에포크, 미니배치 셋씩
    assert "에포크 2, 손실 0." in text


@pytest.mark.skipif(os.name == "nt", reason="Windows에는 pty가 없습니다.")
def test_in_a_terminal_it_can_be_silenced():
    assert in_a_terminal(False) == ""


def test_into_a_pipe_nothing_is_written():
    assert through_a_pipe(None) == ""


def test_into_a_pipe_it_can_be_forced():
    assert "9/9" in through_a_pipe(True)


# 노트북


class Terminal:
    """터미널이라고 답하는 stderr. 주피터의 것도 그럴 때가 있습니다."""

    encoding = "utf-8"

    def __init__(self):
        self.text = ""

    def write(self, text):
        self.text += text

    def flush(self):
        pass

    def isatty(self):
        return True


def shell(monkeypatch, **attributes):
    ipython = SimpleNamespace(get_ipython=lambda: SimpleNamespace(**attributes))
    monkeypatch.setitem(sys.modules, "IPython", ipython)


def test_in_a_notebook_nothing_is_written(monkeypatch):
    terminal = Terminal()
    monkeypatch.setattr(sys, "stderr", terminal)
    shell(monkeypatch, kernel=object())
    fit(make_model(), *data(), epochs=1)
    assert terminal.text == ""


def test_in_a_notebook_the_forced_bar_is_text(monkeypatch):
    terminal = Terminal()
    monkeypatch.setattr(sys, "stderr", terminal)
    shell(monkeypatch, kernel=object())
    fit(make_model(), *data(), epochs=1, progress=True)
    assert "1/1" in terminal.text
    assert find_bar(True).__module__ == "tqdm.std"


def test_ipython_in_a_terminal_is_a_terminal(monkeypatch):
    monkeypatch.setattr(sys, "stderr", Terminal())
    shell(monkeypatch)
    assert find_bar(None) is not None


def test_without_a_stderr_there_is_no_bar(monkeypatch):
    monkeypatch.setattr(sys, "stderr", None)  # 창으로만 도는 파이썬
    monkeypatch.delitem(sys.modules, "IPython", raising=False)
    assert find_bar(None) is None


def test_a_resumed_bar_begins_where_it_stopped(monkeypatch):
    terminal = Terminal()
    monkeypatch.setattr(sys, "stderr", terminal)
    with progress_bar(find_bar(True), total=9, done=6) as advance:
        advance("에포크 2")
    assert "7/9" in terminal.text


# tqdm이 없을 때


def test_without_tqdm_training_goes_on(monkeypatch):
    monkeypatch.setitem(sys.modules, "tqdm", None)
    monkeypatch.setattr(sys, "stderr", Terminal())
    monkeypatch.delitem(sys.modules, "IPython", raising=False)
    assert len(fit(make_model(), *data(), epochs=1).train) == 1
    with says(ImportError, "progress=True:", "pip install tqdm", "progress=None"):
        fit(make_model(), *data(), epochs=1, progress=True)
