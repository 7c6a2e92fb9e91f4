"""Outlook: a fit says which stage it is in, how many runs are probably left, and counts what a killed fit has left."""

from __future__ import annotations

import pytest

from learnsim.experiments.execution.executors import WorkerPool
from learnsim.fit_command import fit_settings
from learnsim.fitting import estimate as search
from learnsim.fitting.observed import observed_scores
from learnsim.fitting.outlook import Outlook, Stage
from learnsim.fitting.scores import read_scores
from learnsim.fitting.world import World
from learnsim.progress import Progress


class Watch(Progress):
    """Writes down what is shown."""

    def __init__(self):
        self.seen, self.new = [], 0

    def expect(self, runs, *, finished=0, stage=None):
        self.seen.append((stage, finished, runs))

    def advance(self, runs):
        self.new += runs


def test_a_stage_to_come_takes_as_long_as_the_middle_one_of_its_kind():
    watch = Watch()
    outlook = Outlook([Stage("first", "first", 10), *(Stage(f"start {n}", "start", 40) for n in (1, 2, 3))], watch)
    outlook.begin("first")
    outlook.advance(10)
    outlook.begin("start 1")
    outlook.advance(20)  # and it ends there
    outlook.begin("start 2")
    outlook.begin("something inside of it")
    outlook.advance(30)  # longer than the first
    outlook.begin("start 3")
    outlook.advance(5)
    assert watch.seen == [
        ("first", 0, 130),  # 10 + 3 * 40
        ("start 1", 10, 130),
        ("start 2", 30, 80),  # 10 + 20, the 30 of this one, and 20 of the last
        ("start 3", 60, 85),  # the middle of 20 and 30 is 25
    ]
    assert watch.new == 65


def test_runs_of_a_killed_fit_are_finished_but_not_new():
    watch = Watch()
    outlook = Outlook([Stage("first", "first", 10)], watch)
    outlook.begin("first")
    outlook.advance(6, new=False)
    outlook.advance(4)
    assert watch.seen == [("first", 6, 10), ("first", 6, 10)] and watch.new == 4


def test_a_fit_goes_through_all_of_its_stages_and_ends_near_its_expectation(with_scores, tmp_path):
    settings = with_scores()
    fit = settings.fit
    observed = observed_scores(read_scores(fit, list(settings.arms))[0], fit)
    journal = tmp_path / "fit-runs.jsonl"

    def watched():
        watch = Watch()
        world = World(settings, observed, WorkerPool(None, 1), Outlook(search.stages_of(fit, len(settings.arms), 0), watch), journal)
        search.profiles(world, search.estimate(world, search.starts_of(world, 0)))
        return watch

    first, again = watched(), watched()
    stages = list(dict.fromkeys(stage for stage, _, _ in first.seen))
    assert stages[:4] == ["spread of the data", "start 1 of 3", "start 2 of 3", "start 3 of 3"]
    assert stages[-1] == "profiles"
    assert 0.5 * first.new < first.seen[0][2] < 2.0 * first.new
    assert again.new == 0 and again.seen[-1][1] == first.new


@pytest.mark.thorough
def test_data_sets_of_a_recovery_are_counted(tables, capsys, monkeypatch):
    import learnsim
    from learnsim import progress

    monkeypatch.setattr(progress, "EVERY", 0.0)
    tables["fit"] |= {"starts": 1, "replicates": 4}
    fit_settings(learnsim.experiment(tables).settings, "class", recover=2, workers=1, progress=True)
    lines = capsys.readouterr().err.splitlines()
    assert any(line.startswith("data set 2 of 2: ") and " of about " in line for line in lines)
