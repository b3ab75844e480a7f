"""LSTM 셀의 속: 위로 곧게 지나가는 셀 상태, 그 길에 달린 세 게이트, 아래로 들어오는 은닉 상태.

RNN 셀은 ``diagrams.py``에 있습니다. 색의 뜻도 거기와 같습니다. 파란색은 입력, 주황색은 상태이고,
초록색은 여기서 게이트입니다.
"""

from course_lib.plotting.sketch import BIG, SMALL, Canvas, letters
from course_lib.plotting.style import INK, INPUT, MUTED, OUTPUT, STATE
from course_lib.shapes import CellShapes

# 글자, 이름, 활성화 함수, 가로의 자리. 셀 상태가 만나는 차례입니다.
BOXES = (
    ("f", "망각", "σ", 2.8),
    ("i", "입력", "σ", 4.26),
    ("g", "후보", "tanh", 5.72),
    ("o", "출력", "σ", 7.18),
)
# 높이: 셀 상태의 길, 게이트의 값이 곱해지는 곳, 게이트, 입력의 길.
TOP, MIDDLE, GATE, BUS = 6.45, 4.85, 3.3, 1.9
LEFT, RIGHT = 0.85, 10.35  # 상태가 들어오고 나가는 자리


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
    size = letters(shapes.state(N))
    value = letters((N, input_size) if batched else (input_size,))
    canvas = Canvas(11.2, 7.6, ax)
    canvas.box(5.6, 4.35, 7.5, 5.5, "", MUTED, "ghost", gid="cell", zorder=1)
    states = (
        (LEFT, TOP, "c_{t-1}"),
        (RIGHT, TOP, "c_t"),
        (LEFT, BUS, "h_{t-1}"),
        (RIGHT, GATE, "h_t"),
    )
    for x, y, name in states:
        look = "solid" if name.startswith("c") else "tint"
        canvas.box(x, y, 1.4, 0.85, f"${name}$", STATE, look, size=BIG)
        canvas.text(x, y - 0.75, size, size=SMALL, color=MUTED)
    _preactivations(canvas, f"{letters(shapes.input_axes(batched))} = {value}")
    _highway(canvas)
    return canvas.ax


def _preactivations(canvas, size):
    """x와 h가 네 상자로 갈라지는 아래쪽."""
    first, last = BOXES[0][-1], BOXES[-1][-1]
    canvas.box(first, 0.5, 1.1, 0.85, "$x_t$", INPUT, size=BIG)
    canvas.text(first + 0.75, 0.5, size, size=SMALL, ha="left", color=MUTED)
    canvas.arrow((first, 0.92), (first, BUS), color=INPUT, head=False)
    canvas.arrow((LEFT + 0.7, BUS), (last, BUS), color=STATE, head=False)
    for letter, name, function, x in BOXES:
        color = STATE if letter == "g" else OUTPUT
        canvas.arrow((x, BUS), (x, GATE - 0.6), color=MUTED, gid="both")
        canvas.box(x, GATE, 1.25, 1.2, "", color, gid=f"gate-{letter}")
        canvas.text(x, GATE + 0.25, f"${letter}_t$", size=BIG, color=color)
        canvas.text(x, GATE - 0.3, f"{name} {function}", size=0.26)


def _highway(canvas):
    """셀 상태의 길과 그 길에 걸리는 곱셈과 덧셈."""
    f, i, g, o = (box[-1] for box in BOXES)
    add, out = (i + g) / 2, 8.7
    start = LEFT + 0.7
    for end in (f - 0.34, add - 0.34, RIGHT - 0.7):
        canvas.arrow((start, TOP), (end, TOP), color=STATE, width=0.11, gid="highway")
        start = end + 0.68
    for x, y, sign in ((f, TOP, "×"), (add, TOP, "+"), (add, MIDDLE, "×"), (out, GATE, "×")):
        canvas.box(x, y, 0.68, 0.68, sign, INK, size=BIG, gid="product" if sign == "×" else "sum")
    canvas.box(out, MIDDLE, 1.0, 0.72, "tanh", STATE, "solid", weight="bold", size=SMALL)
    for color, *ends in (
        (OUTPUT, (f, GATE + 0.6), (f, TOP - 0.34)),
        (OUTPUT, (i, GATE + 0.6), (add - 0.3, MIDDLE - 0.34)),
        (STATE, (g, GATE + 0.6), (add + 0.3, MIDDLE - 0.34)),
        (STATE, (add, MIDDLE + 0.34), (add, TOP - 0.34)),
        (OUTPUT, (o + 0.62, GATE), (out - 0.34, GATE)),
        (STATE, (out, TOP), (out, MIDDLE + 0.36)),
        (STATE, (out, MIDDLE - 0.36), (out, GATE + 0.34)),
        (STATE, (out + 0.34, GATE), (RIGHT - 0.7, GATE)),
    ):
        canvas.arrow(*ends, color=color)
    for x, y, word in ((f, 4.85, "지우기"), (add, 5.65, "쓰기"), (7.33, 4.35, "꺼내기")):
        canvas.text(x + 0.18, y, word, color=MUTED, size=SMALL, ha="left")
