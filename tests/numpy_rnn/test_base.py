"""NumPy 모듈의 바탕: 초깃값, dtype, 사본, 저장하고 불러오기."""

import copy
import pickle
import tracemalloc

import numpy as np
import pytest

from course_lib import numpy_rnn
from course_lib.shapes import ShapeError
from tests.cases import (
    CELLS,
    DEEP,
    Case,
    assert_same,
    build,
    flatten,
    pack,
    random_data,
    results,
    snapshot,
)

ALL = DEEP + [case for case in CELLS if case.bias and case.batched and case.given]
each = pytest.mark.parametrize("case", ALL, ids=str)


@each
def test_the_same_seed_gives_the_same_parameters_and_another_seed_others(case):
    first, again, other = (build(numpy_rnn, case, seed=seed).params for seed in (0, 0, 1))
    assert_same(first, again)
    assert all(np.abs(first[name] - other[name]).min() > 0 for name in first)


def test_a_generator_is_used_and_moves_on():
    rng = np.random.default_rng(0)
    first, second = numpy_rnn.RNN(4, 7, rng=rng), numpy_rnn.RNN(4, 7, rng=rng)
    assert_same(first.params, numpy_rnn.RNN(4, 7, rng=0).params)
    assert first.rng is rng
    assert np.abs(first.params["bias_hh_l0"] - second.params["bias_hh_l0"]).min() > 0


def test_without_a_seed_no_two_modules_are_equal():
    first, second = numpy_rnn.RNN(4, 7), numpy_rnn.RNN(4, 7)
    assert np.abs(first.params["weight_ih_l0"] - second.params["weight_ih_l0"]).min() > 0


def test_initial_values_fill_the_interval_of_torch():
    values = np.concatenate([v.ravel() for v in numpy_rnn.LSTM(64, 16, rng=0).params.values()])
    bound = 1 / 4  # 1/√16
    assert np.abs(values).max() <= bound
    # 균등분포라면 5248개 가운데 네 구간에 4분의 1씩, 오차는 √(3/16/5248) = 0.6%p입니다.
    counts, _ = np.histogram(values, bins=4, range=(-bound, bound))
    np.testing.assert_allclose(counts / values.size, 0.25, rtol=0, atol=0.025)


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@each
def test_the_dtype_of_the_parameters_is_kept_to_the_end(case, dtype):
    values = results(build(numpy_rnn, case, dtype), case, random_data(case, dtype))
    assert {value.dtype for value in values.values()} == {np.dtype(dtype)}


def test_the_default_dtype_is_float64():
    for name in numpy_rnn.__all__:
        assert getattr(numpy_rnn, name)(4, 7).dtype == np.float64


@pytest.mark.parametrize("dtype", [int, np.int32, bool, complex, object, "foo"])
def test_a_dtype_that_is_not_real_is_refused(dtype):
    with pytest.raises(TypeError, match=r"dtype: 실수형이 필요합니다\. 실제 "):
        numpy_rnn.LSTM(4, 7, dtype=dtype)


@each
def test_state_dict_is_a_copy(case):
    module = build(numpy_rnn, case)
    before = snapshot(module)
    for value in module.state_dict().values():
        value[...] = np.nan
    assert_same(module.params, before)


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@each
def test_load_state_dict_copies_and_keeps_the_dtype(case, dtype):
    source = build(numpy_rnn, case, seed=1).state_dict()
    module = build(numpy_rnn, case, dtype)
    module.load_state_dict(source)
    expected = {name: value.astype(dtype) for name, value in source.items()}
    for value in source.values():
        value[...] = np.nan
    assert_same(module.params, expected)


def test_new_weights_between_forward_and_backward_do_not_reach_backward():
    case = Case("GRU")
    module, data = build(numpy_rnn, case), random_data(case)
    expected = results(module, case, data)
    module(data.x, pack(data.states))
    module.load_state_dict(build(numpy_rnn, case, seed=1).state_dict())
    d_x, _ = module.backward(*data.cotangents.values())
    np.testing.assert_array_equal(d_x, expected["d_x"])


