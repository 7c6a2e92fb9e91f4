"""Run: one run of a model of the user's own on our organisation."""

from __future__ import annotations

from typing import Any

import numpy as np

from learnsim.errors import SettingsError
from learnsim.models.mesa.parameters import declared_by
from learnsim.models.mesa.run import Run, seed_of
from learnsim.models.mesa.source import class_of
from learnsim.models.own.model import OrganisationModel
from learnsim.models.own.record import OwnRecord
from learnsim.models.record import PersonResults, Setup
from learnsim.models.tracer import membership
from learnsim.settings.messages import shown
from learnsim.settings.readers import model_of


def own_class(spec: str) -> type[OrganisationModel]:
    """Return the class of a model on our organisation.

    Raises
    ------
    SettingsError
        If it is not there, or is any other Mesa model.
    """
    model = class_of(spec)
    if not issubclass(model, OrganisationModel):
        name = model.__name__
        raise SettingsError(
            f"[model] class = {shown(spec)}: {name} does not inherit from learnsim.OrganisationModel; for a Mesa model as "
            "it is write kind = 'mesa'"
        )
    return model


def run_of(setup: Setup) -> Run:
    """Return one run of one arm, whose model is still to be made."""
    settings, model = setup.settings, own_class(setup.settings.model.class_name)
    words: dict[str, Any] = {"arm": setup.name, "settings": setup.prepared, "replicate": setup.replicate}
    return Run(model, declared_by(model), words, settings.experiment.seed, settings.model.time_limit, seed_of(setup))


def simulate(setup: Setup) -> OwnRecord:
    """Run one arm once.

    Raises
    ------
    RunError
        If the model raises an error, takes too long, or measures what is no number.
    """
    settings, run = setup.settings, run_of(setup)
    run.play(settings.model.steps)
    played: OrganisationModel = run.model
    final = played.final_standing()
    by_person = None
    if setup.roster:
        tree, nothing = played.tree, np.full(setup.trainees, np.nan)
        start, end = (played.start_standing, final) if len(final) else (nothing, nothing)
        counts = (np.array(one, dtype=np.int64) for one in (tree.meetings.partners, tree.times_officer))
        by_person = PersonResults(start, end, *counts)
    return OwnRecord(
        **setup.identity("agents"),
        measures=run.measures(tuple(model_of(settings).session_measures)),
        **membership(played.tree),
        clipped=played.people.clipped,
        by_person=by_person,
        steps=run.steps,
        final=final,
    )
