"""Sweep: which settings can be swept, over which values, and how many points result.
The values themselves are checked when a point is made.
"""

from __future__ import annotations

import math
from typing import Any

from learnsim.errors import did_you_mean
from learnsim.settings.arms import ArmTable, PhaseTable
from learnsim.settings.declare import Table
from learnsim.settings.edit import listed_table, path_of
from learnsim.settings.experiment import Organisation
from learnsim.settings.messages import shown
from learnsim.settings.readers import arm_readers, model_tables, models, readers, reads
from learnsim.settings.sampling import LISTED, Sampling, Span
from learnsim.settings.shocks import Shock
from learnsim.settings.traits import TRAITS

MOST_POINTS = 1_000_000


def tables() -> dict[str, type[Table]]:
    """Return the tables whose settings can be swept."""
    return {"organisation": Organisation, **model_tables()}


def check_sweep(swept: dict[str, list[Any] | Span], design: Sampling, arms: dict[str, ArmTable], model: str) -> None:
    """Check that all swept names are settings of the model, that their values differ, and the number of points.

    Raises
    ------
    ValueError
        With the first mistake.
    """
    kind = design.kind
    for key, values in swept.items():
        if isinstance(values, Span):
            if kind in LISTED:
                raise ValueError(
                    f"[sweep] {key} is a range, but a {kind} needs lists; write a list of values, "
                    'or use [design] kind = "sobol" or "latin-hypercube"'
                )
        elif not values:
            raise ValueError(f"[sweep] {key} = [] has no values to sweep over")
        elif kind != "zip":
            _check_different(key, values)
    lengths = {key: len(values) for key, values in swept.items() if isinstance(values, list)}
    if kind == "zip" and len(set(lengths.values())) > 1:
        each = ", ".join(f"{key} has {length}" for key, length in lengths.items())
        raise ValueError(f"[sweep] a zip needs lists of equal length, but {each}")
    if not swept and kind != "grid":
        raise ValueError(f"[design] kind = {kind!r} has nothing to sweep; name settings under [sweep]")
    for key in swept:
        if models()[model].own_parameters or (key.startswith("parameters.") and reads(model, "parameters")):
            _check_parameter(key, arms)
        else:
            _check_name(key, arms)
            _check_read(key, model)
        over = next((other for other in swept if key.startswith(f"{other}.")), None)
        if over:
            raise ValueError(f"[sweep] {key} is a part of {over}, which is swept too; sweep only one of them")
    _check_count(design, list(lengths.values()), len(swept))


def _check_different(name: str, values: list[Any]) -> None:
    seen = set()
    for value in values:
        known = value if isinstance(value, (int, float, str)) else repr(value)
        if known in seen:
            raise ValueError(f"[sweep] {name} = {shown(values)} has {shown(value)} twice")
        seen.add(known)


def _check_parameter(name: str, arms: dict[str, ArmTable]) -> None:
    """Check that what is swept is a parameter of a model of the user's own; whether it has it is checked with the class."""
    path = path_of(name)
    if path[0] == "arms" and len(path) == 3 and path[1] not in arms:
        raise ValueError(f"[sweep] {name}: {path[1]!r} is not an arm of this file{did_you_mean(path[1], arms)}")
    if (path[0], len(path)) not in (("parameters", 2), ("arms", 3)):
        raise ValueError(f"[sweep] {name} is not a parameter; write for example \"parameters.density\", in quotes")


