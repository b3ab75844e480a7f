"""배열을 그린 그림: 행렬의 곱, 한 번에 하는 곱, 축의 순서, 층의 입력과 출력.

사각형의 변은 배열의 크기를 따릅니다. 축의 글자와 크기는 ``shapes.py``에서 옵니다.
계산의 흐름을 그리는 그림은 ``diagrams.py``에 있습니다.
"""

from course_lib.plotting.sketch import BIG, SMALL, Canvas
from course_lib.plotting.style import GREY, INPUT, MUTED, OUTPUT, STATE
from course_lib.shapes import STATES, RNNShapes, shape_text

WEIGHT = MUTED


def matrix_product(N=3, input_size=4, hidden_size=5, concatenated=False, ax=None):
    """한 시점의 두 곱을 크기대로 그립니다 (the two products of one step, drawn to scale).

    Parameters
    ----------
    N, input_size, hidden_size : int
        N, D, H.
    concatenated : bool
        [x h]와 두 가중치를 이어 곱 하나로 그립니다.
    ax : Axes, optional

    Returns
    -------
    ax

    Notes
    -----
    ``x W_ihᵀ + h W_hhᵀ = [x h] [W_ih W_hh]ᵀ``

    Examples
    --------
    >>> from matplotlib.figure import Figure
    >>> ax = matrix_product(3, 4, 5, ax=Figure().subplots())
    >>> [text.get_text() for text in ax.texts if "(" in text.get_text()][-1]
    '(N, H)\\n(3, 5)'
    """
    D, H = input_size, hidden_size
    x, h = [(N, D, INPUT)], [(N, H, STATE)]
    w_ih, w_hh = [(D, H, INPUT)], [(H, H, STATE)]
    if concatenated:
        terms = [
            (r"$[\,x\;\;h\,]$", x + h, "row", ("N", "D+H")),
            (r"$[\,W_{ih}\;\;W_{hh}\,]^{\!\top}$", w_ih + w_hh, "column", ("D+H", "H")),
        ]
        signs = ["·", "="]
    else:
        terms = [
            ("$x$", x, "row", ("N", "D")),
            (r"$W_{ih}^{\!\top}$", w_ih, "row", ("D", "H")),
            ("$h$", h, "row", ("N", "H")),
            (r"$W_{hh}^{\!\top}$", w_hh, "row", ("H", "H")),
        ]
        signs = ["·", "+", "·", "="]
    terms.append(("합", [(N, H, OUTPUT)], "row", ("N", "H")))
    spans = [_span(parts, way) for _, parts, way, _ in terms]
    tallest = max(rows for rows, _ in spans)
    unit = min((10.2 - 0.75 * len(signs)) / sum(columns for _, columns in spans), 0.5)
    canvas = Canvas(10.6, tallest * unit + 2.6, ax)
    middle = 1.5 + tallest * unit / 2
    left = (10.6 - unit * sum(columns for _, columns in spans) - 0.75 * len(signs)) / 2
    for (name, parts, way, axes), (rows, columns), sign in zip(
        terms, spans, [*signs, ""], strict=True
    ):
        center, top = left + columns * unit / 2, middle + rows * unit / 2
        canvas.text(center, top + 0.5, name, size=BIG)
        size = f"{shape_text(axes)}\n{shape_text((rows, columns))}"
        canvas.text(center, middle - rows * unit / 2 - 0.7, size, size=SMALL, color=MUTED)
        at = left, top
        for high, wide, color in parts:
            canvas.block(*at, high, wide, unit, color, gid="matrix")
            at = (at[0] + wide * unit, top) if way == "row" else (left, at[1] - high * unit)
        left += columns * unit + 0.75
        canvas.text(left - 0.375, middle, sign, size=BIG)
    return canvas.ax


def _span(parts, way):
    rows, columns = [part[0] for part in parts], [part[1] for part in parts]
    return (rows[0], sum(columns)) if way == "row" else (sum(rows), columns[0])


