"""Benchmark: both engines side by side, growth with the number of trainees, threads, memory and start.

    python benchmarks/engines.py                   # everything, about five minutes
    python benchmarks/engines.py --quick           # fewer repetitions, no million
    python benchmarks/engines.py --before v1.2.0   # growth and compilation also of a revision that git knows, in turn

Hybrid at the defaults, all measures every session. The two engines alternate within one run, so that a machine that
others use slows both alike; medians are printed. "ns" is nanoseconds of a whole run per trainee and session.
"""

from __future__ import annotations

import argparse
import hashlib
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from scipy import special
from versions import run_in, seconds_of, sources

import learnsim.models.training.run as run
from learnsim import chance
from learnsim.experiments.design.checks import design_of
from learnsim.experiments.execution.executors import local_pool
from learnsim.experiments.execution.tasks import Task, perform
from learnsim.experiments.runner import run_missing
from learnsim.experiments.storage.lock import open_store
from learnsim.experiments.storage.merge import write_tables
from learnsim.models.runs import run_arm
from learnsim.progress import Progress
from learnsim.settings import Settings

DEFAULTS = Settings()
UFUNC_KEEPS_LOCK = 500  # values up to which a function of numpy or scipy keeps the interpreter lock


def settings_for(trainees: int, sessions: int = 60) -> Settings:
    return DEFAULTS.changed({"organisation.trainees": trainees, "training.sessions": sessions})


def seconds(action: Callable[[], object]) -> float:
    start = time.perf_counter()
    action()
    return time.perf_counter() - start


