"""긴 시간의 그림: 거리에 따른 기울기, 고윳값, 토막 낸 시간 역전파.

값을 계산하지 않고, 받은 수를 그립니다. 예외는 고윳값 하나입니다: 행렬을 받아 고윳값을 구합니다.
"""

import numpy as np
from matplotlib.ticker import LogLocator, MaxNLocator, NullLocator

from course_lib.plotting.ends import name_ends
from course_lib.plotting.sketch import BIG, Canvas
from course_lib.plotting.style import (
    CYCLE,
    GREY,
    INK,
    INPUT,
    MUTED,
    REVERSE,
    STATE,
    WIDTH,
    dress,
    figure,
    styled,
    whole_ticks,
)


@styled
def gradient_norms(norms, ax=None, *, xlabel="거리 k (시점)", ylabel="기울기의 길이", colors=CYCLE):
    """거리에 따른 기울기의 길이를 로그 축에 그립니다 (gradient norm against distance in time).

    Parameters
    ----------
    norms : dict of str to array
        이름과, 거리 0, 1, 2, …에서 잰 길이. 0은 로그 축에 없으므로 그리지 않습니다.
    ax : Axes, optional
    xlabel, ylabel : str
    colors : sequence of colours

    Returns
    -------
    ax

    Raises
    ------
    ValueError
        0보다 큰 값이 하나도 없을 때.

    Notes
    -----
    한 시점마다 같은 비로 줄거나 느는 기울기는 로그 축에서 직선입니다.

    Examples
    --------
    >>> from matplotlib.figure import Figure
    >>> ax = gradient_norms({"0.9": 0.9 ** np.arange(51)}, ax=Figure().subplots())
    >>> ax.get_yscale(), ax.lines[0].get_ydata().shape
    ('log', (51,))
    """
    ax = figure()[1] if ax is None else ax
    furthest = 1
    for index, (name, values) in enumerate(norms.items()):
        values, color = np.asarray(values, dtype=float), colors[index % len(colors)]
        drawn = np.flatnonzero(values > 0)
        if not len(drawn):
            raise ValueError(f"norms: {name}에 0보다 큰 값이 없어 로그 축에 그릴 수 없습니다.")
        values = np.where(values > 0, values, np.nan)
        ax.plot(np.arange(len(values)), values, lw=2.5, color=color, label=name)
        furthest = max(furthest, drawn[-1])
    low, high = np.log10(ax.dataLim.intervaly)
    margin = 0.05 * max(high - low, 1)
    name_ends(ax, ax.lines[-len(norms) :])
    ax.axhline(1, color=MUTED, ls=(0, (4, 3)), lw=1.5, zorder=1)
    ax.set(yscale="log", ylim=(10 ** (low - margin), 10 ** (high + margin)), xlim=(0, furthest))
    ax.set(xlabel=xlabel, ylabel=ylabel)
    ax.xaxis.set_major_locator(whole_ticks(6))
    ax.yaxis.set(major_locator=LogLocator(numticks=7), minor_locator=NullLocator())
    ax.grid(axis="y", color=GREY, lw=0.8, alpha=0.7)
    return dress(ax)


