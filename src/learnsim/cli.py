"""Command line: ``learnsim run`` and what goes with it.
Everything is imported only when its command needs it.
"""

from __future__ import annotations

import atexit
import contextlib
import gc
import os
import shlex
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from learnsim.console import prepare, say
from learnsim.machine import check_start, shortage
from learnsim.signals import Stopped, listen, when_stopped

if TYPE_CHECKING:
    from learnsim.settings import Settings
    from learnsim.study import Experiment


app = typer.Typer(
    context_settings={"help_option_names": ["-h", "--help"]},
    add_completion=False,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)

File = Annotated[
    Path, typer.Argument(metavar="FILE", help="An experiment: a TOML file, or the name of one that comes with learnsim.")
]
Folder = Annotated[Path, typer.Argument(metavar="RESULTS", help="A results folder, as learnsim run names it.")]
Assignments = Annotated[
    list[str] | None, typer.Option("--set", metavar="TABLE.KEY=VALUE", help="Change one setting; may be repeated.")
]
Replicates = Annotated[int | None, typer.Option(help="In place of [experiment] replicates.")]
Seed = Annotated[int | None, typer.Option(help="In place of [experiment] seed.")]
Engine = Annotated[str | None, typer.Option(help="compiled (fast) or agents (Mesa); the numbers are the same.")]
KEPT = "what was finished is kept, and the same command goes on with it"
Workers = Annotated[int | None, typer.Option(help="Runs at a time; all processors if left out.", min=1)]


def _say_version(wanted: bool) -> None:
    if wanted:
        from learnsim import __version__

        say(f"learnsim {__version__}\n")
        raise typer.Exit


@app.callback()
def options(
    version: Annotated[
        bool, typer.Option("--version", help="Say which version this is.", is_eager=True, callback=_say_version)
    ] = False,
) -> None:
    """Which way of training spreads knowledge most evenly? Simulate it, and compare."""


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
    fresh: Annotated[bool, typer.Option("--fresh", help="Into a new folder (NAME-2) if there is one already.")] = False,
    retry_failed: Annotated[bool, typer.Option("--retry-failed", help="Run again what failed before.")] = False,
    take_over: Annotated[
        bool, typer.Option("--take-over", help="Go on in place of a run on another machine that is surely gone.")
    ] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say how many runs, how long, how much disk.")] = False,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="Only say where the results are.")] = False,
) -> None:
    """Run an experiment; print which arm wins, by how much, for whom; write tables, figures and a report.

    The same command goes on with what was interrupted.
    """
    experiment = _experiment(file, engine, replicates, seed, assignments)
    if dry_run:
        _say_what_it_takes(experiment, workers)
        return
    with when_stopped(KEPT):
        results = experiment.run(
            out,
            workers,
            scheduler=scheduler,
            fresh=fresh,
            retry_failed=retry_failed,
            take_over=take_over,
            progress=not quiet,
            table=not quiet,
        )
    say(f"results: {results.folder}\n")
    if results.failed:
        sys.stderr.write(
            f"{results.failed} run(s) failed: their causes are in {results.folder / 'failures.csv'}; "
            "--retry-failed runs them again\n"
        )
        raise typer.Exit(1)


def _say_what_it_takes(experiment: Experiment, workers: int | None) -> None:
    from learnsim.experiments.execution.executors import default_workers

    workers = workers or default_workers()
    check = experiment.check(workers, timed=True, progress=True)
    stage = " for the first stage" if experiment.settings.precision else ""
    say(
        f"{experiment.source}: {check.work}\n"
        f"about {_duration(check.seconds or 0.0)} with {workers} worker(s), "
        f"{(check.size or 0.0) / 1e6:,.1f} MB of tables{stage}\n"
    )


def _duration(seconds: float) -> str:
    for length, unit in ((86400.0, "days"), (3600.0, "hours"), (60.0, "minutes")):
        if seconds >= 2 * length:
            return f"{seconds / length:.1f} {unit}"
    return f"{seconds:.1f} seconds"


