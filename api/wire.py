"""What comes in over HTTP: bounded pydantic models whose fields end in their SI unit."""

from __future__ import annotations

from itertools import pairwise
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

HOUR = 3600.0
"""s. How long a forecast is when nobody says."""
LONGEST_FORECAST = 14_400.0
LEAST_HOLE = 1e-4
GREATEST_HOLE = 2.0
"""s and m. What is taken; the same as in a scenario file."""
MOST_WIND_CHANGES = 1000
"""Winds of one forecast; the same as in a scenario file."""
MOST_CELLS = 4_000_000
"""Cells of a plume grid asked for at once; 16 MB of float32."""

Finite = Annotated[float, Field(allow_inf_nan=False)]
Text = Annotated[str, Field(min_length=1, max_length=120)]
Isolation = Annotated[float, Field(ge=0.0, le=86_400.0, allow_inf_nan=False)] | Literal["never"]
Stability = Literal["A", "B", "C", "D", "E", "F"]


class Wire(BaseModel):
    """Base of every request: unknown fields and non-finite numbers are refused."""

    model_config = ConfigDict(extra="forbid", allow_inf_nan=False, strict=False, frozen=True)


class WindLater(Wire):
    """What the wind becomes."""

    at_s: Finite = Field(gt=0.0, le=LONGEST_FORECAST, description="after the release began")
    wind_speed_m_s: Finite = Field(ge=0.0, le=60.0, description="mean wind speed at 10 m")
    wind_from_direction_deg: Finite = Field(ge=0.0, le=360.0, description="where the wind comes from")
    stability_class: Stability | None = Field(default=None, description="null: as before")


class WindChoice(Wire):
    """A wind instead of the station's."""

    wind_speed_m_s: Finite = Field(ge=0.0, le=60.0, description="mean wind speed at 10 m")
    wind_from_direction_deg: Finite = Field(ge=0.0, le=360.0, description="where the wind comes from")
    stability_class: Stability | None = Field(default=None, description="null: the station's")
    changes: tuple[WindLater, ...] = Field(
        default=(), max_length=MOST_WIND_CHANGES, description="later winds in order; between two it turns evenly"
    )

    @model_validator(mode="after")
    def _in_order(self) -> WindChoice:
        times = [item.at_s for item in self.changes]
        if any(later <= earlier for earlier, later in pairwise(times)):
            raise ValueError("changes must be in order of at_s")
        return self


class ActionChoice(Wire):
    """Something a person does during the release."""

    at_s: Finite = Field(ge=0.0, le=LONGEST_FORECAST)
    role: Text
    verb: Literal["close-valve", "shelter", "evacuate", "call-fire-brigade"]
    target: Text


class Changes(Wire):
    """What is changed: only the fields given. A null hole is a full bore, a null wind the station's."""

    part: Text | None = None
    hole_diameter_m: Finite | None = Field(default=None, ge=LEAST_HOLE, le=GREATEST_HOLE)
    isolation_time_s: Isolation | None = None
    wind: WindChoice | None = None
    duration_s: Finite | None = Field(default=None, ge=60.0, le=LONGEST_FORECAST)

    @model_validator(mode="after")
    def _something(self) -> Changes:
        if not self.model_fields_set:
            raise ValueError("change at least one of part, hole_diameter_m, isolation_time_s, wind, duration_s")
        return self


class ForecastRequest(Wire):
    """A release to be forecast from what the plant's instruments say now."""

    plant: Text
    part: Text = Field(description="tag of the part that leaks")
    hole_diameter_m: Finite | None = Field(default=None, ge=LEAST_HOLE, le=GREATEST_HOLE, description="null: full bore")
    isolation_time_s: Isolation | None = Field(
        default=None, description="s after the start, or never; null: the plant's own"
    )
    wind: WindChoice | None = Field(default=None, description="null: the plant's weather station")
    duration_s: Finite = Field(default=HOUR, ge=60.0, le=LONGEST_FORECAST)
    actions: tuple[ActionChoice, ...] = Field(default=(), max_length=50)
    seed: int = Field(default=0, ge=0, le=2**31 - 1)

    def with_changes(self, changes: Changes) -> ForecastRequest:
        """Give this request with something changed."""
        given = {name: getattr(changes, name) for name in changes.model_fields_set}
        for name in ("part", "duration_s"):
            if given.get(name, self) is None:
                del given[name]
        return self.model_copy(update=given)


class ComparisonRequest(Wire):
    """The same forecast with something changed: give a finished forecast job, or a forecast to run."""

    job: Text | None = None
    forecast: ForecastRequest | None = None
    change: Changes

    @model_validator(mode="after")
    def _one_of(self) -> ComparisonRequest:
        if (self.job is None) == (self.forecast is None):
            raise ValueError("give either job or forecast")
        return self


class ApprovalRequest(Wire):
    """The approval of a protective-action board."""

    digest: Annotated[str, Field(pattern="^[0-9a-f]{64}$")] = Field(description="the board's, as it was read")
    approved_by: Text = Field(description="name of who approves")


class ModelRequest(Wire):
    """Inputs of a single model, vocabulary names in SI, as its card lists them."""

    inputs: dict[Annotated[str, Field(max_length=60)], Finite | Annotated[str, Field(max_length=120)]] = Field(
        max_length=60
    )


class Axis(Wire):
    """Evenly spaced positions of cell centres."""

    start_m: Finite = Field(ge=-10_000.0, le=10_000.0)
    step_m: Finite = Field(gt=0.0, le=1_000.0)
    count: int = Field(ge=2, le=MOST_CELLS)


class PlumeGridRequest(Wire):
    """A steady Gaussian plume on a regular grid at one height."""

    mass_flow_rate_kg_s: Finite = Field(gt=0.0, le=1e5)
    wind_speed_m_s: Finite = Field(ge=0.1, le=75.0)
    stability_class: Stability = "D"
    source_height_m: Finite = Field(default=0.0, ge=0.0, le=1_000.0)
    height_m: Finite = Field(default=0.0, ge=0.0, le=1_000.0)
    downwind: Axis
    crosswind: Axis
    format: Literal["float32", "netcdf", "summary"] = "float32"

    @model_validator(mode="after")
    def _bounded(self) -> PlumeGridRequest:
        cells = self.downwind.count * self.crosswind.count
        if cells > MOST_CELLS:
            raise ValueError(f"the grid has {cells} cells; at most {MOST_CELLS} are computed at once")
        return self


def plain(request: Wire) -> dict[str, Any]:
    """Request as it is kept in the store."""
    return request.model_dump(mode="json")
