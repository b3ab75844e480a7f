"""사다리 위에 얹는 출력층: 은닉 상태를 답으로 바꾸는 선형 층을 순환 층과 묶습니다.

``numpy_rnn/heads.py``의 거울입니다. 선형 층은 torch.nn.Linear이고, 손실은 torch.nn.functional의
mse_loss와 cross_entropy를 씁니다.
"""

import torch
from torch import nn
from torch.nn.utils.rnn import PackedSequence

from course_lib.shapes import check_flag, check_size


class SequenceModel(nn.Module):
    """순환 층과 선형 출력층을 묶은 모델 (a recurrent module with a linear head).

    Parameters
    ----------
    rnn : torch.nn.Module
        torch_rnn이나 torch.nn의 RNN, LSTM, GRU.
    output_size : int
        K, 답 하나의 크기.
    last : bool
        참이면 다 읽은 뒤의 상태로 답을 하나만 냅니다. 거짓이면 시점마다 냅니다.

    Notes
    -----
    양방향에서 다 읽은 뒤의 상태는 ``output[-1]``이 아닙니다. 역방향은 시점 0에서 끝나므로 마지막
    층의 두 상태 ``h_n[-2]``와 ``h_n[-1]``을 잇습니다.

    Examples
    --------
    >>> model = SequenceModel(nn.LSTM(4, 7, bidirectional=True), 2, last=True)
    >>> y, (h_n, c_n) = model(torch.ones(5, 3, 4))
    >>> tuple(y.shape), tuple(h_n.shape)
    ((3, 2), (2, 3, 7))
    """

    def __init__(self, rnn, output_size, last=False):
        super().__init__()
        if not isinstance(rnn, nn.Module) or not hasattr(rnn, "bidirectional"):
            raise TypeError(
                "rnn: torch_rnn이나 torch.nn의 RNN, LSTM, GRU가 필요합니다. 실제 "
                f"{type(rnn).__name__}. NumPy의 층이면 course_lib.numpy_rnn.heads.SequenceModel을 "
                "쓰십시오."
            )
        output_size = check_size("output_size", output_size)
        check_flag("last", last)
        self.rnn, self.last = rnn, last
        size = getattr(rnn, "proj_size", 0) or rnn.hidden_size  # torch.nn.LSTM에만 있는 투영
        width = (2 if rnn.bidirectional else 1) * size
        weight = next(rnn.parameters())
        self.head = nn.Linear(width, output_size, device=weight.device, dtype=weight.dtype)

    def forward(self, x, hx=None):
        """시퀀스를 읽고 답을 냅니다 (forward).

        Parameters
        ----------
        x : Tensor, shape (T, N, D), (N, T, D) 또는 (T, D), 아니면 PackedSequence
        hx : Tensor or tuple of Tensor, optional
            처음 상태. 없으면 0입니다.

        Returns
        -------
        y : Tensor or PackedSequence
            시점마다면 x와 축의 순서가 같고 마지막 축이 K입니다. ``last``면 (N, K) 또는 (K,)이고,
            x가 패킹되어 있으면 시퀀스마다 저마다의 끝에서 답합니다.
        state : Tensor or tuple of Tensor
            rnn의 마지막 상태: h_n, LSTM은 (h_n, c_n).
        """
        output, state = self.rnn(x, hx)
        if not self.last and isinstance(output, PackedSequence):
            return PackedSequence(self.head(output.data), *output[1:]), state
        if not self.last:
            return self.head(output), state
        h_n = state[0] if isinstance(state, tuple) else state
        F = 2 if self.rnn.bidirectional else 1
        return self.head(torch.cat(list(h_n[-F:]), dim=-1)), state

    def extra_repr(self) -> str:
        """``print(model)``이 보여 줄 설정 (the configuration)."""
        return f"last={self.last}"
