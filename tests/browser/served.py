"""브라우저 검사가 나누어 쓰는 것: 쪽의 목록과, 흔한 정적 호스트처럼 답하는 서버입니다."""

import gzip
import http.server
import threading
from pathlib import Path
from typing import ClassVar

import yaml

ROOT = Path(__file__).resolve().parents[2]
HERE = Path(__file__).parent
WORK = ROOT / "_build" / "browser"  # npm이 받은 것을 두는 곳. 저장소에는 없습니다.

CHROMIUM = ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome", "chrome")
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-sync",
    "--disable-background-networking",
    "--disable-component-update",
]

FIGURES = {}  # 쪽 → {잰 것의 이름: 값}. 검사가 채우고 마지막에 찍습니다.


def toc_pages():
    """차례에 있는 쪽의 이름입니다. (The book's pages in reading order, as book/NAME.)"""
    toc = yaml.safe_load((ROOT / "_toc.yml").read_text("utf-8"))

    def walk(node):
        for key, value in node.items():
            if key in ("root", "file"):
                yield value
            elif key in ("parts", "chapters", "sections"):
                for child in value:
                    yield from walk(child)

    return list(walk(toc))


def built_pages(html):
    """폴더에 있는 모든 HTML입니다. (Every page that a reader can open, without .html.)"""
    parts = [path.relative_to(html) for path in sorted(html.rglob("*.html"))]
    return [part.with_suffix("").as_posix() for part in parts if part.parts[0][0] != "_"]


class Handler(http.server.SimpleHTTPRequestHandler):
    """흔한 정적 호스트처럼 gzip으로 보내고, 없는 쪽에는 404.html을 보냅니다."""

    protocol_version = "HTTP/1.1"
    prefix = "/course/"  # 밑의 경로에 올려도 되는지 늘 함께 봅니다.
    lock = threading.Lock()
    packed: ClassVar = {}  # 파일 → gzip으로 묶은 것

    def log_message(self, *args):
        pass

    def do_GET(self):
        status, file = self.find()
        kind = self.guess_type(str(file)) if file else "text/html"
        self.send_response(status)
        body = self.body(file) if file else b"404"
        if file and self.is_text(file):
            self.send_header("Content-Encoding", "gzip")
        if kind.startswith("text/"):
            kind += "; charset=utf-8"
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Cache-Control", "max-age=31536000" if status == 200 else "no-store")
        self.end_headers()
        self.wfile.write(body)

    def find(self):
        path = self.path.split("?")[0].split("#")[0]
        if path.startswith(self.prefix):
            file = Path(self.translate_path(path.removeprefix(self.prefix[:-1])))
            file = file / "index.html" if file.is_dir() else file
            if file.is_file():
                return 200, file
        missing = Path(self.directory, "404.html")
        return 404, missing if missing.exists() else None

    @staticmethod
    def is_text(file):
        return file.suffix in {".html", ".css", ".js", ".json", ".svg", ".xml", ".txt", ".mjs"}

    @classmethod
    def body(cls, file):
        if not cls.is_text(file):
            return file.read_bytes()
        with cls.lock:
            if file not in cls.packed:
                cls.packed[file] = gzip.compress(file.read_bytes(), mtime=0)
            return cls.packed[file]
