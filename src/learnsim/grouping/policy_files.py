"""Sources: a file of policies or measures of the user's own, and the files of its folder that it imports.

Policies see the files of their folder as a script sees those beside it, before the standard library and whatever is
installed. Nobody else sees them: neither ``sys.path`` nor a name of ``sys.modules`` that others use is touched.
"""

from __future__ import annotations

import ast
import builtins
import importlib
import importlib.util
import os
import sys
import traceback
from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache
from hashlib import sha256
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec
from pathlib import Path
from threading import RLock
from types import ModuleType
from typing import Any, NamedTuple

from learnsim.errors import PolicyError, SettingsError
from learnsim.files import read_file

PREFIX = "learnsim_policies_"  # of the modules' names

_LOADING = RLock()  # of several threads, one runs a file and the others wait for what it registers

Parts = tuple[str, ...]


class Source(NamedTuple):
    """One Python file: its name in import statements, part by part; its place; its content; whether it is a package's."""

    parts: Parts
    file: Path
    content: bytes
    package: bool

    @property
    def beside(self) -> str:
        """The file's place, as seen from the folder of the policies."""
        name = "__init__" if self.package else self.parts[-1]
        return "/".join((*(self.parts if self.package else self.parts[:-1]), f"{name}.py"))


def read_sources(path: str | Path, label: str = "") -> tuple[Source, ...]:
    """Return a file of policies and, after it, the files of its folder that it imports, by name.

    Parameters
    ----------
    path : str or Path
    label : str
        What messages begin with, if the file has no policies but a model.

    Raises
    ------
    PolicyError
        If the file cannot be read or is no Python file.
    """
    label = label or f"[experiment] policies = {str(path)!r}"
    try:
        file = Path(os.path.realpath(path))
        content = read_file(file, "there is no such file", "it should be a Python file")
    except (SettingsError, ValueError) as error:
        raise PolicyError(f"{label}: {error}") from None
    if file.suffix != ".py":
        raise PolicyError(f"{label} is not a Python file")
    main = Source((file.stem.replace(".", "-"),), file, content, package=False)
    seen, waiting = {main.parts: main}, [main]
    while waiting:
        for parts in _imports(waiting.pop()):
            for length in range(1, len(parts) + 1):
                source = _source(file.parent, parts[:length])
                if source is not None and source.parts not in seen:
                    seen[source.parts] = source
                    waiting.append(source)
    return (main, *(seen[parts] for parts in sorted(seen) if parts != main.parts))


def content_of(sources: Sequence[Source]) -> bytes:
    """Return what decides the numbers: the content of one file, or of several with their places."""
    main, *others = sources
    return main.content + b"".join(f"\0{one.beside}\0{len(one.content)}\0".encode() + one.content for one in others)


def files_to_copy(path: str | Path, setting: str = "policies") -> list[tuple[Path, str]]:
    """Return the file that a setting names, those that it imports after it, and the place of each in a results folder."""
    main, *others = read_sources(path, f"[experiment] {setting} = {str(path)!r}")
    if not others:
        return [(main.file, f"{setting}.py")]
    return [(main.file, f"{setting}/{main.file.name}"), *((one.file, f"{setting}/{one.beside}") for one in others)]


def _source(folder: Path, parts: Parts) -> Source | None:
    """Return the file of a folder that is imported by this name, if there is one."""
    base = folder.joinpath(*parts)
    for file, package in ((base / "__init__.py", True), (base.with_name(f"{base.name}.py"), False)):
        try:
            if file.is_file():
                return Source(parts, file, read_file(file, "is gone", "policies are Python files"), package)
        except (OSError, ValueError, SettingsError):  # then Python says so where it is imported
            return None
    return None


def _imports(source: Source) -> Iterator[Parts]:
    """Yield every name that may be a file of the policies' folder, of all that a file imports anywhere in it."""
    home = source.parts if source.package else source.parts[:-1]
    for level, name, members in _statements(source.content):
        if level > len(home) + 1:
            continue
        base = (*home[: len(home) + 1 - level], *name) if level else name
        if base[:1] == ("learnsim",) or _is_itself(source, base):
            continue
        if base:
            yield base
        for member in members:
            if member == "*":  # by a package's __all__, perhaps
                yield from _all_below(source.file.parents[len(source.parts) - (not source.package)], base)
            else:
                yield (*base, member)


def _all_below(folder: Path, parts: Parts) -> Iterator[Parts]:
    if not parts:
        return
    try:
        yield from ((*parts, file.stem) for file in sorted(folder.joinpath(*parts).glob("*.py")) if file.stem != "__init__")
    except (OSError, ValueError):
        return


def _is_itself(source: Source, name: Parts) -> bool:
    """Whether a file that is no package imports its own name: then it means another of that name, as ``import random``."""
    return not source.package and name == source.parts


@lru_cache(maxsize=256)
def _statements(content: bytes) -> tuple[tuple[int, Parts, Parts], ...]:
    """Return the import statements of a file: how far up, the module's name, and what is taken from it."""
    try:
        tree = ast.parse(content)
    except (SyntaxError, ValueError, RecursionError, MemoryError):  # raised when it is run
        return ()
    imports: list[tuple[int, Parts, Parts]] = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            imports += [(0, tuple(name.name.split(".")), ()) for name in node.names]
        elif isinstance(node, ast.ImportFrom):
            name = tuple((node.module or "").split(".")) if node.module else ()
            imports.append((node.level, name, tuple(member.name for member in node.names)))
    return tuple(imports)


