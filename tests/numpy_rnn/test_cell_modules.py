"""NumPy의 RNNCell, LSTMCell, GRUCell: 한 시점이 torch.nn의 셀과 같습니다."""

import numpy as np
import pytest

from course_lib import numpy_rnn
from course_lib.shapes import ShapeError
from tests.cases import (
    CELLS,
    TOLERANCE,
    assert_same,
    build,
    flatten,
    pack,
    random_data,
    results,
    snapshot,
    twins,
)

EACH_KIND = [case for case in CELLS if case.bias and case.batched and case.given]
each_kind = pytest.mark.parametrize("case", EACH_KIND, ids=str)


@pytest.mark.parametrize("dtype", TOLERANCE)
@pytest.mark.parametrize("case", CELLS, ids=str)
def test_values_and_every_gradient_equal_torch_nn(case, dtype):
    reference, ours = twins(numpy_rnn, case, dtype)
    data = random_data(case, dtype)
    assert_same(results(ours, case, data), results(reference, case, data), TOLERANCE[dtype])


@each_kind
def test_backward_ignores_what_the_user_overwrites_after_forward(case):
    module, data = build(numpy_rnn, case), random_data(case)
    expected = results(module, case, data)
    returned = flatten(module(data.x, pack(data.states)))
    for array in (data.x, *data.states, *returned):
        array[...] = np.nan
    module.backward(*data.cotangents.values())
    assert_same(module.grads, {name: expected[f"d_{name}"] for name in module.params})


@each_kind
def test_arguments_and_parameters_stay_as_they_were(case):
    module, data, untouched = build(numpy_rnn, case), random_data(case), random_data(case)
    before = snapshot(module)
    results(module, case, data)
    np.testing.assert_array_equal(data.x, untouched.x)
    np.testing.assert_array_equal(data.states, untouched.states)
    assert_same(data.cotangents, untouched.cotangents)
    assert_same(module.params, before)


@each_kind
def test_backward_before_forward_is_refused(case):
    with pytest.raises(RuntimeError, match="먼저 모듈을 불러 순전파를 계산하십시오"):
        build(numpy_rnn, case).backward(*random_data(case).cotangents.values())


@each_kind
def test_a_cotangent_of_the_wrong_shape_is_named(case):
    module, data = build(numpy_rnn, case), random_data(case)
    module(data.x)
    *right, last = data.cotangents.values()
    name = f"d_{case.letters[-1]}_n"
    with pytest.raises(ShapeError, match=rf"^{name}: 기대 \(N, H\) = \(3, 7\), 실제 \(3, 6\)"):
        module.backward(*right, last[:, :6])
    assert module.grads == {}


@each_kind
def test_a_cell_called_step_by_step_is_the_layer(case):
    # 층을 시점마다 셀로 풀어도, 같은 가중치면 같은 값입니다.
    x = np.random.default_rng(0).normal(size=(5, 3, 4))
    layer = getattr(numpy_rnn, case.kind)(4, 7, **case.options, rng=0)
    cell = build(numpy_rnn, case)
    cell.load_state_dict({name[:-3]: value for name, value in layer.params.items()})
    output, states = layer(x)
    hx, steps = None, []
    for x_t in x:
        hx = cell(x_t, hx)
        steps.append(flatten(hx)[0])
    np.testing.assert_allclose(steps, output, rtol=0, atol=TOLERANCE["float64"])
    np.testing.assert_allclose(hx, np.squeeze(states), rtol=0, atol=TOLERANCE["float64"])


def test_a_missing_gradient_of_the_cell_state_is_zero():
    cell = numpy_rnn.LSTMCell(4, 7, rng=0)
    cell(np.ones((3, 4)))
    d_h = np.random.default_rng(0).normal(size=(3, 7))
    for got, expected in zip(cell.backward(d_h), cell.backward(d_h, 0 * d_h), strict=True):
        np.testing.assert_array_equal(got, expected)
