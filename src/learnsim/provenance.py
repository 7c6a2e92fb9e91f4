"""Provenance: how a result was made: experiment, seed, versions and time.
Of the machine it reads only the clock, the kind of system, processor and memory.
"""

from __future__ import annotations

import hashlib
import platform
from datetime import UTC, datetime
from functools import cache
from importlib import metadata
from pathlib import Path
from typing import Any

from learnsim.compiled import source_hash
from learnsim.errors import SettingsError
from learnsim.grouping.policy_files import content_of, read_sources
from learnsim.machine import hardware
from learnsim.settings import Settings
from learnsim.settings.readers import model_of, reads
from learnsim.settings.write import fields_of

PACKAGES = ("learnsim", "numpy", "scipy", "numba", "mesa", "pyarrow", "pydantic", "SALib")
FILES = ("roster", "plan", "policies", "measures")  # whose contents count
SILENT = ("question", "expectation", "measure", "against", "engine", "targets")  # settings that change no number


def provenance_of(settings: Settings, seconds: float, clipped: int) -> dict[str, Any]:
    """Return what is needed to run an experiment again and to check its results.

    Parameters
    ----------
    settings : Settings
    seconds : float
        Duration of the runs.
    clipped : int
        Number of trait values that a lognormal distribution put above 1, in all runs.
    """
    return {
        **origin(settings),
        "experiment": settings.experiment.name,
        "seed": settings.experiment.seed,
        "engine": "agents" if model_of(settings).of_class else settings.experiment.engine,
        "python": platform.python_version(),
        "machine": f"{platform.system()} {platform.machine()}",
        **hardware(),
        "finished": datetime.now(UTC).isoformat(timespec="seconds"),
        "seconds": round(seconds, 2),
        "clipped": clipped,
    }


def origin(settings: Settings) -> dict[str, Any]:
    """Return what determines the numbers: the identity of the experiment, the sources and the libraries."""
    return {"identity": identity(settings), **versions_of(settings)}


def versions_of(settings: Settings) -> dict[str, Any]:
    """Return the sources and libraries that determine an experiment's numbers; a model of the user's own has a hash too.

    The versions are those of :data:`PACKAGES`, and of the package that such a model is installed with.
    """
    model = model_of(settings)
    own, package, here = model.own_source, model.own_package, installed()
    versions = {**here["versions"], **({package: _version(package)} if package else {})}
    return {**here, "versions": versions, **({"model_hash": own} if own else {})}


@cache
def installed() -> dict[str, Any]:
    """Return the installed sources and libraries that determine the numbers."""
    return {"source_hash": source_hash(), "versions": {name: _version(name) for name in PACKAGES}}


def _version(package: str) -> str:
    try:
        return metadata.version(package)
    except metadata.PackageNotFoundError:  # an extra
        return "none"


def changed_since(begun: dict[str, Any], here: dict[str, Any]) -> list[str]:
    """Return the differences in sources and libraries between there and here, each as a short text."""
    pairs = [("source", begun.get("source_hash"), here["source_hash"])]
    pairs += [(name, begun.get("versions", {}).get(name), new) for name, new in here["versions"].items()]
    return [f"{name} {old} there, {new} here" for name, old, new in pairs if old != new]


def identity(settings: Settings) -> str:
    """Return a hash of everything that determines the numbers: settings, and the contents of roster, plan, policies and
    measures.

    Raises
    ------
    SettingsError
        If one of these files cannot be read.
    """
    digest = hashlib.sha256(repr(sorted(numbers_of(settings).items())).encode())
    for file in filter(None, (settings.organisation.roster, settings.organisation.plan)):
        try:
            digest.update(Path(file).read_bytes())
        except (OSError, ValueError) as error:
            reason = getattr(error, "strerror", error)
            raise SettingsError(f"{file}: cannot be read ({reason})") from None
    for file in filter(None, (settings.experiment.policies, settings.experiment.measures)):
        digest.update(content_of(read_sources(file)))
    return digest.hexdigest()[:16]


def numbers_of(settings: Settings) -> dict[str, Any]:
    """Return every setting that determines numbers under its dotted name, arms complete."""
    tree = settings.model_dump()
    values: dict[str, Any] = {"sweep": tree["sweep"]}
    kind = settings.model.kind
    if shocks := tree.pop("shocks"):
        values["shocks"] = shocks
    values |= {f"roster.{key}": value for key, value in settings.roster.model_dump(exclude_defaults=True).items()}
    for table in filter(lambda name: reads(kind, name) and name not in ("roster", "plan", "measures", "fit"), tree):
        for key, value in tree[table].items():
            silent = (table == "experiment" and key in SILENT) or (table, key) == ("model", "time_limit")
            if (table, key) == ("model", "class"):  # its content counts, not where the file is
                value = value.rpartition(":")[2] if ".py:" in value else value
            if reads(kind, table, key) and not silent and (table == "parameters" or key not in FILES):
                values[f"{table}.{key}"] = value
    for name in settings.arms:
        for key, value in fields_of(settings, name).items():
            values[f"arms.{name}.{key}"] = value
    if settings.precision:
        values["experiment.precision"] = settings.precision.model_dump()
    values["experiment.baseline"] = settings.baseline()
    if settings.measures and not model_of(settings).of_class:  # measures of the user's own, which are columns
        values["measures"] = list(settings.measures)
    return values
