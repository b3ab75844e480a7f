"""저장된 노트북으로 책 한 권을 한 파일에 담습니다.

    python book/print/make.py pdf    _build/rnn-course-ko.pdf  (Chromium이 필요합니다)
    python book/print/make.py epub   _build/rnn-course-ko.epub (더 필요한 것이 없습니다)

`--output 폴더`를 주면 다른 곳에 만듭니다.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import matplotlib
import yaml
from jupyter_book.config import get_final_config
from sphinx.application import Sphinx

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
sys.path[:0] = [str(HERE), str(HERE.parent / "_ext"), str(ROOT)]

import book_fonts  # noqa: E402
import edition  # noqa: E402
import epub  # noqa: E402
import outline  # noqa: E402
import pages  # noqa: E402
from book_print import ANSWERS, BUNDLE  # noqa: E402

# 화면에서만 쓰는 확장입니다.
WEB_ONLY = {
    "sphinx_togglebutton",
    "sphinx_copybutton",
    "sphinx_comments",
    "sphinx_book_theme",
    "book_publish",
    "book_light",
    "korean_search",
}
OUTPUTS = (
    "text/html",
    "image/svg+xml",
    "image/png",
    "text/markdown",
    "text/latex",
    "text/plain",
)
MATH_FONT = ROOT / "book" / "_static" / "fonts" / "course-math.woff2"
FONTS = Path(matplotlib.get_data_path(), "fonts", "ttf")
SYMBOLS = FONTS / "DejaVuSans.ttf", FONTS / "DejaVuSans-Bold.ttf"
OUR_FONTS = ROOT / "course_lib" / "plotting" / "fonts"

OLDEST_CHROMIUM = 131  # 쪽의 여백에 글을 넣는 CSS를 이때부터 압니다.
CHROMIUM = (
    "chromium",
    "chromium-browser",
    "google-chrome-stable",
    "google-chrome",
    "chrome",
    "microsoft-edge",
    "msedge",
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge",
    r"C:\Program Files\Google\Chrome\Application\chrome.exe",
    r"C:\Program Files (x86)\Microsoft\Edge\Application\msedge.exe",
)
FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-extensions",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--allow-file-access-from-files",
    "--no-pdf-header-footer",
]


class Stop(Exception):
    """사용자에게 그대로 보여 줄 까닭입니다 (shown without a traceback)."""


def find_chromium() -> str:
    """환경 변수 CHROME_PATH, 그다음에 이름난 곳에서 브라우저를 찾습니다."""
    if given := os.environ.get("CHROME_PATH"):
        if found := shutil.which(given):
            return found
        raise Stop(
            f"CHROME_PATH에 적은 {given}을 실행할 수 없습니다. 경로를 확인하십시오."
        )
    for name in CHROMIUM:
        if found := shutil.which(name):
            return found
    raise Stop(
        f"PDF를 찍을 Chromium이 없습니다. {OLDEST_CHROMIUM} 이상의 Chromium, Chrome, Edge 가운데 "
        "하나를 설치하십시오.\nDebian에서는 'sudo apt install chromium'입니다. 다른 곳에 있으면 "
        "CHROME_PATH에 경로를 적으십시오."
    )


def make_toc(target: Path) -> None:
    """번호가 붙은 장들 바로 뒤에 풀이를 넣은 차례를 씁니다 (answers after the chapters)."""
    toc = yaml.safe_load((ROOT / "_toc.yml").read_text("utf-8"))
    numbered = [
        i for i, part in enumerate(toc["parts"]) if part.get("numbered")
    ]
    answers = {"caption": "풀이", "chapters": [{"file": ANSWERS}]}
    toc["parts"].insert(numbered[-1] + 1, answers)
    target.write_text(
        yaml.safe_dump(toc, allow_unicode=True), encoding="utf-8"
    )


def collect(work: Path) -> tuple[Path, dict]:
    """책의 설정에서 화면의 것을 빼고 Sphinx를 돌립니다. 경고는 오류입니다 (strict)."""
    work.mkdir(parents=True, exist_ok=True)
    make_toc(work / "toc.yml")
    config, _ = get_final_config(
        user_yaml=ROOT / "_config.yml",
        cli_config={"latex_individualpages": False},
        sourcedir=ROOT,
    )
    kept = [name for name in config["extensions"] if name not in WEB_ONLY]
    config |= {
        "extensions": [*kept, "sphinx_multitoc_numbering", "book_print"],
        "external_toc_path": str(work / "toc.yml"),
        "nb_mime_priority_overrides": [
            ("print", kind, i) for i, kind in enumerate(OUTPUTS)
        ],
        "pygments_style": "friendly",
        "html_theme": "basic",
        "html_theme_options": {},
    }
    output = work / "pages"
    app = Sphinx(
        srcdir=ROOT,
        confdir=None,
        outdir=output,
        doctreedir=work / "doctrees",
        buildername="print",
        confoverrides=config,
        status=None,
        warningiserror=True,
        keep_going=True,
    )
    app.build(force_all=True)
    if app.statuscode:
        raise Stop(
            "책에 경고나 오류가 있습니다. 위의 WARNING과 ERROR를 고치십시오."
        )
    for drawing in (output / "_images").glob("*.svg"):
        book_fonts.carry_fonts(drawing)
    return output, json.loads((output / BUNDLE).read_text("utf-8"))


def print_page(browser: str, source: Path, target: Path) -> None:
    """HTML을 PDF로 찍습니다 (print with a fresh profile)."""
    target.unlink(missing_ok=True)
    profile = f"--user-data-dir={source.parent / 'profile'}"
    command = [
        browser,
        *FLAGS,
        profile,
        f"--print-to-pdf={target}",
        source.as_uri(),
    ]
    done = subprocess.run(
        command, capture_output=True, timeout=1800, check=False
    )
    if not target.exists():
        message = done.stderr.decode("utf-8", "replace")[-2000:]
        raise Stop(f"{message}\n{browser}이 PDF를 찍지 못했습니다.")
    if (version := outline.chromium_version(target)) < OLDEST_CHROMIUM:
        raise Stop(
            f"{browser}의 판 {version}은 쪽 번호를 찍지 못합니다. {OLDEST_CHROMIUM} 이상을 쓰십시오."
        )


def make_pdf(output: Path) -> Path:
    browser = find_chromium()  # 몇 분 걸리는 일보다 먼저 확인합니다.
    about = edition.read_edition()
    folder, bundle = collect(output / "print")
    fonts = folder / "fonts"
    fonts.mkdir(exist_ok=True)
    ours = (MATH_FONT, *OUR_FONTS.glob("*.ttf"))
    for path in (*ours, *SYMBOLS):
        shutil.copy(path, fonts)
    shutil.copy(HERE / "print.css", folder)
    edition.draw_motif(folder / "cover.svg")
    code = book_fonts.letters([json.dumps(bundle, ensure_ascii=False)])
    for weight in book_fonts.WEIGHTS:
        book_fonts.make_code(weight, code, fonts / f"code-{weight}.woff2")
        book_fonts.make_hangul(weight, code, fonts / f"hangul-{weight}.woff2")
    code_fonts = fonts / "code-Regular.woff2", fonts / "hangul-Regular.woff2"
    text, headings = pages.join(
        bundle, edition.front_matter(about), code_fonts
    )
    source, printed = folder / "book.html", folder / "book.pdf"
    numbers, before = {}, None
    # 찍어 보아야 쪽 번호를 압니다. 번호를 채워 다시 찍어도 그대로이면 끝입니다.
    while numbers != before:
        before = numbers
        source.write_text(pages.fill(text, numbers), encoding="utf-8")
        print_page(browser, source, printed)
        numbers = outline.page_numbers(printed)
    target = output / f"{edition.NAME}.pdf"
    count = outline.finish(printed, target, about, headings)
    print(f"{target} ({count}쪽, {target.stat().st_size / 1e6:.1f} MB)")
    return target


def make_epub(output: Path) -> Path:
    about = edition.read_edition()
    folder, bundle = collect(output / "print")
    edition.draw_cover(folder / "cover.png", about)
    target = output / f"{edition.NAME}.epub"
    epub.pack(bundle, folder, about, target)
    print(f"{target} ({target.stat().st_size / 1e6:.1f} MB)")
    return target


def main() -> int:
    parser = argparse.ArgumentParser(
        description="책을 PDF나 EPUB 한 파일로 만듭니다."
    )
    parser.add_argument("kind", choices=("pdf", "epub"))
    parser.add_argument(
        "--output", type=Path, default=ROOT / "_build", help="만들 폴더"
    )
    args = parser.parse_args()
    try:
        {"pdf": make_pdf, "epub": make_epub}[args.kind](args.output.resolve())
    except Stop as reason:
        print(f"\n{reason}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
