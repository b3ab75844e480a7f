"""훈련 루프: torch로 따로 적은 루프와 같고, 세 라이브러리의 손실이 같습니다."""

import numpy as np
import pytest
import torch
from torch.nn import functional

from course_lib.numpy_rnn import heads
from course_lib.numpy_rnn.finite_differences import compare_gradients
from course_lib.training import SGD, Adam, evaluate, fit, loss_and_gradients
from tests.cases import assert_same, flatten, says, snapshot
from tests.training.training_cases import LIBRARIES, K, N, T, data, make_model, numbers

KINDS = pytest.mark.parametrize("kind", ["RNN", "LSTM", "GRU"])


def detach(state):
    return tuple(s.detach() for s in state) if isinstance(state, tuple) else state.detach()


def loop_by_hand(model, x, target, epochs, batch_size, optimizer, clip, truncate, time=1):
    """torch만으로 적은 훈련. 평균 손실과 기울기 길이를 에포크마다 적습니다."""
    rng, losses, norms = np.random.default_rng(0), [], []
    x, target = torch.tensor(x), torch.tensor(target)
    entropy = target.dtype == torch.int64
    for _ in range(epochs):
        order, total, weight, lengths = rng.permutation(N), 0.0, 0, []
        for start in range(0, N, batch_size):
            index, state = order[start : start + batch_size], None
            batch = [a.index_select(1 - time, torch.tensor(index)) for a in (x, target)]
            for piece in zip(*(a.split(truncate or T, time) for a in batch), strict=True):
                optimizer.zero_grad()
                y, state = model(piece[0], state)
                state = detach(state)
                if entropy:
                    loss = functional.cross_entropy(y.reshape(-1, K), piece[1].reshape(-1))
                    count = int((piece[1] != -100).sum())
                else:
                    loss, count = functional.mse_loss(y, piece[1]), piece[1].numel()
                loss.backward()
                lengths.append(torch.nn.utils.clip_grad_norm_(model.parameters(), clip).item())
                optimizer.step()
                total, weight = total + loss.item() * count, weight + count
        losses.append(total / weight)
        norms.append(np.mean(lengths))
    return losses, norms


@pytest.mark.parametrize("library", LIBRARIES)
@pytest.mark.parametrize("truncate", [None, 4])
@pytest.mark.parametrize("classes", [False, True], ids=["mse", "cross_entropy"])
@KINDS
def test_it_is_the_loop_written_in_torch(kind, classes, truncate, library):
    x, target = data(classes=classes)
    if classes:
        target[2:5, 1:3] = -100
    reference = make_model("torch.nn", kind)
    optimizer = torch.optim.Adam(reference.parameters(), lr=0.02)
    losses, norms = loop_by_hand(reference, x, target, 4, 4, optimizer, 0.3, truncate)
    model = make_model(library, kind)
    history = fit(
        model, x, target, loss="cross_entropy" if classes else "mse", epochs=4, batch_size=4,
        optimizer=Adam(0.02), clip=0.3, truncate=truncate,
    )  # fmt: skip
    np.testing.assert_allclose(history.train, losses, rtol=0, atol=1e-12)
    np.testing.assert_allclose(history.gradient_norm, norms, rtol=0, atol=1e-12)
    assert history.validation == []
    assert_same(snapshot(model), snapshot(reference), 1e-10)


def test_time_first_and_sgd_with_momentum():
    x, target = (a.swapaxes(0, 1) for a in data())
    reference = make_model("torch.nn", "LSTM", batch_first=False)
    optimizer = torch.optim.SGD(reference.parameters(), lr=0.2, momentum=0.5)
    losses, _ = loop_by_hand(reference, x, target, 3, 5, optimizer, 1e9, 2, time=0)
    model = make_model("numpy_rnn", "LSTM", batch_first=False)
    history = fit(model, x, target, epochs=3, batch_size=5, optimizer=SGD(0.2, 0.5), truncate=2)
    np.testing.assert_allclose(history.train, losses, rtol=0, atol=1e-12)