@pytest.mark.parametrize(
    "clone", [copy.deepcopy, lambda m: pickle.loads(pickle.dumps(m))], ids=["deepcopy", "pickle"]
)
@each
def test_a_clone_computes_the_same_and_is_independent(case, clone):
    module, data = build(numpy_rnn, case), random_data(case)
    expected = results(module, case, data)
    cloned = clone(module)
    for value in module.params.values():
        value[...] = np.nan
    assert_same(results(cloned, case, data), expected)


@pytest.mark.parametrize(
    ("module", "text"),
    [
        (numpy_rnn.GRU(4, 7), "GRU(4, 7)"),
        (
            numpy_rnn.LSTM(4, 7, 2, batch_first=True, dropout=0.5),
            "LSTM(4, 7, num_layers=2, batch_first=True, dropout=0.5)",
        ),
        (
            numpy_rnn.RNNCell(4, 7, bias=False, nonlinearity="relu"),
            "RNNCell(4, 7, bias=False, nonlinearity=relu)",
        ),
    ],
)
def test_a_module_prints_like_torch_nn(module, text):
    assert repr(module) == text


def test_train_and_eval_return_the_module():
    module = numpy_rnn.RNN(4, 7)
    assert module.training is True
    assert module.eval() is module
    assert module.training is False
    assert module.train() is module
    assert module.training is True
    assert module.train(False).training is False


@each
def test_nan_goes_in_and_comes_out(case):
    module, data = build(numpy_rnn, case), random_data(case)
    data.x[...] = np.nan
    assert all(np.isnan(array).all() for array in flatten(module(data.x, pack(data.states))))


def test_a_pickle_does_not_carry_the_last_batch():
    module = numpy_rnn.LSTM(4, 7, rng=0)
    before = len(pickle.dumps(module))
    module(np.ones((50, 20, 4)))
    assert len(pickle.dumps(module)) == before


@pytest.mark.parametrize("kind", ["RNN", "LSTM", "GRU"])
def test_two_batches_are_never_held_at_once(kind):
    T, N, D, H = 300, 4, 3, 16
    module, x = getattr(numpy_rnn, kind)(D, H, rng=0), np.ones((T, N, D))
    most = []
    tracemalloc.start()
    for _ in range(2):
        tracemalloc.reset_peak()
        module(x)
        most.append(tracemalloc.get_traced_memory()[1])
    tracemalloc.stop()
    # 지난 기록을 들고 있으면 둘째의 최댓값은 첫째의 1.4배가 넘습니다.
    assert most[1] < 1.1 * most[0]


@pytest.mark.parametrize(("kind", "units"), [("RNN", 1), ("LSTM", 6), ("GRU", 5)])
def test_it_holds_what_the_equations_need_and_nothing_else(kind, units):
    # 14장의 표: 입력의 사본과, 상태와 게이트와 GRU의 q_n
    T, N, D, H = 300, 4, 3, 64
    module, x = getattr(numpy_rnn, kind)(D, H, rng=0), np.ones((T, N, D))
    tracemalloc.start()
    module(x)
    held, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    np.testing.assert_allclose(held, T * N * (D + units * H) * 8, rtol=0.05)


def test_a_refused_input_leaves_the_last_batch_for_backward():
    module = numpy_rnn.GRU(4, 7, rng=0)
    output, _ = module(np.ones((5, 3, 4)))
    expected = module.backward(np.ones_like(output))
    with pytest.raises(ShapeError):
        module(np.ones((5, 3, 8)))
    np.testing.assert_array_equal(module.backward(np.ones_like(output))[0], expected[0])


def test_small_numpy_integers_do_not_overflow():
    module = numpy_rnn.LSTM(np.uint8(4), np.uint8(100), np.int64(2))
    assert module.params["weight_ih_l0"].shape == (400, 4)
    assert repr(module) == "LSTM(4, 100, num_layers=2)"
