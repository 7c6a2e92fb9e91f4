"""Person names: what is shown of a person of a roster, and of its communities.

Names are the user's text: they are cleaned of signs that would change the text around them; whoever puts them into HTML
escapes them.
"""

from __future__ import annotations

import unicodedata

import numpy as np

from learnsim.grouping.planned import plays_plan
from learnsim.people import Roster
from learnsim.settings import Arm
from learnsim.sorting import label_order

LONGEST = 80  # letters of a name
STEERING = {"LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI"}  # signs that change the direction of what follows
LEFTWARDS = {"R", "AL"}
ISOLATE, END = "\u2068", "\u2069"  # what is between them does not change the direction of the text around it


def shown_text(text: str, most: int = LONGEST) -> str:
    r"""Return a user's text as it may stand in a sentence: on one line, not too long, and without a say in its direction.

    Examples
    --------
    >>> shown_text(" Ana\n Example "), shown_text("Ana Example", most=5)
    ('Ana Example', 'Ana …')
    """
    plain = "".join(" " if unicodedata.category(sign) in ("Cc", "Zl", "Zp") else sign for sign in text[: 4 * most])
    plain = " ".join("".join(sign for sign in plain if unicodedata.bidirectional(sign) not in STEERING).split())
    plain = plain if len(plain) <= most else f"{plain[: most - 1]}…"
    leftwards = any(unicodedata.bidirectional(sign) in LEFTWARDS for sign in plain)
    return f"{ISOLATE}{plain}{END}" if leftwards else plain


def captions_of(roster: Roster | None) -> list[str]:
    """Return what is shown of each person, by number: the name, or else the id, with the values of the person's labels.

    Returns
    -------
    list of str
        ``"Ana, Operations"``; empty without a roster: people are then called by their numbers.
    """
    if roster is None:
        return []
    names = [shown_text(name) or shown_text(one) for name, one in zip(roster.names, roster.ids, strict=True)]
    others = [values for values in roster.labels.values() if values != roster.community]  # it is shown anyway
    labels = [[shown_text(value) for value in person if value] for person in zip(*others, strict=True)]
    return [", ".join([name, *more]) for name, more in zip(names, labels or [[]] * len(names), strict=True)]


def community_names(arm: Arm, roster: Roster | None) -> list[str]:
    """Return what the communities of an arm are called, by number; empty if the roster has no names for them."""
    if roster is None:
        return []
    if plays_plan(arm) and roster.planned is not None:
        return [shown_text(name) for name in _of_plan(roster)]
    if arm.formation == "given" and roster.community:
        return [shown_text(name) for name in sorted(set(roster.community), key=label_order)]
    if arm.formation == "interest" and not all(topic.isdecimal() for topic in roster.topics):
        return [shown_text(topic) for topic in roster.topics]
    return []


def _of_plan(roster: Roster) -> list[str]:
    """Return the names of a plan's communities, if they are those of the roster."""
    planned = roster.planned
    if planned is None or not roster.community:
        return []
    names = [
        {roster.community[person] for person in np.flatnonzero(planned.community == number).tolist()}
        for number in range(int(np.max(planned.community)) + 1)
    ]
    return [name for (name,) in names] if all(len(each) == 1 for each in names) else []
