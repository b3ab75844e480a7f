"""NumPy만으로 만든 RNN, LSTM, GRU: 순전파와 역전파 (recurrent layers in plain NumPy).

아래에서 위로 읽습니다: ``cells`` → ``unroll`` → ``bidirectional`` → ``stack`` → ``modules``.
``torch_rnn``이 같은 파일, 같은 이름의 거울입니다. torch를 쓰지 않습니다.
"""

import numpy as np

from course_lib.numpy_rnn.cell_modules import GRUCell, LSTMCell, RNNCell
from course_lib.numpy_rnn.modules import GRU, LSTM, RNN

__all__ = ["GRU", "LSTM", "RNN", "GRUCell", "LSTMCell", "RNNCell"]

# OpenBLAS는 행렬을 작업 메모리에 옮겨 담고 곱합니다. 더 큰 곱이 그 메모리를 쓴 적이 없으면 작은
# 곱이 세 배까지 느린 CPU가 있습니다(잰 값은 14장에). 큰 곱 하나로 작업 메모리를 써 둡니다.
_big = np.ones((400, 400), np.float32)
_big @ _big
