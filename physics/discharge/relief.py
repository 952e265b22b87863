"""Relief devices by API Standard 520: flow and area for gas, liquid and steam, and when a device opens.

Gas (Part I, section 5.6), with σ = K_d K_b K_c A:

    critical:     W = σ p₁ √(M k/(Z R T) (2/(k+1))^((k+1)/(k−1)))
    subcritical:  W = σ F₂ √(2 M p₁ (p₁ − p₂)/(Z R T)),   F₂² = k/(k−1) r^(2/k) (1 − r^((k−1)/k))/(1 − r)

The standard prints these with rounded constants in kPa, kg/h and mm²; its constants are kept here, so that
its examples come out to the last digit: they differ from the exact ones by up to 6 in 10 000.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

from physics.bounds import bounded
from physics.cards import Card, Caveat, Evidence, Grade, Kind, ModelInputError, Takes, register
from physics.discharge.fluid import checked_number
from physics.discharge.orifice import critical_ratio
from physics.quantities import STANDARD_PRESSURE

VALVE_GAS, VALVE_LIQUID, DISC = 0.975, 0.65, 0.62
"""Effective coefficients of discharge: relief valve for gas and steam, for liquid, rupture disc alone (API 520)."""
VALVE_AND_DISC = 0.9
"""Combination correction with a rupture disc upstream of the valve, where none is certified (API 520)."""
_CRITICAL = 0.03948  # √(kg kmol K)/(mm² h kPa), API 520
_SUBCRITICAL = 17.9  # its constant in mm², kg/h, kPa
_LIQUID = 11.78  # in mm², L/min, kPa
_WATER = 999.0107539518483  # kg/m³, water at 60 °F, the specific gravity's reference
_VISCOUS = 170.0  # in K_v, 10th edition
_HOUR, _KILO, _MM2, _LITRE_PER_MINUTE = 3600.0, 1e3, 1e6, 60000.0
_GRAM = 1e3  # g/mol in kg/mol


def _losses(coefficient: float, backpressure: float, combination: float) -> float:
    return coefficient * backpressure * combination


def gas_relief_flux(
    pressure: float,
    *,
    back_pressure: float,
    temperature: float,
    molar_mass: float,
    heat_capacity_ratio: float,
    compressibility_factor: float,
) -> tuple[float, bool]:
    """Ideal mass flux of gas (kg/(m² s)) by API 520, and whether it is critical.

    Parameters
    ----------
    pressure, back_pressure : float
        Relieving and downstream, absolute, Pa.
    temperature : float
        K.
    molar_mass : float
        kg/mol.
    heat_capacity_ratio, compressibility_factor : float
    """
    if back_pressure >= pressure:
        return 0.0, False
    k, p1, p2 = heat_capacity_ratio, pressure / _KILO, back_pressure / _KILO
    weight = molar_mass * _GRAM / (temperature * compressibility_factor)
    if back_pressure <= critical_ratio(k) * pressure:
        c = _CRITICAL * math.sqrt(k * (2.0 / (k + 1.0)) ** ((k + 1.0) / (k - 1.0)))
        hourly, critical = c * p1 * math.sqrt(weight), True
    else:
        r = p2 / p1
        f2 = math.sqrt(k / (k - 1.0) * r ** (2.0 / k) * (1.0 - r ** ((k - 1.0) / k)) / (1.0 - r))
        hourly, critical = f2 / _SUBCRITICAL * math.sqrt(weight * p1 * (p1 - p2)), False
    return hourly * _MM2 / _HOUR, critical


def liquid_relief_flux(pressure: float, *, back_pressure: float, density: float) -> float:
    """Ideal mass flux of liquid that does not flash, by API 520, kg/(m² s).

    Parameters
    ----------
    pressure, back_pressure : float
        Relieving and downstream, absolute, Pa.
    density : float
        kg/m³.
    """
    if back_pressure >= pressure:
        return 0.0
    speed = math.sqrt((pressure - back_pressure) / _KILO / (density / _WATER)) / _LIQUID  # L/min per mm²
    return speed * _MM2 / _LITRE_PER_MINUTE * density


def viscosity_correction(reynolds: float) -> float:
    """K_v of API 520, 10th edition: 1 for thin liquids.

    Parameters
    ----------
    reynolds : float
        On the diameter of the relief area.
    """
    return 1.0 / math.sqrt(_VISCOUS / reynolds + 1.0) if reynolds > 0.0 else 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class ReliefValve:
    """A relief valve that pops open at its set pressure and reseats below it.

    Attributes
    ----------
    set_pressure : float
        Pressure at which it opens, absolute, Pa.
    blowdown : float
        It reseats at ``set_pressure * (1 − blowdown)``.
    """

    set_pressure: float
    blowdown: float = 0.07

    def __post_init__(self) -> None:
        """Refuse what no valve can be; raises `ModelInputError` naming the field."""
        checked_number("set_pressure", self.set_pressure, low=1.0)
        checked_number("blowdown", self.blowdown, low=0.0, high=1.0)

    @property
    def reseat_pressure(self) -> float:
        """Absolute, Pa."""
        return self.set_pressure * (1.0 - self.blowdown)

    def is_open(self, pressure: float, *, was_open: bool) -> bool:
        """Whether it is open at a pressure, given whether it was just before.

        Parameters
        ----------
        pressure : float
            At its inlet, absolute, Pa.
        was_open : bool

        Raises
        ------
        ModelInputError
            The pressure is no finite number.
        """
        checked_number("pressure", pressure)
        return pressure > self.reseat_pressure if was_open else pressure >= self.set_pressure


@dataclass(frozen=True, slots=True, kw_only=True)
class RuptureDisc:
    """A disc that bursts at a pressure and stays open.

    Attributes
    ----------
    burst_pressure : float
        Difference of pressure it bursts at, Pa.
    """

    burst_pressure: float

    def __post_init__(self) -> None:
        """Refuse what no disc can be; raises `ModelInputError` naming the field."""
        checked_number("burst_pressure", self.burst_pressure, low=1.0)

    def is_open(self, pressure: float, *, back_pressure: float, was_open: bool) -> bool:
        """Whether it has burst.

        Parameters
        ----------
        pressure, back_pressure : float
            Before and behind it, absolute, Pa.
        was_open : bool

        Raises
        ------
        ModelInputError
            A pressure is no finite number.
        """
        checked_number("pressure", pressure)
        checked_number("back_pressure", back_pressure)
        return was_open or pressure - back_pressure >= self.burst_pressure


LEAST_FLUX = 1e-12
"""Mass flux that counts as none, kg/(m² s): a gram in thirty years through a square metre."""


def sized(model: str, flux: float, values: dict[str, Any]) -> tuple[dict[str, Any], list[Caveat]]:
    """Outputs of a device: the area for a flow where no area is given, the flow through it where one is.

    Parameters
    ----------
    model : str
        Who asks, for its caveat.
    flux : float
        With every correction, kg/(m² s).
    values : dict
        With ``relief_area`` and ``mass_flow_rate``, one of them 0.

    Raises
    ------
    ModelInputError
        Both are given, or neither.
    """
    area, rate = values["relief_area"], values["mass_flow_rate"]
    if area > 0.0 and rate > 0.0:
        raise ModelInputError("relief_area", "give the area or the mass flow rate, not both")
    if area <= 0.0 and rate <= 0.0:
        raise ModelInputError("mass_flow_rate", "give the flow to size for, or the area to rate")
    if flux <= LEAST_FLUX:
        says = "Nothing flows: the back pressure holds it, or a correction is 0; no area is enough."
        return {"mass_flux": 0.0, "relief_area": area or None, "mass_flow_rate": 0.0 if area > 0.0 else rate}, [
            Caveat(Grade.DEGRADED, model, says)
        ]
    if area > 0.0:
        return {"mass_flux": flux, "relief_area": area, "mass_flow_rate": flux * area}, []
    return {"mass_flux": flux, "relief_area": rate / flux, "mass_flow_rate": rate}, []


RELIEF_TAKES = (
    Takes("mass_flow_rate", hard_low=0.0, default=0.0),
    Takes("relief_area", hard_low=0.0, default=0.0),
    Takes("ambient_pressure", hard_low=0.0, default=STANDARD_PRESSURE),
    Takes("backpressure_correction", low=0.5, high=1.0, hard_low=0.0, hard_high=1.0, default=1.0),
    Takes("combination_correction", low=0.5, high=1.0, hard_low=0.0, hard_high=1.0, default=1.0),
)
_SIZING = "Give a mass flow rate to get the area, or an area to get the flow. The pressure is the relieving pressure, "

_GAS = Card(
    name="relief-gas",
    says="Area of, or flow of gas through, a relief valve or rupture disc by API 520, critical or subcritical. "
    + _SIZING
    + "the ambient pressure the back pressure. The coefficient is 0.975 for a valve, 0.62 for a disc alone.",
    takes=bounded(
        Takes("pressure", hard_low=1.0),
        Takes("temperature", low=50.0, high=2000.0, hard_low=1.0),
        Takes("molar_mass", hard_low=1e-4),
        Takes("heat_capacity_ratio", low=1.01, high=1.67, hard_low=1.001, hard_high=10.0),
        Takes("compressibility_factor", low=0.8, high=1.1, hard_low=0.01, default=1.0),
        Takes("discharge_coefficient", low=0.5, hard_low=0.0, hard_high=1.0, default=VALVE_GAS),
        *RELIEF_TAKES,
    ),
    gives=("relief_area", "mass_flow_rate", "mass_flux", "choked"),
    cites=("api520", "fluids2016"),
    evidence=(
        Evidence(
            Kind.VERIFICATION,
            "API 520 examples 1 and 2: 24 270 kg/h: 3.69905e-3 m² critical, 4.24836e-3 m² subcritical; nitrogen by "
            "HydDown: 1046 kg/h",
            "tests/verification/test_discharge_relief.py::test_gas_examples",
        ),
    ),
)


@register(_GAS)
def _relief_gas(values: dict[str, Any]) -> tuple[dict[str, Any], list[Caveat]]:
    flux, critical = gas_relief_flux(
        values["pressure"],
        back_pressure=values["ambient_pressure"],
        temperature=values["temperature"],
        molar_mass=values["molar_mass"],
        heat_capacity_ratio=values["heat_capacity_ratio"],
        compressibility_factor=values["compressibility_factor"],
    )
    flux *= _losses(
        values["discharge_coefficient"], values["backpressure_correction"], values["combination_correction"]
    )
    outputs, caveats = sized("relief-gas", flux, values)
    return {**outputs, "choked": 1.0 if critical else 0.0}, caveats


_LIQUID_CARD = Card(
    name="relief-liquid",
    says="Area of, or flow of a liquid that does not flash through, a relief valve or rupture disc by API 520, with "
    "its correction for viscous liquids. "
    + _SIZING
    + "the ambient pressure the back pressure. The coefficient is 0.65 for a valve, 0.62 for a disc alone.",
    takes=bounded(
        Takes("pressure", hard_low=1.0),
        Takes("liquid_density", hard_low=1e-3),
        Takes("liquid_viscosity", hard_low=0.0, default=0.0),
        Takes("discharge_coefficient", low=0.5, hard_low=0.0, hard_high=1.0, default=VALVE_LIQUID),
        *RELIEF_TAKES,
    ),
    gives=("relief_area", "mass_flow_rate", "mass_flux"),
    cites=("api520", "fluids2016"),
    evidence=(
        Evidence(
            Kind.VERIFICATION,
            "API 520 example 5: 6814 L/min of oil: 3.0585e-3 m², and 3.1065e-3 m² for its viscosity",
            "tests/verification/test_discharge_relief.py::test_liquid_example",
        ),
    ),
)


@register(_LIQUID_CARD)
def _relief_liquid(values: dict[str, Any]) -> tuple[dict[str, Any], list[Caveat]]:
    flux = liquid_relief_flux(
        values["pressure"], back_pressure=values["ambient_pressure"], density=values["liquid_density"]
    )
    flux *= _losses(
        values["discharge_coefficient"], values["backpressure_correction"], values["combination_correction"]
    )
    outputs, caveats = sized("relief-liquid", flux, values)
    viscosity = values["liquid_viscosity"]
    if flux > LEAST_FLUX and viscosity > 0.0:
        reynolds = flux * math.sqrt(4.0 * outputs["relief_area"] / math.pi) / viscosity
        outputs, caveats = sized("relief-liquid", flux * viscosity_correction(reynolds), values)
    return outputs, caveats
