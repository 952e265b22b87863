"""Energy and blast of a bursting vessel: gas by Brode, Baker or availability; hot liquid by the flash it undergoes.

Far from the vessel the blast is that of Baker, Strehlow and Tang's detonation. Near it Baker's own curves by the shock
at the wall were not at hand: the lesser of that shock and the detonation's curve is taken, which is no lower bound.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from scipy.optimize import brentq

from physics.bounds import bounded
from physics.cards import Card, Caveat, Evidence, Grade, Kind, ModelInputError, Takes, register
from physics.explosion.baker_strehlow_tang import DETONATION, baker_strehlow_tang
from physics.explosion.blast import GIVES, Blast, arrival_on, at
from physics.explosion.multi_energy import off_the_curve
from physics.quantities import GAS_CONSTANT, STANDARD_PRESSURE
from physics.substances import Substance, substance
from physics.substances.saturation import NoSaturationState

GAS, BLEVE = "vessel-burst", "bleve-blast"
BRODE, BAKER, AVAILABILITY = "brode", "baker-isentropic", "availability"
ENERGIES = (BRODE, BAKER, AVAILABILITY)
"""Names of the energies of compressed gas."""
DUCTILE_SHARE = 0.5
"""Share of a burst's energy that goes into the blast, the rest into fragments (40 to 50 % into fragments where the
shell tears ductile; from memory, unverified)."""
FAR = 2.0
"""Scaled distance from which every burst's blast is that of a detonation (CCPS 2010, from memory, unverified)."""
_AIR_GAMMA, _AIR_MOLAR_MASS = 1.4, 0.02896
_STRONGEST = 1e3


def gas_burst_energy(
    *, pressure: float, volume: float, heat_capacity_ratio: float, ambient_pressure: float = STANDARD_PRESSURE,
    by: str = BRODE,
) -> float:  # fmt: skip
    """Energy that compressed gas sets free when its vessel bursts, J.

    Parameters
    ----------
    pressure : float
        Absolute, Pa.
    volume : float
        Of gas, m³.
    heat_capacity_ratio : float
        Above 1.
    ambient_pressure : float
        Pa.
    by : str
        ``brode`` (heating at constant volume, Brode 1959), ``baker-isentropic`` (isentropic expansion, Baker 1983) or
        ``availability`` (reversible, from ambient temperature, Crowl 2003).

    Raises
    ------
    LookupError
        There is no such energy.
    """
    if pressure <= ambient_pressure:
        return 0.0
    rise = heat_capacity_ratio - 1.0
    if by == BRODE:
        return float((pressure - ambient_pressure) * volume / rise)
    if by == BAKER:
        return float(pressure * volume / rise * (1.0 - (ambient_pressure / pressure) ** (rise / heat_capacity_ratio)))
    if by == AVAILABILITY:
        return pressure * volume * (math.log(pressure / ambient_pressure) - (1.0 - ambient_pressure / pressure))
    raise LookupError(f"there is no energy {by}; there are: {', '.join(ENERGIES)}")


@dataclass(frozen=True, slots=True, kw_only=True)
class FlashEnergy:
    """Work of a content that flashes to ambient pressure.

    Attributes
    ----------
    energy : float
        J.
    flashed_fraction : float
        Of the liquid, by mass, at the end.
    caveats : tuple of Caveat
    """

    energy: float
    flashed_fraction: float
    caveats: tuple[Caveat, ...]


