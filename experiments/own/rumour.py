"""A rumour in cells: whoever has heard it may pass it on to cellmates, and officers to each other in council.

A model of one's own on learnsim's organisation. People, communities, cells, officers and shuffles come from the arm.
"""

import numpy as np

from learnsim import OrganisationModel, setting


class Rumour(OrganisationModel):
    """A rumour that spreads in cells."""

    start: float = setting(0.02, "chance that a person has heard it before", unit="probability", ge=0.0, le=1.0)
    tell: float = setting(0.2, "chance of telling another in a period", unit="probability", ge=0.0, le=1.0)

    MEASURES = {
        "heard": ("share of people who have heard it", "share", "more"),
        "untouched": ("share of cells in which nobody has; missing where there are no cells", "share", "less"),
    }
    STANDING = "knowledge of the rumour"

    def begin(self):
        """Some have heard it before, the same people in every arm."""
        chance = self.draw("heard before")
        for person in self.members:
            person.heard = bool(chance[person.number] < self.start)

    def period(self):
        """Those who have heard it tell their cellmates; officers who have, the other officers of their council."""
        everybody, cellmates, officers = self.members, self.draw("in the cell"), self.draw("in council")
        had = {person for person in everybody if person.heard}  # before the period
        for groups, chance in (([cell.members for cell in self.cells], cellmates), (self.councils, officers)):
            for group in groups:
                tellers = len(had.intersection(group))
                for person in group:
                    person.heard |= bool(chance[person.number] >= (1.0 - self.tell) ** tellers)

    def measure_now(self):
        """Return who has heard it now."""
        reached = [any(person.heard for person in cell.members) for cell in self.cells]
        return {
            "heard": np.mean(self.standing()),
            "untouched": 1.0 - np.mean(reached) if reached else None,
        }

    def standing(self):
        """Return 1 for whoever has heard it; officers are chosen by it."""
        return [float(person.heard) for person in self.members]
