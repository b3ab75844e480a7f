"""모든 쪽과 장이 틀과 말을 지키는지 봅니다. 장은 이름으로 찾으므로 새 장에도 적용됩니다."""

from __future__ import annotations

import io
import json
import tokenize
from pathlib import Path

import nbformat
import page_checks as checks
import pytest
import yaml
from book_builds import ROOT
from book_outputs import notebook_problems
from book_terms import cells, chapters, load_exceptions, load_terms, page_text, without_code

BOOK = ROOT / "book"
CHAPTERS = chapters(BOOK)
PAGES = sorted([*BOOK.glob("*.md"), *BOOK.glob("*.ipynb")])
MODULES = sorted((ROOT / "course_lib").rglob("*.py"))


def name(path: Path) -> str:
    return path.stem if path.parent == BOOK else path.relative_to(ROOT).as_posix()


def report(problems: list[str], path: Path) -> None:
    assert not problems, f"{path.relative_to(ROOT).as_posix()}\n  " + "\n  ".join(problems)


def toc_files() -> list[str]:
    toc = yaml.safe_load((ROOT / "_toc.yml").read_text(encoding="utf-8"))
    return [toc["root"], *(page["file"] for part in toc["parts"] for page in part["chapters"])]


def test_every_listed_page_exists() -> None:
    missing = [
        file
        for file in toc_files()
        if not any((ROOT / f"{file}{end}").exists() for end in (".md", ".ipynb"))
    ]
    assert not missing, f"_toc.yml에 있지만 파일이 없습니다: {missing}"


def test_every_page_is_listed_once() -> None:
    files, pages = toc_files(), {f"book/{path.stem}" for path in PAGES}
    assert not pages - set(files), f"_toc.yml에 없는 쪽: {sorted(pages - set(files))}"
    assert len(files) == len(set(files)), "_toc.yml에 두 번 적힌 쪽이 있습니다"


def test_chapters_are_listed_in_order_without_gaps() -> None:
    numbers = [Path(file).name[:2] for file in toc_files() if Path(file).name[:2].isdigit()]
    assert numbers == [f"{n:02d}" for n in range(1, len(numbers) + 1)], (
        f"장의 번호가 차례대로가 아닙니다: {numbers}"
    )


CHAPTER_CHECKS = [
    checks.template_problems,
    checks.figure_problems,
    checks.shape_problems,
    checks.exercise_problems,
    checks.card_problems,
    checks.bare_links,
]


@pytest.mark.parametrize("check", CHAPTER_CHECKS, ids=lambda check: check.__name__)
@pytest.mark.parametrize("path", CHAPTERS, ids=name)
def test_chapter_follows_the_template(path: Path, check) -> None:
    report(check(path), path)


@pytest.mark.parametrize("path", [path for path in PAGES if path.suffix == ".ipynb"], ids=name)
def test_stored_outputs_are_complete(path: Path) -> None:
    report(notebook_problems(json.loads(path.read_text(encoding="utf-8"))), path)
    nbformat.validate(nbformat.read(path, as_version=nbformat.NO_CONVERT))


@pytest.mark.parametrize("path", [path for path in PAGES if path.suffix == ".ipynb"], ids=name)
def test_no_line_is_wider_than_the_page(path: Path) -> None:
    report(checks.width_problems(path), path)


@pytest.mark.parametrize("path", PAGES, ids=name)
def test_page_uses_the_words_of_the_term_table(path: Path) -> None:
    text = without_code(page_text(path))
    if path.suffix == ".ipynb":  # 코드 셀의 주석과 찍히는 글도 독자가 읽습니다.
        text = "\n".join([text, *cells(path, "code")])
    report(checks.forbidden_words(text, path.stem), path)


@pytest.mark.parametrize("path", PAGES, ids=name)
def test_page_is_written_in_one_style(path: Path) -> None:
    report(checks.style_problems(page_text(path)), path)


@pytest.mark.parametrize("path", PAGES, ids=name)
def test_links_and_footnotes_are_well_formed(path: Path) -> None:
    report(checks.link_problems(page_text(path)), path)


@pytest.mark.parametrize("path", MODULES, ids=name)
def test_library_uses_the_words_of_the_term_table(path: Path) -> None:
    kinds = (
        tokenize.STRING,
        tokenize.COMMENT,
        getattr(tokenize, "FSTRING_MIDDLE", tokenize.STRING),
    )
    tokens = tokenize.generate_tokens(io.StringIO(path.read_text(encoding="utf-8")).readline)
    text = "\n".join(token.string for token in tokens if token.type in kinds)
    problems = checks.forbidden_words(text)
    problems += [
        f"조사를 둘 다 적었습니다: …{m.group()}…" for m in checks.BOTH_PARTICLES.finditer(text)
    ]
    report(problems, path)


def test_term_table_is_consistent() -> None:
    terms = load_terms()
    used = [term.korean for term in terms]
    avoided = [word for term in terms for word in term.avoid]
    assert len(used) == len(set(used)), "같은 말이 두 번 있습니다"
    assert len(avoided) == len(set(avoided)), "쓰지 않는 말이 두 번 있습니다"
    assert not set(used) & set(avoided), "쓰는 말이면서 쓰지 않는 말인 것이 있습니다"
    for term in terms:
        assert term.definition.endswith("니다.") or "니다. " in term.definition, (
            f"{term.korean}: 합니다체가 아닙니다"
        )
        problems = checks.forbidden_words(term.definition) + checks.style_problems(term.definition)
        assert not problems, f"{term.korean}: {problems}"
    stems = {Path(file).name for file in toc_files()}
    for rule in load_exceptions():
        assert rule["because"], f"까닭이 없는 예외: {rule['words']}"
        assert set(rule.get("pages", [])) <= stems, f"없는 쪽의 예외: {rule}"
