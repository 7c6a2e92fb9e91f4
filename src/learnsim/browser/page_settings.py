"""Page settings: what a page shows, as changes to an experiment, and as the URL that reproduces it.
They are checked by the same declarations as a file.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import parse_qsl, urlencode

from learnsim.browser.class_list import ClassList
from learnsim.errors import PolicyError, SettingsError, did_you_mean, listed
from learnsim.experiments.design.checks import check, describe
from learnsim.experiments.design.design import Design
from learnsim.grouping.planned import plays_plan
from learnsim.grouping.preparation import Prepared
from learnsim.models.registry import info_of, shown_models
from learnsim.settings import PRESETS, ArmTable, Settings
from learnsim.settings.edit import put
from learnsim.settings.settings import LONGEST_NAME, validate
from learnsim.settings.write import toml_value

SIDES = ("left", "right")
FURTHER = "arms"  # what other arms are called in the URL
MOST_ARMS = 4
# files on the server, which a URL must not name
LOCKED = (
    "organisation.roster",
    "organisation.plan",
    "experiment.policies",
    "experiment.measures",
    "experiment.targets",
)
PREFIXED = ("prior", "misconceptions", "communities")  # tables whose settings are called by the table's name too
BY_PEOPLE = ("organisation.trainees", "organisation.communities", "organisation.formation")  # a class list says them
UNSHOWN = ("shocks", "measures", "model", "parameters")  # of what models read: no tables of plain settings
WHOLE = ("shocks",)  # lists of tables, which a page changes as one
LONGEST_SHOWN = 80  # characters of a URL entry in an error message
PLAIN = re.compile(r"[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*){1,2}")
MOST_TRAINEES, MOST_SESSIONS, MOST_ITEMS, MOST_COMMUNITIES = 10_000, 1000, 60, 200
MOST_LEVELS = 3_000_000  # people times sessions times arms: what a browser is sent and keeps


@dataclass(frozen=True)
class PageSettings:
    """An experiment, those of its arms that are shown, and what was changed.

    Attributes
    ----------
    base : Settings
        Of the file.
    source : str
        The file that was opened, for errors and for saving; ``"page"`` if there is none.
    arms : (str, str)
        Left and right: arms of the file, or presets; ``""`` at the right if there is only one.
    changes : dict
        Dotted name to value: ``"training.sessions"``, or of an arm's field ``"left.shuffle"``.
    class_list : ClassList or None
        People that were opened on the page, in place of the file's.
    further : tuple of str
        Arms that are shown beside these two, as the file has them.
    """

    base: Settings
    source: str = "page"
    arms: tuple[str, str] = ("hybrid", "flat-lecture")
    changes: dict[str, Any] = field(default_factory=dict)
    class_list: ClassList | None = None
    further: tuple[str, ...] = ()

    def changed(self, name: str, value: Any) -> PageSettings:
        """Return page settings with one more change; another arm, or a whole trait, drops the changes of the one before."""
        if name in SIDES:
            arms = (value, self.arms[1]) if name == "left" else (self.arms[0], value)
            others = {key: other for key, other in self.changes.items() if not key.startswith(f"{name}.")}
            further = tuple(arm for arm in self.further if arm != value)
            return replace(self, arms=arms, changes=others, further=further)
        if name == FURTHER:
            return replace(self, further=tuple(dict.fromkeys(arm for arm in value if arm and arm not in self.arms)))
        if name.startswith("right.") and not self.arms[1]:
            raise SettingsError(f"{self.source}: {_brief(name)}: there is no right arm")
        others = {key: other for key, other in self.changes.items() if key != name and not key.startswith(f"{name}.")}
        return replace(self, changes={**others, name: value})

    def with_all_arms(self) -> PageSettings:
        """Return page settings with all arms of the file beside these two; without others where that is too much."""
        if not self.unshown or len(self.names) + len(self.unshown) > MOST_ARMS:
            return self
        every = replace(self, further=(*self.further, *self.unshown))
        try:
            every.prepared()
        except SettingsError:  # so many sessions of so many people, or what is wrong with these two as well
            return self
        return every

    def with_class_list(self, people: ClassList | None) -> PageSettings:
        """Return page settings with other people; what these determine is no change any more."""
        others = {name: value for name, value in self.changes.items() if name not in BY_PEOPLE}
        return replace(self, class_list=people, changes=others)

    @property
    def sides(self) -> dict[str, str]:
        """What the arms at the left and at the right are called, made different if both are the same arm."""
        left, right = self.arms
        there = {"left": left, "right": right if right != left else f"{right[: LONGEST_NAME - 2]}-2"}
        return there if right or not left else {"left": left}  # a file without arms has one that is called ""

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the arms, left and right first."""
        return (*self.sides.values(), *self.further)

    @property
    def unshown(self) -> tuple[str, ...]:
        """The arms of the file that are not shown."""
        return tuple(arm for arm in self.base.arms if arm not in (*self.arms, *self.further))

    @property
    def known_arms(self) -> tuple[str, ...]:
        """The arms that can be shown."""
        return tuple(known(self.base))

    def value_of(self, name: str, text: str) -> Any:
        """Return the value of a setting from text, as :func:`value_of` does."""
        return value_of(name, text, tables_of(self.base))

    def prepared(self) -> Prepared:
        """Return the settings that the page plays: those of the file with the changes, and just these arms.

        Raises
        ------
        SettingsError, PolicyError
            With the message of the command line, or because there are too many people to show.
        """
        kind = self.base.model.kind
        if not info_of(self.base).playback:
            raise SettingsError(
                f"{self.source}: the page plays the models {listed(shown_models())}, and this is [model] kind = {kind!r}; "
                "Mesa's own page shows it (docs/EXPERIMENTS.md#for-mesa-users), and learnsim run runs it"
            )
        design = self._design()
        self._check_size(design.points[0].prepared)  # before this machine's limits: they are the same everywhere
        check(design, self.source)
        return design.points[0].prepared

    def prepared_arms(self) -> Prepared:
        """Return the settings with the changes and these arms, of any model on our organisation.

        Raises
        ------
        SettingsError, PolicyError
            With the message of the command line.
        """
        design = self._design()
        check(design, self.source)
        return design.points[0].prepared

    def _design(self) -> Design:
        """Return the settings with the changes and these arms, as an experiment; this machine is not checked."""
        tree = self.base.model_dump(exclude_unset=True)
        file_arms = tree.pop("arms", {})
        swept = [tree.pop(table, None) for table in ("sweep", "design")]
        # they concern all arms and points, which the page does not show
        for key in ("precision", "targets", *(["measure"] if any(swept) else [])):
            tree.setdefault("experiment", {}).pop(key, None)
        every = (*self.arms[: len(self.sides)], *self.further)
        if len(every) > MOST_ARMS:
            raise SettingsError(f"{self.source}: {len(every)} arms: the page shows at most {MOST_ARMS} side by side")
        for name in every:
            if name not in file_arms and name not in PRESETS:
                hint = did_you_mean(name, known(self.base))
                raise SettingsError(f"{self.source}: {name!r} is neither an arm nor a preset{hint}")
        tree["arms"] = {
            name: {"preset": arm, **file_arms.get(arm, {})} if arm in PRESETS else {**file_arms[arm]}
            for name, arm in zip(self.names, every, strict=True)
        }
        tree["experiment"]["baseline"] = self.names[: len(self.sides)][-1]
        if self.class_list:
            self.class_list.put_into(tree)
        for name, value in self.changes.items():
            side, _, key = name.partition(".")
            if side in SIDES:
                tree["arms"][self.sides[side]][key] = value
            else:
                put(tree, name, value, Settings, source=self.source)
        roster = self.class_list.roster if self.class_list else None
        return describe(validate(tree, self.source), self.source, roster=roster)

    def _check_size(self, prepared: Prepared) -> None:
        settings = prepared.settings
        world, (table, key) = settings.organisation, info_of(settings).periods.split(".")
        steps = getattr(getattr(settings, table), key)
        for name, value, most in (
            ("[organisation] trainees", prepared.trainees, MOST_TRAINEES),
            ("[organisation] communities", world.communities, MOST_COMMUNITIES),
            ("[curriculum] items", settings.curriculum.items, MOST_ITEMS),
            (f"[{table}] {key}", steps, MOST_SESSIONS),
        ):
            if value > most:
                raise SettingsError(
                    f"{self.source}: {name} = {value}: the page shows at most {most:,}; an experiment file has no such limit"
                )
        people = prepared.trainees * len(self.names)
        if people * steps > MOST_LEVELS:
            raise SettingsError(
                f"{self.source}: [{table}] {key} = {steps}: the page shows at most {MOST_LEVELS // people:,} of "
                f"{prepared.trainees:,} people in {len(self.names)} arms; an experiment file has no such limit"
            )

    def query(self, view: Mapping[str, str] | None = None) -> str:
        """Return the query string of the URL, with entries about how they are shown."""
        entries = dict(zip(SIDES, self.arms, strict=True)) | ({FURTHER: ",".join(self.further)} if self.further else {})
        return urlencode({**entries, **{name: toml_value(value) for name, value in self.changes.items()}, **(view or {})})

    def from_query(self, query: str) -> PageSettings:
        """Return these page settings with the changes of a query string.

        Raises
        ------
        SettingsError
            If it names a setting that a URL must not change.
        """
        entries = parse_qsl(query.lstrip("?"), keep_blank_values=True)
        named = {name for name, _ in entries}
        chosen = replace(self, further=()) if named.intersection(SIDES) and FURTHER not in named else self
        order = (*SIDES, FURTHER)
        for name, text in sorted(entries, key=lambda pair: order.index(pair[0]) if pair[0] in order else len(order)):
            value = text if name in SIDES else text.split(",") if name == FURTHER else self.value_of(name, text)
            chosen = chosen.changed(name, value)
        return chosen


