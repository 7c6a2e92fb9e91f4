"""Edit: changes single settings in a tree of tables, and reads assignments of the command line."""

from __future__ import annotations

import tomllib
from typing import Any

from pydantic import BaseModel

from learnsim.errors import SettingsError, did_you_mean
from learnsim.settings.traits import TRAITS, Trait
from learnsim.settings.windows_paths import cure_of, mangled

Tree = dict[str, Any]
COMPANIONS = (  # paths of files
    ("model", "class"),
    ("organisation", "roster"),
    ("organisation", "plan"),
    ("experiment", "policies"),
    ("experiment", "measures"),
    ("experiment", "targets"),
    ("plan", "history"),
    ("fit", "data"),
)


def parse_assignment(text: str) -> tuple[str, Any]:
    """Split ``table.key=value``; the value is TOML, and a bare word is a string."""
    key, sign, value = text.partition("=")
    key, value = key.strip(), value.strip()
    if not sign or ("." not in key and key != "shocks") or not all(key.split(".")) or not value or "\n" in text:
        raise SettingsError(f"--set {text}: write table.key=value, for example --set training.sessions=30")
    if any("\ud800" <= letter <= "\udfff" for letter in text):  # bytes that are not text
        raise SettingsError(f"--set {text}: is not UTF-8 text")
    try:
        read = tomllib.loads(f"value = {value}")["value"]
        if tuple(key.split(".")) in COMPANIONS:
            check_path(key.rpartition(".")[2], read, f"{key} = {value}")
        return key, read
    except SettingsError as error:
        raise SettingsError(f"--set {text}: {error}") from None
    except RecursionError:
        raise SettingsError(f"--set {key}=...: the value's lists or tables are nested too deeply") from None
    except ValueError:
        if any(sign in value for sign in "[]{}\"'=\n") or value.isdigit():
            raise SettingsError(f"--set {text}: the value is not valid TOML{cure_of(value, '')}") from None
        return key, value


def path_of(dotted: str) -> list[str]:
    """Return the parts of a setting's dotted name. An arm's name may contain dots itself; what it is a name of does not.

    Examples
    --------
    >>> path_of("arms.blended.phases.0.from"), path_of("shocks.0.count"), path_of("arms.the 1.5.council")
    (['arms', 'blended', 'phases', '0', 'from'], ['shocks', '0', 'count'], ['arms', 'the 1.5', 'council'])
    """
    path = dotted.split(".")
    if path[0] == "sweep" and len(path) > 1:  # the name of a swept setting is dotted itself
        return ["sweep", ".".join(path[1:])]
    if path[0] == "arms" and len(path) > 4 and path[-3] == "phases" and path[-2].isdecimal():
        return ["arms", ".".join(path[1:-3]), *path[-3:]]
    if path[0] == "arms" and len(path) > 3:
        return ["arms", ".".join(path[1:-1]), path[-1]]
    return path


def owner_of(dotted: str) -> str:
    """Return the table that a setting belongs to; of a field of an arm or of its phases ``arms.NAME``."""
    path = path_of(dotted)
    return ".".join(path[:2]) if path[0] == "arms" else path[0]


def listed_table(dotted: str) -> bool:
    """Whether a dotted name is a setting of a numbered table: of a shock, or of a phase of an arm."""
    path = path_of(dotted)
    return path[0] == "shocks" or (path[0] == "arms" and len(path) > 3)


def put(tree: Tree, dotted: str, value: Any, root: type[BaseModel], *, source: str = "settings") -> None:
    """Set one dotted setting in a tree; setting a part of a trait keeps its other parts.

    Parameters
    ----------
    tree : dict
        Tables by name, as in a file.
    dotted : str
        For example ``"people.learning_speed.sd"``.
    value
    root : type
        The class with all tables as fields.
    source : str
        Where the value comes from, for error messages.

    Raises
    ------
    SettingsError
        If a table in the name is unknown, or is a single value.
    """
    path = path_of(dotted)
    if listed_table(dotted) and len(path) > 1:
        _put_listed(tree, path, value, dotted, source)
        return
    known: Any = root
    node = tree
    if path[0] == "people" and path[2:] == ["distribution"]:
        example = f"people.{path[1]}={{distribution='uniform', low=0.2, high=0.8}}"
        raise SettingsError(f"{source}: a distribution needs its numbers; write the whole trait, for example {example}")
    for depth, key in enumerate(path[:-1]):
        if not isinstance(known, dict) and known is not None:
            fields = known.model_fields
            if key not in fields:
                where = ".".join(path[: depth + 1])
                raise SettingsError(f"{source}: {where} is not a setting{did_you_mean(key, fields)}")
            annotation, default = fields[key].annotation, fields[key].get_default(call_default_factory=True)
            if annotation == Trait or isinstance(default, tuple(TRAITS.values())):
                node.setdefault(key, default.model_dump())
            known = annotation if isinstance(annotation, type) and issubclass(annotation, BaseModel) else None
        node = node.setdefault(key, {})
        if not isinstance(node, dict):
            raise SettingsError(f"{source}: {'.'.join(path[: depth + 1])} is one value, so {dotted} is not a setting")
    node[path[-1]] = value
    for one, other in (("replicates", "precision"), ("precision", "replicates")):
        if path == ["experiment", one]:  # each replaces the other
            node.pop(other, None)


def _put_listed(tree: Tree, path: list[str], value: Any, dotted: str, source: str) -> None:
    """Set a setting of a numbered table: of a shock, or of a phase of an arm."""
    owner, number, key = (path[:-2], path[-2], path[-1]) if len(path) > 2 else (path[:1], "", path[-1])
    node: Any = tree
    for part in owner:
        node = node.get(part, [] if part in ("shocks", "phases") else {}) if isinstance(node, dict) else {}
    where = ".".join(owner)
    example = f"{where}.0.{'count' if path[0] == 'shocks' else 'from'}"
    if len(path) < 3 or not number.isdecimal():
        raise SettingsError(f"{source}: {dotted} needs the number of a table, counted from 0; write for example {example}")
    if not isinstance(node, list) or int(number) >= len(node) or not isinstance(node[int(number)], dict):
        count = len(node) if isinstance(node, list) else 0
        there = f"there {'are' if count != 1 else 'is'} {count or 'none'}, counted from 0"
        raise SettingsError(f"{source}: {dotted}: there is no {where} number {number}: {there}")
    node[int(number)][key] = value
    for one, other in (("count", "share"), ("share", "count")):
        if path[0] == "shocks" and key == one and value is not None:  # each replaces the other
            node[int(number)].pop(other, None)


def check_path(key: str, value: Any, text: str) -> None:
    r"""Check that no ``\`` in double quotes has changed a path."""
    message = mangled(key, value, text) if isinstance(value, str) else ""
    if message:
        raise SettingsError(message)
