"""Catalogue: everything that has a name in an experiment file, with one line each.
Each line is read from where the thing is declared.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any

from learnsim.grouping import OFFICERS, SHUFFLES
from learnsim.grouping.communities import FORMATIONS
from learnsim.models.info import Meanings
from learnsim.models.registry import MODELS
from learnsim.settings.arms import PRESETS
from learnsim.settings.load import read_tree
from learnsim.settings.shipped import shipped


def catalogue() -> dict[str, dict[str, str]]:
    """Return heading to name to meaning."""
    return {
        "experiments that come with learnsim (learnsim run NAME)": {
            name: read_tree(file)["experiment"].get("question", "(no question)") for name, file in shipped().items()
        },
        "models ([model] kind = ...)": {name: kind.meaning for name, kind in MODELS.items()},
        "presets (preset = ...)": {name: meaning for name, (meaning, _) in PRESETS.items()},
        "shuffle policies (shuffle = ...)": {name: _first_line(policy) for name, policy in SHUFFLES.items()},
        "officer policies (officer = ...)": {name: _first_line(policy) for name, policy in OFFICERS.items()},
        "formations (formation = ...)": dict(FORMATIONS),
        **{heading: entries for kind in MODELS.values() for heading, entries in kind.listed().items()},
        **{
            f"measures of a {kind.clock}, kind = {name}": _with_units(kind.all_session_measures)
            for name, kind in MODELS.items()
            if kind.session_measures
        },
        **{
            f"measures of a run, kind = {name}": _with_units(kind.all_run_measures)
            for name, kind in MODELS.items()
            if kind.run_measures
        },
        **{
            f"measures that compare arms, kind = {name}": _with_units(kind.relative_measures)
            for name, kind in MODELS.items()
            if kind.relative
        },
    }


def _with_units(measures: Meanings) -> dict[str, str]:
    return {name: f"{meaning} [{unit}]" for name, (meaning, unit) in measures.items()}


def _first_line(function: Callable[..., Any]) -> str:
    text = inspect.getdoc(function) or "(no docstring)"
    return " ".join(text.split("\n\n")[0].split())
