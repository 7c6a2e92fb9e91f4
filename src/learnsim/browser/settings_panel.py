"""Settings panel: the controls of a page, error messages, and the button that saves a file.
Controls are native elements of the browser (``setting.vue``); what they say is in ``panel_words``.
"""

from __future__ import annotations

from functools import partial
from typing import Any

import solara

from learnsim.browser.class_list_panel import NONE, ClassListPanel
from learnsim.browser.controls import Control, foremost, of_arm, others
from learnsim.browser.error_messages import page_sentence
from learnsim.browser.native import Native
from learnsim.browser.page_settings import FURTHER, MOST_ARMS, SIDES, PageSettings
from learnsim.browser.panel_words import SettingWords, number_text, panel_words, sentence, setting_words
from learnsim.browser.plain_sentences import PlainSentence, plain_sentence
from learnsim.browser.record_state import RecordState
from learnsim.browser.save_file import file_name, toml_text
from learnsim.browser.state import PageState
from learnsim.browser.unused_controls import unused_on_page
from learnsim.browser.view import MOST_REPLICATES
from learnsim.errors import SettingsError
from learnsim.playback.person_names import shown_text

NOTHING = PlainSentence("", "")
FURTHER_LABELS = ("arm.third", "arm.fourth")[: MOST_ARMS - len(SIDES)]


def refusal(error: str, page_settings: PageSettings, language: str) -> PlainSentence:
    """Return an error message with the labels of the page, in its language where there are words for it."""
    return plain_sentence(page_sentence(error, page_settings), language)


@solara.component
def Alert(
    error: str,
    page_settings: PageSettings,
    language: str = "en",
    children: list[solara.Element] = [],  # noqa: B006 - as Solara wants it
) -> None:
    """Show an error message with the labels of the page; every error of the page goes through here."""
    words = refusal(error, page_settings, language)
    with solara.Div(classes=["learnsim-alert", "learnsim-error"], attributes={"role": "alert", "lang": words.language}):
        solara.Text(words.text)
        solara.Div(children=children)


@solara.component
def SettingsPanel(state: RecordState) -> None:
    """All settings that can be changed, and the button that saves a file."""
    _ = state.chosen.value
    language, say = state.view.language, panel_words(state.view.language)
    valid, prepared = state.playable, state.shown.prepared
    settings, sides, arms = prepared.settings, valid.sides, dict(zip(SIDES, state.page_settings.arms, strict=True))
    tried = state.page_settings.changes if state.error else {}
    unused = solara.use_memo(lambda: unused_on_page(prepared, language), [state.shown.number, language])

    def why(control: Control) -> PlainSentence:
        """Why a control would change nothing; empty for all after an error, since any of them may cure it."""
        side, _, key = control.name.partition(".")
        name = f"arms.{sides[side]}.{key}" if side in sides else control.name
        return NOTHING if state.error else unused.get(name) or unused.get(name.rpartition(".")[0], NOTHING)

    def show(control: Control, why: PlainSentence = NOTHING) -> None:
        words = setting_words(control, sides, language)
        Setting(control, state, why, words, language).key(control.name)  # stays when others come or go

    def offer(controls: list[Control]) -> None:
        for control in controls:
            show(control.showing(tried), why(control))

    solara.HTML(tag="h2", unsafe_innerHTML=say("settings"), classes=["learnsim-heading"])
    ClassListPanel(state).key("people")
    for side, arm in arms.items():
        options = (*([NONE] if side == "right" else []), *state.base.known_arms)
        show(Control(side, "", "", "choice", arm, options=options))
        if side in sides:
            offer([control for control in of_arm(side, sides[side], settings, foremost=True) if not why(control).text])
    FurtherArms(state).key("further")
    if valid.unshown:
        named = ", ".join(shown_text(arm) for arm in valid.unshown)
        solara.Text(say("arms.others", arms=named), classes=["learnsim-about"])
    offer(foremost(settings))
    arms_open, everything_open = solara.use_reactive(False), solara.use_reactive(False)
    Fold(say("more.arms"), arms_open).key("arms")
    if arms_open.value:
        for side, name in sides.items():
            shown = {control.name for control in of_arm(side, name, settings, foremost=True) if not why(control).text}
            rest = [*of_arm(side, name, settings, foremost=True), *of_arm(side, name, settings, foremost=False)]
            offer([control for control in rest if control.name not in shown])
    Fold(say("more.others"), everything_open).key("everything")
    if everything_open.value:
        offer(others(settings))
    Showing(state).key("showing")
    if valid.class_list:
        solara.Text(say("list.beside", name=shown_text(valid.class_list.name)), classes=["learnsim-about"])
    text = partial(toml_text, valid, settings, state.view.replicates)
    solara.FileDownload(text, filename=file_name(valid), label=say("save"), icon_name=None)


