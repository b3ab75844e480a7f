"""작은 데이터: 장에서 쓰는 시퀀스를 만듭니다. 아무것도 내려받지 않습니다."""

import numpy as np


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
    if length < 2:
        raise ValueError(f"length: 2 이상이어야 합니다. 실제 {length}.")
    return np.sin(np.linspace(0.0, stop, length))[:, None]
