"""한국어로 찾습니다. 찾아야 할 쪽은 만들어진 HTML의 글에서 따로 셉니다."""

import gzip
import json
import re
from collections import defaultdict
from urllib.parse import unquote, urlsplit

import pytest
from bs4 import BeautifulSoup

DIALOG = "#pst-search-dialog"
INPUT = f"{DIALOG} input"
HITS = f"{DIALOG} .search-hit"

# 찾는 말 → 찾아야 할 쪽의 글(정규식). 낱말이 하나이면 바로 그 쪽들만 나와야 합니다.
ONE_WORD = {
    "은닉": "은닉",
    "상태": "상태",
    "은닉상태": r"은닉\s?상태",
    "순환": "순환",
    "양방향": "양방향",
    "가중치를": "가중치",
    "가중치에서는": "가중치",
    "역전파": "역전파",
    "과대적합": "과대적합",
    "층을": "층",
    "길이": "길이",  # "이"는 조사가 아닙니다.
    "수가": "수가",  # "함수 가중치"는 아닙니다.
    "RNN은": "rnn",
    "hidden": "hidden",
    "h_n": r"(?<![a-z0-9])h_n",
    "h_n을": r"(?<![a-z0-9])h_n",
    "d_h": r"(?<![a-z0-9])d_h",  # turned_h는 아닙니다.
    "batch_first": r"(?<![a-z0-9])batch_first",
    "BATCH_FIRST": r"(?<![a-z0-9])batch_first",
    "pack_padded_sequence": r"(?<![a-z0-9])pack_padded_sequence",
    "없는낱말": "없는낱말",
}
# 낱말이 여럿이면 이어진 것은 모두, 떨어져 있어도 둘 다 있는 쪽까지만 나와야 합니다.
WORDS = {
    "은닉 상태": ("은닉", "상태"),
    "기울기 소실": ("기울기", "소실"),
    "기울기의 소실을": ("기울기", "소실"),
    "망각 게이트": ("망각", "게이트"),
    "hidden state": ("hidden", "state"),
}


@pytest.fixture(scope="session")
def soups(html):
    """차례의 쪽마다 본문입니다. 수식은 글이 아니므로 뺍니다."""
    found = {}
    for path in sorted((html / "book").glob("*.html")):
        article = BeautifulSoup(path.read_text("utf-8"), "html.parser").select_one("article")
        for extra in article.select("script, style, math, .math, svg, .headerlink"):
            extra.decompose()
        found[f"book/{path.name}"] = article
    return found


@pytest.fixture(scope="session")
def texts(soups):
    return {name: soup.get_text().lower() for name, soup in soups.items()}


@pytest.fixture(scope="session")
def index(html):
    text = (html / "_static" / "search-pages.js").read_text("utf-8")
    return json.loads(text.removeprefix("bookText = ").removesuffix(";\n"))


@pytest.fixture
def tab(browser, site):
    with browser.new_page(viewport={"width": 1280, "height": 800}) as tab:
        tab.goto(f"{site}book/03_unroll.html")
        yield tab


def open_search(tab):
    tab.keyboard.press("/")
    tab.wait_for_function(f"document.activeElement === document.querySelector('{INPUT}')")


def ask(tab, query, box=DIALOG):
    """결과를 [쪽, 자리, 제목, 표시한 말들]로 돌려줍니다. 같은 뜻의 말은 related에 있습니다."""
    tab.fill(f"{box} input", "")
    tab.fill(f"{box} input", query)
    tab.wait_for_function(
        "box => /찾았|없습니다/.test(document.querySelector(box + ' .search-status').textContent)",
        arg=box,
    )
    tab.evaluate(
        "box => document.querySelectorAll(box + ' .search-more').forEach(more => more.click())", box
    )
    lists = tab.evaluate(
        """box => [...document.querySelectorAll(box + ' .search-pages')].map(list =>
            [...list.querySelectorAll('.search-hit')].map(hit => ({
                href: hit.href,
                title: hit.querySelector('.search-title').textContent,
                marks: [...hit.querySelectorAll('mark')].map(mark => mark.textContent),
                page: hit.closest('.search-page').querySelectorAll('.search-where mark').length,
            })))""",
        box,
    )
    exact, *related = lists or [[]]
    return exact, [hit for hits in related for hit in hits]


def page_of(hit):
    return "book/" + urlsplit(hit["href"]).path.rpartition("/")[2]


def squeezed(text):
    return re.sub(r"\s", "", text).lower()


def containing(texts, *patterns):
    return {n for n, text in texts.items() if all(re.search(p, text) for p in patterns)}


def test_finds_exactly_the_pages_with_the_word(tab, texts):
    open_search(tab)
    for query, pattern in ONE_WORD.items():
        found = {page_of(hit) for hit in ask(tab, query)[0]}
        wanted = containing(texts, pattern)
        assert found == wanted, f"{query}: 빠진 쪽 {wanted - found}, 잘못 찾은 쪽 {found - wanted}"


