"""Catalogue: everything that has a name in an experiment file, with one line each; also that of one Mesa model.
Each line is read from where the thing is declared.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any

from learnsim.errors import SettingsError, listed
from learnsim.grouping import OFFICERS, SHUFFLES
from learnsim.grouping.communities import FORMATIONS
from learnsim.models.info import Meanings
from learnsim.models.mesa.parameters import Declared, Parameter, as_toml, declared_by
from learnsim.models.mesa.probe import Probe, probe_of, with_defaults
from learnsim.models.mesa.source import class_of, names_class
from learnsim.models.own.declared import measures_of
from learnsim.models.own.model import OrganisationModel
from learnsim.models.registry import MODELS
from learnsim.settings import load
from learnsim.settings.arms import PRESETS
from learnsim.settings.load import read_tree
from learnsim.settings.messages import shown
from learnsim.settings.shipped import shipped
from learnsim.settings.write import toml_value


def catalogue() -> dict[str, dict[str, str]]:
    """Return heading to name to meaning."""
    return {
        "experiments that come with learnsim (learnsim run NAME)": {
            name: read_tree(file)["experiment"].get("question", "(no question)") for name, file in shipped().items()
        },
        "models ([model] kind = ...)": {name: kind.meaning for name, kind in MODELS.items()},
        "presets (preset = ...)": {name: meaning for name, (meaning, _) in PRESETS.items()},
        "shuffle policies (shuffle = ...)": {name: _first_line(policy) for name, policy in SHUFFLES.items()},
        "officer policies (officer = ...)": {name: _first_line(policy) for name, policy in OFFICERS.items()},
        "formations (formation = ...)": dict(FORMATIONS),
        **{heading: entries for kind in MODELS.values() for heading, entries in kind.listed().items()},
        **{
            f"measures of a {kind.clock}, kind = {name}": _with_units(kind.all_session_measures)
            for name, kind in MODELS.items()
            if kind.session_measures
        },
        **{
            f"measures of a run, kind = {name}": _with_units(kind.all_run_measures)
            for name, kind in MODELS.items()
            if kind.run_measures
        },
        **{
            f"measures that compare arms, kind = {name}": _with_units(kind.relative_measures)
            for name, kind in MODELS.items()
            if kind.relative
        },
    }


def catalogue_of(name: str) -> dict[str, dict[str, str]]:
    """Return what an experiment on a Mesa model can name: its parameters and measures, and how it takes the seed.

    Parameters
    ----------
    name : str
        ``FILE.py:CLASS`` or ``MODULE:CLASS``; or an experiment on a class, whose parameters then tell which measures
        there are.

    Returns
    -------
    dict of heading to name to meaning

    Raises
    ------
    SettingsError
        If the class cannot be used, or the experiment is not about one.

    Examples
    --------
    >>> from learnsim.catalogue import catalogue_of
    >>> schelling = catalogue_of("mesa.examples.basic.schelling.model:Schelling")
    >>> list(schelling)[1]
    'measures (model reporters of its DataCollector)'
    """
    try:
        if names_class(name):
            model, (declared, _, missing, probe, _) = class_of(name), with_defaults(name)
        else:
            settings = load(name)
            if not settings.model.class_name:
                raise SettingsError("is not about a Mesa model of your own; learnsim list prints the measures of all others")
            model, missing, probe = class_of(settings.model.class_name), (), probe_of(settings)
            declared = declared_by(model)
    except SettingsError as error:
        raise SettingsError(f"learnsim list {name}: {error}") from None
    lists: dict[str, dict[str, str]] = {}
    own = issubclass(model, OrganisationModel)
    for key, one in declared.parameters.items():
        tables = "[parameters]" if own else "[parameters], [arms.NAME]"
        lists.setdefault(f"parameters ({tables}) of the {one.source}", {})[key] = _parameter(one)
    measures = "measures (model reporters of its DataCollector)"
    if probe is None:
        needed = f"known once there are values for {listed(missing)}: name an experiment that has them in place of the class"
        return {**lists, measures: {"?": needed}, "seed": _seed(declared, None)}
    lists[measures] = dict.fromkeys(probe.reporters, "a number after each step")
    if own:
        del lists[measures]
        declared_measures = measures_of(model).items()
        lists["measures of the class"] = _with_units({key: (one.meaning, one.unit) for key, one in declared_measures})
    if probe.left_out:
        lists["model reporters that are left out"] = {
            key: f"gives no number but {kind}" for key, kind in probe.left_out.items()
        }
    return {**lists, "seed": _seed(declared, probe)}


def _parameter(one: Parameter) -> str:
    """Return the default of a parameter and what else it can be."""
    default = as_toml(one.default)
    if one.required:
        first = "no default: a file has to say it"
    else:
        first = f"{shown(one.default)}, which no file can say: leave it out" if default is None else toml_value(default)
    return f"{first}; {one.allowed}" if one.allowed else first


def _seed(declared: Declared, probe: Probe | None) -> dict[str, str]:
    """Return under which name a model takes its seed, and whether the seed decides everything."""
    name = "scenario" if declared.scenario is not None else declared.seed or "(none)"
    what = "the same in every arm of a replicate" if name != "(none)" else "the constructor takes neither seed nor rng"
    if probe is None:
        return {name: what}
    same = "the same numbers" if probe.seeded else "other numbers, so that results cannot be reproduced"
    shared = ", some of them drawn from Python's or NumPy's global random numbers" if probe.global_numbers else ""
    return {name: f"{what}; two short runs with one seed gave {same}{shared}"}


def _with_units(measures: Meanings) -> dict[str, str]:
    return {name: f"{meaning} [{unit}]" for name, (meaning, unit) in measures.items()}


def _first_line(function: Callable[..., Any]) -> str:
    text = inspect.getdoc(function) or "(no docstring)"
    return " ".join(text.split("\n\n")[0].split())
