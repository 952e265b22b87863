"""What a vessel holds, as its kernels take it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray
from scipy.interpolate import CubicSpline

from physics.cards import Caveat, Grade, ModelInputError
from physics.discharge.fluid import association, find_fluid
from physics.mixtures import Mixture, MixtureError, mixture_single_phase, mixture_states, parse_mixture
from physics.quantities import GAS_CONSTANT
from physics.substances import NoGasPlane, Substance
from physics.substances.kernels import GAS_ENTHALPY, GAS_HEAT_CAPACITY, GAS_PROPERTIES, Table
from physics.substances.plane import GasPlane, cells, upper_temperature
from physics.substances.transport import Molecule, molecule
from physics.vessel.gas_nozzle import choked_vapour

Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class VesselFluid:
    """A substance, or a mixture that stays as it is, in the tables that a vessel's balances read.

    Attributes
    ----------
    name : str
    plane : GasPlane
    vapour : Table
        Choked flow of saturated vapour.
    molecule : Molecule
    boils : bool
        Whether liquid is known of; a mixture is gas.
    mixture : Mixture or None
    caveats : tuple of Caveat
    """

    name: str
    plane: GasPlane
    vapour: Table
    molecule: Molecule
    boils: bool
    mixture: Mixture | None = None
    caveats: tuple[Caveat, ...] = ()


@cache
def vessel_fluid(substance: Substance) -> VesselFluid:
    """A pure substance for a vessel.

    Parameters
    ----------
    substance : Substance

    Raises
    ------
    NoGasPlane
        Its molecules associate in the vapour.
    """
    return VesselFluid(
        name=substance.name,
        plane=substance.plane,
        vapour=choked_vapour(substance),
        molecule=molecule(substance),
        boils=True,
        caveats=tuple(association(substance)),
    )


MIXTURE_NODES = (72, 49)
"""Nodes of a mixture's plane in temperature and density."""
MIXTURE_DENSEST = 1.5
"""Highest density of a mixture's plane over its pseudo-critical one."""
_THIN = 1e-6  # kg/m³, at which a mixture is an ideal gas
_MIXTURE_BOILING = 0.63  # boiling over critical temperature (Guldberg's rule)


@cache
def vessel_mixture(mixture: Mixture) -> VesselFluid:
    """A mixture for a vessel: a gas by Peng and Robinson's equation, of which nothing condenses.

    Parameters
    ----------
    mixture : Mixture
    """
    low, high = mixture.gas_range
    n, m = MIXTURE_NODES
    temperature = upper_temperature(low, high, n)
    dense = MIXTURE_DENSEST * mixture.pseudo_critical_density
    density = np.linspace(0.0, dense, m)
    density[0] = _THIN
    t, rho = (a.ravel() for a in np.meshgrid(temperature, density, indexing="ij"))
    states = mixture_single_phase(mixture, t, rho)
    r = GAS_CONSTANT / mixture.molar_mass
    thin = states.internal_energy.reshape(n, m)[:, :1]
    departures = np.empty((2, n, m))
    departures[0] = (states.pressure / (rho * r * t) - 1.0).reshape(n, m)
    departures[1] = (states.internal_energy.reshape(n, m) - thin) / (r * temperature[:, None])
    departures[:, :, 0] = 0.0
    plane = GasPlane(
        low=low,
        switch=low,
        high=high,
        dense=dense,
        gas_constant=r,
        saturation=_nothing(low),
        gas=_ideal(mixture, low, high, r),
        below=np.zeros((1, 1, 2, 16)),
        above=cells(departures),
    )
    return VesselFluid(
        name=mixture.name,
        plane=plane,
        vapour=_nothing(low),
        molecule=Molecule(
            molar_mass=mixture.molar_mass,
            critical_temperature=mixture.pseudo_critical_temperature,
            critical_pressure=mixture.pseudo_critical_pressure,
            acentric_factor=float(mixture.fractions @ mixture.eos.acentric_factor),
            boiling=_MIXTURE_BOILING,
        ),
        boils=False,
        mixture=mixture,
        caveats=mixture.caveats,
    )


def condensation(fluid: VesselFluid, temperature: Array, density: Array) -> list[Caveat]:
    """Caveat on a mixture that would partly condense in the states it passes.

    Parameters
    ----------
    fluid : VesselFluid
    temperature, density : ndarray
        K, kg/m³.
    """
    if fluid.mixture is None:
        return []
    driest = float(np.min(mixture_states(fluid.mixture, temperature, density).vapour_fraction))
    if driest > _DRY:
        return []
    says = (
        f"Up to {1.0 - driest:.0%} of {fluid.name} would condense in the vessel; it was taken as gas, whose "
        "temperature is then too low."
    )
    return [Caveat(Grade.DEGRADED, "vessel-blowdown", says)]


_DRY = 0.99
"""Vapour mass fraction above which condensation does not count."""


def _ideal(mixture: Mixture, low: float, high: float, r: float) -> Table:
    """Ideal-gas heat of a mixture on the datum of its states."""
    temperature = np.linspace(low, high, _IDEAL_NODES)
    states = mixture_single_phase(mixture, temperature, np.full(_IDEAL_NODES, _THIN))
    enthalpy = CubicSpline(temperature, states.internal_energy + r * temperature)
    step = float(temperature[1] - temperature[0])
    values = np.zeros((_IDEAL_NODES, 2 * GAS_PROPERTIES))
    values[:, 2 * GAS_ENTHALPY] = enthalpy(temperature)
    values[:, 2 * GAS_ENTHALPY + 1] = enthalpy(temperature, 1) * step
    values[:, 2 * GAS_HEAT_CAPACITY] = enthalpy(temperature, 1)
    values[:, 2 * GAS_HEAT_CAPACITY + 1] = enthalpy(temperature, 2) * step
    return Table(low, step, values)


_IDEAL_NODES = 200


def _nothing(low: float) -> Table:
    """A table nobody reads: a mixture has no saturation line of its own."""
    return Table(low, 1.0, np.zeros((2, 20)))


def named_fluid(name: str) -> VesselFluid:
    """What a vessel holds, by the name of a substance or the composition of a mixture.

    Raises
    ------
    ModelInputError
        Nothing goes by that name, or its vapour associates.
    """
    try:
        if "[" in name or "&" in name:
            mixture = parse_mixture(name)
            return vessel_mixture(mixture) if len(mixture.substances) > 1 else vessel_fluid(mixture.substances[0])
        return vessel_fluid(find_fluid(name))
    except (NoGasPlane, MixtureError) as error:
        raise ModelInputError("fluid", str(error)) from error
