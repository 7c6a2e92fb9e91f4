"""So far: what an experiment that is not finished has given until now, also while another process goes on with it.

Only replicates that are finished in every arm count, so that arms stay compared on the same people and random numbers.
Nothing is written into the folder.
"""

from __future__ import annotations

import shutil
import tempfile
import time
import weakref
from dataclasses import replace
from pathlib import Path

from learnsim.errors import ResultsError
from learnsim.experiments.design.checks import describe
from learnsim.experiments.design.share import WHOLE, share_in
from learnsim.experiments.storage.code_changes import code_changes
from learnsim.experiments.storage.finished_runs import FinishedRuns
from learnsim.experiments.storage.folder import LEDGER, PARTS, PROVENANCE, SETTINGS, is_unfinished
from learnsim.experiments.storage.ledger import Ledger
from learnsim.experiments.storage.merge import write_tables
from learnsim.experiments.storage.results import Results, SoFar, open_results
from learnsim.provenance import identity
from learnsim.settings import load

TRIES, PAUSE = 5, 0.5  # another process may be moving what is read here; seconds between tries


def open_so_far(folder: Path) -> Results:
    """Open what there is of an experiment: all of it where it is finished.

    Raises
    ------
    ResultsError
        If nothing is there, no replicate is finished in every arm, or it cannot be read.
    """
    for attempt in range(TRIES):
        try:
            return _read(folder) if is_unfinished(folder) else _finished(folder)
        except (_ChangedMeanwhile, OSError) as error:
            if attempt == TRIES - 1:
                reason = error.strerror if isinstance(error, OSError) else error
                raise ResultsError(f"{folder}: cannot be read ({reason}); repeat the command") from None
            time.sleep(PAUSE)
    raise AssertionError


def _finished(folder: Path) -> Results:
    try:
        return open_results(folder)
    except ResultsError:
        if (folder / PARTS).is_dir() and not (folder / PROVENANCE).is_file():
            raise _ChangedMeanwhile("a run has just begun there, or was stopped then") from None
        raise


class _ChangedMeanwhile(Exception):  # noqa: N818 - nothing went wrong
    """Another process has changed what was being read."""


def _read(folder: Path) -> Results:
    """Write the tables of what is finished into a temporary folder, which goes with the results."""
    header = Ledger(folder / PARTS / LEDGER).header
    if not header or not (folder / SETTINGS).is_file():
        raise _ChangedMeanwhile("a run is just beginning or ending, or was stopped then")
    settings = load(folder / SETTINGS)
    changed = code_changes(folder, header, settings).texts
    if changed:
        raise ResultsError(f"{folder}: was begun with other versions ({'; '.join(changed[:3])}); show it where it runs")
    if identity(settings) != header["identity"]:
        raise _ChangedMeanwhile("its settings.toml is not the one that it was begun with")
    design = describe(settings, str(folder / SETTINGS))
    runs = FinishedRuns(folder, design, share_in(header))
    runs.look()
    scratch = Path(tempfile.mkdtemp(prefix="learnsim-"))
    try:
        try:
            tally = write_tables(runs, scratch, so_far=True)
        except ResultsError as error:  # a part that was there has gone
            raise _ChangedMeanwhile(str(error)) from None
        finished, wanted, least = runs.progress()
        if not tally.runs:
            of = f"{finished:,} of {'at least ' if least else ''}{wanted:,} runs are finished"
            paired = ", but no replicate in every arm" if finished else ""
            raise ResultsError(f"{folder}: has nothing to show yet: {of}{paired}; repeat the command later")
        so_far = SoFar(tally.runs, finished, wanted, least, str(runs.share) if runs.share != WHOLE else "")
        results = Results(folder, replace(design, warnings=()), scratch, so_far)
        _ = results._places
    except BaseException:
        shutil.rmtree(scratch, ignore_errors=True)
        raise
    weakref.finalize(results, shutil.rmtree, scratch, ignore_errors=True)
    return results
