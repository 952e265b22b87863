"""The registered pool models."""

from __future__ import annotations

from typing import Any

import numpy as np

from physics.bounds import bounded
from physics.cards import Card, Caveat, Evidence, Kind, ModelInputError, Takes, register
from physics.pools.ground import GROUNDS, equivalent_diameter, greatest_area
from physics.pools.pool import spill
from physics.substances import substance
from physics.weather import Weather

_CARD = Card(
    name="pool-evaporation",
    says="Spreading and evaporation of a liquid spilled at a steady rate on land, in a bund or on water, from one "
    "energy balance in time.",
    takes=bounded(
        Takes("fluid"),
        Takes("mass_flow_rate", hard_low=1e-6),
        Takes("duration", hard_low=0.1),
        Takes("temperature", hard_low=50.0, hard_high=1000.0),
        Takes("wind_speed", low=0.5, high=20.0, hard_low=0.01),
        Takes("ambient_temperature", low=230.0, high=330.0, hard_low=150.0, hard_high=400.0, default=293.15),
        Takes("ground_temperature", low=230.0, high=340.0, hard_low=0.0, hard_high=400.0, default=0.0),
        Takes("time", low=1.0, high=7200.0, hard_low=0.1, default=3600.0),
        Takes("ground", default="concrete"),
        Takes("bund_area", hard_low=0.0, default=0.0),
        Takes("solar_flux", hard_low=0.0, hard_high=1400.0, default=0.0),
    ),
    gives=("evaporated_mass", "peak_evaporation_rate", "pool_area", "pool_temperature", "pool_mass"),
    cites=("shawbriscoe1978", "mackaymatsugu1973", "carslawjaeger1959", "woodward1998", "webber1990", "chang1981"),
    evidence=(
        Evidence(
            Kind.VERIFICATION,
            "mass transfer 0.01514 m/s; conduction 20.23 kW/m²; area 1538.5 m² of a continuous spill",
            "tests/verification/test_pool.py::test_check_numbers",
        ),
        Evidence(
            Kind.VERIFICATION,
            "on water: the closed forms of spreading with 1 - rho/rho_w; mass and energy to 1e-9",
            "tests/verification/test_pool_on_water.py::test_spreading_on_water_follows_the_closed_forms",
        ),
    ),
)


@register(_CARD)
def _run(values: dict[str, Any]) -> tuple[dict[str, Any], list[Caveat]]:
    try:
        of = substance(values["fluid"])
    except LookupError as error:
        raise ModelInputError("fluid", str(error)) from error
    if values["ground"] not in GROUNDS:
        raise ModelInputError("ground", f"must be one of {', '.join(GROUNDS)}, got {values['ground']!r}")
    pool = spill(
        of,
        rate=values["mass_flow_rate"],
        spill_time=values["duration"],
        temperature=values["temperature"],
        weather=Weather(
            wind_speed=values["wind_speed"],
            wind_from_direction=0.0,
            stability_class="D",
            ambient_temperature=values["ambient_temperature"],
        ),
        ground=GROUNDS[values["ground"]],
        duration=values["time"],
        bund_area=values["bund_area"] or None,
        solar_flux=values["solar_flux"],
        ground_temperature=values["ground_temperature"] or None,
    )
    outputs = {
        "evaporated_mass": pool.evaporated,
        "peak_evaporation_rate": float(np.max(pool.vapour_rate)),
        "pool_area": float(pool.area[-1]),
        "pool_temperature": float(pool.temperature[-1]),
        "pool_mass": float(pool.mass[-1]),
    }
    return outputs, list(pool.caveats)


_SIZE = Card(
    name="pool-size",
    says="Area a spilled liquid comes to rest at where nothing but the surface's own roughness holds it, and the "
    "diameter of a circle of that area.",
    takes=bounded(
        Takes("volume", hard_low=0.0), Takes("pool_depth", low=0.001, high=0.1, hard_low=1e-6, default=0.005)
    ),
    gives=("pool_area", "pool_diameter"),
    cites=("yellowbook2005",),
    evidence=(
        Evidence(
            Kind.VERIFICATION,
            "Yellow Book 6.6.3: 28.3 m³ at 0.02 m: 1415 m², 42.445 m",
            "tests/verification/test_printed_sources.py::test_pool_size",
        ),
    ),
)


@register(_SIZE)
def _pool_size(values: dict[str, Any]) -> tuple[dict[str, Any], list[Caveat]]:
    area = greatest_area(values["volume"], least_depth=values["pool_depth"])
    return {"pool_area": area, "pool_diameter": equivalent_diameter(area)}, []
