"""Speed of the search model: python benchmarks/search.py [--quick].

Medians, except where one long run is timed. The landscapes have 2^20 solutions; the networks are those of the
published comparison.
"""

from __future__ import annotations

import argparse
import statistics
import time
from collections.abc import Callable

from learnsim.chance import Chance
from learnsim.search.comparison import compare_networks
from learnsim.search.landscape import draw_landscape
from learnsim.search.run import run_search
from learnsim.settings import Settings
from learnsim.settings.search import Search

HUNDRED = Settings().changed({"organisation.trainees": 100})


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
    for network in ("line", "lattice", "full", "cells"):
        search = Search(network=network)
        landscape = draw_landscape(search, Chance(1, 0))

        def play(engine: str, s: Search = search) -> object:
            return run_search(HUNDRED, s, "hybrid", engine=engine, landscape=landscape)

        play("compiled")
        slow = statistics.median(seconds(lambda: play("agents")) for _ in range(repeats))
        fast = statistics.median(seconds(lambda: [play("compiled") for _ in range(20)]) / 20 for _ in range(repeats))
        print(f"  {network:>8}: agents {slow * 1e3:>7.0f} ms, compiled {fast * 1e3:>6.2f} ms, ratio {slow / fast:>6.0f}")


def published(landscapes: int) -> None:
    print(f"\n{landscapes} landscapes x line, lattice, full x 200 periods, 100 people")
    compare_networks(landscapes=2)
    for threads in (1, 2):
        before = time.process_time()
        taken = seconds(lambda t=threads: compare_networks(landscapes=landscapes, threads=t))
        busy = (time.process_time() - before) / taken
        print(f"  {threads} threads: {taken:.1f} s, {busy:.2f} processors busy with it")


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--quick", action="store_true")
    quick = parser.parse_args().quick
    enumeration(5 if quick else 15)
    side_by_side(3 if quick else 9)
    published(100 if quick else 1000)


if __name__ == "__main__":
    main()
