"""Messages: pydantic's errors about settings, as sentences for the user.
What is allowed is read from the declaration that is checked.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any, get_args

from annotated_types import Ge, Gt, Le, Lt
from pydantic import BaseModel, ValidationError
from pydantic.fields import FieldInfo

from learnsim.errors import did_you_mean
from learnsim.errors import listed as listed
from learnsim.errors import shown as shown
from learnsim.settings.traits import TRAITS

TRAIT_EXAMPLE = 'write for example {distribution = "beta", mean = 0.5, sd = 0.2}'
KINDS = {  # pydantic's word for the mistake, and what is expected
    "int": "should be an integer (a whole number)",
    "float": "should be a number",
    "finite": "should be a finite number",
    "bool": "should be a boolean: true or false",
    "string": "should be text in quotes",
    "list": "should be a list",
    "dict": "should be a table",
    "model": "should be a table",
}


def needs_quotes(name: str, value: Any) -> ValueError:
    """Return the error of a dotted name without quotes, which TOML reads as tables in tables."""
    while isinstance(value, dict) and value and any(isinstance(part, (dict, list)) for part in value.values()):
        key = next(iter(value))
        name, value = f"{name}.{key}", value[key]
    text = shown(value)
    if isinstance(value, dict):
        parts = [f"{key} = {json.dumps(part) if isinstance(part, str) else shown(part)}" for key, part in value.items()]
        text = f"{{{listed(parts)}}}"
    return ValueError(f'{name}: a dotted name needs quotes; write "{name}" = {text}')


def sentence(error: ValidationError, tree: dict[str, Any], root: type[BaseModel]) -> str:
    """Return the first of pydantic's errors: table, key, value, what is allowed and what was probably meant.

    Parameters
    ----------
    error : ValidationError
    tree : dict
        The settings that were checked.
    root : type
        The class with all tables as fields.
    """
    first = min(error.errors(), key=lambda e: (e["type"] != "extra_forbidden", len(e["loc"])))
    message = first["msg"].removeprefix("Value error, ")
    path = [str(part) for part in first["loc"]]
    if len(path) > 2 and path[0] == "people" and path[2] in TRAITS:
        known_trait: type[BaseModel] | None = TRAITS[path.pop(2)]
    else:
        known_trait = None
    if not path:
        return message
    where = f"[{path[0]}]" if len(path) > 1 or isinstance(tree.get(path[0]), dict) else ""
    if path[0] == "sweep" and len(path) > 1:  # the name of a swept setting is dotted itself
        path = ["sweep", ".".join(path[1:])]
    if path[0] == "sweep" and path[-1] == "Span":
        path.pop()
    if path[0] == "arms" and len(path) > 2:
        where = f"[arms.{path[1]}]"
        path = path[1:]
    key = ".".join(path[1:]) if len(path) > 1 else ("" if where else path[0])
    subject = f"{where} {key}".strip()
    fields = known_trait.model_fields if known_trait else _fields(path, where, root)
    if first["type"] == "extra_forbidden":
        kind = "a table" if len(first["loc"]) == 1 else "a setting"
        return f"{subject} is not {kind}{did_you_mean(path[-1], fields)}"
    if first["type"] == "missing":
        return f"{subject} is missing"
    if first["type"] == "union_tag_not_found":
        return f"{subject} has no distribution ({', '.join(TRAITS)}); {TRAIT_EXAMPLE}"
    value = first["input"]
    if first["type"] == "value_error":
        if isinstance(value, (dict, BaseModel)):
            return f"{subject} {message}".strip()
        return f"{subject} = {shown(value)} {message}"
    if first["type"] in ("literal_error", "union_tag_invalid") and isinstance(value, (str, dict)):
        expected = first.get("ctx", {})
        names = str(expected.get("expected", expected.get("expected_tags", ""))).replace("'", "")
        word = value if isinstance(value, str) else str(value.get("distribution"))
        options = [name.strip() for name in names.replace(" or ", ",").split(",") if name.strip()]
        hint = did_you_mean(word, options)
        return f"{subject} = {shown(word)} must be one of {', '.join(options)}" + hint * ("did you mean" in hint)
    declared = next((fields[part] for part in reversed(path) if part in fields), None)
    return f"{subject} = {shown(value)} {_allowed(first['type'], message, declared, path)}"


def _allowed(kind: str, message: str, declared: Any, path: list[str]) -> str:
    """Return what is allowed."""
    if kind == "string_pattern_mismatch":
        return "must be letters, digits, _ . and -, beginning with a letter or digit"
    if kind.startswith(("greater_than", "less_than")):
        return allowed_range(declared)
    if kind in ("too_short", "too_long"):
        people = "must be a list of two people or more, by their ids"
        return people if path[0] == "plan" else "must be two numbers: [low, high]"
    known = KINDS.get(kind.split("_")[0], "")
    if known == "should be a table" and path[0] == "people":
        return f"{known}; {TRAIT_EXAMPLE}"
    if not known or kind.startswith("string_too"):
        return (message[0].lower() + message[1:]).removeprefix("input ")
    return known


def allowed_range(declared: Any) -> str:
    """Return the whole range that a declaration allows, with both ends if there are two."""
    low = high = ""
    for limit in _limits(declared):
        if isinstance(limit, Ge):
            low = f"{_number(limit.ge)} or more"
        elif isinstance(limit, Gt):
            low = f"above {_number(limit.gt)}"
        elif isinstance(limit, Le):
            high = f"at most {_number(limit.le)}"
        elif isinstance(limit, Lt):
            high = f"below {_number(limit.lt)}"
    if low.endswith(" or more") and high.startswith("at most "):
        return f"must be from {low.removesuffix(' or more')} to {high.removeprefix('at most ')}"
    return f"must be {' and '.join(filter(None, (low, high)))}"


def _number(value: Any) -> str:
    return str(int(value)) if value == int(value) else str(value)


def _limits(declared: Any) -> Iterator[Any]:
    """All limits in a declaration, also those of the members of a list."""
    if isinstance(declared, FieldInfo):
        yield from declared.metadata
        yield from _limits(declared.annotation)
    elif isinstance(declared, (Ge, Gt, Le, Lt)):
        yield declared
    for part in (*get_args(declared), *getattr(declared, "__metadata__", ())):
        yield from _limits(part)


def _fields(path: list[str], where: str, root: type[BaseModel]) -> dict[str, Any]:
    """Return what is allowed at this place: name to declaration."""
    if where.startswith("[arms."):
        _, arm = get_args(root.model_fields["arms"].annotation)
        return dict(arm.model_fields)
    if len(path) == 1:
        return dict(root.model_fields)
    table: type[BaseModel] | None = root
    for part in path[:-1]:
        field = table.model_fields.get(part) if table else None
        table = (_table_in(field.annotation) or table) if field else table
    return dict(table.model_fields) if table and table is not root else {}


def _table_in(annotation: Any) -> type[BaseModel] | None:
    """Return the table that a field is, or that is one of several in it."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    return next((table for part in get_args(annotation) if (table := _table_in(part))), None)
