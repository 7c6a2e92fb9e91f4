"""Plain settings: what a setting of the page is called and means, for people who have never seen the file.
English comes from the declarations; other languages, and plainer names, from the tables of ``texts``.
"""

from __future__ import annotations

from typing import NamedTuple

from pydantic.fields import FieldInfo

from learnsim.playback.texts import table_of
from learnsim.settings import ArmTable, Settings
from learnsim.settings.traits import TRAITS

SIDES = ("left", "right")
FIRST = (  # what somebody who plans a course can choose, or knows of the people; everything else is for experts
    "organisation.trainees",
    "organisation.cell_size",
    "organisation.cycle_length",
    "training.sessions",
    "prior.share",
    "people.sociability.mean",
    "people.helpfulness.mean",
    "arm.shuffle",
    "arm.officer",
)


class PlainSetting(NamedTuple):
    """A setting in plain words.

    Attributes
    ----------
    name : str
        Its dotted name; a field of either side's arm is ``"arm.shuffle"``.
    label : str
        What it is called in files, with spaces: ``"cell size"``.
    plain : str
        What somebody calls it who has never seen a file: ``"people per cell"``.
    meaning, unit, source : str
        As declared; the unit is empty for a name or a text, and an arm's fields have no source.
    first : bool
        Whether it is shown first; the others are for experts.
    """

    name: str
    label: str
    plain: str
    meaning: str
    unit: str
    source: str
    first: bool


def plain_setting(name: str, language: str = "en") -> PlainSetting:
    """Return a setting of the page in plain words.

    Parameters
    ----------
    name : str
        Its dotted name, as the page's controls have it: ``"organisation.cell_size"``, ``"people.sociability.mean"``,
        ``"left.shuffle"``, ``"shocks"``.
    language : str
        Code of a language; what its file does not say is in the words of the declaration.

    Raises
    ------
    KeyError
        If there is no such setting.

    Examples
    --------
    >>> plain_setting("organisation.cell_size").plain
    'people per cell'
    """
    table, _, rest = name.partition(".")
    name = f"arm.{rest}" if table in SIDES else name
    declared, part = _declared(name)
    extra = declared.json_schema_extra if isinstance(declared.json_schema_extra, dict) else {}
    whole = name.removesuffix(f".{part}") if part else name
    words, of_whole = (table_of(language, "settings").get(key, {}) for key in (name, whole))
    label = " ".join([whole.rpartition(".")[2].replace("_", " "), *([part] if part else [])])
    parts = f"{of_whole['label']}: {table_of(language, 'parts').get(part, part)}" if part and of_whole else label
    meaning = str(declared.description or "").removesuffix(" (learnsim list)")
    unit, source = str(extra.get("unit", "")), str(extra.get("source", ""))
    return PlainSetting(
        name=name,
        label=label,
        plain=words.get("label", parts),
        meaning=words.get("meaning") or of_whole.get("meaning", meaning),
        unit=table_of(language, "units").get(unit, unit),
        source=table_of(language, "sources").get(source, source),
        first=name in FIRST,
    )


def plain_option(name: str, option: str, language: str = "en") -> str:
    """Return what an option of a list means in plain words: its own name where the language's file has no other.

    Examples
    --------
    >>> plain_option("left.groups", "none", "de")
    'niemand'
    """
    table, _, rest = name.partition(".")
    name = f"arm.{rest}" if table in SIDES else name
    options = table_of(language, "options")
    words: str = options.get(f"{name}.{option}", options.get(option, option))
    return words


def _declared(name: str) -> tuple[FieldInfo, str]:
    """Return a setting's declaration, and which number of a trait it is, if it is one."""
    table, _, key = name.partition(".")
    if table == "arm":
        return ArmTable.model_fields[key], ""
    declared = Settings.model_fields[table]
    if not key:
        return declared, ""
    key, _, part = key.partition(".")
    if part and not any(part in trait.model_fields for trait in TRAITS.values()):
        raise KeyError(name)
    return getattr(declared.annotation, "model_fields", {})[key], part