@app.command()
def analyse(folder: Folder) -> None:
    """Write summary, contrasts, figures and report of a results folder anew."""
    from learnsim.study_results import open  # noqa: A004 - learnsim.open

    open(folder).analyse()
    say(f"results: {folder}\n")


@app.command()
def show(folder: Folder) -> None:
    """Print the table and the answer of a results folder again."""
    from learnsim.experiments.storage.merge import sweep
    from learnsim.study_results import open  # noqa: A004 - learnsim.open

    results = open(folder)
    sweep(folder)
    results.show()


@app.command()
def reproduce(folder: Folder, workers: Workers = None) -> None:
    """Run a results folder's experiment again, from the folder alone, and compare every row; exit code 1 if any differs."""
    from learnsim.experiments.execution.executors import default_workers
    from learnsim.experiments.reproduce import reproduce
    from learnsim.progress import progress_shown
    from learnsim.report.sentences import comparison_lines

    with progress_shown(quiet=False) as progress:
        found = reproduce(folder, workers or default_workers(), progress)
    say("\n".join(comparison_lines(found)) + "\n")
    raise typer.Exit(1 if found.count else 0)


@app.command()
def verify(
    folder: Annotated[
        Path | None,
        typer.Argument(metavar="[FOLDER]", help="Where experiment files with targets are; experiments/papers if left out."),
    ] = None,
    full: Annotated[bool, typer.Option("--full", help="Ten times as many replicates as the files say.")] = False,
    out: Annotated[Path | None, typer.Option(help="Keep the results: OUT/NAME for each, and OUT/verify.csv.")] = None,
    workers: Workers = None,
) -> None:
    """Run every experiment of a folder that is compared with numbers, and say which of them agree.

    Exit code 1 if any of them is not as its targets file expects.
    """
    from learnsim.verify import papers_folder, verify

    with when_stopped("nothing is kept without --out" if out is None else KEPT):
        good = verify(folder or papers_folder(), out, workers, full=full)
    raise typer.Exit(0 if good else 1)


@app.command()
def check(
    file: File,
    engine: Engine = None,
    replicates: Replicates = None,
    seed: Seed = None,
    assignments: Assignments = None,
) -> None:
    """Check an experiment file without running it; say how much work it is."""
    from learnsim.errors import listed

    check = _experiment(file, engine, replicates, seed, assignments).check(progress=True)
    for note in check.notes:
        sys.stderr.write(f"note: {file}: {note}\n")
    for warning in check.warnings:
        sys.stderr.write(f"warning: {file}: {warning}\n")
    say(f"{file}: good; {check.work}; arms {listed(check.arms)}; baseline {check.baseline}\n")


@app.command()
def init(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="Where to write it.")] = Path("experiment.toml"),
    kind: Annotated[str | None, typer.Option(help="Which model (learnsim list); the first listed if left out.")] = None,
    source: Annotated[str | None, typer.Option("--from", metavar="NAME", help="Copy one that comes with learnsim.")] = None,
) -> None:
    """Write a commented experiment file to start from, or a copy of one that comes with learnsim (learnsim list)."""
    from learnsim.errors import SettingsError
    from learnsim.settings.starter import copy_of, starter, write_new

    if source is not None and kind is not None:
        raise SettingsError(f"--from={source} --kind={kind}: take one of them; a copy keeps its model")
    files = {file: starter(file.stem, kind)} if source is None else copy_of(source, file)
    write_new(files)
    others = "".join(f" with {one}" for one in list(files)[1:])
    say(f"{file}: written{others}; learnsim run {shlex.quote(str(file))}\n")


