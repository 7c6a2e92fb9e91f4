"""Settings: all tables of one experiment, with the checks across tables."""

from __future__ import annotations

import inspect
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from pydantic import (
    Field,
    SerializerFunctionWrapHandler,
    ValidationError,
    ValidationInfo,
    field_serializer,
    field_validator,
    model_validator,
)
from pydantic.fields import FieldInfo

from learnsim.errors import SettingsError, did_you_mean
from learnsim.settings.arms import PRESETS, Arm, ArmTable, ParameterArm
from learnsim.settings.beliefs import Beliefs
from learnsim.settings.declare import Table, plain
from learnsim.settings.edit import put
from learnsim.settings.experiment import Experiment, Measure, Model, Organisation
from learnsim.settings.fit import Fit
from learnsim.settings.messages import needs_quotes, sentence, shown
from learnsim.settings.plan import Plan
from learnsim.settings.readers import arm_readers, model_of, models, readers, reads, reads_of_arms
from learnsim.settings.roster import RosterColumns
from learnsim.settings.sampling import Precision, Sampling, Span
from learnsim.settings.search import Search
from learnsim.settings.shocks import Shock, check_shocks
from learnsim.settings.sweep import check_sweep
from learnsim.settings.training import Communities, Curriculum, Learning, Misconceptions, People, Prior, Training

LONGEST_NAME = 60  # of an arm, since it is shown in tables and legends


class Settings(Table):
    """Everything that determines a result.

    ``Settings()`` has the defaults; ``Settings(training=Training(sessions=20))`` changes one table;
    :func:`learnsim.load` reads a file. Settings never change: :meth:`changed` returns others.
    """

    experiment: Experiment = Field(default_factory=Experiment, description="the question, and the number of replicates")
    model: Model = Field(default_factory=Model, description="which model is run")
    parameters: dict[str, Any] = Field(
        default_factory=dict, description="keyword arguments of a Mesa model of your own (kind = mesa)"
    )
    measures: dict[str, Measure] = Field(
        default_factory=dict, description="what the model reporters of a Mesa model of your own measure (kind = mesa)"
    )
    organisation: Organisation = Field(default_factory=Organisation, description="the people, and how they are divided")
    roster: RosterColumns = Field(default_factory=RosterColumns, description="what the columns of the roster mean")
    curriculum: Curriculum = Field(default_factory=Curriculum, description="what there is to learn")
    people: People = Field(default_factory=People, description="how trainees differ")
    prior: Prior = Field(default_factory=Prior, description="what people know before the training")
    learning: Learning = Field(default_factory=Learning, description="how much a session teaches")
    training: Training = Field(default_factory=Training, description="how the training is run")
    misconceptions: Misconceptions = Field(default_factory=Misconceptions, description="what people hold wrong")
    shocks: list[Shock] = Field(default_factory=list, description="single events: wrong teaching, leaving, absence")
    communities: Communities = Field(default_factory=Communities, description="how interests and communities change")
    beliefs: Beliefs = Field(default_factory=Beliefs, description="what there is to find out, and how it is believed")
    search: Search = Field(default_factory=Search, description="how rugged the problem is")
    plan: Plan = Field(default_factory=Plan, description="a course that is planned and printed (learnsim plan)")
    fit: Fit = Field(default_factory=Fit, description="settings that are estimated from data (learnsim fit)")
    design: Sampling = Field(default_factory=Sampling, description="which combinations of the swept settings are run")
    sweep: dict[str, list[Any] | Span] = Field(
        default_factory=dict, description="dotted setting = list of values, or {low, high} where the design draws points"
    )
    arms: dict[str, ArmTable] = Field(default_factory=dict, description="the training models compared")

    if not TYPE_CHECKING:  # a type checker takes the names of the tables from the declarations

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
        for name, value in swept.items():
            nested = isinstance(value, dict) and any(isinstance(part, (dict, list)) for part in value.values())
            if nested or (name in cls.model_fields and isinstance(value, dict)):
                raise needs_quotes(name, value)
            if isinstance(value, dict):
                try:
                    read[name] = Span.model_validate(value)
                except ValidationError as error:
                    first = error.errors()[0]
                    key = ".".join(map(str, first["loc"]))
                    text = first["msg"].removeprefix("Value error, ")
                    text = f"{key}: {text[0].lower()}{text[1:]}" if key else text
                    raise ValueError(f"{name}: {text}; write {{low = 2, high = 12}}") from None
            elif isinstance(value, (list, Span)):
                read[name] = value
            else:
                raise ValueError(f"{name} = {shown(value)} should be a list of values, or {{low = .., high = ..}}")
        return read

    @field_validator("arms", mode="before")
    @classmethod
    def _arms_of_parameters(cls, arms: Any, info: ValidationInfo) -> Any:
        model = info.data.get("model")
        if model is None:  # a mistake there is the one to be told
            return {}
        if not models()[model.kind].own_parameters or not isinstance(arms, dict):
            return arms
        made = ParameterArm.model_construct
        return {name: made(parameters=arm) if isinstance(arm, dict) else arm for name, arm in arms.items()}

    @field_serializer("arms", mode="wrap")
    def _arms_as_written(self, arms: dict[str, ArmTable], handler: SerializerFunctionWrapHandler) -> Any:
        written = handler(arms)
        return written | {name: dict(arm.parameters) for name, arm in arms.items() if isinstance(arm, ParameterArm)}

    def check_across(self) -> None:
        """Check across tables the settings that can differ from point to point.

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
        columns = self.roster.model_dump(exclude_defaults=True)
        if columns and not world.roster:
            key = next(iter(columns))
            raise ValueError(f'[roster] {key} is about a file of people; name it: [organisation] roster = "people.csv"')
        if world.plan and not world.roster:
            raise ValueError(
                f"[organisation] plan = {shown(world.plan)} needs a roster, whose people it seats; name one as roster"
            )
        for name, arm in self.arms.items():
            if arm.formation == "given" and not world.roster:
                raise ValueError(f"[arms.{name}] formation = 'given' needs a roster with a community column")
        check_shocks(self.shocks, self.training.sessions, self.curriculum.items)
        even = world.trainees // world.communities
        if self.communities.minimum > even and not world.roster:
            raise ValueError(
                f"[communities] minimum = {self.communities.minimum} is more than an even size: {world.trainees} people in "
                f"{world.communities} communities are {even} each, so that all would close; use at most {even}"
            )

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
            raise ValueError(
                "[experiment] replicates and precision exclude each other; keep one (precision has its own min and max)"
            )
        return self

    def _check_kind(self) -> None:
        """Check that the model reads every setting that is not at its default."""
        kind = self.model.kind
        for table in type(self).model_fields:
            value = getattr(self, table)
            for key in value.model_fields_set if isinstance(value, Table) else ():
                usual = type(value).model_fields[key].get_default(call_default_factory=True)
                if getattr(value, key) != usual and not reads(kind, table, key):
                    raise ValueError(f"[{table}] {key} is {_not_read(kind, readers(table, key))}")
        for table, shown_as in (("shocks", "[[shocks]]"), ("parameters", "[parameters]"), ("measures", "[measures]")):
            if getattr(self, table) and not reads(kind, table):
                raise ValueError(f"{shown_as} is {_not_read(kind, [name for name in models() if reads(name, table)])}")
        for name, arm in self.arms.items():
            for key in ArmTable.model_fields:
                if getattr(arm, key) is not None and not reads_of_arms(kind, key):
                    raise ValueError(f"[arms.{name}] {key} is {_not_read(kind, arm_readers(key))}")

    @property
    def measure(self) -> str:
        """The measure that arms are compared by."""
        return self.experiment.measure or model_of(self).headline[0]

    @property
    def precision(self) -> Precision | None:
        """The wanted precision, with its measure, if replicates are not fixed."""
        asked = self.experiment.precision
        return asked.model_copy(update={"measure": asked.measure or self.measure}) if asked else None

    def changed(self, changes: Mapping[str, Any]) -> Settings:
        """Return settings with some values replaced, checked again.

        Parameters
        ----------
        changes : dict
            For example ``{"organisation.cell_size": 3, "people.learning_speed.sd": 0.1}``.

        Raises
        ------
        SettingsError
            If a name is unknown or a value is not allowed.
        """
        if not isinstance(changes, Mapping):
            example = "{'training.sessions': 30}"
            raise SettingsError(f"settings: {shown(changes)} is not a dictionary of settings; write for example {example}")
        tree = self.model_dump(exclude_unset=True)
        for key, value in changes.items():
            if not isinstance(key, str):
                raise SettingsError(f"settings: {shown(key)} is not a setting; write for example 'training.sessions'")
            put(tree, key, value, Settings)
        return validate(tree, "settings")

    def arm(self, name: str) -> Arm:
        """Return the complete arm of this name: an arm of the file, or else a preset.

        Raises
        ------
        SettingsError
            If there is no such arm, or its fields contradict each other.
        """
        if not isinstance(name, str):
            raise SettingsError(f"arm = {shown(name)} is not an arm's name{did_you_mean('', self.arms or PRESETS)}")
        if name in self.arms:
            return self.arms[name].resolve(name, self.organisation)
        if models()[self.model.kind].own_parameters:
            raise SettingsError(f"{name!r} is not an arm{did_you_mean(name, self.arms)}")
        if name in PRESETS:
            return PRESETS[name][1]._replace(formation=self.organisation.formation)
        raise SettingsError(f"{name!r} is neither an arm nor a preset{did_you_mean(name, [*self.arms, *PRESETS])}")

    def baseline(self) -> str:
        """Return the arm that others are compared with; the first arm if none is named and there is no flat-lecture.

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


