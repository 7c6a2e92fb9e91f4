"""A rumour in cells: a model complete in one file, to read before writing one. Whoever has heard it may tell their cellmates."""

from dataclasses import dataclass, replace

import numpy as np

from learnsim.chance import OWN_MODEL
from learnsim.grouping import Tree
from learnsim.models.info import ModelInfo
from learnsim.models.record import Record, Setup
from learnsim.models.registry import register
from learnsim.models.tracer import membership
from learnsim.people import draw_people
from learnsim.settings.declare import Table, setting

HEARD_BEFORE, HEARS = OWN_MODEL, OWN_MODEL + 1  # purposes of its random numbers


# Settings ------------------------------------------------------------------------------------------


class Rumour(Table):
    """How a rumour spreads."""

    start: float = setting(0.05, "chance that a person has heard it before", unit="probability", ge=0.0, le=1.0)
    tell: float = setting(0.1, "chance of telling a cellmate in a period", unit="probability", ge=0.0, le=1.0)
    periods: int = setting(20, "periods in a run", unit="periods", usual=(5, 60), ge=0, le=10_000)


# Rules ---------------------------------------------------------------------------------------------


def hears(tellers: int, tell: float, uniform: float) -> bool:
    """Whether any of so many cellmates tells it."""
    return uniform >= (1.0 - tell) ** tellers


# Engine --------------------------------------------------------------------------------------------


def simulate(setup: Setup) -> Record:
    """Run one arm once; the phases of a period are numbered."""
    settings, rumour = setup.settings, setup.settings.rumour
    people = draw_people(settings, setup.common_chance, setup.roster)
    everybody, length = np.arange(len(people)), settings.organisation.cycle_length
    heard = setup.common_chance.uniforms(HEARD_BEFORE, 0, everybody) < rumour.start
    people = replace(people, mastery=heard[:, None].astype(float))  # what policies see
    tree = Tree.of_run(settings, setup.arm, people, setup.chance, rumour.periods, roster=setup.roster)
    rows = [describe(heard, tree.plan.cell)]
    for period in range(rumour.periods):
        if period and period % length == 0:  # 1. cells are shuffled
            people.mastery[:, 0] = heard
            tree.start_cycle(period)
        cell = tree.plan.cell
        if tree.plan.cells:  # 2. those who have heard it tell their cellmates
            tellers = np.bincount(cell[heard], minlength=tree.plan.cells)[cell]
            heard = heard | hears(tellers, rumour.tell, setup.chance.uniforms(HEARS, period, everybody))
        rows.append(describe(heard, cell))  # 3. it is written down who has heard it
    return RumourRecord(
        **setup.identity(settings.experiment.engine),
        measures=dict(zip(SESSION_MEASURES, np.array(rows).T, strict=True)),
        **membership(tree),
        heard=heard,
    )


# Measures ------------------------------------------------------------------------------------------

SESSION_MEASURES = {
    "heard": ("share of people who have heard it", "share"),
    "untouched": ("share of cells in which nobody has; missing where there are no cells", "share"),
}
RUN_MEASURES = {"periods_to_all": ("first period after which everybody has heard it; missing if never", "periods")}


def describe(heard, cell) -> tuple[float, float]:
    """Return the measures of a period, in the order of their names."""
    reached = np.bincount(cell[cell >= 0], weights=heard[cell >= 0])
    return heard.mean(), (reached == 0).mean() if len(reached) else np.nan


@dataclass(frozen=True, kw_only=True, repr=False)
class RumourRecord(Record):
    """What one run leaves behind."""

    heard: np.ndarray

    def run_measures(self) -> dict[str, float]:
        """Return the final measures and that of the run as a whole."""
        everybody = np.flatnonzero(self["heard"] == 1.0)
        return {**super().run_measures(), "periods_to_all": float(everybody[0]) if len(everybody) else np.nan}

    def standing(self) -> np.ndarray:
        """Return 1 for whoever has heard it."""
        return self.heard.astype(float)


RUMOUR = register(
    ModelInfo(
        name="rumour",
        meaning="a rumour that is told in cells",
        question="how fast does a rumour get round?",
        tables={"rumour": Rumour},
        reads=("people",),
        periods="rumour.periods",
        session_measures=SESSION_MEASURES,
        run_measures=RUN_MEASURES,
        headline=("heard", "untouched"),
        standing="knowledge of a person",
        run=simulate,
    )
)
