"""The folder a test stands in gives it its marker."""

import shutil
from pathlib import Path

import pytest

from twin.library import find_plant
from twin.load import load_plant

FOLDERS = ("unit", "verification", "validation", "regression", "service", "house")
HERE = Path(__file__).parent


def pytest_collection_modifyitems(items):
    for item in items:
        folder = Path(item.fspath).relative_to(HERE).parts[0]
        if folder in FOLDERS:
            item.add_marker(getattr(pytest.mark, folder))


@pytest.fixture(scope="session")
def propane_plant(tmp_path_factory):
    """The chlorine plant with propane in it: something that burns, among obstacles and people."""
    folder = tmp_path_factory.mktemp("plants") / "propane"
    shutil.copytree(find_plant("festus-chlorine"), folder)
    text = (folder / "plant.yaml").read_text(encoding="utf-8")
    changes = (
        ("id: festus-chlorine", "id: propane"),
        ("{7782-50-5: 1.0}", "{74-98-6: 1.0}"),
        ('"9.5 bar"', '"11 bar"'),
        ('"7.9 bar"', '"10 bar"'),
    )
    for old, new in changes:
        assert old in text, old
        text = text.replace(old, new)
    (folder / "plant.yaml").write_text(text, encoding="utf-8")
    return load_plant(folder)
