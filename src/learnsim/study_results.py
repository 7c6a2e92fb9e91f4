"""Results of an experiment as a Python object: tables as pandas frames, figures, the answer, the report."""

from __future__ import annotations

import tempfile
from functools import cached_property, partial
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any

from learnsim.analysis.summary import Summary
from learnsim.errors import ResultsError, did_you_mean, listed, shown
from learnsim.experiments.first_run import first_run
from learnsim.experiments.storage.folder import REPORT
from learnsim.experiments.storage.merge import sweep
from learnsim.experiments.storage.results import Results, failures_of, open_results, reading
from learnsim.experiments.storage.so_far import open_so_far
from learnsim.files import folder_path
from learnsim.notebook import html_block, html_table, html_text, inline_svg, show_figures
from learnsim.report.answer import answer
from learnsim.report.csv_files import (
    Statistics,
    box_statistics,
    contrast_statistics,
    effect_statistics,
    sensitivity_statistics,
    share_statistics,
    strata_statistics,
    summary_statistics,
    target_statistics,
    why_no_sensitivity,
)
from learnsim.report.figures.drawing import import_matplotlib
from learnsim.report.figures.font_cache import font_cache
from learnsim.report.frames import frame_of
from learnsim.report.labels import design_size
from learnsim.report.sources import bibtex_of
from learnsim.report.stress import markdown_of
from learnsim.report.text_tables import small_table
from learnsim.settings import Settings
from learnsim.workflow import analyse_again, show

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.figure import Figure

NOTE = "± is a 95 % t interval over replicates; differences are from the arm marked *."
LARGEST_SVG = 2_000_000  # letters of a figure there


def open(  # noqa: A001 - learnsim.open opens results, as the built-in one opens files
    folder: str | Path, *, unfinished: bool = False
) -> ExperimentResults:
    """Open the results of an experiment; nothing is written, and nothing is run.

    Parameters
    ----------
    folder : str or Path
        As ``learnsim run`` names it, for example ``"results/hybrid_vs_lecture"``.
    unfinished : bool
        Open an experiment that is not finished too, even while it runs: with the replicates that are finished in every arm
        at this moment. ``results.so_far`` says how many runs of how many they are.

    Raises
    ------
    ResultsError
        In one sentence, if there are none, they are not finished, or they cannot be read.

    Examples
    --------
    >>> import learnsim
    >>> learnsim.open("results/nowhere")
    Traceback (most recent call last):
    learnsim.errors.ResultsError: results/nowhere: there is no such results folder
    """
    path = folder_path(folder, "folder")
    return ExperimentResults(open_so_far(path) if unfinished else open_results(path))


