"""Random settings: worlds small enough to play in a moment: people, their cells, one arm ``x``, and what they do.
Every option of the models of beliefs and of search is drawn, and what can go wrong or change in a training.
"""

import numpy as np
from hypothesis import strategies as st

from learnsim import grouping
from learnsim.grouping.policies import SHUFFLE_PROPERTIES, shuffle_names
from learnsim.people import Roster
from learnsim.settings import PRESETS, validate
from learnsim.settings.arms import Groups, Network
from learnsim.settings.shocks import TEACHERS

SHUFFLES, OFFICERS = shuffle_names(plan=False), list(grouping.OFFICERS)
LONG = st.integers(0, 2**64 - 1)
COUNCILS = (0.0, 0.3, 1.0)


def one_of(*values):
    return st.sampled_from(values)


def chances():
    return st.floats(0.0, 1.0).map(lambda x: round(x, 3)) | one_of(0.0, 0.3, 1.0)


def shares(count):
    return st.lists(one_of(0.0, 0.25, 0.5, 1.0), min_size=count, max_size=count).map(np.array)


@st.composite
def rosters(draw, communities):
    """Real people who name some traits, perhaps their interests, and perhaps their community."""
    count = draw(st.integers(communities, 20))
    traits = {name: draw(shares(count)) for name in ("learning_speed", "sociability", "helpfulness") if draw(st.booleans())}
    interest, labels = None, ()
    if draw(st.booleans()):
        interest = np.stack([draw(shares(count)) for _ in range(communities)], axis=1)
        interest[:, 0] = 1.0
        interest = np.take_along_axis(interest, np.argsort(np.arange(communities) * np.arange(count)[:, None] % 7, axis=1), 1)
    if draw(st.booleans()):
        others = draw(st.lists(st.integers(1, communities), min_size=count - communities, max_size=count - communities))
        labels = tuple(map(str, draw(st.permutations([*range(1, communities + 1), *others]))))
    for values in (*traits.values(), *([] if interest is None else [interest])):  # of some people nothing is known
        values[draw(st.lists(st.integers(0, count - 1), max_size=3))] = np.nan
    return Roster(tuple(map(str, range(count))), traits, interest, labels)


@st.composite
def arms(draw, kind, formations):
    """A preset as it is, or with its groups, its time, its policies and its ties overridden."""
    arm = {"preset": draw(st.sampled_from(sorted(PRESETS))), "officer": draw(st.sampled_from(OFFICERS))}
    if draw(st.booleans()):
        arm["groups"] = draw(one_of("cells", "cells", "cells", *Groups.__args__))
        lecture = 1.0 if arm["groups"] == "none" else draw(one_of(0.0, 0.0, 0.5, 1.0))  # only whether there is any matters
        arm |= {"lecture": lecture, "briefing": 0.0, "exchange": 1.0 - lecture}
        arm["council"] = draw(st.sampled_from(COUNCILS)) * (1.0 - lecture)
    if arm.get("groups", PRESETS[arm["preset"]][1].groups) != "none":
        arm["shuffle"] = draw(st.sampled_from(SHUFFLES))
    declared = SHUFFLE_PROPERTIES[arm["shuffle"]] if arm.get("shuffle", "none") != "none" else None
    if declared:
        arm["scope"] = draw(st.sampled_from(declared.scopes))
    if declared and declared.partial:
        arm["fraction"] = draw(one_of(1.0, 0.5, 0.2, 0.0))
    if draw(st.booleans()):
        arm["formation"] = draw(st.sampled_from(formations))
    arm["rewiring"] = draw(one_of(0.0, 0.0, 0.1, 0.5, 1.0))
    if kind == "search":
        arm["network"] = draw(one_of("cells", "cells", "cells", *Network.__args__))
        if arm["network"] != "cells":
            arm["rewiring"] = draw(one_of(0.1, 1.0)) if arm["network"] == "small-world" else 0.0
        if arm["network"] == "random":
            arm["density"] = draw(one_of(0.1, 0.5, 1.0))
    return arm


