"""Preparation: the roster, the policies and the measures that settings name, read once for everything that follows."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property

from learnsim.arrays import Addresses
from learnsim.errors import LearnsimError
from learnsim.grouping.own_measures import check_no_measures, with_measures
from learnsim.grouping.policies import load_policies
from learnsim.people import Roster, addresses_of, count_trainees, load_roster, with_communities
from learnsim.settings import Settings
from learnsim.settings.readers import model_of


@dataclass(frozen=True)
class Prepared:
    """Settings whose roster has been read and whose policies and measures are known.

    Attributes
    ----------
    settings : Settings
    roster : Roster or None
        ``None`` if the settings name none.
    source : str
        Where the settings come from, for errors: a file's name, or ``"settings"``.
    """

    settings: Settings
    roster: Roster | None = None
    source: str = "settings"

    @cached_property
    def groups(self) -> tuple[str, ...]:
        """The groups of further measures that the settings ask for."""
        return model_of(self.settings).groups_of(self.settings)

    @property
    def trainees(self) -> int:
        """The number of people: the roster's, or the setting."""
        return count_trainees(self.settings, self.roster)

    @cached_property
    def address(self) -> Addresses:
        """Where each person's random numbers are, shape (trainees,)."""
        return addresses_of(self.settings, self.roster)

    def with_settings(self, settings: Settings) -> Prepared:
        """Return the same people with other settings, of which none is about their file."""
        return replace(self, settings=settings)

    def named(self, source: str) -> Prepared:
        """Return the same under another name for errors."""
        return replace(self, source=source)


def prepare(settings: Settings | Prepared, source: str = "settings", roster: Roster | None = None) -> Prepared:
    """Load the policies and measures that settings name, and read their roster.

    Parameters
    ----------
    settings : Settings or Prepared
        What is prepared already keeps its roster; its policies and measures are loaded again if their file has changed, or
        if this is another process.
    source : str
        Where the settings come from, for errors.
    roster : Roster, optional
        What the file that the settings name says, if it has been read already.

    Raises
    ------
    SettingsError, PolicyError
        If the roster, the policies or the measures cannot be used; the message begins with the source.

    Examples
    --------
    >>> from learnsim.settings import Settings
    >>> prepare(Settings()).trainees
    240
    """
    if isinstance(settings, Prepared):
        known, here, source = settings, settings.settings, settings.source
    else:
        known, here = None, settings
    try:
        if here.experiment.policies:
            load_policies(here.experiment.policies)
        here = with_measures(here)
        if here.experiment.policies and not here.experiment.measures:
            check_no_measures(here.experiment.policies)
        if known:
            return known if here is known.settings else known.with_settings(here)
        roster = load_roster(here, roster)
        return Prepared(with_communities(here, roster), roster, source)
    except LearnsimError as error:
        raise type(error)(f"{source}: {error}") from error.__cause__
