"""Gallery: which figures fit an experiment's design, and what each shows.
Every picture is drawn by a module of its own.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import replace
from functools import partial
from pathlib import Path

import numpy as np
from matplotlib.figure import Figure

from learnsim.analysis.summary import Summary
from learnsim.report.figures.communities import changing_arm, communities_figure
from learnsim.report.figures.comparison import comparison_figure
from learnsim.report.figures.distribution import distribution_figure
from learnsim.report.figures.drawing import Drawing, reason_of
from learnsim.report.figures.frontier import frontier_figure
from learnsim.report.figures.heatmap import heatmap_figure
from learnsim.report.figures.importance import indices_figure, shares_figure
from learnsim.report.figures.interaction import interaction_figure
from learnsim.report.figures.learning_curves import curve_of, learning_curves_figure
from learnsim.report.figures.map import map_figure
from learnsim.report.figures.organisation import FirstRun, organisation_arm, organisation_figure
from learnsim.report.figures.peeling import peeling_figure
from learnsim.report.figures.profiles import profiles_figure
from learnsim.report.figures.reporters import reporter_curves_figure, reporter_ends_figure
from learnsim.report.figures.response import response_figure
from learnsim.report.figures.slow_and_fast import slow_and_fast_figure
from learnsim.report.figures.strata import strata_figure
from learnsim.report.figures.style import save, style
from learnsim.report.figures.text_fitting import settle
from learnsim.report.labels import measure_title, plain
from learnsim.report.strata_table import strata_figures, strata_title
from learnsim.settings.sampling import LISTED

Draw = Callable[[FirstRun], Figure]


def draw_figures(folder: Path, summary: Summary, first_run: FirstRun) -> list[Drawing]:
    """Draw every figure that fits the design into a folder, as PNG and SVG; none if every run failed.

    Without a sweep: learning curves, final distributions, slow against fast learners. Over listed values: the response,
    with two settings heat maps and interactions, and what decides. Over drawn points: the map, the profiles, and what
    decides. The main measure against what it costs, and communities that change. The organisation's tree, unless points
    are drawn: ``first_run`` returns the record of an arm's replicate 0 at the first point. First of all the comparison
    with targets.
    """
    drawn = []
    if not np.isnan(summary.estimates[summary.measure].mean).all():
        folder.mkdir(exist_ok=True)
        with style(_letters_of(summary)):
            try:
                for drawing, draw in _fitting(summary):
                    drawn.append(_drawn(drawing, draw, folder, first_run))
            except Exception as error:  # what was drawn stays
                drawn.append(Drawing("others", "Other figures", "Those that fit the design.", missing=reason_of(error)))
        with suppress(OSError):  # it holds a figure
            folder.rmdir()
    return drawn


def figure_titles(summary: Summary) -> dict[str, str]:
    """Return the figures that fit the design, each name with its title; none if every run failed."""
    if np.isnan(summary.estimates[summary.measure].mean).all():
        return {}
    return {drawing.name: drawing.title for drawing, _ in _fitting(summary)}


def draw_figure(summary: Summary, name: str, first_run: FirstRun) -> Figure:
    """Draw one of the figures that :func:`figure_titles` names, as it stands in the report."""
    with style(_letters_of(summary)):
        figure = next(draw for drawing, draw in _fitting(summary) if drawing.name == name)(first_run)
        settle(figure)
    return figure


def _letters_of(summary: Summary) -> str:
    """All letters that the figures need fonts for: of names and values that are the user's own."""
    design = summary.results.design
    swept = [plain(value) for values in design.settings.sweep.values() if isinstance(values, list) for value in values]
    targets = [text for target in design.targets for text in (target.panel, target.name)]
    strata = [text for one in summary.strata.strata for text in (one.label, one.value)]
    return "".join(sorted(set("".join([*design.arms, *design.swept, *swept, *targets, *strata]))))


def _drawn(drawing: Drawing, draw: Draw, folder: Path, first_run: FirstRun) -> Drawing:
    """Draw one figure; if that raises, say why it is missing, and remove every part of it."""
    try:
        figure = draw(first_run)
        save(figure, folder, drawing.name)
    except Exception as error:  # whatever it is, the next figure may do
        for name in (f"{drawing.name}.png", f"{drawing.name}.svg"):
            (folder / name).unlink(missing_ok=True)
        return replace(drawing, missing=reason_of(error))
    return replace(drawing, width=float(figure.get_figwidth()), headline=" ".join(figure.get_suptitle().split()))


