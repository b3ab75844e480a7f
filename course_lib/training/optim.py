"""최적화기: 기울기의 반대쪽으로 매개변수를 옮깁니다. SGD와 Adam.

이름 붙은 NumPy 배열의 사전만 알고, 제자리에서 고칩니다. torch 모델의 매개변수도 메모리를 함께
쓰는 NumPy 배열로 보이므로 같은 코드가 두 라이브러리를 훈련합니다.
"""

import math

import numpy as np

from course_lib.checks import check_shape
from course_lib.training.options import check_fraction, check_positive


class Optimizer:
    """최적화기의 바탕: 걸음 수와, 매개변수마다 기억하는 배열 (what optimisers share).

    Attributes
    ----------
    steps : int
        지금까지의 걸음 수.
    slots : dict of dict of ndarray
        기억의 이름마다, 매개변수의 이름마다 배열 하나.
    """

    def __init__(self, *slots):
        self.steps = 0
        self.slots = {slot: {} for slot in slots}

    def settings(self) -> dict:
        """하이퍼파라미터 (hyper-parameters by name)."""
        own = ("steps", "slots")
        return {name: value for name, value in vars(self).items() if name not in own}

    def __repr__(self):
        values = ", ".join(f"{name}={value!r}" for name, value in self.settings().items())
        return f"{type(self).__name__}({values})"

    def check(self, params, grads) -> None:
        """기울기와 기억이 매개변수에 맞는지 보기만 합니다 (names, shapes, dtypes).

        Raises
        ------
        ValueError
            모르는 이름이 있거나, 다른 모델을 훈련하던 최적화기일 때.
        ShapeError, TypeError
            shape나 dtype이 다를 때.
        """
        unknown = [name for name in grads if name not in params]
        if unknown:
            raise ValueError(f"grads: params에 없는 이름 {unknown}. 두 사전의 이름을 맞추십시오.")
        for name, gradient in grads.items():
            param = params[name]
            letters = [f"축 {axis}" for axis in range(param.ndim)]
            hint = "기울기는 그 매개변수와 shape가 같습니다."
            check_shape(f"d_{name}", letters, param.shape, gradient, hint)
            if gradient.dtype != param.dtype:
                raise TypeError(f"d_{name}: 기대 dtype {param.dtype}, 실제 {gradient.dtype}.")
        for slot in self.slots.values():
            for name, array in slot.items():
                if name not in params or params[name].shape != array.shape:
                    raise ValueError(
                        f"optimizer: 다른 모델을 훈련하던 것입니다(매개변수 {name}). 모델마다 새로 "
                        f"만드십시오: {type(self).__name__}(...)."
                    )

    def step(self, params, grads) -> None:
        """매개변수를 제자리에서 한 걸음 옮깁니다 (one update, in place).

        Parameters
        ----------
        params, grads : dict of ndarray
            이름이 같은 매개변수와 기울기. 기울기가 없는 매개변수는 그대로 둡니다.
        """
        self.check(params, grads)
        self.steps += 1
        for name, gradient in grads.items():
            memory = [
                slot.setdefault(name, np.zeros_like(gradient)) for slot in self.slots.values()
            ]
            self._move(params[name], gradient, *memory)


class SGD(Optimizer):
    """확률적 경사 하강법 (stochastic gradient descent, with momentum).

    Parameters
    ----------
    lr : float
        학습률.
    momentum : float
        앞 걸음의 방향을 얼마나 남길지. 0이면 남기지 않습니다.

    Notes
    -----
    ``v ← momentum * v + d_w``, ``w ← w - lr * v``

    See Also
    --------
    torch.optim.SGD

    Examples
    --------
    >>> params, optimizer = {"w": np.array([1.0])}, SGD(0.1, momentum=0.5)
    >>> for _ in range(2):
    ...     optimizer.step(params, {"w": np.array([1.0])})
    >>> params["w"].round(4)  # 1 - 0.1 - 0.15
    array([0.75])
    """

    def __init__(self, lr, momentum=0.0):
        self.lr = check_positive("lr", lr)
        self.momentum = check_fraction("momentum", momentum)
        super().__init__(*(("velocity",) if momentum else ()))

    def _move(self, param, gradient, velocity=None):
        if velocity is None:
            velocity = gradient
        else:
            velocity *= self.momentum
            velocity += gradient
        param -= self.lr * velocity


class Adam(Optimizer):
    """Adam: 매개변수마다 걸음의 크기를 맞추는 방법 (adaptive moment estimation).

    Parameters
    ----------
    lr : float
        학습률.
    betas : (float, float)
        기울기의 평균과, 제곱의 평균을 얼마나 천천히 바꿀지.
    eps : float
        0으로 나누지 않게 더하는 수.

    Notes
    -----
    ``m ← β1 m + (1-β1) d_w``, ``v ← β2 v + (1-β2) d_w²``, ``w ← w - lr * m' / (√v' + eps)``.
    0에서 시작한 두 평균은 ``m' = m / (1-β1ᵗ)``, ``v' = v / (1-β2ᵗ)``로 바로잡습니다.

    References
    ----------
    D. P. Kingma, J. Ba (2015), Adam: A Method for Stochastic Optimization. arXiv:1412.6980

    See Also
    --------
    torch.optim.Adam

    Examples
    --------
    >>> params = {"w": np.array([1.0, 1.0])}
    >>> Adam(0.1).step(params, {"w": np.array([100.0, -0.01])})
    >>> params["w"].round(4)  # 첫 걸음의 크기는 기울기의 크기와 상관없이 lr입니다.
    array([0.9, 1.1])
    """

    def __init__(self, lr=1e-3, betas=(0.9, 0.999), eps=1e-8):
        self.lr = check_positive("lr", lr)
        if not isinstance(betas, tuple | list) or len(betas) != 2:
            raise TypeError(f"betas: 수 둘을 묶은 튜플이 필요합니다. 실제 {betas!r}.")
        self.betas = tuple(check_fraction("betas", beta) for beta in betas)
        self.eps = check_positive("eps", eps)
        super().__init__("mean", "square")

    def _move(self, param, gradient, mean, square):
        beta_1, beta_2 = self.betas
        mean *= beta_1
        mean += (1 - beta_1) * gradient
        square *= beta_2
        square += (1 - beta_2) * gradient * gradient
        size = np.sqrt(square) / math.sqrt(1 - beta_2**self.steps) + self.eps
        param -= (self.lr / (1 - beta_1**self.steps)) * (mean / size)


def check_optimizer(optimizer, params) -> None:
    """최적화기인지, 이 모델의 것인지 봅니다 (an optimizer of this model).

    Raises
    ------
    TypeError
        이 라이브러리의 최적화기가 아닐 때.
    ValueError
        다른 모델을 훈련하던 것일 때.
    """
    if not isinstance(optimizer, Optimizer):
        raise TypeError(
            "optimizer: course_lib.training의 SGD나 Adam이 필요합니다. 실제 "
            f"{type(optimizer).__name__}. torch 모델에도 같은 것을 씁니다."
        )
    optimizer.check(params, {})
