"""run.py: 환경을 언제 만들고, 무엇을 남의 것으로 보고, 잘못되면 뭐라고 말하는지 봅니다."""

import ast
import importlib.util
import os
import socket
import subprocess
import sys
import threading
import types
import urllib.request
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]


@pytest.fixture
def run(tmp_path, monkeypatch):
    """임시 폴더를 저장소로 아는 run.py와, 그것이 돌리려던 명령들입니다."""
    spec = importlib.util.spec_from_file_location("run", ROOT / "run.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    for name in ("requirements.txt", "pyproject.toml"):
        (tmp_path / name).write_text(name)
    for name in ("VENV", "PYTHON", "MARKER", "STAMP", "HTML"):
        monkeypatch.setattr(module, name, tmp_path / getattr(module, name).relative_to(ROOT))
    monkeypatch.setattr(module, "ROOT", tmp_path)
    module.calls = []
    monkeypatch.setattr(module, "python", lambda *args: module.calls.append(args) or 0)
    module.really_run = module.run_quietly
    monkeypatch.setattr(module, "run_quietly", lambda _, command: module.calls.append(command))
    return module


def installs(run):
    """prepare()가 돌린 것을 짧게 말합니다."""
    run.calls.clear()
    run.prepare()
    commands = [" ".join(map(str, call)) for call in run.calls]
    return [
        name
        for command in commands
        for name in ("-m venv", "-r requirements.txt", "-e .")
        if name in command
    ]


EVERYTHING = ["-m venv", "-r requirements.txt", "-e ."]


def test_old_python_can_read_it():
    ast.parse((ROOT / "run.py").read_text("utf-8"), feature_version=(3, 6))


@pytest.mark.parametrize(
    ("version", "message"),
    [
        ((3, 10, 13), "Python 3.11 이상이 필요합니다. 지금 쓰는 것은 3.10"),
        ((3, 6, 15), "지금 쓰는 것은 3.6"),
    ],
)
def test_old_python_is_told(run, monkeypatch, version, message):
    monkeypatch.setattr(sys, "version_info", version)
    with pytest.raises(run.Stop, match=message):
        run.prepare()
    assert run.calls == []


def test_new_python_is_warned_and_goes_on(run, monkeypatch, capsys):
    monkeypatch.setattr(sys, "version_info", (3, 14, 0))
    assert installs(run) == EVERYTHING
    assert "Python 3.14에서는 확인하지 않았습니다" in capsys.readouterr().out


def test_missing_ensurepip_is_told(run, monkeypatch):
    monkeypatch.setattr(run.importlib.util, "find_spec", lambda name: None)
    with pytest.raises(run.Stop, match=r"apt install python3\.\d+-venv"):
        run.prepare()


def test_second_time_installs_nothing(run):
    assert installs(run) == EVERYTHING
    assert installs(run) == []


@pytest.mark.parametrize("name", ["requirements.txt", "pyproject.toml"])
def test_changed_pins_are_installed_into_the_same_environment(run, name):
    installs(run)
    (run.ROOT / name).write_text("changed")
    assert installs(run) == ["-r requirements.txt", "-e ."]


def test_interrupted_install_starts_over(run, monkeypatch):
    def interrupt(_, command):
        if "pip" in command:
            raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(run, "run_quietly", interrupt)
        with pytest.raises(KeyboardInterrupt):
            run.prepare()
    assert installs(run) == EVERYTHING


def test_moved_or_remade_environment_starts_over(run):
    installs(run)
    run.MARKER.write_text("3.12 /elsewhere /elsewhere/.venv")
    (run.VENV / "old").write_text("old")
    assert installs(run) == EVERYTHING
    assert not (run.VENV / "old").exists()


def test_dead_environment_starts_over(run, monkeypatch):
    installs(run)
    monkeypatch.setattr(run, "python", lambda *args: 1)
    assert installs(run) == EVERYTHING


def test_environment_of_somebody_else_is_left_alone(run):
    run.VENV.mkdir()
    (run.VENV / "mine").write_text("mine")
    with pytest.raises(run.Stop, match="이 명령이 만들지 않은"):
        run.prepare()
    assert (run.VENV / "mine").read_text() == "mine"


def test_children_see_only_our_environment(run, monkeypatch):
    for name in run.FOREIGN:
        monkeypatch.setenv(name, "elsewhere")
    monkeypatch.setenv("PIP_INDEX_URL", "mirror")
    monkeypatch.setenv("OPENBLAS_NUM_THREADS", "3")
    monkeypatch.delenv("OMP_NUM_THREADS", raising=False)
    env = run.environment()
    assert env["OMP_NUM_THREADS"] == "1"
    assert env["OPENBLAS_NUM_THREADS"] == "3"  # 사용자가 정한 것은 따릅니다.
    assert not run.FOREIGN & set(env)
    assert env["PIP_INDEX_URL"] == "mirror"
    assert env["PYTHONUTF8"] == "1"
    assert env["PATH"].startswith(str(run.PYTHON.parent) + os.pathsep)


@pytest.mark.parametrize(
    ("output", "reason"),
    [
        ("NewConnectionError\nNo matching distribution found", "인터넷에 연결하지 못했습니다"),
        ("No matching distribution found for torch", "64비트 Python"),
        ("OSError: [Errno 28] No space left on device", "디스크"),
        ("SSLError(SSLCertVerificationError", "인증서"),
        ("something else", "위의 출력"),
    ],
)
def test_failed_install_tells_why(run, output, reason):
    failing = f"print({output!r}); raise SystemExit(1)"
    with pytest.raises(run.Stop) as stop:
        run.really_run("설치하지 못했습니다.", [sys.executable, "-c", failing])
    assert output.splitlines()[-1] in str(stop.value)
    assert "설치하지 못했습니다." in str(stop.value)
    assert reason in str(stop.value).splitlines()[-1]


@pytest.fixture
def taken():
    """다른 프로그램이 쓰고 있는 포트입니다."""
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        yield other.getsockname()[1]


def test_taken_port_stops_before_anything_is_installed(run, taken, capsys):
    assert run.main(["book", "--port", str(taken)]) == 1
    assert f"{taken}번 포트를 쓸 수 없습니다" in capsys.readouterr().err
    assert run.calls == []


def test_without_a_choice_the_next_free_port_is_taken(run):
    with run.open_server(None) as first, run.open_server(None) as second:
        assert first.server_port < second.server_port


def test_served_page(run):
    run.HTML.mkdir(parents=True)
    (run.HTML / "index.html").write_text("<p>책</p>", "utf-8")
    (run.HTML / "page.js").write_text("1")
    with run.open_server(None) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        address = f"http://127.0.0.1:{server.server_port}/"
        with urllib.request.urlopen(address) as reply:
            assert reply.read().decode("utf-8") == "<p>책</p>"
        with urllib.request.urlopen(address + "page.js") as reply:
            assert reply.headers.get_content_type() == "text/javascript"
        server.shutdown()
        thread.join()
    assert server.server_address[0] == "127.0.0.1"


def test_failed_build_is_not_served(run, monkeypatch, capsys):
    monkeypatch.setattr(run, "python", lambda *args: int("build" in args))
    assert run.main(["book"]) == 1
    out, err = capsys.readouterr()
    assert "http://" not in out
    assert "WARNING" in err


def test_build_is_strict(run):
    assert run.main(["book", "--build-only"]) == 0
    assert {"build", "--all", "-W", "--keep-going"} <= set(run.calls[-1])


def test_whole_suite_measures_coverage(run):
    assert run.main(["test"]) == 0
    assert {"pytest", "--durations=15", "--cov-fail-under=95"} <= set(run.calls[-1])


def test_arguments_go_to_pytest(run):
    run.main(["test", "-k", "foo", "tests"])
    assert run.calls[-1] == ("-m", "pytest", "-k", "foo", "tests")


def test_failing_tool_fails(run, monkeypatch):
    monkeypatch.setattr(run, "prepare", lambda: None)
    monkeypatch.setattr(run, "python", lambda *args: 5)
    assert run.main(["test"]) == 5


def test_ctrl_c_ends_without_a_traceback(run, monkeypatch, capsys):
    def press(*args):
        raise KeyboardInterrupt

    monkeypatch.setattr(run, "prepare", press)
    assert run.main(["test"]) == 130
    assert "중단했습니다" in capsys.readouterr().err


def test_ctrl_c_closes_the_book(run, monkeypatch, capsys):
    def press(self):
        raise KeyboardInterrupt

    monkeypatch.setattr(run.Server, "serve_forever", press)
    assert run.main(["book"]) == 0
    assert "책이 열렸습니다: http://127.0.0.1:" in capsys.readouterr().out


@pytest.mark.parametrize("argv", [[], ["book", "--nonsense"]])
def test_unknown_words_show_the_help(argv):
    done = subprocess.run(
        [sys.executable, ROOT / "run.py", *argv],
        capture_output=True,
        encoding="utf-8",
        env={**os.environ, "PYTHONIOENCODING": "cp949"},
    )
    assert done.returncode == 2
    assert "book" in done.stdout
    assert "책을 만들어" in done.stdout


def test_progress_is_one_line_on_a_terminal(run, monkeypatch, capsys):
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True)
    terminal = types.SimpleNamespace(columns=30)
    monkeypatch.setattr(run.shutil, "get_terminal_size", lambda: terminal)
    run.show_moving("Collecting a-package-with-a-long-name")
    printed = capsys.readouterr().out
    assert "\n" not in printed
    assert len(printed.strip("\r")) == 28
