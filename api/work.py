"""What the service computes: requests from the wire become scenarios, and scenarios become outcomes.

`scenarios` and `physics` are imported inside the functions: their import takes seconds, which the event loop and a
short command line do not have.
"""

from __future__ import annotations

import gc
import logging
import math
from typing import TYPE_CHECKING, Any

from api.jobs import Cancelled, Outcome, Progress, Work
from api.problems import Problem, in_field
from api.sentences import with_chinese
from api.wire import HOUR, ActionChoice, Axis, ForecastRequest, PlumeGridRequest, WindChoice, WindLater

LOG = logging.getLogger("leakcast.work")

if TYPE_CHECKING:
    from collections.abc import Mapping

    import numpy as np
    from numpy.typing import NDArray

    from scenarios.scenario import Scenario
    from twin.plant import Plant
    from twin.state import Snapshot


def check_request(plant: Plant, request: ForecastRequest) -> None:
    """Refuse a forecast of a part the plant does not have, or that cannot leak.

    Raises
    ------
    Problem
        ``unknown-part``, with the names that come near.
    """
    try:
        plant.part(request.part)
    except LookupError as error:
        raise in_field("part", _sentence(error), slug="unknown-part") from None
    tags = [part.tag for part in plant.leak_candidates()]
    if request.part not in tags:
        says = f"{request.part} cannot leak; these can: {', '.join(tags)}"
        raise in_field("part", says, slug="unknown-part")
    bore = getattr(plant.part(request.part), "diameter", None)
    hole = request.hole_diameter_m
    if bore is not None and hole is not None and hole > bore * (1.0 + 1e-9):
        raise in_field("hole_diameter_m", f"is wider than the bore of {request.part}, {bore:g} m")


def scenario_of(request: ForecastRequest) -> Scenario:
    """Scenario a request asks for."""
    from scenarios.scenario import Action, Scenario, Verb, Wind, WindChange

    wind = None
    if request.wind is not None:
        wind = Wind(
            speed=request.wind.wind_speed_m_s,
            from_direction=request.wind.wind_from_direction_deg % 360.0,
            stability=request.wind.stability_class,
            changes=tuple(
                WindChange(
                    at=item.at_s,
                    speed=item.wind_speed_m_s,
                    from_direction=item.wind_from_direction_deg % 360.0,
                    stability=item.stability_class,
                )
                for item in request.wind.changes
            ),
        )
    return Scenario(
        plant=request.plant,
        part=request.part,
        hole_diameter=request.hole_diameter_m,
        isolation_time=math.inf if request.isolation_time_s == "never" else request.isolation_time_s,
        wind=wind,
        duration=request.duration_s,
        actions=tuple(
            Action(at=item.at_s, role=item.role, verb=Verb(item.verb), target=item.target) for item in request.actions
        ),
        seed=request.seed,
    )


def request_of(scenario: Mapping[str, Any]) -> ForecastRequest:
    """Request that asks for a scenario, given as `Scenario.as_dict` writes it."""
    wind = scenario.get("wind")
    return ForecastRequest(
        plant=scenario["plant"],
        part=scenario["part"],
        hole_diameter_m=scenario.get("hole_diameter"),
        isolation_time_s=scenario.get("isolation_time"),
        wind=wind
        and WindChoice(
            wind_speed_m_s=wind["speed"],
            wind_from_direction_deg=wind["from_direction"],
            stability_class=wind.get("stability"),
            changes=tuple(
                WindLater(
                    at_s=item["at"],
                    wind_speed_m_s=item["speed"],
                    wind_from_direction_deg=item["from_direction"],
                    stability_class=item.get("stability"),
                )
                for item in wind.get("changes", ())
            ),
        ),
        duration_s=scenario.get("duration", HOUR),
        actions=tuple(
            ActionChoice(at_s=item["at"], role=item["role"], verb=item["verb"], target=item["target"])
            for item in scenario.get("actions", ())
        ),
        seed=scenario.get("seed", 0),
    )


def forecast(plant: Plant, snapshot: Snapshot | None, request: ForecastRequest) -> Work:
    """Work of a forecast job."""

    def work(progress: Progress, cancelled: Cancelled) -> Outcome:
        return outcome_of(_run(plant, snapshot, request, progress, cancelled), snapshot)

    return work


