"""Community labels: which community each person of a roster is in, and what about labels is perhaps not as meant."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence

import numpy as np

from learnsim.people.roster import Roster
from learnsim.people.spelling import NAMED, alike_labels, bare, listed, written

BETWEEN = re.compile(r"\s*(?:[;|]|[,/+&](?=\s)|\s(?:and|und|et|y)\s)\s*")  # what stands between two labels in one cell


def people_read(name: str, roster: Roster) -> str:
    """Say how many people were read, and how many in which community, the largest first."""
    count = len(roster.ids)
    sentence = f"{name}: {count:,} {'person' if count == 1 else 'people'}"
    sizes = Counter(roster.community).most_common()
    if sizes:
        sentence += "; " + ", ".join(f"{size:,} in {written(label)}" for label, size in sizes[:NAMED])
    if len(sizes) > NAMED:
        least, most = sizes[-1][1], sizes[NAMED][1]
        sentence += f", {f'{least:,}' if least == most else f'{least:,} to {most:,}'} in each of {len(sizes) - NAMED:,} more"
    return sentence


def not_known(name: str, roster: Roster) -> list[str]:
    """Say of how many people a column says nothing."""
    columns = {trait.replace("_", " "): int(np.isnan(values).sum()) for trait, values in roster.traits.items()}
    if roster.interest is not None:
        columns["interest"] = int(np.isnan(roster.interest).all(axis=1).sum())
    if roster.pretest is not None:
        tests = roster.pretest.shape[1]
        for number, column in enumerate(np.isnan(roster.pretest).sum(axis=0), 1):
            columns["pretest" if tests == 1 else f"pretest of item {number}"] = int(column)
    counts = columns | {written(label): values.count("") for label, values in roster.labels.items()}
    return [f"{name}: {key} is not known of {_people(count)}" for key, count in counts.items() if count]


def remarks(name: str, roster: Roster, *, heeded: bool) -> list[str]:
    """Return what about a roster's communities and labels is perhaps not as meant.

    Parameters
    ----------
    name : str
        The roster's name.
    roster : Roster
    heeded : bool
        Whether communities form as the roster says.
    """
    messages = _spellings(name, "community", roster.community)
    alone = [label for label, size in Counter(roster.community).items() if size == 1]
    if heeded and alone:
        messages.append(f"{name}: only one person is in {listed(alone)}")
    for column, values in roster.labels.items():
        about = f"column {written(column)}"
        messages += _spellings(name, written(column), values)
        sizes = Counter(filter(None, values))
        single = [label for label, size in sizes.items() if size == 1]
        if single and len(single) == len(sizes) > 1:
            messages.append(f"{name}: {about} divides nobody: everybody has another value")
        elif single:
            messages.append(f"{name}: {about} has only one person with {listed(single)}")
    return messages


def _spellings(name: str, column: str, values: Sequence[str]) -> list[str]:
    """Return what about the spelling of labels is perhaps not as meant."""
    messages = [f"{name}: column {column} has {alike}, which count as different" for alike in alike_labels(values)]
    several = several_labels(values)
    if several:
        messages.append(f"{name}: column {column} has {listed(several)}, which may be more labels than one in a cell")
    return messages


def several_labels(values: Iterable[str]) -> list[str]:
    """Return the labels that look like several of the others in one cell.

    Examples
    --------
    >>> several_labels(["Ops", "Sales", "Ops; Sales", "R & D"])
    ['Ops; Sales']
    """
    labels = list(dict.fromkeys(filter(None, values)))
    known = {bare(label) for label in labels}
    together = []
    for label in labels:
        parts = BETWEEN.split(label)
        if len(parts) > 1 and any(bare(part) in known for part in parts if part):
            together.append(label)
    return together


def _people(count: int) -> str:
    return f"{count:,} {'person' if count == 1 else 'people'}"