def validate(tree: Mapping[str, Any], source: str) -> Settings:
    """Return the settings in a tree of plain values.

    Raises
    ------
    SettingsError
        The first mistake, as ``source: [table] key = value ...``.
    """
    if not isinstance(tree, Mapping) or not all(isinstance(name, str) for name in tree):
        example = "{'training': {'sessions': 30}}"
        raise SettingsError(f"{source}: {shown(tree)} is not a dictionary of tables; write for example {example}")
    try:
        settings = Settings(**tree)
        for name in settings.arms:
            settings.arm(name)
        settings.baseline()
    except SettingsError as error:
        raise SettingsError(f"{source}: {error}") from None
    return settings


def _not_read(kind: str, kinds: list[str]) -> str:
    names = " or ".join(repr(name) for name in kinds)
    return f"not a setting of [model] kind = {kind!r}; it belongs to kind = {names}"


def add_table(name: str, table: type[Table]) -> None:
    """Add a model's table to the settings, unless it is declared above (where type checkers see it)."""
    if name in Settings.model_fields and Settings.model_fields[name].annotation is table:
        return
    text = (inspect.getdoc(table) or name).partition("\n")[0].rstrip(".")
    about = text[:1].lower() + text[1:]
    Settings.model_fields[name] = FieldInfo(annotation=table, default_factory=table, description=about)
    Settings.__annotations__[name] = table
    Settings.model_rebuild(force=True)


def drop_table(name: str) -> None:
    """Remove a model's table from the settings."""
    del Settings.model_fields[name], Settings.__annotations__[name]
    Settings.model_rebuild(force=True)
