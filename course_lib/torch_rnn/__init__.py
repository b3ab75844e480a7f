"""nn.Parameter만으로 만든 RNN, LSTM, GRU (recurrent layers in plain readable torch).

아래에서 위로 읽습니다: ``cells`` → ``unroll`` → ``bidirectional`` → ``stack`` → ``modules``.
``numpy_rnn``과 파일과 이름이 같습니다.
"""

from course_lib.torch_rnn.cell_modules import GRUCell, LSTMCell, RNNCell
from course_lib.torch_rnn.modules import GRU, LSTM, RNN

__all__ = ["GRU", "LSTM", "RNN", "GRUCell", "LSTMCell", "RNNCell"]
