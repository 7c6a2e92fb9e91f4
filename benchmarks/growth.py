"""Benchmark: cost against size, where something grew faster than the work; the version before beside the working tree.

    python benchmarks/growth.py                   # the working tree, about five minutes
    python benchmarks/growth.py --before v1.2.0   # and any revision that git knows

Whole runs, nanoseconds per trainee and session unless a row says otherwise; the least of some runs. What is linear stays
about the same from column to column.
"""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any, NamedTuple

from versions import run_in, seconds_of, sources

Changes = dict[str, Any]


class Row(NamedTuple):
    """What grows: a title, the settings that all sizes have, and those of each size with its name."""

    title: str
    settings: Changes
    sizes: dict[str, Changes]
    arm: Changes


def people(*counts: int, **others: int) -> dict[str, Changes]:
    return {f"{count:,} people": {"organisation.trainees": count, **others} for count in counts}


HYBRID = {"preset": "hybrid"}
ONE_GROUP = {"preset": "hybrid", "groups": "organisation", "shuffle": "none"}
ROWS = (
    Row("the hybrid", {}, people(240, 12_000, 120_000), HYBRID),
    Row(
        "cycles of one session",
        {"organisation.cycle_length": 1},
        {f"{count:,} sessions": {"training.sessions": count} for count in (60, 600, 6_000)},
        HYBRID,
    ),
    Row(
        "cycles of one session, 12,000 people",
        {"organisation.cycle_length": 1, "organisation.trainees": 12_000},
        {f"{count:,} sessions": {"training.sessions": count} for count in (20, 200)},
        HYBRID,
    ),
    Row("turnover .05, everybody in one group", {"training.turnover": 0.05}, people(2_400, 12_000, 48_000), ONE_GROUP),
    Row(
        "turnover .05, cells of 600",
        {"training.turnover": 0.05, "organisation.cell_size": 600},
        people(2_400, 12_000),
        HYBRID,
    ),
    Row(
        "communities of 2,400 people",
        {"organisation.trainees": 2_400},
        {f"{count} communities": {"organisation.communities": count} for count in (4, 100, 400)},
        HYBRID,
    ),
    *(
        Row(
            f"{shuffle}, communities: {communities}",
            {"organisation.communities": communities, "training.sessions": 20},
            people(*sizes),
            {"preset": "hybrid", "shuffle": shuffle},
        )
        for shuffle, sizes in (("least-met", (1_000, 10_000, 50_000)), ("complementary", (1_000, 10_000)))
        for communities in (4, 1)
    ),
    Row(
        "throttle, 12,000 people",
        {"organisation.trainees": 12_000, "training.sessions": 20},
        {name: {"training.throttle": name} for name in ("mean", "median", "slowest")},
        HYBRID,
    ),
)
CHECK = """
import json, sys, time
from learnsim.experiments.design.checks import design_of
from learnsim.settings import validate
values = list(range(2, 2 + int(sys.argv[1])))
tables = {"arms": {"hybrid": {}}, "sweep": {"organisation.cell_size": values}}
settings = validate(tables, "x")
start = time.perf_counter()
design_of(settings, "x")
print((time.perf_counter() - start) / len(values) * 1e3)
"""


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--before", help="a revision to compare with")
    with sources(parser.parse_args().before) as versions:
        for row in ROWS:
            print(f"\n{row.title}")
            for size, changes in row.sizes.items():
                print(f"  {size:>18} " + "  ".join(_cost(version, row, changes, versions) for version in versions))
        print("\na design's check, milliseconds a point")
        for points in ("50", "800"):
            costs = (f"{version} {float(run_in(source, CHECK, points)):.2f}" for version, source in versions.items())
            print(f"  {points:>11} points " + "  ".join(costs))


def _cost(version: str, row: Row, changes: Changes, versions: dict[str, Path]) -> str:
    settings = {"arms.grown": row.arm, **row.settings, **changes}
    trainees, sessions = settings.get("organisation.trainees", 240), settings.get("training.sessions", 60)
    repeats = max(2, min(40, 2_000_000 // (trainees * sessions)))
    seconds = min(whole for whole, _ in seconds_of(versions[version], settings, "grown", repeats))
    return f"{version} {seconds / trainees / sessions * 1e9:>9,.0f} ns ({seconds:.3f} s a run)"


if __name__ == "__main__":
    main()
