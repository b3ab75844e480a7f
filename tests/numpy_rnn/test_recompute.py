"""다시 계산하는 역전파: 값과 모든 기울기가 같고, 들고 있는 것은 토막의 처음 상태뿐입니다."""

import math
import tracemalloc

import numpy as np
import pytest

from course_lib import numpy_rnn
from course_lib.numpy_rnn import recompute
from course_lib.numpy_rnn.gradcheck import check_gradients
from tests.cases import DEEP, SMALL, TOLERANCE, assert_same, build, random_data, results


@pytest.mark.parametrize("T", [1, 2, 5, 9, 10])
@pytest.mark.parametrize("case", DEEP, ids=str)
def test_values_and_every_gradient_are_the_same(case, T):
    case = case.__class__(**(case.__dict__ | {"T": T}))
    plain = build(numpy_rnn, case)
    again = build(numpy_rnn, case, recompute=True)
    data = random_data(case)
    assert_same(results(again, case, data), results(plain, case, data), TOLERANCE["float64"])


@pytest.mark.parametrize("case", [case for case in SMALL if case.bias], ids=str)
def test_every_gradient_is_proved(case):
    module, data = build(numpy_rnn, case, recompute=True), random_data(case)
    assert check_gradients(module, data.x, *data.states)[0].error < 1e-8


def test_the_weights_without_bias_have_no_gradient_of_a_bias():
    case = DEEP[0].__class__(bias=False)
    module, data = build(numpy_rnn, case, recompute=True), random_data(case)
    results(module, case, data)
    assert list(module.grads) == ["weight_ih_l0", "weight_hh_l0"]


@pytest.mark.parametrize("T", [1, 4, 10, 17])
def test_one_state_is_kept_for_every_piece_and_one_piece_is_unrolled_at_a_time(T, monkeypatch):
    lengths = []
    right = recompute.unroll

    def counted(cell, x, *rest):
        lengths.append(len(x))
        return right(cell, x, *rest)

    monkeypatch.setattr(recompute, "unroll", counted)
    module = numpy_rnn.GRU(4, 7, rng=0, recompute=True)
    output, h_n = module(np.ones((T, 3, 4)))
    forward = lengths.copy()
    assert sum(forward) == T
    assert max(forward) == math.ceil(math.sqrt(T))
    module.backward(np.ones_like(output), np.ones_like(h_n))
    assert lengths[len(forward) :] == forward[::-1]  # 뒤의 토막부터 한 번씩 더


@pytest.mark.parametrize("kind", ["RNN", "LSTM", "GRU"])
def test_it_holds_less_between_forward_and_backward(kind):
    T, N, D, H = 400, 4, 3, 16
    held = {}
    for name in (False, True):
        module = getattr(numpy_rnn, kind)(D, H, rng=0, recompute=name)
        x = np.ones((T, N, D))
        tracemalloc.start()
        module(x)
        held[name] = tracemalloc.get_traced_memory()[0] - x.nbytes  # x의 사본
        tracemalloc.stop()
    states = 1 + (kind == "LSTM")
    # 20 토막의 처음 상태. 나머지는 파이썬 객체와 마지막 상태이며 잰 값은 상태의 절반이 안 됩니다.
    assert held[True] < 2 * 20 * states * N * H * 8
    assert held[False] > T * N * H * 8


def test_a_wrong_flag_is_refused():
    with pytest.raises(TypeError, match=r"^recompute: True나 False가 필요합니다"):
        numpy_rnn.RNN(4, 7, recompute=3)


def test_it_is_shown():
    assert repr(numpy_rnn.RNN(4, 7, recompute=True)) == "RNN(4, 7, recompute=True)"
