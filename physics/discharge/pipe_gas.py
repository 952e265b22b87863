"""Gas in a long pipe whose inlet pressure is known: adiabatic (Fanno) and isothermal, choked at the end or not.

Adiabatic, with N = f L/D + ΣK (Shapiro 1953, chapter 6) and Y = 1 + (γ − 1) Ma²/2:

    p₂/p₁ = Ma₁/Ma₂ √(Y₁/Y₂),      T₂/T₁ = Y₁/Y₂,      G = p₁ Ma₁ √(γ M/(Z R T₁))

Isothermal, with r = p₁/p₂:

    G² = (p₁² − p₂²) M/(Z R T (N + 2 ln r)),      choked where r² − 1 = N + 2 ln r

Pressure and temperature are those of the flowing gas at the inlet, as a pipeline's instruments give them; from a
vessel at rest take gas-line.
"""

from __future__ import annotations

import math
from typing import Any

from physics._jit import kernel
from physics.bounds import bounded
from physics.cards import Card, Caveat, Evidence, Grade, Kind, Takes, register
from physics.discharge.flashing_models import STEEL_ROUGHNESS, velocity_heads
from physics.discharge.line import fanno_heads
from physics.quantities import GAS_CONSTANT, STANDARD_PRESSURE

_BISECTIONS = 80
_SLOWEST = 1e-9  # Mach number from which bisection starts


@kernel
def _mach_leading_to(n: float, mach_out: float, gamma: float) -> float:
    """Mach number at the inlet that ``n`` heads bring to ``mach_out``, subsonic."""
    goal = n + fanno_heads(mach_out, gamma)
    low, high = _SLOWEST, mach_out
    for _ in range(_BISECTIONS):
        mach = 0.5 * (low + high)
        if fanno_heads(mach, gamma) > goal:
            low = mach
        else:
            high = mach
    return 0.5 * (low + high)


@kernel
def _pressure_ratio(mach_in: float, mach_out: float, gamma: float) -> float:
    """Pressure at the outlet over that at the inlet."""
    half = 0.5 * (gamma - 1.0)
    return mach_in / mach_out * math.sqrt((1.0 + half * mach_in * mach_in) / (1.0 + half * mach_out * mach_out))


@kernel
def fanno_pipe(p: float, p_back: float, gamma: float, n: float) -> tuple[float, float, float]:
    """Mach numbers at inlet and outlet of a pipe of ``n`` heads, and outlet over inlet pressure.

    Choked unless the pressure at Mach 1 would lie below ``p_back``.
    """
    if p_back >= p:
        return 0.0, 0.0, 1.0
    mach_in = _mach_leading_to(n, 1.0, gamma)
    ratio = _pressure_ratio(mach_in, 1.0, gamma)
    if ratio * p >= p_back:
        return mach_in, 1.0, ratio
    low, high = _SLOWEST, 1.0
    for _ in range(_BISECTIONS):
        out = 0.5 * (low + high)
        mach_in = _mach_leading_to(n, out, gamma)
        if _pressure_ratio(mach_in, out, gamma) * p > p_back:
            low = out
        else:
            high = out
    out = 0.5 * (low + high)
    mach_in = _mach_leading_to(n, out, gamma)
    return mach_in, out, p_back / p


@kernel
def isothermal_pipe(p: float, p_back: float, specific_rt: float, n: float) -> tuple[float, float]:
    """Mass flux and outlet pressure of a pipe of ``n`` heads at one temperature."""
    if p_back >= p:
        return 0.0, p_back
    low, high = 1.0, 2.0 + n
    for _ in range(_BISECTIONS):
        r = 0.5 * (low + high)
        if r * r - 1.0 < n + 2.0 * math.log(r):
            low = r
        else:
            high = r
    out = max(p / (0.5 * (low + high)), p_back)
    flux = math.sqrt((p * p - out * out) / (specific_rt * (n + 2.0 * math.log(p / out))))
    return flux, out


_TAKES = (
    Takes("pressure", hard_low=1.0),
    Takes("temperature", low=50.0, high=2000.0, hard_low=1.0),
    Takes("molar_mass", hard_low=1e-4),
    Takes("compressibility_factor", low=0.7, high=1.2, hard_low=0.01, default=1.0),
    Takes("path_length", hard_low=1e-3),
    Takes("path_diameter", hard_low=1e-6),
    Takes("loss_coefficient", hard_low=0.0, default=0.0),
    Takes("roughness", hard_low=0.0, default=STEEL_ROUGHNESS),
    Takes("ambient_pressure", hard_low=1.0, default=STANDARD_PRESSURE),
)

