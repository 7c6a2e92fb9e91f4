"""Officers: who links a cell to the other cells of its community.
Each policy scores the members of a group, in seat order; the highest score of a cell takes office.
"""

from __future__ import annotations

import numpy as np

from learnsim.arrays import Floats
from learnsim.chance import OFFICER
from learnsim.compiled import kernel
from learnsim.grouping.group import Group
from learnsim.grouping.policies import officer_policy


@officer_policy("random", looks_at=())
def random(group: Group) -> Floats:
    """Anybody. The control for every other policy."""
    return group.uniforms(purpose=OFFICER)


@officer_policy("fastest", deterministic=True, looks_at=["learning_speed"])
def fastest(group: Group) -> Floats:
    """Who learns fastest: takes in most at the council."""
    return group.learning_speed


@officer_policy("most-knowledgeable", deterministic=True, looks_at=["mastery"])
def most_knowledgeable(group: Group) -> Floats:
    """Who knows most now, over all items (the essay's choice; best practice transfer, Szulanski 1996)."""
    return group.mean_mastery


@officer_policy("most-helpful", deterministic=True, looks_at=["helpfulness"])
def most_helpful(group: Group) -> Floats:
    """Who explains best (helping in organisations, Grodal, Nelson & Siino 2015)."""
    return group.helpfulness


@officer_policy("rotating", looks_at=())
def rotating(group: Group) -> Floats:
    """Everybody in turn: member number cycle mod size (job rotation, Ortega 2001)."""
    turn = group.cycle % group.sizes
    return (group.seat == turn[group.cell]).astype(np.float64)


@kernel
def highest(score, order, offsets):  # type: ignore[no-untyped-def]
    """For each cell the trainee with the highest score; the lowest number wins ties."""
    officers = np.empty(len(offsets) - 1, dtype=np.int32)
    for c in range(len(officers)):
        best = offsets[c]
        for x in range(offsets[c] + 1, offsets[c + 1]):
            if score[x] > score[best] or (score[x] == score[best] and order[x] < order[best]):
                best = x
        officers[c] = order[best]
    return officers
