"""Length, tilt and drag of a pool's flame, by published correlations.

With m* = ṁ″/(ρ_a √(gD)), a characteristic wind u_c = (g ṁ″ D/ρ)^⅓ and u* = u/u_c, not below 1:

    length  Thomas (1963) 42 m*^0.61;  with wind 55 m*^0.67 u*^−0.21;  Pritchard and Binding (1992)
            10.615 m*^0.305 u*₉^−0.03;  Moorhouse (1982, LNG) 6.2 m*^0.254 u*₁₀^−0.044
    tilt    AGA (1974) cos θ = u*^−½;  Yellow Book (Pritchard and Binding) tan θ/cos θ = 0.666 Fr^0.333 Re^0.117;
            Welker and Sliepcevich (1966) tan θ/cos θ = 3.3 Re^0.07 Fr^0.8 (ρ_v/ρ_a)^−0.6;
            Moorhouse cos θ = 0.86 u*^−¼
    drag    Moorhouse D′/D = 1.5 Fr^0.069 (conical), 1.6 Fr^0.061 (cylindrical), not below 1

Fr = u²/(gD), Re = uD/ν. The Yellow Book takes the density of air in u_c. All but what the Yellow Book prints and
Thomas' calm form is from memory, unverified.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from physics.quantities import AIR_MOLAR_MASS, GAS_CONSTANT
from physics.weather import Weather

GRAVITY = 9.81
"""m/s², as the correlations were printed with."""
AIR_VISCOSITY = 1.81e-5
"""Dynamic viscosity of air near 293 K, Pa s."""
STEEPEST = math.radians(85.0)
"""No flame is tilted farther [assumed]: the correlations end well before."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PoolWind:
    """What the correlations take of a pool and the air over it.

    Attributes
    ----------
    burning_rate : float
        kg/(m² s).
    diameter : float
        m.
    wind, wind_9 : float
        At 10 and at 9 m, m/s.
    air_density : float
        kg/m³.
    kinematic_viscosity : float
        Of air, m²/s.
    vapour_density : float
        Of the fuel at its boiling point, kg/m³.
    gravity : float
        m/s².
    """

    burning_rate: float
    diameter: float
    wind: float
    air_density: float
    kinematic_viscosity: float = 1.5e-5
    wind_9: float | None = None
    vapour_density: float = 1.2
    gravity: float = GRAVITY

    @property
    def dimensionless_rate(self) -> float:
        """m*."""
        return self.burning_rate / (self.air_density * math.sqrt(self.gravity * self.diameter))

    @property
    def characteristic_wind(self) -> float:
        """u_c, m/s."""
        return float((self.gravity * self.burning_rate * self.diameter / self.air_density) ** (1.0 / 3.0))

    @property
    def dimensionless_wind(self) -> float:
        """u*, not below 1."""
        return max(self.wind / self.characteristic_wind, 1.0)

    @property
    def froude(self) -> float:
        """Fr."""
        return self.wind**2 / (self.gravity * self.diameter)

    @property
    def reynolds(self) -> float:
        """Re."""
        return self.wind * self.diameter / self.kinematic_viscosity


def pool_wind(weather: Weather, *, burning_rate: float, diameter: float, vapour_density: float = 1.2) -> PoolWind:
    """What the correlations take, in a weather."""
    density = weather.ambient_pressure * AIR_MOLAR_MASS / (GAS_CONSTANT * weather.ambient_temperature)
    return PoolWind(
        burning_rate=burning_rate,
        diameter=diameter,
        wind=weather.wind(10.0),
        wind_9=weather.wind(9.0),
        air_density=density,
        kinematic_viscosity=AIR_VISCOSITY / density,
        vapour_density=vapour_density,
    )


def thomas_length(pool: PoolWind) -> float:
    """Flame length over pool diameter in calm air."""
    return 42.0 * float(pool.dimensionless_rate**0.61)


def thomas_wind_length(pool: PoolWind) -> float:
    """Flame length over pool diameter in wind."""
    return 55.0 * float(pool.dimensionless_rate**0.67 * pool.dimensionless_wind**-0.21)


def pritchard_binding_length(pool: PoolWind) -> float:
    """Flame length over pool diameter by the wind at 9 m."""
    low = pool.wind if pool.wind_9 is None else pool.wind_9
    scaled = max(low / pool.characteristic_wind, 1.0)
    return 10.615 * float(pool.dimensionless_rate**0.305 * scaled**-0.03)


def moorhouse_length(pool: PoolWind) -> float:
    """Flame length over pool diameter of LNG."""
    return 6.2 * float(pool.dimensionless_rate**0.254 * pool.dimensionless_wind**-0.044)


def _from_ratio(ratio: float) -> float:
    """Tilt whose tangent over cosine is a ratio, radians."""
    if ratio <= 0.0:
        return 0.0
    sine = (math.sqrt(4.0 * ratio * ratio + 1.0) - 1.0) / (2.0 * ratio)
    return min(math.asin(min(sine, 1.0)), STEEPEST)


def tilt_ratio(pool: PoolWind) -> float:
    """Tangent over cosine of the Yellow Book's tilt."""
    return 0.666 * float(pool.froude**0.333 * pool.reynolds**0.117) if pool.wind > 0.0 else 0.0


def yellow_book_tilt(pool: PoolWind) -> float:
    """Tilt from the vertical, radians (Pritchard and Binding)."""
    return _from_ratio(tilt_ratio(pool))


def aga_tilt(pool: PoolWind) -> float:
    """Tilt from the vertical, radians (American Gas Association)."""
    return min(math.acos(pool.dimensionless_wind**-0.5), STEEPEST)


def welker_sliepcevich_tilt(pool: PoolWind) -> float:
    """Tilt from the vertical, radians (Welker and Sliepcevich)."""
    if pool.wind <= 0.0:
        return 0.0
    heavy = (pool.vapour_density / pool.air_density) ** -0.6
    return _from_ratio(3.3 * float(pool.reynolds**0.07 * pool.froude**0.8) * float(heavy))


def moorhouse_tilt(pool: PoolWind) -> float:
    """Tilt from the vertical, radians (Moorhouse, cylindrical flames of LNG)."""
    return min(math.acos(0.86 * float(pool.dimensionless_wind**-0.25)), STEEPEST) if pool.wind > 0.0 else 0.0


def moorhouse_drag(pool: PoolWind) -> float:
    """Length of the flame's foot along the wind over the pool's diameter, conical form."""
    return max(1.5 * float(pool.froude**0.069), 1.0)


def moorhouse_cylinder_drag(pool: PoolWind) -> float:
    """Length of the flame's foot along the wind over the pool's diameter, cylindrical form."""
    return max(1.6 * float(pool.froude**0.061), 1.0)


def equivalent_diameter(area: float) -> float:
    """Diameter of a circle of a pool's or bund's area, m (for sides up to about 2 : 1)."""
    return math.sqrt(4.0 * area / math.pi)
