"""Panel words: what the settings panel says, and what it says of each control, in the language of the page."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import NamedTuple

from learnsim.browser.controls import EXAMPLE, Control, called
from learnsim.browser.page_settings import SIDES
from learnsim.playback.plain_settings import plain_option, plain_setting
from learnsim.playback.texts import table_of
from learnsim.settings import PRESETS

Say = Callable[..., str]


class SettingWords(NamedTuple):
    """What the page says of a control.

    Attributes
    ----------
    label : str
        In plain words: ``"people per cell"``.
    called : str
        What error messages call it, where that is something else: ``"cell size"``.
    explained : tuple of str
        Sentences: meaning, unit, source, and its name in a file.
    options : tuple of str
        Its options in plain words, in their order; empty where they are said as they are.
    """

    label: str
    called: str = ""
    explained: tuple[str, ...] = ()
    options: tuple[str, ...] = ()


def panel_words(language: str) -> Say:
    """Return ``say``: the panel's text of a key, with values in place of its names.

    Examples
    --------
    >>> panel_words("de")("of.left", setting="Personen")
    'Personen, links'
    """
    table = table_of(language, "panel")

    def say(key: str, **values: str) -> str:
        text: str = table[key]
        return text.format(**values)

    return say


def setting_words(control: Control, sides: Mapping[str, str], language: str) -> SettingWords:
    """Return what the page says of a control.

    Parameters
    ----------
    control : Control
    sides : dict of str to str
        What the arms at the left and at the right are called.
    language : str
        Code of a file of texts.
    """
    say = panel_words(language)
    side, _, key = control.name.partition(".")
    if control.name in SIDES:
        explained = (say("arm"), *_about_arm(str(control.value), language))
        options = tuple(arm or say("none") for arm in control.options)
        return SettingWords(say(f"arm.{side}"), explained=explained, options=options)
    plain = plain_setting(control.name, language)
    label, name = plain.plain, plain.name
    if side in SIDES:
        label, name = say(f"of.{side}", setting=label), f"arms.{sides[side]}.{key}"
    message = called(control.name, plain.label)
    explained = (
        f"{sentence(plain.meaning)}.",
        *([say("example", text=EXAMPLE)] if control.name == "shocks" else []),
        *([say("unit", unit=plain.unit)] if plain.unit else []),
        *([say("source", source=plain.source)] if plain.source else []),
        say("file", name=name),
    )
    options = tuple(plain_option(control.name, option, language) for option in control.options)
    return SettingWords(label, "" if message == label else message, explained, options)


def sentence(text: str) -> str:
    """Return a declared meaning with a capital letter."""
    return text[:1].upper() + text[1:]


def number_text(value: float, language: str = "en") -> str:
    """Return a number with the decimal sign of a language.

    Examples
    --------
    >>> number_text(10000), number_text(0.35, "de"), number_text(0.1 + 0.2)
    ('10000', '0,35', '0.3')
    """
    return f"{value:.10g}".replace(".", panel_words(language)("decimal"))


def _about_arm(name: str, language: str) -> list[str]:
    """Return what a preset is, as a sentence; nothing of an arm of the file."""
    if name not in PRESETS:
        return []
    return [f"{name}: {table_of(language, 'arms').get(name, PRESETS[name][0])}."]
