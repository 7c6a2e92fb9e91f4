"""Speed of the search model: python benchmarks/search.py [--quick].

Medians, except where one long run is timed. The landscapes have 2^20 solutions; the networks are those of the
published comparison (Lazer & Friedman 2007), which is run as a user runs it.
"""

from __future__ import annotations

import argparse
import statistics
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from learnsim.chance import Chance
from learnsim.models.registry import info_of
from learnsim.models.runs import run_arm
from learnsim.models.search.landscape import draw_landscape
from learnsim.settings import Settings
from learnsim.settings.search import Search
from learnsim.workflow import run_experiment

NETWORKS = ("line", "lattice", "full")
HUNDRED = Settings().changed(
    {
        "experiment.name": "lazer-friedman",
        "model.kind": "search",
        "organisation.trainees": 100,
        **{f"arms.{network}": {"preset": "hybrid", "network": network} for network in NETWORKS},
    }
)


def seconds(action: Callable[[], object]) -> float:
    start = time.perf_counter()
    action()
    return time.perf_counter() - start


def enumeration(repeats: int) -> None:
    print("every solution of a landscape valued (contributions drawn and best one found)")
    for loci, interactions in ((20, 0), (20, 5), (20, 15), (24, 5)):
        search = Search(loci=loci, interactions=interactions)
        draw_landscape(search, Chance(1, 0))
        taken = [seconds(lambda r=r, s=search: draw_landscape(s, Chance(1, r))) for r in range(repeats)]
        median, best = statistics.median(taken) * 1e3, min(taken) * 1e3
        print(f"  N = {loci}, K = {interactions:>2}: {median:>7.1f} ms, best {best:.1f} ms")


def side_by_side(repeats: int) -> None:
    print("\nagents engine and compiled engine, 100 people, 200 periods at most, the landscape given")
    rewired = {"preset": "hybrid", "rewiring": 0.1}
    settings = HUNDRED.changed({"arms.cells": {"preset": "hybrid"}, "arms.cells-rewired": rewired})
    shared = info_of(settings).runs.draw_shared(settings, 0, None)
    for network in settings.arms:

        def one_run(engine: str) -> object:
            return run_arm(settings, network, engine=engine, shared=shared)

        one_run("compiled")
        slow = statistics.median(seconds(lambda: one_run("agents")) for _ in range(repeats))
        fast = statistics.median(seconds(lambda: [one_run("compiled") for _ in range(20)]) / 20 for _ in range(repeats))
        print(f"  {network:>13}: agents {slow * 1e3:>7.0f} ms, compiled {fast * 1e3:>6.2f} ms, ratio {slow / fast:>6.0f}")


def published(landscapes: int) -> None:
    print(f"\n{landscapes} landscapes x line, lattice, full x 200 periods, 100 people")
    settings = HUNDRED.changed({"experiment.replicates": landscapes})
    with tempfile.TemporaryDirectory() as scratch:
        few = HUNDRED.changed({"experiment.replicates": 2})
        run_experiment(few, "benchmark", Path(scratch) / "first", 2, quiet=True)  # compiles, imports
        for workers in (1, 2):
            before = time.process_time()
            folder = Path(scratch) / str(workers)
            taken = seconds(lambda: run_experiment(settings, "benchmark", folder, workers, quiet=True))
            busy = (time.process_time() - before) / taken
            print(f"  with tables and report, {workers} threads: {taken:.1f} s, {busy:.2f} processors busy with it")

    def one(replicate: int) -> None:
        shared = info_of(settings).runs.draw_shared(settings, replicate, None)
        for network in NETWORKS:
            run_arm(settings, network, replicate, shared=shared)

    with ThreadPoolExecutor(2) as pool:
        print(f"  the runs alone, 2 threads: {seconds(lambda: list(pool.map(one, range(landscapes)))):.1f} s")


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--quick", action="store_true")
    quick = parser.parse_args().quick
    enumeration(5 if quick else 15)
    side_by_side(3 if quick else 9)
    published(100 if quick else 1000)


if __name__ == "__main__":
    main()
