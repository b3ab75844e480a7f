"""fit의 인자: 틀린 것은 모두 훈련하기 전에 걸리고, 그때는 아무것도 바뀌지 않습니다."""

import numpy as np
import pytest
import torch
from torch import nn

from course_lib import numpy_rnn
from course_lib.shapes import ShapeError
from course_lib.training import SGD, Adam, evaluate, fit, loss_and_gradients
from course_lib.training.models import wrap
from tests.cases import assert_same, says, snapshot
from tests.training.training_cases import LIBRARIES, K, N, data, make_model

X, TARGET = data()
_, CLASSES = data(classes=True)


def hole(array, value=np.nan):
    array = array.copy()
    array[3, 1, 1] = value
    return array


def used():
    """다른 모델을 훈련하던 최적화기."""
    optimizer = Adam()
    optimizer.step({"other": np.ones(3)}, {"other": np.ones(3)})
    return optimizer


#: 이름: (바꾸어 넣을 인자, 오류, 차례로 나올 말)
WRONG = {
    "x list": ({"x": X.tolist()}, TypeError, ["x: numpy.ndarray 객체가 필요합니다"]),
    "x tensor": ({"x": torch.tensor(X)}, TypeError, ["x: numpy.ndarray", "torch.Tensor"]),
    "x float32": ({"x": X.astype("f")}, TypeError, ["x: 기대 dtype float64, 실제 float32"]),
    "x unbatched": ({"x": X[0]}, ShapeError, ["x: 기대 (N, T, D)", "np.expand_dims(x, 0)"]),
    "x empty": ({"x": X[:0]}, ShapeError, ["x: 기대 (N, T, D), 모든 크기가 1 이상"]),
    "x width": ({"x": X[..., :2]}, ShapeError, ["x: 기대 (N, T, D) = (11, 6, 3)"]),
    "x nan": ({"x": hole(X)}, ValueError, ["x: 유한하지 않은 값이", "x[3, 1, 1] = nan"]),
    "target nan": ({"target": hole(TARGET, np.inf)}, ValueError, ["target: ", "[3, 1, 1] = inf"]),
    "target count": ({"target": TARGET[1:]}, ShapeError, ["target: 기대 (N, T, K) = (11, 6, 2)"]),
    "target ints": ({"target": CLASSES}, TypeError, ["target: 기대 dtype float64, 실제 int64"]),
    "no classes": ({"loss": "cross_entropy"}, TypeError, ["target: 부류의 번호"]),
    "classes out of range": (
        {"loss": "cross_entropy", "target": CLASSES + 1},
        ValueError,
        ["target: 번호는 0 이상 2 미만이어야"],
    ),
    "loss": ({"loss": "mae"}, ValueError, ["loss: ['mse', 'cross_entropy'] 가운데"]),
    "ignore_index": ({"ignore_index": 0.5}, TypeError, ["ignore_index: 정수가"]),
    "ignore_index bool": ({"ignore_index": True}, TypeError, ["ignore_index: 정수가"]),
    "validation x": ({"validation": X}, TypeError, ["validation: (x, target)을 묶은 튜플"]),
    "validation width": (
        {"validation": (X[..., :2], TARGET)},
        ShapeError,
        ["validation: x: 기대 (N, T, D)"],
    ),
    "validation target": (
        {"validation": (X, TARGET[..., :1])},
        ShapeError,
        ["validation: target: 기대 (N, T, K)"],
    ),
    "epochs": ({"epochs": 0}, ValueError, ["epochs: 1 이상이어야 합니다. 실제 0"]),
    "epochs float": ({"epochs": 2.0}, TypeError, ["epochs: 정수가 필요합니다"]),
    "batch_size": ({"batch_size": 0}, ValueError, ["batch_size: 1 이상"]),
    "optimizer of torch": (
        {"optimizer": torch.optim.SGD([torch.ones(1)], 0.1)},
        TypeError,
        ["optimizer: course_lib.training의 SGD나 Adam", "실제 SGD"],
    ),
    "optimizer of another model": ({"optimizer": used()}, ValueError, ["optimizer: 다른 모델을"]),
    "clip": ({"clip": -1.0}, ValueError, ["clip: 0보다 큰 수여야 합니다. 실제 -1.0"]),
    "truncate": ({"truncate": 0}, ValueError, ["truncate: 1 이상"]),
    "patience": ({"patience": 0, "validation": (X, TARGET)}, ValueError, ["patience: 1 이상"]),
    "patience alone": ({"patience": 3}, ValueError, ["patience: 검증 손실", "validation="]),
    "seed": ({"seed": -1}, ValueError, ["seed: 0 이상 2**32 미만"]),
    "seed generator": (
        {"seed": np.random.default_rng(0)},
        TypeError,
        ["seed: 정수가 필요합니다. 실제 Generator"],
    ),
    "progress": ({"progress": "bar"}, TypeError, ["progress: None, True, False", "'bar'"]),
    "checkpoint": ({"checkpoint": 3}, TypeError, ["checkpoint: 파일의 경로", "실제 int"]),
    "checkpoint folder": ({"checkpoint": "."}, ValueError, ["checkpoint: 폴더입니다"]),
    "checkpoint nowhere": (
        {"checkpoint": "없는 폴더/run.npz"},
        ValueError,
        ["checkpoint: 폴더가 없습니다. 먼저 만드십시오: 없는 폴더"],
    ),
}


