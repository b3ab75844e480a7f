"""예측의 그림: 나눈 시계열, 정답과 예측, 교사 강요와 자유 실행.

이미 계산된 수를 받아 그리기만 합니다. 데이터를 나누거나 모델을 부르지 않습니다.
"""

import numpy as np

from course_lib.plotting.sketch import SMALL, Canvas
from course_lib.plotting.style import (
    GREY,
    INK,
    INPUT,
    MUTED,
    OUTPUT,
    REVERSE,
    STATE,
    blend,
    dress,
    figure,
    styled,
)

# 훈련, 검증, 테스트의 차례. 손실 곡선의 훈련과 검증도 같은 색입니다.
PARTS = (STATE, INPUT, MUTED, INK)
# 예측의 색과 선. 정답 위에 겹쳐도 갈리도록 둘을 함께 바꿉니다. 구간의 색은 쓰지 않습니다.
LINES = (
    (OUTPUT, "-"),
    (REVERSE, (0, (3, 1.2))),
    (INK, (0, (1, 0.9))),
    (blend(OUTPUT, 0.5, INK), (0, (5, 1, 1, 1))),
)


@styled
def split_series(values, parts, x=None, ax=None, *, xlabel="시점 t", ylabel=""):
    """시계열을 그리고 앞에서부터 나눈 구간을 칠합니다 (a series split in time).

    Parameters
    ----------
    values : array, shape (T,)
    parts : dict of str to int
        구간의 이름과 길이. 시간의 순서대로 적고, 길이의 합은 T입니다.
    x : array, shape (T,), optional
        없으면 0, 1, …, T-1.
    ax : Axes, optional
    xlabel, ylabel : str

    Returns
    -------
    ax

    Raises
    ------
    ValueError
        길이의 합이 T가 아니거나 빈 구간이 있을 때.

    Examples
    --------
    >>> from matplotlib.figure import Figure
    >>> ax = split_series(np.arange(10.0), {"훈련": 7, "검증": 3}, ax=Figure().subplots())
    >>> [float(band.get_width()) for band in ax.patches]
    [7.0, 3.0]
    """
    values = np.asarray(values)
    if sum(parts.values()) != len(values) or min(parts.values()) < 1:
        raise ValueError(
            f"parts: 길이는 1 이상이고 합이 값의 수 {len(values)}와 같아야 합니다. "
            f"실제 {parts}, 합 {sum(parts.values())}. 빠지거나 겹친 구간이 없는지 보십시오."
        )
    steps = np.arange(len(values)) if x is None else np.asarray(x)
    ax = figure()[1] if ax is None else ax
    ax.plot(steps, values, color=INK, lw=1.8)
    low, high = ax.get_ylim()
    top, name_y = high + 0.17 * (high - low), high + 0.14 * (high - low)
    half = np.diff(steps[:2]).sum() / 2 or 0.5
    first = 0
    for index, (name, length) in enumerate(parts.items()):
        color = PARTS[index % len(PARTS)]
        # 경계는 두 값의 한가운데입니다. 어느 값이 어느 구간인지 헷갈리지 않습니다.
        left, right = steps[first] - half, steps[first + length - 1] + half
        ax.axvspan(left, right, color=color, alpha=0.14, lw=0)
        label = {"weight": "bold", "ha": "center", "va": "top"}
        ax.text((left + right) / 2, name_y, name, color=blend(color, 0.75, INK), **label)
        first += length
    ax.set(xlim=(steps[0] - half, steps[-1] + half), ylim=(low, top), xlabel=xlabel, ylabel=ylabel)
    return dress(ax)


