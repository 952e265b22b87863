"""Droplets of a liquid jet: how fine it breaks up, and how much of it falls out before it evaporates.

Size is the smaller of what the air breaks (critical Weber number) and what flashing breaks (Woodward 1998):

    d_a = We_c σ / (ρ_a u²),      d_f = 0.03 m K / (10 K + 4 ΔT)

Fall-out follows RELEASE (Johnson and Woodward 1999): drops whose terminal velocity exceeds the jet's spread
u tan 4.46° fall out; sizes are log-normal with σ_G = 1.8. Drag is White's (1974) C_D = 24/Re + 6/(1 + √Re)
+ 0.4; a public worked example prints 1 − √Re instead, which moves its critical diameter from 6.14 mm to 0.14
mm.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

from physics.bounds import bounded
from physics.cards import Card, Caveat, Evidence, Grade, Kind, Takes, register
from physics.quantities import GRAVITY, STANDARD_PRESSURE
from physics.substances import Substance

CRITICAL_WEBER = 12.0
"""Weber number at which drops break up; 12 to 22 (Woodward 1998, p. 49)."""
AIR_DENSITY = 1.2
"""Default density of air around the jet, kg/m³ (20 °C, 1 atm)."""
FLASHING_NUMERATOR = 0.03
"""Of the flashing droplet diameter, m K (Woodward 1998, eq. 4.30)."""
FLASHING_OFFSET = 10.0
"""Of its denominator, K (the same)."""
FLASHING_SLOPE = 4.0
"""Of its denominator against superheat (the same)."""
JET_HALF_ANGLE = math.radians(4.46)
"""Spread of the jet that carries drops (Johnson and Woodward 1999, p. 63)."""
SIZE_DEVIATION = math.log(1.8)
"""Logarithm of the geometric standard deviation of sizes (Johnson and Woodward 1999, pp. 58 to 60)."""
_BAR, _MILLI = 1e5, 1e-3
_SUTHERLAND_VISCOSITY, _SUTHERLAND_AT, _SUTHERLAND_CONSTANT = 1.716e-5, 273.15, 110.4  # air (White 1974)
_SLOWEST = 1e-3  # m/s, jet below which everything that is liquid falls
_LEAST_RAINOUT = 1e-6  # share of a release below which nothing is said to fall out
_SMALLEST, _LARGEST = 1e-9, 1e3  # m, bracket of the critical diameter
_BISECTIONS = 100


def aerodynamic_diameter(
    velocity: float, *, surface_tension: float, gas_density: float, weber: float = CRITICAL_WEBER
) -> float:
    """Diameter of drops the surrounding gas leaves whole, m.

    Parameters
    ----------
    velocity : float
        Of the liquid relative to the gas, m/s, above 0.
    surface_tension : float
        N/m.
    gas_density : float
        kg/m³.
    weber : float
        Critical Weber number.
    """
    return weber * surface_tension / (gas_density * velocity**2)


def flashing_diameter(superheat: float) -> float:
    """Diameter of drops flashing leaves, m.

    Parameters
    ----------
    superheat : float
        Above boiling at ambient pressure, K; below 0 counts as 0.
    """
    return FLASHING_NUMERATOR / (FLASHING_OFFSET + FLASHING_SLOPE * max(superheat, 0.0))


def drag_coefficient(reynolds: float) -> float:
    """Drag coefficient of a sphere (White 1974).

    Parameters
    ----------
    reynolds : float
        Above 0.
    """
    return 24.0 / reynolds + 6.0 / (1.0 + math.sqrt(reynolds)) + 0.4


def critical_diameter(
    settling_velocity: float, *, liquid_density: float, gas_density: float, gas_viscosity: float
) -> float:
    """Diameter of the drop whose terminal velocity is given, m.

    Parameters
    ----------
    settling_velocity : float
        m/s, above 0.
    liquid_density, gas_density : float
        kg/m³, the liquid the denser.
    gas_viscosity : float
        Pa s.
    """
    low, high = math.log(_SMALLEST), math.log(_LARGEST)
    for _ in range(_BISECTIONS):  # weight less drag over volume rises with diameter: one root
        d = math.exp(0.5 * (low + high))
        drag = drag_coefficient(gas_density * settling_velocity * d / gas_viscosity)
        if (liquid_density - gas_density) * GRAVITY * d < 0.75 * drag * gas_density * settling_velocity**2:
            low = math.log(d)
        else:
            high = math.log(d)
    return math.exp(0.5 * (low + high))


def aerosol_fraction(mean_diameter: float, *, critical: float) -> float:
    """Mass fraction of a log-normal spray in drops smaller than the critical diameter.

    Parameters
    ----------
    mean_diameter, critical : float
        m, above 0.
    """
    s = SIZE_DEVIATION
    return 0.5 * math.erfc((3.0 * s * s - math.log(critical / mean_diameter)) / (math.sqrt(2.0) * s))


def surface_tension(of: Substance, *, temperature: float) -> float:
    """Surface tension by the corresponding states of Brock and Bird (1955), N/m.

    σ = p_c^⅔ T_c^⅓ Q (1 − T_r)^(11/9), Q = 0.1196 (1 + T_br ln(p_c/1.01325)/(1 − T_br)) − 0.279, in bar and mN/m. Good
    to 6 % for liquids whose molecules do not hold on to each other; too high for the others: ammonia 12 %, water 35 %,
    methanol 85 %.

    Parameters
    ----------
    temperature : float
        K, below critical.
    """
    table = of.saturation
    critical, pressure = table.critical_temperature, table.critical_pressure / _BAR
    boiling = float(table.temperature(STANDARD_PRESSURE)) / critical
    q = 0.1196 * (1.0 + boiling * math.log(pressure / (STANDARD_PRESSURE / _BAR)) / (1.0 - boiling)) - 0.279
    reduced = max(1.0 - temperature / critical, 0.0)
    scale = math.pow(pressure, 2.0 / 3.0) * math.pow(critical, 1.0 / 3.0)
    return _MILLI * scale * q * math.pow(reduced, 11.0 / 9.0)


def air_viscosity(temperature: float) -> float:
    """Viscosity of air by Sutherland's law, Pa s (White 1974).

    Parameters
    ----------
    temperature : float
        K.
    """
    warm = temperature / _SUTHERLAND_AT
    bend = (_SUTHERLAND_AT + _SUTHERLAND_CONSTANT) / (temperature + _SUTHERLAND_CONSTANT)
    return _SUTHERLAND_VISCOSITY * warm * math.sqrt(warm) * bend


@dataclass(frozen=True, slots=True, kw_only=True)
class Spray:
    """How a jet is taken to break up and fall out.

    Attributes
    ----------
    weber : float
        Critical Weber number.
    flashing_rainout : float
        Share of the computed rainout that liquid which flashes is believed to have: 1, or 0 where the most that could
        be airborne is asked for.
    """

    weber: float = CRITICAL_WEBER
    flashing_rainout: float = 1.0

    def fate(
        self,
        of: Substance,
        *,
        velocity: float,
        vapour_fraction: float,
        temperature: float,
        superheat: float,
        air_density: float,
        vapour_density: float,
    ) -> tuple[float, float]:
        """Mean droplet diameter, m, and the share of the whole release that falls out.

        Parameters
        ----------
        velocity : float
            Of the jet after expansion, m/s.
        vapour_fraction, temperature : float
            After expansion; K.
        superheat : float
            Of the liquid before, above boiling at ambient pressure, K.
        air_density, vapour_density : float
            Of air, which breaks drops up, and of the jet's own vapour, in which they settle, kg/m³.
        """
        liquid = 1.0 - vapour_fraction
        if liquid <= 0.0:
            return 0.0, 0.0
        if velocity <= _SLOWEST:
            return 0.0, liquid
        density = float(of.saturation.liquid_density(temperature))
        tension = surface_tension(of, temperature=temperature)
        by_air = aerodynamic_diameter(velocity, surface_tension=tension, gas_density=air_density, weber=self.weber)
        diameter = min(by_air, flashing_diameter(superheat)) if superheat > 0.0 else by_air
        critical = critical_diameter(
            velocity * math.tan(JET_HALF_ANGLE),
            liquid_density=density,
            gas_density=min(vapour_density, 0.5 * density),
            gas_viscosity=air_viscosity(temperature),
        )
        falls = liquid * (1.0 - aerosol_fraction(diameter, critical=critical))
        falls *= self.flashing_rainout if vapour_fraction > 0.0 else 1.0
        return diameter, falls if falls > _LEAST_RAINOUT else 0.0


_SIZE = Card(
    name="droplet-size",
    says="Mean diameter of the droplets a liquid jet breaks into: the smaller of break-up by the air at the critical "
    "Weber number and break-up by flashing.",
    takes=bounded(
        Takes("exit_velocity", hard_low=1e-3),
        Takes("surface_tension", hard_low=1e-9),
        Takes("superheat", low=0.0, default=0.0),
        Takes("gas_density", hard_low=1e-6, default=AIR_DENSITY),
        Takes("critical_weber_number", low=12.0, high=22.0, hard_low=1e-6, default=CRITICAL_WEBER),
    ),
    gives=("droplet_diameter", "aerodynamic_droplet_diameter", "flashing_droplet_diameter"),
    cites=("woodward1998", "johnsonwoodward1999"),
    evidence=(
        Evidence(
            Kind.VERIFICATION,
            "worked butane leak: 21.9 µm by the air, the smaller of the two",
            "tests/verification/test_discharge_droplets.py::test_butane_droplets",
        ),
    ),
)


@register(_SIZE)
def _droplet_size(values: dict[str, Any]) -> tuple[dict[str, Any], list[Caveat]]:
    by_air = aerodynamic_diameter(
        values["exit_velocity"],
        surface_tension=values["surface_tension"],
        gas_density=values["gas_density"],
        weber=values["critical_weber_number"],
    )
    by_flashing = flashing_diameter(values["superheat"])
    return {
        "droplet_diameter": min(by_air, by_flashing),
        "aerodynamic_droplet_diameter": by_air,
        "flashing_droplet_diameter": by_flashing,
    }, []


_RAINOUT = Card(
    name="aerosol-rainout",
    says="Mass fraction of a jet's droplets that stays airborne: those smaller than the drop that settles as fast as "
    "the jet spreads (RELEASE). Drops do not evaporate on the way, which overstates what falls out; the release's "
    "height does not count.",
    takes=bounded(
        Takes("exit_velocity", hard_low=1e-3),
        Takes("droplet_diameter", hard_low=1e-8, hard_high=1.0),
        Takes("liquid_density", hard_low=1.0),
        Takes("gas_density", hard_low=1e-6, default=AIR_DENSITY),
        Takes("gas_viscosity", hard_low=1e-7, hard_high=1e-2, default=1.8e-5),
    ),
    gives=("aerosol_fraction", "critical_droplet_diameter"),
    cites=("johnsonwoodward1999", "white1974"),
    evidence=(
        Evidence(
            Kind.VERIFICATION,
            "worked butane leak with the drag law's sign put right: critical diameter 6.14 mm, all airborne",
            "tests/verification/test_discharge_droplets.py::test_butane_rainout",
        ),
        Evidence(
            Kind.VERIFICATION,
            "Stokes's law for small drops, Newton's for large; mass of the log-normal spray integrated",
            "tests/verification/test_discharge_droplets.py::test_settling_limits_and_spray",
        ),
    ),
)


@register(_RAINOUT)
def _aerosol_rainout(values: dict[str, Any]) -> tuple[dict[str, Any], list[Caveat]]:
    caveats = []
    if values["liquid_density"] <= values["gas_density"]:
        says = "The liquid is no denser than the gas around it: nothing falls out."
        caveats.append(Caveat(Grade.NOT_VALID, "aerosol-rainout", says))
        return dict.fromkeys(_RAINOUT.gives), caveats
    critical = critical_diameter(
        values["exit_velocity"] * math.tan(JET_HALF_ANGLE),
        liquid_density=values["liquid_density"],
        gas_density=values["gas_density"],
        gas_viscosity=values["gas_viscosity"],
    )
    airborne = aerosol_fraction(values["droplet_diameter"], critical=critical)
    return {"aerosol_fraction": airborne, "critical_droplet_diameter": critical}, caveats
