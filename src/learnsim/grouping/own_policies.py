"""Own policies: a policy of the user's own is asked, and its answer checked before anybody is seated by it."""

from __future__ import annotations

import traceback
from collections.abc import Callable
from types import FunctionType
from typing import Any

import numpy as np

from learnsim.arrays import Array, Floats, Indices
from learnsim.errors import ChanceError, PolicyError
from learnsim.grouping.group import Group


def seats_by(policy: Callable[[Group], Any], group: Group, name: str) -> Indices:
    """Return the members of a group in the seats that a shuffle policy gives them; everybody must have got one.

    Parameters
    ----------
    policy : function of a group
    group : Group
    name : str
        What a message calls the policy.

    Raises
    ------
    PolicyError
        If the policy raises an error, or returns anything else.
    """
    members = np.sort(group.members)  # before the policy, which may change its group
    order = _ask(policy, group, name)
    if order.shape != members.shape or order.dtype.kind not in "iu" or not np.array_equal(np.sort(order), members):
        raise PolicyError(
            f"{name} must return its {len(members)} members, each once, in their new seat order, not {_described(order)}"
        )
    return order.astype(np.int32, copy=False)


def scores_by(policy: Callable[[Group], Any], group: Group, name: str, members: int) -> Floats:
    """Return the score that an officer policy gives to each of so many members, in seat order: shape (members,).

    Raises
    ------
    PolicyError
        If the policy raises an error, or returns anything else.
    """
    score = _ask(policy, group, name)
    if score.shape != (members,) or score.dtype.kind not in "biuf" or np.isnan(score).any():
        raise PolicyError(f"{name} must return one number for each of {members} members, not {_described(score)}")
    return score.astype(np.float64, copy=False)


def _ask(policy: Callable[[Group], Any], group: Group, name: str) -> Array:
    """Return what a policy returns, as an array; an error inside it names its place."""
    try:
        answer = policy(group)
    except ChanceError as error:
        raise PolicyError(f"{name}: {error}") from error
    except (Exception, SystemExit, GeneratorExit) as error:
        last = traceback.extract_tb(error.__traceback__)[-1]
        place = f"{last.filename}:{last.lineno}"
        if last.filename == __file__ and isinstance(policy, FunctionType):  # not even entered: it takes other arguments
            place = f"{policy.__code__.co_filename}:{policy.__code__.co_firstlineno}"
        raise PolicyError(f"{name} raised {type(error).__name__}: {error} ({place})") from error
    try:
        return np.asarray(answer)
    except ValueError:  # lists of different lengths
        return np.empty(0, dtype=object)


def _described(answer: Array) -> str:
    """Describe what a policy returned in place of what it must."""
    if answer.ndim == 0:
        return f"{answer.item()!r:.60}"
    if answer.dtype.kind == "f" and np.isnan(answer).any():
        return "NaN"
    if answer.dtype.kind in "iu" and answer.ndim == 1:
        values, counts = np.unique(answer, return_counts=True)
        twice = f", {values[counts > 1][0]} more than once" if (counts > 1).any() else ""
        return f"{len(answer)} numbers from {answer.min()} to {answer.max()}{twice}" if len(answer) else "nothing"
    return f"an array of {answer.dtype} and shape {answer.shape}"
