"""Edit: changes single settings in a tree of tables, and reads assignments of the command line."""

from __future__ import annotations

import tomllib
from typing import Any

from pydantic import BaseModel

from learnsim.errors import SettingsError, did_you_mean
from learnsim.settings.traits import TRAITS, Trait
from learnsim.settings.windows_paths import cure_of, mangled

Tree = dict[str, Any]
COMPANIONS = (("organisation", "roster"), ("experiment", "policies"), ("experiment", "targets"))  # paths of files


def parse_assignment(text: str) -> tuple[str, Any]:
    """Split ``table.key=value``; the value is TOML, and a bare word is a string."""
    key, sign, value = text.partition("=")
    key, value = key.strip(), value.strip()
    if not sign or "." not in key or not all(key.split(".")) or not value or "\n" in text:
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
    path = dotted.split(".")
    if path[0] == "sweep" and len(path) > 1:  # the name of a swept setting is dotted itself
        path = ["sweep", ".".join(path[1:])]
    if path[0] == "arms" and len(path) > 3:  # an arm's name may contain dots, its field does not
        path = ["arms", ".".join(path[1:-1]), path[-1]]
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


def check_path(key: str, value: Any, text: str) -> None:
    r"""Check that no ``\`` in double quotes has changed a path."""
    message = mangled(key, value, text) if isinstance(value, str) else ""
    if message:
        raise SettingsError(message)
