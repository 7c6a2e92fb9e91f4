"""Evolution: interests drift, people move to communities of more interest, and small communities close.
Both engines call this at the end of a cycle.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from learnsim.arrays import Floats, Indices, Longs
from learnsim.compiled import kernel
from learnsim.grouping.cells import SeatPlan
from learnsim.settings.training import Communities


def on_simplex(interest: Floats) -> Floats:
    """Return interests as shares that add up to 1 for each person: shape (trainees, communities)."""
    total = np.zeros(len(interest))
    for column in interest.T:
        total += column
    return interest / total[:, None]


def drift(interest: Floats, plan: SeatPlan, seen: Floats, about: Communities) -> None:
    """Move everybody's interests a share of the way towards their cell's, or towards what they master; in place.

    Parameters
    ----------
    interest : array (trainees, communities)
        Each row's maximum is 1.
    plan : SeatPlan
    seen : array (trainees, items)
        Mastery as people see it. Item j belongs to the topic of community ``j mod communities``.
    about : Communities
    """
    if about.drift == 0.0:
        return
    shares = on_simplex(interest)
    target = _means_of_cells(shares, plan) if about.towards == "cell" else _mastery_by_topic(shares, seen)
    drifting = (target != shares).any(axis=1)
    new = (1.0 - about.drift) * shares[drifting] + about.drift * target[drifting]
    interest[drifting] = new / new.max(axis=1)[:, None]


def _means_of_cells(shares: Floats, plan: SeatPlan) -> Floats:
    """Return the mean of each person's cell; people without a cell keep their own."""
    target = shares.copy()
    _fill_means(plan.order, plan.offsets, shares, target)
    return target


@kernel
def _fill_means(order: Indices, offsets: Indices, shares: Floats, target: Floats) -> None:
    """Put the mean of each cell of several people in the place of its members' own shares."""
    for c in range(len(offsets) - 1):
        size = offsets[c + 1] - offsets[c]
        for g in range(shares.shape[1] if size > 1 else 0):
            total = 0.0
            for x in range(offsets[c], offsets[c + 1]):
                total += shares[order[x], g]
            for x in range(offsets[c], offsets[c + 1]):
                target[order[x], g] = total / size


def _mastery_by_topic(shares: Floats, seen: Floats) -> Floats:
    """Return each person's mastery of the topics as shares; whoever masters nothing keeps their own interests."""
    topics = shares.shape[1]
    mastery = np.zeros(shares.shape)
    for topic in range(min(topics, seen.shape[1])):
        items = range(topic, seen.shape[1], topics)
        for j in items:
            mastery[:, topic] += seen[:, j]
        mastery[:, topic] /= len(items)
    total = np.zeros(len(mastery))
    for column in mastery.T:
        total += column
    knows = total > 0.0
    target = shares.copy()
    target[knows] = mastery[knows] / total[knows, None]
    return target


def closing(community: Indices, communities: int, minimum: int) -> Longs:
    """Return the communities that close: those with fewer than ``minimum`` people, but never all of them."""
    sizes = np.bincount(community, minlength=communities)
    small = np.flatnonzero((sizes > 0) & (sizes < minimum))
    return np.delete(small, np.argmax(sizes[small])) if len(small) == (sizes > 0).sum() else small


def move(interest: Floats, community: Indices, draws: Floats, about: Communities) -> tuple[Indices, int]:
    """Return the communities in which people are after a cycle, and how many have moved.

    Members of communities that close go first. Then whoever draws below ``mobility`` moves to a community of more
    interest: pairs of person and community are taken by falling advantage, then by person, then by community, while the
    community is open: it has not closed, and has fewer people than ``slack`` allows.

    Parameters
    ----------
    interest : array (trainees, communities)
    community : array (trainees,)
    draws : array (trainees,)
        A uniform number of each.
    about : Communities
    """
    communities = interest.shape[1]
    sizes = np.bincount(community, minlength=communities)
    gone = closing(community, communities, about.minimum)
    living = sizes > 0
    living[gone] = False
    even = len(community) // max(1, int(living.sum()))
    most = int(even * (1.0 + about.slack) + 0.5)
    must = np.isin(community, gone)
    may = ~must & (draws < about.mobility)
    own = interest[np.arange(len(community)), community]
    advantage = interest - own[:, None]
    new, moves = community.copy(), 0
    for people, better in ((must, np.ones_like(living)[None, :]), (may, advantage > 0.0)):
        wishes = np.argwhere(people[:, None] & living[None, :] & better)
        order = np.lexsort((wishes[:, 1], wishes[:, 0], -advantage[wishes[:, 0], wishes[:, 1]]))
        moves += _take(wishes[order], community, new, sizes, most)
    for i in np.flatnonzero(np.isin(new, gone)):  # no community has room
        g = np.flatnonzero(living)[np.argmin(sizes[living])]
        sizes[new[i]], sizes[g] = sizes[new[i]] - 1, sizes[g] + 1
        new[i] = g
        moves += 1
    return new, moves


@kernel
def _take(wishes: Longs, community: Indices, new: Indices, sizes: Longs, most: Any) -> int:
    """Take pairs of person and community in their order, each person at most once, while there is room."""
    moves = 0
    for x in range(len(wishes)):
        i, g = wishes[x, 0], wishes[x, 1]
        if new[i] == community[i] and sizes[g] < most:
            sizes[new[i]] -= 1
            sizes[g] += 1
            new[i] = g
            moves += 1
    return moves


def fit(interest: Floats, community: Indices) -> tuple[float, float]:
    """Return mean interest in the topic of one's own community, and the share who are in the living one they like best."""
    living = np.bincount(community, minlength=interest.shape[1]) > 0
    own = interest[np.arange(len(community)), community]
    best = interest[:, living].max(axis=1)
    total = 0.0
    for one in own.tolist():
        total += one
    return total / len(own), float((own >= best).sum()) / len(own)
