"""Drawn: the run that the figure of an organisation shows."""

from functools import partial

from learnsim.experiments.first_run import first_run


def run_of(summary):
    """Return the function that runs replicate 0 of an arm again, as figures take it."""
    return partial(first_run, summary.results.design)
