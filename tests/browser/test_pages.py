"""모든 쪽을 밝은 쪽과 어두운 쪽, 넓은 화면과 전화기로 열어 봅니다."""

import json
import os
import re
import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import unquote, urlparse

import pytest

sys.path.append(str(Path(__file__).parent))  # pytest의 import 방식과 상관없이 찾게 합니다.

from served import FLAGS, HERE, Handler

MODES = [(1280, "light"), (1280, "dark"), (390, "light"), (390, "dark")]
FONTS = {".woff2", ".woff", ".ttf", ".otf"}
HANGUL = re.compile("[가-힣]")
# 글자가 영어여도 되는 것: 이름, 단축키, 기호
NOT_KOREAN = re.compile(r"[\W\d_]*|(Ctrl|K|Esc|Tab|Enter|⌘)+|course_lib\S*|\.?(ipynb|pdf|md)", re.I)

WATCH = """
window.shift = 0;
new PerformanceObserver((list) => {
  for (const entry of list.getEntries()) if (!entry.hadRecentInput) window.shift += entry.value;
}).observe({ type: "layout-shift", buffered: true });
"""

# 쪽을 옆으로 미는 것, 깨진 수식, 대체 텍스트와 이름이 없는 것을 찾습니다.
INSPECT = """() => {
  const problems = [];
  const root = document.documentElement;
  if (root.scrollWidth > root.clientWidth) {
    const wide = [...document.querySelectorAll("main *")].filter(
      (e) => e.getBoundingClientRect().right > root.clientWidth + 1);
    problems.push(`쪽이 옆으로 밀립니다: ${root.scrollWidth} ${wide[0]?.outerHTML.slice(0, 200)}`);
  }
  if (root.lang !== "ko") problems.push(`lang=${root.lang}`);
  for (const e of document.querySelectorAll("mjx-merror, merror"))
    problems.push(`수식: ${e.textContent}`);
  for (const e of document.querySelectorAll("math"))
    if (/[\\\\&]/.test(e.textContent)) problems.push(`수식: ${e.textContent}`);
  for (const e of document.querySelectorAll("article code span.pre"))
    if (e.textContent.length <= 30 && e.getClientRects().length > 1)
      problems.push(`나뉜 코드: ${e.textContent}`);
  for (const e of document.querySelectorAll("article .tied"))
    if (e.getClientRects().length > 1) problems.push(`나뉜 줄: ${e.textContent}`);
  for (const e of document.querySelectorAll("img")) {
    const alt = e.getAttribute("alt");
    if (alt === null || (e.closest("article") && !/[가-힣]/.test(alt)))
      problems.push(`대체 텍스트: ${e.src} ${alt}`);
    if (e.complete && !e.naturalWidth) problems.push(`깨진 그림: ${e.src}`);
  }
  return problems;
}"""

# 테마의 글: 본문 밖의 글자와, 어디에 있든 읽어 주는 이름. '13. GRU'처럼 쪽의 제목인 것은 뺍니다.
LABELS = """() => {
  const tidy = (text) => text.replace(/\\s+/g, " ").trim();
  const pages = new Set([...document.querySelectorAll(".bd-links a")].map(
    (e) => tidy(e.textContent)));
  const texts = [];
  const names = ["aria-label", "title", "placeholder", "data-tooltip", "data-bs-original-title"];
  for (const name of names)
    for (const e of document.querySelectorAll(`[${name}]`)) texts.push(e.getAttribute(name));
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const parent = walker.currentNode.parentElement;
    const own = "article, script, style, noscript, template, kbd";
    const titles = ".page-toc, .bd-links, .prev-next-area, #jb-print-docs-body";
    if (!parent.closest(`${own}, ${titles}`)) texts.push(walker.currentNode.data);
  }
  return texts.map(tidy).filter((text) => text && !pages.has(text));
}"""

# 눌러서 무엇이 일어나는 것은 모두 Tab으로 갈 수 있어야 합니다.
UNREACHABLE = """() => {
  const pressed =
    "a[href], button, input:not([type=hidden]), select, textarea, summary, [role=button]";
  return [...document.querySelectorAll(pressed)]
    .filter((e) => e.checkVisibility({ visibilityProperty: true }) && e.tabIndex < 0 && !e.disabled)
    .map((e) => e.outerHTML.slice(0, 150));
}"""

