"""Roster columns: what the columns of a file of real people mean; without them the names of the documentation count."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, WithJsonSchema, model_validator

from learnsim.settings.declare import Table, setting

TRAITS = ("learning_speed", "sociability", "helpfulness")
OTHERS = "others"  # ignore = "others": every column that is not named


def _column(value: Any) -> Any:
    """Return a column's name as it is, if it is one."""
    if not isinstance(value, str):
        raise ValueError('should be the name of a column, in quotes, for example "Email"')
    if value and not value.strip():
        raise ValueError("is an empty name; write the name of a column")
    return value.strip()


def _columns(value: Any) -> Any:
    """Return the names of one or more columns as a list."""
    names = [value] if isinstance(value, str) and value else value or []
    if not isinstance(names, list) or not all(isinstance(name, str) for name in names):
        raise ValueError('should be the name of a column or a list of names, for example ["First name", "Last name"]')
    if not all(name.strip() for name in names):
        raise ValueError("has an empty name; write the names of columns")
    return [name.strip() for name in names]


def _ignored(value: Any) -> Any:
    """Return the columns to leave out, or the word for all others."""
    if isinstance(value, str) and value != OTHERS:
        raise ValueError(f'should be a list of columns, for example ["Notes"], or "{OTHERS}"')
    return value if isinstance(value, str) else _columns(value)


def _by_topic(value: Any) -> Any:
    """Return the column of each topic, with the names as they are."""
    if not isinstance(value, dict) or not all(isinstance(name, str) for name in (*value, *value.values())):
        raise ValueError('should be a table of names and columns, for example {pumps = "Wish pumps", art = "Wish art"}')
    if not all(name.strip() for name in (*value, *value.values())):
        raise ValueError("has an empty name; write a name and a column for each interest")
    return {topic.strip(): column.strip() for topic, column in value.items()}


Column = Annotated[str, BeforeValidator(_column)]
NAMES = {"anyOf": [{"type": "string"}, {"type": "array", "items": {"type": "string"}}]}  # as a file may write them
POINTS = {"column": NAMES, "maximum": {"type": ["number", "array"]}}
PRETEST = {"anyOf": [*NAMES["anyOf"], {"type": "object", "properties": POINTS, "additionalProperties": False}]}
Columns = Annotated[list[str], BeforeValidator(_columns), WithJsonSchema(NAMES)]
Ignored = Annotated[list[str] | Literal["others"], BeforeValidator(_ignored)]
Topics = Annotated[dict[str, str], BeforeValidator(_by_topic)]


class Pretest(Table):
    """A test before the training: which columns, and how many points are the most."""

    column: Columns
    maximum: Annotated[float, Field(gt=0.0, le=1_000_000_000.0)] | None = None

    @model_validator(mode="after")
    def _named(self) -> Pretest:
        if not self.column:
            raise ValueError("column is missing; write the name of a column, or a list of them, an item each")
        return self


def _pretest(value: Any) -> Any:
    """Return a test that is only named as a test with a column."""
    if isinstance(value, (str, list)):
        return {"column": value} if value else None
    if isinstance(value, dict) and "column" not in value:
        raise ValueError('has no column; write for example {column = "Quiz 1", maximum = 20}')
    return value


class RosterColumns(Table):
    """What the columns of the roster mean. For what is left out the columns with the usual names count."""

    id: Column = setting(
        "", "the column with the id of each person (if left out: the column id, or the name)", example='id = "Email"'
    )
    name: Columns = setting(
        list,
        "each column of which a name is made, in their order",
        example='name = ["First name", "Last name"]',
    )
    community: Column = setting("", "the column of communities", example='community = "Department"')
    interests: Topics = setting(
        dict,
        "the column of the interest in each community's topic, from 0 to 1",
        example='interests = {pumps = "Wish pumps", safety = "Wish safety"}',
    )
    learning_speed: Column = setting("", "the column of learning speed, from 0 to 1", example='learning_speed = "Speed"')
    sociability: Column = setting("", "the column of sociability, from 0 to 1", example='sociability = "Talks"')
    helpfulness: Column = setting("", "the column of helpfulness, from 0 to 1", example='helpfulness = "Helps"')
    pretest: Annotated[Pretest | None, BeforeValidator(_pretest), WithJsonSchema(PRETEST)] = setting(
        None,
        "prior mastery: one column for all items, or a column for each; from 0 to 1, or points with the most there are",
        example='pretest = {column = "Quiz 1", maximum = 20}',
    )
    labels: Columns = setting(list, "each column with a label of people", example='labels = ["Department", "Gender"]')
    officer: Column = setting("", "the column that says who may be officer", example='officer = "Leads"')
    absent: Column = setting("", 'the column of absences, counted from 1: "3; 7-9"', example='absent = "Absent"')
    absent_in: Literal["cycles", "sessions"] = setting("cycles", "what absences are counted in")
    ignore: Ignored = setting(
        list, "each column that means nothing, or all without a setting of their own", example='ignore = "others"'
    )

    @model_validator(mode="after")
    def _consistent(self) -> RosterColumns:
        uses: dict[str, list[str]] = {}
        for key, column in self.uses():
            uses.setdefault(column, []).append(key)
        for column, keys in uses.items():
            if len(keys) > 1 and set(keys) != {"community", "labels"}:  # a community may be reported by, as any label
                twice = f"twice in {keys[0]}" if len(set(keys)) == 1 else f"as {' and as '.join(dict.fromkeys(keys))}"
                raise ValueError(f"names the column {column!r} {twice}; a column has one meaning")
        if self.community and self.interests:
            raise ValueError("names a community and interests; communities form by one of them, so keep one")
        return self

    def uses(self) -> Iterator[tuple[str, str]]:
        """Yield each setting that names a column, with the column."""
        single = ("id", "community", *TRAITS, "officer", "absent")
        yield from ((key, column) for key in single if (column := getattr(self, key)))
        yield from (("name", column) for column in self.name)
        yield from (("interests", column) for column in self.interests.values())
        yield from (("pretest", column) for column in (self.pretest.column if self.pretest else ()))
        yield from (("labels", column) for column in self.labels)
        yield from (("ignore", column) for column in self.ignore if self.ignore != OTHERS)
