"""torch로 만든 RNNCell, LSTMCell, GRUCell: 한 시점이 torch.nn의 셀과 같습니다."""

import pytest
import torch

from course_lib import torch_rnn
from tests.cases import CELLS, TOLERANCE, assert_same, flatten, random_data, results, twins


@pytest.mark.parametrize("dtype", TOLERANCE)
@pytest.mark.parametrize("case", CELLS, ids=str)
def test_values_and_every_gradient_equal_torch_nn(case, dtype):
    reference, ours = twins(torch_rnn, case, dtype)
    data = random_data(case, dtype)
    assert_same(results(ours, case, data), results(reference, case, data), TOLERANCE[dtype])


@pytest.mark.parametrize("kind", ["RNN", "LSTM", "GRU"])
def test_a_cell_called_step_by_step_is_the_layer(kind):
    x = torch.randn(5, 3, 4, dtype=torch.float64)
    layer = getattr(torch_rnn, kind)(4, 7, dtype=torch.float64)
    cell = getattr(torch_rnn, f"{kind}Cell")(4, 7, dtype=torch.float64)
    cell.load_state_dict({name[:-3]: value for name, value in layer.state_dict().items()})
    hx, steps = None, []
    for x_t in x:
        hx = cell(x_t, hx)
        steps.append(flatten(hx)[0])
    torch.testing.assert_close(torch.stack(steps), layer(x)[0], rtol=0, atol=1e-12)


@pytest.mark.parametrize("kind", ["RNN", "LSTM", "GRU"])
def test_tied_weights_are_read_by_name(kind):
    # D = H이면 두 가중치를 하나로 묶을 수 있습니다. 그때 parameters()는 하나만 셉니다.
    reference, ours = (getattr(package, f"{kind}Cell")(7, 7) for package in (torch.nn, torch_rnn))
    ours.load_state_dict(reference.state_dict())
    for cell in (reference, ours):
        cell.weight_hh, cell.bias_hh = cell.weight_ih, cell.bias_ih
    x = torch.randn(3, 7)
    torch.testing.assert_close(flatten(ours(x)), flatten(reference(x)))
