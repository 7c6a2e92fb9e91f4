"""Class list panel: the button that opens a file of people, what was read of it, and which column is what."""

from __future__ import annotations

from collections.abc import Callable
from html import escape
from typing import Any

import solara

from learnsim.browser.class_list import ENDINGS, MOST_BYTES
from learnsim.browser.column_guess import Columns
from learnsim.browser.native import Native
from learnsim.browser.panel_words import panel_words
from learnsim.browser.plain_sentences import plain_sentence
from learnsim.browser.record_state import RecordState

NONE = ""  # of a list that need not be chosen from


@solara.component_vue("file_button.vue")
def FileButton(
    label: str,
    paste: str,
    hint: str,
    use: str,
    accept: str,
    most: int,
    event_opened: Callable[[Any], None],
    event_pasted: Callable[[Any], None],
) -> None:
    """Open a file, or a list that is pasted: see ``file_button.vue``."""


@solara.component
def ClassListPanel(state: RecordState) -> None:
    """The class list of a page: mistakes stand beside its button."""
    _ = state.chosen.value
    language = state.view.language
    say = panel_words(language)
    with solara.Div(classes=["learnsim-list"]):
        FileButton(
            label=say("list.open"),
            paste=say("list.paste"),
            hint=say("list.hint"),
            use=say("list.use"),
            accept=",".join(ENDINGS),
            most=MOST_BYTES,
            event_opened=state.open_file,
            event_pasted=state.paste_list,
        )
        if state.file_error:
            with solara.Div(classes=["learnsim-wrong"], attributes={"role": "alert"}):
                wrong = plain_sentence(state.file_error, language)
                solara.HTML(tag="span", unsafe_innerHTML=f"{escape(wrong.text)}. ", attributes={"lang": wrong.language})
                solara.Text(say("list.stays"))
        solara.Text(say("list.privacy"), classes=["learnsim-about"])
        if state.file is None:
            return
        with solara.Div(attributes={"role": "status"}, classes=["learnsim-about"]):
            for words in state.file_words if not state.file_error else ():  # else they would be about what was tried before
                plain = plain_sentence(words, language)
                solara.HTML(tag="span", unsafe_innerHTML=escape(plain.text), attributes={"lang": plain.language})
        for key in Columns._fields:
            Native(
                name=f"list-{key}",
                label=say(f"column.{key}"),
                kind="choice",
                value=getattr(state.columns, key) or NONE,
                options=[NONE, *state.file.columns],
                options_shown=[say("none")],
                event_change=_chooses(state, key),
            ).key(f"list-{key}")
        solara.Button(say("list.close"), on_click=state.close_file, text=True)


def _chooses(state: RecordState, key: str) -> Callable[[Any], None]:
    """Return what happens when a column is chosen."""

    def choose(column: Any) -> None:
        state.use_columns(Columns(**{**state.columns._asdict(), key: str(column)}))

    return choose
