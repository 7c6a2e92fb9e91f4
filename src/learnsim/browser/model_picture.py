"""Model picture: what is drawn of one Mesa model: its grid, network or space, by Mesa's own component.
A model of another kind gets a picture of its own: a further entry in ``PICTURES``.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import solara
from mesa.visualization import make_plot_component, make_space_component

from learnsim.browser.model_colours import Colours

MOST_LINES = 30  # of a grid; a larger one is drawn without


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
    error, clear = solara.use_exception()
    solara.use_effect(clear, [run, session])
    if error is not None:
        words = " ".join(f"{type(error).__name__}: {error}".split())[:300]
        solara.Text(f"The picture cannot be drawn ({words}).", classes=["learnsim-wrong"])
        return
    space = space_of(model)
    lines = max(getattr(space, "width", 0), getattr(space, "height", 0)) <= MOST_LINES

    def finish(axes: Any) -> None:
        axes.set_aspect("equal")
        axes.set_xticks([])
        axes.set_yticks([])

    draw = make_space_component(look.portrayal or look.colours.portrayal, look.layers, finish, draw_grid=lines)
    draw(model)


@solara.component
def ReporterPlot(model: Any, reporter: str, low: float, high: float, steps: int, run: int, session: int) -> None:
    """One model reporter from step to step; both arms have the same axes."""

    def finish(axes: Any) -> None:
        margin = 0.05 * (high - low) or 0.5
        axes.set_ylim(low - margin, high + margin)
        axes.set_xlim(0, steps)

    make_plot_component(reporter, post_process=finish)[0](model)


PICTURES = (Picture(fits=lambda model: space_of(model) is not None, component=SpacePicture),)


def picture_of(model: Any) -> Picture | None:
    """Return the picture of a model; None if there is nothing to draw."""
    return next((one for one in PICTURES if one.fits(model)), None)
