"""Spelling: words that look alike, and how a word from a user's file stands in a sentence."""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Sequence

from learnsim.errors import did_you_mean

NAMED = 12  # labels that are named in a sentence
LONGEST = 40  # letters of a label in a sentence
MARKS = re.compile("[\u0300-\u036f\"'\u2018-\u201f]")  # accents as signs of their own, and quotation marks


def bare(label: str) -> str:
    """Return a label without what is easily overlooked: case, blanks, accents, invisible signs, quotation marks.

    Examples
    --------
    >>> bare(" North  Team") == bare("northteam")
    True
    """
    parts = unicodedata.normalize("NFKD", label)
    seen = "".join(sign for sign in parts if not sign.isspace() and unicodedata.category(sign) != "Cf")
    return MARKS.sub("", seen).casefold()


def look_alike(labels: Iterable[str]) -> list[tuple[str, ...]]:
    """Return the labels that differ only by what is easily overlooked, those of a kind together."""
    kinds: dict[str, dict[str, None]] = defaultdict(dict)
    for label in dict.fromkeys(labels):
        kinds[bare(label)][label] = None
    return [tuple(kind) for kind in kinds.values() if len(kind) > 1]


def nearest(name: str, known: Iterable[str]) -> str:
    """Return ``"; did you mean X?"``: first the name that differs only in case, blanks or accents, or else a near one."""
    names = [*known]
    plain = bare(name)
    same = [other for other in names if plain and bare(other) == plain]
    return f"; did you mean {written(same[0])}?" if same else did_you_mean(name, names)


def alike_labels(labels: Sequence[str]) -> list[str]:
    """Say which labels look alike, a text for each kind, the first five of them."""
    return [" and ".join(map(_apart, kind)) for kind in look_alike(labels)][:5]


def listed(labels: Sequence[str]) -> str:
    """Return labels in a row, the first dozen of them."""
    more = f" and {len(labels) - NAMED:,} more" if len(labels) > NAMED else ""
    return ", ".join(f"'{written(label)}'" for label in labels[:NAMED]) + more


def written(label: str) -> str:
    """Return a label as it may stand in a sentence."""
    if any(unicodedata.category(sign)[0] == "C" for sign in label):
        label = ascii(label)
    return label if len(label) <= LONGEST else f"{label[:LONGEST]}..."


def is_visible(text: str) -> bool:
    """Whether anything of a text can be seen."""
    if text.isprintable():
        return bool(text) and not text.isspace()
    return any(sign.isprintable() and not sign.isspace() for sign in text)


def _apart(label: str) -> str:
    """Return a label so that it differs from those that look alike."""
    plain = unicodedata.is_normalized("NFC", label) and (label + " ").replace(" ", "").isprintable()
    return f"'{written(label)}'" if plain else ascii(label)[: 2 * LONGEST]
