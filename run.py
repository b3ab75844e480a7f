"""강의를 설치하고, 검사하고, 책으로 펴냅니다. (Sets up .venv, then builds or tests the course.)

Python과 pip만 있으면 됩니다. 저장소 안의 .venv와, Keras와 TensorFlow까지 쓸 때의 .venv-frameworks만
만들고 고치며 다른 환경은 건드리지 않습니다.
Python이 낮다고 알려 주려면 낮은 Python도 읽을 수 있어야 하므로 3.6의 문법만 씁니다.
"""

import argparse
import contextlib
import functools
import hashlib
import http.server
import importlib.util
import mimetypes
import os
import re
import shutil
import socketserver
import subprocess
import sys
import time
from pathlib import Path

OLDEST, NEWEST = (3, 11), (3, 13)
ROOT = Path(__file__).resolve().parent
HTML = ROOT / "_build" / "html"

# 다른 환경을 가리키거나, 그림의 출력을 바꾸거나, assert를 끄는 변수는 물려주지 않습니다.
FOREIGN = {"VIRTUAL_ENV", "PYTHONPATH", "PYTHONHOME", "PYTHONSTARTUP", "MPLBACKEND"}
FOREIGN |= {"PYTHONOPTIMIZE", "JUPYTER_PATH", "PIP_PYTHON", "PIP_DRY_RUN"}
FOREIGN |= {"PIP_USER", "PIP_TARGET", "PIP_PREFIX", "PIP_ROOT", "TF_USE_LEGACY_KERAS"}
OURS = {
    "PYTHONUTF8": "1",
    "PYTHONIOENCODING": "utf-8",
    "PYTHONNOUSERSITE": "1",
    "PIP_DISABLE_PIP_VERSION_CHECK": "1",
}


class Venv:
    """이 명령이 만드는 가상 환경입니다. (An environment of ours: where it is, what is in it.)"""

    def __init__(self, name, requirements, variables):
        self.name, self.requirements = name, requirements
        self.variables = dict(OURS, **variables)
        self.folder = ROOT / name
        self.python = self.folder / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
        self.marker = self.folder / "made-by-run.txt"  # 이 명령이 만든 환경이라는 표시
        self.stamp = self.folder / "installed-by-run.txt"  # 설치가 끝까지 되었다는 표시


MAIN = Venv(".venv", "requirements.txt", {})
FRAMEWORKS = Venv(
    ".venv-frameworks",
    "requirements-frameworks.txt",
    {
        "KERAS_BACKEND": "torch",  # TensorFlow를 쓰는 노트북은 첫 셀에서 바꿉니다.
        "KERAS_HOME": str(ROOT / ".venv-frameworks" / "keras"),  # 사용자의 keras.json을 피합니다.
        "KERAS_TORCH_DEVICE": "cpu",
        "CUDA_VISIBLE_DEVICES": "-1",  # GPU에서는 마지막 자리가 다릅니다.
        "TF_CPP_MIN_LOG_LEVEL": "3",  # 없으면 CPU의 명령어를 알리는 글이 stderr에 찍힙니다.
        "TF_ENABLE_ONEDNN_OPTS": "0",  # oneDNN은 덧셈의 순서를 바꿉니다.
    },
)
# FRAMEWORKS에서만 실행되는 것은 이것뿐입니다. 나머지는 모두 MAIN에서 실행됩니다.
FRAMEWORKS_ONLY = ["tests/frameworks", "book/16_keras.ipynb", "book/17_graphs.ipynb"]

# pip의 출력에서 까닭을 찾습니다. 연결이 안 되어도 No matching이 나오므로 그것을 뒤에 둡니다.
REASONS = {
    "No space left|WinError 112": "디스크가 가득 찼습니다. 5 GB 이상 비우십시오.",
    "Long Path": r"경로가 Windows의 길이 제한보다 깁니다. C:\course 같은 짧은 폴더로 옮기십시오.",
    "SSLError|CERTIFICATE": "인증서를 확인하지 못했습니다. 학교나 회사의 관리자에게 물으십시오.",
    "[Cc]onnection|[Tt]imed out|Timeout|name resolution|getaddrinfo|unreachable|ProxyError": (
        "인터넷에 연결하지 못했습니다. 와이파이, 프록시, 방화벽을 확인하고 다시 실행하십시오."
    ),
    "No matching distribution": (
        "패키지를 찾지 못했습니다. 인터넷 연결을 확인하십시오. 연결되어 있다면 이 컴퓨터에 "
        "맞는 것이 없습니다. 64비트 Python 3.11–3.13이 필요하고 Intel Mac은 안 됩니다. "
        "TensorFlow는 Windows ARM에도 없습니다."
    ),
    "": "위의 출력을 살펴보십시오.",
}


