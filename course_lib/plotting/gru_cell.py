"""GRU 셀의 속: 위로 곧게 지나가는 은닉 상태, 게이트 둘, 리셋 게이트를 거는 자리.

색과 상자는 LSTM 셀을 그리는 ``lstm_cell.py``와 같습니다. 다른 것은 상태의 곱 W_hn이 따로
그려진다는 것입니다. 그 앞에 r을 거는지 뒤에 거는지가 두 가지 GRU를 가릅니다.
"""

from itertools import pairwise

from course_lib.plotting.sketch import BIG, SMALL, Canvas
from course_lib.plotting.style import INK, INPUT, MUTED, OUTPUT, STATE
from course_lib.shapes import CellShapes, shape_text

#: r을 W_hn과의 곱 다음에 거는 꼴과 앞에 거는 꼴.
RESETS = ("after", "before")
LEFT, RIGHT, TOP = 0.8, 10.3, 10.2  # 두 상태의 자리와 상태의 길
BLEND, H_BUS, X_BUS = 9.0, 2.2, 1.5  # 1 - z를 곱하는 높이, 상태의 길, 입력의 길
LOW, HIGH, TOP_BOX = 3.9, 5.45, 7.25  # W_hn과의 곱과 r이 놓이는 두 자리, 후보의 높이
Z, R, NEW = 2.95, 5.05, 8.1  # 게이트 둘과 후보의 자리
VIA_H, VIA_X = 7.5, 8.9  # 후보로 가는 두 길
ENTRY = 6.4  # 입력이 들어오는 자리
HALF = 0.95  # 게이트의 높이의 절반


def gru_cell(reset="after", input_size=4, hidden_size=7, N=3, ax=None):
    """GRU 셀의 속을 shape와 함께 그립니다 (inside a GRU cell).

    Parameters
    ----------
    reset : {'after', 'before'}
        리셋 게이트를 W_hn과의 곱 다음에 거는지(torch, Keras), 앞에 거는지.
    input_size, hidden_size : int
        D와 H.
    N : int or None
        배치. None이면 배치 축이 없습니다.
    ax : Axes, optional

    Returns
    -------
    ax

    Raises
    ------
    ValueError
        ``reset``을 모를 때.

    Notes
    -----
    ``after``는 ``n = tanh(a_n + r*(h W_hnᵀ + b_hn))``, ``before``는
    ``n = tanh(a_n + (r*h) W_hnᵀ + b_hn)``입니다. 둘 다 ``h' = (1-z)*n + z*h``입니다.

    References
    ----------
    K. Cho et al. (2014), Learning Phrase Representations using RNN Encoder-Decoder for Statistical
    Machine Translation. arXiv:1406.1078

    See Also
    --------
    torch.nn.GRUCell, course_lib.plotting.lstm_cell

    Examples
    --------
    >>> from matplotlib.figure import Figure
    >>> ax = gru_cell("before", 4, 7, N=3, ax=Figure().subplots())
    >>> sum((patch.get_gid() or "").startswith("gate") for patch in ax.patches)
    3
    """
    if reset not in RESETS:
        raise ValueError(f"reset: {list(RESETS)} 가운데 하나여야 합니다. 실제 {reset!r}.")
    shapes = CellShapes("GRU", input_size, hidden_size)
    batched = N is not None
    value = shape_text((N, input_size) if batched else (input_size,))
    canvas = Canvas(11.1, 11.15, ax)
    canvas.box(5.5, 6.0, 7.7, 9.9, "", MUTED, "ghost", gid="cell", zorder=1)
    for x, name in ((LEFT, "$h_{t-1}$"), (RIGHT, "$h_t$")):
        canvas.box(x, TOP, 1.4, 0.85, name, STATE, "solid", size=BIG)
        canvas.text(x, TOP - 0.75, shape_text(shapes.state(N)), size=SMALL, color=MUTED)
    canvas.box(ENTRY, 0.5, 1.1, 0.85, "$x_t$", INPUT, size=BIG)
    size = f"{shape_text(shapes.input_axes(batched))} = {value}"
    canvas.text(ENTRY + 0.75, 0.5, size, size=SMALL, ha="left", color=MUTED)
    product, meet = (LOW, HIGH) if reset == "after" else (HIGH, LOW)
    _highway(canvas)
    _gates(canvas, meet)
    _candidate(canvas, product, meet)
    return canvas.ax


