"""Mesa page: one training model on Mesa's own page, and the components to build such a page.
It is for people who know Mesa.

The components can be used in a page of your own::

    SolaraViz(TrainingModel("hybrid", seed=1), components=[Organised, Learned], model_params=parameters())

``page`` is such a page, with one model per tab; ``solara run app.py`` shows it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import solara
from mesa.visualization import Slider, SolaraViz
from mesa.visualization.utils import update_counter

from learnsim.browser.charts import distribution_chart, mastery_chart, partners_chart, quarters_chart
from learnsim.browser.controls import Control, foremost, others
from learnsim.browser.model_holder import CheckedModel, ModelHolder
from learnsim.browser.page_settings import PageSettings, known
from learnsim.browser.picture import legend_of, levels_of, moments_of, picture_of
from learnsim.browser.sentences import clock_text, picture_text
from learnsim.browser.settings_panel import Alert
from learnsim.browser.single_run import SingleRun
from learnsim.browser.style import page_style
from learnsim.errors import LearnsimError
from learnsim.models.training.model import TrainingModel
from learnsim.playback.person_names import captions_of
from learnsim.settings import Settings

OFFERED = (
    "organisation.cycle_length",
    "organisation.cell_size",
    "training.throttle",
    "people.learning_speed.sd",
    "people.helpfulness.mean",
    "curriculum.prerequisite",
    "prior.share",
    "people.helpfulness.sd",
    "organisation.trainees",
    "organisation.communities",
    "training.sessions",
)
PLAY_INTERVAL = 200  # milliseconds


def parameters(names: Iterable[str] = OFFERED, arm: str = "hybrid", settings: Settings | None = None) -> dict[str, Any]:
    """Return ``model_params`` for Mesa's page: the arm, the seed, and settings as they are declared.

    Parameters
    ----------
    names : iterable of str
        Dotted names of sliders and lists.
    arm : str
        The arm selected at first.
    settings : Settings, optional
        The initial values of the sliders; the defaults if left out.

    Raises
    ------
    LearnsimError
        If a name does not belong to a slider or a list.
    """
    settings = settings or Settings()
    controls = {control.name: control for control in [*foremost(settings), *others(settings)] if control.kind != "text"}
    offered: dict[str, Any] = {
        "arm": {"type": "Select", "label": "arm", "value": arm, "values": known(settings)},
        "seed": {"type": "InputText", "label": "seed (a whole number)", "value": str(settings.experiment.seed)},
    }
    for name in names:
        if name not in controls:
            raise LearnsimError(f"{name}: is not a slider or a list of the page; available are {', '.join(controls)}")
        offered[name] = _parameter(controls[name])
    return offered


def _parameter(control: Control) -> Any:
    if control.kind == "choice" and control.options == ("true", "false"):
        return {"type": "Checkbox", "label": control.label, "value": control.value == "true"}
    if control.kind == "choice":
        return {"type": "Select", "label": control.label, "value": control.value, "values": list(control.options)}
    kind = int if control.kind == "whole" else float
    return Slider(control.label, control.value, control.low, control.high, control.step, dtype=kind)


@solara.component_vue("organisation.vue")
def Organisation(
    picture: dict[str, Any],
    levels: list[int],
    session: int,
    run: int,
    chosen: int,
    label: str,
    event_drawn: Callable[[list[int]], None],
    event_choose: Callable[[int], None],
    names: list[str] | None = None,
) -> None:
    """Draw an organisation: see ``picture.picture_of`` and ``organisation.vue``."""


@solara.component
def Chart(svg: str) -> None:
    """One of the curves."""
    solara.HTML(tag="div", unsafe_innerHTML=svg)


@solara.component
def Organised(model: TrainingModel) -> None:
    """Draw the organisation: communities, cells, and people coloured by their mastery."""
    update_counter.get()
    single = SingleRun(model)
    means = single.means()
    chosen, choose = solara.use_state(-1)
    picture = solara.use_memo(lambda: picture_of(model), [model, *moments_of(model)])
    called = solara.use_memo(lambda: captions_of(model.prepared.roster), [model])
    cells, communities = model.tree.plan.cells, single.settings.organisation.communities
    solara.Style(page_style())
    with solara.Div(classes=["learnsim-explorer", "learnsim-side", "learnsim-left"]):
        with solara.Row(gap="12px", style={"align-items": "baseline"}):
            solara.Text(single.arm, classes=["learnsim-name"])
            solara.Text(clock_text(single), classes=["learnsim-clock"])
        Organisation(
            picture=picture,
            levels=levels_of(model, means),
            session=single.session,
            run=0,
            chosen=chosen if chosen < len(model.trainees) else -1,
            label=picture_text(single.arm, single.session, means, cells, communities, picture["communities"]),
            event_drawn=lambda at: None,
            event_choose=choose,
            names=called,
        )
        solara.HTML(tag="div", unsafe_innerHTML=legend_of([model]), classes=["learnsim-key"])


@solara.component
def Learned(model: TrainingModel) -> None:
    """Draw the learning curves: everybody, quarters of the people, current mastery, and people met."""
    update_counter.get()
    single = SingleRun(model)
    solara.Style(page_style())
    with solara.Div(classes=["learnsim-explorer", "learnsim-side", "learnsim-charts"]):
        Chart(mastery_chart(single))
        Chart(quarters_chart(single, "fast", "slow"))
        Chart(quarters_chart(single, "outgoing", "quiet"))
        Chart(distribution_chart(single))
        Chart(partners_chart(single))


@solara.component
def Page() -> None:
    """Mesa's page, with one model per tab. If settings are invalid, an error stands above it and the model stays."""
    model = solara.use_memo(lambda: ModelHolder(CheckedModel(arm="hybrid", seed=1)), [])
    offered = solara.use_memo(parameters, [])
    solara.use_effect(lambda: model.close, [])
    solara.Title("learnsim: one organisation learning")
    solara.Style(page_style())
    with solara.Column(classes=["learnsim-main"], gap="4px"):
        if model.error.value:
            Alert(f"{model.error.value}. The model stays as it was.", PageSettings(Settings()))
        solara.Text(
            "Parameters take effect at the next Reset. The same seed gives the same people and random numbers in every arm."
        )
        SolaraViz(
            model,
            components=[(Organised, 0), (Learned, 0)],
            model_params=offered,
            play_interval=PLAY_INTERVAL,
            name="learnsim: one organisation learning",
        )


page = Page()
