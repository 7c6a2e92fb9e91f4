"""Mesa page: one training model on Mesa's own page, and the components to build such a page, for any model that ships.
It is for people who know Mesa. Pictures and curves are the player's, as on the other page.

The components can be used in a page of your own::

    SolaraViz(TrainingModel("hybrid", seed=1), components=[Organised, Learned], model_params=parameters())

``page`` is such a page, with one model per tab; ``solara run app.py`` shows it.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

import solara
from mesa.visualization import Slider, SolaraViz
from mesa.visualization.utils import update_counter

from learnsim.browser.controls import Control, foremost, others
from learnsim.browser.model_holder import CheckedModel, ModelHolder
from learnsim.browser.page_settings import PageSettings, known
from learnsim.browser.settings_panel import Alert
from learnsim.browser.style import page_style
from learnsim.errors import LearnsimError
from learnsim.models.base import AgentsModel
from learnsim.playback.live import present_of
from learnsim.playback.scripts import player_script
from learnsim.playback.texts import all_texts
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


@solara.component_vue("mesa_part.vue")
def Part(part: str, record: str, script: str, texts: str) -> None:
    """Draw ``"picture"`` or ``"curves"`` of a record by the player's script: see ``mesa_part.vue``."""


def _part(part: str, model: AgentsModel) -> None:
    update_counter.get()
    record = solara.use_memo(lambda: json.dumps(present_of(model)), [model, model.session])
    texts = solara.use_memo(lambda: json.dumps(all_texts()["en"]), [])
    solara.Style(page_style())
    Part(part=part, record=record, script=player_script(), texts=texts)


@solara.component
def Organised(model: AgentsModel) -> None:
    """Draw the organisation: communities, cells, and people in the colour of what they know, score or earn."""
    _part("picture", model)


@solara.component
def Learned(model: AgentsModel) -> None:
    """Draw the curves so far: of the training model everybody, quarters of the people, and people met; mastery now."""
    _part("curves", model)


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