SCROLL = """async () => {
  const height = document.documentElement.scrollHeight;
  for (let y = 0; y < height + 2000; y += 800) {
    scrollTo({ top: y, behavior: "instant" });
    await new Promise((done) => setTimeout(done, 20));
  }
}"""


@pytest.fixture(scope="module")
def contexts(browser):
    opened = {
        (width, scheme): browser.new_context(
            viewport={"width": width, "height": 900}, color_scheme=scheme
        )
        for width, scheme in MODES
    }
    yield opened
    for context in opened.values():
        context.close()


@contextmanager
def opened(context, address):
    """연 쪽과, 여는 동안 잘못된 것의 목록입니다."""
    wrong = []
    with context.new_page() as tab:
        host = urlparse(address).netloc

        def watch(request):
            if urlparse(request.url).scheme in ("http", "https") and host not in request.url:
                wrong.append(f"다른 곳에 물었습니다: {request.url}")

        tab.on("request", watch)
        tab.on("pageerror", lambda error: wrong.append(f"스크립트: {error}"))
        tab.on(
            "console",
            lambda said: wrong.append(f"콘솔: {said.text}") if said.type == "error" else None,
        )
        tab.on(
            "response",
            lambda reply: wrong.append(f"{reply.status}: {reply.url}") if not reply.ok else None,
        )
        tab.add_init_script(WATCH)
        tab.goto(address)
        yield tab, wrong


@pytest.mark.parametrize("mode", MODES, ids=str)
def test_nothing_is_wrong(contexts, site, page, mode):
    with opened(contexts[mode], f"{site}{page}.html") as (tab, wrong):
        tab.evaluate(SCROLL)
        wrong += tab.evaluate(INSPECT)
        assert tab.evaluate("document.documentElement.dataset.theme") == mode[1]
        assert wrong == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_color_is_known_before_any_script_arrives(browser, site, scheme):
    """나중에 정하면 어두운 방에서 흰 쪽이 번쩍입니다."""
    with browser.new_page(color_scheme=scheme) as tab:
        tab.route("**/*.js*", lambda route: route.abort())
        for page in ("book/intro", "404"):
            tab.goto(f"{site}{page}.html")
            assert tab.evaluate("document.documentElement.dataset.theme") == scheme


def test_nothing_is_wrong_in_firefox(firefox, site, pages):
    """수식과 글꼴을 그리는 엔진이 다릅니다. 곧 떠나는 index와, 주소가 /로 시작하는 404는 뺍니다."""
    addresses = [f"{site}{page}.html" for page in pages if page not in ("index", "404")]
    seen = firefox(pages=addresses, inspect=INSPECT)
    assert list(seen["wrong"]) == addresses
    assert {page: wrong for page, wrong in seen["wrong"].items() if wrong} == {}


# 색은 두 폭에서 같고 배치는 두 색에서 같으므로, 두 번이면 넷을 모두 봅니다.
@pytest.mark.parametrize("mode", [MODES[0], MODES[3]], ids=str)
def test_axe(contexts, site, page, mode, node):
    axe = (node / "axe-core" / "axe.min.js").read_text("utf-8")
    with opened(contexts[mode], f"{site}{page}.html") as (tab, _):
        tab.evaluate(SCROLL)
        tab.add_style_tag(content="section { content-visibility: visible !important }")
        tab.evaluate(axe)
        found = tab.evaluate("axe.run({ resultTypes: ['violations'] })")["violations"]
    serious = [
        f"{rule['id']}: {rule['nodes'][0]['html'][:150]} ({len(rule['nodes'])})"
        for rule in found
        if rule["impact"] in ("serious", "critical")
    ]
    assert serious == []


def test_labels_are_korean(contexts, site, page):
    with opened(contexts[MODES[0]], f"{site}{page}.html") as (tab, _):
        texts = tab.evaluate(LABELS)
    assert len(texts) > 20
    english = {text for text in texts if not HANGUL.search(text) and not NOT_KOREAN.fullmatch(text)}
    assert english == set()


