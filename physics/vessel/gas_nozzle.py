"""Isentropic flow of a real gas out of a vessel, choked or not, and how far its jet contracts in a sharp-edged hole.

From rest at density rho and temperature T the gas is followed along its isentrope, dT/drho = T (∂p/∂T)/(rho² c_v),
until the flux G = rho √(2(h₀ − h)) is greatest or the pressure has come down to that outside. A dense gas above its
critical temperature that comes down too dense for a vapour splits: it is followed further in equilibrium, there good
to a fifth and within some kelvins of the critical point to a factor of two, where the plane's energies are coarse.

The contraction is Jobson's (1955): on the upstream face the flow towards the hole takes away a force f ṁ²/(rho₀ A),
with f = 1/C_i − 1/(2 C_i²) from the contraction C_i = π/(π + 2) of a liquid (Kirchhoff's free
streamlines). The momentum of the jet then gives

    f G² C²/rho₀ − (G w + p − p_back) C + (p₀ − p_back) = 0

for the contraction C, with flux G, velocity w and pressure p in the throat of the jet. Friction is a coefficient of
velocity beside it: the discharge coefficient of a sharp-edged orifice in a large wall for liquid (ISO 5167-2:2003,
Reader-Harris and Gallagher's equation for a diameter ratio of nothing: 0.5961) over that contraction. No gas trial
entered it; a diatomic gas that expands far comes to 0.85, where Perry (1949) measured 0.84 [unverified].

Legend: p pressure Pa, t temperature K, rho density kg/m³, u internal energy, h enthalpy J/kg, g mass flux kg/(m² s).
"""

from __future__ import annotations

import math
from functools import cache

import numpy as np
from scipy.interpolate import CubicSpline
from scipy.optimize import brentq

from physics._jit import kernel
from physics.discharge.orifice import critical_ratio
from physics.substances import Substance
from physics.substances.kernels import (
    LIQUID_ENTHALPY,
    LIQUID_ENTROPY,
    Table,
    interpolate,
    saturation_pressure,
    vapour_density,
)
from physics.substances.plane import GasPlane, gas_slopes
from physics.vessel.two_phase_nozzle import two_phase_throat

FREE_STREAMLINE = math.pi / (math.pi + 2.0)
"""Contraction of a liquid's jet from a sharp edge (Kirchhoff 1869)."""
VELOCITY_COEFFICIENT = 0.5961 / FREE_STREAMLINE
"""Velocity in the jet over that without friction."""
JOBSON_DEFECT = 1.0 / FREE_STREAMLINE - 0.5 / FREE_STREAMLINE**2
"""Force defect f of a sharp-edged hole (Jobson 1955)."""
_STEP = 0.08  # of ln rho; halving it moves the flux by less than 1e-6
_FINE = 0.01
_SECANT_STEPS = 4
_MOST_STEPS = 400
_HALVINGS = 40


@kernel
def _onward(plane: GasPlane, rho: float, t: float, share: float) -> tuple[float, float]:
    """Density and temperature a step of ``share`` in -ln rho further down the isentrope (Runge-Kutta 4)."""
    half = rho * math.exp(-0.5 * share)
    end = rho * math.exp(-share)
    _, _, p_t, _, c_v = gas_slopes(plane, rho, t)
    k1 = -t * p_t / (rho * c_v)
    _, _, p_t, _, c_v = gas_slopes(plane, half, t + 0.5 * share * k1)
    k2 = -(t + 0.5 * share * k1) * p_t / (half * c_v)
    _, _, p_t, _, c_v = gas_slopes(plane, half, t + 0.5 * share * k2)
    k3 = -(t + 0.5 * share * k2) * p_t / (half * c_v)
    _, _, p_t, _, c_v = gas_slopes(plane, end, t + share * k3)
    k4 = -(t + share * k3) * p_t / (end * c_v)
    return end, t + share / 6.0 * (k1 + 2.0 * k2 + 2.0 * k3 + k4)


