"""Every notebook runs from top to bottom."""

from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient

NOTEBOOKS = sorted((Path(__file__).parents[2] / "notebooks").glob("*.ipynb"))

SAYS = {
    "01-first-leak": ("released in 3 h", "AEGL-3", "EXERCISE", "leak seen in H-301A", "forecast after"),
    "02-what-comes-out": (
        "propane band: 1.8",
        "fauske",
        "rail car: ",
        "ammonia pool, no bund",
        "N2_Exp_I1: pressure error",
    ),
    "03-is-it-right": (
        "passive/PrairieGrass, selected",
        "deposition on  arc_max",
        "vertical profiles at 100 m: 25 runs",
        "LNG arcs, slab-in-neutral-air",
        "Desert Tortoise 4 at 2800 m",
        "C u/Q falls as x^(",
        "no far-field trial",
        ">> Leakcast, selected",
        "skipped DT1",
        "low, the dangerous side:",
    ),
    "04-risk-of-a-plant": (
        "chlorine: potential loss of life",
        "chlorine, no hoses",
        "LPG without escalation",
        "the sums over the map differ by 0.",
        "GB 18218-2018 festus-chlorine TC-3: chlorine 86.4 t; S 17.28, R 138.2: I",
        "GB 18218-2018 san-juanico-lpg",
    ),
}


@pytest.mark.slow
@pytest.mark.parametrize("file", NOTEBOOKS, ids=lambda file: file.stem)
def test_notebook_runs(file):
    notebook = nbformat.read(file, as_version=4)
    assert all(not cell.get("outputs") for cell in notebook.cells), "notebooks are kept without outputs"
    client = NotebookClient(notebook, timeout=300, resources={"metadata": {"path": str(file.parent)}})
    client.execute()
    said = "".join(output.get("text", "") for cell in notebook.cells for output in cell.get("outputs", []))
    assert SAYS.get(file.stem), "say here what the notebook must print"
    for words in SAYS[file.stem]:
        assert words in said
