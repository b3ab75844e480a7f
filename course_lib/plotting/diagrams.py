"""계산의 흐름을 그린 그림: 순환, 펼친 그래프, 과제의 종류, 셀.

파란색은 입력, 주황색은 은닉 상태, 초록색은 출력, 보라색은 역방향입니다. 시점은 수식처럼 1부터
T까지이고 h_0은 처음 상태입니다. 층과 방향의 격자는 ``grids.py``에, 배열은 ``blocks.py``에 있습니다.
"""

from itertools import pairwise

from course_lib.plotting.sketch import BIG, SMALL, Canvas, center
from course_lib.plotting.style import GREY, INK, INPUT, MUTED, OUTPUT, STATE
from course_lib.shapes import CellShapes, shape_text

#: 과제의 종류마다 이름, 예, 입력이 있는 시점, 출력이 있는 시점.
TASKS = (
    ("일대다", "사진 → 설명", "1000", "1111"),
    ("다대일", "영화평 → 감성", "1111", "0001"),
    ("다대다, 나란히", "낱말 → 품사", "1111", "1111"),
    ("다대다, 뒤이어", "문장 → 번역문", "1100", "0011"),
)


def feedforward_and_recurrent(sizes=(3, 4, 2), ax=None):
    """앞으로만 흐르는 신경망과 순환 신경망을 나란히 그립니다 (feed-forward against recurrent).

    Parameters
    ----------
    sizes : (int, int, int)
        입력, 은닉층, 출력의 뉴런 수.
    ax : Axes, optional

    Returns
    -------
    ax

    Examples
    --------
    >>> from matplotlib.figure import Figure
    >>> ax = feedforward_and_recurrent((3, 4, 2), Figure().subplots())
    >>> sum(patch.get_gid() == "neuron" for patch in ax.patches)
    18
    """
    canvas = Canvas(10.6, 6.0, ax)
    heights, colors = (1.25, 2.85, 4.45), (INPUT, STATE, OUTPUT)
    words = (
        ("앞으로만 흐르는 신경망", "한 번 지나가면 끝"),
        ("순환 신경망", "은닉 상태가 되돌아온다"),
    )
    for x, (title, caption) in zip((2.4, 7.5), words, strict=True):
        layers = [
            [(x + dx, y) for dx in center(n, 0.95)] for n, y in zip(sizes, heights, strict=True)
        ]
        for lower, upper in pairwise(layers):
            for start in lower:
                for end in upper:
                    canvas.arrow(start, end, color=GREY, width=0.025, head=False, gid="edge")
        for layer, color in zip(layers, colors, strict=True):
            for place in layer:
                canvas.box(*place, 0.6, 0.6, "", color, gid="neuron")
        canvas.text(x, 5.6, title, weight="bold")
        canvas.text(x, 0.4, caption, size=SMALL, color=MUTED)
    side = 7.5 + 0.95 * (sizes[1] - 1) / 2 + 0.32
    loop = (side, 3.05), (side + 1.1, 4.3), (side + 1.1, 1.4), (side, 2.65)
    canvas.arrow(*loop, color=STATE, width=0.07, gid="loop")
    return canvas.ax


def unrolled(T=4, readout="W_{hy}", ax=None):
    """접힌 그래프와 T시점으로 펼친 그래프를 그립니다 (folded and unrolled graph).

    Parameters
    ----------
    T : int
        시퀀스 길이.
    readout : str
        은닉 상태에서 출력으로 가는 가중치의 이름. 빈 문자열이면 적지 않습니다.
    ax : Axes, optional

    Returns
    -------
    ax

    Notes
    -----
    ``h_t = f(x_t, h_{t-1})``, ``y_t = g(h_t)``

    Examples
    --------
    >>> from matplotlib.figure import Figure
    >>> ax = unrolled(T=4, ax=Figure().subplots())
    >>> sum(patch.get_gid() == "time" for patch in ax.patches)
    4
    """
    first, pitch = 5.2, 1.95
    canvas = Canvas(first + pitch * (T - 1) + 0.95, 5.0, ax)
    _column(canvas, 0.8, "t", readout)
    canvas.arrow((1.25, 2.65), (2.6, 3.5), (2.6, 1.5), (1.25, 2.35), color=STATE, gid="loop")
    canvas.text(2.3, 1.75, "$W_{hh}$", size=0.42, color=STATE, ha="left")
    canvas.arrow((2.3, 3.75), (3.6, 3.75), width=0.08, color=MUTED)
    canvas.text(2.92, 4.25, "펼치기", color=MUTED)
    canvas.text(first - 1.55, 2.5, "$h_0$", color=STATE, size=BIG)
    for step in range(T):
        x = first + pitch * step
        _column(canvas, x, step + 1, readout)
        start = x - pitch + (0.45 if step else 0.65)
        canvas.arrow((start, 2.5), (x - 0.45, 2.5), color=STATE, gid="time")
        canvas.text((start + x - 0.45) / 2, 2.87, "$W_{hh}$", size=0.42, color=STATE)
    return canvas.ax


def _column(canvas, x, step, readout):
    for y, name, color in ((0.5, "x", INPUT), (2.5, "h", STATE), (4.5, "y", OUTPUT)):
        canvas.box(x, y, 0.9, 0.85, f"${name}_{{{step}}}$", color, size=BIG, gid=f"{name}_{step}")
    for y, name, color in ((0.92, "W_{ih}", INPUT), (2.92, readout, OUTPUT)):
        canvas.arrow((x, y), (x, y + 1.15), color=color, gid="up")
        if name:
            canvas.text(x + 0.12, y + 0.66, f"${name}$", size=0.42, color=color, ha="left")