@pytest.mark.parametrize("classes", [False, True], ids=["mse", "cross_entropy"])
@KINDS
def test_three_libraries_give_the_same_losses(kind, classes):
    options = {"bidirectional": True, "num_layers": 2}
    loss = "cross_entropy" if classes else "mse"
    histories = {}
    for library in LIBRARIES:
        model = make_model(library, kind, last=True, **options)
        histories[library] = numbers(
            fit(
                model, *data(last=True, classes=classes), loss=loss, epochs=5, batch_size=4,
                validation=data(last=True, classes=classes, seed=1), optimizer=Adam(0.02),
            )
        )  # fmt: skip
    for library in LIBRARIES[1:]:
        assert_same(histories[library], histories["numpy_rnn"], 1e-10)


def test_float32_stays_float32_and_close_to_torch():
    histories = {}
    for library in LIBRARIES:
        model = make_model(library, "GRU", dtype="float32")
        histories[library] = fit(model, *data(dtype="float32"), epochs=3, batch_size=4).train
        assert {a.dtype for a in snapshot(model).values()} == {np.dtype("float32")}
    np.testing.assert_allclose(histories["torch.nn"], histories["numpy_rnn"], rtol=0, atol=1e-5)


def test_the_default_optimizer_is_adam():
    first, second = (make_model() for _ in range(2))
    assert fit(first, *data()).train == fit(second, *data(), optimizer=Adam(1e-3)).train
    assert_same(first.params, second.params)


def test_the_seed_decides_the_order_and_nothing_global_does():
    losses = {}
    for name, seed in {"a": 3, "b": 3, "c": 4}.items():
        losses[name] = fit(make_model(), *data(), epochs=2, batch_size=4, seed=seed).train
        np.random.random()  # noqa: NPY002 - 전역 난수는 상관이 없어야 합니다.
    assert losses["a"] == losses["b"] != losses["c"]


def test_pieces_without_any_answer_carry_the_state_on():
    """앞의 두 조각에는 답이 없습니다. 셋째 조각의 처음 상태는 그래도 앞을 읽은 것입니다."""
    x, target = data(classes=True)
    target[:, :4] = -100
    model, reference = make_model(), make_model()
    history = fit(
        model, x, target, loss="cross_entropy", epochs=1, batch_size=N, truncate=2,
        optimizer=SGD(0.1),
    )  # fmt: skip
    _, h_n = reference(x[:, :4])
    value, grads, _ = loss_and_gradients(
        reference, x[:, 4:], target[:, 4:], h_n, loss="cross_entropy"
    )
    assert history.train[0] == pytest.approx(value, rel=1e-12)
    SGD(0.1).step(reference.params, grads)
    # 순열이 합의 순서를 바꿉니다.
    assert_same(model.params, reference.params, 1e-14)


def test_a_batch_without_any_answer_is_left_out():
    x, target = data(classes=True)
    target[1:] = -100
    history = fit(make_model(), x, target, loss="cross_entropy", epochs=1, batch_size=1)
    only = fit(make_model(), x[:1], target[:1], loss="cross_entropy", epochs=1, batch_size=1)
    assert history.train == pytest.approx(only.train, rel=1e-12)


# evaluate와 loss_and_gradients


@pytest.mark.parametrize("library", LIBRARIES)
def test_many_sequences_are_measured_in_chunks(library):
    """256개씩 재도 평균은 모두의 평균입니다."""
    rng = np.random.default_rng(0)
    x, target = rng.normal(size=(600, 2, 3)), rng.integers(0, K, (600, 2))
    target[:300] = -100  # 첫 조각에는 세는 자리가 없습니다.
    model = make_model(library)
    tensors = library != "numpy_rnn"
    y = model(torch.tensor(x) if tensors else x)[0]
    y = y.detach().numpy() if tensors else y
    expected, _ = heads.cross_entropy(y, target)
    actual = evaluate(model, x, target, loss="cross_entropy")
    assert actual == pytest.approx(expected, rel=1e-12)


