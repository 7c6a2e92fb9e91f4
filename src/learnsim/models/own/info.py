"""Info: what learnsim knows of a model of the user's own on our organisation; its class declares settings and measures."""

from __future__ import annotations

from typing import TYPE_CHECKING

from learnsim.errors import SettingsError
from learnsim.models.mesa.info import MESA, MesaInfo

if TYPE_CHECKING:
    from learnsim.models.own.record import OwnRecord
    from learnsim.models.record import Setup
    from learnsim.settings import Settings


def _simulate(setup: Setup) -> OwnRecord:
    from learnsim.models.own.run import simulate

    return simulate(setup)


class OwnInfo(MesaInfo):
    """A model of the user's own on our organisation; before its class is known it has no measures."""

    def reporters(self, settings: Settings) -> tuple[str, ...]:
        """Return the measures that the class declares; finished results name them."""
        if settings.model.reporters:
            return tuple(settings.model.reporters)
        from learnsim.models.own.declared import measures_of
        from learnsim.models.own.run import own_class

        return tuple(measures_of(own_class(settings.model.class_name)))

    def standing_of(self, settings: Settings) -> str:
        """Return what the class calls a person's standing; nothing where the class is not there."""
        from learnsim.models.own.run import own_class

        try:
            return str(own_class(settings.model.class_name).STANDING)
        except SettingsError:
            return ""


OWN = OwnInfo(
    name="organisation",
    meaning="a model of your own on our organisation, in a file ([model] class)",
    question="which organisation serves what the model is about?",
    tables={},
    periods="model.steps",
    session_measures={},
    run_measures=MESA.run_measures,
    headline=(),
    standing="",
    run=_simulate,
    reads=(*(name for name in MESA.reads), "people"),
    clock="period",
)
