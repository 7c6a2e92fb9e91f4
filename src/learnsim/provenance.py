"""Provenance: a result's birth certificate.
Of the machine it reads the clock, nothing else.
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
from learnsim.grouping.sources import content_of, read_sources
from learnsim.settings import Settings
from learnsim.settings.readers import reads
from learnsim.settings.write import fields_of

PACKAGES = ("learnsim", "numpy", "scipy", "numba", "mesa", "pyarrow", "pydantic", "SALib")
SILENT = ("question", "expectation", "measure", "engine", "targets")  # what changes no number


def provenance_of(settings: Settings, seconds: float, clipped: int) -> dict[str, Any]:
    """Return what it takes to run a result again and to trust it.

    Parameters
    ----------
    settings : Settings
    seconds : float
        How long the runs took.
    clipped : int
        Trait values that a lognormal distribution put above 1, in all runs.
    """
    return {
        **origin(settings),
        "experiment": settings.experiment.name,
        "seed": settings.experiment.seed,
        "engine": settings.experiment.engine,
        "python": platform.python_version(),
        "machine": f"{platform.system()} {platform.machine()}",
        "finished": datetime.now(UTC).isoformat(timespec="seconds"),
        "seconds": round(seconds, 2),
        "clipped": clipped,
    }


def origin(settings: Settings) -> dict[str, Any]:
    """Return what decides the numbers: which experiment it is, by which sources and libraries."""
    return {"identity": identity(settings), **installed()}


@cache
def installed() -> dict[str, Any]:
    """Return what is installed here of all that decides the numbers: sources and libraries."""
    return {"source_hash": source_hash(), "versions": {name: _version(name) for name in PACKAGES}}


def _version(package: str) -> str:
    try:
        return metadata.version(package)
    except metadata.PackageNotFoundError:  # an extra
        return "none"


def changed_since(begun: dict[str, Any], here: dict[str, Any]) -> list[str]:
    """Return what differs of the sources and libraries between there and here, each in a few words."""
    pairs = [("source", begun.get("source_hash"), here["source_hash"])]
    pairs += [(name, begun.get("versions", {}).get(name), new) for name, new in here["versions"].items()]
    return [f"{name} {old} there, {new} here" for name, old, new in pairs if old != new]


def identity(settings: Settings) -> str:
    """Return a hash of everything that decides the numbers: settings, and the contents of roster and policies.

    Raises
    ------
    SettingsError
        If roster or policies cannot be read.
    """
    digest = hashlib.sha256(repr(sorted(numbers_of(settings).items())).encode())
    if settings.organisation.roster:
        try:
            digest.update(Path(settings.organisation.roster).read_bytes())
        except (OSError, ValueError) as error:
            reason = getattr(error, "strerror", error)
            raise SettingsError(f"{settings.organisation.roster}: cannot be read ({reason})") from None
    if settings.experiment.policies:
        digest.update(content_of(read_sources(settings.experiment.policies)))
    return digest.hexdigest()[:16]


def numbers_of(settings: Settings) -> dict[str, Any]:
    """Return every setting that decides numbers under its dotted name, arms complete."""
    tree = settings.model_dump()
    found: dict[str, Any] = {"sweep": tree["sweep"]}
    kind = settings.model.kind
    for table in filter(lambda name: reads(kind, name), tree):
        for key, value in tree[table].items():
            silent = table == "experiment" and key in SILENT
            if reads(kind, table, key) and not silent and key not in ("roster", "policies"):
                found[f"{table}.{key}"] = value
    for name in settings.arms:
        for key, value in fields_of(settings, name).items():
            found[f"arms.{name}.{key}"] = value
    if settings.precision:
        found["experiment.precision"] = settings.precision.model_dump()
    found["experiment.baseline"] = settings.baseline()
    return found
