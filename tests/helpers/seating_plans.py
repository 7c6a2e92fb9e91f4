"""Seating plans: rosters for the tests of plans, and what a plan says in ids."""

import numpy as np

HEADER = "id,name,community,pretest,Department,Gender"


def roster_text(people, communities=("all",), header=HEADER, **absent):
    """A roster of so many people: P01 Name01, divided evenly, with labels; absences by id."""
    lines = [header + (",absent" if absent else "")]
    for i in range(people):
        key = f"P{i + 1:02}"
        row = [key, f"Name{i + 1:02}", communities[i % len(communities)], f"{0.05 + 0.9 * (i * 7 % people) / people:.3f}"]
        row += [("Ops", "Sales", "IT")[i % 3], "fm"[i % 2], *([absent.get(key, "")] if absent else [])]
        lines.append(",".join(row))
    return "\n".join(lines) + "\n"


def seats(plan):
    """Who sits where: for each cycle a dictionary of cell to the ids in it."""
    where = []
    for cycle in range(plan.cycles):
        cells = {place: {plan.roster.ids[i] for i in plan.members(cycle, *place)} for place in plan.cells}
        where.append({place: ids for place, ids in cells.items() if ids})
    return where


def together(plan, *ids):
    """In how many cycles these people sit in one cell."""
    return sum(any(set(ids) <= members for members in cycle.values()) for cycle in seats(plan))


def officers(plan):
    """The ids of the officers of each cycle, cell by cell."""
    return [
        [next(plan.roster.ids[i] for i in plan.members(cycle, *place) if plan.officer[cycle, i]) for place in plan.cells
         if plan.members(cycle, *place)]
        for cycle in range(plan.cycles)
    ]


def same_plan(one, other):
    """Whether two plans seat everybody alike."""
    return np.array_equal(one.cell, other.cell) and np.array_equal(one.officer, other.officer)
