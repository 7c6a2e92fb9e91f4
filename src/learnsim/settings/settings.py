"""Settings: all tables of one experiment together, with the checks that go across tables."""

from __future__ import annotations

import inspect
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from pydantic import Field, ValidationError, field_validator, model_validator
from pydantic.fields import FieldInfo

from learnsim.errors import SettingsError, did_you_mean
from learnsim.settings.arms import PRESETS, Arm, ArmTable
from learnsim.settings.beliefs import Beliefs
from learnsim.settings.declare import Table, plain
from learnsim.settings.edit import put
from learnsim.settings.readers import arm_readers, models, readers, reads, reads_of_arms
from learnsim.settings.sampling import Precision, Sampling, Span
from learnsim.settings.search import Search
from learnsim.settings.sentences import sentence, shown
from learnsim.settings.swept import check_sweep
from learnsim.settings.tables import Curriculum, Experiment, Learning, Model, Organisation, People, Prior, Training

LONGEST_NAME = 60  # of an arm: it stands in tables and legends


class Settings(Table):
    """Everything that decides a result.

    ``Settings()`` holds the defaults; ``Settings(training=Training(sessions=20))`` changes one table;
    :func:`learnsim.load` reads a file. Settings never change: :meth:`changed` returns others.
    """

    experiment: Experiment = Field(default_factory=Experiment, description="what is asked, and how often")
    model: Model = Field(default_factory=Model, description="which model is played")
    organisation: Organisation = Field(default_factory=Organisation, description="who there is")
    curriculum: Curriculum = Field(default_factory=Curriculum, description="what there is to learn")
    people: People = Field(default_factory=People, description="how trainees differ")
    prior: Prior = Field(default_factory=Prior, description="what people know before")
    learning: Learning = Field(default_factory=Learning, description="how much a session teaches")
    training: Training = Field(default_factory=Training, description="how the training is run")
    beliefs: Beliefs = Field(default_factory=Beliefs, description="what there is to find out, and how it is believed")
    search: Search = Field(default_factory=Search, description="how rugged the problem is")
    design: Sampling = Field(default_factory=Sampling, description="which combinations of the swept settings are tried")
    sweep: dict[str, list[Any] | Span] = Field(
        default_factory=dict, description="dotted setting = list of values, or {low, high} where the design draws points"
    )
    arms: dict[str, ArmTable] = Field(default_factory=dict, description="the training models compared")

    if not TYPE_CHECKING:  # a type checker knows the tables' names from the declarations

        def __init__(self, **tables: Any) -> None:
            try:
                tables = plain(tables)
                super().__init__(**tables)
            except ValidationError as error:
                raise SettingsError(sentence(error, tables, Settings)) from None
            except RecursionError:
                raise SettingsError("lists or tables are nested too deeply") from None

    @field_validator("sweep", mode="before")
    @classmethod
    def _lists_and_ranges(cls, swept: Any) -> Any:
        if not isinstance(swept, dict):
            return swept
        read: dict[str, Any] = {}
        for name, given in swept.items():
            nested = isinstance(given, dict) and any(isinstance(value, (dict, list)) for value in given.values())
            if nested or (name in cls.model_fields and isinstance(given, dict)):
                key = next(iter(given), "...")
                raise ValueError(f'{name}.{key}: a dotted name needs quotes; write "{name}.{key}" = {shown(given.get(key))}')
            if isinstance(given, dict):
                try:
                    read[name] = Span.model_validate(given)
                except ValidationError as error:
                    first = error.errors()[0]
                    key = ".".join(map(str, first["loc"]))
                    told = first["msg"].removeprefix("Value error, ")
                    told = f"{key}: {told[0].lower()}{told[1:]}" if key else told
                    raise ValueError(f"{name}: {told}; write {{low = 2, high = 12}}") from None
            elif isinstance(given, (list, Span)):
                read[name] = given
            else:
                raise ValueError(f"{name} = {shown(given)} should be a list of values, or {{low = .., high = ..}}")
        return read

    def check_across(self) -> None:
        """See that what can differ from point to point goes together across tables.

        Raises
        ------
        ValueError
            With the first mistake.
        """
        world = self.organisation
        if not world.roster and world.trainees < world.communities:
            raise ValueError(
                f"[organisation] trainees = {world.trainees} cannot fill communities = {world.communities}; "
                "every community needs at least one"
            )
        if world.formation == "given" and not world.roster:
            raise ValueError("[organisation] formation = 'given' needs a roster with a community column")
        for name, arm in self.arms.items():
            if arm.formation == "given" and not world.roster:
                raise ValueError(f"[arms.{name}] formation = 'given' needs a roster with a community column")

    @model_validator(mode="after")
    def _consistent(self) -> Settings:
        self.check_across()
        for name in self.arms:
            if not name.strip() or not name.isprintable() or len(name) > LONGEST_NAME:
                raise ValueError(f"[arms] {shown(name)} must be a name of 1 to {LONGEST_NAME} printable characters")
        self._check_kind()
        check_sweep(self.sweep, self.design, self.arms, self.model.kind)
        asked = self.experiment.model_fields_set
        if self.experiment.precision is not None and "replicates" in asked:
            raise ValueError("[experiment] replicates and precision: give one of them; precision has its own min and max")
        return self

    def _check_kind(self) -> None:
        """See that every setting that is not at its default is one that the model reads."""
        kind = self.model.kind
        for table in type(self).model_fields:
            given = getattr(self, table)
            for key in given.model_fields_set if isinstance(given, Table) else ():
                usual = type(given).model_fields[key].get_default(call_default_factory=True)
                if getattr(given, key) != usual and not reads(kind, table, key):
                    raise ValueError(f"[{table}] {key} is {_not_read(kind, readers(table, key))}")
        for name, arm in self.arms.items():
            for key in ArmTable.model_fields:
                if getattr(arm, key) is not None and not reads_of_arms(kind, key):
                    raise ValueError(f"[arms.{name}] {key} is {_not_read(kind, arm_readers(key))}")

    @property
    def measure(self) -> str:
        """The measure that arms are compared by."""
        return self.experiment.measure or models()[self.model.kind].headline[0]

    @property
    def precision(self) -> Precision | None:
        """How precise is enough, if replicates are not fixed; its measure named."""
        asked = self.experiment.precision
        return asked.model_copy(update={"measure": asked.measure or self.measure}) if asked else None

    def changed(self, changes: dict[str, Any]) -> Settings:
        """Return settings with dotted names replaced, checked again.

        Parameters
        ----------
        changes : dict
            For example ``{"organisation.cell_size": 3, "people.learning_speed.sd": 0.1}``.

        Raises
        ------
        SettingsError
            If a name is unknown or a value is not allowed.
        """
        tree = self.model_dump(exclude_unset=True)
        for key, value in changes.items():
            if not isinstance(key, str):
                raise SettingsError(f"settings: {shown(key)} is not a setting; write for example 'training.sessions'")
            put(tree, key, value, Settings)
        return validate(tree, "settings")

    def arm(self, name: str) -> Arm:
        """Return the complete arm of this name: one of the file's arms, or else a preset.

        Raises
        ------
        SettingsError
            If there is none, or its fields contradict each other.
        """
        if not isinstance(name, str):
            raise SettingsError(f"arm = {shown(name)} is not an arm's name{did_you_mean('', self.arms or PRESETS)}")
        if name in self.arms:
            return self.arms[name].resolve(name, self.organisation.formation)
        if name in PRESETS:
            return PRESETS[name][1]._replace(formation=self.organisation.formation)
        raise SettingsError(f"{name!r} is neither an arm nor a preset{did_you_mean(name, [*self.arms, *PRESETS])}")

    def baseline(self) -> str:
        """Return the arm that others are compared with; if none is named and no arm is flat-lecture, the first.

        Raises
        ------
        SettingsError
            If the file names a baseline that is not one of its arms.
        """
        name = self.experiment.baseline
        if name in self.arms:
            return name
        if "baseline" in self.experiment.model_fields_set:
            raise SettingsError(f"[experiment] baseline = {name!r} is not an arm{did_you_mean(name, self.arms)}")
        return next(iter(self.arms), name)


