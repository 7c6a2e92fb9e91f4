"""Benchmark of the beliefs model: March's Figure 1 in full, as a user runs it, and both engines side by side.

    python benchmarks/beliefs.py            # Figure 1 with 2,000 runs a point, on two threads
    python benchmarks/beliefs.py --quick    # with 200

The two engines alternate within one process, so that a machine that others use slows both alike; medians are printed.
"""

from __future__ import annotations

import argparse
import statistics
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from learnsim.experiments.storage.results import open_results
from learnsim.models.runs import run_arm
from learnsim.settings import Settings
from learnsim.workflow import run_experiment

RATES = [k / 10 for k in range(1, 10)]
TEN_THOUSAND = {  # the public re-implementation by Christensen & Workiewicz
    0.1: (0.8633, 0.8171, 0.8051, 0.8021, 0.7994, 0.8032, 0.8060, 0.8090, 0.8132),
    0.5: (0.9543, 0.9088, 0.8691, 0.8371, 0.8106, 0.7867, 0.7679, 0.7540, 0.7421),
}
FLAT = Settings().changed(
    {
        "experiment.name": "march-figure-1",
        "experiment.measure": "code_knowledge",
        "model.kind": "beliefs",
        "organisation.trainees": 50,
        "organisation.communities": 1,
        "arms.flat-lecture": {},
    }
)
CELLS = Settings().changed(
    {
        "model.kind": "beliefs",
        "organisation.trainees": 280,
        "organisation.communities": 1,
        "organisation.cell_size": 7,
        "beliefs.dimensions": 100,
        "beliefs.interdependence": 5,
        "arms.isolated-cells": {"rewiring": 0.1},
        "arms.hybrid": {"rewiring": 0.1},
    }
)


def seconds(action: Callable[[], object]) -> float:
    start = time.perf_counter()
    action()
    return time.perf_counter() - start


def duration_of(action: Callable[[], object]) -> str:
    """Seconds, and the seconds of processors in them: on a machine that others use, the second number is the fairer."""
    before = time.process_time()
    taken = seconds(action)
    return f"{taken:.1f} s ({time.process_time() - before:.1f} s of processors)"


def figure_1(runs: int) -> Settings:
    """March's Figure 1 as an experiment: both rates of the code's learning, nine of the people's."""
    swept = {"beliefs.code_learning": list(TEN_THOUSAND), "beliefs.learning_from_code": RATES}
    return FLAT.changed({"experiment.replicates": runs, "sweep": swept})


def as_a_user_runs_it(runs: int) -> None:
    """Measure the whole of ``learnsim run``: runs, tables, summary, figures, report; and hold it against 10,000 runs."""
    with tempfile.TemporaryDirectory() as scratch:
        run_experiment(figure_1(2), "benchmark", Path(scratch) / "first", 2, quiet=True)  # compiles, imports
        folder = Path(scratch) / "whole"
        taken = duration_of(lambda: run_experiment(figure_1(runs), "benchmark", folder, 2, quiet=True))
        results = open_results(folder)
        print(f"March (1991), Figure 1: 18 points x {runs:,} runs on two threads, with tables and report: {taken}")
        knowledge = results.measure("code_knowledge")[..., 0, :]
        ended = results.measure("periods_to_settle")[..., 0, :]
        print(f"{'p2':>4} {'p1':>4} {'found':>8} {'10,000':>8} {'z':>6} {'periods':>8}")
        for point in results.design.points:
            beliefs, known = point.settings.beliefs, knowledge[point.number]
            p1, p2 = beliefs.learning_from_code, beliefs.code_learning
            expected = TEN_THOUSAND[p2][RATES.index(p1)]
            z = (known.mean() - expected) / (known.std(ddof=1) * (1 / runs + 1 / 10_000) ** 0.5)
            print(f"{p2:>4} {p1:>4} {known.mean():>8.4f} {expected:>8.4f} {z:>6.2f} {ended[point.number].mean():>8.1f}")


def runs_alone(runs: int) -> None:
    """Measure the same runs without anything around them."""
    points = [
        FLAT.changed({"beliefs.code_learning": p2, "beliefs.learning_from_code": p1}) for p2 in TEN_THOUSAND for p1 in RATES
    ]

    def some(settings: Settings, first: int) -> None:
        for replicate in range(first, min(first + 100, runs)):
            run_arm(settings, "flat-lecture", replicate)

    def all_of_them() -> None:
        with ThreadPoolExecutor(2) as pool:
            work = [pool.submit(some, settings, first) for settings in points for first in range(0, runs, 100)]
            for future in work:
                future.result()

    print(f"\nthe same {18 * runs:,} runs alone, on two threads: {duration_of(all_of_them)}")


def side_by_side(repeats: int) -> None:
    print("\nagents engine and compiled engine, one thread, side by side: milliseconds a run")
    print(f"{'':>34} {'agents':>10} {'compiled':>10} {'ratio':>8}  (medians)")
    for title, settings, arm in (
        ("March: 50 people, a code", FLAT, "flat-lecture"),
        ("March, p1 = .1", FLAT.changed({"beliefs.learning_from_code": 0.1}), "flat-lecture"),
        ("Fang: 40 cells of 7, beta = .1", CELLS, "isolated-cells"),
        ("hybrid: officers and shuffles", CELLS, "hybrid"),
    ):

        def run(replicate: int, engine: str) -> None:
            run_arm(settings, arm, replicate, engine=engine)

        run(0, "compiled")
        agents, compiled = [], []
        for replicate in range(repeats):
            agents.append(seconds(lambda: run(replicate, "agents")))
            inner = 20 if arm == "flat-lecture" else 3
            compiled.append(seconds(lambda: [run(replicate, "compiled") for _ in range(inner)]) / inner)
        ratio = statistics.median(slow / fast for slow, fast in zip(agents, compiled, strict=True))
        print(
            f"{title:>34} {statistics.median(agents) * 1e3:>10.1f} {statistics.median(compiled) * 1e3:>10.2f} {ratio:>8.0f}"
        )


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--quick", action="store_true")
    quick = parser.parse_args().quick
    runs = 200 if quick else 2000
    as_a_user_runs_it(runs)
    runs_alone(runs)
    side_by_side(3 if quick else 7)


if __name__ == "__main__":
    main()
