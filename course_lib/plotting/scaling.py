"""속도와 메모리의 도표: 크기에 따라 어떻게 늘어나는지, 단계마다 얼마가 드는지.

이미 잰 수를 받아 그리기만 합니다. 재는 일은 ``python run.py bench``가 합니다.
"""

import numpy as np
from matplotlib.ticker import FixedLocator, FuncFormatter, LogLocator, NullLocator

from course_lib.plotting.ends import name_ends
from course_lib.plotting.style import (
    CYCLE,
    GREY,
    INK,
    MUTED,
    STATE,
    WIDTH,
    dress,
    figure,
    styled,
)


@styled
def scaling(series, x, ax=None, *, limits=None, xlabel="T", ylabel="시간 (ms)", colors=CYCLE):
    """크기에 따른 시간이나 메모리를 두 축 모두 로그로 그립니다 (log-log scaling chart).

    Parameters
    ----------
    series : dict of str to array
        이름과 잰 값. 모두 0보다 커야 합니다.
    x : array
        크기. ``series``의 값과 길이가 같습니다.
    ax : Axes, optional
    limits : dict of str to array, optional
        이름과 한계. 점선으로 긋습니다.
    xlabel, ylabel : str
    colors : sequence of colours

    Returns
    -------
    ax

    Raises
    ------
    ValueError
        0보다 크지 않은 값이 있을 때. 로그 축에는 그런 값의 자리가 없습니다.

    Notes
    -----
    ``y = c * xᵏ``는 로그-로그 그림에서 기울기가 k인 직선입니다.

    Examples
    --------
    >>> from matplotlib.figure import Figure
    >>> series, limits = {"시간": [2, 20]}, {"한계": [1, 10]}
    >>> ax = scaling(series, [10, 100], Figure().subplots(), limits=limits)
    >>> ax.get_xscale(), ax.get_yscale(), len(ax.lines)
    ('log', 'log', 2)
    """
    ax = figure(figsize=(WIDTH, 5.2))[1] if ax is None else ax
    x = np.asarray(x, dtype=float)
    limits = limits or {}
    for index, (name, values) in enumerate({**series, **limits}.items()):
        values = np.asarray(values, dtype=float)
        if min(values.min(), x.min()) <= 0:
            raise ValueError(f"{name}: 로그 축에 그리려면 x와 값이 모두 0보다 커야 합니다.")
        if name in limits:
            color, look = MUTED, {"ls": (0, (4, 3)), "lw": 2, "zorder": 1}
        else:
            color, look = colors[index % len(colors)], {"lw": 2.5, "marker": "o", "ms": 7}
        ax.plot(x, values, color=color, label=name, **look)
    low, high = np.log10(ax.dataLim.intervaly)
    margin = 0.06 * max(high - low, 1)
    low, high = low - margin, high + margin
    ax.margins(x=0.02)
    name_ends(ax, ax.lines[-len(series) - len(limits) :])
    ax.set(xscale="log", yscale="log", ylim=(10**low, 10**high), xlabel=xlabel, ylabel=ylabel)
    plain = FuncFormatter(lambda value, _: f"{value:g}")
    ax.xaxis.set(major_locator=FixedLocator(x), minor_locator=NullLocator(), major_formatter=plain)
    between = (1, 2, 5) if high - low < 2 else (1,)  # 눈금이 하나뿐이면 값을 읽을 수 없습니다.
    ticks = LogLocator(subs=between, numticks=8)
    ax.yaxis.set(major_locator=ticks, minor_locator=NullLocator())
    ax.yaxis.set_major_formatter(plain)
    ax.grid(axis="y", color=GREY, lw=0.8, alpha=0.7)
    return dress(ax)


@styled
def bars(values, ax=None, *, unit="", reference=None, colors=(STATE,)):
    """이름을 위에, 값을 끝에 적은 가로 막대를 그립니다 (horizontal bars with names and values).

    Parameters
    ----------
    values : dict of str to float
        위에서 아래로 그릴 이름과 값.
    ax : Axes, optional
    unit : str
        값의 단위. 예를 들어 ``"ms"``.
    reference : (str, float), optional
        견줄 값의 이름과 크기. 점선으로 긋습니다.
    colors : sequence of colours
        막대의 색. 모자라면 마지막 색을 이어 씁니다.

    Returns
    -------
    ax

    Examples
    --------
    >>> from matplotlib.figure import Figure
    >>> ax = bars({"먼저": 3.0, "나중": 1.5}, Figure().subplots(), unit="ms")
    >>> [float(bar.get_width()) for bar in ax.patches], ax.texts[1].get_text()
    ([3.0, 1.5], '3 ms')
    """
    rows = len(values)
    ax = figure(figsize=(WIDTH, 0.9 + 0.95 * rows))[1] if ax is None else ax
    top = max([*values.values(), *(reference or ())[1:]])
    at = reference[1] if reference else np.inf
    for row, (name, value) in enumerate(values.items()):
        color = colors[min(row, len(colors) - 1)]
        ax.barh(row + 0.25, value, 0.42, color=color)
        ax.text(0, row - 0.04, name, va="bottom", weight="bold")
        text = _amount(value, unit)
        # 점선이 값을 가를 자리면 점선의 오른쪽에 적습니다.
        end = at if value <= at < value + 0.02 * (len(text) + 1) * top else value
        place = {"xytext": (6, 0), "textcoords": "offset points", "va": "center_baseline"}
        ax.annotate(text, (end, row + 0.25), **place)
    ax.set(
        xlim=(0, 1.2 * top), ylim=(rows - 0.4, -0.75 if reference else -0.5), yticks=[], xticks=[]
    )
    if reference:
        name, value = reference
        # 점선은 막대의 높이에서만 긋습니다. 막대 사이에는 이름이 있습니다.
        spans = [(-0.7, -0.42), *((row, row + 0.5) for row in range(rows))]
        heights = np.ravel([(*span, np.nan) for span in spans])
        ax.plot(np.full(len(heights), value), heights, color=INK, ls=(0, (4, 3)), lw=1.5)
        side = (
            {"ha": "left", "xytext": (6, 0)}
            if value < 0.6 * top
            else {"ha": "right", "xytext": (-6, 0)}
        )
        text = f"{name} {_amount(value, unit)}"
        ax.annotate(
            text, (value, -0.55), color=MUTED, va="center", textcoords="offset points", **side
        )
    ax.spines[["left", "bottom"]].set_visible(False)
    return dress(ax)


def _amount(value, unit):
    """값과 단위. 한글 단위는 수에 붙여 씁니다."""
    gap = "" if "가" <= unit[:1] <= "힣" else " "
    return f"{value:.3g}{gap}{unit}".strip()
