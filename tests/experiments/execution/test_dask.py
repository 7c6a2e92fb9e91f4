"""Dask: a real scheduler and real workers on this machine give the bytes that threads give, even if a worker dies."""

import os
import re
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest

pytestmark = pytest.mark.thorough

pytest.importorskip("distributed")


class Cluster:
    """A scheduler and its workers, each a process of its own."""

    def __init__(self, place: Path, environment: dict[str, str]) -> None:
        self._place, self._environment = place, environment
        self._processes: list[subprocess.Popen] = []
        self.begin("scheduler", "scheduler", "--host", "127.0.0.1", "--port", "0")
        self.address = self.wait_for_log("scheduler", r"Scheduler at: +(tcp://\S+)")

    def begin(self, name: str, *words: str, **changes: str) -> subprocess.Popen:
        with (self._place / f"{name}.log").open("wb") as log:
            words = (sys.executable, "-m", "distributed.cli.dask_" + words[0], *words[1:], "--no-dashboard")
            environment = {**self._environment, **changes}
            self._processes.append(
                subprocess.Popen(words, stdout=log, stderr=log, cwd=self._place, env=environment)
            )
        return self._processes[-1]

    def worker(self, name: str, **changes: str) -> subprocess.Popen:
        """Start a worker and wait until the scheduler has it."""
        words = ("worker", self.address, "--nthreads", "1", "--no-nanny", "--host", "127.0.0.1")
        process = self.begin(name, *words, **changes)
        self.wait_for_log(name, r"Registered to: +(tcp://\S+)")
        return process

    def wait_for_log(self, name: str, pattern: str) -> str:
        until = time.monotonic() + 60
        while time.monotonic() < until:
            match = re.search(pattern, (self._place / f"{name}.log").read_text())
            if match:
                return match[1]
            time.sleep(0.02)
        raise AssertionError((self._place / f"{name}.log").read_text())

    def close(self) -> None:
        for process in reversed(self._processes):
            process.kill()
            process.wait()


@pytest.fixture
def cluster(tmp_path, environment):
    made = Cluster(tmp_path, environment)
    yield made
    made.close()


def test_a_cluster_gives_the_bytes_of_threads_even_if_a_worker_is_killed(
    small_file, start, cluster, uninterrupted_file, tables_in, tmp_path
):
    small_file(40)
    words = ("run", "small.toml", "--quiet", "--scheduler", cluster.address)
    first = cluster.worker("first")
    cluster.worker("second")
    process = start(*words, "--out", "results", pause=0.02)
    while process.poll() is None and len(list(tmp_path.glob("results/parts/*.parquet"))) < 5:
        time.sleep(0.005)
    assert process.poll() is None
    first.kill()
    _, errors = process.communicate(timeout=120)
    assert (process.returncode, errors) == (0, "")
    assert tables_in(tmp_path / "results") == uninterrupted_file(40)


def test_a_worker_with_other_sources_is_refused_before_anything_is_written(
    small_file, start, cluster, environment, tmp_path
):
    import learnsim

    small_file(5)
    home = Path(learnsim.__file__).parent
    other = tmp_path / "other" / "learnsim"
    other.parent.mkdir()
    subprocess.run(["cp", "-r", str(home), str(other)], check=True)
    with (other / "errors.py").open("a") as stream:
        stream.write("# changed\n")
    cluster.worker("other", PYTHONPATH=os.pathsep.join([str(other.parent), environment["PYTHONPATH"]]))
    process = start("run", "small.toml", "--quiet", "--out", "results", "--scheduler", cluster.address)
    _, errors = process.communicate(timeout=60)
    assert process.returncode == 2 and not (tmp_path / "results").exists()
    assert re.fullmatch(
        r"error: --scheduler tcp://\S+: a worker has other versions \(source \w{16} there, \w{16} here\); "
        r"install the same versions everywhere\n",
        errors,
    )


def test_the_commands_of_the_scaling_page_run_as_they_are(small_file, environment, tmp_path, uninterrupted_file, tables_in):
    small_file(5).rename(tmp_path / "my.toml")
    page = (Path(__file__).parents[3] / "docs" / "SCALING.md").read_text(encoding="utf-8")
    block = re.search(r"## Dask\n\n```\npip install .*?\n(.*?)```", page, re.DOTALL)[1]
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    script = "trap 'kill $(jobs -p); wait' EXIT\n" + block.replace("8786", str(port))
    assert script.count("&\n") == 2 and "learnsim run my.toml" in script
    for name in ("dask", "learnsim"):
        (tmp_path / name).write_text(f'#!/bin/sh\nexec "{sys.executable}" -m {name} "$@"\n')
        (tmp_path / name).chmod(0o755)
    variables = {**environment, "PATH": f"{tmp_path}{os.pathsep}{os.environ['PATH']}"}
    done = subprocess.run(["bash", "-c", script], cwd=tmp_path, env=variables, capture_output=True, text=True, check=False)
    assert done.stdout.rstrip().endswith("results: results/small"), done.stderr
    assert tables_in(tmp_path / "results" / "small") == uninterrupted_file(5)


def test_a_scheduler_without_workers_is_one_sentence_and_leaves_nothing(small_file, start, cluster, tmp_path):
    """So is one that is not there."""
    small_file(5)
    reasons = {
        cluster.address: f"has no workers; start some with dask worker {cluster.address}\n",
        "tcp://127.0.0.1:1": "no scheduler answers there (",
        "nonsense": "no scheduler answers there (",
    }
    started = {
        address: start("run", "small.toml", "--quiet", "--out", "results", "--scheduler", address) for address in reasons
    }
    for address, process in started.items():
        _, errors = process.communicate(timeout=60)
        assert process.returncode == 2
        assert errors.startswith(f"error: --scheduler {address}: {reasons[address]}") and errors.count("\n") == 1
    assert not (tmp_path / "results").exists()
