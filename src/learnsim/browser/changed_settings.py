"""Changed settings: what differs from the usual in what a page shows, as lines of text for a printed page."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from learnsim.browser.controls import Control, foremost, of_arm, others
from learnsim.browser.page_settings import BY_PEOPLE, PageSettings
from learnsim.browser.panel_words import number_text, panel_words
from learnsim.grouping.preparation import Prepared
from learnsim.playback.plain_settings import plain_option, plain_setting
from learnsim.playback.texts import all_texts
from learnsim.settings import Settings

SIDE = "left"  # fields of all arms are called alike


def changed_words(prepared: Prepared, arms: Sequence[str]) -> dict[str, list[str]]:
    """Return the settings that differ from the defaults, and the fields of arms that differ from their presets.

    Parameters
    ----------
    prepared : Prepared
        With these arms.
    arms : sequence of str

    Returns
    -------
    dict of str to list of str
        Code of a language to lines, such as ``"people per cell: 4"``.
    """
    settings = prepared.settings
    usual = Settings().changed({"model.kind": settings.model.kind})
    of_people = BY_PEOPLE if prepared.roster else ()
    changed = [
        (control, "")
        for control in _differing([*foremost(settings), *others(settings)], [*foremost(usual), *others(usual)])
        if control.name not in of_people
    ]
    for arm in arms:
        fields, of_preset = (
            [control for first in (True, False) for control in of_arm(SIDE, name, there, foremost=first)]
            for name, there in ((arm, settings), (settings.arm(arm).preset, usual))
        )
        changed += [(control, f", {arm}") for control in _differing(fields, of_preset)]
    lines = {language: [_line(control, of, language) for control, of in changed] for language in all_texts()}
    if prepared.roster is None:
        return lines
    return {code: [panel_words(code)("list.count", count=prepared.trainees), *lines[code]] for code in lines}


def varied_words(page_settings: PageSettings) -> dict[str, list[str]]:
    """Return which settings the file varies, of which the page shows one value each: code of a language to their names."""
    there = [name for name in page_settings.base.sweep if name not in page_settings.changes]
    return {language: [_name(name, language) for name in there] for language in all_texts()}


def _name(name: str, language: str) -> str:
    try:
        return plain_setting(name, language).plain
    except KeyError:  # a field of one arm, or of a policy of the user's own
        return name


def _differing(controls: Iterable[Control], usual: Iterable[Control]) -> list[Control]:
    values = {control.name: control.value for control in usual}
    return [control for control in controls if values.get(control.name) != control.value]


def _line(control: Control, of: str, language: str) -> str:
    value = str(control.value)
    if control.kind in ("whole", "share"):
        value = number_text(float(control.value), language)
    elif control.kind == "choice":
        value = plain_option(control.name, value, language)
    return f"{plain_setting(control.name, language).plain}{of}: {value}"
