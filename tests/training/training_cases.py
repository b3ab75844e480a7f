"""훈련 시험이 함께 쓰는 것: 작은 모델 셋, 데이터, 기록의 비교."""

import numpy as np
import torch

from course_lib import interop, numpy_rnn, torch_rnn
from course_lib.numpy_rnn import heads
from course_lib.torch_rnn import heads as torch_heads

N, T, D, H, K = 11, 6, 3, 5, 2
LIBRARIES = ("numpy_rnn", "torch_rnn", "torch.nn")


def make_model(library="numpy_rnn", kind="RNN", last=False, dtype="float64", **options):
    """세 라이브러리의 모델. 초깃값은 언제나 NumPy의 것입니다."""
    options = {"batch_first": True, **options}
    ours = heads.SequenceModel(
        getattr(numpy_rnn, kind)(D, H, **options, dtype=dtype, rng=0), K, last
    )
    if library == "numpy_rnn":
        return ours
    torch.manual_seed(0)
    package = torch_rnn if library == "torch_rnn" else torch.nn
    rnn = getattr(package, kind)(D, H, **options, dtype=getattr(torch, dtype))
    model = torch_heads.SequenceModel(rnn, K, last)
    interop.copy_weights(ours, model)
    return model


def data(last=False, seed=0, count=N, dtype="float64", classes=False):
    """무작위 시퀀스와 정답, (N, T, ·)."""
    rng = np.random.default_rng(seed)
    x = rng.normal(size=(count, T, D)).astype(dtype)
    leading = (count,) if last else (count, T)
    if classes:
        return x, rng.integers(0, K, leading)
    return x, np.tanh(rng.normal(size=(*leading, K))).astype(dtype)


def numbers(history):
    """기록의 모든 수."""
    return {name: np.array(values) for name, values in vars(history).items()}
