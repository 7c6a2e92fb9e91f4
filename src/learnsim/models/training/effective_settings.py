"""Effective settings of the training model: what a run depends on, by the conditions under which the rules use it.
Both engines are as ``rules.py`` and ``phases.py`` say.
"""

from __future__ import annotations

from collections import Counter
from typing import NamedTuple

import numpy as np

from learnsim.grouping.effective_settings import EffectiveSettings, constant
from learnsim.models.training.info import misconceptions_asked
from learnsim.models.training.rules import CALENDAR, THROTTLES, council_effect
from learnsim.settings.readers import models

TRAITS = ("learning_speed", "sociability", "helpfulness")
EXACT = 2**20  # a share that is a whole number of such parts is multiplied and added without rounding


class Facts(NamedTuple):
    """Who can learn from what in one arm.

    Attributes
    ----------
    drawn : dict of str to bool
        Whether anybody's trait is drawn from its distribution.
    leaving : bool
        Whether novices replace people within the run.
    replaced : bool
        Whether they replace everybody after every session.
    lasting : bool
        Whether anything that is learned is still there after the session.
    known : bool
        Whether anybody ever knows anything.
    briefings : bool
        Whether officers brief anybody, with or without effect.
    able : bool
        Whether anybody can be helped, were ``help_effect`` above 0.
    lectured, instructed, consulted, briefed, exchanged : bool
        Whether anybody learns from the lecture, the instructor, another officer, a briefing, an exchange.
    working : bool
        Whether anybody works anything out with another.
    nobody : str
        Why nobody learns anything, or an empty string.
    """

    drawn: dict[str, bool]
    leaving: bool
    replaced: bool
    lasting: bool
    known: bool
    briefings: bool
    able: bool
    lectured: bool
    instructed: bool
    consulted: bool
    briefed: bool
    exchanged: bool
    working: bool
    nobody: str

    @property
    def by_item(self) -> bool:
        """Whether anybody learns the item that the cell is at."""
        return self.instructed or self.briefed

    @property
    def in_cells(self) -> bool:
        """Whether anybody learns from others."""
        return self.by_item or self.consulted or self.exchanged

    @property
    def learning(self) -> bool:
        """Whether anybody learns."""
        return self.lectured or self.in_cells


def remove_unused(r: EffectiveSettings) -> None:
    """Drop what cannot change a bit of any measure or of anybody's final standing."""
    facts = facts_of(r)
    _pretest(r)
    if r.settings.curriculum.questions == 0:
        r.drop("curriculum.pass_mark", "questions = 0, so that there is no test")
    if not r.arm.phases:
        _span(r, facts)
        _wrong_and_lost(r, facts)
        _changing_communities(r, facts)
    absent = r.roster is not None and any(r.roster.absent)
    if models()[r.settings.model.kind].groups_of(r.settings) or r.arm.phases or absent:
        return  # the rules below are about runs in which nothing is wrong, lost or changed
    _effects(r, facts)
    _rapport(r, facts)
    _curriculum(r, facts)
    _communities(r, facts)
    _time(r, facts)
    _officers_and_seats(r, facts)
    _prior(r)


def _span(r: EffectiveSettings, f: Facts) -> None:
    """How many officers an instructor has counts where a council has more, and the effects differ."""
    learning, span = r.settings.learning, r.settings.organisation.span
    if not f.instructed:
        r.drop("organisation.span", f.nobody or "no instructor works with officers")
    else:
        councils = sorted({cells for _, cells, _ in r.cells})
        effects = (council_effect(cells, span, learning.council_effect, learning.lecture_effect) for cells in councils)
        r.reduce("organisation.span", tuple(effects), f"no council has more than {councils[-1]} officers")


