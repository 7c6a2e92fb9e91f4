"""Write: settings as a TOML file, each key with the meaning and unit of its declaration.
Used for the starter file and for the settings in a results folder.
"""

from __future__ import annotations

import json
from typing import Any

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from learnsim.settings.arms import ParameterArm
from learnsim.settings.plan import Plan
from learnsim.settings.readers import reads, reads_of_arms
from learnsim.settings.settings import Settings

WIDTH = 44


def toml_value(value: Any) -> str:
    """Return a plain value as TOML."""
    if isinstance(value, BaseModel):
        value = value.model_dump(exclude_none=True)
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")  # must be escaped in TOML, but not in JSON
    if isinstance(value, (int, float)):
        return repr(value)
    if isinstance(value, dict):
        return "{" + ", ".join(f"{_key(key)} = {toml_value(part)}" for key, part in value.items()) + "}"
    return "[" + ", ".join(toml_value(part) for part in value) + "]"


def toml_of(settings: Settings) -> str:
    """Return a complete experiment file with these settings, and with complete arms."""
    parts, kind = [], settings.model.kind
    for table in Settings.model_fields:
        if table in ("sweep", "arms", "shocks") or not reads(kind, table):
            continue
        if table == "fit" or (table == "plan" and settings.plan == Plan()):
            continue  # only a course that is planned has a plan, and results do not hang on a fit
        there = getattr(settings, table)
        if isinstance(there, BaseModel):
            parts.append(_table(table, there, settings))
        elif there:
            lines = "\n".join(f"{_key(key)} = {toml_value(value)}" for key, value in there.items())
            parts.append(f"[{table}]  # {Settings.model_fields[table].description}\n{lines}\n")
    parts += [_listed("shocks", shock) for shock in settings.shocks]
    if settings.sweep:
        lines = "\n".join(f"{_key(key)} = {toml_value(values)}" for key, values in settings.sweep.items())
        parts.append(f"[sweep]  # each combination with every arm\n{lines}\n")
    for name in settings.arms:
        fields = fields_of(settings, name)
        lines = "\n".join(f"{_key(key)} = {toml_value(value)}" for key, value in fields.items() if key != "phases")
        parts.append(f"[arms.{_key(name)}]\n{lines}\n")
        parts += [_listed(f"arms.{_key(name)}.phases", phase) for phase in settings.arms[name].phases or []]
    return "\n".join(parts)


def fields_of(settings: Settings, arm: str) -> dict[str, Any]:
    """Return the fields of a complete arm that the model reads; its phases, and parameters, as the file gives them."""
    table = settings.arms.get(arm)
    if isinstance(table, ParameterArm):
        return dict(table.parameters)
    fields = settings.arm(arm)._asdict()
    there = settings.arms[arm].phases if arm in settings.arms else None
    fields["phases"] = [phase.model_dump(exclude_none=True) for phase in there or []]
    return {key: value for key, value in fields.items() if reads_of_arms(settings.model.kind, key)}


def _listed(name: str, table: BaseModel) -> str:
    """Return one of several tables of a name: a shock, or a phase of an arm."""
    values = table.model_dump(exclude_none=True)
    lines = (f"{key} = {toml_value(value)}" for key, value in values.items())
    return f"[[{name}]]\n" + "\n".join(lines) + "\n"


def _table(name: str, table: BaseModel, settings: Settings) -> str:
    about = Settings.model_fields[name].description
    lines = [f"[{name}]  # {about}"]
    for key, declared in type(table).model_fields.items():
        if not reads(settings.model.kind, name, key):
            continue
        value = getattr(table, key)
        extra = _extra(declared)
        if key == "replicates" and getattr(table, "precision", None) is not None:
            continue  # one replaces the other
        if key in ("trainees", "communities") and settings.organisation.roster and key not in table.model_fields_set:
            continue  # the roster may determine the number
        if key == "baseline":
            value = settings.baseline()
            if value not in settings.arms:
                continue
        line = f"{key} = {toml_value(value)}" if value is not None else ""
        if extra["example"] and value in ("", None, [], {}):
            line = f"# {extra['example']}"
        lines.append(f"{line.ljust(WIDTH)}  # {_meaning(declared)}")
    return "\n".join(lines) + "\n"


def _meaning(declared: FieldInfo) -> str:
    extra = _extra(declared)
    unit = f" [{extra['unit']}]" if extra["unit"] else ""
    return f"{declared.description}{unit}"


def _extra(declared: FieldInfo) -> dict[str, str]:
    extra = declared.json_schema_extra
    return dict(extra) if isinstance(extra, dict) else {}  # type: ignore[arg-type]


def _key(name: str) -> str:
    return name if name and all(c.isascii() and (c.isalnum() or c in "-_") for c in name) else toml_value(name)
