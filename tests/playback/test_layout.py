"""Layout: communities, cells and people stand apart from each other, each inside what it belongs to."""

from types import SimpleNamespace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import settings as hypothesis
from hypothesis import strategies as st

from learnsim.chance import Chance
from learnsim.grouping import Tree
from learnsim.models.training.model import TrainingModel
from learnsim.people import draw_people
from learnsim.settings import Settings

NEAR = 1e-9
MOST_PEOPLE = 600  # who are drawn one by one
LAID = """([plan, people, speeds]) => {
  const {hubs, hubRadius, cells, cellRadius, x, y, radius} = learnsim.layoutOf(plan, people, speeds);
  return {hubs, hubRadius, cells, cellRadius, x: [...x], y: [...y], radius: [...radius]}; }"""
GROUPS = ("none", "cells", "community", "organisation")


def tree_of(trainees, communities, cell_size, groups="cells", formation="interest", seed=1):
    settings = Settings().changed(
        {"organisation.trainees": trainees, "organisation.communities": communities, "curriculum.items": 1}
    )
    chance = Chance(seed, 0)
    arm = settings.arm("hybrid")._replace(groups=groups, formation=formation)
    return Tree(arm, draw_people(settings, chance, None), chance, cell_size, 1)


@pytest.fixture(scope="module")
def layout_of(scripts):
    """Return a function that lays a tree out: places of communities, cells and dots, and how large they are."""

    def laid(tree):
        plan = {name: getattr(tree.plan, name).tolist() for name in ("cell", "officers", "branches")}
        speeds = np.linspace(0.1, 1.0, len(tree.community)).tolist()
        there = scripts.evaluate(LAID, [{**plan, "community": tree.community.tolist()}, len(tree.community), speeds])
        return SimpleNamespace(
            hubs=np.array(there["hubs"]),
            hub_radius=there["hubRadius"],
            cells=np.array(there["cells"]).reshape(-1, 2),
            cell_radius=there["cellRadius"],
            dots=np.column_stack([there["x"], there["y"]]),
            radius=np.array(there["radius"]),
        )

    return laid


@st.composite
def trees(draw, *among):
    """Organisations of any shape, their groups among these."""
    trainees = draw(st.integers(1, 160))
    return tree_of(
        trainees,
        draw(st.integers(1, min(trainees, 14))),
        draw(st.integers(1, 30)),
        draw(st.sampled_from(among or GROUPS)),
        draw(st.sampled_from(["interest", "random"])),
        draw(st.integers(0, 9)),
    )


def nearest(places):
    """The smallest distance between two of these places."""
    apart = np.hypot(*(places[:, None] - places[None]).transpose(2, 0, 1))
    np.fill_diagonal(apart, np.inf)
    return apart.min()


def hub_of_cells(tree):
    return np.repeat(np.arange(len(tree.plan.branches) - 1), np.diff(tree.plan.branches))


def distance(these, those):
    return np.hypot(*(these - those).T)


@hypothesis(max_examples=80, deadline=None)
@given(trees())
def test_everything_stands_in_the_unit_square(layout_of, tree):
    places = layout_of(tree)
    assert places.dots.shape == (len(tree.community), 2)
    assert (places.dots >= 0.0).all() and (places.dots <= 1.0).all()
    assert places.hub_radius > 0.0 and places.radius.min() > 0.0
    for centres, radius in ((places.hubs, places.hub_radius), (places.cells, places.cell_radius)):
        assert (centres >= radius - NEAR).all() and (centres <= 1.0 - radius + NEAR).all()


@hypothesis(max_examples=60, deadline=None)
@given(trees())
def test_communities_do_not_overlap(layout_of, tree):
    places = layout_of(tree)
    assert nearest(places.hubs) >= 2.0 * places.hub_radius - NEAR


@hypothesis(max_examples=80, deadline=None)
@given(trees(*GROUPS[1:]))
def test_cells_lie_apart_inside_their_community_around_its_hub(layout_of, tree):
    places = layout_of(tree)
    assert len(places.cells) == tree.plan.cells
    assert nearest(places.cells) >= 2.0 * places.cell_radius - NEAR
    from_hub = distance(places.cells, places.hubs[hub_of_cells(tree)])
    assert (from_hub + places.cell_radius <= places.hub_radius + NEAR).all()
    assert (from_hub > places.cell_radius).all()  # the hub stays free


