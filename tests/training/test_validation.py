"""검증과 조기 종료: 평가 상태에서 재고, 때맞춰 멈추고, 가장 좋은 매개변수로 돌아갑니다."""

import pytest

from course_lib.training import SGD, Adam, evaluate, fit
from tests.training.training_cases import LIBRARIES, data, make_model


@pytest.mark.parametrize("mode", [True, False])
@pytest.mark.parametrize("library", LIBRARIES)
def test_dropout_works_in_training_rests_in_validation_and_the_mode_comes_back(library, mode):
    model = make_model(library, num_layers=2, dropout=0.5).train(mode)
    held_out = data(seed=1)
    history = fit(model, *data(), epochs=2, batch_size=4, validation=held_out, optimizer=SGD(1e-9))
    assert model.training is mode
    assert model.rnn.training is mode
    assert history.validation[-1] == evaluate(model, *held_out)
    assert model.training is mode
    without = evaluate(model, *data())
    assert abs(history.train[0] - history.train[1]) > 1e-4  # 에포크마다 다른 마스크
    assert abs(history.train[0] - without) > 1e-4


def test_the_mode_comes_back_after_an_error():
    model = make_model().eval()
    model.rnn.backward = None
    with pytest.raises(TypeError):
        fit(model, *data())
    assert model.training is False


def early(patience, epochs=60, library="numpy_rnn"):
    """검증 데이터가 훈련 데이터와 상관없어 곧 나빠지는 훈련."""
    model, held_out = make_model(library), data(seed=1, count=7)
    history = fit(
        model, *data(count=5), validation=held_out, epochs=epochs, optimizer=Adam(0.03),
        batch_size=2, patience=patience,
    )  # fmt: skip
    return model, history, held_out


@pytest.mark.parametrize("library", LIBRARIES)
def test_it_stops_in_time_and_goes_back_to_the_best(library):
    model, history, held_out = early(patience=3, library=library)
    assert history.best_epoch + 3 == len(history.validation) - 1 < 40
    assert min(history.validation) == history.validation[history.best_epoch]
    assert evaluate(model, *held_out) == min(history.validation) < history.validation[-1]


def test_patience_changes_nothing_until_the_end():
    _, stopped, _ = early(patience=3)
    model, free, held_out = early(patience=None)
    count = len(stopped.train)
    assert free.train[:count] == stopped.train
    assert evaluate(model, *held_out) == free.validation[-1]  # patience가 없으면 되돌리지 않습니다.


def test_the_best_comes_back_even_when_patience_lasts():
    epochs = len(early(patience=3)[1].train) - 1  # 한 에포크 먼저 끝납니다.
    model, history, held_out = early(patience=3, epochs=epochs)
    assert len(history.train) == epochs
    assert evaluate(model, *held_out) == min(history.validation)
