"""NumPy만으로 만든 RNN, LSTM, GRU: 순전파와 역전파 (recurrent layers in plain NumPy).

아래에서 위로 읽습니다: ``cells`` → ``unroll`` → ``bidirectional`` → ``stack`` → ``modules``.
``torch_rnn``이 같은 파일, 같은 이름의 거울입니다. torch를 쓰지 않습니다.
"""

from course_lib.numpy_rnn.cell_modules import GRUCell, LSTMCell, RNNCell
from course_lib.numpy_rnn.modules import GRU, LSTM, RNN

__all__ = ["GRU", "LSTM", "RNN", "GRUCell", "LSTMCell", "RNNCell"]