def flash_energy(
    of: Substance,
    *,
    temperature: float,
    liquid_mass: float,
    vapour_mass: float = 0.0,
    ambient_pressure: float = STANDARD_PRESSURE,
) -> FlashEnergy:
    """Energy u1 - u2 of saturated liquid and vapour that expand isentropically to ambient pressure.

    Parameters
    ----------
    of : Substance
        Its tables of the real fluid are used.
    temperature : float
        In the vessel at the burst, K.
    liquid_mass, vapour_mass : float
        kg.
    ambient_pressure : float
        Pa.

    Raises
    ------
    NoSaturationState
        The substance has no saturated state at the temperature, or none at ambient pressure.
    """
    table = of.saturation
    inside = float(table.pressure(float(temperature)))
    end = float(table.temperature(ambient_pressure))
    if inside <= ambient_pressure:
        return FlashEnergy(energy=0.0, flashed_fraction=0.0, caveats=())

    def energies(t: float, p: float) -> tuple[float, float]:
        liquid = float(table.liquid_enthalpy(t)) - p / float(table.liquid_density(t))
        return liquid, float(table.vapour_enthalpy(t)) - p / float(table.vapour_density(t))

    low, high = energies(end, ambient_pressure)
    s_liquid, s_vapour = float(table.liquid_entropy(end)), float(table.vapour_entropy(end))
    total, caveats, flashed = 0.0, [], 0.0
    for mass, start, entropy in (
        (liquid_mass, energies(temperature, inside)[0], float(table.liquid_entropy(temperature))),
        (vapour_mass, energies(temperature, inside)[1], float(table.vapour_entropy(temperature))),
    ):
        share = (entropy - s_liquid) / (s_vapour - s_liquid)
        if not 0.0 <= share <= 1.0 and mass > 0.0:
            says = (
                f"{of.name} ends as {'superheated vapour' if share > 1.0 else 'subcooled liquid'}, which was taken as "
                "saturated."
            )
            caveats.append(Caveat(Grade.NOTE, BLEVE, says))
        share = min(max(share, 0.0), 1.0)
        total += mass * (start - (low + share * (high - low)))
        flashed = share if mass is liquid_mass and mass > 0.0 else flashed
    return FlashEnergy(energy=max(total, 0.0), flashed_fraction=flashed, caveats=tuple(caveats))


def wall_shock(
    *, pressure: float, temperature: float, molar_mass: float, heat_capacity_ratio: float,
    ambient_pressure: float = STANDARD_PRESSURE, ambient_temperature: float = 288.15,
) -> float:  # fmt: skip
    """Overpressure of the shock at the wall of a bursting vessel, as in a shock tube of perfect gases, Pa.

    Parameters
    ----------
    pressure, temperature : float
        Of the gas in the vessel, Pa and K.
    molar_mass : float
        kg/mol.
    heat_capacity_ratio : float
        Of that gas.
    ambient_pressure, ambient_temperature : float
        Pa and K.
    """
    if pressure <= ambient_pressure:
        return 0.0
    gamma, air = heat_capacity_ratio, _AIR_GAMMA
    sound = math.sqrt(gamma * GAS_CONSTANT * temperature / molar_mass)
    sound_air = math.sqrt(air * GAS_CONSTANT * ambient_temperature / _AIR_MOLAR_MASS)

    def excess(ratio: float) -> float:
        slowed = (gamma - 1.0) * sound_air / sound * (ratio - 1.0)
        left = 1.0 - slowed / math.sqrt(2.0 * air * (2.0 * air + (air + 1.0) * (ratio - 1.0)))
        if left <= 0.0:
            return math.inf
        return math.log(ratio) - 2.0 * gamma / (gamma - 1.0) * math.log(left) - math.log(pressure / ambient_pressure)

    high = min(pressure / ambient_pressure, _STRONGEST)
    while not math.isfinite(excess(high)):
        high = 1.0 + 0.9 * (high - 1.0)
    if excess(high) <= 0.0:
        return (high - 1.0) * ambient_pressure
    return float((brentq(excess, 1.0, high, xtol=1e-12) - 1.0) * ambient_pressure)


def vessel_burst(
    *, energy: float, shock: float = math.inf, share: float = DUCTILE_SHARE,
    ambient_pressure: float = STANDARD_PRESSURE, model: str = GAS,
) -> Blast:  # fmt: skip
    """Blast of a bursting vessel on the ground.

    Parameters
    ----------
    energy : float
        Of the burst, J, as `gas_burst_energy` or `flash_energy` give it.
    shock : float
        Overpressure at the vessel's wall, Pa, `wall_shock`; nothing near the vessel exceeds it.
    share : float
        Of the energy that goes into the blast.
    ambient_pressure : float
        Pa.
    model : str
        Card it is for.

    Raises
    ------
    ValueError
        No energy goes into the blast.
    """
    far = baker_strehlow_tang(energy=share * energy, flame_mach=DETONATION, ambient_pressure=ambient_pressure)
    pressures = np.minimum(far.overpressures, shock)
    length = (2.0 * share * energy / ambient_pressure) ** (1.0 / 3.0)
    says = (
        f"{share * energy:.4g} J of {energy:.4g} J go into the blast, doubled for the ground; curve of a detonation",
        f"the curve of a burst differs from it nearer than {FAR * length:.4g} m",
    )
    return replace(
        far,
        model=model,
        energy=energy,
        overpressures=pressures,
        arrivals=arrival_on(far.nodes, pressures, ambient_pressure=ambient_pressure),
        durations=2.0 * far.impulses / pressures,
        says=says,
        caveats=(),
    )


