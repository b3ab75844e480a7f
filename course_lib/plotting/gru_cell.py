"""GRU 셀의 속: 위로 곧게 지나가는 은닉 상태, 게이트 둘, 리셋 게이트를 거는 자리.

색과 상자는 LSTM 셀을 그리는 ``lstm_cell.py``와 같습니다. 다른 것은 상태의 곱 W_hn이 따로
그려진다는 것입니다. 그 앞에 r을 거는지 뒤에 거는지가 두 가지 GRU를 가릅니다.
"""

from itertools import pairwise

from course_lib.plotting.sketch import BIG, SMALL, Canvas, letters
from course_lib.plotting.style import INK, INPUT, MUTED, OUTPUT, STATE
from course_lib.shapes import CellShapes

#: r을 W_hn과의 곱 다음에 거는 꼴과 앞에 거는 꼴.
RESETS = ("after", "before")
LEFT, RIGHT, TOP = 0.85, 10.25, 8.2  # 두 상태의 자리와 상태의 길
BLEND, H_BUS, X_BUS = 7.0, 2.15, 1.45  # 1 - z를 곱하는 높이, 상태의 길, 입력의 길
Z, R, NEW = 3.15, 5.4, 7.95  # 게이트 둘과 후보의 자리
VIA_H, VIA_X = 7.5, 8.55  # 후보로 가는 두 길


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
    K. Cho et al. (2014), Learning Phrase Representations using RNN Encoder-Decoder.
    arXiv:1406.1078

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
    value = letters((N, input_size) if batched else (input_size,))
    canvas = Canvas(11.1, 9.3, ax)
    canvas.box(5.55, 5.05, 7.5, 7.8, "", MUTED, "ghost", gid="cell", zorder=1)
    for x, name in ((LEFT, "$h_{t-1}$"), (RIGHT, "$h_t$")):
        canvas.box(x, TOP, 1.4, 0.85, name, STATE, "solid", size=BIG)
        canvas.text(x, TOP - 0.75, letters(shapes.state(N)), size=SMALL, color=MUTED)
    canvas.box(R, 0.5, 1.1, 0.85, "$x_t$", INPUT, size=BIG)
    size = f"{letters(shapes.input_axes(batched))} = {value}"
    canvas.text(R + 0.75, 0.5, size, size=SMALL, ha="left", color=MUTED)
    product, meet = (3.1, 4.3) if reset == "after" else (4.3, 3.1)
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
    canvas.text(Z + 0.18, 7.45, "남기기", color=MUTED, size=SMALL, ha="left")
    canvas.text(NEW - 0.18, 7.6, "쓰기", color=MUTED, size=SMALL, ha="right")
    canvas.text((Z + NEW) / 2, BLEND - 0.33, "$1 - z_t$", color=OUTPUT)


def _gates(canvas, meet):
    """업데이트 게이트와 리셋 게이트, 둘로 들어오는 입력과 상태."""
    _wire(canvas, (1.95, TOP), (1.95, H_BUS), (VIA_H, H_BUS), color=STATE, head=False)
    _wire(canvas, (R, 0.92), (R, X_BUS), color=INPUT, head=False)
    _wire(canvas, (Z + 0.3, X_BUS), (VIA_X, X_BUS), color=INPUT, head=False)
    for letter, name, x, y in (("z", "업데이트 σ", Z, 4.3), ("r", "리셋 σ", R, meet)):
        _box(canvas, letter, name, x, y, OUTPUT)
        canvas.arrow((x - 0.3, H_BUS), (x - 0.3, y - 0.6), color=STATE, gid="from-h")
        canvas.arrow((x + 0.3, X_BUS), (x + 0.3, y - 0.6), color=INPUT, gid="from-x")
    _wire(canvas, (Z, 4.9), (Z, TOP - 0.34), color=OUTPUT)
    _wire(canvas, (Z, BLEND), (NEW - 0.34, BLEND), color=OUTPUT)
    _wire(canvas, (R + 0.75, meet), (VIA_H - 0.34, meet), color=OUTPUT)


def _candidate(canvas, product, meet):
    """후보: 상태는 W_hn과의 곱과 r을, 입력은 곧장 지나옵니다."""
    _box(canvas, "n", "후보 tanh", NEW, 5.65, STATE)
    text = r"$\cdot\, W_{hn}^\top + b_{hn}$"
    canvas.box(VIA_H, product, 1.8, 0.68, text, STATE, size=0.31, gid="product")
    canvas.box(VIA_H, meet, 0.68, 0.68, "×", INK, size=BIG, gid="reset")
    low, high = sorted((product, meet))
    for start, end in ((H_BUS, low - 0.34), (low + 0.34, high - 0.34), (high + 0.34, 5.05)):
        canvas.arrow((VIA_H, start), (VIA_H, end), color=STATE)
    canvas.arrow((VIA_X, X_BUS), (VIA_X, 5.05), color=INPUT, gid="from-x")
    canvas.arrow((NEW, 6.25), (NEW, BLEND - 0.34), color=STATE)


def _box(canvas, letter, name, x, y, color):
    canvas.box(x, y, 1.5, 1.2, "", color, gid=f"gate-{letter}")
    canvas.text(x, y + 0.25, f"${letter}_t$", size=BIG, color=color)
    canvas.text(x, y - 0.3, name, size=0.26)


def _wire(canvas, *points, color, head=True):
    """꺾인 선. 화살촉은 마지막 토막에만 있습니다."""
    for start, end in pairwise(points):
        canvas.arrow(start, end, color=color, head=head and end == points[-1])
