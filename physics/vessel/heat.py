"""Heat between a vessel's wall, what it holds, and what is around it.

Gas at rest: Daney (1976), Int. J. Heat Mass Transfer 19, 431, turbulent free convection within closed vessels,
Nu = 0.104 Ra^0.352 (7e8 < Ra < 6e11), as Woodfield, Monde and Mitsutake (2007), J. Thermal Sci. Tech. 2, 180, take it
for gas cylinders, on the vessel's diameter; where it gives less, McAdams' (1954) laminar 0.59 Ra^¼. Properties are
those at the mean of the two temperatures. By choice McAdams' numbers for a vertical plane throughout, turbulent
0.13 Ra^⅓, as Geankoplis (1993) and HydDown take them. A hot wall above its gas, at the top of a vessel in a fire:
McAdams' 0.27 Ra^¼ of a heated plate facing down. Gas filled in: to that Woodfield's forced term 0.56 Re^0.67, on the
vessel's diameter as HydDown takes it (Andreasen 2021, J. Open Source Softw. 6, 3695). On the inlet's bore, as first
published for a vessel of one litre, it would be several times the 500 W/(m² K) that Woodfield et al. (2008) measured on
cylinders of 39 to 205 litres. Boiling liquid: Cooper (1984), Adv. Heat Transfer 16, 157, which needs the reduced
pressure and the molar mass alone; a wall colder than the liquid gives what still liquid would. Fire: Stefan and
Boltzmann's law as API 521 puts it, absorbed q = α ε_f σ T_r⁴ + h (T_f − T_w) − ε_w σ T_w⁴.

Legend: t temperature K, rho kg/m³, d characteristic length m, h heat transfer coefficient W/(m² K).
"""

from __future__ import annotations

import math
from typing import NamedTuple

from physics._jit import kernel
from physics.quantities import GRAVITY
from physics.substances.kernels import GAS_HEAT_CAPACITY, interpolate
from physics.substances.plane import GasPlane, gas_slopes
from physics.substances.transport import Molecule, gas_conductivity, gas_viscosity

DANEY, MCADAMS, DOWNWARD = -1, -2, -3
"""Models of free convection within a vessel, as kernels call them; the last of a hot wall above its gas."""
STEFAN_BOLTZMANN = 5.670374419e-8
"""W/(m² K⁴), CODATA 2018."""
LEAST_GAS_COEFFICIENT = 0.5
"""Floor under the coefficient of a gas at rest, W/(m² K): where wall and gas are equally warm it vanishes."""
_LEAST_BOILING = 100.0  # W/(m² K), of a liquid barely warmer than its boiling point (natural convection)
_MOST_BOILING = 2e4
_ROUGHNESS_POWER = 0.12  # Cooper's exponent for a surface roughness of 1 µm


class Fire(NamedTuple):
    """Heat a wall takes from flames.

    Attributes
    ----------
    absorbed : float
        Absorptivity times emissivity of the flame.
    emissivity : float
        Of the wall.
    coefficient : float
        Convective, W/(m² K).
    gas_temperature, radiative_temperature : float
        K.
    """

    absorbed: float
    emissivity: float
    coefficient: float
    gas_temperature: float
    radiative_temperature: float


@kernel
def fire_flux(fire: Fire, wall: float) -> float:
    """Heat absorbed by a wall at a temperature, W/m²."""
    radiated = fire.absorbed * fire.radiative_temperature**4 - fire.emissivity * wall**4
    return STEFAN_BOLTZMANN * radiated + fire.coefficient * (fire.gas_temperature - wall)


@kernel
def free_nusselt(rayleigh: float, model: int) -> float:
    """Nusselt number of free convection within a vessel, by the Rayleigh number."""
    if model == DOWNWARD:
        below: float = 0.27 * rayleigh**0.25
        return below
    if model == MCADAMS:
        exponent, factor = (0.25, 0.59) if rayleigh >= 1e4 else (0.20, 1.36)
        if rayleigh >= 1e9:
            exponent, factor = 1.0 / 3.0, 0.13
        found: float = factor * rayleigh**exponent
        return found
    nusselt: float = max(0.104 * rayleigh**0.352, 0.59 * rayleigh**0.25)
    return nusselt


@kernel
def gas_coefficient(
    plane: GasPlane, molecule: Molecule, rho: float, t: float, wall: float, d: float, jet: float, model: int
) -> float:
    """Heat transfer coefficient between the gas and the wall, W/(m² K).

    ``d`` is the vessel's diameter; ``jet`` is 4 ṁ/(π d) of gas filled in, kg/(m s), 0 where there is none.
    """
    film = min(max(0.5 * (t + wall), plane.low), plane.high)
    thin = rho * t / film  # at the same pressure, as a perfect gas
    _, _, p_t, p_rho, c_v = gas_slopes(plane, thin, film)
    c_p = c_v + film * p_t * p_t / (thin * thin * p_rho)
    mu = gas_viscosity(molecule, thin, film)
    k = gas_conductivity(molecule, thin, film, interpolate(plane.gas, GAS_HEAT_CAPACITY, film) - plane.gas_constant)
    expansion = p_t / (thin * p_rho)
    rayleigh = GRAVITY * expansion * abs(wall - t) * d**3 * thin * thin * c_p / (mu * k)
    nusselt = free_nusselt(rayleigh, model) + 0.56 * (jet / mu) ** 0.67
    coefficient: float = max(nusselt * k / d, LEAST_GAS_COEFFICIENT)
    return coefficient


@kernel
def boiling_coefficient(molecule: Molecule, p: float, t: float, wall: float) -> float:
    """Heat transfer coefficient between a wall and the liquid on it, W/(m² K)."""
    reduced = min(max(p / molecule.critical_pressure, 1e-4), 0.95)
    scale = 55.0 * reduced**_ROUGHNESS_POWER * (-math.log10(reduced)) ** -0.55 / math.sqrt(1e3 * molecule.molar_mass)
    over = wall - t
    if over <= 0.0:
        return _LEAST_BOILING
    h: float = (scale * over**0.67) ** (1.0 / 0.33)  # q = h ΔT in h = scale q^0.67
    return min(max(h, _LEAST_BOILING), _MOST_BOILING)
