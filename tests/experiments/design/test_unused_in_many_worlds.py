"""Unused settings: every declared setting is swept in many worlds, and warned of exactly where not a bit changes.

The settings and their values come from the declarations, so that a new one cannot escape. What counts as a bit: every
measure after every session, every measure of a run, and the distribution of people's final standing, in all arms.
"""

from itertools import combinations, cycle

import numpy as np
import pytest

from helpers.our_models import OURS
from learnsim.errors import LearnsimError
from learnsim.experiments.design.points import Points
from learnsim.experiments.design.unused import UnusedSettings, alternatives, unused_settings
from learnsim.grouping import OFFICERS
from learnsim.grouping.planned import plan_of
from learnsim.grouping.policies import check_policies, shuffle_names
from learnsim.grouping.preparation import prepare
from learnsim.models.runs import BINS, run_arm
from learnsim.settings import PRESETS, sweep, validate
from learnsim.settings.arms import ArmTable
from learnsim.settings.readers import reads, reads_of_arms
from learnsim.settings.traits import Beta

pytestmark = pytest.mark.thorough

SHUFFLES = shuffle_names(plan=False)
SMALL = {
    "organisation": {"trainees": 23, "communities": 3, "cell_size": 3, "cycle_length": 2},
    "training": {"sessions": 7},
    "curriculum": {"items": 3, "sessions_per_item": 2, "mastery_threshold": 0.35},
    "prior": {"share": 0.4},
    "learning": {"lecture_effect": 0.4, "joint_effect": 0.4, "forgetting": 0.01},
    "beliefs": {"dimensions": 12, "interdependence": 2, "fast_share": 0.3, "periods": 25},
    "search": {"loci": 7, "interactions": 3, "exponent": 2, "periods": 12},
}
ROSTER = "id,community,learning_speed,sociability\n" + "".join(
    f"P{i},{'abc'[i % 3]},{0.05 + i * 7 % 12 / 13:.3f},{0.9 - i * 5 % 12 / 14:.3f}\n" for i in range(12)
)
INTERESTED = "id,helpfulness,interest_1,interest_2,interest_3\n" + "".join(
    f"P{i},{0.3 + i * 5 % 12 / 20:.2f},{1 + i % 3}e-1,{1 + (i * 5 + 1) % 4}e-1,{2 + (i * 7) % 5}e-1\n" for i in range(12)
)
GAPS = ROSTER.replace("P3,a,0.742", "P3,a,").replace("P7,b,0.127", "P7,b,-").replace(",0.186", ",n/a")
SOME_INTERESTED = "\n".join(line if line[:2] not in ("P2", "P9") else f"{line[:2]},,,," for line in INTERESTED.splitlines())
TESTED = "id,pretest\n" + "".join(f"P{i},{0.05 + i * 7 % 12 / 13:.3f}\n" for i in range(12))
SOME_TESTED = TESTED.replace("P4,0.358", "P4,-")
PLAN = "cycle,community,cell,person,role\n" + "".join(  # of 25 cycles, in which cells have one to three people
    f"{t + 1},{'abc'[i % 3]},{(i // 3 + t * (i // 6)) % 2},P{i},{'officer' * (i == t % 12)}\n" for t in range(25) for i in range(12)
)
UNSETTLING = {"turnover": 0.1}


def world(kind, *arms, values=None, **tables):
    """A small world of a model: arms as presets' names or tables, and other tables; values to sweep in place of the usual."""
    named = {f"a{number}": {"preset": arm} if isinstance(arm, str) else arm for number, arm in enumerate(arms)}
    tree = {"model": {"kind": kind}, "arms": named, "experiment": {"seed": 5}}
    for table in {*SMALL, *tables} - {"arms"}:
        if any(reads(kind, table, key) for key in sweep.tables()[table].model_fields):
            usual = SMALL.get(table, {}) if table != "organisation" or "roster" not in tables.get(table, {}) else {"communities": 3, "cycle_length": 2}
            each = {**usual, **tables.get(table, {})}
            tree[table] = {key: value for key, value in each.items() if reads(kind, table, key)}
    return tree, values or {}


