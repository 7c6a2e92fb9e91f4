"""Single-change sentences: what the council, shuffling or any other field adds or costs, where replicates show it."""

from __future__ import annotations

from typing import Any

from learnsim.analysis.single_changes import OFF, TIME, SingleChange, single_changes_of
from learnsim.analysis.summary import Summary
from learnsim.experiments.design.design import Design
from learnsim.report.answer_length import Sentence
from learnsim.report.columns import more_is_better
from learnsim.report.labels import amount, arm_words, listed, plain

MOST_PARTS = 4
MOST_NAMES = 3
MOST_VALUES = 2  # of one field, beyond which only the two ends are named
VERDICTS = ("adds", "costs")
PHRASES = {  # what a change of such a field is called, and its values
    "formation": (
        "forming communities {after} instead of {before}",
        {"random": "at random", "interest": "by interest", "given": "as the roster says"},
    ),
    "groups": (
        "{after} instead of {before}",
        {"cells": "small cells", "community": "one large group in each community", "organisation": "one group of everybody"},
    ),
    "scope": (
        "shuffling {after} communities instead of {before} them",
        {"community": "inside", "organisation": "across"},
    ),
}


def single_changes_sentence(summary: Summary, measure: str, subject: str) -> list[Sentence]:
    """Return one sentence on all arms that differ in one field, those of the subject first; none if no two do."""
    design, changes = summary.results.design, single_changes_of(summary, measure)
    if not changes or (len(design.arms) == 2 and len(design.points) > 1):  # the first sentence says where they differ
        return []
    average = ", on average over the points," if len(design.points) > 1 else ","
    versions = [f"of the single changes{average} {'; '.join(some)}" for some in _clauses(design, measure, changes, subject)]
    own = [change for change in changes if subject in (change.arm, change.without)]
    if own and len(own) < len(changes):
        mine = _clauses(design, measure, own, subject)
        head = f"of the single changes of {arm_words(subject)}{average}"
        versions = [*versions[:1], *(f"{head} {'; '.join(some)}" for some in mine)]
    return [Sentence((*versions, "the tables show what each single change adds"))]


def _clauses(design: Design, measure: str, every: list[SingleChange], subject: str) -> list[list[str]]:
    """Clauses on what adds or costs, and on what shows no difference; all of them, then always one less of the former."""
    by_field: dict[tuple[str, str], dict[str, list[SingleChange]]] = {}
    for change in every:
        by_field.setdefault((change.field, plain(change.before)), {}).setdefault(plain(change.after), []).append(change)
    decided: list[tuple[bool, float, str]] = []
    undecided: list[str] = []
    nothing: list[str] = []
    for changes in by_field.values():
        shown = {after: some for after, some in changes.items() if {change.verdict for change in some} & set(VERDICTS)}
        for after, some in changes.items():
            if after not in shown:
                silent = nothing if {change.verdict for change in some} == {"nothing"} else undecided
                silent.append(_name(design, some[0], timed=False))
        if len(shown) > MOST_VALUES:
            known = [change for some in shown.values() for change in some if change.verdict in VERDICTS]
            ranked = sorted(known, key=lambda change: change.estimate.mean)
            clauses = [_extremes(design, measure, ranked[0], ranked[-1])]
        else:
            clauses = [_effect(measure, _name(design, some[0]), some) for some in shown.values()]
        for clause in clauses:
            some = [change for each in shown.values() for change in each]
            mine = any(subject in (change.arm, change.without) for change in some)
            decided.append((not mine, -max(abs(change.estimate.mean) for change in some), clause))
    by_size = [clause for _, _, clause in sorted(decided)]
    rest = []
    if undecided:
        rest.append(f"these replicates show no difference for {_some(undecided)}")
    if nothing:
        rest.append(f"{_some(nothing)} change{'s' if len(nothing) == 1 else ''} nothing")
    versions = [[*by_size[:count], *rest] for count in range(min(len(by_size), MOST_PARTS), -1, -1)]
    return [clauses for clauses in versions if clauses]


