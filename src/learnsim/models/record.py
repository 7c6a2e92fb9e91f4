"""Record: what one run of any model is made of, and its result.
pandas is imported only when a frame is asked for, matplotlib only when a figure is.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from numbers import Integral
from typing import TYPE_CHECKING, Any, ClassVar, NamedTuple

import numpy as np

from learnsim.arrays import Array, Floats, Indices, Longs
from learnsim.chance import Chance
from learnsim.errors import SettingsError, did_you_mean
from learnsim.grouping.preparation import Prepared
from learnsim.models.labelled import Label, Labelled, dataset
from learnsim.notebook import html_block, html_table, inline_svg, show_figures
from learnsim.people import Roster
from learnsim.settings import Arm, Settings
from learnsim.settings.messages import shown
from learnsim.settings.readers import model_of

if TYPE_CHECKING:
    import pandas as pd
    import xarray as xr
    from matplotlib.figure import Figure


class Setup(NamedTuple):
    """What one run is made of.

    Attributes
    ----------
    prepared : Prepared
        The settings, with their roster.
    name : str
        The arm's name.
    arm : Arm
    replicate : int
        The same replicate has the same people and problem in every arm, and common random numbers.
    shared : object
        What all arms of a replicate have in common, if it has been drawn already; it is not changed.
    trace : bool
        Whether the record has everybody's state after every session.
    measured : tuple of str
        Groups of further measures that are wanted beside those that the settings themselves ask for.
    """

    prepared: Prepared
    name: str
    arm: Arm
    replicate: int = 0
    shared: Any = None
    trace: bool = False
    measured: tuple[str, ...] = ()

    @property
    def groups(self) -> tuple[str, ...]:
        """The groups of further measures that the run has."""
        return tuple(dict.fromkeys((*self.prepared.groups, *self.measured))) if self.measured else self.prepared.groups

    @property
    def settings(self) -> Settings:
        """The settings of the run."""
        return self.prepared.settings

    @property
    def roster(self) -> Roster | None:
        """The roster, if the settings name one."""
        return self.prepared.roster

    @property
    def trainees(self) -> int:
        """The number of people."""
        return self.prepared.trainees

    @property
    def common_chance(self) -> Chance:
        """The random numbers of people, problem and start: the same in every arm."""
        return Chance(self.settings.experiment.seed, self.replicate)

    @property
    def chance(self) -> Chance:
        """All other random numbers of the run; [experiment] common says whether other arms have the same."""
        return Chance(self.settings.experiment.seed, self.replicate, own_stream(self.settings, self.name))

    def identity(self, engine: str) -> dict[str, Any]:
        """Return the first fields of the run's record, which say which run it is."""
        seed = self.settings.experiment.seed
        return {
            "settings": self.settings,
            "arm": self.name,
            "seed": seed,
            "replicate": self.replicate,
            "engine": engine,
        }


class PersonResults(NamedTuple):
    """What a run has of each person of a roster: arrays (people,), in the roster's order.

    Where people leave, a novice takes the seat: the end is then the end of whoever sits there.

    Attributes
    ----------
    start, end : arrays of float
        How well everybody does, from 0 to 1, before the first session and after the last; see :meth:`Record.standing`.
    partners : array of int
        Distinct people still here with whom each has shared a cell; 0 where there are no cells.
    times_officer : array of int
        In how many cycles each was officer; 0 where there are no cells.
    """

    start: Floats
    end: Floats
    partners: Longs
    times_officer: Longs


