"""길이가 다른 시퀀스의 그림: 패딩한 배치, 패킹의 계단, 역방향이 읽는 차례.

시퀀스는 가로줄 하나이고 시점은 왼쪽에서 오른쪽으로 흐릅니다. 길이는 이미 확인한 것으로 보고
그리기만 합니다.
"""

import numpy as np

from course_lib.plotting.sketch import NORMAL, SMALL, Canvas
from course_lib.plotting.style import GREY, INK, INPUT, MUTED, OUTPUT, REVERSE, STATE, blend

STEPS = (STATE, INPUT, OUTPUT, REVERSE, MUTED)  # 시점의 색. 다섯이 넘으면 처음부터 다시 씁니다.
LEFT, ROW = 2.35, 0.95  # 줄의 이름이 들어갈 자리, 줄의 간격


def padded(sequences, T=None, pad="PAD", ax=None):
    """패딩한 배치를 그립니다. 점선의 칸이 패딩입니다 (a padded batch).

    Parameters
    ----------
    sequences : sequence of sequence
        시퀀스마다 시점의 이름. 문자열이면 한 글자가 한 시점입니다.
    T : int, optional
        배치의 시퀀스 길이. 없으면 가장 긴 시퀀스의 길이입니다.
    pad : str
        패딩에 적을 글자.
    ax : Axes, optional

    Returns
    -------
    ax

    See Also
    --------
    torch.nn.utils.rnn.pad_sequence

    Examples
    --------
    >>> from matplotlib.figure import Figure
    >>> ax = padded(["사과", "방울토마토"], ax=Figure().subplots())
    >>> sum(patch.get_gid() == "pad" for patch in ax.patches)
    3
    """
    T = max(map(len, sequences)) if T is None else T
    canvas, xs, ys, pitch = _rows(len(sequences), T, ax, below=0.6)
    small = SMALL * min(1, pitch / 1.1)
    for y, sequence in zip(ys, sequences, strict=True):
        _name(canvas, y, f"길이 {len(sequence)}")
        for t, x in enumerate(xs):
            if t < len(sequence):
                canvas.box(x, y, pitch - 0.14, 0.8, str(sequence[t]), STATE, gid="real")
            else:
                canvas.box(x, y, pitch - 0.14, 0.8, pad, GREY, "empty", size=small, gid="pad")
    _steps(canvas, xs, ys[-1])
    return canvas.ax


def packed(sequences, ax=None):
    """긴 것부터 늘어놓은 계단과, 시점의 순서로 이은 한 줄을 그립니다 (what packing computes).

    Parameters
    ----------
    sequences : sequence of sequence
        시퀀스마다 시점의 이름. 문자열이면 한 글자가 한 시점입니다.
    ax : Axes, optional

    Returns
    -------
    ax

    Notes
    -----
    ``batch_sizes[t]``는 길이가 t보다 큰 시퀀스의 수입니다. ``data``의 줄 수는
    ``sum(batch_sizes)``이고 ``sum(lengths)``와 같습니다.

    See Also
    --------
    torch.nn.utils.rnn.PackedSequence

    Examples
    --------
    >>> from matplotlib.figure import Figure
    >>> ax = packed(["사과", "방울토마토", "배"], ax=Figure().subplots())
    >>> "".join(text.get_text() for text in ax.texts if text.get_gid() == "data")
    '방사배울과토마토'
    """
    lengths = np.array([len(sequence) for sequence in sequences])
    order = np.argsort(-lengths, kind="stable")
    T, total = int(lengths.max()), int(lengths.sum())
    colors = [STEPS[t % len(STEPS)] for t in range(T)]
    canvas, xs, ys, pitch = _rows(len(lengths), T, ax, below=3.3)
    for y, n in zip(ys, order, strict=True):
        _name(canvas, y, f"[{n}] 길이 {lengths[n]}")
        for t in range(lengths[n]):
            text = str(sequences[n][t])
            canvas.box(xs[t], y, pitch - 0.14, 0.8, text, colors[t], gid=f"row-t{t}")
    low = _steps(canvas, xs, ys[-1]) - 0.65
    canvas.text(LEFT - 0.15, low, "`batch_sizes`", size=SMALL, ha="right", weight="bold")
    canvas.text(0.2, low - 0.95, f"`data` {total}줄", size=SMALL, ha="left", weight="bold")
    unit = min(0.9, (canvas.ax.get_xlim()[1] - 0.4) / total)
    x, y, ink = 0.2 + unit / 2, low - 1.75, min(NORMAL, 0.42 * unit)
    for t, color in enumerate(colors):
        alive = order[lengths[order] > t]
        canvas.text(xs[t], low, str(len(alive)), weight="bold", gid="size")
        for n in alive:
            canvas.box(x, y, unit - 0.06, 0.8, "", color, gid=f"data-t{t}")
            canvas.text(x, y, str(sequences[n][t]), size=ink, gid="data")
            x += unit
    return canvas.ax


