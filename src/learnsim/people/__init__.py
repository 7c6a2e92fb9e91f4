"""People: who is in training, and what they bring along."""

from learnsim.people.people import People, count_trainees, draw_novices, draw_people, load_roster
from learnsim.people.roster import Roster, read_roster

__all__ = ["People", "Roster", "count_trainees", "draw_novices", "draw_people", "load_roster", "read_roster"]
