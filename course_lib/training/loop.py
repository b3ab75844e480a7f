"""훈련 루프: 미니배치마다 순전파, 손실, 시간 역전파, 클리핑, 한 걸음.

numpy_rnn의 모델과 torch의 모델을 같은 루프로 훈련합니다. 손실과 최적화기도 같은 NumPy 코드이므로
두 모델의 손실은 반올림 오차까지만 다릅니다. 라이브러리가 하는 일은 순전파와 역전파뿐입니다.
"""

import math

import numpy as np

from course_lib.checks import check_array
from course_lib.shapes import check_size
from course_lib.training.checkpoint import check_path
from course_lib.training.clipping import EXPLODED, clip_gradients, gradient_norm
from course_lib.training.models import wrap
from course_lib.training.optim import Adam, check_optimizer
from course_lib.training.options import check_options, check_pair, check_seed
from course_lib.training.progress import find_bar, progress_bar
from course_lib.training.run import Run, fingerprint
from course_lib.training.sequences import Sequences, check_loss


def fit(
    model, x, target, *, loss="mse", ignore_index=-100, validation=None, epochs=10, batch_size=32,
    optimizer=None, clip=None, truncate=None, patience=None, seed=0, checkpoint=None,
    progress=None,
):  # fmt: skip
    """모델을 훈련합니다 (train a NumPy or torch model).

    Parameters
    ----------
    model : SequenceModel
        numpy_rnn.heads나 torch_rnn.heads의 것. 매개변수가 제자리에서 바뀝니다.
    x, target : ndarray
        시퀀스와 정답. 축의 순서는 ``model.rnn.batch_first``를 따릅니다.
    loss : {'mse', 'cross_entropy'}
    ignore_index : int
        크로스 엔트로피가 세지 않을 정답. 세는 자리가 하나도 없는 조각은 상태만 잇습니다.
    validation : (ndarray, ndarray), optional
        검증 데이터 (x, target). 에포크가 끝날 때마다 평가 상태로 손실을 잽니다.
    epochs, batch_size : int
        에포크마다 시퀀스의 순서를 섞습니다. 마지막 미니배치는 작을 수 있습니다.
    optimizer : SGD or Adam, optional
        기본값은 ``Adam(lr=1e-3)``. torch 모델에도 같은 것을 씁니다.
    clip : float, optional
        기울기 길이의 상한.
    truncate : int, optional
        절단 시간 역전파의 조각 길이. 조각마다 한 걸음 옮기고, 상태는 값만 다음 조각에 넘깁니다.
    patience : int, optional
        검증 손실이 이만큼의 에포크 동안 나아지지 않으면 멈춥니다. 주면, 끝날 때 검증 손실이 가장
        낮았던 매개변수로 되돌립니다.
    seed : int
        섞는 순서의 시드.
    checkpoint : path, optional
        에포크마다 여기에 저장합니다. 파일이 있으면 거기서 이어 가고, 결과는 멈추지 않은 것과
        비트까지 같습니다.
    progress : bool, optional
        진행 막대. None이면 터미널에서만 보입니다.

    Returns
    -------
    History

    Raises
    ------
    TypeError, ValueError, ShapeError
        인자가 틀렸을 때. 그때는 아무것도 바꾸지 않습니다.
    CheckpointError
        체크포인트가 망가졌거나 이 훈련의 것이 아닐 때. 그때도 아무것도 바꾸지 않습니다.
    FloatingPointError
        손실이나 기울기가 유한하지 않을 때. 매개변수는 그 앞의 걸음까지 바뀌어 있습니다.

    Examples
    --------
    >>> from course_lib.numpy_rnn import RNN
    >>> from course_lib.numpy_rnn.heads import SequenceModel
    >>> x = np.random.default_rng(0).normal(size=(5, 12, 1))
    >>> model = SequenceModel(RNN(1, 7, rng=0), 1)
    >>> history = fit(model, x, x, epochs=3, optimizer=Adam(lr=0.01))
    >>> len(history.train), history.train[-1] < history.train[0]
    (3, True)
    """
    model, loss = wrap(model), check_loss(loss, ignore_index)
    data, held_out = Sequences(model, loss, x, target), None
    if validation is not None:
        held_out = Sequences(model, loss, *check_pair(validation), name="validation: ")
    options = check_options(model, batch_size, clip, truncate, patience, held_out)
    epochs, seed = check_size("epochs", epochs), check_seed(seed)
    optimizer = Adam() if optimizer is None else optimizer
    check_optimizer(optimizer, model.params)
    bar_class = find_bar(progress)
    run = Run(model, optimizer, seed, options.patience)
    if checkpoint is not None:
        path = check_path(checkpoint)
        settings = {
            "loss": loss.name,
            "ignore_index": loss.ignore_index,
            "seed": seed,
            **options._asdict(),
            "optimizer": {"class": type(optimizer).__name__, **optimizer.settings()},
            "model": model.settings(),
            "data": {"train": fingerprint(data.x, data.target)},
        }
        if held_out is not None:
            settings["data"]["validation"] = fingerprint(held_out.x, held_out.target)
        if path.exists():
            run.resume(path, settings, epochs)
        else:
            run.save(path, settings)  # 쓸 수 없는 곳이면 훈련하기 전에 압니다.
    batches = math.ceil(data.N / options.batch_size)
    mode = model.train(True)
    try:
        with (
            np.errstate(over="ignore", invalid="ignore"),  # 넘친 값은 걸음마다 봅니다.
            progress_bar(bar_class, epochs * batches, run.epoch * batches) as advance,
        ):
            while run.epoch < epochs and not run.stopped:
                train, norm = _epoch(run, data, loss, options, advance)
                measured = None if held_out is None else _evaluate(model, held_out, loss)
                if measured is not None and not math.isfinite(measured):
                    raise FloatingPointError(
                        f"에포크 {run.epoch}: 검증 손실이 {measured:g}입니다. {EXPLODED}"
                    )
                run.record(train, norm, measured)
                if checkpoint is not None:
                    run.save(path, settings)
    finally:
        model.train(mode)
    run.restore_best()
    return run.history