def _wrong_and_lost(r: EffectiveSettings, f: Facts) -> None:
    """What is wrong, and who is absent or leaves, count where they are switched on."""
    about, training = r.settings.misconceptions, r.settings.training
    r.drop("arm.idle", "the other shares of a session say what is taught")
    r.values["officers' share"] = r.arm.officers_share
    if about.share == 0.0:
        r.drop("misconceptions.held", "share = 0, so that nobody has a misconception at the start")
    if not misconceptions_asked(r.settings):
        r.drop(("misconceptions.persistence", "misconceptions.noticed"), "nobody has a misconception")
    if not f.working:
        r.drop("misconceptions.joint_wrong", f.nobody or "nobody works anything out together")
    if not (f.learning or f.briefings):
        r.drop("training.absence", f.nobody or "nobody learns anything")
    if training.absence == 0.0:
        r.drop("training.absent", "absence = 0, so that nobody is absent")
    if not f.leaving:
        r.drop("training.leavers", "turnover = 0, so that nobody leaves" if training.turnover == 0.0 else "no cycle ends")


def _changing_communities(r: EffectiveSettings, f: Facts) -> None:
    """Interests and communities change at the end of a cycle, where there are several, and room to move."""
    world, about = r.settings.organisation, r.settings.communities
    never = ""
    if world.communities == 1:
        never = "there is only one community"
    elif world.cycle_length > r.settings.training.sessions:
        never = "no cycle ends within the run"
    labels = r.roster.community if r.arm.formation == "given" and r.roster else ()
    sizes = [*Counter(labels).values()] or [r.people // world.communities]
    small = min(sizes) < about.minimum
    full = about.slack == 0.0 and not small and min(sizes) >= r.people // world.communities
    aimless = not (r.pairs if about.towards == "cell" else f.known)
    if about.drift == 0.0:
        r.drop("communities.towards", "drift = 0, so that interests stay as they are")
    why = never or "there is nothing for interests to drift towards"
    r.reduce("communities.drift", 0.0 if never or aimless else about.drift, why)
    mobility = 0.0 if never or full else about.mobility
    r.reduce("communities.mobility", mobility, never or "slack = 0, so that no community has room")
    minimum = 0 if never or not (small or mobility > 0.0) else about.minimum
    r.reduce("communities.minimum", minimum, never or "no community has fewer people, and nobody moves")
    if mobility == 0.0 and minimum == 0:
        r.drop("communities.slack", never or "nobody moves")


def facts_of(r: EffectiveSettings) -> Facts:
    """Return who can learn from what."""
    arm, training, learning = r.arm, r.settings.training, r.settings.learning
    sessions, length = training.sessions, r.settings.organisation.cycle_length
    leaving = training.turnover > 0.0 and length <= sessions
    drawn = {name: leaving or r.roster is None or not r.roster.knows_trait(name) for name in TRAITS}
    nobody = ""
    if sessions == 0:
        nobody = "no session is played"
    elif not _above_zero(r, "learning_speed", drawn["learning_speed"]):
        nobody = "everybody's learning speed is 0"
    elif learning.forgetting == 0.0 and _least_known(r) == 1.0:
        nobody = "everybody knows everything already"
    learns = not nobody
    replaced = leaving and training.turnover == 1.0 and length == 1
    lasting = learning.forgetting < 1.0 and not replaced
    lectured = learns and lasting and arm.lecture > 0.0 and learning.lecture_effect > 0.0
    instructed = learns and lasting and r.grouped and arm.instruction > 0.0 and learning.council_effect > 0.0

    # who cannot work together yet
    strangers = learning.initial_rapport == 0.0 and learning.rapport_sessions > 0.0 and sessions == 1
    approaching = r.pairs and arm.exchange > 0.0 and not strangers
    approaching = approaching and _above_zero(r, "sociability", drawn["sociability"])
    briefings = sessions > 0 and r.pairs and arm.briefing > 0.0
    explained = briefings and arm.officers_share > 0.0 and not strangers
    consulting = r.several and arm.consultation > 0.0
    working = learns and approaching and learning.joint_effect > 0.0
    known = _most_known(r) > 0.0 or lectured or instructed or working
    able = learns and known and (consulting or approaching or explained)
    able = able and _above_zero(r, "helpfulness", drawn["helpfulness"])
    helps = able and learning.help_effect > 0.0
    return Facts(
        drawn=drawn,
        leaving=leaving,
        replaced=replaced,
        lasting=lasting,
        known=known,
        briefings=briefings,
        able=able,
        lectured=lectured,
        instructed=instructed,
        consulted=helps and consulting,
        briefed=helps and explained,
        exchanged=working or (helps and approaching),
        working=working and lasting,
        nobody=nobody,
    )


def _effects(r: EffectiveSettings, f: Facts) -> None:
    learning, curriculum = r.settings.learning, r.settings.curriculum
    gone = "everybody is replaced after every session" if f.replaced else "everything is forgotten after every session"
    if not f.lectured:
        r.drop("learning.lecture_effect", f.nobody or ("there is no lecture" if r.arm.lecture == 0.0 or f.lasting else gone))
    if not f.instructed:
        none = f.lasting or not (r.grouped and r.arm.instruction > 0.0)
        r.drop("learning.council_effect", f.nobody or ("no instructor works with officers" if none else gone))
    if not f.able:
        r.drop("learning.help_effect", f.nobody or "nobody can help anybody")
    if not f.exchanged:
        r.drop("learning.joint_effect", f.nobody or "nobody approaches anybody")
    if r.settings.training.sessions == 0:
        r.drop("learning.forgetting", f.nobody)
    if not f.known:
        r.drop("learning.forgetting", "nobody ever knows anything")
        r.reduce("curriculum.mastery_threshold", curriculum.mastery_threshold > 0.0, "nobody ever knows anything")
    if f.replaced:
        r.drop("learning.forgetting", gone)
    if not f.lasting:  # what remains is how often something can be learned
        for effect in ("help_effect", "joint_effect", "initial_rapport"):
            r.reduce(f"learning.{effect}", getattr(learning, effect) > 0.0, gone)
        r.reduce("curriculum.prerequisite", curriculum.prerequisite < 1.0, gone)


def _rapport(r: EffectiveSettings, f: Facts) -> None:
    """Rapport counts where somebody is helped or worked with, and grows with the sessions together."""
    learning, training = r.settings.learning, r.settings.training
    if not (f.briefed or f.exchanged):
        r.drop(("learning.initial_rapport", "learning.rapport_sessions"), f.nobody or "nobody works with a cellmate")
    elif learning.initial_rapport == 1.0 or learning.rapport_sessions == 0.0:
        r.drop("learning.rapport_sessions", "initial_rapport = 1 is the most there is")
        r.drop("learning.initial_rapport", "rapport_sessions = 0, so that everybody knows everybody at once")
        r.values["rapport"] = "full"
    else:
        all_leave = f.leaving and training.turnover == 1.0 and r.settings.organisation.cycle_length == 1
        always_new = training.sessions == 1 or all_leave
        needed = tuple(max(1.0, learning.rapport_sessions * (size - 1)) for size in r.sizes if size > 1)
        why = "nobody is together for longer than a session" if always_new else "everybody knows everybody after one session"
        r.reduce("learning.rapport_sessions", None if always_new else needed, why)


def _curriculum(r: EffectiveSettings, f: Facts) -> None:
    curriculum, training = r.settings.curriculum, r.settings.training
    sessions = training.sessions
    if curriculum.items == 1:
        each = ("prerequisite", "sessions_per_item")
        r.drop((*(f"curriculum.{name}" for name in each), "training.throttle"), "there is only one item")
    first_only = curriculum.items == 1 or curriculum.sessions_per_item >= sessions
    calendar = training.throttle == "calendar"
    beyond = f.consulted or f.exchanged or (f.by_item and not (calendar and first_only)) or (f.lectured and not first_only)
    if not beyond:
        r.drop("curriculum.prerequisite", f.nobody or "nobody gets beyond the first item")
    if not (f.lectured or (f.by_item and calendar)):
        r.drop("curriculum.sessions_per_item", f.nobody or "nothing follows the lecture")
    elif first_only:
        r.reduce("curriculum.sessions_per_item", None, f"{sessions} sessions end within the first item")
    if f.by_item:
        r.reduce("training.throttle", _throttle(r), f"in cells of up to {r.sizes[-1]} it comes to the same")
    else:
        r.drop("training.throttle", f.nobody or "nobody works on a cell's current item")


def _communities(r: EffectiveSettings, f: Facts) -> None:
    """Communities count by who is in them, and by how interested people are in their topics."""
    arm, topics, sessions = r.arm, r.settings.organisation.communities, r.settings.training.sessions
    interest = r.roster.interest if r.roster else None
    keen = interest is not None and not f.leaving and bool((interest == 1.0).all())
    if topics == 1:
        r.drop("people.interest_weight", "there is only one community, which everybody is interested in")
    elif keen or not f.learning:
        r.drop("people.interest_weight", "everybody is interested in everything" if keen else f.nobody or "nobody learns")
    heeded = topics > 1 and r.settings.people.interest_weight > 0.0 and f.learning and not keen
    seated = arm.groups in ("cells", "community") and (f.in_cells or _met(r, f))
    members = topics > 1 and (seated or (heeded and f.in_cells))
    counts = r.pairs or f.consulted or (sessions > 0 and r.grouped and arm.instruction > 0.0)
    r.tree(counts=counts, topics=heeded, members=members)
    named = r.roster is not None and r.roster.knows_interests
    r.interests(value=heeded, formed=members and arm.formation == "interest", named=named, drawn=f.leaving or not named)


def _met(r: EffectiveSettings, f: Facts) -> bool:
    """Whether it counts who meets whom, even if nobody learns: distinct partners who are still here are counted."""
    return r.pairs and ((r.moves(r.settings.training.sessions) and not r.only_cell) or f.leaving)


def _time(r: EffectiveSettings, f: Facts) -> None:
    """Shares of a session count by what is learned in them, and by the hours that are counted."""
    arm, sessions = r.arm, r.settings.training.sessions
    r.values["officers' share"] = arm.officers_share if f.briefings or f.exchanged else None
    none = "no session is played" if sessions == 0 else ""
    alone = none or ("" if r.pairs else "nobody has a cellmate")
    if none:
        r.drop("arm.lecture", none)
    if not f.briefings:
        r.drop("arm.briefing", alone or "there is no briefing")
    if not f.exchanged:
        r.drop("arm.exchange", alone or f.nobody or "nobody approaches anybody")
    council = sessions > 0 and r.grouped and arm.council > 0.0
    if not (council and (arm.instructor or f.consulted)):
        r.drop("arm.council", none or "officers meet no instructor and nobody who helps them")
    r.reduce("arm.instructor", council and arm.instructor, none or "there is no council")


def _officers_and_seats(r: EffectiveSettings, f: Facts) -> None:
    """Officers, seats and cycles hang together; people's traits are read by rules, measures and policies."""
    arm, training = r.arm, r.settings.training
    sessions, length = training.sessions, r.settings.organisation.cycle_length
    rounded = any(share * EXACT % 1.0 > 0.0 for share in (arm.exchange, arm.briefing * f.briefings))
    by_officer = f.exchanged and (arm.officers_share < 1.0 or rounded)  # how often an officer takes part
    officers = (f.by_item or f.consulted or by_officer) and r.sizes[-1] > 1
    turning = officers and (r.officer.looks_at is None or not r.officer.deterministic)
    order = r.pairs and r.sizes[-1] > 2 and (f.exchanged or turning)
    acting = r.seats(sessions, who=f.in_cells or _met(r, f), order=order)
    officers = officers or (r.moves_officers and r.sizes[-1] > 1)
    if not officers:
        r.drop("arm.officer", f.nobody or "nothing depends on who is officer")
    keeping = officers and r.moves(sessions) and r.shuffle.keeps_office and not r.officer.lasting
    r.values["officers stay"] = keeping
    chosen = officers and sessions > length and not keeping and not r.same_officers(sessions, leaving=f.leaving)
    if not (acting or keeping or chosen or f.leaving):
        stays = "no cells are shuffled, nobody leaves"
        if officers:
            stays = "no cells are shuffled, nobody leaves, and the same officers stay"
        r.drop("organisation.cycle_length", r.why_no_cycles(sessions, unless=stays))
    ends = f"a run of {sessions} sessions ends before the first cycle of {length} does"
    r.reduce("training.turnover", training.turnover if f.leaving else 0.0, ends)

    helped = f.able and r.settings.learning.help_effect > 0.0
    values = {"learning_speed": f.learning, "sociability": f.exchanged, "helpfulness": helped}
    for name in TRAITS:
        all_of_it, its_order = r.looked_at(name, by_officers=officers)
        order = its_order or name != "helpfulness"  # the slowest and the quietest quarter are measured
        mixed = r.roster is not None and name in r.roster.traits  # novices are drawn, and compared with the roster's people
        r.trait(name, value=values[name] or all_of_it or (mixed and order), order=order, drawn=f.drawn[name])


def _above_zero(r: EffectiveSettings, name: str, drawn: bool) -> bool:
    """Whether anybody's trait can be above 0."""
    known = r.roster.traits.get(name) if r.roster else None
    if known is not None and bool((known > 0.0).any()):
        return True
    return drawn and constant(getattr(r.settings.people, name)) != 0.0


def _least_known(r: EffectiveSettings) -> float:
    prior = r.settings.prior
    drawn = [prior.known[0]] * (prior.share > 0.0) + [prior.unknown[0]] * (prior.share < 1.0)
    return min(drawn * _draws_prior(r) + _tested(r))


def _most_known(r: EffectiveSettings) -> float:
    prior = r.settings.prior
    drawn = [prior.known[1]] * (prior.share > 0.0) + [prior.unknown[1]] * (prior.share < 1.0)
    return max(drawn * _draws_prior(r) + _tested(r))


def _tested(r: EffectiveSettings) -> list[float]:
    """Return the least and the most prior mastery that a pretest in the roster says."""
    tests = r.roster.pretest if r.roster else None
    known = tests[~np.isnan(tests)] if tests is not None else np.empty(0)
    return [float(np.min(known)), float(np.max(known))] if known.size else []


def _draws_prior(r: EffectiveSettings) -> bool:
    """Whether anybody's prior mastery is drawn: of those without a pretest, and of novices."""
    leaving = r.settings.training.turnover > 0.0 or any(shock.kind == "leave" for shock in r.settings.shocks)
    return leaving or r.roster is None or not r.roster.knows_pretest


def _throttle(r: EffectiveSettings) -> str:
    """Return the throttle, or the first that comes to the same in cells of one or two."""
    throttle, largest = r.settings.training.throttle, r.sizes[-1]
    if THROTTLES[throttle] == CALENDAR or largest > 2:
        return throttle
    return "mean" if largest == 1 or throttle == "median" else throttle


def _pretest(r: EffectiveSettings) -> None:
    """Prior mastery is not drawn where the roster has everybody's pretest."""
    if not _draws_prior(r):
        r.drop(tuple(f"prior.{key}" for key in type(r.settings.prior).model_fields), "the roster has everybody's pretest")


def _prior(r: EffectiveSettings) -> None:
    prior = r.settings.prior
    if prior.known == prior.unknown:
        r.drop(("prior.share", "prior.by"), "known and unknown are the same range")
    elif prior.share in (0.0, 1.0):
        nothing = prior.share == 0.0
        why = "share = 0, so that nothing is known" if nothing else "share = 1, so that everything is known"
        r.drop(("prior.known" if nothing else "prior.unknown", "prior.by"), why)
    if r.settings.curriculum.items == 1:
        r.drop("prior.by", "there is only one item")
