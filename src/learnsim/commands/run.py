"""The commands that run experiments: run and merge."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from learnsim.commands.options import RESUMABLE, Assignments, Engine, File, Replicates, Seed, Workers, app, experiment_of
from learnsim.console import say
from learnsim.signals import when_stopped

if TYPE_CHECKING:
    from learnsim.study import Experiment
    from learnsim.study_results import ExperimentResults


@app.command()
def run(
    file: File,
    engine: Engine = None,
    replicates: Replicates = None,
    seed: Seed = None,
    out: Annotated[Path | None, typer.Option(help="Results folder, in place of results/NAME.")] = None,
    assignments: Assignments = None,
    workers: Workers = None,
    scheduler: Annotated[str, typer.Option(metavar="ADDRESS", help="Run on a Dask cluster: tcp://host:port.")] = "",
    shard: Annotated[
        str, typer.Option(metavar="K/N", help="Run only share K of N, for the jobs of an array; learnsim merge joins them.")
    ] = "",
    fresh: Annotated[bool, typer.Option("--fresh", help="Use a new folder (NAME-2) if NAME exists already.")] = False,
    retry_failed: Annotated[bool, typer.Option("--retry-failed", help="Repeat the runs that failed before.")] = False,
    take_over: Annotated[
        bool, typer.Option("--take-over", help="Resume a run of another machine that has certainly ended.")
    ] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only print the number of runs, time and disk space.")] = False,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="Only print the results folder.")] = False,
) -> None:
    """Run an experiment and write its report.

    Prints the table and the answer, and writes tables, figures and the report into the results folder.

    If a run is interrupted, the same command resumes it. With more replicates, arms or points in the file, it runs only what
    is new.
    """
    from learnsim.errors import SettingsError

    experiment = experiment_of(file, engine, replicates, seed, assignments)
    if dry_run:
        _print_estimate(experiment, workers, shard)
        return
    progress = not quiet
    if shard:
        if fresh:
            raise SettingsError("--fresh --shard: each job would choose a folder of its own; name a new one with --out")
        with when_stopped(RESUMABLE):
            done = experiment.run_shard(
                shard, out, workers, scheduler=scheduler, retry_failed=retry_failed, take_over=take_over, progress=progress
            )
        say(f"shard: {done.folder}\n")
        if progress:
            sys.stderr.write(f"when all shards are finished, merge them: {done.merge_command}\n")
        _exit_if_failed(done.failed, "")
        return
    with when_stopped(RESUMABLE):
        results = experiment.run(
            out,
            workers,
            scheduler=scheduler,
            fresh=fresh,
            retry_failed=retry_failed,
            take_over=take_over,
            progress=progress,
            table=progress,
        )
    _print_results(results)


def _exit_if_failed(failed: int, causes: str) -> None:
    """Exit with code 1 if runs failed."""
    if failed:
        sys.stderr.write(f"{failed} run(s) failed{causes}; --retry-failed repeats them\n")
        raise typer.Exit(1)


def _print_results(results: ExperimentResults) -> None:
    from learnsim.errors import LONGEST_LIST, shortened

    say(f"results: {results.folder}\n")
    first = results.failures["cause"].iloc[0] if results.failed else ""
    causes = f", the first with: {shortened(first, LONGEST_LIST)}; see {results.folder / 'failures.csv'} for all causes"
    _exit_if_failed(results.failed, causes)


def _print_estimate(experiment: Experiment, workers: int | None, shard: str) -> None:
    from learnsim.experiments.execution.executors import default_workers
    from learnsim.report.sentences import estimate_lines

    workers = workers or default_workers()
    check = experiment.check(workers, timed=True, progress=True, shard=shard)
    first = experiment.settings.precision is not None
    lines = estimate_lines(check.work, check.seconds or 0.0, check.size or 0.0, workers, first=first)
    say(f"{experiment.source}: {lines}\n")


@app.command()
def merge(
    folders: Annotated[
        list[Path],
        typer.Argument(metavar="SHARDS", help="The folders of all shards, or the one they are in: results/NAME-shards."),
    ],
    out: Annotated[Path | None, typer.Option(help="Results folder, in place of results/NAME.")] = None,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="Only print the results folder.")] = False,
) -> None:
    """Merge the shards of learnsim run --shard.

    Writes the same tables and report as a single run, and leaves the shards as they are.
    """
    from learnsim.sharding import merge as merge_them

    with when_stopped("the shards are kept, and the same command merges them"):
        results = merge_them(*folders, out=out, progress=not quiet, table=not quiet)
    _print_results(results)