def evaluate(model, x, target, *, loss="mse", ignore_index=-100) -> float:
    """평가 상태에서 손실을 잽니다. 아무것도 바꾸지 않습니다 (loss without learning).

    Parameters
    ----------
    model, x, target, loss, ignore_index
        ``fit``과 같습니다.

    Returns
    -------
    float

    Examples
    --------
    >>> from course_lib.numpy_rnn import RNN
    >>> from course_lib.numpy_rnn.heads import SequenceModel
    >>> model = SequenceModel(RNN(4, 7, rng=0), 2)
    >>> model.head.params["weight"][...] = model.head.params["bias"][...] = 0
    >>> evaluate(model, np.ones((5, 3, 4)), np.ones((5, 3, 2)))
    1.0
    """
    model, loss = wrap(model), check_loss(loss, ignore_index)
    return _evaluate(model, Sequences(model, loss, x, target), loss)


def loss_and_gradients(model, x, target, hx=None, *, loss="mse", ignore_index=-100):
    """손실과 모든 매개변수의 기울기를 계산합니다. 옮기지는 않습니다 (no update).

    Parameters
    ----------
    model, x, target, loss, ignore_index
        ``fit``과 같습니다. 모델의 훈련, 평가 상태는 그대로 씁니다.
    hx : ndarray or tuple of ndarray, optional
        처음 상태. 없으면 0입니다.

    Returns
    -------
    loss : float
    grads : dict of ndarray
    state : ndarray or tuple of ndarray
        마지막 상태. 다음 조각의 ``hx``로 넘기면 값만 이어지고 기울기는 흐르지 않습니다.

    Examples
    --------
    >>> from course_lib.numpy_rnn import RNN
    >>> from course_lib.numpy_rnn.heads import SequenceModel
    >>> model = SequenceModel(RNN(4, 7, rng=0), 2)
    >>> _, grads, h_n = loss_and_gradients(model, np.ones((5, 3, 4)), np.ones((5, 3, 2)))
    >>> grads["rnn.weight_hh_l0"].shape, h_n.shape
    ((7, 7), (1, 3, 7))
    """
    model, loss = wrap(model), check_loss(loss, ignore_index)
    data = Sequences(model, loss, x, target)
    for state in hx if isinstance(hx, tuple) else () if hx is None else (hx,):
        check_array("hx", state, np.ndarray, model.dtype)
    return _gradients(model, loss, data.x, data.target, hx)


def _gradients(model, loss, x, target, hx):
    y, state = model.forward(x, hx)
    value, d_y = loss(model.answer(y), target)
    return value, model.backward(y, d_y), state


def _epoch(run, data, loss, options, advance):
    """한 에포크를 훈련하고 (평균 손실, 평균 기울기 길이)를 돌려줍니다."""
    model, total, weight, norms = run.model, 0.0, 0, []
    order = run.rng.permutation(data.N)
    for number, batch in enumerate(data.batches(order, options.batch_size)):
        hx = None
        for x, target in data.pieces(*batch, options.truncate):
            count = loss.count(target)
            if count == 0:
                hx = model.forward(x, hx, graph=False)[1]
                continue
            value, grads, hx = _gradients(model, loss, x, target, hx)
            norm = gradient_norm(grads)
            if not math.isfinite(norm + value):
                raise FloatingPointError(
                    f"에포크 {run.epoch}, 미니배치 {number}: 손실 {value:g}, 기울기의 길이 "
                    f"{norm:g}. 유한하지 않아 이 걸음을 옮기지 않고 멈추었습니다. {EXPLODED}"
                )
            if options.clip is not None:
                clip_gradients(grads, options.clip)
            run.optimizer.step(model.params, grads)
            norms.append(norm)
            total, weight = total + value * count, weight + count
        advance(f"에포크 {run.epoch}, 손실 {total / max(1, weight):.4g}")
    return total / weight, sum(norms) / len(norms)


def _evaluate(model, data, loss, chunk=256):
    """평가 상태의 손실. 많은 시퀀스는 메모리를 아끼려고 나누어 잽니다."""
    mode, total, weight = model.train(False), 0.0, 0
    try:
        for x, target in data.batches(np.arange(data.N), chunk):
            if count := loss.count(target):
                y, _ = model.forward(x, None, graph=False)
                value, _ = loss(model.answer(y), target)
                total, weight = total + value * count, weight + count
    finally:
        model.train(mode)
    return total / weight
