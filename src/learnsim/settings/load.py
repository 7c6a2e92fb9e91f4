"""Loading: from a TOML file to checked settings, and from a mistake to one sentence with place and cure.
Knows the settings; touches no results.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable
from pathlib import Path
from typing import Any, get_args

from pydantic import BaseModel, ValidationError

from learnsim.errors import SettingsError, did_you_mean
from learnsim.settings.preface import preface_of
from learnsim.settings.sampling import Precision
from learnsim.settings.settings import Settings
from learnsim.settings.traits import Beta, Constant, Lognormal, Trait, Uniform

Tree = dict[str, Any]
TRAITS: dict[str, type[BaseModel]] = {
    "constant": Constant,
    "uniform": Uniform,
    "beta": Beta,
    "lognormal": Lognormal,
}


def load(path: str | Path, assignments: Iterable[str] = ()) -> Settings:
    """Read an experiment file.

    Parameters
    ----------
    path : str or Path
        A TOML file. Paths inside it (roster, policies) are taken from the file's folder.
    assignments : iterable of str
        ``"table.key=value"``, applied after the file, each value written as in TOML.

    Raises
    ------
    SettingsError
        With file, table, key, value, what is allowed and what was probably meant.
    """
    tree = read_tree(path)
    for text in assignments:
        name, value = parse_assignment(text)
        put(tree, name, value, place="--set")
        for one, other in (("replicates", "precision"), ("precision", "replicates")):
            if name == f"experiment.{one}":  # each stands in the other's place
                tree["experiment"].pop(other, None)
    return validate(tree, str(path))


def read_tree(path: str | Path) -> Tree:
    """Return the file's tables as they stand, its relative paths made absolute.

    A question and an expectation that only its first comments tell are put under ``[experiment]``.
    """
    file = Path(path)
    try:
        text = file.read_text(encoding="utf-8")
        tree = tomllib.loads(text)
    except FileNotFoundError:
        raise SettingsError(f"{file}: there is no such file; learnsim init writes one to start from") from None
    except IsADirectoryError:
        raise SettingsError(f"{file}: is a folder; an experiment is a TOML file") from None
    except OSError as error:
        raise SettingsError(f"{file}: cannot be read ({error.strerror})") from None
    except UnicodeDecodeError as error:
        raise SettingsError(f"{file}: is not UTF-8 text (byte {error.start})") from None
    except tomllib.TOMLDecodeError as error:
        raise SettingsError(f"{file}: is not valid TOML: {error}") from None
    for table, key in (("organisation", "roster"), ("experiment", "policies")):
        named = tree.get(table)
        if isinstance(named, dict) and isinstance(named.get(key), str) and named[key]:
            named[key] = str((file.parent / named[key]).resolve())
    told = preface_of(text)
    asked = tree.setdefault("experiment", {}) if told else None
    if isinstance(asked, dict):
        asked |= {key: words for key, words in told.items() if not asked.get(key)}
    return tree


def parse_assignment(text: str) -> tuple[str, Any]:
    """Split ``table.key=value``; the value is TOML, and a bare word is a string."""
    key, sign, value = text.partition("=")
    key, value = key.strip(), value.strip()
    if not sign or "." not in key or not value or "\n" in text:
        raise SettingsError(f"--set {text}: write table.key=value, for example --set training.sessions=30")
    try:
        return key, tomllib.loads(f"value = {value}")["value"]
    except tomllib.TOMLDecodeError:
        if any(sign in value for sign in "[]{}\"'=\n"):
            raise SettingsError(f"--set {text}: the value is not valid TOML") from None
        return key, value


def put(tree: Tree, dotted: str, value: Any, *, place: str = "settings") -> None:
    """Set one dotted setting in a tree; a part of a trait keeps the trait's other parts."""
    path = dotted.split(".")
    if path[0] == "sweep" and len(path) > 1:  # what is swept is a dotted name itself
        path = ["sweep", ".".join(path[1:])]
    if path[0] == "arms" and len(path) > 3:  # an arm's name may hold dots, its field does not
        path = ["arms", ".".join(path[1:-1]), path[-1]]
    known: Any = Settings
    node = tree
    for depth, key in enumerate(path[:-1]):
        if not isinstance(known, dict) and known is not None:
            fields = known.model_fields
            if key not in fields:
                where = ".".join(path[: depth + 1])
                raise SettingsError(f"{place}: {where} is not a setting{did_you_mean(key, fields)}")
            annotation, default = fields[key].annotation, fields[key].get_default(call_default_factory=True)
            if annotation == Trait or isinstance(default, (Constant, Uniform, Beta, Lognormal)):
                node.setdefault(key, default.model_dump())
            known = annotation if isinstance(annotation, type) and issubclass(annotation, BaseModel) else None
        node = node.setdefault(key, {})
        if not isinstance(node, dict):
            raise SettingsError(f"{place}: {'.'.join(path[: depth + 1])} is one value, so {dotted} is not a setting")
    node[path[-1]] = value


