"""Two models: two arms of a user's own model in step, with the numbers of ``learnsim run``."""

import numpy as np
import pytest

import learnsim
from helpers.towns import town
from learnsim.browser.model_settings import model_settings
from learnsim.errors import RunError
from learnsim.settings import load


def opened(file, **changes):
    """What the page opens, with arms or parameters changed."""
    shown = model_settings(load(file), str(file))
    for name, value in changes.items():
        shown = shown.changed(name.replace("__", "."), value)
    return shown


@pytest.fixture
def file(tmp_path):
    return town(tmp_path)


@pytest.mark.exact
def test_the_page_plays_replicate_0_of_the_run(file):
    """Also what a model draws from Python's global random numbers, though another model draws between its steps."""
    pair = opened(file, left="lively", right="quiet").pair()
    pair.step(8)
    for side, arm in enumerate(("lively", "quiet")):
        record = learnsim.run(file, arm=arm)
        for reporter in ("merry", "noise"):
            assert pair.runs[side].reporters[reporter] == record.measures[reporter].tolist()
    pair.release()


@pytest.mark.exact
@pytest.mark.parametrize("name", ["schelling", "wolf_sheep", "virus"])
def test_mesas_own_models_play_replicate_0_of_the_run(name):
    shown = model_settings(load(name), name)
    pair = shown.pair()
    pair.step(5)
    for side, arm in enumerate(shown.names):
        record = learnsim.run(load(name).changed({"model.steps": 5}), arm=arm)
        for reporter in pair.reporters:
            mine = np.array(pair.runs[side].reporters[reporter], dtype=float)
            np.testing.assert_array_equal(mine, record.measures[reporter][: len(mine)])
    pair.release()


def test_the_same_seed_gives_the_same_steps_again_and_another_seed_others(file):
    def played(**changes):
        pair = opened(file, left="lively", right="quiet", **changes).pair()
        pair.step(6)
        pair.release()
        return [run.reporters["noise"] for run in pair.runs]

    first = played()
    assert played() == first
    assert played(experiment__seed=77) != first
    assert first[0] == first[1]  # one seed for both; nobody else draws from Python's own numbers


def test_a_model_that_stops_by_itself_waits_for_the_other(file):
    pair = opened(file, left="stops", right="quiet").pair()
    pair.step(5)
    assert [run.steps for run in pair.runs] == [3, 5]
    assert (pair.now.session, pair.now.stopped, pair.finished) == (5, (3, -1), False)
    pair.step(100)
    assert (pair.now.session, pair.finished) == (8, True)
    pair.release()


def test_an_error_names_arm_step_file_and_line(file):
    pair = opened(file, left="breaks", right="quiet").pair()
    pair.step(3)
    with pytest.raises(RunError, match=r"^breaks, step 4: ValueError: the bridge is closed \(town\.py, line \d+\)$"):
        pair.step()
    pair.release()


def test_a_model_that_cannot_be_made_names_its_arm(tmp_path):
    file = town(tmp_path, replacing=[("chance = 0.6", "people = 30"), ("[parameters]", "[parameters]\npeople = 3")])
    (tmp_path / "town.py").write_text((tmp_path / "town.py").read_text().replace("super().__init__(seed=seed)", "super().__init__(seed=seed)\n        assert people < 9"))
    with pytest.raises(RunError, match=r"^lively, making the model: AssertionError"):
        opened(file, left="quiet", right="lively").pair()


def test_reporters_without_numbers_are_left_out_and_the_measure_comes_first(file):
    pair = opened(file).pair()
    assert pair.reporters == ("merry", "noise")
    pair.release()


def test_a_model_without_data_collector_and_arms_can_be_watched(tmp_path):
    (tmp_path / "bare.toml").write_text('[model]\nkind = "mesa"\nclass = "town.py:Bare"\nsteps = 4\n')
    town(tmp_path)
    pair = opened(tmp_path / "bare.toml").pair()
    pair.step(4)
    assert (pair.reporters, pair.finished, pair.session) == ((), True, 4)
    pair.release()