@pytest.mark.parametrize("width", [1280, 390])
def test_everything_can_be_reached_by_keyboard(contexts, site, page, width):
    with opened(contexts[width, "light"], f"{site}{page}.html") as (tab, _):
        assert tab.evaluate(UNREACHABLE) == []


def test_tab_visits_the_page_in_order(contexts, site):
    """첫 Tab은 본문으로 건너뛰는 고리이고, 되풀이하면 본문의 고리에 모두 닿습니다."""
    with opened(contexts[1280, "light"], f"{site}book/01_sequence.html") as (tab, _):
        tab.keyboard.press("Tab")
        assert "본문" in tab.evaluate("document.activeElement.textContent")
        tab.keyboard.press("Enter")
        assert tab.evaluate("location.hash") == "#main-content"
        tab.keyboard.press("Tab")
        assert tab.evaluate("!!document.activeElement.closest('main')")
        links = tab.locator("article a:visible").count()
        visited = set()
        for _ in range(4 * links + 100):
            tab.keyboard.press("Tab")
            where = tab.evaluate(
                "[...document.querySelectorAll('article a')].indexOf(document.activeElement)"
            )
            visited.add(where)
            if tab.evaluate("!!document.activeElement.closest('footer')"):
                break
        assert len(visited - {-1}) == links


@pytest.mark.parametrize(
    ("button", "dialog"),
    [
        (".primary-toggle", "#pst-primary-sidebar-modal"),
        (".secondary-toggle", "#pst-secondary-sidebar-modal"),
    ],
)
def test_menus_on_a_phone(contexts, site, button, dialog):
    with opened(contexts[390, "light"], f"{site}book/03_unroll.html") as (tab, _):
        toggle = tab.locator(f"{button}:visible").first
        toggle.focus()
        tab.keyboard.press("Enter")
        menu = tab.locator(dialog)
        menu.wait_for(state="visible")
        assert menu.locator("a:visible").count() >= 5
        tab.keyboard.press("Tab")
        assert tab.evaluate("!!document.activeElement.closest('dialog')")
        tab.keyboard.press("Escape")
        menu.wait_for(state="hidden")


def test_html_is_valid(html, pages, node, tmp_path):
    """html-validate의 표준 규칙입니다. 끈 것은 모양에 관한 것뿐입니다(html-validate.json)."""
    command = ["node", str(node / "html-validate" / "bin" / "html-validate.mjs")]
    command += ["--config", str(HERE / "html-validate.json"), "--formatter"]
    command.append(f"json={tmp_path / 'report.json'}")
    command += [str(html / f"{page}.html") for page in pages]
    done = subprocess.run(command, capture_output=True, encoding="utf-8")
    reports = json.loads((tmp_path / "report.json").read_text("utf-8"))
    wrong = [
        f"{Path(report['filePath']).name}:{said['line']} {said['ruleId']} {said['message']}"
        for report in reports
        for said in report["messages"]
    ]
    assert wrong == []
    assert done.returncode == 0, done.stderr


def test_html_check_finds_a_mistake(tmp_path, node):
    (tmp_path / "page.html").write_text("<!doctype html><p><ul></ul></p>", "utf-8")
    command = ["node", str(node / "html-validate" / "bin" / "html-validate.mjs")]
    command += ["--config", str(HERE / "html-validate.json"), str(tmp_path / "page.html")]
    assert subprocess.run(command, capture_output=True).returncode == 1


def test_type(contexts, site):
    """글꼴이 왔고, 낱말이 나뉘지 않고, 한 줄은 35자에서 45자입니다."""
    with opened(contexts[1280, "light"], f"{site}book/02_cell.html") as (tab, _):
        tab.evaluate("document.fonts.ready.then(() => true)")
        fonts = tab.evaluate(
            "[...document.fonts].filter(f => f.status === 'loaded').map(f => f.family + f.weight)"
        )
        assert {"Course Sans400", "Course Sans700"} <= {name.replace('"', "") for name in fonts}
        assert any("Course Math" in name for name in fonts)
        assert any("Course Hangul" in name for name in fonts)
        assert tab.evaluate("getComputedStyle(document.body).wordBreak") == "keep-all"
        width, size = tab.evaluate(
            """() => {
              const widest = [...document.querySelectorAll("article p")].map(p => p.clientWidth);
              const style = getComputedStyle(document.querySelector("article p"));
              return [Math.max(...widest), parseFloat(style.fontSize)];
            }"""
        )
        assert 35 <= width / (0.864 * size) <= 47  # 빈칸은 글자보다 좁습니다.


