"""People: traits, interests and prior mastery of all trainees, drawn from their distributions or a roster.
Shared by both engines; numbers go in, arrays come out.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import numpy as np

from learnsim import chance as purpose
from learnsim.arrays import Addresses, Floats, Longs
from learnsim.chance import Chance
from learnsim.compiled import kernel
from learnsim.errors import SettingsError
from learnsim.files import named
from learnsim.people.plan_file import PlannedCells, check_seats, read_plan
from learnsim.people.quantiles import gamma_quantile, trait_rows
from learnsim.people.roster import Roster, read_roster
from learnsim.people.spelling import alike_labels, listed
from learnsim.settings import Settings
from learnsim.settings.readers import reads

CHUNK = 1 << 16  # people drawn at a time, so that a million of them need no large temporaries
TRAITS = {
    "learning_speed": purpose.LEARNING_SPEED,
    "sociability": purpose.SOCIABILITY,
    "helpfulness": purpose.HELPFULNESS,
}


@dataclass
class People:
    """All trainees of a run; entry i belongs to trainee i. Mastery changes as they learn.

    Attributes
    ----------
    learning_speed, sociability, helpfulness : arrays (trainees,) in [0, 1]
    interest : array (trainees, communities), each row's maximum 1
    mastery : array (trainees, items) in [0, 1]
    clipped : int
        Trait values that a lognormal distribution put above 1.
    address : array (trainees,) of uint32
        Where each person's random numbers are: with a roster it belongs to the id, otherwise it is the trainee's number.
    misconception : array (trainees, items) in [0, 1], or (trainees, 0) where nobody can hold anything wrong
        How firmly each item is held wrong; mastery + misconception is at most 1.
    """

    learning_speed: Floats
    sociability: Floats
    helpfulness: Floats
    interest: Floats
    mastery: Floats
    clipped: int = 0
    misconception: Floats = field(default_factory=lambda: np.zeros((0, 0)))
    address: Addresses = field(default_factory=lambda: np.zeros(0, dtype=np.uint32))

    def __post_init__(self) -> None:
        if len(self.misconception) < len(self):
            self.misconception = np.zeros((len(self), 0))
        if len(self.address) < len(self):
            self.address = np.arange(len(self), dtype=np.uint32)

    def __len__(self) -> int:
        """Return the number of trainees."""
        return len(self.learning_speed)

    def copy(self) -> People:
        """Return people whose arrays are their own: one run changes nobody else's people."""
        return People(
            self.learning_speed.copy(),
            self.sociability.copy(),
            self.helpfulness.copy(),
            self.interest.copy(),
            self.mastery.copy(),
            self.clipped,
            self.misconception.copy(),
            self.address,
        )


def load_roster(settings: Settings, read: Roster | None = None) -> Roster | None:
    """Return the roster that the settings name, checked against them; ``None`` if they name none.

    Parameters
    ----------
    settings : Settings
    read : Roster, optional
        What the file says, if it has been read already.

    Raises
    ------
    SettingsError
        If the roster or its plan disagrees with the number of trainees, communities or items.
    """
    world = settings.organisation
    if not world.roster:
        return None
    roster = (read or read_roster(world.roster, settings.roster)).by_id()
    settings = with_communities(settings, roster)
    world = settings.organisation
    count, name = len(roster.ids), named(world.roster)
    if "trainees" in world.model_fields_set and world.trainees != count:
        raise SettingsError(
            f"[organisation] trainees = {world.trainees}, but {name} has {count} people; leave trainees out"
        )
    if count < world.communities:
        raise SettingsError(f"{name}: {count} people cannot fill communities = {world.communities}")
    if roster.interest is not None and roster.interest.shape[1] != world.communities:
        raise SettingsError(
            f"{name}: has {roster.interest.shape[1]} interest columns, "
            f"[organisation] communities = {world.communities} needs as many"
        )
    tests, items = 0 if roster.pretest is None else roster.pretest.shape[1], settings.curriculum.items
    if tests > 1 and tests != items and reads(settings.model.kind, "curriculum", "items"):
        raise SettingsError(f"{name}: has {tests} columns of a pretest, [curriculum] items = {items} needs one, or as many")
    labels = set(roster.community)
    if by_label(settings) and len(labels) != world.communities:
        there = f"names {len(labels)} communities" if labels else "has no column community"
        which = f"; they are {listed(list(dict.fromkeys(roster.community)))}" if labels else ""
        alike = "".join(f"; {kind} differ only in how they are written" for kind in alike_labels(roster.community))
        raise SettingsError(f"{name}: {there}, [organisation] communities = {world.communities}{which}{alike}")
    return replace(roster, planned=_load_plan(settings, roster)) if world.plan else roster


