"""What a release does on its way into the air: droplets fall out, make a pool, and its vapour joins the cloud.

Droplets follow Woodward (1998) and RELEASE (Johnson and Woodward 1999), the pool `physics.pools`. Jet and pool become
one source: rates are added, and their state is that of the mixture at the enthalpy both bring.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from physics.cards import Caveat, Grade, worst
from physics.chemistry import answers
from physics.discharge.droplets import Spray
from physics.discharge.expansion import state_at
from physics.discharge.stations import enthalpy_of
from physics.pools import GROUNDS, Ground, Pool, fed
from physics.quantities import AIR_MOLAR_MASS, GAS_CONSTANT
from physics.release import Conservation, LiquidSeries, ReleaseTerm, each_place
from physics.substances import Substance, substance
from physics.substances.kernels import VAPOUR_ENTHALPY, solve_temperature
from physics.weather import Weather

Array = NDArray[np.float64]

MODEL = "rainout-and-pool"
_TAIL = 24
"""Steps a pool is given in after its jet has ended."""
_LEAST_MASS = 1e-3
"""Rainout below which there is no pool, kg."""
_DRY = 1e-5
"""Liquid fraction below which what goes into the air counts as vapour."""
_POURING = 1e-2
"""Time in which a pool that is already there is poured, s."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """A pool that is there already: kg of liquid at K."""

    mass: float
    temperature: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """What the liquid falls on.

    Attributes
    ----------
    ground : Ground
    bund_area : float or None
        m²; ``None`` where nothing holds it.
    standing : Standing or None
        Pool that is there already.
    solar_flux : float
        Sunshine on it, W/m².
    """

    ground: Ground = GROUNDS["concrete"]
    bund_area: float | None = None
    standing: Standing | None = None
    solar_flux: float = 0.0


def standing_at(release: ReleaseTerm | None, time: float) -> Standing | None:
    """Pool of a release at a time, s; ``None`` where it has none."""
    if release is None or release.liquid is None:
        return None
    mass = float(np.interp(time, release.time, np.concatenate([[0.0], release.liquid.pool_mass])))
    at = min(int(np.searchsorted(release.time, time, side="right")) - 1, release.mass_flow_rate.size - 1)
    return Standing(mass=mass, temperature=float(release.liquid.pool_temperature[at])) if mass > _LEAST_MASS else None


def fall_out(
    release: ReleaseTerm,
    *,
    weather: Weather,
    site: Site,
    spray: Spray,
    duration: float,
    held: float | None = None,
    left_in_vessel: float = 0.0,
    expansion_energy_error: float = 0.0,
) -> ReleaseTerm:
    """The release as it is in the air: without what falls out, with what evaporates from the pool of it.

    Parameters
    ----------
    release : ReleaseTerm
        As it leaves the opening, expanded, all of its liquid airborne. Its stations tell the superheat; without them it
        follows from the flash.
    duration : float
        How long the pool is followed, s; never shorter than the release.
    held, left_in_vessel : float
        kg, for the books; ``None``: what the release lets out.
    expansion_energy_error : float
        For the books.

    Raises
    ------
    ModelInputError
        A state no pool can have; the field is named.
    """
    of = substance(release.substance)
    steps = np.diff(release.time)
    diameter, falling = _droplets(of, release, weather, spray)
    rain = release.mass_flow_rate * falling
    standing = site.standing.mass if site.standing else 0.0
    pool = None
    if float(np.sum(rain * steps)) + standing > _LEAST_MASS:
        pool = _pool(of, release, rain, weather, site, max(duration, release.duration))
    else:
        rain = np.zeros_like(rain)
    found = _joined(of, release, diameter, rain, pool, weather)
    discharged = release.total_mass
    assert found.liquid is not None
    fell = found.rained_out_mass
    books = Conservation(
        held=(discharged if held is None else held) + standing,
        airborne=discharged - fell,
        pool_evaporated=float(np.sum(found.liquid.pool_vapour_rate * np.diff(found.time))),
        left_in_pool=float(pool.mass[-1]) if pool else 0.0,
        left_in_vessel=left_in_vessel,
        expansion_energy_error=expansion_energy_error,
        pool_energy_error=pool.energy_error if pool else 0.0,
    )
    says, caveats = _words(found, pool, books, site.solar_flux)
    said = worst(release.caveats) is Grade.NOT_VALID
    caveats += [item for item in answers(of) if not (said and item.grade is Grade.NOT_VALID)]
    return replace(
        found,
        conservation=books,
        says=(*release.says, *says),
        caveats=tuple(dict.fromkeys((*release.caveats, *caveats))),
    )


def _droplets(of: Substance, release: ReleaseTerm, weather: Weather, spray: Spray) -> tuple[Array, Array]:
    """Mean diameter, m, and share of the release that falls out, per step."""
    count = release.mass_flow_rate.size
    diameter, falling = np.zeros(count), np.zeros(count)
    table, pressure = of.saturation, weather.ambient_pressure
    boiling = float(table.temperature(pressure))
    air = pressure * AIR_MOLAR_MASS / (GAS_CONSTANT * weather.ambient_temperature)
    for i in range(count):
        x, t = float(release.vapour_fraction[i]), float(release.temperature[i])
        if release.mass_flow_rate[i] <= 0.0 or x >= 1.0:
            continue
        if release.stations is not None:
            if release.stations.upstream.vapour_fraction[i] >= 1.0:
                continue  # mist that condenses in expanding vapour is too fine to fall
            superheat = float(release.stations.upstream.temperature[i]) - boiling
        else:
            superheat = x * float(table.heat_of_vaporisation(boiling)) / float(table.liquid_heat_capacity(boiling))
        diameter[i], falling[i] = spray.fate(
            of,
            velocity=float(release.velocity[i]),
            vapour_fraction=x,
            temperature=min(t, boiling),
            superheat=superheat,
            air_density=air,
            vapour_density=of.molar_mass * pressure / (GAS_CONSTANT * t),
        )
    return diameter, falling


def _pool(of: Substance, release: ReleaseTerm, rain: Array, weather: Weather, site: Site, duration: float) -> Pool:
    time, rate, warm = release.time, rain, release.temperature
    if site.standing is not None and site.standing.mass > 0.0:
        pouring = min(_POURING, 0.5 * float(time[1]))
        time = np.concatenate([[0.0, pouring], time[1:]])
        rate = np.concatenate([[rate[0] + site.standing.mass / pouring], rate])
        warm = np.concatenate([[site.standing.temperature], warm])
    boiling = float(of.saturation.temperature(weather.ambient_pressure))
    return fed(
        of,
        time=time,
        rate=rate,
        temperature=np.clip(warm, of.saturation.temperature_low, boiling),
        weather=weather,
        ground=site.ground,
        duration=duration,
        bund_area=site.bund_area,
        solar_flux=site.solar_flux,
    )


def _joined(
    of: Substance, release: ReleaseTerm, diameter: Array, rain: Array, pool: Pool | None, weather: Weather
) -> ReleaseTerm:
    """Jet without its rain, and the pool's vapour, on one time."""
    edges = release.time
    if pool is not None and pool.time[-1] > release.duration * (1.0 + 1e-9) and _lasts(pool, release.duration):
        edges = np.concatenate([edges, np.linspace(release.duration, float(pool.time[-1]), _TAIL + 1)[1:]])
    tail = edges.size - release.time.size

    def longer(values: Array, *, after: float | None = None) -> Array:
        return np.concatenate([values, np.full(tail, values[-1] if after is None else after)])

    series = _pool_series(pool, edges, release)
    liquid = LiquidSeries(
        droplet_diameter=longer(diameter, after=0.0),
        rainout_rate=longer(rain, after=0.0),
        pool_vapour_rate=series[0],
        pool_mass=series[1],
        pool_area=series[2],
        pool_temperature=series[3],
    )
    out = longer(release.discharged, after=0.0)
    jet = replace(
        release,
        time=edges,
        mass_flow_rate=longer(release.mass_flow_rate, after=0.0),
        vapour_fraction=longer(release.vapour_fraction),
        temperature=longer(release.temperature),
        density=longer(release.density),
        velocity=longer(release.velocity, after=0.0),
        discharge_rate=out,
        liquid=liquid,
        stations=each_place(release.stations, lambda _, values: longer(values)),
    )
    states = [_mixed(of, jet, liquid, weather, i) for i in range(edges.size - 1)]
    rate, x, temperature, density, velocity = (np.array(column) for column in zip(*states, strict=True))
    return replace(
        jet, mass_flow_rate=rate, vapour_fraction=x, temperature=temperature, density=density, velocity=velocity
    )