@dataclass(frozen=True, kw_only=True, repr=False)
class Record(ABC):
    """The result of one run of one arm; each model adds what its people know.

    It prints itself in one line, and a notebook shows its last measures and their curves.

    Attributes
    ----------
    settings, arm, seed, replicate, engine
        Which run it is.
    measures : dict of name to array (sessions + 1,)
        Row t is after t sessions; missing values are NaN. A run in which nothing can change any more ends early: its
        last row holds from then on.
    community, cell : arrays (people,)
        Final membership; cell is -1 where there are no groups.
    officers : array (cells,)
        Who are officers at the end.
    branches : array (branches + 1,)
        Branch g of the tree has the cells ``branches[g]`` to ``branches[g + 1] - 1``.
    clipped : int
        Trait values that a lognormal distribution put above 1.
    trace : NamedTuple of arrays, or None
        Everybody's state after every session, if asked for.
    by_person : PersonResults or None
        What is known of each person, where the settings name a roster.

    Examples
    --------
    >>> import learnsim
    >>> small = {"organisation": {"trainees": 24}, "training": {"sessions": 20}}
    >>> record = learnsim.run(small, seed=7, arm="hybrid")
    >>> record
    <TrainingRecord: arm hybrid, seed 7, replicate 0; 24 people, 20 sessions; mean_mastery ...>
    >>> list(record.to_frame()[["mean_mastery", "gini"]].iloc[-1].round(3)) == [
    ...     round(float(record[name][-1]), 3) for name in ("mean_mastery", "gini")
    ... ]
    True
    >>> record.plot("mean_mastery", "p10").savefig("curves.png")  # doctest: +SKIP
    """

    settings: Settings
    arm: str
    seed: int
    replicate: int
    engine: str
    measures: dict[str, Floats]
    community: Indices
    cell: Indices
    officers: Indices
    branches: Indices
    clipped: int = 0
    trace: Any = None
    by_person: PersonResults | None = None

    STATE: ClassVar[tuple[str, ...]] = ("community", "cell", "officers", "branches")
    LABELS: ClassVar[dict[str, Label]] = {  # of the arrays that to_xarray() has beside the measures, also of the trace
        "community": Label(("person",), "the community that each person is in"),
        "cell": Label(("person",), "the cell that each person is in; -1 where there are none"),
        "officers": Label(("cell_number",), "the officer of each cell; -1 where there are fewer cells"),
    }

    def __getitem__(self, measure: str) -> Floats:
        """Return one measure, shape (sessions + 1,).

        Raises
        ------
        SettingsError
            If the model has no such measure of a session.
        """
        if measure not in self.measures:
            known = did_you_mean(measure, self.measures)
            raise SettingsError(f"{shown(measure)} is not a measure of a {self._clock} of this record{known}")
        return self.measures[measure]

    def __repr__(self) -> str:
        first = model_of(self.settings).headline[0]
        return (
            f"<{type(self).__name__}: arm {self.arm}, seed {self.seed}, replicate {self.replicate}; "
            f"{len(self.cell)} people, {self.sessions} {self._clock}s; {first} {self.measures[first][-1]:.3f}>"
        )

    def _repr_html_(self) -> str:
        """Show the headline measures, before and after, and their curves in a notebook."""
        names = model_of(self.settings).headline
        rows = [(name, *(f"{self.measures[name][place]:.3f}" for place in (0, -1))) for name in names]
        table = html_table(("measure", "at the start", "at the end"), rows)
        return html_block(repr(self)[1:-1], table, inline_svg(self.plot()))

    @property
    def _clock(self) -> str:
        """What time is counted in."""
        return model_of(self.settings).clock

    @property
    def sessions(self) -> int:
        """Sessions (or periods) that were simulated."""
        return len(next(iter(self.measures.values()))) - 1

    def run_measures(self) -> dict[str, float]:
        """Return the final session's measures, and those of the run as a whole if the model has any; NaN where missing."""
        return {name: float(values[-1]) for name, values in self.measures.items()}

    @abstractmethod
    def standing(self) -> Floats:
        """Return how well everybody does at the end, from 0 to 1: shape (people,)."""

    def of_stratum(self, members: Longs) -> dict[str, float]:
        """Return the final measures of some people alone: those that the model declares as ``by_stratum``.

        Parameters
        ----------
        members : array (members,)
            Their numbers, ascending. One person has no spread, and very few people have no quarters: these are NaN.
        """
        return {}

    @property
    def speed(self) -> Floats:
        """How fast everybody learns, from 0 to 1: shape (people,). All alike where a model has no such trait."""
        return np.full(len(self.cell), 0.5)

    def to_frame(self) -> pd.DataFrame:
        """Return the measures as a pandas frame, one row per session, indexed by session."""
        import pandas as pd

        return pd.DataFrame(self.measures, index=pd.RangeIndex(self.sessions + 1, name="session"))

    def to_xarray(self) -> xr.Dataset:
        """Return the record as an xarray dataset: measures over the sessions, and what is known of each person.

        With a ``trace`` everybody's state has an axis of sessions too; without one it is that at the end.

        Returns
        -------
        xarray.Dataset
            Axes ``session`` (or ``period``, ``step``) and ``person``, and others that the model has. Each array has its
            meaning as ``long_name`` and its unit as ``units``; the dataset says which run it is, with all settings.

        Raises
        ------
        LearnsimError
            If xarray is not installed.

        Examples
        --------
        >>> import learnsim
        >>> small = {"organisation": {"trainees": 24}, "training": {"sessions": 20}}
        >>> there = learnsim.run(small, seed=7, arm="hybrid", trace=True).to_xarray()
        >>> there["mastery"].dims, there["gini"].attrs["units"]
        (('session', 'person', 'item'), 'ratio')
        """
        from learnsim.settings.write import toml_of

        which = {"model": self.settings.model.kind, "arm": self.arm, "seed": self.seed, "replicate": self.replicate}
        return dataset(self._labelled(), self._clock, {**which, "engine": self.engine, "settings": toml_of(self.settings)})

    def _labelled(self) -> Iterator[Labelled]:
        about = model_of(self.settings).all_session_measures
        for name, values in self.measures.items():
            yield Labelled(name, values, Label((), *about.get(name, ("", ""))), over_time=True)
        for name, label in self.LABELS.items():
            over_time = hasattr(self.trace, name)
            array: Array | None = getattr(self.trace if over_time else self, name, None)
            if array is not None:  # some only a trace has
                yield Labelled(name, np.asarray(array), label, over_time)
        standing = model_of(self.settings).standing
        people = self.by_person._asdict() if self.by_person is not None else {"end": self.standing()}
        meanings = {
            "start": (f"{standing} at the start", "0 to 1"),
            "end": (f"{standing} at the end", "0 to 1"),
            "partners": ("distinct people with whom each has shared a cell", "people"),
            "times_officer": ("in how many cycles each was officer", "cycles"),
        }
        for name, values in people.items():
            yield Labelled(f"person_{name}", values, Label(("person",), *meanings[name]), over_time=False)

    def plot(self, *measures: str) -> Figure:
        """Draw measures over the sessions.

        Parameters
        ----------
        *measures : str
            Names of :attr:`measures`; the model's first headline measure if left out.

        Returns
        -------
        matplotlib.figure.Figure
            With one pair of axes and a line for each measure.

        Raises
        ------
        SettingsError
            If the model has no such measure of a session.

        Examples
        --------
        >>> import learnsim
        >>> record = learnsim.run({"organisation": {"trainees": 24}, "training": {"sessions": 20}}, seed=7)
        >>> [line.get_label() for line in record.plot("p10", "p90").axes[0].lines]
        ['p10', 'p90']
        """
        from matplotlib.figure import Figure
        from matplotlib.ticker import MaxNLocator

        names = measures or model_of(self.settings).headline[:1]
        curves = {name: self[name] for name in names}
        show_figures()
        figure = Figure(figsize=(5.0, 3.0), layout="constrained")
        axes = figure.subplots()
        for name, values in curves.items():
            axes.plot(np.arange(len(values)), values, lw=2, label=name)
        axes.xaxis.set_major_locator(MaxNLocator(integer=True))
        axes.set_xlabel(self._clock)
        axes.set_title(f"{self.arm}, seed {self.seed}, replicate {self.replicate}", loc="left", parse_math=False)
        if len(curves) == 1:
            axes.set_ylabel(next(iter(curves)))
        else:
            axes.legend(frameon=False)
        axes.spines[["top", "right"]].set_visible(False)
        return figure

    def same_bits(self, other: Record) -> list[str]:
        """Return the names of arrays that differ from another record's in any bit; empty if none does."""
        mine, theirs = self._arrays(), other._arrays()
        return [
            name
            for name in mine.keys() | theirs.keys()
            if name not in mine or name not in theirs or mine[name].tobytes() != theirs[name].tobytes()
        ]

    def _arrays(self) -> Mapping[str, Array]:
        named = {**self.measures, **{name: np.asarray(getattr(self, name)) for name in self.STATE}}
        if self.trace is not None:
            named |= {f"trace {name}": array for name, array in self.trace._asdict().items()}
        if self.by_person is not None:
            named |= {f"{name} of each person": array for name, array in self.by_person._asdict().items()}
        return named


