"""Officers: who links a cell to the other cells of its community.
Each policy scores the members of a group, in seat order; the highest score of a cell takes office.
"""

from __future__ import annotations

import numpy as np

from learnsim.arrays import Floats
from learnsim.chance import OFFICER
from learnsim.grouping.group import Group
from learnsim.grouping.kernels import officers as kernels
from learnsim.grouping.policies import officer_policy


@officer_policy("random", machine_code=kernels.RANDOM, looks_at=())
def random(group: Group) -> Floats:
    """Anybody. The control for every other policy."""
    return group.uniforms(purpose=OFFICER)


@officer_policy("fastest", machine_code=kernels.FASTEST, deterministic=True, looks_at=["learning_speed"])
def fastest(group: Group) -> Floats:
    """Who learns fastest: takes in most at the council."""
    return group.learning_speed


@officer_policy("most-knowledgeable", machine_code=kernels.MOST_KNOWLEDGEABLE, deterministic=True, looks_at=["mastery"])
def most_knowledgeable(group: Group) -> Floats:
    """Who knows most now, over all items (the essay's choice; best practice transfer, Szulanski 1996)."""
    return group.mean_mastery


@officer_policy("most-helpful", machine_code=kernels.MOST_HELPFUL, deterministic=True, looks_at=["helpfulness"])
def most_helpful(group: Group) -> Floats:
    """Who explains best (helping in organisations, Grodal, Nelson & Siino 2015)."""
    return group.helpfulness


@officer_policy("rotating", machine_code=kernels.ROTATING, looks_at=())
def rotating(group: Group) -> Floats:
    """Everybody in turn: member number cycle mod size (job rotation, Ortega 2001)."""
    turn = group.cycle % group.sizes
    return (group.seat == turn[group.cell]).astype(np.float64)


@officer_policy("stay", machine_code=kernels.STAY, looks_at=["mastery", "officers"], stays=True)
def stay(group: Group) -> Floats:
    """Who is officer already, while in the cell; otherwise who knows most."""
    in_office = group.members == group.officers[group.cell]
    return np.where(in_office, kernels.IN_OFFICE, group.mean_mastery)
