"""Starter: the commented experiment file that ``learnsim init`` writes.
Knows how settings are written as TOML; every comment comes from the one declaration.
"""

from __future__ import annotations

import re

from learnsim.settings.arms import PRESETS, ArmTable
from learnsim.settings.load import validate
from learnsim.settings.write import toml_of


def starter(name: str) -> str:
    """Return a runnable experiment file of this name, all defaults written out."""
    safe = re.sub(r"[^A-Za-z0-9_.-]", "-", name).lstrip("_.-")[:100] or "experiment"
    arms: dict[str, dict[str, str]] = {"flat-lecture": {}, "isolated-cells": {}, "hybrid": {}}
    text = toml_of(validate({"experiment": {"name": safe, "replicates": 20}, "arms": arms}, "starter"))
    text = text[: text.index("[arms.")]
    lines = [
        "# Question: which way of training spreads knowledge best, and for whom?",
        "# Expected:",
        "#",
        "# Write down what you expect before you run it: the report shows the question and the expectation.",
        "",
        text,
        "# [sweep]                                      # any dotted setting, crossed with the arms; [design] says how",
        '# "organisation.cell_size" = [3, 6, 12]        # a list of values',
        '# "people.helpfulness.mean" = {low = 0.3, high = 0.9}   # or a range, where the design draws points',
        "",
        "# An arm is a preset with any field overridden:",
        *(f"#   {preset.ljust(16)} {meaning}" for preset, (meaning, _) in PRESETS.items()),
        "# Fields:",
        *(f"#   {key.ljust(16)} {field.description}" for key, field in ArmTable.model_fields.items()),
    ]
    for arm in arms:
        lines += ["", f"[arms.{arm}]", f'preset = "{arm}"']
    return "\n".join(lines) + "\n"
