"""Benchmark: what wrong teaching, losses, phases and changing communities cost a run, off and on.

    python benchmarks/switched_on.py                  # on against off, both engines: about three minutes
    python benchmarks/switched_on.py --before v1.2.0  # also off against a revision without them, in turn

Hybrid at the defaults, one thread. Off and on alternate within one process, so that a machine that others use slows both
alike; a revision runs in processes of its own, in turn. Ratios are of medians; in brackets, of the least.
"""

from __future__ import annotations

import argparse
import statistics
import time
from typing import Any

from versions import seconds_of, sources

from learnsim.models.runs import run_arm
from learnsim.settings import validate

PHASES = {"arms": {"hybrid": {"phases": [{"from": 30, "preset": "isolated-cells"}]}}}
EVERYTHING = {
    "misconceptions": {"share": 0.05, "joint_wrong": 0.1},
    "training": {"turnover": 0.05, "leavers": "officers", "absence": 0.1},
    "communities": {"drift": 0.1, "mobility": 0.2, "slack": 0.5},
    "organisation": {"span": 5},
    **PHASES,
}
ON: dict[str, dict[str, Any]] = {
    "span": {"organisation": {"span": 5}},
    "a phase": PHASES,
    "communities that change": {"communities": {"drift": 0.1, "mobility": 0.2, "slack": 0.5}},
    "something held wrong": {"misconceptions": {"share": 0.05}},
    "absence": {"training": {"absence": 0.1}},
    "leavers, with the run without": {"training": {"turnover": 0.05, "leavers": "officers"}},
    "a shock, with the run without": {"shocks": [{}]},
    "everything but shocks": EVERYTHING,
}


def on_against_off(engine: str, trainees: int, repeats: int) -> None:
    print(f"\n{engine} engine, {trainees:,} trainees: seconds over those of a run with everything off")
    world = {"trainees": trainees}
    off = validate({"organisation": world}, "off")
    for name, tree in ON.items():
        on = validate({**tree, "organisation": {**world, **tree.get("organisation", {})}}, "on")
        times: dict[str, list[float]] = {"off": [], "on": []}
        for replicate in range(repeats + 1):
            for which, settings in (("off", off), ("on", on)):
                start = time.perf_counter()
                run_arm(settings, "hybrid", replicate, engine=engine)
                times[which].append(time.perf_counter() - start)
        middle = {which: statistics.median(some[1:]) for which, some in times.items()}
        least = {which: min(some[1:]) for which, some in times.items()}
        print(f"  {name:<32}{middle['on'] / middle['off']:6.2f} ({least['on'] / least['off']:.2f})")


def off_against(before: str, rounds: int) -> None:
    print(f"\neverything off: this version over {before}")
    with sources(before) as versions:
        for trainees, repeats in ((240, 60), (12_000, 5)):
            least: dict[str, list[float]] = {version: [] for version in versions}
            middle: dict[str, list[float]] = {version: [] for version in versions}
            for _ in range(rounds):
                for version, source in versions.items():
                    runs = seconds_of(source, {"organisation.trainees": trainees}, "hybrid", repeats)
                    seconds = [whole for whole, _ in runs]
                    least[version].append(min(seconds))
                    middle[version].append(statistics.median(seconds))
            ratio = statistics.median(now / then for now, then in zip(middle["now"], middle["before"], strict=True))
            print(f"  {trainees:>7,} trainees {ratio:6.3f} ({min(least['now']) / min(least['before']):.3f})")


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--before", help="a revision to compare with")
    options = parser.parse_args()
    if options.before:
        off_against(options.before, 9)
    on_against_off("compiled", 240, 40)
    on_against_off("compiled", 12_000, 5)
    on_against_off("agents", 240, 3)


if __name__ == "__main__":
    main()
