"""Fit page: the report of a fit as one HTML file; ``fit.html.jinja`` beside it says how the parts are laid out."""

from __future__ import annotations

import io
from base64 import b64encode
from collections.abc import Callable
from typing import TYPE_CHECKING, NamedTuple

from jinja2 import Environment, PackageLoader, StrictUndefined

from learnsim.fitting.fitted import Fitted
from learnsim.report.figures.drawing import import_matplotlib
from learnsim.report.fit_words import fit_answer, fit_tables

if TYPE_CHECKING:
    from matplotlib.figure import Figure

TEMPLATE = "fit.html.jinja"


class FitPicture(NamedTuple):
    """A figure inside the page."""

    name: str
    title: str
    shows: str
    width: float
    source: str


def fit_page(fitted: Fitted) -> str:
    """Return the page of a fit: the answer, its figures, and its tables."""
    environment = Environment(
        loader=PackageLoader("learnsim", "report"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    experiment, fit = fitted.settings.experiment, fitted.settings.fit
    facts = [
        ("replicates", f"{fit.replicates} runs of each arm behind every simulated number, the same at all values"),
        ("starts", str(fit.starts)),
        ("weights", "the inverse of the covariance of made-up data sets in the model itself, at the estimate"),
    ]
    if fitted.observed.people:
        people = ", ".join(f"{arm} {count}" for arm, count in fitted.observed.people.items())
        sessions, items = fitted.settings.training.sessions, fitted.settings.curriculum.items
        course = f"{sessions} sessions, {items} items; effects are those of one session"
        facts = [("people", people), ("questions", str(fit.questions)), ("course", course), *facts]
    return environment.get_template(TEMPLATE).render(
        name=experiment.name,
        question=experiment.question,
        answer=fit_answer(fitted),
        tables=fit_tables(fitted),
        pictures=_pictures(fitted),
        facts=facts,
    )


def _pictures(fitted: Fitted) -> list[FitPicture]:
    import_matplotlib()
    from learnsim.report.figures import fit as figures

    moments = fitted.observed.moments
    draws: list[tuple[str, str, str, Callable[[], Figure]]] = [
        (
            "moments", "Observed and simulated", "each number of the data less that of the model, in standard errors",
            lambda: figures.moments_figure(fitted.estimate, moments),
        ),
        (
            "profiles", "Profiles", "the misfit along each setting, with the others at their best",
            lambda: figures.profiles_figure(list(fitted.profiles), fitted.estimate),
        ),
    ]  # fmt: skip
    if fitted.observed.scores and fitted.simulated:
        scores, simulated = fitted.observed.scores, fitted.simulated
        draws.insert(1, (
            "scores", "Scores", "the share of people with at most each score, of the data and of the model",
            lambda: figures.scores_figure(scores, simulated),
        ))  # fmt: skip
    return [_picture(name, title, shows, draw) for name, title, shows, draw in draws]


def _picture(name: str, title: str, shows: str, draw: Callable[[], Figure]) -> FitPicture:
    from learnsim.report.figures.style import style
    from learnsim.report.figures.text_fitting import settle

    with style():
        figure = draw()
        settle(figure)
        content = io.BytesIO()
        figure.savefig(content, format="svg", metadata={"Date": None})
    source = b64encode(content.getvalue()).decode("ascii")
    return FitPicture(name, title, shows, float(figure.get_figwidth()), f"data:image/svg+xml;base64,{source}")
