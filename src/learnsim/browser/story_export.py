"""Story export: what the page shows as one file, to be sent to somebody who has neither Python nor a network."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

from learnsim.browser.changed_settings import changed_words, varied_words
from learnsim.browser.page_settings import PageSettings
from learnsim.browser.view import View
from learnsim.errors import SettingsError
from learnsim.files import named, write_whole
from learnsim.playback.recording import recording_of
from learnsim.playback.repetitions import repetitions
from learnsim.playback.scenes import scenes_for_player
from learnsim.playback.story_file import story_html


def exported(page_settings: PageSettings, replicates: int = View().replicates) -> str:
    """Return the page of an experiment as HTML: its arms with their repetitions, and the story where there is no file.

    Parameters
    ----------
    page_settings : PageSettings
    replicates : int

    Raises
    ------
    LearnsimError
        If the settings are invalid.
    """
    bands = repetitions(page_settings.prepared(), page_settings.names, replicates)
    scenes = _scenes(page_settings, replicates) if is_plain(page_settings) else []
    return story_html(_record(page_settings), bands, scenes)


def is_plain(page_settings: PageSettings) -> bool:
    """Whether the story is about these settings: those that a page has without a file."""
    return page_settings.source == "page"


def described_scenes(page_settings: PageSettings) -> list[dict[str, Any]]:
    """Return the scenes of the story for a page, which asks for their records when they are opened."""
    return scenes_for_player(lambda address: _record(page_settings.from_query(address)))


def _scenes(page_settings: PageSettings, replicates: int) -> list[dict[str, Any]]:
    @cache
    def bands(address: str) -> dict[str, Any] | None:
        shown = page_settings.from_query(address)
        return repetitions(shown.prepared(), shown.names, replicates)

    return scenes_for_player(lambda address: _record(page_settings.from_query(address)), bands)


def _record(shown: PageSettings) -> dict[str, Any]:
    prepared = shown.prepared()
    words = {"changed": changed_words(prepared, shown.names), "varied": varied_words(shown)}
    return {**words, **recording_of(prepared, shown.names)}


def write_story(path: Path, page_settings: PageSettings) -> None:
    """Write the page of an experiment into a new file, completely or not at all.

    Raises
    ------
    SettingsError
        If the file exists already, is not called HTML, or cannot be written.
    LearnsimError
        If the settings are invalid.
    """
    try:
        if path.exists():
            raise SettingsError(f"--export {named(path)}: exists already; choose another name")
        if path.suffix.lower() not in (".html", ".htm"):
            ending = f"a browser knows it by its ending; call it {named(Path(f'{path.name}.html'))}"
            raise SettingsError(f"--export {named(path)}: {ending}")
        if not path.parent.is_dir():
            raise SettingsError(f"--export {named(path)}: there is no folder {named(path.parent)}; create it first")
        write_whole(path, exported(page_settings).encode())
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or error
        raise SettingsError(f"--export {named(path)}: cannot be written ({reason}); choose another name or folder") from None
