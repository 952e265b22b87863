"""A mixture's flow through an opening: the greatest flux along the isentrope.

    G(p) = ρ(p, s₀) √(2 (h₀ − h(p, s₀))),    p between ambient and stagnation pressure

either in equilibrium at every pressure (homogeneous equilibrium) or as gas that keeps its composition.

Legend: as in `physics.mixtures.energy`; s0 entropy at rest per mole.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from physics._jit import kernel
from physics.mixtures.cubic import THINNEST, Array, Cubic
from physics.mixtures.energy import ENTHALPY, ENTROPY, ROW, VOLUME, single_state
from physics.mixtures.mixture import Mixture
from physics.mixtures.states import LOWEST_TEMPERATURE, MixtureState, NoMixtureState, state_at_entropy

_SCAN = 24
_GOLDEN = 0.6180339887498949
_GOLDEN_STEPS = 36
_HALVINGS = 60
_NOT_ON_IT = 1e-3  # J/(mol K) by which a gas root may miss the entropy: the halving ends at 1e-10, or at a gap
_CHOKED = 1.0 + 1e-5  # throat over back pressure


class PastAnyGas(NoMixtureState):
    """An isentrope that leaves what can be gas, even supersaturated, before its flux is greatest."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Throat:
    """State of a mixture where its flux is greatest.

    Attributes
    ----------
    mass_flux : float
        Ideal, kg/(m² s).
    pressure, temperature, density : float
        Pa, K, kg/m³.
    vapour_fraction : float
        Mass fraction.
    choked : bool
    """

    mass_flux: float
    pressure: float
    temperature: float
    density: float
    vapour_fraction: float
    choked: bool


@kernel
def gas_temperature(eos: Cubic, z: Array, p: float, s0: float, low: float, high: float, row: Array) -> float:
    """Temperature at which the gas root has the entropy at a pressure, by halving; its properties into ``row``."""
    for _ in range(_HALVINGS):
        t = 0.5 * (low + high)
        single_state(eos, t, p, z, THINNEST, row)
        if row[ENTROPY] > s0:
            high = t
        else:
            low = t
    return 0.5 * (low + high)


def _along(mixture: Mixture, start: MixtureState, pressure: float, guess: float, equilibrium: bool) -> Throat:
    """State and flux an isentrope has at a pressure; ``guess`` is a temperature nearby, for gas one above.

    Where no gas has that entropy any more, being past its limit of stability, density and flux are no numbers.
    """
    if equilibrium:
        state = state_at_entropy(mixture, pressure=pressure, entropy=start.entropy, guess=guess)
        temperature, enthalpy, density = state.temperature, state.enthalpy, state.density
        fraction = state.vapour_fraction
    else:
        row, mass, fraction = np.empty(ROW), mixture.molar_mass, 1.0
        s0 = start.entropy * mass
        temperature = gas_temperature(mixture.eos, mixture.fractions, pressure, s0, LOWEST_TEMPERATURE, guess, row)
        enthalpy, density = float(row[ENTHALPY]) / mass, mass / float(row[VOLUME])
        if abs(float(row[ENTROPY]) - s0) > _NOT_ON_IT:
            density = math.nan
    return Throat(
        mass_flux=density * math.sqrt(2.0 * max(start.enthalpy - enthalpy, 0.0)),
        pressure=pressure,
        temperature=temperature,
        density=density,
        vapour_fraction=fraction,
        choked=False,
    )


def isentropic_throat(mixture: Mixture, start: MixtureState, *, back_pressure: float, equilibrium: bool) -> Throat:
    """Greatest flux along the isentrope of a state at rest, down to a back pressure.

    Parameters
    ----------
    mixture : Mixture
    start : MixtureState
        At rest.
    back_pressure : float
        Pa.
    equilibrium : bool
        Whether phases stay in equilibrium on the way, or gas stays gas.

    Raises
    ------
    NoMixtureState
        The isentrope leaves the temperatures a flash is looked for at.
    PastAnyGas
        Gas that stays gas was asked for, and the isentrope leaves it before the throat.
    """

    def at(ln_p: float) -> Throat:
        return _along(mixture, start, math.exp(ln_p), start.temperature, equilibrium)

    if back_pressure >= start.pressure:
        return Throat(
            mass_flux=0.0,
            pressure=back_pressure,
            temperature=start.temperature,
            density=start.density,
            vapour_fraction=start.vapour_fraction,
            choked=False,
        )
    steps = np.linspace(math.log(back_pressure), math.log(start.pressure), _SCAN + 1).tolist()
    fluxes = np.array([at(step).mass_flux for step in steps])
    place = int(np.nanargmax(fluxes))
    if math.isnan(fluxes[max(place - 1, 0)]):
        raise PastAnyGas(f"{mixture.name} flowing from {start.pressure:g} Pa is past the limit of any gas")
    a, b = steps[max(place - 1, 0)], steps[min(place + 1, _SCAN)]
    for _ in range(_GOLDEN_STEPS):
        c, d = b - _GOLDEN * (b - a), a + _GOLDEN * (b - a)
        if at(c).mass_flux > at(d).mass_flux:
            b = d
        else:
            a = c
    throat = at(0.5 * (a + b))
    if math.isnan(throat.mass_flux):
        raise PastAnyGas(f"{mixture.name} flowing from {start.pressure:g} Pa is past the limit of any gas")
    end = at(steps[0])
    if end.mass_flux >= throat.mass_flux * (1.0 - 1e-9):
        throat = end
    if not math.isfinite(throat.mass_flux) or throat.temperature <= LOWEST_TEMPERATURE * (1.0 + 1e-6):
        raise NoMixtureState(f"{mixture.name} has no isentrope from {start.pressure:g} to {back_pressure:g} Pa")
    return Throat(
        mass_flux=throat.mass_flux,
        pressure=throat.pressure,
        temperature=throat.temperature,
        density=throat.density,
        vapour_fraction=throat.vapour_fraction,
        choked=throat.pressure > back_pressure * _CHOKED,
    )
