"""만든 책을 127.0.0.1에 올리고 Chromium과 Firefox로 여는 준비입니다.

책은 한 번만 만듭니다. 이미 만든 책을 검사하려면 `--html 폴더`를 줍니다.
마지막에 쪽마다 잰 값을 표로 찍습니다.
"""

import functools
import http.server
import importlib.util
import json
import mimetypes
import shutil
import subprocess
import sys
import threading
from pathlib import Path

import pytest

sys.path.append(str(Path(__file__).parent))  # pytest의 import 방식과 상관없이 찾게 합니다.

from served import CHROMIUM, FIGURES, FLAGS, HERE, ROOT, WORK, Handler, built_pages, toc_pages


def pytest_addoption(parser):
    parser.addoption("--html", help="이미 만들어 둔 책의 폴더. 없으면 만듭니다.")


def pytest_generate_tests(metafunc):
    """인자 page가 있는 검사는 차례의 모든 쪽과 찾기 쪽에 돌립니다."""
    if "page" in metafunc.fixturenames:
        metafunc.parametrize("page", [*toc_pages(), "search"])


def find_program(*names):
    for name in names:
        if found := shutil.which(name):
            return found
    needed = "Chromium, Firefox, Node.js, epubcheck이"
    pytest.exit(f"{names[0]}을 찾지 못했습니다. 브라우저 검사에는 {needed} 필요합니다.", 3)


def load_run():
    spec = importlib.util.spec_from_file_location("run_for_browser", ROOT / "run.py")
    run = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(run)
    return run


@pytest.fixture(scope="session")
def html(request):
    """책의 폴더입니다. (The strict build, made once.)"""
    if built := request.config.getoption("--html"):
        return Path(built).resolve()
    run = load_run()
    run.build()
    return run.HTML


@pytest.fixture(scope="session")
def site(html):
    """책의 주소입니다. /로 끝납니다. (Served under a sub-path of 127.0.0.1.)"""
    mimetypes.add_type("text/javascript", ".js")
    mimetypes.add_type("text/javascript", ".mjs")
    handler = functools.partial(Handler, directory=str(html))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        server.daemon_threads = True
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}{Handler.prefix}"
        server.shutdown()
        thread.join()


@pytest.fixture(scope="session")
def pages(html):
    """만들어진 모든 쪽의 이름입니다."""
    return built_pages(html)


@pytest.fixture(scope="session")
def chromium():
    return find_program(*CHROMIUM)


@pytest.fixture(scope="session")
def playwright():
    from playwright.sync_api import sync_playwright

    with sync_playwright() as started:
        yield started


@pytest.fixture(scope="session")
def browser(playwright, chromium):
    """머리 없는 Chromium입니다. (Headless, a fresh profile.)"""
    browser = playwright.chromium.launch(executable_path=chromium, args=FLAGS)
    yield browser
    browser.close()


@pytest.fixture(scope="session")
def node():
    """잠긴 판의 npm 패키지를 깔고, 그 폴더를 돌려줍니다."""
    npm = find_program("npm")
    WORK.mkdir(parents=True, exist_ok=True)
    stamp = WORK / "installed.txt"
    wanted = "".join((HERE / name).read_text() for name in ("package.json", "package-lock.json"))
    if not stamp.exists() or stamp.read_text() != wanted:
        for name in ("package.json", "package-lock.json"):
            shutil.copy(HERE / name, WORK)
        command = [npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund"]
        done = subprocess.run(command, cwd=WORK, capture_output=True, encoding="utf-8")
        assert done.returncode == 0, done.stdout + done.stderr
        stamp.write_text(wanted)
    return WORK / "node_modules"


@pytest.fixture(scope="session")
def firefox(node):
    """firefox(할 일): Firefox로 책을 열어 본 것을 돌려줍니다(firefox.mjs)."""
    program = find_program("firefox-esr", "firefox")

    def run(**job):
        command = ["node", str(HERE / "firefox.mjs"), str(node)]
        text = json.dumps({"firefox": program, **job})
        done = subprocess.run(command, input=text, capture_output=True, encoding="utf-8")
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)

    return run


@pytest.fixture(scope="session")
def record():
    """record(쪽, 이름=값): 마지막 표에 넣습니다."""

    def add(page, **values):
        FIGURES.setdefault(page, {}).update(values)

    return add


def pytest_terminal_summary(terminalreporter):
    if not FIGURES:
        return
    names = list(dict.fromkeys(name for values in FIGURES.values() for name in values))
    terminalreporter.section("쪽마다 잰 값")
    widths = [max(len(name), 6) for name in names]
    terminalreporter.line(
        " " * 24 + "  ".join(f"{n:>{w}}" for n, w in zip(names, widths, strict=True))
    )
    for page, values in FIGURES.items():
        cells = [f"{values.get(n, ''):>{w}}" for n, w in zip(names, widths, strict=True)]
        terminalreporter.line(f"{page.removeprefix('book/'):24}" + "  ".join(cells))
