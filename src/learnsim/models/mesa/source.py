"""Source: the class of a user's own Mesa model, from a file beside the experiment or from an installed package."""

from __future__ import annotations

import importlib
import re
import sys
import traceback
from functools import lru_cache
from hashlib import sha256
from importlib.metadata import packages_distributions
from importlib.util import find_spec
from pathlib import Path
from threading import RLock
from typing import Any

from learnsim.errors import LearnsimError, SettingsError, did_you_mean
from learnsim.grouping.policy_files import Source, read_sources, root_of, run_sources
from learnsim.settings.messages import shown

_LOADING = RLock()
_READ: dict[str, tuple[list[tuple[int, int]], tuple[Source, ...]]] = {}  # files read already, by the class that they are of


def divided(spec: str) -> tuple[str, str]:
    """Return the file or the module of a class, and its name.

    Raises
    ------
    SettingsError
        If the text is not ``FILE.py:CLASS`` or ``MODULE:CLASS``.

    Examples
    --------
    >>> divided("schelling.py:Schelling")
    ('schelling.py', 'Schelling')
    """
    place, colon, name = spec.rpartition(":")
    if not colon or not place or not name.isidentifier():
        example = "schelling.py:Schelling, or mesa.examples.basic.schelling.model:Schelling"
        raise SettingsError(f"[model] class = {shown(spec)} should name a file or a module, a colon and a class: {example}")
    return place, name


def names_class(text: str) -> bool:
    """Whether a text names a class of a file or a module, and not an experiment that ships."""
    return bool(re.search(r":[^\\/:]*$", text)) or text.endswith(".py")


def is_file(spec: str) -> bool:
    """Whether a class is in a file of the user's own, and not in an installed package."""
    return divided(spec)[0].endswith(".py")


def sources_of(spec: str) -> tuple[Source, ...]:
    """Return the file of a class, and after it the files of its folder that it imports.

    Raises
    ------
    SettingsError
        If there is no such file, or it cannot be read.
    """
    with _LOADING:
        known = _READ.get(spec)
        if known and _stamps(known[1]) == known[0]:
            return known[1]
        try:
            sources = read_sources(divided(spec)[0], label=f"[model] class = {shown(spec)}")
        except LearnsimError as error:
            raise SettingsError(str(error)) from None
        _READ[spec] = (_stamps(sources), sources)
        return sources


def _stamps(sources: tuple[Source, ...]) -> list[tuple[int, int]]:
    """When files were changed last, and how long they are; files that are gone have no length."""
    stamps = []
    for one in sources:
        try:
            about = one.file.stat()
            stamps.append((about.st_mtime_ns, about.st_size))
        except OSError:
            stamps.append((0, -1))
    return stamps


def digest_of_class(spec: str) -> str:
    """Return 16 hexadecimal digits that change when the code of a class changes.

    Of a class in a file: that file, and those of its folder that it imports. Of an installed one: all files of its package's
    folder.
    """
    if is_file(spec):
        return _digest(tuple((f"model/{one.beside}", one.content) for one in sources_of(spec)))
    return _digest_of_module(spec)


@lru_cache(maxsize=64)
def _digest_of_module(spec: str) -> str:
    """An installed package is read once in a process, as Python imports it once."""
    return _digest(tuple(contents_of(spec)))


@lru_cache(maxsize=64)
def _digest(files: tuple[tuple[str, bytes], ...]) -> str:
    digest = sha256()
    for name, content in files:
        digest.update(f"{name}\0{len(content)}\0".encode() + content)
    return digest.hexdigest()[:16]


def contents_of(spec: str) -> list[tuple[str, bytes]]:
    """Return the files that a class is made of, each with its place and its content."""
    if is_file(spec):
        return [(f"model/{one.beside}", one.content) for one in sources_of(spec)]
    module = divided(spec)[0]
    try:
        there = find_spec(module)
    except (ImportError, ValueError, AttributeError):
        there = None
    if there is None or not there.origin:
        raise SettingsError(_no_module(spec, module))
    file = Path(there.origin)
    if not file.with_name("__init__.py").is_file():
        return [(file.name, file.read_bytes())]
    return [(one.relative_to(file.parent).as_posix(), one.read_bytes()) for one in sorted(file.parent.rglob("*.py"))]


