"""Small experiments, a way to play them into a folder and to be interrupted, and what a finished folder holds."""

import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import suppress
from functools import cache
from pathlib import Path

import pytest

from helpers.storage import text_of
from learnsim.experiments.design.checks import design_of
from learnsim.experiments.design.design import Design
from learnsim.experiments.execution.executors import local_pool
from learnsim.experiments.runner import run_missing
from learnsim.experiments.storage.lock import open_store
from learnsim.experiments.storage.merge import write_tables
from learnsim.progress import Progress
from learnsim.settings import Settings, load, validate

SIZES = [3, 6]  # of cells: the points of small_file's experiment
TABLES = ("sessions", "runs", "distribution")
SMALL = {
    "organisation": {"trainees": 24, "communities": 2, "cycle_length": 2},
    "training": {"sessions": 6, "turnover": 0.1},
    "arms": {"flat-lecture": {}, "isolated-cells": {}, "hybrid": {}},
}


class Stop(Exception):  # noqa: N818 - nothing went wrong
    """What the tests interrupt a run with."""


class Watch(Progress):
    """Counts finished runs; interrupts after so many tasks."""

    def __init__(self, last_task: int | None = None) -> None:
        self.finished_before: int | None = None  # finished at the beginning
        self.runs = self.tasks = 0
        self._last = last_task

    def expect(self, runs: int, *, finished: int = 0) -> None:
        self.finished_before = finished if self.finished_before is None else self.finished_before

    def advance(self, runs: int) -> None:
        self.runs += runs
        self.tasks += 1
        if self.tasks == self._last:
            raise Stop


def _settings(**tables) -> Settings:
    return validate({**SMALL, **tables}, "test")


def _run_into(
    settings: Settings, folder: Path, *, workers: int = 1, seconds: float = 0.25, last_task: int | None = None, **options
) -> Watch:
    """Play what is missing into a folder, until so many tasks are done; the merged tables go to ``folder/tables``."""
    design: Design = design_of(settings, "test")
    watch = Watch(last_task)
    with suppress(Stop), local_pool(settings.experiment.engine, workers) as pool, open_store(folder, design, **options) as store:
        run_missing(design, store, pool._replace(seconds=seconds), watch)
        (folder / "tables").mkdir(exist_ok=True)
        write_tables(store, folder / "tables")
    return watch


def _tables_in(folder: Path) -> dict[str, bytes]:
    return {name: (folder / f"{name}.parquet").read_bytes() for name in TABLES}


@pytest.fixture(scope="session")
def small_settings() -> Callable[..., Settings]:
    """Settings of 3 arms of 24 trainees and 6 sessions; whole tables replace."""
    return _settings


@pytest.fixture(scope="session")
def run_into() -> Callable[..., Watch]:
    """Play into a folder: settings, folder, workers, seconds of a task, after which task to be interrupted."""
    return _run_into


@pytest.fixture(scope="session")
def tables_in() -> Callable[[Path], dict[str, bytes]]:
    """Return the bytes of the three tables in a folder."""
    return _tables_in


@pytest.fixture
def small_file(tmp_path, monkeypatch) -> Callable[..., Path]:
    """Write an experiment of 2 points and 2 arms into the current folder, which is a temporary one."""
    monkeypatch.chdir(tmp_path)

    def write(replicates: int = 5, more: str = "") -> Path:
        file = tmp_path / "small.toml"
        file.write_text(text_of(replicates, SIZES) + more)
        return file

    return write


DRIVER = """
import errno
import fcntl
import signal
import socket
import time
from learnsim import workflow
from learnsim.cli import main
from learnsim.experiments.storage import store
store.RUNS_A_PART = 4
run_missing = workflow.run_missing
workflow.run_missing = lambda design, store, pool, progress: run_missing(design, store, pool._replace(seconds=0.004), progress)
add, pause = store.Store.add, {pause}
store.Store.add = lambda *arguments: (time.sleep(pause), add(*arguments))[1]
def no_flock(descriptor, operation):
    raise OSError(errno.ENOSYS, "Function not implemented")
if {host!r}:
    fcntl.flock, socket.gethostname = no_flock, lambda: {host!r}
if not {figures}:
    workflow.analyse = lambda *arguments, **named: None
if __name__ == "__main__":
    signal.signal(signal.SIGINT, signal.default_int_handler)  # ignored where the tests run in the background
    main()
"""


@pytest.fixture
def start(tmp_path, environment) -> Iterator[Callable[..., subprocess.Popen[str]]]:
    """Start ``learnsim`` with small tasks and small parts, so that little work has many moments, in a session of its own.

    With a host's name it runs on a machine of that name, whose file system cannot lock files.
    """
    running = []

    def begin(*words: str, pause: float = 0.0, figures: bool = False, host: str = "") -> subprocess.Popen[str]:
        driver = tmp_path / f"learnsim_{pause}_{figures}{host}.py"
        if not driver.exists():  # else a process that is just starting might read half of it
            driver.write_text(DRIVER.format(pause=pause, figures=figures, host=host))
        pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True, "start_new_session": True}
        running.append(subprocess.Popen([sys.executable, driver, *words], cwd=tmp_path, env=environment, **pipes))
        return running[-1]

    yield begin
    for process in running:
        process.kill()
        process.communicate()


@pytest.fixture(scope="session")
def uninterrupted_file(tmp_path_factory) -> Callable[[int], dict[str, bytes]]:
    """The tables of :func:`small_file`'s experiment with so many replicates, of a run without an interruption."""

    @cache
    def tables(replicates: int) -> dict[str, bytes]:
        folder = tmp_path_factory.mktemp("uninterrupted")
        (folder / "small.toml").write_text(text_of(replicates, SIZES))
        _run_into(load(folder / "small.toml"), folder / "results")
        return _tables_in(folder / "results" / "tables")

    return tables


@pytest.fixture
def no_figures(monkeypatch) -> None:
    """Leave out summaries and figures, which take longer than a small experiment."""
    monkeypatch.setattr("learnsim.workflow.analyse", lambda *arguments, **named: None)
