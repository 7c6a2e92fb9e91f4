"""Study: an experiment and its results as Python objects, for scripts and notebooks; the command line calls them too.

What runs experiments and reads their results is imported when it is used: to check one, it is not needed.
"""

from __future__ import annotations

from collections.abc import Mapping
from concurrent.futures import Executor
from dataclasses import dataclass
from numbers import Integral
from pathlib import Path
from typing import TYPE_CHECKING, Any

from learnsim.errors import SettingsError, listed, shown
from learnsim.experiments.design.checks import design_of
from learnsim.experiments.design.share import WHOLE, check_share, share_from
from learnsim.files import folder_path
from learnsim.notebook import html_block, html_facts
from learnsim.report.labels import design_size
from learnsim.settings import Settings, load, validate

if TYPE_CHECKING:
    from learnsim.sharding import Shard
    from learnsim.study_results import ExperimentResults


def experiment(source: str | Path | Mapping[str, Any] | Settings) -> Experiment:
    """Return an experiment, checked but not run.

    Parameters
    ----------
    source : str, Path, dict of tables, or Settings
        A TOML file; the name of an experiment that comes with learnsim (``learnsim list``); or the tables of such a file as
        a dictionary. Paths inside a dictionary are taken from the current folder.

    Raises
    ------
    SettingsError
        In one sentence, with file, table, key, value, what is allowed and what was probably meant.

    Examples
    --------
    >>> import learnsim
    >>> learnsim.experiment("hybrid_vs_lecture")
    <Experiment hybrid_vs_lecture: training model, 8 arms, 100 replicates>
    >>> learnsim.experiment({"organisation": {"trainee": 12}})
    Traceback (most recent call last):
    learnsim.errors.SettingsError: settings: [organisation] trainee is not a setting; did you mean trainees?
    """
    if isinstance(source, Settings):
        return Experiment(source)
    if isinstance(source, Mapping):
        return Experiment(validate(source, "settings"))
    return Experiment(load(source), str(source))