def first_arms(settings: Settings) -> tuple[str, str]:
    """Return the two arms that are shown first: the hybrid, a plan, or else the file's last arm, and the baseline."""
    names = [*settings.arms]
    if not names:
        return "hybrid", "flat-lecture"
    right = settings.baseline()
    others = [name for name in names if name != right] or [right]
    planned = [name for name in others if settings.organisation.plan and _plays_plan(settings, name)]
    return "hybrid" if "hybrid" in others else [*planned, others[-1]][0], right


def _plays_plan(settings: Settings, arm: str) -> bool:
    try:
        return plays_plan(settings.arm(arm))
    except PolicyError:  # unknown so far: of a policies file that is still to be loaded, or reported when that is done
        return False


def opened(settings: Settings, source: str = "page") -> PageSettings:
    """Return what is shown first of an experiment: its only arm, all of its arms, or two of too many."""
    left, right = first_arms(settings)
    return PageSettings(settings, source, (left, "" if left == right else right)).with_all_arms()


def known(settings: Settings) -> list[str]:
    """Return the arms that can be shown: the file's, then the presets."""
    return list(dict.fromkeys([*settings.arms, *PRESETS]))


def tables_of(settings: Settings) -> tuple[str, ...]:
    """Return the tables of which the page has controls: the organisation, the model's own, and others that it reads."""
    info = info_of(settings)
    others = (name.partition(".")[0] for name in info.reads)
    return tuple(dict.fromkeys(["organisation", *info.tables, *(name for name in others if name not in UNSHOWN)]))


