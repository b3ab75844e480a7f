"""길이가 다른 시퀀스: 패딩이 없는 줄이 사다리를 그대로 지나갑니다.

``numpy_rnn/packed.py``의 거울입니다. 패킹하고 푸는 일은 torch.nn.utils.rnn에 있습니다. 길이가 긴
것부터 정렬되어 있으므로 시점 t에 남은 시퀀스는 언제나 앞의 몇 줄입니다.
"""

from functools import partial

import torch
from torch.nn.utils.rnn import PackedSequence

from course_lib.lengths import pieces
from course_lib.torch_rnn.stack import stack
from course_lib.torch_rnn.unroll import unroll


def unroll_packed(cell, x, state, weights, reverse=False, *, batch_sizes):
    """패킹한 시퀀스를 시간으로 펼칩니다 (run a cell over packed sequences).

    Parameters
    ----------
    cell : Cell
    x : Tensor, shape (sum(lengths), D)
        시점 0의 N줄, 시점 1에 남은 줄, … 패딩이 없습니다.
    state : tuple
        처음 상태, 각각 (N, H). 긴 시퀀스부터 놓여 있습니다.
    weights : Weights
    reverse : bool
        참이면 시퀀스마다 자기의 끝에서 읽기 시작합니다.
    batch_sizes : list of int
        시점마다 남은 시퀀스의 수.

    Returns
    -------
    output : Tensor, shape (sum(lengths), H)
    state : tuple
        시퀀스마다 자기가 마지막으로 읽은 시점의 상태, 각각 (N, H).

    Notes
    -----
    상태의 앞 n줄만 새 상태로 바꿉니다. 정방향에서는 끝난 시퀀스의 상태가 그 자리에 남고,
    역방향에서는 아직 시작하지 않은 시퀀스의 처음 상태가 그 자리에서 기다립니다.

    See Also
    --------
    torch.nn.utils.rnn.PackedSequence

    Examples
    --------
    >>> from course_lib.torch_rnn.cells import RNN_TANH, Weights
    >>> weights = Weights(torch.ones(7, 4), torch.ones(7, 7))
    >>> output, (h_n,) = unroll_packed(
    ...     RNN_TANH, torch.ones(6, 4), (torch.zeros(3, 7),), weights, batch_sizes=[3, 2, 1]
    ... )
    >>> tuple(output.shape), tuple(h_n.shape)
    ((6, 7), (3, 7))
    """
    blocks = pieces(batch_sizes)
    # 조각으로 하나씩 꺼내면 역전파가 그때마다 x만 한 0 텐서를 만듭니다. split은 그러지 않습니다.
    parts = x.split([rows.stop - rows.start for _, rows in blocks])
    output = [None] * len(blocks)
    for k in reversed(range(len(blocks))) if reverse else range(len(blocks)):
        n, _ = blocks[k]
        alive = tuple(tensor[:n] for tensor in state)
        piece, after = unroll(cell, parts[k].unflatten(0, (-1, n)), alive, weights, reverse)
        output[k] = piece.flatten(0, 1)
        state = tuple(torch.cat([new, old[n:]]) for new, old in zip(after, state, strict=True))
    return torch.cat(output), state


def stack_packed(cell, x, states, weights, dropout=0.0):
    """패킹된 시퀀스로 층을 쌓습니다 (the stack over a PackedSequence).

    Parameters
    ----------
    cell : Cell
    x : PackedSequence
    states : list of list of tuple
        처음 상태, ``states[층][방향]``. 배치의 순서는 패킹하기 전의 것입니다.
    weights : list of list of Weights
    dropout : float
        ``stack``과 같습니다.

    Returns
    -------
    output : PackedSequence
    states : list of list of tuple
        시퀀스마다 자기가 마지막으로 읽은 시점의 상태. 배치의 순서는 패킹하기 전의 것입니다.

    See Also
    --------
    torch.nn.utils.rnn.pack_padded_sequence, torch.nn.utils.rnn.pad_packed_sequence

    Examples
    --------
    >>> from torch.nn.utils.rnn import pack_sequence
    >>> from course_lib.torch_rnn.cells import RNN_TANH, Weights
    >>> weights = [[Weights(torch.ones(7, 4), torch.ones(7, 7))]]
    >>> packed = pack_sequence([torch.ones(T, 4) for T in (2, 5, 1)], enforce_sorted=False)
    >>> output, _ = stack_packed(RNN_TANH, packed, [[(torch.zeros(3, 7),)]], weights)
    >>> tuple(output.data.shape), output.batch_sizes.tolist()
    ((8, 7), [3, 2, 1, 1, 1])
    """
    run = partial(unroll_packed, batch_sizes=x.batch_sizes.tolist())
    states = _take(states, x.sorted_indices)
    data, states = stack(cell, x.data, states, weights, dropout, run)
    return PackedSequence(data, *x[1:]), _take(states, x.unsorted_indices)


def _take(states, index):
    """[층][방향]의 상태마다 배치의 줄을 골라 늘어놓습니다. 순서가 없으면 그대로입니다."""
    if index is None:
        return states
    return [
        [tuple(tensor[index] for tensor in state) for state in directions] for directions in states
    ]