class Experiment:
    """What is to be run: arms, points, replicates, and every setting. :func:`learnsim.experiment` makes one.

    Parameters
    ----------
    settings : Settings
    source : str
        What messages call it: the file's name.

    Examples
    --------
    >>> import learnsim
    >>> experiment = learnsim.experiment({
    ...     "organisation": {"trainees": 12, "communities": 2},
    ...     "training": {"sessions": 10},
    ...     "arms": {"flat-lecture": {}, "hybrid": {}},
    ... })
    >>> experiment = experiment.changed({"experiment.replicates": 4, "experiment.name": "first"})
    >>> experiment.check()
    <Check first: good; 2 arms x 1 point x 4 replicates = 8 runs; no warnings>
    >>> results = experiment.run()
    >>> results
    <ExperimentResults first: 2 arms x 1 point x 4 replicates = 8 runs, in results/first>
    """

    def __init__(self, settings: Settings, source: str = "settings") -> None:
        self.settings, self.source = settings, source

    @property
    def name(self) -> str:
        """Its name, which its results folder has too unless another one is chosen."""
        return self.settings.experiment.name

    def changed(self, changes: Mapping[str, Any]) -> Experiment:
        """Return the experiment with some settings changed; this one stays as it is.

        Parameters
        ----------
        changes : dict of dotted setting to value
            As after ``--set`` on the command line: ``{"training.sessions": 30, "experiment.seed": 2}``.

        Raises
        ------
        SettingsError
            If a name is unknown or a value is not allowed.
        """
        return Experiment(self.settings.changed(changes), self.source)

    def check(self, workers: int = 1, *, timed: bool = False, progress: bool = False, shard: str = "") -> Check:
        """See that it may run here: settings, policies, roster, memory; say how much work it is.

        Parameters
        ----------
        workers : int
            Runs at a time, for the estimate of memory and time.
        timed : bool
            Whether to try a few runs, some seconds at most, to tell how long all of them will take.
        progress : bool
            Whether to say on standard error how far it is, where very many points are checked.
        shard : str
            Only for this one of several shares, for example ``"3/20"``.

        Returns
        -------
        Check

        Raises
        ------
        LearnsimError
            In one sentence, if it may not run.
        """
        design = design_of(self.settings, self.source, _workers(workers), quiet=not progress)
        share = share_from(shard) if shard else WHOLE
        if shard:
            check_share(share, design, self.source)
        needs, points, most = None, range(len(design.points)), len(design.points) * design.replicates
        replicates = sum(len(share.of(point, design.replicates)) for point in points) if shard else most
        part = replicates / most
        if timed:
            from learnsim.experiments.estimate import estimate

            needs = estimate(design)
        return Check(
            name=self.name,
            arms=design.arms,
            baseline=design.baseline,
            points=len(design.points),
            runs=len(design.arms) * replicates,
            work=design_size(design) + (f", {len(design.arms) * replicates:,} of them in shard {share}" if shard else ""),
            warnings=design.warnings,
            notes=design.notes,
            seconds=part * needs.seconds / workers if needs else None,
            size=part * needs.size if needs else None,
        )

    def run(
        self,
        out: str | Path | None = None,
        workers: int | None = None,
        *,
        engine: str | None = None,
        replicates: int | None = None,
        seed: int | None = None,
        scheduler: str = "",
        executor: Executor | None = None,
        fresh: bool = False,
        retry_failed: bool = False,
        take_over: bool = False,
        progress: bool = False,
        table: bool = False,
    ) -> ExperimentResults:
        """Run what is missing of it; write tables, statistics, figures and report; return the results.

        If it was interrupted, the same call resumes it. If it is finished, nothing is run again. If there are results of a
        smaller experiment (fewer replicates, arms or points), they grow: only what is new is run.

        Parameters
        ----------
        out : str or Path, optional
            The results folder. Left out, it is ``results/NAME`` below the current folder, as on the command line, where
            NAME is ``[experiment] name``: ``"experiment"`` if neither file nor dictionary gives one.
        workers : int, optional
            Runs at a time; all processors if left out.
        engine, replicates, seed : optional
            In place of those in ``[experiment]``.
        scheduler : str
            Address of a Dask scheduler whose workers are to run it.
        executor : concurrent.futures.Executor, optional
            An executor of your own, for example ``mpi4py.futures.MPIPoolExecutor()``; give ``workers`` too.
        fresh : bool
            Take a new folder (NAME-2) if there is one already.
        retry_failed : bool
            Run again what failed before.
        take_over : bool
            Continue for a run on another machine that has surely ended.
        progress : bool
            Whether to show on standard error how far it is, with notes and warnings. In any case the results know their
            warnings.
        table : bool
            Whether to print the table and the answer too, if progress is shown.

        Raises
        ------
        LearnsimError
            In one sentence, if an argument cannot be used; nothing is written then.

        Notes
        -----
        ``engine="agents"`` with several workers starts processes: in a script, not in a notebook, the call must stand below
        ``if __name__ == "__main__":``.
        """
        from learnsim.study_results import ExperimentResults
        from learnsim.workflow import run_experiment

        options = {"experiment.engine": engine, "experiment.replicates": replicates, "experiment.seed": seed}
        changes = {key: value for key, value in options.items() if value is not None}
        done = run_experiment(
            self.settings.changed(changes) if changes else self.settings,
            self.source,
            None if out is None else folder_path(out, "out"),
            None if workers is None else _workers(workers),
            scheduler=scheduler,
            executor=executor,
            fresh=fresh,
            retry_failed=retry_failed,
            take_over=take_over,
            quiet=not progress,
            table=table,
        )
        return ExperimentResults(done.results)

    def run_shard(
        self,
        shard: str,
        out: str | Path | None = None,
        workers: int | None = None,
        *,
        scheduler: str = "",
        executor: Executor | None = None,
        retry_failed: bool = False,
        take_over: bool = False,
        progress: bool = False,
    ) -> Shard:
        """Run what is missing of one of several equal shares, for the jobs of an array; :func:`learnsim.merge` joins them.

        Parameters
        ----------
        shard : str
            Which one, and how many there are: ``"3/20"``.
        out : str or Path, optional
            The results folder of all shards together; the shard's own is beside it: ``results/NAME-shards/03-of-20`` for
            ``results/NAME``.
        workers, scheduler, executor, retry_failed, take_over, progress : optional
            As for :meth:`run`.

        Returns
        -------
        Shard
            With ``folder``, ``runs``, and how many of them ``failed``.

        Raises
        ------
        LearnsimError
            In one sentence, if it cannot be divided so, or an argument cannot be used; nothing is written then.
        """
        from learnsim.experiments.execution.executors import default_workers
        from learnsim.sharding import run_shard

        return run_shard(
            self.settings,
            self.source,
            share_from(shard),
            None if out is None else folder_path(out, "out"),
            default_workers() if workers is None else _workers(workers),
            scheduler=scheduler,
            executor=executor,
            retry_failed=retry_failed,
            take_over=take_over,
            quiet=not progress,
        )

    def __repr__(self) -> str:
        settings = self.settings
        precise, arms = settings.precision, len(settings.arms)
        times = f"{precise.min} to {precise.max}" if precise else f"{settings.experiment.replicates}"
        swept = f", sweep of {listed(settings.sweep)}" if settings.sweep else ""
        return (
            f"<Experiment {self.name}: {settings.model.kind} model, {arms} arm{'' if arms == 1 else 's'}{swept}, "
            f"{times} replicate{'' if times == '1' else 's'}>"
        )

    def _repr_html_(self) -> str:
        """Show in a notebook what is asked, and of which arms."""
        asked = self.settings.experiment
        facts = [
            ("question", asked.question),
            ("expectation", asked.expectation),
            ("arms", listed(self.settings.arms)),
            ("swept", listed(self.settings.sweep)),
            ("measure", self.settings.measure),
            ("seed", str(asked.seed)),
        ]
        return html_block(repr(self)[1:-1], html_facts(facts))


