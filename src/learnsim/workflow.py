"""Workflow: one experiment from its settings to the results folder, the table, the figures and the report.
The command line calls it, and so may a script.
"""

from __future__ import annotations

import shlex
import sys
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import Executor
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from learnsim.analysis.summary import Summary
from learnsim.compiled import announce_compilation
from learnsim.console import give_up
from learnsim.errors import ResultsError
from learnsim.experiments.design.checks import completed, design_of
from learnsim.experiments.design.design import Design
from learnsim.experiments.design.share import WHOLE, Share
from learnsim.experiments.execution.executors import WorkerPool, dask_pool, default_workers, local_pool
from learnsim.experiments.first_run import first_run
from learnsim.experiments.runner import run_missing
from learnsim.experiments.storage.folder import (
    DERIVED,
    FIGURES,
    REPORT,
    RUNS_CSV,
    TARGETS,
    check_folder,
    folder_for,
    is_finished,
)
from learnsim.experiments.storage.lock import open_store, renewed_by, write_settings
from learnsim.experiments.storage.merge import finish, move_into, remove, sweep
from learnsim.experiments.storage.owner import scratch_prefix
from learnsim.experiments.storage.results import Results, results_of
from learnsim.experiments.storage.store import Store
from learnsim.models.registry import info_of, reported_on
from learnsim.models.runs import engine_of
from learnsim.progress import progress_shown
from learnsim.report.csv_files import check_rows
from learnsim.report.data_package import write_data_package
from learnsim.report.figures.drawing import reason_of
from learnsim.report.labels import listed
from learnsim.report.outputs import write_outputs
from learnsim.settings import Settings
from learnsim.signals import when_stopped

if TYPE_CHECKING:
    from rich.console import Console


OF_DESIGNS = ("effects.csv", "shares.csv", "sensitivity.csv", "boxes.csv")  # what not every experiment has


@dataclass(frozen=True)
class Finished:
    """The results of an experiment, and how many of its runs failed."""

    results: Results
    failed: int = 0

    @property
    def folder(self) -> Path:
        """Where the results are."""
        return self.results.folder


def run_experiment(
    settings: Settings,
    source: str,
    out: Path | None = None,
    workers: int | None = None,
    *,
    scheduler: str = "",
    executor: Executor | None = None,
    fresh: bool = False,
    retry_failed: bool = False,
    take_over: bool = False,
    quiet: bool = False,
    table: bool = True,
) -> Finished:
    """Run what is missing of an experiment and write its results.

    Parameters
    ----------
    settings : Settings
    source : str
        The experiment file's name, for errors.
    out : Path, optional
        The results folder; ``results/<name>`` if left out.
    workers : int, optional
        Runs at a time; all processors if left out.
    scheduler : str
        Address of a Dask scheduler whose workers are to run it.
    executor : concurrent.futures.Executor, optional
        An executor of your own, for example ``mpi4py.futures.MPIPoolExecutor()``; give ``workers`` too.
    fresh : bool
        Take a new folder if the one meant exists.
    retry_failed : bool
        Run those again that raised.
    take_over : bool
        Continue for a run on another machine that has ended, as only the caller can know.
    quiet : bool
        Print neither progress nor table.
    table : bool
        Print the table and the answer, unless quiet.

    Raises
    ------
    LearnsimError
        In one sentence, if an argument cannot be used; nothing is written then.
    """
    workers = workers or default_workers()
    settings = completed(settings, source)
    folder = folder_for(settings, out, fresh=fresh)
    if is_there(folder) and not check_place(folder, settings):
        return finished_already(folder, settings, source, quiet=quiet, table=table)
    design = design_of(settings, source, workers, quiet=quiet)
    gains = check_place(folder, settings)
    if gains and not quiet:
        sys.stderr.write(f"note: {folder}: grows ({listed(gains)}); its finished runs are kept\n")
    warn(design, source, quiet=quiet)
    start = time.monotonic()
    with (
        worker_pool(settings, workers, scheduler, executor, quiet=quiet) as pool,
        open_store(folder, design, retry_failed=retry_failed, take_over=take_over) as store,
    ):
        before = store.progress()[0]
        with progress_shown(quiet=quiet) as progress:
            run_missing(design, store, pool, progress)
        seconds = time.monotonic() - start
        if not quiet:
            sys.stderr.write(f"{store.progress()[0] - before:,} runs in {seconds:.1f} s\n")
        return finish_and_describe(store, seconds, quiet=quiet, table=table)


def finish_and_describe(store: Store, seconds: float, *, quiet: bool, table: bool) -> Finished:
    """Write the tables of a store that has all runs, and what is made of them; ``seconds`` is how long the runs took."""
    tally = finish(store, seconds)
    results = Results(store.folder, store.design)
    _describe(results, quiet=quiet, table=table)
    if tally.clipped and not quiet:
        sys.stderr.write(f"note: {tally.clipped:,} lognormal trait values lay above 1 and were clipped to it\n")
    return Finished(results, tally.failed)


def is_there(folder: Path) -> bool:
    """Whether finished results are there, even if the name is one that no folder can have."""
    try:
        return is_finished(folder)
    except (OSError, ValueError):
        return False


def finished_already(folder: Path, settings: Settings, source: str, *, quiet: bool, table: bool) -> Finished:
    """Renew what an edit of the file changes without changing a number, and report that nothing has to be run."""
    sweep(folder)
    results = results_of(folder, settings, source)
    warn(results.design, source, quiet=quiet)
    renewed = renewed_by(folder, settings)
    if renewed:
        analyse_again(results, renewed=True)
    if not quiet:
        if renewed:
            sys.stderr.write(f"{folder}: {', '.join(renewed)} renewed in settings.toml and in the report\n")
        sys.stderr.write(f"{folder}: is finished already (--fresh runs it anew, into another folder)\n")
    _describe(results, quiet=quiet, table=table, analysed=(folder / REPORT).is_file())
    return Finished(results)


