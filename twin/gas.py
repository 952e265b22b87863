"""What gas detectors would read: concentration at each by the dispersion model, with its lag, range and saturation."""

from __future__ import annotations

import math
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from physics.discharge.expansion import state_at
from physics.dispersion.cloud import Cloud
from physics.quantities import STANDARD_PRESSURE
from physics.release import ReleaseTerm
from physics.substances import Substance
from physics.weather import Weather
from twin.parts import Position
from twin.plant import Plant

Array = NDArray[np.float64]
MODEL = "britter-mcquaid-plume"
"""Model of the simulated plant's gas: not the one forecasts take first, so that none is held against itself, and one
whose cloud lies about its source, as gas from a broken line among equipment does."""
AVERAGING_TIME = 20.0
"""Averaging time of the concentration a detector sees, s: about its own response time."""
FOG_DEPTH = 1.2
"""Height below which a detector stands in a dense cloud near its source and reads its ground-level value, m: the fog
at Festus was four feet deep (CSB news release, 14 June 2007). The plume model gives no depth of its own so near."""
NOTEWORTHY_CHANGE = 0.15
"""Relative change of a leak's rate for which the cloud is computed again."""
LEAST_INTERVAL = 0.5
"""Time between two such changes, s."""
LEAST_RATE = 1e-4
"""Rate below which nothing leaks, kg/s."""
OVERLOAD = 5.0
"""Times its range that a cell follows: what lies above delays its recovery no further; assumed."""
_HORIZON = 14_400.0
_T90_TO_TAU = math.log(10.0)
_EXIT_SPEED = 30.0
"""Velocity after expansion given to the release, m/s: the plume model here does not use it."""


@dataclass(slots=True)
class LeakHistory:
    """Rate of one leak in time as a few steps, and the cloud it makes."""

    substance: Substance
    steps: list[tuple[float, float, float]] = field(default_factory=list)
    """Time, rate and enthalpy from which each step begins."""
    place: Position = (0.0, 0.0, 0.0)
    cloud: Cloud | None = None

    def follow(self, time: float, rate: float, enthalpy: float, place: Position) -> bool:
        """Note the rate at a time; gives whether the cloud must be computed again."""
        leaking = rate > LEAST_RATE
        if not self.steps:
            if leaking:
                self.steps.append((time, rate, enthalpy))
                self.place = place
            return leaking
        since, last, _ = self.steps[-1]
        changed = abs(rate - last) > NOTEWORTHY_CHANGE * max(last, LEAST_RATE) and leaking
        stopped = not leaking and last > LEAST_RATE
        if (changed or stopped) and time - since >= LEAST_INTERVAL:
            self.steps.append((time, rate if leaking else 0.0, enthalpy))
            return True
        return False

    def release(self) -> ReleaseTerm | None:
        """The leak so far, its last rate going on."""
        if not self.steps:
            return None
        first = self.steps[0][0]
        time = np.array([step[0] - first for step in self.steps] + [self.steps[-1][0] - first + _HORIZON])
        states = [state_at(self.substance, enthalpy=step[2], pressure=STANDARD_PRESSURE) for step in self.steps]
        return ReleaseTerm(
            substance=self.substance.name,
            time=time,
            mass_flow_rate=np.array([step[1] for step in self.steps]),
            vapour_fraction=np.array([state[1] for state in states]),
            temperature=np.array([state[0] for state in states]),
            density=np.array([state[2] for state in states]),
            velocity=np.full(len(states), _EXIT_SPEED),
            source_height=max(self.place[2], 0.0),
        )


class GasField:
    """Concentration at every detector of one gas, and what each detector makes of it."""

    def __init__(self, plant: Plant, substance: Substance, fluid: str) -> None:
        self.detectors = [item for item in plant.detectors.values() if item.gas == fluid]
        self._places = np.array([item.xyz for item in self.detectors]).reshape(-1, 3)
        self._tau = np.array([item.t90 / _T90_TO_TAU for item in self.detectors])
        self._high = np.array([item.high for item in self.detectors])
        self.cell = np.zeros(len(self.detectors))
        self.history = LeakHistory(substance)
        self._weather: Weather | None = None
        self.clouds_computed = 0

    def advance(
        self, *, time: float, duration: float, rate: float, enthalpy: float, place: Position, weather: Weather
    ) -> None:
        """Carry the detectors on by ``duration`` s of a leak at ``rate`` kg/s from ``place``."""
        stale = self.history.follow(time, rate, enthalpy, place) or (self.history.steps and weather != self._weather)
        if stale:
            release = self.history.release()
            self.history.cloud = (
                Cloud(release, weather, model=MODEL, averaging_time=AVERAGING_TIME) if release else None
            )
            self._weather = weather
            self.clouds_computed += 1
        outside = self.outside(time, weather)
        ceiling = OVERLOAD * self._high
        share = 1.0 - np.exp(-duration / self._tau)
        self.cell += share * (np.minimum(outside, ceiling) - self.cell)

    def outside(self, time: float, weather: Weather) -> Array:
        """Mole fraction at the detectors."""
        if self.history.cloud is None or not self.detectors:
            return np.zeros(len(self.detectors))
        bearing = math.radians(weather.downwind_bearing)
        east, north = self._places[:, 0] - self.history.place[0], self._places[:, 1] - self.history.place[1]
        along = east * math.sin(bearing) + north * math.cos(bearing)
        across = east * math.cos(bearing) - north * math.sin(bearing)
        height = np.where(self._places[:, 2] <= FOG_DEPTH, 0.0, self._places[:, 2])
        since = np.array([time - self.history.steps[0][0]])
        return np.asarray(self.history.cloud.mole_fraction(along, across, height, since)[0])

    def readings(self) -> dict[str, float]:
        """What the detectors show: mole fraction, saturated at their range."""
        shown = np.clip(self.cell, [item.low for item in self.detectors], self._high)
        return {item.tag: float(value) for item, value in zip(self.detectors, shown, strict=True)}
