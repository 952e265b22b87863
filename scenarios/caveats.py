"""What every forecast of a substance says of itself, whatever its release does."""

from __future__ import annotations

from physics.cards import Caveat, Grade
from physics.dispersion.deposition import DEPOSITION_VELOCITY, REACTIVE
from physics.dispersion.fluctuations import wandering_load_factor
from physics.substances import Substance
from scenarios.outlook import Outlook
from scenarios.scenario import Scenario, Verb

NOT_VALID_FLAGS = frozenset({"associates", "hydrolyses-fast"})
"""Flags of substances whose cloud forms by a chemistry no model here has (DESIGN law 2)."""
FAR_TRIALS = frozenset({"ammonia"})
"""Substances whose clouds were scored beyond 1 km on a trial; of the others a forecast says that they were not.

Ammonia: Desert Tortoise 4, to 2.8 km."""
_TOLD_AT = 1000.0
"""Distance at which the effect of fluctuations is told, m."""


def standing_caveats(of: Substance, winds: Outlook, *, known: bool, valid: bool) -> list[Caveat]:
    """Say what stands beside any forecast.

    Parameters
    ----------
    of : Substance
    winds : Outlook
    known : bool
        Whether the plant's live state is.
    valid : bool
        Whether some model holds for the cloud.
    """
    found = []
    if not valid:
        reason = ", ".join(sorted(NOT_VALID_FLAGS & set(of.flags))) or "no level of harm on file"
        says = f"No zone is given for {of.name} ({reason}): no model here holds for its cloud."
        found.append(Caveat(Grade.NOT_VALID, "dispersion", says))
    if of.toxicity is not None and not of.toxicity.verified:
        says = f"Guideline levels of {of.name} were read from a secondary transcription."
        found.append(Caveat(Grade.NOTE, "aegl", says))
    if of.toxicity is not None and of.name not in FAR_TRIALS:
        says = (
            f"No trial of {of.name} beyond 1 km was at hand: what is said so far away is not held against measurement."
        )
        found.append(Caveat(Grade.NOTE, "dispersion", says))
    if of.name in REACTIVE:
        says = (
            f"In the best estimate the ground takes up {of.name} at {DEPOSITION_VELOCITY:g} m/s, "
            "known within a factor of ten; the outer edge leaves that out."
        )
        found.append(Caveat(Grade.NOTE, "deposition", says))
    if of.flammability is not None:
        says = (
            f"{of.name} burns: what it does if it is lit is told apart; "
            "whether, where and when it is lit is not forecast."
        )
        found.append(Caveat(Grade.NOTE, "fire", says))
    exponent = of.toxicity.toxic_load_exponent if of.toxicity else None
    if exponent is not None and exponent > 1.0:
        found.append(Caveat(Grade.NOTE, "toxic load", _fluctuations(winds, exponent)))
    if not known:
        says = "No live state: the plant file's own pressures, levels and temperatures were taken."
        found.append(Caveat(Grade.NOTE, "snapshot", says))
    return found


def _fluctuations(winds: Outlook, exponent: float) -> str:
    """By how much the toxic load of a mean concentration falls short, on a plume's axis and at its side."""
    stability = winds.reference.stability_class
    on, beside = (
        wandering_load_factor(stability, distance=_TOLD_AT, exponent=exponent, aside=sigmas) for sigmas in (0.0, 1.0)
    )
    return (
        f"Toxic load is that of the mean concentration; fluctuations raise it about {on:.1f} times on the axis at 1 km "
        f"and {beside:.1f} times one sigma aside (n = {exponent:g})."
    )


def order_caveats(scenario: Scenario) -> tuple[Caveat, ...]:
    """Say that an order to leave is not followed in who is reached."""
    if not any(action.verb is Verb.EVACUATE for action in scenario.actions):
        return ()
    says = (
        "An order to leave does not change who is reached here; the protective-action board gives the dose of leaving."
    )
    return (Caveat(Grade.NOTE, "receptors", says),)
