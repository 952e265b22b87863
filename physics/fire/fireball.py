"""Fireballs of burst vessels, as they stand and in the course of time.

    ccps       D = 5.8 M^⅓, t = 0.45 M^⅓ below 30 t, 2.6 M^(1/6) from there, height 0.75 D            (CCPS 1999)
    tno        D = 6.48 M^0.325, t = 0.852 M^0.26, height D                                           (Yellow Book)
    in time    D = 8.664 M^¼ t^⅓ until a third of the CCPS time, then as it is; the centre rises from D/2 to
               3 D_max/2; steady power until a third of the time, then falling to 0 (Roberts; Martinsen and Marx 1999,
               who let no more than 400 kW/m² be radiated)

F_s = 0.00325 p_v^0.32 of the heat is radiated, p_v the pressure at the burst in Pa; the emissive power of a steady ball
is F_s ΔH_c M/(π D² t), and that of a ball in time has the same total heat. A public code writes t^(1/3) as t^1/3 and
another takes 0.45 M^⅓ for every mass: both are wrong. TNO's Table has 0.888 π D² t where water is in the fuel [as
transcribed]; that form is offered as `tno_power`.
"""

from __future__ import annotations

import math
from enum import StrEnum
from typing import Any

import numpy as np
from numpy.typing import NDArray

from physics.cards import Card, Caveat, Evidence, Grade, Kind, ModelInputError, Takes, register
from physics.fire.flame import Ball, FireKind, Flame, absorption_of
from physics.fire.fuels import Fuel, fuel_of
from physics.fire.pool_cards import weather_of
from physics.fire.transmissivity import Absorption
from physics.substances import Substance
from physics.weather import Weather

Array = NDArray[np.float64]

LARGE = 30e3
"""kg, from which buoyancy and not momentum sets the time."""
GREATEST_POWER = 400e3
"""W/m²: no fireball radiates more (Martinsen and Marx; measured 270 to 400; from memory)."""
GREATEST_FRACTION = 0.4
"""Of the heat radiated (measured up to 0.4, from memory)."""
GROWTH = 1.0 / 3.0
"""Share of its time in which a ball grows."""
_STEPS = 60


class FireballModel(StrEnum):
    """Fireballs by name."""

    CCPS = "ccps-fireball"
    TNO = "tno-fireball"
    IN_TIME = "fireball-in-time"


def ccps_diameter(mass: float) -> float:
    """Greatest diameter, m, of a mass in kg."""
    return 5.8 * float(mass ** (1.0 / 3.0))


def ccps_duration(mass: float) -> float:
    """Time it burns, s."""
    return 0.45 * float(mass ** (1.0 / 3.0)) if mass < LARGE else 2.6 * float(mass ** (1.0 / 6.0))


def tno_diameter(mass: float) -> float:
    """Greatest diameter, m."""
    return 6.48 * float(mass**0.325)


def tno_duration(mass: float) -> float:
    """Time it burns, s."""
    return 0.852 * float(mass**0.26)


def growing_diameter(mass: float, time: float) -> float:
    """Diameter while it grows, m, at a time in s."""
    return 8.664 * float(mass**0.25 * time ** (1.0 / 3.0))


def radiated_fraction(burst_pressure: float) -> float:
    """Share of the heat radiated, by the pressure at the burst in Pa."""
    return min(0.00325 * float(burst_pressure**0.32), GREATEST_FRACTION)


def tno_power(*, fraction: float, heat_of_combustion: float, mass: float, diameter: float, duration: float) -> float:
    """Emissive power with TNO's 0.888, W/m²."""
    return fraction * heat_of_combustion * mass / (0.888 * math.pi * diameter**2 * duration)


def _steady(diameter: float, height: float, power: float, duration: float) -> Ball:
    return Ball(
        time=np.array([0.0, duration]),
        radius=np.array([0.5 * diameter]),
        height=np.array([height]),
        power=np.array([power]),
    )


def _in_time(mass: float, heat: float) -> Ball:
    """Ball that grows, lifts off and fades; its heat over all its life is ``heat``, J."""
    duration = ccps_duration(mass)
    most = growing_diameter(mass, GROWTH * duration)
    time = np.linspace(0.0, duration, _STEPS + 1)
    middle = 0.5 * (time[1:] + time[:-1])
    grows = middle < GROWTH * duration
    diameter = np.where(grows, [growing_diameter(mass, t) for t in middle], most)
    risen = np.clip((middle / duration - GROWTH) / (1.0 - GROWTH), 0.0, 1.0)
    height = np.where(grows, 0.5 * diameter, (0.5 + risen) * most)
    shape = np.where(grows, 1.0, 1.0 - risen)
    area = math.pi * diameter**2
    power = shape * heat / float(np.sum(shape * area * np.diff(time)))
    return Ball(time=time, radius=0.5 * diameter, height=height, power=np.minimum(power, GREATEST_POWER))


