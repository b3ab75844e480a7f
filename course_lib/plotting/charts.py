"""도표: 활성화 함수, 포화, 차이, 속도.

이미 계산된 수를 받아 그리기만 합니다. 재거나 견주는 일은 하지 않습니다.
"""

import numpy as np
from matplotlib.ticker import FixedLocator, FuncFormatter, NullLocator

from course_lib.plotting.arrays import curves
from course_lib.plotting.style import (
    GREY,
    INK,
    INPUT,
    MUTED,
    OUTPUT,
    STATE,
    WIDTH,
    dress,
    figure,
    legible,
    styled,
)


@styled
def activations(ax=None, *, span=3.0):
    """tanh와 relu를 겹쳐 그리고 tanh가 포화하는 곳을 칠합니다 (tanh and relu).

    Parameters
    ----------
    ax : Axes, optional
    span : float
        가로축의 범위 [-span, span].

    Returns
    -------
    ax

    Examples
    --------
    >>> from matplotlib.figure import Figure
    >>> ax = activations(ax=Figure().subplots())
    >>> [round(float(line.get_ydata()[-1]), 4) for line in ax.lines[:2]]
    [0.9951, 3.0]
    """
    x = np.linspace(-span, span, 401)
    ax = curves({"tanh": np.tanh(x), "relu": np.maximum(x, 0)}, x, ax, xlabel="더한 값")
    for side in (-1, 1):
        inner, outer = side * np.arctanh(0.96), side * span
        ax.axvspan(inner, outer, color=STATE, alpha=0.1, lw=0)
        # 왼쪽은 위가, 오른쪽은 아래가 비어 있습니다.
        at = (inner + outer) / 2, 0.7 - 0.9 * side
        ax.text(*at, "tanh\n포화", color=legible(STATE), ha="center", va="center")
    ax.set(xlim=(-span, span), ylabel="h")
    return dress(ax)


@styled
def saturation(states, ax=None, *, threshold=0.99):
    """은닉 상태가 -1과 1에 몰렸는지 이름마다 한 줄로 보입니다 (how saturated the states are).

    Parameters
    ----------
    states : dict of str to array
        이름과 tanh를 지난 상태.
    ax : Axes, optional
    threshold : float
        ``|h| > threshold``인 값을 포화로 셉니다.

    Returns
    -------
    ax

    Examples
    --------
    >>> from matplotlib.figure import Figure
    >>> ax = saturation({"U(0, 1)": np.array([0.999, 0.5])}, ax=Figure().subplots())
    >>> ax.texts[0].get_text()
    'U(0, 1): 50% 포화'
    """
    ax = figure(figsize=(WIDTH, 1.2 + 1.7 * len(states)))[1] if ax is None else ax
    edges = np.linspace(-1, 1, 42)
    for row, (name, values) in enumerate(states.items()):
        values = np.ravel(values)
        share = np.mean(np.abs(values) > threshold)
        counts = np.histogram(values, edges)[0] / max(1, len(values))
        colors = [STATE if abs(x) > 0.95 else INPUT for x in edges[:-1] + 1 / 41]
        heights = 0.62 * counts / counts.max()
        ax.bar(edges[:-1], heights, 1.8 / 41, -row, align="edge", color=colors)
        ax.axhline(-row, color=GREY, lw=1)
        ax.text(-1, 0.7 - row, f"{name}: {share:.0%} 포화", weight="bold")
    ax.spines["left"].set_visible(False)
    ax.set(xlim=(-1.05, 1.05), ylim=(0.8 - len(states), 1), yticks=[], xlabel="은닉 상태의 값")
    ax.set_xticks([-1, -0.5, 0, 0.5, 1])
    return dress(ax)


