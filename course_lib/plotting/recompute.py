"""다시 계산하기의 그림: 남기는 상태와, 토막마다 다시 펼치는 순서.

계산은 ``numpy_rnn/recompute.py``가 합니다.
"""

from course_lib.plotting.sketch import Canvas
from course_lib.plotting.style import REVERSE, STATE


def recomputation(T=16, piece=4, ax=None):
    """경계의 상태만 남기고 토막마다 다시 계산하는 순서를 그립니다 (BPTT with recomputation).

    Parameters
    ----------
    T : int
        시퀀스 길이. ``piece``의 배수입니다.
    piece : int
        토막 하나의 시점 수.
    ax : Axes, optional

    Returns
    -------
    ax

    Notes
    -----
    한 번에 들고 있는 상태는 많아야 T / piece + piece개입니다.

    References
    ----------
    A. Gruslys et al. (2016), Memory-Efficient Backpropagation Through Time. arXiv:1606.03401

    Examples
    --------
    >>> from matplotlib.figure import Figure
    >>> ax = recomputation(16, 4, ax=Figure().subplots())
    >>> sum(patch.get_gid() == "kept" for patch in ax.patches)
    14
    """
    pieces = T // piece
    rows = [("순전파: 토막의 첫 상태만 남깁니다", None)]
    rows += [(f"역전파: {k + 1}번째 토막만 다시 펼칩니다", k) for k in reversed(range(pieces))]
    unit, tall = 10.2 / T, 1.6
    canvas = Canvas(10.6, tall * len(rows) + 0.05, ax)
    for row, (words, active) in enumerate(rows):
        y, held = tall * (len(rows) - row) - 0.95, 0
        for t in range(T):
            x, look, gid = 0.2 + unit * (t + 0.5), "empty", "dropped"
            if t % piece == 0 and (active is None or t // piece <= active):
                look, gid = "solid", "kept"
            elif t // piece == active:
                look, gid = "tint", "again"
            held += gid != "dropped"
            canvas.box(x, y, 0.8 * unit, 0.5, "", STATE, look, gid=gid)
        canvas.text(0.2, y + 0.62, words, ha="left", size=0.42)
        canvas.text(10.4, y + 0.62, f"{held}개", ha="right", size=0.42, weight="bold")
        if active is not None:
            ends = [(0.2 + unit * piece * (active + side), y - 0.45) for side in (1, 0)]
            canvas.arrow(*ends, color=REVERSE, gid="back")
    return canvas.ax