def task_kinds(tasks=TASKS, ax=None):
    """일대다, 다대일, 다대다를 작은 그래프로 그립니다 (kinds of sequence tasks).

    Parameters
    ----------
    tasks : sequence of (str, str, str, str)
        이름, 예, 입력과 출력. ``"1100"``은 앞의 두 시점에만 있다는 뜻입니다.
    ax : Axes, optional

    Returns
    -------
    ax

    Examples
    --------
    >>> from matplotlib.figure import Figure
    >>> ax = task_kinds(ax=Figure().subplots())
    >>> sum(patch.get_gid() == "input" for patch in ax.patches)
    11
    """
    rows = (len(tasks) + 1) // 2
    canvas = Canvas(10.6, 5.1 * rows - 0.1, ax)
    for index, (title, example, inputs, outputs) in enumerate(tasks):
        middle, top = 2.65 + 5.3 * (index % 2), 5.1 * (rows - index // 2) - 0.45
        canvas.text(middle, top, title, weight="bold")
        canvas.text(middle, top - 0.58, example, size=SMALL, color=MUTED)
        xs = [middle + dx for dx in center(len(inputs), 1.15)]
        for step, x in enumerate(xs):
            cell = top - 2.65
            canvas.box(x, cell, 0.72, 0.72, "", STATE, gid="cell")
            if step:
                canvas.arrow((xs[step - 1] + 0.36, cell), (x - 0.36, cell), color=STATE)
            for present, side, color in ((inputs, -1, INPUT), (outputs, 1, OUTPUT)):
                there = present[step] == "1"
                gid = "none" if not there else "input" if side < 0 else "output"
                look = "solid" if there else "empty"
                canvas.box(x, cell + 1.3 * side, 0.72, 0.6, "", color, look, gid=gid)
                ends = [(x, cell + 1.0 * side), (x, cell + 0.36 * side)][::-side]
                if there:
                    canvas.arrow(*ends, color=color)
    return canvas.ax


def cell(input_size=4, hidden_size=8, N=3, nonlinearity="tanh", bias=True, ax=None):
    """RNN 셀의 속을 shape와 함께 그립니다 (inside an RNN cell).

    Parameters
    ----------
    input_size, hidden_size : int
        D와 H.
    N : int or None
        배치. None이면 배치 축이 없습니다.
    nonlinearity : {'tanh', 'relu'}
    bias : bool
    ax : Axes, optional

    Returns
    -------
    ax

    Notes
    -----
    ``h_t = tanh(x_t W_ihᵀ + b_ih + h_{t-1} W_hhᵀ + b_hh)``

    See Also
    --------
    torch.nn.RNNCell

    Examples
    --------
    >>> from matplotlib.figure import Figure
    >>> ax = cell(4, 8, N=3, ax=Figure().subplots())
    >>> sum("(3, 8)" in text.get_text() for text in ax.texts)
    2
    """
    shapes = CellShapes("RNN", input_size, hidden_size, bias)
    sizes = shapes.parameters()
    state = f"{shape_text(shapes.state_axes(N is not None))}\n{shape_text(shapes.state(N))}"
    value = (input_size,) if N is None else (N, input_size)
    value = f"{shape_text(shapes.input_axes(N is not None))} = {shape_text(value)}"
    function = {"tanh": r"$\mathrm{tanh}$", "relu": r"$\mathrm{ReLU}$"}[nonlinearity]
    canvas = Canvas(10.8, 6.3, ax)
    canvas.box(5.35, 3.7, 7.3, 4.4, "", MUTED, "ghost", gid="cell", zorder=1)
    canvas.text(1.95, 5.5, "RNN 셀", color=MUTED, ha="left")
    for x, name in ((0.8, "$h_{t-1}$"), (10.0, "$h_t$")):
        canvas.box(x, 4.3, 1.4, 0.85, name, STATE, size=BIG)
        canvas.text(x, 3.25, state, size=SMALL)
    canvas.box(5.35, 0.55, 1.1, 0.85, "$x_t$", INPUT, size=BIG)
    canvas.text(6.1, 0.55, value, size=SMALL, ha="left")
    for x, y, name, color in ((3.35, 4.3, "hh", STATE), (5.35, 2.45, "ih", INPUT)):
        tail = f" + b_{{{name}}}" if bias else ""
        text = rf"$\cdot\, W_{{{name}}}^{{\!\top\!}}{tail}$"
        canvas.box(x, y, 2.5, 0.9, text, color, size=0.42, gid="product")
        size = shape_text(sizes[f"weight_{name}"])
        at, ha = ((x, y - 0.75), "center") if name == "hh" else ((x + 1.4, y), "left")
        canvas.text(*at, f"$W_{{{name}}}$ {size}", color=MUTED, ha=ha)
    canvas.box(5.35, 4.3, 0.7, 0.7, "+", INK, size=BIG, gid="sum")
    canvas.box(7.35, 4.3, 1.5, 0.85, function, STATE, "solid", size=BIG)
    for start, end in ((1.5, 2.1), (4.6, 5.0), (5.7, 6.6), (8.1, 9.3)):
        canvas.arrow((start, 4.3), (end, 4.3), color=STATE)
    canvas.arrow((5.35, 0.97), (5.35, 2.02), color=INPUT)
    canvas.arrow((5.35, 2.87), (5.35, 3.95), color=INPUT)
    return canvas.ax
