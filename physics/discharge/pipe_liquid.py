"""Liquid that does not flash flowing through a pipe: Darcy and Weisbach with Colebrook's friction, losses and height.

    p − p_a − ρ g Δz = ρ u²/2 (f L/D + ΣK + 1/r²),    r = C_d (d/D)² of the hole at the end, 1 when the end is open

Legend: f Darcy friction factor, Re Reynolds number, e roughness over diameter, n velocity heads besides friction.
"""

from __future__ import annotations

import math
from typing import Any

from physics._jit import kernel
from physics.bounds import bounded
from physics.cards import Card, Caveat, Evidence, Grade, Kind, Takes, register
from physics.discharge.flashing_models import FULL_BORE, STEEL_ROUGHNESS
from physics.quantities import GRAVITY, STANDARD_PRESSURE

LAMINAR = 2300.0
"""Reynolds number up to which pipe flow is laminar, f = 64/Re (White 1974)."""
TURBULENT = 4000.0
"""Reynolds number from which Colebrook's law is taken; between the two f goes straight from one to the other."""
_NEWTON_STEPS = 30
_TOLERANCE = 1e-13
_FLOW_STEPS = 200


@kernel
def _turbulent(reynolds: float, relative: float) -> float:
    """Colebrook's 1/√f = −2 log10(e/3.7 + 2.51/(Re √f)) by Newton from Haaland's explicit formula."""
    x = -1.8 * math.log10((relative / 3.7) ** 1.11 + 6.9 / reynolds)
    a, b = relative / 3.7, 2.51 / reynolds
    for _ in range(_NEWTON_STEPS):
        inside = a + b * x
        change = (x + 2.0 * math.log10(inside)) / (1.0 + 2.0 * b / (inside * math.log(10.0)))
        x -= change
        if abs(change) < _TOLERANCE * x:
            break
    return 1.0 / (x * x)


@kernel
def friction_factor(reynolds: float, relative: float) -> float:
    """Darcy friction factor: laminar, Colebrook 1939, and a straight line between the two."""
    if reynolds <= LAMINAR:
        return 64.0 / max(reynolds, 1e-12)
    if reynolds >= TURBULENT:
        return _turbulent(reynolds, relative)
    share = (reynolds - LAMINAR) / (TURBULENT - LAMINAR)
    return (1.0 - share) * 64.0 / LAMINAR + share * _turbulent(TURBULENT, relative)


@kernel
def liquid_pipe_velocity(
    drive: float, density: float, viscosity: float, length: float, diameter: float, relative: float, n: float
) -> tuple[float, float, float]:
    """Velocity, Reynolds number and friction factor at which the losses use up ``drive``: bisection on velocity."""
    if drive <= 0.0:
        return 0.0, 0.0, 0.0
    low, high = 0.0, math.sqrt(2.0 * drive / density / n)
    u = high
    for _ in range(_FLOW_STEPS):
        u = 0.5 * (low + high)
        reynolds = density * u * diameter / viscosity
        lost = 0.5 * density * u * u * (friction_factor(reynolds, relative) * length / diameter + n)
        if lost > drive:
            high = u
        else:
            low = u
        if high - low < _TOLERANCE * high:
            break
    reynolds = density * u * diameter / viscosity
    return u, reynolds, friction_factor(reynolds, relative)


_CARD = Card(
    name="liquid-pipe",
    says="Steady flow of a liquid that does not flash from rest through a pipe to an open end or a hole: Darcy and "
    "Weisbach with the friction of Colebrook, fittings as velocity heads, and the height climbed. A hole wider than "
    "the pipe is its open end. Vapour pressure is not looked at: for a liquid that may flash take flashing-line.",
    takes=bounded(
        Takes("pressure", hard_low=0.0),
        Takes("liquid_density", hard_low=1e-3),
        Takes("liquid_viscosity", low=5e-5, hard_low=1e-9, default=1e-3),
        Takes("path_length", hard_low=0.0),
        Takes("path_diameter", low=2e-3, hard_low=1e-6),
        Takes("roughness", hard_low=0.0, default=STEEL_ROUGHNESS),
        Takes("loss_coefficient", hard_low=0.0, default=0.0),
        Takes("elevation_change", default=0.0),
        Takes("hole_diameter", hard_low=0.0, default=FULL_BORE),
        Takes("discharge_coefficient", low=0.5, hard_low=1e-6, hard_high=1.0, default=1.0),
        Takes("ambient_pressure", hard_low=0.0, default=STANDARD_PRESSURE),
    ),
    gives=("mass_flow_rate", "mass_flux", "exit_velocity", "reynolds_number", "friction_factor"),
    cites=("colebrook1939", "haaland1983", "white1974"),
    evidence=(
        Evidence(
            Kind.VERIFICATION,
            "Colebrook's law as solved by the fluids library, laminar law, Poiseuille's and Bernoulli's limits",
            "tests/verification/test_discharge_pipe.py::test_liquid_pipe_limits",
        ),
        Evidence(
            Kind.VERIFICATION,
            "pressure drops added up by the fluids library give back the pressure upstream",
            "tests/verification/test_discharge_pipe.py::test_liquid_pipe_against_fluids",
        ),
    ),
)


@register(_CARD)
def _liquid_pipe(values: dict[str, Any]) -> tuple[dict[str, Any], list[Caveat]]:
    diameter, density = values["path_diameter"], values["liquid_density"]
    bore = values["hole_diameter"] / diameter
    ratio = min(values["discharge_coefficient"] * min(bore, 1.0) ** 2, 1.0)
    drive = values["pressure"] - values["ambient_pressure"] - density * GRAVITY * values["elevation_change"]
    caveats = []
    u, reynolds, factor = 0.0, 0.0, 0.0
    if drive > 0.0 and ratio > 0.0:
        u, reynolds, factor = liquid_pipe_velocity(
            drive,
            density,
            values["liquid_viscosity"],
            values["path_length"],
            diameter,
            values["roughness"] / diameter,
            values["loss_coefficient"] + 1.0 / (ratio * ratio),
        )
    if u <= 0.0:
        says = "Nothing flows out: the hole is closed, or the surroundings hold the fluid back."
        caveats.append(Caveat(Grade.NOTE, "liquid-pipe", says))
    elif LAMINAR < reynolds < TURBULENT:
        says = (
            f"At a Reynolds number of {reynolds:.0f} the flow is neither laminar nor turbulent; friction is uncertain."
        )
        caveats.append(Caveat(Grade.NOTE, "liquid-pipe", says))
    return {
        "mass_flow_rate": density * u * math.pi * diameter**2 / 4.0,
        "mass_flux": density * u,
        "exit_velocity": u / ratio if ratio > 0.0 else 0.0,
        "reynolds_number": reynolds,
        "friction_factor": factor,
    }, caveats
