"""깊이와 드롭아웃: 드롭아웃은 층과 층 사이에만 있습니다."""

import pytest
import torch

from course_lib import torch_rnn
from tests.cases import Case, build, random_data


@pytest.mark.parametrize("num_layers", [1, 2, 3])
def test_dropout_is_between_two_layers_and_nowhere_else(num_layers, monkeypatch):
    calls = []

    def drop(x, p):
        calls.append((tuple(x.shape), p))
        return x

    case = Case(num_layers=num_layers, bidirectional=True)
    module = build(torch_rnn, case)
    module.dropout = 0.3  # num_layers=1이면 생성자가 경고합니다. 여기서는 호출만 봅니다.
    monkeypatch.setattr("course_lib.torch_rnn.stack.drop", drop)
    module(torch.from_numpy(random_data(case).x))
    assert calls == [((5, 3, 14), 0.3)] * (num_layers - 1)


def test_the_first_layer_never_sees_the_mask_and_the_last_output_is_never_dropped():
    case = Case("GRU", num_layers=2)
    x = torch.from_numpy(random_data(case).x)
    module = build(torch_rnn, case, dropout=0.5)
    (output, h_n), (_, h_n_without) = module(x), module.eval()(x)
    torch.testing.assert_close(h_n[0], h_n_without[0], rtol=0, atol=0)
    assert (h_n[1] - h_n_without[1]).abs().min() > 0
    assert output.abs().min() > 0
