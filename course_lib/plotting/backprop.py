"""역전파의 그림: 거꾸로 흐르는 기울기, 시점마다의 몫.

``diagrams.py``의 그림을 거꾸로 읽은 것입니다. 색도 그곳과 같고, 보라색은 여기서 기울기입니다. 값을
계산하지 않고, 받은 수를 그리기만 합니다.
"""

import numpy as np
from matplotlib.ticker import MaxNLocator

from course_lib.plotting.sketch import BIG, CODE, SMALL, Canvas
from course_lib.plotting.style import (
    DIVERGING,
    GREY,
    INK,
    INPUT,
    MUTED,
    OUTPUT,
    PAPER,
    REVERSE,
    STATE,
    WIDTH,
    dress,
    figure,
    styled,
)
from course_lib.shapes import CellShapes, shape_text

GRADIENT = REVERSE


def backward_graph(T=2, gradients=None, ax=None):
    """펼친 그래프 위로 거꾸로 흐르는 기울기를 그립니다 (gradients on the unrolled graph).

    Parameters
    ----------
    T : int
        시퀀스 길이.
    gradients : dict of str to sequence of float, optional
        화살표에 적을 수. ``"d_output"``과 ``"d_x"``는 시점마다 하나씩 T개, ``"d_h"``는
        h_0, …, h_T에 오른쪽에서 온 것 T+1개입니다. 없으면 이름을 적습니다.
    ax : Axes, optional

    Returns
    -------
    ax

    Notes
    -----
    ``d_h_t = d_output_t + (d_h_{t+1} * (1 - h_{t+1}²)) W_hh``

    Examples
    --------
    >>> from matplotlib.figure import Figure
    >>> ax = backward_graph(T=3, ax=Figure().subplots())
    >>> sum(patch.get_gid() == "sum" for patch in ax.patches)
    3
    """
    if gradients is None:
        # 이름이 옆의 화살표에 닿지 않게 번호는 다음 줄에 적습니다.
        names = {name: [f"`{name}\n[{t}]`" for t in range(T)] for name in ("d_output", "d_x")}
        names["d_h"] = ["`d_h_0`", *["`d_h`"] * (T - 1), "`d_h_n`"]
    else:
        names = {name: [_number(v, 4, "g") for v in row] for name, row in gradients.items()}
    first, pitch, row = 3.75, 2.95, 3.1
    canvas = Canvas(first + pitch * T - 0.75, 6.2, ax)
    canvas.box(first - pitch, row, 1.1, 1.1, "$h_0$", STATE, size=BIG, gid="h_0")
    for t in range(T + 1):
        x = first + pitch * t
        left, right = x - pitch + (0.67 if t else 0.55), x - (0.55 if t < T else 1.0)
        canvas.arrow((right, row + 0.3), (left, row + 0.3), color=GRADIENT, gid="d_h")
        canvas.text((left + right) / 2, row + 0.7, names["d_h"][t], size=0.4, color=GRADIENT)
    for t in range(T):
        x = first + pitch * t
        for y, name, color in ((0.6, "x", INPUT), (row, "h", STATE), (5.6, "L", OUTPUT)):
            text, gid = f"${name}_{{{t + 1}}}$", f"{name}_{t + 1}"
            canvas.box(x, y, 1.1, 1.1 if name == "h" else 0.9, text, color, size=BIG, gid=gid)
        before = x - pitch + 0.55
        canvas.arrow((before, row - 0.25), (x - 0.55, row - 0.25), color=STATE, gid="forward")
        for low, high, color in ((1.05, 2.55, INPUT), (3.65, 5.15, OUTPUT)):
            canvas.arrow((x - 0.25, low), (x - 0.25, high), color=color, gid="forward")
        # 두 기울기가 만나는 자리가 이 그림의 주인공입니다.
        corner = x + 0.45, row + 0.5
        canvas.box(*corner, 0.44, 0.44, "+", GRADIENT, "solid", weight="bold", gid="sum", zorder=4)
        for name, start, end in (("d_output", 5.15, 3.82), ("d_x", 2.55, 1.05)):
            side = 0.45 if name == "d_output" else 0.25
            canvas.arrow((x + side, start), (x + side, end), color=GRADIENT, gid=name)
            at = x + side + 0.15, (start + end) / 2 + 0.05
            text, color = names[name][t], GRADIENT
            canvas.text(*at, text, size=0.4, ha="left", color=color, multialignment="left")
    return canvas.ax


