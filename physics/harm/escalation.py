"""Whether a fire or a blast makes the equipment beside it fail, and when (Cozzani, Landucci and others).

Every number here is from memory and unverified: thresholds, times to failure and probits alike.
"""

from __future__ import annotations

import csv
import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from physics.bounds import bounded
from physics.cards import Card, Caveat, Evidence, Grade, Kind, ModelInputError, Takes, register
from physics.harm.probit_sets import DATA
from physics.harm.vulnerability import share_of

FIRE, BLAST = "escalation-fire", "escalation-blast"
ATMOSPHERIC, PRESSURISED, ELONGATED, SMALL = "atmospheric", "pressurised", "elongated", "small"
CLASSES = (ATMOSPHERIC, PRESSURISED, ELONGATED, SMALL)
"""Kinds of equipment: tanks, pressure vessels, columns and the like, and what is small."""
_KILO = 1e3
_MINUTE = 60.0
_FIRE_A, _FIRE_B = 12.54, -1.847
"""Probit of failing before a fire is fought, of the time to failure in minutes (Landucci and others 2009, memory)."""
SMALLEST, GREATEST = {ATMOSPHERIC: 25.0, PRESSURISED: 5.0}, {ATMOSPHERIC: 17_500.0, PRESSURISED: 250.0}
"""Volumes between which the times to failure were fitted, m³ (memory, unverified)."""
_LEAST = 1e-300
UNVERIFIED = "Thresholds, times to failure and probits of escalation are from memory, unverified."


@dataclass(frozen=True, slots=True, kw_only=True)
class EquipmentClass:
    """What is known of a kind of equipment.

    Attributes
    ----------
    name : str
    flux_threshold : float or None
        Heat flux below which it does not fail, W/m²; ``None`` where no time to failure is published.
    overpressure_threshold : float
        Overpressure below which it does not fail, Pa.
    a, b : float
        Probit of the overpressure, Y = a + b ln(Pa).
    source : str
    """

    name: str
    flux_threshold: float | None
    overpressure_threshold: float
    a: float
    b: float
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Escalation:
    """What a fire or a blast does to one piece of equipment.

    Attributes
    ----------
    cause : str
        ``fire`` or ``blast``.
    probability : float
        Of failing.
    time_to_failure : float
        s; 0 by a blast, infinite where it does not fail.
    says : tuple of str
    caveats : tuple of Caveat
    """

    cause: str
    probability: float
    time_to_failure: float
    says: tuple[str, ...]
    caveats: tuple[Caveat, ...]


@cache
def equipment_classes() -> Mapping[str, EquipmentClass]:
    """Kinds of equipment by name."""
    with (DATA / "escalation.csv").open(encoding="utf-8", newline="") as file:
        found = {
            row["equipment_class"]: EquipmentClass(
                name=row["equipment_class"],
                flux_threshold=float(row["flux_threshold"]) if row["flux_threshold"] else None,
                overpressure_threshold=float(row["overpressure_threshold"]),
                a=float(row["a"]),
                b=float(row["b"]),
                source=row["source"],
            )
            for row in csv.DictReader(file)
        }
    return MappingProxyType(found)


def equipment_class(name: str) -> EquipmentClass:
    """A kind of equipment by name.

    Raises
    ------
    LookupError
        There is none; the message names those there are.
    """
    if name not in equipment_classes():
        raise LookupError(f"there is no equipment class {name}; there are: {', '.join(equipment_classes())}")
    return equipment_classes()[name]


def time_to_failure(heat_flux: ArrayLike, volume: ArrayLike, *, equipment: str) -> Any:
    """Time after which a vessel without protection fails in a fire, s.

    Parameters
    ----------
    heat_flux : float or ndarray
        On it, W/m²; without any it never fails.
    volume : float or ndarray
        m³.
    equipment : str
        ``atmospheric`` or ``pressurised``.

    Raises
    ------
    LookupError
        No time to failure is published for the class.
    """
    if equipment_class(equipment).flux_threshold is None:
        raise LookupError(f"no time to failure is published for {equipment} equipment, only for tanks and vessels")
    flux = np.maximum(np.asarray(heat_flux, dtype=np.float64) / _KILO, _LEAST)
    size = np.asarray(volume, dtype=np.float64)
    if equipment == ATMOSPHERIC:
        logarithm = -1.128 * np.log(flux) - 2.667e-5 * size + 9.877
    else:
        logarithm = -0.947 * np.log(flux) + 8.835 * size**0.032
    found = np.exp(np.minimum(logarithm, 700.0))
    return float(found) if np.ndim(found) == 0 else found


