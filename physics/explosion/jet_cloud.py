"""Hydrogen jets that are lit late (Jallais and others 2018): the part of the jet that burns fast, and its blast."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from physics.bounds import bounded
from physics.cards import Card, Caveat, Evidence, Grade, Kind, ModelInputError, Takes, register
from physics.dispersion.jets import path as p
from physics.dispersion.jets.model import integral_jet
from physics.dispersion.jets.solve import Jet
from physics.dispersion.track import Aim, Source
from physics.explosion.baker_strehlow_tang import baker_strehlow_tang
from physics.explosion.blast import GIVES, SOUND_SPEED, Blast, at
from physics.explosion.multi_energy import off_the_curve
from physics.quantities import GAS_CONSTANT, STANDARD_PRESSURE
from physics.substances import substance
from physics.weather import Weather

NAME = "late-ignited-hydrogen-jet"
HYDROGEN_HEAT = 1.2e8
"""Net heat of combustion of hydrogen, J/kg (HyRAM+)."""
LOWER, UPPER = 0.10, 0.75
"""Mole fractions between which a jet burns fast (Jallais and others 2018, in HyRAM+)."""
FLAME_SPEEDS = ((0.5, 100.0), (1.0, 140.0), (10.0, 240.0))
"""Up to this mass flow, kg/s, this speed of the flame, m/s (the same)."""
_STILL = Weather(wind_speed=1.0, wind_from_direction=0.0, stability_class="D", relative_humidity=0.0)
_REACH = 400.0


def jet_fuel_between(jet: Jet, lower: float, upper: float) -> float:
    """Mass of a jet's substance that lies between two mole fractions, kg.

    Across a jet the mass concentration is Gaussian, so that the mass of a slice between two concentrations is their
    difference times pi times the square of the profile's width.

    Parameters
    ----------
    jet : Jet
    lower, upper : float
        Mole fractions.
    """
    axis = jet.rows[:, p.CONCENTRATION]
    high, low = (jet.mixtures.concentration_of(np.array([value]))[0] for value in (upper, lower))
    slices = (
        math.pi
        * jet.closure.spread
        * jet.rows[:, p.WIDTH] ** 2
        * (np.minimum(axis, high) - np.minimum(axis, low))
    )  # fmt: skip
    return float(np.trapezoid(slices, jet.rows[:, p.WAY]))


def jallais_flame_speed(mass_flow_rate: float) -> float:
    """Speed of the flame through a hydrogen jet, m/s.

    Parameters
    ----------
    mass_flow_rate : float
        kg/s.

    Raises
    ------
    ValueError
        Above 10 kg/s nothing is published.
    """
    for most, speed in FLAME_SPEEDS:
        if mass_flow_rate <= most:
            return speed
    raise ValueError(f"flame speeds are published up to {FLAME_SPEEDS[-1][0]:g} kg/s, this jet is {mass_flow_rate:.4g}")


def jallais_blast(jet: Jet, *, mass_flow_rate: float) -> Blast:
    """Blast of a hydrogen jet that is lit where it is strongest, measured from its opening.

    Parameters
    ----------
    jet : Jet
        Of hydrogen.
    mass_flow_rate : float
        kg/s.

    Raises
    ------
    ValueError
        The jet is stronger than the rule, or none of it burns.
    """
    energy = jet_fuel_between(jet, LOWER, UPPER) * HYDROGEN_HEAT
    return baker_strehlow_tang(energy=energy, flame_mach=jallais_flame_speed(mass_flow_rate) / SOUND_SPEED)


def hydrogen_jet(*, mass_flow_rate: float, velocity: float, temperature: float) -> Jet:
    """Integral jet of hydrogen in still air, from a source at ambient pressure.

    Parameters
    ----------
    mass_flow_rate : float
        kg/s.
    velocity : float
        After expansion, m/s.
    temperature : float
        There, K.
    """
    of = substance("hydrogen")
    source = Source(
        substance=of,
        aim=Aim.HORIZONTAL,
        mass_flow_rate=mass_flow_rate,
        temperature=temperature,
        density=STANDARD_PRESSURE * of.molar_mass / (GAS_CONSTANT * temperature),
        velocity=velocity,
        height=1.0,
    )
    return integral_jet(source, _STILL, reach=_REACH)


_CARD = Card(
    name=NAME,
    says="Blast of a hydrogen jet in the open that is lit late (Jallais and others 2018): the part of a free jet "
    "between 10 and 75 %, a flame of 100, 140 or 240 m/s by the mass flow, curves of Baker, Strehlow and Tang.",
    takes=bounded(
        Takes("mass_flow_rate", low=1e-3, high=10.0, hard_low=1e-6, hard_high=10.0),
        Takes("expanded_velocity", low=100.0, high=3000.0, hard_low=10.0, hard_high=5000.0),
        Takes("source_temperature", low=200.0, high=330.0, hard_low=50.0, hard_high=600.0, default=288.15),
        Takes("distance", hard_low=0.0, hard_high=1e6),
    ),
    gives=("explosion_energy", "flame_mach", *GIVES),
    cites=("jallais2018", "hyram2022", "ccps2010"),
    evidence=(
        Evidence(
            Kind.VERIFICATION,
            "mass between two concentrations against a sum over the jet's field",
            "tests/validation/test_hydrogen_overpressure.py::test_mass_of_a_jet_between_two_fractions",
        ),
        Evidence(
            Kind.VALIDATION,
            "overpressures of hydrogen jets lit late (Jallais 2018, Royle 2011, Takeno 2007)",
            "tests/validation/test_hydrogen_overpressure.py::test_scores",
        ),
    ),
)


@register(_CARD)
def _run(values: dict[str, Any]) -> tuple[dict[str, Any], list[Caveat]]:
    try:
        jet = hydrogen_jet(
            mass_flow_rate=values["mass_flow_rate"],
            velocity=values["expanded_velocity"],
            temperature=values["source_temperature"],
        )
        blast = jallais_blast(jet, mass_flow_rate=values["mass_flow_rate"])
    except ModelInputError:
        raise
    except ValueError as error:
        raise ModelInputError("mass_flow_rate", str(error)) from error
    says = "The blast is counted from the opening; it starts some way along the jet."
    return {
        "explosion_energy": blast.energy,
        "flame_mach": jallais_flame_speed(values["mass_flow_rate"]) / SOUND_SPEED,
        **at(blast, values["distance"]),
    }, [Caveat(Grade.NOTE, NAME, says), *blast.caveats, *off_the_curve(blast, values["distance"])]
