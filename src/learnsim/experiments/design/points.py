"""Points: the combinations of swept values that a design tries.
SciPy and SALib draw the numbers. The same settings give the same points.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Annotated, Any

import numpy as np
from pydantic import ConfigDict, TypeAdapter, ValidationError

from learnsim.arrays import Floats
from learnsim.errors import LearnsimError, PolicyError, SettingsError
from learnsim.experiments.design.by_person import NOTHING, ByPerson, by_person_of
from learnsim.grouping.preparation import Prepared, prepare
from learnsim.people import Roster, with_communities
from learnsim.settings import Settings
from learnsim.settings.arms import ArmTable
from learnsim.settings.declare import Table
from learnsim.settings.edit import listed_table, owner_of, path_of
from learnsim.settings.messages import shown
from learnsim.settings.readers import model_of, models
from learnsim.settings.sampling import Sampling, Span, value_at
from learnsim.settings.sweep import tables
from learnsim.settings.traits import TRAITS

TRAIT_NAMES = ("learning_speed", "sociability", "helpfulness")


@dataclass(frozen=True)
class Point:
    """One combination of swept values.

    Attributes
    ----------
    number : int
        Place in the design, counted from 0.
    values : dict
        Swept setting, dotted, to its value here.
    prepared : Prepared
        Its settings, with their roster.
    measured : tuple of str
        The groups of further measures that the experiment has.
    by_person : ByPerson
        What the experiment keeps of people of a roster.
    """

    number: int
    values: dict[str, Any]
    prepared: Prepared
    measured: tuple[str, ...] = ()
    by_person: ByPerson = NOTHING

    @property
    def settings(self) -> Settings:
        """The settings with these values."""
        return self.prepared.settings

    @property
    def roster(self) -> Roster | None:
        """The roster, if the settings name one."""
        return self.prepared.roster


class Points(Sequence[Point]):
    """All points of a design. Each is made when it is used, so that thousands of points take no memory.

    Parameters
    ----------
    settings : Settings
    source : str
        The file's name, for errors.
    combinations : list of tuples, optional
        The swept values of every point, where they are known already.
    roster : Roster, optional
        What the settings' roster says, where it has been read already.
    """

    def __init__(
        self,
        settings: Settings,
        source: str,
        combinations: list[tuple[Any, ...]] | None = None,
        roster: Roster | None = None,
    ) -> None:
        self._settings, self._source, self._roster = settings, source, roster
        self._base = settings.model_copy(update={"sweep": {}, "design": Sampling()})  # a point sweeps nothing
        self._names = tuple(settings.sweep)
        self._combinations = combinations_of(settings, source) if combinations is None else combinations
        self._measured = model_of(settings).groups_of(settings)
        self._by_person: ByPerson | None = None
        self._prepared: dict[str, Prepared] = {}  # by what a roster is checked against
        self._units: dict[str, list[str]] = {}  # swept settings by the table or arm that they belong to
        for name in self._names:
            self._units.setdefault(owner_of(name), []).append(name)
        numbered = any(listed_table(name) for name in self._names)
        own = models()[settings.model.kind].own_parameters
        phases = any(arm.phases for arm in settings.arms.values())
        parameters = any(name.startswith("parameters.") for name in self._names)
        self._whole = own or parameters or numbered or phases  # all is checked again at each point

    def __len__(self) -> int:
        """Return the number of points."""
        return len(self._combinations)

    def values(self, number: int) -> dict[str, Any]:
        """Return the swept values of a point."""
        return dict(zip(self._names, self._combinations[number], strict=True))

    @property
    def by_person(self) -> ByPerson:
        """What the experiment keeps of people of a roster; nothing without one."""
        return self[0].by_person if self._settings.organisation.roster else NOTHING

    @cached_property
    def drawn_here(self) -> bool:
        """Whether the installed libraries draw these points; those of finished results may come from other versions."""
        try:
            return self._combinations == combinations_of(self._settings, self._source)
        except SettingsError:
            return False

    def settings(self, number: int) -> Settings:
        """Return the settings of a point, without reading a roster.

        Raises
        ------
        SettingsError
            If its values contradict each other.
        """
        values = self.values(number)
        try:
            return self._changed(values) if values else self._settings
        except LearnsimError as error:
            raise self._error(values, error) from None

    def __getitem__(self, number: int) -> Point:  # type: ignore[override]
        """Return a point; the roster and the policies are read at the first one, and again only for another roster.

        Raises
        ------
        SettingsError, PolicyError
            If its values contradict each other or a roster, or the policies cannot be loaded.
        """
        changed = self.settings(number)
        try:
            prepared = self._prepare(changed)
        except PolicyError:  # the same at every point
            raise
        except LearnsimError as error:
            raise self._error(self.values(number), error) from None
        if self._by_person is None:  # no design sweeps the roster
            self._by_person = by_person_of(self._settings, len(self), prepared.roster)
        prepared = replace(prepared, settings=with_communities(changed, prepared.roster))
        return Point(number, self.values(number), prepared, self._measured, self._by_person)

    def _error(self, values: dict[str, Any], error: LearnsimError) -> LearnsimError:
        message = str(error).removeprefix("settings: ").removeprefix(f"{self._source}: ")
        where = f"[sweep] {', '.join(f'{k} = {shown(v)}' for k, v in values.items())}: " if values else ""
        return type(error)(f"{self._source}: {where}{message}")

    def _changed(self, values: dict[str, Any]) -> Settings:
        """Return ``settings.changed(values)`` in a fraction of the time: only what can be invalid is checked.

        Tables without checks across settings are checked once, for all values of each setting; the others, and arms,
        at each point.
        """
        if self._whole:
            return self._base.changed(values)
        try:
            tables: dict[str, Any] = {}
            for unit, names in self._units.items():
                table, _, arm = unit.partition(".")
                part = self._part(unit, {name: values[name] for name in names})
                if arm:
                    tables.setdefault("arms", dict(self._base.arms))[arm] = part
                else:
                    tables[table] = part
            changed = self._base.model_copy(update=tables)
            changed.check_across()
        except (ValueError, LearnsimError):  # with the error message of any other settings
            return self._base.changed(values)
        return changed

    def _part(self, unit: str, values: dict[str, Any]) -> Table:
        """Return a table, or an arm's, with these values, checked."""
        table, _, arm = unit.partition(".")
        there: Table = self._base.arms[arm] if arm else getattr(self._base, table)
        if unit in self._free:
            kinds = self._free[unit]
            made = there.model_copy(update={_key(name): kinds[name](value) for name, value in values.items()})
        else:
            tree = there.model_dump(exclude_unset=True)
            for name, value in values.items():
                key, *part = _key(name).split(".")
                if part:  # of a trait, which keeps its other parts
                    value = {**tree.get(key, getattr(there, key).model_dump()), part[0]: value}
                tree[key] = value
            made = type(there).model_validate(tree)
        if isinstance(made, ArmTable):
            made.resolve(arm, self._base.organisation)
        return made

    @cached_property
    def _free(self) -> dict[str, dict[str, Callable[[Any], Any]]]:
        """Tables and arms whose swept values are valid independently of each other, with the function that converts each."""
        return {unit: kinds for unit, names in self._units.items() if (kinds := self._kinds(unit, names))}

    def _kinds(self, unit: str, names: list[str]) -> dict[str, Callable[[Any], Any]] | None:
        declared = ArmTable if unit.startswith("arms.") else tables()[unit]
        validators = declared.__pydantic_decorators__.model_validators.values()
        across = any(validator.info.mode == "after" for validator in validators)
        kinds: dict[str, Callable[[Any], Any]] = {}
        for name in names:
            field = declared.model_fields.get(_key(name))
            if across or field is None or isinstance(field.get_default(call_default_factory=True), (list, Table)):
                return None
            column_number = self._names.index(name)
            column = [combination[column_number] for combination in self._combinations]
            each: Any = Annotated[field.annotation, field]
            types = TypeAdapter(list[each], config=ConfigDict(strict=True, allow_inf_nan=False))
            try:
                values = types.validate_python(column)
            except ValidationError:  # reported where the point is made
                return None
            kinds[name] = float if values and isinstance(values[0], float) else _same
        return kinds

    def _prepare(self, settings: Settings) -> Prepared:
        world = ""
        if settings.organisation.roster:
            formations = [settings.arm(name).formation for name in settings.arms]
            world = settings.organisation.model_dump_json() + str((formations, settings.curriculum.items))
        if world not in self._prepared:
            self._prepared[world] = prepare(settings, self._source, self._roster)
        return self._prepared[world]