def comparison(
    plant: Plant,
    snapshot: Snapshot | None,
    base: ForecastRequest,
    changed: ForecastRequest,
    known: Any = None,
) -> Work:
    """Work of a comparison: both forecasts from one snapshot; ``known`` is the base's Dataset where it is at hand."""

    def work(progress: Progress, cancelled: Cancelled) -> Outcome:
        from scenarios.compare import compare
        from scenarios.result import summary

        first = known
        if first is None:
            first = _run(plant, snapshot, base, _part_of(progress, 0.0, 0.5), cancelled)
        second = _run(plant, snapshot, changed, _part_of(progress, 0.5, 1.0), cancelled)
        return Outcome(
            summary={
                "difference": compare(first, second),
                "base": with_chinese(summary(first)),
                "changed": with_chinese(summary(second)),
            },
            datasets={"main": second, "changed": second, "base": first},
            snapshot=snapshot,
        )

    return work


def outcome_of(dataset: Any, snapshot: Snapshot | None) -> Outcome:
    """Outcome of one forecast's Dataset."""
    from scenarios.result import summary

    return Outcome(summary=with_chinese(summary(dataset)), datasets={"main": dataset}, snapshot=snapshot)


def _run(
    plant: Plant, snapshot: Snapshot | None, request: ForecastRequest, progress: Progress, cancelled: Cancelled
) -> Any:
    from physics.cards import ModelInputError
    from scenarios.forecast import ForecastError
    from scenarios.forecast import forecast as run_forecast

    try:
        return run_forecast(plant, snapshot, scenario_of(request), progress=progress, cancelled=cancelled)
    except (ForecastError, ModelInputError) as error:
        raise in_field(wire_field(error.field), error.says) from None


def wire_field(name: str) -> str:
    """Name on the wire of a scenario's field (``hole_diameter`` is ``hole_diameter_m``)."""
    name = name.replace(".", "/")
    return {"hole_diameter": "hole_diameter_m", "isolation_time": "isolation_time_s"}.get(name, name)


def _part_of(progress: Progress, start: float, end: float) -> Progress:
    return lambda fraction, phase: progress(start + (end - start) * fraction, phase)


def _sentence(error: LookupError) -> str:
    return str(error.args[0]) if error.args else str(error)


def look_ahead(plant: Plant, snapshot: Snapshot | None, duration: float) -> dict[str, Any]:
    """Process model run ahead from the live snapshot, as JSON."""
    from twin.watch.look_ahead import look_ahead as run_ahead

    found = run_ahead(plant, snapshot, duration=duration)
    return {
        "duration_s": duration,
        "times_s": [round(float(time), 3) for time in found.times],
        "series": {tag: [_finite(value) for value in values] for tag, values in found.series.items()},
        "limits": [
            {"tag": item.tag, "limit": item.limit, "value": item.value, "after_s": item.after_s}
            for item in found.limits
        ],
    }


def _finite(value: float) -> float | None:
    number = float(value)
    return number if number - number == 0.0 else None


def model_cards() -> list[dict[str, Any]]:
    """Every card of the registry."""
    import physics.models  # noqa: F401 - fills the registry
    from physics.cards import MODELS

    return [MODELS[name].card.as_dict() for name in sorted(MODELS)]


def run_model(name: str, inputs: dict[str, Any]) -> dict[str, Any]:
    """One model of the registry on vocabulary names in SI.

    Raises
    ------
    Problem
        There is no such model, or an input is wrong.
    """
    import physics.models  # noqa: F401 - fills the registry
    from physics.cards import MODELS, ModelInputError

    if name not in MODELS:
        raise Problem("not-found", f"there is no model {name}; GET /v1/models lists them")
    try:
        found = MODELS[name].run(inputs)
    except ModelInputError as error:
        raise in_field(f"inputs/{error.field}", error.says) from None
    return {
        "model": name,
        "outputs": {key: plain_value(value) for key, value in found.items() if key != "caveats"},
        "caveats": found["caveats"],
    }


def plain_value(value: Any) -> Any:
    """Give a model's output as JSON takes it: lists for arrays, null for a number that is not finite."""
    if isinstance(value, bool | str) or value is None:
        return value
    if isinstance(value, dict):
        return {str(key): plain_value(item) for key, item in value.items()}
    if hasattr(value, "tolist"):
        value = value.tolist()
    if isinstance(value, list | tuple):
        return [plain_value(item) for item in value]
    return _finite(value) if isinstance(value, float) else value


def plume_grid(request: PlumeGridRequest) -> Any:
    """Concentration of a steady Gaussian plume, kg/m³, float64 of shape (crosswind, downwind)."""
    from physics.dispersion.plume import gaussian_plume_grid
    from physics.dispersion.sigma import BRIGGS_RURAL

    return gaussian_plume_grid(
        BRIGGS_RURAL,
        mass_flow_rate=request.mass_flow_rate_kg_s,
        wind_speed=request.wind_speed_m_s,
        stability_class=request.stability_class,
        downwind=positions(request.downwind),
        crosswind=positions(request.crosswind),
        height=request.height_m,
        source_height=request.source_height_m,
    )


