"""Effective settings of the search model: what a run depends on, by the conditions under which the rules use it."""

from __future__ import annotations

from learnsim.grouping.effective_settings import EffectiveSettings

SEATED = ("groups", "council", "shuffle", "fraction", "scope", "officer", "formation")  # what goes with cells
FEW = 5  # people among whom a lattice ties everybody to everybody


def remove_unused(r: EffectiveSettings) -> None:
    """Drop what cannot change a bit of any measure or of anybody's final standing."""
    settings, arm = r.settings, r.arm
    unread = ("arm.lecture", "arm.instructor", "arm.briefing", "arm.exchange", "organisation.span")
    r.drop(unread, "kind = 'search' does not read it")
    periods, length = settings.search.periods, settings.organisation.cycle_length
    people = [f"people.{name}" for name in ("learning_speed", "sociability", "helpfulness", "interest_concentration")]
    if periods == 0:
        fields = [f"arm.{key}" for key in (*SEATED, "network", "rewiring", "density")]
        everything = [*fields, *people, *WORLD, "organisation.cycle_length"]
        r.drop(everything, "no period is played")
        return
    # 1. whom people see
    cells = sum(cells * times for _, cells, times in r.cells)
    rewired = arm.rewiring > 0.0 and r.pairs and cells > 1
    council = arm.council > 0.0 and r.several
    seen = r.pairs or council
    changing = r.grouped and (arm.shuffle != "none" or arm.council > 0.0)
    across = arm.shuffle != "none" and arm.scope == "organisation"
    certain = "everybody" if across or (rewired and arm.rewiring == 1.0) else "whoever is tied" if rewired else ""
    reach = (certain or "branch" * r.several) if changing and cells > 1 else ""
    reach = "everybody" if reach and r.branches == 1 else reach
    classic, why = _classic(r, seen=seen or reach != "", whole=cells == 1 and not reach)
    if classic:
        r.drop([*(f"arm.{key}" for key in SEATED), *people, *WORLD, "organisation.cycle_length"], why)
        few = f"among {r.people} people it comes to the same ties"
        r.reduce("arm.network", classic, why if arm.network == "cells" else few)
        if classic != "small-world":
            r.drop("arm.rewiring", why)
        if classic != "random":
            r.drop("arm.density", why)
        if arm.network != "cells" and arm.groups != "none":
            r.remarks.append(f"{why}: groups = {arm.groups!r} and what goes with it change nothing")
        return
    r.values["reach"] = reach  # whose better solutions a run waits for before it ends
    r.tree(counts=seen or reach != "", topics=False, members=(seen or reach == "branch") and r.branches > 1)
    if not (r.pairs and cells > 1):
        r.drop("arm.rewiring", "there is only one cell, and so nobody elsewhere" if r.pairs else "nobody has a cellmate")

    # 2. cells that change
    later = council or (r.pairs and not (rewired and arm.rewiring == 1.0))  # cellmates who remain in sight
    acting = r.seats(periods, who=seen and (r.sizes[-1] > 1 or across), order=seen and rewired, later=later)
    why = "it only counts whether it is above 0" if council else "there is no other officer to meet"
    r.reduce("arm.council", council, why)
    moves = r.moves(periods)
    keeping = council and moves and r.shuffle.keeps_office and not r.officer.lasting
    r.values["officers stay"] = keeping
    officers = (council or r.moves_officers) and r.sizes[-1] > 1
    if not officers:
        r.drop("arm.officer", "no officers meet in a council")
    acting = acting or keeping
    chosen = officers and periods > length and not keeping and not r.same_officers(periods)
    if not (acting or chosen):
        r.drop("organisation.cycle_length", r.why_no_cycles(periods))

    # 3. people, at whom only policies look
    for name in ("learning_speed", "sociability", "helpfulness"):
        value, order = r.looked_at(name, by_officers=officers)
        mixed = r.roster is not None and name in r.roster.traits  # who is drawn is compared with the roster's people
        drawn = r.roster is None or not r.roster.knows_trait(name)
        r.trait(name, value=value or (mixed and order), order=order, drawn=drawn)
    named = r.roster is not None and r.roster.knows_interests
    formed = "arm.formation" in r.values and arm.formation == "interest"
    r.interests(value=False, formed=formed, named=named, drawn=not named)


WORLD = ("organisation.cell_size", "organisation.communities", "organisation.formation")


def _classic(r: EffectiveSettings, *, seen: bool, whole: bool) -> tuple[str, str]:
    """Return the classic network that an arm's ties come to, the simplest among so few people, and why; or ""."""
    network = r.arm.network
    why = f"network = {network!r} stands in place of cells"
    if network == "cells":
        if not seen:
            return "isolated", "nobody has anybody to look at"
        return ("full", "there is only one cell, in which everybody is tied to everybody") if whole else ("", "")
    if r.people == 1:
        return "isolated", why
    if network in ("lattice", "small-world") and r.people <= FEW:
        return "full", why
    return "full" if network == "line" and r.people == 2 else network, why
