"""Class list panel: the button that opens a file of people, what was read of it, and which column is what."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import solara

from learnsim.browser.class_list import ENDINGS, MOST_BYTES
from learnsim.browser.column_guess import Columns
from learnsim.browser.native import Native
from learnsim.browser.record_state import RecordState

NONE = "(none)"
PRIVACY = "The list stays in the memory of learnsim's own server, and is forgotten when this page is closed."
LABELS = {  # of each column's list
    "id": "id of each person",
    "name": "name, or first part of it",
    "second": "second part of the name",
    "community": "community",
    "label": "label to show beside the name",
}


@solara.component_vue("file_button.vue")
def FileButton(
    label: str, accept: str, most: int, event_opened: Callable[[Any], None], event_pasted: Callable[[Any], None]
) -> None:
    """Open a file, or a list that is pasted: see ``file_button.vue``."""


@solara.component
def ClassListPanel(state: RecordState) -> None:
    """The class list of a page: mistakes stand beside its button."""
    _ = state.chosen.value
    with solara.Div(classes=["learnsim-list"]):
        FileButton(
            label="Use a class list",
            accept=",".join(ENDINGS),
            most=MOST_BYTES,
            event_opened=state.open_file,
            event_pasted=state.paste_list,
        )
        if state.file_error:
            with solara.Div(classes=["learnsim-wrong"], attributes={"role": "alert"}):
                solara.Text(f"{state.file_error}. The page stays as it was.")
        solara.Text(PRIVACY, classes=["learnsim-about"])
        if state.file is None:
            return
        with solara.Div(attributes={"role": "status"}, classes=["learnsim-about"]):
            if not state.file_error:  # else they would be about what was tried before
                for words in state.file_words:
                    solara.Text(words)
        for key, label in LABELS.items():
            Native(
                name=f"list-{key}",
                label=label,
                kind="choice",
                value=getattr(state.columns, key) or NONE,
                options=[NONE, *state.file.columns],
                event_change=_chooses(state, key),
            ).key(f"list-{key}")
        solara.Button("Without the class list", on_click=state.close_file, text=True)


def _chooses(state: RecordState, key: str) -> Callable[[Any], None]:
    """Return what happens when a column is chosen."""

    def choose(column: Any) -> None:
        state.use_columns(Columns(**{**state.columns._asdict(), key: "" if column == NONE else str(column)}))

    return choose
