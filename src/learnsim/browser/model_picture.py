"""Model picture: what is drawn of one Mesa model: its grid, network or space, by Mesa's own component.
A model of another kind gets a picture of its own: a further entry in ``PICTURES``.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable
from functools import partial
from typing import Any, NamedTuple

import solara
from matplotlib import pyplot
from matplotlib.figure import Figure
from mesa.visualization import SpaceRenderer, make_plot_component

from learnsim.browser.cells_picture import drawn_cells
from learnsim.browser.model_colours import Colours
from learnsim.models.own.model import OrganisationModel

MOST_LINES = 30  # of a grid; a larger one is drawn without
SIZE, HEIGHT = 5.0, 2.8  # of a picture and a curve, in inches


class Look(NamedTuple):
    """How agents are drawn.

    Attributes
    ----------
    colours : Colours
    portrayal : callable or None
        The user's own ``agent_portrayal``, in place of the colours.
    layers : callable or None
        The user's own ``propertylayer_portrayal``.
    """

    colours: Colours
    portrayal: Callable[[Any], Any] | None = None
    layers: Any = None


class Picture(NamedTuple):
    """One way of drawing a model.

    Attributes
    ----------
    fits : callable
        Whether a model can be drawn so.
    component : Solara component
        Takes the model, the :class:`Look`, the number of the run and the step.
    """

    fits: Callable[[Any], bool]
    component: Callable[[Any, Look, int, int], Any]


def space_of(model: Any) -> Any:
    """Return the grid, network or space of a model, as Mesa looks for it; None if it has none."""
    grid = getattr(model, "grid", None)
    return getattr(model, "space", None) if grid is None else grid


@solara.component
def SpacePicture(model: Any, look: Look, run: int, session: int) -> None:
    """The grid, network or space of a model; if it cannot be drawn, one sentence that says why."""
    _figure(drawn, model, look)


@solara.component
def CellsPicture(model: Any, look: Look, run: int, session: int) -> None:
    """The people of a model on our organisation, in their cells."""
    _figure(drawn_cells, model, look)


def _figure(draw: Callable[[Any, Look], Figure], model: Any, look: Look) -> None:
    try:
        figure = draw(model, look)
    except Exception as error:  # of the user's own portrayal, or a space that Mesa does not draw
        words = " ".join(f"{type(error).__name__}: {error}".split())[:300]
        solara.Text(f"The picture cannot be drawn ({words}).", classes=["learnsim-wrong"])
        return
    solara.FigureMatplotlib(figure, format="png", bbox_inches="tight")


def drawn(model: Any, look: Look) -> Figure:
    """Return the picture of a model's grid, network or space, drawn by Mesa."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # what a newer Mesa wants to be called; nobody reads it here
        renderer = SpaceRenderer(model, backend="matplotlib")
        portrayal, space = look.portrayal or look.colours.portrayal, space_of(model)
        structure = {"node_kwargs": {"node_size": 0}} if hasattr(space, "G") else {}  # agents stand where the nodes are
        newer = hasattr(renderer, "setup_agents")  # than Mesa 3.3
        if max(getattr(space, "width", 0), getattr(space, "height", 0)) > MOST_LINES:
            borders = renderer.space_drawer
            renderer.canvas.set_xlim(borders.viz_xmin, borders.viz_xmax)
            renderer.canvas.set_ylim(borders.viz_ymin, borders.viz_ymax)
        elif newer:
            renderer.setup_structure(**structure).draw_structure()
        else:
            renderer.draw_structure(**structure)
        if newer:
            if look.layers is not None:
                renderer.setup_propertylayer(look.layers).draw_propertylayer()
            renderer.setup_agents(portrayal).draw_agents()
        else:
            if look.layers is not None:
                renderer.draw_propertylayer(look.layers)
            renderer.draw_agents(portrayal)
    axes = renderer.canvas
    axes.set_aspect("equal")
    axes.set_xticks([])
    axes.set_yticks([])
    figure = axes.get_figure()
    figure.set_size_inches(SIZE, SIZE)
    pyplot.close(figure)  # Mesa 3.3 would keep it
    return figure


@solara.component
def ReporterPlot(model: Any, reporter: str, low: float, high: float, steps: int, run: int, session: int) -> None:
    """One model reporter from step to step; both arms have the same axes."""
    finish = partial(_same_axes, low=low, high=high, steps=steps)  # a new one: else Mesa's component would not draw again
    make_plot_component(reporter, post_process=finish)[0](model)


def _same_axes(axes: Any, low: float, high: float, steps: int) -> None:
    margin = 0.05 * (high - low) or 0.5
    axes.set_ylim(low - margin, high + margin)
    axes.set_xlim(0, steps)
    axes.get_figure().set_size_inches(SIZE, HEIGHT)


PICTURES = (
    Picture(fits=lambda model: space_of(model) is not None, component=SpacePicture),
    Picture(fits=lambda model: isinstance(model, OrganisationModel), component=CellsPicture),
)


def picture_of(model: Any) -> Picture | None:
    """Return the picture of a model; None if there is nothing to draw."""
    return next((one for one in PICTURES if one.fits(model)), None)
