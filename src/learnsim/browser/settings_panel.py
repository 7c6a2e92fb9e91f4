"""Choosing: the controls of a page, what cannot be played, and the file that says what is shown.
A control is the browser's own (``setting.vue``).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import solara

from learnsim.browser.controls import Control, foremost, of_arm, others
from learnsim.browser.error_messages import page_sentence
from learnsim.browser.page_settings import SIDES, Choices, known, value_of
from learnsim.browser.save_file import file_name, saved
from learnsim.browser.state import View
from learnsim.browser.unused_controls import unread
from learnsim.errors import SettingsError


@solara.component_vue("setting.vue")
def Native(
    name: str,
    label: str,
    kind: str,
    value: Any,
    event_change: Callable[[Any], None],
    shown: str = "",
    low: float = 0.0,
    high: float = 1.0,
    step: float = 0.01,
    live: bool = False,
    options: list[str] | None = None,
    meaning: str = "",
    why: str = "",
    wrong: str = "",
) -> None:
    """Show one control: see ``setting.vue``."""


@solara.component
def Alert(error: str, choices: Choices, children: list[solara.Element] = []) -> None:  # noqa: B006 - as Solara wants it
    """Say what is wrong, in the page's words; whatever the page says of an error goes through here."""
    with solara.Div(classes=["learnsim-alert", "learnsim-error"], attributes={"role": "alert"}):
        solara.Text(page_sentence(error, choices))
        solara.Div(children=children)


@solara.component
def Choosing(view: View) -> None:
    """Every setting that can be changed, who is followed, and the file that says what is shown."""
    _ = view.chosen.value
    stage = view.stage
    settings, names, arms = stage.pair.settings, stage.pair.arms, stage.choices.arms
    tried = stage.choices.changes if stage.error else {}
    idle = solara.use_memo(lambda: unread(settings), [stage.runs])

    def why(control: Control) -> str:
        """Why a control would change nothing; where something was tried that cannot be played, all of them may help."""
        side, _, key = control.name.partition(".")
        name = f"arms.{names[SIDES.index(side)]}.{key}" if side in SIDES else control.name
        return "" if stage.error else idle.get(name) or idle.get(name.rpartition(".")[0], "")

    def offer(controls: list[Control]) -> None:
        for control in controls:
            Setting(control.showing(tried), view, why(control)).key(control.name)  # it stays where others come or go

    solara.HTML(tag="h2", unsafe_innerHTML="Settings", classes=["learnsim-heading"])
    for side, name, arm in zip(SIDES, names, arms, strict=True):
        arms_known = tuple(known(view.base.base))
        Setting(Control(side, f"{side} arm", "", "choice", arm, options=arms_known), view, "").key(side)
        offer([control for control in of_arm(side, name, settings, foremost=True) if not why(control)])
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
    Follow(view, stage.runs).key("follow")
    solara.FileDownload(lambda: saved(stage.playable, settings), filename=file_name(stage.playable), label="Save as TOML")


@solara.component
def Fold(label: str, opened: solara.Reactive[bool]) -> None:
    """The button above more controls, which are there when it is pressed."""
    solara.Button(
        label,
        on_click=lambda: opened.set(not opened.value),
        attributes={"aria-expanded": "true" if opened.value else "false"},
        classes=["learnsim-fold"],
        children=[solara.v.Icon(children=["mdi-chevron-up" if opened.value else "mdi-chevron-down"])],
    )


@solara.component
def Follow(view: View, run: int) -> None:
    """Whom to follow, by number."""
    wrong, set_wrong = solara.use_state("")
    solara.use_effect(lambda: set_wrong(""), [run])
    chosen = view.stage.trainee
    Native(
        name="follow",
        label=f"follow trainee number (0 to {view.people - 1})",
        kind="text",
        value="" if chosen < 0 else str(chosen),
        wrong=wrong,
        event_change=lambda text: set_wrong(view.follow(str(text))),
    )


@solara.component
def Setting(control: Control, view: View, why: str) -> None:
    """One control; its meaning shows when the pointer or the keyboard is on it."""
    wrong, set_wrong = solara.use_state("")

    def changed(value: Any) -> None:
        if control.kind == "text":
            try:
                value = value_of(control.name, str(value))
            except SettingsError as error:
                set_wrong(page_sentence(str(error), view.stage.choices))
                return
            set_wrong("")
        elif control.kind == "whole":
            value = int(value)
        elif control.kind == "choice" and control.name not in SIDES:
            value = {"true": True, "false": False}.get(value, value)
        view.change(control.name, value)

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
