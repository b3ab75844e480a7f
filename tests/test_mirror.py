"""거울: numpy_rnn과 torch_rnn은 파일, 이름, 인자가 같고, 생성자의 인자는 torch.nn의 것입니다."""

import importlib
import inspect
import typing
from pathlib import Path

import pytest
from torch import nn

from course_lib import numpy_rnn, torch_rnn

#: torch_rnn에 없는 것. torch의 자동 미분, 함수, nn.Linear, 손실, 검사 도구가 그 일을 합니다.
NUMPY_ONLY_FILES = {"finite_differences.py", "functional.py", "gradcheck.py", "linear.py"}
NUMPY_ONLY_FILES |= {"losses.py", "recompute.py"}
NUMPY_ONLY_NAMES = {"linear", "linear_blocks", "blocks", "rows", "sigmoid", "dropout_mask"}
NUMPY_ONLY_NAMES |= {"gru_to_q"}
NUMPY_ONLY_NAMES |= {"CACHED", "Tape", "no_slopes", "rnn_slopes", "lstm_slopes", "gru_slopes"}
#: 한쪽에만 있는 인자.
OWN_ARGUMENTS = {"dtype", "rng", "out", "device", "recompute"}
#: torch_rnn은 길이를 PackedSequence로 받고, 시간을 지나는 길의 기본값은 저마다의 unroll입니다.
OWN_ARGUMENTS |= {"lengths", "run"}


def files(package):
    return {path.name for path in Path(package.__file__).parent.glob("*.py")}


FILES = sorted(files(torch_rnn) - {"__init__.py"})


def both(file):
    """두 라이브러리의 같은 파일: 거기서 정의한 공개 이름."""
    for package in (numpy_rnn, torch_rnn):
        module = importlib.import_module(f"{package.__name__}.{file.removesuffix('.py')}")
        yield {
            name: value
            for name, value in vars(module).items()
            if not name.startswith("_")
            and (getattr(value, "__module__", None) == module.__name__ or name.isupper())
            and not inspect.ismodule(value)
        }


def signature(function):
    """인자의 이름과 기본값, 순서대로."""
    return [
        (name, parameter.default)
        for name, parameter in inspect.signature(function).parameters.items()
        if name not in OWN_ARGUMENTS and name != "self"
    ]


def test_files_are_the_same():
    assert files(numpy_rnn) - NUMPY_ONLY_FILES == files(torch_rnn)


def test_the_ladder_is_there():
    assert {"cells.py", "unroll.py", "bidirectional.py", "stack.py", "modules.py"} <= set(FILES)


@pytest.mark.parametrize("file", FILES)
def test_public_names_are_the_same(file):
    ours, mirror = both(file)
    assert mirror
    names = {name for name in ours if not name.endswith("_backward")}
    assert names - NUMPY_ONLY_NAMES == set(mirror)


def test_what_both_packages_export_is_the_same():
    assert numpy_rnn.__all__ == torch_rnn.__all__


@pytest.mark.parametrize("file", FILES)
def test_functions_and_constructors_take_the_same_arguments(file):
    ours, mirror = both(file)
    callables = [
        name for name in mirror if inspect.isroutine(mirror[name]) or inspect.isclass(mirror[name])
    ]
    for name in callables:
        if name != "Cell":  # NumPy의 셀에는 역전파에 드는 것이 더 있습니다.
            assert (name, signature(ours[name])) == (name, signature(mirror[name]))


@pytest.mark.parametrize("name", numpy_rnn.__all__)
def test_forward_takes_the_same_arguments(name):
    ours, mirror = getattr(numpy_rnn, name), getattr(torch_rnn, name)
    assert signature(ours.__call__) == signature(mirror.forward)


@pytest.mark.parametrize("name", numpy_rnn.__all__)
@pytest.mark.parametrize("package", [numpy_rnn, torch_rnn])
def test_constructors_take_the_arguments_of_torch_nn_in_its_order(package, name):
    assert signature(getattr(package, name)) == torch_signature(name)


def torch_signature(name):
    """torch.nn의 인자. 층의 생성자는 (*args, **kwargs)라서 overload에서 읽습니다."""
    reference = getattr(nn, name)
    overloads = typing.get_overloads(reference.__init__)
    constructor = overloads[0] if overloads else reference
    return [(k, default) for k, default in signature(constructor) if k != "proj_size"]


def test_every_backward_of_numpy_stands_beside_its_forward():
    for file in FILES:
        ours, _ = both(file)
        pairs = [name for name in ours if name.endswith("_backward")]
        assert {name.removesuffix("_backward") for name in pairs} <= set(ours)
