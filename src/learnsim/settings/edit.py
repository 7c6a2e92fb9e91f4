"""Edit: one setting after another changed in a tree of tables, and an assignment of the command line read."""

from __future__ import annotations

import tomllib
from typing import Any

from pydantic import BaseModel

from learnsim.errors import SettingsError, did_you_mean
from learnsim.settings.backslashes import cure_of, mangled
from learnsim.settings.traits import TRAITS, Trait

Tree = dict[str, Any]
COMPANIONS = (("organisation", "roster"), ("experiment", "policies"), ("experiment", "targets"))  # files that a file names


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


def put(tree: Tree, dotted: str, value: Any, root: type[BaseModel], *, place: str = "settings") -> None:
    """Set one dotted setting in a tree; a part of a trait keeps the trait's other parts.

    Parameters
    ----------
    tree : dict
        Tables by name, as a file gives them.
    dotted : str
        For example ``"people.learning_speed.sd"``.
    value
    root : type
        The class of all tables, whose fields are what there is.
    place : str
        Where the value comes from, for errors.

    Raises
    ------
    SettingsError
        If a table on the way is unknown, or is one value.
    """
    path = dotted.split(".")
    if path[0] == "sweep" and len(path) > 1:  # what is swept is a dotted name itself
        path = ["sweep", ".".join(path[1:])]
    if path[0] == "arms" and len(path) > 3:  # an arm's name may hold dots, its field does not
        path = ["arms", ".".join(path[1:-1]), path[-1]]
    known: Any = root
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


def check_path(key: str, value: Any, text: str) -> None:
    r"""See that a path was not mangled by a ``\`` in double quotes."""
    told = mangled(key, value, text) if isinstance(value, str) else ""
    if told:
        raise SettingsError(told)
