"""Starter: the experiment file that ``learnsim init --from FILE.py:CLASS`` writes, from the signature of a Mesa model."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from learnsim.errors import SettingsError
from learnsim.models.mesa.parameters import Parameter
from learnsim.models.mesa.probe import with_defaults
from learnsim.models.mesa.source import class_of, divided, is_file
from learnsim.models.own.starter import own_starter
from learnsim.settings.schema import FIRST_LINE
from learnsim.settings.write import WIDTH, toml_value

CHANGED = 1.25  # times the default of a parameter that the second arm has
STEPS, REPLICATES = 100, 20


def starter_of(spec: str, file: Path) -> str:
    """Return an experiment on a Mesa model: its parameters with their defaults, and two arms that differ in one of them.

    Parameters
    ----------
    spec : str
        ``FILE.py:CLASS`` as seen from the current folder, or ``MODULE:CLASS``.
    file : Path
        Where the text will be; the class's file is named as seen from there.

    Raises
    ------
    SettingsError
        If the class cannot be used.
    """
    try:
        place, name = divided(spec)
        here = f"{os.path.realpath(place)}:{name}" if is_file(spec) else spec
        declared, given, missing, found, kind = with_defaults(here)
    except SettingsError as error:
        raise SettingsError(f"--from={spec}: {error}") from None
    reporters = list(found.reporters) if found else []
    beside = os.path.relpath(os.path.realpath(place), os.path.realpath(file.parent)) if is_file(spec) else place
    written = f"{Path(beside).as_posix()}:{name}"
    experiment = re.sub(r"[^A-Za-z0-9_.-]", "-", file.stem).lstrip("_.-") or "experiment"
    varied = _varied(declared.parameters, given)
    if kind == "organisation":
        return own_starter(class_of(here), written, experiment, list(missing), given)
    lines = [
        FIRST_LINE,
        "# Question: does a change of a parameter change what the model reports?",
        "# Expected:",
        "#",
        "# Write down what you expect before you run it: the report shows the question and the expectation.",
        "",
        "[experiment]",
        f'name = "{experiment}"',
        'baseline = "usual"',
        *([_line("measure", reporters[0], "a model reporter: " + ", ".join(reporters))] if reporters else []),
        _line("replicates", REPLICATES, "runs of each arm; the same seed in every arm"),
        "",
        "[model]",
        'kind = "mesa"',
        f"class = {toml_value(written)}",
        _line("steps", STEPS, "at most; a run also ends when model.running is False"),
        "",
        "[parameters]",
        *(f"# {key} =   # has no default: give it a value" for key in missing),
        *(_line(key, value, declared.parameters[key].allowed) for key, value in given.items()),
        "",
        "# [measures]   # what the reporters measure; the report says so",
        *(f'# {_quoted(one)} = {{meaning = "", unit = "", better = "more"}}' for one in reporters[:2]),
        "",
        "# [sweep]      # every combination with every arm",
        *([f'# "parameters.{varied[0]}" = [{toml_value(varied[1])}, {toml_value(varied[2])}]'] if varied else []),
        "",
        "# An arm changes any of the parameters.",
        "[arms.usual]",
    ]
    if varied:
        lines += ["", f"[arms.other-{varied[0].replace('_', '-')}]", f"{varied[0]} = {toml_value(varied[2])}"]
    return "\n".join(lines) + "\n"


def _line(key: str, value: Any, comment: str) -> str:
    text = f"{_quoted(key)} = {toml_value(value)}"
    return f"{text.ljust(WIDTH)}  # {comment}" if comment else text


def _quoted(name: str) -> str:
    return name if re.fullmatch(r"[A-Za-z0-9_-]+", name) else toml_value(name)


def _varied(parameters: Mapping[str, Parameter], given: Mapping[str, Any]) -> tuple[str, Any, Any] | None:
    """Return a parameter that the second arm changes, its default, and its other value; None if there is no number."""
    numbers = [(key, value) for key, value in given.items() if type(value) in (int, float)]
    numbers.sort(key=lambda pair: not isinstance(pair[1], float))  # a share or a chance before a size
    for key, value in numbers:
        other: float = round(value * CHANGED, 6) if value else 1.0
        tries = [int(other) if isinstance(value, int) else other, int(value) + 1 if isinstance(value, int) else value / 2.0]
        for one in tries:
            try:
                parameters[key].checked(one)
            except ValueError:
                continue
            if one != value and not (isinstance(value, float) and 0.0 < value <= 1.0 < one):
                return key, value, one
    return None
