"""Packaging: what an installation and a source archive hold, which versions are allowed, what the two commands install."""

import os
import re
import subprocess
import sys
import tarfile
import tomllib
import zipfile
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.version import Version

HOME = Path(__file__).parents[1]
PROJECT = tomllib.loads((HOME / "pyproject.toml").read_text(encoding="utf-8"))["project"]


@pytest.fixture(scope="session")
def archives(tmp_path_factory):
    """The names of the files in a wheel and in a source archive that are built from this tree, and the wheel itself."""
    out = tmp_path_factory.mktemp("dist")
    command = [sys.executable, "-m", "hatchling", "build", "-d", str(out)]
    subprocess.run(command, cwd=HOME, check=True, capture_output=True)
    wheel, source = next(out.glob("*.whl")), next(out.glob("*.tar.gz"))
    with zipfile.ZipFile(wheel) as inside, tarfile.open(source) as packed:
        return set(inside.namelist()), {name.partition("/")[2] for name in packed.getnames()}, wheel, source


def below(folder, pattern):
    return {path.relative_to(folder).as_posix() for path in folder.rglob(pattern) if path.is_file() and "__pycache__" not in path.parts}


def test_a_wheel_has_the_package_and_its_experiments_and_nothing_else(archives):
    names, _, _, _ = archives
    package = {f"learnsim/{name}" for name in below(HOME / "src/learnsim", "*")}
    experiments = {f"learnsim/shipped_experiments/{name}" for name in below(HOME / "experiments", "*")}
    assert {name for name in names if ".dist-info/" not in name} == package | experiments
    modules = [name for name in experiments if name.endswith(".py")]
    assert modules == ["learnsim/shipped_experiments/own/rumour.py"]  # the source hash does not count those


def test_the_source_hash_of_an_installation_is_that_of_the_tree(archives, tmp_path):
    _, _, wheel, _ = archives
    with zipfile.ZipFile(wheel) as packed:
        packed.extractall(tmp_path)
    code = "from learnsim.compiled import source_hash; print(source_hash())"
    hashes = set()
    for place in (tmp_path, HOME / "src"):
        env = {**os.environ, "PYTHONPATH": str(place)}
        hashes.add(subprocess.run([sys.executable, "-c", code], env=env, capture_output=True, text=True, check=True).stdout)
    assert len(hashes) == 1


def test_a_wheel_from_the_source_archive_is_the_wheel_from_the_tree(archives, tmp_path):
    names, _, _, source = archives
    with tarfile.open(source) as packed:
        packed.extractall(tmp_path, filter="data")
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path)]
    subprocess.run(command, cwd=next(path for path in tmp_path.iterdir() if path.is_dir()), check=True, capture_output=True)
    with zipfile.ZipFile(next(tmp_path.glob("*.whl"))) as inside:
        assert set(inside.namelist()) == names


def test_the_source_archive_has_what_its_pages_link_to_and_every_test(archives):
    _, names, _, _ = archives
    for page in (HOME / "README.md", HOME / "CONTRIBUTING.md", HOME / "results/README.md", *(HOME / "docs").glob("*.md")):
        for target in re.findall(r"\]\(([^)#\s]+)[^)]*\)", page.read_text(encoding="utf-8")):
            if "://" not in target:
                linked = (page.parent / target).resolve().relative_to(HOME).as_posix()
                assert linked in names or any(name.startswith(f"{linked}/") for name in names), f"{page.name}: {target}"
    readme = (HOME / "README.md").read_text(encoding="utf-8")
    for mentioned in re.findall(r"(?:benchmarks|experiments|results/reference|docs)/[\w/]+\.\w+", readme):
        assert mentioned in names, mentioned
    assert {f"tests/{name}" for name in below(HOME / "tests", "*.py")} <= names
    assert {".ci/run", ".ci/lowest.txt", "app.py", "Dockerfile", "LICENSE"} <= names


@pytest.mark.thorough
def test_an_installed_wheel_runs_a_shipped_experiment_from_any_folder(archives, tmp_path):
    """Unpacked into a folder, which is what an installation does."""
    with zipfile.ZipFile(archives[2]) as inside:
        inside.extractall(tmp_path / "site")
    code = f"import sys; sys.path.insert(0, {str(tmp_path / 'site')!r}); sys.argv = ['learnsim', *sys.argv[1:]]; import runpy; runpy.run_module('learnsim', run_name='__main__')"

    def installed(*words):
        return subprocess.run([sys.executable, "-c", code, *words], cwd=tmp_path, capture_output=True, text=True, check=False)

    done = installed("check", "hybrid_vs_lecture")
    assert done.returncode == 0 and done.stdout.startswith("hybrid_vs_lecture: good; 8 arms"), done.stderr
    assert "march1991" in installed("list").stdout
    small = ["--set", "training.sessions=2", "--set", "organisation.trainees=24", "--engine", "agents", "--workers", "1"]
    done = installed("run", "hybrid_vs_lecture", "--replicates", "1", "-q", *small)
    assert (done.returncode, done.stdout) == (0, "results: results/hybrid_vs_lecture\n"), done.stderr
    assert installed("init", "my.toml", "--from", "march1991").returncode == 0
    assert (tmp_path / "march1991.csv").is_file()


def required():
    """The lowest version that each requirement allows, by normal name; None where it names none."""
    lowest = {}
    for text in (*PROJECT["dependencies"], *(text for texts in PROJECT["optional-dependencies"].values() for text in texts)):
        one = Requirement(text)
        bounds = [Version(each.version) for each in one.specifier if each.operator in (">=", "==")]
        name = re.sub(r"[-_.]+", "-", one.name).lower()
        if name != "learnsim":
            lowest[name] = max([*bounds, *filter(None, [lowest.get(name)])], default=None)
    return lowest


CHECKERS = {"mypy", "ruff", "pandas-stubs"}  # they run at their newest only


def test_the_lowest_versions_that_are_tested_are_those_that_are_declared():
    pinned = {}
    for line in (HOME / ".ci/lowest.txt").read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            name, _, version = line.partition("==")
            pinned[re.sub(r"[-_.]+", "-", name).lower()] = Version(version)
    declared = required()
    assert None not in [version for name, version in declared.items() if name not in CHECKERS]
    assert pinned == {name: version for name, version in declared.items() if name not in CHECKERS}


def test_every_python_that_is_declared_is_named_and_the_ends_are_tested():
    named = re.findall(r"Python :: (3\.\d+)", "\n".join(PROJECT["classifiers"]))
    assert f">={named[0]}" == PROJECT["requires-python"] and named == ["3.11", "3.12", "3.13"]
    script = (HOME / ".ci/run").read_text(encoding="utf-8")
    assert {named[0], named[-1]} <= set(re.findall(r"3\.\d+", script))


def test_the_readmes_test_command_is_the_one_that_ci_runs():
    readme, script = ((HOME / name).read_text(encoding="utf-8") for name in ("README.md", ".ci/run"))
    command = 'pip install -e ".[test]" && python -m pytest'
    assert command in readme and command in script
    assert script.rstrip().endswith(command)  # what it prints last is pytest's closing line
