"""CLI: the commands of ``learnsim``.
Modules are imported only when a command needs them.
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
    from learnsim.study_results import ExperimentResults


app = typer.Typer(
    context_settings={"help_option_names": ["-h", "--help"]},
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)

File = Annotated[
    Path,
    typer.Argument(metavar="FILE", help="A TOML file, or the name of an experiment that comes with learnsim."),
]
Folder = Annotated[Path, typer.Argument(metavar="RESULTS", help="A results folder of learnsim run.")]
Assignments = Annotated[
    list[str] | None, typer.Option("--set", metavar="TABLE.KEY=VALUE", help="Change one setting; can be repeated.")
]
Replicates = Annotated[int | None, typer.Option(help="Number of replicates, in place of [experiment] replicates.")]
Seed = Annotated[int | None, typer.Option(help="Random seed, in place of [experiment] seed.")]
Engine = Annotated[str | None, typer.Option(help="compiled (fast) or agents (Mesa); both give the same numbers.")]
RESUMABLE = "finished runs are kept, and the same command resumes the experiment"
Workers = Annotated[int | None, typer.Option(help="Number of runs at a time; by default all processors.", min=1)]


def _print_version(wanted: bool) -> None:
    if wanted:
        from learnsim import __version__

        say(f"learnsim {__version__}\n")
        raise typer.Exit


@app.callback()
def options(
    version: Annotated[
        bool, typer.Option("--version", help="Print the version and exit.", is_eager=True, callback=_print_version)
    ] = False,
) -> None:
    """Simulate and compare ways of training: which one spreads knowledge best, and for whom?"""


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

    experiment = _experiment(file, engine, replicates, seed, assignments)
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


@app.command()
def analyse(folder: Folder) -> None:
    """Write the report of a results folder again.

    Also its summary, contrasts and figures.
    """
    from learnsim.study_results import open  # noqa: A004 - learnsim.open

    open(folder).analyse()
    say(f"results: {folder}\n")


@app.command()
def show(folder: Folder) -> None:
    """Print the table and answer of a folder.

    Of an experiment that is not finished, also while it runs: what is there so far.
    """
    from learnsim.experiments.storage.merge import sweep
    from learnsim.study_results import open  # noqa: A004 - learnsim.open

    results = open(folder, unfinished=True)
    if not results.so_far:
        sweep(folder)
    results.show()


@app.command()
def reproduce(folder: Folder, workers: Workers = None) -> None:
    """Run finished results again and compare.

    Runs the experiment of a results folder again, and compares every row of its tables.

    Exit code 1 if any row differs.
    """
    from learnsim.experiments.execution.executors import default_workers
    from learnsim.experiments.reproduce import reproduce
    from learnsim.progress import progress_shown
    from learnsim.report.sentences import comparison_lines

    with progress_shown(quiet=False) as progress:
        comparison = reproduce(folder, workers or default_workers(), progress)
    say("\n".join(comparison_lines(comparison)) + "\n")
    raise typer.Exit(1 if comparison.count else 0)


@app.command()
def verify(
    folder: Annotated[
        Path | None,
        typer.Argument(metavar="[FOLDER]", help="A folder of experiments with targets; by default experiments/papers."),
    ] = None,
    full: Annotated[bool, typer.Option("--full", help="Run ten times as many replicates.")] = False,
    out: Annotated[
        Path | None, typer.Option(help="Keep the results in OUT/NAME, and the comparison in OUT/verify.csv.")
    ] = None,
    workers: Workers = None,
) -> None:
    """Compare experiments with published numbers.

    Runs the experiments of a folder that have targets, and compares their results with these numbers.

    Exit code 1 if any number is not as its targets file expects.
    """
    from learnsim.verify import papers_folder, verify

    with when_stopped("no results are kept without --out" if out is None else RESUMABLE):
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
    """Check an experiment without running it.

    Prints the number of runs, arms and baseline, and warns of settings that have no effect. Of a file with [plan] and
    without arms it checks the plan: its people, and whether its rules contradict each other.
    """
    from learnsim.errors import listed
    from learnsim.plan_command import check_course

    planned = check_course(file, assignments, seed)
    if planned is not None:
        sentence, notes, warnings = planned
        for kind, texts in (("note", notes), ("warning", warnings)):
            for text in texts:
                sys.stderr.write(f"{kind}: {file}: {text}\n")
        say(f"{file}: good; {sentence}\n")
        return
    check = _experiment(file, engine, replicates, seed, assignments).check(progress=True)
    for note in check.notes:
        sys.stderr.write(f"note: {file}: {note}\n")
    for warning in check.warnings:
        sys.stderr.write(f"warning: {file}: {warning}\n")
    say(f"{file}: good; {check.work}; arms {listed(check.arms)}; baseline {check.baseline}\n")


@app.command()
def init(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="The file to write.")] = Path("experiment.toml"),
    kind: Annotated[str | None, typer.Option(help="The model (see learnsim list); by default the first one.")] = None,
    source: Annotated[
        str | None,
        typer.Option("--from", metavar="NAME", help="Copy an experiment that ships, or FILE.py:CLASS for a Mesa model."),
    ] = None,
) -> None:
    """Write a commented experiment file.

    A file with all defaults (but 20 replicates) to start from, a copy of an experiment that comes with learnsim (see
    learnsim list), or an experiment on a Mesa model of your own: learnsim init --from schelling.py:Schelling.
    """
    from learnsim.errors import SettingsError
    from learnsim.models.mesa.source import names_class
    from learnsim.settings.schema import FIRST_LINE, SCHEMA_FILE, schema_text
    from learnsim.settings.starter import copy_of, starter, write_new

    if source is not None and kind is not None:
        raise SettingsError(f"--from={source} --kind={kind}: use only one of them; a copy keeps its model")
    if source is not None and names_class(source):
        from learnsim.models.mesa.starter import starter_of

        files = {file: starter_of(source, file)}
    else:
        files = {file: starter(file.stem, kind)} if source is None else copy_of(source, file)
    beside = file.with_name(SCHEMA_FILE)
    if FIRST_LINE in files[file] and not beside.exists():
        files[beside] = schema_text()
    write_new(files)
    others = "".join(f" with {one}" for one in list(files)[1:])
    say(f"{file}: written{others}; learnsim run {shlex.quote(str(file))}\n")


@app.command()
def schema(
    out: Annotated[Path | None, typer.Option(help="The file to write, in place of the standard output.")] = None,
) -> None:
    """Print the JSON Schema of experiment files.

    With it an editor completes names, shows what settings mean, and marks mistakes.
    """
    from learnsim.errors import SettingsError
    from learnsim.files import write_whole
    from learnsim.settings.schema import schema_text

    if out is None:
        say(schema_text())
        return
    try:
        write_whole(out, schema_text().encode())
    except OSError as error:
        raise SettingsError(f"--out={out}: could not be written ({error.strerror or error})") from None
    say(f"{out}: written\n")


@app.command()
def plan(
    file: Annotated[
        Path | None,
        typer.Argument(metavar="FILE", help="An experiment with a roster, or a roster alone (.csv, .tsv, .txt, .xlsx)."),
    ] = None,
    out: Annotated[Path | None, typer.Option(help="The plan's folder, in place of plans/NAME.")] = None,
    seed: Annotated[int | None, typer.Option(help="Random seed, in place of [plan] seed.")] = None,
    assignments: Assignments = None,
    again: Annotated[
        Path | None, typer.Option("--again", metavar="FOLDER", help="Change an earlier plan: few people move.")
    ] = None,
    absent: Annotated[
        list[str] | None, typer.Option("--absent", metavar="ID:CYCLES", help="Who is absent: P04:4 or P04:4-6.")
    ] = None,
    start: Annotated[int | None, typer.Option("--from", help="The first cycle that may change.", min=1)] = None,
    fresh: Annotated[bool, typer.Option("--fresh", help="Use a new folder (NAME-2) if NAME exists already.")] = False,
    initials: Annotated[bool, typer.Option("--initials", help="Print initials in place of names.")] = False,
    forecast: Annotated[bool, typer.Option("--forecast/--no-forecast", help="Whether to simulate the plan.")] = True,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="Only print the plan's folder.")] = False,
) -> None:
    """Plan a course for real people, and print it.

    Forms communities and cells, chooses officers, and plans who sits with whom in every cycle, by the rules of [plan].
    Writes a page to print (plan.html), tables for Excel, Moodle and Canvas, and a calendar.

    Exit code 1 if a rule that must hold cannot be kept.
    """
    from learnsim.plan_command import lines_of, notes_of, plan_course

    with when_stopped("nothing was written"):
        made = plan_course(
            file, out, assignments, seed, again=again, absent=absent, start=start, fresh=fresh, initials=initials,
            forecast=forecast,
        )  # fmt: skip
    if not quiet:
        for note in notes_of(made):
            sys.stderr.write(f"note: {note}\n")
        say("\n".join(lines_of(made)) + "\n")
    for sentence in made.hard:
        sys.stderr.write(f"error: {sentence}\n")
    if made.saved:
        say(f"{'the best plan without it' if made.hard else 'plan'}: {made.saved.folder / 'plan.html'}\n")
    raise typer.Exit(1 if made.hard else 0)


@app.command()
def viz(
    file: Annotated[Path | None, typer.Argument(metavar="FILE", help="An experiment; if left out, all defaults.")] = None,
    seed: Seed = None,
    assignments: Assignments = None,
    port: Annotated[int, typer.Option(help="Port of the page; 0 for any free port.", min=0, max=65535)] = 8765,
    host: Annotated[str, typer.Option(help="Address of the page; 0.0.0.0 makes it public.")] = "127.0.0.1",
    browser: Annotated[bool, typer.Option("--browser/--no-browser", help="Whether to open the page in the browser.")] = True,
    explorer: Annotated[bool, typer.Option("--explorer", help="Show one model on Mesa's own page instead.")] = False,
) -> None:
    """Watch two arms side by side in the browser."""
    from learnsim.browser.page_settings import PageSettings, first_arms
    from learnsim.browser.server import serve
    from learnsim.cachefolder import ensure_home
    from learnsim.errors import SettingsError
    from learnsim.settings.shipped import experiment_file

    if explorer and (file or assignments or seed is not None):
        raise SettingsError(
            "--explorer starts with the default settings; leave out FILE, --set and --seed, and change them on the page"
        )
    settings = _settings(file, None, None, seed, assignments)
    source = experiment_file(file) if file and file.is_dir() else file
    page_settings = PageSettings(settings, str(source or "page"), first_arms(settings))
    page_settings.prepared()
    ensure_home()  # IPython and Jupyter, which the page's server imports, raise an error without one
    try:
        serve(page_settings, host, port, browser=browser, shown="explorer" if explorer else "page")
    except Stopped:
        raise typer.Exit from None


@app.command(name="list")
def list_names() -> None:
    """List models, presets, policies and measures."""
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
    """Read the file, changed by the options of the command line."""
    from learnsim.settings import defaults, load

    every = {"experiment.engine": engine, "experiment.replicates": replicates, "experiment.seed": seed}
    options = {name: value for name, value in every.items() if value is not None}
    return load(file, assignments or (), options) if file else defaults(assignments or (), options)


def main() -> None:
    """Run the command line; a mistake of the user is one sentence on standard error, with exit code 2."""
    from learnsim.errors import LearnsimError

    prepare()
    gc.set_threshold(50_000, 20, 100)  # objects of imported libraries are not garbage: searching them takes half a second
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
        _end_now(f"interrupted{'; ' * bool(stop.message)}{stop.message}", 128 + stop.number)
    except Exception as error:
        short = shortage(error)
        if short:
            _end_now(f"error: {short}", 2)
        if isinstance(error, OSError):
            sys.stderr.write(f"error: {error.filename or 'the disk'}: {error.strerror or error}\n")
            sys.exit(2)
        if isinstance(error, ImportError) and not (error.name or "learnsim").startswith("learnsim"):
            message = " ".join(str(error).split())
            sys.stderr.write(f"error: {error.name} cannot be imported ({message[:300]}); install learnsim again\n")
            sys.exit(2)
        raise


def _end_now(sentence: str, code: int) -> None:
    """Print a sentence and exit without waiting for threads, which may wait for ever."""
    with contextlib.suppress(OSError):
        sys.stderr.write(f"{sentence}\n")
        sys.stderr.flush()
    os._exit(code)
