"""체크포인트: 이어 간 훈련은 비트까지 같고, 쓸 수 없는 파일은 아무것도 바꾸지 않습니다."""

import io
import json
import os

import numpy as np
import pytest
import torch

from course_lib import numpy_rnn
from course_lib.numpy_rnn import heads
from course_lib.training import SGD, Adam, CheckpointError, evaluate, fit
from course_lib.training import checkpoint as files
from tests.cases import assert_same, says, snapshot
from tests.training.training_cases import LIBRARIES, D, H, K, data, make_model, numbers

HELD_OUT = data(seed=1)
SETTINGS = {
    "Adam": lambda: {"optimizer": Adam(0.02), "clip": 0.3, "truncate": 4},
    "momentum": lambda: {"optimizer": SGD(0.2, 0.9)},
    "patience": lambda: {"optimizer": Adam(0.02), "patience": 50},
    "SGD": lambda: {"optimizer": SGD(0.2)},
}


def train(library, epochs, path=None, settings="Adam", **changed):
    """드롭아웃이 있는 두 층의 훈련. 부를 때마다 새 프로그램인 것처럼 처음부터 만듭니다."""
    model = make_model(library, "LSTM", num_layers=2, dropout=0.3)  # torch의 시드도 정합니다.
    options = {"batch_size": 4, "validation": HELD_OUT, "checkpoint": path}
    options |= SETTINGS[settings]() | changed
    history = fit(model, *data(), epochs=epochs, **options)
    return model, history, options["optimizer"]


def everything(model, history, optimizer):
    """비트까지 같아야 하는 것 전부."""
    memory = {f"{s}/{k}": v for s, slot in optimizer.slots.items() for k, v in slot.items()}
    return snapshot(model) | memory | numbers(history) | {"steps": np.array(optimizer.steps)}


@pytest.mark.parametrize("library", LIBRARIES)
@pytest.mark.parametrize("settings", SETTINGS)
def test_a_resumed_run_is_the_uninterrupted_one_bit_for_bit(library, settings, tmp_path):
    expected = everything(*train(library, 5, settings=settings))
    path = tmp_path / "run.npz"
    for epochs in (1, 3, 5):  # 에포크는 늘려도 됩니다.
        resumed = train(library, epochs, path, settings)
    assert_same(everything(*resumed), expected)
    assert [file.name for file in tmp_path.iterdir()] == ["run.npz"]
    assert_same(everything(*train(library, 5, path, settings)), expected)  # 끝난 것을 또 불러도


@pytest.mark.parametrize("library", LIBRARIES)
def test_early_stopping_is_resumed_too(library, tmp_path):
    changed = {"patience": 3, "optimizer": None, "batch_size": 3}

    def run(epochs, path):
        return train(library, epochs, path, **changed | {"optimizer": Adam(0.1)})

    expected = run(80, None)
    count, best = len(expected[1].train), expected[1].best_epoch
    assert 3 < count < 80
    for epochs in (best + 2, count, 80, 90):  # 멈춘 뒤에는 에포크를 늘려도 멈춘 채입니다.
        resumed = run(epochs, tmp_path / "run.npz")
    assert_same(everything(*resumed), everything(*expected))
    assert evaluate(resumed[0], *HELD_OUT) == min(resumed[1].validation)


def test_a_generator_of_another_kind_is_resumed_too(tmp_path):
    def run(epochs, path, kind=np.random.MT19937):
        rng = np.random.Generator(kind(3))
        rnn = numpy_rnn.RNN(D, H, 2, batch_first=True, dropout=0.5, rng=rng)
        model = heads.SequenceModel(rnn, K)
        return fit(model, *data(), epochs=epochs, batch_size=4, checkpoint=path).train

    path = tmp_path / "run.npz"
    run(2, path)
    assert run(5, path) == run(5, None)
    with says(CheckpointError, "checkpoint", "model.rng: 체크포인트 MT19937, 지금 Philox"):
        run(5, path, np.random.Philox)


