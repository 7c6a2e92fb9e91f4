"""What the tests of fits share: a small class, and a file of scores that its people could have."""

from __future__ import annotations

import csv

import pytest

import learnsim
from learnsim.fitting.observed import Runs

TABLES = {
    "experiment": {"name": "class", "seed": 1},
    "organisation": {"trainees": 36, "communities": 2},
    "training": {"sessions": 20},
    "fit": {
        "replicates": 6,
        "free": {"learning.lecture_effect": {"low": 0.02, "high": 1.0, "scale": "log"}},
    },
    "arms": {"flat-lecture": {}, "peer-instruction": {}},
}


@pytest.fixture
def tables():
    return {name: dict(table) for name, table in TABLES.items()}


@pytest.fixture
def with_scores(tmp_path, tables):
    """Write scores of an arm's people, of settings as they are; changed(rows) may change them."""

    def make(changed=lambda rows: rows, **more):
        merged = {name: {**tables.get(name, {}), **more.get(name, {})} for name in {**tables, **more}}
        settings = learnsim.experiment(merged).settings
        rows = []
        for number, arm in enumerate(settings.arms):
            scores = Runs(settings, arm, range(0)).scores(777 + number)
            later = scores.later if scores.later is not None else [None] * len(scores)
            for pre, post, last in zip(scores.pre, scores.post, later, strict=True):
                more_scores = [] if last is None else [round(last * settings.fit.questions)]
                marks = [round(pre * settings.fit.questions), round(post * settings.fit.questions), *more_scores]
                rows.append([f"T{len(rows) + 1:03}", arm, *marks])
        header = ["id", "arm", "pre", "post", *(["later"] if settings.fit.later else [])]
        file = tmp_path / "scores.csv"
        with file.open("w", newline="", encoding="utf-8") as stream:
            csv.writer(stream).writerows(changed([header, *rows]))
        return settings.changed({"fit.data": str(file)})

    return make
