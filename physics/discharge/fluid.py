"""Finding the fluid of a model's inputs, and the state it is in upstream, with refusals that name the field."""

from __future__ import annotations

import math

from physics.cards import Caveat, Grade, ModelInputError
from physics.substances import Substance, UnknownSubstance, substance

SATURATION_SLACK = 1e-3
"""Relative amount a pressure may lie below the vapour pressure and still count as saturated (table and rounding)."""

ASSOCIATES = "associates"
"""Flag of substances whose vapour is of molecules that stick together."""


def find_fluid(name: str) -> Substance:
    """Substance of a model's ``fluid`` input.

    Raises
    ------
    ModelInputError
        Nothing goes by that name.
    """
    try:
        return substance(name)
    except UnknownSubstance as error:
        raise ModelInputError("fluid", str(error)) from error


def checked_number(name: str, value: float, *, low: float = -math.inf, high: float = math.inf) -> float:
    """A finite number between two bounds, inclusive.

    Raises
    ------
    ModelInputError
        It is not; the message names the field.
    """
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        raise ModelInputError(name, f"must be a finite number, got {value!r}")
    if not low <= value <= high:
        wanted = f"lie between {low:g} and {high:g}" if math.isfinite(high) else f"be at least {low:g}"
        raise ModelInputError(name, f"must {wanted}, got {value:g}")
    return float(value)


def association(fluid: Substance) -> list[Caveat]:
    """Caveat on a substance whose vapour associates: no discharge model here counts that.

    Parameters
    ----------
    fluid : Substance
    """
    if ASSOCIATES not in fluid.flags:
        return []
    says = f"The molecules of {fluid.name} associate in its vapour, which no discharge model here counts."
    return [Caveat(Grade.NOT_VALID, fluid.name, says)]


def nothing_flows(about: str, flux: float) -> list[Caveat]:
    """Note on a flow that is none.

    Parameters
    ----------
    about : str
        Whose flow it is.
    flux : float
        Of mass, or its rate.
    """
    if flux > 0.0:
        return []
    says = "Nothing flows out: the hole is closed, or the surroundings hold the fluid back."
    return [Caveat(Grade.NOTE, about, says)]


def unused_pressure(fluid: Substance, *, given: float, saturated: float, temperature: float) -> list[Caveat]:
    """Caveat on a pressure given with a mixture of liquid and vapour that is not that of its temperature.

    Parameters
    ----------
    fluid : Substance
    given, saturated : float
        Pa; a pressure of 0 was not given.
    temperature : float
        K.
    """
    if given <= 0.0 or abs(given - saturated) <= SATURATION_SLACK * saturated:
        return []
    says = (
        f"Liquid and vapour of {fluid.name} at {temperature:.1f} K stand at {saturated:.0f} Pa; "
        f"the {given:.0f} Pa given were not used."
    )
    return [Caveat(Grade.DEGRADED, fluid.name, says)]


def liquid_temperature(fluid: Substance, *, pressure: float, temperature: float) -> tuple[float, list[Caveat]]:
    """Temperature at which a fluid can be liquid at a pressure: the one given, or its boiling point.

    Two instruments on one vessel never agree to the last digit; where the temperature given lies above
    boiling at the pressure given, the pressure is believed and a caveat says so.

    Raises
    ------
    ModelInputError
        Temperature or pressure is outside the saturated states tabulated.
    """
    table = fluid.saturation
    if not table.temperature_low <= temperature <= table.temperature_high:
        raise ModelInputError(
            "temperature",
            f"{fluid.name} is no liquid at {temperature:g} K that the table knows of "
            f"({table.temperature_low:.1f} to {table.temperature_high:.1f} K, "
            f"critical {table.critical_temperature:.1f} K)",
        )
    caveats = association(fluid)
    vapour_pressure = table.pressure(temperature)
    if pressure >= vapour_pressure * (1.0 - SATURATION_SLACK):
        return temperature, caveats
    lowest = table.pressure(table.temperature_low)
    if pressure < lowest:
        raise ModelInputError("pressure", f"must be at least {lowest:.4g} Pa for liquid {fluid.name}")
    boiling = table.temperature(pressure)
    says = (
        f"At {temperature:.1f} K {fluid.name} boils at {vapour_pressure:.0f} Pa, above the {pressure:.0f} Pa given; "
        f"its liquid was taken at {boiling:.1f} K instead."
    )
    return boiling, [*caveats, Caveat(Grade.DEGRADED, fluid.name, says)]


def checked_gas(fluid: Substance, *, pressure: float, temperature: float) -> list[Caveat]:
    """Caveats on taking a fluid as a gas in a state.

    Raises
    ------
    ModelInputError
        The temperature is outside the gas table.
    """
    gas, table = fluid.gas, fluid.saturation
    if not gas.temperature_low <= temperature <= gas.temperature_high:
        raise ModelInputError(
            "temperature",
            f"{fluid.name} gas is tabulated from {gas.temperature_low:.1f} to {gas.temperature_high:.1f} K, "
            f"got {temperature:g}",
        )
    caveats = association(fluid)
    if temperature <= table.temperature_high and pressure > table.pressure(temperature) * (1.0 + SATURATION_SLACK):
        says = f"At {temperature:.1f} K and {pressure:.0f} Pa {fluid.name} is liquid; it was taken as vapour."
        caveats.append(Caveat(Grade.DEGRADED, fluid.name, says))
    z = gas.compressibility(temperature, pressure=pressure)
    if z < _LOWEST_Z:
        says = (
            f"{fluid.name} at {temperature:.1f} K and {pressure:.0f} Pa is too dense for the gas table (Z = {z:.2f})."
        )
        raise ModelInputError("pressure", says)
    return caveats


_LOWEST_Z = 0.4
"""Compressibility factor below which a departure linear in pressure means nothing."""