def side_by_side(repeats: int) -> None:
    print("agents engine and compiled engine, one thread, side by side")
    print(f"{'trainees':>10} {'sessions':>9} {'agents ns':>12} {'compiled ns':>12} {'ratio':>8}  (medians)")
    for trainees, sessions, each in ((240, 60, repeats), (12_000, 20, max(2, repeats // 3))):
        settings = settings_for(trainees, sessions)
        work = trainees * sessions
        run_arm(settings, "hybrid", engine="compiled")
        agents, compiled, ratios = [], [], []
        for replicate in range(each):
            inner = max(1, 2_000_000 // work)
            slow = seconds(lambda r=replicate: run_arm(settings, "hybrid", r, engine="agents"))
            fast = seconds(
                lambda r=replicate, n=inner: [run_arm(settings, "hybrid", r + k, engine="compiled") for k in range(n)]
            )
            agents.append(slow / work)
            compiled.append(fast / inner / work)
            ratios.append(agents[-1] / compiled[-1])
        print(
            f"{trainees:>10,} {sessions:>9} {statistics.median(agents) * 1e9:>12,.0f} "
            f"{statistics.median(compiled) * 1e9:>12.0f} {statistics.median(ratios):>8.0f}"
        )


def growth(repeats: int, versions: dict[str, Path]) -> None:
    print("\ncompiled engine, whole runs of 60 sessions, ns (medians; in brackets the least)")
    print(f"{'trainees':>10}  " + "  ".join(f"{version:>16}" for version in versions) + "  ratio of medians")
    middle: dict[str, list[float]] = {version: [] for version in versions}
    for trainees in (240, 1_200, 12_000, 120_000):
        runs, cells = max(2, min(60, 1_000_000 // trainees)), []
        times: dict[str, list[float]] = {version: [] for version in versions}
        for _ in range(repeats):
            for version, source in versions.items():
                seconds = seconds_of(source, {"organisation.trainees": trainees}, "hybrid", runs)
                times[version] += [whole / trainees / 60 * 1e9 for whole, _ in seconds]
        for version, some in times.items():
            middle[version].append(statistics.median(some))
            cells.append(f"{middle[version][-1]:>8.0f} ({min(some):>4.0f}) ")
        ratio = f"{middle['before'][-1] / middle['now'][-1]:.2f}" if "before" in versions else ""
        print(f"{trainees:>10,}  " + "  ".join(cells) + f"  {ratio}")
    print(f"120,000 over 12,000 trainees: {middle['now'][-1] / middle['now'][-2]:.2f}")


def compilation(versions: dict[str, Path]) -> None:
    print("\nfirst run with an empty cache, processor seconds")
    for kind, arm in (("training", "hybrid"), ("beliefs", "hybrid"), ("search", "hybrid")):
        cells = []
        for version, source in versions.items():
            with tempfile.TemporaryDirectory() as empty:
                out = run_in(source, FIRST, kind, arm, LEARNSIM_CACHE=empty)
            cells.append(f"{version} {float(out):.1f}")
        print(f"  {kind:>10}: " + "  ".join(cells))


FIRST = """
import sys, time
from learnsim.models.runs import run_arm
from learnsim.settings import Settings
settings = Settings().changed({"model.kind": sys.argv[1], "organisation.trainees": 24})
start = time.process_time()
run_arm(settings, sys.argv[2])
print(time.process_time() - start)
"""


def lock(repeats: int) -> None:
    print("\nwork of a run that holds the interpreter lock: people, record and outcome included (medians)")
    for trainees in (240, 12_000):
        settings = settings_for(trainees).changed({"experiment.replicates": 1, "arms.hybrid": {"preset": "hybrid"}})
        point, unlocked = design_of(settings, "benchmark").points[0], [0.0]
        kernels = [(run, "simulate"), (chance, "draw_tables"), (special, "betaincinv"), (special, "gammaincinv")]
        originals = [getattr(module, name) for module, name in kernels]

        def timed(kernel: Callable[..., Any], unlocked: list[float] = unlocked) -> Callable[..., Any]:
            def call(*arguments: Any) -> Any:
                start = time.perf_counter()
                out = kernel(*arguments)
                if out is None or np.size(out) > UFUNC_KEEPS_LOCK:
                    unlocked[0] += time.perf_counter() - start
                return out

            return call

        perform(Task(point, ("hybrid",), range(1)))
        shares, locked = [], []
        for (module, name), kernel in zip(kernels, originals, strict=True):
            setattr(module, name, timed(kernel))
        runs = max(2, 24_000 // trainees)
        for first in range(0, 5 * repeats * runs, runs):
            unlocked[0] = 0.0
            whole = seconds(lambda r=first, p=point, n=runs: perform(Task(p, ("hybrid",), range(r, r + n))))
            locked.append((whole - unlocked[0]) / runs)
            shares.append(locked[-1] * runs / whole)
        for (module, name), kernel in zip(kernels, originals, strict=True):
            setattr(module, name, kernel)
        share = statistics.median(shares)
        speedups = "  ".join(f"{n} threads {1 / (share + (1 - share) / n):.1f}" for n in (2, 8, 32, 64))
        print(
            f"{trainees:>10,}  {statistics.median(locked) * 1e3:.2f} ms a run, {share * 100:.0f} %; at most {1 / share:.1f} "
            f"times one thread, {1 / statistics.median(locked):,.0f} runs a second; by Amdahl's law {speedups}"
        )


def threads(repeats: int) -> None:
    print("\n1,000 replicates of the hybrid at the defaults")
    run_arm(DEFAULTS, "hybrid")

    settings = DEFAULTS.changed({"experiment.replicates": 1000, "arms.hybrid": {"preset": "hybrid"}})
    design = design_of(settings, "benchmark")

    def digest(workers: int) -> tuple[float, str]:
        with (
            tempfile.TemporaryDirectory() as scratch,
            local_pool("compiled", workers) as pool,
            open_store(Path(scratch) / "results", design) as store,
        ):
            start = time.perf_counter()
            run_missing(design, store, pool, Progress())
            taken = time.perf_counter() - start
            write_tables(store, Path(scratch))
            checksum = hashlib.sha256()
            for table in sorted(Path(scratch).glob("*.parquet")):
                checksum.update(table.read_bytes())
        return taken, checksum.hexdigest()

    ratios, same = [], True
    for _ in range(max(3, repeats // 3)):
        one, two = digest(1), digest(2)
        ratios.append(one[0] / two[0])
        same &= one[1] == two[1]
        print(f"  one thread {one[0]:.2f} s, two threads {two[0]:.2f} s, {ratios[-1]:.2f} times")
    print(f"median {statistics.median(ratios):.2f} times; bytes {'the same' if same else 'DIFFER'}")


PEAK = """
import re, sys, time
from learnsim.settings import Settings
from scipy import special
from versions import run_in, seconds_of, sources
from learnsim.models.runs import run_arm
def peak():
    return int(re.search(r"VmHWM:\\s+(\\d+)", open("/proc/self/status").read()).group(1)) * 1024
small = Settings().changed({"organisation.trainees": 240})
run_arm(small, "hybrid")
before = peak()
start = time.perf_counter()
run_arm(small.changed({"organisation.trainees": int(sys.argv[1])}), "hybrid")
after = peak()
print(time.perf_counter() - start, (after - before) / int(sys.argv[1]))
"""


def million() -> None:
    print("\none run of 1,000,000 trainees, 60 sessions")
    out = subprocess.run([sys.executable, "-c", PEAK, "1000000"], capture_output=True, text=True, check=True).stdout
    taken, each = map(float, out.split())
    print(f"{taken:.1f} s ({taken / 6e7 * 1e9:.0f} ns), {each:.0f} bytes a trainee at the peak, beyond the interpreter")


def start_up(repeats: int) -> None:
    print("\nwarm start, whole process (median)")
    small = (
        "from learnsim.workflow import run_experiment\n"
        "import learnsim.workflow as w, os, pathlib, tempfile\n"
        "from learnsim.settings import validate\n"
        "s = validate({'experiment': {'replicates': 5}, 'arms': {'flat-lecture': {}, 'hybrid': {}}}, 'x')\n"
        "old = w.show\n"
        "w.show = lambda *a: (old(*a), os._exit(0))\n"
        "run_experiment(s, 'x', pathlib.Path(tempfile.mkdtemp(dir='.')) / 'results')\n"
    )
    for title, command in (
        ("learnsim --help", [sys.executable, "-m", "learnsim", "--help"]),
        ("run of 2 arms x 5 replicates, to the table", [sys.executable, "-c", small]),
    ):
        with tempfile.TemporaryDirectory() as scratch:
            times = [
                seconds(lambda c=command, d=scratch: subprocess.run(c, capture_output=True, check=True, cwd=d))
                for _ in range(repeats + 1)
            ]
        print(f"  {title}: {statistics.median(times[1:]):.2f} s")


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--before", help="a revision to compare with")
    options = parser.parse_args()
    quick = options.quick
    repeats = 3 if quick else 9
    side_by_side(repeats)
    with sources(options.before) as versions:
        growth(3 if quick else 5, versions)
        compilation(versions)
    lock(repeats)
    threads(repeats)
    start_up(repeats)
    if not quick:
        million()


if __name__ == "__main__":
    main()