def _lasts(pool: Pool, after: float) -> bool:
    """Whether a pool gives anything after its jet has ended."""
    return bool(np.any(pool.vapour_rate[pool.time[:-1] >= after * (1.0 - 1e-9)] > 0.0))


def _pool_series(pool: Pool | None, edges: Array, release: ReleaseTerm) -> tuple[Array, Array, Array, Array]:
    """Vapour rate over, and mass, area and temperature at the end of, each step."""
    count = edges.size - 1
    if pool is None:
        none = np.zeros(count)
        return none, none, none, np.full(count, release.temperature[0])
    given = np.concatenate([[0.0], np.cumsum(pool.vapour_rate * np.diff(pool.time))])
    rate = np.diff(np.interp(edges, pool.time, given)) / np.diff(edges)
    at = np.clip(np.searchsorted(pool.time, edges[1:] * (1.0 - 1e-12)) - 1, 0, pool.mass.size - 1)
    return rate, pool.mass[at], pool.area[at], pool.temperature[at]


def _mixed(
    of: Substance, jet: ReleaseTerm, liquid: LiquidSeries, weather: Weather, i: int
) -> tuple[float, float, float, float, float]:
    """Rate, vapour fraction, temperature, density and velocity of what goes into the air in one step."""
    rate, rain, steam = float(jet.mass_flow_rate[i]), float(liquid.rainout_rate[i]), float(liquid.pool_vapour_rate[i])
    x, t = float(jet.vapour_fraction[i]), float(jet.temperature[i])
    airborne = rate - rain
    if rain <= 0.0 and steam <= 0.0:
        return rate, x, t, float(jet.density[i]), float(jet.velocity[i])
    pressure = weather.ambient_pressure
    cold = float(liquid.pool_temperature[i])
    if airborne <= 0.0 and steam <= 0.0:
        return 0.0, 1.0, t, of.molar_mass * pressure / (GAS_CONSTANT * t), 0.0
    if airborne <= 0.0:
        return steam, 1.0, cold, of.molar_mass * pressure / (GAS_CONSTANT * cold), 0.0
    share = min(x * rate / airborne, 1.0)
    enthalpy = enthalpy_of(of, vapour_fraction=share, temperature=t, pressure=pressure)
    enthalpy = (airborne * enthalpy + steam * float(of.saturation.vapour_enthalpy(cold))) / (airborne + steam)
    state = _state(of, enthalpy, weather)
    return airborne + steam, state[1], state[0], state[2], airborne * float(jet.velocity[i]) / (airborne + steam)