class ExperimentResults:
    """The results of an experiment. :meth:`Experiment.run` and :func:`learnsim.open` return them.

    Tables and statistics are pandas frames with the columns of the files in the folder, and hold the same numbers.

    Attributes
    ----------
    folder : Path
        Where they are.

    Examples
    --------
    >>> import learnsim
    >>> results = learnsim.experiment({
    ...     "experiment": {"name": "second", "replicates": 4},
    ...     "organisation": {"trainees": 12, "communities": 2},
    ...     "training": {"sessions": 10},
    ...     "arms": {"flat-lecture": {}, "hybrid": {}},
    ... }).run()
    >>> len(results.runs), len(results.sessions)
    (8, 88)
    >>> list(results.contrasts().columns[:6])
    ['arm', 'baseline', 'measure', 'difference', 'low', 'high']
    >>> list(results.figures)
    ['learning_curves', 'slow_and_fast', 'distribution', 'tree']
    >>> figure = results.plot("learning_curves")
    >>> results.report.name
    'report.html'
    """

    def __init__(self, results: Results) -> None:
        self._results = results

    @property
    def folder(self) -> Path:
        """Where they are."""
        return self._results.folder

    @property
    def so_far(self) -> str:
        """How many runs of how many are there, if the experiment is not finished; empty if it is."""
        return str(self._results.so_far or "")

    @property
    def settings(self) -> Settings:
        """The experiment's settings."""
        return self._results.design.settings

    @property
    def provenance(self) -> dict[str, Any]:
        """Versions, machine, times and settings that the results come from, as in ``provenance.json``."""
        self._refuse("has no provenance.json yet")
        return self._results.provenance

    @property
    def warnings(self) -> tuple[str, ...]:
        """What worked, but perhaps not as meant."""
        return self._results.design.warnings

    @property
    def failed(self) -> int:
        """How many runs failed; :attr:`failures` says why."""
        return failures_of(self._results.tables)

    @cached_property
    def runs(self) -> pd.DataFrame:
        """One row per run, with its final measures: ``runs.parquet``."""
        return self._table("runs")

    @cached_property
    def sessions(self) -> pd.DataFrame:
        """One row per run and session or period, with its measures: ``sessions.parquet``."""
        return self._table("sessions")

    @cached_property
    def distribution(self) -> pd.DataFrame:
        """How many people end between 20 levels, one row per run and level: ``distribution.parquet``."""
        return self._table("distribution")

    @property
    def failures(self) -> pd.DataFrame:
        """One row per failed run, with its cause: ``failures.csv``; empty if none failed."""
        import pandas as pd  # nothing heavy is imported before it is used

        columns = ["point", *self._results.design.swept, "arm", "replicate", "stage", "cause", "settings"]
        return pd.DataFrame(self._results.failures, columns=columns)

    def summary(self) -> pd.DataFrame:
        """Return a row for each point, arm and measure, with mean, 95 % interval, sd and count over replicates.

        As in ``summary.csv``: of more than 200 points the headline measures; :attr:`runs` has all.
        """
        return self._frame(summary_statistics(self._summary))

    def contrasts(self) -> pd.DataFrame:
        """Return a row for each point, arm but the baseline, and measure: the paired difference from the baseline.

        As in ``contrasts.csv``, with 95 % interval, effect sizes, tests, and p adjusted by Holm's method.
        """
        return self._frame(contrast_statistics(self._summary))

    def sensitivity(self) -> pd.DataFrame:
        """Return the sensitivity indices of swept settings, where the design draws points: ``sensitivity.csv``.

        Raises
        ------
        ResultsError
            If there are none, with the reason.
        """
        why = why_no_sensitivity(self._summary) or (
            f"since [design] kind = {self.settings.design.kind!r} draws no points; effects() and shares() are for a grid"
        )
        return self._frame(sensitivity_statistics(self._summary), f"has no sensitivity indices, {why}")

    def boxes(self) -> pd.DataFrame:
        """Return the box of swept settings in which each arm is better, where the design draws points: ``boxes.csv``.

        One row per limit: how often it returns in resamples of the points, and coverage, density and mass of the box.

        Raises
        ------
        ResultsError
            If there are none.
        """
        missing = "has no boxes, since it draws no points or has one arm only; effects() and shares() are for a grid"
        return self._frame(box_statistics(self._summary), missing, ("limit", "value", "stated"))

    def effects(self) -> pd.DataFrame:
        """Return what each value of the swept settings adds to the mean, where the design is a grid: ``effects.csv``.

        Raises
        ------
        ResultsError
            If there are none.
        """
        return self._frame(effect_statistics(self._summary), "has no effects, since it is no grid of several values")

    def shares(self) -> pd.DataFrame:
        """Return how swept settings share the variance over a grid: ``shares.csv``.

        Raises
        ------
        ResultsError
            If there are none.
        """
        return self._frame(share_statistics(self._summary), "has no shares, since it is no grid of several values")

    def people(self) -> pd.DataFrame:
        """Return a row for each person of the roster in each arm, with means over replicates: ``people.parquet``.

        Raises
        ------
        ResultsError
            If there is no such table, with the reason.
        """
        if not self._results.has("people"):
            self._refuse("has no people.parquet yet")
            why = self._without_roster or "since it would be too large"
            raise ResultsError(f"{self.folder}: has no people.parquet, {why}")
        return self._table("people")

    def strata(self) -> pd.DataFrame:
        """Return each label's values in each arm, measure by measure, with 95 % interval and difference: ``strata.csv``.

        One row per run and stratum is in ``strata.parquet``.

        Raises
        ------
        ResultsError
            If there are none, with the reason.
        """
        why = self._without_roster or "since its roster has no labels and no communities, or it would be too large"
        return self._frame(strata_statistics(self._summary), f"has no strata.parquet, {why}", ("value",))

    @property
    def _without_roster(self) -> str:
        """Why there is no table of people, if it is for lack of a roster."""
        return "" if self.settings.organisation.roster else "since the experiment has no [organisation] roster"

    def targets(self) -> pd.DataFrame:
        """Return the published numbers that the experiment is compared with, and its own: ``targets.csv``.

        Raises
        ------
        ResultsError
            If there are none.
        """
        return self._frame(target_statistics(self._summary), "is compared with no numbers ([experiment] targets)")

    @property
    def answer(self) -> str:
        """The answer in a few sentences, as the report begins."""
        return " ".join(answer(self._summary))

    @property
    def report(self) -> Path:
        """The report, a file that any browser opens.

        Raises
        ------
        ResultsError
            If it could not be made; :meth:`analyse` tries again.
        """
        self._refuse("has no report yet")
        path = self.folder / REPORT
        if not path.is_file():
            raise ResultsError(f"{self.folder}: has no {REPORT}; analyse() makes it anew")
        return path

    @property
    def figures(self) -> dict[str, str]:
        """The names of the report's figures, with their titles."""
        if not len(self._results):
            return {}
        return _gallery().figure_titles(self._summary)

    def plot(self, name: str | None = None) -> Figure:
        """Draw one of the report's figures.

        Parameters
        ----------
        name : str, optional
            One of :attr:`figures`, for example ``"learning_curves"``; the first if left out.

        Returns
        -------
        matplotlib.figure.Figure

        Raises
        ------
        ResultsError
            If there is no such figure, with the names of those there are.
        """
        known = self.figures
        if not known:
            raise ResultsError(f"{self.folder}: has no figures, since every run failed")
        if name is None:
            name = next(iter(known))
        if name not in known:
            near = did_you_mean(str(name), known)
            hint = near if "did you mean" in near else ""
            raise ResultsError(f"{shown(name)} is not a figure of these results, which are {listed(known)}{hint}")
        show_figures()
        return _gallery().draw_figure(self._summary, name, partial(first_run, self._results.design))

    def show(self) -> None:
        """Print the table and the answer, as ``learnsim show`` does."""
        show(self._summary)

    def analyse(self, *, csv: bool = False) -> None:
        """Write statistics, figures and report anew, as ``learnsim analyse`` does; with ``csv``, ``runs.csv`` for Excel too.

        Raises
        ------
        ResultsError
            If the experiment is not finished, or its runs are more than a sheet of Excel has rows.
        """
        self._refuse("cannot be analysed yet")
        sweep(self.folder)
        analyse_again(self._results, csv=csv)

    def describe(self) -> str:
        """Return what the results say under each item of the STRESS-ABS checklist, and the blanks, as Markdown.

        For the methods of a paper; ``learnsim describe`` prints it. Source: Monks et al. (2019), Strengthening the reporting
        of empirical simulation studies, Journal of Simulation 13, 55-67.

        Raises
        ------
        ResultsError
            If the experiment is not finished.
        """
        self._refuse("cannot be described yet")
        return markdown_of(self._summary)

    def cite(self) -> str:
        """Return the sources behind settings, policies, model, design and statistics of the experiment, as BibTeX.

        Raises
        ------
        ResultsError
            If the experiment is not finished.
        """
        self._refuse("cannot be cited yet")
        return bibtex_of(self._summary)

    def __repr__(self) -> str:
        design = self._results.design
        unfinished = f", unfinished: {self.so_far}" if self.so_far else ""
        return f"<ExperimentResults {design.settings.experiment.name}: {design_size(design)}, in {self.folder}{unfinished}>"

    def _repr_html_(self) -> str:
        """Show the answer, a small table and the first figure in a notebook."""
        title, text = repr(self)[1:-1], html_text(self.answer)
        if not self.figures:
            return html_block(title, text)
        table = small_table(self._summary)
        parts = [html_table(table.header, table.rows, words=table.words), html_text(table.note or NOTE)] if table else []
        picture = inline_svg(self.plot("learning_curves" if "learning_curves" in self.figures else None))
        return html_block(title, text, *parts, picture if len(picture) <= LARGEST_SVG else "")

    def _refuse(self, what: str) -> None:
        """Refuse what only the results of a finished experiment have."""
        if self.so_far:
            raise ResultsError(f"{self.folder}: {what}, since it is not finished: {self.so_far}")

    @cached_property
    def _summary(self) -> Summary:
        return Summary(self._results)

    def _table(self, name: str) -> pd.DataFrame:
        import pandas as pd  # nothing heavy is imported before it is used

        with reading(self.folder):
            return pd.read_parquet(self._results.tables / f"{name}.parquet")

    def _frame(self, statistics: Statistics | None, missing: str = "", texts: tuple[str, ...] = ()) -> pd.DataFrame:
        if statistics is None:
            raise ResultsError(f"{self.folder}: {missing}")
        return frame_of(statistics, self._results.design, texts)


def _gallery() -> ModuleType:
    """Import the figures, which need matplotlib, whatever the user's settings of it hold."""
    with font_cache(Path(tempfile.gettempdir())):
        import_matplotlib()
        from learnsim.report.figures import gallery as figures
    return figures