def arm(preset="hybrid", **fields):
    return {"preset": preset, **fields}


HYBRID_ALONE = {"trainees": 12, "communities": 1}
WORLDS = {
    **{f"{kind}: {one}": world(kind, one) for kind in OURS for one in PRESETS},
    **{f"training: {one} and {other}": world("training", one, other) for one, other in combinations(PRESETS, 2) if one == "flat-lecture"},
    **{f"{kind}: flat-lecture and {one}": world(kind, "flat-lecture", one) for kind in OURS for one in ("collective", "hybrid")},
    **{f"{kind}: one community": world(kind, "hybrid", "collective", organisation=HYBRID_ALONE) for kind in OURS},
    **{
        f"{kind}: one person a cell": world(kind, arm(fraction=0.5), organisation={"cell_size": 1}, values={"training.throttle": some})
        for kind in OURS
        for some in [["slowest", "median", "mean", "fastest"]]
    },
    **{
        f"{kind}: cells as large as communities": world(
            kind, "hybrid", arm("isolated-cells"), organisation={"cell_size": 50}, values={"organisation.cell_size": [9, 20, 500]}
        )
        for kind in OURS
    },
    **{f"{kind}: a roster": world(kind, "hybrid", "flat-lecture", organisation={"roster": "people.csv"}) for kind in OURS},
    **{
        f"{kind}: a roster's communities": world(
            kind, "hybrid", organisation={"roster": "people.csv", "formation": "given"}, training=UNSETTLING
        )
        for kind in OURS
    },
    **{
        f"{kind}: a roster's interests": world(kind, "hybrid", organisation={"roster": "interested.csv"}) for kind in OURS
    },
    **{f"{kind}: a roster with gaps": world(kind, "hybrid", organisation={"roster": "gaps.csv"}) for kind in OURS},
    **{f"{kind}: some interests": world(kind, "hybrid", organisation={"roster": "some.csv"}) for kind in OURS},
    **{
        f"{kind}: order in a roster with gaps": world(kind, arm("linked-cells", officer="fastest"), organisation={"roster": "gaps.csv"})
        for kind in OURS
    },
    **{f"{kind}: a pretest": world(kind, "hybrid", "flat-lecture", organisation={"roster": "tested.csv"}) for kind in OURS},
    "training: a pretest of some": world("training", "hybrid", "flat-lecture", organisation={"roster": "sometested.csv"}),
    "training: people with a pretest leave": world("training", "hybrid", training=UNSETTLING, organisation={"roster": "tested.csv"}),
    "training: nobody knows anything of a pretest": world("training", "hybrid", organisation={"roster": "nothing.csv"}),
    **{
        f"{kind}: a plan": world(kind, arm(shuffle="plan"), organisation={"roster": "people.csv", "plan": "plan.csv"})
        for kind in OURS
    },
    **{
        f"{kind}: a long cycle": world(
            kind, "hybrid", "flat-lecture", training={"cycle_length": 30}, values={"organisation.cycle_length": [30, 40]}
        )
        for kind in OURS
    },
    **{f"{kind}: few move": world(kind, arm(fraction=0.1, scope="organisation")) for kind in OURS},
    **{f"{kind}: nobody moves": world(kind, arm("shuffled-cells", fraction=0.0)) for kind in OURS},
    **{f"{kind}: shuffle {name}": world(kind, arm(shuffle=name)) for kind, name in zip(cycle(OURS), SHUFFLES, strict=False)},
    **{f"training: shuffle {name}": world("training", arm(shuffle=name)) for name in SHUFFLES},
    **{f"{kind}: officer {name}": world(kind, arm("linked-cells", officer=name)) for kind, name in zip(cycle(OURS), OFFICERS, strict=False)},
    **{f"training: officer {name}": world("training", arm("linked-cells", officer=name)) for name in OFFICERS},
    **{f"{kind}: all are one group": world(kind, arm("collective", groups="organisation")) for kind in OURS},
    **{f"{kind}: random communities": world(kind, "hybrid", organisation={"formation": "random"}) for kind in OURS},
    "training: nothing is known": world("training", "hybrid", prior={"share": 0.0}),
    "training: everything is known": world("training", "hybrid", "flat-lecture", prior={"share": 1.0}),
    "training: known or not is alike": world("training", "hybrid", prior={"known": [0.1, 0.4], "unknown": [0.1, 0.4]}),
    "training: helpfulness 0": world(
        "training", "hybrid", people={"helpfulness": {"distribution": "constant", "value": 0.0}}
    ),
    "training: speed 0": world("training", "hybrid", people={"learning_speed": {"distribution": "constant", "value": 0.0}}),
    "training: quiet people": world("training", "hybrid", people={"sociability": {"distribution": "constant", "value": 0.0}}),
    "training: other traits": world(
        "training",
        "peer-instruction",
        people={
            "learning_speed": {"distribution": "uniform", "low": 0.2, "high": 0.8},
            "helpfulness": {"distribution": "lognormal", "mean": 0.5, "cv": 0.2},
        },
    ),
    "training: no council": world("training", arm(council=0.0)),
    "training: no exchange": world("training", arm("isolated-cells", briefing=1.0, exchange=0.0)),
    "training: no briefing": world("training", arm("isolated-cells", briefing=0.0, exchange=1.0)),
    "training: half an exchange": world("training", arm("isolated-cells", lecture=0.5, briefing=0.0, exchange=0.5)),
    "training: friends at once": world("training", "hybrid", learning={"r0": 1.0}),
    "training: rapport at once": world("training", "hybrid", learning={"rapport_sessions": 0.0}),
    "training: interest does not matter": world("training", "hybrid", "flat-lecture", people={"interest_weight": 0.0}),
    "training: one item": world("training", "hybrid", "flat-lecture", curriculum={"items": 1}),
    "training: the first item only": world(
        "training", "hybrid", "flat-lecture", curriculum={"sessions_per_item": 30}, values={"curriculum.sessions_per_item": [7, 30]}
    ),
    "training: people leave": world("training", "hybrid", "flat-lecture", training=UNSETTLING),
    "training: people leave a roster": world(
        "training", "hybrid", training=UNSETTLING, organisation={"roster": "people.csv"}
    ),
    "training: nothing has an effect": world(
        "training", "hybrid", learning=dict.fromkeys(("lecture_effect", "council_effect", "help_effect", "joint_effect"), 0.0)
    ),
    "training: nobody helps": world("training", "hybrid", learning={"help_effect": 0.0}),
    "training: no session": world("training", "hybrid", training={"sessions": 0}),
    **{
        f"training: throttle {name}": world("training", arm("isolated-cells"), training={"throttle": name})
        for name in ("slowest", "median", "fastest", "calendar")
    },
    "beliefs: no adoption": world("beliefs", "hybrid", "peer-instruction", beliefs={"adoption": 0.0}),
    "beliefs: a silent code": world("beliefs", "peer-instruction", beliefs={"code_learning": 0.0}),
    "beliefs: nobody is fast": world("beliefs", "flat-lecture", beliefs={"fast_share": 0.0}),
    "beliefs: everybody is fast": world("beliefs", "flat-lecture", beliefs={"fast_share": 1.0}),
    "beliefs: people leave": world("beliefs", "hybrid", beliefs={"turnover": 0.05}),
    "beliefs: reality changes": world("beliefs", "linked-cells", beliefs={"turbulence": 0.05}),
    **{f"{kind}: ties elsewhere": world(kind, arm("isolated-cells", rewiring=0.3)) for kind in ("beliefs", "search")},
    **{
        f"search: network {name}": world(
            "search", arm(network=name, rewiring=0.3 * (name == "small-world"), density=0.3 * (name == "random"))
        )
        for name in ("line", "lattice", "small-world", "random", "full", "isolated")
    },
}
FAR_APART = {
    "people.interest_concentration": [0.02, 1.0, 50.0],  # else everybody's second choice is hardly ever another
    "curriculum.equal_mean": [0.0, 0.99],  # where everybody begins, and where nobody gets to
}
BY_CHANCE = {  # what is read there, and changes no bit in any of 30 replicates
    # whether nothing can change any more is asked of other people, who are alike by then
    "beliefs: a long cycle": {"arms.a0.shuffle"},
    "beliefs: nobody moves": {"arms.a0.scope"},
    "search: nobody moves": {"arms.a0.scope"},
    # of these twelve people everybody's first and second choice is the same however concentrated interests are
    "search: a roster": {"people.interest_concentration"},
    "search: a roster with gaps": {"people.interest_concentration"},
    "search: order in a roster with gaps": {"people.interest_concentration"},
    "search: a pretest": {"people.interest_concentration"},
}


