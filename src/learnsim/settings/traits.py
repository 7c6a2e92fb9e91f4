"""Traits: the distributions over [0, 1] of quantities that differ between people.
``people`` draws from them.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, model_validator

from learnsim.settings.declare import Table

Share = Annotated[float, Field(ge=0.0, le=1.0)]


class Constant(Table):
    """Everybody is alike."""

    distribution: Literal["constant"]
    value: Share


class Uniform(Table):
    """All values from low to high are equally likely."""

    distribution: Literal["uniform"]
    low: Share
    high: Share

    @model_validator(mode="after")
    def _ordered(self) -> Uniform:
        if self.low > self.high:
            raise ValueError(f"low = {self.low} must not exceed high = {self.high}")
        return self


class Beta(Table):
    """The beta distribution with this mean and standard deviation; sd 0 is constant."""

    distribution: Literal["beta"]
    mean: Share
    sd: Annotated[float, Field(ge=0.0, lt=0.5)]

    @model_validator(mode="after")
    def _possible(self) -> Beta:
        widest = (self.mean * (1.0 - self.mean)) ** 0.5
        if self.sd > 0.0 and self.sd >= widest:
            raise ValueError(f"sd = {self.sd} is too wide: with mean = {self.mean} it must be below {widest:.4g}")
        if 0.0 < self.sd < 1e-6:
            raise ValueError(f"sd = {self.sd} is too narrow: it must be 0 (all people alike), or 0.000001 or more")
        return self

    @property
    def shape(self) -> tuple[float, float]:
        """The two usual parameters (alpha, beta); only for sd > 0."""
        weight = self.mean * (1.0 - self.mean) / (self.sd * self.sd) - 1.0
        return self.mean * weight, (1.0 - self.mean) * weight


class Lognormal(Table):
    """The lognormal distribution with this mean and coefficient of variation, clipped at 1 (and counted)."""

    distribution: Literal["lognormal"]
    mean: Annotated[float, Field(gt=0.0, le=1.0)]
    cv: Annotated[float, Field(ge=0.0)]


TRAITS: dict[str, type[Table]] = {"constant": Constant, "uniform": Uniform, "beta": Beta, "lognormal": Lognormal}
Trait = Annotated[Constant | Uniform | Beta | Lognormal, Field(discriminator="distribution")]


def beta(mean: float, sd: float) -> Beta:
    """Return the beta trait with this mean and standard deviation."""
    return Beta(distribution="beta", mean=mean, sd=sd)
