"""Weather as dispersion needs it: stability from a station's readings, and the wind's profile above the ground."""

from physics.weather.mixing import class_mixing_height, coriolis, mixing_height
from physics.weather.power_law import power_law_wind
from physics.weather.profile_method import SurfaceLayer, surface_layer
from physics.weather.sectors import RoughnessSectors
from physics.weather.srdt import srdt_class
from physics.weather.stability import CLASSES, KNOT, net_radiation_index, turner_class
from physics.weather.sun import clear_sky_flux, highest_sun, solar_elevation
from physics.weather.surface_layer import (
    VON_KARMAN,
    class_from_obukhov,
    obukhov_length_inverse,
    similarity_wind_ratio,
    wind_shape,
)
from physics.weather.weather import LEAST_SIGMA_V, Weather

__all__ = [
    "CLASSES",
    "KNOT",
    "LEAST_SIGMA_V",
    "VON_KARMAN",
    "RoughnessSectors",
    "SurfaceLayer",
    "Weather",
    "class_from_obukhov",
    "class_mixing_height",
    "clear_sky_flux",
    "coriolis",
    "highest_sun",
    "mixing_height",
    "net_radiation_index",
    "obukhov_length_inverse",
    "power_law_wind",
    "similarity_wind_ratio",
    "solar_elevation",
    "srdt_class",
    "surface_layer",
    "turner_class",
    "wind_shape",
]
