"""Explorer: one training model on Mesa's own page, and the parts of which to build such a page.
It is for people who know Mesa.

The parts go into a page of one's own::

    SolaraViz(TrainingModel("hybrid", seed=1), components=[Organised, Learned], model_params=parameters())

``page`` is such a page, one model for each tab; ``solara run app.py`` shows it.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import solara
from mesa.visualization import Slider, SolaraViz
from mesa.visualization.utils import update_counter

from learnsim.browser import charts as curves
from learnsim.browser.controls import FOREMOST, Control, foremost, others
from learnsim.browser.css import CSS
from learnsim.browser.model_holder import Candidate, Incumbent
from learnsim.browser.page import Chart, Organisation
from learnsim.browser.page_settings import Choices, known
from learnsim.browser.picture import key_of, levels_of, moments_of, picture_of
from learnsim.browser.runs import Solo
from learnsim.browser.sentences import clock_told, picture_told
from learnsim.browser.settings_panel import Alert
from learnsim.errors import LearnsimError
from learnsim.models.training.model import TrainingModel
from learnsim.settings import Settings

OFFERED = (*FOREMOST, "people.helpfulness.sd", "organisation.trainees", "organisation.communities", "training.sessions")
PLAY_INTERVAL = 200  # milliseconds


def parameters(names: Iterable[str] = OFFERED, arm: str = "hybrid", settings: Settings | None = None) -> dict[str, Any]:
    """Return ``model_params`` for Mesa's page: the arm, the seed, and settings as they are declared.

    Parameters
    ----------
    names : iterable of str
        Dotted names of sliders and lists.
    arm : str
        The one chosen at first.
    settings : Settings, optional
        Their values are where the sliders stand; the defaults if left out.

    Raises
    ------
    LearnsimError
        If a name is not a slider's or a list's.
    """
    settings = settings or Settings()
    controls = {control.name: control for control in [*foremost(settings), *others(settings)] if control.kind != "text"}
    found: dict[str, Any] = {
        "arm": {"type": "Select", "label": "arm", "value": arm, "values": known(settings)},
        "seed": {"type": "InputText", "label": "seed (a whole number)", "value": str(settings.experiment.seed)},
    }
    for name in names:
        if name not in controls:
            raise LearnsimError(f"{name}: is not a slider or a list of the page; those are {', '.join(controls)}")
        found[name] = _parameter(controls[name])
    return found


def _parameter(control: Control) -> Any:
    if control.kind == "choice" and control.options == ("true", "false"):
        return {"type": "Checkbox", "label": control.label, "value": control.value == "true"}
    if control.kind == "choice":
        return {"type": "Select", "label": control.label, "value": control.value, "values": list(control.options)}
    kind = int if control.kind == "whole" else float
    return Slider(control.label, control.value, control.low, control.high, control.step, dtype=kind)


@solara.component
def Organised(model: TrainingModel) -> None:
    """Draw the organisation: communities, cells, and everybody by what they master."""
    update_counter.get()
    solo = Solo(model)
    means = solo.means()
    chosen, choose = solara.use_state(-1)
    picture = solara.use_memo(lambda: picture_of(model), [model, *moments_of(model)])
    solara.Style(CSS)
    with solara.Div(classes=["learnsim-side", "learnsim-left"]):
        with solara.Row(gap="12px", style={"align-items": "baseline"}):
            solara.Text(solo.arms[0], classes=["learnsim-name"])
            solara.Text(clock_told(solo), classes=["learnsim-clock"])
        Organisation(
            picture=picture,
            levels=levels_of(model, means),
            session=solo.session,
            run=0,
            chosen=chosen if chosen < len(model.trainees) else -1,
            label=picture_told(
                solo.arms[0], solo.session, means, model.tree.plan.cells, solo.settings.organisation.communities
            ),
            event_drawn=lambda at: None,
            event_choose=choose,
        )
        solara.HTML(tag="div", unsafe_innerHTML=key_of([model]), classes=["learnsim-key"])


@solara.component
def Learned(model: TrainingModel) -> None:
    """Draw what was learned so far: everybody, quarters of the people, mastery now, and people met."""
    update_counter.get()
    solo = Solo(model)
    solara.Style(CSS)
    with solara.Div(classes=["learnsim-side", "learnsim-charts"]):
        Chart(curves.mastery_chart(solo))
        Chart(curves.quarters_chart(solo, "fast", "slow"))
        Chart(curves.quarters_chart(solo, "outgoing", "quiet"))
        Chart(curves.distribution_chart(solo))
        Chart(curves.partners_chart(solo))


@solara.component
def Page() -> None:
    """Mesa's page with a model of this tab's own; what cannot be played is said above it, and the model stays."""
    model = solara.use_memo(lambda: Incumbent(Candidate(arm="hybrid", seed=1)), [])
    offered = solara.use_memo(parameters, [])
    solara.use_effect(lambda: model.close, [])
    solara.Title("learnsim: one organisation learning")
    solara.Style(CSS)
    with solara.Column(classes=["learnsim-main"], gap="4px"):
        if model.told.value:
            Alert(f"{model.told.value}. The model goes on as it was.", Choices(Settings()))
        solara.Text(
            "Parameters count from the next Reset on. The same seed gives the same people and random numbers in every arm."
        )
        SolaraViz(
            model,
            components=[(Organised, 0), (Learned, 0)],
            model_params=offered,
            play_interval=PLAY_INTERVAL,
            name="learnsim: one organisation learning",
        )


page = Page()