def cell_backward(input_size=4, hidden_size=7, N=3, ax=None):
    """RNN 셀의 역전파를 shape와 함께 그립니다 (backward of one RNN cell).

    Parameters
    ----------
    input_size, hidden_size, N : int
        D, H, N.
    ax : Axes, optional

    Returns
    -------
    ax

    Notes
    -----
    ``d_a = (d_output + d_h) * (1 - h_t²)``, ``d_h_{t-1} = d_a W_hh``, ``d_x = d_a W_ih``

    See Also
    --------
    course_lib.plotting.cell : 같은 셀의 순전파.

    Examples
    --------
    >>> from matplotlib.figure import Figure
    >>> ax = cell_backward(4, 7, N=3, ax=Figure().subplots())
    >>> sum("(3, 7)" in text.get_text() for text in ax.texts)
    3
    """
    shapes = CellShapes("RNN", input_size, hidden_size)
    state, sizes = shape_text(shapes.state(N)), shapes.parameters()
    canvas = Canvas(10.8, 6.75, ax)
    canvas.box(5.35, 3.8, 7.1, 4.6, "", MUTED, "ghost", gid="cell", zorder=1)
    canvas.text(2.05, 5.72, "RNN 셀의 역전파", color=MUTED, ha="left")
    for x, name in ((0.75, "$t-1$로"), (10.05, "$t+1$에서")):
        canvas.box(x, 4.3, 1.35, 0.85, "`d_h`", GRADIENT)
        canvas.text(x, 5.1, name, size=SMALL)
        canvas.text(x, 3.5, state, size=SMALL)
    canvas.text(8.2, 6.42, "`d_output[t]`", color=GRADIENT, ha="right")
    canvas.arrow((8.35, 6.7), (8.35, 4.65), color=GRADIENT)
    canvas.box(8.35, 4.3, 0.7, 0.7, "+", GRADIENT, "solid", size=BIG, gid="sum")
    canvas.box(6.6, 4.3, 2.05, 0.9, r"$\times\,(1-h_t^2)$", STATE, size=0.42, gid="slope")
    canvas.box(4.6, 4.3, 1.0, 0.85, "`d_a`", GRADIENT, gid="d_a")
    canvas.text(4.6, 5.0, state, size=SMALL)
    for x, y, name, color in ((2.7, 4.3, "hh", STATE), (4.6, 2.45, "ih", INPUT)):
        canvas.box(x, y, 1.5, 0.85, rf"$\cdot\, W_{{{name}}}$", color, size=BIG, gid="product")
        at = (x, y - 0.75) if name == "hh" else (x - 0.9, y)
        size = shape_text(sizes[f"weight_{name}"])
        canvas.text(*at, size, size=SMALL, color=MUTED, ha="center" if name == "hh" else "right")
    for start, end in ((9.35, 8.7), (8.0, 7.63), (5.57, 5.1), (4.1, 3.45), (1.95, 1.43)):
        canvas.arrow((start, 4.3), (end, 4.3), color=GRADIENT, gid="back")
    canvas.arrow((4.6, 3.87), (4.6, 2.88), color=GRADIENT, gid="back")
    canvas.arrow((4.6, 2.02), (4.6, 0.97), color=GRADIENT, gid="back")
    canvas.box(4.6, 0.55, 1.7, 0.85, "`d_x[t]`", GRADIENT)
    canvas.text(5.6, 0.55, shape_text((N, input_size)), size=SMALL, ha="left")
    canvas.box(7.2, 2.6, 3.2, 1.95, "", INK, "empty", gid="weights")
    # matplotlib은 ⊤과 빼기표의 둘레를 벌립니다. 첨자에서는 다시 좁힙니다.
    for y, sent, name in ((3.2, "h_{t{-}1}", "hh"), (2.6, "x_t", "ih")):
        text = rf"$\mathit{{da}}^{{\!\top\!}}\, {sent} \to \mathit{{dW}}_{{{name}}}$"
        canvas.text(7.2, y, text)
    canvas.text(7.2, 2.0, "시점마다 더합니다", size=SMALL, color=MUTED)
    canvas.arrow((5.1, 3.95), (5.75, 3.58), color=GRADIENT, gid="back")
    return canvas.ax


