"""훈련의 기록: 에포크마다 손실과 기울기의 길이. 스스로 그립니다."""

from dataclasses import dataclass, field

import numpy as np


@dataclass
class History:
    """에포크마다 수 하나씩 (one number per epoch).

    Attributes
    ----------
    train : list of float
        훈련 손실. 에포크 동안 매개변수가 바뀌므로, 그 사이에 잰 미니배치 손실의 평균입니다.
    validation : list of float
        에포크가 끝난 뒤의 검증 손실. 검증 데이터가 없으면 비어 있습니다.
    gradient_norm : list of float
        클리핑하기 전의 기울기 길이의 평균.

    Examples
    --------
    >>> History(train=[3.0, 2.0, 1.0], validation=[3.0, 2.5, 2.6]).best_epoch
    1
    """

    train: list[float] = field(default_factory=list)
    validation: list[float] = field(default_factory=list)
    gradient_norm: list[float] = field(default_factory=list)

    @property
    def best_epoch(self) -> int | None:
        """손실이 가장 낮은 에포크, 0부터 셉니다 (the best epoch).

        검증 손실이 있으면 그것으로 고릅니다. 그래서 ``history.validation[history.best_epoch]``가
        가장 낮은 검증 손실입니다. 기록이 없으면 None입니다.
        """
        losses = self.validation or self.train
        return int(np.argmin(losses)) if losses else None

    def plot(self, ax=None):
        """손실 곡선을 로그 축에 그리고 가장 낮은 에포크를 표시합니다 (loss curves).

        Parameters
        ----------
        ax : Axes, optional

        Returns
        -------
        ax

        Raises
        ------
        ValueError
            기록이 비어 있을 때.

        Examples
        --------
        >>> from matplotlib.figure import Figure
        >>> history = History(train=[3.0, 2.0, 1.0], validation=[3.0, 2.5, 2.6])
        >>> ax = history.plot(Figure().subplots())
        >>> ax.get_yscale(), ax.lines[0].get_ydata().shape
        ('log', (3,))
        """
        from matplotlib.ticker import FuncFormatter, LogLocator, NullLocator

        from course_lib import plotting
        from course_lib.plotting.ends import name_ends
        from course_lib.plotting.style import whole_ticks

        if not self.train:
            raise ValueError("history: 기록이 비어 있어 그릴 것이 없습니다. 먼저 fit을 부르십시오.")
        ax = plotting.figure()[1] if ax is None else ax
        curves = {"훈련 손실": (self.train, plotting.STATE)}
        if self.validation:
            curves["검증 손실"] = (self.validation, plotting.INPUT)
        for name, (values, color) in curves.items():
            marker = "." if len(values) == 1 else ""  # 점 하나는 선으로 보이지 않습니다.
            name_ends(ax, ax.plot(values, marker=marker, lw=2.5, ms=12, color=color, label=name))
        best, losses = self.best_epoch, self.validation or self.train
        ax.plot(best, losses[best], "o", ms=11, mfc="none", mec=plotting.INK, mew=2, zorder=3)
        ax.axvline(best, color=plotting.MUTED, ls=(0, (4, 3)), lw=1.5, zorder=0)
        late = 2 * best >= len(losses) - 1  # 에포크가 하나면 오른쪽에는 곡선의 이름이 있습니다.
        ax.annotate(
            f"에포크 {best}에서\n가장 낮음",
            xy=(best, 0.99),
            xytext=(-12 if late else 12, 0),
            xycoords=("data", "axes fraction"),
            textcoords="offset points",
            ha="right" if late else "left",
            va="top",
            bbox={"fc": plotting.PAPER, "ec": "none", "pad": 0},  # 눈금선이 글을 긋지 않습니다.
        )
        ax.set(yscale="log", xlabel="에포크", ylabel="손실 (로그 눈금)")
        low, high = ax.get_ylim()
        marks = (1.0,) if high > 1000 * low else (1, 2, 5) if high > 10 * low else range(1, 10)
        ax.yaxis.set(major_locator=LogLocator(subs=marks), minor_locator=NullLocator())
        ax.yaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:g}"))
        ax.xaxis.set_major_locator(whole_ticks())
        ax.grid(axis="y", color=plotting.GREY, lw=0.8, alpha=0.7)
        return plotting.dress(ax)