def run_sources(sources: Sequence[Source]) -> None:
    """Run a file of policies; the files that it imports are run when they are imported.

    Its modules are those of a package with a name of its own, so that two files of policies may each have a ``helper``.
    """
    root = root_of(sources)
    _drop(root)
    package = ModuleType(root, "A folder of policies.")
    package.__path__ = []
    sys.modules[root] = package
    FILES.sources[root] = {f"{root}.{'.'.join(one.parts)}": one for one in sources}
    if FILES not in sys.meta_path:
        sys.meta_path.append(FILES)
    main = sources[0]
    name = f"{root}.{main.parts[0]}"
    spec = FILES.find_spec(name)
    assert spec is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    try:
        FILES.exec_module(module)
    except BaseException:
        _drop(root)
        raise


def load_file(path: str | Path, setting: str) -> str:
    """Run a Python file that registers something, again only when it, or what it imports of its folder, has changed.

    Parameters
    ----------
    path : str or Path
    setting : str
        The setting of [experiment] that names it. Of the files of each setting, the last one counts.

    Returns
    -------
    str
        The package that its modules are in.

    Raises
    ------
    PolicyError
        If the file is missing or raises.
    """
    sources = read_sources(path, f"[experiment] {setting} = {str(path)!r}")
    root = root_of(sources)
    with _LOADING:
        if FILES.last.get(setting) == root and root in sys.modules:
            return root
        for forget in FILES.registries:
            forget(sources[0].file)
        try:
            run_sources(sources)
        except (Exception, SystemExit, GeneratorExit) as error:
            message = str(error) if isinstance(error, PolicyError) else f"{type(error).__name__}: {error}"
            message = message.replace(f"{root}.", "") + _missing_import(error, sources[0].file.parent)
            raise PolicyError(f"{_place_of(error, sources)}: {message}") from error
        FILES.last[setting] = root
    return root


def _place_of(error: BaseException, sources: Sequence[Source]) -> str:
    """Return file and line of the last of the user's lines that an error went through; a syntax error tells its own."""
    files = {str(source.file) for source in sources}
    lines = [frame for frame in traceback.extract_tb(error.__traceback__) if frame.filename in files]
    return f"{lines[-1].filename}:{lines[-1].lineno}" if lines else str(sources[0].file)


def _missing_import(error: BaseException, folder: Path) -> str:
    """Say what to do about a file that is there, but imported by no import statement."""
    name = (getattr(error, "name", None) or "").rpartition(".")[2] if isinstance(error, ImportError) else ""
    there = name.isidentifier() and (folder / f"{name}.py").is_file()
    return f"; write import {name} in the file, so that {name}.py is kept with the results" if there else ""


def _drop(root: str) -> None:
    for name in [name for name in sys.modules if name == root or name.startswith(f"{root}.")]:
        del sys.modules[name]


def file_of(module: str) -> Path | None:
    """Return the file of policies that a module belongs to, by the module's name."""
    known = FILES.sources.get(module.partition(".")[0])
    return next(iter(known.values())).file if known else None


def root_of(sources: Sequence[Source]) -> str:
    """Return the package that the modules of these files are in; other files, or another content, another name."""
    main = sources[0]
    digest = sha256(str(main.file).encode(errors="surrogateescape") + b"\0" + content_of(sources)).hexdigest()
    return f"{PREFIX}{digest[:16]}"


class _Files(MetaPathFinder, Loader):
    """Finds and runs the modules of policies' files, from what was read of them; nothing is written beside them."""

    def __init__(self) -> None:
        self.sources: dict[str, dict[str, Source]] = {}  # by package, then by the module's whole name
        self.last: dict[str, str] = {}  # by setting, the package that was run last: what it registered counts
        self.registries: list[Callable[[Path], None]] = []  # each takes back what a file registered

    def find_spec(self, name: str, path: Any = None, target: Any = None) -> ModuleSpec | None:
        """Return where a module comes from, if it is one of the policies'."""
        known = self.sources.get(name.partition(".")[0])
        if known is None:
            return None
        source = known.get(name)
        if source is None:  # perhaps a folder without __init__.py
            spec = ModuleSpec(name, None, is_package=True)  # without a path, so that nobody else looks there
            return spec if any(other.startswith(f"{name}.") for other in known) else None
        spec = ModuleSpec(name, self, origin=str(source.file), is_package=source.package)
        spec.has_location = True
        return spec

    def create_module(self, spec: ModuleSpec) -> None:
        """Let Python make the module."""

    def exec_module(self, module: ModuleType) -> None:
        """Run a module's file; its import statements look in its own folder first."""
        root = module.__name__.partition(".")[0]
        known = self.sources[root]
        source = known[module.__name__]
        tops = {one.parts[0] for one in known.values()} - {"learnsim"}
        if not source.package and len(source.parts) == 1:
            tops.discard(source.parts[0])
        vars(module)["__builtins__"] = {**vars(builtins), "__import__": _importer(root, tops)}
        exec(compile(source.content, str(source.file), "exec", dont_inherit=True), vars(module))


def _importer(root: str, tops: set[str]) -> Callable[..., Any]:
    """Return what an import statement calls in a file of policies."""

    def importer(name, globals=None, locals=None, fromlist=(), level=0):  # type: ignore[no-untyped-def]  # noqa: A002 - as Python's own
        if level or name.partition(".")[0] not in tops:
            return builtins.__import__(name, globals, locals, fromlist, level)
        if fromlist:
            return builtins.__import__(f"{root}.{name}", globals, locals, fromlist, 0)
        importlib.import_module(f"{root}.{name}")
        return sys.modules[f"{root}.{name.partition('.')[0]}"]

    return importer


FILES = _Files()
