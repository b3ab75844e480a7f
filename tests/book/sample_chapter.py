"""쪽의 틀을 모두 지킨 가장 작은 장입니다.

검사를 검사하는 데 씁니다. 이 장은 모든 검사를 통과하고,
여기서 하나를 망가뜨리면 그 검사가 알아차려야 합니다.
"""

from __future__ import annotations

GOALS = """\
(ch-01)=
# 보기로 만든 장

은닉 상태(hidden state)와 순환 신경망(RNN)을 말합니다. 입력 $x_t$는 {math}`D`개의 값입니다.

## 이 장에서 배울 것

- 셀을 한 시점 계산합니다.
- 출력의 shape를 말합니다."""

STEP = """\
import numpy as np

x = np.full((3, 4), 0.5)  # (N, D)
h = np.tanh(x)
print("h:", h.shape, "처음 값", h[0, 0].round(4))
assert h.shape == (3, 4)"""

FIGURE = """\
import matplotlib.pyplot as plt

figure, ax = plt.subplots(figsize=(6, 2.4), facecolor="#fbfaf6")
ax.set_facecolor("#fbfaf6")
ax.plot(np.linspace(0, 1, 5), np.linspace(0, 1, 5) ** 2)
assert ax.lines[0].get_ydata()[-1] == 1
plt.show()"""

CARD = """\
:::{admonition} 오해: 셀은 언제나 0에서 시작한다고 믿습니다
:class: misconception
처음 상태를 정하지 않으면 0이 되기 때문입니다. 원하는 값을 줄 수도 있습니다.

출처: [pytorch/pytorch#607](https://github.com/pytorch/pytorch/issues/607)
:::"""


def exercise(number: int) -> list[tuple]:
    """연습 하나와 풀이의 셀 (the cells of one exercise and its solution)."""
    label = f"ex-01-sample-{number}"
    return [
        (
            "markdown",
            f":::{{exercise}} 숫자 {number}\n:label: {label}\n\n두 배로 만드십시오.\n:::",
        ),
        ("markdown", f":::{{solution-start}} {label}\n:class: dropdown\n:::\n\n두 번 더합니다."),
        ("code", f"twice = {number} + {number}\nassert twice == {2 * number}"),
        ("markdown", ":::{solution-end}\n:::"),
    ]


CELLS = [
    ("markdown", GOALS),
    ("markdown", "## 준비"),
    ("code", "seed = 0"),
    (
        "markdown",
        "## 한 시점\n\n다음 식을 계산합니다.\n\n$$h_t = \\tanh(x_t W_x + h_{t-1} W_h + b)$$",
    ),
    ("code", STEP),
    (
        "code",
        FIGURE,
        {
            "mystnb": {"image": {"alt": "왼쪽 아래에서 오른쪽 위로 휘어 오르는 곡선"}},
            "tags": ["hide-input"],
        },
    ),
    ("markdown", CARD),
    ("code", "assert not np.zeros(3).any()"),
    ("markdown", "## 연습"),
    *exercise(1),
    *exercise(2),
    *exercise(3),
    ("markdown", "## 정리\n\n- 셀은 한 시점을 계산합니다."),
    (
        "markdown",
        "## 더 읽을거리\n\n- [순환 신경망 문서](https://pytorch.org/docs/stable/generated/torch.nn.RNN.html)",
    ),
]


def sample_notebook() -> dict:
    """아직 실행하지 않은 노트북 (the notebook, not yet executed)."""
    cells = []
    for number, (kind, source, *metadata) in enumerate(CELLS):
        cell = {
            "cell_type": kind,
            "id": f"sample-{number}",
            "metadata": dict(*metadata),
            "source": source,
        }
        if kind == "code":
            cell |= {"execution_count": None, "outputs": []}
        cells.append(cell)
    return {"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}
