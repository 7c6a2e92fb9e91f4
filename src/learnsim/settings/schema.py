"""Schema: what an experiment file may say, as JSON Schema, so that an editor completes names and marks mistakes."""

from __future__ import annotations

import json
from typing import Any

from learnsim.settings.experiment import Model
from learnsim.settings.readers import models
from learnsim.settings.settings import Settings
from learnsim.settings.sweep import tables

DRAFT = "https://json-schema.org/draft/2020-12/schema"
SCHEMA_FILE = "learnsim.schema.json"  # that `learnsim init` writes beside an experiment
FIRST_LINE = f"#:schema {SCHEMA_FILE}"  # by which editors find it (Taplo, Even Better TOML)


def schema() -> dict[str, Any]:
    """Return the JSON Schema of an experiment file, from the declarations of the settings.

    Each setting has its meaning, unit, range and default; unknown tables and keys are mistakes. The fields of an arm are
    those of a training model, unless ``[model] kind`` names a model of the user's own: then they are its parameters. What
    settings require of each other only learnsim checks.

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
    kind = {"properties": {"kind": {"enum": own}}, "required": ["kind"]}
    return {
        "$schema": DRAFT,
        "title": "an experiment of learnsim",
        **made,
        "if": {"properties": {"model": kind}, "required": ["model"]},
        "else": {"properties": {"arms": {"additionalProperties": arm}}},
    }


def schema_text() -> str:
    """Return the schema as the text of a file."""
    return json.dumps(schema(), indent=1, ensure_ascii=False) + "\n"


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
