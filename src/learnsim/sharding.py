"""Sharding: an experiment divided among the jobs of an array, without a scheduler, and merged into the results of one run.

Each shard has a folder of its own, which may be on a file system that all jobs share; no job needs to know of another.
"""

from __future__ import annotations

import json
import os
import shlex
import sys
import time
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import Executor
from pathlib import Path
from typing import Any, NamedTuple

from learnsim.errors import ResultsError, SettingsError, listed
from learnsim.experiments.design.checks import completed, design_of
from learnsim.experiments.design.design import Design
from learnsim.experiments.design.share import WHOLE, Share, check_share, share_in
from learnsim.experiments.runner import run_missing
from learnsim.experiments.storage.code_changes import code_changes
from learnsim.experiments.storage.finished_runs import FinishedRuns
from learnsim.experiments.storage.folder import LEDGER, PARTS, PROVENANCE, SETTINGS, folder_for
from learnsim.experiments.storage.growth import growth_of
from learnsim.experiments.storage.ledger import Ledger, PartContent
from learnsim.experiments.storage.lock import open_store
from learnsim.files import folder_path, write_whole
from learnsim.progress import progress_shown
from learnsim.provenance import identity
from learnsim.settings import Settings, load
from learnsim.study_results import ExperimentResults
from learnsim.workflow import Finished, check_place, finish_and_describe, finished_already, is_there, warn, worker_pool

SHARDS, SHARD_FILE = "-shards", "shard.json"
NAMED = 3  # differences in a message


class Shard(NamedTuple):
    """A shard that has been run.

    Attributes
    ----------
    folder : Path
    share : str
        For example ``"3/20"``.
    runs, failed : int
        Runs in it, and how many of them failed.
    """

    folder: Path
    share: str
    runs: int
    failed: int

    @property
    def merge_command(self) -> str:
        """The command that merges it with all other shards."""
        return f"learnsim merge {shlex.quote(str(self.folder.parent))}"


def shard_folder(settings: Settings, share: Share, out: Path | None = None) -> Path:
    """Return where a shard goes: ``results/NAME-shards/03-of-20``, or beside ``out`` in the same way."""
    whole = folder_for(settings, out)
    whole = whole if whole.name not in ("", "..") else Path(os.path.abspath(whole))  # noqa: PTH100 - without following links
    place = f"{share.number:0{len(str(share.total))}d}-of-{share.total}"
    return whole.with_name(f"{whole.name}{SHARDS}") / place


def run_shard(
    settings: Settings,
    source: str,
    share: Share,
    out: Path | None = None,
    workers: int = 1,
    *,
    scheduler: str = "",
    executor: Executor | None = None,
    retry_failed: bool = False,
    take_over: bool = False,
    quiet: bool = False,
) -> Shard:
    """Run what is missing of a shard.

    Raises
    ------
    LearnsimError
        In one sentence, if the experiment cannot be divided so, or an argument cannot be used; nothing is written then.
    """
    settings = completed(settings, source)
    folder = shard_folder(settings, share, out)
    design = design_of(settings, source, workers, quiet=quiet)
    check_share(share, design, source)
    check_place(folder, settings, share)
    warn(design, source, quiet=quiet)
    start = time.monotonic()
    with (
        worker_pool(settings, workers, scheduler, executor, quiet=quiet) as pool,
        open_store(folder, design, share, retry_failed=retry_failed, take_over=take_over) as store,
    ):
        new = store.runs - store.progress()[0]
        with progress_shown(quiet=quiet) as progress:
            run_missing(design, store, pool, progress)
        if new:
            seconds = time.monotonic() - start + _seconds_of(folder)
            record = {"shard": str(share), "seconds": round(seconds, 2)}
            write_whole(folder / SHARD_FILE, f"{json.dumps(record)}\n".encode())
        if not quiet:
            sys.stderr.write(f"{new:,} runs in {time.monotonic() - start:.1f} s\n")
        return Shard(folder, str(share), store.runs, len(store.failed))


