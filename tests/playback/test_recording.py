"""The page record: of the compiled engine in one piece, or of Mesa models row by row; the same numbers."""

import base64
import json

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import learnsim
from helpers import random_plans
from helpers.our_models import OURS
from helpers.random_settings import trainings, worlds
from learnsim.errors import SettingsError
from learnsim.grouping.policies import shuffle_names
from learnsim.grouping.preparation import Prepared, prepare
from learnsim.models.runs import run_arm, setup_of
from learnsim.playback.live import Live, present_of
from learnsim.playback.recording import recording_of
from learnsim.settings import Settings, load, validate

SMALL = {
    "organisation.trainees": 24,
    "organisation.communities": 2,
    "organisation.cell_size": 3,
    "organisation.cycle_length": 4,
    "training.sessions": 12,
}


def small(**changes):
    return prepare(Settings().changed(SMALL | {name.replace("__", "."): value for name, value in changes.items()}))


def opened(array):
    values = np.frombuffer(base64.b64decode(array["data"]), dtype=np.dtype(array["type"]).newbyteorder("<"))
    return values.reshape(array["shape"])


def appended(record, frames):
    """A record with further rows, as the player appends them."""
    arms = []
    for arm, more in zip(record["arms"], frames["arms"], strict=True):
        new = dict(arm, rows=arm["rows"] + more["rows"], plans=arm["plans"] + more["plans"], marks=arm["marks"] + more["marks"])
        new["curves"] = {key: values + more["curves"][key] for key, values in arm["curves"].items()}
        for name in ("levels", "wrong"):
            both = [arm[name], more[name]]
            new[name] = None if arm[name] is None else _packed_again(np.concatenate([opened(one) for one in both]), arm[name])
        for name in ("asked", "consulted"):
            offsets, further = (opened(one[name]["offsets"]).astype(int) for one in (arm, more))
            pairs = np.concatenate([opened(one[name]["pairs"]) for one in (arm, more)])
            new[name] = {
                "offsets": _packed_again(np.concatenate([offsets, offsets[-1] + further[1:]]), arm[name]["offsets"]),
                "pairs": _packed_again(pairs, arm[name]["pairs"]),
            }
        if arm["absent"] is not None:
            offsets, further = (opened(one["absent"]["offsets"]).astype(int) for one in (arm, more))
            people = np.concatenate([opened(one["absent"]["people"]) for one in (arm, more)])
            new["absent"] = {
                "offsets": _packed_again(np.concatenate([offsets, offsets[-1] + further[1:]]), arm["absent"]["offsets"]),
                "people": _packed_again(people, arm["absent"]["people"]),
            }
        arms.append(new)
    return dict(record, arms=arms)


def _packed_again(array, like):
    kind = np.dtype(like["type"]).newbyteorder("<")
    return {"type": like["type"], "shape": list(array.shape), "data": base64.b64encode(array.astype(kind).tobytes()).decode()}


def played_live(prepared, arms, replicate=0, steps=(1, 3, 2)):
    """The record of Mesa models, asked for in uneven pieces."""
    live = Live(prepared, arms, replicate)
    try:
        record, first, turn = live.record(), 1, 0
        while not live.finished:
            frames = live.frames(first, first + steps[turn % len(steps)] - 1)
            if frames["arms"]:
                record = appended(record, frames)
            first, turn = live.row + 1, turn + 1
        return record | {"sessions": live.row}
    finally:
        live.release()


def same(prepared, arms, replicate=0):
    recorded, live = recording_of(prepared, arms, replicate), played_live(prepared, arms, replicate)
    assert json.loads(json.dumps(recorded, allow_nan=False)) == json.loads(json.dumps(live))
    return recorded


