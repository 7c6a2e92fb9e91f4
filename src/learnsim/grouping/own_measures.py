"""Own measures: functions of the user's own that measure a run after each session, by the file that registers them."""

from __future__ import annotations

import inspect
import re
import traceback
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, NamedTuple, get_args

import numpy as np

from learnsim.errors import PolicyError, RunError, SettingsError, did_you_mean, listed, shown
from learnsim.grouping.policy_files import FILES, PREFIX, file_of, load_file
from learnsim.settings import Settings
from learnsim.settings.experiment import Measure
from learnsim.settings.readers import models

Function = Callable[..., Any]

COMMON = {  # what a measure may ask for in every model
    "session": "how many sessions (or periods) are over: 0 before the first",
    "community": "everybody's community (people,)",
    "cell": "everybody's cell, -1 without one (people,)",
    "officers": "the numbers of the people who are officers (cells,)",
}
IN_PYTHON = ""  # where those are registered that no file of an experiment registers: in a notebook or a script


class OwnMeasure(NamedTuple):
    """A measure of the user's own: its name and function, the names of its arguments, and what it declares of itself."""

    name: str
    function: Function
    arguments: tuple[str, ...]
    meaning: str
    unit: str
    better: str

    @property
    def place(self) -> str:
        """The file and line where it is defined."""
        code = getattr(self.function, "__code__", None)
        return f"{code.co_filename}:{code.co_firstlineno}" if code else repr(self.function)

    def fits(self, kind: str) -> bool:
        """Whether a model knows all that it asks for."""
        return set(self.arguments) <= {*COMMON, *models()[kind].state} and bool(models()[kind].state)

    def value(self, known: Mapping[str, Any]) -> float:
        """Return its value after a session.

        Raises
        ------
        RunError
            If it raises, or returns anything but a number; NaN means that the value is missing.
        """
        after = f"after {known['session']} sessions"
        try:
            value = self.function(**{name: _own_copy(known[name]) for name in self.arguments})
        except Exception as error:
            what = f"the measure {self.name!r} raised {type(error).__name__} {after}: {error}"
            raise RunError(f"{_line_of(error, self)}: {what}", STAGE) from None
        number = value.item() if isinstance(value, np.ndarray) and value.shape == () else value
        if not isinstance(number, (bool, int, float, np.bool_, np.integer, np.floating)) or np.isinf(number):
            got = f"an array of shape {value.shape}" if isinstance(value, np.ndarray) and value.shape else shown(value)
            raise RunError(
                f"{self.place}: the measure {self.name!r} returned {got} {after}; it should return one finite number, or "
                "NaN where there is none",
                STAGE,
            )
        return float(number)


STAGE = "measuring"
REGISTERED: dict[str, dict[str, OwnMeasure]] = {IN_PYTHON: {}}  # by the package of the file, then by name
_PACKAGES: dict[str, str] = {}  # the package of each file that [experiment] measures has named


def measure(name: str, *, meaning: str = "", unit: str = "", better: str = "") -> Callable[[Function], Function]:
    """Register a measure of your own: a function of what is known after a session that returns one number.

    It is called before the first session and after each one, by either engine, and comes out in tables, contrasts,
    figures and the report like the measures that are built in; of a run, the last value counts. Its arguments are chosen
    by their names, from these:

    =====================  ======================================================================================
    every model            ``session`` (how many are over), ``community`` (people,), ``cell`` (people,; -1 without
                           one), ``officers`` (cells,): the numbers of the people who are officers
    ``training``           ``mastery`` (people, items), each from 0 to 1; ``misconception``, the same, or (people, 0)
                           where nobody can hold anything wrong; ``tenure`` (people,), in sessions;
                           ``learning_speed``, ``sociability``, ``helpfulness`` (people,)
    ``beliefs``            ``beliefs`` (people, dimensions) of -1, 0 or 1; ``code`` and ``reality`` (dimensions,);
                           ``rates`` (people,): each person's chance to learn from the code
    ``search``             ``solutions`` (people,), whose bit i is locus i; their ``values`` (people,); ``highest``,
                           the best value there is
    =====================  ======================================================================================

    Arrays are copies that cannot be written to: a measure changes nothing of a run. It should depend on its arguments
    alone, so that results can be reproduced. A model that does not know all arguments of a measure does not have it.

    Parameters
    ----------
    name : str
        Letters, digits and ``_``; not the name of a measure of the model.
    meaning : str
        What it measures, in a few words; the first line of the function's docstring if left out.
    unit : str
        For example ``"people"``, or ``"share"`` for a number from 0 to 1.
    better : "more" or "less", optional
        Which end is good, if one is.

    Raises
    ------
    PolicyError
        If the name is taken or no name, or an argument is unknown.

    Examples
    --------
    In ``my.py``, which the experiment names with ``[experiment] measures = "my.py"``:

    >>> import learnsim
    >>> @learnsim.measure("at_risk", unit="share", better="less")
    ... def at_risk(mastery):
    ...     "Share of people who master less than 30 % of the curriculum."
    ...     return (mastery.mean(axis=1) < 0.3).mean()

    In a notebook there is no file to name; name the measure instead:

    >>> small = {"organisation": {"trainees": 24}, "training": {"sessions": 20}, "measures": {"at_risk": {}}}
    >>> record = learnsim.run(small, seed=7, arm="hybrid")
    >>> record["at_risk"].shape
    (21,)
    """
    if not isinstance(name, str) or not re.fullmatch(r"[A-Za-z]\w{0,63}", name, re.ASCII):
        example = '; write for example @learnsim.measure("at_risk")'
        raise PolicyError(f"{shown(name)} is not a measure's name, which has letters, digits and _{example}")
    for key, text in (("meaning", meaning), ("unit", unit)):
        if not isinstance(text, str) or not (text.isprintable()):
            raise PolicyError(f"measure {name!r}: {key} = {shown(text)} should be a text of one line")
    if better not in get_args(Measure.model_fields["better"].annotation):
        raise PolicyError(f"measure {name!r}: better = {shown(better)} should be 'more' or 'less', or left out")

    def register(function: Function) -> Function:
        first_line = " ".join((inspect.getdoc(function) or name.replace("_", " ")).split("\n\n")[0].split()).rstrip(".")
        own = OwnMeasure(name, function, _arguments_of(name, function), meaning or first_line, unit, better)
        for kind, model in models().items():
            if own.fits(kind) and name in model.measures:
                raise PolicyError(f"measure {name!r}: kind = {kind!r} has a measure of this name; call yours otherwise")
        package = function.__module__.partition(".")[0] if function.__module__.startswith(PREFIX) else IN_PYTHON
        known = REGISTERED.setdefault(package, {})
        if name in known and package:  # in a notebook it may be defined again
            raise PolicyError(f"measure {name!r} is registered twice; the other is at {known[name].place}")
        known[name] = own
        return function

    return register


