"""The plume of Spicer and Havens' dense-gas model: its secondary source, its way downwind, and its card."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from physics._jit import kernel
from physics.cards import Caveat, Grade, ModelInputError, unvalidated
from physics.dispersion.degadis.downwind import (
    DEPTH,
    DISTANCE,
    FLAT,
    FRACTION,
    SHOULDER,
    TIME,
    march,
    over_source,
)
from physics.dispersion.degadis.entrainment import KARMAN, LAYER, SPREADING, take_up
from physics.dispersion.degadis.mixing import MixingLine, mixing_line_of, state
from physics.dispersion.mixing import evaporated_cloud
from physics.dispersion.sigma import AVERAGING_EXPONENT
from physics.dispersion.track import Aim, PlumeTrack, Source
from physics.quantities import GRAVITY
from physics.weather import CLASSES, VON_KARMAN, Weather
from physics.weather.surface_layer import wind_shape

Array = NDArray[np.float64]

NAME = "degadis"
FARTHEST, STATIONS, SUBSTEPS = 20_000.0, 75, 1
"""m; stations along the wind, and Runge-Kutta steps between two of them: six times as many move a concentration by less
than 0.2 %, and by 1.5 % just where the slab becomes a plume."""
_FIRST = math.log(0.02)
"""First station beyond the source's edge over its radius, as a logarithm."""
_SOURCE_STEPS = 24
# Crosswind spread at 600 s and its least averaging time, s, by class (Spicer and Havens 1989).
_DELTA = (0.423, 0.313, 0.210, 0.136, 0.102, 0.0674)
_BETA = 0.9
_LEAST_AVERAGING = (18.4, 18.4, 18.4, 18.3, 11.4, 4.6)
# Along-wind spread: factor, power and least distance, m, by class (Beals 1971).
_ALONG = ((0.02, 1.22, 130.0),) * 3 + ((0.04, 1.14, 100.0),) + ((0.17, 0.97, 50.0),) * 2
_POWER_RANGE = (0.05, 0.5)
_LOWEST_FIT = 0.01
"""Height from which the power law is fitted to the wind, m, and its exponent's range (Spicer and Havens 1989)."""
_FIT_POINTS = 60


@dataclass(frozen=True, slots=True, eq=False)
class DegadisPlume:
    """A plume's solution.

    Attributes
    ----------
    stations : ndarray, shape (n, 8)
        Columns of `physics.dispersion.degadis.downwind`.
    radius : float
        Of the cloud that lies over its source, m.
    blanket : bool
        Whether it is larger than the release's own area.
    becomes_passive : float
        Where the slab is all edge, m; inf where that is beyond the table.
    power : float
        Exponent of the wind profile.
    """

    stations: Array
    radius: float
    blanket: bool
    becomes_passive: float
    power: float


@kernel
def _residual(power: float, heights: Array, given: Array) -> float:
    """Integral by trapezia over height of the weighed difference of two wind profiles, times the fit's slope."""
    last = heights.size - 1
    total, before = 0.0, 0.0
    for i in range(heights.size):
        scaled = heights[i] / heights[last]
        fitted = given[last] * scaled**power
        here = fitted * math.log(scaled) / (1.0 + heights[i]) * (given[i] - fitted)
        if i > 0:
            total += 0.5 * (here + before) * (heights[i] - heights[i - 1])
        before = here
    return total


@kernel
def _fitted_power(low: float, reference: float, roughness: float, inverse: float, points: int, ends: Array) -> float:
    heights, given = np.empty(points), np.empty(points)
    for i in range(points):
        heights[i] = low * (reference / low) ** (i / (points - 1))
        given[i] = wind_shape(heights[i] + roughness, roughness, inverse)
    least, most = float(ends[0]), float(ends[1])
    at_least, at_most = _residual(least, heights, given), _residual(most, heights, given)
    if at_least * at_most > 0.0:
        return least if abs(at_least) < abs(at_most) else most
    for _ in range(15):
        middle = 0.5 * (least + most)
        if _residual(middle, heights, given) * at_least > 0.0:
            least = middle
        else:
            most = middle
    return 0.5 * (least + most)