def merge(
    *folders: str | Path, out: str | Path | None = None, progress: bool = False, table: bool = False
) -> ExperimentResults:
    """Merge the shards that :meth:`Experiment.run_shard` has run; the results are those of a single run.

    Parameters
    ----------
    *folders : str or Path
        The folders of all shards, or the one that they are in: ``"results/NAME-shards"``.
    out : str or Path, optional
        The results folder; ``results/NAME`` if left out.
    progress : bool
        Whether to print notes and warnings on standard error.
    table : bool
        Whether to print the table and the answer too, if so.

    Raises
    ------
    LearnsimError
        In one sentence, if a shard is missing, unfinished, or there twice, or shards are of different experiments.

    Examples
    --------
    >>> import learnsim
    >>> experiment = learnsim.experiment({
    ...     "experiment": {"name": "divided", "replicates": 4},
    ...     "organisation": {"trainees": 12, "communities": 2},
    ...     "training": {"sessions": 10},
    ...     "arms": {"flat-lecture": {}, "hybrid": {}},
    ... })
    >>> [experiment.run_shard(shard).runs for shard in ("1/3", "2/3", "3/3")]
    [2, 2, 4]
    >>> learnsim.merge("results/divided-shards")
    <ExperimentResults divided: 2 arms x 1 point x 4 replicates = 8 runs, in results/divided>
    """
    if not folders:
        raise SettingsError("folders: name the folders of all shards, or the one that they are in")
    paths = [folder_path(folder, "folders") for folder in folders]
    done = merge_shards(paths, None if out is None else folder_path(out, "out"), quiet=not progress, table=table)
    return ExperimentResults(done.results)


def merge_shards(
    folders: Sequence[Path], out: Path | None = None, *, quiet: bool = False, table: bool = True
) -> Finished:
    """Merge all shards of an experiment into the results of one run; the shards stay as they are.

    Parameters
    ----------
    folders : sequence of Path
        Folders of shards, or folders that contain them.
    out : Path, optional
        The results folder; if left out, the one that the shards were divided from: ``results/NAME`` of
        ``results/NAME-shards``.
    quiet, table : bool
        As for a run.

    Raises
    ------
    ResultsError
        If one is missing or unfinished, there are two of one, or they are of different experiments or versions.
    """
    found = list(_shards_in(folders))
    settings = _one_experiment(found)
    _each_once(found)
    first = found[0].folder
    source = str(first / SETTINGS)
    design = design_of(settings, source, quiet=quiet)
    _all_finished(found, design)
    home = first.absolute().parent
    divided = home.name.endswith(SHARDS) and home.name != SHARDS
    target = folder_for(settings, out or (first.parent.with_name(home.name.removesuffix(SHARDS)) if divided else None))
    start = time.monotonic()
    if is_there(target) and not check_place(target, settings):
        return finished_already(target, settings, source, quiet=quiet, table=table)
    check_place(target, settings)
    with open_store(target, design) as store:
        if any(store.missing(point, design.replicates) for point in range(len(design.points))):
            store.adopt(_contents(found, design))
        if not quiet:
            sys.stderr.write(f"{len(found):,} shards with {design.runs:,} runs merged\n")
        seconds = sum(_seconds_of(one.folder) for one in found) or time.monotonic() - start
        return finish_and_describe(store, seconds, quiet=quiet, table=table)


class _Found(NamedTuple):
    """A folder of a shard, and what its ledger begins with."""

    folder: Path
    header: dict[str, Any]

    @property
    def share(self) -> Share:
        return share_in(self.header)


def _shards_in(folders: Iterable[Path]) -> Iterator[_Found]:
    """The shards that folders are, or contain.

    Raises
    ------
    ResultsError
        If a folder is not there, or neither is nor contains a shard.
    """
    for folder in folders:
        if not folder.is_dir():
            raise ResultsError(f"{folder}: there is no such folder; learnsim run FILE --shard 1/20 makes folders of shards")
        one = _shard_at(folder)
        inside = [one] if one else [each for path in sorted(folder.iterdir()) if path.is_dir() and (each := _shard_at(path))]
        if not inside:
            if (folder / PROVENANCE).is_file():
                what = "contains finished results, and not a shard of them"
            elif (folder / PARTS).is_dir():
                what = "contains an unfinished experiment, which the same learnsim run command resumes, and not a shard"
            else:
                what = "neither is a shard of learnsim run FILE --shard nor contains one"
            raise ResultsError(f"{folder}: {what}; merge takes the folders of all shards, or the one that they are in")
        yield from inside


