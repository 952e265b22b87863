"""A mixture of substances: how it is written, and what Peng and Robinson's equation needs to know of it.

Critical point and acentric factor (Pitzer 1955: vapour pressure at 0.7 of the critical temperature) come from each
substance's saturation table, the ideal gas's heat capacity from its gas table, held constant beyond the table's ends.
The volume translation of each substance is the one that reproduces its saturated liquid's volume at 0.8 of the
critical temperature (Le Guennec, Privat and Jaubert 2016).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np

from physics.cards import Caveat, Grade
from physics.mixtures.cubic import OMEGA_A, OMEGA_B, Array, Cubic, at_temperature
from physics.mixtures.interaction import interaction
from physics.mixtures.named import NAMED
from physics.mixtures.volume import pure_pressure, saturated_volume
from physics.quantities import GAS_CONSTANT
from physics.substances import GasTable, Substance, UnknownSubstance, substance

ABOUT = "mixture"
"""What caveats of this package speak of."""
_TRANSLATION_AT = 0.8  # reduced temperature of Le Guennec, Privat and Jaubert
_SWITCH = 0.491  # acentric factor beyond which Robinson and Peng 1978 holds
_SUM_SLACK = 0.01
_TABLE_LOW, _TABLE_HIGH, _TABLE_STEP = 60.0, 1000.0, 5.0  # K
_DATUM = 298.15  # K, of enthalpy and entropy of the ideal gas
_PACKED = 0.999  # of the density at which the equation's pressure has no bound
_HYDROGEN_BONDS = frozenset(
    {"water", "methanol", "ethanol", "isopropanol", "phenol", "hydrazine", "ammonia", "aniline", "hydrogen cyanide"}
)
_ITEM = re.compile(r"^\s*(?P<name>[^\[\]]+?)\s*(?:\[\s*(?P<fraction>[^\[\]]*?)\s*\])?\s*$")


class MixtureError(ValueError):
    """A mixture that cannot be understood; ``component`` names the part, empty where it is the whole."""

    def __init__(self, component: str, says: str) -> None:
        super().__init__(f"{component}: {says}" if component else says)
        self.component = component
        self.says = says


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Mixture:
    """Substances in fixed amounts, with what the kernels of Peng and Robinson's equation take.

    Attributes
    ----------
    name : str
        As it was written, or the name of the composition.
    substances : tuple of Substance
    fractions : ndarray
        Mole fractions; they sum to 1.
    eos : Cubic
    source : str
        Where the composition comes from; empty where it was written out.
    caveats : tuple of Caveat
        On components the method does not suit and pairs without a published interaction parameter.
    """

    name: str
    substances: tuple[Substance, ...]
    fractions: Array
    eos: Cubic
    source: str
    caveats: tuple[Caveat, ...]

    @property
    def molar_mass(self) -> float:
        """kg/mol."""
        return float(self.fractions @ self.eos.molar_mass)

    @property
    def pseudo_critical_temperature(self) -> float:
        """Mole-fraction average of the critical temperatures, K (Kay 1936)."""
        return float(self.fractions @ self.eos.critical_temperature)

    @property
    def pseudo_critical_pressure(self) -> float:
        """Mole-fraction average of the critical pressures, Pa (Kay 1936)."""
        return float(self.fractions @ self.eos.critical_pressure)

    @property
    def pseudo_critical_density(self) -> float:
        """Density at the mole-fraction average of the critical volumes, kg/m³.

        Each is (0.2905 − 0.085 ω) R T_c/p_c (Lee and Kesler 1975).
        """
        eos = self.eos
        factor = 0.2905 - 0.085 * eos.acentric_factor
        volumes = factor * GAS_CONSTANT * eos.critical_temperature / eos.critical_pressure
        return self.molar_mass / float(self.fractions @ volumes)

    @property
    def greatest_density(self) -> float:
        """Density close below the one at which the equation's pressure has no bound, kg/m³."""
        return _PACKED * self.molar_mass / float(self.fractions @ (self.eos.b - self.eos.c))

    @property
    def gas_range(self) -> tuple[float, float]:
        """Temperatures between which every component's ideal-gas heat capacity is tabulated, K."""
        tables = [item.gas for item in self.substances]
        return max(item.temperature_low for item in tables), min(item.temperature_high for item in tables)

    @property
    def names(self) -> tuple[str, ...]:
        """Canonical names of the components."""
        return tuple(item.name for item in self.substances)


