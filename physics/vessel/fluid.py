"""What a vessel holds, as its kernels take it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from physics.cards import Caveat
from physics.discharge.fluid import association
from physics.substances import Substance
from physics.substances.kernels import Table
from physics.substances.plane import GasPlane
from physics.substances.transport import Molecule, molecule
from physics.vessel.gas_nozzle import choked_vapour


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
        Whether liquid and vapour are told apart; a mixture's plane holds both in equilibrium, as one.
    caveats : tuple of Caveat
    """

    name: str
    plane: GasPlane
    vapour: Table
    molecule: Molecule
    boils: bool
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