def reverse_order(lengths, T=None, own_end=True, ax=None):
    """역방향이 몇 번째로 읽는지를 칸마다 적습니다 (the order in which the reverse direction reads).

    Parameters
    ----------
    lengths : sequence of int
    T : int, optional
        배치의 시퀀스 길이. 없으면 가장 큰 길이입니다.
    own_end : bool
        참이면 시퀀스마다 제 끝에서 시작합니다. 거짓이면 패딩까지 읽습니다.
    ax : Axes, optional

    Returns
    -------
    ax

    Examples
    --------
    >>> from matplotlib.figure import Figure
    >>> ax = reverse_order([2, 5], own_end=False, ax=Figure().subplots())
    >>> [text.get_text() for text in ax.texts if text.get_gid() == "order"]
    ['5', '4', '3', '2', '1', '5', '4', '3', '2', '1']
    """
    T = max(lengths) if T is None else T
    canvas, xs, ys, pitch = _rows(len(lengths), T, ax, below=0.6)
    for y, length in zip(ys, lengths, strict=True):
        _name(canvas, y, f"길이 {length}")
        for t, x in enumerate(xs):
            color, look, gid = (REVERSE, "tint", "real") if t < length else (GREY, "empty", "pad")
            ink, shade = (INK, REVERSE) if t < length else (MUTED, blend(REVERSE, 0.45))
            canvas.box(x, y, pitch - 0.34, 0.7, "", color, look, gid=gid)
            if own_end and t >= length:
                continue
            order = (length if own_end else T) - t
            canvas.text(x, y, str(order), color=ink, weight="bold", gid="order")
            if t:
                edge = x - pitch / 2
                canvas.arrow((edge + 0.17, y), (edge - 0.17, y), color=shade, gid="time")
    _steps(canvas, xs, ys[-1])
    return canvas.ax


def _rows(count, T, ax, below):
    """화폭, 시점의 x, 줄의 y, 시점의 너비. 아래에 ``below``만큼 남깁니다."""
    pitch = min(1.5, 8.4 / T)
    width, height = max(LEFT + pitch * T + 0.3, 7.6), 0.2 + ROW * count + below
    xs = [LEFT + pitch * (t + 0.5) for t in range(T)]
    ys = [height - 0.6 - ROW * row for row in range(count)]
    return Canvas(width, height, ax), xs, ys, pitch


def _name(canvas, y, text):
    canvas.text(LEFT - 0.25, y, text, size=SMALL, color=MUTED, ha="right")


def _steps(canvas, xs, last):
    """마지막 줄의 아래에 시점의 번호를 적고 그 높이를 돌려줍니다."""
    y = last - 0.8
    _name(canvas, y, "시점")
    for t, x in enumerate(xs):
        canvas.text(x, y, str(t), size=SMALL, color=MUTED, gid="step")
    return y