def _load_plan(settings: Settings, roster: Roster) -> PlannedCells:
    """Return the plan that the settings name, of the people of a roster."""
    world, name = settings.organisation, named(settings.organisation.plan)
    planned = read_plan(world.plan, roster.ids, roster.topics)
    length = world.cycle_length if settings.roster.absent_in == "sessions" else 0
    check_seats(name, planned, roster.ids, roster.absent, length)
    communities = int(np.max(planned.community)) + 1
    if communities != world.communities:
        raise SettingsError(
            f"{name}: names {communities} communities, [organisation] communities = {world.communities}; they must agree"
        )
    return planned


def with_communities(settings: Settings, roster: Roster | None) -> Settings:
    """Return the settings with the number of communities that the roster names, where the settings name none themselves."""
    world = settings.organisation
    if roster is None or "communities" in world.model_fields_set:
        return settings
    topics = 0 if roster.interest is None else roster.interest.shape[1]
    count = len(set(roster.community)) if by_label(settings) else topics
    if count in (0, world.communities):
        return settings
    return settings.model_copy(update={"organisation": world.model_copy(update={"communities": count})})


def by_label(settings: Settings) -> bool:
    """Whether any arm takes its communities from the roster's column."""
    return settings.organisation.formation == "given" or any(
        settings.arm(name).formation == "given" for name in settings.arms
    )


def count_trainees(settings: Settings, roster: Roster | None) -> int:
    """Return the number of trainees: the roster's, or the setting."""
    return settings.organisation.trainees if roster is None else len(roster.ids)


def addresses_of(settings: Settings, roster: Roster | None) -> Addresses:
    """Return where each person's random numbers are, shape (trainees,): with a roster it belongs to the id."""
    return np.arange(settings.organisation.trainees, dtype=np.uint32) if roster is None else roster.address


def draw_people(settings: Settings, chance: Chance, roster: Roster | None) -> People:
    """Draw everybody as they are before session 0.

    Parameters
    ----------
    settings : Settings
    chance : Chance
        The random numbers of the run.
    roster : Roster or None
        Real people; what it does not say is drawn.
    """
    count = count_trainees(settings, roster)
    address = addresses_of(settings, roster)
    people = _drawn(address[:CHUNK], settings, chance)
    if count > CHUNK:
        some, people = people, nobody(settings, count)
        seat(people, slice(0, CHUNK), some)
        for start in range(CHUNK, count, CHUNK):
            end = min(start + CHUNK, count)
            seat(people, slice(start, end), _drawn(address[start:end], settings, chance))
    people.address = address
    if roster is not None:
        _take(roster, people)
    return people


def _take(roster: Roster, people: People) -> None:
    """Put what a roster knows of its people in place of what was drawn; a pretest counts more than a misconception."""
    for name, values in roster.traits.items():
        np.copyto(getattr(people, name), values, where=~np.isnan(values))
    if roster.interest is not None:
        np.copyto(people.interest, roster.interest, where=~np.isnan(roster.interest))
    if roster.pretest is not None and roster.pretest.shape[1] in (1, people.mastery.shape[1]):  # else there is no curriculum
        known = np.broadcast_to(~np.isnan(roster.pretest), people.mastery.shape)
        np.copyto(people.mastery, roster.pretest, where=known)
        if people.misconception.shape[1]:
            np.minimum(people.misconception, 1.0 - people.mastery, out=people.misconception, where=known)


def draw_novices(people: People, who: Longs, session: int, settings: Settings, chance: Chance) -> None:
    """Replace the people in seats ``who`` by novices drawn as at the start, at the address of their first session."""
    seat(people, who, draw_at(people.address[who], np.array([0, len(who)]), np.array([session]), settings, chance))


