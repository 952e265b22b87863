"""A release in time carried by a steady wind: dense near the source, passive beyond, on and off with the release.

Each step of the release makes a plume of its own; a point sees the part of it that has arrived and not yet passed
(Palazzi et al. 1982). Near the source a dense step follows Britter and McQuaid; where their correlation ends it hands
over to the passive model through a virtual source that matches concentration and width. Nothing is extrapolated.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from physics._jit import kernel
from physics.cards import Caveat, Grade, unvalidated
from physics.dispersion.britter_mcquaid import (
    ALPHA_RANGE,
    DENSE_PLUME,
    PLUME_CARD,
    PLUME_END,
    BritterMcQuaidPlume,
)
from physics.dispersion.mixing import SourceCloud, air_density, evaporated_cloud
from physics.dispersion.sigma import BRIGGS_RURAL, CCPS_PUFF, SigmaSet, averaging_factor, virtual_distance
from physics.quantities import GAS_CONSTANT
from physics.release import ReleaseTerm, merged
from physics.substances import Substance, substance
from physics.weather import Weather

Array = NDArray[np.float64]

NEAREST = 1.0
FARTHEST = 12_000.0
"""Distances the axis is tabulated between, m; nothing is shown beyond 10 km."""
_NODES = 240
"""Nodes of the table: linear interpolation then errs by less than 0.1 %."""
_MOST_STEPS = 6
"""Steps a release is merged into, mass kept: more do not move the result by 1 % and each costs a plume."""
_TOP_HAT = 2.0 / math.sqrt(2.0 * math.pi)
"""Sigma over half-width of a Gaussian with the crosswind integral and peak of a top hat."""

PLUME_WITH_HANDOVER = "britter-mcquaid-plume to gaussian-plume"


@kernel
def edge(x: float) -> float:
    """Error function, and its limits outside +-6, where it is 1 to the last digit."""
    if x > 6.0:
        return 1.0
    if x < -6.0:
        return -1.0
    return math.erf(x)


@kernel
def presence(front: float, tail: float, x: float, sigma_x: float) -> float:
    """Share of a plume present at ``x`` when its front and tail have travelled so far (Palazzi et al. 1982)."""
    scale = math.sqrt(2.0) * sigma_x
    passed = -1.0 if tail <= 0.0 else edge((tail - x) / scale)
    return 0.5 * (edge((front - x) / scale) - passed)


@kernel
def presences(times: Array, edges: Array, speed: float, nodes: Array, sigma_x: Array, out: Array) -> None:
    """Fill ``out`` (step, node, time) with the share of each step's plume present at each node."""
    for t in range(times.size):
        for s in range(edges.size - 1):
            front = speed * (times[t] - edges[s])
            tail = speed * (times[t] - edges[s + 1])
            for n in range(nodes.size):
                out[s, n, t] = presence(front, tail, nodes[n], sigma_x[n]) if front > 0.0 else 0.0


@kernel
def node_of(distance: float, log_first: float, log_step: float, nodes: int) -> tuple[int, float]:
    """Node below a distance in a table of logarithmic steps, and how far on from it; the ends beyond the table."""
    place = (math.log(max(distance, 1e-3)) - log_first) / log_step
    place = min(max(place, 0.0), nodes - 1.000001)
    return int(place), place - int(place)


@kernel
def cloud_at(
    x: Array,
    y: Array,
    z: Array,
    log_first: float,
    log_step: float,
    amplitude: Array,
    sigma_y: Array,
    sigma_z: Array,
    source_height: Array,
    upwind: Array,
    share: Array,
    out: Array,
) -> None:
    """Fill ``out`` (point, time) with concentration; tables are (step, node), ``share`` (step, node, time).

    Width is read at the distance along the wind, everything else at the distance from the source: beside and behind a
    source that spreads under its own weight nothing is then stronger, or earlier, than on the axis as far away.
    """
    steps, nodes = amplitude.shape
    last = math.exp(log_first + log_step * (nodes - 1))
    for p in range(x.size):
        distance = math.hypot(x[p], y[p])
        if distance > last:
            continue
        low, weight = node_of(distance, log_first, log_step, nodes)
        abeam, beside = node_of(x[p], log_first, log_step, nodes)
        for s in range(steps):
            if x[p] < 0.0 and distance > upwind[s]:
                continue
            wide = (1.0 - beside) * sigma_y[s, abeam] + beside * sigma_y[s, abeam + 1]
            deep = (1.0 - weight) * sigma_z[s, low] + weight * sigma_z[s, low + 1]
            peak = (1.0 - weight) * amplitude[s, low] + weight * amplitude[s, low + 1]
            across = y[p] / wide
            below = (z[p] - source_height[s]) / deep
            above = (z[p] + source_height[s]) / deep
            shape = peak * math.exp(-0.5 * across * across)
            shape *= math.exp(-0.5 * below * below) + math.exp(-0.5 * above * above)
            if shape == 0.0:
                continue
            for t in range(out.shape[1]):
                out[p, t] += shape * ((1.0 - weight) * share[s, low, t] + weight * share[s, low + 1, t])


