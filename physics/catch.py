"""What a relief header ends in: a knock-out drum, a flare or a scrubber, and what gets past it.

Relief is no release while the drum holds its liquid and the treatment its vapour (API 521). What comes faster than the
treatment can take, after its charge is spent or once it has failed, goes out at its outlet; so does liquid once the
drum is full, and the share that a flare or a scrubber lets through when it works.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from enum import StrEnum
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from physics.bounds import bounded
from physics.cards import Card, Caveat, Evidence, Grade, Kind, ModelInputError, Takes, register
from physics.discharge.fluid import find_fluid
from physics.quantities import GAS_CONSTANT, STANDARD_PRESSURE
from physics.release import ReleaseTerm
from physics.substances import Substance, substance

Array = NDArray[np.float64]

FLARE_EFFICIENCY = 0.98
"""Share of vapour that a flare in good order burns (US EPA, AP-42, section 13.5)."""
_STEPS = 240
_NOTHING = 1e-12


class TreatmentKind(StrEnum):
    """What becomes of the vapour."""

    FLARE = "flare"
    SCRUBBER = "scrubber"
    NONE = "none"


@dataclass(frozen=True, slots=True, kw_only=True)
class Treatment:
    """A flare or scrubber that takes vapour up to a rate, up to a charge, until it fails.

    Attributes
    ----------
    kind : TreatmentKind
    rate : float
        Vapour it can take, kg/s.
    charge : float
        Vapour it can take in all before its liquor is spent, kg; infinity where that does not matter.
    efficiency : float
        Share of what it takes that is gone.
    fails_at : float
        s after the release began; infinity for never.
    outlet_height : float
        m above ground.
    """

    kind: TreatmentKind
    rate: float
    charge: float = math.inf
    efficiency: float = 1.0
    fails_at: float = math.inf
    outlet_height: float = 0.0

    def takes(self, amount: float, *, start: float, step: float, taken: float) -> float:
        """Vapour it takes of ``amount`` within a step, kg, having ``taken`` so much before.

        Parameters
        ----------
        amount : float
            kg.
        start, step : float
            Of the step, s.
        taken : float
            kg.
        """
        if start >= self.fails_at:
            return 0.0
        return max(min(self.rate * step, amount, self.charge - taken), 0.0)


NO_TREATMENT = Treatment(kind=TreatmentKind.NONE, rate=0.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Caught:
    """What a catch system makes of a relief.

    Attributes
    ----------
    passed : ReleaseTerm
        What goes out, at the treatment's outlet; no rate where nothing does.
    in_drum, removed : float
        Liquid held in the drum, and vapour burnt or absorbed, kg; with what passed, all that came.
    overloaded_after : float or None
        When more first went past than a working treatment lets through, s.
    """

    passed: ReleaseTerm
    in_drum: float
    removed: float
    overloaded_after: float | None


def caught(release: ReleaseTerm, *, drum_capacity: float = 0.0, treatment: Treatment = NO_TREATMENT) -> Caught:
    """Follow a relief through a knock-out drum and a treatment.

    Parameters
    ----------
    release : ReleaseTerm
        What the relief device lets into the header.
    drum_capacity : float
        Liquid the drum holds, kg.
    treatment : Treatment
    """
    of = substance(release.substance)
    last = release.duration
    marks = [release.time, np.linspace(0.0, last, _STEPS + 1)]
    marks += [np.array([treatment.fails_at])] if 0.0 < treatment.fails_at < last else []
    edges = np.unique(np.concatenate(marks))
    edges = edges[np.concatenate(([True], np.diff(edges) > 1e-9 * last))]
    vapour, liquid = np.zeros(edges.size - 1), np.zeros(edges.size - 1)
    in_drum = taken = removed = 0.0
    overloaded: float | None = None
    index = np.clip(np.searchsorted(release.time, edges[:-1], side="right") - 1, 0, release.mass_flow_rate.size - 1)
    for i, (start, end) in enumerate(pairwise(map(float, edges))):
        step, k = end - start, int(index[i])
        came = float(release.mass_flow_rate[k]) * step
        wet = came * (1.0 - float(release.vapour_fraction[k]))
        kept = min(wet, drum_capacity - in_drum)
        in_drum += kept
        treated = treatment.takes(came - wet, start=start, step=step, taken=taken)
        taken += treated
        removed += treatment.efficiency * treated
        past = came - wet - treated
        if overloaded is None and past + wet - kept > _NOTHING * max(came, 1.0):
            overloaded = start
        vapour[i] = (past + (1.0 - treatment.efficiency) * treated) / step
        liquid[i] = (wet - kept) / step
    return Caught(
        passed=_passed(of, release, edges, vapour, liquid, index, treatment),
        in_drum=in_drum,
        removed=removed,
        overloaded_after=overloaded,
    )


def _passed(
    of: Substance,
    release: ReleaseTerm,
    edges: Array,
    vapour: Array,
    liquid: Array,
    index: NDArray[np.int64],
    treatment: Treatment,
) -> ReleaseTerm:
    total = vapour + liquid
    share = np.where(total > 0.0, vapour / np.maximum(total, 1e-300), 1.0)
    temperature = release.temperature[index]
    dry = of.molar_mass * STANDARD_PRESSURE / (GAS_CONSTANT * temperature)
    table = of.saturation
    cold = np.clip(temperature, table.temperature_low, table.temperature_high)
    density = 1.0 / (share / dry + (1.0 - share) / table.liquid_density(cold))
    return replace(
        release,
        time=edges,
        mass_flow_rate=total,
        vapour_fraction=share,
        temperature=temperature,
        density=density,
        velocity=np.zeros_like(total),
        source_height=treatment.outlet_height,
        discharge_rate=None,
        liquid=None,
        stations=None,
        conservation=None,
        caveats=tuple(dict.fromkeys((*release.caveats, *_caveats(treatment)))),
    )


def _caveats(treatment: Treatment) -> list[Caveat]:
    found = []
    if treatment.kind is TreatmentKind.FLARE:
        says = "What a flare burns is gone here: combustion products and its heat are not covered."
        found.append(Caveat(Grade.NOTE, "relief-catch", says))
    return found


_CARD = Card(
    name="relief-catch",
    says="What gets past a knock-out drum and a flare or scrubber at the end of a relief header during a steady "
    "relief: nothing but its share let through until it is overloaded, spent, full or failed; and all of it where it "
    "does not work at all.",
    takes=bounded(
        Takes("fluid"),
        Takes("mass_flow_rate", hard_low=1e-9),
        Takes("duration", hard_low=0.1, default=600.0),
        Takes("vapour_fraction", hard_low=0.0, hard_high=1.0, default=1.0),
        Takes("temperature", hard_low=50.0, hard_high=1000.0, default=293.15),
        Takes("treatment", default="none"),
        Takes("treatment_capacity", hard_low=0.0, default=0.0),
        Takes("treatment_charge", hard_low=0.0, default=0.0),
        Takes("treatment_efficiency", hard_low=0.0, hard_high=1.0, default=FLARE_EFFICIENCY),
        Takes("treatment_availability", hard_low=0.0, hard_high=1.0, default=1.0),
        Takes("failure_time", hard_low=0.0, default=0.0),
        Takes("drum_capacity", hard_low=0.0, default=0.0),
    ),
    gives=(
        "vented_mass",
        "removed_mass",
        "drum_mass",
        "high_mass_flow_rate",
        "overload_time",
        "unprotected_mass",
        "probability",
    ),
    cites=("api521", "ap42flares"),
    evidence=(
        Evidence(
            Kind.VERIFICATION,
            "mass kept; overload, spent charge, full drum and failure at the time that arithmetic gives",
            "tests/verification/test_catch.py::test_mass_is_kept",
        ),
    ),
)


@register(_CARD)
def _run(values: dict[str, Any]) -> tuple[dict[str, Any], list[Caveat]]:
    of = find_fluid(values["fluid"])
    kinds = {str(kind): kind for kind in TreatmentKind}
    if values["treatment"] not in kinds:
        raise ModelInputError("treatment", f"must be one of {', '.join(kinds)}, got {values['treatment']!r}")
    one = np.ones(1)
    temperature = values["temperature"]
    relief = ReleaseTerm(
        substance=of.name,
        time=np.array([0.0, values["duration"]]),
        mass_flow_rate=values["mass_flow_rate"] * one,
        vapour_fraction=values["vapour_fraction"] * one,
        temperature=temperature * one,
        density=of.molar_mass * STANDARD_PRESSURE / (GAS_CONSTANT * temperature) * one,
        velocity=0.0 * one,
        source_height=0.0,
    )
    kind = kinds[values["treatment"]]
    found = caught(
        relief,
        drum_capacity=values["drum_capacity"],
        treatment=Treatment(
            kind=kind,
            rate=0.0 if kind is TreatmentKind.NONE else values["treatment_capacity"],
            charge=values["treatment_charge"] or math.inf,
            efficiency=values["treatment_efficiency"],
            fails_at=values["failure_time"] or math.inf,
        ),
    )
    caveats = list(found.passed.caveats)
    unavailable = 1.0 - values["treatment_availability"]
    if unavailable > 0.0:
        says = (
            f"With probability {unavailable:.3g} it does not work when it is asked for: then all "
            f"{relief.total_mass:.3g} kg go out."
        )
        caveats.append(Caveat(Grade.NOTE, "relief-catch", says))
    return {
        "vented_mass": found.passed.total_mass,
        "removed_mass": found.removed,
        "drum_mass": found.in_drum,
        "high_mass_flow_rate": found.passed.peak_rate,
        "overload_time": found.overloaded_after,
        "unprotected_mass": relief.total_mass,
        "probability": unavailable,
    }, caveats