@styled
def weight_shares(shares, ax=None, *, name="d_W_hh"):
    """시점마다의 가중치 기울기와 그 합을 나란히 그립니다 (each step's share, and their sum).

    Parameters
    ----------
    shares : array, shape (T, rows, columns)
        시점마다 그 시점의 사본에 온 기울기. 마지막에 합을 덧붙여 그립니다.
    ax : Axes, optional
    name : str
        합의 이름.

    Returns
    -------
    ax

    Examples
    --------
    >>> from matplotlib.figure import Figure
    >>> ax = weight_shares(np.ones((4, 2, 2)), ax=Figure().subplots())
    >>> ax.texts[-1].get_text(), len(ax.collections)
    ('4.00', 5)
    """
    shares = np.asarray(shares, dtype=float)
    T, rows, columns = shares.shape
    tiles = [*shares, shares.sum(0)]
    limit = max(float(np.abs(tiles).max()), 1e-12)
    pitch, size = columns + 0.36, min(14, 160 / (columns * (T + 1)))
    if ax is None:
        width = pitch * (T + 1)
        ax = figure(figsize=(WIDTH, 1.0 + (WIDTH - 0.4) * rows / width))[1]
    for t, tile in enumerate(tiles):
        left, last = pitch * t, t == T
        grid = left + np.arange(columns + 1), np.arange(rows + 1)
        edge = {"edgecolor": INK if last else GREY, "lw": 2.0 if last else 1.0}
        ax.pcolormesh(*grid, tile, cmap=DIVERGING, vmin=-limit, vmax=limit, **edge)
        title = name if last else f"시점 {t + 1}"
        ax.text(left + columns / 2, -0.15, title, ha="center", va="bottom", weight="bold", size=14)
        if t:
            sign = "=" if last else "+"
            ax.text(left - 0.18, rows / 2, sign, ha="center", va="center")
        for (row, column), value in np.ndenumerate(tile):
            color = "white" if abs(value) > 0.6 * limit else INK
            at, style = (left + column + 0.5, row + 0.5), {"ha": "center", "va": "center"}
            ax.text(*at, _number(value, 2, ".2f"), color=color, size=size, **style)
    ax.set(xlim=(-0.05, pitch * (T + 1) - 0.31), ylim=(rows + 0.05, -0.55), aspect="equal")
    ax.axis("off")
    dress(ax)
    for text in ax.texts:
        if text.get_text() == name:
            text.set_family(CODE)
    return ax


@styled
def before_after(values, ax=None, *, xlabel="손실", highlight=()):
    """이름마다 앞의 값에서 뒤의 값으로 가는 화살표를 그립니다 (from before to after).

    Parameters
    ----------
    values : dict of str to (float, float)
        이름과 (앞, 뒤).
    ax : Axes, optional
    xlabel : str
    highlight : sequence of str
        색을 달리할 이름.

    Returns
    -------
    ax

    Examples
    --------
    >>> from matplotlib.figure import Figure
    >>> ax = before_after({"맞는 것": (0.17, 0.01)}, ax=Figure().subplots())
    >>> ax.texts[-1].get_text()
    '맞는 것'
    """
    ax = figure(figsize=(WIDTH, 1.1 + 0.72 * len(values)))[1] if ax is None else ax
    for row, (name, (before, after)) in enumerate(values.items()):
        color = STATE if name in highlight else MUTED
        ax.plot(before, -row, "o", ms=9, mfc=PAPER, mec=color, mew=2)
        arrow = {"arrowstyle": "-|>", "color": color, "lw": 2.5, "shrinkA": 5, "shrinkB": 0}
        arrow["mutation_scale"] = 18
        ax.annotate("", (after, -row), (before, -row), arrowprops=arrow)
        ax.text(before, 0.2 - row, name, ha="right", va="bottom", color=INK, weight="bold", size=14)
    top = max(max(pair) for pair in values.values())
    ax.set(xlim=(0, 1.06 * top), ylim=(0.4 - len(values), 0.8), yticks=[], xlabel=xlabel)
    ax.spines["left"].set_visible(False)
    ax.xaxis.set_major_locator(MaxNLocator(5))
    return dress(ax)


def _number(value, digits, form):
    rounded = round(float(value), digits) + 0.0  # 반올림하여 생긴 −0을 0으로 바꿉니다.
    return f"{rounded:{form}}".replace("-", "−")