def hoisting(T=5, input_size=3, hidden_size=4, N=2, ax=None):
    """시점마다 하는 곱 T번과 모아서 하는 곱 1번을 나란히 그립니다 (the hoisted projection).

    Parameters
    ----------
    T, input_size, hidden_size, N : int
    ax : Axes, optional

    Returns
    -------
    ax

    Notes
    -----
    ``a_t = x_t W_ihᵀ`` (t = 1, …, T)와 ``A = X W_ihᵀ``

    Examples
    --------
    >>> from matplotlib.figure import Figure
    >>> ax = hoisting(T=5, ax=Figure().subplots())
    >>> sum(patch.get_gid() == "weight" for patch in ax.patches)
    6
    """
    D, H = input_size, hidden_size
    high = max(N, D)
    unit = min(3.5 / (D + 2 * H), 6.5 / (T * (high + 0.8)), 0.4)
    pitch = (high + 0.8) * unit
    tall = max(T * pitch, T * N * unit)
    canvas = Canvas(10.6, tall + 2.0, ax)
    middle, top = 0.95 + tall / 2, tall + 1.6
    canvas.text(2.55, top, f"시점마다: 곱 {T}번", weight="bold")
    canvas.text(8.05, top, "한꺼번에: 곱 1번", weight="bold")
    for t in range(T):
        y = middle + pitch * ((T - 1) / 2 - t)
        spots = _product(canvas, 2.55, y, [t], N, D, H, unit)
    spots += _product(canvas, 8.05, middle, range(T), N, D, H, unit)
    sizes = (N, D), (D, H), (N, H), (T * N, D), (D, H), (T * N, H)
    for x, size in zip(spots, sizes, strict=True):
        canvas.text(x, 0.4, shape_text(size), size=SMALL, color=MUTED)
    return canvas.ax


def _product(canvas, x, y, steps, N, D, H, unit):
    rows, gap = N * len(steps), 0.6
    sign_size = min(BIG, 0.6 * (max(N, D) + 0.8) * unit)  # 위아래의 부호가 겹치지 않게
    left = x - (D + 2 * H) * unit / 2 - gap
    spots = []
    for columns, color, sign in ((D, INPUT, "·"), (H, WEIGHT, "="), (H, OUTPUT, "")):
        if color == WEIGHT:
            canvas.block(left, y + D * unit / 2, D, H, unit, WEIGHT, gid="weight")
        else:
            for i, t in enumerate(steps):  # 시점이 짝수인지 홀수인지에 따라 농도를 달리합니다.
                top = y + rows * unit / 2 - i * N * unit
                canvas.block(left, top, N, columns, unit, color, tint=0.45 - 0.27 * (t % 2))
        spots.append(left + columns * unit / 2)
        left += columns * unit + gap
        canvas.text(left - gap / 2, y, sign, size=sign_size)
    return spots


def axis_order(T=5, N=3, D=4, ax=None):
    """같은 배열을 (T, N, D)와 (N, T, D)로 그립니다 (time-major and batch-first).

    Parameters
    ----------
    T, N, D : int
        두 그림에서 색은 시점입니다. 진할수록 뒤의 시점입니다.
    ax : Axes, optional

    Returns
    -------
    ax

    Examples
    --------
    >>> from matplotlib.figure import Figure
    >>> ax = axis_order(T=5, N=3, D=4, ax=Figure().subplots())
    >>> sum((patch.get_gid() or "").startswith("x") for patch in ax.patches)
    30
    """
    unit = min(0.46, 4.6 / (D + 0.8 * max(T, N)), 4.4 / (1.8 * max(T, N)))
    tall = unit * max(N + 0.75 * (T - 1), T + 0.75 * (N - 1))
    canvas = Canvas(10.6, 4.3 + tall, ax)
    top = canvas.ax.get_ylim()[1]
    shades = [0.08 + 0.72 * (t + 1) / T for t in range(T)]
    _legend(canvas, top - 0.4, shades)
    canvas.arrow((5.3, top - 0.95), (5.3, 0.2), color=GREY, width=0.025, head=False, gid="divider")
    orders = ((False, T, N, "한 시점의 배치"), (True, N, T, "한 시퀀스의 모든 시점"))
    for x, (batch_first, sheets, rows, caption) in zip((2.6, 8.0), orders, strict=True):
        shapes = RNNShapes("RNN", D, 1, batch_first=batch_first)
        canvas.text(x, top - 1.3, f"`batch_first={batch_first}`", weight="bold")
        title = f"{shape_text(shapes.input_axes())} = {shape_text(shapes.input(T, N))}"
        canvas.text(x, top - 1.95, title, color=MUTED)
        shift = 0.75 * unit
        left = x - (D * unit + shift * (sheets - 1)) / 2
        front = top - 2.5 - shift * (sheets - 1)
        for i in range(sheets):  # 앞의 장일수록 zorder가 커서 뒤의 장을 가립니다.
            for j in range(rows):
                at = left + shift * i, front + shift * i - j * unit
                style = {"tint": shades[j if batch_first else i], "zorder": 4 - i / sheets}
                canvas.block(*at, 1, D, unit, INPUT, gid=f"x{i}", **style)
        low = front - rows * unit - 0.5
        canvas.text(x, low, f"`x[0]: {shape_text((rows, D))}`", weight="bold")
        canvas.text(x, low - 0.65, caption, color=MUTED)
    return canvas.ax


