"""Where the plant models that ship with Leakcast are."""

from __future__ import annotations

from pathlib import Path

from twin.entries import PLANT_FILE

_HERE = Path(__file__).resolve().parent


class UnknownPlant(LookupError):
    """No plant of that name ships with Leakcast and no such folder exists."""


def plant_models() -> Path:
    """Folder of the shipped plant models: ``twin/plant_models`` when installed, ``plant-models`` in a checkout."""
    installed = _HERE / "plant_models"
    return installed if installed.is_dir() else _HERE.parent / "plant-models"


def plant_names() -> tuple[str, ...]:
    """Names of the shipped plant models."""
    return tuple(sorted(item.parent.name for item in plant_models().glob(f"*/{PLANT_FILE}")))


def find_plant(name_or_path: str | Path) -> Path:
    """Folder of a plant, given its folder or the name of a shipped model.

    Raises
    ------
    UnknownPlant
        Neither exists.
    """
    given = Path(name_or_path)
    if (given / PLANT_FILE).is_file():
        return given.resolve()
    if given.name == PLANT_FILE and given.is_file():
        return given.parent.resolve()
    shipped = plant_models() / given.name
    if str(name_or_path) == given.name and (shipped / PLANT_FILE).is_file():
        return shipped.resolve()
    known = ", ".join(plant_names()) or "none"
    raise UnknownPlant(f"there is no plant '{name_or_path}': no such folder with a {PLANT_FILE}; shipped: {known}")
