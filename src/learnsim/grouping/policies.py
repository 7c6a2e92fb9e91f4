"""Registry: policies by name, ours and the user's own.
A policy is a plain function of a group.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from pathlib import Path
from typing import Any, NamedTuple, get_args

from learnsim.errors import PolicyError, did_you_mean
from learnsim.grouping.group import Group
from learnsim.grouping.policy_files import FILES, PREFIX, file_of, load_file
from learnsim.settings import Arm
from learnsim.settings.arms import Scope

ShufflePolicy = Callable[[Group], Any]
OfficerPolicy = Callable[[Group], Any]
SEEN = ("learning_speed", "sociability", "helpfulness", "mastery", "officers")  # what a policy may say that it looks at


class ShuffleProperties(NamedTuple):
    """What is declared of a shuffle policy; see :func:`shuffle_policy`."""

    composing: bool = False
    keeps_office: bool = False
    scopes: tuple[str, ...] = ("community",)
    partial: bool = False
    between_cells: bool = False
    looks_at: tuple[str, ...] | None = None
    machine_code: Callable[..., None] | None = None
    planned: bool = False


class OfficerProperties(NamedTuple):
    """What is declared of an officer policy; see :func:`officer_policy`."""

    deterministic: bool = False
    looks_at: tuple[str, ...] | None = None
    machine_code: int = -1
    stays: bool = False

    @property
    def lasting(self) -> bool:
        """Whether the same people in the same cells always have the same officers, whatever they learn."""
        return self.deterministic and self.looks_at is not None and "mastery" not in self.looks_at


SHUFFLES: dict[str, ShufflePolicy] = {}
OFFICERS: dict[str, OfficerPolicy] = {}
SHUFFLE_PROPERTIES: dict[str, ShuffleProperties] = {}
OFFICER_PROPERTIES: dict[str, OfficerProperties] = {}


def shuffle_policy(
    name: str,
    *,
    composing: bool = False,
    keeps_office: bool = False,
    scopes: Collection[str] = ("community",),
    partial: bool = False,
    between_cells: bool = False,
    looks_at: Sequence[str] | None = None,
    machine_code: Callable[..., None] | None = None,
    planned: bool = False,
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
    scopes : collection of str
        The values of ``scope`` that an arm may have with it: ``"community"``, ``"organisation"`` or both. With the
        latter the group is the whole organisation.
    partial : bool
        Whether it heeds ``group.fraction``, so that an arm may have a ``fraction`` below 1 with it.
    between_cells : bool
        Whether it only moves people from cell to cell, so that nobody changes seats in a group of one cell.
    looks_at : sequence of str, optional
        What it looks at of people: any of :data:`SEEN`. Of traits only the order counts: who has more than whom.
        Left out: perhaps everything, so that settings are never warned of as changing nothing on its account.
    machine_code : function, optional
        The same policy for the compiled engine, in ``grouping/kernels/shuffle.py``; only for policies that ship. Python
        calls all others between the cycles of a run.
    planned : bool
        Whether it plays the plan of [organisation] plan, which also says who leads: the function is never called. Only for
        the policy that ships.
    """
    _check_name(name, "shuffle_policy")
    wrong = [scope for scope in scopes if scope not in get_args(Scope)]
    if wrong or isinstance(scopes, str) or not scopes:
        raise PolicyError(f"policy {name!r}: scopes = {scopes!r} must be some of {', '.join(get_args(Scope))}, in a list")
    properties = ShuffleProperties(
        composing, keeps_office, tuple(scopes), partial, between_cells, _check_looks(name, looks_at), machine_code, planned
    )

    def register(function: ShufflePolicy) -> ShufflePolicy:
        _once(name, SHUFFLES, function)
        _check_machine_code(name, function, given=machine_code is not None)
        if planned and not _home(function)[0].startswith("learnsim.grouping."):
            raise PolicyError(f"policy {name!r}: planned is only for the policy that ships; leave it out")
        SHUFFLES[name], SHUFFLE_PROPERTIES[name] = function, properties
        return function

    return register