def bleve_blast(
    of: Substance,
    *,
    temperature: float,
    liquid_mass: float,
    vapour_mass: float = 0.0,
    share: float = DUCTILE_SHARE,
    ambient_pressure: float = STANDARD_PRESSURE,
) -> Blast:
    """Blast of a vessel of hot liquid that bursts.

    Parameters
    ----------
    of : Substance
    temperature : float
        At the burst, K.
    liquid_mass, vapour_mass : float
        kg.
    share : float
        Of the energy that goes into the blast.
    ambient_pressure : float
        Pa.

    Raises
    ------
    NoSaturationState
        There is no such saturated state.
    ValueError
        It sets no energy free.
    """
    found = flash_energy(
        of,
        temperature=temperature,
        liquid_mass=liquid_mass,
        vapour_mass=vapour_mass,
        ambient_pressure=ambient_pressure,
    )
    table = of.saturation
    shock = wall_shock(
        pressure=float(table.pressure(float(temperature))),
        temperature=temperature,
        molar_mass=of.molar_mass,
        heat_capacity_ratio=max(float(of.gas.heat_capacity_ratio(temperature)), 1.0 + 1e-3),
        ambient_pressure=ambient_pressure,
    )
    blast = vessel_burst(energy=found.energy, shock=shock, share=share, ambient_pressure=ambient_pressure, model=BLEVE)
    return replace(blast, caveats=found.caveats)


def _near(blast: Blast, distance: float, share: float, ambient: float) -> list[Caveat]:
    length = (2.0 * share * blast.energy / ambient) ** (1.0 / 3.0)
    if distance >= FAR * length:
        return []
    says = (
        f"Nearer than {FAR * length:.4g} m the blast follows the vessel's own shock, not a detonation: what is given "
        "is the lesser of both."
    )
    return [Caveat(Grade.DEGRADED, blast.model, says)]


_SHARE = "Which share of the energy goes into fragments is from memory, unverified; so is where a burst becomes far."
_GAS_CARD = Card(
    name=GAS,
    says="Blast of a vessel of compressed gas that bursts on the ground: energy by Brode, of which a share goes into "
    "the blast; Baker, Strehlow and Tang's detonation from scaled distance 2 on, not above the shock at the wall.",
    takes=bounded(
        Takes("pressure", low=2e5, high=1e8, hard_low=1.0, hard_high=1e10),
        Takes("temperature", low=200.0, high=1500.0, hard_low=50.0, hard_high=5000.0, default=288.15),
        Takes("volume", hard_low=1e-4, hard_high=1e6),
        Takes("molar_mass", low=0.002, high=0.2, hard_low=0.002, hard_high=1.0, default=0.02896),
        Takes("heat_capacity_ratio", low=1.05, high=1.67, hard_low=1.01, hard_high=2.0, default=1.4),
        Takes("blast_fraction", low=0.2, high=1.0, hard_low=0.01, hard_high=1.0, default=DUCTILE_SHARE),
        Takes("distance", hard_low=0.0, hard_high=1e6),
        Takes("ambient_pressure", low=8e4, high=1.1e5, hard_low=1e3, hard_high=1e6, default=STANDARD_PRESSURE),
    ),
    gives=("burst_energy", "shock_overpressure", *GIVES),
    cites=("brode1959", "baker1983", "crowl2003", "ccps2010"),
    evidence=(
        Evidence(
            Kind.VERIFICATION,
            "10 m³ at 20 bar, 1.4: 47.467 MJ by Brode, 28.675 MJ isentropic; the shock tube's equation",
            "tests/verification/test_explosion_vessel.py::test_energies_of_gas",
        ),
    ),
)
_BLEVE_CARD = Card(
    name=BLEVE,
    says="Blast of a vessel of hot liquid that bursts (BLEVE): energy u1 - u2 of the isentropic flash to ambient "
    "pressure by the real fluid's tables, of which a share goes into the blast; then as a vessel of gas.",
    takes=bounded(
        Takes("fluid"),
        Takes("temperature", hard_low=10.0, hard_high=2000.0),
        Takes("mass", hard_low=1e-3, hard_high=1e9),
        Takes("level", hard_low=0.0, hard_high=1.0, default=0.8),
        Takes("blast_fraction", low=0.2, high=1.0, hard_low=0.01, hard_high=1.0, default=DUCTILE_SHARE),
        Takes("distance", hard_low=0.0, hard_high=1e6),
        Takes("ambient_pressure", low=8e4, high=1.1e5, hard_low=1e3, hard_high=1e6, default=STANDARD_PRESSURE),
    ),
    gives=("burst_energy", "flash_fraction", "shock_overpressure", *GIVES),
    cites=("ccps2010", "baker1983"),
    evidence=(
        Evidence(
            Kind.VERIFICATION,
            "isentropic flash of propane and water against CoolProp's reference equations",
            "tests/verification/test_explosion_vessel.py::test_flash_energy_against_reference_equations",
        ),
    ),
)