@styled
def forecasts(truth, predictions, x=None, ax=None, *, start=None, xlabel="시점 t", ylabel=""):
    """정답을 굵은 회색으로, 예측을 그 위의 가는 선으로 그립니다 (predictions over the truth).

    Parameters
    ----------
    truth : array, shape (T,)
    predictions : dict of str to array, shape (T,)
        이름과 예측. 예측이 없는 시점은 nan으로 둡니다.
    x : array, shape (T,), optional
        없으면 0, 1, …, T-1.
    ax : Axes, optional
    start : float, optional
        모델이 자기 예측을 읽기 시작하는 곳. 세로선을 긋습니다.
    xlabel, ylabel : str

    Returns
    -------
    ax

    Examples
    --------
    >>> from matplotlib.figure import Figure
    >>> ax = forecasts(np.ones(5), {"예측": np.zeros(5)}, ax=Figure().subplots())
    >>> [line.get_label() for line in ax.lines]
    ['정답', '예측']
    """
    steps = np.arange(len(truth)) if x is None else np.asarray(x)
    ax = figure()[1] if ax is None else ax
    ax.plot(steps, truth, color=GREY, lw=6, label="정답", solid_capstyle="round")
    for index, (name, values) in enumerate(predictions.items()):
        color, dash = LINES[index % len(LINES)]
        ax.plot(steps, values, color=color, ls=dash, lw=2.4, label=name)
    if start is not None:
        ax.axvline(start, color=MUTED, ls=(0, (4, 3)), lw=1.5)
    ax.set(xlabel=xlabel, ylabel=ylabel, xlim=(steps[0], steps[-1]))
    # 왼쪽 위에는 y 이름이 있습니다. 그 옆에 다 들어가지 않으면 줄을 나눕니다.
    place = {"loc": "lower right", "bbox_to_anchor": (1, 1), "borderaxespad": 0.2}
    free = ax.bbox.width - ax.yaxis.label.get_window_extent().width
    for columns in range(len(predictions) + 1, 0, -1):
        if ax.legend(ncols=columns, **place).get_window_extent().width < free:
            break
    ax.grid(axis="y", color=GREY, lw=0.8, alpha=0.7)
    return dress(ax)


def teacher_forcing(T=3, ax=None):
    """정답을 읽는 모델과 자기 예측을 읽는 모델을 나란히 그립니다 (teacher forcing, free running).

    Parameters
    ----------
    T : int
        한쪽에 그릴 시점의 수.
    ax : Axes, optional

    Returns
    -------
    ax

    Notes
    -----
    교사 강요는 ``x_{t+1}``을, 자유 실행은 ``y_t``를 시점 t+1의 입력으로 씁니다.

    References
    ----------
    R. J. Williams, D. Zipser (1989), A Learning Algorithm for Continually Running Fully Recurrent
    Neural Networks. doi:10.1162/neco.1989.1.2.270

    Examples
    --------
    >>> from matplotlib.figure import Figure
    >>> ax = teacher_forcing(T=3, ax=Figure().subplots())
    >>> sum(patch.get_gid() == "feedback" for patch in ax.patches)
    2
    """
    pitch = 1.75
    wide = max(0.88 + pitch * (T - 1), 3.0)  # 글이 들어갈 만큼
    canvas = Canvas(2 * wide + 1.6, 6.1, ax)
    words = (("교사 강요", "입력은 언제나 정답"), ("자유 실행", "입력은 앞 시점의 예측"))
    for free, (title, caption) in enumerate(words):
        left = 0.2 + free * (wide + 1.2)
        canvas.text(left, 5.75, title, weight="bold", ha="left")
        canvas.text(left, 0.3, caption, size=SMALL, color=MUTED, ha="left")
        for t in range(T):
            x = left + 0.44 + pitch * t
            own = free and t > 0
            source = f"$y_{{{t}}}$" if own else f"$x_{{{t + 1}}}$"
            color = OUTPUT if own else INPUT
            canvas.box(x, 1.15, 0.86, 0.72, source, color, gid=f"in-{free}-{t}")
            canvas.box(x, 2.7, 0.86, 0.72, f"$h_{{{t + 1}}}$", STATE, gid=f"h-{free}-{t}")
            canvas.box(x, 4.25, 0.86, 0.72, f"$y_{{{t + 1}}}$", OUTPUT, gid=f"out-{free}-{t}")
            canvas.text(x, 4.98, f"정답 $x_{{{t + 2}}}$", size=SMALL, color=MUTED)
            canvas.arrow((x, 1.51), (x, 2.34), color=color, gid="up")
            canvas.arrow((x, 3.06), (x, 3.89), color=OUTPUT, gid="up")
            if t:
                before = x - pitch
                canvas.arrow((before + 0.43, 2.7), (x - 0.43, 2.7), color=STATE, gid="time")
            if own:
                bend = (x - 0.75, 4.25), (x - 1.0, 1.15)
                ends = (before + 0.43, 4.25), (x - 0.43, 1.15)
                canvas.arrow(ends[0], *bend, ends[1], color=OUTPUT, width=0.06, gid="feedback")
    return canvas.ax
