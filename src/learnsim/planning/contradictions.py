"""Contradictions: what no plan can respect, as sentences, before a search is begun."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from learnsim.errors import listed
from learnsim.planning.problem import Feature, Problem
from learnsim.planning.terms import blocks

Names = Callable[[int], str]


def contradictions(problem: Problem, names: Names | None = None) -> list[str]:
    """Return what in a problem no plan can respect: one sentence each, with the rule and its people.

    Cells and cycles are counted from 1 in the sentences. Rules that contradict each other are named whether they are
    hard or not; what fails only since people are absent in a cycle is named for hard rules alone.

    Parameters
    ----------
    problem : Problem
    names : function of a person's number, optional
        What people are called; "person 1" and so on if left out.

    Examples
    --------
    >>> from learnsim.planning import Feature, Problem, contradictions
    >>> rules = [Feature("together", [0, 1]), Feature("together", [1, 2]), Feature("apart", [0, 2])]
    >>> contradictions(Problem(sizes=[[3, 3]], features=rules), "ABCDEF".__getitem__)
    ['apart and together contradict each other: A, C are to sit apart, but A, B, C together']
    """
    call = names or (lambda person: f"person {person + 1}")
    if list(_unknown(problem, call)):
        return impossible(problem, call)
    found = impossible(problem, call)
    for number, feature in enumerate(problem.features):
        found += _of_feature(problem, feature, call)
        found += _against_the_others(problem, number, call)
    return list(dict.fromkeys(found))


def impossible(problem: Problem, names: Names | None = None) -> list[str]:
    """Return why there is no plan at all, whatever its rules: the first of the contradictions."""
    call = names or (lambda person: f"person {person + 1}")
    return list(_unknown(problem, call)) or [*_seats(problem), *_pins(problem, call)]


def _people(people: Iterable[int], call: Names) -> str:
    return listed(call(int(person)) for person in sorted(set(people)))


def _unknown(problem: Problem, call: Names) -> Iterator[str]:
    """People, cells and cycles that do not exist."""
    for feature in problem.features:
        strangers = [i for i in feature.members if not 0 <= i < problem.people]
        if strangers:
            numbers = ", ".join(str(i) for i in strangers)
            yield f"{feature.rule} names people {numbers}; they are numbered from 0 to {problem.people - 1}"
    for pin in problem.pinned:
        if not 0 <= pin.person < problem.people:
            yield f"pinned names person {pin.person}; people are numbered from 0 to {problem.people - 1}"
        elif pin.cycle is not None and not 0 <= pin.cycle < problem.cycles:
            yield f"pinned: {call(pin.person)} is pinned in cycle {pin.cycle + 1}; there are cycles 1 to {problem.cycles}"
        else:
            cycles = range(problem.cycles) if pin.cycle is None else [pin.cycle]
            short = [t for t in cycles if not 0 <= pin.cell < len(problem.sizes[t])]
            if short:
                yield (
                    f"pinned: {call(pin.person)} is pinned to cell {pin.cell + 1} in cycle {short[0] + 1}, "
                    f"which has cells 1 to {len(problem.sizes[short[0]])}"
                )


def _seats(problem: Problem) -> Iterator[str]:
    """Cycles with more people than seats, or fewer."""
    here = problem.attendance
    for t in range(problem.cycles):
        seats, people = sum(problem.seats(t)), int(here[t].sum())
        if seats != people:
            yield f"cycle {t + 1} has {seats} seats for {people} people; there must be as many seats as people present"


def _pins(problem: Problem, call: Names) -> Iterator[str]:
    """People pinned twice or while absent, and cells with more pins than seats."""
    here = problem.attendance
    cells: dict[tuple[int, int], set[int]] = {}
    for pin in problem.pinned:
        if pin.cycle is not None and pin.cycle not in problem.fixed and not here[pin.cycle, pin.person]:
            yield f"pinned: {call(pin.person)} is pinned in cycle {pin.cycle + 1}, but absent"
    for one in problem.pins():
        cells.setdefault((one.cycle, one.person), set()).add(one.cell)
    for (t, person), several in cells.items():
        if len(several) > 1:
            where = " and ".join(str(c + 1) for c in sorted(several))
            yield f"pinned: {call(person)} is pinned to cells {where} in cycle {t + 1}"
    for (t, cell), people in _pinned_people(problem).items():
        seats = problem.seats(t)[cell]
        if len(people) > seats:
            yield (
                f"pinned: {_people(people, call)} are pinned to cell {cell + 1} in cycle {t + 1}, which has {seats} seats"
            )


def _pinned_people(problem: Problem) -> dict[tuple[int, int], set[int]]:
    """The people who are pinned to each cell, by cycle and cell."""
    people: dict[tuple[int, int], set[int]] = {}
    for pin in problem.pins():
        people.setdefault((pin.cycle, pin.cell), set()).add(pin.person)
    return people


def _of_feature(problem: Problem, feature: Feature, call: Names) -> Iterator[str]:
    """What one feature asks for that cannot be: too many to sit together or apart, or one of a kind alone."""
    members = sorted(set(feature.members))
    here = problem.attendance
    for t in range(problem.cycles):
        if t in problem.fixed:
            continue
        seats = problem.seats(t)
        present = [i for i in members if here[t, i]]
        whole = len(present) == len(members)
        if not whole and not feature.hard:
            continue
        who, cycle = _people(present, call), f" in cycle {t + 1}"
        if feature.kind == "together" and len(present) > max(seats):
            yield f"{feature.rule}: {who} do not fit into one cell; the largest has {max(seats)} seats{cycle}"
        elif feature.kind == "apart" and len(present) > len(seats):
            yield f"{feature.rule}: {who} are {len(present)} people for {len(seats)} cells{cycle}"
        elif feature.kind == "not_alone" and len(present) == 1:
            where = "" if whole else cycle
            yield f"{feature.rule}: {who} is the only one of a kind{where}, so there is nobody to sit with"
        elif feature.kind == "not_alone" and len(present) > 1 and max(seats) < 2:
            yield f"{feature.rule}: {who} cannot sit in twos, since all cells have one seat{cycle}"


def _against_the_others(problem: Problem, number: int, call: Names) -> Iterator[str]:
    """Where an apart or together rule contradicts pins, or a together rule."""
    feature, here = problem.features[number], problem.attendance
    members = set(feature.members)
    for (t, cell), people in _pinned_people(problem).items() if feature.kind == "apart" else ():
        if len(people & members) > 1:
            yield (
                f"{feature.rule} and pinned contradict each other: {_people(people & members, call)} are to sit apart, "
                f"but are pinned to cell {cell + 1} in cycle {t + 1}"
            )
    for t in range(problem.cycles):
        for block in blocks(problem, here[t]) if t not in problem.fixed else ():
            both, joined = members & set(block), set(block) > {i for i in members if here[t, i]}
            if feature.kind == "apart" and len(both) > 1:
                yield (
                    f"{feature.rule} and together contradict each other: {_people(both, call)} are to sit apart, "
                    f"but {_people(block, call)} together"
                )
            elif feature.kind == "together" and both and joined and len(block) > max(problem.seats(t)):
                yield (
                    f"{feature.rule}: {_people(block, call)} are to sit together, since the lists have people in common, "
                    f"but the largest cell has {max(problem.seats(t))} seats in cycle {t + 1}"
                )
            elif feature.kind == "together" and both:
                cells = {pin.person: pin.cell for pin in problem.pins() if pin.cycle == t and pin.person in block}
                if len(set(cells.values())) > 1:
                    yield (
                        f"{feature.rule} and pinned contradict each other: {_people(cells, call)} are to sit together, "
                        f"but are pinned to different cells in cycle {t + 1}"
                    )