@dataclass(frozen=True, kw_only=True, repr=False)
class SettlingRecord(Record):
    """The result of a run of a model in which nothing may change any more.

    Attributes
    ----------
    periods_to_settle : int
        The first row at which nothing could change any more; -1 if that was not seen.
    """

    periods_to_settle: int

    STATE: ClassVar[tuple[str, ...]] = ("periods_to_settle", *Record.STATE)

    @property
    def settled(self) -> bool:
        """Whether nothing could change any more before the periods were over."""
        return self.periods_to_settle >= 0

    def run_measures(self) -> dict[str, float]:
        """Return the final measures, and those of the run as a whole; NaN where missing."""
        periods = float(self.periods_to_settle) if self.settled else float("nan")
        return {**super().run_measures(), "settled": float(self.settled), "periods_to_settle": periods}


def own_stream(settings: Settings, arm: str) -> str:
    """Return the stream of random numbers that an arm's run draws from: its own name, or "" for the common one."""
    return arm if settings.experiment.common == "people" else ""


def checked_replicate(number: Any) -> int:
    """Return a replicate's number, or raise :class:`SettingsError`."""
    if not isinstance(number, Integral) or isinstance(number, bool) or not 0 <= int(number) < 2**64:
        raise SettingsError(f"replicate = {shown(number)} must be a whole number, 0 or more")
    return int(number)
