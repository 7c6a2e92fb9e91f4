"""Info: what a model declares of itself, in the file ``info.py`` of its folder, and what its modules offer."""

from __future__ import annotations

import inspect
import math
import sys
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property, lru_cache
from hashlib import sha256
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol, cast

from learnsim.models.usual import OneEngine, RoughCosts
from learnsim.settings.declare import Table
from learnsim.settings.sampling import Span

if TYPE_CHECKING:  # so that settings can be checked without numpy
    from learnsim.grouping.effective_settings import EffectiveSettings
    from learnsim.models.playable import Playable
    from learnsim.models.record import Record, Setup
    from learnsim.people import Roster
    from learnsim.settings import Settings

Meanings = Mapping[str, tuple[str, str]]  # measure to its meaning and unit
Column = tuple[str, str, int]  # measure, heading, digits

SETTLING: dict[str, tuple[str, str]] = {  # run measures of every model in which nothing may change any more
    "settled": ("whether nothing could change any more before the periods were over: 1 or 0", "share"),
    "periods_to_settle": ("periods until nothing could change any more; missing if that was not seen", "periods"),
}


class Runs(Protocol):
    """What a model's module ``run`` offers."""

    def draw_shared(self, settings: Settings, replicate: int, roster: Roster | None) -> Any:
        """Draw what all arms of a replicate have in common."""

    def simulate_agents(self, setup: Setup) -> Record:
        """Return the record of a run by Mesa agents."""

    def simulate_compiled(self, setup: Setup) -> Record:
        """Return the record of a run in machine code; the same bits."""


class Costs(Protocol):
    """What a model's module ``cost`` offers."""

    def seconds(self, settings: Settings, people: int) -> float:
        """Return about how long one run takes on one processor."""

    def size_of(self, settings: Settings, people: int) -> Any:
        """Return what decides a run's memory, a NamedTuple with ``bytes(engine)``."""


class Quarters(NamedTuple):
    """Two opposite quarters of the people, and the measures of them.

    Attributes
    ----------
    trait : str
        By which they are divided.
    lowest, highest : str
        What they are: ``"slowest"``, ``"fastest"``.
    few, many, people : str
        The same in a sentence: ``"slow"``, ``"fast"``, ``"learners"``.
    low, high, gap : str
        The measures of each quarter's mean, and of their difference.
    gap_at_equal_mean : str
        The difference where all arms have the same mean; empty if there is no such measure.
    """

    trait: str
    lowest: str
    highest: str
    few: str
    many: str
    people: str
    low: str
    high: str
    gap: str
    gap_at_equal_mean: str = ""


class MeasureGroup(NamedTuple):
    """Measures that only those experiments have which ask for them by their settings.

    Attributes
    ----------
    asked : function of settings
        Whether they do: by a value, or by sweeping one.
    needs : str
        Which settings ask for them, in words.
    session_measures, run_measures : dict of name to (meaning, unit)
    against : str
        The measure that a figure shows the model's main measure against, if the experiment names no other.
    """

    asked: Callable[[Settings], bool]
    needs: str
    session_measures: Meanings
    run_measures: Meanings
    against: str = ""


