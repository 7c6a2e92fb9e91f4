"""Info: what learnsim knows of a Mesa model of the user's own; its measures are the model reporters that its class has."""

from __future__ import annotations

import json
import math
from functools import cached_property, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from learnsim.errors import SettingsError
from learnsim.models.info import ModelInfo

if TYPE_CHECKING:
    from learnsim.models.mesa.record import MesaRecord
    from learnsim.models.record import Setup
    from learnsim.settings import Settings

_SEEN: list[ModelInfo] = []
MOST_HEADLINES = 4
BYTES = 50_000_000  # of one run: a guess, since nobody can know


def _simulate(setup: Setup) -> MesaRecord:
    from learnsim.models.mesa.run import simulate

    return simulate(setup)


class MesaInfo(ModelInfo):
    """A Mesa model of the user's own; before its class is known it has no measures."""

    spec: str = ""
    digest: str = ""

    def of(self, settings: Settings) -> ModelInfo:
        """Return it with the measures of the class that the settings name; the class is asked if they name none."""
        from learnsim.models.mesa.source import digest_of_class

        spec = settings.model.class_name
        if not spec:
            return self
        reporters = self.reporters(settings)
        words = {name: one.model_dump() for name, one in settings.measures.items()}
        try:
            digest = digest_of_class(spec)
        except SettingsError:  # results can be read where the class is not there
            digest = ""
        return _with_class(self, spec, digest, reporters, json.dumps(words, sort_keys=True), self.standing_of(settings))

    def reporters(self, settings: Settings) -> tuple[str, ...]:
        """Return the measures that the class of these settings has."""
        from learnsim.models.mesa.probe import probe_of

        return tuple(settings.model.reporters) or probe_of(settings).reporters

    def standing_of(self, settings: Settings) -> str:
        """Return what a person's standing is; a model's agents may be anything."""
        return ""

    @cached_property
    def own_files(self) -> tuple[tuple[Path, str, bytes], ...]:
        """The file of the class and those of its folder that it imports; nothing of an installed package."""
        from learnsim.models.mesa.source import is_file, sources_of

        if not self.spec or not is_file(self.spec):
            return ()
        return tuple((one.file, f"model/{one.beside}", one.content) for one in sources_of(self.spec))

    @cached_property
    def own_source(self) -> str:
        """16 hexadecimal digits that change when the code of the class changes; empty where it is not there."""
        return self.digest

    @property
    def own_package(self) -> str:
        """The distribution that the class is installed with; empty if it is in a file."""
        from learnsim.models.mesa.source import package_of

        return package_of(self.spec) if self.spec else ""

    @property
    def costs(self) -> Any:
        """How long a run takes, from a short one."""
        return _Costs()


class _Size(NamedTuple):
    """Nothing is known of a model's memory."""

    runs: int

    def bytes(self, engine: str) -> int:
        """Return a guess."""
        return self.runs * BYTES


class _Costs:
    """What a run takes, as a short run has shown."""

    def seconds(self, settings: Settings, people: int) -> float:
        """Return about how long a run takes."""
        from learnsim.models.mesa.probe import probe_of

        return max(1e-4, probe_of(settings).seconds_each * settings.model.steps)

    def size_of(self, settings: Settings, people: int) -> _Size:
        """Return the size of a run."""
        return _Size(1)


@lru_cache(maxsize=64)
def _with_class(
    model: MesaInfo, spec: str, digest: str, reporters: tuple[str, ...], words: str, standing: str
) -> ModelInfo:
    said: dict[str, dict[str, str]] = json.loads(words)
    usual = {"meaning": "", "unit": "", "better": ""}
    about = {name: said.get(name, usual) for name in reporters}
    info = type(model)(
        **{name: getattr(model, name) for name in ("name", "meaning", "question", "tables", "periods", "run", "reads")},
        **{name: getattr(model, name) for name in ("clock", "unread", "own_parameters", "run_measures")},
        standing=standing,
        session_measures={k: (one["meaning"] or f"the model reporter {k}", one["unit"]) for k, one in about.items()},
        headline=reporters[:MOST_HEADLINES],
        titles={name: name for name in reporters},
        limits={name: (0.0, 1.0) if one["unit"] == "share" else (-math.inf, math.inf) for name, one in about.items()},
        more_is_better=tuple(name for name, one in about.items() if one["better"] == "more"),
        less_is_better=tuple(name for name, one in about.items() if one["better"] == "less"),
    )
    object.__setattr__(info, "spec", spec)
    object.__setattr__(info, "digest", digest)
    _SEEN.append(info)
    return info


def with_class() -> tuple[ModelInfo, ...]:
    """Return every model of the user's own that has been asked for in this process, the last one at the end."""
    return tuple(_SEEN)


MESA = MesaInfo(
    name="mesa",
    meaning="any Mesa model of your own or of a package, as it is ([model] class)",
    question="does a change of a parameter change what the model reports?",
    tables={},
    periods="model.steps",
    session_measures={},
    run_measures={"steps": ("steps that the run made: fewer than it may if the model stops itself", "steps")},
    headline=(),
    standing="",
    run=_simulate,
    reads=("model.class", "model.steps", "model.time_limit", "model.reporters", "parameters", "measures"),
    clock="step",
    unread=("organisation", "roster", "plan"),
    own_parameters=True,
)
