"""Page: two training models side by side, their controls, curves and people.
Knows Solara and the view; what is played stands in the stage, what is offered in the controls.
"""

from __future__ import annotations

from collections.abc import Callable
from html import escape
from typing import Any

import solara

from learnsim.browser import curves
from learnsim.browser.choices import SIDES, Choices, known, value_of
from learnsim.browser.controls import Control, foremost, of_arm, others
from learnsim.browser.scene import key_of, levels_of, moments_of, picture_of
from learnsim.browser.style import CSS
from learnsim.browser.view import FASTEST, SLOWEST, View
from learnsim.browser.words import clock_told, difference_told
from learnsim.errors import SettingsError
from learnsim.settings import Settings
from learnsim.settings.write import toml_of

given = Choices(Settings())  # what ``learnsim viz`` was started with; set by ``serve``


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
) -> None:
    """Draw an organisation: see ``scene.picture_of`` and ``organisation.vue``."""


@solara.component_vue("address.vue")
def Address(query: str) -> None:
    """Keep the address line saying what the page shows."""


@solara.component
def Page() -> None:
    """Show everything."""
    search = solara.use_router().search or ""
    view = solara.use_memo(lambda: View(given, search), [])
    solara.use_effect(lambda: view.close, [])
    solara.Style(CSS)
    with solara.Div(classes=["learnsim-page"]):
        with solara.Div(classes=["learnsim-main"]):
            Bar(view)
            Theatre(view)
        with solara.Div(classes=["learnsim-settings"]):
            Choosing(view)


@solara.component
def Bar(view: View) -> None:
    """Title, buttons, speed and the clock."""
    _ = view.tick.value
    pair, playing = view.stage.pair, view.playing.value
    title = f"learnsim: {pair.arms[0]} and {pair.arms[1]}"
    solara.Title(title)
    solara.HTML(tag="h1", unsafe_innerHTML=escape(title), classes=["learnsim-title"])
    with solara.Div(classes=["learnsim-bar"]):
        if playing:
            solara.Button("Pause", icon_name="mdi-pause", color="primary", on_click=view.pause)
        else:
            solara.Button("Play", icon_name="mdi-play", color="primary", on_click=view.play, disabled=pair.finished)
        solara.Button("Step", icon_name="mdi-skip-next", on_click=view.step, disabled=playing or pair.finished)
        solara.Button("Cycle", icon_name="mdi-fast-forward", on_click=view.cycle, disabled=playing or pair.finished)
        solara.Button("Reset", icon_name="mdi-replay", on_click=view.reset)
        with solara.Div(style={"width": "330px"}):
            label = f"speed: {view.speed.value} sessions a second"
            solara.SliderInt(label, view.speed, min=SLOWEST, max=FASTEST, thumb_label=False)
        solara.HTML(tag="span", unsafe_innerHTML=clock_told(pair), classes=["learnsim-clock"])


@solara.component
def Theatre(view: View) -> None:
    """Both organisations, the curves, the difference in words, and the chosen trainee."""
    _ = view.tick.value
    stage, pair = view.stage, view.stage.pair
    if stage.error:
        with solara.Error(stage.error, classes=["learnsim-error"]):
            solara.Button("Take it back", on_click=view.take_back, text=True)
    with solara.Div(classes=["learnsim-two"]):
        for side in (0, 1):
            Side(view, side, stage.runs, pair.session, stage.trainee)
    key = f"{key_of(pair.models)}; point at somebody to find them in both pictures, click to follow them"
    solara.HTML(tag="div", unsafe_innerHTML=key, classes=["learnsim-key"])
    with solara.Div(classes=["learnsim-words"]):
        for sentence in difference_told(pair):
            solara.Text(sentence)
    with solara.Div(classes=["learnsim-charts"]):
        for chart in (
            curves.mastery_chart(pair),
            curves.quarters_chart(pair, "fast", "slow"),
            curves.quarters_chart(pair, "outgoing", "quiet"),
            curves.distribution_chart(pair),
            curves.partners_chart(pair),
        ):
            Chart(chart)
    if stage.trainee >= 0:
        Trainee(view, stage.runs, pair.session, stage.trainee)


