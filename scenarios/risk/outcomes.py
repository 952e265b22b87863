"""What one event does in every weather and direction, ignited at once, later or never: individual risk and deaths."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from physics.cards import Caveat, Grade, ModelInputError
from physics.dispersion.ensemble import NEUTRAL_SLAB, PLUMES, PUFFS, applicable, in_neutral_air
from physics.dispersion.flammable import FLAME_AVERAGING
from physics.dispersion.slab.case import slab_case
from physics.dispersion.slab.model import MODEL as SLAB
from physics.dispersion.slab.model import jet_flux
from physics.dispersion.track import PlumeTrack, PuffTrack, Source
from physics.explosion.multi_energy import ENERGY_DENSITY, multi_energy
from physics.explosion.vapour_cloud import stoichiometric_fraction
from physics.quantities import GAS_CONSTANT, STANDARD_PRESSURE
from physics.risk.clouds import (
    Igniters,
    Zone,
    burning_zone,
    ignition_shares,
    ignition_times,
    passing,
    standing,
    toxic_ribbon,
)
from physics.risk.puffs import puff_gas, puff_toxic_ribbon, puff_zone
from physics.risk.ribbon import Map, Ribbon, disc
from physics.risk.singly import Fire, Start, Toxic, late_runs, toxic_runs
from physics.risk.sweep import lay_around, lay_blasts, lay_flashes
from physics.substances import Substance, substance
from physics.weather import Weather
from scenarios.risk.escalation import BLAST, CAUSES, FIRE, Target, by_blast, by_fire
from scenarios.risk.events import RiskEvent
from scenarios.risk.flames import Burning, burns_at_once
from scenarios.risk.ground import Ground
from scenarios.risk.rules import RuleSet, lit_at_once
from scenarios.risk.study import IGNITIONS, RiskStudy, RiskWeather

Array = NDArray[np.float64]

TOXIC_AVERAGING = 600.0
"""s, and no longer than the release."""
LATER = IGNITIONS - 2
"""Times at which a cloud that was not lit at once is lit."""
_PPM = 1e6
_MILLIGRAM = 1e6
_PROBIT_TEMPERATURE = 293.15
"""Temperature the mg/m³ of probit sets is taken at, K."""
_FLAME_DEATHS = (1.0, 1.0, 1.0)
"""In a flash fire: unprotected, outdoors, indoors (CPR 18E, chapter 5; from memory, unverified)."""


@dataclass(slots=True)
class Tally:
    """What has been gathered of one event.

    Attributes
    ----------
    grid : ndarray, shape (y, x)
        Individual risk, 1/year.
    frequency, deaths : list of ndarray
        Of each run, 1/year and people.
    runs : int
    escalation : ndarray, shape (targets, causes, 2)
        How often each target is made to fail, and as the largest, see `scenarios.risk.escalation`, 1/year.
    caveats : dict
        Kept in the order they came.
    """

    grid: Array
    escalation: Array
    frequency: list[Array] = field(default_factory=list)
    deaths: list[Array] = field(default_factory=list)
    runs: int = 0
    caveats: dict[Caveat, None] = field(default_factory=dict)

    def count(self, frequency: Array, deaths: Array, *, runs: int | None = None) -> None:
        """Note outcomes with their frequency and deaths, and how many runs they are: each its own where not said."""
        self.frequency.append(np.ravel(frequency))
        self.deaths.append(np.ravel(deaths))
        self.runs += frequency.size if runs is None else runs


@dataclass(frozen=True, slots=True)
class Cloud:
    """One event's cloud in one weather: what its dose and its burning do, in the wind's frame."""

    toxic: Ribbon | None
    zone: Zone | None
    times: Array
    edges: Array
    gas: Array
    middle: Array


def run_event(
    event: RiskEvent, study: RiskStudy, ground: Ground, igniters: Igniters, targets: Sequence[Target]
) -> Tally:
    """Run one event through every weather, direction and ignition.

    Parameters
    ----------
    ground : Ground
        Of the study.
    igniters : Igniters
        Of the study.
    targets : sequence of Target
        Equipment an accident may go on to.
    """
    tally = Tally(np.zeros((study.cells, study.cells)), np.zeros((len(targets), len(CAUSES), 2)))
    of = substance(event.fluid)
    flames: dict[tuple[float, float], Burning] = {}
    for weather in study.weathers:
        try:
            _run_weather(event, of, study, weather, ground.at(day=weather.day), igniters, targets, flames, tally)
        except ModelInputError as error:
            says = f"{event.id} in {weather.name} was not counted: {error}."
            tally.caveats[Caveat(Grade.DEGRADED, event.part, says)] = None
    return tally


def _run_weather(
    event: RiskEvent,
    of: Substance,
    study: RiskStudy,
    weather: RiskWeather,
    ground: Map,
    igniters: Igniters,
    targets: Sequence[Target],
    flames: dict[tuple[float, float], Burning],
    tally: Tally,
) -> None:
    air, rules, bearings = study.air(weather), study.rule_set, study.bearings
    often = event.frequency * study.shares(weather)
    at_once = lit_at_once(event, of, ambient_temperature=air.ambient_temperature)
    place = event.place
    killed = np.zeros(bearings.size)
    if at_once > 0.0:
        like = (weather.speed, weather.temperature)  # a flame does not feel how stable the air is
        burning = flames.get(like) or burns_at_once(event, of, air, rules)
        flames[like] = burning
        tally.caveats |= dict.fromkeys(burning.caveats)
        lay_around(burning.ribbon, ground, *place, bearings, often * at_once, tally.grid, killed)
        tally.count(often * at_once, killed.copy())
        tally.escalation[:, FIRE] += by_fire(
            burning.flame, event, targets, bearings, often * at_once, lasts=event.duration or math.inf
        )
    if study.one_by_one and run_singly(event, of, study, air, ground, igniters, often * (1.0 - at_once), tally):
        return
    cloud = cloud_of(event, of, air, rules, study.dispersion)
    never = np.ones(bearings.size)
    if cloud.zone is not None:
        shares = np.zeros((bearings.size, LATER))
        ignition_shares(cloud.zone, *place, bearings, igniters, cloud.edges, shares)
        never -= shares.sum(axis=1)
        weights = (often * (1.0 - at_once))[:, None] * shares
        _lay_late(cloud, event, of, rules, ground, bearings, weights, targets, tally)
    rest = often * (1.0 - at_once) * np.maximum(never, 0.0)
    killed[:] = 0.0
    if cloud.toxic is not None:
        lay_around(cloud.toxic, ground, *place, bearings, rest, tally.grid, killed)
    tally.count(rest, killed)


def _lay_late(
    cloud: Cloud, event: RiskEvent, of: Substance, rules: RuleSet, ground: Map, bearings: Array, weights: Array,
    targets: Sequence[Target], tally: Tally,
) -> None:  # fmt: skip
    """Flash fires, and the share of them that explode."""
    assert cloud.zone is not None
    place = event.place
    burnt, blown = np.zeros(weights.shape), np.zeros(weights.shape)
    lay_flashes(
        cloud.zone, ground, *place, bearings, cloud.times, weights * rules.flash_share, _FLAME_DEATHS, tally.grid, burnt
    )
    tally.count(weights * rules.flash_share, burnt)
    sizes = _blast_size(cloud.gas, event, of, rules)
    lay_blasts(
        blast_ribbon(rules), sizes, cloud.middle, ground, *place, bearings, weights * (1.0 - rules.flash_share),
        tally.grid, blown,
    )  # fmt: skip
    tally.count(weights * (1.0 - rules.flash_share), np.maximum(blown, burnt), runs=0)  # the same runs as above
    if not targets:
        return
    unit = multi_energy(energy=event.ambient_pressure, strength=rules.strength, ambient_pressure=event.ambient_pressure)
    tally.escalation[:, BLAST] += by_blast(
        unit, sizes, cloud.middle, event, targets, bearings, weights * (1.0 - rules.flash_share)
    )


def run_singly(
    event: RiskEvent,
    of: Substance,
    study: RiskStudy,
    air: Weather,
    ground: Map,
    igniters: Igniters,
    often: Array,
    tally: Tally,
) -> bool:
    """Run every direction and ignition that is not at once with a march of its own; whether that can be done."""
    start = march_start(event, air, study.dispersion)
    if start is None:
        return False
    rules, bearings, poison = study.rule_set, study.bearings, poison_of(of, study.rule_set)
    weights = np.zeros((bearings.size, LATER))
    if of.flammability is not None:
        burnt, blown = np.zeros(weights.shape), np.zeros(weights.shape)
        fire = Fire(
            of.flammability.lower_limit,
            of.flammability.upper_limit,
            rules.flash_share,
            _blast_size(1.0, event, of, rules),
        )
        late_runs(
            start, fire, blast_ribbon(rules), igniters, ground, event.place, bearings, often, _FLAME_DEATHS,
            FLAME_AVERAGING, event.duration, tally.grid, weights, burnt, blown,
        )  # fmt: skip
        tally.count(weights * rules.flash_share, burnt)
        tally.count(weights * (1.0 - rules.flash_share), np.maximum(blown, burnt), runs=0)  # the same runs as above
    rest, killed = np.maximum(often - weights.sum(axis=1), 0.0), np.zeros(bearings.size)
    if poison.counts:
        averaging = toxic_averaging(event.duration)
        toxic_runs(
            start, poison, ground, event.place, bearings, rest, averaging, event.duration, tally.grid, killed
        )  # fmt: skip
    tally.count(rest, killed)
    return True


def march_start(event: RiskEvent, air: Weather, model: str | None = None) -> Start | None:
    """What SLAB's march begins with, where SLAB is asked for or the best estimate; ``None`` where it is not."""
    if event.at_once:
        return None
    source = event.source()
    model = model or applicable(source, air)[0].model
    if model not in (SLAB, NEUTRAL_SLAB):
        return None
    case = slab_case(source, in_neutral_air(air) if model == NEUTRAL_SLAB else air)
    begins = case.start
    return Start(
        begins.at, begins.reach, begins.state, begins.memory, case.gas, case.air, begins.release,
        jet_flux(source, case) or 0.0,
    )  # fmt: skip


