"""NumPy의 RNN, LSTM, GRU: 격자 전체에서 torch.nn과 같고, 받은 것을 고치지 않습니다."""

from dataclasses import replace

import numpy as np
import pytest

from course_lib import numpy_rnn
from course_lib.shapes import ShapeError
from tests.cases import (
    DEEP,
    PARITY,
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


@pytest.mark.parametrize(("case", "dtype"), PARITY, ids=str)
def test_values_and_every_gradient_equal_torch_nn(case, dtype):
    reference, ours = twins(numpy_rnn, case, dtype)
    data = random_data(case, dtype)
    assert_same(results(ours, case, data), results(reference, case, data), TOLERANCE[dtype])


@pytest.mark.parametrize("case", DEEP, ids=str)
def test_omitted_cotangents_of_the_states_are_zero(case):
    module, data = build(numpy_rnn, case), random_data(case)
    module(data.x, pack(data.states))
    d_output = data.cotangents["output"]
    zeros = [np.zeros(case.state_shape)] * len(case.letters)
    for omitted, given in zip(
        module.backward(d_output), module.backward(d_output, *zeros), strict=True
    ):
        np.testing.assert_array_equal(omitted, given)


# 고쳐 쓰지 않습니다


@pytest.mark.parametrize("batch_first", [False, True])
@pytest.mark.parametrize("case", DEEP, ids=str)
def test_arguments_and_parameters_stay_as_they_were(case, batch_first):
    case = replace(case, batch_first=batch_first)
    module, data, untouched = build(numpy_rnn, case), random_data(case), random_data(case)
    before = snapshot(module)
    results(module, case, data)
    np.testing.assert_array_equal(data.x, untouched.x)
    np.testing.assert_array_equal(data.states, untouched.states)
    assert_same(data.cotangents, untouched.cotangents)
    assert_same(module.params, before)


@pytest.mark.parametrize("batched", [False, True])
@pytest.mark.parametrize("case", DEEP, ids=str)
def test_backward_ignores_what_the_user_overwrites_after_forward(case, batched):
    case = replace(case, batched=batched)
    module, data = build(numpy_rnn, case), random_data(case)
    expected = results(module, case, data)
    returned = flatten(module(data.x, pack(data.states)))
    for array in (data.x, *data.states, *returned):
        array[...] = np.nan
    gradients = module.backward(*data.cotangents.values())
    names = ("d_x", *(f"d_{letter}_0" for letter in case.letters))
    actual = dict(zip(names, gradients, strict=True))
    actual |= {f"d_{name}": gradient for name, gradient in module.grads.items()}
    assert_same(actual, {name: expected[name] for name in actual})


@pytest.mark.parametrize("case", DEEP, ids=str)
def test_a_second_call_leaves_the_first_result_alone(case):
    module, data = build(numpy_rnn, case), random_data(case)
    first = flatten(module(data.x, pack(data.states)))
    copies = [array.copy() for array in first]
    module(-data.x)
    for array, copy in zip(first, copies, strict=True):
        np.testing.assert_array_equal(array, copy)


@pytest.mark.parametrize("case", DEEP, ids=str)
def test_backward_twice_gives_the_same_gradients(case):
    module, data = build(numpy_rnn, case), random_data(case)
    first = results(module, case, data)
    gradients = module.backward(*data.cotangents.values())
    assert_same(module.grads, {name: first[f"d_{name}"] for name in module.params})
    np.testing.assert_array_equal(gradients[0], first["d_x"])


@pytest.mark.parametrize("case", DEEP, ids=str)
def test_backward_before_forward_is_refused(case):
    module = build(numpy_rnn, case)
    with pytest.raises(RuntimeError, match="먼저 모듈을 불러 순전파를 계산하십시오"):
        module.backward(np.zeros(case.output_shape))
    assert module.grads == {}


WRONG_COTANGENTS = {
    "d_output-width": ({"output": (5, 3, 7)}, r"d_output: 기대 \(T, N, F\*H\) = \(5, 3, 14\)"),
    "d_output-axes": ({"output": (3, 5, 14)}, r"d_output: .*다른 축: 0\(T\), 1\(N\)"),
    "d_h_n-layers": ({"h_n": (2, 3, 7)}, r"d_h_n: .*실제 \(2, 3, 7\).*층마다 상태가 둘"),
    "d_c_n-axes": ({"c_n": (3, 7)}, r"d_c_n: .*축의 수: 기대 3, 실제 2"),
}


@pytest.mark.parametrize(("shapes", "message"), WRONG_COTANGENTS.values(), ids=WRONG_COTANGENTS)
def test_a_cotangent_of_the_wrong_shape_is_named(shapes, message):
    (case,) = [case for case in DEEP if case.kind == "LSTM"]
    module, data = build(numpy_rnn, case), random_data(case)
    module(data.x)
    wrong = {name: np.zeros(shape) for name, shape in shapes.items()}
    with pytest.raises(ShapeError, match=message):
        module.backward(*(data.cotangents | wrong).values())
    assert module.grads == {}


@pytest.mark.parametrize("d_output", [np.zeros((5, 3, 14), np.float32), [[[0.0]]]])
def test_a_cotangent_of_the_wrong_type_is_named(d_output):
    module = build(numpy_rnn, DEEP[0])
    module(np.zeros((5, 3, 4)))
    with pytest.raises(TypeError, match=r"^d_output: "):
        module.backward(d_output)


# 드롭아웃의 값 자체는 test_stack.py에서 봅니다


@pytest.mark.parametrize("batched", [False, True])
@pytest.mark.parametrize("case", DEEP, ids=str)
def test_dropout_of_one_equals_torch_nn(case, batched):
    case = replace(case, batched=batched)
    reference, ours = twins(numpy_rnn, case, dropout=1.0)
    data = random_data(case)
    assert_same(results(ours, case, data), results(reference, case, data), TOLERANCE["float64"])


@pytest.mark.parametrize("case", DEEP, ids=str)
def test_dropout_rests_in_eval_mode(case):
    data = random_data(case)
    plain, module = build(numpy_rnn, case), build(numpy_rnn, case, dropout=0.5)
    expected = results(plain, case, data)
    assert_same(results(module.eval(), case, data), expected)
    with pytest.raises(AssertionError, match="output"):
        assert_same(results(module.train(), case, data), expected)


def test_dropout_is_drawn_anew_for_each_call_and_repeats_with_the_seed():
    case = DEEP[0]
    x = random_data(case).x
    module, again = (build(numpy_rnn, case, dropout=0.5) for _ in range(2))
    first, second = module(x)[0], module(x)[0]
    np.testing.assert_array_equal(again(x)[0], first)
    np.testing.assert_array_equal(again(x)[0], second)
    assert np.abs(first - second).max() > 0.1


def test_dropout_with_one_layer_warns_at_the_line_of_the_user():
    with pytest.warns(UserWarning, match=r"dropout=0\.5: .*num_layers=1") as record:
        numpy_rnn.RNN(4, 7, dropout=0.5)
    assert [warning.filename for warning in record] == [__file__]
