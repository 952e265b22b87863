"""Fire around a vessel: heat the wall takes up, how strong steel stays as it warms, and when the vessel bursts.

Heat: Stefan and Boltzmann's law with the parameters of API 521 and of the Scandpower guideline as HydDown's sources
quote them [secondary]. Strength: EN 1993-1-2:2005, table 3.1 and annex A, tensile strength of carbon steel over its
yield strength at 20 °C [from memory, unverified against the print]. Burst: the mean hoop stress of a thin cylinder,
or half of it for a sphere, reaches that strength where the wall is hottest.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import numpy as np
from numpy.typing import NDArray

from physics.bounds import bounded
from physics.cards import Card, Caveat, Evidence, Kind, ModelInputError, Takes, register
from physics.quantities import ZERO_CELSIUS
from physics.vessel.geometry import Shape
from physics.vessel.heat import fire_flux
from physics.vessel.run import VesselRun
from physics.vessel.setting import FlameSetting, Shell

Array = NDArray[np.float64]


class FireKind(StrEnum):
    """Fires with published parameters."""

    API_POOL = "api-521-pool"
    API_JET = "api-521-jet"
    SCANDPOWER_POOL = "scandpower-pool"
    SCANDPOWER_JET = "scandpower-jet"


def _flames(absorptivity: float, flame: float, coefficient: float, gas: float, radiating: float) -> FlameSetting:
    return FlameSetting(
        absorptivity=absorptivity,
        flame_emissivity=flame,
        wall_emissivity=absorptivity,
        coefficient=coefficient,
        gas_temperature=gas + ZERO_CELSIUS,
        radiative_temperature=radiating + ZERO_CELSIUS,
    )


FIRES = {
    FireKind.API_POOL: _flames(0.75, 0.75, 20.0, 600.0, 750.0),
    FireKind.API_JET: _flames(0.75, 0.33, 40.0, 900.0, 1100.0),
    FireKind.SCANDPOWER_POOL: _flames(0.85, 1.0, 30.0, 804.0, 804.0),
    FireKind.SCANDPOWER_JET: _flames(0.85, 1.0, 100.0, 635.0, 635.0),
}
"""Flames by kind of fire."""

STEEL_TEMPERATURES = np.array([20.0, 300.0, 400.0, 500.0, 600.0, 700.0, 800.0, 900.0, 1000.0, 1200.0]) + ZERO_CELSIUS
STEEL_STRENGTHS = np.array([1.25, 1.25, 1.0, 0.78, 0.47, 0.23, 0.11, 0.06, 0.04, 0.0])
"""Tensile strength over the yield strength at 20 °C (EN 1993-1-2, annex A with table 3.1)."""


def steel_strength(temperature: Array, *, yield_strength: float) -> Array:
    """Tensile strength of carbon steel, Pa, at temperatures in K.

    Parameters
    ----------
    temperature : ndarray
    yield_strength : float
        At 20 °C, Pa.
    """
    found: Array = yield_strength * np.interp(temperature, STEEL_TEMPERATURES, STEEL_STRENGTHS)
    return found


def hoop_stress(pressure: Array, *, shell: Shell, ambient_pressure: float) -> Array:
    """Mean stress across a thin wall, Pa.

    Parameters
    ----------
    pressure : ndarray
        Absolute, Pa.
    shell : Shell
    ambient_pressure : float
        Pa.
    """
    share = 0.25 if shell.shape is Shape.SPHERE else 0.5
    stress: Array = share * (pressure - ambient_pressure) * shell.diameter / shell.thickness
    return stress


@dataclass(frozen=True, slots=True, kw_only=True)
class Burst:
    """When and how a vessel bursts.

    Attributes
    ----------
    time : float
        s.
    pressure : float
        Pa.
    temperature : float
        Of the content, K.
    wall : float
        Of the hottest wall, K.
    mass : float
        Still in it, kg.
    """

    time: float
    pressure: float
    temperature: float
    wall: float
    mass: float


def burst(run: VesselRun, *, shell: Shell, yield_strength: float, ambient_pressure: float) -> Burst | None:
    """Where the stress in the hottest wall first reaches its strength; ``None`` if it never does.

    Parameters
    ----------
    run : VesselRun
        Found to the nearest of its times, interpolated.
    shell : Shell
    yield_strength : float
        Of the steel at 20 °C, Pa.
    ambient_pressure : float
        Pa.

    Raises
    ------
    ModelInputError
        The vessel has no wall to burst.
    """
    if shell.thickness <= 0.0:
        raise ModelInputError("wall_thickness", "must be given for a vessel that may burst")
    hottest = np.maximum(run.top_wall, run.wetted_wall)
    over = hoop_stress(run.pressure, shell=shell, ambient_pressure=ambient_pressure) - steel_strength(
        hottest, yield_strength=yield_strength
    )
    beyond = np.nonzero(over >= 0.0)[0]
    if beyond.size == 0:
        return None
    last = int(beyond[0])
    share = 1.0 if last == 0 else float(over[last] / (over[last] - over[last - 1]))

    def at(values: Array) -> float:
        return float(values[last] - share * (values[last] - values[last - 1])) if last else float(values[0])

    return Burst(
        time=at(run.time),
        pressure=at(run.pressure),
        temperature=at(run.temperature),
        wall=at(hottest),
        mass=at(run.mass),
    )


def fire_kind(name: str) -> FireKind:
    """Fire of a model's ``fire`` input.

    Raises
    ------
    ModelInputError
        No fire goes by that name.
    """
    try:
        return FireKind(name)
    except ValueError as error:
        raise ModelInputError("fire", f"must be one of {', '.join(FireKind)}, got {name!r}") from error


_CARD = Card(
    name="fire-heat-flux",
    says="Heat a wall of a given temperature takes up in a pool or jet fire: radiation of the flames, convection, less "
    "what the wall radiates itself, with the parameters of API 521 or of the Scandpower guideline.",
    takes=bounded(Takes("fire", default=FireKind.API_POOL.value), Takes("wall_temperature", hard_low=1.0)),
    gives=("heat_flux",),
    cites=("api521", "hyddown2021"),
    evidence=(
        Evidence(
            Kind.VERIFICATION,
            "HydDown: 45.5 and 83.5 kW/m² at 323 K (API 521 pool, jet), 88.5 and 94.5 at 293 K (Scandpower), 1 %",
            "tests/verification/test_vessel_fire.py::test_published_fluxes",
        ),
    ),
)


@register(_CARD)
def _fire_heat_flux(values: dict[str, Any]) -> tuple[dict[str, Any], list[Caveat]]:
    flames = FIRES[fire_kind(values["fire"])]
    return {"heat_flux": fire_flux(flames.kernel, values["wall_temperature"])}, []