def _legend(canvas, y, shades):
    """색이 시점이라는 것을 그림보다 먼저 알립니다."""
    side = min(0.46, 2.6 / len(shades))
    canvas.text(0.2, y, "진할수록 뒤의 시점입니다", ha="left")
    left = 5.6
    canvas.text(left - 0.15, y, "처음", size=SMALL, color=MUTED, ha="right")
    for t, tint in enumerate(shades):
        canvas.block(left + side * t, y + side / 2, 1, 1, side, INPUT, tint=tint, gid="shade")
    canvas.text(left + side * len(shades) + 0.15, y, "끝", size=SMALL, color=MUTED, ha="left")


def shape_flow(shapes, T, N=None, ax=None):
    """층에 들어가고 나오는 배열의 shape를 그립니다 (what goes in and what comes out).

    Parameters
    ----------
    shapes : RNNShapes
    T : int
    N : int, optional
        없으면 배치 축이 없는 입력입니다.
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
    >>> shapes = RNNShapes("RNN", 5, 8, 2, bidirectional=True)
    >>> ax = shape_flow(shapes, 10, 1, Figure().subplots())
    >>> any("(4, 1, 8)" in text.get_text() for text in ax.texts)
    True
    """
    batched = N is not None
    state = shapes.state_axes(batched), shapes.state(N)
    inputs = [("input", shapes.input_axes(batched), shapes.input(T, N), INPUT, "모든 시점의 입력")]
    output = shapes.output_axes(batched), shapes.output(T, N)
    outputs = [("output", *output, OUTPUT, "마지막 층의 모든 시점")]
    for name in STATES[shapes.kind]:
        inputs.append((f"{name}_0", *state, STATE, "모든 층의 처음 상태"))
        outputs.append((f"{name}_n", *state, STATE, "모든 층의 마지막 상태"))
    canvas = Canvas(10.8, 2.15 * len(inputs) + 0.1, ax)
    middle = 2.15 * len(inputs) / 2 + 0.05
    text = f"`nn.{shapes.kind}`"
    look = {"look": "solid", "weight": "bold", "size": SMALL}
    canvas.box(5.4, middle, 1.8, 2.15 * len(inputs) - 0.75, text, MUTED, **look)
    for x, arrays, ends in ((2.1, inputs, (4.0, 4.5)), (8.7, outputs, (6.3, 6.8))):
        for row, (name, axes, size, color, caption) in enumerate(arrays):
            y = middle + 2.15 * ((len(arrays) - 1) / 2 - row)
            canvas.box(x, y + 0.1, 3.8, 1.4, "", color, gid=name)
            canvas.text(x, y + 0.41, f"`{name}` {shape_text(size)}", weight="bold")
            canvas.text(x, y - 0.22, shape_text(axes), size=SMALL, color=MUTED)
            canvas.text(x, y - 0.85, caption, size=SMALL, color=MUTED)
            canvas.arrow((ends[0], y + 0.1), (ends[1], y + 0.1), color=color, gid="flow")
    return canvas.ax
