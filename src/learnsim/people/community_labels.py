"""Labels: which community each person of a roster is in, and what about the labels is perhaps not as meant."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence

from learnsim.people.roster import Roster

NAMED = 12  # communities that are named in a sentence
LONGEST = 40  # letters of a label in a sentence
MARKS = re.compile("[\u0300-\u036f\"'\u2018-\u201f]")  # accents as signs of their own, and quotation marks


def bare(label: str) -> str:
    """Return a label without what is easily overlooked: case, blanks, accents, invisible signs, quotation marks."""
    parts = unicodedata.normalize("NFKD", label)
    seen = "".join(sign for sign in parts if not sign.isspace() and unicodedata.category(sign) != "Cf")
    return MARKS.sub("", seen).casefold()


def look_alike(labels: Iterable[str]) -> list[tuple[str, ...]]:
    """Return the labels that differ only by what is easily overlooked, those of a kind together."""
    kinds: dict[str, dict[str, None]] = defaultdict(dict)
    for label in dict.fromkeys(labels):
        kinds[bare(label)][label] = None
    return [tuple(kind) for kind in kinds.values() if len(kind) > 1]


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


def remarks(name: str, roster: Roster, *, heeded: bool) -> list[str]:
    """Return what about a roster's communities is perhaps not as meant.

    Parameters
    ----------
    name : str
        The roster's name.
    roster : Roster
    heeded : bool
        Whether communities form as the roster says.
    """
    pairs = alike_labels(roster.community)
    messages = [f"{name}: column community has {alike}, which count as different" for alike in pairs]
    alone = [label for label, size in Counter(roster.community).items() if size == 1]
    if heeded and alone:
        messages.append(f"{name}: only one person is in {listed(alone)}")
    return messages


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


def _apart(label: str) -> str:
    """Return a label so that it differs from those that look alike."""
    plain = unicodedata.is_normalized("NFC", label) and (label + " ").replace(" ", "").isprintable()
    return f"'{written(label)}'" if plain else ascii(label)[: 2 * LONGEST]
