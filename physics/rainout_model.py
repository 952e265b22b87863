"""The registered model of a steady liquid jet that partly falls out, makes a pool and joins the cloud again."""

from __future__ import annotations

from typing import Any

import numpy as np

from physics.bounds import bounded
from physics.cards import Card, Caveat, Evidence, Kind, ModelInputError, Takes, register
from physics.discharge.droplets import CRITICAL_WEBER, Spray
from physics.discharge.expansion import state_at
from physics.discharge.fluid import find_fluid, liquid_temperature
from physics.pools import GROUNDS
from physics.rainout import MODEL, Site, fall_out
from physics.release import ReleaseTerm
from physics.weather import Weather

_STEPS = 20

_CARD = Card(
    name=MODEL,
    says="A steady jet of liquid after expansion: the size of its droplets, what of it falls out (RELEASE), the pool "
    "that makes on land or in a bund, and what both give to the air, mass and energy closed.",
    takes=bounded(
        Takes("fluid"),
        Takes("mass_flow_rate", hard_low=1e-6),
        Takes("duration", hard_low=0.1, default=60.0),
        Takes("temperature", hard_low=1.0),
        Takes("expanded_velocity", low=1.0, high=300.0, hard_low=0.0, hard_high=500.0),
        Takes("critical_weber_number", low=12.0, high=22.0, hard_low=1e-6, default=CRITICAL_WEBER),
        Takes("wind_speed", low=0.5, high=20.0, hard_low=0.01, default=3.0),
        Takes("ambient_temperature", low=230.0, high=330.0, hard_low=150.0, hard_high=400.0, default=293.15),
        Takes("time", low=1.0, high=7200.0, hard_low=0.1, default=3600.0),
        Takes("ground", default="concrete"),
        Takes("bund_area", hard_low=0.0, default=0.0),
    ),
    gives=(
        "flash_fraction",
        "droplet_diameter",
        "rainout_fraction",
        "airborne_mass",
        "evaporated_mass",
        "pool_mass",
        "pool_area",
        "mass_error",
        "energy_error",
    ),
    cites=("woodward1998", "johnsonwoodward1999", "brockbird1955", "shawbriscoe1978"),
    evidence=(
        Evidence(
            Kind.VERIFICATION,
            "mass to 1e-9 and enthalpy to 1e-4 from the opening to the cloud; limits of a slow and of a fast jet",
            "tests/verification/test_rainout.py::test_mass_and_energy_close_from_the_opening_to_the_cloud",
        ),
    ),
)


@register(_CARD)
def _run(values: dict[str, Any]) -> tuple[dict[str, Any], list[Caveat]]:
    fluid = find_fluid(values["fluid"])
    temperature, caveats = liquid_temperature(fluid, pressure=float("inf"), temperature=values["temperature"])
    if values["ground"] not in GROUNDS:
        raise ModelInputError("ground", f"must be one of {', '.join(GROUNDS)}, got {values['ground']!r}")
    weather = Weather(
        wind_speed=values["wind_speed"],
        wind_from_direction=0.0,
        stability_class="D",
        ambient_temperature=values["ambient_temperature"],
    )
    velocity, pressure = values["expanded_velocity"], weather.ambient_pressure
    enthalpy = float(fluid.saturation.liquid_enthalpy(temperature)) - 0.5 * velocity**2
    try:
        t, x, density = state_at(fluid, enthalpy=enthalpy, pressure=pressure)
    except ModelInputError as error:
        raise ModelInputError("fluid", error.says) from error
    one = np.ones(_STEPS)
    jet = ReleaseTerm(
        substance=fluid.name,
        time=np.linspace(0.0, values["duration"], _STEPS + 1),
        mass_flow_rate=values["mass_flow_rate"] * one,
        vapour_fraction=x * one,
        temperature=t * one,
        density=density * one,
        velocity=velocity * one,
        source_height=0.0,
    )
    found = fall_out(
        jet,
        weather=weather,
        site=Site(ground=GROUNDS[values["ground"]], bund_area=values["bund_area"] or None),
        spray=Spray(weber=values["critical_weber_number"]),
        duration=values["time"],
    )
    books, liquid = found.conservation, found.liquid
    assert books is not None
    assert liquid is not None
    return {
        "flash_fraction": x,
        "droplet_diameter": float(np.max(liquid.droplet_diameter)),
        "rainout_fraction": found.rained_out_mass / found.discharged_mass,
        "airborne_mass": max(books.airborne, 0.0),
        "evaporated_mass": books.pool_evaporated,
        "pool_mass": books.left_in_pool,
        "pool_area": float(np.max(liquid.pool_area)),
        "mass_error": books.mass_error,
        "energy_error": books.pool_energy_error,
    }, [*caveats, *found.caveats]
