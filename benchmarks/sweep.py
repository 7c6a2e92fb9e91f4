"""Benchmark: a sweep through ``learnsim run`` against Mesa's ``batch_run``; its memory; what store and executors cost.

    python benchmarks/sweep.py            # everything, about ten minutes
    python benchmarks/sweep.py --quick    # a smaller slice for Mesa, memory up to 3,000 runs

The sweep: 5 presets x 6 shuffle policies x 100 replicates, 240 trainees, 60 sessions. Mesa plays two slices of it on the
agents engine with two processes, before and after; its time for the whole follows from both, so that its start counts once.
"""

from __future__ import annotations

import argparse
import multiprocessing
import re
import statistics
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

from learnsim.experiments.design.checks import design_of
from learnsim.experiments.design.design import Design
from learnsim.experiments.execution.executors import DASK_SECONDS, WorkerPool, local_pool
from learnsim.experiments.runner import run_missing
from learnsim.experiments.storage.lock import open_store
from learnsim.experiments.storage.merge import write_tables
from learnsim.experiments.storage.store import Store
from learnsim.progress import Progress

PRESETS = ("flat-lecture", "peer-instruction", "isolated-cells", "linked-cells", "hybrid")
POLICIES = ("none", "random", "rotate", "least-met", "mixed-speed", "complementary")


def experiment(name: str, replicates: int, trainees: int, sessions: int, arms: list[tuple[str, str]]) -> str:
    lines = ["[experiment]", f'name = "{name}"', f"replicates = {replicates}"]
    lines += ["[organisation]", f"trainees = {trainees}", "[training]", f"sessions = {sessions}"]
    for preset, shuffle in arms:
        lines += [f"[arms.{preset}-{shuffle}]", f'preset = "{preset}"', f'shuffle = "{shuffle}"']
    return "\n".join(lines) + "\n"


ARMS = [(preset, shuffle) for preset in PRESETS for shuffle in POLICIES]
PEAK = """
import re, sys
from learnsim.cli import main
try:
    main()
finally:
    print("peak", re.search(r"VmHWM:\\s+(\\d+)", open("/proc/self/status").read()).group(1))
"""


def learnsim(folder: Path, text: str, out: str) -> tuple[float, int]:
    """Run an experiment whole; return seconds and the main process's peak memory in KiB."""
    file = folder / "sweep.toml"
    file.write_text(text, encoding="utf-8")
    command = [sys.executable, "-c", PEAK, "run", str(file), "--out", str(folder / out), "--workers", "2"]
    start = time.perf_counter()
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    return time.perf_counter() - start, int(re.findall(r"peak (\d+)", done.stdout)[-1])


def mesa(replicates: int) -> float:
    """Play so many replicates of the sweep by Mesa's batch_run on two processes; return seconds."""
    from mesa.batchrunner import batch_run

    from learnsim import TrainingModel
    from learnsim.settings import validate

    arms = {f"{preset}-{shuffle}": {"preset": preset, "shuffle": shuffle} for preset, shuffle in ARMS}
    settings = validate({"arms": arms}, "sweep")
    start = time.perf_counter()
    batch_run(
        TrainingModel,
        parameters={"arm": list(arms), "settings": [settings], "replicate": list(range(replicates)), "seed": [1]},
        number_processes=2,
        display_progress=False,
    )
    return time.perf_counter() - start


def side_by_side(folder: Path, slice_of: int) -> None:
    print("30 arms x 100 replicates, 240 trainees, 60 sessions")
    text = experiment("sweep", 100, 240, 60, ARMS)
    learnsim(folder, experiment("warm", 1, 240, 60, ARMS), "warm")
    slices = (1, 1 + slice_of)
    before = [mesa(replicates) for replicates in slices]
    ours = [learnsim(folder, text, name)[0] for name in ("whole", "again")]
    after = [mesa(replicates) for replicates in slices]
    short, long = (statistics.mean(pair) for pair in zip(before, after, strict=True))
    whole = short + (long - short) * 99 / slice_of
    print(f"  learnsim run, whole (store, statistics, figures, report): {ours[0]:.1f} s, {ours[1]:.1f} s")
    print(
        f"  mesa.batch_run, agents engine, two processes: {slices[0]} replicate {short:.1f} s, "
        f"{slices[1]} replicates {long:.1f} s; so 100 take {whole:,.0f} s"
    )
    print(f"  ratio {whole / statistics.mean(ours):.0f}")