@kernel
def _flux(plane: GasPlane, h0: float, rho: float, t: float) -> tuple[float, float]:
    """Flux and pressure where the isentrope has come to ``rho``."""
    p, u, _, _, _ = gas_slopes(plane, rho, t)
    return rho * math.sqrt(2.0 * max(h0 - u - p / rho, 0.0)), p


@kernel
def _vertex(plane: GasPlane, h0: float, rho: float, t: float, middle: float, width: float) -> float:
    """Place of the greatest flux by the parabola through three places around ``middle``."""
    r_a, t_a = _onward(plane, rho, t, middle - width)
    r_b, t_b = _onward(plane, rho, t, middle)
    r_c, t_c = _onward(plane, rho, t, middle + width)
    a, _ = _flux(plane, h0, r_a, t_a)
    b, _ = _flux(plane, h0, r_b, t_b)
    c, _ = _flux(plane, h0, r_c, t_c)
    bend = a - 2.0 * b + c
    if bend >= 0.0:
        return middle
    return middle + min(max(0.5 * width * (a - c) / bend, -1.5 * width), 1.5 * width)


@kernel
def _throat(plane: GasPlane, h0: float, rho: float, t: float, p_back: float) -> tuple[float, float, float, float]:
    """Flux, pressure, temperature and density where the flux is greatest, near a state on the isentrope."""
    share = _vertex(plane, h0, rho, t, 0.0, _STEP)
    share = _vertex(plane, h0, rho, t, share, _FINE)
    rho, t = _onward(plane, rho, t, share)
    g, p = _flux(plane, h0, rho, t)
    return g, max(p, p_back), t, rho


@kernel
def _to_pressure(plane: GasPlane, h0: float, rho: float, t: float, p: float, p_next: float, p_back: float) -> float:
    """How far down the isentrope the pressure outside is reached, within one step."""
    share = _STEP * math.log(p / p_back) / math.log(p / p_next)
    for _ in range(_SECANT_STEPS):
        r, warm = _onward(plane, rho, t, share)
        share += _STEP / math.log(p / p_next) * math.log(_flux(plane, h0, r, warm)[1] / p_back)
    return share


@kernel
def _splits(plane: GasPlane, t: float, rho_next: float, t_next: float) -> bool:
    """Whether a step leaves the upper patch of the gas plane denser than a vapour is there."""
    return t >= plane.switch > t_next and rho_next > vapour_density(plane.saturation, plane.switch)


@kernel
def _into_two_phases(
    plane: GasPlane, h0: float, rho: float, t: float, p_back: float
) -> tuple[float, float, float, float]:
    """Flux, pressure, temperature and density in the throat of an isentrope that splits within a step; 0 if not there.

    From where the step passes ``switch`` it is followed in equilibrium. Entropy there is that of saturated liquid and
    what dh = T ds + v dp adds.
    """
    low, high = 0.0, _STEP
    for _ in range(_HALVINGS):
        share = 0.5 * (low + high)
        if _onward(plane, rho, t, share)[1] >= plane.switch:
            low = share
        else:
            high = share
    rho, t = _onward(plane, rho, t, low)
    g, p = _flux(plane, h0, rho, t)
    table, warm = plane.saturation, plane.switch
    saturated = saturation_pressure(table, warm)
    if min(p, saturated) <= p_back:
        return 0.0, p, t, rho
    kinetic = 0.5 * (g / rho) ** 2
    over = h0 - kinetic - interpolate(table, LIQUID_ENTHALPY, warm) - (p - saturated) / rho
    s0 = interpolate(table, LIQUID_ENTROPY, warm) + over / warm
    most, cold, thin = two_phase_throat(table, h0, s0, warm, p_back)
    if most <= g:
        return g, p, t, rho
    return most, max(saturation_pressure(table, cold), p_back), cold, thin


