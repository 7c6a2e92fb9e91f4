"""Fit command: settings estimated from data, from a file to a report; the command line and Python call it."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from learnsim.csvfile import write_csv
from learnsim.errors import SettingsError
from learnsim.experiments.design.checks import design_of
from learnsim.experiments.execution.executors import default_workers, local_pool
from learnsim.experiments.storage.folder import PARTS
from learnsim.files import write_whole
from learnsim.fitting.estimate import WORST_CONDITION, WORST_ERROR, Estimate, estimate, profiles, stages_of, starts_of
from learnsim.fitting.fitted import COLUMNS, Fitted
from learnsim.fitting.folder import FITTED, PAGE, TABLE, fit_folder, written_to
from learnsim.fitting.free import check_free
from learnsim.fitting.observed import Observed, Runs, check_compared, check_enough, designed_scores, observed_of
from learnsim.fitting.outlook import Outlook
from learnsim.fitting.recovery import made_up, recovery
from learnsim.fitting.scores import Scores
from learnsim.fitting.world import ELSEWHERE, World
from learnsim.models.runs import engine_of
from learnsim.progress import progress_shown
from learnsim.provenance import origin
from learnsim.report.fit_page import fit_page
from learnsim.settings import Settings, load, validate
from learnsim.settings.write import toml_of

PICTURED = 20  # simulated groups behind the picture of scores
SEED = 0
FAR = 3.5  # standard errors


def fit(
    source: str | Path | Mapping[str, Any] | Settings,
    out: str | Path | None = None,
    *,
    recover: int = 0,
    workers: int | None = None,
    seed: int | None = None,
) -> Fitted:
    """Estimate settings from data.

    Parameters
    ----------
    source : str, Path, dict of tables, or Settings
        An experiment with a table ``[fit]``: which settings are free, each with its range, and the scores of real trainees
        (columns id, arm, pre, post, and perhaps later and cell); the experiment's targets if there are none.
    out : str or Path, optional
        A folder for ``fit.html``, ``fit.csv`` and ``fitted.toml``. A fit that was killed goes on where it was.
    recover : int
        How many made-up data sets are fitted too: how often intervals have the true value in them, and the bias.
    workers : int, optional
        Runs at a time; all processors if left out.
    seed : int, optional
        In place of ``[experiment] seed``.

    Returns
    -------
    Fitted

    Raises
    ------
    LearnsimError
        In one sentence: data or ranges that cannot be used, settings that these data cannot tell apart.

    Notes
    -----
    Simulated moments on common random numbers; see ``learnsim.fitting.estimate``.

    Examples
    --------
    >>> import learnsim
    >>> fitted = learnsim.fit("experiments/fit/two_effects.toml")  # doctest: +SKIP
    >>> fitted.to_frame()  # doctest: +SKIP
    """
    text = str(source) if isinstance(source, (str, Path)) else "settings"
    if isinstance(source, Settings):
        settings = source
    else:
        settings = validate(source, text) if isinstance(source, Mapping) else load(source)
    if seed is not None:
        settings = settings.changed({"experiment.seed": seed})
    return fit_settings(settings, text, None if out is None else Path(out), recover=recover, workers=workers)


def fit_settings(
    settings: Settings,
    source: str,
    out: Path | None = None,
    *,
    recover: int = 0,
    workers: int | None = None,
    progress: bool = False,
) -> Fitted:
    """Estimate the free settings of an experiment, and write a folder if one is named; see :func:`fit`."""
    if settings.sweep:
        raise SettingsError(f"{source}: [sweep]: a fit has one world; leave out what is swept")
    check_free(settings, source)
    if settings.experiment.seed is None:
        settings = settings.changed({"experiment.seed": SEED})
    design = design_of(settings, source)
    settings = design.settings
    if settings.fit.data or (recover and not design.targets):
        check_compared(settings, source)
    made_up_data = bool(recover) and not settings.fit.data and not design.targets
    observed = made_up(settings, designed_scores(settings), recover) if made_up_data else observed_of(design, source)
    check_enough(observed, tuple(settings.fit.free), source)
    with (
        fit_folder(out, _identity(settings, recover)) as journals,
        progress_shown(quiet=not progress) as shown,
        local_pool(engine_of(settings), workers or default_workers()) as pool,
    ):
        outlook = Outlook(stages_of(settings.fit, len(observed.arms()), recover), shown)
        world = World(settings, observed, pool, outlook, journals.runs)
        found = estimate(world, starts_of(world, SEED))
        settled = world.changed(found.place)
        simulated = {arm: _pooled(settled, arm) for arm in observed.arms()} if observed.scores else None
        warnings = _warnings(settings, observed, simulated)
        check_identified(found, source, warnings)
        recovered = None
        if recover:
            known = settings if made_up_data else settled
            world_of = partial(World, known, pool=pool, outlook=outlook)
            recovered = recovery(known, recover, world_of, observed, journals.recovery)
        notes = _notes(settings, observed, made_up_data=made_up_data)
        profiled = tuple(profiles(world, found))
        fitted = Fitted(found, settings, settled, observed, profiled, simulated, recovered, warnings, notes)
        if out is not None:
            _write(fitted, out)
    return fitted


def check_identified(found: Estimate, source: str, warnings: Sequence[str] = ()) -> None:
    """Check that the data tell the settings apart.

    Parameters
    ----------
    found : Estimate
    source : str
    warnings : sequence of str
        Why it may be that they do not.

    Raises
    ------
    SettingsError
        If they do not, with the settings.
    """
    if warnings:
        source = f"{source}: {warnings[0][0].lower()}{warnings[0][1:]}; as it is"
    if found.condition > WORST_CONDITION:
        worst = f" (condition number {found.condition:.0f}; at most {WORST_CONDITION:g})"
        number = "" if np.isinf(found.condition) else worst
        if len(found.weakest) < 2:
            name = found.weakest[0] if found.weakest else found.names[0]
            nothing = f"these data say nothing of it{number}; set it, or add other data"
            raise SettingsError(f"{source}: [fit.free] {name}: {nothing}")
        raise SettingsError(
            f"{source}: [fit.free] {' and '.join(found.weakest)} cannot be told apart by these data{number}; set one of "
            "them, or add an arm or a test in which they differ"
        )
    for name, value, error in zip(found.names, found.values, found.standard_error, strict=True):
        if error > WORST_ERROR * abs(value):
            raise SettingsError(
                f"{source}: [fit.free] {name}: these data say too little of it: {value:.3g} with a standard error of "
                f"{error:.2g}, more than half of it; set it, or take more people or questions"
            )


def _notes(settings: Settings, observed: Observed, *, made_up_data: bool) -> tuple[str, ...]:
    """Return what a reader should know of data and world before believing the fit."""
    notes = [f"{settings.fit.data} {note}" for note in observed.notes]
    if made_up_data:
        notes.append("the data are made up, from the settings as they are in the file")
    trainees = settings.organisation.trainees
    for arm, people in observed.people.items():
        if not 0.8 <= people / trainees <= 1.25:
            notes.append(f"{arm} has {people} people, and the simulated one {trainees}; set [organisation] trainees")
    if observed.scores and "sessions" not in settings.training.model_fields_set:
        notes.append(
            f"the file does not say how long the course was: it is taken as {settings.training.sessions} sessions with "
            f"{settings.curriculum.items} items, and the effects are those of one session; set [training] sessions, and "
            "[curriculum] items and sessions_per_item"
        )
    return tuple(notes)


def _warnings(settings: Settings, observed: Observed, simulated: Mapping[str, Scores] | None) -> tuple[str, ...]:
    """Say why estimates are not to be used: simulated people who begin otherwise than the real ones."""
    off = []
    for arm, scores in (observed.scores or {}).items() if simulated else ():
        there, here = scores.pre, simulated[arm].pre if simulated else scores.pre
        distance = (there.mean() - here.mean()) / (there.std(ddof=1) / len(there) ** 0.5)
        if abs(distance) > FAR:
            off.append(f"{arm} {there.mean():.2f}, simulated {here.mean():.2f}")
    if not off:
        return ()
    everybody = np.concatenate([scores.pre for scores in (observed.scores or {}).values()])
    begun = (everybody.mean() - settings.fit.guess) / (1.0 - settings.fit.guess)
    low, high = np.mean(settings.prior.unknown), np.mean(settings.prior.known)
    share = (begun - low) / (high - low) if high > low else np.nan
    cure = f"set [prior] share = {share:.2f}" if 0.0 <= share <= 1.0 else "set [prior] known and unknown"
    return (
        "These estimates are not to be used: the simulated people begin with other scores than the real ones "
        f"(mean before: {'; '.join(off)}); {cure}, and fit again",
    )


def _pooled(settings: Settings, arm: str) -> Scores:
    """Return the scores of several simulated groups."""
    runs = Runs(settings, arm, range(0))
    each = [runs.scores(ELSEWHERE + number) for number in range(PICTURED)]
    later = None if each[0].later is None else np.concatenate([one.later for one in each if one.later is not None])
    return Scores(np.concatenate([one.pre for one in each]), np.concatenate([one.post for one in each]), later)


def _identity(settings: Settings, recover: int) -> dict[str, Any]:
    """Return what a fit depends on."""
    digest = hashlib.sha256(f"{settings.fit.model_dump_json()} {recover}".encode())
    for file in filter(None, (settings.fit.data, settings.experiment.targets)):
        with suppress(OSError):  # it was read before
            digest.update(Path(file).read_bytes())
    return {**origin(settings), "data": digest.hexdigest()[:16]}


def _write(fitted: Fitted, out: Path) -> None:
    """Write the files of a fit."""
    draft = out / PARTS / TABLE
    page = fit_page(fitted).encode()
    with written_to(out):
        write_csv(draft, COLUMNS, fitted.rows())
        write_whole(out / FITTED, _fitted_file(fitted).encode())
        write_whole(out / PAGE, page)
        draft.replace(out / TABLE)


def _fitted_file(fitted: Fitted) -> str:
    """Return an experiment file with the estimates."""
    lines = [f"# {name} = {value:.6g}, standard error {error:.2g}" for name, value, error, _, _ in fitted.rows()]
    return "\n".join(["# Settings estimated by learnsim fit:", *lines, "", toml_of(fitted.settings)])