def test_finds_the_same_pages_in_firefox(firefox, site, texts):
    seen = firefox(book=f"{site}book/03_unroll.html", queries=list(ONE_WORD))
    assert not any(seen["wrong"].values())
    for query, pattern in ONE_WORD.items():
        found = {page_of({"href": href}) for href in seen["found"][query]}
        assert found == containing(texts, pattern), query


def test_finds_words_together_and_apart(tab, texts):
    open_search(tab)
    for query, words in WORDS.items():
        found = {page_of(hit) for hit in ask(tab, query)[0]}
        together = containing(texts, r"\s*".join(words))
        assert together, query
        assert together <= found, f"{query}: 빠진 쪽 {together - found}"
        assert found <= containing(texts, *words), query


def test_leads_to_the_section_that_holds_the_word(tab, soups):
    open_search(tab)
    for query in ("역전파", "은닉상태", "batch_first", "양방향"):
        for hit in ask(tab, query)[0]:
            anchor = unquote(urlsplit(hit["href"]).fragment.partition(":~:")[0])
            soup = soups[page_of(hit)]
            place = soup.find(id=anchor) if anchor else soup
            assert place, hit["href"]
            if place.name in ("dt", "span"):
                place = place.parent
            assert query in squeezed(place.get_text()), f"{query}: {hit['href']}에 없습니다"


def test_headings_and_definitions_come_first(tab):
    open_search(tab)
    for query in ("은닉 상태", "양방향", "가중치를", "기울기 소실", "역전파", "batch_first", "h_n"):
        hits, _ = ask(tab, query)
        assert squeezed(query).rstrip("를") in squeezed(hits[0]["title"]), query
    first = ask(tab, "은닉 상태")[0][0]
    assert page_of(first) == "book/glossary.html"
    assert first["title"].startswith("은닉 상태 · hidden state")


def test_marks_what_was_found(tab):
    open_search(tab)
    for query, words in {**WORDS, "가중치를": ("가중치",), "H_N": ("h_n",)}.items():
        allowed = {*words, "".join(words)}
        for hit in ask(tab, query)[0]:
            assert hit["marks"] or hit["page"], f"{query}: 표시가 없습니다: {hit}"
            assert {squeezed(mark) for mark in hit["marks"]} <= allowed, hit


def test_knows_words_of_the_same_meaning(tab, texts):
    open_search(tab)
    for query, korean in {
        "hidden": "은닉 상태",
        "그래디언트": "기울기",
        "bptt": "시간 역전파",
    }.items():
        exact, related = ask(tab, query)
        shown = {page_of(hit) for hit in exact}
        others = {page_of(hit) for hit in related}
        assert not shown & others, "이미 찾은 쪽을 되풀이합니다"
        assert containing(texts, korean.replace(" ", r"\s*")) <= shown | others, query


def test_half_typed_syllables_do_not_blink(tab):
    """입력기가 "순환"을 만드는 동안의 "순ㅎ", "순호"에서 결과가 사라지지 않아야 합니다."""
    open_search(tab)
    for text in ("순ㅎ", "순호", "순화", "순환"):
        tab.evaluate(
            """([box, text]) => {
                const input = document.querySelector(box);
                input.value = text;
                input.dispatchEvent(new InputEvent("input", { isComposing: true }));
            }""",
            [INPUT, text],
        )
        tab.wait_for_selector(HITS)


def test_keyboard(tab, site):
    start = "document.activeElement === document.querySelector"
    tab.focus(".bd-article p a")
    open_search(tab)
    tab.keyboard.type("양방향")
    tab.wait_for_selector(HITS)
    tab.keyboard.press("ArrowDown")
    tab.keyboard.press("ArrowDown")
    assert tab.evaluate(f"document.activeElement === document.querySelectorAll('{HITS}')[1]")
    tab.keyboard.press("ArrowUp")
    tab.keyboard.press("ArrowUp")
    assert tab.evaluate(f"{start}('{INPUT}')")
    tab.keyboard.press("Escape")
    assert not tab.evaluate(f"document.querySelector('{DIALOG}').open")
    assert tab.evaluate("document.activeElement.matches('.bd-article a')"), (
        "초점이 돌아오지 않습니다"
    )

    # 한글 자판에서 Ctrl+K의 key는 k가 아니라 ㅏ입니다.
    for key in ("k", "ㅏ"):
        tab.evaluate(
            "key => document.body.dispatchEvent(new KeyboardEvent('keydown', "
            "{ key, code: 'KeyK', ctrlKey: true, bubbles: true }))",
            key,
        )
        assert tab.evaluate(f"document.querySelector('{DIALOG}').open"), key
        tab.keyboard.press("Escape")
    tab.keyboard.press("Control+k")
    tab.fill(INPUT, "양방향")
    tab.wait_for_selector(HITS)
    first = tab.get_attribute(HITS, "href")
    tab.keyboard.press("Enter")
    tab.wait_for_url(lambda url: url.split("#")[0] == first.split("#")[0])