def warn(design: Design, source: str, *, quiet: bool) -> None:
    """Print notes and warnings of a design, unless quiet."""
    for note in () if quiet else design.notes:
        sys.stderr.write(f"note: {source}: {note}\n")
    for warning in () if quiet else design.warnings:
        sys.stderr.write(f"warning: {source}: {warning}\n")


def check_place(folder: Path, settings: Settings, share: Share = WHOLE) -> tuple[str, ...]:
    """See that results may be written there, even if its name is one that no folder can have.

    Returns
    -------
    gains : tuple of str
        What there is more of than in the experiment whose results are there, in words.

    Raises
    ------
    ResultsError
        If they may not.
    """
    try:
        str(folder).encode()
        return check_folder(folder, settings, share)
    except (OSError, UnicodeEncodeError) as error:
        shown = str(folder).encode(errors="replace").decode()
        shown = shown if len(shown) < 80 else f"{shown[:80]}..."
        reason = error.strerror if isinstance(error, OSError) else "its name is not UTF-8 text"
        raise ResultsError(f"{shown}: cannot be used ({reason}); choose another place with --out") from None


def worker_pool(
    settings: Settings, workers: int, scheduler: str, executor: Executor | None, *, quiet: bool
) -> AbstractContextManager[WorkerPool]:
    """The workers of a run: the user's own executor, those of a Dask scheduler, or threads or processes of this machine."""
    compiles = settings.experiment.engine == "compiled" and info_of(settings).compiles
    if compiles and not scheduler and executor is None and not quiet:
        announce_compilation(settings.model.kind)
    if executor is not None:
        return nullcontext(WorkerPool(executor, workers))
    return dask_pool(scheduler) if scheduler else local_pool(engine_of(settings), workers)


def _describe(results: Results, *, quiet: bool, table: bool, analysed: bool = False) -> None:
    """Make what can be made of the tables, which are complete: first the table in the terminal, then the files."""
    folder = results.folder
    if not len(results):  # every run failed: only their causes can be shown
        write_data_package(folder, results)
        return
    with when_stopped(_tables_are_whole(folder)):
        try:
            summary = Summary(results)
            if table and not quiet:
                show(summary)
            if not analysed:
                _make_outputs(summary, quiet=quiet)
        except Exception as error:  # the tables are there, and what is made of them can be made later
            sys.stderr.write(f"warning: the results were not analysed ({reason_of(error)}); {_tables_are_whole(folder)}\n")


def _tables_are_whole(folder: Path) -> str:
    return f"the tables are whole, and learnsim analyse {shlex.quote(str(folder))} makes what is missing"


def analyse_again(results: Results, *, renewed: bool = False, csv: bool = False) -> None:
    """Write what is made of the tables anew, and put it in the old one's place when it is whole.

    With ``renewed``, settings that change no number are renewed with it, and nothing made by the old ones stays. With
    ``csv`` there is ``runs.csv`` too; where it is already, it is written anew.

    Raises
    ------
    ResultsError
        If the folder cannot be written, or the runs do not fit into ``runs.csv``.
    """
    if csv:
        check_rows(results)
    with when_stopped(_tables_are_whole(results.folder)):
        _make_outputs(Summary(results), renewed=renewed, csv=csv)


def _make_outputs(summary: Summary, *, quiet: bool = False, renewed: bool = False, csv: bool = False) -> None:
    """Make everything in a folder of its own beside the tables, and then put it in its place, report and settings last."""
    folder, settings = summary.results.folder, summary.results.design.settings
    try:
        with tempfile.TemporaryDirectory(prefix=scratch_prefix("analysis"), dir=folder) as scratch:
            analyse(summary, Path(scratch), quiet=quiet, csv=csv or (folder / RUNS_CSV).exists())
            remove(folder, (REPORT, FIGURES))
            if renewed:
                write_settings(Path(scratch), settings)
                remove(folder, DERIVED if settings.experiment.targets else (*DERIVED, TARGETS))
            move_into(Path(scratch), folder)
    except OSError as error:
        raise ResultsError(f"{folder}: could not be written ({error.strerror or error})") from None


def analyse(summary: Summary, folder: Path, *, quiet: bool = False, csv: bool = False) -> None:
    """Write summary, contrasts, effects or sensitivity, targets, figures and report of results into a folder.

    What cannot be made is left out, with one sentence on standard error for each reason.
    """
    out = write_outputs(summary, folder, partial(first_run, summary.results.design), runs_csv=csv)
    for note in () if quiet else out.notes:
        sys.stderr.write(f"note: {note}\n")
    for reason, names in out.missing.items():
        sys.stderr.write(
            f"warning: {listed(names)} could not be made ({reason}); {_tables_are_whole(summary.results.folder)}\n"
        )


def show(summary: Summary) -> None:
    """Print the table and the answer."""
    from learnsim.report.terminal import print_summary

    with reported_on(summary.results.design.kind):
        on_screen(lambda console: print_summary(console, summary))


def on_screen(draw: Callable[[Console], None]) -> None:
    """Let something be printed; where the output is no terminal, wide enough for whole tables."""
    from rich.console import Console

    width = None if sys.stdout.isatty() else 200
    try:
        draw(Console(highlight=False, width=width))
        sys.stdout.flush()
    except (SystemExit, OSError, UnicodeError) as error:  # nobody can read the table; the results are still to be written
        give_up(error)