def _highway(canvas):
    """은닉 상태의 길과 그 길에 걸리는 곱셈과 덧셈."""
    start = LEFT + 0.7
    for end in (Z - 0.34, NEW - 0.34, RIGHT - 0.7):
        canvas.arrow((start, TOP), (end, TOP), color=STATE, width=0.11, gid="highway")
        start = end + 0.68
    for x, y, sign, gid in (
        (Z, TOP, "×", "keep"),
        (NEW, BLEND, "×", "write"),
        (NEW, TOP, "+", "sum"),
    ):
        canvas.box(x, y, 0.68, 0.68, sign, INK, size=BIG, gid=gid)
    canvas.arrow((NEW, BLEND + 0.34), (NEW, TOP - 0.34), color=STATE)
    middle = (BLEND + TOP) / 2
    canvas.text(Z + 0.18, middle, "남기기", color=MUTED, size=SMALL, ha="left")
    canvas.text(NEW - 0.18, middle, "쓰기", color=MUTED, size=SMALL, ha="right")
    canvas.text((Z + NEW) / 2, BLEND - 0.38, "$1 - z_t$", size=BIG, color=OUTPUT)


def _gates(canvas, meet):
    """업데이트 게이트와 리셋 게이트, 둘로 들어오는 입력과 상태."""
    _wire(canvas, (1.9, TOP), (1.9, H_BUS), (VIA_H, H_BUS), color=STATE, head=False)
    _wire(canvas, (ENTRY, 0.92), (ENTRY, X_BUS), color=INPUT, head=False)
    _wire(canvas, (Z + 0.33, X_BUS), (VIA_X + 0.02, X_BUS), color=INPUT, head=False)
    for letter, name, x, y in (("z", "업데이트", Z, LOW + 0.4), ("r", "리셋", R, meet)):
        _box(canvas, letter, name, r"$\sigma$", x, y, OUTPUT)
        canvas.arrow((x - 0.35, H_BUS), (x - 0.35, y - HALF), color=STATE, gid="from-h")
        _bridge(canvas, (x + 0.35, X_BUS), (x + 0.35, y - HALF), over=H_BUS)
    for x, y, color in (
        (1.9, TOP, STATE),
        (Z - 0.35, H_BUS, STATE),
        (R - 0.35, H_BUS, STATE),
        (ENTRY, X_BUS, INPUT),
        (R + 0.35, X_BUS, INPUT),
        (Z, BLEND, OUTPUT),
    ):
        canvas.dot(x, y, color)
    _wire(canvas, (Z, LOW + 0.4 + HALF), (Z, TOP - 0.34), color=OUTPUT)
    _wire(canvas, (Z, BLEND), (NEW - 0.34, BLEND), color=OUTPUT)
    _wire(canvas, (R + 0.8, meet), (VIA_H - 0.34, meet), color=OUTPUT)


def _candidate(canvas, product, meet):
    """후보: 상태는 W_hn과의 곱과 r을, 입력은 곧장 지나옵니다."""
    _box(canvas, "n", "후보", r"$\mathrm{tanh}$", NEW, TOP_BOX, STATE, width=2.0)
    text = r"$\cdot\, W_{hn}^{\!\top\!} + b_{hn}$"
    canvas.box(VIA_H, product, 2.3, 0.8, text, STATE, size=0.41, gid="product")
    canvas.box(VIA_H, meet, 0.68, 0.68, "×", INK, size=BIG, gid="reset")
    halves = {product: 0.4, meet: 0.34}
    end = TOP_BOX - HALF
    for start, stop in (
        (H_BUS, LOW - halves[LOW]),
        (LOW + halves[LOW], HIGH - halves[HIGH]),
        (HIGH + halves[HIGH], end),
    ):
        canvas.arrow((VIA_H, start), (VIA_H, stop), color=STATE)
    canvas.arrow((VIA_X, X_BUS), (VIA_X, end), color=INPUT, gid="from-x")
    canvas.arrow((NEW, TOP_BOX + HALF), (NEW, BLEND - 0.34), color=STATE)


def _box(canvas, letter, name, function, x, y, color, width=1.6):
    canvas.box(x, y, width, 2 * HALF, "", color, gid=f"gate-{letter}")
    canvas.text(x, y + 0.6, f"${letter}_t$", size=BIG, color=color)
    canvas.text(x, y - 0.02, name, size=SMALL)
    canvas.text(x, y - 0.58, function)


def _bridge(canvas, start, end, over):
    """``over``의 높이에서 다른 선을 둥글게 넘어갑니다. 만나지 않는다는 뜻입니다."""
    x, r = start[0], 0.17
    canvas.arrow(start, (x, over - r), color=INPUT, head=False)
    bend = (x, over - r), (x + 1.5 * r, over - r), (x + 1.5 * r, over + r), (x, over + r)
    canvas.arrow(*bend, color=INPUT, head=False, gid="bridge")
    canvas.arrow((x, over + r), end, color=INPUT, gid="from-x")


def _wire(canvas, *points, color, head=True):
    """꺾인 선. 화살촉은 마지막 토막에만 있습니다."""
    for start, end in pairwise(points):
        canvas.arrow(start, end, color=color, head=head and end == points[-1])
