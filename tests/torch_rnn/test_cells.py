"""셀의 식: 투영된 입력 a와 상태를 받아 다음 상태를 돌려주고, 받은 것을 고치지 않습니다.

torch.nn과 같은지는 ``test_cell_modules.py``가, 손으로 푼 값은 ``test_by_hand.py``가 봅니다.
"""

import pytest
import torch
from torch.nn.functional import linear

from course_lib.torch_rnn.cells import RNN_RELU, RNN_TANH
from course_lib.torch_rnn.gru_cell import GRU_CELL
from course_lib.torch_rnn.lstm_cell import LSTM_CELL

CELLS = {"RNN-tanh": (RNN_TANH, 1), "RNN-relu": (RNN_RELU, 1)}
CELLS |= {"LSTM": (LSTM_CELL, 4), "GRU": (GRU_CELL, 3)}  # 이름: (셀, G)
each_cell = pytest.mark.parametrize(("cell", "G"), CELLS.values(), ids=CELLS)


def step(cell, G):
    """한 시점의 인자: a, 상태, w_hh, b_hh."""
    torch.manual_seed(0)
    a, h, c = torch.randn(3, G * 7), torch.randn(3, 7), torch.randn(3, 7)
    return a, (h, c) if cell is LSTM_CELL else (h,), torch.randn(G * 7, 7), torch.randn(G * 7)


@each_cell
def test_nothing_passed_in_is_changed(cell, G):
    arguments = step(cell, G)
    cell.forward(*arguments)
    torch.testing.assert_close(arguments, step(cell, G), rtol=0, atol=0)


@each_cell
def test_without_a_bias_means_a_bias_of_zero(cell, G):
    a, state, w_hh, b_hh = step(cell, G)
    expected = cell.forward(a, state, w_hh, torch.zeros_like(b_hh))
    torch.testing.assert_close(cell.forward(a, state, w_hh), expected)


@each_cell
def test_the_two_halves_meet_in_the_torch_cell(cell, G):
    # a를 미리 투영해 넘겨도 torch의 함수 하나가 x에서 바로 계산한 것과 같습니다.
    functions = {RNN_TANH: torch.rnn_tanh_cell, RNN_RELU: torch.rnn_relu_cell}
    functions |= {LSTM_CELL: torch.lstm_cell, GRU_CELL: torch.gru_cell}
    _, state, w_hh, b_hh = step(cell, G)
    x, w_ih, b_ih = torch.randn(3, 4), torch.randn(G * 7, 4), torch.randn(G * 7)
    hx = state if cell is LSTM_CELL else state[0]
    expected = functions[cell](x, hx, w_ih, w_hh, b_ih, b_hh)
    actual = cell.forward(linear(x, w_ih, b_ih), state, w_hh, b_hh)
    torch.testing.assert_close(actual, expected if cell is LSTM_CELL else (expected,))