def _kappa(acentric: float) -> float:
    """Slope of √α in √T_r: Peng and Robinson 1976 equation 18, beyond 0.491 Robinson and Peng 1978."""
    if acentric <= _SWITCH:
        return 0.37464 + acentric * (1.54226 - 0.26992 * acentric)
    return 0.379642 + acentric * (1.48503 + acentric * (-0.164423 + 0.016666 * acentric))


def _ideal(gas: GasTable) -> Array:
    """Enthalpy and entropy of the ideal gas at the table's nodes with slopes times step, per mole, from the datum."""
    nodes = np.arange(_TABLE_LOW, _TABLE_HIGH + 0.5 * _TABLE_STEP, _TABLE_STEP)
    offsets, weights = np.polynomial.legendre.leggauss(4)

    def capacity(at: Array) -> Array:
        inside = np.clip(at, gas.temperature_low, gas.temperature_high)
        found: Array = gas.molar_mass * np.asarray(gas.heat_capacity(inside))
        return found

    def integrals(low: Array, high: Array) -> tuple[Array, Array]:
        at = 0.5 * (high + low)[:, None] + 0.5 * (high - low)[:, None] * offsets
        scaled = capacity(at.ravel()).reshape(at.shape) * weights * 0.5 * (high - low)[:, None]
        return scaled.sum(axis=1), (scaled / at).sum(axis=1)

    steps = integrals(nodes[:-1], nodes[1:])
    start = int((_DATUM - _TABLE_LOW) / _TABLE_STEP)
    beyond = integrals(nodes[start : start + 1], np.array([_DATUM]))
    out = np.empty((len(nodes), 4))
    for place, (step, rest) in enumerate(zip(steps, beyond, strict=True)):
        total = np.concatenate(([0.0], np.cumsum(step)))
        out[:, 2 * place] = total - total[start] - rest[0]
    out[:, 1] = capacity(nodes) * _TABLE_STEP
    out[:, 3] = out[:, 1] / nodes
    return out


def cubic(
    *,
    critical_temperature: Sequence[float],
    critical_pressure: Sequence[float],
    acentric: Sequence[float],
    molar_mass: Sequence[float],
    k: Array,
    translation: Sequence[float],
    gases: Sequence[GasTable],
) -> Cubic:
    """Constants of Peng and Robinson's equation from those of the components.

    Parameters
    ----------
    critical_temperature, critical_pressure, acentric, molar_mass : sequence of float
        K, Pa, 1, kg/mol.
    k : ndarray, shape (n, n)
        Binary interaction parameters.
    translation : sequence of float
        Volume by the equation less the fluid's, m³/mol.
    gases : sequence of GasTable
        Where the ideal gas's heat capacity is read.
    """
    tc, pc = np.array(critical_temperature, dtype=np.float64), np.array(critical_pressure, dtype=np.float64)
    return Cubic(
        critical_temperature=tc,
        critical_pressure=pc,
        acentric_factor=np.array(acentric, dtype=np.float64),
        root_a=np.sqrt(OMEGA_A / pc) * GAS_CONSTANT * tc,
        kappa=np.array([_kappa(value) for value in acentric]),
        b=OMEGA_B * GAS_CONSTANT * tc / pc,
        c=np.array(translation, dtype=np.float64),
        k=np.ascontiguousarray(k, dtype=np.float64),
        molar_mass=np.array(molar_mass, dtype=np.float64),
        low=_TABLE_LOW,
        step=_TABLE_STEP,
        ideal=np.ascontiguousarray(np.stack([_ideal(gas) for gas in gases], axis=1)),
    )


def _of(items: Sequence[Substance], translation: Sequence[float]) -> Cubic:
    k = np.array([[interaction(one.name, other.name) or 0.0 for other in items] for one in items])
    return cubic(
        critical_temperature=[item.saturation.critical_temperature for item in items],
        critical_pressure=[item.saturation.critical_pressure for item in items],
        acentric=[item.saturation.acentric_factor for item in items],
        molar_mass=[item.molar_mass for item in items],
        k=k,
        translation=translation,
        gases=[item.gas for item in items],
    )


