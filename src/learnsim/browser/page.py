"""Page: what ``learnsim viz`` shows: the player at the left, the settings at the right.
What is played is in ``record_state``; the controls are in ``settings_panel``.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import solara
import solara.lab

from learnsim.browser.model_settings import ModelSettings
from learnsim.browser.native import Address
from learnsim.browser.page_settings import PageSettings
from learnsim.browser.panel_words import panel_words
from learnsim.browser.record_state import RecordState
from learnsim.browser.save_file import file_name, toml_text
from learnsim.browser.script_file import script_path
from learnsim.browser.settings_panel import Alert, SettingsPanel
from learnsim.browser.shown_record import Shown
from learnsim.browser.state import PageState
from learnsim.browser.style import page_style
from learnsim.browser.view import View, language_of
from learnsim.errors import LearnsimError
from learnsim.playback.texts import all_texts
from learnsim.settings import Settings

# What ``learnsim viz`` was started with, set by ``serve``: Solara loads a page by the name of its module, without arguments.
opened_with = PageSettings(Settings())
story: list[dict[str, Any]] = []  # its scenes, as the player takes them


@solara.component_vue("player.vue")
def Player(
    script: str,
    setup: str,
    record: str,
    bands: str,
    frames: str,
    toml: dict[str, str],
    busy: bool,
    moved: list[Any],
    event_drawn: Callable[..., None],
    event_want: Callable[[list[int]], None],
    event_choose: Callable[[int], None],
    event_scene: Callable[[str], None],
    event_language: Callable[[str], None],
) -> None:
    """Play a record: see ``player.vue``.

    ``setup`` is what the player is made with, beside the record, as JSON; ``toml`` the file that it saves: name and text;
    ``moved`` how often a scene was opened or left otherwise than in the player, and which one is open.
    """


@solara.component
def Page() -> None:
    """Show the whole page, or the error that prevents it."""
    search = solara.use_router().search or ""
    accepted = (solara.lab.headers.value or {}).get("accept-language", [])
    state = solara.use_memo(lambda: _opened(search, language_of(",".join(accepted))), [])
    solara.use_effect(lambda: None if isinstance(state, LearnsimError) else state.close, [])
    solara.Style(page_style())
    if isinstance(state, LearnsimError):
        solara.Title("learnsim")
        with solara.Div(classes=["learnsim-page"]):
            Alert(str(state), opened_with)
    elif isinstance(state, RecordState):
        Main(state)
    else:
        from learnsim.browser.model_page import ModelPage  # loads Mesa's components and Altair

        ModelPage(state)


def _opened(search: str, language: str) -> PageState | LearnsimError:
    try:
        if isinstance(opened_with, ModelSettings):
            from learnsim.browser.model_state import ModelState

            return ModelState(opened_with, search)
        return RecordState(opened_with, search, language)
    except LearnsimError as error:
        return error


@solara.component
def Main(state: RecordState) -> None:
    """The player, and the settings of what it plays."""
    _ = state.tick.value
    shown, view = state.shown, state.view
    setup = solara.use_memo(lambda: setup_of(view, state.person), [view])
    toml = solara.use_memo(lambda: file_of(shown, view.replicates), [shown.number, view.replicates])
    solara.Title(f"learnsim: {' and '.join(shown.page_settings.names)}")
    with solara.Div(classes=["learnsim-page"]):
        with solara.Div(classes=["learnsim-main"]):
            if state.error:
                with Alert(state.error, state.page_settings, view.language):
                    solara.Button(panel_words(view.language)("undo"), on_click=state.undo, text=True)
            Player(
                script=script_path(),
                setup=setup,
                record=shown.record,
                bands=state.bands,
                frames=state.frames,
                toml=toml,
                busy=state.busy,
                moved=[state.moves, view.scene],
                event_drawn=lambda *_: state.drawn(),
                event_want=state.want,
                event_choose=state.follow,
                event_scene=state.open_scene,
                event_language=lambda code: state.look("lang", code),
            ).key("player")
        named = ["learnsim-named"] if state.error else []  # the names that the error message has
        with solara.Div(classes=["learnsim-settings", *named], attributes={"lang": view.language}):
            if state.is_drawn:  # the pictures do not wait for the many controls
                SettingsPanel(state)
            Address(at=[state.entries, state.query, state.moves], event_back=state.back)


def file_of(shown: Shown, replicates: int) -> dict[str, str]:
    """Return the file that is saved: its name, and its text."""
    page_settings = shown.page_settings
    return {"name": file_name(page_settings), "text": toml_text(page_settings, shown.prepared.settings, replicates)}


def setup_of(view: View, person: int) -> str:
    """Return what the player is made with, as JSON."""
    options = {"texts": all_texts(), "language": view.language, "person": person, "live": view.live}
    return json.dumps({**options, "scene": view.scene, "scenes": story or None})
