"""Starter: the commented experiment file that ``learnsim init`` writes.
Knows how settings are written as TOML; every comment comes from the one declaration.
"""

from __future__ import annotations

import re

from learnsim.settings.arms import PRESETS, ArmTable
from learnsim.settings.kinds import OF_ARMS
from learnsim.settings.load import validate
from learnsim.settings.write import toml_of

QUESTIONS = {
    "training": "which way of training spreads knowledge best, and for whom?",
    "beliefs": "which organization finds out most about a reality that nobody knows?",
    "search": "which organization finds the best solution of a rugged problem?",
}
SWEPT = {
    "training": (
        '# "organisation.cell_size" = [3, 6, 12]        # a list of values',
        '# "people.helpfulness.mean" = {low = 0.3, high = 0.9}   # or a range, where the design draws points',
    ),
    "beliefs": (
        '# "beliefs.interdependence" = [1, 2, 5]        # a list of values',
        '# "beliefs.adoption" = {low = 0.1, high = 0.9}          # or a range, where the design draws points',
    ),
    "search": (
        '# "search.interactions" = [0, 5, 10]           # a list of values',
        '# "organisation.cell_size" = {low = 2, high = 20}       # or a range, where the design draws points',
    ),
}


def starter(name: str, kind: str = "training") -> str:
    """Return a runnable experiment file of this name, all defaults of this model written out."""
    safe = re.sub(r"[^A-Za-z0-9_.-]", "-", name).lstrip("_.-")[:100] or "experiment"
    arms: dict[str, dict[str, str]] = {"flat-lecture": {}, "isolated-cells": {}, "hybrid": {}}
    tree = {"experiment": {"name": safe, "replicates": 20}, "model": {"kind": kind}, "arms": arms}
    text = toml_of(validate(tree, "starter"))
    text = text[: text.index("[arms.")]
    fields = {key: field for key, field in ArmTable.model_fields.items() if kind in OF_ARMS.get(key, (kind,))}
    lines = [
        f"# Question: {QUESTIONS[kind]}",
        "# Expected:",
        "#",
        "# Write down what you expect before you run it: the report shows the question and the expectation.",
        "",
        text,
        "# [sweep]                                      # any dotted setting, crossed with the arms; [design] says how",
        *SWEPT[kind],
        "",
        "# An arm is a preset with any field overridden:",
        *(f"#   {preset.ljust(16)} {meaning}" for preset, (meaning, _) in PRESETS.items()),
        "# Fields:",
        *(f"#   {key.ljust(16)} {field.description}" for key, field in fields.items()),
    ]
    for arm in arms:
        lines += ["", f"[arms.{arm}]", f'preset = "{arm}"']
    return "\n".join(lines) + "\n"
