"""learnsim: agent-based simulation of organizational learning.

Communities of practice, knowledge-management cells, learning officers and shuffles, against the lecture.
Nothing heavy is imported before it is used.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from learnsim.api import run
    from learnsim.beliefs.model import BeliefsModel
    from learnsim.errors import LearnsimError
    from learnsim.grouping import Group, officer_policy, shuffle_policy
    from learnsim.record import Record
    from learnsim.search.model import SearchModel
    from learnsim.settings import Settings, load
    from learnsim.training.model import TrainingModel

__version__ = "0.1.0"

__all__ = [
    "BeliefsModel",
    "Group",
    "LearnsimError",
    "Record",
    "SearchModel",
    "Settings",
    "TrainingModel",
    "load",
    "officer_policy",
    "run",
    "shuffle_policy",
]

_MODULES = {
    "BeliefsModel": "learnsim.beliefs.model",
    "Group": "learnsim.grouping",
    "LearnsimError": "learnsim.errors",
    "Record": "learnsim.record",
    "SearchModel": "learnsim.search.model",
    "Settings": "learnsim.settings",
    "TrainingModel": "learnsim.training.model",
    "load": "learnsim.settings",
    "officer_policy": "learnsim.grouping",
    "run": "learnsim.api",
    "shuffle_policy": "learnsim.grouping",
}


def __getattr__(name: str) -> Any:
    if name not in _MODULES:
        raise AttributeError(f"module 'learnsim' has no attribute {name!r}")
    return getattr(import_module(_MODULES[name]), name)
