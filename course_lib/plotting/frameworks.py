"""다른 프레임워크와 맞대어 보는 그림: Keras가 돌려주는 것, 게이트 블록의 순서.

값은 계산하지 않습니다. 상태의 이름은 ``shapes.py``에서 옵니다.
"""

from itertools import product

from course_lib.plotting.sketch import BIG, Canvas, center
from course_lib.plotting.style import GREY, INK, MUTED, OUTPUT, STATE
from course_lib.shapes import STATES


def keras_returns(kind="RNN", T=4, ax=None):
    """return_sequences와 return_state의 네 짝이 내는 것을 칠합니다 (what a Keras layer returns).

    Parameters
    ----------
    kind : {'RNN', 'LSTM', 'GRU'}
    T : int
        시점의 수.
    ax : Axes, optional

    Returns
    -------
    ax

    See Also
    --------
    course_lib.plotting.shape_flow : torch가 받고 돌려주는 것.

    Examples
    --------
    >>> from matplotlib.figure import Figure
    >>> ax = keras_returns("LSTM", T=4, ax=Figure().subplots())
    >>> [sum(p.get_gid() == name for p in ax.patches) for name in ("output", "h", "c")]
    [10, 2, 2]
    """
    states = STATES[kind]
    canvas = Canvas(10.6, 11.2, ax)
    pitch = min(1.45, 6.4 / T)
    left, right = 0.1, 8.8
    middle = left + T * pitch / 2
    canvas.text(middle, 10.8, "시점마다의 출력", weight="bold")
    canvas.text(right, 10.8, "마지막 상태", weight="bold")
    for row, (sequences, state) in enumerate(product((False, True), repeat=2)):
        y = 8.5 - 2.6 * row
        for x, name, value in ((0.2, "sequences", sequences), (6.05, "state", state)):
            ink = {"color": INK, "weight": "bold"} if value else {"color": MUTED}
            canvas.text(x, y + 1.05, f"`return_{name}={value}`", ha="left", **ink)
        for t in range(T):
            x, shown = left + pitch * (t + 0.5), sequences or t == T - 1
            look, gid = ("solid", "output") if shown else ("empty", "hidden")
            options = {"gid": gid, "size": min(1, pitch) * BIG}
            _named_box(canvas, x, y, 0.78 * pitch, f"h_{{{t + 1}}}", OUTPUT, look, **options)
        for x, name in zip(center(len(states), 1.2), states, strict=True):
            look, gid = ("solid", name) if state else ("empty", "hidden")
            options = {"gid": gid, "size": BIG}
            _named_box(canvas, right + x, y, 1.0, f"{name}_{{{T}}}", STATE, look, **options)
        if row:
            line = (0.1, y + 1.6), (10.5, y + 1.6)
            canvas.arrow(*line, color=GREY, width=0.02, head=False)
    return canvas.ax


def _named_box(canvas, x, y, width, name, color, look, *, size, gid):
    """이름을 적은 상자. 글자의 가운데를 맞추면 키가 작은 c가 h보다 높이 서므로 밑을 맞춥니다."""
    options = {"size": size, "gid": gid, "va": "baseline"}
    canvas.box(x, y, width, 0.95, f"${name}$", color, look, **options)
    canvas.ax.texts[-1].set_y(y - 0.28 * size)


def gate_order(source, target, names=("Keras", "torch"), same=None, ax=None):
    """쌓인 블록이 어느 자리로 옮겨 가는지 잇습니다 (where each stacked gate block goes).

    Parameters
    ----------
    source, target : sequence of str
        두 구현에서 블록을 쌓은 순서.
    names : (str, str)
        두 구현의 이름.
    same : dict of str to str, optional
        이름만 다른 블록. source의 이름에서 target의 이름으로.
    ax : Axes, optional

    Returns
    -------
    ax

    Raises
    ------
    ValueError
        두 쪽의 블록이 하나씩 짝지어지지 않을 때.

    Examples
    --------
    >>> from matplotlib.figure import Figure
    >>> order = ("z", "r", "h"), ("r", "z", "n")
    >>> ax = gate_order(*order, same={"h": "n"}, ax=Figure().subplots())
    >>> [sum(p.get_gid() == way for p in ax.patches) for way in ("moved", "kept")]
    [2, 1]
    """
    renamed = [(same or {}).get(block, block) for block in source]
    if sorted(renamed) != sorted(target) or len(set(target)) < len(target):
        raise ValueError(
            f"source, target: 블록이 하나씩 짝지어져야 합니다. 실제 {renamed}와 {list(target)}. "
            "이름만 다른 블록은 same에 적으십시오."
        )
    canvas = Canvas(10.6, 3.9, ax)
    # 블록의 수가 달라도 블록의 크기는 같습니다. 두 그림을 나란히 놓고 견줄 수 있습니다.
    width = min(2.1, 8.4 / len(source))
    places = [2.0 + width * (i + 0.5) for i in range(len(source))]
    for y, name in ((3.25, names[0]), (0.65, names[1])):
        canvas.text(0.1, y, name, ha="left", weight="bold")
    for x, block, end in zip(places, source, renamed, strict=True):
        to = target.index(end)
        moved = places[to] != x
        color, gid = (STATE, "moved") if moved else (MUTED, "kept")
        canvas.box(x, 3.25, 0.92 * width, 1.1, f"${block}$", color, size=0.5, gid="block")
        canvas.box(places[to], 0.65, 0.92 * width, 1.1, f"${end}$", color, size=0.5, gid="block")
        canvas.arrow((x, 2.65), (places[to], 1.28), color=color, width=0.06, gid=gid)
    return canvas.ax
