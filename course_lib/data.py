"""작은 데이터: 장에서 쓰는 시퀀스를 만듭니다. 아무것도 내려받지 않습니다.

함께 싣는 자료의 출처는 ``data_files/README.md``에 있습니다. 배치가 있으면 언제나 첫 축입니다.
"""

from importlib.resources import files
from numbers import Integral

import numpy as np

from course_lib.shapes import ShapeError

#: 복사 과제의 빈칸. 0부터 7까지는 외울 기호입니다.
BLANK = 8
#: “이제 쓰십시오”라는 신호.
DELIMITER = 9
_SYMBOLS = 10  # 외울 기호의 수


def sine_sequence(length=20, stop=np.pi):
    """[0, stop]을 고르게 나눈 사인 시퀀스 (points on a sine).

    Parameters
    ----------
    length : int
        T, 점의 수.
    stop : float
        마지막 점의 각(라디안).

    Returns
    -------
    ndarray, shape (T, 1)
        시점마다 값이 하나이므로 D = 1입니다.

    Raises
    ------
    ValueError
        ``length``가 2보다 작을 때.

    Examples
    --------
    >>> sine_sequence(20).shape
    (20, 1)
    """
    _check_count("length", length, least=2)
    return np.sin(np.linspace(0.0, stop, length))[:, None]


def sunspots():
    """1700–2008년의 해마다 평균한 태양 흑점 수 (yearly sunspot numbers).

    Returns
    -------
    years : ndarray of int, shape (309,)
    numbers : ndarray, shape (309,)

    References
    ----------
    ``course_lib/data_files/README.md``

    Examples
    --------
    >>> years, numbers = sunspots()
    >>> years.shape, numbers.shape
    ((309,), (309,))
    """
    text = (files("course_lib") / "data_files" / "sunspots.csv").read_text("utf-8")
    table = np.loadtxt(text.splitlines(), delimiter=",", skiprows=1)
    return table[:, 0].astype(np.int64), table[:, 1].copy()


def windows(series, length, horizon=1):
    """긴 시퀀스를 창으로 자르고, 시점마다 뒤에 올 값을 정답으로 붙입니다 (sliding windows).

    Parameters
    ----------
    series : array, shape (T,) 또는 (T, D)
    length : int
        창 하나의 길이.
    horizon : int
        몇 시점 뒤를 맞히는지. 1이면 바로 다음 값입니다.

    Returns
    -------
    x : ndarray, shape (N, length, D)
        창 n은 시점 n에서 시작합니다. 창의 수는 ``N = T - length - horizon + 1``입니다.
    target : ndarray, shape (N, length, D)
        ``target[n, t]``는 ``x[n, t]``보다 ``horizon`` 시점 뒤의 값입니다.

    Raises
    ------
    ShapeError
        ``series``의 축이 하나나 둘이 아니거나, 창 하나도 만들 수 없을 만큼 짧을 때.
    ValueError
        ``length``나 ``horizon``이 1보다 작을 때.

    Notes
    -----
    이웃한 창은 겹칩니다. 그러므로 훈련과 검증은 창을 만들기 **전에** 시간으로 나눕니다. 창을 만든
    뒤 섞어서 나누면 검증의 정답이 훈련 창에 들어갑니다.

    Examples
    --------
    >>> x, target = windows(np.arange(10.0), length=4)
    >>> x[0, :, 0], target[0, :, 0]
    (array([0., 1., 2., 3.]), array([1., 2., 3., 4.]))
    >>> x.shape, target.shape
    ((6, 4, 1), (6, 4, 1))
    """
    _check_count("length", length, least=1)
    _check_count("horizon", horizon, least=1)  # 0이면 입력이 곧 정답입니다.
    series = np.asarray(series)
    if series.ndim not in (1, 2):
        raise ShapeError(
            f"series: 기대 (T,) 또는 (T, D), 실제 {series.shape}. "
            "시퀀스 하나만 받습니다. 여럿이면 하나씩 자르십시오."
        )
    if series.dtype.kind != "f":
        series = series.astype(np.float64)
    series = series.reshape(len(series), -1)
    if len(series) < length + horizon:
        raise ShapeError(
            f"series: 길이가 length + horizon = {length + horizon} 이상이어야 합니다. "
            f"실제 {len(series)}. 창을 짧게 하거나 더 긴 시퀀스를 쓰십시오."
        )
    first = np.arange(len(series) - length - horizon + 1)[:, None]
    index = first + np.arange(length)  # (N, length)
    return series[index], series[index + horizon]


