"""Air a cloud takes in through its top and sides, and what it gives to the ground (Ermak 1990)."""

from __future__ import annotations

import math

from physics._jit import kernel
from physics.dispersion.slab import constants as c
from physics.dispersion.slab.air import Air, heard_shear, wind_at


@kernel
def _damped(height: float, stability: float) -> float:
    """phi_h at a height for an inverse Obukhov length of the cloud."""
    if stability >= 0.0:
        return 1.0 + c.STABLE_SLOPE * height * stability
    return float((1.0 - c.UNSTABLE_SLOPE * height * stability) ** -0.5)


@kernel
def entrainment(
    speed: float, wind: float, density: float, temperature: float, side_speed: float, source_speed: float,
    height: float, centre: float, half_width: float, lofted: bool, air: Air,
) -> tuple[float, float, float]:  # fmt: skip
    """Entrainment velocities through the top and the sides (without their factor root 3), and to the ground, m/s.

    The last is v_h, which carries heat from the ground; 0 aloft.
    """
    lag = (wind - speed) * air.density / density
    friction = air.friction / max(wind, 1e-6)
    excess = c.RICHARDSON * c.GRAVITY * max(density - air.density, 0.0) / density
    factor = c.ENTRAINMENT * c.VON_KARMAN
    spread = air.side_spread
    passive = spread * wind / (1.0 + 0.5 * (c.SIGMA_B / spread) * half_width / c.ROOT3)
    sides = math.sqrt(passive * passive + c.SHEAR * (factor * lag) ** 2)
    if lofted:
        top, bottom = centre + 0.5 * height, centre - 0.5 * height
        square = air.friction**2 + 2.0 * c.SHEAR * lag * lag
        still = air.stability / (1.0 + top / air.flattening) * air.friction**2
        stability = (still + excess) / square
        scale = air.top_wind / max(wind_at(top, air), 1e-9) * factor * math.sqrt(square)
        upper = max(1.0 - top / air.lid, 0.0) / _damped(top, stability)
        lower = max(1.0 - bottom / air.lid, 0.0) / _damped(bottom, stability)
        return scale * (upper + lower), sides, 0.0
    settling = air.density / density * 0.5 * side_speed
    ground = (friction * speed) ** 2 + (0.5 * friction * side_speed) ** 2 + c.SOURCE_SHEAR * source_speed * wind
    heating = friction * math.sqrt(ground)
    warmth = max(air.temperature - temperature, 0.0)
    rising = c.CONVECTION * c.GRAVITY * warmth * heating * height / (0.5 * (air.temperature + temperature))
    square = ground + c.SHEAR * (lag * lag + settling * settling) + max(rising, 0.0) ** (2.0 / 3.0)
    square = max(square, 1e-12)
    still = air.stability / (1.0 + height / air.flattening) * air.friction**2
    stability = (still + excess) / square
    scale = air.top_wind / max(wind_at(height, air), 1e-9) * factor * math.sqrt(square)
    return scale * max(1.0 - height / air.lid, 0.0) / _damped(height, stability), sides, heating


@kernel
def along_wind(wind: float, half_length: float, centre: float, top: float, air: Air) -> float:
    """Entrainment velocity through a puff's ends: turbulence and the wind's shear, m/s."""
    spread = air.side_spread
    passive = spread * wind / (1.0 + 0.5 * (c.SIGMA_B / spread) * half_length / c.ROOT3)
    at = centre + (top - centre) / (2.0 * c.ROOT3)
    shear = at / (at + air.roughness) * heard_shear(at, air) * max(1.0 - at / air.lid, 0.0)
    sheared = c.ALONG_SHEAR * air.friction * shear / c.VON_KARMAN
    return math.sqrt(passive * passive + sheared * sheared)


@kernel
def drag(
    speed: float, wind: float, density: float, side_speed: float, half_width: float, height: float, lofted: bool,
    air: Air,
) -> tuple[float, float]:  # fmt: skip
    """Forces along the wind and across it on a metre of a half section, N/m."""
    lag = (wind - speed) * air.density / density
    push = c.SHEAR * lag * abs(lag)
    if lofted:
        return density * (2.0 * half_width + height) * push, 0.0
    friction = air.friction / max(wind, 1e-6)
    along = -density * (half_width * ((friction * speed) ** 2 - air.friction**2) - (half_width + height) * push)
    mean, shear = 0.5 * side_speed, 0.5 * air.density / density * side_speed
    across = -density * half_width * ((friction * mean) ** 2 + c.SHEAR * shear * abs(shear))
    return along, across