@lru_cache(maxsize=64)
def package_of(spec: str) -> str:
    """Return the distribution that a class is installed with, in small letters; empty if there is none.

    Examples
    --------
    >>> package_of("mesa.examples.basic.schelling.model:Schelling"), package_of("schelling.py:Schelling")
    ('mesa', '')
    """
    if is_file(spec):
        return ""
    names = packages_distributions().get(divided(spec)[0].partition(".")[0])
    return names[0].lower() if names else ""


def class_of(spec: str) -> type[Any]:
    """Return the class, loaded once for each content of its file.

    Raises
    ------
    SettingsError
        If it is not there, its file cannot be run, or it is no Mesa model.
    """
    place, name = divided(spec)
    with _LOADING:
        if is_file(spec):
            sources = sources_of(spec)
            return _from_file(spec, root_of(sources), sources, name)
        return _from_module(spec, place, name)


def beside(spec: str, name: str) -> Any:
    """Return what else has this name in the file or module that a class is named from; None if nothing has."""
    class_of(spec)
    place = divided(spec)[0]
    if is_file(spec):
        sources = sources_of(spec)
        place = f"{root_of(sources)}.{sources[0].parts[0]}"
    return getattr(sys.modules[place], name, None)


@lru_cache(maxsize=64)
def _from_file(spec: str, root: str, sources: tuple[Source, ...], name: str) -> type[Any]:
    """Run a file, unless the same content has been run already."""
    try:
        run_sources(sources)
    except Exception as error:
        raise SettingsError(f"[model] class = {shown(spec)}: {_where(error, sources[0].file)}") from None
    except SystemExit:
        raise SettingsError(
            f"[model] class = {shown(spec)}: the file ends the program when it is imported; put what it runs under "
            'if __name__ == "__main__":'
        ) from None
    return _checked(spec, vars(sys.modules[f"{root}.{sources[0].parts[0]}"]), name)


@lru_cache(maxsize=64)
def _from_module(spec: str, module: str, name: str) -> type[Any]:
    try:
        there = importlib.import_module(module)
    except ModuleNotFoundError as error:
        if error.name and (module == error.name or module.startswith(f"{error.name}.")):
            raise SettingsError(_no_module(spec, module)) from None
        raise SettingsError(f"[model] class = {shown(spec)}: {_where(error)}") from None
    except Exception as error:
        raise SettingsError(f"[model] class = {shown(spec)}: {_where(error)}") from None
    return _checked(spec, vars(there), name)


def _no_module(spec: str, module: str) -> str:
    cure = "install its package, or name a file beside the experiment, as in schelling.py:Schelling"
    return f"[model] class = {shown(spec)}: there is no module {module!r} here; {cure}"


def _checked(spec: str, names: dict[str, Any], name: str) -> type[Any]:
    """Return a class of a module by its name, if it is a Mesa model."""
    from mesa import Model

    classes = {key: value for key, value in names.items() if isinstance(value, type)}
    models = [key for key, value in classes.items() if issubclass(value, Model) and value is not Model]
    if name not in names:
        there = did_you_mean(name, models) or (f"; there is {models[0]}" if models else "")
        raise SettingsError(f"[model] class = {shown(spec)}: there is no class {name!r} in it{there}")
    found = names[name]
    if not isinstance(found, type) or not issubclass(found, Model) or found is Model:
        what = f"{name} is no Mesa model (a class that inherits from mesa.Model)"
        raise SettingsError(f"[model] class = {shown(spec)}: {what}{f'; there is {models[0]}' if models else ''}")
    return found


def _where(error: BaseException, file: Path | None = None) -> str:
    """Return an error of the user's code in one line, with the line of the file where it was raised."""
    line = getattr(error, "lineno", None) if isinstance(error, SyntaxError) else None
    name = file.name if file else ""
    for frame in traceback.extract_tb(error.__traceback__):
        if file and frame.filename == str(file):
            line = frame.lineno
    place = f"{name}, line {line}: " if line and name else ""
    text = error.msg if isinstance(error, SyntaxError) else str(error)
    return f"{place}{type(error).__name__}: {text}"
