"""Grouping: communities, cells, officers and the policies that form them.
Shared by both engines, and by policies of the user's own.
"""

from learnsim.grouping.cells import SeatPlan
from learnsim.grouping.group import Group
from learnsim.grouping.policies import OFFICERS, SHUFFLES, load_policies, officer_policy, shuffle_policy
from learnsim.grouping.tree import Tree

__all__ = [
    "OFFICERS",
    "SHUFFLES",
    "Group",
    "SeatPlan",
    "Tree",
    "load_policies",
    "officer_policy",
    "shuffle_policy",
]