def test_slash_can_be_typed(tab):
    open_search(tab)
    tab.keyboard.type("a/b")
    assert tab.input_value(INPUT) == "a/b"


def test_screen_readers_hear_the_count(tab):
    open_search(tab)
    hits, _ = ask(tab, "양방향")
    status = tab.query_selector(f"{DIALOG} [role=status]")
    pages = len({page_of(hit) for hit in hits})
    assert status.text_content() == f"{pages}쪽의 {len(hits)}곳에서 찾았습니다."
    assert tab.query_selector(f"{DIALOG}[aria-label] form[role=search] input[aria-label]")
    ask(tab, "없는낱말")
    assert status.text_content() == "그대로 적힌 곳은 없습니다."
    assert not tab.query_selector(HITS)


def test_search_page(browser, site):
    with browser.new_page() as tab:
        tab.goto(f"{site}search.html?q=은닉상태")
        tab.wait_for_selector("#search-results .search-hit")
        assert tab.input_value(".bd-search-container input") == "은닉상태"
        hits, _ = ask(tab, "역전파", ".bd-search-container")
        assert len(hits) > 20
        assert not re.search(r"[A-Za-z]{3,}", tab.inner_text(".bd-search-container h1"))


def test_works_from_a_folder(browser, html, texts):
    """서버도 네트워크도 없이 파일로 연 책입니다."""
    with browser.new_page() as tab:
        asked, problems = [], []
        tab.on("request", lambda request: asked.append(request.url))
        tab.on("pageerror", lambda error: problems.append(str(error)))
        tab.goto((html / "book" / "03_unroll.html").as_uri())
        open_search(tab)
        hits, _ = ask(tab, "은닉 상태")
        assert containing(texts, r"은닉\s*상태") <= {page_of(hit) for hit in hits}
        assert {urlsplit(url).scheme for url in asked} <= {"file", "data"}
        assert not problems


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_fits_a_phone(browser, site, scheme):
    viewport = {"width": 390, "height": 800}
    with browser.new_page(viewport=viewport, color_scheme=scheme) as tab:
        tab.goto(f"{site}book/03_unroll.html")
        open_search(tab)
        for query in ("batch_first", "pack_padded_sequence", "은닉 상태"):
            ask(tab, query)
            widths = tab.evaluate(
                """name => [name, name + " .search-results"].map(part => {
                    const box = document.querySelector(part);
                    return [box.scrollWidth - box.clientWidth, box.getBoundingClientRect().right];
                })""",
                DIALOG,
            )
            assert all(over <= 0 and right <= 390 for over, right in widths), (query, widths)


def test_is_light_and_quick(tab, html, record):
    packed = len(gzip.compress((html / "_static" / "search-pages.js").read_bytes(), 9)) / 1000
    open_search(tab)
    tab.fill(INPUT, "셀")
    tab.wait_for_selector(HITS)
    found, painted = [], []
    for query in (*ONE_WORD, *WORDS):
        # 적은 때부터 결과가 놓일 때까지와 그려질 때까지. 다른 일이 덜 끼어든 것을 봅니다.
        times = tab.evaluate(
            """async ([box, query]) => {
                const input = document.querySelector(box);
                const times = [];
                for (let turn = 0; turn < 5; turn += 1) {
                    input.value = query;
                    const start = performance.now();
                    input.dispatchEvent(new InputEvent("input"));
                    for (let tick = 0; tick < 5; tick += 1) await undefined;
                    const found = performance.now() - start;
                    await new Promise(done => requestAnimationFrame(() => setTimeout(done)));
                    times.push([found, performance.now() - start]);
                }
                return times;
            }""",
            [INPUT, query],
        )
        found.append(min(time for time, _ in times))
        painted.append(min(time for _, time in times))
    record("search", 색인KB=f"{packed:.0f}", 찾기ms=f"{max(found):.0f}")
    record("search", 그리기ms=f"{max(painted):.0f}")
    assert packed <= 300
    assert max(found) < 150


def test_no_stock_index(html):
    assert not list(html.rglob("searchindex.js"))
    assert not list(html.rglob("searchtools.js"))
    for path in html.rglob("*.html"):
        assert not re.search("searchindex|searchtools|language_data", path.read_text("utf-8")), path


def test_every_place_exists(index, soups):
    """결과가 가리킬 수 있는 모든 자리가 쪽에 있고, 차례의 모든 쪽이 색인에 있습니다."""
    anchors = defaultdict(set)
    for url, rows in index["pages"]:
        anchors[url] |= {row[0] for row in rows} - {""}
    assert set(anchors) == set(soups)
    for url, names in anchors.items():
        ids = {tag["id"] for tag in soups[url].find_all(id=True)}
        assert names <= ids, f"{url}: {names - ids}"
