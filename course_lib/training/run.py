"""진행 중인 훈련의 상태: 체크포인트에 담는 모든 것과, 거기서 이어 가는 방법.

이어 간 훈련이 멈추지 않은 훈련과 비트까지 같으려면 매개변수만으로는 모자랍니다. 최적화기의 기억,
난수의 상태, 조기 종료의 기록이 모두 있어야 합니다.
"""

import hashlib
import json

import numpy as np

from course_lib.training.checkpoint import CheckpointError, read_checkpoint, write_checkpoint
from course_lib.training.history import History

#: 설정이 다를 때 말해 줄 것의 수.
SHOWN = 4


class Run:
    """한 번의 훈련 (one training run).

    Parameters
    ----------
    model : NumpyModel or TorchModel
    optimizer : Optimizer
    seed : int
        미니배치의 순서를 정하는 난수의 시드.
    patience : int, optional
        검증 손실이 나아지지 않아도 기다리는 에포크의 수.

    Attributes
    ----------
    history : History
    best : dict of ndarray
        검증 손실이 가장 낮았던 매개변수. ``patience``가 없으면 비어 있습니다.
    """

    def __init__(self, model, optimizer, seed, patience):
        self.model, self.optimizer, self.patience = model, optimizer, patience
        self.rng = np.random.default_rng(seed)
        self.history, self.best = History(), {}

    @property
    def epoch(self) -> int:
        """끝낸 에포크의 수 (epochs done)."""
        return len(self.history.train)

    @property
    def stopped(self) -> bool:
        """조기 종료할 때가 되었는지 (out of patience)."""
        if self.patience is None or not self.epoch:
            return False
        return self.epoch - 1 - self.history.best_epoch >= self.patience

    def record(self, train, norm, validation) -> None:
        """에포크 하나를 적고, 가장 좋은 매개변수를 간직합니다 (end of an epoch)."""
        self.history.train.append(train)
        self.history.gradient_norm.append(norm)
        if validation is not None:
            self.history.validation.append(validation)
        if self.patience is not None and self.history.best_epoch == self.epoch - 1:
            self.best = {name: array.copy() for name, array in self.model.params.items()}

    def restore_best(self) -> None:
        """간직한 매개변수로 되돌립니다 (back to the best parameters)."""
        for name, array in self.best.items():
            self.model.params[name][...] = array

    def save(self, path, settings) -> None:
        """체크포인트를 씁니다 (everything that the rest of the run depends on)."""
        arrays = {f"params/{name}": array for name, array in self.model.params.items()}
        arrays |= {f"best/{name}": array for name, array in self.best.items()}
        for slot, memory in self.optimizer.slots.items():
            arrays |= {f"optimizer/{slot}/{name}": array for name, array in memory.items()}
        content = {
            "settings": settings,
            "history": vars(self.history),
            "steps": self.optimizer.steps,
            "rng": {"order": self.rng.bit_generator.state, "model": self.model.rng_state()},
        }
        write_checkpoint(path, content, arrays)

    def resume(self, path, settings, epochs) -> None:
        """체크포인트에서 이어 갑니다. 맞지 않으면 아무것도 바꾸지 않습니다 (continue a run).

        Raises
        ------
        CheckpointError
            읽을 수 없거나, 설정이 다르거나, 이미 ``epochs``보다 많이 훈련했을 때.
        """
        content, arrays = read_checkpoint(path)
        differing = _differences(content["settings"], json.loads(json.dumps(settings)))
        if differing:
            listed = "; ".join(differing[:SHOWN])
            more = f"; 그 밖에 {len(differing) - SHOWN}개" if len(differing) > SHOWN else ""
            raise CheckpointError(path, f"다른 설정의 훈련입니다. {listed}{more}.")
        history = History(**content["history"])
        if len(history.train) > epochs:
            raise CheckpointError(
                path,
                f"epochs: 이미 {len(history.train)} 에포크를 훈련했습니다. 지금 {epochs}.",
                way_on="epochs를 그 이상으로 하거나, checkpoint에 다른 경로를 주십시오.",
            )
        self.history = history
        for name, array in _inside("params", arrays).items():
            self.model.params[name][...] = array
        self.best = _inside("best", arrays)
        self.optimizer.steps = content["steps"]
        self.optimizer.slots = {
            slot: _inside(f"optimizer/{slot}", arrays) for slot in self.optimizer.slots
        }
        self.rng.bit_generator.state = content["rng"]["order"]
        self.model.set_rng_state(content["rng"]["model"])


def fingerprint(*arrays) -> str:
    """배열들의 SHA-256: 같은 데이터인지 알아봅니다 (hash of dtype, shape and values).

    Examples
    --------
    >>> fingerprint(np.zeros((5, 3)))[:8]
    'db1abf0a'
    """
    digest = hashlib.sha256()
    for array in arrays:
        digest.update(f"{array.dtype}{array.shape}".encode())
        digest.update(np.ascontiguousarray(array))
    return digest.hexdigest()


def _inside(folder, arrays):
    """``folder/이름``인 배열들을 이름으로."""
    start = f"{folder}/"
    return {k.removeprefix(start): v for k, v in arrays.items() if k.startswith(start)}


def _differences(saved, given, name=""):
    """두 설정에서 다른 것을 말로."""
    if isinstance(saved, dict) and isinstance(given, dict):
        names = dict.fromkeys((*saved, *given))
        return [
            text
            for key in names
            for text in _differences(
                saved.get(key), given.get(key), f"{name}.{key}" if name else key
            )
        ]
    if saved == given:
        return []
    if name.startswith("data"):
        return [f"{name}: 다른 데이터입니다"]
    return [f"{name}: 체크포인트 {saved}, 지금 {given}"]
