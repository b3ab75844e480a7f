"""곡선의 이름: 범례 대신 곡선의 끝에 적습니다.

범례가 있으면 눈이 그림과 범례를 오가며 색을 견주어야 합니다.
"""

import numpy as np
from matplotlib.text import Annotation, Text
from matplotlib.transforms import IdentityTransform

from course_lib.plotting.style import legible, styled


class EndName(Annotation):
    """곡선의 끝에 적는 이름 (a name at the end of a curve).

    축의 오른쪽에 적으므로 곡선도 눈금선도 이름을 지나지 않습니다. 이름이 겹칠 자리면 위아래로
    비키고 끝과 이름을 가는 선으로 잇습니다. 그릴 때마다 정하므로 축의 범위나 눈금을 뒤에 바꾸어도
    됩니다.
    """

    def __init__(self, line):
        points = line.get_xydata()
        end = points[np.isfinite(points).all(axis=1)][-1]
        ink = {"color": legible(line.get_color()), "weight": "bold"}
        leader = {"arrowstyle": "-", "color": line.get_color(), "lw": 1, "relpos": (0, 0.5)}
        leader |= {"shrinkA": 1, "shrinkB": 3, "patchA": None}
        super().__init__(
            line.get_label(), end, (8, 0), textcoords="offset points", arrowprops=leader,
            va="center", clip_on=False, annotation_clip=False, **ink,
        )  # fmt: skip
        self.set_transform(IdentityTransform())  # 자리가 정해지기 전에도 글자의 높이를 잽니다.

    def update_positions(self, renderer):
        """같은 자리에서 끝나는 이름들과 높이를 나눕니다 (share the height with the others)."""
        names = [text for text in self.axes.texts if isinstance(text, EndName)]
        names = [name for name in names if name.xy[0] == self.xy[0]]
        ends = self.axes.transData.transform([name.xy for name in names])
        tall = max(Text.get_window_extent(name, renderer).height for name in names)
        room = self.axes.bbox
        heights = _part(ends[:, 1], 1.02 * tall, room.y0 + 0.6 * tall, room.y1)
        (x, y), point = ends[names.index(self)], self.figure.dpi / 72
        # 훨씬 앞에서 끝난 곡선의 이름은 제 끝의 옆에 적습니다.
        edge = room.x1 if room.x1 - x < 30 * point else x
        dx, dy = (edge - x) / point + 8, (heights[names.index(self)] - y) / point
        self.set_position((dx, dy))
        super().update_positions(renderer)
        self.arrow_patch.set_visible(abs(dy) > 4)

    def get_window_extent(self, renderer=None):
        """글자의 자리. 이어 주는 선은 넣지 않습니다 (the extent of the words alone)."""
        super().get_window_extent(renderer)
        return Text.get_window_extent(self, renderer)


@styled
def name_ends(ax, lines):
    """곡선의 끝에 이름을 적습니다 (curves named at their ends).

    Examples
    --------
    >>> from matplotlib.figure import Figure
    >>> ax = Figure().subplots()
    >>> name_ends(ax, ax.plot([1, 2], label="가"))
    >>> ax.texts[0].get_text()
    '가'
    """
    for line in lines:
        ax.add_artist(EndName(line))


def _part(heights, gap, low, high):
    """높이를 gap 넘게 벌리되 순서를 지키고, 되도록 적게 옮깁니다."""
    order = np.lexsort((-np.arange(len(heights)), heights))  # 같으면 먼저 그린 것이 위
    placed = np.clip(heights[order], low, high)
    for _ in range(200):
        push = np.maximum(gap - np.diff(placed), 0) / 2
        placed[:-1] -= push
        placed[1:] += push
        placed = np.clip(placed, low, high)
    return placed[np.argsort(order)]
