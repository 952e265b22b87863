"""``leakcast forecast``: one scenario without a server."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from api.cli.say import WrongRequest, document, error, line, opened_scenario, tell_forecast


def forecast(
    scenario: Annotated[Path, typer.Argument(help="a scenario file (YAML)")],
    out: Annotated[
        Path | None,
        typer.Option(help="folder for result.json, contours.geojson, field.nc, picture.png; for what burns ignition.*"),
    ] = None,
    json: Annotated[bool, typer.Option("--json", help="one JSON object")] = False,
) -> None:
    """Forecast one scenario from the plant file's own state."""
    asked, plant = opened_scenario(scenario)
    from scenarios.forecast import ForecastError
    from scenarios.forecast import forecast as run_forecast
    from scenarios.result import summary

    try:
        dataset = run_forecast(plant, None, asked, progress=_tell)
    except ForecastError as wrong:
        raise WrongRequest(f"{scenario.name}: {wrong}") from None
    found = summary(dataset)
    if out is not None:
        write(out, plant, dataset, found)
        error(f"written to {out}")
    if json:
        document(found)
    else:
        tell_forecast(found)
        if out is not None:
            line(f"Files: {out}")


def _tell(fraction: float, phase: str) -> None:
    error(f"{100.0 * fraction:3.0f} % {phase}")


def write(folder: Path, plant: Any, dataset: Any, summary: dict[str, Any]) -> None:
    """Write a forecast in every format there is.

    Raises
    ------
    WrongRequest
        The folder cannot be written to.
    """
    import json

    from api.exports.geojson import contour_collection, ignition_collection
    from api.exports.ignition_picture import ignition_picture
    from api.exports.netcdf import write_netcdf
    from api.exports.picture import picture
    from scenarios.contours import contours

    try:
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "result.json").write_text(json.dumps(summary, ensure_ascii=False, indent=2, allow_nan=False))
        shapes = contour_collection(contours(dataset), plant.to_lonlat)
        (folder / "contours.geojson").write_text(json.dumps(shapes, ensure_ascii=False, allow_nan=False))
        write_netcdf(dataset, folder / "field.nc")
        (folder / "picture.png").write_bytes(picture(plant, dataset))
        if summary["ignition"]:
            burning = ignition_collection(summary["ignition"], plant.to_lonlat)
            (folder / "ignition.geojson").write_text(json.dumps(burning, ensure_ascii=False, allow_nan=False))
            (folder / "ignition.png").write_bytes(ignition_picture(plant, dataset))
    except OSError as wrong:
        raise WrongRequest(f"{folder}: {wrong.strerror or wrong}") from None