def swept_names(tree):
    """Every declared setting that the model reads, traits by their parts, and every field of the first arm."""
    kind = tree["model"]["kind"]
    for table, fields in sweep.tables().items():
        for key, field in fields.model_fields.items():
            if not reads(kind, table, key) or key in ("roster", "plan"):
                continue
            usual = field.get_default(call_default_factory=True)
            trait = tree.get(table, {}).get(key, usual.model_dump()) if isinstance(usual, Beta) else {}
            yield f"{table}.{key}"
            yield from (f"{table}.{key}.{part}" for part in trait if part != "distribution")
    yield from (f"arms.a0.{key}" for key in ArmTable.model_fields if reads_of_arms(kind, key))


def values_of(full, tree):
    if full in FAR_APART:
        return FAR_APART[full]
    if full.count(".") == 2 and not full.startswith("arms."):  # part of a trait
        return [0.3, 0.5, 0.6] if full.rpartition(".")[2] in ("mean", "value", "low") else [0.05, 0.1, 0.15, 0.75, 0.85]
    return alternatives(full)


def sweeps_of(tree, full, values, most=3):
    """The points of a sweep over some of the values that are allowed in this world; None if there are not two."""
    good = []
    for value in values:
        if len(good) == most:
            break
        try:
            made = validate({**tree, "sweep": {full: [*good, value]}}, "test")
            for name in made.arms:
                point = Points(made, "test")[len(good)]
                check_policies(point.settings.arm(name))
                plan_of(point.settings, point.settings.arm(name), OURS[made.model.kind].sessions(point.settings), point.roster)
        except LearnsimError:
            continue
        good.append(value)
    return Points(validate({**tree, "sweep": {full: good}}, "test"), "test") if len(good) > 1 else None


