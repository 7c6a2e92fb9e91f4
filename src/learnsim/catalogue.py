"""Catalogue: everything that has a name in an experiment file, with one line each.
Knows presets, policies and measures; each line is read from where the thing is declared.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any

from learnsim.grouping import OFFICERS, SHUFFLES
from learnsim.grouping.communities import FORMATIONS
from learnsim.settings.arms import PRESETS
from learnsim.training.measures import RUN_MEASURES, SESSION_MEASURES


def catalogue() -> dict[str, dict[str, str]]:
    """Return heading to name to meaning."""
    return {
        "presets (preset = ...)": {name: meaning for name, (meaning, _) in PRESETS.items()},
        "shuffle policies (shuffle = ...)": {name: _first_line(policy) for name, policy in SHUFFLES.items()},
        "officer policies (officer = ...)": {name: _first_line(policy) for name, policy in OFFICERS.items()},
        "formations (formation = ...)": dict(FORMATIONS),
        "measures of a session": {name: f"{meaning} [{unit}]" for name, (meaning, unit) in SESSION_MEASURES.items()},
        "measures of a run": {name: f"{meaning} [{unit}]" for name, (meaning, unit) in RUN_MEASURES.items()},
    }


def _first_line(function: Callable[..., Any]) -> str:
    text = inspect.getdoc(function) or "(no docstring)"
    return " ".join(text.split("\n\n")[0].split())