def officer_policy(
    name: str,
    *,
    deterministic: bool = False,
    looks_at: Sequence[str] | None = None,
    machine_code: int = -1,
    stays: bool = False,
) -> Callable[[OfficerPolicy], OfficerPolicy]:
    """Register an officer policy: a function of a :class:`Group` that returns one score a member, in seat order.

    The member with the highest score of a cell becomes its officer; the lowest number wins ties.

    Parameters
    ----------
    name : str
        The name in the experiment file: ``officer = "name"``.
    deterministic : bool
        Whether it chooses the same officers whenever it is asked again and nobody has moved, left or learned: its
        scores follow from who the members are and what they know (rapport and earlier meetings included), not from
        ``group.uniforms``, which such a policy is refused, nor from session, cycle or who is officer now. The beliefs
        model then knows earlier that nothing can change any more.
    looks_at : sequence of str, optional
        As for :func:`shuffle_policy`.
    machine_code : int
        Its number among the officer kernels: only for policies that ship.
    stays : bool
        Whether whoever leads a cell leads on while in it, so that nobody takes office where nobody moves.
    """
    _check_name(name, "officer_policy")
    properties = OfficerProperties(deterministic, _check_looks(name, looks_at), machine_code, stays)

    def register(function: OfficerPolicy) -> OfficerPolicy:
        _once(name, OFFICERS, function)
        _check_machine_code(name, function, given=machine_code >= 0)
        OFFICERS[name], OFFICER_PROPERTIES[name] = function, properties
        return function

    return register


def _check_machine_code(name: str, function: Callable[..., Any], *, given: bool) -> None:
    if given and not _home(function)[0].startswith("learnsim.grouping."):
        raise PolicyError(f"policy {name!r}: machine_code is only for policies that ship; leave it out, Python calls yours")


def _check_looks(name: str, looks_at: Sequence[str] | None) -> tuple[str, ...] | None:
    if looks_at is None:
        return None
    if isinstance(looks_at, str) or any(each not in SEEN for each in looks_at):
        raise PolicyError(f"policy {name!r}: looks_at = {looks_at!r} must be some of {', '.join(SEEN)}, in a list")
    return tuple(looks_at)


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


def shuffle_names(*, plan: bool) -> list[str]:
    """Return the names of the shuffle policies; those that play a plan only where there is one."""
    return [name for name in SHUFFLES if plan or not SHUFFLE_PROPERTIES[name].planned]


def shuffle_properties(name: str) -> ShuffleProperties:
    """Return what is declared of a shuffle policy, or raise :class:`PolicyError`."""
    shuffle_named(name)
    return SHUFFLE_PROPERTIES[name]


def officer_properties(name: str) -> OfficerProperties:
    """Return what is declared of an officer policy, or raise :class:`PolicyError`."""
    officer_named(name)
    return OFFICER_PROPERTIES[name]


def check_policies(arm: Arm) -> None:
    """See that an arm's policies are known, and that its shuffle heeds the arm's ``fraction``, ``scope`` and ``groups``.

    Raises
    ------
    PolicyError
        If not; where the shuffle is one of the user's own, with how to declare it.
    """
    properties = shuffle_properties(arm.shuffle)
    officer_named(arm.officer)
    if arm.shuffle == "none":  # then both count for nothing
        return
    if arm.fraction < 1.0 and not properties.partial:
        those = [name for name, each in SHUFFLE_PROPERTIES.items() if each.partial]
        raise _not_heeded(arm.shuffle, f"fraction = {arm.fraction:g}", those, "heeds group.fraction", "partial=True")
    if arm.scope not in properties.scopes:
        those = [name for name, each in SHUFFLE_PROPERTIES.items() if arm.scope in each.scopes]
        scopes = f"scopes={get_args(Scope)}"
        raise _not_heeded(arm.shuffle, f"scope = {arm.scope!r}", those, f"can work on a whole {arm.scope}", scopes)
    if properties.planned and arm.groups != "cells":
        raise PolicyError(f"groups = {arm.groups!r} does not go with shuffle = {arm.shuffle!r}, whose groups are cells")


def _not_heeded(shuffle: str, field: str, those: list[str], doing: str, declaration: str) -> PolicyError:
    """Return the error of an arm whose shuffle policy does not go with a field of the arm."""
    ours = SHUFFLES[shuffle].__module__.startswith("learnsim.grouping.")
    cure = "" if ours else f"; if yours {doing}, declare it: @shuffle_policy({shuffle!r}, {declaration})"
    named = " or ".join(repr(name) for name in those if name != "none")
    return PolicyError(f"{field} goes with shuffle = {named}, not {shuffle!r}{cure}")


def load_policies(path: str | Path) -> None:
    """Run a Python file that registers policies; again only when it, or a file of its folder that it imports, has changed.

    Raises
    ------
    PolicyError
        If the file is missing or raises.
    """
    load_file(path, "policies")


def _forget(file: Path) -> None:
    """Take back what a file registered when it said something else."""
    properties: tuple[dict[str, Any], ...] = (SHUFFLE_PROPERTIES, OFFICER_PROPERTIES)
    for known, declared in zip((SHUFFLES, OFFICERS), properties, strict=True):
        for name in [name for name, policy in known.items() if file_of(_home(policy)[0]) == file]:
            del known[name], declared[name]


FILES.registries.append(_forget)