def memory(folder: Path, sizes: tuple[int, ...]) -> None:
    print("\npeak memory of the main process: 2 arms, 24 trainees, 20 sessions, figures included")
    peaks = []
    for runs in sizes:
        text = experiment("memory", runs // 2, 24, 20, [("flat-lecture", "none"), ("hybrid", "random")])
        taken, peak = learnsim(folder, text, f"memory{runs}")
        peaks.append(peak)
        print(f"  {runs:>7,} runs: {peak / 1024:.0f} MiB ({taken:.1f} s)")
    print(f"  largest over smallest: {max(peaks) / min(peaks):.3f}")


def at_the_defaults(replicates: int) -> Design:
    from learnsim.settings import validate

    tables = {"experiment": {"replicates": replicates}, "arms": {"flat-lecture": {}, "hybrid": {}}}
    return design_of(validate(tables, "sweep"), "sweep")


class Nowhere(Store):
    """Forgets what it is given."""

    def add(self, task: object, outcomes: object) -> None:
        """Forget it."""


def dropped(folder: Path, design: Design, pool: WorkerPool) -> float:
    """Do all tasks of a design and drop what they bring; return seconds."""
    start = time.perf_counter()
    run_missing(design, Nowhere(folder / "nowhere", design), pool, Progress())
    return time.perf_counter() - start


def overhead(pairs: list[tuple[float, float]]) -> str:
    ratio = statistics.median(pair[0] / pair[1] for pair in pairs)
    one, other = (statistics.median(pair[x] for pair in pairs) for x in (0, 1))
    return f"{one:.2f} s against {other:.2f} s, {100 * (ratio - 1):.1f} % more (medians of {len(pairs)} pairs)"


def store(folder: Path, repeats: int) -> None:
    print("\nstore: 2 arms x 400 replicates at the defaults, two threads; against dropping every outcome")
    design = at_the_defaults(400)

    def store_part(number: int) -> tuple[float, float]:
        start = time.perf_counter()
        with local_pool("compiled", 2) as pool, open_store(folder / f"store{number}", design) as real:
            run_missing(design, real, pool, Progress())
            middle = time.perf_counter()
            write_tables(real, folder / f"store{number}")
        return middle - start, time.perf_counter() - start

    store_part(0)
    parts, tables = [], []
    for number in range(1, repeats + 1):
        part, table = store_part(number)
        with local_pool("compiled", 2) as pool:
            nothing = dropped(folder, design, pool)
        parts.append((part, nothing))
        tables.append((table, nothing))
    print(f"  parts and ledger: {overhead(parts)}")
    print(f"  and merged tables: {overhead(tables)}")


def handing_over(folder: Path, repeats: int) -> None:
    import dask
    from distributed import LocalCluster

    print("\ntasks handed over: 2 arms x 1,000 replicates at the defaults, one worker; against doing them here")
    design = at_the_defaults(1000)
    context = multiprocessing.get_context("spawn")
    with (
        dask.config.set({"distributed.worker.profile.enabled": False}),  # it watches every task, for some 2 %
        ProcessPoolExecutor(1, mp_context=context) as processes,
        LocalCluster(n_workers=1, threads_per_worker=1, dashboard_address=None, silence_logs=50) as cluster,
        cluster.get_client() as client,
    ):
        for name, pool in (
            ("a process", WorkerPool(processes, 1)),
            ("a Dask worker, its profiler off", WorkerPool(client.get_executor(pure=False), 1, DASK_SECONDS)),
        ):
            dropped(folder, design, pool)
            pairs = [(dropped(folder, design, pool), dropped(folder, design, WorkerPool(None, 1))) for _ in range(repeats)]
            print(f"  {name}: {overhead(pairs)}")


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--quick", action="store_true")
    quick = parser.parse_args().quick
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        side_by_side(folder, 1 if quick else 3)
        memory(folder, (300, 3000) if quick else (300, 3000, 30_000))
        store(folder, 5 if quick else 15)
        handing_over(folder, 3 if quick else 9)


if __name__ == "__main__":
    multiprocessing.set_start_method("spawn", force=True)
    main()
