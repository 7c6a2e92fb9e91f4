"""Faults: killed at any moment, interrupted, out of disk, started twice: the same command goes on to the same bytes."""

import os
import random
import resource
import shutil
import signal
import subprocess
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from learnsim import workflow
from learnsim.errors import ResultsError
from learnsim.experiments.storage import merge as finish
from learnsim.experiments.storage.store import Store
from learnsim.settings import load
from learnsim.workflow import run_experiment

REPLICATES = 40


def wait_for(process: subprocess.Popen, sign) -> bool:
    """Wait until there is a sign; whether there was one before the process ended."""
    until = time.monotonic() + 120
    while time.monotonic() < until and process.poll() is None:
        if sign():
            return True
        time.sleep(0.0005)
    return False


def parts_of(folder: Path) -> int:
    return len(list(folder.glob("parts/*.parquet")))


def moment(folder: Path) -> str:
    """What a run was doing when it was killed, by what it left behind."""
    if not (folder / "parts" / "ledger.jsonl").exists():
        if list(folder.glob(".analysis-*")):
            return "drawing"
        return "finished" if (folder / "provenance.json").exists() else "starting"
    if (folder / "runs.parquet").exists():
        return "moving"
    if (folder / "parts" / "draft").exists():
        return "merging"
    return "writing" if list(folder.glob("parts/.*.tmp")) else "running"


def kill_again_and_again(start, folder: Path, seed: int) -> list[str]:
    """Kill the command at moments drawn at random in all that it does; return at which, in order."""
    rng = random.Random(seed)
    ledger, draft = folder / "parts" / "ledger.jsonl", folder / "parts" / "draft"
    more = 0
    plan = [
        *[(ledger.exists, 0.2)] * 3,
        *[(lambda: parts_of(folder) >= more, 0.004)] * 3,
        *[(lambda: parts_of(folder) >= more and [*folder.glob("parts/.*.tmp")], 0.0)] * 3,
        *[(draft.exists, 0.1)] * 3,
        *[(lambda: list(folder.glob(".analysis-*/figures")), 0.8)] * 3,
        ((folder / "provenance.json").exists, 0.01),
    ]
    moments = []
    for number, (sign, within) in enumerate(plan):
        more = parts_of(folder) + rng.randrange(1, 4)
        process = start("run", "small.toml", "--quiet", "--out", str(folder), "--workers", str(1 + number % 2), figures=True)
        if wait_for(process, sign):
            time.sleep(rng.uniform(0.0, within))
        if process.poll() is None:
            process.kill()
            moments.append(moment(folder))
        process.communicate()
    return moments


@pytest.mark.thorough
def test_a_run_killed_at_thirty_moments_gives_the_same_bytes(small_file, start, uninterrupted_file, tables_in, tmp_path):
    small_file(REPLICATES)
    folders = [tmp_path / "one", tmp_path / "two"]
    with ThreadPoolExecutor(2) as both:
        kills = [*both.map(lambda arguments: kill_again_and_again(start, *arguments), zip(folders, (1, 2), strict=True))]
    moments = [*kills[0], *kills[1]]
    assert len(moments) >= 15 and {"running", "writing"} <= set(moments), moments
    assert {"merging", "moving", "drawing", "finished"} & set(moments), moments  # which depends on the machine's speed
    for folder in folders:
        last = start("run", "small.toml", "--quiet", "--out", str(folder), figures=True)
        assert (last.wait(120), last.stderr.read()) == (0, "")
        assert tables_in(folder) == uninterrupted_file(REPLICATES)
        assert not list(folder.glob(".*")) and not (folder / "parts").exists()
        assert list((folder / "figures").iterdir())


@pytest.mark.thorough
@pytest.mark.parametrize(("name", "engine"), [("SIGINT", "compiled"), ("SIGTERM", "compiled"), ("SIGINT", "agents")])
def test_an_interruption_is_one_line_and_loses_nothing(
    small_file, start, uninterrupted_file, tables_in, tmp_path, name, engine
):
    small_file(REPLICATES)
    words = ("run", "small.toml", "--quiet", "--out", "results", "--workers", "2")
    number, folder = getattr(signal, name), tmp_path / "results"
    process = start(*words, "--engine", engine, pause=0.05)
    assert wait_for(process, lambda: parts_of(folder) >= 2)
    os.killpg(process.pid, number)  # as a terminal does: the workers too
    _, errors = process.communicate(timeout=60)
    assert process.returncode == 128 + number
    assert errors == "interrupted; finished runs are kept, and the same command resumes the experiment\n"
    finished = parts_of(folder)
    again = start(*words)
    assert wait_for(again, lambda: parts_of(folder) > finished)
    assert again.wait(60) == 0
    assert tables_in(folder) == uninterrupted_file(REPLICATES)


