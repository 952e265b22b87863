"""How the command line speaks: results to standard output, everything else to standard error, lines never wrapped."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from scenarios.scenario import Scenario
    from twin.plant import Plant


class WrongRequest(Exception):
    """What was asked for is wrong; ``lines`` say how. Exit code 2."""

    def __init__(self, *lines: str) -> None:
        super().__init__("\n".join(lines))
        self.lines = lines


def line(text: str = "") -> None:
    """Write one line of the result."""
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def error(text: str) -> None:
    """Write one line that is not the result."""
    sys.stderr.write(f"{text}\n")
    sys.stderr.flush()


def document(result: Any) -> None:
    """Write one JSON object, numbers that are not finite as null."""
    json.dump(_finite(result), sys.stdout, ensure_ascii=False, indent=2, allow_nan=False)
    sys.stdout.write("\n")
    sys.stdout.flush()


def _finite(value: Any) -> Any:
    if isinstance(value, float):
        return value if value - value == 0.0 else None
    if isinstance(value, dict):
        return {str(key): _finite(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_finite(item) for item in value]
    return value


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    """Write columns, as wide as they need to be."""
    everything = [list(head), *(list(row) for row in rows)]
    widths = [max(len(row[column]) for row in everything) for column in range(len(head))]
    for row in everything:
        line("  ".join(text.ljust(width) for text, width in zip(row, widths, strict=True)).rstrip())


def opened_plant(name_or_path: str) -> Plant:
    """Load a plant by folder or shipped name.

    Raises
    ------
    WrongRequest
        There is none, or its files hold errors.
    """
    from twin.findings import PlantError
    from twin.library import UnknownPlant, find_plant
    from twin.load import load_plant

    try:
        return load_plant(find_plant(name_or_path))
    except UnknownPlant as unknown:
        raise WrongRequest(str(unknown)) from None
    except PlantError as wrong:
        raise WrongRequest(*map(str, wrong.findings)) from None


def opened_scenario(file: Path) -> tuple[Scenario, Plant]:
    """Load a scenario and its plant: a shipped one by name, or the folder the scenario's file lies under.

    Raises
    ------
    WrongRequest
        The file is not there or wrong, or there is no such plant.
    """
    from scenarios.scenario import ScenarioError, load_scenario

    must_be_file(file)
    try:
        scenario = load_scenario(file)
    except ScenarioError as wrong:
        raise WrongRequest(*map(str, wrong.findings)) from None
    return scenario, plant_of(scenario, file)


def plant_of(scenario: Scenario, file: Path) -> Plant:
    """Load the plant of a scenario that was read from a file."""
    for folder in file.resolve().parents[:3]:
        if (folder / "plant.yaml").is_file():
            found = opened_plant(str(folder))
            if found.id == scenario.plant:
                return found
    return opened_plant(scenario.plant)


def must_be_file(file: Path) -> None:
    """Refuse a file that is not there.

    Raises
    ------
    WrongRequest
        It is not there.
    """
    if not file.is_file():
        raise WrongRequest(f"{file}: there is no such file")


def number(value: float | None, unit: str, digits: int = 3) -> str:
    """Write a number with its unit; a dash when there is none."""
    if value is None:
        return "-"
    return f"{value:,.0f} {unit}" if abs(value) >= 10.0**digits else f"{value:.{digits}g} {unit}"


def minutes(seconds: float | None) -> str:
    """Write a length of time in minutes."""
    return "not reached" if seconds is None else f"{seconds / 60.0:.1f} min"


def tell_forecast(summary: dict[str, Any]) -> None:
    """Write a forecast in words: the leak, zones, who is reached, and the caveats that weigh."""
    leak = summary["leak"]
    rates = [number(leak[key], "kg/s") for key in ("rate_kg_s", "low_rate_kg_s", "high_rate_kg_s")]
    line(f"Leak at {leak['part']} ({leak['substance']}): {rates[0]}, credible {rates[1]} to {rates[2]}")
    shown = "isolation-fails"
    line("Zones if isolation fails (outer credible edge; best estimate):")
    table(
        ("  level", "outer", "best", "averaged over", "exposure"),
        (
            (
                f"  {zone['level']}",
                zone["says"],
                ("> " if zone["best_beyond_limit"] else "") + number(zone["best_distance_m"], "m"),
                number(zone["averaging_s"], "s"),
                number(zone["exposure_s"], "s", 4),
            )
            for zone in summary["zones"]
            if zone["branch"] == shown
        ),
    )
    line("Who is reached:")
    table(
        ("  who", "people", "after", "peak", "zone"),
        (
            (
                f"  {item['name']}",
                "-" if item["people"] is None else f"{item['people']:.0f}",
                minutes(item["arrival_s"]),
                number(item["peak_ppm"], "ppm"),
                item["zone"] or "none",
            )
            for item in summary["receptors"]
            if item["branch"] == shown
        ),
    )
    if summary["ignition"]:
        tell_ignition(summary["ignition"], {item["id"]: item["name"] for item in summary["receptors"]})
    if summary["board"]:
        tell_board(summary["board"], shown, now=summary["now_s"])
    for item in summary["caveats"]:
        if item["grade"] != "note":
            line(f"{item['grade'].upper()}: {item['says']}")
    notes = sum(item["grade"] == "note" for item in summary["caveats"])
    line(f"and {notes} notes on models and data (--json lists them)")


def tell_ignition(found: dict[str, Any], names: dict[str, str]) -> None:
    """Write what the release does if it is lit: how far, who gets most, and which vessels may fail next."""
    line("If it is lit (outer credible edge; best estimate):")
    edges = {(item["kind"], item["edge"]): item["reach_m"] for item in found["lit"]}
    table(
        ("  what", "level", "outer", "best"),
        (
            (f"  {kind}", level, _reached(far), _reached(edges.get((kind, "best"), {}).get(level)))
            for (kind, edge), reach in edges.items()
            if edge == "outer"
            for level, far in reach.items()
        ),
    )
    rows = sorted((row for row in found["receptors"] if row["edge"] == "outer"), key=lambda row: -row["heat_flux_W_m2"])
    table(
        ("  who", "heat, outer", "overpressure, outer", "in flash fire"),
        (
            (
                f"  {names.get(row['id'], row['id'])}",
                number(row["heat_flux_W_m2"] / 1e3, "kW/m2"),
                number(row["overpressure_Pa"] / 1e3, "kPa"),
                "yes" if row["in_flash_fire"] else "no",
            )
            for row in rows
        ),
    )
    alike: dict[str, list[str]] = {}
    for row in found["escalation"]:
        if row["edge"] == "outer" and row["probability"] >= _LEAST_PROBABILITY:
            alike.setdefault(_next_vessel(row), []).append(row["target"])
    for how, targets in alike.items():
        line(f"Next: {', '.join(targets)} {'fails' if len(targets) == 1 else 'fail'} {how}")
    for item in found["caveats"]:
        if item["grade"] != "note":
            line(f"{item['grade'].upper()}: {item['says']}")


_LEAST_PROBABILITY = 0.005
"""Of failing, from which a vessel is named."""


def _reached(far: float | None) -> str:
    return "not reached" if far == 0.0 else number(far, "m")


def _next_vessel(row: dict[str, Any]) -> str:
    after = row["time_to_failure_s"]
    when = "only if the fire lasts longer" if after is None else "at once" if after == 0.0 else f"after {after:.0f} s"
    told = f"by {row['by']} {when} (probability {row['probability']:.2f})"
    ball = row["then"]
    if ball is None:
        return f"{told}; what it holds does not burn"
    return (
        f"{told}; fireball of {number(ball['mass_kg'], 'kg')}, {number(ball['diameter_m'], 'm')} across, "
        f"{number(ball['duration_s'], 's')}, 12.5 kW/m2 to {number(ball['reach_m']['12.5 kW/m2'], 'm')}"
    )


def tell_board(board: dict[str, Any], branch: str, *, now: float) -> None:
    """Write what each area is proposed to do in one branch, by when, and where to approach from."""
    approval = board["approval"]
    by = approval["approved_by"] or f"not approved yet ({approval['required_role']})"
    line(f"Protective actions proposed, {by}:")
    found = board["branches"][branch]
    table(("  decide within", "what"), ((f"  {_decide_within(area, now)}", area["says"]) for area in found["areas"]))
    reach = {zone["zone"]: zone["distance_m"] for zone in found["zones"]}
    if reach:
        line("Zones at the outer edge: " + ", ".join(f"{name} {number(d, 'm')}" for name, d in reach.items()))
    if found["approach"]:
        near, wait = found["approach"]["approach"], found["approach"]["staging"][0]
        line(
            f"Approach from {near['bearing_deg']:.0f} degrees, no nearer than {near['distance_m']:.0f} m; "
            f"stage at {wait['distance_m']:.0f} m"
        )


def _decide_within(area: dict[str, Any], now: float) -> str:
    """How long a decision may wait at the outer edge; the best estimate's where that has passed."""
    if area["action"] not in ("shelter", "evacuate"):
        return "-"
    if area["latest_decision_s"] is None:
        return "at once"
    told = "any time" if area["latest_decision_open"] else minutes(max(area["latest_decision_s"] - now, 0.0))
    return told if area["keeps_edge"] == "outer" else f"at once ({told} at best)"
