"""Verify: runs every experiment of a folder that has targets, and shows all comparisons in one table."""

from __future__ import annotations

import shutil
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from learnsim.analysis.comparison import TargetComparison, count_verdicts
from learnsim.analysis.summary import Summary
from learnsim.compiled import announce_compilation
from learnsim.csvfile import csv_writer
from learnsim.errors import ResultsError, SettingsError, WorkError
from learnsim.experiments.design.checks import design_of
from learnsim.experiments.design.design import Design
from learnsim.experiments.execution.executors import default_workers
from learnsim.experiments.storage.results import open_results
from learnsim.report.comparison_table import HEADER, MOST_COMPARED, TITLE, comparison_rows, target_columns, target_lines
from learnsim.report.labels import design_size
from learnsim.report.terminal import print_table
from learnsim.report.text_tables import TextTable
from learnsim.settings import load
from learnsim.settings.shipped import PAPERS, shipped_folder
from learnsim.workflow import check_place, on_screen, run_experiment

TIMES = 10  # as many replicates as the file says, where it is to be exact
TABLE = "verify.csv"


@dataclass(frozen=True)
class Verified:
    """An experiment that was run: its file, its summary, and how many of its runs failed."""

    file: Path
    summary: Summary
    failed: int

    @property
    def name(self) -> str:
        """The experiment's name."""
        return self.summary.results.design.settings.experiment.name


def papers_folder() -> Path:
    """Return ``experiments/papers`` if it is here, or else the one that comes with learnsim."""
    here = Path("experiments", PAPERS)
    return here if here.is_dir() else shipped_folder() / PAPERS


def verify(folder: Path, out: Path | None = None, workers: int | None = None, *, full: bool = False) -> bool:
    """Run every experiment of a folder, or a single one, print all comparisons, and return whether all are as expected.

    Parameters
    ----------
    folder : Path
        Holds experiment files, each with targets; or one such file.
    out : Path, optional
        Where the results are saved, ``out/NAME`` each, with all comparisons in ``out/verify.csv``; nowhere if left out.
    workers : int, optional
        Runs at a time; all processors if left out.
    full : bool
        Ten times as many replicates as each file says; where a file asks for a precision, it stays as it is.

    Raises
    ------
    LearnsimError
        If there is no experiment, or any of them cannot be used; nothing is run then.
    """
    workers = workers or default_workers()
    designs = _designs(folder, workers, full=full)
    if out:
        for design in designs.values():
            try:
                check_place(out / design.settings.experiment.name, design.settings)
            except ResultsError as error:  # verify has no --fresh
                raise ResultsError(f"{str(error).partition('; ')[0]}; choose another place with --out") from None
    compiled = [one.kind for one in designs.values() if one.settings.experiment.engine == "compiled"]
    for model in sorted({kind.name for kind in compiled if kind.compiles}):
        announce_compilation(model)
    with ExitStack() as stack:
        home = out or Path(stack.enter_context(_temporary_folder()))
        done = [_verified(file, design, home, workers) for file, design in designs.items()]
        if out:
            _write(out / TABLE, done)
        table = _table(done)
        on_screen(lambda console: print_table(console, table))
        return all(not one.failed and all(comparison.as_expected for comparison in one.summary.comparisons) for one in done)


@contextmanager
def _temporary_folder() -> Iterator[str]:
    """A folder that is removed afterwards, with all finished runs; a message about a stop says so."""
    home = tempfile.mkdtemp(prefix="learnsim-")
    try:
        yield home
    except (ResultsError, WorkError) as error:
        text = str(error).partition("; finished runs are kept")[0]
        raise ResultsError(f"{text}; no results are kept without --out") from None
    finally:
        try:
            shutil.rmtree(home, ignore_errors=True)
        except BaseException:  # a second Ctrl-C
            shutil.rmtree(home, ignore_errors=True)
            raise


def _designs(folder: Path, workers: int, *, full: bool) -> dict[Path, Design]:
    """The designs of the folder's experiments, all of them checked before the first is run."""
    if not folder.exists():
        raise SettingsError(f"{folder}: does not exist; learnsim verify takes an experiment file, or a folder of them")
    designs: dict[Path, Design] = {}
    names: dict[str, Path] = {}
    for file in sorted(folder.glob("*.toml")) if folder.is_dir() else [folder]:
        settings = load(file)
        experiment = settings.experiment
        if full and experiment.precision is None:
            settings = load(file, options={"experiment.replicates": TIMES * experiment.replicates})
        if not experiment.targets:
            raise SettingsError(f"{file}: [experiment] has no targets to compare it with; add targets = \"published.csv\"")
        if experiment.name in names:
            raise SettingsError(
                f"{file}: [experiment] name = {experiment.name!r} is also that of {names[experiment.name]}; choose another"
            )
        names[experiment.name] = file
        designs[file] = design_of(settings, str(file), workers)
    if not designs:
        raise SettingsError(f"{folder}: holds no experiment file (*.toml)")
    return designs


def _verified(file: Path, design: Design, home: Path, workers: int) -> Verified:
    """Run one experiment, and report start and result on standard error."""
    start = time.monotonic()
    sys.stderr.write(f"{file}: {design_size(design)}\n")
    done = run_experiment(design.settings, str(file), home / design.settings.experiment.name, workers, quiet=True)
    summary = Summary(open_results(done.folder))
    failed = f"; {done.failed} run(s) failed" if done.failed else ""
    sys.stderr.write(f"{file}: {_counted(summary.comparisons)}, {time.monotonic() - start:.1f} s{failed}\n")
    return Verified(file, summary, done.failed)


def _counted(comparisons: Sequence[TargetComparison]) -> str:
    """Say how many numbers agree, how many differ as is known, and how many are not as expected."""
    counts = count_verdicts(comparisons)
    agree, known = counts["agrees", True], counts["differs", True]
    other = len(comparisons) - agree - known
    return f"{agree} of {len(comparisons)} numbers agree, {known} differ as known, {other} are not as expected"


def _table(done: Sequence[Verified]) -> TextTable:
    """All experiments' numbers in one table."""
    rows = []
    for one in done:
        mine = comparison_rows(one.summary.comparisons)
        rows += [(one.name if place == 0 else "", *row) for place, row in enumerate(mine)]
    comparisons = [comparison for one in done for comparison in one.summary.comparisons]
    header = ("experiment", "panel", *HEADER)
    return TextTable(TITLE, header, rows, len(header) - 4, _note(comparisons, done))


def _note(comparisons: Sequence[TargetComparison], done: Sequence[Verified]) -> str:
    text, failed = _counted(comparisons), sum(one.failed for one in done)
    text += f"; {failed} run(s) failed" if failed else ""
    cut = any(len(one.summary.comparisons) > MOST_COMPARED for one in done)
    return f"{text}; of more than {MOST_COMPARED} in an experiment only those not as expected are shown" if cut else text


def _write(path: Path, done: Sequence[Verified]) -> None:
    """Write the lines of every ``targets.csv`` below each other, with the settings that any of them sweeps."""
    swept = list(dict.fromkeys(name for one in done for name in one.summary.results.design.swept))
    header = target_columns(swept)
    try:
        with csv_writer(path) as writer:
            writer.writerow(["experiment", *header])
            for one in done:
                mine = target_columns(one.summary.results.design.swept)
                for line in target_lines(one.summary):
                    cells = dict(zip(mine, line, strict=True))
                    writer.writerow([one.name, *(cells.get(name, "") for name in header)])
    except OSError as error:
        raise ResultsError(f"{path}: could not be written ({error.strerror or error})") from None