def test_a_folder_has_one_run_at_a_time_and_a_killed_one_lets_go(small_file, start, uninterrupted_file, tables_in, tmp_path):
    small_file(REPLICATES)
    words = ("run", "small.toml", "--quiet", "--out", "results")
    first = start(*words, pause=1.0)
    assert wait_for(first, lambda: parts_of(tmp_path / "results") >= 1)
    second = start(*words)
    _, errors = second.communicate(timeout=60)
    assert first.poll() is None
    assert second.returncode == 2
    assert errors.startswith(f"error: results: another run is writing to it (process {first.pid} on ")
    assert errors.endswith("); wait for it, or choose another folder with --out\n")
    assert first.poll() is None
    first.kill()
    first.wait()
    third = start(*words)
    assert third.wait(60) == 0
    assert tables_in(tmp_path / "results") == uninterrupted_file(REPLICATES)


@pytest.mark.thorough
def test_two_that_begin_at_once_leave_each_others_folder_alone(small_file, start, tmp_path):
    small_file(2)
    words = ("run", "small.toml", "--quiet", "--out", "results")
    started = [start(*words, pause=0.3) for _ in range(3)]
    codes = sorted(process.wait(60) for process in started)
    assert codes[0] == 0 and set(codes) <= {0, 2}
    assert (tmp_path / "results" / "provenance.json").is_file() and not (tmp_path / "results" / "parts").exists()


class Tmpfs:
    """A small disk of its own; needs the right to mount."""

    def __init__(self, place: Path) -> None:
        self.place = place
        place.mkdir()
        words = ["mount", "-t", "tmpfs", "-o", "size=4m", "learnsim-test", str(place)]
        self.mounted = subprocess.run(words, capture_output=True, check=False).returncode == 0

    def fill(self) -> None:
        with (self.place / "ballast").open("wb", buffering=0) as stream:
            try:
                while True:
                    stream.write(bytes(4096))
            except OSError:
                pass

    def empty(self) -> None:
        (self.place / "ballast").unlink(missing_ok=True)

    def close(self) -> None:
        subprocess.run(["umount", "--lazy", str(self.place)], capture_output=True, check=False)


class FileLimit:
    """A disk on which no file can grow: what a process may write to one file is limited."""

    def __init__(self, place: Path) -> None:
        self.place, self.mounted = place, True
        self._before = resource.getrlimit(resource.RLIMIT_FSIZE)
        place.mkdir()

    def fill(self) -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (64, self._before[1]))  # python ignores the signal that goes with it

    def empty(self) -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, self._before)

    def close(self) -> None:
        self.empty()


@pytest.fixture(params=[Tmpfs, FileLimit])
def disk(request):
    # not below tmp_path: a disk that a killed test leaves behind would keep pytest from sweeping its folders
    place = Path(tempfile.mkdtemp(prefix="learnsim-disk-"))
    made = request.param(place / "disk")
    if not made.mounted:
        pytest.skip("no right to mount; the other kind of full disk is tried")
    yield made
    made.close()
    shutil.rmtree(place, ignore_errors=True)


MOMENTS = {
    "at the beginning": (Store, "begin", 1),
    "in mid-run": (Store, "flush", 2),
    "while merging": (finish, "write_tables", 1),
}


@pytest.mark.parametrize("when", MOMENTS)
def test_a_full_disk_is_one_sentence_and_the_same_command_goes_on(
    no_figures, small_file, disk, monkeypatch, uninterrupted_file, tables_in, when
):
    settings = load(small_file(REPLICATES))
    place, name, times = MOMENTS[when]
    original, calls = getattr(place, name), []

    def full(*arguments, **named):
        calls.append(1)
        if len(calls) == times:
            disk.fill()
        return original(*arguments, **named)

    monkeypatch.setattr(place, name, full)
    monkeypatch.setattr("learnsim.experiments.storage.store.RUNS_A_PART", 4)
    folder = disk.place / "results"
    with pytest.raises(ResultsError) as caught:
        run_experiment(settings, "small.toml", folder, workers=1, quiet=True)
    disk.empty()
    assert str(caught.value).startswith(f"{folder}: could not be written (")
    assert folder.exists() == (when != "at the beginning")
    assert not list(folder.glob("*.parquet"))
    monkeypatch.setattr(place, name, original)
    run_experiment(settings, "small.toml", folder, workers=2, quiet=True)
    assert tables_in(folder) == uninterrupted_file(REPLICATES)
    assert not (folder / "parts").exists()


def test_a_disk_that_is_full_while_drawing_keeps_the_tables(
    small_file, disk, monkeypatch, capsys, uninterrupted_file, tables_in
):
    settings, folder, analyse = load(small_file(REPLICATES)), disk.place / "results", workflow.analyse
    with monkeypatch.context() as patch:
        patch.setattr(workflow, "analyse", lambda *arguments, **named: (disk.fill(), analyse(*arguments, **named)))
        run_experiment(settings, "small.toml", folder, workers=1, quiet=True)
    disk.empty()
    errors = capsys.readouterr().err
    assert errors.count("\n") == 1 and errors.startswith("warning: summary.csv,") and "report.html could not be made (" in errors
    assert tables_in(folder) == uninterrupted_file(REPLICATES)
    assert not (folder / "report.html").exists() and not (folder / "parts").exists()
    run_experiment(settings, "small.toml", folder, workers=1, quiet=True)
    assert (folder / "report.html").is_file() and len(list((folder / "figures").iterdir())) == 4
