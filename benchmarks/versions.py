"""Versions: the same runs by the working tree and by an earlier version, one after the other in turn.

An earlier version is checked out into a temporary folder by git, and run by this Python with these libraries. Every
measurement is a process of its own that warms up first; its engine is compiled once into the usual cache.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
MEASURE = """
import json, sys, time
import learnsim.models.training.run as run
from learnsim.models.runs import run_arm
from learnsim.settings import Settings
changes, arm, repeats = json.loads(sys.argv[1])
settings, inside, kernel = Settings().changed(changes), [0.0], run.simulate
def simulate(*arguments):
    start = time.perf_counter()
    kernel(*arguments)
    inside[0] += time.perf_counter() - start
run.simulate = simulate
run_arm(settings.changed({"training.sessions": 1}), arm)
times = []
for replicate in range(repeats):
    inside[0], start = 0.0, time.perf_counter()
    run_arm(settings, arm, replicate)
    times.append((time.perf_counter() - start, inside[0]))
print(json.dumps(times))
"""


@contextmanager
def sources(before: str | None) -> Iterator[dict[str, Path]]:
    """The folders with the source code of the working tree, and of a revision that git knows."""
    folders = {"now": ROOT / "src"}
    if before is None:
        yield folders
        return
    with tempfile.TemporaryDirectory() as scratch:
        there = Path(scratch) / "before"
        git = ["git", "-C", str(ROOT), "worktree"]
        subprocess.run([*git, "add", "--detach", str(there), before], check=True, capture_output=True)
        try:
            yield {"before": there / "src", **folders}
        finally:
            subprocess.run([*git, "remove", "--force", str(there)], check=True, capture_output=True)


def run_in(source: Path, code: str, *arguments: str, **variables: str) -> str:
    """Run code by the version of learnsim in a folder, with these variables of the environment; return what it prints."""
    environment = {**os.environ, "PYTHONPATH": str(source), **variables}
    command = [sys.executable, "-c", code, *arguments]
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=True).stdout


def seconds_of(source: Path, changes: Mapping[str, Any], arm: str, repeats: int) -> list[list[float]]:
    """Return the seconds of each of some runs, whole and inside the kernel that lets go of the interpreter lock."""
    return json.loads(run_in(source, MEASURE, json.dumps([changes, arm, repeats])))