def _fitting(summary: Summary) -> Iterator[tuple[Drawing, Draw]]:
    design = summary.results.design
    if design.targets:
        yield (
            Drawing("targets", "Comparison with targets", "The target numbers and the results beside them."),
            lambda _: comparison_figure(summary),
        )
    kind, alone = design.settings.design.kind, len(design.arms) == 1
    compared = alone or not np.isnan(summary.contrasts[summary.measure].difference.mean).all()
    if design.kind.own_parameters and not design.swept:
        shows = f"How each model reporter changes from {design.kind.clock} to {design.kind.clock} in each arm."
        yield Drawing("reporters", "Over time", shows), lambda _: reporter_curves_figure(summary)
        shows = "How often each model reporter ended how high."
        yield Drawing("final_values", "Where the runs end", shows), lambda _: reporter_ends_figure(summary)
    elif not design.swept:
        shows = f"How {measure_title(curve_of(design))} changes over time in each arm."
        yield Drawing("learning_curves", "Learning curves", shows), lambda _: learning_curves_figure(summary)
        if design.kind.quarters:
            shows = "Final mastery of slow and fast learners, and of quiet and outgoing ones."
            yield Drawing("slow_and_fast", "For whom", shows), lambda _: slow_and_fast_figure(summary)
        if design.kind.standing:
            yield (
                Drawing("distribution", "Who ends where", f"People by the final {design.kind.standing}."),
                lambda _: distribution_figure(summary),
            )
    elif compared and kind in LISTED:
        yield (
            Drawing("response", "Response to the swept settings", "Each arm along the setting with the most values."),
            lambda _: response_figure(summary),
        )
        if kind == "grid" and len(design.swept) == 2:
            colours = "a brighter colour is a higher value" if alone else "blue is higher, red is lower"
            yield (
                Drawing("heatmap", "Heat map", f"Every combination of the two settings; {colours}."),
                lambda _: heatmap_figure(summary),
            )
            yield (
                Drawing("interaction", "Interaction", "Whether what one setting does depends on the other."),
                lambda _: interaction_figure(summary),
            )
        if len(design.swept) > 1 and summary.effects[summary.measure].shares:
            yield (
                Drawing("effects", "What decides", "How settings and pairs of them share the variance over the grid."),
                lambda _: shares_figure(summary),
            )
    elif compared:
        if not alone:
            yield (
                Drawing("map", "Map", "Every point of the design: triangles up where the arm is higher, down where lower."),
                lambda _: map_figure(summary),
            )
        yield (
            Drawing("profiles", "Profiles", "Along each swept setting, over all values of the others."),
            lambda _: profiles_figure(summary),
        )
        if summary.indices[summary.measure]:
            yield (
                Drawing("sensitivity", "What decides", "How much of the variance between points each setting explains."),
                lambda _: indices_figure(summary),
            )
        if any(len(box.peels) > 1 for box in summary.boxes):
            yield (
                Drawing("peeling", "Peeling trajectory", "Smaller and smaller boxes of settings; the chosen one is marked."),
                lambda _: peeling_figure(summary),
            )
    for name, label in strata_figures(summary).items():
        shows = f"Final {measure_title(summary.strata.measure)} of the people of each {label}."
        yield Drawing(name, strata_title(label), shows), partial(_of_label, summary, label)
    if design.against and design.against != design.kind.headline[0]:
        up = measure_title(design.kind.headline[0]).capitalize()
        shows = f"{up} against {measure_title(design.against)}: every arm and point."
        yield Drawing("frontier", "What it costs", shows), lambda _: frontier_figure(summary)
    if design.kind.own_parameters:
        return
    if changing_arm(summary):
        yield (
            Drawing("communities", "Communities over time", "One run: how many people each community has."),
            lambda first_run: communities_figure(summary, first_run),
        )
    if kind in LISTED and organisation_arm(summary):
        yield (
            Drawing("tree", "The organisation", "One run: communities, cells, learning officers and people at its end."),
            lambda first_run: organisation_figure(summary, first_run),
        )


def _of_label(summary: Summary, label: str, first_run: FirstRun) -> Figure:
    return strata_figure(summary, label)
