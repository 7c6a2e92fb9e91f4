"""Effective settings of the beliefs model: what a run depends on, by the conditions under which the rules use it."""

from __future__ import annotations

from learnsim.grouping.effective_settings import EffectiveSettings
from learnsim.models.beliefs.parameters import AT_A_CYCLES_START, AT_ANY_TIME, parameters_of

RATES = ("beliefs.learning_from_code", "beliefs.fast_learning", "beliefs.fast_share")
CODE = (*RATES, "beliefs.code_learning", "beliefs.reading")


def remove_unused(r: EffectiveSettings) -> None:
    """Drop what cannot change a bit of any measure or of anybody's final standing."""
    settings, arm, beliefs = r.settings, r.arm, r.settings.beliefs
    unread = ("arm.instructor", "arm.briefing", "arm.exchange", "organisation.span")
    r.drop(unread, "kind = 'beliefs' does not read it")
    parameters, periods, length = parameters_of(settings, arm), beliefs.periods, settings.organisation.cycle_length
    over = "no period is played" if periods == 0 else ""
    wait = not parameters.never_settles  # it counts from when on nothing could change

    # 1. whom people see
    rewired = arm.rewiring > 0.0 and r.pairs and sum(cells * times for _, cells, times in r.cells) > 1
    council = parameters.council and r.several
    cellmates = r.pairs and not (rewired and arm.rewiring == 1.0)  # who remain in sight
    seen = periods > 0 and parameters.has_contacts and (r.pairs or council)
    slow, fast = beliefs.fast_share == 1.0 or parameters.slow > 0.0, beliefs.fast_share == 0.0 or parameters.fast > 0.0
    alike = parameters.code_asks and slow and fast  # then everybody believes what the code says before all stand still
    settles = parameters.settles if wait and not alike and periods > 0 and parameters.has_contacts else AT_ANY_TIME
    nobody = over or ("adoption = 0" if r.grouped and beliefs.adoption == 0.0 else "there is nobody to look at")
    if not seen:
        r.reduce("beliefs.adoption", beliefs.adoption > 0.0 and settles != AT_ANY_TIME, nobody)
    if periods == 1 and settles == AT_A_CYCLES_START:
        settles = AT_ANY_TIME  # a run begins with a cycle
    r.tree(counts=seen or settles != AT_ANY_TIME, topics=False, members=_members(r, seen or settles != AT_ANY_TIME))
    if not seen:
        r.drop("arm.rewiring", nobody)
    elif not r.pairs or sum(cells * times for _, cells, times in r.cells) == 1:
        r.drop("arm.rewiring", "there is only one cell, and so nobody elsewhere" if r.pairs else "nobody has a cellmate")

    # 2. the code
    if periods == 0 or not parameters.has_code:
        r.drop(CODE, over or "no lecture stands for a code")
    elif not parameters.code_asks:
        r.drop(CODE, "code_learning = 0, so that the code never believes anything")
    elif periods == 1:
        r.drop(RATES, "the code believes nothing before the first period is over")
    elif beliefs.fast_share in (0.0, 1.0):
        all_slow = beliefs.fast_share == 0.0
        name = "beliefs.fast_learning" if all_slow else "beliefs.learning_from_code"
        why = "fast_share = 0, so that nobody is a fast learner"
        r.drop(name, why if all_slow else "fast_share = 1, so that everybody is a fast learner")
    elif beliefs.fast_learning == beliefs.learning_from_code:
        r.drop("beliefs.fast_share", "fast and slow learners learn equally fast")
    asks = parameters.code_asks and periods > 0
    never = "code_learning = 0, so that a code never believes anything" if beliefs.code_learning == 0.0 else ""
    r.reduce("arm.lecture", asks, over or never or "it only counts whether it is above 0")

    # 3. cells that change, and when standing still means equilibrium
    r.values["settles"] = settles
    across = arm.scope == "organisation" and arm.shuffle != "none"  # whom anybody can ever meet
    anybody = across or (rewired and arm.rewiring == 1.0)
    r.values["reach"] = settles != AT_ANY_TIME and r.branches > 1 and ("everybody" if anybody else rewired)
    moves = seen and r.moves(periods)
    acting = r.seats(periods, who=seen and (r.sizes[-1] > 1 or across), order=seen and rewired, later=cellmates or council)
    chosen = council and seen
    r.reduce("arm.council", chosen, nobody if not seen else "it only counts whether it is above 0")
    keeping = chosen and moves and r.shuffle.keeps_office and not r.officer.lasting
    r.values["officers stay"] = keeping
    chosen = (chosen or r.moves_officers) and r.sizes[-1] > 1
    if not chosen:
        r.drop("arm.officer", nobody if not seen else "no officers who could be others meet in a council")
    acting = acting or keeping
    if any(r.looked_at("learning_speed", by_officers=chosen)):  # whether or not there is a code to learn from
        some = parameters.slow != parameters.fast and 0.0 < parameters.fast_share < 1.0  # are faster than others
        r.values["rates"] = (parameters.fast_share, parameters.fast > parameters.slow) if some else None
        if some and None in (r.officer.looks_at, r.shuffle.looks_at):
            r.values["rates"] = (parameters.fast_share, parameters.fast, parameters.slow)
    novices = parameters.turnover > 0.0 and parameters.has_code  # who may be faster
    anew = chosen and periods > length and not keeping and not r.same_officers(periods, leaving=novices)
    waiting = settles == AT_A_CYCLES_START
    if not (acting or anew or waiting):
        r.drop("organisation.cycle_length", nobody if not seen else r.why_no_cycles(periods))
    elif not (acting or anew):
        within = f"a run of {periods} periods ends within its first cycle"
        r.reduce("organisation.cycle_length", min(length, periods), within)

    # 4. what changes by itself
    if wait and not asks and not seen and settles == AT_ANY_TIME:
        r.reduce("beliefs.periods", periods > 0, "nothing can change from the first period on")
    if over:
        r.reduce("beliefs.periods", False, over)
        r.drop(("beliefs.turnover", "beliefs.turbulence"), over)


def _members(r: EffectiveSettings, counts: bool) -> bool:
    """Whether it counts who is in which community."""
    return counts and r.settings.organisation.communities > 1 and r.arm.groups in ("cells", "community")
