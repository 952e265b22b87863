"""Relief of steam by API Standard 520: Napier's equation with corrections for pressure and superheat."""

from __future__ import annotations

from typing import Any

import numpy as np

from physics.bounds import bounded
from physics.cards import Card, Caveat, Evidence, Kind, ModelInputError, Takes, register
from physics.discharge.relief import RELIEF_TAKES, VALVE_GAS, sized
from physics.quantities import STANDARD_PRESSURE
from physics.substances import substance

_PSI = 6894.757293168361  # Pa
_NAPIER = 190.5  # API 520, in mm², kg/h, kPa
_NAPIER_FROM, _NAPIER_TO = 10339.0, 22057.0  # kPa, range in which Napier's equation is corrected
_NAPIER_TERMS = (0.02764, -1000.0, 0.03324, -1061.0)
_SATURATION_SLACK = 8.0  # K below boiling that still counts as saturated: the standard's example is 7 K below
_HOUR, _KILO, _MM2 = 3600.0, 1e3, 1e6
_GAUGE_PRESSURE = (
    *(15, 20, 40, 60, 80, 100, 120, 140, 160, 180, 200, 220, 240, 260),
    *(280, 300, 350, 400, 500, 600, 800, 1000, 1250, 1500, 1750, 2000, 2500, 3000),
)  # psig
_FAHRENHEIT = (300, 400, 500, 600, 700, 800, 900, 1000, 1100, 1200)
_SUPERHEAT = """
100 98 93 88 84 80 77 74 72 70
100 98 93 88 84 80 77 74 72 70
100 99 93 88 84 81 77 74 72 70
100 99 93 88 84 81 77 75 72 70
100 99 93 88 84 81 77 75 72 70
100 99 94 89 84 81 77 75 72 70
100 99 94 89 84 81 78 75 72 70
100 99 94 89 85 81 78 75 72 70
100 99 94 89 85 81 78 75 72 70
100 99 94 89 85 81 78 75 72 70
100 99 95 89 85 81 78 75 72 70
100 99 95 89 85 81 78 75 72 70
100 100 95 90 85 81 78 75 72 70
100 100 95 90 85 81 78 75 72 70
100 100 96 90 85 81 78 75 72 70
100 100 96 90 85 81 78 75 72 70
100 100 96 90 86 82 78 75 72 70
100 100 96 91 86 82 78 75 72 70
100 100 96 92 86 82 78 75 73 70
100 100 97 92 87 82 79 75 73 70
100 100 100 95 88 83 79 76 73 70
100 100 100 96 89 84 78 76 73 71
100 100 100 97 91 85 80 77 74 71
100 100 100 100 93 86 81 77 74 71
100 100 100 100 94 86 81 77 73 70
100 100 100 100 95 86 80 76 72 69
100 100 100 100 95 85 78 73 69 66
100 100 100 100 100 82 74 69 65 62
"""
_FACTORS = np.array([[float(word) for word in row.split()] for row in _SUPERHEAT.strip().splitlines()]) / 100.0
_PRESSURES = np.array(_GAUGE_PRESSURE) * _PSI + STANDARD_PRESSURE
_TEMPERATURES = (np.array(_FAHRENHEIT) + 459.67) / 1.8


def napier_correction(pressure: float) -> float:
    """K_N of API 520: 1 up to 10 339 kPa.

    Parameters
    ----------
    pressure : float
        Relieving, absolute, Pa; up to 22 057 kPa.
    """
    kpa = pressure / _KILO
    a, b, c, d = _NAPIER_TERMS
    return 1.0 if kpa <= _NAPIER_FROM else (a * kpa + b) / (c * kpa + d)


def superheat_correction(temperature: float, *, pressure: float) -> float:
    """K_SH of API 520, table 9 of the 7th edition, linear between its entries; 1 up to its first temperature.

    Parameters
    ----------
    temperature : float
        K, up to 1200 °F.
    pressure : float
        Relieving, absolute, Pa; below 15 psig the table's first row holds.
    """
    p = float(np.clip(pressure, _PRESSURES[0], _PRESSURES[-1]))
    row = int(np.clip(np.searchsorted(_PRESSURES, p) - 1, 0, len(_PRESSURES) - 2))
    share = (p - _PRESSURES[row]) / (_PRESSURES[row + 1] - _PRESSURES[row])
    factors = (1.0 - share) * _FACTORS[row] + share * _FACTORS[row + 1]
    return float(np.interp(temperature, _TEMPERATURES, factors))


_CARD = Card(
    name="relief-steam",
    says="Area of, or flow of saturated or superheated steam through, a relief valve by API 520: Napier's equation "
    "with K_N and, by the 7th edition, K_SH; critical flow. Give a mass flow rate to get the area, or an area to get "
    "the flow. A temperature of 0 or left out means saturated.",
    takes=bounded(
        Takes("pressure", hard_low=STANDARD_PRESSURE, hard_high=_NAPIER_TO * _KILO),
        Takes("temperature", hard_low=0.0, default=0.0),
        Takes("discharge_coefficient", low=0.5, hard_low=0.0, hard_high=1.0, default=VALVE_GAS),
        *(item for item in RELIEF_TAKES if item.name != "ambient_pressure"),
    ),
    gives=("relief_area", "mass_flow_rate", "mass_flux"),
    cites=("api520", "fluids2016"),
    evidence=(
        Evidence(
            Kind.VERIFICATION,
            "API 520 example 4, 7th edition: 69 615 kg/h, 592.5 K, 12.236 MPa: 1.103471e-3 m²",
            "tests/verification/test_discharge_relief.py::test_steam_example",
        ),
    ),
)


@register(_CARD)
def _relief_steam(values: dict[str, Any]) -> tuple[dict[str, Any], list[Caveat]]:
    pressure, temperature = values["pressure"], values["temperature"]
    saturation = substance("water").saturation
    highest = float(saturation.pressure(saturation.temperature_high))
    boiling = float(saturation.temperature(min(pressure, highest)))
    if temperature > _TEMPERATURES[-1]:
        raise ModelInputError("temperature", f"the superheat table ends at {_TEMPERATURES[-1]:.1f} K")
    if 0.0 < temperature < boiling - _SATURATION_SLACK:
        raise ModelInputError("temperature", f"water is liquid below {boiling:.1f} K at this pressure")
    correction = superheat_correction(temperature, pressure=pressure) if temperature > 0.0 else 1.0
    flux = pressure / _KILO / _NAPIER * _MM2 / _HOUR * napier_correction(pressure) * correction
    flux *= values["discharge_coefficient"] * values["backpressure_correction"] * values["combination_correction"]
    return sized("relief-steam", flux, values)