_FANNO = Card(
    name="fanno-pipe",
    says="Steady adiabatic flow of a perfect gas through a pipe with fully rough friction, open at its end, choked or "
    "not, from the pressure and temperature of the flowing gas at its inlet.",
    takes=bounded(*_TAKES, Takes("heat_capacity_ratio", low=1.05, high=1.67, hard_low=1.001, hard_high=10.0)),
    gives=(
        "mass_flow_rate",
        "mass_flux",
        "inlet_mach_number",
        "exit_mach_number",
        "exit_pressure",
        "exit_temperature",
        "exit_velocity",
        "choked",
    ),
    cites=("shapiro1953", "aqt3046", "nikuradse1933"),
    evidence=(
        Evidence(
            Kind.VERIFICATION,
            "81.01325 bar, 288.15 K, 0.981 m: Mach number and flux of 100 m, 1 km and 10 km (AQ/T 3046 E.18 to E.22)",
            "tests/verification/test_discharge_pipe.py::test_fanno_pipe_published",
        ),
        Evidence(
            Kind.VERIFICATION,
            "momentum and energy along the pipe integrated by scipy, choked and not",
            "tests/verification/test_discharge_pipe.py::test_fanno_pipe_against_integration",
        ),
    ),
)


def _heads(values: dict[str, Any]) -> float:
    return velocity_heads(
        length=values["path_length"],
        diameter=values["path_diameter"],
        roughness=values["roughness"],
        loss_coefficient=values["loss_coefficient"],
    )


def _nothing(flux: float, model: str) -> list[Caveat]:
    if flux > 0.0:
        return []
    says = "Nothing flows out: the hole is closed, or the surroundings hold the fluid back."
    return [Caveat(Grade.NOTE, model, says)]


@register(_FANNO)
def _fanno_pipe(values: dict[str, Any]) -> tuple[dict[str, Any], list[Caveat]]:
    p, gamma = values["pressure"], values["heat_capacity_ratio"]
    rt = values["compressibility_factor"] * GAS_CONSTANT * values["temperature"] / values["molar_mass"]
    into, out, ratio = fanno_pipe(p, values["ambient_pressure"], gamma, _heads(values))
    flux = p * into * math.sqrt(gamma / rt)
    cooled = (1.0 + 0.5 * (gamma - 1.0) * into * into) / (1.0 + 0.5 * (gamma - 1.0) * out * out)
    return {
        "mass_flow_rate": flux * math.pi * values["path_diameter"] ** 2 / 4.0,
        "mass_flux": flux,
        "inlet_mach_number": into,
        "exit_mach_number": out,
        "exit_pressure": ratio * p if flux > 0.0 else values["ambient_pressure"],
        "exit_temperature": values["temperature"] * cooled,
        "exit_velocity": out * math.sqrt(gamma * rt * cooled),
        "choked": 1.0 if out == 1.0 else 0.0,
    }, _nothing(flux, "fanno-pipe")


_ISOTHERMAL = Card(
    name="isothermal-pipe",
    says="Steady flow of a gas at one temperature through a long pipe with fully rough friction, open at its end, "
    "choked or not: the ground keeps a long buried line at its own temperature.",
    takes=bounded(*_TAKES),
    gives=("mass_flow_rate", "mass_flux", "exit_pressure", "exit_velocity", "choked"),
    cites=("shapiro1953", "nikuradse1933"),
    evidence=(
        Evidence(
            Kind.VERIFICATION,
            "fluids' worked example of an isothermal line, 145.48 kg/s; the greatest flux over all outlet pressures",
            "tests/verification/test_discharge_pipe.py::test_isothermal_pipe",
        ),
    ),
)


@register(_ISOTHERMAL)
def _isothermal_pipe(values: dict[str, Any]) -> tuple[dict[str, Any], list[Caveat]]:
    back = values["ambient_pressure"]
    rt = values["compressibility_factor"] * GAS_CONSTANT * values["temperature"] / values["molar_mass"]
    flux, out = isothermal_pipe(values["pressure"], back, rt, _heads(values))
    return {
        "mass_flow_rate": flux * math.pi * values["path_diameter"] ** 2 / 4.0,
        "mass_flux": flux,
        "exit_pressure": out,
        "exit_velocity": flux * rt / out,
        "choked": 1.0 if flux > 0.0 and out > back else 0.0,
    }, _nothing(flux, "isothermal-pipe")
