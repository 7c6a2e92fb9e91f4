"""Benchmark of the beliefs model: March's Figure 1 in full, and both engines side by side.

    python benchmarks/beliefs.py            # Figure 1 with 2,000 runs a point, on two threads
    python benchmarks/beliefs.py --quick    # with 200

The two engines alternate within one process, so that a machine that others use slows both alike; medians are printed.
"""

from __future__ import annotations

import argparse
import statistics
import time
from collections.abc import Callable

from learnsim.beliefs.march import figure_1, final_code
from learnsim.beliefs.run import run_beliefs
from learnsim.settings import PRESETS
from learnsim.settings.beliefs import Beliefs
from learnsim.settings.tables import Organisation

TEN_THOUSAND = {  # the public re-implementation by Christensen & Workiewicz
    0.1: (0.8633, 0.8171, 0.8051, 0.8021, 0.7994, 0.8032, 0.8060, 0.8090, 0.8132),
    0.5: (0.9543, 0.9088, 0.8691, 0.8371, 0.8106, 0.7867, 0.7679, 0.7540, 0.7421),
}


def seconds(action: Callable[[], object]) -> float:
    start = time.perf_counter()
    action()
    return time.perf_counter() - start


def march(runs: int) -> None:
    figure_1(2)
    start = time.perf_counter()
    found = figure_1(runs, threads=2)
    taken = time.perf_counter() - start
    print(f"March (1991), Figure 1: 18 points x {runs:,} runs on two threads: {taken:.1f} s")
    print(f"{'p2':>4} {'p1':>4} {'found':>8} {'10,000':>8} {'z':>6} {'periods':>8}")
    for (p2, p1), point in found.items():
        expected = TEN_THOUSAND[p2][round(p1 * 10) - 1]
        z = (point.mean - expected) / (point.error * (1 + runs / 10_000) ** 0.5)
        print(f"{p2:>4} {p1:>4} {point.mean:>8.4f} {expected:>8.4f} {z:>6.2f} {point.ended:>8.1f}")


def side_by_side(repeats: int) -> None:
    print("\nagents engine and compiled engine, one thread, side by side: milliseconds a run")
    print(f"{'':>34} {'agents':>10} {'compiled':>10} {'ratio':>8}  (medians)")
    cells = Beliefs(dimensions=100, interdependence=5, rewiring=0.1)
    crowd, flat = Organisation(trainees=280, communities=1, cell_size=7), Organisation(trainees=50, communities=1)
    for title, beliefs, organisation, preset in (
        ("March: 50 people, a code", Beliefs(), flat, "flat-lecture"),
        ("March, p1 = .1", Beliefs(learning_from_code=0.1), flat, "flat-lecture"),
        ("Fang: 40 cells of 7, beta = .1", cells, crowd, "isolated-cells"),
        ("hybrid: officers and shuffles", cells, crowd, "hybrid"),
    ):

        def run(replicate: int, engine: str, *what: object) -> None:
            run_beliefs(*what, replicate, engine=engine)  # type: ignore[arg-type]

        what = (beliefs, organisation, PRESETS[preset][1])
        run(0, "compiled", *what)
        agents, compiled = [], []
        for replicate in range(repeats):
            agents.append(seconds(lambda r=replicate: run(r, "agents", *what)))
            inner = 20 if preset == "flat-lecture" else 3
            compiled.append(seconds(lambda r=replicate, n=inner: [run(r, "compiled", *what) for _ in range(n)]) / inner)
        ratio = statistics.median(slow / fast for slow, fast in zip(agents, compiled, strict=True))
        print(
            f"{title:>34} {statistics.median(agents) * 1e3:>10.1f} {statistics.median(compiled) * 1e3:>10.2f} {ratio:>8.0f}"
        )
    taken = seconds(lambda: final_code(Beliefs(), range(500))) / 500
    print(f"{'March, many runs in one piece':>34} {'':>10} {taken * 1e3:>10.2f}")


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--quick", action="store_true")
    quick = parser.parse_args().quick
    march(200 if quick else 2000)
    side_by_side(3 if quick else 7)


if __name__ == "__main__":
    main()
