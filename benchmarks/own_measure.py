"""What a measure of one's own costs: the same run without and with it, by either engine, side by side.

    python benchmarks/own_measure.py [--people 240] [--sessions 60]

Prints milliseconds of the processor: medians of alternating measurements.
"""

from __future__ import annotations

import argparse
import statistics
import time

import learnsim
from learnsim.arrays import Floats
from learnsim.grouping.preparation import prepare
from learnsim.models.runs import run_arm

TIMES = 15


@learnsim.measure("at_risk", unit="share", better="less")
def at_risk(mastery: Floats) -> float:
    """Share of people who master less than 30 % of the curriculum."""
    return float((mastery.mean(axis=1) < 0.3).mean())


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--people", type=int, default=240)
    parser.add_argument("--sessions", type=int, default=60)
    asked = parser.parse_args()
    tree = {"organisation": {"trainees": asked.people}, "training": {"sessions": asked.sessions}}
    usual = prepare(learnsim.Settings(**tree))
    own = prepare(learnsim.Settings(**tree, measures={"at_risk": {}}))
    for engine in ("compiled", "agents"):
        seconds: dict[str, list[float]] = {"without": [], "with it": []}
        for turn in range(TIMES + 1):
            for name, prepared in (("without", usual), ("with it", own)):
                start = time.process_time()
                run_arm(prepared, "hybrid", turn, engine=engine)
                if turn:
                    seconds[name].append(time.process_time() - start)
        without, beside = (statistics.median(each) for each in seconds.values())
        times = f"{1000 * without:8.2f} ms without, {1000 * beside:8.2f} ms with it"
        print(f"{engine:>8}: {times}, {beside / without:5.2f} times")


if __name__ == "__main__":
    main()
