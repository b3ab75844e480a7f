"""그림의 바탕: 종이색, 색, 한글 글꼴, 열지도와 곡선.

모든 함수는 ``ax``를 받아 ``ax``를 돌려줍니다. ``ax``가 없으면 새 figure를 만듭니다.
전역 상태(rcParams)는 바꾸지 않습니다. 한 장마다 쓰는 도표는 ``charts.py``에, 상자와 화살표로
그리는 그림은 ``diagrams.py``, ``grids.py``, ``blocks.py``에 있습니다.
"""

from pathlib import Path

import matplotlib
import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import LinearSegmentedColormap, LogNorm, to_rgb
from matplotlib.figure import Figure
from matplotlib.font_manager import fontManager
from matplotlib.ticker import FuncFormatter, MaxNLocator

PAPER, INK, MUTED, GREY = "#fbfaf6", "#26252b", "#66645e", "#c9c6bc"
# 색각이 달라도, 흑백으로 찍어도 갈리도록 색상과 밝기를 함께 벌렸습니다(밝기 48, 57, 62, 27).
INPUT, STATE, OUTPUT, REVERSE = "#1273b5", "#e0641c", "#33a97f", "#5e2276"
CYCLE = (STATE, INPUT, OUTPUT, REVERSE, MUTED)
DIVERGING = LinearSegmentedColormap.from_list(
    "course", ["#0a3d66", INPUT, "#a9cbe3", "#ffffff", "#f6c3a2", STATE, "#7d2f04"]
)
SEQUENTIAL = LinearSegmentedColormap.from_list("course_grey", [PAPER, "#f6c3a2", STATE, "#7d2f04"])

FONTS = ["Pretendard", "DejaVu Sans"]
for _path in sorted((Path(__file__).parent / "fonts").glob("*.ttf")):
    fontManager.addfont(_path)

WIDTH = 7.0  # 인치. 200 dpi면 1400픽셀입니다.
STYLE = {
    "figure.dpi": 200,
    "figure.facecolor": PAPER,
    "axes.facecolor": PAPER,
    "axes.edgecolor": MUTED,
    "axes.labelcolor": INK,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.titlelocation": "left",
    "axes.titleweight": "bold",
    "axes.titlesize": 18,
    "axes.titlepad": 12,
    "axes.labelsize": 16,
    "axes.prop_cycle": matplotlib.cycler(color=CYCLE),
    "text.color": INK,
    "font.family": FONTS,
    "font.size": 15,
    "figure.titlesize": 18,
    "figure.titleweight": "bold",
    "legend.fontsize": 14,
    "legend.frameon": False,
}


styled = matplotlib.rc_context(STYLE)  # 함수에 두르면 그 함수 안에서만 이 책의 모습이 됩니다.


class PaperAxes(Axes):
    """나중에 더하는 글자도 이 책의 모습으로 쓰는 축 (axes that keep the style).

    글자는 만드는 순간의 rcParams에서 글꼴과 크기를 얻습니다. 전역을 바꾸지 않으므로, 노트북이
    뒤에 부르는 메서드에도 모습을 둘러 둡니다.
    """

    set_title = styled(Axes.set_title)
    text = styled(Axes.text)
    annotate = styled(Axes.annotate)
    legend = styled(Axes.legend)


class PaperFigure(Figure):
    """나중에 더하는 제목도 이 책의 모습으로 쓰는 figure (a figure that keeps the style)."""

    suptitle = styled(Figure.suptitle)
    text = styled(Figure.text)
    legend = styled(Figure.legend)


@styled
def figure(nrows=1, ncols=1, figsize=None, **kwargs):
    """이 책의 모습을 갖춘 figure와 축을 만듭니다 (plt.subplots in the course's style).

    Parameters
    ----------
    nrows, ncols : int
        축의 행과 열.
    figsize : (float, float), optional
        인치. 기본 너비는 7이고, 휴대전화에서도 글자가 읽힙니다.
    **kwargs
        ``plt.subplots``의 나머지 인자.

    Returns
    -------
    fig, ax
        ``plt.subplots``와 같습니다.

    See Also
    --------
    matplotlib.pyplot.subplots

    Examples
    --------
    >>> fig, axes = figure(1, 2)
    >>> axes.shape
    (2,)
    >>> matplotlib.pyplot.close(fig)
    """
    import matplotlib.pyplot as plt  # 노트북의 plt.show()가 이 figure를 알아야 합니다.

    kwargs = {"layout": "constrained", "FigureClass": PaperFigure} | kwargs
    kwargs["subplot_kw"] = {"axes_class": PaperAxes} | kwargs.get("subplot_kw", {})
    fig, axes = plt.subplots(nrows, ncols, figsize=figsize or (WIDTH, 4.2 * nrows), **kwargs)
    for ax in np.ravel(axes):
        dress(ax)
    return fig, axes


def dress(ax):
    """축에 종이색과 글꼴을 입힙니다 (paper and fonts for any axes).

    Examples
    --------
    >>> dress(Figure().subplots()).get_title()
    ''
    """
    ax.figure.set_facecolor(PAPER)
    ax.set_facecolor(PAPER)
    # 눈금은 나중에 하나씩 생기므로 글자가 아니라 축에 일러둡니다.
    ax.tick_params(color=MUTED, labelcolor=MUTED, labelsize=14, labelfontfamily=FONTS)
    for text in ax.findobj(matplotlib.text.Text):
        text.set_fontfamily(FONTS)
    return ax


def blend(color, share, other=PAPER):
    """색을 종이색에 섞습니다 (a tint of a colour).

    Examples
    --------
    >>> float(blend("black", 0.5, "white")[0])
    0.5
    """
    return tuple(share * np.array(to_rgb(color)) + (1 - share) * np.array(to_rgb(other)))


@styled
def heatmap(
    values, ax=None, *, xlabel="은닉 단위", ylabel="시점 t", limit=None, numbers="", colorbar=True
):
    """행렬을 0이 흰색인 열지도로 그립니다 (a heat map centred at zero).

    Parameters
    ----------
    values : array, shape (T, H)
        행은 위에서 아래로, 열은 왼쪽에서 오른쪽으로. 배열을 인쇄한 순서와 같습니다.
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
    >>> ax = curves({"sin": np.sin(np.linspace(0, np.pi, 20))}, ax=Figure().subplots())
    >>> ax.lines[0].get_ydata().shape
    (20,)
    """
    ax = figure()[1] if ax is None else ax
    for index, (name, values) in enumerate(series.items()):
        steps = np.arange(len(values)) if x is None else x
        color = colors[index % len(colors)]
        ax.plot(steps, values, marker=marker, lw=2.5, ms=7, color=color, label=name)
    low, high = ax.get_ylim()
    floor, gap = -np.inf, 0.085 * (high - low)
    for line in sorted(ax.lines[-len(series) :], key=lambda line: line.get_ydata()[-1]):
        end = line.get_xydata()[-1]
        floor = max(end[1], floor + gap)  # 끝이 가까운 곡선의 이름은 위로 비켜 적습니다.
        style = {"color": blend(line.get_color(), 0.75, INK), "weight": "bold", "va": "center"}
        offset = {"xytext": (10, 0), "textcoords": "offset points", "annotation_clip": False}
        ax.annotate(line.get_label(), (end[0], floor), **style, **offset)
    ax.set(xlabel=xlabel, ylabel=ylabel)
    if x is None:
        ax.xaxis.set_major_locator(MaxNLocator(8, integer=True))
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
        axis.set_major_locator(MaxNLocator(8, integer=True, min_n_ticks=1))
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