def _blast_size(gas: Any, event: RiskEvent, of: Substance, rules: RuleSet) -> Any:
    """Scaling length (E / p)^(1/3) of gas between its limits, m³, of which the congested share explodes, m."""
    energy = rules.congested * ENERGY_DENSITY * gas / stoichiometric_fraction(of.formula)
    return np.cbrt(energy / event.ambient_pressure)


@lru_cache(maxsize=8)
def blast_ribbon(rules: RuleSet) -> Ribbon:
    """Disc of a blast whose scaling length (E / p)^(1/3) is 1 m."""
    blast = multi_energy(energy=STANDARD_PRESSURE, strength=rules.strength)
    radius, death = [0.0], [rules.blast[0][1]]
    for pressure, dies in rules.blast:
        far = blast.distance_to(pressure)
        if dies != death[-1]:
            radius.append(radius[-1] * (1.0 + 1e-6))
            death.append(dies)
        radius.append(far)
        death.append(dies)
    return disc(0.0, np.array(radius), np.array(death).T, sections=41, across=21)


def poison_of(of: Substance, rules: RuleSet) -> Toxic:
    """Dose-response of a substance by a rule set's probits, per mole fraction and second."""
    probit = of.toxicity.probits.get(rules.probits) if of.toxicity is not None else None
    if probit is None:
        return Toxic(False, 0.0, 1.0, 1.0, rules.longest_exposure, 0.0, 0.0)
    unit = _PPM
    if probit.concentration_unit == "mg/m3":
        unit = STANDARD_PRESSURE * of.molar_mass / (GAS_CONSTANT * _PROBIT_TEMPERATURE) * _MILLIGRAM
    return Toxic(
        counts=True,
        constant=probit.a + probit.b * (probit.n * math.log(unit) - math.log(60.0)),
        slope=probit.b * probit.n,
        per_time=probit.b,
        longest=rules.longest_exposure,
        least=_probit_of(rules.cut),
        indoors=rules.toxic_indoors,
    )


