"""Answer length: sentences shortened until a layman reads them at once: at most six, with at most ten numbers."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

MOST_SENTENCES, MOST_NUMBERS = 6, 10
NUMBER = re.compile(r"\d+(?:[.,]\d+)*")


@dataclass(frozen=True)
class Sentence:
    """One sentence, without its full stop, in versions from the longest to the shortest; ``""`` leaves it out.

    Attributes
    ----------
    versions : tuple of str
    joins : bool
        Whether it may be put behind the one before, after a semicolon, if there are too many.
    weight : float
        How much its numbers matter: of all sentences the one with most numbers for its weight is shortened first.
    """

    versions: tuple[str, ...]
    joins: bool = False
    weight: float = 1.0


def numbers_in(text: str) -> int:
    """Return how many numbers stand in a text, those in names too."""
    return len(NUMBER.findall(text))


def fitted(sentences: list[Sentence], names: Iterable[str] = ()) -> list[str]:
    """Return sentences that keep the budget: whichever has most numbers is replaced by its next shorter version.

    Parameters
    ----------
    sentences : list of Sentence
    names : iterable of str
        Names that keep their letters where a sentence begins with one.
    """
    versions = [list(one.versions) for one in sentences]
    while sum(numbers_in(some[0]) for some in versions) > MOST_NUMBERS:
        longer = [place for place, some in enumerate(versions) if len(some) > 1 and numbers_in(some[0])]
        if not longer:
            break
        most = max(longer, key=lambda place: (numbers_in(versions[place][0]) / sentences[place].weight, -place))
        versions[most].pop(0)
    chosen = [(some[0], one.joins) for some, one in zip(versions, sentences, strict=True) if some[0]]
    while len(chosen) > MOST_SENTENCES:
        place = next((n for n, (_, joins) in enumerate(chosen) if joins and n), len(chosen) - 1)
        chosen[place - 1 : place + 1] = [(f"{chosen[place - 1][0]}; {chosen[place][0]}", chosen[place - 1][1])]
    own = tuple(names)
    return [f"{text if text.startswith(own) else text[:1].upper() + text[1:]}." for text, _ in chosen]