def adding_problem(N, T, rng=None):
    """덧셈 과제: 표시된 두 값의 합을 맨 끝에서 답합니다 (the adding problem).

    Parameters
    ----------
    N, T : int
        시퀀스의 수와 길이.
    rng : int or numpy.random.Generator, optional

    Returns
    -------
    x : ndarray, shape (N, T, 2)
        첫 값은 ``U(0, 1)``의 수, 둘째 값은 표시입니다. 표시는 앞 절반에 하나, 뒤 절반에 하나
        있습니다.
    target : ndarray, shape (N, 1)
        표시된 두 수의 합.

    Raises
    ------
    ValueError
        ``N``이 1보다, ``T``가 2보다 작을 때.

    Notes
    -----
    합의 평균은 1, 분산은 2/12입니다. 언제나 1이라고 답하면 MSE가 1/6이고, 이것이 기준선입니다.

    References
    ----------
    S. Hochreiter, J. Schmidhuber (1997), Long Short-Term Memory. doi:10.1162/neco.1997.9.8.1735

    Q. V. Le, N. Jaitly, G. E. Hinton (2015), A Simple Way to Initialize Recurrent Networks of
    Rectified Linear Units. arXiv:1504.00941

    Examples
    --------
    >>> x, target = adding_problem(3, 8, rng=0)
    >>> float(x[..., 1].sum())
    6.0
    >>> x.shape, target.shape
    ((3, 8, 2), (3, 1))
    """
    _check_count("N", N, least=1)
    _check_count("T", T, least=2)  # 절반마다 표시가 하나 있어야 합니다.
    rng = np.random.default_rng(rng)
    values, markers = rng.random((N, T)), np.zeros((N, T))
    markers[np.arange(N), rng.integers(0, T // 2, N)] = 1
    markers[np.arange(N), rng.integers(T // 2, T, N)] = 1
    target = (values * markers).sum(axis=1, keepdims=True)
    return np.stack([values, markers], axis=-1), target


def copy_memory(N, T, rng=None):
    """복사 과제: 기호 10개를 읽고, 빈칸 T개를 지나, 순서대로 다시 씁니다 (the copying problem).

    Parameters
    ----------
    N : int
        시퀀스의 수.
    T : int
        기억해야 하는 시간. 시퀀스의 길이는 T + 20입니다.
    rng : int or numpy.random.Generator, optional

    Returns
    -------
    x : ndarray, shape (N, T + 20, 10)
        원-핫 벡터. 기호 10개, 빈칸 T - 1개, 신호 하나, 빈칸 10개의 순서입니다.
    target : ndarray of int, shape (N, T + 20)
        빈칸 T + 10개, 그다음 기호 10개.

    Raises
    ------
    ValueError
        ``N``이나 ``T``가 1보다 작을 때.

    Notes
    -----
    기억 없이 할 수 있는 최선은 빈칸을 정확히 맞히고 마지막 10시점에서 여덟 가지를 똑같은 확률로
    찍는 것입니다. 그때의 크로스 엔트로피가 기준선 ``10 ln 8 / (T + 20)``입니다.

    References
    ----------
    M. Arjovsky, A. Shah, Y. Bengio (2016), Unitary Evolution Recurrent Neural Networks.
    arXiv:1511.06464

    Examples
    --------
    >>> x, target = copy_memory(3, 5, rng=0)
    >>> x.shape, target.shape
    ((3, 25, 10), (3, 25))
    """
    _check_count("N", N, least=1)
    _check_count("T", T, least=1)
    symbols = np.random.default_rng(rng).integers(0, BLANK, (N, _SYMBOLS))
    read = np.full((N, T + 2 * _SYMBOLS), BLANK)
    target = read.copy()
    read[:, :_SYMBOLS] = symbols
    read[:, T + _SYMBOLS - 1] = DELIMITER
    target[:, -_SYMBOLS:] = symbols
    return np.eye(DELIMITER + 1)[read], target


def _check_count(name, value, least):
    """개수인지 봅니다."""
    if not isinstance(value, Integral) or isinstance(value, bool):
        raise TypeError(f"{name}: 정수여야 합니다. 실제 {value!r}.")
    if value < least:
        raise ValueError(f"{name}: {least} 이상이어야 합니다. 실제 {value}.")
