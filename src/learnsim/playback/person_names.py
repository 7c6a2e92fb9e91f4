"""Person names: what is shown of a person of a roster, and how it finds somebody by a name that was typed.

Names are the user's text: they are cleaned of signs that would change the text around them; whoever puts them into HTML
escapes them.
"""

from __future__ import annotations

import unicodedata

import numpy as np

from learnsim.grouping.planned import plays_plan
from learnsim.people import Roster
from learnsim.people.spelling import bare, nearest
from learnsim.settings import Arm
from learnsim.sorting import label_order

LONGEST = 200  # letters of a name
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


class PersonNames:
    """What is shown of each person, by number.

    Parameters
    ----------
    count : int
        Number of people.
    roster : Roster or None
        Without one, people are called by their numbers.

    Attributes
    ----------
    names : list of str
        One per person; empty without a roster.
    captions : list of str
        The same with the values of the person's labels: ``"Ana, Operations"``; empty without a roster.
    suggestions : list of str
        What can be typed to find each person: the name, or else the id where others have the same name.
    """

    def __init__(self, count: int, roster: Roster | None) -> None:
        self.count, self._roster = count, roster
        self.names: list[str] = []
        self.captions: list[str] = []
        self.suggestions: list[str] = []
        if roster is None:
            return
        self.names = [shown_text(name) or shown_text(one) for name, one in zip(roster.names, roster.ids, strict=True)]
        others = [values for values in roster.labels.values() if values != roster.community]  # it is shown anyway
        labels = [[shown_text(value) for value in person if value] for person in zip(*others, strict=True)]
        self.captions = [", ".join([name, *more]) for name, more in zip(self.names, labels or [[]] * count, strict=True)]
        self._by_name: dict[str, list[int]] = {}
        for number, name in enumerate(roster.names):
            self._by_name.setdefault(bare(name), []).append(number)
        self._by_id = {one: number for number, one in enumerate(roster.ids)}
        self.suggestions = [
            name if len(self._by_name[bare(name)]) == 1 else one for name, one in zip(roster.names, roster.ids, strict=True)
        ]

    def name(self, number: int) -> str:
        """Return what a person is called in a list of others."""
        return self.names[number] if self.names else str(number)

    def title(self, number: int) -> str:
        """Return what a person is called in a heading."""
        return self.captions[number] if self.captions else f"Trainee {number}"

    def find(self, text: str) -> int | str:
        """Return the number of the person who is called so, or an error message."""
        shown = shown_text(text, 20)
        if self._roster is None:
            last = self.count - 1
            if text.isascii() and text.isdigit() and len(text) <= 20 and int(text) <= last:
                return int(text)
            return f"there is no trainee {shown}: numbers go from 0 to {last}"
        if text in self._by_id:
            return self._by_id[text]
        plain = bare(text[: 10 * LONGEST])
        same = self._by_name.get(plain) or [
            number for name, several in self._by_name.items() if plain and plain in name for number in several
        ]
        if len(same) == 1:
            return same[0]
        if same:
            some = ", ".join(f"{self.names[n]} ({shown_text(self._roster.ids[n], 40)})" for n in same[:3])
            return f"{len(same)} people are called {shown}, for example {some}; type the id"
        hint = nearest(text[:LONGEST], self._roster.names) if len(self._roster.names) <= 1000 else ""
        return f"nobody is called {shown}{hint if 'did you mean' in hint else '; type a name or an id of the class list'}"


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
