"""People: who is in training, and what they bring along."""

from learnsim.people.people import (
    People,
    addresses_of,
    count_trainees,
    draw_novices,
    draw_people,
    load_roster,
    with_communities,
)
from learnsim.people.plan_file import PlannedCells, read_plan
from learnsim.people.roster import Roster, read_roster

__all__ = [
    "People",
    "PlannedCells",
    "Roster",
    "addresses_of",
    "count_trainees",
    "draw_novices",
    "draw_people",
    "load_roster",
    "read_plan",
    "read_roster",
    "with_communities",
]
