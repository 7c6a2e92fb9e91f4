"""Schema: what an experiment file may say, as JSON Schema, so that an editor completes names and marks mistakes."""

from __future__ import annotations

import json
from typing import Any

from learnsim.files import digest_of
from learnsim.settings.arms import PRESETS
from learnsim.settings.experiment import Model
from learnsim.settings.readers import models
from learnsim.settings.settings import Settings
from learnsim.settings.sweep import tables
from learnsim.settings.traits import TRAITS

DRAFT = "https://json-schema.org/draft/2020-12/schema"
SCHEMA_FILE = "learnsim.schema.json"  # that `learnsim init` writes beside an experiment
FIRST_LINE = f"#:schema {SCHEMA_FILE}"  # by which editors find it (Taplo, Even Better TOML)


def schema() -> dict[str, Any]:
    """Return the JSON Schema of an experiment file, from the declarations of the settings.

    Each setting has its meaning, unit, range and default, and so have the values of a sweep; unknown tables and keys are
    mistakes. An arm that is not called as a preset must name one. The fields of an arm are those of a training model,
    unless ``[model] kind`` names a model of the user's own: then they are its parameters. What settings require of each
    other only learnsim checks.

    Examples
    --------
    >>> from learnsim.settings.schema import schema
    >>> schema()["$defs"]["Organisation"]["properties"]["cell_size"]["minimum"]
    1
    """
    own = [name for name, model in models().items() if model.own_parameters]  # also registers the models
    made = _without_titles(Settings.model_json_schema())
    properties = made["properties"]
    of_kind = Model.model_fields["kind"].description  # names the models there are now
    made["$defs"]["Model"]["properties"]["kind"]["description"] = of_kind
    arm = properties["arms"].pop("additionalProperties")
    properties["arms"]["additionalProperties"] = {"type": "object"}
    fields = [f"{table}.{key}" for table, declared in tables().items() for key in declared.model_fields]
    others = [r"(shocks|arms)\..+", r"parameters\.\w+", r"people\.\w+\.\w+"]
    properties["sweep"]["propertyNames"] = {"anyOf": [{"enum": sorted(fields)}, {"pattern": f"^({'|'.join(others)})$"}]}
    properties["sweep"]["properties"] = _swept_tables(made, fields)
    properties["sweep"]["patternProperties"] = _swept_parts(made)
    for table in ("ArmTable", "PhaseTable"):
        made["$defs"][table]["properties"]["preset"]["anyOf"][0]["enum"] = list(PRESETS)
    arms = {"properties": dict.fromkeys(PRESETS, arm), "additionalProperties": {"allOf": [arm, {"required": ["preset"]}]}}
    kind = {"properties": {"kind": {"enum": own}}, "required": ["kind"]}
    return {
        "$schema": DRAFT,
        "title": "an experiment of learnsim",
        **made,
        "if": {"properties": {"model": kind}, "required": ["model"]},
        "else": {"properties": {"arms": arms, "sweep": {"patternProperties": _swept_arms(made)}}},
    }


def schema_text() -> str:
    """Return the schema as the text of a file; a comment in it says that learnsim wrote it."""
    there = schema()
    return json.dumps({"$comment": _comment(there), **there}, indent=1, ensure_ascii=False) + "\n"


def is_ours(text: str) -> bool:
    """Whether learnsim, of any version, wrote a schema file, and nobody has changed it since."""
    try:
        there = json.loads(text)
        return bool(there.pop("$comment") == _comment(there))
    except (ValueError, KeyError, AttributeError, TypeError, RecursionError):
        return False


def _comment(there: dict[str, Any]) -> str:
    """Return what a schema file says of its origin: a hash shows whether it was changed afterwards."""
    return f"written by learnsim: {digest_of(json.dumps(there, sort_keys=True).encode())}"


def _swept(*declared: str) -> dict[str, Any]:
    """Return what a sweep of a setting may say, by where it can be declared: a list of its values, or a range."""
    places = [{"$ref": f"#/$defs/{place}"} for place in declared]
    return {"anyOf": [{"type": "array", "items": {"anyOf": places}}, {"$ref": "#/$defs/Span"}]}


def _swept_tables(made: dict[str, Any], fields: list[str]) -> dict[str, Any]:
    """Return what a sweep may say of each setting of a table, by its dotted name."""
    classes = {table: declared.get("$ref", "").rpartition("/")[2] for table, declared in made["properties"].items()}
    pairs = [(name, *name.split(".")) for name in sorted(fields)]
    return {name: _swept(f"{classes[table]}/properties/{key}") for name, table, key in pairs}


def _swept_parts(made: dict[str, Any]) -> dict[str, Any]:
    """Return what a sweep may say of one number of a trait's distribution, and of a field of a shock, by pattern."""
    traits: dict[str, list[str]] = {}
    for trait in TRAITS.values():
        for key in trait.model_fields:
            traits.setdefault(key, []).append(f"{trait.__name__}/properties/{key}")
    shocks = {rf"^shocks\.\d+\.{key}$": _swept(f"Shock/properties/{key}") for key in made["$defs"]["Shock"]["properties"]}
    return {**{rf"^people\.\w+\.{key}$": _swept(*places) for key, places in traits.items()}, **shocks}


def _swept_arms(made: dict[str, Any]) -> dict[str, Any]:
    """Return what a sweep may say of a field of an arm, or of one of its phases, by pattern."""
    fields = {key: table for table in ("PhaseTable", "ArmTable") for key in made["$defs"][table]["properties"]}
    return {rf"^arms\..+\.{key}$": _swept(f"{table}/properties/{key}") for key, table in fields.items() if key != "phases"}


def _without_titles(value: Any) -> Any:
    """Return a schema without the titles that only repeat the names of settings, and with units in the descriptions."""
    if isinstance(value, list):
        return [_without_titles(part) for part in value]
    if not isinstance(value, dict):
        return value
    plain = {key: _without_titles(part) for key, part in value.items() if key != "title" or not isinstance(part, str)}
    for key in ("unit", "source", "example", "usual"):  # of a declaration
        if "description" in plain and not isinstance(plain.get(key), dict):
            said = plain.pop(key, None)
            if key == "unit" and said:
                plain["description"] += f" [{said}]"
    return plain
