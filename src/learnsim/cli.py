"""Command line: ``learnsim run``, ``init``, ``check`` and ``list``.
Knows every floor, but imports each only when its command needs it.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from learnsim.settings import Settings

app = typer.Typer(
    help="Which way of training spreads knowledge most evenly? Simulate it, and compare.",
    add_completion=False,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)

File = Annotated[Path, typer.Argument(metavar="FILE", help="An experiment: a TOML file (learnsim init writes one).")]
Assignments = Annotated[
    list[str] | None, typer.Option("--set", metavar="TABLE.KEY=VALUE", help="Change one setting; may be repeated.")
]
Replicates = Annotated[int | None, typer.Option(help="In place of [experiment] replicates.")]
Seed = Annotated[int | None, typer.Option(help="In place of [experiment] seed.")]
Engine = Annotated[str | None, typer.Option(help="compiled (fast) or agents (Mesa); the numbers are the same.")]


@app.command()
def run(
    file: File,
    engine: Engine = None,
    replicates: Replicates = None,
    seed: Seed = None,
    out: Annotated[Path | None, typer.Option(help="Results folder, in place of results/NAME.")] = None,
    assignments: Assignments = None,
    workers: Annotated[int | None, typer.Option(help="Runs at a time; all processors if left out.", min=1)] = None,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="Only say where the results are.")] = False,
) -> None:
    """Run an experiment; print which arm wins, by how much, for whom; write tables and figures."""
    from learnsim.workflow import run_experiment

    settings = _settings(file, engine, replicates, seed, assignments)
    folder = run_experiment(settings, str(file), out, workers, quiet=quiet)
    sys.stdout.write(f"results: {folder}\n")


@app.command()
def check(
    file: File,
    engine: Engine = None,
    replicates: Replicates = None,
    seed: Seed = None,
    assignments: Assignments = None,
) -> None:
    """Check an experiment file without running it; say how much work it is."""
    from learnsim.experiments.design import design_of

    design = design_of(_settings(file, engine, replicates, seed, assignments), str(file))
    for warning in design.warnings:
        sys.stderr.write(f"warning: {file}: {warning}\n")
    sys.stdout.write(
        f"{file}: good; {len(design.arms)} arms ({', '.join(design.arms)}) x {len(design.points)} points "
        f"x {design.replicates} replicates = {design.runs:,} runs; baseline {design.baseline}\n"
    )


@app.command()
def init(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="Where to write it.")] = Path("experiment.toml"),
) -> None:
    """Write a commented experiment file to start from."""
    from learnsim.errors import SettingsError
    from learnsim.settings.starter import starter

    try:
        with file.open("x", encoding="utf-8") as stream:
            stream.write(starter(file.stem))
    except FileExistsError:
        raise SettingsError(f"{file}: exists already; choose another name") from None
    except OSError as error:
        raise SettingsError(f"{file}: cannot be written ({error.strerror})") from None
    sys.stdout.write(f"{file}: written; learnsim run {file}\n")


@app.command(name="list")
def list_names() -> None:
    """List presets, policies and measures, a line each."""
    from learnsim.catalogue import catalogue

    for heading, entries in catalogue().items():
        sys.stdout.write(f"{heading}\n")
        width = max(map(len, entries))
        for name, meaning in entries.items():
            sys.stdout.write(f"  {name.ljust(width)}  {meaning}\n")


def _settings(
    file: Path, engine: str | None, replicates: int | None, seed: int | None, assignments: list[str] | None
) -> Settings:
    """Read the file; options on the command line go over it."""
    from learnsim.settings import load

    given = list(assignments or [])
    for key, value in (("engine", engine), ("replicates", replicates), ("seed", seed)):
        if value is not None:
            given.append(f"experiment.{key}={value}")
    return load(file, given)


def main() -> None:
    """Run the command line; a user's mistake is one sentence on standard error and exit code 2."""
    from learnsim.errors import LearnsimError

    try:
        app(prog_name="learnsim")
    except LearnsimError as error:
        sys.stderr.write(f"error: {error}\n")
        sys.exit(2)
    except KeyboardInterrupt:
        sys.stderr.write("interrupted; nothing was written\n")
        sys.exit(130)