@pytest.mark.parametrize("library", LIBRARIES)
@pytest.mark.parametrize(("wrong", "error", "words"), WRONG.values(), ids=WRONG)
def test_a_wrong_argument_changes_nothing(library, wrong, error, words):
    model, optimizer = make_model(library).eval(), Adam()
    before = snapshot(model)
    arguments = {"x": X, "target": TARGET, "optimizer": optimizer, **wrong}
    with says(error, *words):
        fit(model, arguments.pop("x"), arguments.pop("target"), **arguments)
    assert_same(snapshot(model), before)
    assert optimizer.steps == 0
    assert model.training is False


def test_time_first_is_checked_in_its_own_letters():
    model = make_model(batch_first=False)
    with says(ShapeError, "x: 기대 (T, N, D)", "np.expand_dims(x, 1)"):
        fit(model, X[0], TARGET[0])
    with says(ShapeError, "target: 기대 (T, N, K) = (6, 11, 2)"):
        fit(model, X.swapaxes(0, 1), TARGET)


def test_one_answer_for_each_sequence():
    model = make_model(last=True)
    with says(ShapeError, "target: 기대 (N, K) = (11, 2), 실제 (11, 6, 2)", "last=True"):
        fit(model, X, TARGET)
    with says(ValueError, "truncate: last=True인 모델에는 쓸 수 없습니다", "기울기도 없습니다"):
        fit(model, *data(last=True), truncate=3)


def test_a_reverse_direction_can_not_be_truncated():
    with says(ValueError, "truncate: 양방향 모델에는 쓸 수 없습니다", "역방향의 상태는"):
        fit(make_model(bidirectional=True), X, TARGET, truncate=3)


@pytest.mark.parametrize(
    "model", [numpy_rnn.RNN(3, 5), nn.RNN(3, 5), nn.Linear(3, 2), None], ids=lambda m: str(m)[:7]
)
@pytest.mark.parametrize("function", [fit, evaluate, loss_and_gradients])
def test_only_sequence_models_are_trained(function, model):
    with says(TypeError, "model: SequenceModel이 필요합니다", "SequenceModel(rnn, output_size)"):
        function(model, X, TARGET)


def test_a_torch_model_must_be_on_the_cpu_in_float():
    with says(ValueError, "model: CPU에 있어야 합니다. 실제 rnn.weight_ih_l0: meta", "model.cpu()"):
        fit(make_model("torch_rnn").to("meta"), X, TARGET)
    with says(TypeError, "model: float32나 float64여야", "torch.bfloat16", "model.float()"):
        fit(make_model("torch.nn").bfloat16(), X, TARGET)


@pytest.mark.parametrize("library", LIBRARIES)
def test_parameters_are_seen_through_shared_memory(library):
    model = make_model(library)
    wrap(model).params["head.bias"][...] = 5
    np.testing.assert_array_equal(snapshot(model)["head.bias"], np.full(K, 5.0))


@pytest.mark.parametrize("kind", ["RNN", "LSTM", "GRU"])
@pytest.mark.parametrize("library", LIBRARIES)
def test_no_two_gradients_share_memory(library, kind):
    """제자리에서 줄이므로, 한 배열이 두 이름으로 있으면 두 번 줄어듭니다."""
    _, grads, _ = loss_and_gradients(make_model(library, kind), X, TARGET)
    arrays = list(grads.values())
    shared = [i for i, a in enumerate(arrays) for b in arrays[:i] if np.shares_memory(a, b)]
    assert shared == []


def test_extremes_of_the_sizes():
    history = fit(make_model(), X, TARGET, epochs=1, batch_size=10**6, truncate=10**6)
    whole = fit(make_model(), X, TARGET, epochs=1, batch_size=N)
    assert history.train == whole.train
    single = fit(make_model(), X[:1, :1], TARGET[:1, :1], epochs=1, truncate=1, batch_size=1)
    assert len(single.train) == 1


def test_clip_and_lr_may_be_any_real_numbers():
    fit(make_model(), X, TARGET, epochs=np.int64(1), clip=np.float32(1), optimizer=SGD(np.int64(1)))
