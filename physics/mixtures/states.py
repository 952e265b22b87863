"""States of a mixture in equilibrium: single ones with their phases, and whole planes of temperature and density."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from physics.mixtures.cubic import Array
from physics.mixtures.energy import (
    ENERGY,
    ENTHALPY,
    ENTROPY,
    PRESSURE,
    ROW,
    VOLUME,
    fill_states,
    mass_fraction,
    pressure_state,
    temperature_at,
    volume_state,
)
from physics.mixtures.flash import STABLE
from physics.mixtures.mixture import Mixture

LOWEST_TEMPERATURE, HIGHEST_TEMPERATURE = 60.0, 1000.0
"""Temperatures between which a flash is looked for, K; the heat capacities behind it are narrower."""
_LEAST_DENSITY = 1e-9  # kg/m³


class NoMixtureState(ValueError):
    """No state of the mixture has what was asked for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MixturePlane:
    """Properties at flat arrays of temperature and density, all of one length.

    Attributes
    ----------
    pressure : ndarray
        Pa; may be negative for a homogeneous state that could not exist.
    internal_energy : ndarray
        J/kg, from the ideal gas at 298.15 K.
    entropy : ndarray
        J/(kg K), from the unmixed ideal gases at 298.15 K and 101325 Pa.
    vapour_fraction : ndarray
        Mass fraction; 0 or 1 where there is one phase.
    fallback : ndarray of bool
        Where no equilibrium was found, or the density is beyond what the equation can hold and was cut back to that:
        the homogeneous state stands there instead.
    """

    pressure: Array
    internal_energy: Array
    entropy: Array
    vapour_fraction: Array
    fallback: NDArray[np.bool_]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class MixtureState:
    """A mixture in equilibrium.

    Attributes
    ----------
    temperature, pressure : float
        K, Pa.
    vapour_fraction : float
        Mass fraction.
    vapour_mole_fraction : float
    density : float
        Of both phases together, kg/m³.
    enthalpy, entropy, internal_energy : float
        J/kg, J/(kg K), J/kg; from the ideal gas at 298.15 K, entropy from the unmixed ideal gases at 101325 Pa.
    liquid, vapour : ndarray
        Mole fractions in each phase, in the order of the mixture; the whole composition where there is one phase.
    """

    temperature: float
    pressure: float
    vapour_fraction: float
    vapour_mole_fraction: float
    density: float
    enthalpy: float
    entropy: float
    internal_energy: float
    liquid: Array
    vapour: Array


def _plane(mixture: Mixture, temperature: ArrayLike, density: ArrayLike, equilibrium: bool) -> MixturePlane:
    t = np.ascontiguousarray(np.asarray(temperature, dtype=np.float64).ravel())
    rho = np.ascontiguousarray(np.asarray(density, dtype=np.float64).ravel())
    if t.shape != rho.shape:
        raise ValueError(f"temperature and density must have equal lengths, got {t.size} and {rho.size}")
    if not bool(np.all(np.isfinite(t) & np.isfinite(rho) & (t > 0.0) & (rho > 0.0))):
        raise ValueError("temperature and density must be finite and above 0")
    packed = rho > mixture.greatest_density
    volume = mixture.molar_mass / np.clip(rho, _LEAST_DENSITY, mixture.greatest_density)
    out, ok = np.empty((4, t.size)), np.ones(t.size, dtype=np.bool_)
    fill_states(mixture.eos, mixture.fractions, t, volume, equilibrium, out, ok)
    return MixturePlane(
        pressure=out[0],
        internal_energy=out[1] / mixture.molar_mass,
        entropy=out[2] / mixture.molar_mass,
        vapour_fraction=out[3],
        fallback=~ok | packed,
    )


def mixture_states(mixture: Mixture, temperature: ArrayLike, density: ArrayLike) -> MixturePlane:
    """Equilibrium at fixed overall composition at every temperature and density: one phase where stable, else two.

    Parameters
    ----------
    mixture : Mixture
    temperature, density : array_like
        K and kg/m³, of equal size; they are flattened.

    Raises
    ------
    ValueError
        Sizes differ, or a value is not finite or not above 0.
    """
    return _plane(mixture, temperature, density, equilibrium=True)


def mixture_single_phase(mixture: Mixture, temperature: ArrayLike, density: ArrayLike) -> MixturePlane:
    """The homogeneous fluid at every temperature and density, whether or not it would condense or boil.

    ``vapour_fraction`` is 1 throughout.

    Parameters
    ----------
    mixture : Mixture
    temperature, density : array_like
        K and kg/m³, of equal size; they are flattened.

    Raises
    ------
    ValueError
        Sizes differ, or a value is not finite or not above 0.
    """
    return _plane(mixture, temperature, density, equilibrium=False)