class Stop(Exception):
    """사용자에게 그대로 보여 줄 까닭입니다. (A reason to stop, shown without a traceback.)"""


def say(text):
    print(text, flush=True)


@contextlib.contextmanager
def step(number, title):
    """단계의 이름과 걸린 시간을 알립니다. (Announces a step and how long it took.)"""
    say(f"[{number}/3] {title}")
    start = time.monotonic()
    yield
    say(f"      {time.monotonic() - start:.0f}초 걸렸습니다.")


def check_python():
    version = "{}.{}".format(*sys.version_info)
    if sys.version_info[:2] < OLDEST:
        raise Stop(
            f"Python 3.11 이상이 필요합니다. 지금 쓰는 것은 {version} ({sys.executable})입니다.\n"
            "Python 3.13을 설치하고 그것으로 실행하십시오. Windows에서는 'py -3.13 run.py …'입니다."
        )
    if sys.version_info[:2] > NEWEST:
        # 맞는 패키지가 나와 있을 수 있으므로 막지 않습니다. 없으면 pip이 알려 줍니다.
        say(f"주의: Python {version}에서는 확인하지 않았습니다. 설치가 안 되면 3.13을 쓰십시오.")
    if not (importlib.util.find_spec("venv") and importlib.util.find_spec("ensurepip")):
        raise Stop(
            "이 Python에는 가상 환경을 만드는 venv나 ensurepip이 없습니다.\n"
            f"Debian과 Ubuntu에서는 'sudo apt install python{version}-venv'로 설치하십시오."
        )


def environment(venv):
    """사용자의 환경 변수에서 다른 환경을 가리키는 것을 뺍니다. (PIP_INDEX_URL etc. stay.)"""
    env = {name: value for name, value in os.environ.items() if name.upper() not in FOREIGN}
    env["PATH"] = str(venv.python.parent) + os.pathsep + env.get("PATH", os.defpath)
    env.update(venv.variables)
    # 작은 곱을 스레드로 나누면 느리고, 함께 도는 검사끼리는 몇 배나 느려집니다.
    for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
        env.setdefault(name, "1")
    return env


def python(venv, *args):
    """환경의 Python을 돌리고 종료 코드를 돌려줍니다. (Runs its Python in the root.)"""
    command = [str(venv.python), *args]
    with subprocess.Popen(command, cwd=str(ROOT), env=environment(venv)) as child:
        try:
            return child.wait()
        except KeyboardInterrupt:
            child.wait()  # 자식도 Ctrl+C를 받았으므로 스스로 정리하게 둡니다.
            raise


def prepare(venv):
    """환경이 없거나 낡았을 때만 설치합니다. (Makes it; quick when nothing has changed.)"""
    check_python()
    maker = "{}.{} {} {}".format(*sys.version_info[:2], sys.base_prefix, venv.folder)
    inputs = [(ROOT / name).read_bytes() for name in (venv.requirements, "pyproject.toml")]
    wanted = hashlib.sha256(b"".join(inputs)).hexdigest()
    usable = is_usable(venv, maker)
    if usable and venv.stamp.read_text() == wanted:
        say(f"[1/3] 가상 환경 {venv.name}가 있습니다.\n[2/3] 설치할 것이 없습니다.")
        return
    with step(1, f"가상 환경 {venv.name}를 준비합니다."):
        if not usable:
            make_venv(venv, maker)
    with step(2, "패키지를 설치합니다. 처음에는 몇 분 걸립니다."):
        # 먼저 지워야 중간에 끊긴 설치를 다음 실행이 알아봅니다.
        with contextlib.suppress(FileNotFoundError):
            venv.stamp.unlink()
        pip_install(venv, "-r", venv.requirements)
        pip_install(venv, "--no-deps", "--no-build-isolation", "-e", ".")
        venv.stamp.write_text(wanted)


