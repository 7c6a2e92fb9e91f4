"""The commands about experiment files: check, init, schema and list."""

from __future__ import annotations

import shlex
import sys
from pathlib import Path
from typing import Annotated

import typer

from learnsim.commands.options import Assignments, Engine, File, Replicates, Seed, app, experiment_of
from learnsim.console import say


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
    check = experiment_of(file, engine, replicates, seed, assignments).check(progress=True)
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
    from learnsim.settings.schema import SCHEMA_FILE, schema_text
    from learnsim.settings.starter import copy_of, refresh_schema, starter, write_new

    if source is not None and kind is not None:
        raise SettingsError(f"--from={source} --kind={kind}: use only one of them; a copy keeps its model")
    if source is not None and names_class(source):
        from learnsim.models.mesa.starter import starter_of

        files = {file: starter_of(source, file)}
    else:
        files = {file: starter(file.stem, kind)} if source is None else copy_of(source, file)
    beside = file.with_name(SCHEMA_FILE)
    older = beside.exists()
    if not older:
        files[beside] = schema_text()
    write_new(files)
    if older and (sentence := refresh_schema(beside)):
        sys.stderr.write(f"note: {sentence}\n")
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


@app.command(name="list")
def list_names(
    name: Annotated[
        str | None,
        typer.Argument(metavar="[CLASS]", help="FILE.py:CLASS or MODULE:CLASS, or an experiment on one."),
    ] = None,
) -> None:
    """List models, presets, policies and measures.

    Of the class of a Mesa model: its parameters and measures, and how it takes the seed.
    """
    from learnsim.catalogue import catalogue, catalogue_of

    for heading, entries in (catalogue() if name is None else catalogue_of(name)).items():
        say(f"{heading}\n")
        width = max(map(len, entries))
        for name, meaning in entries.items():
            say(f"  {name.ljust(width)}  {meaning}\n")