@styled
def eigenvalues(matrix, ax=None, *, limit=1.25):
    """고윳값을 복소평면에 찍고 단위원과 견줍니다 (eigenvalues and the unit circle).

    Parameters
    ----------
    matrix : array, shape (H, H)
        시점마다 곱해지는 행렬.
    ax : Axes, optional
    limit : float
        두 축의 범위 [-limit, limit]. 고윳값이 벗어나면 넓힙니다.

    Returns
    -------
    ax
        제목이 스펙트럼 반지름입니다.

    Notes
    -----
    ``ρ(W) = max |λ_i|``. 점선이 반지름 1, 색칠한 원이 반지름 ρ(W)입니다.

    Examples
    --------
    >>> from matplotlib.figure import Figure
    >>> ax = eigenvalues(0.9 * np.array([[0.0, -1.0], [1.0, 0.0]]), ax=Figure().subplots())
    >>> ax.get_title(loc="left")
    'ρ = 0.90'
    """
    ax = figure(figsize=(WIDTH, 4.8))[1] if ax is None else ax
    values = np.linalg.eigvals(np.asarray(matrix, dtype=float))
    radius = float(np.abs(values).max())
    limit = max(limit, 1.1 * radius)
    turn = np.exp(1j * np.linspace(0, 2 * np.pi, 181))
    color = REVERSE if radius > 1 + 1e-9 else INPUT
    ax.fill(radius * turn.real, radius * turn.imag, color=color, alpha=0.1, lw=0)
    ax.plot(turn.real, turn.imag, color=INK, ls=(0, (4, 3)), lw=1.5)
    for line in (ax.axhline, ax.axvline):
        line(0, color=GREY, lw=1, zorder=0)
    size = float(np.clip(2000 / len(values), 20, 90))
    ax.scatter(values.real, values.imag, s=size, color=color, edgecolor="white", lw=0.5, zorder=3)
    ax.set(xlim=(-limit, limit), ylim=(-limit, limit), aspect="equal")
    ax.set(xlabel="실수부", ylabel="허수부")
    ax.set_title(f"ρ = {radius:.2f}", loc="left")
    for axis in (ax.xaxis, ax.yaxis):
        axis.set_major_locator(MaxNLocator(5))
    return dress(ax)


def truncated(pieces=3, length=2, ax=None):
    """토막의 경계를 넘는 상태와 넘지 못하는 기울기를 그립니다 (truncated BPTT).

    Parameters
    ----------
    pieces, length : int
        토막의 수와 토막 하나의 시점 수.
    ax : Axes, optional

    Returns
    -------
    ax

    References
    ----------
    R. J. Williams, J. Peng (1990), An Efficient Gradient-Based Algorithm for On-Line Training of
    Recurrent Network Trajectories. doi:10.1162/neco.1990.2.4.490

    Examples
    --------
    >>> from matplotlib.figure import Figure
    >>> ax = truncated(3, 2, ax=Figure().subplots())
    >>> gids = [patch.get_gid() for patch in ax.patches]
    >>> gids.count("state"), gids.count("gradient")
    (5, 3)
    """
    pitch, gap, y = 1.25, 0.75, 1.8
    width = pieces * length * pitch + pieces * gap
    canvas = Canvas(width, 3.6, ax)
    xs = [(pitch + gap) / 2 + pitch * t + gap * (t // length) for t in range(pieces * length)]
    for piece in range(pieces):
        first, last = xs[piece * length], xs[(piece + 1) * length - 1]
        middle, wide = (first + last) / 2, last - first + 1.2
        canvas.box(middle, y, wide, 1.9, "", MUTED, "ghost", gid="piece", zorder=1)
        canvas.text(middle, 3.15, f"토막 {piece + 1}", color=MUTED)
    for t, x in enumerate(xs):
        canvas.box(x, y, 0.75, 0.75, f"$h_{{{t + 1}}}$", STATE, size=BIG, gid="h")
        if t == 0:
            continue
        before, crosses = xs[t - 1], t % length == 0
        canvas.arrow((before + 0.375, y + 0.12), (x - 0.375, y + 0.12), color=STATE, gid="state")
        if crosses:
            middle = (before + x) / 2
            canvas.text(middle, y - 0.45, "×", color=REVERSE, size=BIG, weight="bold")
        else:
            ends = (x - 0.375, y - 0.16), (before + 0.375, y - 0.16)
            canvas.arrow(*ends, color=REVERSE, gid="gradient")
    words = (
        ("상태는 이어집니다", STATE, "left", 0.3),
        ("기울기는 경계에서 끊깁니다", REVERSE, "right", width - 0.3),
    )
    for text, color, ha, x in words:
        canvas.text(x, 0.3, text, color=color, ha=ha)
    return canvas.ax
