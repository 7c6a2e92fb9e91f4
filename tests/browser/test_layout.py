"""Layout: communities, cells and people stand apart from each other, each inside what it belongs to."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import settings as hypothesis
from hypothesis import strategies as st

from learnsim.browser.layout import MOST_PEOPLE, layout_of
from learnsim.chance import Chance
from learnsim.grouping import Tree
from learnsim.models.training.model import TrainingModel
from learnsim.people import draw_people
from learnsim.settings import Settings

NEAR = 1e-9
GROUPS = ("none", "cells", "community", "organisation")


def tree_of(trainees, communities, cell_size, groups="cells", formation="interest", seed=1):
    settings = Settings().changed(
        {"organisation.trainees": trainees, "organisation.communities": communities, "curriculum.items": 1}
    )
    chance = Chance(seed, 0)
    arm = settings.arm("hybrid")._replace(groups=groups, formation=formation)
    return Tree(arm, draw_people(settings, chance, None), chance, cell_size, 1)


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
def test_everything_stands_in_the_unit_square(tree):
    places = layout_of(tree)
    assert places.people.shape == (len(tree.community), 2)
    assert (places.people >= 0.0).all() and (places.people <= 1.0).all()
    assert places.radius > 0.0 and places.dot > 0.0
    for centres, radius in ((places.hubs, places.radius), (places.cells, places.cell_radius)):
        assert (centres >= radius - NEAR).all() and (centres <= 1.0 - radius + NEAR).all()


@hypothesis(max_examples=60, deadline=None)
@given(trees())
def test_communities_do_not_overlap(tree):
    places = layout_of(tree)
    assert nearest(places.hubs) >= 2.0 * places.radius - NEAR


@hypothesis(max_examples=80, deadline=None)
@given(trees(*GROUPS[1:]))
def test_cells_lie_apart_inside_their_community_around_its_hub(tree):
    places = layout_of(tree)
    assert len(places.cells) == tree.plan.cells
    assert nearest(places.cells) >= 2.0 * places.cell_radius - NEAR
    from_hub = distance(places.cells, places.hubs[hub_of_cells(tree)])
    assert (from_hub + places.cell_radius <= places.radius + NEAR).all()
    assert (from_hub > places.cell_radius).all()  # the hub stays free


@hypothesis(max_examples=80, deadline=None)
@given(trees(*GROUPS[1:]))
def test_the_people_of_a_cell_lie_inside_their_cell_with_their_whole_dot(tree):
    places = layout_of(tree)
    from_centre = distance(places.people, places.cells[tree.plan.cell])
    assert (from_centre + places.dot <= places.cell_radius + NEAR).all()


@hypothesis(max_examples=40, deadline=None)
@given(trees("none"))
def test_without_cells_people_lie_inside_their_community(tree):
    places = layout_of(tree)
    assert len(places.cells) == 0
    from_hub = distance(places.people, places.hubs[tree.community])
    assert (from_hub <= places.radius).all()


@hypothesis(max_examples=60, deadline=None)
@given(trees())
def test_no_two_people_stand_in_the_same_place(tree):
    places = layout_of(tree)
    assert nearest(places.people) > 1e-4


@pytest.mark.parametrize(
    ("trainees", "communities", "cell_size"), [(2400, 1, 1), (2400, 200, 3), (2000, 12, 6), (1500, 3, 1500)]
)
def test_as_many_people_as_a_page_shows_still_fit(trainees, communities, cell_size):
    tree = tree_of(trainees, communities, cell_size, formation="random")
    places = layout_of(tree)
    assert nearest(places.hubs) >= 2.0 * places.radius - NEAR
    assert nearest(places.cells) >= 2.0 * places.cell_radius - NEAR
    assert places.cell_radius > 0.0
    assert (distance(places.people, places.cells[tree.plan.cell]) <= places.cell_radius).all()


def test_a_cell_is_one_dot_where_there_are_too_many_people():
    few, many = layout_of(tree_of(MOST_PEOPLE, 4, 6)), layout_of(tree_of(MOST_PEOPLE + 1, 4, 6))
    assert few.dot < few.cell_radius / 2 < many.dot < many.cell_radius


def test_the_organisation_as_one_cell_stands_in_the_middle():
    places = layout_of(tree_of(30, 5, 6, "organisation"))
    assert places.hubs.tolist() == [[0.5, 0.5]]
    assert len(places.cells) == 1


@pytest.mark.parametrize("communities", range(1, 9))
def test_up_to_eight_communities_reach_from_edge_to_edge(communities):
    places = layout_of(tree_of(80, communities, 6))
    spans = np.ptp(places.hubs, axis=0) + 2.0 * places.radius
    assert 0.9 < spans.max() <= 1.0 + NEAR


@pytest.mark.parametrize("shuffle", ["random", "rotate", "least-met"])
def test_a_shuffle_moves_people_between_the_same_seats(shuffle):
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
            seats = {tuple(place) for place in before.people[home == group].tolist()}
            assert {tuple(place) for place in after.people[home == group].tolist()} == seats
        moved += int((after.people != before.people).any(axis=1).sum())
    assert moved > 15


def test_without_a_shuffle_nobody_moves():
    model = TrainingModel("linked-cells", seed=1, **{"organisation.cycle_length": 1, "organisation.trainees": 37})
    before = layout_of(model.tree).people.tolist()
    for _ in range(3):
        model.step()
    assert layout_of(model.tree).people.tolist() == before
