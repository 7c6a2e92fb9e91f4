"""View: how a page shows what it plays: language, scene, of which models, who is followed, and how many repetitions."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from typing import Any
from urllib.parse import parse_qsl, urlencode

from learnsim.errors import SettingsError, did_you_mean, listed
from learnsim.playback.scenes import scenes
from learnsim.playback.texts import all_texts
from learnsim.settings.messages import shown

MOST_REPLICATES = 200
NAMES = {"scene": "scene", "lang": "language", "live": "live", "person": "person", "replicates": "replicates"}  # in the URL


@dataclass(frozen=True)
class View:
    """How a page shows what it plays; none of it changes a number of the runs.

    Attributes
    ----------
    language : str
        Code of a file of texts.
    live : bool
        Whether the Mesa models are stepped while the page plays, in place of the compiled engine's record.
    person : int
        Who is followed, by number; -1 for nobody. In the URL people are counted from 1, as on the page.
    replicates : int
        How many repetitions the bands are of; 0 for no bands.
    scene : str
        The scene or question that is open; empty for none.
    """

    language: str = "en"
    live: bool = False
    person: int = -1
    replicates: int = 30
    scene: str = ""

    def changed(self, name: str, text: str) -> View:
        """Return a view with one more change, by its name in the URL.

        Raises
        ------
        SettingsError
            If it cannot have this value.
        """
        return replace(self, **{NAMES[name]: _value_of(name, text)})

    def entries(self) -> dict[str, str]:
        """Return what the URL says of it: what differs from the usual."""
        usual, names = View(), {field: name for name, field in NAMES.items()}
        every = {field.name: getattr(self, field.name) for field in fields(self)}
        every["person"] += self.person >= 0
        return {names[key]: str(value).lower() for key, value in every.items() if value != getattr(usual, key)}


def view_of(query: str, before: View | None = None) -> tuple[View, str]:
    """Return what a query string says of the view, and all else that it says.

    Parameters
    ----------
    query : str
        Of the URL, with or without its question mark.
    before : View, optional
        What holds where it says nothing; the usual if left out.

    Raises
    ------
    SettingsError
        If it has a value that a view cannot have.

    Examples
    --------
    >>> view_of("?left=hybrid&replicates=5")
    (View(language='en', live=False, person=-1, replicates=5, scene=''), 'left=hybrid')
    """
    view, others = before or View(), []
    for name, text in parse_qsl(query.lstrip("?"), keep_blank_values=True):
        if name in NAMES:
            view = view.changed(name, text)
        else:
            others.append((name, text))
    return view, urlencode(others)


def _value_of(name: str, text: str) -> Any:
    text = text.strip()
    if name == "lang":
        if text not in all_texts():
            hint = did_you_mean(text, all_texts())
            raise SettingsError(f"lang = {shown(text)}: there are texts in {listed(all_texts())}{hint}")
        return text
    if name == "scene":
        known = [scene.id for scene in scenes()]
        if text not in known:
            raise SettingsError(f"scene = {shown(text)}: is no scene of the story{did_you_mean(text, known)}")
        return text
    if name == "live":
        if text not in ("true", "false"):
            raise SettingsError(f"live = {shown(text)}: should be true or false")
        return text == "true"
    number = int(text) if text.isascii() and text.isdigit() and len(text) < 10 else -1
    if name == "person":
        if number < 1:
            raise SettingsError(f"person = {shown(text)}: should be a person's number, from 1")
        return number - 1
    if not 0 <= number <= MOST_REPLICATES:
        raise SettingsError(f"replicates = {shown(text)}: should be a whole number from 0 to {MOST_REPLICATES}")
    return number