def bits(point, arm, replicate):
    record = run_arm(point.prepared, arm, replicate)
    standing = np.histogram(record.standing(), BINS, (0.0, 1.0))[0]
    arrays = [*record.measures.values(), np.array([*record.run_measures().values()]), standing]
    return b"".join(array.tobytes() for array in arrays)


def same_bits(points, replicates):
    """Whether every arm gives the same at all points."""
    arms = points[0].settings.arms
    return all(len({bits(point, arm, n) for point in points}) == 1 for n in replicates for arm in arms)


def changes_nothing(points, *, warned):
    """Whether no bit differs; where that is not warned of, more replicates must agree that it is not by chance."""
    return same_bits(points, range(3)) and (warned or same_bits(points, range(3, 30)))


@pytest.fixture(scope="module")
def rosters(tmp_path_factory):
    folder = tmp_path_factory.mktemp("rosters")
    texts = {"people": ROSTER, "interested": INTERESTED, "gaps": GAPS, "some": SOME_INTERESTED, "tested": TESTED, "sometested": SOME_TESTED}
    texts["nothing"] = "id,pretest\n" + "".join(f"P{i},0\n" for i in range(12))
    texts["plan"] = PLAN
    for name, text in texts.items():
        (folder / f"{name}.csv").write_text(text)
    return folder


def placed(tree, folder):
    files = {key: str(folder / tree["organisation"][key]) for key in ("roster", "plan") if key in tree["organisation"]}
    return {**tree, "organisation": tree["organisation"] | files}


@pytest.mark.parametrize("name", WORLDS)
def test_a_setting_is_warned_of_exactly_where_no_bit_changes(name, rosters):
    tree, special = WORLDS[name]
    tree = placed(tree, rosters)
    wrong = {}
    for full in swept_names(tree):
        points = sweeps_of(tree, full, special.get(full) or values_of(full, tree))
        if points is None:
            continue
        idle = UnusedSettings(validate({**tree, "sweep": {full: [p.values[full] for p in points]}}, "test"))
        for point in points:
            idle.look(point)
        warned = bool(idle.reasons.get(full))
        if full not in BY_CHANCE.get(name, ()) and warned != changes_nothing(points, warned=warned):
            wrong[full] = [point.values[full] for point in points], idle.reasons.get(full, "not warned of")
    assert wrong == {}