def _arguments_of(name: str, function: Function) -> tuple[str, ...]:
    try:
        parameters = inspect.signature(function).parameters.values()
    except (TypeError, ValueError):
        raise PolicyError(f"measure {name!r} = {shown(function)} is not a function") from None
    kinds = {kind: {*COMMON, *model.state} for kind, model in models().items() if model.state}
    known = set().union(*kinds.values())
    for each in parameters:
        if each.kind in (each.VAR_POSITIONAL, each.VAR_KEYWORD, each.POSITIONAL_ONLY) or each.name not in known:
            hint = did_you_mean(each.name, known) if each.name not in known else ""
            raise PolicyError(f"measure {name!r}: {each} is not an argument that a measure can have{hint}")
    asked = tuple(each.name for each in parameters)
    if not any(set(asked) <= there for there in kinds.values()):
        raise PolicyError(f"measure {name!r}: no model knows all of {listed(asked)}")
    return asked


def _forget(file: Path) -> None:
    for package in [package for package in REGISTERED if package and file_of(package) == file]:
        del REGISTERED[package]


FILES.registries.append(_forget)


def with_measures(settings: Settings) -> Settings:
    """Return settings that name every measure of the user's own with what it means: those of their file, and any other.

    Raises
    ------
    PolicyError
        If the file cannot be used.
    SettingsError
        If a measure is not registered, or the model has no measures of the user's own.
    """
    file, kind, asked = settings.experiment.measures, settings.model.kind, settings.experiment
    if models()[kind].of_class:
        if file:
            raise SettingsError(
                f"[experiment] measures = {file!r}: the measures of kind = {kind!r} are the model reporters of its class; "
                "add yours to its DataCollector"
            )
        return settings
    known = dict(REGISTERED[IN_PYTHON])
    names = [name for name in (asked.measure, asked.against, asked.precision and asked.precision.measure) if name in known]
    if file:
        _PACKAGES[file] = load_file(file, "measures")
        there = REGISTERED.get(_PACKAGES[file], {})
        names = [name for name in there if there[name].fits(kind)]
        known |= there
        if not names:
            what = f"none of its measures ({listed(there)}) can be taken" if there else "it registers no measure"
            raise SettingsError(f"[experiment] measures = {file!r}: {what} of kind = {kind!r}")
    words: dict[str, Measure] = {}
    for name in dict.fromkeys((*settings.measures, *names)):
        if name not in known or not known[name].fits(kind):
            cure = did_you_mean(name, known) if known else "; name its file: [experiment] measures = \"my.py\""
            raise SettingsError(f"[measures.{name}]: no measure of kind = {kind!r} is registered under this name{cure}")
        own, said = known[name], settings.measures.get(name, Measure())
        declared = {"meaning": own.meaning, "unit": own.unit, "better": own.better}
        words[name] = Measure.model_validate({key: getattr(said, key) or value for key, value in declared.items()})
    return settings if words == settings.measures else settings.model_copy(update={"measures": words})


def check_no_measures(path: str) -> None:
    """See that a file of policies registers no measures, which nobody would ask for.

    Raises
    ------
    PolicyError
        If it does.
    """
    there = REGISTERED.get(FILES.last["policies"], {})
    if there:
        raise PolicyError(f"{path}: it registers measures ({listed(there)}); name it under [experiment] measures too")


def measures_of(settings: Settings) -> tuple[OwnMeasure, ...]:
    """Return the measures of the user's own that a run has, in the order of its columns.

    Raises
    ------
    SettingsError
        If one is not registered in this process.
    """
    if not settings.measures or models()[settings.model.kind].of_class:
        return ()
    known = REGISTERED[IN_PYTHON] | REGISTERED.get(_PACKAGES.get(settings.experiment.measures, ""), {})
    for name in settings.measures:
        if name not in known:
            raise SettingsError(
                f"the measure {name!r} is not registered in this process; put it into a file, named by [experiment] measures"
            )
    return tuple(known[name] for name in settings.measures)


def _own_copy(value: Any) -> Any:
    """Return a copy of an array that cannot be written to; a number as it is."""
    if not isinstance(value, np.ndarray):
        return value
    copy = value.copy()
    copy.flags.writeable = False
    return copy


def _line_of(error: BaseException, own: OwnMeasure) -> str:
    """Return file and line of the last of the user's lines that an error went through."""
    folder = Path(own.place).parent
    lines = [frame for frame in traceback.extract_tb(error.__traceback__) if Path(frame.filename).parent == folder]
    return f"{lines[-1].filename}:{lines[-1].lineno}" if lines else own.place
