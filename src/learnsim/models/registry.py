"""Registry: the models by name. One that ships is imported and named here; any other is registered by whoever brings it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from learnsim.errors import SettingsError, did_you_mean, listed
from learnsim.models.beliefs.info import BELIEFS
from learnsim.models.info import ModelInfo
from learnsim.models.mesa.info import MESA, with_class
from learnsim.models.own.info import OWN
from learnsim.models.search.info import SEARCH
from learnsim.models.training.info import TRAINING
from learnsim.settings import Settings
from learnsim.settings.experiment import Model
from learnsim.settings.readers import REGISTERED, model_tables
from learnsim.settings.settings import add_table, drop_table

MODELS: dict[str, ModelInfo] = {}
_REPORTED: ContextVar[ModelInfo | None] = ContextVar("reported", default=None)


def register(info: ModelInfo) -> ModelInfo:
    """Make a model known: to experiment files, the command line, reports and errors.

    Parameters
    ----------
    info : ModelInfo
        One of the same name is replaced, so that a notebook's cell may run twice.

    Raises
    ------
    SettingsError
        If a table or a measure has the name of another model's, or it names a measure or a setting that there is not.
    """
    others = {name: model for name, model in MODELS.items() if name != info.name}
    shared = [name for name in Settings.model_fields if not any(name in model.tables for model in MODELS.values())]
    for table, declared in info.tables.items():
        same = Settings.model_fields[table].annotation is declared if table in shared else True
        if not same or any(table in model.tables for model in others.values()):
            raise SettingsError(f"model {info.name!r}: there is a table [{table}] already; call its own by another name")
    for measure, meaning in info.measures.items():
        twice = [name for name, model in others.items() if model.measures.get(measure, meaning) != meaning]
        if twice:
            taken = f"{measure!r} is a measure of {listed(twice)} already"
            raise SettingsError(f"model {info.name!r}: {taken}; call it by another name")
    _check_names(info)
    for table in MODELS[info.name].tables if info.name in MODELS else ():
        if table not in info.tables:
            drop_table(table)
    for table, declared in info.tables.items():
        add_table(table, declared)
    MODELS[info.name] = REGISTERED[info.name] = info
    _ = info.own_source  # of the code as it is now, whatever is edited afterwards
    _say_which()
    return info


def _check_names(info: ModelInfo) -> None:
    """See that a model names only measures and settings that there are."""
    if not info.of_class and (not info.headline or any(name not in info.session_measures for name in info.headline)):
        raise SettingsError(f"model {info.name!r}: headline = {info.headline!r} must name session measures, at least one")
    shown = {
        "columns": [name for name, _, _ in info.columns],
        "quarters": [
            name for pair in info.quarters for name in (pair.low, pair.high, pair.gap, pair.gap_at_equal_mean) if name
        ],
        "spread": [info.spread] * bool(info.spread),
        **{key: list(getattr(info, key)) for key in ("titles", "limits", "band", "more_is_better", "less_is_better")},
    }
    for key, names in shown.items():
        for name in names:
            if name not in info.measures:
                hint = did_you_mean(name, info.measures)
                raise SettingsError(f"model {info.name!r}: {key}: {name!r} is not a measure{hint}")
    tables = {**model_tables(), **info.tables}
    settings = [f"{table}.{key}" for table, declared in tables.items() for key in declared.model_fields]
    settings += [f"model.{key}" for key in Model.model_fields]
    for key, names in {"periods": [info.periods], "reads": list(info.reads), "effects": list(info.effects)}.items():
        usual = [*tables, *settings, "shocks", "parameters", "measures"]
        known = settings if key == "periods" else [*tables] if key == "effects" else usual
        for name in names:
            if name not in known:
                raise SettingsError(f"model {info.name!r}: {key}: {name!r} is not a setting{did_you_mean(name, known)}")


def unregister(name: str) -> None:
    """Forget a model that was registered, and its tables."""
    for table in MODELS.pop(name).tables:
        drop_table(table)
    del REGISTERED[name]
    _say_which()


def info_of(settings: Settings) -> ModelInfo:
    """Return the model that settings are about."""
    return MODELS[settings.model.kind].of(settings)


def model_with(measure: str) -> ModelInfo | None:
    """Return the model that a measure belongs to: the one that is reported on, if it has it, or else any other.

    Examples
    --------
    >>> from learnsim.models.registry import model_with
    >>> model_with("mean_mastery").name
    'training'
    """
    reported = _REPORTED.get()
    known = (*([reported] if reported else ()), *MODELS.values(), *reversed(with_class()))
    return next((kind for kind in known if measure in kind.measures), None)


@contextmanager
def reported_on(info: ModelInfo) -> Iterator[None]:
    """Let measures be those of a model while something is said of its results: another may have one of the same name."""
    token = _REPORTED.set(info)
    try:
        yield
    finally:
        _REPORTED.reset(token)


def shown_models() -> tuple[str, ...]:
    """Return the names of the models whose runs the player shows."""
    return tuple(name for name, info in MODELS.items() if info.playback)


def _say_which() -> None:
    """Let the declaration of ``[model] kind`` name the models there are."""
    Model.model_fields["kind"].description = f"which model: {', '.join(MODELS)} (learnsim list)"


for _info in (TRAINING, BELIEFS, SEARCH, MESA, OWN):
    register(_info)
