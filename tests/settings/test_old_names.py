"""Old names: each is an error that says the new name, wherever it may stand."""

import pytest

from helpers.our_models import OURS
from learnsim.errors import RENAMED, SettingsError
from learnsim.experiments.design.checks import design_of
from learnsim.settings import validate

ARMS = {"flat-lecture": {}, "hybrid": {}}
CYCLE, RAPPORT = "it is called [organisation] cycle_length now", "it is called initial_rapport now"


@pytest.mark.parametrize(
    ("tree", "now"),
    [
        ({"training": {"cycle_length": 3}}, CYCLE),
        ({"learning": {"r0": 0.5}}, RAPPORT),
        ({"sweep": {"training.cycle_length": [1, 2]}}, CYCLE),
        ({"sweep": {"learning.r0": [0.1, 0.2]}}, RAPPORT),
    ],
)
def test_an_old_setting_is_an_error_that_says_the_new_name(tree, now):
    with pytest.raises(SettingsError) as error:
        validate({**tree, "arms": ARMS}, "my.toml")
    assert str(error.value).endswith(now)


@pytest.mark.parametrize("name", ["instructor_hours", "helper_hours", "sessions_to_equilibrium", "equilibrium", "periods_to_rest"])
def test_an_old_measure_is_an_error_that_says_the_new_name(name):
    kinds = [kind for kind, info in OURS.items() if RENAMED[name] in info.names]
    for kind in kinds:
        with pytest.raises(SettingsError) as error:
            design_of(validate({"experiment": {"measure": name}, "model": {"kind": kind}, "arms": ARMS}, "my.toml"), "my.toml")
        assert str(error.value).endswith(f"it is called {RENAMED[name]} now")
    assert kinds


def test_the_error_of_an_old_column_of_targets_says_the_new_name(tmp_path):
    (tmp_path / "t.csv").write_text("panel,told,arm,low\nP,exact,hybrid,0.5\n")
    tree = {"experiment": {"targets": str(tmp_path / "t.csv")}, "arms": ARMS}
    with pytest.raises(SettingsError, match=r"column 'told' is not known; it is called source now$"):
        design_of(validate(tree, "my.toml"), "my.toml")
