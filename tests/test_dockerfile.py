"""Dockerfile: short, of instructions that there are, of files that there are; what it runs works in an environment."""

import json
import os
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

HOME = Path(__file__).parents[1]
TEXT = (HOME / "Dockerfile").read_text(encoding="utf-8")
INSTRUCTIONS = [line.partition(" ")[::2] for line in TEXT.splitlines() if line and not line.startswith("#")]
KNOWN = {"FROM", "ENV", "WORKDIR", "COPY", "RUN", "ENTRYPOINT", "CMD"}


def words(name):
    return [rest for instruction, rest in INSTRUCTIONS if instruction == name]


def test_it_is_short_and_each_line_is_an_instruction():
    assert len(TEXT.splitlines()) <= 15 and "\\\n" not in TEXT
    assert {name for name, _ in INSTRUCTIONS} == KNOWN
    assert words("FROM") == ["python:3.13-slim"] and INSTRUCTIONS[0][0] == "FROM"
    assert json.loads(words("ENTRYPOINT")[0]) == ["learnsim"] and json.loads(words("CMD")[0]) == ["--help"]


def test_it_copies_what_there_is_and_all_that_a_build_needs():
    copied = {source for line in words("COPY") for source in shlex.split(line)[:-1]}
    assert all((HOME / source).exists() for source in copied)
    assert {"pyproject.toml", "README.md", "LICENSE", "src", "experiments"} == copied


def test_the_readme_has_the_command_of_its_first_line():
    assert TEXT.splitlines()[0].removeprefix("# ") in (HOME / "README.md").read_text(encoding="utf-8").splitlines()


@pytest.mark.thorough
def test_what_it_runs_works_in_an_environment_of_its_own(tmp_path):
    """Its files are copied as they would be, its commands run with the environment's programs, and the last one answers."""
    subprocess.run([sys.executable, "-m", "venv", tmp_path / "venv"], check=True)
    home = tmp_path / words("WORKDIR")[0].lstrip("/")
    home.mkdir()
    for line in words("COPY"):
        *sources, target = shlex.split(line)
        subprocess.run(["cp", "-r", *(str(HOME / source) for source in sources), str(home / target)], check=True)
    variables = dict(line.split("=", 1) for line in words("ENV"))
    there = {name: f"{tmp_path}{value}" for name, value in variables.items()}
    usual = {name: value for name, value in os.environ.items() if name not in ("PYTHONPATH", "VIRTUAL_ENV")}
    environment = {**usual, **there, "PATH": f"{tmp_path / 'venv' / 'bin'}{os.pathsep}{os.environ['PATH']}"}
    for command in words("RUN"):
        subprocess.run(["/bin/sh", "-c", command], cwd=home, env=environment, check=True, timeout=900)
    assert not (home / "results").exists() and any(Path(there["LEARNSIM_CACHE"]).rglob("*.nbc"))
    (tmp_path / "work").mkdir()
    learnsim = [*json.loads(words("ENTRYPOINT")[0]), "run", "hybrid_vs_lecture", "--replicates", "2"]
    out = subprocess.run(learnsim, cwd=tmp_path / "work", env=environment, capture_output=True, text=True, timeout=300, check=False)
    assert out.returncode == 0 and (tmp_path / "work/results/hybrid_vs_lecture/report.html").is_file(), out.stderr
    assert "compil" not in out.stderr
