"""체크포인트 파일: 원자적으로 쓰고, 한 바이트라도 다르면 읽지 않습니다.

무엇을 담는지는 ``training/run.py``가 정합니다. 여기서는 JSON 하나와 이름 붙은 배열들을 pickle
없는 .npz 파일로 쓰고 읽습니다. 남의 pickle은 열기만 해도 코드를 실행하므로 쓰지 않습니다.
"""

import hashlib
import io
import json
import os
import zipfile
from pathlib import Path

import numpy as np

FORMAT, VERSION = "course_lib.training", 1
# 파일의 끝, 곧 zip의 주석 자리에 적는 SHA-256의 글자 수.
DIGEST = 64


class CheckpointError(ValueError):
    """체크포인트가 망가졌거나 이 훈련의 것이 아닙니다 (damaged, foreign or different)."""

    def __init__(self, path, reason, *, way_on=None):
        way_on = way_on or "파일을 지우고 처음부터 훈련하거나, checkpoint에 다른 경로를 주십시오."
        super().__init__(f"checkpoint {path}: {reason} {way_on} 모델은 바꾸지 않았습니다.")


def check_path(checkpoint) -> Path:
    """체크포인트를 둘 수 있는 경로인지 봅니다 (a file in an existing folder).

    Raises
    ------
    TypeError, ValueError
        경로가 아니거나, 폴더가 없거나, 폴더 자신일 때.

    Examples
    --------
    >>> check_path("run.npz").name
    'run.npz'
    """
    if not isinstance(checkpoint, str | os.PathLike):
        raise TypeError(f"checkpoint: 파일의 경로가 필요합니다. 실제 {type(checkpoint).__name__}.")
    path = Path(checkpoint)
    if not path.parent.is_dir():
        raise ValueError(f"checkpoint: 폴더가 없습니다. 먼저 만드십시오: {path.parent}")
    if path.is_dir():
        raise ValueError(f"checkpoint: 폴더입니다. 그 안의 파일 이름까지 적으십시오: {path}")
    return path


def write_checkpoint(path, content: dict, arrays: dict) -> None:
    """체크포인트를 씁니다. 쓰다가 멈추어도 앞의 파일은 그대로입니다 (atomic write).

    Parameters
    ----------
    path : Path
    content : dict
        JSON으로 적을 수 있는 것.
    arrays : dict of ndarray

    Notes
    -----
    같은 폴더의 임시 파일에 다 쓰고 디스크에 내린 뒤 이름만 바꿉니다. 이름을 바꾸는 일은 나뉘지
    않으므로, 읽는 쪽은 앞의 것이나 새것 가운데 하나를 온전히 봅니다.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = Path(folder) / "run.npz"
    ...     write_checkpoint(path, {"epoch": 2}, {"w": np.ones((5, 3))})
    ...     content, arrays = read_checkpoint(path)
    >>> content["epoch"], arrays["w"].shape
    (2, (5, 3))
    """
    text = json.dumps({"format": FORMAT, "version": VERSION, **content})
    data = _sealed({"content": np.frombuffer(text.encode(), np.uint8), **arrays})
    temporary = path.with_name(f"{path.name}.tmp")
    try:
        with open(temporary, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        os.replace(temporary, path)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise


def read_checkpoint(path):
    """체크포인트를 읽습니다 (content and arrays).

    Parameters
    ----------
    path : Path

    Returns
    -------
    content : dict
    arrays : dict of ndarray

    Raises
    ------
    CheckpointError
        잘렸거나, 한 바이트라도 다르거나, 다른 프로그램의 것이거나, 더 새로운 판의 것일 때.
    """
    data = path.read_bytes()
    if data[-DIGEST:] != _digest(data[:-DIGEST]):
        raise CheckpointError(path, _why_unsealed(data))
    with np.load(io.BytesIO(data), allow_pickle=False) as file:
        arrays = dict(file)
    content = json.loads(arrays.pop("content").tobytes())
    if content["version"] > VERSION:
        raise CheckpointError(
            path,
            f"더 새 판의 course_lib이 만든 것입니다(형식 {content['version']}, 아는 것은 "
            f"{VERSION}까지).",
            way_on="course_lib을 새 판으로 바꾸거나, checkpoint에 다른 경로를 주십시오.",
        )
    return content, arrays


def _sealed(arrays) -> bytes:
    """npz의 바이트. 끝의 주석에 그 앞 모든 바이트의 SHA-256을 적습니다."""
    buffer = io.BytesIO()
    np.savez(buffer, **arrays)
    with zipfile.ZipFile(buffer, "a") as file:
        file.comment = b"0" * DIGEST  # 길이를 먼저 정해야 그 앞의 바이트도 정해집니다.
    data = buffer.getvalue()[:-DIGEST]
    return data + _digest(data)


def _digest(data) -> bytes:
    return hashlib.sha256(data).hexdigest().encode()


def _why_unsealed(data) -> str:
    """SHA-256이 맞지 않는 파일이 무엇인지."""
    if not data.startswith(b"PK"):
        return "체크포인트가 아닙니다. npz로 시작하지 않습니다(앞부분이 손상되었을 수도 있습니다)."
    if FORMAT.encode() in data:
        return "손상되었습니다. 내용의 SHA-256이 다릅니다. 잘렸거나 바이트가 바뀌었습니다."
    return (
        "이 라이브러리의 체크포인트가 아니거나, 앞부분이 손상되었습니다(다른 npz나 zip일 수 있음)."
    )
