"""Share: which runs of an experiment a shard runs, where the jobs of an array divide it among themselves.

Each point's replicates are divided among all shards, so that a point whose runs take long is nobody's alone. All arms of a
replicate stay together, since they share its people or its problem.
"""

from __future__ import annotations

import re
from typing import Any, NamedTuple

from learnsim.errors import SettingsError, shown
from learnsim.experiments.design.design import Design
from learnsim.provenance import origin
from learnsim.settings import Settings

MOST_SHARDS = 1_000_000


class Share(NamedTuple):
    """One of so many equal shares of an experiment's runs.

    Attributes
    ----------
    number : int
        Counted from 1.
    total : int
    """

    number: int
    total: int

    def of(self, point: int, replicates: int) -> range:
        """Return which of a point's replicates belong to the share.

        Examples
        --------
        >>> [Share(number, 3).of(0, 10) for number in (1, 2, 3)]
        [range(0, 3), range(3, 6), range(6, 10)]
        >>> [Share(number, 3).of(point, 1) for number in (1, 2, 3) for point in range(3)].count(range(0, 1))
        3
        """
        place = (self.number - 1 + point) % self.total  # few replicates of many points are divided too
        return range(place * replicates // self.total, (place + 1) * replicates // self.total)

    def __str__(self) -> str:
        return f"{self.number}/{self.total}"


WHOLE = Share(0, 1)  # the experiment itself, which is no shard: there may be a single shard too, 1/1


def share_from(text: Any) -> Share:
    """Return the share that a text names.

    Raises
    ------
    SettingsError
        If it names none.

    Examples
    --------
    >>> share_from("3/20")
    Share(number=3, total=20)
    """
    match = re.fullmatch(r"\s*(\d{1,7})\s*/\s*(\d{1,7})\s*", text, re.ASCII) if isinstance(text, str) else None
    if match is None:
        raise SettingsError(f"--shard {shown(text)} must be a number and how many there are, for example 3/20")
    number, count = map(int, match.groups())
    if not 1 <= count <= MOST_SHARDS:
        raise SettingsError(f"--shard {text}: there must be from 1 to {MOST_SHARDS:,} shards, for example 3/20")
    if not 1 <= number <= count:
        raise SettingsError(f"--shard {text}: shards are numbered from 1 to {count}, so write 1/{count} to {count}/{count}")
    return Share(number, count)


def check_share(share: Share, design: Design, source: str) -> None:
    """Check that an experiment can be divided so.

    Raises
    ------
    SettingsError
        If it asks for a precision, or has too few replicates.
    """
    if design.precision:
        raise SettingsError(
            f"{source}: [experiment] precision decides after the first {design.precision.min} replicates of a point how "
            "many more it takes, which a shard cannot know; leave precision out and set replicates, or leave out --shard"
        )
    most = len(design.points) * design.replicates
    if share.total > most:
        raise SettingsError(
            f"--shard {share}: {source} has only {most} replicate{'' if most == 1 else 's'} to divide, at all points "
            f"together; use at most {most} shard{'' if most == 1 else 's'}"
        )


def header_of(settings: Settings, share: Share) -> dict[str, Any]:
    """Return what the ledger of an experiment, or of a shard of it, begins with."""
    return {**origin(settings), **({} if share == WHOLE else {"shard": list(share)})}


def share_in(header: dict[str, Any]) -> Share:
    """Return which share a ledger with this header belongs to."""
    there = header.get("shard")
    numbers = there if isinstance(there, list) and len(there) == 2 and all(type(each) is int for each in there) else WHOLE
    return Share(*numbers)
