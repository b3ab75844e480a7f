"""저장소의 파일들이 서로 어긋나지 않는지, README가 하는 말이 참인지 봅니다."""

import contextlib
import importlib.util
import io
import json
import re
import shutil
import subprocess
import sys
import tomllib
from importlib import metadata
from pathlib import Path

import pytest
import yaml
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

import course_lib

ROOT = Path(__file__).resolve().parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
README = (ROOT / "README.md").read_text("utf-8")
CONTRIBUTING = (ROOT / "CONTRIBUTING.md").read_text("utf-8")
WORKFLOW = yaml.safe_load((ROOT / ".github/workflows/ci.yml").read_text("utf-8"))


def load(path):
    spec = importlib.util.spec_from_file_location(path.stem, path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def module(name, *args):
    return subprocess.run(
        [sys.executable, "-m", name, *args],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
    )


# 코드의 모양


@pytest.mark.parametrize("command", [["check"], ["format", "--check"]], ids=" ".join)
def test_ruff(command):
    done = module("ruff", *command, ".")
    assert done.returncode == 0, done.stdout


# 스키마


@pytest.mark.parametrize(
    ("schema", "path"),
    [
        ("vendor.github-workflows", ".github/workflows/ci.yml"),
        ("vendor.citation-file-format", "CITATION.cff"),
    ],
)
def test_schema(schema, path):
    done = module("check_jsonschema", "--builtin-schema", schema, path)
    assert done.returncode == 0, done.stdout


def test_schema_catches_a_mistake(tmp_path):
    broken = tmp_path / "ci.yml"
    broken.write_text("on: push\njobs: {test: {steps: 3}}\n")
    done = module("check_jsonschema", "--builtin-schema", "vendor.github-workflows", str(broken))
    assert done.returncode == 1, done.stdout


# 패키지의 판


def pins(file="requirements.txt"):
    lines = (ROOT / file).read_text("utf-8").splitlines()
    found = [Requirement(line.split("#")[0]) for line in lines if line.split("#")[0].strip()]
    assert len({pin.name for pin in found}) == len(found), "두 번 적은 패키지가 있습니다."
    return {canonicalize_name(pin.name): pin for pin in found}


def ranges():
    extras = PROJECT["project"]["optional-dependencies"].values()
    lines = [*PROJECT["project"]["dependencies"], *(line for extra in extras for line in extra)]
    found = map(Requirement, lines)
    return [one for one in found if one.name != PROJECT["project"]["name"]]


def version(pin):
    (exact,) = pin.specifier
    assert exact.operator == "==", pin
    return exact.version


FRAMEWORKS = "requirements-frameworks.txt"


def test_every_pin_is_exact():
    assert all(version(pin) for pin in [*pins().values(), *pins(FRAMEWORKS).values()])


def test_both_environments_have_the_same_versions():
    """tests/frameworks는 딸린 패키지까지 모두 적혔는지를 그 환경에서 봅니다."""
    main, frameworks = pins(), pins(FRAMEWORKS)
    shared = main.keys() & frameworks.keys()
    assert {"torch", "numpy", "nbval", "pytest"} <= shared
    assert {name: str(main[name]) for name in shared} == {
        name: str(frameworks[name]) for name in shared
    }


@pytest.mark.parametrize("wanted", ranges(), ids=str)
def test_pin_lies_in_the_range(wanted):
    both = pins(FRAMEWORKS) | pins()
    assert wanted.specifier.contains(version(both[canonicalize_name(wanted.name)]))


def test_pinned_versions_are_the_installed_ones():
    applying = [pin for pin in pins().values() if pin.marker is None or pin.marker.evaluate()]
    installed = {pin.name: metadata.version(pin.name).split("+")[0] for pin in applying}
    assert installed == {pin.name: version(pin) for pin in applying}


PLATFORMS = {
    "Linux": {"sys_platform": "linux", "platform_system": "Linux", "os_name": "posix"},
    "Windows": {"sys_platform": "win32", "platform_system": "Windows", "os_name": "nt"},
    "macOS": {"sys_platform": "darwin", "platform_system": "Darwin", "os_name": "posix"},
}


@pytest.mark.parametrize("python", ["3.11", "3.12", "3.13"])
@pytest.mark.parametrize("platform", PLATFORMS)
def test_nothing_unpinned_is_installed(platform, python):
    """딸린 패키지를 따라가 봅니다. CUDA의 것은 PyTorch가 스스로 정확히 정합니다."""
    target = {**PLATFORMS[platform], "python_version": python, "python_full_version": f"{python}.9"}

    def applies(requirement, extras=("",)):
        marker = requirement.marker
        return marker is None or any(marker.evaluate({**target, "extra": one}) for one in extras)

    pinned = {name: pin for name, pin in pins().items() if applies(pin)}
    todo = [(name, frozenset()) for name in pinned]
    seen = set(todo)
    while todo:
        name, extras = todo.pop()
        with contextlib.suppress(metadata.PackageNotFoundError):  # 다른 운영 체제의 것
            for child in map(Requirement, metadata.requires(name) or []):
                if not applies(child, extras | {""}) or re.match("nvidia|cuda|triton", child.name):
                    continue
                assert canonicalize_name(child.name) in pinned, f"{name} → {child}"
                step = (canonicalize_name(child.name), frozenset(child.extras))
                if step not in seen:
                    seen.add(step)
                    todo.append(step)


def test_pre_commit_uses_the_pinned_ruff():
    config = yaml.safe_load((ROOT / ".pre-commit-config.yaml").read_text("utf-8"))
    used = {dep for hook in config["repos"][0]["hooks"] for dep in hook["additional_dependencies"]}
    assert used == {str(pins()["ruff"])}


# 판과 라이선스


def test_version_is_the_same_everywhere():
    citation = yaml.safe_load((ROOT / "CITATION.cff").read_text("utf-8"))
    newest = re.search(r"^## (\S+)", (ROOT / "CHANGELOG.md").read_text("utf-8"), flags=re.M)[1]
    assert citation["version"] == newest == course_lib.__version__


def test_supported_pythons_are_the_same_everywhere():
    run = load(ROOT / "run.py")
    oldest, newest = (f"{major}.{minor}" for major, minor in (run.OLDEST, run.NEWEST))
    assert PROJECT["project"]["requires-python"] == f">={oldest}"
    assert WORKFLOW["jobs"]["test"]["strategy"]["matrix"]["python"] == [oldest, newest]
    assert f"Python {oldest}–{newest}" in README


# README가 하는 말


def blocks(text, language):
    return re.findall(rf"^```{language}\n(.*?)^```$", text, flags=re.M | re.S)


@pytest.mark.parametrize("number", [0, 1])
def test_readme_example_prints_what_it_says(number, tmp_path, monkeypatch):
    codes, texts = blocks(README, "python"), blocks(README, "text")
    assert len(codes) == len(texts) == 2
    monkeypatch.chdir(tmp_path)  # 예가 쓰는 체크포인트는 여기에 놓입니다.
    for _ in range(2):  # 둘째 번에는 체크포인트에서 이어 갑니다.
        printed = io.StringIO()
        with contextlib.redirect_stdout(printed):
            exec(compile(codes[number], "README.md", "exec"), {})
        assert printed.getvalue() == texts[number]


@pytest.mark.parametrize("text", [README, CONTRIBUTING], ids=["README", "CONTRIBUTING"])
def test_commands_exist(text):
    run = load(ROOT / "run.py")
    commands = set(re.findall(r"python run\.py (\w+)", text))
    assert {"book", "test"} <= commands <= {"book", *run.TOOLS}


@pytest.mark.parametrize("text", [README, CONTRIBUTING], ids=["README", "CONTRIBUTING"])
def test_links_lead_somewhere(text):
    links = [link for link in re.findall(r"\]\(([^)]+)\)", text) if "://" not in link]
    assert [link for link in links if not (ROOT / link).exists()] == []


def test_readme_ladder_is_the_one_on_disk():
    files = re.findall(r"(\w+\.py)  ", README)
    assert files == ["modules.py", "stack.py", "bidirectional.py", "unroll.py", "cells.py"]
    for package in ("numpy_rnn", "torch_rnn"):
        assert all((ROOT / "course_lib" / package / file).exists() for file in files)


def test_ci_runs_the_commands_of_the_readme():
    written = "".join(blocks(README, ""))
    names = ["test", "frameworks", "browser"]
    commands = [f"python run.py {name}" for name in names]
    assert all(command in written for command in commands)
    lines = (ROOT / ".ci/run").read_text("utf-8").splitlines()
    assert lines[-4:] == [*commands[:2], ".ci/browsers", commands[2]]
    for command, job in zip(commands, names, strict=True):
        assert command in [step.get("run") for step in WORKFLOW["jobs"][job]["steps"]]
    assert WORKFLOW["jobs"]["build"]["needs"] == names


# 공개 주소


ADDRESS = "https://github.com/someone/course"


@pytest.fixture
def copy(tmp_path):
    """주소를 적어 볼 사본입니다."""
    for name in ("pyproject.toml", "README.md", "CITATION.cff"):
        shutil.copy(ROOT / name, tmp_path)
    (tmp_path / "book").mkdir()
    for chapter in (ROOT / "book").glob("[0-9][0-9]_*.ipynb"):
        shutil.copy(chapter, tmp_path / "book")
    return tmp_path


@pytest.fixture(scope="module")
def address():
    return load(ROOT / "book" / "address.py")


def test_readme_shows_the_address_that_is_set(address):
    assert address.readme_block(ROOT) in README, "python book/address.py 주소를 다시 실행하십시오."


def test_links_appear_when_the_address_is_set(address, copy):
    address.write(copy, ADDRESS)
    readme = (copy / "README.md").read_text("utf-8")
    assert f"{ADDRESS}/actions/workflows/ci.yml/badge.svg" in readme
    colab = "https://colab.research.google.com/github/someone/course/blob/main/book"
    assert f"colab-badge.svg)]({colab}/01_sequence.ipynb) 시퀀스와 순환" in readme
    citation = yaml.safe_load((copy / "CITATION.cff").read_text("utf-8"))
    assert citation["repository-code"] == ADDRESS
    project = tomllib.loads((copy / "pyproject.toml").read_text("utf-8"))
    assert project["tool"]["course"]["repository"] == ADDRESS


def test_links_vanish_with_the_address(address, copy):
    address.write(copy, ADDRESS)
    address.write(copy, "")
    readme = (copy / "README.md").read_text("utf-8")
    assert f"{address.START}\n{address.END}" in readme
    assert "colab.research" not in readme
    assert "repository-code" not in yaml.safe_load((copy / "CITATION.cff").read_text("utf-8"))
    for chapter in (copy / "book").glob("*.ipynb"):
        assert chapter.read_bytes() == (ROOT / "book" / chapter.name).read_bytes()


def test_chapters_install_the_package_on_colab(address, copy):
    address.write(copy, ADDRESS)
    for chapter in (copy / "book").glob("*.ipynb"):
        cells = json.loads(chapter.read_text("utf-8"))["cells"]
        code = [cell for cell in cells if cell["cell_type"] == "code"]
        assert f"git+{ADDRESS}" in "".join(code[0]["source"])
        assert [cell["execution_count"] for cell in code] == list(range(1, len(code) + 1))
    before = chapter.read_bytes()
    address.write(copy, ADDRESS)
    assert chapter.read_bytes() == before


def test_wrong_address_changes_nothing(address, copy):
    before = (copy / "pyproject.toml").read_bytes()
    with pytest.raises(SystemExit, match="모양이어야 합니다"):
        address.write(copy, "someone/course")
    assert (copy / "pyproject.toml").read_bytes() == before