@pytest.mark.parametrize("last", [False, True], ids=["every", "last"])
@pytest.mark.parametrize("library", LIBRARIES)
def test_gradients_are_proved_by_finite_differences(library, last):
    model = make_model(library, "LSTM", last=last)
    x, target = data(last=last, count=2)
    _, grads, _ = loss_and_gradients(model, x, target)
    params = dict(model.state_dict())
    if library == "numpy_rnn":
        params = model.params
    else:
        params = {name: tensor.numpy() for name, tensor in params.items()}
    report = compare_gradients(lambda: evaluate(model, x, target), params, grads)
    assert report[0].error < 1e-8


@pytest.mark.parametrize("library", LIBRARIES)
@KINDS
def test_the_state_goes_on_and_the_gradient_does_not(kind, library):
    x, target = data()
    model, reference = make_model(library, kind), make_model("torch.nn", kind)
    _, _, state = loss_and_gradients(model, x[:, :4], target[:, :4])
    assert {type(part) for part in flatten(state)} == {np.ndarray}
    value, grads, _ = loss_and_gradients(model, x[:, 4:], target[:, 4:], state)
    y, _ = reference(torch.tensor(x[:, 4:]), detach(reference(torch.tensor(x[:, :4]))[1]))
    loss = functional.mse_loss(y, torch.tensor(target[:, 4:]))
    loss.backward()
    assert value == pytest.approx(loss.item(), rel=1e-13)
    expected = {name: p.grad.numpy() for name, p in reference.named_parameters()}
    assert_same(grads, expected, 1e-13)


@pytest.mark.parametrize("library", LIBRARIES)
def test_results_of_one_call_survive_the_next(library):
    model, (x, target) = make_model(library), data()
    _, grads, _ = loss_and_gradients(model, x, target)
    before = {name: gradient.copy() for name, gradient in grads.items()}
    loss_and_gradients(model, 2 * x, target)
    assert_same(grads, before)


def test_inside_no_grad_torch_still_learns():
    model = make_model("torch_rnn")
    with torch.no_grad():
        losses = fit(model, *data(), epochs=3, optimizer=Adam(0.05)).train
    assert losses[-1] < losses[0]


def test_frozen_parameters_of_torch_stay():
    model = make_model("torch.nn")
    model.rnn.weight_hh_l0.requires_grad_(False)
    before = snapshot(model)
    fit(model, *data(), epochs=2)
    after = snapshot(model)
    changed = {name for name in after if np.abs(after[name] - before[name]).max() > 0}
    assert changed == set(after) - {"rnn.weight_hh_l0"}


# 폭발


@pytest.mark.parametrize("library", LIBRARIES)
def test_an_explosion_stops_before_it_reaches_the_parameters(library):
    model = make_model(library)
    with says(
        FloatingPointError, "에포크 ", "미니배치 ", "이 걸음을 옮기지 않고", "학습률을 낮추거나"
    ):
        fit(model, *data(), epochs=50, batch_size=4, optimizer=SGD(1e60))
    assert all(np.isfinite(value).all() for value in snapshot(model).values())
    assert model.training


def test_a_validation_loss_that_is_not_finite_stops_too():
    with says(FloatingPointError, "에포크 0: 검증 손실이 inf", "학습률을 낮추거나"):
        fit(make_model(), *data(), epochs=1, optimizer=SGD(1e300), validation=data(seed=1))


def test_states_are_numpy_arrays_of_the_right_dtype():
    with says(TypeError, "hx: numpy.ndarray 객체가 필요합니다. 실제 torch.Tensor"):
        loss_and_gradients(make_model("torch_rnn"), *data(), torch.zeros(1, N, 5))
    with says(TypeError, "hx: 기대 dtype float64, 실제 float32"):
        loss_and_gradients(make_model(), *data(), np.zeros((1, N, 5), np.float32))
