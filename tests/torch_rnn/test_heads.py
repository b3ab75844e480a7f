"""torch의 머리: torch.nn의 층도 우리 층도 받고, 올바른 마지막 상태를 읽습니다.

값과 기울기는 ``numpy_rnn/test_heads.py``가 torch로 따로 적은 계산과 견줍니다.
"""

import pytest
import torch
from torch import nn

from course_lib import numpy_rnn, torch_rnn
from course_lib.torch_rnn.heads import SequenceModel
from tests.cases import YES_NO, Case, build, grid, random_data, says

CASES = grid(
    Case, num_layers=(2,), bidirectional=YES_NO, bias=(True,), batch_first=YES_NO, batched=YES_NO
)


def expected(model, case, x):
    """방향마다 마지막으로 읽은 시점의 출력을 이어 머리에 넣습니다."""
    output, _ = model.rnn(x)
    if not model.last:
        return model.head(output)
    time = 1 if case.batched and case.batch_first else 0
    forward, backward = output.split(case.H, -1) if case.bidirectional else (output, None)
    read = [forward.select(time, case.T - 1)]
    if case.bidirectional:
        read.append(backward.select(time, 0))
    return model.head(torch.cat(read, -1))


@pytest.mark.parametrize("package", [torch_rnn, nn], ids=["torch_rnn", "torch.nn"])
@pytest.mark.parametrize("last", YES_NO, ids=["every", "last"])
@pytest.mark.parametrize("case", CASES, ids=str)
def test_it_reads_the_right_states(case, last, package):
    model = SequenceModel(build(package, case), 2, last)
    x = torch.tensor(random_data(case).x)
    y, state = model(x)
    torch.testing.assert_close(y, expected(model, case, x), rtol=0, atol=1e-13)
    reference = model.rnn(x)[1]
    torch.testing.assert_close(state, reference, rtol=0, atol=0)


def test_a_given_state_is_used():
    model = SequenceModel(torch_rnn.GRU(4, 7), 2, last=True)
    x, h_0 = torch.ones(5, 3, 4), torch.ones(1, 3, 7)
    assert (model(x, h_0)[0] - model(x)[0]).abs().max() > 1e-3


def test_the_head_takes_dtype_and_device_of_the_rnn():
    model = SequenceModel(nn.LSTM(4, 7, dtype=torch.float64, device="meta"), 2)
    assert (model.head.weight.dtype, model.head.weight.device.type) == (torch.float64, "meta")
    assert isinstance(model.head, nn.Linear)


@pytest.mark.filterwarnings("ignore:LSTM with projections")
def test_a_projected_lstm_of_torch_gives_narrower_states():
    model = SequenceModel(nn.LSTM(4, 7, proj_size=3, bidirectional=True), 2, last=True)
    assert model.head.in_features == 6
    assert model(torch.ones(5, 3, 4))[0].shape == (3, 2)


def test_repr_tells_whether_it_is_the_last_state():
    assert "last=True" in repr(SequenceModel(nn.RNN(4, 7), 2, last=True))


def test_only_layers_of_torch_are_taken():
    with says(TypeError, "rnn: torch_rnn이나", "실제 RNN", "course_lib.numpy_rnn.heads"):
        SequenceModel(numpy_rnn.RNN(4, 7), 2)
    with says(TypeError, "rnn: torch_rnn이나", "실제 RNNCell"):
        SequenceModel(nn.RNNCell(4, 7), 2)
    with says(ValueError, "output_size: 1 이상이어야 합니다"):
        SequenceModel(nn.RNN(4, 7), 0)
    with says(TypeError, "last: True나 False"):
        SequenceModel(nn.RNN(4, 7), 2, 3)