@solara.component
def FurtherArms(state: RecordState) -> None:
    """The arms that are shown beside these two."""
    _ = state.chosen.value
    settings, say = state.page_settings, panel_words(state.view.language)
    others = [arm for arm in state.base.known_arms if arm not in settings.arms]
    for place, label in enumerate(FURTHER_LABELS[: len(settings.further) + 1]):

        def choose(arm: Any, place: int = place) -> None:
            before, after = settings.further[:place], settings.further[place + 1 :]
            state.change(FURTHER, [*before, *([] if arm == NONE else [arm]), *after])

        value = settings.further[place] if place < len(settings.further) else NONE
        Native(
            name=f"further-{place}",
            label=say(label),
            kind="choice",
            value=value,
            options=[NONE, *(arm for arm in others if arm == value or arm not in settings.further)],
            options_shown=[say("none")],
            wrong=refusal(state.error, settings, state.view.language).text if state.error and state.tried == FURTHER else "",
            silent=True,
            event_change=choose,
        ).key(f"further-{place}")


@solara.component
def Showing(state: RecordState) -> None:
    """How it is shown: repetitions behind the curves, and whether the Mesa models are stepped."""
    _ = state.chosen.value
    view, say = state.view, panel_words(state.view.language)
    Native(
        name="replicates",
        label=say("replicates"),
        kind="slider",
        value=view.replicates,
        shown=str(view.replicates),
        low=0,
        high=MOST_REPLICATES,
        step=5,
        explain=say("explain", setting=say("replicates")),
        explained=[say("replicates.meaning")],
        event_change=lambda value: state.look("replicates", int(value)),
    ).key("replicates")
    Native(
        name="live",
        label=say("live"),
        kind="switch",
        value=view.live,
        explain=say("explain", setting=say("live")),
        explained=[say("live.meaning")],
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
def Setting(
    control: Control, state: PageState, why: PlainSentence = NOTHING, words: SettingWords | None = None, language: str = "en"
) -> None:
    """One control; a button opens what it means. ``words`` are those of its declaration if left out."""
    wrong, set_wrong = solara.use_state("")
    meaning = (sentence(control.meaning),) if control.meaning else ()
    words, say = words or SettingWords(control.label, explained=meaning), panel_words(language)
    refused = refusal(state.error, state.page_settings, language).text if state.error and state.tried == control.name else ""

    def changed(value: Any) -> None:
        if control.kind == "text":
            try:
                value = state.page_settings.value_of(control.name, str(value))
            except SettingsError as error:
                set_wrong(refusal(str(error), state.page_settings, language).text)
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
        label=words.label,
        called=words.called,
        kind="slider" if slider else control.kind,
        value=control.value,
        shown=number_text(control.value, language) if slider else "",
        decimal=say("decimal"),
        low=control.low,
        high=control.high,
        step=control.step,
        options=list(control.options),
        options_shown=list(words.options),
        explain=say("explain", setting=words.label),
        explained=list(words.explained),
        unused=say("unused"),
        why=why.text,
        why_language=why.language,
        wrong=wrong or refused,
        silent=not wrong,  # the page has said it
        event_change=changed,
    )
