"""Load: reads a TOML file into checked settings; a mistake becomes one sentence that says where it is."""

from __future__ import annotations

import os
import tomllib
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from learnsim.errors import SettingsError
from learnsim.files import decoded, named, read_file
from learnsim.settings.edit import COMPANIONS, Tree, check_path, parse_assignment, put
from learnsim.settings.messages import shown
from learnsim.settings.settings import Settings, validate
from learnsim.settings.shipped import experiment_file
from learnsim.settings.windows_paths import cure_of


def load(path: str | Path, assignments: Iterable[str] = (), options: Mapping[str, Any] | None = None) -> Settings:
    """Read an experiment file.

    Parameters
    ----------
    path : str or Path
        A TOML file, or the name of an experiment that comes with learnsim. Paths inside it (roster, plan, policies,
        measures, targets) are relative to the file's folder.
    assignments : iterable of str
        ``"table.key=value"``, applied after the file, each value written as in TOML.
    options : mapping, optional
        Options of the command line, as dotted setting to value; applied last.

    Raises
    ------
    SettingsError
        With file, table, key, value, what is allowed and what was probably meant.
    """
    return with_changes(read_tree(path), str(path), assignments, options or {})


def defaults(assignments: Iterable[str] = (), options: Mapping[str, Any] | None = None) -> Settings:
    """Return the defaults, changed as :func:`load` changes a file."""
    return with_changes({}, "defaults", assignments, options or {})


def with_changes(tree: Tree, source: str, assignments: Iterable[str], options: Mapping[str, Any]) -> Settings:
    """Return the settings of a tree of tables, changed as :func:`load` changes a file."""
    changes = [(f"--set {text}", *parse_assignment(text)) for text in assignments]
    changes += [(f"--{name.split('.')[-1]}={value}", name, value) for name, value in options.items()]
    for label, name, value in changes:
        put(tree, name, value, Settings, source=label)
    if changes:
        source += f" with {' '.join(label for label, _, _ in changes)}"
    return validate(tree, source)


def read_tree(path: str | Path) -> Tree:
    """Return the tables of the file, with absolute paths.

    A question and an expectation that are only in its first comments are put into ``[experiment]``.
    """
    if not isinstance(path, (str, os.PathLike)) or not str(path) or "\0" in str(path):
        raise SettingsError(f"{shown(path)} is not the path of an experiment file")
    file = experiment_file(path)
    try:
        missing = "there is no such file; learnsim init writes one to start from"
        text = decoded(read_file(file, missing, "an experiment is a TOML file"))
        tree = _parsed(text)
        for table, key in COMPANIONS:
            known = tree.get(table)
            if isinstance(known, dict) and isinstance(known.get(key), str) and known[key]:
                check_path(key, known[key], text)
                known[key] = known[key] if "\0" in known[key] else _absolute(file.parent, known[key], key)
    except SettingsError as error:
        raise SettingsError(f"{named(file)}: {error}") from None
    preface = preface_of(text)
    experiment = tree.setdefault("experiment", {}) if preface else None
    if isinstance(experiment, dict):
        experiment |= {key: words for key, words in preface.items() if not experiment.get(key)}
    return tree


def _absolute(folder: Path, name: str, key: str) -> str:
    """Return a file's path; of a class of an installed package its module and name, as they are."""
    if key != "class":
        return os.path.realpath(folder / name)
    path, colon, of_class = name.rpartition(":")
    return f"{os.path.realpath(folder / path)}:{of_class}" if colon and path.endswith(".py") else name


def _parsed(text: str) -> Tree:
    """Return the tables of a TOML text."""
    try:
        return tomllib.loads(text)
    except RecursionError:
        raise SettingsError("its lists or tables are nested too deeply") from None
    except ValueError as error:  # not TOML, or a number with too many digits
        reason = "a number has thousands of digits" if "integer string" in str(error) else str(error)
        raise SettingsError(f"is not valid TOML: {reason}{cure_of(text, reason)}") from None


HEADINGS = {"question:": "question", "expected:": "expectation", "expectation:": "expectation"}


def preface_of(text: str) -> dict[str, str]:
    """Return the question and the expectation from the comments at the beginning of a file; empty if there are none."""
    preface: dict[str, list[str]] = {}
    current: list[str] | None = None
    for line in text.lstrip("\ufeff").splitlines():
        if not line.startswith("#"):
            break
        words = line.lstrip("#").split()
        if not words:  # an empty comment line ends the text
            current = None
        elif (heading := words[0].lower()) in HEADINGS:
            current = preface.setdefault(HEADINGS[heading], [])
            current += words[1:]
        elif current is not None:
            current += words
    return {key: " ".join(words) for key, words in preface.items() if words}