def validate(tree: Tree, place: str) -> Settings:
    """Return the settings that a tree of plain values describes.

    Raises
    ------
    SettingsError
        The first mistake, as ``place: [table] key = value ...``.
    """
    try:
        settings = Settings.model_validate(tree)
    except ValidationError as error:
        raise SettingsError(f"{place}: {_sentence(error, tree)}") from None
    try:
        for name in settings.arms:
            settings.arm(name)
        settings.baseline()
    except SettingsError as error:
        raise SettingsError(f"{place}: {error}") from None
    return settings


def _sentence(error: ValidationError, tree: Tree) -> str:
    """Say the first of pydantic's findings as a person would."""
    first = min(error.errors(), key=lambda e: (e["type"] != "extra_forbidden", len(e["loc"])))
    message = first["msg"].removeprefix("Value error, ")
    path = [str(part) for part in first["loc"]]
    if len(path) > 2 and path[0] == "people" and path[2] in TRAITS:
        known_trait: type[BaseModel] | None = TRAITS[path.pop(2)]
    else:
        known_trait = None
    if not path:
        return message
    where = f"[{path[0]}]" if len(path) > 1 or isinstance(tree.get(path[0]), dict) else ""
    if path[0] == "sweep" and len(path) > 1:  # what is swept is a dotted name itself
        path = ["sweep", ".".join(path[1:])]
    if path[0] == "sweep" and path[-1] == "Span":
        path.pop()
    if path[0] == "arms" and len(path) > 2:
        where = f"[arms.{path[1]}]"
        path = path[1:]
    key = ".".join(path[1:]) if len(path) > 1 else ("" if where else path[0])
    subject = f"{where} {key}".strip()
    if first["type"] == "extra_forbidden":
        fields = known_trait.model_fields if known_trait else _fields(path, where)
        kind = "a table" if len(first["loc"]) == 1 else "a setting"
        return f"{subject} is not {kind}{did_you_mean(path[-1], fields)}"
    if first["type"] == "missing":
        return f"{subject} is missing"
    if first["type"] == "union_tag_not_found":
        known = ", ".join(TRAITS)
        return f'{subject} has no distribution ({known}); write for example {{distribution = "beta", mean = 0.5, sd = 0.2}}'
    given = first["input"]
    if first["type"] == "string_pattern_mismatch":
        return f"{subject} = {given!r} must be letters, digits, _ . and -, beginning with a letter or digit"
    if first["type"] == "value_error" and isinstance(given, (dict, BaseModel)):
        return f"{subject} {message}" if key else f"{where} {message}".strip()
    allowed = message[0].lower() + message[1:]
    allowed = allowed.removeprefix("input ").replace("a valid dictionary", "a table").split(" or ob")[0].split(" or inst")[0]
    hint = ""
    if first["type"] in ("literal_error", "union_tag_invalid") and isinstance(given, (str, dict)):
        expected = first.get("ctx", {})
        names = str(expected.get("expected", expected.get("expected_tags", ""))).replace("'", "")
        word = given if isinstance(given, str) else str(given.get("distribution"))
        options = [name.strip() for name in names.replace(" or ", ",").split(",") if name.strip()]
        given, allowed, hint = word, f"must be one of {', '.join(options)}", did_you_mean(word, options)
        hint = hint if "did you mean" in hint else ""
    return f"{subject} = {given!r} {allowed}{hint}"


def _fields(path: list[str], where: str) -> Iterable[str]:
    from learnsim.settings.arms import ArmTable

    if where.startswith("[arms."):
        return ArmTable.model_fields
    if len(path) == 1:
        return Settings.model_fields
    if path[:2] == ["experiment", "precision"]:
        return Precision.model_fields
    annotation = Settings.model_fields[path[0]].annotation
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation.model_fields
    return [str(argument) for argument in get_args(annotation)]
