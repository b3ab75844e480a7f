"""그림의 바탕: 종이색, 색, 한글 글꼴, 축의 모습.

모든 함수는 ``ax``를 받아 ``ax``를 돌려줍니다. ``ax``가 없으면 새 figure를 만듭니다.
전역 상태(rcParams)는 바꾸지 않습니다. 열지도와 곡선은 ``arrays.py``에, 한 장마다
쓰는 도표는 ``charts.py``에, 상자와 화살표로 그리는 그림은 ``diagrams.py``, ``grids.py``,
``blocks.py``에 있습니다.
"""

from pathlib import Path

import matplotlib
import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import LinearSegmentedColormap, to_rgb
from matplotlib.figure import Figure
from matplotlib.font_manager import fontManager
from matplotlib.ticker import MaxNLocator
from matplotlib.transforms import Bbox, ScaledTranslation

PAPER, INK, MUTED, GREY = "#fbfaf6", "#26252b", "#66645e", "#c9c6bc"
# 색각이 달라도, 흑백으로 찍어도 갈리도록 색상과 밝기를 함께 벌렸습니다(밝기 48, 57, 62, 27).
INPUT, STATE, OUTPUT, REVERSE = "#1273b5", "#e0641c", "#33a97f", "#5e2276"
CYCLE = (STATE, INPUT, OUTPUT, REVERSE, MUTED)
# 셀을 견주는 그림에서는 어느 장에서나 같은 색이 같은 셀입니다.
CELLS = {"RNN": STATE, "LSTM": INPUT, "GRU": OUTPUT}
DIVERGING = LinearSegmentedColormap.from_list(
    "course", ["#0a3d66", INPUT, "#a9cbe3", "#ffffff", "#f6c3a2", STATE, "#7d2f04"]
)
SEQUENTIAL = LinearSegmentedColormap.from_list(
    "course_warm", ["#fbe3d3", "#f6c3a2", STATE, "#7d2f04"]
)

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
    "figure.constrained_layout.w_pad": 0.08,
    "figure.constrained_layout.h_pad": 0.08,
    # 위 그림의 x 이름을 아래 그림의 제목으로 읽지 않을 만큼 벌립니다.
    "figure.constrained_layout.hspace": 0.1,
    "axes.prop_cycle": matplotlib.cycler(color=CYCLE),
    "text.color": INK,
    "font.family": FONTS,
    "font.size": 15,
    "figure.titlesize": 18,
    "figure.titleweight": "bold",
    "legend.fontsize": 14,
    "legend.frameon": False,
}


LABEL_GAP, LABEL_ROOM = 6, 22  # y 이름과 축의 사이, y 이름 한 줄의 높이 (포인트)

styled = matplotlib.rc_context(STYLE)  # 함수에 두르면 그 함수 안에서만 이 책의 모습이 됩니다.


class PaperAxes(Axes):
    """나중에 더하는 글자도 이 책의 모습으로 쓰는 축 (axes that keep the style).

    글자는 만드는 순간의 rcParams에서 글꼴과 크기를 얻습니다. 전역을 바꾸지 않으므로, 노트북이
    뒤에 부르는 메서드에도 모습을 둘러 둡니다. y 이름은 세우지 않고 축의 왼쪽 위에 눕혀 적습니다.
    세운 한글은 고개를 돌려야 읽힙니다.
    """

    def set_ylabel(self, ylabel, *args, **kwargs):
        """y 이름을 축의 왼쪽 위에 눕혀 적습니다 (a horizontal label above the axis)."""
        label = super().set_ylabel(ylabel, *args, **kwargs)
        label.set(rotation=0, ha="left", va="bottom")
        up = ScaledTranslation(0, LABEL_GAP / 72, self.figure.dpi_scale_trans)
        self.yaxis.set_label_coords(0, 1, self.transAxes + up)
        if title := self.get_title(loc="left"):
            self.set_title(title, loc="left")  # y 이름이 들어갈 자리만큼 제목을 올립니다.
        return label

    @styled
    def set_title(self, label, *args, pad=None, **kwargs):
        """제목을 y 이름의 위에 적습니다 (a title above the label of the y axis)."""
        if pad is None and self.get_ylabel():
            pad = STYLE["axes.titlepad"] + LABEL_ROOM
        return super().set_title(label, *args, pad=pad, **kwargs)

    def get_tightbbox(self, renderer=None, **kwargs):
        """눕힌 y 이름의 높이까지 자리를 남깁니다 (room for the horizontal label)."""
        inside = super().get_tightbbox(renderer, **kwargs)
        if inside is None or not self.get_ylabel():
            return inside
        return Bbox.union([inside, self.yaxis.label.get_window_extent(renderer)])

    text = styled(Axes.text)
    annotate = styled(Axes.annotate)
    legend = styled(Axes.legend)