@dataclass(frozen=True, kw_only=True, eq=False)
class ModelInfo:
    """What a model declares of itself.

    Attributes
    ----------
    name : str
        As ``[model] kind`` has it.
    meaning : str
        What it is about, in one line.
    question : str
        The question of the file that ``learnsim init`` writes.
    tables : dict of name to Table
        Its own tables of an experiment file. Their classes are declared in ``settings/``, or in the model's own folder.
    reads : tuple of str
        Tables and settings of other models that it reads too: ``"people"``, ``"prior.share"``.
    arm_fields : tuple of str
        Fields of an arm that only some models read, and this one does.
    without_effect : tuple of str
        Fields of an arm that stand in its files and change nothing.
    effects : tuple of str
        Which of its tables say how its world works; a report names what they assume. All of them if left out.
    periods : str
        The setting that says how many sessions or periods a run has at most.
    clock : str
        What its time is counted in: ``"session"`` or ``"period"``.
    session_measures, run_measures : dict of name to (meaning, unit)
        Of each session or period, and of a run as a whole.
    groups : dict of str to MeasureGroup
        Further measures, which a run has if its settings ask for them.
    relative : dict of name to (measure, meaning, unit)
        Measures that compare arms: 1 - ``measure`` / that of the baseline in the same replicate.
    headline : tuple of str
        The most important measures of a session. Arms are compared by the first.
    standing : str
        What a person's final standing is, of which distributions are drawn.
    columns : tuple of (measure, heading, digits)
        What the table of results shows; the headline if left out.
    titles : dict of measure to str
        What measures are called in headings, where their names with spaces will not do.
    limits : dict of measure to (lowest, highest)
        Values that a measure can have, where its unit does not say so.
    more_is_better, less_is_better : tuple of str
        Measures of which it is known which end is good; all others are only higher or lower.
    spread, spread_words : str
        The measure of how unevenly people end, if there is one, and what a sentence calls it.
    means : dict of measure to tuple of str
        A measure of how people differ, and the means over people that may be expressed in it (``effect`` of a target); the
        spread and the first of the headline if left out.
    band : (str, str) or ()
        Measures between which most people are: the band around the curve of the first of the headline.
    by_stratum : tuple of str
        Measures of a session that some people have by themselves, such as those of one department: a record's
        ``of_stratum`` returns them. First the mean of their standing.
    quarters : tuple of Quarters
        Whom reports compare beside the arms: the slowest with the fastest, for example.
    examples : tuple of str
        Lines that show a sweep, commented out, in the file that ``learnsim init`` writes.
    notes : tuple of str
        Comments above the arms of that file: what an arm means in this model.
    lists : dict of heading to "module:name"
        What ``learnsim list`` shows beside its measures: dictionaries of name to meaning.
    run : str or function
        The module of its engines (see :class:`Runs`), or one function from a setup to a record: then it has one engine,
        and ``[experiment] engine`` changes nothing.
    effective_settings : str or function
        What removes the settings on which nothing depends (see ``grouping.effective_settings``), or the module in which
        it is called ``remove_unused``. Everything counts as read if it is left out.
    cost : str or Costs
        The module that says how long a run takes, and how much memory; a rough estimate if left out.
    playback : str
        The module that says what the player shows of its runs (see :class:`~learnsim.models.playable.Playable`); without
        one it shows none.
    state : dict of str to meaning
        What a measure of the user's own may ask for, beside what it may in every model. Without any there are none.
    own_parameters : bool
        Whether its settings are the parameters of a class of the user's own, and so are the fields of its arms.
    unread : tuple of str
        Tables that every other model reads and it does not.
    sources : tuple of str
        The publications it is built on, beside those that its meaning, its measures and its settings name.
    """

    name: str
    meaning: str
    question: str
    tables: Mapping[str, type[Table]]
    periods: str
    session_measures: Meanings
    headline: tuple[str, ...]
    standing: str
    run: str | Callable[[Setup], Record]
    reads: tuple[str, ...] = ()
    arm_fields: tuple[str, ...] = ()
    without_effect: tuple[str, ...] = ()
    effects: tuple[str, ...] = ()
    clock: str = "period"
    run_measures: Meanings = field(default_factory=dict)
    groups: Mapping[str, MeasureGroup] = field(default_factory=dict)
    relative: Mapping[str, tuple[str, str, str]] = field(default_factory=dict)
    columns: tuple[Column, ...] = ()
    titles: Mapping[str, str] = field(default_factory=dict)
    limits: Mapping[str, tuple[float, float]] = field(default_factory=dict)
    more_is_better: tuple[str, ...] = ()
    less_is_better: tuple[str, ...] = ()
    spread: str = ""
    spread_words: str = ""
    means: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    band: tuple[str, ...] = ()
    by_stratum: tuple[str, ...] = ()
    quarters: tuple[Quarters, ...] = ()
    examples: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    lists: Mapping[str, str] = field(default_factory=dict)
    effective_settings: str | Callable[[EffectiveSettings], None] | None = None
    cost: str | Costs | None = None
    playback: str = ""
    state: Mapping[str, str] = field(default_factory=dict)
    own_parameters: bool = False
    unread: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if self.spread and not self.means:
            object.__setattr__(self, "means", {self.spread: self.headline[:1]})
        if not self.effects:
            object.__setattr__(self, "effects", tuple(self.tables))
        if not self.columns:
            shown = ((name, name.replace("_", "\n", 1).replace("_", " "), 3) for name in self.headline)
            object.__setattr__(self, "columns", tuple(shown))

    @property
    def of_class(self) -> bool:
        """Whether it is a class of the user's own, which an experiment file names."""
        return "model.class" in self.reads

    @property
    def names(self) -> tuple[str, ...]:
        """The measures that a run has: the final session's, and those of the run as a whole."""
        return (*self.session_measures, *self.run_measures)

    @property
    def compared(self) -> tuple[str, ...]:
        """The measures that arms can be compared by: those of a run, and those that compare arms themselves."""
        return (*self.names, *self.relative)

    @property
    def spreads(self) -> dict[str, str]:
        """Each mean over people that a run has, and the measure of how far people are from it."""
        there = [(spread, names) for spread, names in self.means.items() if spread in self.names]
        return {name: spread for spread, names in there for name in names if name in self.names}

    @property
    def measures(self) -> dict[str, tuple[str, str]]:
        """Every measure with its meaning and unit, also those that only some experiments have."""
        return {**self.all_session_measures, **self.all_run_measures, **self.relative_measures}

    @property
    def all_session_measures(self) -> dict[str, tuple[str, str]]:
        """Every measure of a session, also those that only some experiments have."""
        groups = [group.session_measures for group in self.groups.values()]
        return {name: meaning for some in (self.session_measures, *groups) for name, meaning in some.items()}

    @property
    def all_run_measures(self) -> dict[str, tuple[str, str]]:
        """Every measure of a run, also those that only some experiments have."""
        groups = [group.run_measures for group in self.groups.values()]
        return {name: meaning for some in (self.run_measures, *groups) for name, meaning in some.items()}

    @property
    def relative_measures(self) -> dict[str, tuple[str, str]]:
        """Every measure that compares arms."""
        return {name: (meaning, unit) for name, (_, meaning, unit) in self.relative.items()}

    def of(self, settings: Settings) -> ModelInfo:
        """Return the model as it is with these settings: with the measures of the user's own that they name."""
        words = tuple((name, one.meaning, one.unit, one.better) for name, one in settings.measures.items())
        return _with_measures(self, words) if words else self

    def groups_of(self, settings: Settings) -> tuple[str, ...]:
        """Return the groups of further measures that settings ask for."""
        return tuple(name for name, group in self.groups.items() if group.asked(settings))

    def needed_by(self, measure: str) -> str:
        """Return which settings ask for a measure that only some experiments have; empty for any other name."""
        source = self.relative[measure][0] if measure in self.relative else measure
        there = (group for group in self.groups.values() if source in group.session_measures or source in group.run_measures)
        return next((group.needs for group in there), "")

    def with_groups(self, names: Iterable[str]) -> ModelInfo:
        """Return the same model with just its usual measures and those of these groups."""
        if not self.groups:
            return self
        asked = [self.groups[name] for name in self.groups if name in names]
        session = {**self.session_measures, **{k: v for group in asked for k, v in group.session_measures.items()}}
        run = {**self.run_measures, **{k: v for group in asked for k, v in group.run_measures.items()}}
        there = {name: each for name, each in self.relative.items() if each[0] in session or each[0] in run}
        return replace(self, session_measures=session, run_measures=run, groups={}, relative=there)

    def sessions(self, settings: Settings) -> int:
        """Return how many sessions or periods a run has at most."""
        table, _, key = self.periods.partition(".")
        return int(getattr(getattr(settings, table), key))

    def most_sessions(self, settings: Settings) -> int:
        """Return how many sessions or periods a run has at most at any point of a sweep."""
        swept = settings.sweep.get(self.periods, [self.sessions(settings)])
        return int(swept.high if isinstance(swept, Span) else max(swept))

    @property
    def runs(self) -> Runs:
        """Its engines."""
        return cast(Runs, import_module(self.run)) if isinstance(self.run, str) else OneEngine(self.run)

    @property
    def compiles(self) -> bool:
        """Whether it has an engine that is compiled when it is first used."""
        return isinstance(self.run, str)

    @cached_property
    def own_files(self) -> tuple[tuple[Path, str, bytes], ...]:
        """The files of a model that does not ship, each with its name in a results folder and its content.

        The module of its ``run``, and the files of its folder that it imports; of a package, all files of its folder. Empty
        for a model that ships, and for one that is written in a notebook.
        """
        from learnsim.grouping.policy_files import read_sources

        name = self.run if isinstance(self.run, str) else self.run.__module__
        if name.startswith("learnsim."):
            return ()
        there = getattr(sys.modules.get(name) or import_module(name), "__file__", None) or ""
        if not there.endswith(".py") or not Path(there).is_file():
            return ()
        if Path(there).with_name("__init__.py").is_file():
            home = Path(there).parent
            files = sorted(home.rglob("*.py"))
            return tuple((file, f"model/{file.relative_to(home).as_posix()}", file.read_bytes()) for file in files)
        return tuple((one.file, f"model/{one.beside}", one.content) for one in read_sources(there))

    @cached_property
    def own_source(self) -> str:
        """16 hexadecimal digits that change when the code of a model that does not ship changes; empty for one that ships.

        Of a model in a notebook, only the function ``run`` is looked at.
        """
        digest = sha256()
        for _, name, content in self.own_files:
            digest.update(f"{name}\0{len(content)}\0".encode() + content)
        if not self.own_files:
            if isinstance(self.run, str) or self.run.__module__.startswith("learnsim."):
                return ""
            try:
                digest.update(inspect.getsource(self.run).encode())
            except (OSError, TypeError):
                digest.update(getattr(getattr(self.run, "__code__", None), "co_code", b""))
        return digest.hexdigest()[:16]

    @property
    def own_package(self) -> str:
        """The distribution that the class of a user's own model is installed with; empty if it is in a file, or ships."""
        return ""

    def remove_unused(self, effective: EffectiveSettings) -> None:
        """Remove the settings on which no number of the run depends."""
        if isinstance(self.effective_settings, str):
            import_module(self.effective_settings).remove_unused(effective)
        elif self.effective_settings is not None:
            self.effective_settings(effective)

    @property
    def costs(self) -> Costs:
        """How long a run takes, and how much memory."""
        if self.cost is None:
            return RoughCosts(self)
        return cast(Costs, import_module(self.cost)) if isinstance(self.cost, str) else self.cost

    @property
    def playable(self) -> Playable | None:
        """What the player shows of its runs; None if it shows none."""
        return cast("Playable", import_module(self.playback)) if self.playback else None

    def listed(self) -> dict[str, dict[str, str]]:
        """Return what ``learnsim list`` shows beside its measures: heading to name to meaning."""
        return {heading: dict(_at(place)) for heading, place in self.lists.items()}


@lru_cache(maxsize=64)
def _with_measures(info: ModelInfo, words: tuple[tuple[str, str, str, str], ...]) -> ModelInfo:
    """Return a model with further measures of a session: name, meaning, unit and which end is good."""
    anything = {name: (-math.inf, math.inf) for name, _, unit, _ in words if unit != "share"}
    return replace(
        info,
        session_measures={**info.session_measures, **{name: (meaning, unit) for name, meaning, unit, _ in words}},
        limits={**info.limits, **anything},
        more_is_better=(*info.more_is_better, *(name for name, _, _, better in words if better == "more")),
        less_is_better=(*info.less_is_better, *(name for name, _, _, better in words if better == "less")),
    )


def _at(place: str) -> Any:
    """Return what ``"module:name"`` names."""
    module, _, name = place.partition(":")
    return getattr(import_module(module), name)