def nobody(settings: Settings, count: int) -> People:
    """Return room for so many people."""
    topics, items = settings.organisation.communities, settings.curriculum.items
    return People(
        np.empty(count),
        np.empty(count),
        np.empty(count),
        np.empty((count, topics)),
        np.empty((count, items)),
        0,
        np.zeros((count, items)) if settings.misconceptions.share > 0.0 else np.empty((count, 0)),
    )


def seat(people: People, where: slice | Longs, others: People) -> None:
    """Put others in the place of some people."""
    people.learning_speed[where], people.sociability[where] = others.learning_speed, others.sociability
    people.helpfulness[where] = others.helpfulness
    people.interest[where], people.mastery[where] = others.interest, others.mastery
    people.misconception[where] = others.misconception if others.misconception.shape[1] else 0.0
    people.clipped += others.clipped


def draw_at(address: Addresses, ends: Longs, sessions: Longs, settings: Settings, chance: Chance) -> People:
    """Return the person drawn at each address; ``address[ends[s] : ends[s + 1]]`` first come to ``sessions[s]``."""
    traits, prior, people = settings.people, settings.prior, nobody(settings, len(address))
    topics, items = people.interest.shape[1], people.mastery.shape[1]
    widths = dict.fromkeys(TRAITS.values(), 1) | ({purpose.INTEREST: topics} if topics > 1 else {})
    widths |= {purpose.PRIOR_KNOWN: items if prior.by == "item" else 1, purpose.PRIOR_LEVEL: items}
    wrong = settings.misconceptions
    if wrong.share > 0.0:
        widths |= {purpose.WRONG_HELD: items, purpose.WRONG_LEVEL: items}
    drawn = chance.tables(address, ends, sessions, widths)
    if wrong.share > 0.0:
        *drawn, is_held, how_firmly = drawn
        low, high = wrong.held
        people.misconception[:] = np.where(is_held < wrong.share, low + (high - low) * how_firmly, 0.0)
    *drawn, known, level = drawn
    rows = np.concatenate([some.T for some in drawn[: len(TRAITS)]])
    values, people.clipped = trait_rows([getattr(traits, name) for name in TRAITS], rows)
    for name, row in zip(TRAITS, values, strict=True):
        getattr(people, name)[:] = row
    if topics == 1:
        people.interest[:] = 1.0
    else:  # a Dirichlet distribution by way of gamma quantiles
        _scale(gamma_quantile(traits.interest_concentration)(drawn[-1].T), people.interest)
    _set_mastery(known, level, people.mastery, prior.share, *prior.known, *prior.unknown)
    if wrong.share > 0.0:
        np.minimum(people.mastery, 1.0 - people.misconception, out=people.mastery)
    return people


def _drawn(address: Addresses, settings: Settings, chance: Chance) -> People:
    """Return the people at some addresses as they are before session 0."""
    return draw_at(address, np.array([0, len(address)]), np.array([0]), settings, chance)


@kernel
def _set_mastery(
    known: Floats,
    level: Floats,
    mastery: Floats,
    share: float,
    known_low: float,
    known_high: float,
    unknown_low: float,
    unknown_high: float,
) -> None:
    """Turn uniform numbers in ``level`` into mastery; those in ``known`` (one, or all items, per row) say what is known."""
    for x in range(level.shape[0]):
        for j in range(level.shape[1]):
            if known[x, min(j, known.shape[1] - 1)] < share:
                mastery[x, j] = known_low + (known_high - known_low) * level[x, j]
            else:
                mastery[x, j] = unknown_low + (unknown_high - unknown_low) * level[x, j]


@kernel
def _scale(weights: Floats, interest: Floats) -> None:
    """Scale everybody's weights, a column each, to maximum 1; weights too small for a number count as all alike."""
    for x in range(weights.shape[1]):
        best = 0.0
        for g in range(weights.shape[0]):
            best = max(best, weights[g, x])
        for g in range(weights.shape[0]):
            interest[x, g] = weights[g, x] / best if best > 0.0 else 1.0
