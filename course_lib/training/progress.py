"""진행 막대: 터미널에서만 보이는 글자 막대. 노트북의 위젯은 쓰지 않습니다.

노트북의 저장된 출력이 실행할 때마다 달라지지 않도록, 스스로는 터미널에서만 나타납니다.
"""

import sys
from contextlib import contextmanager


def find_bar(progress):
    """막대의 클래스를 찾습니다. 보이지 않을 때는 None입니다 (tqdm, or nothing).

    Parameters
    ----------
    progress : bool, optional
        True면 언제나, False면 보이지 않고, None이면 터미널에서만 보입니다.

    Returns
    -------
    type or None

    Raises
    ------
    TypeError
        progress가 셋 가운데 하나가 아닐 때.
    ImportError
        True인데 tqdm이 없을 때.

    Examples
    --------
    >>> find_bar(False) is None
    True
    """
    if not (progress is None or isinstance(progress, bool)):
        raise TypeError(f"progress: None, True, False 가운데 하나여야 합니다. 실제 {progress!r}.")
    if progress is False or (progress is None and not _in_terminal()):
        return None
    try:
        from tqdm import tqdm  # tqdm.auto는 노트북에서 위젯을 만듭니다.
    except ImportError:
        if progress is None:
            return None
        raise ImportError(
            "progress=True: 막대를 그리는 tqdm이 없습니다. pip install tqdm으로 설치하거나 "
            "progress=None으로 두십시오."
        ) from None
    return tqdm


@contextmanager
def progress_bar(bar_class, total, done):
    """막대를 열고, 미니배치마다 부를 함수를 냅니다 (a text bar, or nothing).

    Parameters
    ----------
    bar_class : type, optional
        ``find_bar``가 찾은 것.
    total, done : int
        미니배치의 수, 모두와 이미 끝난 것.

    Yields
    ------
    callable
        보일 글을 받아 한 칸 나아갑니다.

    Examples
    --------
    >>> with progress_bar(None, total=10, done=0) as advance:
    ...     advance("에포크 0")
    """
    if bar_class is None:
        yield lambda text: None
        return
    with bar_class(total=total, initial=done, unit="배치", desc="훈련", file=sys.stderr) as bar:

        def advance(text):
            bar.set_postfix_str(text, refresh=False)
            bar.update()

        yield advance


def _in_terminal() -> bool:
    """진짜 터미널인지. 주피터의 stderr도 터미널이라고 답하는 일이 있어 따로 봅니다."""
    ipython = sys.modules.get("IPython")
    in_kernel = ipython is not None and hasattr(ipython.get_ipython(), "kernel")
    return not in_kernel and sys.stderr is not None and sys.stderr.isatty()
