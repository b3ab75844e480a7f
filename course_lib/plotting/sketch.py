"""그림의 붓: 상자, 화살표, 글자를 놓는 화폭.

여기에는 붓만 있습니다. 무엇을 그릴지는 ``diagrams.py``(계산의 흐름), ``grids.py``(층과 방향),
``blocks.py``(배열)에 있습니다. 화폭의 한 칸을 단위로 쓰고 글자와 선의 굵기도 그 단위를 따르므로,
그림은 크기를 바꾸어도 같은 모습입니다.
"""

import re
from itertools import pairwise

from matplotlib.patches import Circle, FancyArrowPatch, FancyBboxPatch, Rectangle
from matplotlib.path import Path

from course_lib.plotting.style import (
    FONTS,
    GREY,
    INK,
    MUTED,
    PAPER,
    WIDTH,
    blend,
    dress,
    figure,
    luminance,
    styled,
)

# 글자 크기. 화폭의 너비는 10칸 안팎이고, 휴대전화에서는 그 너비가 358픽셀입니다.
SMALL, NORMAL, BIG = 0.33, 0.37, 0.45
CODE = ["DejaVu Sans Mono", *FONTS]  # 코드의 이름. 한글은 뒤의 글꼴이 맡습니다.


class Canvas:
    """너비와 높이가 정해진 화폭 (a canvas measured in its own units).

    Parameters
    ----------
    width, height : float
        화폭의 크기. 왼쪽 아래가 (0, 0)입니다.
    ax : Axes, optional
        없으면 화폭의 비에 맞는 figure를 만듭니다.

    Examples
    --------
    >>> from matplotlib.figure import Figure
    >>> canvas = Canvas(10, 5, Figure().subplots())
    >>> canvas.box(2, 3, 1, 1, "h").get_x()
    1.5
    """

    def __init__(self, width, height, ax=None):
        if ax is None:
            ax = figure(figsize=(WIDTH, WIDTH * height / width))[1]
        self.ax = dress(ax)
        ax.axis("off")
        ax.set(xlim=(0, width), ylim=(0, height), aspect="equal")
        # 글자의 크기를 정하려면 축의 크기가 먼저 정해져야 합니다.
        root = ax.figure.figure  # subfigure 안의 축이어도 맨 바깥의 figure
        if engine := root.get_layout_engine():
            engine.execute(root)
        ax.apply_aspect()
        (left, _), (right, _) = ax.transData.transform([(0, 0), (1, 0)])
        self.point = (right - left) * 72 / root.dpi  # 한 칸은 몇 포인트인가

    def box(self, x, y, width, height, text="", color=MUTED, look="tint", **options):
        """가운데가 (x, y)인 둥근 상자 (a rounded box).

        ``look``은 "solid"(강조), "tint"(보통), "empty"(쓰이지 않음), "ghost"(흐림) 가운데 하나.
        ``options``는 ``gid``, ``zorder``와 글자의 ``size``, ``weight``.
        """
        gid, layer = options.pop("gid", None), options.pop("zorder", 3)
        face, edge, ink, dash = {
            # 4.5 : 1보다 또렷하게 읽히는 쪽을 고릅니다.
            "solid": (color, color, "black" if luminance(color) > 0.18 else "white", "-"),
            "tint": (blend(color, 0.16), color, INK, "-"),
            "empty": (PAPER, GREY, MUTED, (0, (3, 2))),
            "ghost": (blend(color, 0.05), blend(color, 0.35), MUTED, "-"),
        }[look]
        style = f"round,pad=0,rounding_size={min(0.16, height / 3, width / 3)}"
        corner = (x - width / 2, y - height / 2)
        patch = FancyBboxPatch(corner, width, height, style, fc=face, ec=edge, ls=dash, gid=gid)
        patch.set(linewidth=0.04 * self.point, zorder=layer)
        self.ax.add_patch(patch)
        if text:
            self.text(x, y, text, color=ink, **options)
        return patch

    @styled
    def text(self, x, y, text, *, size=NORMAL, color=INK, ha="center", va="center", **options):
        """글자. 크기의 단위는 화폭의 한 칸이고, 역따옴표 안은 코드입니다 (text with code)."""
        if color not in ("white", "black", INK, MUTED):
            color = blend(color, 0.75, INK)  # 가는 글자는 면보다 짙어야 같은 색으로 읽힙니다.
        style = {"va": va, "zorder": 5, "math_fontfamily": "cm", "linespacing": 1.25} | options
        parts = re.findall("`[^`]+`|[^`]+", text) or [""]
        pieces = []
        for part in parts:  # 고정폭 글꼴은 같은 크기에서 더 커 보이므로 조금 줄입니다.
            font = {"family": FONTS, "size": size * self.point}
            if part.startswith("`"):
                font = {"family": CODE, "size": 0.92 * size * self.point}
            pieces.append(self.ax.text(x, y, part.strip("` "), color=color, **font, **style))
        if len(pieces) == 1:
            pieces[0].set_ha(ha)
        else:
            self._join(pieces, parts, x, size, ha)
        return pieces[0]

    def _join(self, pieces, parts, x, size, ha):
        """글꼴이 다른 조각을 한 줄로 잇습니다."""
        gaps = [
            size * (0.3 if " " in before[-1] + after[0] else 0.1)
            for before, after in pairwise(parts)
        ]
        pixels = self.point * self.ax.figure.figure.dpi / 72
        widths = [piece.get_window_extent().width / pixels for piece in pieces]
        left = x - {"left": 0, "center": 0.5, "right": 1}[ha] * (sum(widths) + sum(gaps))
        for piece, width, gap in zip(pieces, widths, [*gaps, 0], strict=True):
            piece.set(x=left, ha="left")
            left += width + gap

    def arrow(self, *points, color=INK, width=0.045, head=True, gid=None):
        """두 점을 잇는 화살표. 점이 넷이면 베지에 곡선입니다 (a straight or curved arrow)."""
        kind = Path.LINETO if len(points) == 2 else Path.CURVE4
        codes = [Path.MOVETO] + [kind] * (len(points) - 1)
        size = 0.11 + 2 * width
        style = f"-|>,head_length={size * self.point},head_width={size * self.point / 2.2}"
        style, line = style if head else "-", Path(points, codes)
        patch = FancyArrowPatch(path=line, arrowstyle=style, mutation_scale=1, color=color, gid=gid)
        patch.set(linewidth=width * self.point, zorder=2, joinstyle="miter", capstyle="butt")
        self.ax.add_patch(patch)
        return patch

    def dot(self, x, y, color=INK):
        """선이 갈라지는 자리의 점. 점이 없이 만나는 선은 이어지지 않습니다 (a branching point)."""
        patch = Circle((x, y), 0.1, fc=color, ec="none", zorder=4, gid="dot")
        self.ax.add_patch(patch)
        return patch

    def block(self, x, y, rows, columns, unit, color=MUTED, *, tint=0.16, zorder=3, gid=None):
        """왼쪽 위가 (x, y)인 행렬. 칸의 한 변은 ``unit``입니다 (a matrix as a grid of cells)."""
        size = columns * unit, rows * unit
        style = {"fc": blend(color, tint), "ec": color, "lw": 0.045 * self.point}
        patch = Rectangle((x, y - size[1]), *size, **style, zorder=zorder, gid=gid)
        self.ax.add_patch(patch)
        # 너무 촘촘한 금은 회색 얼룩이 됩니다.
        if max(rows, columns) <= 24:
            lines = {"color": blend(color, 0.55), "lw": 0.015 * self.point, "zorder": zorder}
            lines["solid_capstyle"] = "butt"
            for i in range(1, rows):
                self.ax.plot([x, x + size[0]], [y - i * unit] * 2, **lines)
            for j in range(1, columns):
                self.ax.plot([x + j * unit] * 2, [y, y - size[1]], **lines)
        return patch


def center(count, pitch):
    """간격이 ``pitch``인 ``count``개 점의 자리. 가운데가 0입니다 (evenly spaced offsets).

    Examples
    --------
    >>> center(3, 2.0)
    [-2.0, 0.0, 2.0]
    """
    return [pitch * (i - (count - 1) / 2) for i in range(count)]
