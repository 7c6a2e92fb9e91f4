"""Random settings: worlds small enough to play in a moment: people, their cells, one arm ``x``, and what they believe or search.
Each is settings and a roster, or no roster; every option of the models of beliefs and of search is drawn.
"""

import numpy as np
from hypothesis import strategies as st

from learnsim import grouping
from learnsim.grouping.policies import SHUFFLE_PROPERTIES
from learnsim.people import Roster
from learnsim.settings import PRESETS, validate
from learnsim.settings.arms import Groups, Network

SHUFFLES, OFFICERS = list(grouping.SHUFFLES), list(grouping.OFFICERS)
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
