"""다른 환경이 필요한 검사와 노트북을 모으지 않습니다. 이름을 대면 모읍니다 (explicit paths do)."""

from run import FRAMEWORKS_ONLY

collect_ignore = FRAMEWORKS_ONLY
