"""xarray: a record as a dataset whose axes have names, and whose arrays have meanings and units."""

import builtins

import numpy as np
import pytest
import xarray as xr

import learnsim
from helpers.our_models import OURS
from learnsim.errors import LearnsimError
from learnsim.models.registry import MODELS
from learnsim.settings import load, validate

SMALL = {"organisation": {"trainees": 24, "communities": 2, "cycle_length": 2}}


def record_of(kind, **changes):
    table = MODELS[kind].periods.partition(".")[0]
    tree = {**SMALL, "model": {"kind": kind}, table: {MODELS[kind].periods.partition(".")[2]: 6}, **changes}
    return learnsim.run(validate(tree, "test"), seed=3, arm="hybrid", trace=True)


@pytest.mark.parametrize("kind", OURS)
def test_every_measure_has_its_values_meaning_and_unit(kind):
    record = record_of(kind)
    there, clock = record.to_xarray(), MODELS[kind].clock
    for name, values in record.measures.items():
        meaning, unit = MODELS[kind].all_session_measures[name]
        assert there[name].dims == (clock,) and np.array_equal(there[name], values, equal_nan=True), name
        assert (there[name].attrs["long_name"], there[name].attrs["units"]) == (meaning, unit)
    assert there[clock].values.tolist() == list(range(record.sessions + 1))
    assert there.attrs["arm"] == "hybrid" and f'kind = "{kind}"' in there.attrs["settings"]


@pytest.mark.parametrize("kind", OURS)
def test_every_person_has_a_state_after_each_session(kind):
    record = record_of(kind)
    there, clock = record.to_xarray(), MODELS[kind].clock
    for name, values in record.trace._asdict().items():
        if values.size and name in record.LABELS:
            assert there[name].dims[0] == clock and np.array_equal(there[name], values), name
    assert set(record.trace._fields) <= set(record.LABELS)
    over_time = "community" in record.trace._fields
    assert there["cell"].dims == (clock, "person") and there["community"].dims == ((clock, "person") if over_time else ("person",))
    assert there["person_end"].values.tolist() == record.standing().tolist()
    assert all("long_name" in one.attrs for one in there.data_vars.values())


def test_without_a_trace_the_state_is_that_at_the_end():
    record = learnsim.run({**SMALL, "training": {"sessions": 6}}, seed=3, arm="hybrid")
    there = record.to_xarray()
    assert there["mastery"].dims == ("person", "item") and np.array_equal(there["mastery"], record.mastery)
    assert "asked" not in there and there["sociability"].dims == ("person",)


def test_people_of_a_roster_have_their_results(tmp_path):
    (tmp_path / "people.csv").write_text("id\n" + "".join(f"p{n}\n" for n in range(12)))
    file = tmp_path / "mine.toml"
    file.write_text('[organisation]\nroster = "people.csv"\ncommunities = 2\n[training]\nsessions = 6\n[arms.hybrid]\n')
    record = learnsim.run(load(file), arm="hybrid")
    there = record.to_xarray()
    assert there["person_start"].values.tolist() == record.by_person.start.tolist()
    assert there["person_partners"].values.tolist() == record.by_person.partners.tolist()
    assert there["partners"].dims == ("session",)


def test_a_model_of_ones_own_has_its_reporters(tmp_path):
    (tmp_path / "own.py").write_text(
        "import mesa\n\nclass Own(mesa.Model):\n    def __init__(self, n=2, seed=None):\n"
        "        super().__init__(seed=seed)\n"
        '        self.datacollector = mesa.DataCollector({"step": lambda m: 2.0 * m.steps, "cell": lambda m: 1})\n'
    )
    tree = {"model": {"kind": "mesa", "class": str(tmp_path / "own.py:Own"), "steps": 3}, "arms": {"usual": {}}}
    tree["measures"] = {"cell": {"meaning": "always one", "unit": "cells"}}
    there = learnsim.run(validate(tree, "test"), arm="usual").to_xarray()
    assert np.array_equal(there["measure step"], [np.nan, 2.0, 4.0, 6.0], equal_nan=True)  # it is not collected at the start
    assert there["step"].values.tolist() == [0, 1, 2, 3]
    assert there["cell"].attrs == {"long_name": "always one", "units": "cells"} and dict(there.sizes) == {"step": 4}


def test_frames_of_results_have_it_from_pandas(tmp_path):
    results = learnsim.experiment({**SMALL, "training": {"sessions": 6}, "experiment": {"replicates": 3}, "arms": {"hybrid": {}}}).run(tmp_path / "out")
    there = results.runs.set_index(["arm", "replicate"]).to_xarray()
    assert there["mean_mastery"].dims == ("arm", "replicate") and there.sizes["replicate"] == 3


def test_it_can_be_written_and_read(tmp_path):
    there = record_of("training").to_xarray()
    there.to_netcdf(tmp_path / "run.nc", engine="scipy")
    with xr.open_dataset(tmp_path / "run.nc", engine="scipy") as again:
        assert again["gini"].values.tolist() == there["gini"].values.tolist() and again.attrs["arm"] == "hybrid"


def test_without_xarray_one_sentence_says_what_to_install(monkeypatch):
    real = builtins.__import__

    def missing(name, *rest):
        if name.partition(".")[0] == "xarray":
            raise ImportError(name)
        return real(name, *rest)

    record = record_of("training")
    monkeypatch.setattr(builtins, "__import__", missing)
    with pytest.raises(LearnsimError, match=r'^to_xarray\(\) needs xarray; pip install "learnsim\[xarray\]"$'):
        record.to_xarray()
