"""Random plans: rosters with a plan of who sits where, and settings in which a model plays it."""

from hypothesis import strategies as st

from learnsim.grouping.preparation import Prepared
from learnsim.people import Roster
from learnsim.people.plan_file import Seat, planned_cells
from learnsim.settings import validate

OFFICERS = ("most-knowledgeable", "stay", "random", "rotating", "fastest")


@st.composite
def plans(draw):
    """A roster with a plan: uneven cells of several communities, officers of some, and people who stay away from cycles."""
    people, communities, cycles = draw(st.integers(3, 16)), draw(st.integers(1, 3)), draw(st.integers(1, 4))
    home = [*range(communities), *draw(st.lists(st.integers(0, communities - 1), min_size=people - 3, max_size=people - 3))]
    home += [0] * (people - len(home))
    seats, absent = [], [[] for _ in range(people)]
    for t in range(cycles):
        leading = set()
        for i in draw(st.permutations(range(people))):
            cell = draw(st.integers(0, 3))
            if t < cycles - 1 and i and draw(st.integers(0, 4)) == 0:
                absent[i].append(t + 1)
                continue
            leads = (home[i], cell) not in leading and draw(st.booleans())
            if leads:
                leading.add((home[i], cell))
            seats.append(Seat(t, f"c{home[i]}", str(cell), i, leads))
    away = tuple(map(tuple, absent)) if any(absent) else ()
    return Roster(tuple(map(str, range(people))), planned=planned_cells(seats, people), absent=away)


@st.composite
def worlds(draw, kind):
    """Settings of a model in which the whole of a plan is played, and the roster with it."""
    roster, length = draw(plans()), draw(st.integers(1, 3))
    sessions = roster.planned.cycles * length - draw(st.integers(0, length - 1))
    arm = {"preset": "hybrid", "shuffle": "plan", "officer": draw(st.sampled_from(OFFICERS))}
    if draw(st.booleans()):
        arm |= {"lecture": 0.25, "briefing": 0.25, "exchange": 0.5}
    world = {"trainees": len(roster.ids), "communities": int(roster.planned.community.max()) + 1, "cycle_length": length}
    tree = {"model": {"kind": kind}, "organisation": world, "arms": {"x": arm}, "experiment": {"seed": draw(st.integers(0, 99))}}
    if kind == "training":
        leaving = draw(st.sampled_from([0.0, 0.0, 0.3]))
        tree["training"] = {
            "sessions": sessions,
            "turnover": leaving,
            "leavers": draw(st.sampled_from(["each", "officers"])),
            "absence": draw(st.sampled_from([0.0, 0.0, 0.2])),
            "throttle": draw(st.sampled_from(["slowest", "mean", "calendar"])),
        }
        tree["misconceptions"] = {"share": draw(st.sampled_from([0.0, 0.2]))}
        tree["communities"] = {"drift": draw(st.sampled_from([0.0, 0.3]))}
        tree["curriculum"] = {"items": 3}
        if draw(st.booleans()):
            tree["shocks"] = [{"at": sessions // 2, "kind": draw(st.sampled_from(["leave", "absent"])), "who": "officers"}]
    elif kind == "beliefs":
        tree["beliefs"] = {"periods": sessions, "dimensions": 6, "turnover": draw(st.sampled_from([0.0, 0.2]))}
    else:
        tree["search"] = {"periods": sessions, "loci": 6, "interactions": 2}
    return Prepared(validate(tree, "test"), roster)
