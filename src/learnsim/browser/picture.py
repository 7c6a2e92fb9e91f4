"""Picture: the data of the organisation's picture, as plain lists that are sent to the page.
``organisation.vue`` draws it.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np

from learnsim.arrays import Array
from learnsim.browser.layout import MOST_PEOPLE, layout_of
from learnsim.models.training.model import TrainingModel
from learnsim.playback.person_names import community_names

SHADES = 255


def picture_of(model: TrainingModel) -> dict[str, Any]:
    """Return what changes only when cells are formed: positions, officers, and the cell of each person.

    Positions are in thousandths of the picture's side. ``x`` and ``y`` belong to cells where cells are dots, else to people.
    ``communities`` are the names of communities, if they have any; ``novices`` are in the places of people of the roster.
    """
    tree, plan, people = model.tree, model.tree.plan, model.people
    places = layout_of(tree)
    dots = cells_are_dots(model)
    spots = places.cells if dots else places.people
    sizes = np.diff(plan.offsets) if dots else people.learning_speed
    names = community_names(model.arm, model.prepared.roster)
    hub_of = np.repeat(np.arange(len(places.hubs)), np.diff(plan.branches)) if plan.cells else np.empty(0, int)
    return {
        "dots": "cells" if dots else "people",
        "x": _thousandths(spots[:, 0]),
        "y": _thousandths(spots[:, 1]),
        "size": np.round(sizes.astype(float) / max(1e-9, float(np.max(sizes))), 2).tolist(),
        "dot": round(places.dot, 5),
        "cell": plan.cell.tolist(),
        "officers": [] if dots or not shows_officers(model) else plan.officers.tolist(),
        "council": model.tree.arm.council > 0.0,
        "hubs": (1000.0 * places.hubs).round(1).tolist(),
        "hubRadius": round(1000.0 * places.radius, 1),
        "cells": (1000.0 * places.cells).round(1).tolist(),
        "cellRadius": round(1000.0 * places.cell_radius, 1),
        "hubOf": hub_of.tolist(),
        "lecture": model.tree.arm.lecture > 0.0,
        "communities": names,
        "community": tree.community.tolist() if names else [],
        "firstCell": plan.branches.tolist() if plan.cells else [],
        "novices": np.flatnonzero(~model.course.stayed).tolist() if model.prepared.roster else [],
    }


def moments_of(model: TrainingModel) -> tuple[bytes, ...]:
    """Return what makes one picture of a model differ from the next: communities, cells, seats, officers, new trainees."""
    plan = model.tree.plan
    arrays = (model.tree.community, plan.offsets, plan.order, plan.officers, model.people.learning_speed)
    return *(array.tobytes() for array in arrays), repr(model.tree.arm).encode()


def levels_of(model: TrainingModel, means: Array) -> list[int]:
    """Return the current mean mastery of each dot, 0 to 255.

    Parameters
    ----------
    model : TrainingModel
    means : array (trainees,)
        Each trainee's mean mastery.
    """
    if cells_are_dots(model):
        cell = model.tree.plan.cell
        cell, means = cell[cell >= 0], means[cell >= 0]
        means = np.bincount(cell, weights=means) / np.maximum(1, np.bincount(cell))
    return np.round(SHADES * means).astype(int).tolist()


def legend_of(models: Iterable[TrainingModel]) -> str:
    """Return the legend of the pictures as HTML, with the signs that are there."""
    models = tuple(models)
    entries = ['mastery 0 <span class="learnsim-scale"></span> 100 points']
    if any(map(cells_are_dots, models)):
        entries.append("a large dot is a cell, by the mean of its members")
    else:
        entries.append("larger dots learn faster")
        if any(map(shows_officers, models)):
            entries.append('<span class="learnsim-ring"></span> learning officer')
    if any(model.tree.arm.council > 0.0 for model in models):
        entries.append("orange lines: the officers of a community meet in council")
    return "; ".join(entries)


def cells_are_dots(model: TrainingModel) -> bool:
    """Whether there are too many people to draw each of them."""
    return model.tree.plan.cells > 0 and len(model.trainees) > MOST_PEOPLE


def shows_officers(model: TrainingModel) -> bool:
    """Whether officers have anything to do in this arm."""
    return model.tree.plan.cells > 0 and (model.tree.arm.briefing > 0.0 or model.tree.arm.council > 0.0)


def _thousandths(values: Array) -> list[float]:
    return (1000.0 * values).round(1).tolist()