def toxic_averaging(duration: float) -> float:
    """Averaging time of a concentration that is breathed, s: no longer than the release."""
    return min(max(duration, FLAME_AVERAGING), TOXIC_AVERAGING)


def cloud_of(event: RiskEvent, of: Substance, air: Weather, rules: RuleSet, model: str | None = None) -> Cloud:
    """Cloud of an event in a weather, with its dose where it is toxic and its zone where it burns.

    ``model`` is a plume model by name; ``None`` takes the best estimate.

    Raises
    ------
    ModelInputError
        No model runs it.
    """
    toxic, zone = None, None
    times, edges = np.zeros(LATER), np.zeros(LATER + 1)
    gas, middle = np.zeros(LATER), np.zeros(LATER)
    source, poison = event.source(), poison_of(of, rules)
    if poison.counts:
        toxic = _toxic(source, air, poison, event.duration, model)
    if of.flammability is not None:
        low, high = of.flammability.lower_limit, of.flammability.upper_limit
        track = best_track(source, air, averaging_time=FLAME_AVERAGING, model=model)
        if isinstance(track, PuffTrack):
            zone = puff_zone(track, low)
            ignition_times(zone, edges, times)
            gas, middle = puff_gas(track, low, high, times)
        else:
            zone, burning = burning_zone(passing(track, event.duration), low, high)
            ignition_times(zone, edges, times)
            standing(zone, burning, times, gas, middle)
    return Cloud(toxic, zone, times, edges, gas, middle)


