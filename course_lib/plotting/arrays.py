"""배열을 그리는 그림: 열지도, 두 배열의 차이, 곡선."""

import numpy as np
from matplotlib.colors import LogNorm
from matplotlib.ticker import FuncFormatter

from course_lib.plotting.ends import name_ends
from course_lib.plotting.style import (
    CYCLE,
    DIVERGING,
    GREY,
    INK,
    PAPER,
    SEQUENTIAL,
    WIDTH,
    dress,
    figure,
    styled,
    whole_ticks,
)


@styled
def heatmap(
    values, ax=None, *, xlabel="은닉 단위", ylabel="시점 t", limit=None, numbers="", colorbar=True
):
    """행렬을 0이 흰색인 열지도로 그립니다 (a heat map centred at zero).

    Parameters
    ----------
    values : array, shape (T, H)
        행은 위에서 아래로, 열은 왼쪽에서 오른쪽으로. 배열을 출력한 순서와 같습니다.
    ax : Axes, optional
    xlabel, ylabel : str
    limit : float, optional
        색의 범위 [-limit, limit]. 없으면 가장 큰 절댓값입니다.
    numbers : str
        칸마다 값을 적는 서식. 예를 들어 ``".2f"``. 손계산처럼 작은 행렬에 씁니다.
    colorbar : bool

    Returns
    -------
    ax

    Examples
    --------
    >>> from matplotlib.figure import Figure
    >>> ax = heatmap(np.zeros((10, 8)), ax=Figure().subplots())
    >>> ax.collections[0].get_array().shape
    (10, 8)
    """
    values = np.asarray(values)
    limit = limit or float(np.abs(values).max()) or 1.0
    ax, mesh = _tiles(values, ax, xlabel, ylabel, cmap=DIVERGING, vmin=-limit, vmax=limit)
    if colorbar:
        _colorbar(mesh, ax, ticks=[-limit, 0, limit], format=FuncFormatter(lambda v, _: _short(v)))
    if numbers:
        for (row, column), value in np.ndenumerate(values):
            color = "white" if abs(value) > 0.6 * limit else INK
            text = f"{value:{numbers}}".replace("-", "−")
            ax.text(column, row, text, color=color, ha="center", va="center", size=14)
    return dress(ax)


@styled
def difference(ours, theirs, ax=None, *, xlabel="은닉 단위", ylabel="시점 t"):
    """두 배열의 차이를 로그 색으로 그립니다. 종이색은 똑같은 칸입니다 (where two arrays differ).

    Parameters
    ----------
    ours, theirs : array, shape (T, H)
    ax : Axes, optional
    xlabel, ylabel : str

    Returns
    -------
    ax

    Examples
    --------
    >>> from matplotlib.figure import Figure
    >>> ax = difference(np.ones((5, 3)), np.ones((5, 3)) + 1e-9, ax=Figure().subplots())
    >>> ax.collections[0].get_array().shape
    (5, 3)
    """
    gap = np.ma.masked_equal(np.abs(np.asarray(ours) - np.asarray(theirs)), 0)
    low, high = (gap.min(), gap.max()) if gap.count() else (1e-16, 1e-15)
    # 열의 거듭제곱에서 시작하고 끝나야 색 막대의 눈금이 비지 않습니다.
    norm = LogNorm(10 ** np.floor(np.log10(low)), 10 ** (np.floor(np.log10(high)) + 1))
    ax, mesh = _tiles(gap, ax, xlabel, ylabel, cmap=SEQUENTIAL, norm=norm)
    _colorbar(mesh, ax)
    return dress(ax)


@styled
def curves(series, x=None, ax=None, *, xlabel="시점 t", ylabel="", marker="", colors=CYCLE):
    """곡선을 그리고 이름을 끝에 적습니다 (curves labelled at their ends).

    Parameters
    ----------
    series : dict of str to array, shape (T,)
        이름과 값.
    x : array, shape (T,), optional
        없으면 0, 1, …, T-1.
    ax : Axes, optional
    xlabel, ylabel, marker : str
    colors : sequence of colours

    Returns
    -------
    ax

    Examples
    --------
    >>> from matplotlib.figure import Figure
    >>> ax = curves({"sin": np.sin(np.linspace(0, np.pi, 20))}, ax=Figure().subplots())
    >>> ax.lines[0].get_ydata().shape
    (20,)
    """
    ax = figure()[1] if ax is None else ax
    for index, (name, values) in enumerate(series.items()):
        steps = np.arange(len(values)) if x is None else x
        color = colors[index % len(colors)]
        ax.plot(steps, values, marker=marker, lw=2.5, ms=7, color=color, label=name)
    ax.margins(x=0.02)
    name_ends(ax, ax.lines[-len(series) :])
    ax.set(xlabel=xlabel, ylabel=ylabel)
    if x is None:
        ax.xaxis.set_major_locator(whole_ticks())
    ax.grid(axis="y", color=GREY, lw=0.8, alpha=0.7)
    return dress(ax)


def _tiles(values, ax, xlabel, ylabel, **colors):
    rows, columns = values.shape
    if ax is None:
        ax = figure(figsize=(WIDTH, float(np.clip(1.2 + 5 * rows / columns, 2.8, 5.2))))[1]
    edge = 1.5 if max(values.shape) <= 32 else 0  # 칸이 많으면 금이 그림을 덮습니다.
    grid = np.arange(columns), np.arange(rows)
    mesh = ax.pcolormesh(*grid, values, shading="nearest", edgecolor=PAPER, lw=edge, **colors)
    for axis in (ax.xaxis, ax.yaxis):
        axis.set_major_locator(whole_ticks())
    ax.set(xlabel=xlabel, ylabel=ylabel, ylim=(rows - 0.5, -0.5))
    ax.spines[:].set_visible(False)
    ax.tick_params(length=0)
    return ax, mesh


def _colorbar(mesh, ax, **kwargs):
    bar = ax.figure.colorbar(mesh, ax=ax, aspect=16, pad=0.03, **kwargs)
    bar.outline.set_visible(False)
    dress(bar.ax).tick_params(length=0, which="both")


def _short(value):
    return f"{round(float(value), 2):g}".replace("-", "−")