@register(_GAS_CARD)
def _run_gas(values: dict[str, Any]) -> tuple[dict[str, Any], list[Caveat]]:
    ambient = values["ambient_pressure"]
    state = {"pressure": values["pressure"], "heat_capacity_ratio": values["heat_capacity_ratio"]}
    energy = gas_burst_energy(volume=values["volume"], ambient_pressure=ambient, **state)
    if energy <= 0.0:
        raise ModelInputError("pressure", f"must be above that outside, {ambient:g} Pa, got {values['pressure']:g}")
    shock = wall_shock(
        temperature=values["temperature"], molar_mass=values["molar_mass"], ambient_pressure=ambient, **state
    )
    if shock <= 0.0:
        raise ModelInputError("pressure", f"must be above that outside, {ambient:g} Pa, got {values['pressure']:g}")
    blast = vessel_burst(energy=energy, shock=shock, share=values["blast_fraction"], ambient_pressure=ambient)
    return {
        "burst_energy": energy,
        "shock_overpressure": shock,
        **at(blast, values["distance"]),
    }, _caveats(blast, values)


@register(_BLEVE_CARD)
def _run_bleve(values: dict[str, Any]) -> tuple[dict[str, Any], list[Caveat]]:
    try:
        of = substance(values["fluid"])
    except LookupError as error:
        raise ModelInputError("fluid", str(error)) from error
    ambient, table = values["ambient_pressure"], of.saturation
    try:
        densities = [float(read(values["temperature"])) for read in (table.liquid_density, table.vapour_density)]
        liquid = values["level"] * densities[0]
        gas = (1.0 - values["level"]) * densities[1]
        masses = {
            "liquid_mass": values["mass"] * liquid / (liquid + gas),
            "vapour_mass": values["mass"] * gas / (liquid + gas),
        }
        state = {"temperature": values["temperature"], "ambient_pressure": ambient}
        found = flash_energy(of, **state, **masses)
        if found.energy <= 0.0:
            raise ModelInputError("temperature", f"{of.name} does not boil over at {values['temperature']:g} K")
        blast = bleve_blast(of, share=values["blast_fraction"], **state, **masses)
    except NoSaturationState as error:
        raise ModelInputError("temperature", str(error)) from error
    return {
        "burst_energy": found.energy,
        "flash_fraction": found.flashed_fraction,
        "shock_overpressure": float(blast.overpressures[0]),
        **at(blast, values["distance"]),
    }, [*found.caveats, *_caveats(blast, values)]


def _caveats(blast: Blast, values: dict[str, Any]) -> list[Caveat]:
    distance = values["distance"]
    return [
        Caveat(Grade.DEGRADED, blast.model, _SHARE),
        *_near(blast, distance, values["blast_fraction"], values["ambient_pressure"]),
        *off_the_curve(blast, distance),
    ]
