"""셀의 식이 쓰는 계산: 아핀 변환, 게이트 블록으로 나누기, 시그모이드.

torch_rnn은 ``torch.nn.functional``의 것을 그대로 쓰므로 이 파일의 거울은 없습니다.
"""

from functools import lru_cache

import numpy as np


def linear(x, weight, bias=None, out=None):
    """아핀 변환 x Wᵀ + b (affine map).

    Parameters
    ----------
    x : ndarray, shape (N, D)
    weight : ndarray, shape (G*H, D)
    bias : ndarray, shape (G*H,), optional
    out : ndarray, optional
        결과를 쓸 자리.

    Returns
    -------
    ndarray, shape (N, G*H)

    See Also
    --------
    torch.nn.functional.linear

    Examples
    --------
    >>> linear(np.ones((3, 4)), np.ones((7, 4)), np.ones(7)).shape
    (3, 7)
    """
    y = np.dot(x, weight.T, out=out)  # 행렬 둘이면 dot을 부르는 값이 matmul의 절반입니다.
    if bias is not None:
        y += bias
    return y


def linear_blocks(x, weight, G, bias=None, out=None):
    """게이트 블록마다의 아핀 변환 (affine map, one product a block).

    ``blocks(linear(x, weight, bias), G)``와 같은 값입니다. 곱을 블록마다 따로 하므로 블록 하나가
    메모리에서 이어져 나옵니다.

    Parameters
    ----------
    x : ndarray, shape (N, D)
    weight : ndarray, shape (G*H, D)
    G : int
        블록의 수.
    bias : ndarray, shape (G*H,), optional
    out : ndarray, optional
        결과를 쓸 자리.

    Returns
    -------
    ndarray, shape (G, N, H)

    Examples
    --------
    >>> linear_blocks(np.ones((3, 4)), np.ones((28, 4)), 4).shape
    (4, 3, 7)
    """
    y = np.matmul(x, weight.reshape(G, -1, x.shape[1]).swapaxes(1, 2), out=out)
    if bias is not None:
        y += bias.reshape(G, 1, -1)
    return y


def blocks(y, G):
    """곱의 결과 (N, G*H)를 게이트 블록 (G, N, H)로 나누어 봅니다. 사본이 아닙니다 (a view).

    Examples
    --------
    >>> blocks(np.zeros((3, 28)), 4).shape
    (4, 3, 7)
    """
    return y.reshape(len(y), G, -1).swapaxes(0, 1)


def rows(d_a):
    """``blocks``의 반대: (G, N, H)를 (N, G*H)로 (the other way round).

    Examples
    --------
    >>> rows(np.zeros((4, 3, 7))).shape
    (3, 28)
    """
    return d_a.swapaxes(0, 1).reshape(d_a.shape[1], -1)


@lru_cache
def half(dtype):
    """½인 0차원 배열. Python의 수를 배열에 곱하면 부를 때마다 배열로 바꾸는 비용이 듭니다.

    Examples
    --------
    >>> half(np.dtype(np.float32)).shape
    ()
    """
    return np.array(0.5, dtype)


def sigmoid(x, out=None):
    """시그모이드 σ(x) = 1 / (1 + e⁻ˣ) (logistic function).

    Notes
    -----
    σ(x) = ½ tanh(½x) + ½로 계산합니다. 지수 함수와 달리 큰 x에서도 넘치지 않습니다.

    Examples
    --------
    >>> sigmoid(np.array([-1000.0, 0.0, 1000.0]))
    array([0. , 0.5, 1. ])
    """
    a_half = half(x.dtype)
    y = np.tanh(np.multiply(x, a_half, out=out), out=out)
    y *= a_half
    y += a_half
    return y