class _Work:
    """Arrays the kernels write into."""

    def __init__(self, mixture: Mixture) -> None:
        n = len(mixture.substances)
        self.lnk, self.x, self.y, self.row = np.empty(n), np.empty(n), np.empty(n), np.empty(ROW)

    def state(self, mixture: Mixture, temperature: float, kind: int, beta: float) -> MixtureState:
        mass = mixture.molar_mass
        fraction = beta if kind == STABLE else mass_fraction(mixture.eos, beta, self.x, self.y)
        return MixtureState(
            temperature=float(temperature),
            pressure=float(self.row[PRESSURE]),
            vapour_fraction=float(fraction),
            vapour_mole_fraction=float(beta),
            density=mass / float(self.row[VOLUME]),
            enthalpy=float(self.row[ENTHALPY]) / mass,
            entropy=float(self.row[ENTROPY]) / mass,
            internal_energy=float(self.row[ENERGY]) / mass,
            liquid=self.x.copy(),
            vapour=self.y.copy(),
        )


def state_at_pressure(mixture: Mixture, *, temperature: float, pressure: float) -> MixtureState:
    """Equilibrium at temperature and pressure.

    Parameters
    ----------
    mixture : Mixture
    temperature, pressure : float
        K, Pa.
    """
    work = _Work(mixture)
    kind, beta = pressure_state(
        mixture.eos, temperature, pressure, mixture.fractions, False, work.lnk, work.x, work.y, work.row
    )
    return work.state(mixture, temperature, kind, beta)


def state_at_density(mixture: Mixture, *, temperature: float, density: float) -> MixtureState:
    """Equilibrium at temperature and density.

    Parameters
    ----------
    mixture : Mixture
    temperature, density : float
        K, kg/m³.

    Raises
    ------
    NoMixtureState
        The density is beyond what the equation can hold, or no equilibrium was found.
    """
    _check_density(mixture, density)
    work = _Work(mixture)
    kind, beta, ok = volume_state(
        mixture.eos, temperature, mixture.molar_mass / density, mixture.fractions, work.lnk, work.x, work.y, work.row
    )
    if not ok:
        raise NoMixtureState(f"no equilibrium of {mixture.name} was found at {temperature:g} K and {density:g} kg/m3")
    return work.state(mixture, temperature, kind, beta)


def _check_density(mixture: Mixture, density: float) -> None:
    if not 0.0 < density <= mixture.greatest_density:
        raise NoMixtureState(
            f"the density of {mixture.name} must lie above 0 and up to {mixture.greatest_density:.1f} kg/m3, "
            f"got {density:g}"
        )


def _by_temperature(
    mixture: Mixture, fixed: float, place: int, wanted: float, by_volume: bool, guess: float | None, what: str
) -> MixtureState:
    work = _Work(mixture)
    t, kind, beta, found = temperature_at(
        mixture.eos,
        mixture.fractions,
        fixed,
        place,
        wanted * mixture.molar_mass,
        by_volume,
        guess if guess is not None else mixture.pseudo_critical_temperature,
        LOWEST_TEMPERATURE,
        HIGHEST_TEMPERATURE,
        work.lnk,
        work.x,
        work.y,
        work.row,
    )
    if not found:
        raise NoMixtureState(
            f"no state of {mixture.name} between {LOWEST_TEMPERATURE:g} and {HIGHEST_TEMPERATURE:g} K has {what}"
        )
    return work.state(mixture, t, kind, beta)


def state_at_enthalpy(
    mixture: Mixture, *, pressure: float, enthalpy: float, guess: float | None = None
) -> MixtureState:
    """Equilibrium at pressure and enthalpy.

    Parameters
    ----------
    mixture : Mixture
    pressure, enthalpy : float
        Pa, J/kg.
    guess : float, optional
        Temperature to start from, K.

    Raises
    ------
    NoMixtureState
        No temperature between 60 and 1000 K has it.
    """
    what = f"{enthalpy:g} J/kg at {pressure:g} Pa"
    return _by_temperature(mixture, pressure, ENTHALPY, enthalpy, False, guess, what)


def state_at_entropy(mixture: Mixture, *, pressure: float, entropy: float, guess: float | None = None) -> MixtureState:
    """Equilibrium at pressure and entropy.

    Parameters
    ----------
    mixture : Mixture
    pressure, entropy : float
        Pa, J/(kg K).
    guess : float, optional
        Temperature to start from, K.

    Raises
    ------
    NoMixtureState
        No temperature between 60 and 1000 K has it.
    """
    what = f"{entropy:g} J/(kg K) at {pressure:g} Pa"
    return _by_temperature(mixture, pressure, ENTROPY, entropy, False, guess, what)


def state_at_energy(
    mixture: Mixture, *, density: float, internal_energy: float, guess: float | None = None
) -> MixtureState:
    """Equilibrium at density and internal energy: what a closed vessel asks for.

    Parameters
    ----------
    mixture : Mixture
    density, internal_energy : float
        kg/m³, J/kg.
    guess : float, optional
        Temperature to start from, K.

    Raises
    ------
    NoMixtureState
        The density is beyond what the equation can hold, or no temperature between 60 and 1000 K has the energy.
    """
    _check_density(mixture, density)
    what = f"{internal_energy:g} J/kg at {density:g} kg/m3"
    return _by_temperature(mixture, mixture.molar_mass / density, ENERGY, internal_energy, True, guess, what)
