"""가중치 옮기기: numpy_rnn, torch_rnn, torch.nn 사이 (weights between libraries).

세 곳의 매개변수는 이름과 shape가 같으므로 바꿀 것은 배열의 종류뿐입니다. 계산은 하지 않습니다.
"""

import numpy as np

from course_lib.checks import check_state_dict


def to_numpy(state_dict) -> dict[str, np.ndarray]:
    """torch의 state_dict를 NumPy 배열의 사전으로 바꿉니다 (torch → NumPy).

    Parameters
    ----------
    state_dict : mapping of str to Tensor or ndarray

    Returns
    -------
    dict of ndarray
        사본이므로 고쳐도 원래 모델은 그대로입니다. dtype은 그대로이고, NumPy에 없는 bfloat16만
        float32가 됩니다.

    Examples
    --------
    >>> import torch
    >>> to_numpy(torch.nn.RNN(4, 7).state_dict())["weight_ih_l0"].shape
    (7, 4)
    """
    arrays = {}
    for name, value in state_dict.items():
        if hasattr(value, "detach"):
            value = value.detach().cpu()
            value = value.float() if "bfloat16" in str(value.dtype) else value
        arrays[name] = np.asarray(value).copy()
    return arrays


def to_torch(state_dict):
    """NumPy 배열의 state_dict를 torch 텐서의 사전으로 바꿉니다 (NumPy → torch).

    Parameters
    ----------
    state_dict : mapping of str to ndarray or Tensor

    Returns
    -------
    dict of Tensor
        사본입니다. torch.nn.RNN의 ``load_state_dict``에 바로 넘길 수 있습니다.

    Examples
    --------
    >>> from course_lib.numpy_rnn import RNN
    >>> tuple(to_torch(RNN(4, 7, rng=0).state_dict())["weight_hh_l0"].shape)
    (7, 7)
    """
    import torch

    return {
        name: value.detach().clone() if torch.is_tensor(value) else torch.from_numpy(value.copy())
        for name, value in state_dict.items()
    }


def copy_weights(source, target) -> None:
    """한 모듈의 매개변수를 다른 모듈에 옮깁니다 (copy parameters, any direction).

    Parameters
    ----------
    source, target : module
        numpy_rnn, torch_rnn, torch.nn의 RNN, LSTM, GRU와 그 셀. target의 dtype은 바뀌지 않습니다.

    Raises
    ------
    ValueError
        이름이나 shape가 다를 때. 그때 target은 그대로입니다.
    TypeError
        모듈이 아닐 때.

    Examples
    --------
    >>> import torch
    >>> from course_lib import numpy_rnn
    >>> ours, theirs = numpy_rnn.RNN(4, 7, rng=0, dtype=np.float32), torch.nn.RNN(4, 7)
    >>> copy_weights(ours, theirs)
    >>> x = np.ones((5, 3, 4), np.float32)
    >>> output, _ = theirs(torch.from_numpy(x))
    >>> float(np.abs(ours(x)[0] - output.detach().numpy()).max()) < 1e-6, tuple(output.shape)
    (True, (5, 3, 7))
    """
    for role, module in (("source", source), ("target", target)):
        if not hasattr(module, "state_dict"):
            raise TypeError(f"{role}: 모듈이 필요합니다. 실제 {type(module).__name__}.")
    state_dict = source.state_dict()
    check_state_dict(
        {name: tuple(value.shape) for name, value in target.state_dict().items()}, state_dict
    )
    is_torch = hasattr(target, "register_parameter")
    target.load_state_dict(to_torch(state_dict) if is_torch else to_numpy(state_dict))
