"""Keras가 있어야 도는 예제를 여기서 실행합니다. 주 환경은 그 예제를 SKIP으로 지나갑니다."""

import doctest

import pytest

from course_lib import interop

# NumPy 2가 Keras의 get_weights 안에서 하는 말입니다. 값과는 상관이 없습니다.
pytestmark = pytest.mark.filterwarnings("ignore:__array__ implementation doesn't accept a copy")


def examples(function):
    """docstring의 예제에서 SKIP 표시를 뗀 것 (the same examples, none skipped)."""
    (test,) = doctest.DocTestFinder(recurse=False).find(
        function, function.__name__, globs=vars(interop).copy()
    )
    skipped = [e for e in test.examples if e.options.pop(doctest.SKIP, False)]
    return test, skipped


@pytest.mark.parametrize("function", [interop.from_keras, interop.to_keras])
def test_examples_with_keras(function):
    test, skipped = examples(function)
    assert skipped, f"{function.__name__}: Keras로 도는 예제가 없습니다"
    report = []
    result = doctest.DocTestRunner().run(test, out=report.append)
    assert result.attempted == len(test.examples)
    assert result.failed == 0, "".join(report)
