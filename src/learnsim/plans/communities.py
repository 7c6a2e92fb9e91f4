"""Communities of a plan: as the roster says, by its interests, or at random, and how they are called."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from learnsim.arrays import Indices
from learnsim.chance import Chance
from learnsim.grouping.communities import communities_of, form_communities
from learnsim.people import Roster
from learnsim.settings import Settings
from learnsim.sorting import label_order


def settings_of_communities(settings: Settings, roster: Roster) -> Settings:
    """Return settings whose communities are those that a plan has: a column of communities counts where there is one.

    Without one, and without interests, all people are one community unless the file says how many there are.
    """
    explicit = settings.organisation.model_fields_set
    if roster.community and "formation" not in explicit:
        return settings.changed({"organisation.formation": "given", "organisation.communities": len(set(roster.community))})
    if roster.interest is None and not roster.community and "communities" not in explicit:
        return settings.changed({"organisation.communities": 1})
    return settings


def communities_for(settings: Settings, roster: Roster) -> tuple[Indices, tuple[str, ...]]:
    """Return each person's community, shape (people,), and what the communities are called.

    Whose interests are not known goes where there are seats.
    """
    formation, count = settings.organisation.formation, settings.organisation.communities
    if formation == "given":
        return communities_of(roster.community), tuple(sorted(set(roster.community), key=label_order))
    interest = np.ones((len(roster.ids), count)) if roster.interest is None else roster.interest.copy()
    interest[np.isnan(interest).any(axis=1)] = 1.0
    if roster.interest is None:
        formation = "random"
    community = form_communities(formation, interest, Chance(settings.plan.seed, 0), address=roster.address)
    return community, tuple(roster.topics or [str(number + 1) for number in range(count)])


def communities_again(
    labels: Sequence[str | None], roster: Roster, settings: Settings, known: tuple[str, ...]
) -> tuple[Indices, tuple[str, ...]]:
    """Return the communities of a plan that is made again: as before, and new people in theirs.

    Parameters
    ----------
    labels : sequence of str or None
        What each person's community was called in the earlier plan; ``None`` for who is new.
    roster : Roster
    settings : Settings
    known : tuple of str
        The communities of the earlier plan.

    Returns
    -------
    community : array (people,)
    communities : tuple of str
    """
    names = list(known)
    by_roster = roster.community if settings.organisation.formation == "given" and roster.community else ()
    for number, label in enumerate(by_roster):
        if labels[number] is None and label not in names:
            names.append(label)
    community = np.full(len(labels), -1, dtype=np.int32)
    for number, before in enumerate(labels):
        if before is not None:
            community[number] = names.index(before)
        elif by_roster:
            community[number] = names.index(by_roster[number])
    for number in np.flatnonzero(community < 0).tolist():
        sizes = np.bincount(community[community >= 0], minlength=len(names))
        wishes = np.zeros(len(names))
        if roster.interest is not None and not np.isnan(roster.interest[number]).any():
            wishes[: roster.interest.shape[1]] = roster.interest[number]
        best = np.flatnonzero(wishes == np.max(wishes))
        community[number] = best[int(np.argmin(sizes[best]))]
    return community, tuple(names)