def _same(value: Any) -> Any:
    return value


def _key(name: str) -> str:
    """Return a swept setting's name inside its table or arm."""
    return name.rpartition(".")[2] if name.startswith("arms.") else name.partition(".")[2]


def with_value(settings: Settings, name: str, value: Any) -> Settings:
    """Return settings with one value replaced, without checking it against the others."""
    table, _, rest = name.partition(".")
    if listed_table(name):
        return _with_listed(settings, path_of(name), value)
    if table == "shocks":
        return settings.model_copy(update={"shocks": value})
    if table == "parameters":
        return settings.model_copy(update={"parameters": {**settings.parameters, rest: value}})
    if table == "arms":
        arm, _, key = rest.rpartition(".")
        there = settings.arms[arm].model_copy(update={key: value})
        return settings.model_copy(update={"arms": {**settings.arms, arm: there}})
    key, _, part = rest.partition(".")
    if part:
        value = getattr(getattr(settings, table), key).model_copy(update={part: value})
    elif key in TRAIT_NAMES and isinstance(value, dict):
        value = TRAITS[value["distribution"]].model_validate(value)
    return settings.model_copy(update={table: getattr(settings, table).model_copy(update={key: value})})


def _with_listed(settings: Settings, path: list[str], value: Any) -> Settings:
    """Return settings with one value of a shock, or of a phase of an arm, replaced."""
    number, key = int(path[-2]), path[-1]
    there: list[Any] = list(settings.shocks if path[0] == "shocks" else settings.arms[path[1]].phases or [])
    there[number] = there[number].model_copy(update={key: value})
    if path[0] == "shocks":
        return settings.model_copy(update={"shocks": there})
    arm = settings.arms[path[1]].model_copy(update={"phases": there})
    return settings.model_copy(update={"arms": {**settings.arms, path[1]: arm}})


