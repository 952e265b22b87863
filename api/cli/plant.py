"""``leakcast plant``: check a plant's files, or serve it as a simulated OPC UA plant."""

from __future__ import annotations

from typing import Annotated

import typer

from api.cli.say import WrongRequest, document, error, line, opened_plant, table

app = typer.Typer(help="Check a plant's files, or serve the plant over OPC UA.", no_args_is_help=True)

Folder = Annotated[str, typer.Argument(help="a plant's folder, or the name of a shipped plant")]


@app.command("check")
def check(folder: Folder, json: Annotated[bool, typer.Option("--json", help="one JSON object")] = False) -> None:
    """Say everything that is wrong with a plant's files, one line each; exit code 2 if there are errors."""
    from twin.library import UnknownPlant, find_plant
    from twin.load import check_plant

    try:
        where = find_plant(folder)
    except UnknownPlant as unknown:
        raise WrongRequest(str(unknown)) from None
    findings = check_plant(where)
    errors = [item for item in findings if item.severity == "error"]
    if json:
        document(
            {
                "folder": str(where),
                "errors": len(errors),
                "findings": [
                    {"file": i.file, "line": i.line, "id": i.id, "says": i.says, "severity": i.severity}
                    for i in findings
                ],
            }
        )
    else:
        for item in findings:
            mark = "" if item.severity == "error" else "finding: "
            line(f"{item.file}:{item.line}: {item.id}: {mark}{item.says}")
    error(f"{len(errors)} errors, {len(findings) - len(errors)} findings about the plant")
    if errors:
        raise typer.Exit(2)


@app.command("catalogue")
def catalogue(folder: Folder, json: Annotated[bool, typer.Option("--json", help="one JSON object")] = False) -> None:
    """Say what could get out of a plant and how often: its loss-of-containment events, part by part."""
    from twin.catalogue import catalogue as catalogue_of

    plant = opened_plant(folder)
    found = catalogue_of(plant)
    if json:
        document(
            {
                "plant": plant.id,
                "events": [
                    {
                        "part": event.part,
                        "item": event.item,
                        "release": event.release,
                        "hole_diameter_m": event.hole_diameter,
                        "frequency_per_year": event.frequency,
                        "frequency_per_hour_of_use": event.per_hour,
                        "source": event.source,
                        "verified": event.verified,
                    }
                    for event in found.events
                ],
                "without": dict(found.without),
            }
        )
        return
    rows = []
    for event in found.events:
        hole = "-" if event.hole_diameter is None else f"{event.hole_diameter * 1e3:.1f} mm"
        yearly = "by hours of use" if event.frequency is None else f"{event.frequency:.2g} /year"
        rows.append((event.part, event.item, event.release, hole, yearly, event.source))
    table(("part", "item", "release", "hole", "frequency", "set"), rows)
    for tag, why in found.without.items():
        line(f"{tag}: {why}")
    error("the sets were read from secondary transcriptions and not held against the documents")


@app.command("hazards")
def hazards(
    folder: Folder,
    json: Annotated[bool, typer.Option("--json", help="one JSON object")] = False,
) -> None:
    """Grade every unit of a plant as a major hazard by GB 18218-2018."""
    from twin.major_hazard import SOURCE, major_hazards

    plant = opened_plant(folder)
    units = [unit.as_dict() for unit in major_hazards(plant, None)]
    if json:
        document({"plant": plant.id, "units": units})
        return
    rows = []
    for unit in units:
        most = ", ".join(f"{name} {tonnes:.1f} t" for name, tonnes in unit["quantity_t"].items())
        people = f"{unit['people_within_500_m']:.0f}"
        rows.append((unit["unit"], most, people, f"{unit['S']:.2f}", f"{unit['R']:.1f}", unit["level"] or "none"))
    table(("unit", "at most", "people within 500 m", "S", "R", "level"), rows)
    for unit in units:
        for name in unit["without_threshold"]:
            line(f"{unit['unit']}: no threshold quantity of {name} is known here: it is not counted")
    error(SOURCE)


@app.command("serve")
def serve(
    folder: Folder,
    port: Annotated[int, typer.Option(min=0, max=65535, help="0: any free port")] = 4840,
    hole: Annotated[
        list[str] | None, typer.Option(help="PART, PART:DIAMETER_M or PART:DIAMETER_M:AT_S; full bore if empty")
    ] = None,
    stick: Annotated[list[str] | None, typer.Option(help="VALVE that does not move")] = None,
    freeze: Annotated[list[str] | None, typer.Option(help="TAG whose value stands still")] = None,
    bad: Annotated[list[str] | None, typer.Option(help="TAG whose status is Bad")] = None,
    wind: Annotated[str | None, typer.Option(help="SPEED_M_S:FROM_DEG, for example 3:200")] = None,
) -> None:
    """Serve a plant's instruments from a real OPC UA server on 127.0.0.1, with a process model behind them."""
    from api.cli.simulated import serve_plant

    serve_plant(
        opened_plant(folder),
        port=port,
        holes=hole or [],
        stick=stick or [],
        freeze=freeze or [],
        bad=bad or [],
        wind=wind,
    )