def _extremes(design: Design, measure: str, lowest: SingleChange, highest: SingleChange) -> str:
    """The least and the most that any of many values of a field adds or costs."""
    more, less = _verbs(measure)
    low, high = (abs(change.estimate.mean) for change in (lowest, highest))
    what = _name(design, lowest, value=False)
    if lowest.verdict == highest.verdict:
        near, far = (lowest, highest) if low < high else (highest, lowest)
        verb = more if lowest.verdict == "adds" else less
        return (
            f"{what} {verb} {amount(measure, near.estimate.mean, unit=False)} ({plain(near.after)}) "
            f"to {amount(measure, far.estimate.mean)} ({plain(far.after)})"
        )
    return (
        f"{what} {more} up to {amount(measure, high)} ({plain(highest.after)}) "
        f"and {less} up to {amount(measure, low)} ({plain(lowest.after)})"
    )


def _effect(measure: str, name: str, some: list[SingleChange]) -> str:
    """``"the council adds 0.4 points"``, with where it does if it is not the same everywhere."""
    more, less = _verbs(measure)
    adds = sorted(change.estimate.mean for change in some if change.verdict == "adds")
    costs = sorted(-change.estimate.mean for change in some if change.verdict == "costs")
    unsure = [change for change in some if change.verdict not in VERDICTS]
    texts = []
    for verb, sizes, verdict in ((more, adds, "adds"), (less, costs, "costs")):
        if sizes:
            mixed = bool(adds and costs)
            mine = [arm_words(change.without) for change in some if change.verdict == verdict]
            where = f" {_to(verb)} {_some(mine)}" if mixed or (unsure and len(some) > 1) else ""
            texts.append(f"{verb} {_size(measure, sizes)}{where}")
    text = f"{name} {' but '.join(texts)}"
    if not unsure:
        return text
    return f"{text} and shows no difference for {_some([arm_words(change.without) for change in unsure])}"


def _to(verb: str) -> str:
    return {"adds": "to", "raises it by": "for", "lowers it by": "for"}.get(verb, "for")


def _verbs(measure: str) -> tuple[str, str]:
    if more_is_better(measure):
        return "adds", "costs"
    return "raises it by", "lowers it by"


def _size(measure: str, sizes: list[float]) -> str:
    low, high = amount(measure, sizes[0], unit=False), amount(measure, sizes[-1])
    return high if high == amount(measure, sizes[0]) else f"{low} to {high}"


def _some(names: list[str]) -> str:
    names = list(dict.fromkeys(names))
    return listed(names) if len(names) <= MOST_NAMES else f"{', '.join(names[:2])} and {len(names) - 2} more"


def _name(design: Design, change: SingleChange, *, value: bool = True, timed: bool = True) -> str:
    """What changes between the two arms, as the subject of a sentence; with the value that it takes, and how often."""
    field, before, after = change.field, change.before, change.after
    if field == "time":
        return _time(before, after)
    if field in OFF and before == OFF[field]:
        if field == "shuffle":
            often = _every(design.settings.organisation.cycle_length, design.kind.clock)
            shown = timed and "organisation.cycle_length" not in design.swept
            return f"{f'{after} ' if value and after != 'random' else ''}shuffling{often if shown else ''}"
        names = {"council": "the council", "rewiring": "rewiring ties", "instructor": "the instructor"}
        return names.get(field, f"{field} = {plain(after)}")
    if field in OFF and after == OFF[field]:
        return f"no {field}"
    if not value:
        return f"{field} other than {plain(before)}"
    if field in PHRASES:
        phrase, values = PHRASES[field]
        return phrase.format(after=values.get(after, after), before=values.get(before, before))
    return f"{field} = {plain(after)} instead of {plain(before)}"


def _every(cycle: int, clock: str) -> str:
    return f" every {clock}" if cycle == 1 else f" every {cycle} {clock}s"


def _time(before: Any, after: Any) -> str:
    moved = [name for name, old, new in zip(TIME, before, after, strict=True) if new > old]
    left = [name for name, old, new in zip(TIME, before, after, strict=True) if new < old]
    return f"more {listed(moved)} and less {listed(left)}"
