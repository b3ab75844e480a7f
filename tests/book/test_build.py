"""책을 정말로 만들어 봅니다. 그리고 그물에 구멍이 없는지 봅니다: 틀린 것은 반드시 걸려야 합니다."""

from __future__ import annotations

import ast
import json
import re
from base64 import b64decode
from html import unescape
from html.parser import HTMLParser
from io import BytesIO
from pathlib import Path
from urllib.parse import unquote

import pytest
from book_builds import ROOT, build, run, small_book
from book_terms import chapters, first_chapters, load_symbols, load_terms, page_text
from bs4 import BeautifulSoup
from fontTools.ttLib import TTFont
from PIL import Image

import course_lib


@pytest.fixture(scope="session")
def html(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """책 전체를 엄격하게 만든 폴더 (the whole book, built strictly)."""
    output = tmp_path_factory.mktemp("book")
    result = build(ROOT, output)
    assert result.returncode == 0, f"엄격한 빌드가 실패했습니다.\n{result.stdout[-6000:]}"
    return output / "_build" / "html"


class Page(HTMLParser):
    """쪽에서 검사할 것만 모읍니다 (what the tests look at)."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self.images, self.scripts, self.language = [], [], None
        self.text = path.read_text(encoding="utf-8")
        self.feed(self.text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = dict(attrs)
        if tag == "img":
            self.images.append(values)
        elif tag == "html":
            self.language = values.get("lang")
        elif tag in ("script", "link"):
            self.scripts.append(values.get("src") or values.get("href") or "")


def test_built_pages(html: Path) -> None:
    pages = sorted((html / "book").glob("*.html"))
    assert pages, "만들어진 쪽이 없습니다"
    for path in pages:
        page = Page(path)
        assert page.language == "ko", f"{path.name}: lang이 ko가 아닙니다"
        assert all("alt" in image for image in page.images), (
            f"{path.name}: alt 없는 그림이 있습니다"
        )
        assert "THEBE_JS_URL" not in page.text, f"{path.name}: 스크립트 오류를 내는 설정이 있습니다"
        outside = [src for src in page.scripts if re.match(r"(https?:)?//", src)]
        assert not outside, f"{path.name}: 다른 곳에서 받아 오는 것이 있습니다: {outside}"
        assert 'name="description"' in page.text, f"{path.name}: 설명이 없습니다"
    assert not (html / "_static" / "mathjax").exists(), "수식은 MathML이라 MathJax가 필요 없습니다"


def test_pages_are_light(html: Path) -> None:
    """CSS는 한 파일, 그림은 크기가 적힌 WebP, 수식은 MathML, 글꼴은 책의 글자만 있는 것입니다."""
    for path in sorted((html / "book").glob("[0-9]*.html")):
        text = path.read_text(encoding="utf-8")
        assert text.count('rel="stylesheet"') == 1, path.name
        source = page_text(ROOT / "book" / f"{path.stem}.ipynb")
        assert ("<math" in text) == ("$" in source), path.name
        figures = re.findall(r"<img [^>]*_images/[^>]*>", text)
        assert all(".webp" in tag and " width=" in tag for tag in figures), path.name
    fonts = sorted((html / "_static" / "fonts").glob("course-sans-*.woff2"))
    assert len(fonts) == 2
    assert all(20_000 < font.stat().st_size < 150_000 for font in fonts)


def test_hangul_in_code_is_exactly_twice_as_wide(html: Path) -> None:
    """인쇄한 표의 줄이 맞으려면 글꼴에 빠진 글자도, 너비가 다른 글자도 없어야 합니다."""
    widths, found = {}, set()
    for kind in ("code", "hangul"):
        font = TTFont(html / "_static" / "fonts" / f"course-{kind}-regular.woff2")
        em, names = font["head"].unitsPerEm, font.getBestCmap()
        found |= set(map(chr, names))
        widths[kind] = {font["hmtx"][name][0] / em for name in names.values()}
    (latin,), (hangul,) = widths.values()
    assert hangul == 2 * latin
    for path in sorted((html / "book").glob("[0-9]*.html")):
        blocks = re.findall(r"<pre\b.*?</pre>", path.read_text("utf-8"), re.S)
        missing = set(unescape(re.sub(r"<[^>]+>", "", "".join(blocks)))) - found - {"\n"}
        assert not missing, f"{path.name}: 코드의 글꼴에 없는 글자 {missing}"


def test_drawings_carry_their_letters(html: Path) -> None:
    """그림으로 넣은 SVG는 쪽의 글꼴을 쓰지 못합니다. 한글이 없는 컴퓨터에서도 읽혀야 합니다."""
    drawings = sorted((html / "_images").glob("*.svg"))
    assert [path.name for path in drawings] == ["map.svg", "unrolled.svg"]
    for path in drawings:
        source = path.read_text("utf-8")
        fonts = [
            set(map(chr, TTFont(BytesIO(b64decode(data))).getBestCmap()))
            for data in re.findall(r'base64,([^"]+)', source)
        ]
        shown = set(re.findall("[가-힣]", re.sub(r"<[^>]*>", "", source)))
        assert len(fonts) == 2
        assert shown
        assert all(shown <= font for font in fonts), path.name


def test_glossary_holds_exactly_the_terms_of_the_chapters(html: Path) -> None:
    text = (html / "book" / "glossary.html").read_text(encoding="utf-8")
    found = first_chapters(ROOT / "book", load_terms())
    for term in load_terms():
        assert (f">{term.korean}<" in text) == (term.korean in found), f"용어집의 '{term.korean}'"


def test_reference_speaks_to_the_reader(html: Path) -> None:
    """주소가 든 기본값, 번역되지 않은 이름, 이을 수 있는데 잇지 않은 이름이 없습니다."""
    pages = {path.stem: path.read_text("utf-8") for path in (html / "book").glob("api*.html")}
    whole = "".join(pages.values())
    for wrong in ("&lt;factory", "&lt;function", "Type<span", " at 0x"):
        assert wrong not in whole, wrong
    for signature in BeautifulSoup(whole, "html.parser").select("dl.function > dt"):
        inside = re.search(r"\(.*\)", signature.get_text(), re.S)[0]
        ast.parse(f"def f{inside}: pass")  # 기본값이 엉뚱한 데서 잘리면 읽을 수 없습니다.
    names = re.findall(r'generated/(torch[\w.]+)\.html">(?:<[^>]+>)*([\w.]+)<', whole)
    assert len(names) > 20
    types = re.findall(r"<em>[^<]*</em>", whole)
    assert "<em>{'after', 'before'}</em>" in types
    assert not [text for text in types if "‘" in text or "’" in text]
    assert all(target == shown for target, shown in names)
    # 설명 안의 이름은 다른 설명에 이어지고, 자기 자신에는 이어지지 않습니다.
    soup = BeautifulSoup(pages["api_numpy_rnn"], "html.parser")
    links = soup.select("dl.py dd a.tip")
    assert len(links) > 10
    for link in links:
        own = link.find_parent("dl", "py").dt["id"]
        assert not link["href"].endswith(f"#{own}"), own


def test_index_has_korean_letters_and_no_modules(html: Path) -> None:
    soup = BeautifulSoup((html / "genindex.html").read_text("utf-8"), "html.parser")
    heads = [head.get_text() for head in soup.select("article h2")]
    assert "".join(heads).endswith("ㄱㄴㄷㄹㅁㅂㅅㅇㅈㅊㅋㅌㅍㅎ")
    assert not [li for li in soup.select("article li") if li.get_text().startswith("course_lib.")]


def test_every_module_is_in_the_reference(html: Path) -> None:
    """설명이 없는 모듈은 안에서만 쓰는 것입니다. 새 모듈은 둘 가운데 하나로 정해야 합니다."""
    inside = {"checks", "training.models", "training.sequences", "training.options"}
    inside |= {"training.run", "training.progress", "plotting.sketch", "plotting.ends"}
    modules = {
        ".".join(path.relative_to(ROOT / "course_lib").with_suffix("").parts)
        for path in (ROOT / "course_lib").rglob("*.py")
        if path.name != "__init__.py"
    }
    pages = [path.read_text(encoding="utf-8") for path in (html / "book").glob("api*.html")]
    listed = {
        name for page in pages for name in re.findall(r'id="module-course_lib\.([\w.]+)"', page)
    }
    assert listed == modules - inside


def test_reference_holds_the_docstrings(html: Path) -> None:
    page = (html / "book" / "api_numpy_rnn.html").read_text(encoding="utf-8")
    for name in ("unroll.unroll_backward", "lstm_cell.lstm_cell", "modules.RNN.backward"):
        assert f'id="course_lib.numpy_rnn.{name}"' in page, name
    assert "Alias for field" not in page, "NamedTuple의 칸이 영어로 실려 있습니다"
    arguments = re.search(r"<strong>input_size, hidden_size</strong>.*?</li>", page, re.S)[0]
    assert "D와 H" in arguments, "두 인자가 함께 쓰는 설명이 하나로 실리지 않았습니다"
    assert page.count('id="course_lib.numpy_rnn.linear.Linear"') == 1
    assert "numpy_rnn.heads.Linear" not in page, "같은 것이 두 번 실려 있습니다"
    tools = (html / "book" / "api_tools.html").read_text(encoding="utf-8")
    assert "``" not in re.sub(r"<pre.*?</pre>", "", tools, flags=re.S), (
        "풀리지 않은 코드가 있습니다"
    )


def test_code_in_the_text_leads_to_the_reference(html: Path) -> None:
    page = (html / "book" / "09_bptt.html").read_text(encoding="utf-8")
    target = "api_numpy_rnn.html#course_lib.numpy_rnn.unroll.unroll_backward"
    assert page.count(f'href="{target}"') == 1, "쪽에서 처음 나온 것 하나만 이어야 합니다"
    assert re.search(
        rf'href="{re.escape(target)}" title="[^"]*\(backpropagation through time\)', page
    )
    assert "api_torch_rnn.html#" not in page, "NumPy의 장이 PyTorch의 설명으로 이어집니다"


def test_terms_and_shapes_explain_themselves(html: Path) -> None:
    terms = {term.korean: term for term in load_terms()}
    for path in sorted((html / "book").glob("[0-9]*.html")):
        page = path.read_text(encoding="utf-8")
        links = re.findall(r'<a class="tip term-tip[^"]*"[^>]*title="([^"]*)">([^<]+)</a>', page)
        words = [word for _, word in links]
        assert len(words) >= 5, f"{path.name}: 용어집에 이어진 말이 거의 없습니다"
        assert len(words) == len(set(words)), f"{path.name}: 같은 말을 두 번 이었습니다"
        # "출력 게이트"의 "출력"처럼 긴 말의 앞부분만 이으면 다른 말의 뜻이 보입니다.
        for word, after in re.findall(r'<a class="tip term-tip[^>]*>([^<]+)</a>([^<]*)', page):
            longer = [long for long in terms if long.startswith(f"{word} ")]
            assert not any((word + after).startswith(long) for long in longer), word + after
        for title, word in links:
            assert unescape(title).startswith(terms[word].definition), word
        assert not re.search(r"<(h[1-6])[^>]*>(?:(?!</\1>).)*term-tip", page), path.name
    shapes = (html / "book" / "05_shapes.html").read_text(encoding="utf-8")
    title = "T 시퀀스 길이, N 배치 크기, D 입력 크기"
    assert f'<abbr class="tip" title="{title}">(T, N, D)</abbr>' in shapes
    assert ">(5, 3, 4)</abbr>" not in shapes, "글자가 없는 shape에 뜻을 붙였습니다"


def test_symbols_are_those_of_the_notation_page() -> None:
    table = (ROOT / "book" / "notation.md").read_text(encoding="utf-8")
    table = re.sub(r"\([a-z ]+\)", "", table)  # 한글 뒤의 영어
    for letter, meaning in load_symbols().items():
        assert re.search(rf"^\| {letter} \| {meaning}\b", table, flags=re.M), letter


def test_bibliography_holds_the_works_of_the_chapters() -> None:
    """장에 나온 DOI와 arXiv의 문헌은 모두 참고 문헌에 있고, 거꾸로도 그렇습니다."""
    bib = (ROOT / "book" / "_data" / "references.bib").read_text(encoding="utf-8")
    listed = set(re.findall(r"(?:doi|url) = \{([^}]+)\}", bib))
    cited = set()
    for path in chapters(ROOT / "book"):
        for link in re.findall(r"https?://[^\s)>\]]+", page_text(path)):
            if match := re.match(r"https://arxiv\.org/abs/(\d+\.\d+)", link):
                cited.add(f"10.48550/arXiv.{match[1]}")
            elif link.startswith("https://doi.org/"):
                cited.add(link.removeprefix("https://doi.org/"))
            else:
                cited.add(link)
    works = {work for work in cited if work.startswith("10.")}
    assert not works - listed, f"참고 문헌에 없습니다: {sorted(works - listed)}"
    assert not listed - cited, f"어느 장에도 나오지 않습니다: {sorted(listed - cited)}"


@pytest.fixture(scope="session")
def plain(sample: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """저장소 주소가 없는 작은 책 (a small book without a repository address).

    이것이 만들어져야 아래 검사들이 다른 까닭으로 실패하지 않는다는 것을 압니다.
    """
    folder = tmp_path_factory.mktemp("plain")
    result = build(small_book(folder / "root", sample), folder / "out")
    assert result.returncode == 0, result.stdout[-4000:]
    return folder / "out" / "_build" / "html" / "book" / f"{sample.stem}.html"


def broken_link(notebook: dict) -> None:
    notebook["cells"][1]["source"] += "\n\n[](no-such-label)"


def missing_figure(notebook: dict) -> None:
    notebook["cells"][1]["source"] += "\n\n![없는 그림](no-such-figure.png)"


def stored_error(notebook: dict) -> None:
    error = {
        "output_type": "error",
        "ename": "ValueError",
        "evalue": "x",
        "traceback": ["ValueError: x"],
    }
    notebook["cells"][2]["outputs"] = [error]


def stripped_outputs(notebook: dict) -> None:
    for cell in notebook["cells"]:
        if cell["cell_type"] == "code":
            cell["outputs"], cell["execution_count"] = [], None


def test_spoilt_pages_fail_the_build(plain: Path, sample: Path, tmp_path: Path) -> None:
    """쪽마다 하나씩 망가뜨린 책: 빌드가 실패하고, 쪽마다 경고가 있어야 합니다."""
    root = small_book(tmp_path / "root", sample)
    toc = (root / "_toc.yml").read_text(encoding="utf-8")
    spoilers = {"02": broken_link, "03": missing_figure, "04": stored_error, "05": stripped_outputs}
    for number, spoil in spoilers.items():
        text = (
            sample.read_text(encoding="utf-8")
            .replace("ch-01", f"ch-{number}")
            .replace("ex-01", f"ex-{number}")
        )
        notebook = json.loads(text)
        spoil(notebook)
        name = f"{number}_{spoil.__name__}"
        (root / "book" / f"{name}.ipynb").write_text(json.dumps(notebook), encoding="utf-8")
        toc += f"  - file: book/{name}\n"
    (root / "_toc.yml").write_text(toc, encoding="utf-8")
    result = build(root, tmp_path / "out")
    assert result.returncode != 0, f"망가진 책이 만들어졌습니다.\n{result.stdout[-2000:]}"
    warnings = [line for line in result.stdout.splitlines() if "WARNING" in line]
    for spoil in spoilers.values():
        assert any(spoil.__name__ in line for line in warnings), (
            f"{spoil.__name__}에 경고가 없습니다: {warnings}"
        )
    assert not any(sample.stem in line for line in warnings), (
        f"성한 쪽에 경고가 있습니다: {warnings}"
    )


@pytest.fixture(scope="session")
def public(sample: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """저장소 주소가 있는 작은 책의 폴더 (the same small book with an address)."""
    folder = tmp_path_factory.mktemp("public")
    root = small_book(folder / "root", sample)
    (root / "pyproject.toml").write_text(
        '[tool.course]\nrepository = "https://github.com/a/b"\n', encoding="utf-8"
    )
    result = build(root, folder / "out")
    assert result.returncode == 0, result.stdout[-4000:]
    return folder / "out" / "_build" / "html"


def test_repository_buttons_follow_pyproject(plain: Path, public: Path, sample: Path) -> None:
    without = plain.read_text(encoding="utf-8")
    assert "colab.research" not in without, "주소가 없는데 Colab 단추가 있습니다"
    page = (public / "book" / plain.name).read_text(encoding="utf-8")
    assert "executablebooks/jupyter-book" not in without + page, "Jupyter Book의 저장소입니다"
    assert f"colab.research.google.com/github/a/b/blob/main/book/{sample.name}" in page
    assert "github.com/a/b/issues" in page


def test_address_reaches_search_engines(plain: Path, public: Path) -> None:
    """주소를 알면 절대 주소의 미리보기와 사이트맵이 생기고, 모르면 틀린 주소를 적지 않습니다."""
    site = "https://a.github.io/b/"
    page = (public / "book" / plain.name).read_text(encoding="utf-8")
    for name, value in (
        ("og:url", f"{site}book/{plain.name}"),
        ("og:image", f"{site}_static/social.png"),
        ("og:site_name", "숫자로 확인하는 순환 신경망"),
    ):
        assert f'<meta property="{name}" content="{value}" />' in page
    assert f'<link rel="canonical" href="{site}book/{plain.name}"' in page
    sitemap = (public / "sitemap.xml").read_text(encoding="utf-8")
    assert f"<loc>{site}book/{plain.name}</loc>" in sitemap
    assert 'href="/b/_static/' in (public / "404.html").read_text(encoding="utf-8")
    without = plain.read_text(encoding="utf-8")
    assert "og:url" not in without
    assert "og:image" not in without
    assert not (plain.parents[1] / "sitemap.xml").exists()


def test_the_address_of_the_folder_leads_to_the_first_page(html: Path, public: Path) -> None:
    """책의 주소를 붙이면 첫 쪽의 설명과 그림이 보이고, 열면 첫 쪽으로 갑니다."""
    door = (html / "index.html").read_text(encoding="utf-8")
    assert '<html lang="ko">' in door
    assert 'content="0; url=book/intro.html"' in door
    first = (html / "book" / "intro.html").read_text(encoding="utf-8")
    described = re.search(r'<meta name="description"[^>]*>', first)[0]
    assert described in door
    public_door = (public / "index.html").read_text(encoding="utf-8")
    assert 'property="og:image" content="https://a.github.io/b/_static/social.png"' in public_door


def test_every_page_introduces_itself(html: Path) -> None:
    """쪽마다 다른 설명, 책의 판, 인용하는 법이 있습니다 (description, version, citation)."""
    descriptions = {}
    for path in sorted((html / "book").glob("*.html")):
        page = path.read_text(encoding="utf-8")
        found = re.findall(r'<meta name="description" content="([^"]+)"', page)
        assert len(found) == 1, f"{path.name}: 설명이 하나가 아닙니다: {found}"
        assert re.search("[가-힣]", found[0]), f"{path.name}: 설명이 한국어가 아닙니다"
        descriptions[path.name] = found[0]
        assert f"<p>{course_lib.__version__}판 · <a href=" in page, path.name
        assert "이 쪽을 인용하려면" in page, path.name
    assert len(set(descriptions.values())) == len(descriptions), "설명이 같은 쪽이 있습니다"
    with Image.open(html / "_static" / "social.png") as picture:
        assert picture.size == (1200, 630)


def test_the_book_works_in_any_folder(html: Path) -> None:
    """모든 링크가 상대 주소이고, 가리키는 파일과 자리가 있습니다. 그래서 어디에 올려도 됩니다."""
    broken = []
    for path in sorted(html.rglob("*.html")):
        if path.name in ("404.html", "sbt-webpack-macros.html", "webpack-macros.html"):
            continue
        page = path.read_text(encoding="utf-8")
        for link in re.findall(r'(?:href|src)="([^"]*)"', page):
            address, _, place = unescape(link).partition("#")
            if re.match(r"[a-z]+:", address):
                continue
            target = (path.parent / unquote(address.partition("?")[0])) if address else path
            if address.startswith("/") or not target.exists():
                broken.append(f"{path.relative_to(html)} → {link}")
            elif place and target.suffix == ".html":
                ids = f'id="{unquote(place)}"'
                if ids not in target.read_text(encoding="utf-8"):
                    broken.append(f"{path.relative_to(html)} → {link}")
    assert not broken, "\n".join(broken[:20])


def test_altered_number_fails_nbval(sample: Path, tmp_path: Path) -> None:
    """진짜 장의 사본에서 저장된 숫자 하나를 바꾸면 nbval이 알아차립니다."""
    original = next(iter(chapters(ROOT / "book")), sample)
    nbval = (
        "-m",
        "pytest",
        "--nbval",
        "--nbval-current-env",
        "-p",
        "no:cacheprovider",
        "-c",
        tmp_path / "none.ini",
        "-q",
    )
    (tmp_path / "none.ini").write_text("[pytest]\n", encoding="utf-8")
    # 이름은 그대로 두고 폴더를 나눕니다. 두 사본의 처지가 같아야 숫자 탓임을 압니다.
    good, bad = tmp_path / "good" / original.name, tmp_path / "bad" / original.name
    for path in (good, bad):
        path.parent.mkdir()
        path.write_text(original.read_text(encoding="utf-8"), encoding="utf-8")
    notebook = json.loads(bad.read_text(encoding="utf-8"))
    assert alter_one_digit(notebook), f"{original.name}: 찍힌 숫자가 없습니다"
    bad.write_text(json.dumps(notebook), encoding="utf-8")

    passed = run(*nbval, good, cwd=tmp_path)
    assert passed.returncode == 0, passed.stdout[-3000:]
    failed = run(*nbval, bad, cwd=tmp_path)
    assert failed.returncode == 1, failed.stdout[-3000:]
    assert "1 failed" in failed.stdout, failed.stdout[-3000:]


def alter_one_digit(notebook: dict) -> bool:
    """찍힌 첫 숫자의 마지막 자리를 하나 올립니다 (bump one printed digit)."""
    for cell in notebook["cells"]:
        for output in cell.get("outputs", []):
            text = "".join(output.get("text", ""))
            if match := re.search(r"\d+\.\d+|\d+", text):
                digit = str((int(match.group()[-1]) + 1) % 10)
                output["text"] = text[: match.end() - 1] + digit + text[match.end() :]
                return True
    return False
