"""Readers: which model reads which setting, as each model declares it when it is registered."""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from typing import Any, Protocol

from learnsim.settings.declare import Table

EVERY = ("experiment", "model", "organisation", "roster", "plan", "fit", "design")  # tables that every model reads


class Reader(Protocol):
    """What settings need from a model; ``ModelInfo`` documents each attribute."""

    @property
    def tables(self) -> Mapping[str, type[Table]]:
        """Its own tables."""

    @property
    def reads(self) -> tuple[str, ...]:
        """Tables and settings of other models that it reads too."""

    @property
    def arm_fields(self) -> tuple[str, ...]:
        """Fields of an arm that it reads and other models do not."""

    @property
    def headline(self) -> tuple[str, ...]:
        """Its main measures."""

    @property
    def clock(self) -> str:
        """The name of its time step."""

    @property
    def question(self) -> str:
        """The question in its starter file."""

    @property
    def examples(self) -> tuple[str, ...]:
        """Examples of a sweep in that file."""

    @property
    def own_parameters(self) -> bool:
        """Whether its settings are parameters of a class of the user's own, and so are the fields of its arms."""

    @property
    def of_class(self) -> bool:
        """Whether it is a class of the user's own, which an experiment file names."""

    @property
    def unread(self) -> tuple[str, ...]:
        """Tables that every other model reads and it does not."""

    def of(self, settings: Any) -> Reader:
        """The model as it is with these settings: one of the user's own has other measures with another class."""

    @property
    def own_source(self) -> str:
        """A hash of its code if it does not ship with learnsim, or an empty text."""

    @property
    def own_package(self) -> str:
        """The distribution that its class is installed with, if it is of the user's own; or an empty text."""

    @property
    def measures(self) -> Mapping[str, tuple[str, str]]:
        """Its measures, each with its meaning and unit."""

    @property
    def state(self) -> Mapping[str, str]:
        """What a measure of the user's own may ask for, beside what it may in every model."""

    def groups_of(self, settings: Any) -> tuple[str, ...]:
        """The groups of further measures that settings ask for."""

    @property
    def notes(self) -> tuple[str, ...]:
        """Notes in that file on what arms mean in this model."""


REGISTERED: dict[str, Reader] = {}


def models() -> Mapping[str, Reader]:
    """Return the registered models by name."""
    import_module("learnsim.models.registry")  # fills it; imported by name, since models are in a layer above the settings
    return REGISTERED


def model_of(settings: Any) -> Any:
    """Return the model that settings are about, with its measures."""
    return models()[settings.model.kind].of(settings)


def model_tables() -> dict[str, type[Table]]:
    """Return the tables that belong to models, in the order in which these were registered."""
    return {name: table for model in models().values() for name, table in model.tables.items()}


def reads(kind: str, table: str, key: str = "") -> bool:
    """Whether a model reads a setting, or any setting of a table if no key is passed."""
    model = models()[kind]
    if table == "model":
        return key in ("", "kind") or f"model.{key}" in model.reads
    if table in model.unread:
        return False
    if table in EVERY or table in model.tables or table in model.reads:
        return True
    return f"{table}.{key}" in model.reads if key else any(name.startswith(f"{table}.") for name in model.reads)


def readers(table: str, key: str) -> list[str]:
    """Return the models that read a setting."""
    return [kind for kind in models() if reads(kind, table, key)]


def arm_readers(key: str) -> list[str]:
    """Return the models that read a field of an arm: all of them, unless some models declare it as their own."""
    own = [kind for kind, model in models().items() if key in model.arm_fields]
    return own or [*models()]


def reads_of_arms(kind: str, key: str) -> bool:
    """Whether a model reads this field of an arm."""
    return kind in arm_readers(key)
