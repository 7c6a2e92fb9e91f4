"""learnsim: agent-based simulation of organizational learning.

Communities of practice, knowledge-management cells, learning officers and shuffles, against the lecture.
Nothing heavy is imported before it is used.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from learnsim.api import run
    from learnsim.errors import LearnsimError, ResultsError, SettingsError
    from learnsim.fit_command import fit
    from learnsim.fitting.fitted import Fitted
    from learnsim.grouping import Group, officer_policy, shuffle_policy
    from learnsim.grouping.own_measures import measure
    from learnsim.models.beliefs.model import BeliefsModel
    from learnsim.models.own.agents import Cell, Person
    from learnsim.models.own.model import OrganisationModel
    from learnsim.models.record import Record
    from learnsim.models.search.model import SearchModel
    from learnsim.models.training.model import TrainingModel
    from learnsim.plan_command import plan
    from learnsim.plans.plan import Plan
    from learnsim.settings import Settings, load
    from learnsim.settings.declare import setting
    from learnsim.sharding import merge
    from learnsim.study import Experiment, experiment
    from learnsim.study_results import ExperimentResults, open  # noqa: A004 - as there

__version__ = "0.1.0"

__all__ = [
    "BeliefsModel",
    "Cell",
    "Experiment",
    "ExperimentResults",
    "Fitted",
    "Group",
    "LearnsimError",
    "OrganisationModel",
    "Person",
    "Plan",
    "Record",
    "ResultsError",
    "SearchModel",
    "Settings",
    "SettingsError",
    "TrainingModel",
    "experiment",
    "fit",
    "load",
    "measure",
    "merge",
    "officer_policy",
    "open",
    "plan",
    "run",
    "setting",
    "shuffle_policy",
]

_MODULES = {
    "BeliefsModel": "learnsim.models.beliefs.model",
    "Cell": "learnsim.models.own.agents",
    "Experiment": "learnsim.study",
    "ExperimentResults": "learnsim.study_results",
    "Fitted": "learnsim.fitting.fitted",
    "Group": "learnsim.grouping",
    "LearnsimError": "learnsim.errors",
    "OrganisationModel": "learnsim.models.own.model",
    "Person": "learnsim.models.own.agents",
    "Plan": "learnsim.plans.plan",
    "Record": "learnsim.models.record",
    "ResultsError": "learnsim.errors",
    "SearchModel": "learnsim.models.search.model",
    "Settings": "learnsim.settings",
    "SettingsError": "learnsim.errors",
    "TrainingModel": "learnsim.models.training.model",
    "experiment": "learnsim.study",
    "fit": "learnsim.fit_command",
    "load": "learnsim.settings",
    "measure": "learnsim.grouping.own_measures",
    "merge": "learnsim.sharding",
    "officer_policy": "learnsim.grouping",
    "open": "learnsim.study_results",
    "plan": "learnsim.plan_command",
    "run": "learnsim.api",
    "setting": "learnsim.settings.declare",
    "shuffle_policy": "learnsim.grouping",
}


def __getattr__(name: str) -> Any:
    if name not in _MODULES:
        raise AttributeError(f"module 'learnsim' has no attribute {name!r}")
    return getattr(import_module(_MODULES[name]), name)


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
