"""훈련: 시드, 최적화기, 기울기 클리핑, 훈련 루프, 기록, 체크포인트 (one small honest loop).

=================  ========================================================
``loop``           fit, evaluate, loss_and_gradients
``optim``          SGD, Adam
``clipping``       clip_gradients, gradient_norm
``history``        에포크마다의 기록과 손실 곡선
``checkpoint``     체크포인트 파일을 쓰고 읽기
``models``         NumPy와 torch의 모델을 똑같이 다루는 껍질
``sequences``      데이터의 검사, 미니배치, 절단 시간 역전파의 조각
``options``        나머지 인자의 검사
``run``            진행 중인 훈련의 상태
``progress``       진행 막대
``seeding``        seed_everything
=================  ========================================================
"""

from course_lib.training.checkpoint import CheckpointError
from course_lib.training.clipping import clip_gradients, gradient_norm
from course_lib.training.history import History
from course_lib.training.loop import evaluate, fit, loss_and_gradients
from course_lib.training.optim import SGD, Adam
from course_lib.training.seeding import seed_everything

__all__ = [
    "SGD",
    "Adam",
    "CheckpointError",
    "History",
    "clip_gradients",
    "evaluate",
    "fit",
    "gradient_norm",
    "loss_and_gradients",
    "seed_everything",
]
