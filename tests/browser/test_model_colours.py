"""Model colours: what agents look like, by their class or by something that they have."""

from enum import Enum
from types import SimpleNamespace

import mesa
import pytest
from mesa.discrete_space import FixedAgent, OrthogonalMooreGrid

from learnsim.browser.model_colours import COLOURS, PALE, Colours
from learnsim.browser.model_picture import Look, drawn, picture_of

State = Enum("State", ["SICK", "WELL"])


class Person(mesa.Agent):
    """Somebody who stands nowhere."""


class Grass(FixedAgent):
    """What others stand on."""


@pytest.fixture
def crowd():
    """Return a function that makes a model of so many people who have something each."""

    def make(cls=Person, **has):
        model = mesa.Model()
        for values in zip(*has.values(), strict=True):
            agent = cls(model)
            vars(agent).update(zip(has, values, strict=True))
        return model

    return make


def test_states_come_first_and_all_have_their_colours_from_the_start(crowd):
    colours = Colours([crowd(age=[3.5, 4.5], state=[State.SICK, State.SICK])])
    assert (colours.by, colours.ways) == ("state", ("class", "age", "state"))
    assert "sick" in colours.legend() and "well" in colours.legend()


def test_a_number_with_many_values_has_shades_that_widen(crowd):
    model = crowd(wealth=[1, 1, 1])
    colours = Colours([model])
    colours.see([model])
    before = colours.portrayal(next(iter(model.agents))).color
    next(iter(model.agents)).wealth = 9
    colours.see([model])
    assert (colours.by, colours.low, colours.high) == ("wealth", 1.0, 9.0)
    assert colours.portrayal(next(iter(model.agents))).color != before


def test_two_models_have_the_same_colours(crowd):
    models = [crowd(mood=["calm", "merry"]), crowd(mood=["merry", "merry"])]
    colours = Colours(models)
    colours.see(models)
    looks = [[colours.portrayal(agent).color for agent in model.agents] for model in models]
    assert looks == [[COLOURS[0], COLOURS[1]], [COLOURS[1], COLOURS[1]]]


def test_kinds_differ_in_their_mark_too(crowd):
    model = crowd(mood=["calm", "merry"])
    colours = Colours([model])
    colours.see([model])
    assert len({colours.portrayal(agent).marker for agent in model.agents}) == 2


def test_agents_of_several_classes_are_told_apart_by_class_and_the_ground_is_pale(crowd):
    model = crowd(cls=Grass, energy=[0.5])
    Person(model)
    colours = Colours([model])
    colours.see([model])
    grass, person = map(colours.portrayal, model.agents)
    assert (colours.by, grass.alpha, person.alpha, grass.zorder < person.zorder) == ("class", PALE, 1.0, True)


def test_a_name_in_the_legend_is_no_html(crowd):
    model = crowd(mood=["<b>calm</b>", "merry"])
    colours = Colours([model])
    colours.see([model])
    assert "<b>" not in colours.legend()


def test_a_model_without_agents_or_space_has_no_picture(crowd):
    assert Colours([mesa.Model()]).by == "class"
    assert picture_of(mesa.Model()) is None
    assert picture_of(SimpleNamespace(grid=None, space=object())) is not None


def test_the_picture_shows_every_agent():
    model = mesa.Model()
    model.grid = OrthogonalMooreGrid((40, 3), random=model.random)
    for cell in model.grid.all_cells.cells[:7]:
        person = mesa.discrete_space.CellAgent(model)
        person.cell, person.state = cell, "well"
    colours = Colours([model])
    colours.see([model])
    axes = drawn(model, Look(colours)).axes[0]
    assert sum(len(part.get_offsets()) for part in axes.collections) == 7
    assert axes.get_xlim() == (-0.5, 39.5)