def fire_probability(heat_flux: ArrayLike, exposure: ArrayLike, volume: ArrayLike, *, equipment: str) -> Any:
    """Probability that a vessel fails in a fire; 0 below its threshold or where the fire ends before it fails.

    Parameters
    ----------
    heat_flux : float or ndarray
        W/m².
    exposure : float or ndarray
        s that the fire lasts.
    volume : float or ndarray
        m³.
    equipment : str
        ``atmospheric`` or ``pressurised``.
    """
    flux = np.asarray(heat_flux, dtype=np.float64)
    after = np.asarray(time_to_failure(flux, volume, equipment=equipment))
    threshold = equipment_class(equipment).flux_threshold or math.inf
    share = share_of(_FIRE_A + _FIRE_B * np.log(after / _MINUTE))
    found = np.where((flux >= threshold) & (np.asarray(exposure) >= after), share, 0.0)
    return float(found) if np.ndim(found) == 0 else found


def blast_probability(overpressure: ArrayLike, *, equipment: str) -> Any:
    """Probability that a blast makes equipment fail; 0 below its threshold.

    Parameters
    ----------
    overpressure : float or ndarray
        Incident, Pa.
    equipment : str
        A name of `CLASSES`.
    """
    given = equipment_class(equipment)
    p = np.asarray(overpressure, dtype=np.float64)
    share = share_of(given.a + given.b * np.log(np.maximum(p, _LEAST)))
    found = np.where(p >= given.overpressure_threshold, share, 0.0)
    return float(found) if np.ndim(found) == 0 else found


def escalation_probability(
    equipment: str,
    *,
    volume: float = math.nan,
    heat_flux: float = 0.0,
    exposure: float = 0.0,
    overpressure: float = 0.0,
) -> Escalation:
    """What a fire or a blast does to one piece of equipment: the worse of the two.

    Parameters
    ----------
    equipment : str
        A name of `CLASSES`.
    volume : float
        m³; asked for with a heat flux.
    heat_flux, exposure : float
        W/m² and s that it lasts.
    overpressure : float
        Incident, Pa.

    Raises
    ------
    LookupError
        There is no such class, or it has no time to failure and a heat flux is given.
    ValueError
        A heat flux comes without a volume.
    """
    blast = _by_blast(equipment_class(equipment), overpressure)
    if heat_flux <= 0.0:
        return blast
    if not volume > 0.0:
        raise ValueError(f"a fire's effect needs the volume, got {volume:g} m³")
    fire = _by_fire(equipment_class(equipment), heat_flux, exposure, volume)
    return max(fire, blast, key=lambda one: one.probability)


def _by_blast(given: EquipmentClass, overpressure: float) -> Escalation:
    probability = blast_probability(overpressure, equipment=given.name)
    verb = "reaches" if overpressure >= given.overpressure_threshold else "stays below"
    says = (
        f"A blast of {overpressure:.4g} Pa {verb} the {given.overpressure_threshold:g} Pa from which "
        f"{given.name} equipment fails."
    )
    return Escalation(
        cause="blast",
        probability=probability,
        time_to_failure=0.0 if probability > 0.0 else math.inf,
        says=(says,),
        caveats=(Caveat(Grade.DEGRADED, BLAST, UNVERIFIED),),
    )


