"""검사의 검사: 보기 장은 모두 통과하고, 하나를 망가뜨리면 그 검사가 알아차립니다."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import page_checks as checks
import pytest
from book_outputs import notebook_problems
from book_terms import Term, first_chapters, occurs, without_code


def replace(old: str, new: str) -> Callable[[dict], None]:
    """모든 셀에서 글을 바꿉니다. 바뀐 것이 없으면 검사가 헛도는 것이므로 멈춥니다."""

    def change(notebook: dict) -> None:
        sources = ["".join(cell["source"]) for cell in notebook["cells"]]
        assert any(old in source for source in sources), f"보기 장에 {old!r}가 없습니다"
        for cell, source in zip(notebook["cells"], sources, strict=True):
            cell["source"] = source.replace(old, new)

    return change


def code(notebook: dict, number: int) -> dict:
    return [cell for cell in notebook["cells"] if cell["cell_type"] == "code"][number]


def edit(number: int, **fields: object) -> Callable[[dict], None]:
    return lambda notebook: code(notebook, number).update(fields)


ERROR = {
    "output_type": "error",
    "ename": "ValueError",
    "evalue": "x",
    "traceback": ["ValueError: x"],
}


def stream(name: str, text: str) -> list[dict]:
    return [{"output_type": "stream", "name": name, "text": text}]


PAGE_MUTANTS = {
    "이름표 없음": (checks.template_problems, replace("(ch-01)=\n", "")),
    "제목이 둘": (checks.template_problems, replace("## 준비", "# 준비")),
    "제목의 글자": (checks.template_problems, replace("## 정리", "## 요약")),
    "목표가 하나": (checks.template_problems, replace("- 출력의 shape를 말합니다.", "")),
    "빈 정리": (checks.template_problems, replace("- 셀은 한 시점을 계산합니다.", "")),
    "읽을거리에 주소 없음": (
        checks.template_problems,
        replace("(https://pytorch.org/docs", "(docs"),
    ),
    "alt 없음": (checks.figure_problems, edit(2, metadata={})),
    "영어 alt": (
        checks.figure_problems,
        edit(2, metadata={"mystnb": {"image": {"alt": "a curve"}}}),
    ),
    "그림의 assert": (checks.figure_problems, replace("assert ax.lines", "ax.lines")),
    "그림이 없음": (checks.figure_problems, edit(2, source="1", outputs=[])),
    "shape의 assert": (checks.shape_problems, replace("assert h.shape == (3, 4)", "")),
    "넓은 코드": (checks.width_problems, edit(0, source="x" * 79)),
    "넓은 출력": (checks.width_problems, edit(0, outputs=stream("stdout", "가" * 40))),
    "글 속의 넓은 코드": (
        checks.width_problems,
        replace("## 정리", f"```python\n{'x' * 79}\n```\n\n## 정리"),
    ),
    "연습이 둘": (checks.exercise_problems, replace(":label: ex-01-sample-3", "")),
    "다른 장의 이름표": (checks.exercise_problems, replace("ex-01-sample-2", "ex-02-sample-2")),
    "풀이 없음": (checks.exercise_problems, replace("{solution-start} ex-01-sample-1", "{note}")),
    "펼쳐진 풀이": (checks.exercise_problems, replace(":class: dropdown", "")),
    "끝나지 않은 풀이": (checks.exercise_problems, replace(":::{solution-end}\n:::", "")),
    "풀이의 assert": (checks.exercise_problems, replace("assert twice", "twice")),
    "글 없는 링크": (checks.bare_links, replace("## 정리", "## 정리\n\n[](ch-01)")),
    "글 없는 참조": (checks.bare_links, replace("## 정리", "## 정리\n\n{ref}`ch-01`")),
    "explain의 assert": (
        checks.shape_problems,
        edit(1, source="from course_lib.explain import explain\nexplain(layer, T=5)"),
    ),
    "카드 없음": (checks.card_problems, replace(":class: misconception", ":class: note")),
    "카드의 출처": (checks.card_problems, replace("출처: [", "[")),
    "카드의 제목": (checks.card_problems, replace("오해: ", "")),
    "카드 뒤의 assert": (checks.card_problems, replace("assert not np", "not np")),
}

OUTPUT_MUTANTS = {
    "실행하지 않음": edit(1, execution_count=None),
    "차례가 다름": edit(1, execution_count=7),
    "지워진 그림": edit(2, outputs=[]),
    "stderr": edit(0, outputs=stream("stderr", "경고")),
    "오류": edit(0, outputs=[ERROR]),
    "나지 않은 오류": edit(0, metadata={"tags": ["raises-exception"]}),
    "건너뛰는 주석": edit(0, source="# NBVAL_IGNORE_OUTPUT"),
    "건너뛰는 표시": edit(0, metadata={"tags": ["nbval-skip"]}),
    "경로": edit(0, outputs=stream("stdout", "/home/me/x.py")),
    "Windows 경로": edit(0, outputs=stream("stdout", "C:\\Users\\me")),
    "겹치는 id": edit(0, id="sample-4"),
    "형식": edit(0, outputs=[{"output_type": "stream"}]),
}


def mutated(sample: Path, folder: Path, change: Callable[[dict], None]) -> Path:
    notebook = json.loads(sample.read_text(encoding="utf-8"))
    change(notebook)
    path = folder / sample.name
    path.write_text(json.dumps(notebook), encoding="utf-8")
    return path


def test_sample_passes_every_check(sample: Path) -> None:
    for check in {check for check, _ in PAGE_MUTANTS.values()}:
        assert check(sample) == [], check.__name__
    assert notebook_problems(json.loads(sample.read_text(encoding="utf-8"))) == []
    text = checks.page_text(sample)
    assert (
        checks.forbidden_words(without_code(text))
        == checks.style_problems(text)
        == checks.link_problems(text)
        == []
    )


@pytest.mark.parametrize("case", PAGE_MUTANTS)
def test_template_check_sees(sample: Path, tmp_path: Path, case: str) -> None:
    check, change = PAGE_MUTANTS[case]
    assert check(mutated(sample, tmp_path, change)), f"'{case}'를 알아차리지 못했습니다"


@pytest.mark.parametrize("case", OUTPUT_MUTANTS)
def test_output_check_sees(sample: Path, case: str) -> None:
    notebook = json.loads(sample.read_text(encoding="utf-8"))
    OUTPUT_MUTANTS[case](notebook)
    try:
        problems = notebook_problems(notebook)
    except KeyError:  # 형식이 어긋나면 더 볼 수 없습니다.
        problems = ["형식"]
    assert problems, f"'{case}'를 알아차리지 못했습니다"


@pytest.mark.parametrize(
    "text",
    [
        "히든 스테이트를 봅니다",
        "은닉 계층이 있습니다",
        "순방향으로 읽습니다",
        "로스가 줄어듭니다",
        "재귀 신경망입니다",
        "4개의 파라미터",
    ],
)
def test_forbidden_word_is_seen(text: str) -> None:
    assert checks.forbidden_words(text)


@pytest.mark.parametrize(
    "text",
    [
        "크로스 엔트로피",
        "하이퍼파라미터",
        "모양(shape)",
        "재귀 신경망(recursive neural network)과 다릅니다",
        "플레이어",
        "정방향과 역방향",
    ],
)
def test_innocent_word_is_left_alone(text: str) -> None:
    assert checks.forbidden_words(text) == []


def test_page_exception_holds_on_its_page_only() -> None:
    assert checks.forbidden_words("재귀 신경망", "01_sequence") == []
    assert checks.forbidden_words("재귀 신경망", "02_cell")


@pytest.mark.parametrize(
    "text",
    [
        "4(이)가 됩니다",
        "4이/가 됩니다",
        "값을(를) 더합니다",
        "`h`은(는) 상태입니다",
        "이렇게 해요.",
        "그렇죠?",
        "이것은 상태이다.",
        "값을 더한다.",
        "shape을 봅니다.",
    ],
)
def test_style_is_seen(text: str) -> None:
    assert checks.style_problems(text)


@pytest.mark.parametrize(
    "text",
    [
        "값을 더합니다.",
        "필요한 개요입니다.",
        "필요",
        "셀(cell)은 층(layer)과 다릅니다.",
        '"밥을 먹는다."를 읽습니다.',
        "`해요.`입니다.",
        "입력/출력",
        "4(층)이 됩니다.",
        "더해 봅시다.",
        "shape를 봅니다.",
    ],
)
def test_good_style_is_left_alone(text: str) -> None:
    assert checks.style_problems(text) == []


@pytest.mark.parametrize(
    "text",
    [
        "[가](http://example.org)",
        "[가](https://example)",
        "각주[^1]",
        "글\n\n[^1]: 풀이",
        "![figure](a.png)",
        "www.example.org",
    ],
)
def test_bad_link_is_seen(text: str) -> None:
    assert checks.link_problems(text)


@pytest.mark.parametrize(
    "text",
    [
        "[가](https://example.org/a_b(c)",
        "각주[^1]\n\n[^1]: 풀이",
        "`http://127.0.0.1`",
        "<https://example.org>",
        "[](ch-01)",
    ],
)
def test_good_link_is_left_alone(text: str) -> None:
    assert checks.link_problems(text) == []


def test_word_is_found_with_a_particle_only() -> None:
    assert occurs("층", "층은 셀을 씁니다")
    assert occurs("층", "위 층")
    assert not occurs("층", "심층 RNN")
    assert not occurs("축", "축소합니다")


def test_first_chapter_of_a_term_is_found(tmp_path: Path) -> None:
    for file, text in (
        ("01_a", "`셀`은 코드입니다"),
        ("02_b", "셀(cell)은 계산입니다"),
        ("03_c", "셀을 씁니다"),
    ):
        notebook = {"cells": [{"cell_type": "markdown", "source": text}]}
        (tmp_path / f"{file}.ipynb").write_text(json.dumps(notebook), encoding="utf-8")
    assert first_chapters(tmp_path, [Term("셀", "cell", ""), Term("층", "layer", "")]) == {
        "셀": "ch-02"
    }