def _shard_at(folder: Path) -> _Found | None:
    header = Ledger(folder / PARTS / LEDGER).header
    return _Found(folder, header) if header and share_in(header) != WHOLE else None


def _one_experiment(found: list[_Found]) -> Settings:
    """Return the settings of all shards.

    Raises
    ------
    ResultsError
        If they are not of one experiment and of the versions that are installed here.
    """
    first, *others = found
    settings = load(first.folder / SETTINGS)
    for one in found:
        there = settings if one is first else load(one.folder / SETTINGS)
        if identity(there) != one.header["identity"]:
            edited = "its settings.toml, roster, plan, policies or measures were edited"
            raise ResultsError(f"{one.folder}: {edited}; run the shard again")
        if one.header["identity"] != first.header["identity"]:
            growth = growth_of(settings, there)
            why = "; ".join((*growth.differences, *growth.gains)[:NAMED])
            raise ResultsError(
                f"{first.folder} and {one.folder}: are shards of different experiments ({why}, where here is the second); "
                "merge the shards of one experiment"
            )
        changed = code_changes(one.folder, one.header, settings).texts
        if changed:
            raise ResultsError(
                f"{one.folder}: was run with other versions ({'; '.join(changed[:NAMED])}); merge it where it was run, or "
                "run it again with these versions"
            )
    counts = sorted({one.share.total for one in others} | {first.share.total})
    if len(counts) > 1:
        example = next(one for one in others if one.share.total != first.share.total)
        raise ResultsError(
            f"{example.folder}: is shard {example.share}, but {first.folder} is shard {first.share}; merge shards of one "
            "division, as others overlap"
        )
    return settings


def _each_once(found: list[_Found]) -> None:
    """Check that each shard is there once.

    Raises
    ------
    ResultsError
        If one is missing, or there are two of one.
    """
    seen: dict[int, Path] = {}
    for folder, share in ((one.folder, one.share) for one in found):
        if share.number in seen:
            raise ResultsError(f"{folder}: is shard {share}, and so is {seen[share.number]}; merge takes each shard once")
        seen[share.number] = folder
    count = found[0].share.total
    missing = [number for number in range(1, count + 1) if number not in seen]
    if missing:
        one = len(missing) == 1
        raise ResultsError(
            f"{found[0].folder.parent}: shard{'' if one else 's'} {_runs_of_numbers(missing)} of {count} "
            f"{'is' if one else 'are'} missing; learnsim run FILE --shard {missing[0]}/{count} runs "
            f"{'it' if one else 'the first of them'}"
        )


def _runs_of_numbers(numbers: list[int]) -> str:
    """Return ascending numbers as text, neighbours together.

    Examples
    --------
    >>> _runs_of_numbers([1, 2, 3, 7])
    '1-3, 7'
    """
    spans: list[list[int]] = []
    for number in numbers:
        if spans and spans[-1][1] == number - 1:
            spans[-1][1] = number
        else:
            spans.append([number, number])
    return listed(str(first) if first == last else f"{first}-{last}" for first, last in spans)


def _all_finished(found: list[_Found], design: Design) -> None:
    """Check that all runs of each shard are there.

    Raises
    ------
    ResultsError
        If some are missing.
    """
    unfinished = []
    for one in found:
        runs = FinishedRuns(one.folder, design, one.share)
        runs.look()
        if any(runs.missing(point, design.replicates) for point in range(len(design.points))):
            finished, wanted, _ = runs.progress()
            unfinished.append(f"{one.folder} ({finished:,} of {wanted:,} runs)")
    if unfinished:
        number = f"{len(unfinished)} shards are" if len(unfinished) > 1 else "a shard is"
        raise ResultsError(f"{number} not finished: {listed(unfinished)}; the same learnsim run command resumes it")


def _contents(found: list[_Found], design: Design) -> Iterator[PartContent]:
    for one in found:
        yield from FinishedRuns(one.folder, design, one.share).contents()


def _seconds_of(folder: Path) -> float:
    """Return how long a shard took; 0 if it does not say so."""
    try:
        seconds = json.loads((folder / SHARD_FILE).read_bytes())["seconds"]
        return float(seconds)
    except (OSError, ValueError, TypeError, LookupError):
        return 0.0
