"""What an experiment on a Mesa model costs beside the model's own steps, and beside Mesa's batch_run: both in one run.

    python benchmarks/mesa_models.py [--runs 200] [--steps 30]

Prints two ratios, each of medians of alternating measurements, in seconds of the processor: one run of ours over the same
steps called by hand; and a whole experiment with two processes (store, tables, statistics and report included) over
batch_run with two processes.
"""

from __future__ import annotations

import argparse
import inspect
import resource
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import mesa

import learnsim
from learnsim.models.mesa.parameters import declared_by
from learnsim.models.mesa.run import seed_of
from learnsim.models.mesa.source import class_of
from learnsim.models.runs import run_arm, setup_of

NAME = "mesa.examples.basic.schelling.model:Schelling"
SIZE = {"width": 40, "height": 40, "homophily": 0.6}
TIMES = 9


def processor_seconds() -> float:
    """Return the processor's seconds of this process and of those that it has waited for, whatever else runs here."""
    used = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(each.ru_utime + each.ru_stime for each in used)


def alternating(clock: Callable[[], float], *measured: Callable[[], object], times: int = TIMES) -> list[float]:
    """Return the median seconds of each function, called in turns; the first turn is not counted."""
    seconds: list[list[float]] = [[] for _ in measured]
    for turn in range(times + 1):
        for place, function in enumerate(measured):
            start = clock()
            function()
            if turn:
                seconds[place].append(clock() - start)
    return [statistics.median(each) for each in seconds]


def by_hand(model: mesa.Model, steps: int) -> None:
    """Let a model step as a script would."""
    while model.running and model.steps < steps:
        model.step()


def experiment(runs: int, steps: int) -> learnsim.Experiment:
    """Return the same as an experiment of ours."""
    return learnsim.experiment({
        "experiment": {"name": "schelling", "replicates": runs, "measure": "happy"},
        "model": {"kind": "mesa", "class": NAME, "steps": steps},
        "parameters": SIZE,
        "arms": {"usual": {}},
    })  # fmt: skip


def batch(runs: int, steps: int) -> None:
    """Play the runs through Mesa's own batch_run; its scenarios take no parameters there, so a subclass passes them."""
    words = {"rng": range(runs)} if "rng" in inspect.signature(mesa.batch_run).parameters else {"iterations": runs}
    mesa.batch_run(Sized, {"homophily": [SIZE["homophily"]]}, 2, max_steps=steps, display_progress=False, **words)


class Sized(class_of(NAME)):  # type: ignore[misc]
    """Schelling's model of the same size, with a constructor that batch_run of any version can call."""

    def __init__(self, homophily: float = 0.6, rng: int | None = None) -> None:
        words = declared_by(class_of(NAME)).arguments({**SIZE, "homophily": homophily}, rng or 0)
        super().__init__(**words)


def main() -> None:
    """Print both comparisons."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--runs", type=int, default=200)
    parser.add_argument("--steps", type=int, default=30)
    asked = parser.parse_args()
    settings = experiment(1, asked.steps).settings
    seed = seed_of(setup_of(settings, "usual"))  # the same run: how long one is hangs on its seed
    schelling, words = class_of(NAME), declared_by(class_of(NAME))
    mine, plain = alternating(
        time.process_time,
        lambda: run_arm(settings, "usual"),
        lambda: by_hand(schelling(**words.arguments(SIZE, seed)), asked.steps),
    )
    print(f"one run: {mine:.3f} s, its steps by hand {plain:.3f} s: {100 * (mine / plain - 1):+.1f} %")

    def ours() -> None:
        with tempfile.TemporaryDirectory() as folder:
            experiment(asked.runs, asked.steps).run(Path(folder) / "results", workers=2)

    whole, theirs = alternating(processor_seconds, ours, lambda: batch(asked.runs, asked.steps), times=3)
    ratio = f"ours {whole:.1f} s (report and all), batch_run {theirs:.1f} s: {whole / theirs:.2f}"
    print(f"{asked.runs} runs, two processes: {ratio}")


if __name__ == "__main__":
    main()
