"""Readers: which model reads which setting, as each model declares it when it is registered."""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from typing import Protocol

from learnsim.settings.declare import Table

EVERY = ("experiment", "model", "organisation", "design")  # tables that every model reads


class Reader(Protocol):
    """What settings ask of a model; ``ModelInfo`` says what each attribute means."""

    @property
    def tables(self) -> Mapping[str, type[Table]]:
        """Its own tables."""

    @property
    def reads(self) -> tuple[str, ...]:
        """Other models' tables and settings that it reads too."""

    @property
    def arm_fields(self) -> tuple[str, ...]:
        """Fields of an arm that it reads and other models do not."""

    @property
    def headline(self) -> tuple[str, ...]:
        """Its foremost measures."""

    @property
    def clock(self) -> str:
        """What its time is counted in."""

    @property
    def question(self) -> str:
        """Of its starter file."""

    @property
    def examples(self) -> tuple[str, ...]:
        """Of a sweep, in that file."""

    @property
    def notes(self) -> tuple[str, ...]:
        """On what arms mean in it, in that file."""


REGISTERED: dict[str, Reader] = {}


def models() -> Mapping[str, Reader]:
    """Return the registered models by name."""
    import_module("learnsim.registry")  # fills it; by its name, since models stand above the settings that they read
    return REGISTERED


def model_tables() -> dict[str, type[Table]]:
    """Return the tables that belong to models, in the order in which these were registered."""
    return {name: table for model in models().values() for name, table in model.tables.items()}


def reads(kind: str, table: str, key: str = "") -> bool:
    """Whether a model reads a setting, or any of a table's if no key is given."""
    model = models()[kind]
    if table in EVERY or table in model.tables or table in model.reads:
        return True
    return f"{table}.{key}" in model.reads if key else any(name.startswith(f"{table}.") for name in model.reads)


def readers(table: str, key: str) -> list[str]:
    """Return the models that read a setting."""
    return [kind for kind in models() if reads(kind, table, key)]


def arm_readers(key: str) -> list[str]:
    """Return the models that read a field of an arm: all of them, unless some model declares it as one of its own."""
    own = [kind for kind, model in models().items() if key in model.arm_fields]
    return own or [*models()]


def reads_of_arms(kind: str, key: str) -> bool:
    """Whether a model reads this field of an arm."""
    return kind in arm_readers(key)
