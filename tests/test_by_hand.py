"""손으로 풀 수 있는 예: 두 라이브러리가 종이 위의 값을 냅니다.

tanh(ln 2) = 3/5, tanh(ln 3) = 4/5, σ(0) = 1/2, σ(ln 3) = 3/4를 씁니다. 모두 D = H = N = 1입니다.
"""

from dataclasses import replace
from math import log

import numpy as np
import pytest

from tests.cases import OURS, Case, CellCase, build, forward, random_data, results

each_package = pytest.mark.parametrize("package", OURS.values(), ids=OURS)
ln2, ln3 = log(2), log(3)
SEQUENCE = Case("RNN", "relu", batched=False, T=3, D=1, H=1)


def cell(package, kind, w_ih, w_hh, b_ih, b_hh):
    """매개변수를 게이트마다 수 하나로 적은 셀."""
    module = build(package, CellCase(kind, D=1, H=1))
    values = {"weight_ih": w_ih, "weight_hh": w_hh, "bias_ih": b_ih, "bias_hh": b_hh}
    shapes = {name: value.shape for name, value in module.state_dict().items()}
    module.load_state_dict(
        {name: np.reshape(np.array(value, float), shapes[name]) for name, value in values.items()}
    )
    return module


def step(module, x, *states):
    """한 시점: 수를 넣고 수를 받습니다."""
    states = [np.full((1, 1), state, float) for state in states]
    return [array.item() for array in forward(module, np.full((1, 1), x, float), states)]


@each_package
def test_rnn_cell(package):
    # a = 2x + 0 + w_hh*h + b_hh = 2*ln2 + 1*0 - ln2 = ln 2, h' = tanh(ln 2) = 3/5
    module = cell(package, "RNN", [2], [ln3 / 0.6], [0], [-ln2])
    (h,) = step(module, ln2, 0)
    assert h == pytest.approx(3 / 5, abs=1e-14)
    # x를 ln2/2로 하면 2x - ln2 = 0이고, w_hh*h = ln 3만 남습니다: h'' = 4/5
    assert step(module, ln2 / 2, h) == [pytest.approx(4 / 5, abs=1e-14)]


@each_package
def test_lstm_cell(package):
    # 블록 i, f, g, o. 입력도 이전 h도 0이므로 편향만 남습니다.
    # i = σ(ln 3) = 3/4, f = σ(0) = 1/2, g = tanh(ln 2) = 3/5, o = σ(-ln 3) = 1/4
    # c' = c/2 + 3/4 * 3/5 = c/2 + 9/20. c = 2 (ln 2 - 9/20)이면 c' = ln 2
    # h' = 1/4 * tanh(ln 2) = 3/20
    module = cell(package, "LSTM", [1] * 4, [1] * 4, [ln3, 0, ln2, -ln3], [0] * 4)
    assert step(module, 0, 0, 2 * (ln2 - 9 / 20)) == pytest.approx([3 / 20, ln2], abs=1e-14)


@each_package
def test_gru_cell(package):
    # 블록 r, z, n. h = 1, x = 0.
    # r = σ(0) = 1/2, z = σ(ln 3) = 3/4
    # q_n = w_hh*h + b_hh = ln2 + ln2 = 2 ln 2, n = tanh(0 + 1/2 * 2 ln 2) = 3/5
    # h' = 1/4 * 3/5 + 3/4 * 1 = 9/10
    # 리셋 게이트가 곱셈 앞에 걸렸다면 n = tanh(ln2/2 + ln2)가 되어 다릅니다.
    module = cell(package, "GRU", [1] * 3, [0, 0, ln2], [0, ln3, 0], [0, 0, ln2])
    assert step(module, 0, 1) == [pytest.approx(9 / 10, abs=1e-14)]


@each_package
def test_rnn_over_three_steps_with_its_gradients(package):
    # relu, 모두 양수라 기울기는 1. w_ih = 2, w_hh = 3, 편향 0, h_0 = 1, x = 1, 2, 3.
    #   h_1 = 2*1 + 3*1 = 5,  h_2 = 2*2 + 3*5 = 19,  h_3 = 2*3 + 3*19 = 63
    # L = h_1 + 10 h_3. 시점 t의 δ_t = ∂L/∂h_t는 출력과 다음 시점에서 온 것의 합:
    #   δ_3 = 10,  δ_2 = 0 + 3*10 = 30,  δ_1 = 1 + 3*30 = 91
    # ∂L/∂x_t = 2 δ_t,  ∂L/∂h_0 = 3 δ_1 = 273
    # ∂L/∂w_ih = Σ δ_t x_t = 91 + 60 + 30 = 181
    # ∂L/∂w_hh = Σ δ_t h_{t-1} = 91*1 + 30*5 + 10*19 = 431
    # ∂L/∂b = Σ δ_t = 131, 두 편향이 같습니다.
    case, module = SEQUENCE, build(package, SEQUENCE)
    shapes = {name: value.shape for name, value in module.state_dict().items()}
    values = dict(zip(shapes, (2.0, 3.0, 0.0, 0.0), strict=True))
    module.load_state_dict({name: np.full(shapes[name], value) for name, value in values.items()})
    data = random_data(case)
    data.x[:, 0], data.states[0][...] = [1, 2, 3], 1
    data.cotangents["output"][:, 0], data.cotangents["h_n"][...] = [1, 0, 0], 10
    actual = {name: value.ravel().tolist() for name, value in results(module, case, data).items()}
    assert actual == {
        "output": [5, 19, 63],
        "h_n": [63],
        "d_x": [182, 60, 20],
        "d_h_0": [273],
        "d_weight_ih_l0": [181],
        "d_weight_hh_l0": [431],
        "d_bias_ih_l0": [131],
        "d_bias_hh_l0": [131],
    }


@each_package
def test_two_directions_of_a_running_sum(package):
    # relu, w_ih = w_hh = 1, 편향 없음: 누적합입니다. x = 1, 2, 4.
    #   정방향 1, 3, 7 (앞에서부터)   역방향 7, 6, 4 (뒤에서부터, 자기 시점의 자리에)
    # h_n = [정방향의 시점 2, 역방향의 시점 0] = [7, 7]
    case = replace(SEQUENCE, bidirectional=True, bias=False, given=False)
    module = build(package, case)
    ones = {name: np.ones(value.shape) for name, value in module.state_dict().items()}
    module.load_state_dict(ones)
    output, h_n = forward(module, np.array([[1.0], [2.0], [4.0]]))
    assert output.tolist() == [[1, 7], [3, 6], [7, 4]]
    assert h_n.tolist() == [[7], [7]]
