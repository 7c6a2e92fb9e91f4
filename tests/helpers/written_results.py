"""Written results: finished results folders whose numbers a test wrote down instead of a model."""

import csv
import json

import numpy as np
import pyarrow.parquet as parquet

from learnsim.experiments.design.checks import design_of
from learnsim.experiments.execution.outcome import Outcome, failure_of
from learnsim.experiments.storage.results import open_results
from learnsim.experiments.storage.tables import Tables
from learnsim.models.registry import MODELS
from learnsim.models.runs import BINS
from learnsim.models.training.info import SESSION_MEASURES
from learnsim.provenance import provenance_of
from learnsim.settings import validate
from learnsim.settings.write import toml_of

SESSIONS = 5
RUN_COLUMNS = MODELS["training"].names
OFFSETS = {"slow_mean": -0.1, "fast_mean": 0.1, "quiet_mean": -0.05, "outgoing_mean": 0.05, "p10": -0.15, "p90": 0.15}


def write_results(folder, mastery, *, arms=("flat-lecture", "hybrid"), sweep=None, design=None, replicates=3, fails=None, **experiment):
    """Write results in which an arm ends at ``mastery(arm, replicate, *swept values)`` in every run, and open them.

    All other measures are 0.2, but the percentiles and the quarters, which lie around the mean; runs for which
    ``fails(arm, replicate)`` is true raised.
    """
    tree = {
        "experiment": {"name": folder.name, **({} if "precision" in experiment else {"replicates": replicates}), **experiment},
        "organisation": {"trainees": 24, "communities": 2, "cycle_length": 2},
        "training": {"sessions": SESSIONS},
        "arms": {arm: {} if arm in ("flat-lecture", "hybrid") else {"preset": "hybrid"} for arm in arms},
        **({"sweep": sweep} if sweep else {}),
        **({"design": design} if design else {}),
    }
    plan = design_of(validate(tree, "test"), "test")
    good, failed = [], []
    for point in range(len(plan.points)):
        values = plan.points.values(point).values()
        for replicate in range(replicates):
            for arm in plan.arms:
                if fails and fails(arm, replicate):
                    failed.append(failure_of(plan.points[point], arm, replicate, "running the arm", ValueError("lines\nbroke")))
                else:
                    good.append(_outcome(point, arm, replicate, mastery(arm, replicate, *values)))
    folder.mkdir()
    makers = Tables(plan)
    tables = makers.of(good) if good else {name: schema.empty_table() for name, schema in makers.schemas.items()}
    for name, table in tables.items():
        parquet.write_table(table, folder / f"{name}.parquet")
    if failed:
        _write_failures(folder, plan, failed)
    (folder / "settings.toml").write_text(toml_of(plan.settings), encoding="utf-8")
    certificate = provenance_of(plan.settings, 1.5, 0) | {"runs": len(good) + len(failed), "failed": len(failed)}
    (folder / "provenance.json").write_text(json.dumps(certificate), encoding="utf-8")
    return open_results(folder)


def _outcome(point, arm, replicate, mean):
    ends = dict.fromkeys(RUN_COLUMNS, 0.2) | {"mean_mastery": mean}
    ends |= {name: mean + offset for name, offset in OFFSETS.items()}
    last = np.array([ends[name] for name in SESSION_MEASURES])
    sessions = last * np.linspace(0.5, 1.0, SESSIONS + 1)[:, None]
    trainees = np.zeros(BINS, np.int64)
    trainees[min(BINS - 1, max(0, int(mean * BINS)))] = 24
    return Outcome(point, arm, replicate, sessions, np.array([ends[name] for name in RUN_COLUMNS]), trainees)


def _write_failures(folder, plan, failed):
    with (folder / "failures.csv").open("w", newline="", encoding="utf-8") as stream:
        writer = csv.writer(stream, lineterminator="\n")
        writer.writerow(["point", *plan.swept, "arm", "replicate", "stage", "cause", "settings"])
        for one in failed:
            values = plan.points.values(one.point).values()
            writer.writerow([one.point, *values, one.arm, one.replicate, one.stage, one.cause, "{}"])