def positions(axis: Axis) -> NDArray[np.float64]:
    """Give the places of an axis, m."""
    import numpy as np

    return axis.start_m + axis.step_m * np.arange(axis.count, dtype=np.float64)


def prepare() -> None:
    """Import what forecasts need. Loading libraries holds the interpreter: it is done before anybody is answered."""
    import physics.models
    import scenarios.contours
    import scenarios.forecast

    del physics, scenarios
    gc.collect()
    gc.freeze()  # what was imported stays: collecting it again and again would hold the interpreter


def warm_up_forecast(plant: Plant, part: str) -> None:
    """Run one default forecast of a part, so that the next one compiles nothing."""
    from scenarios.forecast import forecast as run_forecast
    from scenarios.result import summary
    from scenarios.scenario import Scenario, Wind

    wind = Wind(speed=3.0, from_direction=0.0, stability="D")
    summary(run_forecast(plant, None, Scenario(plant=plant.id, part=part, wind=wind)))


def warm_up(plant: Plant) -> None:
    """Run what a default forecast runs, so that no request compiles: every dispersion branch, wind known and unknown.

    A snapshot's readings do not choose kernels, so the plant file's own state serves.
    """
    from physics.dispersion.puffs.warm import warm_up as warm_up_puffs
    from scenarios.contours import contours
    from scenarios.forecast import forecast as run_forecast
    from scenarios.result import summary
    from scenarios.scenario import Scenario, Wind, WindChange

    warm_up_puffs()
    later = WindChange(at=900.0, speed=2.0, from_direction=40.0, stability="F")
    turning = Wind(speed=3.0, from_direction=0.0, stability="B", changes=(later,))
    parts = plant.leak_candidates()
    for part in {type(part): part for part in reversed(parts)}.values():
        for wind in (None, Wind(speed=3.0, from_direction=0.0, stability="D"), turning):
            dataset = run_forecast(plant, None, Scenario(plant=plant.id, part=part.tag, isolation_time=60.0, wind=wind))
            summary(dataset)
            contours(dataset, frames=False)
    plume_grid(WARM_GRID)


WARM_GRID = PlumeGridRequest(
    mass_flow_rate_kg_s=1.0,
    wind_speed_m_s=3.0,
    downwind=Axis(start_m=10.0, step_m=10.0, count=10),
    crosswind=Axis(start_m=-50.0, step_m=10.0, count=11),
)


EXAMPLE: dict[str, float | str] = {
    "fluid": "chlorine",
    "fuel": "propane",
    "stability_class": "D",
    "pressure": 8.0e5,
    "temperature": 285.0,
    "mass_flow_rate": 1.0,
    "mass": 1000.0,
    "solution": "aqueous ammonia",
    "solute_mass_fraction": 0.2,
    "enthalpy": 3.0e5,
    "hole_diameter": 0.02,
    "path_diameter": 0.02,
    "path_length": 1.0,
    "vessel_diameter": 2.0,
    "vessel_length": 6.0,
    "wall_thickness": 0.01,
    "level": 0.5,
}
"""A state most models of a fluid take; what is not here stands in the middle of its range."""
_COLD, _HOT = 235.0, 600.0
"""K. Chlorine below its boiling point, for a liquid in the open; and well above it, for gases and steam."""


def warm_models() -> list[str]:
    """Run every model of the registry once, which fills the cache of compiled kernels; gives those that did not run."""
    import physics.models  # noqa: F401 - fills the registry
    from physics.cards import MODELS, ModelInputError

    cold = []
    for name, model in MODELS.items():
        inputs = {item.name: EXAMPLE.get(item.name, _middle(item)) for item in model.card.takes}
        for change in ({}, {"temperature": _COLD}, {"temperature": _HOT}):
            try:
                model.run({**inputs, **{key: value for key, value in change.items() if key in inputs}})
                break
            except (ModelInputError, ValueError, ArithmeticError, LookupError):
                continue
        else:
            LOG.warning("model %s was not warmed up", name)
            cold.append(name)
    return cold


def _middle(item: Any) -> float | str | None:
    if item.default is not None:
        return item.default  # type: ignore[no-any-return]
    low = item.low if math.isfinite(item.low) else item.hard_low
    high = item.high if math.isfinite(item.high) else item.hard_high
    low = low if math.isfinite(low) else 0.0
    high = high if math.isfinite(high) else low + 1.0
    return 0.5 * (float(low) + float(high))
