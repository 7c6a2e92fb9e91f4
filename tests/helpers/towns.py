"""A Mesa model of one's own as a person writes it, with an experiment beside it: people who walk about in a town."""

MODEL = '''
import random
from typing import Annotated, Literal

import mesa
from mesa.discrete_space import CellAgent, OrthogonalMooreGrid


class Walker(CellAgent):
    def __init__(self, model, cell):
        super().__init__(model)
        self.cell, self.mood = cell, "calm"

    def step(self):
        self.cell = self.cell.neighborhood.select_random_cell()
        if self.random.random() < self.model.chance:
            self.mood = "merry"


class Town(mesa.Model):
    def __init__(
        self,
        people: Annotated[int, (2, 30)] = 12,
        chance: float = 0.2,
        fair: bool = True,
        weather: Literal["sun", "rain"] = "sun",
        fails_at: int = 0,
        ends_at: int = 0,
        greeting: str = "hello",
        seed=None,
    ):
        super().__init__(seed=seed)
        self.chance, self.fails_at, self.ends_at = chance, fails_at, ends_at
        self.grid = OrthogonalMooreGrid((6, 6), torus=True, random=self.random)
        for cell in self.grid.all_cells.cells[:people]:
            Walker(self, cell)
        reporters = {
            "merry": lambda town: sum(one.mood == "merry" for one in town.agents),
            "noise": lambda town: random.random(),
            "greeting": lambda town: greeting,
        }
        self.datacollector = mesa.DataCollector(model_reporters=reporters)
        self.datacollector.collect(self)

    def step(self):
        if self.fails_at and self.steps >= self.fails_at:
            raise ValueError("the bridge is closed")
        self.agents.shuffle_do("step")
        self.datacollector.collect(self)
        if self.ends_at and self.steps >= self.ends_at:
            self.running = False


class Bare(mesa.Model):
    """Nothing to draw and nothing to count."""

    def __init__(self, size=3, seed=None):
        super().__init__(seed=seed)
        self.size = size
'''
EXPERIMENT = """
[experiment]
name = "town"
baseline = "quiet"
measure = "merry"
replicates = 2

[model]
kind = "mesa"
class = "town.py:Town"
steps = 8

[parameters]
chance = 0.3

[arms.quiet]
chance = 0.1

[arms.lively]
chance = 0.6
weather = "rain"

[arms.stops]
ends_at = 3

[arms.breaks]
fails_at = 4
"""


def town(folder, more="", replacing=()):
    """Write both files into a folder, some words of the experiment replaced; return the experiment's path."""
    text = EXPERIMENT
    for old, new in replacing:
        assert old in text
        text = text.replace(old, new)
    (folder / "town.py").write_text(MODEL + more)
    file = folder / "town.toml"
    file.write_text(text)
    return file