@solara.component
def Side(view: View, side: int, run: int, session: int, chosen: int) -> None:
    """One organisation."""
    pair = view.stage.pair
    model, name = pair.models[side], pair.arms[side]
    picture = solara.use_memo(lambda: picture_of(model), [run, name, *moments_of(model)])
    with solara.Div(classes=["learnsim-side", f"learnsim-{SIDES[side]}"]):
        solara.Text(name, classes=["learnsim-name"])
        Organisation(
            picture=picture,
            levels=levels_of(model, pair.curves[side][session]),
            session=session,
            run=run,
            chosen=chosen,
            label=f"{name}: the organisation after {session} sessions",
            event_drawn=(lambda at: view.stage.drawn(*at)) if side == 0 else (lambda at: None),
            event_choose=view.choose_trainee,
        )


@solara.component
def Chart(svg: str) -> None:
    """One of the curves."""
    solara.HTML(tag="div", unsafe_innerHTML=svg)


@solara.component
def Trainee(view: View, run: int, session: int, trainee: int) -> None:
    """The chosen trainee's own page."""
    pair = view.stage.pair
    people = pair.models[0].people
    with solara.Card(f"Trainee {trainee}", classes=["learnsim-trainee"]):
        solara.Text(
            f"learning speed {people.learning_speed[trainee]:.2f}, sociability {people.sociability[trainee]:.2f}, "
            f"helpfulness {people.helpfulness[trainee]:.2f}"
        )
        with solara.Div(classes=["learnsim-charts"]):
            Chart(curves.trainee_chart(pair, trainee))
            for side in (0, 1):
                one, met = pair.models[side].trainees[trainee], pair.met(side, trainee).tolist()
                with solara.Div(classes=["learnsim-items"]):
                    solara.Text(f"{pair.arms[side]}{', learning officer' if one.is_officer else ''}")
                    Chart(curves.items_chart(one.mastery, side))
                    solara.Text(f"has met {len(met)}{': ' if met else ''}{', '.join(map(str, met))}")
        solara.Button("Close", on_click=lambda: view.choose_trainee(-1), text=True)


@solara.component
def Choosing(view: View) -> None:
    """Every setting that can be changed, the file that says so, and the address that can be shared."""
    _ = view.chosen.value
    stage = view.stage
    settings, names = stage.pair.settings, stage.pair.arms
    tried = stage.choices.changes if stage.error else {}
    Address(query=stage.choices.query())
    for side, name, arm in zip(SIDES, names, stage.choices.arms, strict=True):
        solara.Select(f"{side} arm", known(given.base), value=arm, on_value=lambda new, side=side: view.change(side, new))
        for control in of_arm(side, name, settings, foremost=True) if settings.arm(name).groups != "none" else ():
            Setting(control.showing(tried), view.change)
    for control in foremost(settings):
        Setting(control.showing(tried), view.change)
    with solara.Details("more: the arms"):
        for side, name in zip(SIDES, names, strict=True):
            solara.Text(side)
            for control in of_arm(side, name, settings, foremost=False):
                Setting(control.showing(tried), view.change)
    with solara.Details("more: everything else"):
        for control in others(settings):
            Setting(control.showing(tried), view.change)
    solara.InputInt("follow trainee number", value=None, optional=True, on_value=view.choose_trainee)
    solara.FileDownload(lambda: toml_of(settings), filename=f"{settings.experiment.name}.toml", label="Save as TOML")


@solara.component
def Setting(control: Control, change: Callable[[str, Any], None]) -> None:
    """One control; its meaning shows when the pointer rests on it."""
    wrong, set_wrong = solara.use_state("")

    def typed(text: str) -> None:
        try:
            value = value_of(control.name, text)
        except SettingsError as error:
            set_wrong(str(error))
        else:
            set_wrong("")
            change(control.name, value)

    def chosen(value: Any) -> None:
        if value != control.value:
            change(control.name, {"true": True, "false": False}.get(value, value))

    label = f"{control.label}: {control.value:.4g}" if control.kind in ("whole", "share") else control.label
    with solara.Tooltip(control.meaning), solara.Div(classes=["learnsim-setting"]):
        if control.kind == "whole":
            solara.SliderInt(label, value=control.value, min=control.low, max=control.high, on_value=chosen)
        elif control.kind == "share":
            solara.SliderFloat(
                label, value=control.value, min=control.low, max=control.high, step=control.step, on_value=chosen
            )
        elif control.kind == "choice":
            solara.Select(control.label, list(control.options), value=control.value, on_value=chosen)
        else:
            solara.InputText(control.label, value=str(control.value), on_value=typed, error=wrong or False)