class PaperFigure(Figure):
    """나중에 더하는 제목도 이 책의 모습으로 쓰는 figure (a figure that keeps the style)."""

    def get_tightbbox(self, *args, **kwargs):
        """글자에 바짝 자르지 않고 종이를 다 남깁니다 (keep the margins of the paper)."""
        return Bbox.union([self.bbox_inches, super().get_tightbbox(*args, **kwargs)])

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
    fig : Figure
    ax : Axes or ndarray of Axes
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


def legible(color):
    """글자로 읽힐 만큼 먹색을 섞은 같은 색. 가는 글자는 면보다 짙어야 합니다 (a colour for words).

    Notes
    -----
    종이색과의 밝기의 비가 4.5를 넘습니다.

    Examples
    --------
    >>> legible(blend(INPUT, 0.5)) != legible(INPUT)
    True
    """
    for share in np.arange(0.75, 0.3, -0.05):
        words = blend(color, share, INK)
        if (luminance(PAPER) + 0.05) / (luminance(words) + 0.05) > 4.5:
            break
    return words


def luminance(color):
    """사람이 느끼는 밝기. 검정은 0, 흰색은 1입니다 (relative luminance, WCAG 2).

    Examples
    --------
    >>> [round(float(luminance(color)), 3) for color in ("black", "white")]
    [0.0, 1.0]
    """
    rgb = np.array(to_rgb(color))
    linear = np.where(rgb <= 0.04045, rgb / 12.92, ((rgb + 0.055) / 1.055) ** 2.4)
    return linear @ [0.2126, 0.7152, 0.0722]


def shades(color, count):
    """한 색의 옅은 것부터 짙은 것까지. 한 셀의 여러 설정을 그릴 때 씁니다 (shades of a colour).

    Examples
    --------
    >>> light, full = shades("red", 2)
    >>> [round(float(value), 2) for value in full]
    [1.0, 0.0, 0.0]
    """
    places = np.linspace(-1, 1, max(count, 3))[:count]
    return [blend(color, 1 - 0.45 * abs(at), PAPER if at < 0 else INK) for at in places]


@styled
def note(ax, x, y, text, **options):
    """그림 안에 글을 적습니다. 종이색을 깔아 눈금선이 글자를 긋지 않습니다 (text on paper).

    Examples
    --------
    >>> note(Figure().subplots(), 0.5, 0.5, "기준선").get_text()
    '기준선'
    """
    paper = {"fc": PAPER, "ec": "none", "pad": 1.5}
    return ax.text(x, y, text, **{"color": MUTED, "bbox": paper, **options})


def whole_ticks(count=8):
    """1, 2, 5, 10처럼 세기 쉬운 간격의 정수 눈금 (integer ticks).

    Examples
    --------
    >>> whole_ticks().tick_values(0, 20)
    array([ 0.,  5., 10., 15., 20.])
    """
    return MaxNLocator(count, integer=True, min_n_ticks=1, steps=[1, 2, 5, 10])