@kernel
def gas_nozzle(plane: GasPlane, rho0: float, t0: float, p_back: float) -> tuple[float, float, float, float]:
    """Ideal mass flux from rest, and pressure, temperature and density in the throat."""
    p0, u0, _, _, _ = gas_slopes(plane, rho0, t0)
    if p_back >= p0:
        return 0.0, p0, t0, rho0
    h0 = u0 + p0 / rho0
    rho, t, g, p = rho0, t0, 0.0, p0
    for _ in range(_MOST_STEPS):
        rho_next, t_next = _onward(plane, rho, t, _STEP)
        if _splits(plane, t, rho_next, t_next):
            found = _into_two_phases(plane, h0, rho, t, p_back)
            if found[0] > 0.0:
                return found
        g_next, p_next = _flux(plane, h0, rho_next, t_next)
        if g_next < g or p_next < p_back:
            break
        rho, t, g, p = rho_next, t_next, g_next, p_next
    if p_next >= p_back:
        return _throat(plane, h0, rho, t, p_back)
    share = _to_pressure(plane, h0, rho, t, p, p_next, p_back)
    at_back = _onward(plane, rho, t, share)
    beyond = _onward(plane, at_back[0], at_back[1], _FINE)
    g, p = _flux(plane, h0, at_back[0], at_back[1])
    if _flux(plane, h0, beyond[0], beyond[1])[0] < g:
        return _throat(plane, h0, rho, t, p_back)
    return g, p, at_back[1], at_back[0]


@kernel
def jobson(p0: float, rho0: float, g: float, p: float, rho: float, p_back: float) -> float:
    """Discharge coefficient of a sharp-edged hole, from the ideal flux and the state in the throat."""
    if g <= 0.0:
        return FREE_STREAMLINE * VELOCITY_COEFFICIENT
    a = JOBSON_DEFECT * g * g / rho0
    b = g * g / rho + p - p_back
    c = p0 - p_back
    found: float = 2.0 * c / (b + math.sqrt(max(b * b - 4.0 * a * c, 0.0)))
    return VELOCITY_COEFFICIENT * min(found, 1.0)


CHOKED_FLUX, EXPONENT, DENSITY_EXPONENT = 0, 1, 2
"""Columns of a table of saturated vapour: choked flux over pressure, s/m; the exponent k of its critical pressure
ratio; and that by which the pressure follows the density down to the throat."""
_TABLE_NODES = 64


_EXPONENTS = (1.001, 1.67)
"""Exponents a critical ratio is put down to; none gives one near the critical point, where no flow is subsonic."""


def _exponent(ratio: float) -> float:
    """Exponent of the perfect gas whose critical pressure ratio this is."""
    low, high = _EXPONENTS
    within = min(max(ratio, float(critical_ratio(high))), float(critical_ratio(low)))
    return float(brentq(lambda k: critical_ratio(k) - within, low, high + 1e-9, xtol=1e-10))


@cache
def choked_vapour(substance: Substance) -> Table:
    """Choked flow of saturated vapour that does not condense on the way, by temperature.

    Parameters
    ----------
    substance : Substance
    """
    plane, table = substance.plane, substance.saturation
    temperature = np.linspace(table.temperature_low, table.temperature_high, _TABLE_NODES)
    columns = np.empty((3, _TABLE_NODES))
    for i, t in enumerate(temperature):
        p = float(table.pressure(float(t)))
        rho = float(table.vapour_density(float(t)))
        flux, throat, _, rho_throat = gas_nozzle(plane, rho, float(t), 1e-6 * p)
        columns[DENSITY_EXPONENT, i] = math.log(throat / p) / math.log(rho_throat / rho)
        columns[CHOKED_FLUX, i] = flux / p
        columns[EXPONENT, i] = _exponent(throat / p)
    values = np.empty((_TABLE_NODES, 2 * len(columns)))
    values[:, 0::2] = columns.T
    step = float(temperature[1] - temperature[0])
    for i, column in enumerate(columns):
        values[:, 2 * i + 1] = CubicSpline(temperature, column)(temperature, 1) * step
    return Table(float(temperature[0]), step, values)
