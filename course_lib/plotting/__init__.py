"""그림: 과정의 모든 그림이 여기서 나옵니다 (every figure of the course).

축을 받아 축을 돌려주고, Matplotlib의 전역 설정은 건드리지 않습니다. ``style``에 종이와 글꼴이,
``arrays``에 열지도와 곡선이, ``charts``, ``forecast``, ``gates``, ``learning``, ``scaling``에
도표가, ``diagrams``, ``grids``, ``blocks``, ``backprop``, ``recompute``, ``lstm_cell``,
``gru_cell``, ``frameworks``, ``graphs``, ``lengths``에 그려서 설명하는 그림이 있습니다.
"""

from course_lib.plotting.arrays import curves, difference, heatmap
from course_lib.plotting.backprop import (
    backward_graph,
    before_after,
    cell_backward,
    weight_shares,
)
from course_lib.plotting.blocks import axis_order, hoisting, matrix_product, shape_flow
from course_lib.plotting.charts import activations, errors, saturation, speeds
from course_lib.plotting.diagrams import cell, feedforward_and_recurrent, task_kinds, unrolled
from course_lib.plotting.forecast import forecasts, split_series, teacher_forcing
from course_lib.plotting.frameworks import gate_order, keras_returns
from course_lib.plotting.gates import gates
from course_lib.plotting.graphs import static_and_dynamic
from course_lib.plotting.grids import grid, state_rows
from course_lib.plotting.gru_cell import gru_cell
from course_lib.plotting.learning import eigenvalues, gradient_norms, truncated
from course_lib.plotting.lengths import packed, padded, reverse_order
from course_lib.plotting.lstm_cell import lstm_cell
from course_lib.plotting.recompute import recomputation
from course_lib.plotting.scaling import bars, scaling
from course_lib.plotting.style import (
    CELLS,
    GREY,
    INK,
    INPUT,
    MUTED,
    OUTPUT,
    PAPER,
    REVERSE,
    STATE,
    dress,
    figure,
    note,
    shades,
)

__all__ = [
    "CELLS",
    "GREY",
    "INK",
    "INPUT",
    "MUTED",
    "OUTPUT",
    "PAPER",
    "REVERSE",
    "STATE",
    "activations",
    "axis_order",
    "backward_graph",
    "bars",
    "before_after",
    "cell",
    "cell_backward",
    "curves",
    "difference",
    "dress",
    "eigenvalues",
    "errors",
    "feedforward_and_recurrent",
    "figure",
    "forecasts",
    "gate_order",
    "gates",
    "gradient_norms",
    "grid",
    "gru_cell",
    "heatmap",
    "hoisting",
    "keras_returns",
    "lstm_cell",
    "matrix_product",
    "note",
    "packed",
    "padded",
    "recomputation",
    "reverse_order",
    "saturation",
    "scaling",
    "shades",
    "shape_flow",
    "speeds",
    "split_series",
    "state_rows",
    "static_and_dynamic",
    "task_kinds",
    "teacher_forcing",
    "truncated",
    "unrolled",
    "weight_shares",
]