def validate(tree: Mapping[str, Any], place: str) -> Settings:
    """Return the settings that a tree of plain values describes.

    Raises
    ------
    SettingsError
        The first mistake, as ``place: [table] key = value ...``.
    """
    if not isinstance(tree, Mapping) or not all(isinstance(name, str) for name in tree):
        example = "{'training': {'sessions': 30}}"
        raise SettingsError(f"{place}: {shown(tree)} is not tables by name; write for example {example}")
    try:
        settings = Settings(**tree)
        for name in settings.arms:
            settings.arm(name)
        settings.baseline()
    except SettingsError as error:
        raise SettingsError(f"{place}: {error}") from None
    return settings


def _not_read(kind: str, kinds: list[str]) -> str:
    told = " or ".join(repr(name) for name in kinds)
    return f"not a setting of [model] kind = {kind!r}; it goes with kind = {told}"


def add_table(name: str, table: type[Table]) -> None:
    """Let settings have a model's table: unless it is declared above, in order for type checkers to know it."""
    if name in Settings.model_fields and Settings.model_fields[name].annotation is table:
        return
    text = (inspect.getdoc(table) or name).partition("\n")[0].rstrip(".")
    about = text[:1].lower() + text[1:]
    Settings.model_fields[name] = FieldInfo(annotation=table, default_factory=table, description=about)
    Settings.__annotations__[name] = table
    Settings.model_rebuild(force=True)


def drop_table(name: str) -> None:
    """Let settings have a table no longer."""
    del Settings.model_fields[name], Settings.__annotations__[name]
    Settings.model_rebuild(force=True)