def test_even_the_first_epoch_is_resumed(tmp_path, monkeypatch):
    """훈련하기 전에도 씁니다. 쓸 수 없는 곳이면 한 에포크를 버리기 전에 압니다."""
    path, model = tmp_path / "run.npz", make_model()
    monkeypatch.setattr(model.rnn, "backward", None)
    with pytest.raises(TypeError):
        fit(model, *data(), checkpoint=path)
    assert files.read_checkpoint(path)[0]["history"]["train"] == []


def test_a_path_may_be_text(tmp_path):
    fit(make_model(), *data(), epochs=1, checkpoint=str(tmp_path / "run.npz"))
    assert files.read_checkpoint(tmp_path / "run.npz")[0]["steps"] == 1


def test_any_program_can_open_it_without_pickle(tmp_path):
    model = make_model()
    fit(model, *data(), epochs=1, checkpoint=tmp_path / "run.npz")
    with np.load(tmp_path / "run.npz", allow_pickle=False) as file:
        content = json.loads(file["content"].tobytes())
        np.testing.assert_array_equal(file["params/head.bias"], model.params["head.bias"])
    assert (content["format"], content["version"]) == ("course_lib.training", 1)


# 설정이 다를 때


def refused(path, *words, library="numpy_rnn", epochs=3, x=None, **changed):
    """거절하고, 모델과 최적화기와 파일은 그대로입니다."""
    model = make_model(library, **changed.pop("model", {}))
    optimizer = changed.pop("optimizer", Adam())
    before, content, state = snapshot(model), path.read_bytes(), torch.get_rng_state()
    with says(CheckpointError, f"checkpoint {path}:", *words, "모델은 바꾸지 않았습니다."):
        fit(model, *(x or data()), epochs=epochs, optimizer=optimizer, checkpoint=path, **changed)
    assert_same(snapshot(model), before)
    assert (optimizer.steps, path.read_bytes()) == (0, content)
    assert all(slot == {} for slot in optimizer.slots.values())
    torch.testing.assert_close(torch.get_rng_state(), state, rtol=0, atol=0)


X, TARGET = data()
DIFFERENT = {
    "batch_size": ({"batch_size": 5}, "batch_size: 체크포인트 32, 지금 5"),
    "lr": ({"optimizer": Adam(0.5)}, "optimizer.lr: 체크포인트 0.001, 지금 0.5"),
    "optimizer": ({"optimizer": SGD(0.1)}, "optimizer.class: 체크포인트 Adam, 지금 SGD"),
    "clip": ({"clip": 1.0}, "clip: 체크포인트 None, 지금 1.0"),
    "truncate": ({"truncate": 2}, "truncate: 체크포인트 None, 지금 2"),
    "patience": ({"patience": 2, "validation": HELD_OUT}, "patience: 체크포인트 None, 지금 2"),
    "seed": ({"seed": 1}, "seed: 체크포인트 0, 지금 1"),
    "ignore_index": ({"ignore_index": 0}, "ignore_index: 체크포인트 -100, 지금 0"),
    "data": ({"x": (X + 1e-12, TARGET)}, "data.train: 다른 데이터입니다"),
    "target": ({"x": (X, TARGET[::-1])}, "data.train: 다른 데이터입니다"),
    "validation": ({"validation": HELD_OUT}, "data.validation: 다른 데이터입니다"),
    "dropout": ({"model": {"num_layers": 2}}, "model.num_layers: 체크포인트 1, 지금 2"),
    "nonlinearity": (
        {"model": {"nonlinearity": "relu"}},
        "model.nonlinearity: 체크포인트 tanh, 지금 relu",
    ),
    "kind": ({"model": {"kind": "GRU"}}, "model.rnn: 체크포인트 course_lib.numpy_rnn"),
    "library": ({"library": "torch_rnn"}, "model.rnn: 체크포인트 course_lib.numpy_rnn"),
    "dtype": (
        {"model": {"dtype": "float32"}, "x": data(dtype="float32")},
        "model.parameters.rnn.weight_ih_l0: 체크포인트 float64 (5, 3), 지금 float32 (5, 3)",
    ),
}


@pytest.mark.parametrize(("changed", "words"), DIFFERENT.values(), ids=DIFFERENT)
def test_a_run_with_other_settings_is_refused_and_what_differs_is_named(changed, words, tmp_path):
    path = tmp_path / "run.npz"
    fit(make_model(), *data(), epochs=1, checkpoint=path)
    refused(path, "다른 설정의 훈련입니다.", words, "다른 경로를", **changed)


