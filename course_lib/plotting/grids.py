"""층 × 시점 × 방향의 격자: 무엇이 ``output``에, 무엇이 ``h_n``에 모이는가.

쌓는 순서는 사다리와 같습니다: 셀, 시점, 방향, 층. 층의 번호는 torch처럼 0부터, 시점은 수식처럼
1부터 T까지입니다.
"""

from itertools import product

from course_lib.plotting.sketch import BIG, SMALL, Canvas
from course_lib.plotting.style import GREY, INK, INPUT, OUTPUT, REVERSE, STATE
from course_lib.shapes import RNNShapes

CAPTIONS = {
    None: "",
    "output": "`output`: 마지막 층의 모든 시점",
    "h_n": "`h_n[i]`: 층과 방향마다 마지막에 계산한 상태",
    "last": "`output`의 마지막 시점: 수는 그 셀이 본 시점의 수",
}


def grid(T=4, num_layers=1, bidirectional=False, highlight=None, dropout=False, ax=None):
    """층 × 시점 × 방향의 격자를 그리고 무엇이 모이는지 칠합니다 (layers, time, directions).

    Parameters
    ----------
    T, num_layers : int
    bidirectional : bool
    highlight : {None, 'output', 'h_n', 'last'}
        ``'output'``은 마지막 층의 모든 시점을, ``'h_n'``은 층과 방향마다 마지막에 계산한 셀을
        칠합니다. ``'last'``는 ``output``의 마지막 시점을 칠하고, 그 셀이 읽지 못한 셀은 비웁니다.
    dropout : bool
        드롭아웃이 놓이는 화살표에 표시합니다. 층 사이에만 있습니다.
    ax : Axes, optional

    Returns
    -------
    ax

    See Also
    --------
    torch.nn.RNN

    Examples
    --------
    >>> from matplotlib.figure import Figure
    >>> ax = grid(5, num_layers=2, bidirectional=True, ax=Figure().subplots())
    >>> sum((patch.get_gid() or "").startswith("cell") for patch in ax.patches)
    20
    """
    F, top = (2 if bidirectional else 1), num_layers - 1
    marks, read = _marks(T, num_layers, F, highlight)
    # 층의 맨 아래 셀에서 잰 높이: 출력을 모으는 상자, 다음 층. 그리고 왼쪽 여백, 시점의 너비.
    joint, rise, left, pitch = (2.0, 3.25, 2.1, 2.15) if bidirectional else (1.5, 1.55, 1.6, 1.75)
    rise += 0.4 * dropout
    base = [1.95 + rise * k for k in range(num_layers)]
    end = base[-1] + joint + 0.28
    width = max(left + pitch * T + 0.3, 7.9)  # 제목이 들어갈 만큼
    canvas = Canvas(width, end + (1.05 if highlight else 0.25), ax)
    xs = [left + pitch * (t + 0.5) for t in range(T)]
    wide = 1.74 if bidirectional else 0.9

    for k, f, t in product(range(num_layers), range(F), range(T)):
        index, color, way = (k, f, t), (STATE, REVERSE)[f], 1 - 2 * f
        # 역방향 셀은 옆으로 비켜 올려 세로 화살표가 지나갈 길을 냅니다.
        x, y = xs[t] + 0.9 * (f - 0.5) * (F - 1), base[k] + 0.95 * f
        look = "solid" if index in marks else "tint" if index in read else "empty"
        text, shade = marks.get(index, ""), color if index in read else GREY
        canvas.box(x, y, 0.84, 0.66, text, color, look, weight="bold", gid=f"cell-l{k}-d{f}-t{t}")
        before = 0.87 if t == f * (T - 1) else pitch - 0.42  # 처음 상태는 짧은 화살표로
        canvas.arrow((x - way * before, y), (x - way * 0.42, y), color=shade, gid="time")
        below = 0.85 if k == 0 else base[k - 1] + (joint + 0.28 if bidirectional else 0.33)
        source = INPUT if k == 0 and index in read else shade
        canvas.arrow((x, below), (x, y - 0.33), color=source, gid="in")
        if dropout and k:
            middle = (below + base[k] - 0.45) / 2
            canvas.box(x, middle, 0.36, 0.36, "×", INK, "solid", gid="dropout")
        if bidirectional or k == top:
            canvas.arrow((x, y + 0.33), (x, base[k] + joint - 0.28), color=shade, gid="out")

    for t, x in enumerate(xs):
        canvas.box(x, 0.5, wide, 0.7, f"$x_{{{t + 1}}}$", INPUT, size=BIG, gid=f"x-t{t}")
        for k in range(top if bidirectional else 0):
            join = {"size": SMALL, "gid": f"join-l{k}-t{t}"}
            canvas.box(x, base[k] + joint, wide, 0.56, "이어 붙임", **join)
        chosen = highlight == "output" or (highlight == "last" and t == T - 1)
        look = "solid" if chosen else "empty" if highlight else "tint"
        answer = {"size": BIG, "gid": f"y-t{t}"}
        canvas.box(x, end - 0.28, wide, 0.6, f"$y_{{{t + 1}}}$", OUTPUT, look, **answer)
    for k, y in enumerate(base):
        canvas.text(0.1, y + 0.475 * (F - 1), f"층 {k}", ha="left", weight="bold")
        for f, word in enumerate(("정방향", "역방향") if bidirectional else ()):
            color = (STATE, REVERSE)[f]
            canvas.text(left - 0.3, y + 0.95 * f, word, size=SMALL, color=color, ha="right")
        if dropout and k:
            at = base[k] - (0.78 if bidirectional else 1.05)
            canvas.text(0.1, at, "드롭아웃 ×", size=SMALL, ha="left")
    canvas.text(0.1, 0.5, "입력 $x$", ha="left", color=INPUT, weight="bold")
    canvas.text(0.1, end - 0.28, "`output`", ha="left", color=OUTPUT, weight="bold")
    canvas.text(0.1, end + 0.6, CAPTIONS[highlight], ha="left", weight="bold")
    return canvas.ax


