"""Tasks: a design divided into tasks (some replicates of some arms at one point), and how a task is run.
A task can be sent to another process or another machine.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from learnsim.errors import PolicyError, WorkError
from learnsim.experiments.design.points import Point
from learnsim.experiments.execution.outcome import Outcome, failure_of, outcome_of
from learnsim.files import digest_of
from learnsim.grouping.policy_files import content_of, read_sources
from learnsim.grouping.preparation import prepare
from learnsim.models.registry import info_of
from learnsim.models.runs import run_arm
from learnsim.provenance import versions_of
from learnsim.settings import Settings


@dataclass(frozen=True)
class Task:
    """Some replicates of some arms at one point."""

    point: Point
    arms: tuple[str, ...]
    replicates: range

    @property
    def runs(self) -> int:
        """The number of runs."""
        return len(self.arms) * len(self.replicates)


def estimated_seconds(point: Point) -> float:
    """Return about how long one run takes on one processor, in seconds."""
    return info_of(point.settings).costs.seconds(point.settings, point.prepared.trainees)


def tasks_of(point: Point, missing: Iterable[tuple[tuple[str, ...], range]], seconds: float) -> Iterator[Task]:
    """Divide a point's missing runs into tasks of about so many seconds.

    Parameters
    ----------
    point : Point
    missing : iterable of (arms, replicates)
    seconds : float
        All arms of a replicate stay together, since they share its people or its problem, unless that alone takes four
        times as long. Then they follow each other, so that replicates are finished one after the other.
    """
    each = estimated_seconds(point)
    for arms, replicates in missing:
        most = max(1, int(4 * seconds / each))
        chunk = max(1, int(seconds / (each * min(most, len(arms)))))
        for first in range(replicates.start, replicates.stop, chunk):
            for lowest in range(0, len(arms), most):
                yield Task(point, arms[lowest : lowest + most], range(first, min(first + chunk, replicates.stop)))


def version_of(settings: Settings) -> str:
    """Return what determines the numbers besides the settings: installed versions, and policies and measures."""
    files = filter(None, (settings.experiment.policies, settings.experiment.measures))
    return json.dumps(versions_of(settings)) + "".join(digest_of(content_of(read_sources(file))) for file in files)


def perform_there(task: Task, version: str) -> list[Outcome]:
    """Run a task in a worker, if it has the same versions as the caller.

    Raises
    ------
    WorkError
        If it has other versions: its numbers might differ.
    """
    try:
        same = version_of(task.point.settings) == version
    except (OSError, PolicyError):
        same = False
    if not same:
        raise WorkError(
            "a worker has another version of learnsim, of a library or of the experiment's policies or measures; "
            "install the same versions everywhere, and do not change these files during the run"
        )
    return perform(task)


def perform(task: Task) -> list[Outcome]:
    """Run a task. Each replicate draws its people or problem once. If a run raises an error, its outcome is the cause."""
    prepared = prepare(task.point.prepared)  # this process may not know the policies and measures
    settings, roster = prepared.settings, prepared.roster
    outcomes: list[Outcome] = []
    for replicate in task.replicates:
        try:
            shared = info_of(settings).runs.draw_shared(settings, replicate, roster)
        except Exception as error:
            outcomes += [failure_of(task.point, arm, replicate, "drawing people", error) for arm in task.arms]
        else:
            outcomes += [_perform_one(task.point, arm, replicate, shared) for arm in task.arms]
    return outcomes


def _perform_one(point: Point, arm: str, replicate: int, shared: Any) -> Outcome:
    try:
        record = run_arm(point.prepared, arm, replicate, shared=shared, measured=point.measured)
        return outcome_of(point.number, record, point.measured, point.by_person)
    except Exception as error:
        return failure_of(point, arm, replicate, getattr(error, "stage", "playing"), error)
