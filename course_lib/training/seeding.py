"""시드: 난수를 쓰는 모든 곳을 한 번에 정합니다."""

import random
import sys

import numpy as np

from course_lib.training.options import check_seed


def seed_everything(seed):
    """Python, NumPy, torch의 전역 난수를 정하고 새 생성기를 돌려줍니다 (seed every generator).

    Parameters
    ----------
    seed : int
        0 이상 2³² 미만.

    Returns
    -------
    numpy.random.Generator
        ``np.random.default_rng(seed)``. 전역 난수 대신 이것을 넘겨 쓰는 편이 좋습니다.

    Notes
    -----
    torch는 이미 들여왔을 때만 정합니다. 그러므로 torch를 쓴다면 먼저 ``import torch``를 합니다.

    Examples
    --------
    >>> rng = seed_everything(0)
    >>> rng.normal(size=(5, 3)).shape
    (5, 3)
    """
    seed = check_seed(seed)
    random.seed(seed)
    np.random.seed(seed)  # noqa: NPY002 - 전역 난수를 쓰는 남의 코드도 같은 수를 얻게 합니다.
    if torch := sys.modules.get("torch"):
        torch.manual_seed(seed)
    return np.random.default_rng(seed)
