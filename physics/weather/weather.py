"""The weather a model takes: wind, stability, air and ground at one place and time."""

from __future__ import annotations

import math
from dataclasses import dataclass

from physics.quantities import GRAVITY, STANDARD_PRESSURE
from physics.weather.mixing import mixing_height
from physics.weather.profile_method import ADIABATIC_LAPSE, heat_shape
from physics.weather.stability import CLASSES
from physics.weather.surface_layer import VON_KARMAN, obukhov_length_inverse, wind_shape

LEAST_SIGMA_V = 0.5
"""Least crosswind velocity fluctuation, m/s (Hanna 1990: meander keeps it there in light wind)."""

CONVECTIVE_MIXING_HEIGHT = 1000.0
"""Mixing height by day where none is given, m (unverified: the usual default of a summer noon)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Weather:
    """Steady weather over flat ground.

    Attributes
    ----------
    wind_speed : float
        At ``reference_height``, m/s, above 0.
    wind_from_direction : float
        Degrees clockwise from north.
    stability_class : str
        Pasquill class, ``"A"`` to ``"F"``.
    ambient_temperature : float
        K.
    ambient_pressure : float
        Pa.
    relative_humidity : float
        0 to 1.
    roughness_length, reference_height : float
        m.
    obukhov_length_inverse : float or None
        Reciprocal of the Monin-Obukhov length, 1/m; ``None`` takes that of the class (see ``inverse_obukhov``).
    mixing_height : float or None
        m; ``None`` takes the one that friction velocity, Obukhov length and class give (see ``lid``).
    """

    wind_speed: float
    wind_from_direction: float
    stability_class: str
    ambient_temperature: float = 293.15
    ambient_pressure: float = STANDARD_PRESSURE
    relative_humidity: float = 0.5
    roughness_length: float = 0.1
    reference_height: float = 10.0
    obukhov_length_inverse: float | None = None
    mixing_height: float | None = None

    def __post_init__(self) -> None:
        """Refuse weather no model could use."""
        numbers = (
            self.wind_speed,
            self.wind_from_direction,
            self.ambient_temperature,
            self.ambient_pressure,
            self.relative_humidity,
            self.roughness_length,
            self.reference_height,
            self.obukhov_length_inverse or 0.0,
            1.0 if self.mixing_height is None else self.mixing_height,
        )
        if not all(math.isfinite(value) for value in numbers):
            raise ValueError("weather may not hold NaN or infinity")
        if self.wind_speed <= 0.0:
            raise ValueError(f"wind_speed must be above 0 m/s, got {self.wind_speed:g}")
        if self.stability_class not in tuple(CLASSES):
            raise ValueError(f"stability_class must be one of A to F, got {self.stability_class!r}")
        if not 0.0 < self.roughness_length < self.reference_height:
            raise ValueError(
                f"roughness_length must lie between 0 and the reference height, got {self.roughness_length:g}"
            )
        if self.mixing_height is not None and self.mixing_height <= 0.0:
            raise ValueError(f"mixing_height must be above 0 m, got {self.mixing_height:g}")

    @property
    def inverse_obukhov(self) -> float:
        """Reciprocal of the Monin-Obukhov length, 1/m: the one given, else Golder's for the class and roughness."""
        if self.obukhov_length_inverse is not None:
            return self.obukhov_length_inverse
        return obukhov_length_inverse(self.stability_class, roughness_length=self.roughness_length)

    @property
    def friction_velocity(self) -> float:
        """Friction velocity u*, m/s, from the wind at the reference height."""
        shape = wind_shape(float(self.reference_height), float(self.roughness_length), self.inverse_obukhov)
        return float(VON_KARMAN * self.wind_speed / shape)

    def wind(self, height: float) -> float:
        """Wind speed at a height in m, m/s; 0 at the roughness length and below."""
        ground = float(self.roughness_length), self.inverse_obukhov
        return float(
            self.wind_speed * wind_shape(float(height), *ground) / wind_shape(float(self.reference_height), *ground)
        )

    def temperature(self, height: float) -> float:
        """Temperature at a height in m, K, where ``ambient_temperature`` is that at the reference height."""
        inverse, reference = self.inverse_obukhov, self.reference_height
        scale = self.friction_velocity**2 * self.ambient_temperature * inverse / (VON_KARMAN * GRAVITY)
        rise = scale / VON_KARMAN * heat_shape(reference, max(height, self.roughness_length), inverse)
        return self.ambient_temperature + rise - ADIABATIC_LAPSE * (height - reference)

    @property
    def lid(self) -> float:
        """Mixing height, m: the one given, else that of mechanical mixing, by day 1000 m at least."""
        if self.mixing_height is not None:
            return self.mixing_height
        inverse = self.inverse_obukhov
        found = mixing_height(friction_velocity=self.friction_velocity, inverse=inverse)
        return max(found, CONVECTIVE_MIXING_HEIGHT) if inverse < 0.0 else found

    @property
    def direction_spread(self) -> float:
        """Standard deviation of wind direction from least turbulence, degrees: atan(sigma_v / u)."""
        return math.degrees(math.atan2(LEAST_SIGMA_V, self.wind_speed))

    @property
    def downwind_bearing(self) -> float:
        """Direction the wind blows to, degrees clockwise from north."""
        return (self.wind_from_direction + 180.0) % 360.0