def value_of(name: str, text: str, tables: tuple[str, ...]) -> Any:
    """Return the value of a setting of some tables from text: TOML, where a bare word is a string.

    Raises
    ------
    SettingsError
        If it is no value, or the setting cannot be changed in the browser.
    """
    table, _, key = name.partition(".")
    may = table in tables or name in (*WHOLE, "experiment.seed") or (table in SIDES and key in ArmTable.model_fields)
    plain = name in WHOLE or PLAIN.fullmatch(name)  # a whole table, or a name in quotes, could name a file in another way
    if not may or not plain or f"{table}.{key.partition('.')[0]}" in LOCKED:
        raise SettingsError(f"{_brief(name)}: cannot be changed in the browser; write it into the experiment file")
    text = text.strip()
    no_value = f"{_brief(name)} = {_brief(text)}: is not a value; write a number, true, false, a word, or [low, high]"
    if not text or "\n" in text or any("\ud800" <= letter <= "\udfff" for letter in text):
        raise SettingsError(no_value)
    try:
        value = tomllib.loads(f"value = {text}")["value"]
    except RecursionError:
        raise SettingsError(f"{_brief(name)}: its lists or tables are nested too deeply") from None
    except ValueError:
        if any(sign in text for sign in "[]{}\"'=") or text.isdigit():
            raise SettingsError(no_value) from None
        return text
    try:
        toml_value(value)
    except TypeError:  # a date or a time, which a URL cannot hold
        raise SettingsError(f"{_brief(name)} = {_brief(text)}: no setting is a date or a time") from None
    return value


def _brief(text: str) -> str:
    """Return a user's text, short enough for an error message."""
    return text if len(text) <= LONGEST_SHOWN else f"{text[: LONGEST_SHOWN - 1]}…"
