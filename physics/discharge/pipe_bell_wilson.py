"""Gas pipeline broken off: Bell's double exponential as Wilson put it, a screening formula for one end of the break.

    ṁ(t) = ṁ₀/(1 + α) [exp(−t/(α² β)) + α exp(−t/β)],    α = m/(β ṁ₀),    β = 2/3 √(γ f L/D) L/c

with ṁ₀ the choked flow of the open bore, m the gas in the pipe on this side, f Darcy's friction factor, L the
length of this side and c the speed of sound. It gives out exactly what the pipe holds. Bell (1978) and Wilson
(1979, 1981) were not opened for this; the form is as `reference` texts give it and is unverified against them.
"""

from __future__ import annotations

import math
from typing import Any

from physics.bounds import bounded
from physics.cards import Card, Caveat, Evidence, Grade, Kind, Takes, register
from physics.discharge.flashing_models import STEEL_ROUGHNESS, rough_friction_factor
from physics.discharge.orifice import gas_flux
from physics.quantities import GAS_CONSTANT, STANDARD_PRESSURE


def bell_wilson(time: float, *, initial_rate: float, mass: float, time_constant: float) -> tuple[float, float]:
    """Rate (kg/s) and mass given out (kg) at a time after one end of a gas pipe broke off.

    Parameters
    ----------
    time : float
        s.
    initial_rate : float
        Choked flow of the open bore, kg/s.
    mass : float
        Gas in the pipe on this side of the break, kg.
    time_constant : float
        β, s.
    """
    a = mass / (time_constant * initial_rate)
    early, late = math.exp(-time / (a * a * time_constant)), math.exp(-time / time_constant)
    out = initial_rate / (1.0 + a) * a * time_constant * (a * (1.0 - early) + 1.0 - late)
    return initial_rate / (1.0 + a) * (early + a * late), out


_CARD = Card(
    name="bell-wilson",
    says="Rate in time from one end of a gas pipeline broken off, its other end shut: Bell's two exponentials with "
    "Wilson's time constant, perfect gas, fully rough friction. For screening; the two ends of a break are two runs.",
    takes=bounded(
        Takes("pressure", hard_low=1.0),
        Takes("temperature", low=50.0, high=2000.0, hard_low=1.0),
        Takes("molar_mass", hard_low=1e-4),
        Takes("heat_capacity_ratio", low=1.05, high=1.67, hard_low=1.001, hard_high=10.0, default=1.3),
        Takes("compressibility_factor", low=0.7, high=1.2, hard_low=0.01, default=1.0),
        Takes("path_length", low=100.0, hard_low=1e-3),
        Takes("path_diameter", hard_low=1e-6),
        Takes("roughness", hard_low=0.0, default=STEEL_ROUGHNESS),
        Takes("time", hard_low=0.0, default=0.0),
        Takes("ambient_pressure", hard_low=1.0, default=STANDARD_PRESSURE),
    ),
    gives=("mass_flow_rate", "initial_mass_flow_rate", "released_mass", "mass", "time_constant"),
    cites=("bell1978", "wilson1979"),
    evidence=(
        Evidence(
            Kind.VERIFICATION,
            "all the pipe holds comes out, the first rate is the choked flow of the open bore",
            "tests/verification/test_discharge_pipe.py::test_bell_wilson_invariants",
        ),
        Evidence(
            Kind.VERIFICATION,
            "the finite-volume rupture of methane, 80 bar, 0.5 m, 10 km: 2.1 times its rate at first, 0.73 times at "
            "the time constant",
            "tests/verification/test_discharge_pipe_rupture.py::test_bell_wilson_beside_finite_volumes",
        ),
    ),
)


@register(_CARD)
def _bell_wilson(values: dict[str, Any]) -> tuple[dict[str, Any], list[Caveat]]:
    p, gamma, length = values["pressure"], values["heat_capacity_ratio"], values["path_length"]
    diameter = values["path_diameter"]
    rt = values["compressibility_factor"] * GAS_CONSTANT * values["temperature"] / values["molar_mass"]
    area = math.pi * diameter**2 / 4.0
    mass = p / rt * area * length
    initial = area * gas_flux(p, values["ambient_pressure"], rt, gamma)
    heads = rough_friction_factor(diameter, roughness=values["roughness"]) * length / diameter
    constant = 2.0 / 3.0 * math.sqrt(gamma * heads) * length / math.sqrt(gamma * rt)
    says = "The two exponentials of Bell and Wilson were not held against their own papers."
    caveats = [Caveat(Grade.NOTE, "bell-wilson", says)]
    if initial <= 0.0:
        says = "Nothing flows out: the hole is closed, or the surroundings hold the fluid back."
        caveats.append(Caveat(Grade.NOTE, "bell-wilson", says))
        rate, out = 0.0, 0.0
    else:
        rate, out = bell_wilson(values["time"], initial_rate=initial, mass=mass, time_constant=constant)
        if values["time"] > constant:
            says = (
                f"bell-wilson holds until about its time constant, {constant:.3g} s; here it is {values['time']:.3g} s."
            )
            caveats.append(Caveat(Grade.DEGRADED, "bell-wilson", says))
    return {
        "mass_flow_rate": rate,
        "initial_mass_flow_rate": initial,
        "released_mass": out,
        "mass": mass,
        "time_constant": constant,
    }, caveats
