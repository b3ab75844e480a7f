"""설정 하나를 풀어 말합니다: 무엇이 들어가고 무엇이 나오며, 왜 그 shape인지.

shape는 모두 ``shapes.py``에서 옵니다. 여기서는 계산도 검사도 하지 않고 말로 옮기기만 합니다.
책이 라이브러리의 코드를 보여 줄 때 쓰는 ``source``도 여기에 있습니다.
"""

import inspect

from course_lib.shapes import (
    GATES,
    STATES,
    CellShapes,
    RNNShapes,
    check_size,
    parameter_axes,
    shape_text,
)


def shapes_of(module) -> RNNShapes:
    """모듈에서 설정을 읽습니다 (the shapes of a module).

    Parameters
    ----------
    module : RNNShapes or module
        RNNShapes, 또는 numpy_rnn, torch_rnn, torch.nn의 RNN, LSTM, GRU.

    Returns
    -------
    RNNShapes

    Raises
    ------
    TypeError
        셀(RNNCell)이거나 순환 신경망의 층이 아닐 때, LSTM에 ``proj_size``가 있을 때.

    Examples
    --------
    >>> shapes_of(RNNShapes("GRU", 4, 7)).state(N=3)
    (1, 3, 7)
    """
    shapes = getattr(module, "shapes", module)
    if isinstance(shapes, RNNShapes):
        return shapes
    kind = type(module).__name__
    if kind not in GATES or not hasattr(module, "num_layers"):
        raise TypeError(f"module: RNN, LSTM, GRU 층이 필요합니다. 실제 {kind}.")
    if getattr(module, "proj_size", 0):
        raise TypeError("module: proj_size가 있는 LSTM은 이 책에서 다루지 않습니다.")
    return RNNShapes(
        kind,
        module.input_size,
        module.hidden_size,
        module.num_layers,
        module.bias,
        module.batch_first,
        module.bidirectional,
    )


def describe(module, T, N=None) -> str:
    """설정과 크기를 한국어로 풀어 씁니다 (a configuration in words).

    Parameters
    ----------
    module : RNNShapes or module
        ``shapes_of``를 보십시오.
    T : int
        시퀀스 길이.
    N : int, optional
        배치 크기. 없으면 배치 축이 없는 입력입니다.

    Returns
    -------
    str
        설정, 들어가는 것과 나오는 것의 shape와 까닭, 매개변수.

    Examples
    --------
    >>> print(describe(RNNShapes("RNN", 4, 7), T=5, N=3))
    RNN: D=4, H=7, num_layers=1, F=1(한 방향), batch_first=False, bias=True
    들어가는 것
      x       (T, N, D)            = (5, 3, 4)  시점마다 수 D개
      h_0     (F*num_layers, N, H) = (1, 3, 7)  층과 방향마다 하나, 없으면 0
    나오는 것
      output  (T, N, F*H)          = (5, 3, 7)  마지막 층의 모든 시점
      h_n     (F*num_layers, N, H) = (1, 3, 7)  모든 층의 마지막 시점
    매개변수: 모두 91개
      weight_ih_l0  (G*H, D) = (7, 4)  입력 x에 곱합니다
      weight_hh_l0  (G*H, H) = (7, 7)  이전 상태에 곱합니다
      bias_ih_l0    (G*H,)   = (7,)    편향
      bias_hh_l0    (G*H,)   = (7,)    편향
    """
    shapes = shapes_of(module)
    T, N = check_size("T", T), None if N is None else check_size("N", N)
    arrays = {"들어가는 것": _inputs(shapes, T, N), "나오는 것": _outputs(shapes, T, N)}
    parameters = {f"매개변수: 모두 {shapes.num_parameters:,}개": _parameters(shapes)}
    lines = [_settings(shapes)]
    for sections in (arrays, parameters):  # 매개변수의 이름은 길어서 열을 따로 맞춥니다.
        for title, rows in sections.items():
            lines += [title, *_aligned(rows, sections.values())]
    return "\n".join(lines + _remarks(shapes, N))


def explain(module, T, N=None) -> None:
    """``describe``의 결과를 출력합니다 (print the description).

    Parameters
    ----------
    module, T, N
        ``describe``를 보십시오.

    Examples
    --------
    >>> explain(RNNShapes("RNN", 4, 7, bias=False), T=5)
    RNN: D=4, H=7, num_layers=1, F=1(한 방향), batch_first=False, bias=False
    들어가는 것
      x       (T, D)            = (5, 4)  시점마다 수 D개
      h_0     (F*num_layers, H) = (1, 7)  층과 방향마다 하나, 없으면 0
    나오는 것
      output  (T, F*H)          = (5, 7)  마지막 층의 모든 시점
      h_n     (F*num_layers, H) = (1, 7)  모든 층의 마지막 시점
    매개변수: 모두 77개
      weight_ih_l0  (G*H, D) = (7, 4)  입력 x에 곱합니다
      weight_hh_l0  (G*H, H) = (7, 7)  이전 상태에 곱합니다
    배치 축이 없습니다. 2차원 입력은 시퀀스 하나로 읽힙니다.
    """
    print(describe(module, T, N))