def _state(of: Substance, enthalpy: float, weather: Weather) -> tuple[float, float, float]:
    """Temperature, vapour fraction and density; vapour as cold as air, thinned by it, counts as vapour alone."""
    table, pressure = of.saturation, weather.ambient_pressure
    boiling = float(table.temperature(pressure))
    coolest = min(boiling, max(weather.ambient_temperature, table.temperature_low))
    if float(table.vapour_enthalpy(coolest)) <= enthalpy < float(table.vapour_enthalpy(boiling)):
        t = float(solve_temperature(table.table, VAPOUR_ENTHALPY, enthalpy))
        return t, 1.0, of.molar_mass * pressure / (GAS_CONSTANT * t)
    found = state_at(of, enthalpy=enthalpy, pressure=pressure)
    return found if found[1] < 1.0 - _DRY or found[1] >= 1.0 else (found[0], 1.0, found[2])


def _words(found: ReleaseTerm, pool: Pool | None, books: Conservation, sun: float) -> tuple[list[str], list[Caveat]]:
    assert found.liquid is not None
    fell, out = found.rained_out_mass, books.airborne + found.rained_out_mass
    drops = found.liquid.droplet_diameter
    if pool is None:
        finest = float(np.max(drops, initial=0.0))
        if finest <= 0.0:
            return [], []
        return [f"All liquid stays airborne in droplets of {1e6 * finest:.3g} µm or less."], []
    says = (
        f"{fell:.3g} of {out:.3g} kg fall out and make a pool of up to {float(np.max(found.liquid.pool_area)):.3g} m²; "
        f"{books.pool_evaporated:.3g} kg evaporate from it in {found.duration:.0f} s."
    )
    how = (
        "Droplets are taken not to evaporate on their way, which overstates what falls out; the sun gives the pool "
        f"{sun:.0f} W/m²; jet and pool are one source at the leak's height."
    )
    return [says], [Caveat(Grade.NOTE, MODEL, how), *pool.caveats]
