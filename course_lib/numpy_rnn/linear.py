"""선형 층: 마지막 축을 다른 크기로 바꿉니다. 순환 층의 은닉 상태를 답으로 바꿀 때 씁니다.

시간도 상태도 모릅니다. 순환 층과 묶는 일은 ``heads.py``가 합니다. torch_rnn은 torch.nn.Linear를
그대로 쓰므로 이 파일의 거울은 없습니다.
"""

import math

import numpy as np

from course_lib.checks import check_array, check_shape, check_state_dict
from course_lib.interop import to_numpy
from course_lib.shapes import check_flag, check_size


class Linear:
    """선형 층 y = x Wᵀ + b (a linear layer on the last axis).

    Parameters
    ----------
    in_features, out_features : int
        마지막 축의 크기, 들어올 때와 나갈 때.
    bias : bool
    dtype : dtype, optional
        실수형. 기본값은 float64입니다.
    rng : int or numpy.random.Generator, optional
        초깃값의 난수.

    Attributes
    ----------
    params, grads : dict of ndarray
        ``weight`` (out_features, in_features)와 ``bias`` (out_features,).

    Notes
    -----
    초깃값은 torch와 같은 분포 ``U(-1/√in, 1/√in)``에서 뽑습니다.

    See Also
    --------
    torch.nn.Linear

    Examples
    --------
    >>> head = Linear(7, 2, rng=0)
    >>> head(np.ones((5, 3, 7))).shape
    (5, 3, 2)
    """

    def __init__(self, in_features, out_features, bias=True, *, dtype=None, rng=None):
        self.in_features = check_size("in_features", in_features)
        self.out_features = check_size("out_features", out_features)
        check_flag("bias", bias)
        self.dtype = np.dtype(np.float64 if dtype is None else dtype)
        if self.dtype.kind != "f":
            raise TypeError(f"dtype: 실수형이 필요합니다. 실제 {self.dtype}.")
        self.bias, self.training = bias, True
        rng = np.random.default_rng(rng)
        bound = 1 / math.sqrt(in_features)
        self.params = {
            name: rng.uniform(-bound, bound, shape).astype(self.dtype)
            for name, shape in self._shapes().items()
        }
        self.grads, self._x = {}, None

    def _shapes(self):
        weight = {"weight": (self.out_features, self.in_features)}
        return weight | ({"bias": (self.out_features,)} if self.bias else {})

    def __repr__(self):
        return f"Linear({self.in_features}, {self.out_features}, bias={self.bias})"

    def __getstate__(self):
        return self.__dict__ | {"_x": None}  # 마지막 배치까지 저장하지 않습니다.

    def __call__(self, x):
        """마지막 축의 크기를 in_features에서 out_features로 바꿉니다 (forward).

        Parameters
        ----------
        x : ndarray, shape (..., in_features)

        Returns
        -------
        ndarray, shape (..., out_features)
        """
        check_array("x", x, np.ndarray, self.dtype)
        leading = x.shape[:-1]
        letters = (*(f"축 {axis}" for axis in range(len(leading))), "in_features")
        hint = "마지막 축은 in_features와 같아야 합니다."
        check_shape("x", letters, (*leading, self.in_features), x, hint)
        self._x = np.array(x, order="C")  # 사본이라 순전파 뒤에 x를 고쳐도 됩니다.
        # 앞의 축을 모두 펴서 곱 하나로 끝냅니다. 시점이 몇이든 가중치는 같습니다.
        y = self._x.reshape(-1, self.in_features) @ self.params["weight"].T
        if self.bias:
            y += self.params["bias"]
        return y.reshape(*leading, self.out_features)

    def backward(self, d_y):
        """역전파. ``grads``를 채웁니다 (backward).

        Parameters
        ----------
        d_y : ndarray, shape (..., out_features)

        Returns
        -------
        ndarray, shape (..., in_features)
            d_x.
        """
        if self._x is None:
            raise RuntimeError("backward: 먼저 모듈을 불러 순전파를 계산하십시오.")
        check_array("d_y", d_y, np.ndarray, self.dtype)
        leading = self._x.shape[:-1]
        letters = (*(f"축 {axis}" for axis in range(len(leading))), "out_features")
        check_shape("d_y", letters, (*leading, self.out_features), d_y, "y와 shape가 같습니다.")
        rows = d_y.reshape(-1, self.out_features)
        self.grads = {"weight": rows.T @ self._x.reshape(-1, self.in_features)}
        if self.bias:
            self.grads["bias"] = rows.sum(0)
        return (rows @ self.params["weight"]).reshape(self._x.shape)

    def train(self, mode: bool = True):
        """훈련 상태로 바꿉니다. 선형 층이 하는 일은 같습니다 (training mode)."""
        self.training = mode
        return self

    def eval(self):
        """평가 상태로 바꿉니다 (evaluation mode)."""
        return self.train(False)

    def state_dict(self) -> dict[str, np.ndarray]:
        """매개변수의 사본을 돌려줍니다 (a copy of the parameters)."""
        return {name: value.copy() for name, value in self.params.items()}

    def load_state_dict(self, state_dict) -> None:
        """매개변수를 불러옵니다. torch.nn.Linear의 것도 받습니다 (load parameters).

        Raises
        ------
        ValueError
            이름이나 shape가 다를 때. 그때는 아무것도 바꾸지 않습니다.
        """
        check_state_dict(self._shapes(), state_dict)
        arrays = to_numpy(state_dict)
        self.params = {name: arrays[name].astype(self.dtype) for name in self.params}