def is_usable(venv, maker):
    """이 Python으로 이 자리에 끝까지 설치한 환경입니까? (Ours, complete and alive.)"""
    try:
        complete = venv.stamp.exists() and venv.marker.read_text(encoding="utf-8") == maker
        return complete and python(venv, "-c", "") == 0
    except OSError:
        return False


def make_venv(venv, maker):
    folder = venv.folder
    if folder.exists() and any(folder.iterdir()):
        if not venv.marker.exists():
            raise Stop(
                f"이 명령이 만들지 않은 {folder}가 있습니다. 이름을 바꾸고 다시 실행하십시오."
            )
        say("      옮겨졌거나, 다른 Python이 만들었거나, 설치가 끊긴 환경이라 새로 만듭니다.")
        shutil.rmtree(str(folder))
    folder.mkdir(exist_ok=True)
    venv.marker.write_text(maker, encoding="utf-8")
    failure = "가상 환경을 만들지 못했습니다."
    run_quietly(failure, [sys.executable, "-m", "venv", str(folder)], environment(venv))


def pip_install(venv, *args):
    # 사용자의 pip 설정 파일에 적힌 python, user, target, prefix는 따르지 않습니다.
    pip = [str(venv.python), "-m", "pip", "--python=", "install", "--no-input"]
    here = ["--progress-bar=off", "--no-user", "--target=", "--prefix=" + str(venv.folder)]
    run_quietly("설치하지 못했습니다.", [*pip, *here, *args], environment(venv))


def run_quietly(failure, command, env):
    """출력 수백 줄 대신 지금의 한 줄만 보입니다. (The last lines and a reason if it fails.)"""
    pipe = {"stdout": subprocess.PIPE, "stderr": subprocess.STDOUT}
    lines = []
    with subprocess.Popen(command, cwd=str(ROOT), env=env, **pipe) as child:
        for line in child.stdout:
            lines.append(line.decode("utf-8", "replace").strip())
            show_moving(lines[-1])
    show_moving("")
    if child.returncode:
        reason = next(why for sign, why in REASONS.items() if re.search(sign, "\n".join(lines)))
        raise Stop("\n".join([*lines[-8:], "", failure, reason]))


def show_moving(text):
    if sys.stdout.isatty():
        width = shutil.get_terminal_size().columns - 8
        print("\r      " + text[:width].ljust(width), end="\r", flush=True)


def build():
    """경고를 오류로 보고 책을 만듭니다. (The strict book.)"""
    with step(3, "책을 만듭니다."):
        # --all: 바뀐 쪽만 만들면 지난번의 경고가 사라지고 다른 쪽의 차례가 낡습니다.
        main = "from jupyter_book.cli.main import main; main()"
        code = python(MAIN, "-c", main, "build", ".", "--all", "-W", "--keep-going", "-q")
    if code:
        raise Stop("책에 경고나 오류가 있습니다. 위의 WARNING과 ERROR를 고치십시오.")


class Server(socketserver.ThreadingMixIn, http.server.HTTPServer):
    daemon_threads = True
    allow_reuse_address = os.name != "nt"  # Windows에서는 남이 쓰는 포트까지 잡습니다.


class Handler(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *args):
        pass


def open_server(port):
    """포트를 잡습니다. 고르지 않았으면 8000부터 빈 것을 찾습니다. (127.0.0.1 only.)"""
    # Windows 레지스트리가 .js를 text/plain이라고 하면 브라우저가 스크립트를 막습니다.
    mimetypes.add_type("text/javascript", ".js")
    handler = functools.partial(Handler, directory=str(HTML))
    for candidate in [port] if port else range(8000, 8020):
        with contextlib.suppress(OSError, OverflowError):
            return Server(("127.0.0.1", candidate), handler)
    raise Stop(
        f"{port or '8000–8019'}번 포트를 쓸 수 없습니다. 다른 프로그램이 쓰고 있을 수 있습니다.\n"
        "'python run.py book --port 9000'처럼 다른 번호를 고르십시오."
    )


def book(args):
    if args.build_only:
        prepare(MAIN)
        build()
        return 0
    check_python()
    with open_server(args.port) as server:  # 포트 때문이라면 긴 설치보다 먼저 멈춥니다.
        prepare(MAIN)
        build()
        say(f"\n책이 열렸습니다: http://127.0.0.1:{server.server_port}/\nCtrl+C를 누르면 멈춥니다.")
        with contextlib.suppress(KeyboardInterrupt):
            server.serve_forever()
    say("\n멈췄습니다.")
    return 0


