"""Registry: policies by name, ours and the user's own.
Knows groups; a policy is a plain function of one.
"""

from __future__ import annotations

import os
import sys
import traceback
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

from learnsim.errors import PolicyError, did_you_mean
from learnsim.grouping.group import Group

ShufflePolicy = Callable[[Group], Any]
OfficerPolicy = Callable[[Group], Any]

SHUFFLES: dict[str, ShufflePolicy] = {}
OFFICERS: dict[str, OfficerPolicy] = {}
COMPOSING: set[str] = set()  # shuffles that form the first cells too
KEEPING_OFFICE: set[str] = set()  # shuffles under which officers are not chosen anew


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
    if before is not None and _home(before) != _home(function):  # the same one may be defined again, as in a notebook
        raise PolicyError(f"a policy named {name!r} exists already; give yours another name")


def _home(policy: Callable[..., Any]) -> tuple[str, str]:
    """Where a policy, a function or any other callable, is defined."""
    return policy.__module__, getattr(policy, "__qualname__", type(policy).__qualname__)


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
    """Run a Python file that registers policies; again only when it has changed.

    Raises
    ------
    PolicyError
        If the file is missing or raises.
    """
    place = f"[experiment] policies = {str(path)!r}"
    try:
        file = Path(os.path.realpath(path))
        content = file.read_bytes()
    except FileNotFoundError:
        raise PolicyError(f"{place}: there is no such file") from None
    except (OSError, ValueError) as error:  # a folder nobody may look into, or a name that no file can have
        raise PolicyError(f"{place}: cannot be read ({getattr(error, 'strerror', error)})") from None
    if file.suffix != ".py":
        raise PolicyError(f"{place} is not a Python file")
    name = f"learnsim_policies_{file.stem}"
    loaded = sys.modules.get(name)
    if loaded is not None and (loaded.__file__, vars(loaded)["__content__"]) == (str(file), content):
        return
    module = ModuleType(name)
    vars(module).update(__file__=str(file), __content__=content)
    sys.modules[name] = module
    try:
        exec(compile(content, str(file), "exec", dont_inherit=True), vars(module))
    except (Exception, SystemExit, GeneratorExit) as error:
        del sys.modules[name]
        told = str(error) if isinstance(error, PolicyError) else f"{type(error).__name__}: {error}"
        raise PolicyError(f"{file}{_line_of(error, file)}: {told}") from error


def _line_of(error: BaseException, file: Path) -> str:
    """Return ``:line`` of the last line of the file that an error went through; a syntax error tells its own."""
    lines = [frame.lineno for frame in traceback.extract_tb(error.__traceback__) if frame.filename == str(file)]
    return f":{lines[-1]}" if lines else ""