@cache
def _translation(name: str) -> float:
    """Volume by the equation less the fluid's, saturated liquid at 0.8 of the critical temperature, m³/mol."""
    item = substance(name)
    table = item.saturation
    t = min(max(_TRANSLATION_AT * table.critical_temperature, table.temperature_low), table.temperature_high)
    eos, alone = _of([item], [0.0]), np.ones(1)
    m, d = np.empty((1, 1)), np.empty((1, 1))
    at_temperature(eos, t, m, d)
    p, _ = pure_pressure(eos, m, t, alone)
    return float(saturated_volume(eos, m, t, p, alone) - item.molar_mass / table.liquid_density(float(t)))


def _caveats(items: Sequence[Substance]) -> tuple[Caveat, ...]:
    found = []
    for item in items:
        if "associates" in item.flags:
            says = (
                f"The molecules of {item.name} associate in its vapour, which the equation of mixtures does not count."
            )
            found.append(Caveat(Grade.NOT_VALID, ABOUT, says))
        elif item.name in _HYDROGEN_BONDS and len(items) > 1:
            says = f"{item.name} bonds by hydrogen; the equation of mixtures is for gases that do not."
            found.append(Caveat(Grade.DEGRADED, ABOUT, says))
    pairs = [(one.name, other.name) for i, one in enumerate(items) for other in items[i + 1 :]]
    without = [f"{one}/{other}" for one, other in pairs if interaction(one, other) is None]
    if without:
        says = f"No interaction parameter is published here for {', '.join(without)}: zero was taken."
        found.append(Caveat(Grade.NOTE, ABOUT, says))
    return tuple(found)


def _part(text: str, alone: bool) -> tuple[str, float]:
    match = _ITEM.match(text)
    if match is None:
        raise MixtureError(text.strip(), "must be written as Name[mole fraction]")
    name, written = match["name"], match["fraction"]
    if written is None:
        if alone:
            return name, 1.0
        raise MixtureError(name, "has no mole fraction: write it as Name[mole fraction]")
    try:
        fraction = float(written)
    except ValueError:
        raise MixtureError(name, f"has the mole fraction {written!r}, which is not a number") from None
    if not 0.0 < fraction <= 1.0 + _SUM_SLACK:
        raise MixtureError(name, f"must have a mole fraction above 0 and up to 1, got {written}")
    return name, fraction


def mixture_of(parts: Sequence[tuple[str, float]], *, name: str, source: str = "") -> Mixture:
    """Mixture of named substances in given mole fractions, which are normalised.

    Parameters
    ----------
    parts : sequence of (str, float)
        Name and mole fraction of each component.
    name : str
        What the mixture is called.
    source : str
        Where the composition comes from.

    Raises
    ------
    MixtureError
        A component is unknown or named twice, or the fractions do not sum to 1 within 1 %.
    """
    items: list[Substance] = []
    for written, _ in parts:
        try:
            item = substance(written)
        except UnknownSubstance as error:
            raise MixtureError(written, str(error)) from error
        if any(item.name == other.name for other in items):
            raise MixtureError(written, f"is named twice (as {item.name})")
        items.append(item)
    fractions = np.array([fraction for _, fraction in parts], dtype=np.float64)
    total = float(fractions.sum())
    if abs(total - 1.0) > _SUM_SLACK:
        raise MixtureError("", f"mole fractions must sum to 1 within 1 %, got {total:g}")
    return Mixture(
        name=name,
        substances=tuple(items),
        fractions=fractions / total,
        eos=_of(items, [_translation(item.name) for item in items]),
        source=source,
        caveats=_caveats(items),
    )


@cache
def parse_mixture(text: str) -> Mixture:
    """Mixture written as ``Methane[0.855]&Ethane[0.045]&Propane[0.10]`` (mole fractions), or a name alone.

    A name alone is a named composition (`physics.mixtures.named.NAMED`) or one substance. Substances go by common
    name, CAS number, formula or CoolProp name.

    Parameters
    ----------
    text : str

    Raises
    ------
    MixtureError
        A component is unknown, named twice or without a number, or the fractions do not sum to 1 within 1 %.

    Examples
    --------
    >>> parse_mixture("Methane[0.9]&Ethane[0.1]").names
    ('methane', 'ethane')
    """
    known = NAMED.get(text.strip().casefold())
    if known is not None:
        return mixture_of(known.parts, name=text.strip(), source=known.source)
    pieces = text.split("&")
    return mixture_of([_part(piece, alone=len(pieces) == 1) for piece in pieces], name=text.strip())
