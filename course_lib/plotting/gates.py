"""게이트의 활성화를 시간을 따라 읽는 그림. LSTM에도 GRU에도 씁니다."""

import re

import numpy as np

from course_lib.plotting.arrays import heatmap
from course_lib.plotting.style import INK, PAPER, WIDTH, figure, styled


@styled
def gates(activations, ax=None, *, xlabel="시점 t", limit=1.0, numbers="", colorbar=True):
    """게이트마다 한 띠, 은닉 단위마다 한 줄로 시간을 따라 칠합니다 (gate activations over time).

    Parameters
    ----------
    activations : dict of str to array, shape (T, H) 또는 (T,)
        이름과 값. 위에서 아래로 놓입니다. T는 모두 같아야 하고 H는 달라도 됩니다.
    ax : Axes, optional
    xlabel : str
    limit : float
        색의 범위 [-limit, limit]. 0은 흰색입니다. 셀 상태처럼 1을 넘는 값이 있으면 늘립니다.
    numbers : str
        칸마다 값을 적는 서식. 예를 들어 ``".1f"``. 칸이 적을 때 씁니다.
    colorbar : bool

    Returns
    -------
    ax

    Raises
    ------
    ValueError
        비어 있거나, 축의 수가 1도 2도 아니거나, T가 서로 다를 때.

    Examples
    --------
    >>> from matplotlib.figure import Figure
    >>> ax = gates({"i": np.zeros((5, 7)), "f": np.ones(5)}, ax=Figure().subplots())
    >>> ax.collections[0].get_array().shape
    (8, 5)
    """
    bands = _bands(activations)
    counts = [len(band) for band in bands.values()]
    if ax is None:
        height = 1.5 + sum(min(max(0.55, 0.2 * count), 1.4) for count in counts)
        ax = figure(figsize=(WIDTH, height))[1]
    values = np.concatenate(list(bands.values()))
    ax = heatmap(
        values, ax, xlabel=xlabel, ylabel="", limit=limit, numbers=numbers, colorbar=colorbar
    )
    edges = np.cumsum([0, *counts]) - 0.5
    for edge in edges[1:-1]:
        ax.axhline(edge, color=PAPER, lw=6)
    # 이름의 첫 글자는 수식의 글자입니다: i, f, g, o, z, r, h.
    names = [re.sub(r"^([a-z])(?= |$)", r"$\1$", name) for name in bands]
    ax.set_yticks((edges[:-1] + edges[1:]) / 2, names)
    ax.tick_params(axis="y", labelsize=16, labelcolor=INK)
    for tick in ax.yaxis.get_major_ticks():
        tick.label1.set_math_fontfamily("cm")
    return ax


def _bands(activations):
    """이름마다 (H, T)로: 그림에서는 시간이 옆으로 흐릅니다."""
    if not activations:
        raise ValueError("activations: 그릴 것이 없습니다. {'i': (T, H) 배열}처럼 넘기십시오.")
    bands, T = {}, None
    for name, values in activations.items():
        values = np.asarray(values)
        if values.ndim not in (1, 2):
            raise ValueError(
                f"activations[{name!r}]: 기대 (T, H) 또는 (T,), 실제 {values.shape}. "
                "배치가 있으면 시퀀스 하나를 고르십시오: values[:, 0]."
            )
        T = len(values) if T is None else T
        if len(values) != T:
            raise ValueError(
                f"activations[{name!r}]: 시점의 수가 다릅니다. 기대 T = {T}, 실제 {len(values)}. "
                "첫 축이 시점인지 보십시오."
            )
        bands[name] = values.reshape(T, -1).T
    return bands