def _check_name(name: str, arms: dict[str, ArmTable]) -> None:
    table, _, rest = name.partition(".")
    files = ("organisation.roster", "organisation.plan")
    if table in ("experiment", "model", "roster", "plan", "fit", "design", "sweep") or name in files:
        raise ValueError(f"[sweep] {name} cannot be swept; write an experiment file for each value")
    if table == "shocks" or listed_table(name):
        _check_listed(name, arms)
        return
    if table == "arms":
        arm, _, key = rest.rpartition(".")
        if not arm:
            raise ValueError(f"[sweep] {name} is a whole table; sweep one field, for example arms.hybrid.council")
        if arm not in arms:
            raise ValueError(f"[sweep] {name}: {arm!r} is not an arm of this file{did_you_mean(arm, arms)}")
        if key not in ArmTable.model_fields:
            raise ValueError(f"[sweep] {name} is not a setting{did_you_mean(key, ArmTable.model_fields)}")
        return
    if table not in tables():
        everything = [f"{t}.{key}" for t, fields in tables().items() for key in fields.model_fields]
        same = [full for full in everything if full.endswith(f".{name}")]
        hint = f"; did you mean {same[0]}?" if same else did_you_mean(table, [*tables(), "arms"])
        raise ValueError(f"[sweep] {name} is not a setting{hint}")
    fields = tables()[table].model_fields
    if not rest:
        key = next(iter(fields))
        raise ValueError(f"[sweep] {name} is a whole table; sweep one setting, for example {table}.{key}")
    key, _, part = rest.partition(".")
    if key not in fields:
        raise ValueError(f"[sweep] {name} is not a setting{did_you_mean(key, fields)}")
    parts = {each for trait in TRAITS.values() for each in trait.model_fields if each != "distribution"}
    if part and not (table == "people" and key in ("learning_speed", "sociability", "helpfulness")):
        raise ValueError(f"[sweep] {name}: {table}.{key} is one value")
    if part and part not in parts:
        raise ValueError(f"[sweep] {name} is not a setting{did_you_mean(part, parts)}")


def _check_listed(name: str, arms: dict[str, ArmTable]) -> None:
    """Check the name of a setting of a shock or a phase; its number is checked where a point is made."""
    path = path_of(name)
    fields = Shock.model_fields if path[0] == "shocks" else PhaseTable.model_fields
    key = next(iter(fields))
    if path[0] == "shocks" and (len(path) != 3 or not path[1].isdecimal()):
        raise ValueError(f"[sweep] {name}: name one setting of one shock, counted from 0, for example shocks.0.{key}")
    if path[0] == "arms" and path[1] not in arms:
        raise ValueError(f"[sweep] {name}: {path[1]!r} is not an arm of this file{did_you_mean(path[1], arms)}")
    if path[-1] not in fields:
        raise ValueError(f"[sweep] {name} is not a setting{did_you_mean(path[-1], fields)}")


def _check_read(name: str, model: str) -> None:
    """Check that the model reads a swept setting."""
    table, key = name.split(".")[0], name.split(".")[-1 if name.startswith("arms.") else 1]
    key = "phases" if table == "arms" and listed_table(name) else key
    kinds = arm_readers(key) if table == "arms" else readers(table, key)
    if model not in kinds:
        names = " or ".join(map(repr, kinds))
        raise ValueError(f"[sweep] {name} is not a setting of [model] kind = {model!r}; it belongs to kind = {names}")


def is_setting(name: str) -> bool:
    """Whether a dotted name is a setting of any model, or a field of an arm."""
    table, _, rest = name.partition(".")
    if table == "parameters":
        return rest.isidentifier()
    if listed_table(name):
        return path_of(name)[-1] in (Shock if table == "shocks" else PhaseTable).model_fields
    if table == "arms":
        return rest.rpartition(".")[2] in ArmTable.model_fields
    return table in tables() and rest.partition(".")[0] in tables()[table].model_fields


def _check_count(design: Sampling, lengths: list[int], width: int) -> None:
    """Check the number of points before any is made."""
    counts = {
        "grid": math.prod(lengths),
        "zip": max(lengths, default=1),
        "saltelli": design.points * (width + 2),
        "morris": design.points * (width + 1),
    }
    count = counts.get(design.kind, design.points)
    if count > MOST_POINTS:
        product = " x ".join(map(str, lengths)) + " = " if design.kind == "grid" and width > 1 else ""
        raise ValueError(
            f"[sweep] makes {product}{count:,} points, and at most {MOST_POINTS:,} are allowed; use fewer values, "
            'or [design] kind = "sobol" or "latin-hypercube" with fewer points'
        )
