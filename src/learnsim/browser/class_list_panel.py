"""Class list panel: the button that opens a file of people, what was read of it, and which column is what."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import solara

from learnsim.browser.class_list import ENDINGS, MOST_BYTES
from learnsim.browser.column_guess import Columns
from learnsim.browser.native import Native
from learnsim.browser.panel_words import panel_words
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
    say = panel_words(state.view.language)
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
                solara.Text(f'{state.file_error}. {say("list.stays")}')
        solara.Text(say("list.privacy"), classes=["learnsim-about"])
        if state.file is None:
            return
        with solara.Div(attributes={"role": "status", "lang": "en"}, classes=["learnsim-about"]):
            if not state.file_error:  # else they would be about what was tried before
                for words in state.file_words:
                    solara.Text(words)
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