@dataclass(frozen=True, slots=True)
class _Axis:
    """One step's plume along its axis, at the table's nodes."""

    amplitude: Array
    sigma_y: Array
    sigma_z: Array
    source_height: float
    upwind: float
    handover: float
    caveats: tuple[Caveat, ...]


class Cloud:
    """Concentration of a `ReleaseTerm` in steady weather over flat, open ground.

    Parameters
    ----------
    release : ReleaseTerm
    weather : Weather
    sigma_set : SigmaSet
        Spread of the passive part.
    averaging_time : float
        Of the concentration, s; the set's own crosswind spread is rescaled to it.

    Attributes
    ----------
    models : tuple of str
        Names of the models used.
    says : tuple of str
        Which model was chosen, and why.
    caveats : tuple of Caveat
    handover : float
        Farthest distance at which a dense step handed over to the passive model, m; 0 when none was dense.
    """

    def __init__(
        self,
        release: ReleaseTerm,
        weather: Weather,
        *,
        sigma_set: SigmaSet = BRIGGS_RURAL,
        averaging_time: float = 600.0,
    ) -> None:
        self.release = release
        self.weather = weather
        self.sigma_set = sigma_set
        self.substance: Substance = substance(release.substance)
        self._factor = averaging_factor(sigma_set, averaging_time)
        steps = merged(release, most=_MOST_STEPS)
        self._edges = steps.time
        self._nodes = np.geomspace(NEAREST, FARTHEST, _NODES)
        self._sigma_x = CCPS_PUFF.sigma_y(self._nodes, weather.stability_class)
        self._dense: list[float] = []
        self._passive: list[float] = []
        axes = [self._axis(steps, i) for i in range(len(steps.mass_flow_rate))]
        self._amplitude = np.array([axis.amplitude for axis in axes])
        self._sigma_y = np.array([axis.sigma_y for axis in axes])
        self._sigma_z = np.array([axis.sigma_z for axis in axes])
        self._heights = np.array([axis.source_height for axis in axes])
        self._upwind = np.array([axis.upwind for axis in axes])
        self.handover = max(axis.handover for axis in axes)
        self.models = ("britter-mcquaid-plume",) * (self.handover > 0) + (f"gaussian-plume-{sigma_set.name}",)
        self.says = self._choice()
        found = [unvalidated(name) for name in self.models]
        if self.handover > 0:
            says = (
                f"Beyond {self.handover:.0f} m zones are the passive model's, reached through a virtual source; "
                "nearer, the averaging time is that of the trials behind the dense-gas correlation."
            )
            found.append(Caveat(Grade.NOTE, PLUME_WITH_HANDOVER, says))
        found += [caveat for axis in axes for caveat in axis.caveats]
        self.caveats: tuple[Caveat, ...] = tuple(dict.fromkeys(found))

    def _choice(self) -> tuple[str, ...]:
        """Which model each part of the release takes, and why."""
        number = "(g'V/(u³D))^(1/3)"
        found = []
        if self._dense:
            found.append(
                f"dense to {self.handover:.0f} m ({self.models[0]}, {number} up to {max(self._dense):.2f}, at least "
                f"{DENSE_PLUME}); there, at C/C0 = {PLUME_END}, a virtual source of the same concentration and width "
                f"hands over to the passive plume ({self.models[-1]}, class {self.weather.stability_class})"
            )
        if self._passive:
            found.append(
                f"passive from the source while {number} is below {DENSE_PLUME}, {max(self._passive):.2f} here"
            )
        return tuple(found)

    @property
    def kg_per_mole_fraction(self) -> float:
        """Concentration of pure vapour at ambient temperature and pressure, kg/m³."""
        air = self.weather
        return self.substance.molar_mass * air.ambient_pressure / (GAS_CONSTANT * air.ambient_temperature)

    def concentration(self, downwind: ArrayLike, crosswind: ArrayLike, height: ArrayLike, time: ArrayLike) -> Array:
        """Concentration at points and times, kg/m³ at ambient temperature, shape (len(time), *points.shape).

        Parameters
        ----------
        downwind, crosswind, height : array_like
            Points from the source along and across the wind and above ground, m; broadcast together.
        time : array_like, one-dimensional or a number
            s since the release began.
        """
        x, y, z = np.broadcast_arrays(*(np.asarray(v, dtype=np.float64) for v in (downwind, crosswind, height)))
        times = np.atleast_1d(np.asarray(time, dtype=np.float64))
        share = np.empty((self._edges.size - 1, self._nodes.size, times.size))
        presences(times, self._edges, self.weather.wind_speed, self._nodes, self._sigma_x, share)
        out = np.zeros((x.size, times.size))
        cloud_at(
            np.array(x).ravel(),
            np.array(y).ravel(),
            np.array(z).ravel(),
            math.log(self._nodes[0]),
            math.log(self._nodes[1] / self._nodes[0]),
            self._amplitude,
            self._sigma_y,
            self._sigma_z,
            self._heights,
            self._upwind,
            share,
            out,
        )
        np.minimum(out, self.kg_per_mole_fraction, out=out)
        return out.T.reshape(times.size, *x.shape)

    def mole_fraction(self, downwind: ArrayLike, crosswind: ArrayLike, height: ArrayLike, time: ArrayLike) -> Array:
        """Mole fraction at points and times, shape (len(time), *points.shape); see `concentration`."""
        found = self.concentration(downwind, crosswind, height, time)
        found /= self.kg_per_mole_fraction
        return found

    @property
    def upwind_extent(self) -> float:
        """Distance the cloud creeps upwind of its source, m."""
        return float(np.max(self._upwind))

    def half_widths(self) -> tuple[Array, Array]:
        """Distances of the table, m, and the greatest crosswind sigma of any step there, m."""
        return self._nodes, np.max(self._sigma_y, axis=0)

    def _axis(self, release: ReleaseTerm, index: int) -> _Axis:
        rate, weather = float(release.mass_flow_rate[index]), self.weather
        source = evaporated_cloud(
            self.substance,
            vapour_fraction=float(release.vapour_fraction[index]),
            temperature=float(release.temperature[index]),
            weather=weather,
        )
        dense = BritterMcQuaidPlume(
            volume_flow_rate=max(source.volume_flow_rate(rate), 1e-12),
            source_density=source.density,
            ambient_density=air_density(weather),
            wind_speed=weather.wind_speed,
            source_temperature=source.temperature,
            ambient_temperature=weather.ambient_temperature,
            source_mole_fraction=source.mole_fraction,
        )
        if rate > 0.0 and dense.density_number >= DENSE_PLUME and dense.last_distance > NEAREST:
            self._dense.append(dense.density_number)
            return self._dense_axis(rate, dense)
        if rate > 0.0:
            self._passive.append(dense.density_number)
        return self._passive_axis(rate, source)

    def _dense_axis(self, rate: float, dense: BritterMcQuaidPlume) -> _Axis:
        nodes, speed, stability = self._nodes, self.weather.wind_speed, self.weather.stability_class
        end = dense.last_distance
        end_sigma_y = float(dense.half_width(np.array([end]))[0]) * _TOP_HAT
        end_peak = float(dense.mole_fraction(np.array([end]))[0]) * self.kg_per_mole_fraction
        end_sigma_z = rate / (math.pi * speed * end_sigma_y * end_peak)
        y_row, z_row = self.sigma_set.rows(stability)
        beyond = np.maximum(nodes - end, 0.0)
        passive_y = self._factor * self.sigma_set.sigma_y(
            beyond + virtual_distance(end_sigma_y / self._factor, y_row), stability
        )
        passive_z = self.sigma_set.sigma_z(beyond + virtual_distance(end_sigma_z, z_row), stability)
        near = nodes <= end
        fraction = np.where(near, dense.mole_fraction(np.minimum(nodes, end)), 0.0)
        sigma_y = np.where(near, dense.half_width(nodes) * _TOP_HAT, passive_y)
        peak = np.where(near, fraction * self.kg_per_mole_fraction, rate / (math.pi * speed * passive_y * passive_z))
        sigma_z = rate / (math.pi * speed * sigma_y * peak)
        caveats = []
        if not ALPHA_RANGE[0] <= dense.alpha <= ALPHA_RANGE[1]:
            says = f"alpha is {dense.alpha:.2f}; the nomogram is drawn from -1 to 1 and its edge was used."
            caveats.append(Caveat(Grade.DEGRADED, PLUME_CARD.name, says))
        return _Axis(0.5 * peak, sigma_y, sigma_z, 0.0, dense.upwind_extent, end, tuple(caveats))

    def _passive_axis(self, rate: float, source: SourceCloud) -> _Axis:
        nodes, speed, stability = self._nodes, self.weather.wind_speed, self.weather.stability_class
        start = math.sqrt(max(source.volume_flow_rate(rate), 1e-9) / (math.pi * speed))
        y_row, z_row = self.sigma_set.rows(stability)
        sigma_y = self._factor * self.sigma_set.sigma_y(nodes + virtual_distance(start, y_row), stability)
        sigma_z = self.sigma_set.sigma_z(nodes + virtual_distance(start, z_row), stability)
        peak = rate / (2.0 * math.pi * speed * sigma_y * sigma_z)
        return _Axis(peak, sigma_y, sigma_z, self.release.source_height, start, 0.0, ())
