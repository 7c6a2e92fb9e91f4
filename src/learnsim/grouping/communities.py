"""Communities of practice: who shares an interest with whom. Formed once, fixed for the run.
People are arrays here.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from learnsim.arrays import Addresses, Floats, Indices, Longs
from learnsim.chance import FORM_COMMUNITIES, Chance
from learnsim.compiled import kernel, rule
from learnsim.settings import Arm
from learnsim.sorting import argsort, label_order

DRAFT_SECONDS = 7e-10  # a pair of people in a snake draft (policy complementary), which compares all with all; measured
FORMATIONS = {
    "interest": "pairs of trainee and community by falling interest, while there is room",
    "random": "everybody dealt at random, whatever their interest",
    "given": "as the roster's column community says",
}


def community_sizes(trainees: int, communities: int) -> Longs:
    """Return the size of each community: the first ``trainees mod communities`` get one more."""
    return np.array([size_of(number, trainees, communities) for number in range(communities)])


@rule
def size_of(number: int, trainees: int, communities: int) -> int:
    """Return how many people one of equal communities has."""
    return trainees // communities + (1 if number < trainees % communities else 0)


def draft_seconds(arm: Arm, people: int, communities: int) -> float:
    """Return about how long an arm's shuffle takes, in seconds, if it is a snake draft in each group; else 0."""
    if arm.shuffle != "complementary" or arm.groups == "none":
        return 0.0
    return DRAFT_SECONDS * people * people / (1 if arm.groups == "organisation" else communities)


def form_communities(
    formation: str, interest: Floats, chance: Chance, labels: Sequence[str] = (), address: Addresses | None = None
) -> Indices:
    """Return the community of each trainee, shape (trainees,).

    Parameters
    ----------
    formation : str
        A key of :data:`FORMATIONS`.
    interest : array (trainees, communities)
    chance : Chance
        The random numbers of the run; used by ``random`` only.
    labels : sequence of str
        A label a trainee; the labels in sorted order (numbers by value) are the communities 0, 1, ...
    address : array (trainees,), optional
        Where each person's random numbers are; by default the trainee's number.
    """
    trainees, communities = interest.shape
    sizes = community_sizes(trainees, communities)
    if formation == "given":
        return communities_of(labels)
    community = np.empty(trainees, dtype=np.int32)
    if formation == "random":
        draws = chance.uniforms(FORM_COMMUNITIES, 0, np.arange(trainees) if address is None else address)
        community[argsort(draws)] = np.repeat(np.arange(communities), sizes)
    else:
        fill_communities(interest, community)
    return community


def communities_of(labels: Sequence[str]) -> Indices:
    """Return the number of each label in sorted order, numbers by value: shape (trainees,)."""
    names = sorted(set(labels), key=label_order)
    number = {label: place for place, label in enumerate(names)}
    return np.array([number[label] for label in labels], dtype=np.int32)


@kernel
def fill_communities(interest: Floats, community: Indices) -> None:
    """Take pairs of trainee and community by falling interest, while there is room."""
    trainees, communities = interest.shape
    wishes = np.empty(trainees * communities)
    vacant = np.zeros(communities, dtype=np.int64)
    for g in range(communities):
        vacant[g] = size_of(g, trainees, communities)
    for i in range(trainees):
        community[i] = -1
        for g in range(communities):
            wishes[i * communities + g] = -interest[i, g]
    pairs = argsort(wishes)
    for x in range(len(pairs)):
        i = pairs[x] // communities
        g = pairs[x] - i * communities
        if community[i] < 0 and vacant[g] > 0:
            community[i] = g
            vacant[g] -= 1
