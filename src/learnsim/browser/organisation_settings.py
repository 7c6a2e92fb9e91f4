"""Organisation settings: what a page shows of an experiment on a model of the user's own on our organisation."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from learnsim.browser.controls import Control, control_of, label_of
from learnsim.browser.model_settings import ModelSettings
from learnsim.browser.page_settings import PageSettings, first_arms, known
from learnsim.browser.two_models import TwoModels
from learnsim.errors import SettingsError
from learnsim.grouping.preparation import Prepared
from learnsim.models.mesa.parameters import as_toml
from learnsim.models.mesa.probe import at_first_point
from learnsim.models.own.declared import fields_of
from learnsim.models.own.model import OrganisationModel
from learnsim.models.own.run import own_class, run_of
from learnsim.settings import Settings
from learnsim.settings.arms import OVERRIDDEN

OF_ORGANISATION = ("organisation.cell_size", "organisation.cycle_length")


@dataclass(frozen=True)
class OrganisationSettings(ModelSettings):
    """Two arms of an experiment on a model of the user's own on our organisation, and what was changed.

    The settings of the class are the same in both arms, as are the size of cells and the length of a cycle.
    """

    @property
    def known_arms(self) -> tuple[str, ...]:
        """The arms of the file, then the presets."""
        return tuple(known(self.base))

    @cached_property
    def of_arms(self) -> dict[str, dict[str, Any]]:
        """The settings of the class, defaults included: the same in each arm."""
        defaults = {name: as_toml(one.default) for name, one in self.declared.parameters.items()}
        usual = {name: value for name, value in defaults.items() if value is not None}
        return dict.fromkeys(self.known_arms, usual | self.base.parameters)

    @cached_property
    def controls(self) -> tuple[Control, ...]:
        """The controls of the settings that the class declares, with their units, and of the cells."""
        fields = fields_of(own_class(self.base.model.class_name), OrganisationModel)
        made = []
        for control in super().controls:
            key = control.name.partition(".")[2]
            label, meaning = label_of(key, fields[key]), str(fields[key].description or "")
            made.append(replace(control, label=label, meaning=meaning))
        cells = (control_of(name, self.base).showing(self.changes) for name in OF_ORGANISATION)
        return (*made, *(one for one in cells if one.kind == "whole"))

    @property
    def differing_sentence(self) -> str:
        """What is the same in both arms, and what is not."""
        return f"The two arms have the same people, and may organise them differently. {self.BOTH}"

    def chips(self, side: int) -> dict[str, Any]:
        """Return the fields of an arm that differ from the other arm's."""
        left, right = (self.base.arm(arm)._asdict() for arm in self.arms)
        own = (left, right)[side]
        return {name: own[name] for name in own if name in OVERRIDDEN and left[name] != right[name]}

    def prepared(self) -> Prepared:
        """Return the settings that the page plays: those of the file with the changes, and just these two arms.

        Raises
        ------
        SettingsError, PolicyError
            With the message of the command line.
        """
        try:
            self.declared.check(self.base.parameters, "[parameters]")
        except SettingsError as error:
            raise SettingsError(f"{self.source}: {error}") from None
        self._check_arms()
        return self.prepared_arms()

    def pair(self) -> TwoModels:
        """Return the models of the two arms, at their beginning.

        Raises
        ------
        SettingsError, PolicyError, RunError
            As :meth:`prepared` does, or if a model cannot be made.
        """
        return TwoModels(self.prepared(), self.names, run_of)


def organisation_settings(settings: Settings, source: str) -> PageSettings:
    """Return what is shown first: the arms that the page of a training model shows first; of a sweep the first point."""
    return OrganisationSettings(at_first_point(settings), source, first_arms(settings))