@pytest.mark.parametrize("kind", OURS)
def test_every_setting_that_a_model_reads_is_swept_somewhere(kind, rosters):
    never = {f"{table}.{key}" for table, each in sweep.tables().items() for key in each.model_fields if reads(kind, table, key)}
    never |= {f"arms.a0.{key}" for key in ArmTable.model_fields if reads_of_arms(kind, key)}
    for name in (f"{kind}: a roster", f"{kind}: hybrid", f"{kind}: ties elsewhere", f"{kind}: all are one group", f"{kind}: linked-cells", f"{kind}: network random"):
        tree = placed(WORLDS.get(name, WORLDS[f"{kind}: hybrid"])[0], rosters)
        never -= {full for full in never if sweeps_of(tree, full, values_of(full, tree))}
    together = {"arms.a0.lecture", "arms.a0.briefing", "arms.a0.exchange", "arms.a0.idle"}  # which add up to 1
    assert never - together - {"arms.a0.phases"} == {"organisation.roster", "organisation.plan"}  # phases are tables, swept by their own settings


def test_shares_that_add_up_are_warned_of_together_where_no_bit_changes(rosters):
    """Without cellmates it does not count how time is divided between briefing and exchange."""
    tree, _ = world("training", arm("isolated-cells"), organisation={"cell_size": 1})
    tree |= {"sweep": {"arms.a0.briefing": [0.3, 0.75], "arms.a0.exchange": [0.7, 0.25]}, "design": {"kind": "zip"}}
    idle, points = UnusedSettings(validate(tree, "test")), Points(validate(tree, "test"), "test")
    for point in points:
        idle.look(point)
    assert {full: idle.reasons[full] for full in tree["sweep"]} == dict.fromkeys(tree["sweep"], "nobody has a cellmate")
    assert changes_nothing(points, warned=True)


SINGLE_VALUES = {
    "training: flat-lecture and hybrid": {"arms.a0.officer": "fastest", "people.helpfulness": None, "learning.initial_rapport": 0.1},
    "training: collective": {"learning.council_effect": 0.9, "training.throttle": "slowest"},
    "beliefs: isolated-cells": {"arms.a0.officer": "fastest", "beliefs.learning_from_code": 0.9, "beliefs.adoption": 0.9},
    "search: linked-cells": {"arms.a0.instructor": False, "arms.a0.scope": "organisation", "arms.a0.officer": "fastest"},
}


@pytest.mark.parametrize("name", SINGLE_VALUES)
def test_what_changes_nothing_whatever_it_is_can_be_asked_for_a_page(name, rosters):
    tree, _ = WORLDS[name]
    unused = unused_settings(prepare(validate(tree, "test")))
    assert unused and all(unused.values())
    for full in unused:
        points = sweeps_of(tree, full, alternatives(full), most=9)
        assert points is None or changes_nothing(points, warned=True), full


@pytest.mark.parametrize("name", SINGLE_VALUES)
def test_a_warning_comes_exactly_where_the_default_gives_the_same(name):
    """A setting that stands in the file is warned of exactly where leaving it out gives the same bits."""
    tree, _ = WORLDS[name]
    settings = validate(tree, "test")
    for full, value in SINGLE_VALUES[name].items():
        changed = settings.changed({full: {"distribution": "constant", "value": 0.4} if value is None else value})
        idle = UnusedSettings(changed)
        idle.look(Points(changed, "test")[0])
        here, there = (Points(each, "test")[0] for each in (changed, settings))
        same = all(bits(here, one, n) == bits(there, one, n) for one in settings.arms for n in range(3))
        warnings = [warning for warning in idle.warnings if f"{full.rpartition('.')[2]} = " in warning]
        assert bool(warnings) == same, (full, warnings)