def wind_exponent(weather: Weather) -> float:
    """Exponent of the power law nearest to a wind profile below its reference height, weighed by 1/(1 + z).

    The profile is ln((z + z0)/z0), with its correction for stability, as the model's authors have it.
    """
    roughness = float(weather.roughness_length)
    low = max(_LOWEST_FIT, roughness)
    ends = np.array(_POWER_RANGE)
    return float(
        _fitted_power(low, float(weather.reference_height), roughness, weather.inverse_obukhov, _FIT_POINTS, ends)
    )


def _settings(source: Source, weather: Weather, mixtures: MixingLine, averaging_time: float) -> Array:
    index = CLASSES.index(weather.stability_class)
    average = max(averaging_time, _LEAST_AVERAGING[index])
    return np.array(
        [
            source.mass_flow_rate,
            weather.wind_speed,
            weather.reference_height,
            wind_exponent(weather),
            weather.friction_velocity * KARMAN / VON_KARMAN,
            _DELTA[index] * (average / 600.0) ** AVERAGING_EXPONENT,
            _BETA,
            state(0.0, 0.0, mixtures.table, mixtures.settings)[1],  # moist, as the mixtures are
            weather.ambient_temperature,
            weather.ambient_temperature,
        ]
    )


@kernel
def blanket_radius(rate: float, density: float, share: float, settings: Array) -> float:
    """Radius, m, at which the wind carries off ``rate`` kg/s of a cloud that lies under it."""
    excess = (density - settings[7]) / settings[7]
    low, high = 1e-3, 1e5
    for _ in range(32):
        middle = math.sqrt(low * high)
        lifted = take_up(excess, 2.0 * middle, settings[4], settings[3], settings[1], settings[2])
        if math.pi * middle**2 * density * share * lifted < rate:
            low = middle
        else:
            high = middle
    return math.sqrt(low * high)


def degadis(source: Source, weather: Weather, *, averaging_time: float = 600.0) -> DegadisPlume:
    """Solve for the plume of a release at the ground; a jet's momentum is left out.

    Raises
    ------
    ModelInputError
        Nothing comes out.
    """
    if source.mass_flow_rate <= 0.0:
        raise ModelInputError("mass_flow_rate", "must be above 0 kg/s")
    cloud = evaporated_cloud(
        source.substance, vapour_fraction=source.vapour_fraction, temperature=source.temperature, weather=weather
    )
    mixtures = mixing_line_of(source.substance, cloud, weather)
    settings, line, table = _settings(source, weather, mixtures, averaging_time), mixtures.settings, mixtures.table
    share = mixtures.source_share
    _, density, _, _ = state(share, 0.0, table, line)
    lying = blanket_radius(source.mass_flow_rate, density, share, settings)
    own = math.sqrt(source.area / math.pi) if source.aim is Aim.POOL and source.area > 0.0 else 0.0
    spread = _spread_until(source, density, share, float(settings[7]))
    short = spread < lying
    lying = min(lying, spread)
    radius = max(lying, own)
    rate = source.mass_flow_rate
    if short or own >= lying:
        flux = float(over_source(rate, radius, share, _SOURCE_STEPS, settings, table, line))
    else:
        flux = float(flux_under_blanket(rate, radius, share, table, line))
    start = np.array([flux, 0.0, 0.25 * math.pi * radius, 0.0, 0.0])
    along = radius * np.exp(np.linspace(_FIRST, math.log(max(FARTHEST / radius, 10.0)), STATIONS - 1))
    stations = np.empty((STATIONS, 8))
    became = march(radius + np.concatenate([[0.0], along]), start, settings, table, line, SUBSTEPS, stations)
    return DegadisPlume(
        stations=stations,
        radius=radius,
        blanket=lying > own and not short,
        becomes_passive=became,
        power=float(settings[3]),
    )