def test_a_long_list_of_differences_is_cut(tmp_path):
    path = tmp_path / "run.npz"
    fit(make_model(), *data(), epochs=1, checkpoint=path)
    refused(path, "model.rnn:", "; 그 밖에 ", "개.", model={"kind": "LSTM", "num_layers": 3})


def test_fewer_epochs_than_were_trained_are_refused(tmp_path):
    path = tmp_path / "run.npz"
    fit(make_model(), *data(), epochs=3, checkpoint=path)
    refused(path, "epochs: 이미 3 에포크를 훈련했습니다. 지금 2.", "그 이상으로", epochs=2)


# 손상된 파일, 남의 파일


@pytest.fixture
def saved(tmp_path):
    path = tmp_path / "run.npz"
    fit(make_model(), *data(), epochs=2, checkpoint=path, optimizer=Adam())
    return path


def test_a_flipped_byte_is_noticed_wherever_it_is(saved):
    """앞, 뒤, 그 사이 어디든. 압축 파일의 시각처럼 값과 상관없는 바이트까지 봅니다."""
    content = saved.read_bytes()
    places = {*range(40), *range(0, len(content), 997), *range(len(content) - 100, len(content))}
    for place in places:
        damaged = bytearray(content)
        damaged[place] ^= 1
        saved.write_bytes(damaged)
        with says(CheckpointError, f"checkpoint {saved}:"):
            files.read_checkpoint(saved)
    saved.write_bytes(damaged)
    refused(saved, "손상되었습니다. 내용의 SHA-256이 다릅니다", "지우고 처음부터")


@pytest.mark.parametrize("keep", [0.999, 0.9, 0.5, 0.1])
def test_a_truncated_file_is_refused(saved, keep):
    content = saved.read_bytes()
    saved.write_bytes(content[: int(keep * len(content))])
    refused(saved, "손상되었습니다.", "잘렸거나", "지우고 처음부터")


def other_npz():
    buffer = io.BytesIO()
    np.savez(buffer, w=np.ones(3))
    return buffer.getvalue()


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "체크포인트가 아닙니다. npz로 시작하지 않습니다"),
        (b"epoch,loss\n0,1.0\n" * 20, "체크포인트가 아닙니다. npz로 시작하지 않습니다"),
        (
            other_npz(),
            "이 라이브러리의 체크포인트가 아니거나, 앞부분이 손상되었습니다",
        ),
    ],
    ids=["empty", "text", "npz"],
)
def test_a_foreign_file_is_refused(tmp_path, content, words):
    path = tmp_path / "run.npz"
    path.write_bytes(content)
    refused(path, words, "지우고 처음부터", "다른 경로를")


def test_a_newer_version_is_refused(saved, monkeypatch):
    content, arrays = files.read_checkpoint(saved)
    files.write_checkpoint(saved, content | {"version": 2}, arrays)
    refused(saved, "더 새 판의 course_lib이 만든 것입니다(형식 2, 아는 것은 1까지)", "새 판으로")


def test_a_checkpoint_error_is_a_value_error():
    assert issubclass(CheckpointError, ValueError)


# 쓰기


@pytest.mark.parametrize("broken", ["fsync", "replace"])
def test_a_failed_write_leaves_the_old_file_and_nothing_else(saved, broken, monkeypatch):
    before = saved.read_bytes()

    def fail(*_):
        raise OSError("디스크가 가득 찼습니다.")

    monkeypatch.setattr(os, broken, fail)
    with pytest.raises(OSError, match="가득"):
        fit(make_model(), *data(), epochs=3, checkpoint=saved, optimizer=Adam())
    assert saved.read_bytes() == before
    assert [file.name for file in saved.parent.iterdir()] == ["run.npz"]


def test_a_half_written_temporary_file_is_overwritten(saved):
    leftover = saved.with_name("run.npz.tmp")
    leftover.write_bytes(b"PK half")
    history = fit(make_model(), *data(), epochs=3, checkpoint=saved, optimizer=Adam())
    assert history.train == fit(make_model(), *data(), epochs=3, optimizer=Adam()).train
    assert not leftover.exists()