def fireball(
    fuel: str | Substance | Fuel,
    *,
    mass: float,
    burst_pressure: float,
    weather: Weather,
    model: FireballModel = FireballModel.IN_TIME,
    absorption: Absorption = Absorption.WAYNE,
) -> Flame:
    """Fireball of a burst vessel, its middle over the origin.

    Parameters
    ----------
    fuel : str, Substance or Fuel
    mass : float
        Burnt in it, kg.
    burst_pressure : float
        Absolute pressure in the vessel when it bursts, Pa.
    weather : Weather
    model : FireballModel
    absorption : Absorption
        Of the air.

    Raises
    ------
    ModelInputError
        The fuel is not known to burn, or mass or pressure cannot be.
    """
    of = fuel_of(fuel)
    if not (math.isfinite(mass) and mass > 0.0):
        raise ModelInputError("mass", f"must be above 0 kg, got {mass:g}")
    if not (math.isfinite(burst_pressure) and burst_pressure > 0.0):
        raise ModelInputError("burst_pressure", f"must be above 0 Pa, got {burst_pressure:g}")
    fraction = radiated_fraction(burst_pressure)
    heat = fraction * of.liquid_heat_of_combustion * mass
    if model is FireballModel.IN_TIME:
        ball = _in_time(mass, heat)
    else:
        ccps = model is FireballModel.CCPS
        diameter = ccps_diameter(mass) if ccps else tno_diameter(mass)
        duration = ccps_duration(mass) if ccps else tno_duration(mass)
        power = min(heat / (math.pi * diameter**2 * duration), GREATEST_POWER)
        ball = _steady(diameter, (0.75 if ccps else 1.0) * diameter, power, duration)
    widest = 2.0 * float(np.max(ball.radius))
    power = float(np.max(ball.power))
    caveats: tuple[Caveat, ...] = ()
    if power >= GREATEST_POWER:
        says = f"The emissive power of the fireball was capped at {GREATEST_POWER / 1e3:.0f} kW/m²."
        caveats = (Caveat(Grade.NOTE, model, says),)
    return Flame(
        kind=FireKind.FIREBALL,
        model=model,
        surface_emissive_power=power,
        absorption=absorption_of(weather, absorption),
        duration=float(ball.time[-1]),
        length=widest,
        width=widest,
        height=float(np.max(ball.height)),
        radiative_fraction=fraction,
        ball=ball,
        says=(
            f"{mass:.0f} kg of {of.name} burn in a fireball of {widest:.0f} m for {ball.time[-1]:.1f} s by {model}, "
            f"{power / 1e3:.0f} kW/m² at most.",
        ),
        caveats=caveats,
    )


_TAKES = (
    Takes("fuel"),
    Takes("mass", low=1.0, high=3e6, hard_low=1e-3, hard_high=1e9),
    Takes("burst_pressure", low=3e5, high=5e6, hard_low=1e3, hard_high=1e9, default=1.5e6),
    Takes("ambient_temperature", hard_low=150.0, hard_high=400.0, default=293.15),
    Takes("relative_humidity", hard_low=0.0, hard_high=1.0, default=0.5),
    Takes("distance", hard_low=0.0, hard_high=1e5, default=200.0),
)
_GIVES = (
    *("fireball_diameter", "fireball_duration", "fireball_height", "radiative_fraction", "surface_emissive_power"),
    "incident_heat_flux",
)
_CHECK = Evidence(
    Kind.VERIFICATION,
    "1 t: 58.0 m, 4.5 s (CCPS), 61.18 m, 5.134 s (TNO); 20 t: 157.4, 12.21 and 162.0, 11.19",
    "tests/verification/test_fire_fireball.py::test_check_32",
)
_HEAT = Evidence(
    Kind.VERIFICATION,
    "the heat radiated over a ball's life is the radiated share of its heat of combustion",
    "tests/verification/test_fire_fireball.py::test_heat_is_conserved_in_time",
)
CARDS = (
    Card(
        name=FireballModel.CCPS.value,
        says="Fireball of steady size and power, standing three quarters of its diameter high.",
        takes=_TAKES,
        gives=_GIVES,
        cites=("ccps1999", "roberts1982"),
        evidence=(_CHECK,),
    ),
    Card(
        name=FireballModel.TNO.value,
        says="Fireball of steady size and power by the Yellow Book, one diameter high.",
        takes=_TAKES,
        gives=_GIVES,
        cites=("yellowbook2005", "roberts1982"),
        evidence=(_CHECK,),
    ),
    Card(
        name=FireballModel.IN_TIME.value,
        says="Fireball that grows for a third of its time, then lifts off and fades, with the same heat radiated in "
        "all; the heat flux given is the greatest, the height the last.",
        takes=_TAKES,
        gives=_GIVES,
        cites=("roberts1982", "martinsen1999", "yellowbook2005"),
        evidence=(_HEAT,),
    ),
)


def _run(card: Card) -> None:
    @register(card)
    def run(values: dict[str, Any]) -> tuple[dict[str, Any], list[Caveat]]:
        weather = weather_of({**values, "wind_speed": 5.0})
        flame = fireball(
            values["fuel"],
            mass=values["mass"],
            burst_pressure=values["burst_pressure"],
            weather=weather,
            model=FireballModel(card.name),
        )
        return {
            "fireball_diameter": flame.width,
            "fireball_duration": flame.duration,
            "fireball_height": flame.height,
            "radiative_fraction": flame.radiative_fraction,
            "surface_emissive_power": flame.surface_emissive_power,
            "incident_heat_flux": float(flame.heat_flux(values["distance"], 0.0, 0.0)),
        }, list(flame.caveats)


for _card in CARDS:
    _run(_card)
