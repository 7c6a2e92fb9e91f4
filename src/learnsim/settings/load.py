"""Loading: from a TOML file to checked settings, and from a mistake to one sentence with place and cure.
Knows the settings; touches no results.
"""

from __future__ import annotations

import os
import tomllib
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from pydantic import BaseModel

from learnsim.errors import SettingsError, did_you_mean
from learnsim.settings.backslashes import cure_of, mangled
from learnsim.settings.preface import preface_of
from learnsim.settings.reading import decoded, named, read_file
from learnsim.settings.sentences import TRAITS, shown
from learnsim.settings.settings import Settings
from learnsim.settings.shipped import experiment_file
from learnsim.settings.traits import Trait

Tree = dict[str, Any]
COMPANIONS = (("organisation", "roster"), ("experiment", "policies"), ("experiment", "targets"))  # files that a file names


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
        put(tree, name, value, place=told)
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
                _check_path(key, known[key], text)
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


def _check_path(key: str, value: Any, text: str) -> None:
    told = mangled(key, value, text) if isinstance(value, str) else ""
    if told:
        raise SettingsError(told)


def parse_assignment(text: str) -> tuple[str, Any]:
    """Split ``table.key=value``; the value is TOML, and a bare word is a string."""
    key, sign, value = text.partition("=")
    key, value = key.strip(), value.strip()
    if not sign or "." not in key or not all(key.split(".")) or not value or "\n" in text:
        raise SettingsError(f"--set {text}: write table.key=value, for example --set training.sessions=30")
    if any("\ud800" <= letter <= "\udfff" for letter in text):  # bytes that are no text, as the system hands them over
        raise SettingsError(f"--set {text}: is not UTF-8 text")
    try:
        read = tomllib.loads(f"value = {value}")["value"]
        if tuple(key.split(".")) in COMPANIONS:
            _check_path(key.rpartition(".")[2], read, f"{key} = {value}")
        return key, read
    except SettingsError as error:
        raise SettingsError(f"--set {text}: {error}") from None
    except RecursionError:
        raise SettingsError(f"--set {key}=...: the value's lists or tables are nested too deeply") from None
    except ValueError:
        if any(sign in value for sign in "[]{}\"'=\n") or value.isdigit():
            raise SettingsError(f"--set {text}: the value is not valid TOML{cure_of(value, '')}") from None
        return key, value


def put(tree: Tree, dotted: str, value: Any, *, place: str = "settings") -> None:
    """Set one dotted setting in a tree; a part of a trait keeps the trait's other parts."""
    path = dotted.split(".")
    if path[0] == "sweep" and len(path) > 1:  # what is swept is a dotted name itself
        path = ["sweep", ".".join(path[1:])]
    if path[0] == "arms" and len(path) > 3:  # an arm's name may hold dots, its field does not
        path = ["arms", ".".join(path[1:-1]), path[-1]]
    known: Any = Settings
    node = tree
    if path[0] == "people" and path[2:] == ["distribution"]:
        example = f"people.{path[1]}={{distribution='uniform', low=0.2, high=0.8}}"
        raise SettingsError(f"{place}: a distribution needs its numbers; write the whole trait, for example {example}")
    for depth, key in enumerate(path[:-1]):
        if not isinstance(known, dict) and known is not None:
            fields = known.model_fields
            if key not in fields:
                where = ".".join(path[: depth + 1])
                raise SettingsError(f"{place}: {where} is not a setting{did_you_mean(key, fields)}")
            annotation, default = fields[key].annotation, fields[key].get_default(call_default_factory=True)
            if annotation == Trait or isinstance(default, tuple(TRAITS.values())):
                node.setdefault(key, default.model_dump())
            known = annotation if isinstance(annotation, type) and issubclass(annotation, BaseModel) else None
        node = node.setdefault(key, {})
        if not isinstance(node, dict):
            raise SettingsError(f"{place}: {'.'.join(path[: depth + 1])} is one value, so {dotted} is not a setting")
    node[path[-1]] = value
    for one, other in (("replicates", "precision"), ("precision", "replicates")):
        if path == ["experiment", one]:  # each stands in the other's place
            node.pop(other, None)


def validate(tree: Mapping[str, Any], place: str) -> Settings:
    """Return the settings that a tree of plain values describes.

    Raises
    ------
    SettingsError
        The first mistake, as ``place: [table] key = value ...``.
    """
    if not isinstance(tree, Mapping) or not all(isinstance(name, str) for name in tree):
        example = "{'training': {'sessions': 30}}"
        raise SettingsError(f"{place}: {shown(tree)} is not tables by name; write for example {example}")
    try:
        settings = Settings(**tree)
        for name in settings.arms:
            settings.arm(name)
        settings.baseline()
    except SettingsError as error:
        raise SettingsError(f"{place}: {error}") from None
    return settings
