"""State of a flashing fluid at the inlet of a nozzle, and the inputs every nozzle model shares."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

from physics.bounds import bounded
from physics.cards import Caveat, Takes
from physics.discharge.fluid import find_fluid, liquid_temperature, unused_pressure
from physics.quantities import STANDARD_PRESSURE
from physics.substances import Substance
from physics.substances.kernels import LIQUID_DENSITY, interpolate, vapour_density

LIQUID_TAKES = bounded(
    Takes("fluid"),
    Takes("temperature", hard_low=1.0),
    Takes("pressure", hard_low=0.0, default=0.0),
    Takes("ambient_pressure", hard_low=0.0, default=STANDARD_PRESSURE),
)
"""Inputs of a nozzle fed with liquid; pressure 0 or left out means saturated."""
NOZZLE_TAKES = (*LIQUID_TAKES, Takes("vapour_fraction", hard_low=0.0, hard_high=1.0, default=0.0))
"""Inputs of a nozzle fed with liquid or a saturated mixture."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Inlet:
    """Stagnation state before a nozzle.

    Attributes
    ----------
    fluid : Substance
    pressure, temperature : float
        Pa, K.
    saturation_pressure : float
        At that temperature, Pa; the pressure where there is vapour or the liquid is saturated.
    vapour_fraction : float
        Mass fraction.
    liquid_volume, vapour_volume : float
        Specific, saturated, m³/kg.
    caveats : tuple of Caveat
    """

    fluid: Substance
    pressure: float
    temperature: float
    saturation_pressure: float
    vapour_fraction: float
    liquid_volume: float
    vapour_volume: float
    caveats: tuple[Caveat, ...]

    @property
    def density(self) -> float:
        """Of liquid and vapour together, kg/m³."""
        x = self.vapour_fraction
        return 1.0 / ((1.0 - x) * self.liquid_volume + x * self.vapour_volume)

    @property
    def volume_change(self) -> float:
        """Specific volume of vapour less that of liquid, m³/kg."""
        return self.vapour_volume - self.liquid_volume

    @property
    def heat_of_vaporisation(self) -> float:
        """J/kg."""
        return float(self.fluid.saturation.heat_of_vaporisation(self.temperature))

    @property
    def liquid_heat_capacity(self) -> float:
        """J/(kg K)."""
        return float(self.fluid.saturation.liquid_heat_capacity(self.temperature))


def inlet(values: dict[str, Any]) -> Inlet:
    """Inlet state of checked model inputs; vapour means the pressure is the saturation pressure.

    Raises
    ------
    ModelInputError
        The fluid is unknown, or temperature or pressure is outside its tables.
    """
    fluid, given = find_fluid(values["fluid"]), values["pressure"]
    x = values.get("vapour_fraction", 0.0)
    pressed = given if given > 0.0 and x <= 0.0 else math.inf
    temperature, caveats = liquid_temperature(fluid, pressure=pressed, temperature=values["temperature"])
    table = fluid.saturation.table
    saturated = float(fluid.saturation.pressure(temperature))
    if x > 0.0:
        caveats += unused_pressure(fluid, given=given, saturated=saturated, temperature=temperature)
    return Inlet(
        fluid=fluid,
        pressure=max(given, saturated) if x <= 0.0 else saturated,
        temperature=temperature,
        saturation_pressure=saturated,
        vapour_fraction=x,
        liquid_volume=1.0 / interpolate(table, LIQUID_DENSITY, temperature),
        vapour_volume=1.0 / vapour_density(table, temperature),
        caveats=tuple(caveats),
    )
