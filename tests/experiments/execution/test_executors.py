"""Executors: threads, processes or anybody's own do the same work; a lost worker is one sentence, and finished runs stay."""

import pickle
import signal
import time
from concurrent.futures import BrokenExecutor, Executor, Future, ProcessPoolExecutor
from multiprocessing import get_context

import psutil
import pytest

from learnsim.errors import WorkError
from learnsim.experiments import runner
from learnsim.experiments.design.checks import design_of
from learnsim.experiments.execution.executors import local_pool
from learnsim.experiments.execution.tasks import Task, perform, perform_there, version_of
from learnsim.settings import load
from learnsim.workflow import run_experiment


class AtOnce(Executor):
    """Does everything when it is handed in; loses its voice after so many tasks."""

    def __init__(self, last: int = 10**9, error: Exception | None = None) -> None:
        self.handed_in, self._last, self._error = 0, last, error

    def submit(self, function, /, *arguments, **named):
        self.handed_in += 1
        future = Future()
        if self.handed_in > self._last:
            future.set_exception(self._error)
        else:
            future.set_result(pickle.loads(pickle.dumps(function))(*pickle.loads(pickle.dumps(arguments)), **named))
        return future


@pytest.fixture
def quick(monkeypatch, no_figures):
    """Small tasks, and no figures."""
    run_missing = runner.run_missing
    monkeypatch.setattr(
        "learnsim.workflow.run_missing",
        lambda design, store, pool, progress: run_missing(design, store, pool._replace(seconds=0.004), progress),
    )


def wait_for_a_part(process, place):
    while process.poll() is None and not list(place.glob("results/parts/*.parquet")):
        time.sleep(0.002)


def test_any_executor_does_the_work(quick, small_file, uninterrupted_file, tables_in, tmp_path):
    settings = load(small_file(20))
    mine = AtOnce()
    run_experiment(settings, "small.toml", tmp_path / "mine", executor=mine, quiet=True)
    assert mine.handed_in >= 8
    assert tables_in(tmp_path / "mine") == uninterrupted_file(20)
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as processes:
        run_experiment(settings, "small.toml", tmp_path / "pool", executor=processes, workers=1, quiet=True)
    assert tables_in(tmp_path / "pool") == uninterrupted_file(20)


def test_workers_that_are_lost_are_one_sentence_and_the_rest_stays(
    quick, small_file, uninterrupted_file, tables_in, tmp_path
):
    settings = load(small_file(20))
    lost = AtOnce(5, BrokenExecutor("gone"))
    with pytest.raises(WorkError, match=r"^the workers were lost \(BrokenExecutor: gone\); finished runs are kept"):
        run_experiment(settings, "small.toml", tmp_path / "results", executor=lost, workers=3, quiet=True)
    rest = AtOnce()
    run_experiment(settings, "small.toml", tmp_path / "results", executor=rest, quiet=True)
    whole = AtOnce()
    run_experiment(settings, "small.toml", tmp_path / "whole", executor=whole, quiet=True)
    assert rest.handed_in == whole.handed_in - 5
    assert tables_in(tmp_path / "results") == uninterrupted_file(20)


def test_a_task_that_cannot_be_handed_over_is_a_failure_of_its_runs(quick, small_file, tables_in, tmp_path, uninterrupted_file):
    settings = load(small_file(20))
    deaf = AtOnce(5, RuntimeError("what?"))
    done = run_experiment(settings, "small.toml", tmp_path / "results", executor=deaf, quiet=True)
    assert done.failed > 0
    assert "handing over,RuntimeError: what?" in (tmp_path / "results" / "failures.csv").read_text()
    run_experiment(settings, "small.toml", tmp_path / "results", retry_failed=True, quiet=True)
    assert tables_in(tmp_path / "results") == uninterrupted_file(20)


@pytest.mark.thorough
def test_a_killed_worker_gives_one_sentence_and_the_same_command_resumes(
    no_figures, small_file, start, uninterrupted_file, tables_in, tmp_path
):
    """A worker process of the agents engine."""
    small_file(20)
    words = ("run", "small.toml", "--quiet", "--out", "results", "--workers", "2", "--engine", "agents")
    process = start(*words)
    wait_for_a_part(process, tmp_path)
    workers = [child for child in psutil.Process(process.pid).children() if "spawn_main" in " ".join(child.cmdline())]
    workers[-1].kill()
    _, errors = process.communicate(timeout=60)
    assert process.returncode == 2
    assert errors.startswith("error: the workers were lost (BrokenProcessPool: ") and errors.count("\n") == 1
    assert list(tmp_path.glob("results/parts/*.parquet"))
    run_experiment(load(tmp_path / "small.toml"), "small.toml", tmp_path / "results", quiet=True)
    assert tables_in(tmp_path / "results") == uninterrupted_file(20)


@pytest.mark.thorough
def test_workers_end_with_their_parent_even_if_it_is_killed(small_file, start, tmp_path):
    small_file(200)
    process = start("run", "small.toml", "--quiet", "--out", "results", "--workers", "2", "--engine", "agents")
    wait_for_a_part(process, tmp_path)
    children = psutil.Process(process.pid).children()
    process.kill()
    _, alive = psutil.wait_procs(children, timeout=10)
    assert children and not [child for child in alive if child.status() != psutil.STATUS_ZOMBIE]


def test_who_has_another_version_does_no_work(small_settings, monkeypatch):
    settings = small_settings()
    task = Task(design_of(settings, "test").points[0], ("hybrid",), range(1))
    assert len(perform_there(task, version_of(settings))) == 1
    with pytest.raises(WorkError, match="another version of learnsim"):
        perform_there(task, version_of(settings) + " ")


@pytest.mark.parametrize("engine", ["compiled", "agents"])
def test_everything_that_goes_to_a_worker_and_comes_back_can_be_pickled(small_settings, engine):
    settings = small_settings(experiment={"engine": engine})
    task = Task(design_of(settings, "test").points[0], ("hybrid",), range(2))
    sent = pickle.loads(pickle.dumps(task))
    assert (sent.point.settings, sent.arms, sent.replicates) == (settings, task.arms, task.replicates)
    for mine, back in zip(perform(task), pickle.loads(pickle.dumps(perform(sent))), strict=True):
        assert mine.sessions.tobytes() == back.sessions.tobytes()
    with pytest.raises(WorkError):
        raise pickle.loads(pickle.dumps(WorkError("lost")))


def test_leaving_by_an_error_does_not_wait_for_work(small_settings):
    with pytest.raises(KeyboardInterrupt), local_pool("agents", 2) as pool:
        futures = [pool.executor.submit(signal.pause) for _ in range(3)]
        raise KeyboardInterrupt
    assert all(future.done() for future in futures)
