"""Loading: from a TOML file to checked settings, and from a mistake to one sentence with place and cure."""

from __future__ import annotations

import os
import tomllib
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from learnsim.errors import SettingsError
from learnsim.settings.backslashes import cure_of
from learnsim.settings.edit import COMPANIONS, Tree, check_path, parse_assignment, put
from learnsim.settings.preface import preface_of
from learnsim.settings.reading import decoded, named, read_file
from learnsim.settings.sentences import shown
from learnsim.settings.settings import Settings, validate
from learnsim.settings.shipped import experiment_file


def load(path: str | Path, assignments: Iterable[str] = (), options: Mapping[str, Any] | None = None) -> Settings:
    """Read an experiment file.

    Parameters
    ----------
    path : str or Path
        A TOML file, or the name of an experiment that comes with learnsim. Paths inside it (roster, policies, targets) are
        taken from the file's folder.
    assignments : iterable of str
        ``"table.key=value"``, applied after the file, each value written as in TOML.
    options : mapping, optional
        Options of the command line, as dotted setting to value; applied last.

    Raises
    ------
    SettingsError
        With file, table, key, value, what is allowed and what was probably meant.
    """
    return _with(read_tree(path), str(path), assignments, options or {})


def defaults(assignments: Iterable[str] = (), options: Mapping[str, Any] | None = None) -> Settings:
    """Return the defaults, changed as :func:`load` changes a file."""
    return _with({}, "defaults", assignments, options or {})


def _with(tree: Tree, place: str, assignments: Iterable[str], options: Mapping[str, Any]) -> Settings:
    given = [(f"--set {text}", *parse_assignment(text)) for text in assignments]
    given += [(f"--{name.split('.')[-1]}={value}", name, value) for name, value in options.items()]
    for told, name, value in given:
        put(tree, name, value, Settings, place=told)
    if given:
        place += f" with {' '.join(told for told, _, _ in given)}"
    return validate(tree, place)


def read_tree(path: str | Path) -> Tree:
    """Return the file's tables as they stand, its relative paths made absolute.

    A question and an expectation that only its first comments tell are put under ``[experiment]``.
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
                known[key] = known[key] if "\0" in known[key] else os.path.realpath(file.parent / known[key])
    except SettingsError as error:
        raise SettingsError(f"{named(file)}: {error}") from None
    told = preface_of(text)
    asked = tree.setdefault("experiment", {}) if told else None
    if isinstance(asked, dict):
        asked |= {key: words for key, words in told.items() if not asked.get(key)}
    return tree


def _parsed(text: str) -> Tree:
    """Return the tables of a TOML text."""
    try:
        return tomllib.loads(text)
    except RecursionError:
        raise SettingsError("its lists or tables are nested too deeply") from None
    except ValueError as error:  # not TOML, or a number of too many digits
        told = "a number has thousands of digits" if "integer string" in str(error) else str(error)
        raise SettingsError(f"is not valid TOML: {told}{cure_of(text, told)}") from None
