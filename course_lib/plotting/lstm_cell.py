"""LSTM 셀의 속: 위로 곧게 지나가는 셀 상태, 그 길에 달린 세 게이트, 아래로 들어오는 은닉 상태.

RNN 셀은 ``diagrams.py``에 있습니다. 색의 뜻도 거기와 같습니다. 파란색은 입력, 주황색은 상태이고,
초록색은 여기서 게이트입니다.
"""

from course_lib.plotting.sketch import BIG, SMALL, Canvas
from course_lib.plotting.style import INK, INPUT, MUTED, OUTPUT, STATE
from course_lib.shapes import CellShapes, shape_text

# 글자, 이름, 활성화 함수, 가로의 자리. 셀 상태가 만나는 차례입니다.
BOXES = (
    ("f", "망각", r"$\sigma$", 2.6),
    ("i", "입력", r"$\sigma$", 4.05),
    ("g", "후보", r"$\mathrm{tanh}$", 5.5),
    ("o", "출력", r"$\sigma$", 6.95),
)
# 높이: 셀 상태의 길, 게이트의 값이 곱해지는 곳, 게이트, 네 게이트로 갈라지는 길, x와 h를 잇는 곳.
TOP, MIDDLE, GATE, BUS, JOIN = 7.35, 6.0, 4.2, 2.75, 1.9
LEFT, RIGHT, OUT = 0.8, 9.95, 8.45  # 상태가 들어오고 나가는 자리, h를 꺼내는 자리
HALF = 0.95  # 게이트의 높이의 절반


def lstm_cell(input_size=4, hidden_size=7, N=3, ax=None):
    """LSTM 셀의 속을 shape와 함께 그립니다 (inside an LSTM cell).

    Parameters
    ----------
    input_size, hidden_size : int
        D와 H.
    N : int or None
        배치. None이면 배치 축이 없습니다.
    ax : Axes, optional

    Returns
    -------
    ax

    Notes
    -----
    ``c_t = f*c_{t-1} + i*g``, ``h_t = o * tanh(c_t)``

    References
    ----------
    S. Hochreiter, J. Schmidhuber (1997), Long Short-Term Memory. doi:10.1162/neco.1997.9.8.1735

    See Also
    --------
    torch.nn.LSTMCell, course_lib.plotting.cell

    Examples
    --------
    >>> from matplotlib.figure import Figure
    >>> ax = lstm_cell(4, 7, N=3, ax=Figure().subplots())
    >>> sum((patch.get_gid() or "").startswith("gate") for patch in ax.patches)
    4
    """
    shapes = CellShapes("LSTM", input_size, hidden_size)
    batched = N is not None
    size = shape_text(shapes.state(N))
    value = shape_text((N, input_size) if batched else (input_size,))
    canvas = Canvas(10.75, 8.3, ax)
    canvas.box(5.4, 4.6, 7.4, 6.9, "", MUTED, "ghost", gid="cell", zorder=1)
    states = (
        (LEFT, TOP, "c_{t-1}"),
        (RIGHT, TOP, "c_t"),
        (LEFT, JOIN, "h_{t-1}"),
        (RIGHT, GATE, "h_t"),
    )
    for x, y, name in states:
        look = "solid" if name.startswith("c") else "tint"
        canvas.box(x, y, 1.4, 0.85, f"${name}$", STATE, look, size=BIG)
        canvas.text(x, y - 0.75, size, size=SMALL, color=MUTED)
    _preactivations(canvas, f"{shape_text(shapes.input_axes(batched))} = {value}")
    _highway(canvas)
    return canvas.ax


def _preactivations(canvas, size):
    """x와 h를 이어 네 상자로 나르는 아래쪽."""
    first, last = BOXES[0][-1], BOXES[-1][-1]
    middle = (first + last) / 2
    canvas.box(middle, 0.5, 1.1, 0.85, "$x_t$", INPUT, size=BIG)
    canvas.text(middle + 0.75, 0.5, size, size=SMALL, ha="left", color=MUTED)
    canvas.box(middle, JOIN, 2.4, 0.85, r"$[\,x_t\;\;h_{t-1}\,]$", MUTED, size=BIG, gid="join")
    canvas.arrow((middle, 0.92), (middle, JOIN - 0.43), color=INPUT, gid="into-join")
    canvas.arrow((LEFT + 0.7, JOIN), (middle - 1.2, JOIN), color=STATE, gid="into-join")
    canvas.arrow((middle, JOIN + 0.43), (middle, BUS), color=MUTED, head=False)
    canvas.arrow((first - 0.02, BUS), (last + 0.02, BUS), color=MUTED, head=False)
    canvas.dot(middle, BUS, MUTED)
    for letter, name, function, x in BOXES:
        color = STATE if letter == "g" else OUTPUT
        canvas.arrow((x, BUS), (x, GATE - HALF), color=MUTED, gid="both")
        canvas.box(x, GATE, 1.25, 2 * HALF, "", color, gid=f"gate-{letter}")
        canvas.text(x, GATE + 0.6, f"${letter}_t$", size=BIG, color=color)
        canvas.text(x, GATE - 0.02, name, size=SMALL)
        canvas.text(x, GATE - 0.58, function)


def _highway(canvas):
    """셀 상태의 길과 그 길에 걸리는 곱셈과 덧셈."""
    f, i, g, o = (box[-1] for box in BOXES)
    add, top = (i + g) / 2, GATE + HALF
    start = LEFT + 0.7
    for end in (f - 0.34, add - 0.34, RIGHT - 0.7):
        canvas.arrow((start, TOP), (end, TOP), color=STATE, width=0.11, gid="highway")
        start = end + 0.68
    for x, y, sign in ((f, TOP, "×"), (add, TOP, "+"), (add, MIDDLE, "×"), (OUT, GATE, "×")):
        canvas.box(x, y, 0.68, 0.68, sign, INK, size=BIG, gid="product" if sign == "×" else "sum")
    canvas.box(OUT, MIDDLE, 1.15, 0.75, r"$\mathrm{tanh}$", STATE, "solid", size=BIG)
    canvas.dot(OUT, TOP, STATE)
    for color, *ends in (
        (OUTPUT, (f, top), (f, TOP - 0.34)),
        (OUTPUT, (i, top), (add - 0.3, MIDDLE - 0.34)),
        (STATE, (g, top), (add + 0.3, MIDDLE - 0.34)),
        (STATE, (add, MIDDLE + 0.34), (add, TOP - 0.34)),
        (OUTPUT, (o + 0.62, GATE), (OUT - 0.34, GATE)),
        (STATE, (OUT, TOP), (OUT, MIDDLE + 0.38)),
        (STATE, (OUT, MIDDLE - 0.38), (OUT, GATE + 0.34)),
        (STATE, (OUT + 0.34, GATE), (RIGHT - 0.7, GATE)),
    ):
        canvas.arrow(*ends, color=color)
    for x, y, word, ha in (
        (f + 0.18, MIDDLE, "지우기", "left"),
        (add + 0.18, (MIDDLE + TOP) / 2, "쓰기", "left"),
        (OUT - 0.18, 5.37, "꺼내기", "right"),
    ):
        canvas.text(x, y, word, color=MUTED, size=SMALL, ha=ha)