def _spread_until(source: Source, density: float, share: float, air: float) -> float:
    """Radius to which what comes out has fallen apart by the release's end, m; inf where it has none.

    With the front at 1.15 sqrt(g' h) and h the volume so far over the area, R² grows as time to the 3/2.
    """
    if not math.isfinite(source.duration):
        return math.inf
    excess = max(GRAVITY * (density - air) / air, 0.0)
    flow = source.mass_flow_rate / (density * share)
    area = 4.0 / 3.0 * SPREADING * math.sqrt(excess * flow / math.pi) * source.duration**1.5
    return math.sqrt(max(area, 1e-6))


@kernel
def flux_under_blanket(rate: float, radius: float, share: float, table: Array, line: Array) -> float:
    """Flux rho u H, kg/(m s), at the downwind edge of a blanket: its axis holds the source cloud itself.

    rate = 2 LAYER share_layer flux width, with LAYER rho share = the source's concentration.
    """
    density = state(share, 0.0, table, line)[1]
    low, high = 0.0, share
    for _ in range(40):
        middle = 0.5 * (low + high)
        if LAYER * middle * state(middle, 0.0, table, line)[1] < share * density:
            low = middle
        else:
            high = middle
    flow = rate / (0.5 * math.pi * radius * density * share)
    return float(flow * state(high, 0.0, table, line)[1])


@kernel
def flat_part(width: Array, sigma: Array, out: Array) -> None:
    """Fill ``out`` with flat half-widths, m, whose profile with error-function edges has the integral ``width``."""
    narrowest = math.sqrt(0.5 * math.pi)
    for i in range(width.size):
        low, high = 0.0, width[i]
        if width[i] <= narrowest * sigma[i] * (1.0 + 1e-6):
            high = 0.0
        elif width[i] > 8.0 * sigma[i]:
            low = width[i]
        else:
            for _ in range(18):
                middle = 0.5 * (low + high)
                if middle / math.erf(middle / (math.sqrt(2.0) * sigma[i])) < width[i]:
                    low = middle
                else:
                    high = middle
        out[i] = low


def degadis_plume(source: Source, weather: Weather, *, averaging_time: float = 600.0) -> PlumeTrack:
    """Give the plume; see `degadis`.

    Parameters
    ----------
    averaging_time : float
        s; crosswind spread is not smaller than that of the class's least averaging time.
    """
    solved = degadis(source, weather, averaging_time=averaging_time)
    found = solved.stations
    edge = np.maximum(found[:, SHOULDER], 1e-3 * solved.radius)
    width = found[:, FLAT] + 0.5 * math.sqrt(math.pi) * found[:, SHOULDER]
    exponent = 1.0 + solved.power
    flat = np.empty_like(width)
    flat_part(width, edge / math.sqrt(2.0), flat)
    distance = found[:, DISTANCE]
    factor, power, least = _ALONG[CLASSES.index(weather.stability_class)]
    says = (
        f"the wind carries it off a cloud {2.0 * solved.radius:.0f} m across"
        if solved.blanket
        else "the wind carries it off as fast as it comes",
    )
    momentum = "degadis: the jet's own momentum is left out."
    caveats = (Caveat(Grade.NOTE, NAME, momentum),) if source.aim in (Aim.HORIZONTAL, Aim.VERTICAL) else ()
    return PlumeTrack(
        model=NAME,
        distance=distance,
        mole_fraction=0.5 * found[:, FRACTION],
        sigma_y=edge / math.sqrt(2.0),
        sigma_z=found[:, DEPTH] / 2.0 ** (1.0 / exponent),
        travel_time=found[:, TIME],
        sigma_x=factor * np.maximum(distance, least) ** power,
        flat_half_width=flat,
        centre_height=np.zeros_like(distance),
        vertical_power=np.full_like(distance, exponent),
        upwind=solved.radius,
        averaging_time=averaging_time,
        says=says,
        caveats=(unvalidated(NAME), *caveats),
    )