@styled
def errors(values, ax=None, *, tolerance=None, xlabel="차이의 최댓값"):
    """차이를 로그 축의 점으로 그립니다 (parity errors on a log axis).

    Parameters
    ----------
    values : dict of str to float
        이름과 차이의 최댓값. 0은 왼쪽 끝에 놓습니다.
    ax : Axes, optional
    tolerance : float, optional
        허용 오차를 세로선으로 긋습니다.
    xlabel : str

    Returns
    -------
    ax

    Examples
    --------
    >>> from matplotlib.figure import Figure
    >>> ax = errors({"output": 4e-16, "h_n": 0.0}, ax=Figure().subplots(), tolerance=1e-12)
    >>> len(ax.collections)
    2
    """
    ax = figure(figsize=(WIDTH, 1.4 + 0.9 * len(values)))[1] if ax is None else ax
    positive = [v for v in (*values.values(), tolerance) if v] or [1e-16]
    low, high = min(positive) / 30, max(positive) * 30
    for row, (name, value) in enumerate(values.items()):
        ax.hlines(-row, low, max(value, low), color=STATE if value else MUTED, lw=3)
        ax.plot(max(value, low), -row, "o", ms=11, color=STATE if value else MUTED, clip_on=False)
        size = _power(value) if value else "0 (똑같음)"
        ax.text(low * 1.2, 0.24 - row, f"{name}   {size}", va="bottom", weight="bold")
    if tolerance:
        ax.axvline(tolerance, color=MUTED, ls=(0, (4, 3)), lw=1.5)
        ax.text(tolerance, 0.8, f"허용 {_power(tolerance)} ", ha="right", va="center", color=MUTED)
    ax.set(xscale="log", xlim=(low, high), ylim=(0.5 - len(values), 1.0), yticks=[], xlabel=xlabel)
    ax.xaxis.set_minor_locator(NullLocator())
    ax.spines["left"].set_visible(False)
    return dress(ax)


@styled
def speeds(ratios, rows, ax=None, *, xlabel="torch.nn보다 몇 배 빠른가"):
    """속도의 비를 1에서 뻗는 로그 막대로 그립니다 (speed relative to torch).

    Parameters
    ----------
    ratios : dict of str to sequence of float
        계열(순전파 등)마다 줄 수만큼의 비. 1보다 크면 우리가 빠릅니다.
    rows : sequence of str
        줄의 이름. 예를 들어 ``"(T, N, D, H) = (50, 8, 16, 32)"``.
    ax : Axes, optional
    xlabel : str

    Returns
    -------
    ax

    Examples
    --------
    >>> from matplotlib.figure import Figure
    >>> ax = speeds({"순전파": [2.0, 0.5]}, ["작음", "큼"], ax=Figure().subplots())
    >>> [float(bar.get_width()) for bar in ax.patches]
    [1.0, -0.5]
    """
    count = len(ratios)
    if ax is None:
        ax = figure(figsize=(WIDTH, 1.6 + (0.55 + 0.4 * count) * len(rows)))[1]
    height, tops = 0.6 / count, 0.25
    for index, (name, values) in enumerate(ratios.items()):
        color = (STATE, INPUT, OUTPUT)[index % 3]
        at = np.arange(len(rows)) + tops + height * (index + 0.5)
        bars = ax.barh(at, np.subtract(values, 1), 0.85 * height, left=1, color=color, label=name)
        texts = [f"{value:.2f}배" for value in values]
        for bar, value, text in zip(bars, values, texts, strict=True):
            place = {"xytext": (6 if value >= 1 else -6, 0), "textcoords": "offset points"}
            side = {"ha": "left" if value >= 1 else "right", "va": "center_baseline"}
            ax.annotate(text, (value, bar.get_y() + bar.get_height() / 2), size=14, **place, **side)
    spread = [value for values in ratios.values() for value in values]
    low, high = np.floor(np.log2(min(*spread, 1))) - 1, np.ceil(np.log2(max(*spread, 1))) + 1
    ax.set(xscale="log", xlim=(2.0**low, 2.0**high), ylim=(len(rows), 0), yticks=[])
    for row, name in enumerate(rows):
        ax.text(2.0**low, row + 0.2, name, va="bottom", weight="bold", size=14)
    ax.axvline(1, color=INK, lw=1.5)
    ticks = 2.0 ** np.arange(low, high + 1)
    ax.xaxis.set(major_locator=FixedLocator(ticks), minor_locator=NullLocator())
    ax.xaxis.set_major_formatter(FuncFormatter(lambda v, _: f"{v:g}" if v >= 1 else f"1/{1 / v:g}"))
    ax.set_xlabel(xlabel)
    ax.spines["left"].set_visible(False)
    if count > 1:
        ax.legend(loc="lower left", bbox_to_anchor=(0, 1), ncols=count)
    return dress(ax)


def _power(value):
    factor, exponent = f"{value:.0e}".split("e")
    factor = "" if factor == "1" else rf"{factor}\times"
    return rf"${factor}10^{{{int(exponent)}}}$"