def _toxic(source: Source, air: Weather, poison: Toxic, duration: float, model: str | None) -> Ribbon:
    track = best_track(source, air, averaging_time=toxic_averaging(duration), model=model)
    if isinstance(track, PuffTrack):
        return puff_toxic_ribbon(
            track,
            constant=poison.constant,
            slope=poison.slope,
            exponent=poison.slope / poison.per_time,
            cut_dose=math.exp((poison.least - poison.constant) / poison.per_time),
            indoors=poison.indoors,
        )
    plume = passing(track, duration)
    return toxic_ribbon(
        plume, poison.constant, poison.slope, poison.per_time, poison.longest, poison.least, poison.indoors
    )


def _probit_of(probability: float) -> float:
    """Probit of a fraction, by bisection."""
    low, high = 0.0, 10.0
    for _ in range(60):
        middle = 0.5 * (low + high)
        below = 0.5 * (1.0 + math.erf((middle - 5.0) / math.sqrt(2.0))) < probability
        low, high = (middle, high) if below else (low, middle)
    return 0.5 * (low + high)


def best_track(
    source: Source, air: Weather, *, averaging_time: float, model: str | None = None
) -> PlumeTrack | PuffTrack:
    """Track of a plume model by name, else of the best estimate for a source; the next one where it cannot run."""
    if model is not None and source.mass <= 0.0:
        return PLUMES[model](source, air, averaging_time=averaging_time)
    models: dict[str, Callable[..., PlumeTrack | PuffTrack]] = dict(PUFFS if source.mass > 0.0 else PLUMES)
    wrong: ModelInputError | None = None
    for choice in applicable(source, air):
        try:
            return models[choice.model](source, air, averaging_time=averaging_time)
        except ModelInputError as error:
            wrong = wrong or error
    raise wrong or ModelInputError("fluid", f"no dispersion model applies to {source.substance.name}")
