"""Starter: the experiment file that ``learnsim init --from FILE.py:CLASS`` writes for a model on our organisation."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from learnsim.models.own.declared import fields_of, measures_of
from learnsim.models.own.model import OrganisationModel
from learnsim.settings.experiment import Organisation
from learnsim.settings.schema import FIRST_LINE
from learnsim.settings.write import WIDTH, toml_value

ARMS = ("isolated-cells", "linked-cells", "shuffled-cells", "hybrid")
SHOWN = ("trainees", "communities", "cell_size", "cycle_length")  # settings of the organisation in the file


def own_starter(
    model: type[OrganisationModel], written: str, name: str, missing: Iterable[str], values: Mapping[str, Any]
) -> str:
    """Return an experiment on a model of the user's own: its settings with their defaults, and four presets as arms.

    Parameters
    ----------
    model : type
    written : str
        The class, as the file is to name it.
    name : str
        Of the experiment.
    missing : iterable of str
        Settings without a default.
    values : dict
        The defaults of the others.
    """
    measures, fields = measures_of(model), fields_of(model, OrganisationModel)
    first = next(iter(measures))
    usual = Organisation()
    lines = [
        FIRST_LINE,
        "# Question: which organisation serves what the model is about?",
        "# Expected:",
        "#",
        "# Write down what you expect before you run it: the report shows the question and the expectation.",
        "",
        "[experiment]",
        f'name = "{name}"',
        f'baseline = "{ARMS[0]}"',
        _line("measure", first, f"{measures[first].meaning}; also: {', '.join([*measures][1:]) or 'none'}"),
        _line("replicates", 20, "runs of each arm, on the same people in every arm"),
        "",
        "[model]",
        'kind = "organisation"',
        f"class = {toml_value(written)}",
        _line("steps", 100, "periods at most; a run also ends when model.running is False"),
        "",
        *(["[parameters]"] if fields else []),
        *(f"# {key} =   # has no default: {fields[key].description}" for key in missing),
        *(_line(key, value, str(fields[key].description)) for key, value in values.items()),
        "",
        "[organisation]",
        *(_line(key, getattr(usual, key), str(Organisation.model_fields[key].description)) for key in SHOWN),
        "",
        "# An arm is a preset (learnsim list); it may change any field of one.",
    ]
    return "\n".join(lines) + "\n" + "\n\n".join(f"[arms.{arm}]" for arm in ARMS) + "\n"


def _line(key: str, value: Any, comment: str) -> str:
    return f"{f'{key} = {toml_value(value)}'.ljust(WIDTH)}  # {comment}"