FIRST_PAINT = """() => new Promise((done) =>
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries())
      if (entry.name === "first-contentful-paint") done(entry.startTime);
  }).observe({ type: "paint", buffered: true }))"""


def transferred(html, urls):
    """gzip으로 묶어 보낼 때의 바이트 수입니다. 글꼴은 빼고 셉니다."""
    total = 0
    for url in urls:
        path = unquote(urlparse(url).path).removeprefix(Handler.prefix)
        file = html / (path or "index.html")
        if file.is_file() and file.suffix not in FONTS:
            total += len(Handler.body(file))
    return total


def test_light_and_steady(browser, html, site, page, record):
    """처음 온 사람에게 보내는 것, 첫 글이 보이는 때, 배치의 흔들림입니다.

    그림은 가까이 갔을 때 받으므로 끝까지 내려가며 셉니다.
    """
    best = None
    for _ in range(3):  # 바쁜 컴퓨터에서는 늦게 그려질 때가 있습니다.
        urls = set()
        with browser.new_context(viewport={"width": 1280, "height": 900}) as context:
            context.on("requestfinished", lambda request, urls=urls: urls.add(request.url))
            with opened(context, f"{site}{page}.html") as (tab, _):
                paint = tab.evaluate(FIRST_PAINT)
                tab.evaluate(SCROLL)
                tab.wait_for_load_state("networkidle")
                shift = tab.evaluate("window.shift")
        best = min(best or paint, paint)
        if best <= 1000:
            break
    size = transferred(html, {url for url in urls if url.startswith("http")}) / 1000
    record(page, **{"KB": f"{size:.0f}", "첫 글 ms": f"{best:.0f}", "흔들림": f"{shift:.3f}"})
    assert size <= 600
    assert best <= 1000
    assert shift <= 0.05


LIMITS = {"accessibility": 95, "best-practices": 95, "seo": 95, "performance": 90}


def lighthouse(address, node, chromium, folder):
    """점수 0–100. (Scores of one page, desktop settings.)"""
    command = ["node", str(node / "lighthouse" / "cli" / "index.js"), address, "--quiet"]
    command += ["--preset=desktop", "--output=json", f"--output-path={folder / 'report.json'}"]
    command += [f"--only-categories={','.join(LIMITS)}"]
    command += ["--chrome-flags=--headless=new " + " ".join(FLAGS)]
    env = {**os.environ, "CHROME_PATH": chromium}
    done = subprocess.run(command, capture_output=True, encoding="utf-8", env=env, timeout=240)
    assert done.returncode == 0, done.stderr[-2000:]
    report = json.loads((folder / "report.json").read_text("utf-8"))
    scores = {name: round(100 * report["categories"][name]["score"]) for name in LIMITS}
    failed = [
        f"{audit['id']} {audit.get('displayValue', '')}"
        for audit in report["audits"].values()
        if audit["score"] is not None and audit["score"] < 0.9
    ]
    return scores, failed


def test_lighthouse(site, page, node, chromium, tmp_path, record):
    for _ in range(3):  # 속도는 다른 일이 겹치면 낮게 나옵니다.
        scores, failed = lighthouse(f"{site}{page}.html", node, chromium, tmp_path)
        if all(scores[name] >= limit for name, limit in LIMITS.items()):
            break
    names = dict(zip(LIMITS, ("접근성", "모범", "검색", "속도"), strict=True))
    record(page, **{names[name]: str(score) for name, score in scores.items()})
    assert {name: s for name, s in scores.items() if s < LIMITS[name]} == {}, failed