def _by_fire(given: EquipmentClass, heat_flux: float, exposure: float, volume: float) -> Escalation:
    after = time_to_failure(heat_flux, volume, equipment=given.name)
    probability = fire_probability(heat_flux, exposure, volume, equipment=given.name)
    caveats = [Caveat(Grade.DEGRADED, FIRE, UNVERIFIED)]
    if not SMALLEST[given.name] <= volume <= GREATEST[given.name]:
        says = (
            f"Times to failure of {given.name} vessels were fitted from {SMALLEST[given.name]:g} to "
            f"{GREATEST[given.name]:g} m³; this one holds {volume:.4g} m³."
        )
        caveats.append(Caveat(Grade.DEGRADED, FIRE, says))
    threshold = given.flux_threshold or math.inf
    if heat_flux < threshold:
        says = (
            f"A heat flux of {heat_flux:.4g} W/m² is below the {threshold:g} W/m² from which {given.name} vessels fail."
        )
    elif exposure < after:
        says = f"The fire lasts {exposure:.4g} s, the vessel {after:.4g} s: it does not fail."
    else:
        says = f"The vessel fails after {after:.4g} s unless the fire is fought."
    fails = heat_flux >= threshold and exposure >= after
    return Escalation(
        cause="fire",
        probability=probability,
        time_to_failure=after if fails else math.inf,
        says=(says,),
        caveats=tuple(caveats),
    )


_FIRE_CARD = Card(
    name=FIRE,
    says="Failure of a tank or pressure vessel without protection in a fire: time to failure by heat flux and volume, "
    "and the probability that nobody fights the fire in time. Numbers from memory, unverified.",
    takes=bounded(
        Takes("equipment_class", default=ATMOSPHERIC),
        Takes("incident_heat_flux", low=1e4, high=1.5e5, hard_low=0.0, hard_high=1e7),
        Takes("thermal_exposure", low=60.0, high=7200.0, hard_low=0.0, hard_high=1e6),
        Takes("volume", hard_low=1e-3, hard_high=1e6),
    ),
    gives=("time_to_failure", "probability"),
    cites=("cozzani2005", "landucci2009"),
    evidence=(
        Evidence(
            Kind.VERIFICATION,
            "30 kW/m² on a tank of 1000 m³: 409 s",
            "tests/verification/test_vulnerability_escalation.py::test_time_to_failure",
        ),
    ),
)
_BLAST_CARD = Card(
    name=BLAST,
    says="Failure of equipment by a blast: thresholds and probits of overpressure by class of equipment (Cozzani and "
    "others 2005). Numbers from memory, unverified.",
    takes=bounded(
        Takes("equipment_class", default=ATMOSPHERIC),
        Takes("overpressure", low=1e3, high=5e5, hard_low=0.0, hard_high=1e9),
    ),
    gives=("probability",),
    cites=("cozzani2005",),
    evidence=(
        Evidence(
            Kind.VERIFICATION,
            "probits of a tank at 20 kPa, 5.20, and a pressure vessel at 50 kPa, 4.41",
            "tests/verification/test_vulnerability_escalation.py::test_probits_of_overpressure",
        ),
    ),
)


@register(_FIRE_CARD)
def _run_fire(values: dict[str, Any]) -> tuple[dict[str, Any], list[Caveat]]:
    if values["equipment_class"] not in SMALLEST:
        says = f"must be {ATMOSPHERIC} or {PRESSURISED}, got {values['equipment_class']!r:.60}"
        raise ModelInputError("equipment_class", says)
    given = equipment_class(values["equipment_class"])
    found = _by_fire(given, values["incident_heat_flux"], values["thermal_exposure"], values["volume"])
    after = time_to_failure(values["incident_heat_flux"], values["volume"], equipment=given.name)
    told = [Caveat(Grade.NOTE, FIRE, says) for says in found.says]
    return {"time_to_failure": after if after < 1e9 else None, "probability": found.probability}, [
        *found.caveats,
        *told,
    ]


@register(_BLAST_CARD)
def _run_blast(values: dict[str, Any]) -> tuple[dict[str, Any], list[Caveat]]:
    try:
        given = equipment_class(values["equipment_class"])
    except LookupError as error:
        raise ModelInputError("equipment_class", str(error)) from error
    found = _by_blast(given, values["overpressure"])
    told = [Caveat(Grade.NOTE, BLAST, says) for says in found.says]
    return {"probability": found.probability}, [*found.caveats, *told]