@st.composite
def beliefs(draw):
    """What there is to find out, and how; periods that are few, so that most runs are cut short, or enough to settle."""
    blocks = draw(one_of(1, 1, 2, 3))
    return {
        "dimensions": blocks * draw(st.integers(1, 6)),
        "interdependence": blocks,
        "reading": draw(one_of("figures", "text")),
        "learning_from_code": draw(chances()),
        "fast_learning": draw(chances()),
        "fast_share": draw(one_of(0.0, 0.5, 1.0)),
        "code_learning": draw(chances()),
        "adoption": draw(chances()),
        "turnover": draw(one_of(0.0, 0.0, 0.0, 0.1, 1.0)),
        "turbulence": draw(one_of(0.0, 0.0, 0.0, 0.1, 1.0)),
        "periods": draw(one_of(0, 1, 13, 30)),
    }


@st.composite
def searches(draw):
    """A problem, from a smooth hill to one on which every bit depends on all."""
    loci = draw(st.integers(1, 9))
    return {
        "loci": loci,
        "interactions": draw(st.integers(0, loci - 1)),
        "exponent": draw(one_of(1, 2, 8)),
        "periods": draw(st.integers(0, 30)),
    }


@st.composite
def worlds(draw, kind):
    """Everything that decides a result: settings with an arm ``x``, and a roster or none."""
    communities = draw(st.integers(1, 3))
    roster = draw(st.none() | st.none() | rosters(communities))
    formations = ["interest", "random", *(["given", "given"] if roster and roster.community else [])]
    organisation = {
        "communities": communities,
        "cell_size": draw(one_of(1, 2, 3, 4, 40)),
        "formation": draw(st.sampled_from(formations)),
        "cycle_length": draw(st.integers(1, 6)),
    }
    if roster:
        organisation["roster"] = "people.csv"  # read already
    else:
        organisation["trainees"] = draw(st.integers(communities, 20))
    tree = {
        "experiment": {"seed": draw(LONG), "common": draw(one_of("everything", "people"))},
        "model": {"kind": kind},
        "organisation": organisation,
        "arms": {"x": draw(arms(kind, formations))},
        kind: draw(beliefs() if kind == "beliefs" else searches()),
    }
    return validate(tree, "test"), roster


def times(draw, groups):
    """How a session is spent, in tenths: lecture, council, briefing, exchange, idle."""
    lecture = 10 if groups == "none" else draw(one_of(0, 0, 1, 5, 10))
    briefing = draw(st.integers(0, 10 - lecture))
    idle = draw(st.integers(0, 10 - lecture - briefing) | st.just(0))
    exchange = 10 - lecture - briefing - idle
    shares = {"lecture": lecture / 10, "briefing": briefing / 10, "exchange": exchange / 10, "idle": idle / 10}
    return {**shares, "council": draw(st.sampled_from(COUNCILS)) * (briefing + exchange + idle) / 10}


@st.composite
def training_arms(draw):
    """A preset as it is, or with its groups, its time, its policies and its scope overridden; a phase is drawn like it."""
    arm = {"preset": draw(st.sampled_from(sorted(PRESETS))), "officer": draw(st.sampled_from(OFFICERS))}
    groups = PRESETS[arm["preset"]][1].groups
    if draw(st.booleans()):
        groups = arm["groups"] = draw(one_of("cells", "cells", "cells", *Groups.__args__))
        arm |= times(draw, groups) | {"instructor": draw(st.booleans())}
    if groups != "none":
        arm["shuffle"] = draw(st.sampled_from(SHUFFLES))
        declared = SHUFFLE_PROPERTIES[arm["shuffle"]]
        arm["scope"] = draw(st.sampled_from(declared.scopes))
        if declared.partial:
            arm["fraction"] = draw(one_of(1.0, 0.5, 0.0))
    return arm


@st.composite
def phases(draw, cycle_length):
    """What an arm becomes from the beginning of some cycles on, perhaps beyond the end of the run."""
    start, drawn = 0, []
    for least in draw(one_of((), (), (0,), (1,), (1, 1), (0, 1, 1))):
        start += cycle_length * draw(st.integers(least, 3))
        phase = {"from": start, **draw(training_arms())}
        if draw(st.booleans()):
            phase["cell_size"] = draw(one_of(1, 2, 3, 5, 40))
        if draw(st.booleans()):
            phase["cycle_length"] = cycle_length = draw(st.integers(1, 5))
        if draw(st.booleans()):
            phase["throttle"] = draw(one_of("slowest", "median", "mean", "fastest", "calendar"))
        drawn.append(phase)
    return drawn


