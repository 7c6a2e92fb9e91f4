"""Settings panel: the controls of a page, error messages, and the button that saves a file.
Controls are native elements of the browser (``setting.vue``).
"""

from __future__ import annotations

from typing import Any

import solara

from learnsim.browser.class_list_panel import NONE, ClassListPanel
from learnsim.browser.controls import Control, foremost, of_arm, others
from learnsim.browser.error_messages import page_sentence
from learnsim.browser.native import Native
from learnsim.browser.page_settings import FURTHER, MOST_ARMS, SIDES, PageSettings
from learnsim.browser.record_state import RecordState
from learnsim.browser.save_file import file_name, toml_text
from learnsim.browser.state import PageState
from learnsim.browser.unused_controls import unused_on_page
from learnsim.browser.view import MOST_REPLICATES
from learnsim.errors import SettingsError
from learnsim.playback.person_names import shown_text

FURTHER_LABELS = ("third arm", "fourth arm")[: MOST_ARMS - len(SIDES)]


@solara.component
def Alert(error: str, page_settings: PageSettings, children: list[solara.Element] = []) -> None:  # noqa: B006 - as Solara wants it
    """Show an error message with the labels of the page; every error of the page goes through here."""
    with solara.Div(classes=["learnsim-alert", "learnsim-error"], attributes={"role": "alert"}):
        solara.Text(page_sentence(error, page_settings))
        solara.Div(children=children)


@solara.component
def SettingsPanel(state: RecordState) -> None:
    """All settings that can be changed, and the button that saves a file."""
    _ = state.chosen.value
    valid, prepared = state.playable, state.shown.prepared
    settings, names, arms = prepared.settings, valid.names[: len(SIDES)], state.page_settings.arms
    tried = state.page_settings.changes if state.error else {}
    unused = solara.use_memo(lambda: unused_on_page(prepared), [state.shown.number])

    def why(control: Control) -> str:
        """Why a control would change nothing; empty for all after an error, since any of them may cure it."""
        side, _, key = control.name.partition(".")
        name = f"arms.{names[SIDES.index(side)]}.{key}" if side in SIDES else control.name
        return "" if state.error else unused.get(name) or unused.get(name.rpartition(".")[0], "")

    def offer(controls: list[Control]) -> None:
        for control in controls:
            Setting(control.showing(tried), state, why(control)).key(control.name)  # stays when others come or go

    solara.HTML(tag="h2", unsafe_innerHTML="Settings", classes=["learnsim-heading"])
    ClassListPanel(state).key("people")
    for side, name, arm in zip(SIDES, names, arms, strict=True):
        Setting(Control(side, f"{side} arm", "", "choice", arm, options=state.base.known_arms), state, "").key(side)
        offer([control for control in of_arm(side, name, settings, foremost=True) if not why(control)])
    FurtherArms(state).key("further")
    offer(foremost(settings))
    arms_open, everything_open = solara.use_reactive(False), solara.use_reactive(False)
    Fold("more: the arms", arms_open).key("arms")
    if arms_open.value:
        for side, name in zip(SIDES, names, strict=True):
            shown = {control.name for control in of_arm(side, name, settings, foremost=True) if not why(control)}
            rest = [*of_arm(side, name, settings, foremost=True), *of_arm(side, name, settings, foremost=False)]
            offer([control for control in rest if control.name not in shown])
    Fold("more: everything else", everything_open).key("everything")
    if everything_open.value:
        offer(others(settings))
    Showing(state).key("showing")
    if valid.class_list:
        name = shown_text(valid.class_list.name)
        solara.Text(f"The class list {name} must lie beside the saved file, which names it.", classes=["learnsim-about"])
    solara.FileDownload(lambda: toml_text(valid, settings), filename=file_name(valid), label="Save as TOML", icon_name=None)


@solara.component
def FurtherArms(state: RecordState) -> None:
    """The arms that are shown beside these two."""
    _ = state.chosen.value
    settings = state.page_settings
    others = [arm for arm in state.base.known_arms if arm not in settings.arms]
    for place, label in enumerate(FURTHER_LABELS[: len(settings.further) + 1]):

        def choose(arm: Any, place: int = place) -> None:
            before, after = settings.further[:place], settings.further[place + 1 :]
            state.change(FURTHER, [*before, *([] if arm == NONE else [arm]), *after])

        value = settings.further[place] if place < len(settings.further) else NONE
        Native(
            name=f"further-{place}",
            label=label,
            kind="choice",
            value=value,
            options=[NONE, *(arm for arm in others if arm == value or arm not in settings.further)],
            event_change=choose,
        ).key(f"further-{place}")


@solara.component
def Showing(state: RecordState) -> None:
    """How it is shown: repetitions behind the curves, and whether the Mesa models are stepped."""
    _ = state.chosen.value
    view = state.view
    Native(
        name="replicates",
        label="repetitions behind the curves",
        kind="slider",
        value=view.replicates,
        shown=str(view.replicates),
        low=0,
        high=MOST_REPLICATES,
        step=5,
        event_change=lambda value: state.look("replicates", int(value)),
    ).key("replicates")
    Native(
        name="live",
        label="step the Mesa models live",
        kind="switch",
        value=view.live,
        event_change=lambda value: state.look("live", bool(value)),
    ).key("live")


@solara.component
def Fold(label: str, opened: solara.Reactive[bool]) -> None:
    """A button that shows or hides more controls."""
    solara.Button(
        label,
        on_click=lambda: opened.set(not opened.value),
        attributes={"aria-expanded": "true" if opened.value else "false"},
        classes=["learnsim-fold"],
    )


@solara.component
def Setting(control: Control, state: PageState, why: str) -> None:
    """One control; its meaning appears on hover and on keyboard focus."""
    wrong, set_wrong = solara.use_state("")

    def changed(value: Any) -> None:
        if control.kind == "text":
            try:
                value = state.page_settings.value_of(control.name, str(value))
            except SettingsError as error:
                set_wrong(page_sentence(str(error), state.page_settings))
                return
            set_wrong("")
        elif control.kind == "whole":
            value = int(value)
        elif control.values:
            value = control.values[control.options.index(value)]
        elif control.kind == "choice" and control.name not in SIDES:
            value = {"true": True, "false": False}.get(value, value)
        state.change(control.name, value)

    slider = control.kind in ("whole", "share")
    Native(
        name=control.name,
        label=control.label,
        kind="slider" if slider else control.kind,
        value=control.value,
        shown=f"{control.value:.4g}" if slider else "",
        low=control.low,
        high=control.high,
        step=control.step,
        options=list(control.options),
        meaning=control.meaning,
        why=why,
        wrong=wrong,
        event_change=changed,
    )
