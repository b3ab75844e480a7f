"""run.py: 환경을 언제 만들고, 무엇을 남의 것으로 보고, 잘못되면 뭐라고 말하는지 봅니다."""

import ast
import importlib.util
import os
import shutil
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
    """임시 폴더에 베낀 run.py와, 그것이 돌리려던 명령들입니다."""
    shutil.copy(ROOT / "run.py", tmp_path)
    module = load(tmp_path / "run.py")
    for name in ("requirements.txt", "requirements-frameworks.txt", "pyproject.toml"):
        (tmp_path / name).write_text(name)
    module.calls = []

    def note(venv, *args):
        module.calls.append((venv.name, *args))
        return 0

    monkeypatch.setattr(module, "python", note)
    module.really_run = module.run_quietly
    monkeypatch.setattr(module, "run_quietly", lambda _, command, env: module.calls.append(command))
    return module


def load(path):
    spec = importlib.util.spec_from_file_location("run", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(params=["MAIN", "FRAMEWORKS"])
def venv(run, request):
    """두 환경은 똑같이 만들고 똑같이 지킵니다."""
    return getattr(run, request.param)


def installs(run, venv):
    """prepare()가 돌린 것을 짧게 말합니다."""
    run.calls.clear()
    run.prepare(venv)
    commands = [" ".join(map(str, call)) for call in run.calls]
    known = ("-m venv", f"-r {venv.requirements}", "-e .")
    return [name for command in commands for name in known if name in command]


def everything(venv):
    return ["-m venv", f"-r {venv.requirements}", "-e ."]


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
        run.prepare(run.MAIN)
    assert run.calls == []


def test_new_python_is_warned_and_goes_on(run, venv, monkeypatch, capsys):
    monkeypatch.setattr(sys, "version_info", (3, 14, 0))
    assert installs(run, venv) == everything(venv)
    assert "Python 3.14에서는 확인하지 않았습니다" in capsys.readouterr().out


def test_missing_ensurepip_is_told(run, monkeypatch):
    monkeypatch.setattr(run.importlib.util, "find_spec", lambda name: None)
    with pytest.raises(run.Stop, match=r"apt install python3\.\d+-venv"):
        run.prepare(run.MAIN)


def test_second_time_installs_nothing(run, venv, capsys):
    assert installs(run, venv) == everything(venv)
    assert installs(run, venv) == []
    assert f"가상 환경 {venv.name}가 있습니다." in capsys.readouterr().out


def test_the_two_environments_do_not_touch_each_other(run):
    assert installs(run, run.MAIN) == everything(run.MAIN)
    assert installs(run, run.FRAMEWORKS) == everything(run.FRAMEWORKS)
    assert installs(run, run.MAIN) == []
    (run.ROOT / run.FRAMEWORKS.requirements).write_text("changed")
    assert installs(run, run.MAIN) == []
    assert installs(run, run.FRAMEWORKS) == everything(run.FRAMEWORKS)[1:]


def test_changed_pins_are_installed_into_the_same_environment(run, venv):
    for name in (venv.requirements, "pyproject.toml"):
        installs(run, venv)
        (run.ROOT / name).write_text("changed")
        assert installs(run, venv) == everything(venv)[1:]


def test_interrupted_install_starts_over(run, venv, monkeypatch):
    def interrupt(_, command, env):
        if "pip" in command:
            raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(run, "run_quietly", interrupt)
        with pytest.raises(KeyboardInterrupt):
            run.prepare(venv)
    assert installs(run, venv) == everything(venv)


def test_moved_or_remade_environment_starts_over(run, venv):
    installs(run, venv)
    venv.marker.write_text("3.12 /elsewhere /elsewhere/.venv")
    (venv.folder / "old").write_text("old")
    assert installs(run, venv) == everything(venv)
    assert not (venv.folder / "old").exists()


def test_dead_environment_starts_over(run, venv, monkeypatch):
    installs(run, venv)
    monkeypatch.setattr(run, "python", lambda *args: 1)
    assert installs(run, venv) == everything(venv)


def test_environment_of_somebody_else_is_left_alone(run, venv):
    venv.folder.mkdir()
    (venv.folder / "mine").write_text("mine")
    with pytest.raises(run.Stop, match="이 명령이 만들지 않은"):
        run.prepare(venv)
    assert (venv.folder / "mine").read_text() == "mine"


def test_children_see_only_our_environment(run, venv, monkeypatch):
    for name in run.FOREIGN:
        monkeypatch.setenv(name, "elsewhere")
    monkeypatch.setenv("PIP_INDEX_URL", "mirror")
    monkeypatch.setenv("OPENBLAS_NUM_THREADS", "3")
    monkeypatch.delenv("OMP_NUM_THREADS", raising=False)
    env = run.environment(venv)
    assert env["OMP_NUM_THREADS"] == "1"
    assert env["OPENBLAS_NUM_THREADS"] == "3"  # 사용자가 정한 것은 따릅니다.
    assert not run.FOREIGN & set(env)
    assert env["PIP_INDEX_URL"] == "mirror"
    assert env["PYTHONUTF8"] == "1"
    assert env["PATH"].startswith(str(venv.python.parent) + os.pathsep)


def test_only_the_frameworks_get_their_variables(run, monkeypatch):
    monkeypatch.setenv("KERAS_BACKEND", "jax")
    monkeypatch.delenv("TF_CPP_MIN_LOG_LEVEL", raising=False)
    env = run.environment(run.FRAMEWORKS)
    assert (env["KERAS_BACKEND"], env["TF_CPP_MIN_LOG_LEVEL"]) == ("torch", "3")
    assert Path(env["KERAS_HOME"]).parent == run.FRAMEWORKS.folder
    assert "TF_CPP_MIN_LOG_LEVEL" not in run.environment(run.MAIN)


@pytest.mark.parametrize(
    ("output", "reason"),
    [
        ("NewConnectionError\nNo matching distribution found", "인터넷에 연결하지 못했습니다"),
        ("No matching distribution found for torch", "64비트 Python"),
        ("No matching distribution found for tensorflow-cpu", "Windows ARM"),
        ("OSError: [Errno 28] No space left on device", "디스크"),
        ("SSLError(SSLCertVerificationError", "인증서"),
        ("something else", "위의 출력"),
    ],
)
def test_failed_install_tells_why(run, output, reason):
    failing = f"print({output!r}); raise SystemExit(1)"
    with pytest.raises(run.Stop) as stop:
        run.really_run("설치하지 못했습니다.", [sys.executable, "-c", failing], os.environ)
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
    monkeypatch.setattr(run, "python", lambda venv, *args: int("build" in args))
    assert run.main(["book"]) == 1
    out, err = capsys.readouterr()
    assert "http://" not in out
    assert "WARNING" in err


def test_build_is_strict(run):
    assert run.main(["book", "--build-only"]) == 0
    assert {"build", "--all", "-W", "--keep-going"} <= set(run.calls[-1])


def test_whole_suite_measures_coverage(run):
    assert run.main(["test"]) == 0
    assert {".venv", "pytest", "--durations=15", "--cov-fail-under=95"} <= set(run.calls[-1])


def test_frameworks_run_only_what_needs_them(run):
    assert run.main(["frameworks"]) == 0
    name, *command = run.calls[-1]
    assert name == ".venv-frameworks"
    assert command[:2] == ["-m", "pytest"]
    assert command[-len(run.FRAMEWORKS_ONLY) :] == run.FRAMEWORKS_ONLY
    assert not any(word.startswith("--cov") for word in command)


@pytest.mark.parametrize(
    ("command", "environment"), [("test", ".venv"), ("frameworks", ".venv-frameworks")]
)
def test_arguments_go_to_pytest(run, command, environment):
    run.main([command, "-k", "foo", "tests"])
    assert run.calls[-1] == (environment, "-m", "pytest", "-k", "foo", "tests")


@pytest.mark.parametrize(
    ("names", "expected"),
    [
        ([], [[".venv", "02_cell", "15_lengths"], [".venv-frameworks", "16_keras", "17_graphs"]]),
        (["02", "book/15_lengths.ipynb"], [[".venv", "02_cell", "15_lengths"]]),
        (["16"], [[".venv-frameworks", "16_keras"]]),
        (["book/17_graphs.ipynb"], [[".venv-frameworks", "17_graphs"]]),
        (["02", "16"], [[".venv", "02_cell"], [".venv-frameworks", "16_keras"]]),
        (["1"], [[".venv", "15_lengths"], [".venv-frameworks", "16_keras", "17_graphs"]]),
        (["16", "99"], [[".venv", "99"], [".venv-frameworks", "16_keras"]]),
        (["--help"], [[".venv", "--help"]]),
    ],
)
def test_every_notebook_is_executed_in_its_environment(run, names, expected):
    (run.ROOT / "book").mkdir()
    for page in ("02_cell", "15_lengths", "16_keras", "17_graphs"):
        (run.ROOT / "book" / f"{page}.ipynb").touch()
    assert run.main(["execute", *names]) == 0
    executed = [call for call in run.calls if "book/execute.py" in call]
    assert [[call[0], *call[2:]] for call in executed] == expected


def test_a_failure_in_either_environment_fails(run, monkeypatch):
    (run.ROOT / "book").mkdir()
    for page in ("02_cell", "16_keras"):
        (run.ROOT / "book" / f"{page}.ipynb").touch()
    monkeypatch.setattr(run, "prepare", lambda venv: None)
    for codes in ({".venv": -9}, {".venv-frameworks": 1}):
        monkeypatch.setattr(run, "python", lambda venv, *_, codes=codes: codes.get(venv.name, 0))
        assert run.main(["execute"]) == next(iter(codes.values()))


def test_what_needs_the_frameworks_exists():
    needed = load(ROOT / "run.py").FRAMEWORKS_ONLY
    assert [path for path in needed if not (ROOT / path).exists()] == []


def test_failing_tool_fails(run, monkeypatch):
    monkeypatch.setattr(run, "prepare", lambda venv: None)
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