@dataclass(frozen=True, repr=False)
class Check:
    """What :meth:`Experiment.check` says of an experiment that may run.

    Attributes
    ----------
    name : str
    arms : tuple of str
    baseline : str
        The arm that others are compared with.
    points, runs : int
        Combinations of swept settings, and runs in all: of the first stage, where a precision is asked for.
    work : str
        Arms x points x replicates = runs.
    warnings : tuple of str
        What works, but perhaps not as meant.
    notes : tuple of str
        What was read: how many people of a roster, in which communities.
    seconds, size : float or None
        How long it takes with so many workers, and bytes of the finished tables, if it was timed.
    """

    name: str
    arms: tuple[str, ...]
    baseline: str
    points: int
    runs: int
    work: str
    warnings: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    seconds: float | None = None
    size: float | None = None

    def __repr__(self) -> str:
        number = len(self.warnings)
        warned = f"{number or 'no'} warning{'' if number == 1 else 's'}"
        return f"<Check {self.name}: good; {self.work}; {warned}>"

    def _repr_html_(self) -> str:
        """Show work, arms and warnings in a notebook."""
        facts = [("arms", listed(self.arms)), ("baseline", self.baseline)]
        facts += [("warning", text) for text in self.warnings] + [("note", text) for text in self.notes]
        return html_block(repr(self)[1:-1], html_facts(facts))


def _workers(number: Any) -> int:
    """Return how many runs go at a time, or raise :class:`SettingsError`."""
    if not isinstance(number, Integral) or isinstance(number, bool) or int(number) < 1:
        raise SettingsError(f"workers = {shown(number)} must be a whole number, 1 or more")
    return int(number)