@settings(max_examples=80, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(trainings(), st.integers(0, 2**32))
def test_mesa_models_give_the_record_of_the_compiled_engine(configuration, replicate):
    """Misconceptions, shocks, losses, phases and evolving communities, whatever there is at once."""
    same(prepare(configuration), ["x", "flat-lecture"], replicate)


@pytest.mark.parametrize("kind", [kind for kind in OURS if kind != "training"])
@settings(max_examples=50, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(st.data(), st.integers(0, 2**32))
def test_mesa_models_give_the_same_record_of_the_other_models(kind, data, replicate):
    """Where a run settles before another, its last row holds from then on."""
    configuration, roster = data.draw(worlds(kind))
    same(Prepared(configuration, roster), ["x", "flat-lecture"], replicate)


@pytest.mark.parametrize("kind", OURS)
@settings(max_examples=30, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(st.data())
def test_mesa_models_give_the_same_record_of_a_plan(kind, data):
    """Of real people, some of whom are absent from cycles; each cycle of the plan is marked."""
    prepared = data.draw(random_plans.worlds(kind))
    arm = same(prepared, ["x"])["arms"][0]
    length = prepared.settings.organisation.cycle_length
    begun = [(mark["row"], mark["values"]["cycle"]) for mark in arm["marks"] if mark["kind"] == "plan"]
    assert begun == [(1 + cycle * length, cycle + 1) for cycle in range(1, prepared.roster.planned.cycles) if cycle * length + 1 < arm["rows"]]


@pytest.mark.parametrize("shuffle", shuffle_names(plan=False))
def test_mesa_models_give_the_same_record_under_every_shuffle(shuffle):
    record = same(small(arms__x={"preset": "hybrid", "shuffle": shuffle}, training__turnover=0.1), ["x"])
    assert record["arms"][0]["rows"] == 13


def test_one_to_four_arms_are_in_one_record():
    four = ["hybrid", "flat-lecture", "isolated-cells", "collective"]
    for count in range(1, 5):
        assert [arm["name"] for arm in same(small(), four[:count])["arms"]] == four[:count]


@pytest.mark.exact
@pytest.mark.parametrize("kind", OURS)
def test_a_model_that_somebody_else_steps_is_shown_as_the_record_has_it(kind):
    """Also with another seed than that of its settings, and in later phases of an arm."""
    arms = {"x": {"preset": "hybrid", **({"phases": [{"from": 2, "preset": "flat-lecture"}]} if kind == "training" else {})}}
    prepared = of_kind(kind, arms=arms, experiment={"seed": 5})
    record = recording_of(prepared, ["x"])
    there, model = record["arms"][0], OURS[kind].playable.model(setup_of(prepared, "x"))
    other = type(model)("x", prepared.settings.changed({"experiment.seed": 6}), seed=5)
    for row in range(5):
        for one in (model, other):
            shown = present_of(one)
            arm = shown["arms"][0]
            assert (shown["first"], shown["sessions"], shown["traits"]) == (row, model.sessions, record["traits"])
            assert opened(arm["levels"]).tolist() == opened(there["levels"])[row : row + 1].tolist()
            assert arm["ties"] == there["ties"]
            assert arm["curves"] == {key: values[: row + 1] for key, values in there["curves"].items()}
            plan = [each for each in there["plans"] if each["from"] <= row][-1]
            assert [each | {"from": plan["from"]} for each in arm["plans"]] == [plan]
            one.step()


def of_kind(kind, **changes):
    few = {"organisation": {"trainees": 12, "communities": 2, "cell_size": 3, "cycle_length": 2}}
    return prepare(validate({"model": {"kind": kind}, **few, **changes}, "test"))


@pytest.mark.exact
def test_levels_of_beliefs_are_payoffs_and_of_search_scores():
    for kind, measure, level in (("beliefs", "mean_payoff", "level.payoff"), ("search", "mean_score", "level.score")):
        record = recording_of(of_kind(kind, **{kind: {"periods": 6}}), ["hybrid"])
        arm = record["arms"][0]
        assert (record["kind"], record["clock"], record["level"], record["items"]) == (kind, "period", {"label_key": level}, len_of(kind))
        assert opened(arm["levels"]).mean(axis=1) / 10_000 == pytest.approx(arm["curves"][measure], abs=5e-5)
        assert arm["wrong"] is None and opened(arm["asked"]["pairs"]).shape == (0, 2)


def len_of(kind):
    return Settings().beliefs.dimensions if kind == "beliefs" else Settings().search.loci


def test_a_network_has_its_ties_and_cells_those_to_people_elsewhere():
    def ties_of(kind, **arm):
        there = recording_of(of_kind(kind, arms={"x": {"preset": "isolated-cells", **arm}}, **{kind: {"periods": 3}}), ["x"])
        ties = there["arms"][0]["ties"]
        return None if ties is None else opened(ties).tolist()

    assert ties_of("search", network="line") == [[i, i + 1] for i in range(11)]
    assert ties_of("search", network="isolated") is ties_of("search") is ties_of("beliefs") is None
    for kind in ("beliefs", "search"):
        arm = recording_of(of_kind(kind, arms={"x": {"preset": "isolated-cells", "rewiring": 0.5}}), ["x"])["arms"][0]
        pairs, cell = opened(arm["ties"]), opened(arm["plans"][0]["cell"])
        assert len(pairs) and (cell[pairs[:, 0]] != cell[pairs[:, 1]]).all()


def test_a_model_of_ones_own_is_not_played_back(tmp_path):
    (tmp_path / "own.py").write_text(
        "import mesa\n\nclass Own(mesa.Model):\n    def __init__(self, seed=None):\n        super().__init__(seed=seed)\n"
        '        self.datacollector = mesa.DataCollector({"step": lambda m: m.steps})\n'
    )
    prepared = prepare(validate({"model": {"kind": "mesa", "class": str(tmp_path / "own.py:Own")}, "arms": {"x": {}}}, "test"))
    with pytest.raises(SettingsError, match=r"^\[model\] kind = 'mesa': the player shows no runs of this model$"):
        recording_of(prepared, ["x"])


@pytest.mark.exact
def test_levels_and_curves_are_those_of_the_run():
    prepared = small(misconceptions__share=0.3)
    arm = recording_of(prepared, ["hybrid"], 3)["arms"][0]
    run = run_arm(prepared, "hybrid", 3, trace=True)
    for name, array in (("levels", run.trace.mastery), ("wrong", run.trace.misconception)):
        means = np.array([[sum(person) / len(person) for person in row] for row in array.tolist()])
        assert np.array_equal(opened(arm[name]), np.floor(10_000 * means + 0.5))
    for key, values in arm["curves"].items():
        assert values == [None if np.isnan(x) else x for x in run[key].tolist()], key
    assert {"mean_mastery", "p10", "p90", "fast_mean", "quiet_mean", "partners", "wrong"} <= set(arm["curves"])


@pytest.mark.exact
def test_whoever_asks_is_listed_with_the_one_who_is_asked_row_by_row():
    prepared = small()
    arm, run = recording_of(prepared, ["hybrid"])["arms"][0], run_arm(prepared, "hybrid", trace=True)
    for name in ("asked", "consulted"):
        offsets, pairs = opened(arm[name]["offsets"]), opened(arm[name]["pairs"])
        assert len(offsets) == 14 and offsets[0] == offsets[1] == 0 and offsets[-1] == len(pairs) > 0
        for row, asked in enumerate(getattr(run.trace, name)):
            here = pairs[offsets[row] : offsets[row + 1]].tolist()
            assert here == [[i, int(p)] for i, p in enumerate(asked) if p >= 0]


@pytest.mark.exact
@pytest.mark.parametrize(
    "away",
    [
        {"training__absence": 0.3},
        {"training__absence": 0.5, "training__absent": "officers"},
        {"shocks": [{"at": 3, "kind": "absent", "who": "officers", "count": 3, "sessions": 4}]},
    ],
)
def test_whoever_is_absent_is_listed_row_by_row_and_by_live_models_too(away):
    prepared = small(**away)
    record, run = recording_of(prepared, ["hybrid"]), run_arm(prepared, "hybrid", engine="agents", trace=True)
    absent = record["arms"][0]["absent"]
    offsets, people = opened(absent["offsets"]), opened(absent["people"])
    assert offsets[1] == 0 and len(people) == run.trace.absent.sum() > 5
    for row, who in enumerate(run.trace.absent):
        assert people[offsets[row] : offsets[row + 1]].tolist() == np.flatnonzero(who).tolist()
    assert played_live(prepared, ["hybrid"])["arms"][0]["absent"] == absent


@pytest.mark.exact
def test_where_nobody_can_be_absent_nobody_is_listed():
    assert recording_of(small(), ["hybrid"])["arms"][0]["absent"] is None
    assert recording_of(small(training__leavers="officers"), ["hybrid"])["arms"][0]["absent"] is None


@pytest.mark.exact
def test_a_new_plan_begins_with_each_cycle_and_is_marked():
    prepared = small()
    arm, run = recording_of(prepared, ["hybrid"])["arms"][0], run_arm(prepared, "hybrid", trace=True)
    assert [plan["from"] for plan in arm["plans"]] == [0, 5, 9]
    for plan in arm["plans"]:
        assert opened(plan["cell"]).tolist() == run.trace.cell[plan["from"]].tolist()
        assert opened(plan["officers"]).tolist() == run.trace.officers[plan["from"]].tolist()
        assert opened(plan["community"]).tolist() == run.community.tolist()
        assert opened(plan["branches"]).tolist() == run.branches.tolist()
    moved = int((run.trace.cell[5] != run.trace.cell[4]).sum())
    assert arm["marks"][0] == {"row": 5, "kind": "shuffle", "text": "mark.shuffle", "values": {"count": moved}}
    assert [mark["row"] for mark in arm["marks"]] == [5, 9]


def test_a_shock_is_marked_in_the_first_row_that_shows_it():
    """Where nobody is struck there is no mark: an arm without officers, or without lectures."""
    shocks = [
        {"at": 2, "kind": "wrong", "who": "officers", "count": 1, "items": [1, 3]},
        {"at": 5, "kind": "absent", "who": "trainees", "share": 0.25, "sessions": 3},
        {"at": 6, "kind": "wrong", "who": "lecturer", "level": 0.5},
    ]
    left, right = recording_of(small(shocks=shocks, arms__x={"preset": "isolated-cells"}), ["x", "flat-lecture"])["arms"]
    struck = [[(mark["row"], mark["text"]) for mark in arm["marks"] if mark["kind"] == "shock"] for arm in (left, right)]
    assert struck[0] == [(3, "mark.wrong.officers"), (6, "mark.absent.trainees")]
    assert struck[1] == [(6, "mark.absent.trainees"), (7, "mark.wrong.lecturer")]
    values = {mark["text"]: mark["values"] for arm in (left, right) for mark in arm["marks"]}
    assert values["mark.wrong.officers"] | {"sessions": 0} == {"count": 1, "items": "1, 3", "points": 100, "sessions": 0}
    assert values["mark.absent.trainees"]["count"] == 6 and values["mark.wrong.lecturer"]["points"] == 50


def test_novices_are_named_with_their_own_traits():
    prepared = small(training__turnover=0.3)
    record, run = recording_of(prepared, ["hybrid"]), run_arm(prepared, "hybrid", trace=True)
    arm = record["arms"][0]
    assert "traits" not in arm["plans"][0] and arm["plans"][0]["novices"] == []
    plan = next(plan for plan in arm["plans"] if plan["from"] == 4)
    assert plan["novices"] == np.flatnonzero(~run.trace.stayed[4]).tolist() != []
    assert np.array_equal(opened(plan["traits"]["sociability"]), run.trace.sociability[4].astype(np.float32))
    mark = next(mark for mark in arm["marks"] if mark["kind"] == "novices")
    assert (mark["row"], mark["values"]["count"]) == (4, len(plan["novices"]))


def test_phases_of_an_arm_change_what_happens_in_a_session():
    phases = [{"from": 4, "preset": "flat-lecture"}]
    arm = recording_of(small(arms__x={"preset": "hybrid", "phases": phases}), ["x"])["arms"][0]
    assert [name for name, _ in arm["phases"]] == ["council", "briefing", "exchange"] and arm["instructor"]
    plan = next(plan for plan in arm["plans"] if plan["from"] == 5)
    stage = {"phases": [["lecture", 1.0]], "shuffled": False, "shows_officers": False, "instructor": False, "cycle_length": 4}
    assert plan["stage"] == stage and arm["shuffled"]
    assert "stage" not in arm["plans"][0] and {"row": 5, "kind": "stage", "text": "mark.stage", "values": {}} in arm["marks"]


def test_people_of_a_class_list_and_their_communities_have_names(tmp_path):
    people = "".join(f"P{i},{name},{'north' if i % 2 else 'south'}\n" for i, name in enumerate(["Ana", "Bo", "Cy", "Di"]))
    (tmp_path / "people.csv").write_text("id,name,community\n" + people)
    (tmp_path / "x.toml").write_text('[organisation]\nroster = "people.csv"\nformation = "given"\n[training]\nsessions = 3\n')
    record = same(prepare(load(tmp_path / "x.toml")), ["hybrid", "flat-lecture"])
    assert record["names"] == ["Ana", "Bo", "Cy", "Di"] and record["communities"] == ["north", "south"]
    assert record["people"] == 4


def test_nothing_is_shown_of_who_asks_whom_among_very_many():
    record = recording_of(small(organisation__trainees=3_001, training__sessions=1), ["hybrid"])
    assert opened(record["arms"][0]["asked"]["pairs"]).shape == (0, 2)


def test_a_run_that_is_too_long_is_refused():
    prepared = small(organisation__trainees=100_000, training__sessions=1_000)
    message = r"^\[training\] sessions = 1,000: 100,000 people are played for 99 sessions at most; take fewer$"
    for way in (recording_of, Live):
        with pytest.raises(SettingsError, match=message):
            way(prepared, ["hybrid", "flat-lecture"])


def test_models_that_are_released_are_forgotten_also_if_an_arm_is_invalid():
    with pytest.raises(learnsim.LearnsimError):
        Live(small(arms__x={"preset": "hybrid", "shuffle": "plan"}), ["hybrid", "x"])


def test_the_compiled_path_needs_no_mesa():
    import subprocess
    import sys

    code = (
        "import sys; from learnsim.grouping.preparation import prepare; from learnsim.settings import Settings;"
        "from learnsim.playback.recording import recording_of;"
        "recording_of(prepare(Settings().changed({'organisation.trainees': 8, 'training.sessions': 2})), ['hybrid']);"
        "print([name for name in ('mesa', 'solara', 'matplotlib', 'pandas') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_a_record_says_what_a_class_list_does_not_say_of_people(tmp_path):
    def invented(columns, *rows):
        (tmp_path / "people.csv").write_text("\n".join([columns, *rows]) + "\n")
        (tmp_path / "x.toml").write_text('[organisation]\nroster = "people.csv"\ncommunities = 1\n[training]\nsessions = 2\n')
        return recording_of(prepare(load(tmp_path / "x.toml")), ["hybrid"])["invented"]

    every = {"helpfulness", "learning_speed", "sociability", "pretest"}
    assert set(invented("id,name", "1,Kim", "2,Sam", "3,Lou")) == every
    assert set(invented("id,helpfulness", "1,0.5", "2,0.1", "3,0.2")) == every - {"helpfulness"}
    assert set(invented("id,helpfulness", "1,0.5", "2,", "3,0.2")) == every
    assert recording_of(prepare(Settings().changed({"training.sessions": 2})), ["hybrid"])["invented"] == []
