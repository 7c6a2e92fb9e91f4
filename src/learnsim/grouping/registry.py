"""Registry: policies by name, ours and the user's own.
Knows groups; a policy is a plain function of one.
"""

from __future__ import annotations

import sys
import traceback
from collections.abc import Callable, Sequence
from pathlib import Path
from threading import RLock
from typing import Any

from learnsim.errors import PolicyError, did_you_mean
from learnsim.grouping.group import Group
from learnsim.grouping.sources import FILES, PREFIX, Source, file_of, read_sources, root_of, run_sources

ShufflePolicy = Callable[[Group], Any]
OfficerPolicy = Callable[[Group], Any]

SHUFFLES: dict[str, ShufflePolicy] = {}
OFFICERS: dict[str, OfficerPolicy] = {}
COMPOSING: set[str] = set()  # shuffles that form the first cells too
KEEPING_OFFICE: set[str] = set()  # shuffles under which officers are not chosen anew
_LOADING = RLock()  # of several threads, one runs a file and the others wait for what it registers


def shuffle_policy(
    name: str, *, composing: bool = False, keeps_office: bool = False
) -> Callable[[ShufflePolicy], ShufflePolicy]:
    """Register a shuffle policy: a function of a :class:`Group` that returns its members in their new seat order.

    Parameters
    ----------
    name : str
        The name in the experiment file: ``shuffle = "name"``.
    composing : bool
        Whether the policy also forms the first cells; the others start at random.
    keeps_office : bool
        Whether officers stay in office under it; the policy must then see to it that every cell keeps one.
    """
    _check_name(name, "shuffle_policy")

    def register(function: ShufflePolicy) -> ShufflePolicy:
        _once(name, SHUFFLES, function)
        SHUFFLES[name] = function
        if composing:
            COMPOSING.add(name)
        if keeps_office:
            KEEPING_OFFICE.add(name)
        return function

    return register


def officer_policy(name: str) -> Callable[[OfficerPolicy], OfficerPolicy]:
    """Register an officer policy: a function of a :class:`Group` that returns one score a member, in seat order.

    The member with the highest score of a cell becomes its officer; the lowest number wins ties.
    """
    _check_name(name, "officer_policy")

    def register(function: OfficerPolicy) -> OfficerPolicy:
        _once(name, OFFICERS, function)
        OFFICERS[name] = function
        return function

    return register


def _check_name(name: Any, decorator: str) -> None:
    if not isinstance(name, str) or not name:
        raise PolicyError(f'{name!r} is not a policy\'s name; write @{decorator}("my-policy") above the function')


def _once(name: str, known: dict[str, Any], function: Callable[..., Any]) -> None:
    if not callable(function):
        raise PolicyError(f"policy {name!r} = {function!r} is not a function of a group")
    before = known.get(name)
    if before is None or _of_another_file(before, function):
        return
    if _home(before) != _home(function):  # the same one may be defined again, as in a notebook
        raise PolicyError(f"a policy named {name!r} exists already; give yours another name")


def _home(policy: Callable[..., Any]) -> tuple[str, str]:
    """Where a policy, a function or any other callable, is defined."""
    return policy.__module__, getattr(policy, "__qualname__", type(policy).__qualname__)


def _of_another_file(before: Callable[..., Any], function: Callable[..., Any]) -> bool:
    """Whether one is of an experiment's file of policies and the other of another's: each counts in its own."""
    roots = [_home(policy)[0].partition(".")[0] for policy in (before, function)]
    return roots[0] != roots[1] and all(root.startswith(PREFIX) for root in roots)


def shuffle_named(name: str) -> ShufflePolicy:
    """Return the shuffle policy of this name, or raise :class:`PolicyError`."""
    if name not in SHUFFLES:
        raise PolicyError(f"shuffle = {name!r} is not a policy{did_you_mean(name, SHUFFLES)}")
    return SHUFFLES[name]


def officer_named(name: str) -> OfficerPolicy:
    """Return the officer policy of this name, or raise :class:`PolicyError`."""
    if name not in OFFICERS:
        raise PolicyError(f"officer = {name!r} is not a policy{did_you_mean(name, OFFICERS)}")
    return OFFICERS[name]


def load_policies(path: str | Path) -> None:
    """Run a Python file that registers policies; again only when it, or a file of its folder that it imports, has changed.

    Raises
    ------
    PolicyError
        If the file is missing or raises.
    """
    sources = read_sources(path)
    root = root_of(sources)
    with _LOADING:
        if FILES.last == root and root in sys.modules:
            return
        _forget(sources[0].file)
        try:
            run_sources(sources)
        except (Exception, SystemExit, GeneratorExit) as error:
            told = str(error) if isinstance(error, PolicyError) else f"{type(error).__name__}: {error}"
            told = told.replace(f"{root}.", "") + _not_kept(error, sources[0].file.parent)
            raise PolicyError(f"{_place_of(error, sources)}: {told}") from error


def _forget(file: Path) -> None:
    """Take back what a file registered when it said something else."""
    for known in (SHUFFLES, OFFICERS):
        for name in [name for name, policy in known.items() if file_of(_home(policy)[0]) == file]:
            del known[name]


def _place_of(error: BaseException, sources: Sequence[Source]) -> str:
    """Return file and line of the last of the user's lines that an error went through; a syntax error tells its own."""
    files = {str(source.file) for source in sources}
    lines = [frame for frame in traceback.extract_tb(error.__traceback__) if frame.filename in files]
    return f"{lines[-1].filename}:{lines[-1].lineno}" if lines else str(sources[0].file)


def _not_kept(error: BaseException, folder: Path) -> str:
    """Say what to do about a file that is there, but imported by no import statement."""
    name = (getattr(error, "name", None) or "").rpartition(".")[2] if isinstance(error, ImportError) else ""
    there = name.isidentifier() and (folder / f"{name}.py").is_file()
    return f"; write import {name} in the file, so that {name}.py is kept with the results" if there else ""