def explain_figure(module, T, N=None, ax=None):
    """설정의 shape를 그림으로 그립니다 (the same as a figure).

    Parameters
    ----------
    module, T, N
        ``describe``를 보십시오.
    ax : Axes, optional

    Returns
    -------
    ax

    Examples
    --------
    >>> from matplotlib.figure import Figure
    >>> ax = explain_figure(RNNShapes("RNN", 4, 7), T=5, N=3, ax=Figure().subplots())
    >>> any("(1, 3, 7)" in text.get_text() for text in ax.texts)
    True
    """
    from course_lib.plotting import shape_flow

    return shape_flow(shapes_of(module), T, N, ax)


def source(function) -> str:
    """함수의 코드를 설명(docstring)만 빼고 돌려줍니다 (code without its docstring).

    Parameters
    ----------
    function : callable

    Returns
    -------
    str

    Raises
    ------
    ValueError
        docstring이 없는 함수일 때.

    Examples
    --------
    >>> from course_lib.numpy_rnn.functional import sigmoid
    >>> print(source(sigmoid))
    def sigmoid(x, out=None):
        a_half = half(x.dtype)
        y = np.tanh(np.multiply(x, a_half, out=out), out=out)
        y *= a_half
        y += a_half
        return y
    """
    if not function.__doc__:
        raise ValueError(f"function: {function.__name__}에는 docstring이 없습니다.")
    head, _, body = inspect.getsource(function).split('"""', 2)
    return head.rstrip() + body.rstrip()


def settings(module) -> str:
    """모듈의 설정을 torch가 찍는 꼴로 적습니다. 기본값은 뺍니다 (what repr shows).

    Parameters
    ----------
    module : module
        numpy_rnn이나 torch_rnn의 층 또는 셀.

    Returns
    -------
    str

    Examples
    --------
    >>> from course_lib.numpy_rnn import RNN
    >>> settings(RNN(4, 7, num_layers=2, bidirectional=True))
    '4, 7, num_layers=2, bidirectional=True'
    """
    defaults = {"num_layers": 1, "bias": True, "batch_first": False, "dropout": 0.0}
    defaults |= {"bidirectional": False, "recompute": False}
    if isinstance(module.shapes, CellShapes):
        defaults["nonlinearity"] = "tanh"  # torch도 셀에서만 찍습니다.
    changed = [
        f"{name}={value}"
        for name, default in defaults.items()
        if (value := getattr(module, name, default)) != default
    ]
    return ", ".join([str(module.input_size), str(module.hidden_size), *changed])


def _settings(shapes):
    direction = "양방향" if shapes.bidirectional else "한 방향"
    return (
        f"{shapes.kind}: D={shapes.input_size}, H={shapes.hidden_size}, "
        f"num_layers={shapes.num_layers}, F={shapes.F}({direction}), "
        f"batch_first={shapes.batch_first}, bias={shapes.bias}"
    )


def _inputs(shapes, T, N):
    batched = N is not None
    rows = [("x", shapes.input_axes(batched), shapes.input(T, N), "시점마다 수 D개")]
    why = "층과 방향마다 하나, 없으면 0"
    return rows + [
        (f"{letter}_0", shapes.state_axes(batched), shapes.state(N), why)
        for letter in STATES[shapes.kind]
    ]


def _outputs(shapes, T, N):
    batched = N is not None
    why = "마지막 층의 모든 시점"
    rows = [("output", shapes.output_axes(batched), shapes.output(T, N), why)]
    why = "모든 층의 마지막 시점"
    return rows + [
        (f"{letter}_n", shapes.state_axes(batched), shapes.state(N), why)
        for letter in STATES[shapes.kind]
    ]


def _parameters(shapes):
    what = {
        "D": "입력 x에 곱합니다",
        "F*H": "아래층의 출력에 곱합니다",
        "H": "이전 상태에 곱합니다",
    }
    return [
        (name, axes := parameter_axes(name), size, what.get(axes[-1], "편향"))
        for name, size in shapes.parameters().items()
    ]


def _remarks(shapes, N):
    remarks = []
    if shapes.bidirectional:
        remarks.append("F=2: output은 정방향 H개 뒤에 역방향 H개입니다.")
        remarks.append("상태는 층마다 정방향, 역방향의 순서이고, 역방향은 시점 0에서 끝납니다.")
    if shapes.G > 1:
        blocks = ", ".join(GATES[shapes.kind])
        remarks.append(f"G={shapes.G}: 첫째 축에 쌓인 블록의 순서는 {blocks}입니다.")
    if shapes.batch_first and N is not None:
        remarks.append("batch_first=True는 x와 output의 축만 바꿉니다. 상태의 축은 그대로입니다.")
    if N is None:
        remarks.append("배치 축이 없습니다. 2차원 입력은 시퀀스 하나로 읽힙니다.")
    return remarks


def _aligned(rows, sections):
    """한글은 너비가 고르지 않으므로 줄의 끝에만 둡니다."""
    cells = [
        [(name, shape_text(axes), str(size), why) for name, axes, size, why in section]
        for section in (rows, *sections)
    ]
    widths = [max(len(row[k]) for section in cells for row in section) for k in range(3)]
    return [
        f"  {name:<{widths[0]}}  {axes:<{widths[1]}} = {size:<{widths[2]}}  {why}"
        for name, axes, size, why in cells[0]
    ]
