"""한국어 순환 신경망 과정의 짝 패키지 (companion package of a Korean course on RNNs).

======================  =====================================================
``shapes``              축 글자, 게이트 순서, 매개변수의 이름과 shape
``checks``              입력 검사와 오류의 말
``lengths``             길이가 다른 시퀀스의 규칙
``explain``             설정 하나를 shape로 풀어 말해 주는 도구
``numpy_rnn``           NumPy로 만든 RNN, LSTM, GRU (순전파와 역전파)
``torch_rnn``           같은 것을 PyTorch로, 같은 파일과 같은 이름으로
``interop``             가중치 옮기기: 우리 것과 torch.nn
``training``            두 라이브러리의 모델을 함께 훈련하는 루프와 체크포인트
``data``                작은 데이터
``plotting``            과정의 모든 그림
======================  =====================================================

이 파일은 아무것도 들여오지 않습니다. 그래서 ``course_lib.numpy_rnn``은 NumPy만 있어도 됩니다.
"""

__version__ = "0.1.0"
