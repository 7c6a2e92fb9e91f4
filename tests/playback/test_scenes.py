"""Scenes: each address can be played as it is, and what its texts say is what thirty replicates give."""

from functools import cache
from statistics import NormalDist

import numpy as np
import pytest

from learnsim.browser.page_settings import PageSettings
from learnsim.models.runs import run_arm
from learnsim.playback.recording import recording_of
from learnsim.playback.scenes import scenes, scenes_for_player
from learnsim.settings import Settings

REPLICATES = 30
MEASURES = ("mean_mastery", "slow_mean", "fast_mean", "quiet_mean", "outgoing_mean", "touched")
SCENES = {scene.id: scene for scene in scenes()}
VERDICTS = {  # which sentence each scene's texts are written for, at the shipped defaults
    "cells": "more",
    "officers": "hardly",
    "shuffles": "less",
    "wrong_teacher": "less",
    "lecture_or_cells": "more",
    "do_shuffles_help": "hardly",
    "shuffled_pairs": "more",
    "who_is_quiet": "more",
    "few_experts": "less",
    "small_firm": "more",
    "one_wrong_person": "more",
}


def page(address):
    return PageSettings(Settings()).from_query(address)


def ends(address, replicates=REPLICATES):
    """Points of 100 at the end: measure, arm, replicate."""
    return _ends(address, replicates)


@cache
def _ends(address, replicates):
    there = page(address)
    prepared = there.prepared_arms()
    runs = [
        [run_arm(prepared, arm, number, engine="compiled").measures for number in range(replicates)] for arm in there.names
    ]
    known = [key for key in MEASURES if key in runs[0][0]]
    return {key: np.array([[100 * run[key][-1] for run in of_arm] for of_arm in runs]) for key in known}


def difference(address, measure="mean_mastery"):
    """Left less right in each replicate, in points."""
    left, right = ends(address)[measure]
    return left - right


def answer(scene, replicates=REPLICATES):
    """The difference by which a scene's sentence is chosen, in each replicate."""
    points = ends(scene.address, replicates)
    if scene.answer == "gap":
        left, right = points["outgoing_mean"] - points["quiet_mean"]
    elif scene.answer == "loss":
        left, right = ends(scene.without, replicates)["mean_mastery"] - points["mean_mastery"]
    else:
        left, right = points[scene.answer]
    return left - right


def verdict(points):
    """As ``learnsim.verdict`` in story.js."""
    return "hardly" if abs(points) < 1 else "more" if points > 0 else "less"


@pytest.mark.parametrize("scene", SCENES.values(), ids=SCENES)
def test_an_address_is_as_the_page_writes_it_and_can_be_played(scene):
    for address in filter(None, (scene.address, scene.without)):
        assert page(address).query() == address
        assert page(address).prepared().settings.model.kind == "training"


def test_the_story_has_five_scenes_and_the_viewers_own_people():
    story = [scene for scene in scenes() if not scene.card]
    assert [bool(scene.guess) for scene in story] == [True] * 5 + [False]
    assert [scene.play for scene in story] == [True] * 5 + [False]
    assert len(SCENES) == len(scenes())


def test_no_scene_changes_a_setting_that_is_not_its_subject():
    """Nothing is tuned: only these scenes differ from the defaults, and in nothing but what they ask about."""
    changed = {scene.id: set(page(scene.address).changes) for scene in scenes() if page(scene.address).changes}
    assert changed == {
        "wrong_teacher": {"shocks"},
        "shuffled_pairs": {"organisation.cell_size"},
        "few_experts": {"prior.by"},
        "small_firm": {"organisation.trainees", "organisation.communities"},
        "one_wrong_person": {"shocks"},
    }


@pytest.mark.parametrize("name", VERDICTS)
def test_the_sentence_of_the_run_that_is_shown_is_the_one_that_its_texts_are_about(name):
    assert verdict(answer(SCENES[name], 1)[0]) == VERDICTS[name]


@pytest.mark.thorough
@pytest.mark.parametrize("name", VERDICTS)
def test_the_sentence_of_the_run_that_is_shown_is_that_of_thirty_replicates(name):
    points = answer(SCENES[name])
    assert verdict(points.mean()) == verdict(points[0])


@pytest.mark.thorough
@pytest.mark.parametrize("name", VERDICTS)
def test_a_verdict_is_more_certain_than_chance(name):
    """The interval of the mean lies on one side of the border between hardly and much."""
    points = answer(SCENES[name])
    half = NormalDist().inv_cdf(0.975) * points.std(ddof=1) / REPLICATES**0.5
    assert verdict(points.mean() - half) == verdict(points.mean() + half) == VERDICTS[name]


@pytest.mark.thorough
def test_a_lecture_brings_people_less_far_than_most_would_guess():
    assert (ends(SCENES["lecture"].address)["mean_mastery"][1] < 40).all()
    fast, slow = (ends(SCENES["lecture"].address)[key][1] for key in ("fast_mean", "slow_mean"))
    assert (fast - slow > 10).all()


@pytest.mark.thorough
def test_a_council_is_worth_more_where_nothing_can_be_worked_out():
    assert difference(f"{SCENES['officers'].address}&learning.joint_effect=0.0").mean() > 5


@pytest.mark.thorough
def test_shuffles_help_in_pairs_with_a_council_and_without():
    with_council = difference(f"{SCENES['shuffles'].address}&organisation.cell_size=2")
    assert with_council.mean() > 3 * with_council.std(ddof=1) / REPLICATES**0.5
    assert difference(SCENES["shuffled_pairs"].address).min() > 0


@pytest.mark.thorough
def test_the_quiet_learn_more_in_cells_and_yet_less_than_the_outgoing_there():
    points = ends(SCENES["who_is_quiet"].address)
    assert (points["quiet_mean"][0] > points["quiet_mean"][1]).all()
    assert (points["quiet_mean"][0] < points["outgoing_mean"][0]).all()


@pytest.mark.thorough
def test_a_small_firm_gains_a_little_less_than_a_large_organisation():
    small, large = difference(SCENES["small_firm"].address).mean(), difference("left=hybrid&right=flat-lecture").mean()
    assert 1 < large - small < 8


@pytest.mark.thorough
def test_one_wrong_person_costs_little_either_way():
    scene = SCENES["one_wrong_person"]
    loss = ends(scene.without)["mean_mastery"] - ends(scene.address)["mean_mastery"]
    assert (loss.mean(axis=1) < 1).all()


def test_the_player_gets_the_ends_without_a_shock_and_each_record_once():
    asked = []

    def record_of(address):
        asked.append(address)
        there = page(address).changed("organisation.trainees", 24).changed("training.sessions", 2)
        return recording_of(there.prepared_arms(), there.names)

    described = {scene["id"]: scene for scene in scenes_for_player(record_of)}
    assert asked == [scene.without for scene in scenes() if scene.without]
    assert len(described["wrong_teacher"]["without"]) == 2 and "record" not in described["lecture"]
    embedded = scenes_for_player(record_of, lambda address: None)
    with_record = [scene["address"] for scene in embedded if "record" in scene]
    assert sorted(with_record) == sorted({scene.address for scene in scenes()})
