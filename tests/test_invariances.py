"""바꾸어도 같아야 하는 것: 시간을 나누어 읽기, 배치의 순서, 방향, 층, 축의 순서."""

from dataclasses import replace

import numpy as np
import pytest

from tests.cases import (
    DEEP,
    OURS,
    TOLERANCE,
    Case,
    assert_same,
    build,
    forward,
    grid,
    random_data,
    results,
    snapshot,
)

ONE_WAY = grid(Case, num_layers=(2,))
each_package = pytest.mark.parametrize("package", OURS.values(), ids=OURS)
each_deep = pytest.mark.parametrize("case", DEEP, ids=str)
each_one_way = pytest.mark.parametrize("case", ONE_WAY, ids=str)


def assert_close(actual, expected):
    for got, want in zip(actual, expected, strict=True):
        np.testing.assert_allclose(got, want, rtol=0, atol=TOLERANCE["float64"])


@each_package
@each_one_way
def test_reading_in_two_parts_with_the_state_carried_is_reading_at_once(case, package):
    module, data = build(package, case), random_data(case)
    whole, *finals = forward(module, data.x, data.states)
    first, *between = forward(module, data.x[:2], data.states)
    second, *last = forward(module, data.x[2:], between)
    assert_close([np.concatenate([first, second]), *last], [whole, *finals])


@each_package
@each_deep
def test_permuting_the_batch_permutes_everything(case, package):
    module, data, order = build(package, case), random_data(case), [2, 0, 1]
    expected = [array[:, order] for array in forward(module, data.x, data.states)]
    actual = forward(module, data.x[:, order], [state[:, order] for state in data.states])
    assert_close(actual, expected)


@each_package
@each_deep
def test_one_sequence_does_not_see_the_others(case, package):
    module, data = build(package, case), random_data(case)
    before = forward(module, data.x, data.states)
    data.x[:, 1] += 1
    after = forward(module, data.x, data.states)
    for got, want in zip(after, before, strict=True):
        np.testing.assert_array_equal(got[:, [0, 2]], want[:, [0, 2]])
        assert np.abs(got[:, 1] - want[:, 1]).max() > 0


@each_package
@each_one_way
def test_a_step_sees_the_past_and_not_the_future(case, package):
    module, data = build(package, case), random_data(case)
    before = forward(module, data.x)[0]
    data.x[3] += 1
    after = forward(module, data.x)[0]
    np.testing.assert_array_equal(after[:3], before[:3])
    assert np.abs(after[3] - before[3]).max() > 0


@each_package
@each_deep
def test_reversing_time_and_exchanging_the_weights_exchanges_the_directions(case, package):
    case = replace(case, num_layers=1)
    module, mirror, data = build(package, case), build(package, case), random_data(case)
    weights = snapshot(module)
    names = [name for name in weights if not name.endswith("_reverse")]
    exchanged = {name: weights[f"{name}_reverse"] for name in names}
    mirror.load_state_dict(exchanged | {f"{name}_reverse": weights[name] for name in names})
    output, *finals = forward(module, data.x, data.states)
    mirrored = forward(mirror, data.x[::-1].copy(), [state[::-1].copy() for state in data.states])
    expected = [np.roll(output[::-1], case.H, axis=-1), *(final[::-1] for final in finals)]
    assert_close(mirrored, expected)


@each_package
@each_deep
def test_two_stacked_modules_are_one_with_two_layers(case, package):
    module, data = build(package, case), random_data(case)
    lower = build(package, replace(case, num_layers=1))
    upper = build(package, replace(case, num_layers=1, D=2 * case.H))
    weights = snapshot(module)
    for layer, part in enumerate((lower, upper)):
        names = {
            name: name.replace(f"_l{layer}", "_l0") for name in weights if f"_l{layer}" in name
        }
        part.load_state_dict({new: weights[name] for name, new in names.items()})
    below, *first = forward(lower, data.x, [state[:2] for state in data.states])
    output, *second = forward(upper, below, [state[2:] for state in data.states])
    finals = [np.concatenate(pair) for pair in zip(first, second, strict=True)]
    assert_close([output, *finals], forward(module, data.x, data.states))


@each_package
@each_deep
def test_batch_first_moves_the_axes_of_x_and_output_and_of_nothing_else(case, package):
    batch_first = replace(case, batch_first=True)
    data = random_data(case)
    expected = results(build(package, case), case, data)
    moved = replace(
        data,
        x=data.x.swapaxes(0, 1).copy(),
        cotangents=data.cotangents | {"output": data.cotangents["output"].swapaxes(0, 1).copy()},
    )
    actual = results(build(package, batch_first), batch_first, moved)
    for name in ("output", "d_x"):
        actual[name] = actual[name].swapaxes(0, 1)
    assert_same(actual, expected, TOLERANCE["float64"])


