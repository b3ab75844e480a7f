"""계산 그래프의 그림: 시점마다 적은 것과 반복문으로 적은 것.

계산은 하지 않습니다. 연산의 수를 재어 그리는 도표는 ``scaling.py``의 함수를 씁니다.
"""

from course_lib.plotting.sketch import BIG, SMALL, Canvas
from course_lib.plotting.style import INPUT, MUTED, OUTPUT, STATE


def static_and_dynamic(T=4, ax=None):
    """셀을 T번 적은 그래프와 반복문을 적은 그래프를 위아래로 그립니다 (copies against a loop).

    Parameters
    ----------
    T : int
        시퀀스 길이. 위의 그림에 그리는 셀의 수입니다.
    ax : Axes, optional

    Returns
    -------
    ax

    Notes
    -----
    위의 셀은 T개, 아래의 셀은 T와 상관없이 하나입니다.

    See Also
    --------
    course_lib.plotting.unrolled : 같은 그림을 계산의 차례로 본 것.

    Examples
    --------
    >>> from matplotlib.figure import Figure
    >>> ax = static_and_dynamic(T=4, ax=Figure().subplots())
    >>> [sum(patch.get_gid() == name for patch in ax.patches) for name in ("copy", "body")]
    [4, 1]
    """
    canvas = Canvas(10.6, 10.1, ax)
    _copies(canvas, T)
    canvas.arrow((0.2, 4.62), (10.4, 4.62), color=MUTED, width=0.02, head=False)
    _loop(canvas)
    return canvas.ax


def _copies(canvas, T):
    canvas.text(0.2, 9.7, f"정적: 셀을 {T}번 적습니다", weight="bold", ha="left")
    pitch = min(2.3, 8.7 / T)
    width, size = 0.62 * pitch, min(1, pitch / 1.5)
    canvas.text(0.45, 6.95, "$h_0$", color=STATE, size=BIG)
    for t in range(T):
        x = 1.7 + pitch * (t + 0.25)
        options = {"size": size * BIG}
        canvas.box(x, 5.4, width, 0.7, f"$x_{{{t + 1}}}$", INPUT, gid="x", **options)
        canvas.box(x, 6.95, width, 0.85, "셀", STATE, "solid", gid="copy", weight="bold")
        canvas.box(x, 8.5, width, 0.7, f"$h_{{{t + 1}}}$", OUTPUT, gid="y", **options)
        start = x - pitch + width / 2 if t else 0.8
        canvas.arrow((start, 6.95), (x - width / 2, 6.95), color=STATE, gid="time")
        canvas.arrow((x, 5.75), (x, 6.53), color=INPUT)
        canvas.arrow((x, 7.38), (x, 8.15), color=OUTPUT)


def _loop(canvas):
    canvas.text(0.2, 4.15, "동적: 반복문을 한 번 적습니다", weight="bold", ha="left")
    canvas.box(5.3, 1.95, 4.6, 3.3, "", MUTED, "ghost", gid="while", zorder=1)
    canvas.text(5.3, 0.65, "$t < T$ 동안 되풀이", size=SMALL, color=MUTED)
    for x, name, value, color in (
        (1.35, "입력의 배열", "$x_1 \\cdots x_T$", INPUT),
        (9.25, "출력의 배열", "$h_1 \\cdots h_T$", OUTPUT),
    ):
        for shift in (0.16, 0.08, 0):  # 포개어 그려 여러 장이라는 것을 보입니다.
            canvas.box(x + shift, 1.7 + shift, 1.85, 0.95, "", color, zorder=3)
        canvas.text(x, 1.7, value, size=0.42)
        canvas.text(x, 0.85, name, size=SMALL, color=MUTED)
    canvas.box(5.3, 1.7, 1.45, 0.95, "셀", STATE, "solid", gid="body", weight="bold")
    canvas.arrow((2.45, 1.7), (4.57, 1.7), color=INPUT)
    canvas.text(3.75, 1.3, "$x_t$ 읽기", size=SMALL, color=INPUT)
    canvas.arrow((6.03, 1.7), (8.32, 1.7), color=OUTPUT)
    canvas.text(6.85, 1.3, "$h_t$ 쓰기", size=SMALL, color=OUTPUT)
    ends = (5.75, 2.18), (6.9, 3.5), (3.7, 3.5), (4.85, 2.18)
    canvas.arrow(*ends, color=STATE, gid="loop")
    canvas.text(5.3, 2.72, "$h_t$", size=BIG, color=STATE)