PYTEST = ["-m", "pytest"]
PARALLEL = ["-n=auto", "--maxprocesses=4", "--dist=loadfile", "--durations=15"]
COVERAGE = ["--cov=course_lib", "--cov-fail-under=95"]

TOOLS = {
    "test": ("모두 검사합니다. 뒤에 적은 것은 pytest에 넘깁니다.", PYTEST),
    "frameworks": ("Keras와 TensorFlow를 쓰는 장과 검사를 돌립니다.", PYTEST),
    "execute": ("노트북을 다시 실행하여 출력을 새로 저장합니다.", ["book/execute.py"]),
    "browser": ("책을 Chromium으로 열어 검사합니다.", [*PYTEST, "tests/browser"]),
    "lab": ("JupyterLab에서 노트북을 엽니다.", ["-m", "jupyterlab", "--ServerApp.root_dir=book"]),
    "pdf": ("책을 PDF 한 파일로 만듭니다. Chromium이 필요합니다.", ["book/print/make.py", "pdf"]),
    "epub": ("책을 EPUB 한 파일로 만듭니다.", ["book/print/make.py", "epub"]),
    "bench": ("속도를 재어 PyTorch와 비교합니다.", ["tests/benchmark.py"]),
}
# 뒤에 아무것도 적지 않았을 때의 인자입니다.
DEFAULTS = {"test": [*PARALLEL, *COVERAGE], "frameworks": [*PARALLEL, *FRAMEWORKS_ONLY]}


def tool(args):
    """환경을 준비하고 TOOLS의 명령을 돌립니다. (The closing line is the tool's own.)"""
    help_text, command = TOOLS[args.command]
    rest = args.rest or DEFAULTS.get(args.command, [])
    runs = [(FRAMEWORKS if args.command == "frameworks" else MAIN, rest)]
    if args.command == "execute":
        runs = split_pages(rest)
    codes = []
    for venv, rest in runs:
        prepare(venv)
        say("[3/3] " + help_text)
        codes.append(python(venv, *command, *rest))
    return next((code for code in codes if code), 0)


def split_pages(names):
    """노트북을 실행할 환경에 따라 나눕니다. (Each notebook runs in the environment it needs.)"""
    pages = sorted(path.stem for path in (ROOT / "book").glob("*.ipynb"))
    only = [Path(path).stem for path in FRAMEWORKS_ONLY]
    here, there = [], []
    for name in names or pages:
        # 없는 이름도 넘겨야 execute.py가 어떤 노트북이 있는지 말합니다.
        for page in [page for page in pages if page.startswith(Path(name).stem)] or [name]:
            (there if page in only else here).append(page)
    return [(venv, part) for venv, part in ((MAIN, here), (FRAMEWORKS, there)) if part]


class Parser(argparse.ArgumentParser):
    def error(self, message):
        self.print_help()
        self.exit(2, "\n명령이나 인자가 틀렸습니다: {}\n".format(message))


def parse(argv):
    parser = Parser(prog="run.py", description="순환 신경망 강의의 명령입니다.")
    commands = parser.add_subparsers(dest="command", metavar="명령")
    opener = commands.add_parser("book", help="책을 만들어 이 컴퓨터에서 엽니다.")
    opener.add_argument("--port", type=int, help="포트 번호. 없으면 8000부터 빈 것을 찾습니다.")
    opener.add_argument("--build-only", action="store_true", help="만들기만 하고 열지 않습니다.")
    for name, (help_text, _) in TOOLS.items():
        commands.add_parser(name, help=help_text, add_help=False)
    args, args.rest = parser.parse_known_args(argv)
    if not args.command or (args.command == "book" and args.rest):
        parser.print_help()
        parser.exit(2)
    return args


def main(argv):
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):  # 한국어 Windows의 cp949에는 없는 글자가 있습니다.
            stream.reconfigure(encoding="utf-8", errors="replace")
    args = parse(argv)
    try:
        return book(args) if args.command == "book" else tool(args)
    except (Stop, OSError) as reason:
        print(f"\n{reason}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\n중단했습니다. 다시 실행하면 됩니다.", file=sys.stderr)
        return 130


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