@each_package
@each_deep
def test_no_batch_axis_is_a_batch_of_one_without_the_axis(case, package):
    unbatched, case = replace(case, batched=False), replace(case, N=1)
    data = random_data(case)
    expected = results(build(package, case), case, data)
    alone = replace(
        data,
        x=data.x[:, 0],
        states=tuple(state[:, 0] for state in data.states),
        cotangents={name: d[:, 0] for name, d in data.cotangents.items()},
    )
    for name in ("output", "h_n", "c_n", "d_x", "d_h_0", "d_c_0"):
        if name in expected:
            expected[name] = expected[name][:, 0]
    assert_same(results(build(package, unbatched), unbatched, alone), expected)


@each_package
@pytest.mark.parametrize("batched", [True, False])
@each_deep
def test_an_omitted_state_is_zero(case, batched, package):
    case = replace(case, batched=batched)
    module, data = build(package, case), random_data(case)
    zeros = [np.zeros(case.state_shape)] * len(case.letters)
    for omitted, given in zip(forward(module, data.x), forward(module, data.x, zeros), strict=True):
        np.testing.assert_array_equal(omitted, given)


@each_package
@each_deep
def test_views_that_are_not_contiguous_are_read_like_copies(case, package):
    module, data = build(package, case), random_data(case)
    wide = np.repeat(data.x, 2, axis=-1)[..., ::2]
    fortran = np.asfortranarray(data.x)
    expected = forward(module, data.x, data.states)
    for view in (wide, fortran):
        assert_close(forward(module, view, data.states), expected)


# 길이가 다른 시퀀스

LENGTHS = (2, 5, 3)
each_unequal = pytest.mark.parametrize(
    "case", [replace(case, lengths=LENGTHS) for case in DEEP], ids=str
)


def by_sequence(values, n):
    """x, output, 상태와 그 기울기에서 시퀀스 하나의 몫. 매개변수는 함께 쓰므로 뺍니다."""
    return {name: v[:, n : n + 1] for name, v in values.items() if v.ndim == 3}


def only(data, n, T):
    """시퀀스 하나와 처음 T 시점만 남긴 데이터."""
    cut = data.cotangents["output"][:T, n : n + 1]
    cotangents = {name: d[:, n : n + 1] for name, d in data.cotangents.items()} | {"output": cut}
    states = tuple(state[:, n : n + 1] for state in data.states)
    return replace(data, x=data.x[:T, n : n + 1], states=states, cotangents=cotangents)


@each_package
@each_unequal
def test_a_sequence_among_longer_ones_is_the_sequence_alone(case, package):
    module, data = build(package, case), random_data(case)
    together = results(module, case, data)
    total = {}
    for n, T in enumerate(case.lengths):
        alone = results(module, replace(case, N=1, T=T, lengths=None), only(data, n, T))
        expected = by_sequence(alone, 0)
        actual = by_sequence(together, n)
        for name in ("output", "d_x"):
            np.testing.assert_array_equal(actual[name][T:], 0)
            actual[name] = actual[name][:T]
        assert_same(actual, expected, TOLERANCE["float64"])
        for name, value in alone.items():
            if value.ndim < 3:
                total[name] = total.get(name, 0) + value
    shared = {name: value for name, value in together.items() if value.ndim < 3}
    assert_same(shared, total, TOLERANCE["float64"])


@each_package
@each_unequal
def test_permuting_sequences_and_lengths_permutes_everything(case, package):
    module, data, order = build(package, case), random_data(case), [2, 0, 1]
    expected = {
        name: value[:, order] if value.ndim == 3 else value
        for name, value in results(module, case, data).items()
    }
    permuted = replace(
        data,
        x=data.x[:, order],
        states=tuple(state[:, order] for state in data.states),
        cotangents={name: d[:, order] for name, d in data.cotangents.items()},
    )
    lengths = tuple(case.lengths[n] for n in order)
    actual = results(module, replace(case, lengths=lengths), permuted)
    assert_same(actual, expected, TOLERANCE["float64"])


@each_package
@each_unequal
def test_more_padding_and_other_padding_change_nothing(case, package):
    module, data = build(package, case), random_data(case)
    expected = results(module, case, data)
    wide, d_output = np.full((9, case.N, case.D), np.nan), np.full((9, case.N, 14), np.nan)
    wide[: case.T], d_output[: case.T] = data.x, data.cotangents["output"]
    padded = replace(case, T=9)
    wide[padded.padding] = d_output[padded.padding] = np.nan
    data = replace(data, x=wide, cotangents=data.cotangents | {"output": d_output})
    actual = results(module, padded, data)
    for name in ("output", "d_x"):
        np.testing.assert_array_equal(actual[name][case.T :], 0)
        actual[name] = actual[name][: case.T]
    assert_same(actual, expected, TOLERANCE["float64"])
