"""깊이와 드롭아웃: 마스크는 층 사이에만 있고, 평균을 지키며, 역전파도 같은 마스크를 지납니다."""

import numpy as np
import pytest

from course_lib import numpy_rnn
from course_lib.numpy_rnn.gradcheck import numerical_gradient
from course_lib.numpy_rnn.stack import dropout_mask
from tests.cases import SMALL, Case, build, flatten, pack, random_data, results

DEEP_AND_SMALL = [case for case in SMALL if case.num_layers == 2 and case.bias]


@pytest.mark.parametrize("p", [0.1, 0.5, 0.9])
def test_the_mask_is_zero_with_probability_p_and_keeps_the_mean(p):
    size = 100_000
    mask = dropout_mask((size,), p, np.random.default_rng(0), np.dtype("float64"))
    np.testing.assert_array_equal(np.unique(mask), [0, 1 / (1 - p)])
    # 분산이 p/(1-p)이므로 평균의 표준오차는 √(p/(1-p)/size)입니다. 네 배까지 허용합니다.
    np.testing.assert_allclose(mask.mean(), 1, rtol=0, atol=4 * np.sqrt(p / (1 - p) / size))


def test_the_mask_has_the_dtype_of_the_input():
    for p in (0.5, 1):
        assert dropout_mask((3,), p, np.random.default_rng(0), np.float32).dtype == np.float32


@pytest.mark.parametrize("num_layers", [1, 2, 3])
def test_there_is_one_mask_between_two_layers_and_none_elsewhere(num_layers, monkeypatch):
    shapes = []

    def mask(shape, dropout, rng, dtype):
        shapes.append((shape, dropout))
        return np.ones(shape, dtype)

    case = Case(num_layers=num_layers, bidirectional=True)
    module = build(numpy_rnn, case)
    module.dropout = 0.3  # num_layers=1이면 생성자가 경고합니다. 여기서는 마스크만 봅니다.
    monkeypatch.setattr("course_lib.numpy_rnn.stack.dropout_mask", mask)
    module(random_data(case).x)
    assert shapes == [((5, 3, 14), 0.3)] * (num_layers - 1)


def test_the_first_layer_never_sees_the_mask_and_the_last_output_is_never_dropped():
    case = Case("GRU", num_layers=2)
    x = random_data(case).x
    module = build(numpy_rnn, case, dropout=0.5)
    (output, h_n), (_, h_n_without) = module(x), module.eval()(x)
    np.testing.assert_array_equal(h_n[0], h_n_without[0])
    assert np.abs(h_n[1] - h_n_without[1]).min() > 0
    assert np.abs(output).min() > 0


def test_with_p_one_the_upper_layer_reads_zeros():
    case = Case(num_layers=2)
    module = build(numpy_rnn, case, dropout=1.0)
    upper = numpy_rnn.RNN(7, 7)
    upper.load_state_dict(
        {f"{name[:-1]}0": value for name, value in module.params.items() if name.endswith("_l1")}
    )
    output, _ = module(random_data(case).x)
    np.testing.assert_array_equal(output, upper(np.zeros((5, 3, 7)))[0])


def test_with_p_zero_the_generator_is_never_asked():
    case = Case(num_layers=2)
    module = build(numpy_rnn, case)
    module.rng = None
    module(random_data(case).x)


@pytest.mark.parametrize("case", DEEP_AND_SMALL, ids=str)
def test_with_a_fixed_mask_every_gradient_agrees_with_finite_differences(case):
    module, data = build(numpy_rnn, case, dropout=0.4), random_data(case)
    differences = with_a_fixed_mask(module, case, data)
    assert list(differences) == ["x", *(f"{letter}_0" for letter in case.letters), *module.params]
    assert max(differences.values()) < 1e-8  # 잰 값은 1.8e-9


def test_a_backward_pass_without_the_mask_is_caught(monkeypatch):
    case = DEEP_AND_SMALL[0]
    stack_backward = numpy_rnn.base.stack_backward

    def without_mask(cell, d_output, d_states, caches, *rest):
        caches = [(None, cache) for _, cache in caches]
        return stack_backward(cell, d_output, d_states, caches, *rest)

    monkeypatch.setattr("course_lib.numpy_rnn.base.stack_backward", without_mask)
    module, data = build(numpy_rnn, case, dropout=0.4), random_data(case)
    wrong = {name for name, error in with_a_fixed_mask(module, case, data).items() if error > 1e-3}
    # 위층의 기울기는 그대로 맞고, 마스크를 거꾸로 지나야 하는 아래층의 것만 틀립니다.
    assert wrong == {"x", "h_0", *(name for name in module.params if "_l0" in name)}


def with_a_fixed_mask(module, case, data):
    """부를 때마다 같은 마스크를 쓰게 하고, 배열마다 유한차분과의 가장 큰 차이를 잽니다."""

    def loss():
        module.rng = np.random.default_rng(7)
        outputs = flatten(module(data.x, pack(data.states)))
        return sum(
            float((d * y).sum()) for d, y in zip(data.cotangents.values(), outputs, strict=True)
        )

    loss()
    module.rng = np.random.default_rng(7)
    analytic = results(module, case, data)
    states = {f"{letter}_0": s for letter, s in zip(case.letters, data.states, strict=True)}
    arrays = {"x": data.x} | states | module.params
    return {
        name: np.abs(analytic[f"d_{name}"] - numerical_gradient(loss, array)).max()
        for name, array in arrays.items()
    }