@st.composite
def shocks(draw, sessions, items):
    """What happens at a known session."""
    kind = draw(one_of("wrong", "wrong", "leave", "absent"))
    who = draw(one_of("officers", "trainees", "most-knowledgeable", "most-helpful", *(TEACHERS if kind == "wrong" else ())))
    shock = {"at": draw(st.integers(0, sessions - 1)), "kind": kind, "who": who, "sessions": draw(one_of(1, 3, 20))}
    if who not in TEACHERS:
        shock |= draw(one_of({}, {"count": 3}, {"count": 50}, {"share": 0.3}, {"share": 1.0}))
    if kind == "wrong":
        shock["items"] = draw(st.lists(st.integers(1, items), min_size=1, max_size=2))
        shock["level"] = draw(one_of(1.0, 1.0, 0.3, 0.0))
    return shock


@st.composite
def trainings(draw):
    """A training in which things go wrong, people are lost, the arm changes, and communities evolve; most of it at once."""
    communities, length = draw(st.integers(1, 4)), draw(st.integers(1, 5))
    trainees, items = draw(st.integers(communities, 24)), draw(st.integers(1, 4))
    sessions, leavers = draw(one_of(0, 1, 7, 13, 20)), ("random", "officers", "most-knowledgeable", "most-helpful")
    low, high = sorted((draw(chances()), draw(chances())))
    strong = draw(one_of(1.0, 1.0, 5.0))  # so strong that gains are cut off
    general = draw(one_of(True, True, False))  # else only what the faster kernel plays: turnover, phases, communities
    tree = {
        "experiment": {"seed": draw(LONG), "common": draw(one_of("everything", "people"))},
        "organisation": {
            "trainees": trainees,
            "communities": communities,
            "cell_size": draw(one_of(1, 2, 3, 4, 40)),
            "formation": draw(one_of("interest", "random")),
            "cycle_length": length,
            "span": draw(one_of(0, 1, 2, 5)),
        },
        "curriculum": {"items": items, "sessions_per_item": draw(one_of(1, 3)), "prerequisite": draw(chances())},
        "people": {"interest_weight": draw(chances())},
        "prior": {"share": draw(chances()), "by": draw(one_of("item", "person"))},
        "learning": {
            "lecture_effect": 0.3 * strong,
            "council_effect": draw(one_of(0.0, 0.5)) * strong,
            "help_effect": strong,
            "joint_effect": draw(one_of(0.0, 0.3)) * strong,
            "forgetting": draw(one_of(0.0, 0.0, 0.01, 0.3)),
        },
        "training": {
            "sessions": sessions,
            "throttle": draw(one_of("slowest", "median", "mean", "fastest", "calendar")),
            "turnover": draw(one_of(0.0, 0.1, 0.5, 1.0)),
            "leavers": draw(one_of("each", *leavers)) if general else "each",
            "absence": draw(one_of(0.0, 0.0, 0.3, 1.0)) if general else 0.0,
            "absent": draw(one_of("all", "officers")),
        },
        "misconceptions": {
            "share": draw(one_of(0.0, 0.3, 1.0)) if general else 0.0,
            "held": [low, high],
            "persistence": draw(chances()),
            "joint_wrong": draw(one_of(0.0, 0.3, 1.0)) if general else 0.0,
            "noticed": draw(one_of(0.1, 0.6)),
        },
        "communities": {
            "drift": draw(one_of(0.0, 0.3, 1.0)),
            "towards": draw(one_of("cell", "mastery")),
            "mobility": draw(one_of(0.0, 0.5, 1.0)),
            "slack": draw(one_of(0.0, 0.3, 5.0)),
            "minimum": draw(one_of(0, 1, trainees // communities)),
        },
        "shocks": draw(st.lists(shocks(sessions, items), max_size=4)) if general and sessions else [],
        "arms": {"x": {**draw(training_arms()), "phases": draw(phases(length))}},
    }
    return validate(tree, "test")
