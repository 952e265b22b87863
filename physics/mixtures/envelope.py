"""Where a mixture begins to boil and to condense: the pressures and temperatures that bound two phases.

At a temperature a state of two phases is found at some volume; from its pressure the ends are found by halving on
whether a flash at temperature and pressure splits. One interval of two phases is assumed at each temperature and at
each pressure; between critical pressure and the greatest pressure of two phases that need not be so.
"""

from __future__ import annotations

import math

import numpy as np

from physics._jit import kernel
from physics.mixtures.cubic import Array, Cubic, at_temperature, weighted
from physics.mixtures.flash import LIQUID_LIKE, UNSTABLE, flash
from physics.mixtures.mixture import Mixture
from physics.mixtures.states import HIGHEST_TEMPERATURE, LOWEST_TEMPERATURE, NoMixtureState
from physics.mixtures.volume import LEVER, volume_flash

_VOLUMES = 40
_THICKEST, _SPREAD = 1.3, 1.35  # of the trial volumes over covolume: first, and ratio
_HALVINGS = 60
_OUTWARDS = 200
_FACTOR = 1.3
_TEMPERATURE_STEPS = 60
_TEMPERATURE_CLOSE = 1e-11
_MET = 1e-6  # relative, on pressure
BUBBLE, UPPER_DEW, NONE, UNMIXED = 0, 1, 2, 3
"""What the upper end of the two-phase pressures is; unmixed liquids have none."""
_HIGHEST_PRESSURE = 1e10  # Pa
_LOWEST_PRESSURE = 1e-30


@kernel
def boundaries(eos: Cubic, t: float, z: Array) -> tuple[float, float, int]:
    """Least and greatest pressure of two phases at a temperature, and what the greatest is."""
    n = z.size
    m, d = np.empty((n, n)), np.empty((n, n))
    at_temperature(eos, t, m, d)
    lnk, x, y = np.empty(n), np.empty(n), np.empty(n)
    v = _THICKEST * weighted(eos.b, z)
    inside = math.nan
    for _ in range(_VOLUMES):
        kind, p, _, ok = volume_flash(eos, m, t, v, z, lnk, x, y)
        if kind == LEVER and ok:
            return p, p, BUBBLE
        if kind == UNSTABLE and ok:
            inside = p
            break
        v *= _SPREAD
    if math.isnan(inside):
        return math.nan, math.nan, NONE
    ends = np.empty(2)
    kind_high = UPPER_DEW
    for i in range(2):
        factor = 1.0 / _FACTOR if i == 0 else _FACTOR
        two, one = inside, inside * factor
        found = UNSTABLE
        for _ in range(_OUTWARDS):
            found, _, side = flash(eos, m, t, one, z, False, lnk, x, y)
            if found != UNSTABLE:
                break
            two, one = one, one * factor
            if not _LOWEST_PRESSURE < one < _HIGHEST_PRESSURE:
                break
        if found == UNSTABLE and i == 1:
            return ends[0], math.inf, UNMIXED
        for _ in range(_HALVINGS):
            middle = math.sqrt(two * one)
            found, _, side = flash(eos, m, t, middle, z, False, lnk, x, y)
            if found == UNSTABLE:
                two = middle
            else:
                one = middle
                if i == 1:
                    kind_high = BUBBLE if side == LIQUID_LIKE else UPPER_DEW
            if abs(one - two) < 1e-13 * one:
                break
        ends[i] = math.sqrt(two * one)
    return ends[0], ends[1], kind_high


def bubble_pressure(mixture: Mixture, *, temperature: float) -> float:
    """Pressure below which the liquid begins to boil, Pa.

    Parameters
    ----------
    mixture : Mixture
    temperature : float
        K.

    Raises
    ------
    NoMixtureState
        At the temperature there is none.
    """
    _, high, kind = boundaries(mixture.eos, temperature, mixture.fractions)
    if kind != BUBBLE or not high > 0.0:
        raise NoMixtureState(f"{mixture.name} has no bubble point at {temperature:g} K")
    return float(high)


def dew_pressure(mixture: Mixture, *, temperature: float) -> float:
    """Pressure above which the vapour begins to condense (of two such the lower), Pa.

    Parameters
    ----------
    mixture : Mixture
    temperature : float
        K.

    Raises
    ------
    NoMixtureState
        At the temperature there is none.
    """
    low, _, kind = boundaries(mixture.eos, temperature, mixture.fractions)
    if kind == NONE or not low > 0.0:
        raise NoMixtureState(f"{mixture.name} has no dew point at {temperature:g} K")
    return float(low)


def bubble_temperature(mixture: Mixture, *, pressure: float) -> float:
    """Temperature above which the liquid begins to boil, K.

    Parameters
    ----------
    mixture : Mixture
    pressure : float
        Pa.

    Raises
    ------
    NoMixtureState
        At the pressure there is none.
    """
    return _temperature(mixture, pressure, dew=False)


def dew_temperature(mixture: Mixture, *, pressure: float) -> float:
    """Temperature below which the vapour begins to condense, K.

    Parameters
    ----------
    mixture : Mixture
    pressure : float
        Pa.

    Raises
    ------
    NoMixtureState
        At the pressure there is none.
    """
    return _temperature(mixture, pressure, dew=True)


def _temperature(mixture: Mixture, pressure: float, *, dew: bool) -> float:
    """Temperature at which boiling (or condensation) begins at a pressure, by halving."""
    low, high, met = LOWEST_TEMPERATURE, HIGHEST_TEMPERATURE, math.inf
    for _ in range(_TEMPERATURE_STEPS):
        t = 0.5 * (low + high)
        least, most, kind = boundaries(mixture.eos, t, mixture.fractions)
        upper = math.inf if kind == NONE or (kind == BUBBLE) == dew else abs(most / pressure - 1.0)
        lower = abs(least / pressure - 1.0) if dew and kind != NONE else math.inf
        met = min(met, upper, lower)
        gas = kind == NONE or pressure < least or (kind == UPPER_DEW and pressure > most)
        liquid = kind == UNMIXED or (kind == BUBBLE and pressure >= most)
        if (dew and gas) or not (dew or liquid):
            high = t
        else:
            low = t
        if high - low < _TEMPERATURE_CLOSE * high:
            break
    if not met < _MET:
        point = "dew" if dew else "bubble"
        raise NoMixtureState(f"{mixture.name} has no {point} point at {pressure:g} Pa")
    return 0.5 * (low + high)
