"""Fitted: the result of a fit, with everything that a report shows of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from learnsim.fitting.estimate import Estimate, Profile
from learnsim.fitting.observed import Observed
from learnsim.fitting.recovery import Recovered
from learnsim.fitting.scores import Scores
from learnsim.settings import Settings

if TYPE_CHECKING:
    import pandas as pd

COLUMNS = ("setting", "estimate", "standard_error", "low", "high")


@dataclass(frozen=True)
class Fitted:
    """The result of a fit; :func:`learnsim.fit` makes one.

    Attributes
    ----------
    estimate : Estimate
        Everything that was found, as arrays.
    before, settings : Settings
        Those of the file; and the same with the estimates in place of the free ones.
    observed : Observed
        What they were fitted to.
    profiles : tuple of Profile
        The misfit along each setting.
    simulated : dict of arm to Scores, or None
        Scores that people simulated with the estimates could have.
    recovered : Recovered or None
        What became of known values, if that was asked for.
    warnings : tuple of str
        Why it is not to be used as it is.
    notes : tuple of str
        What a reader should know before believing it.
    """

    estimate: Estimate
    before: Settings
    settings: Settings
    observed: Observed
    profiles: tuple[Profile, ...] = ()
    simulated: Mapping[str, Scores] | None = None
    recovered: Recovered | None = None
    warnings: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()

    def rows(self) -> list[tuple[str, float, float, float, float]]:
        """Return a row for each setting: its name, estimate, standard error, and 95 % interval."""
        found = self.estimate
        columns = (found.values, found.standard_error, found.low, found.high)
        each = zip(found.names, *columns, strict=True)
        return [(name, float(value), float(error), float(low), float(high)) for name, value, error, low, high in each]

    def to_frame(self) -> pd.DataFrame:
        """Return the estimates as a frame: columns setting, estimate, standard_error, low, high."""
        import pandas as pd

        return pd.DataFrame(self.rows(), columns=list(COLUMNS))

    def __repr__(self) -> str:
        """Say the estimates in one line."""
        each = ", ".join(f"{name} = {value:.3g} [{low:.3g}, {high:.3g}]" for name, value, _, low, high in self.rows())
        return f"<Fitted {self.settings.experiment.name}: {each}>"