def _marks(T, num_layers, F, highlight):
    """칠할 셀과 그 안의 글, 그리고 그 셀들이 읽은 셀 (marked cells and all that they have read)."""
    top = num_layers - 1
    everything = set(product(range(num_layers), range(F), range(T)))
    if highlight == "h_n":
        last = {(k, f): (k, f, (1 - f) * (T - 1)) for k in range(num_layers) for f in range(F)}
        return {cell: f"`[{F * k + f}]`" for (k, f), cell in last.items()}, everything
    if highlight == "last":
        read = {(top, f, T - 1): _read((top, f, T - 1), T, F) for f in range(F)}
        # 셀이 본 시점의 수는 그 셀이 읽은 맨 아래층의 시점을 세면 됩니다.
        steps = {cell: len({t for k, _, t in seen if k == 0}) for cell, seen in read.items()}
        return {cell: str(n) for cell, n in steps.items()}, set().union(*read.values())
    return {(top, f, t): "" for f in range(F) for t in range(T) if highlight}, everything


def _read(cell, T, F):
    seen, todo = set(), [cell]
    while todo:
        k, f, t = cell = todo.pop()
        if k >= 0 and 0 <= t < T and cell not in seen:
            seen.add(cell)
            todo += [(k, f, t - 1 + 2 * f), *((k - 1, other, t) for other in range(F))]
    return seen


def state_rows(num_layers=2, bidirectional=True, name="h_n", ax=None):
    """상태의 첫째 축에 쌓인 순서를 이름과 함께 그립니다 (the order of the rows of h_n).

    Parameters
    ----------
    num_layers : int
    bidirectional : bool
    name : str
        ``'h_n'``, ``'h_0'``, ``'c_n'``, ``'c_0'`` 가운데 하나.
    ax : Axes, optional

    Returns
    -------
    ax

    Examples
    --------
    >>> from matplotlib.figure import Figure
    >>> ax = state_rows(2, ax=Figure().subplots())
    >>> [text.get_text() for text in ax.texts][-1], len(ax.patches)
    ('l1_reverse', 4)
    """
    shapes = RNNShapes("RNN", 1, 1, num_layers, bidirectional=bidirectional)
    rows = [suffix for layer in shapes.layers() for cell in layer for suffix in list(cell)[:1]]
    canvas = Canvas(10.6, 0.95 * len(rows) + 0.3, ax)
    for row, parameter in enumerate(rows):
        layer, reverse = divmod(row, shapes.F)
        y = 0.95 * (len(rows) - row) - 0.325
        color, word = (REVERSE, "역방향") if reverse else (STATE, "정방향")
        canvas.text(1.7, y, f"`{name}[{row}]`", weight="bold", ha="right")
        text = f"층 {layer}  {word}" if bidirectional else f"층 {layer}"
        canvas.box(4.7, y, 5.6, 0.82, text, color, gid=f"row{row}")
        suffix = parameter.removeprefix("weight_ih_")
        canvas.text(7.8, y, f"`{suffix}`", color=color, ha="left")
    return canvas.ax