def combinations_of(settings: Settings, source: str) -> list[tuple[Any, ...]]:
    """Return the swept values of every point, in the order of ``settings.sweep``; one empty tuple without a sweep.

    Parameters
    ----------
    settings : Settings
    source : str
        The file's name, for errors.

    Raises
    ------
    SettingsError
        If the design needs SALib and it is not installed.
    """
    kind, swept = settings.design.kind, list(settings.sweep.values())
    lists = [values for values in swept if not isinstance(values, Span)]
    if kind == "grid":
        return list(itertools.product(*lists))
    if kind == "zip":
        return list(zip(*lists, strict=True))
    shares = shares_of(settings, source)
    return [tuple(value_at(values, x) for values, x in zip(swept, row, strict=True)) for row in shares.tolist()]


def shares_of(settings: Settings, source: str) -> Floats:
    """Return a drawn design in the unit cube, shape (points, swept settings), seeded by the experiment's seed."""
    from scipy.stats import qmc

    sampling, width = settings.design, len(settings.sweep)
    if sampling.kind == "latin-hypercube":
        return qmc.LatinHypercube(width, rng=settings.experiment.seed).random(sampling.points)
    if sampling.kind == "sobol":
        return qmc.Sobol(width, rng=settings.experiment.seed).random_base2(sampling.points.bit_length() - 1)
    problem, seed = unit_problem(settings), salib_seed(settings)
    try:
        if sampling.kind == "saltelli":
            from SALib.sample import sobol

            return np.asarray(sobol.sample(problem, sampling.points, calc_second_order=False, seed=seed))
        from SALib.sample import morris

        return np.asarray(morris.sample(problem, sampling.points, num_levels=sampling.levels, seed=seed))
    except ImportError:
        raise SettingsError(
            f'{source}: [design] kind = {sampling.kind!r} needs SALib; pip install "learnsim[sensitivity]"'
        ) from None


def unit_problem(settings: Settings) -> dict[str, Any]:
    """Return the swept settings as SALib describes a problem, each over the unit interval."""
    names = list(settings.sweep)
    return {"num_vars": len(names), "names": names, "bounds": [[0.0, 1.0]] * len(names)}


def salib_seed(settings: Settings) -> int:
    """Return the seed for SALib: one more than the experiment's, since SALib treats 0 as no seed."""
    return 1 + settings.experiment.seed