@app.command()
def viz(
    file: Annotated[Path | None, typer.Argument(metavar="FILE", help="An experiment; the defaults if left out.")] = None,
    seed: Seed = None,
    assignments: Assignments = None,
    port: Annotated[int, typer.Option(help="0 for any that is free.", min=0, max=65535)] = 8765,
    host: Annotated[str, typer.Option(help="Address to bind to; 0.0.0.0 lets other people in.")] = "127.0.0.1",
    browser: Annotated[bool, typer.Option("--browser/--no-browser", help="Whether to open it.")] = True,
    explorer: Annotated[bool, typer.Option("--explorer", help="Mesa's own page, with one model, instead.")] = False,
) -> None:
    """Watch two training models side by side in the browser."""
    from learnsim.browser.page_settings import Choices, first_arms
    from learnsim.browser.server import serve
    from learnsim.cachefolder import lend_home
    from learnsim.errors import SettingsError

    if explorer and (file or assignments or seed is not None):
        raise SettingsError("--explorer begins with the defaults; leave out FILE, --set and --seed, and choose on the page")
    settings = _settings(file, None, None, seed, assignments)
    choices = Choices(settings, str(file or "page"), first_arms(settings))
    choices.settings()
    lend_home()  # IPython and Jupyter, which the page's server brings along, raise without one
    try:
        serve(choices, host, port, browser=browser, shown="explorer" if explorer else "page")
    except Stopped:
        raise typer.Exit from None


@app.command(name="list")
def list_names() -> None:
    """List presets, policies and measures, a line each."""
    from learnsim.catalogue import catalogue

    for heading, entries in catalogue().items():
        say(f"{heading}\n")
        width = max(map(len, entries))
        for name, meaning in entries.items():
            say(f"  {name.ljust(width)}  {meaning}\n")


def _experiment(
    file: Path, engine: str | None, replicates: int | None, seed: int | None, assignments: list[str] | None
) -> Experiment:
    from learnsim.study import Experiment

    return Experiment(_settings(file, engine, replicates, seed, assignments), str(file))


def _settings(
    file: Path | None, engine: str | None, replicates: int | None, seed: int | None, assignments: list[str] | None
) -> Settings:
    """Read the file; options on the command line go over it."""
    from learnsim.settings import defaults, load

    given = {"experiment.engine": engine, "experiment.replicates": replicates, "experiment.seed": seed}
    options = {name: value for name, value in given.items() if value is not None}
    return load(file, assignments or (), options) if file else defaults(assignments or (), options)


def main() -> None:
    """Run the command line; a user's mistake is one sentence on standard error and exit code 2."""
    from learnsim.errors import LearnsimError

    prepare()
    gc.set_threshold(50_000, 20, 100)  # what libraries bring along is no garbage: looking for it takes half a second
    atexit.register(gc.freeze)
    os.environ.pop("MPLBACKEND", None)  # figures go to files, and matplotlib refuses to start with one it does not know
    listen()
    try:
        check_start()
        app(prog_name="learnsim")
    except LearnsimError as error:
        sys.stderr.write(f"error: {' '.join(str(error).splitlines())}\n")
        sys.exit(2)
    except Stopped as stop:
        _end_now(f"interrupted{'; ' * bool(stop.told)}{stop.told}", 128 + stop.number)
    except Exception as error:
        short = shortage(error)
        if short:
            _end_now(f"error: {short}", 2)
        if isinstance(error, OSError):
            sys.stderr.write(f"error: {error.filename or 'the disk'}: {error.strerror or error}\n")
            sys.exit(2)
        if isinstance(error, ImportError) and not (error.name or "learnsim").startswith("learnsim"):
            told = " ".join(str(error).split())
            sys.stderr.write(f"error: {error.name} cannot be imported ({told[:300]}); install learnsim anew\n")
            sys.exit(2)
        raise


def _end_now(sentence: str, code: int) -> None:
    """Say why, and end without waiting for threads: what they wait for may never come."""
    with contextlib.suppress(OSError):
        sys.stderr.write(f"{sentence}\n")
        sys.stderr.flush()
    os._exit(code)