@hypothesis(max_examples=80, deadline=None)
@given(trees(*GROUPS[1:]))
def test_the_people_of_a_cell_lie_inside_their_cell_with_their_whole_dot(layout_of, tree):
    places = layout_of(tree)
    from_centre = distance(places.dots, places.cells[tree.plan.cell])
    assert (from_centre + places.radius <= places.cell_radius + NEAR).all()


@hypothesis(max_examples=40, deadline=None)
@given(trees("none"))
def test_without_cells_people_lie_inside_their_community(layout_of, tree):
    places = layout_of(tree)
    assert len(places.cells) == 0
    from_hub = distance(places.dots, places.hubs[tree.community])
    assert (from_hub <= places.hub_radius).all()


@hypothesis(max_examples=60, deadline=None)
@given(trees())
def test_no_two_people_stand_in_the_same_place(layout_of, tree):
    places = layout_of(tree)
    assert nearest(places.dots) > 1e-4


@pytest.mark.parametrize(
    ("trainees", "communities", "cell_size"), [(2400, 1, 1), (2400, 200, 3), (2000, 12, 6), (1500, 3, 1500)]
)
def test_as_many_people_as_a_page_shows_still_fit(layout_of, trainees, communities, cell_size):
    tree = tree_of(trainees, communities, cell_size, formation="random")
    places = layout_of(tree)
    assert nearest(places.hubs) >= 2.0 * places.hub_radius - NEAR
    assert nearest(places.cells) >= 2.0 * places.cell_radius - NEAR
    assert places.cell_radius > 0.0 and places.dots.tolist() == places.cells.tolist()


def test_a_cell_is_one_dot_where_there_are_too_many_people(layout_of):
    few, many = layout_of(tree_of(MOST_PEOPLE, 4, 6)), layout_of(tree_of(MOST_PEOPLE + 1, 4, 6))
    assert (len(few.dots), len(many.dots)) == (MOST_PEOPLE, len(many.cells))
    assert few.radius.max() < few.cell_radius / 2 < many.radius.max() < many.cell_radius


def test_the_organisation_as_one_cell_stands_in_the_middle(layout_of):
    places = layout_of(tree_of(30, 5, 6, "organisation"))
    assert places.hubs.tolist() == [[0.5, 0.5]]
    assert len(places.cells) == 1


@pytest.mark.parametrize("communities", range(1, 9))
def test_up_to_eight_communities_reach_from_edge_to_edge(layout_of, communities):
    places = layout_of(tree_of(80, communities, 6))
    spans = np.ptp(places.hubs, axis=0) + 2.0 * places.hub_radius
    assert 0.9 < spans.max() <= 1.0 + NEAR


@pytest.mark.parametrize("shuffle", ["random", "rotate", "least-met"])
def test_a_shuffle_moves_people_between_the_same_seats(layout_of, shuffle):
    changes = {"organisation.trainees": 37, "organisation.communities": 3, "organisation.cycle_length": 1}
    settings = Settings().changed(changes)
    model = TrainingModel(settings.arm("hybrid")._replace(shuffle=shuffle), settings, seed=3)
    before, home = layout_of(model.tree), model.tree.community
    moved = 0
    for _ in range(3):
        model.step()
        after = layout_of(model.tree)
        assert after.cells.tolist() == before.cells.tolist()
        assert after.hubs.tolist() == before.hubs.tolist()
        for group in range(3):
            seats = {tuple(place) for place in before.dots[home == group].tolist()}
            assert {tuple(place) for place in after.dots[home == group].tolist()} == seats
        moved += int((after.dots != before.dots).any(axis=1).sum())
    assert moved > 15


def test_without_a_shuffle_nobody_moves(layout_of):
    model = TrainingModel("linked-cells", seed=1, **{"organisation.cycle_length": 1, "organisation.trainees": 37})
    before = layout_of(model.tree).dots.tolist()
    for _ in range(3):
        model.step()
    assert layout_of(model.tree).dots.tolist() == before
