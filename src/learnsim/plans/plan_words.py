"""Plan words: what a plan is like, in sentences that a trainer reads."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from typing import NamedTuple

from learnsim.plans.plan import Plan

AIMS = {
    0.0: "as many different partners as possible (a social aim)",
    1.0: "cells whose members know different things (the learning aim)",
}
OFFICERS = {
    "fixed": "the same in the same cell for the whole course",
    "each-cycle": "others in each cycle, everybody as often as can be",
    "rotating": "the same, who go one cell on in each cycle",
}


class RuleWords(NamedTuple):
    """One rule: what it says, whether it must hold, and how often it is broken, with the first places."""

    rule: str
    must: str
    outcome: str


def date_words(text: str, *, year: bool = True) -> str:
    """Return a date as everybody reads it, whatever the order of day and month at home.

    Examples
    --------
    >>> from learnsim.plans.plan_words import date_words
    >>> date_words("2027-01-11"), date_words("2027-01-11 09:00")
    ('Mon 11 Jan 2027', 'Mon 11 Jan 2027, 09:00')
    """
    if not text:
        return ""
    moment = datetime.datetime.fromisoformat(text)
    day = f"{DAYS[moment.weekday()]} {moment.day} {MONTHS[moment.month - 1]}{f' {moment.year}' if year else ''}"
    return day if len(text) <= len("2027-01-11") else f"{day}, {moment:%H:%M}"


DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def answer_of(plan: Plan) -> str:
    """Say how many others a person meets, beside the most possible and beside cells formed at random."""
    quality = plan.quality()
    new = "new" if plan.settings.plan.history else "different"  # who met before the course is not counted
    return (
        f"In {plan.cycles} {'cycle' if plan.cycles == 1 else 'cycles'} a person sits with {quality.partners:.1f} {new} "
        f"people on average, and nobody with fewer than {quality.fewest}. At most {quality.ideal:.1f} would be possible; "
        f"cells formed at random give {quality.random:.1f}."
    )


def joined(names: Sequence[str]) -> str:
    """Return names as one text: with semicolons between them where names have commas."""
    return ("; " if any("," in name for name in names) else ", ").join(names)


def moved_words(seats: int) -> str:
    """Say how many seats are others than in the earlier plan."""
    return f"{seats} {'seat is another' if seats == 1 else 'seats are others'} than in the earlier plan"


def facts_of(plan: Plan) -> list[tuple[str, str]]:
    """Return what a plan is, as names and values; the answer first."""
    table = plan.settings.plan
    sizes = sorted({len(plan.members(cycle, *place)) for cycle in range(plan.cycles) for place in plan.cells} - {0})
    several = len(plan.communities) > 1
    communities = ", ".join(f"{label} ({int((plan.community == n).sum())})" for n, label in enumerate(plan.communities))
    aim = AIMS.get(
        table.weight, f"different partners and different knowledge, with the weight {table.weight:g} on knowledge"
    )
    sat = f"{sizes[0]}" if len(sizes) == 1 else f"{sizes[0]} to {sizes[-1]}"
    facts = [
        ("How good it is", answer_of(plan)),
        ("People", f"{len(plan.community)}" + (f": {communities}" if several else "")),
        ("Cells", f"{len(plan.cells)}, of {sat} people"),
        ("Aim", aim),
        ("Officers (marked ★)", OFFICERS[table.officers]),
    ]
    if plan.moved:
        facts.append(("Changed", moved_words(plan.moved)))
    return facts


def rule_words(plan: Plan, names: Sequence[str]) -> list[RuleWords]:
    """Return each rule of a plan with how often it is broken, and where first."""
    broken = plan.quality().broken
    hard = plan.settings.plan.rules.hard
    words = []
    for rule, times in broken.items():
        first = next((one for one in plan.broken if one.rule == rule), None)
        where = ""
        if first is not None:
            people = joined([names[i] for i in first.people[:4]]) or "nobody of this kind"
            community = f" of {first.community}" if len(plan.communities) > 1 else ""
            where = f" (first in cycle {first.cycle}, cell {first.cell}{community}: {people})"
        outcome = "holds" if not times else f"broken {times} {'time' if times == 1 else 'times'}{where}"
        words.append(RuleWords(rule.replace("_", " "), "must hold" if rule.split()[0] in hard else "has a price", outcome))
    for pin in plan.settings.plan.rules.pinned:
        cycle = "every cycle" if pin.cycle is None else f"cycle {pin.cycle}"
        words.append(RuleWords(f"pinned {pin.person}: cell {pin.cell} in {cycle}", "must hold", "holds"))
    return words
