"""Strata: the people of a roster who have something in common: the value of a label, or the community."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from learnsim.arrays import Longs
from learnsim.grouping.communities import fill_communities
from learnsim.people import Roster
from learnsim.settings import Settings
from learnsim.sorting import label_order

COMMUNITY = "community"
NOT_KNOWN = "not known"  # the value of those of whom the roster says none


class Stratum(NamedTuple):
    """Some people of a roster, the same in every arm and replicate.

    Attributes
    ----------
    label : str
        What they have in common: a label's name, or :data:`COMMUNITY`.
    value : str
    members : array (members,)
        Their numbers, ascending.
    """

    label: str
    value: str
    members: Longs


def label_columns(settings: Settings) -> tuple[str, ...]:
    """Return the columns of the roster that the settings keep to report by."""
    return tuple(settings.roster.labels)


def communities_by_name(settings: Settings, roster: Roster) -> tuple[str, ...]:
    """Return everybody's community, if it is the same in every run: a value per person, or an empty tuple.

    It is the one that the roster names; or else the one that forms by the interests of the roster, called as its topic, if
    all arms form communities so.
    """
    if roster.community:
        return roster.community
    names = settings.arms
    swept = any(name == "organisation.formation" or name.endswith(".formation") for name in settings.sweep)
    by_interest = not swept and all(settings.arm(name).formation == "interest" for name in names)
    if roster.interest is None or not by_interest or np.isnan(roster.interest).any():
        return ()
    community = np.empty(len(roster.ids), dtype=np.int32)
    fill_communities(roster.interest, community)
    topics = roster.topics or [str(number + 1) for number in range(roster.interest.shape[1])]
    return tuple(topics[number] for number in community.tolist())


def labels_of(settings: Settings, roster: Roster) -> dict[str, tuple[str, ...]]:
    """Return each label that the settings keep with its values, one per person; "" where it is not known."""
    return {name: roster.labels[name] for name in label_columns(settings) if name in roster.labels}


def strata_of(settings: Settings, roster: Roster) -> tuple[Stratum, ...]:
    """Return the strata of a roster, label by label: its values in sorted order (numbers by value), the unknown last.

    Parameters
    ----------
    settings : Settings
        Of the whole experiment, with what is swept.
    roster : Roster

    Examples
    --------
    >>> from learnsim.settings import Settings
    >>> roster = Roster(("A", "B", "C"), community=("Sales", "Pumps", "Sales"))
    >>> for stratum in strata_of(Settings(), roster):
    ...     print(stratum.label, stratum.value, stratum.members)
    community Pumps [1]
    community Sales [0 2]
    """
    labels = labels_of(settings, roster)
    communities = communities_by_name(settings, roster)
    if communities and COMMUNITY not in labels and communities not in labels.values():
        labels[COMMUNITY] = communities
    strata = []
    for label, of_people in labels.items():
        named = [value or NOT_KNOWN for value in of_people]
        ranked = sorted(set(named), key=lambda value: (value == NOT_KNOWN, label_order(value)))
        members: dict[str, list[int]] = {value: [] for value in ranked}
        for person, value in enumerate(named):
            members[value].append(person)
        strata += [Stratum(label, value, np.array(some, dtype=np.int64)) for value, some in members.items()]
    return tuple(strata)
