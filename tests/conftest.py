"""The folder a test stands in gives it its marker."""

from pathlib import Path

import pytest

FOLDERS = ("unit", "verification", "validation", "regression", "service", "house")
HERE = Path(__file__).parent


def pytest_collection_modifyitems(items):
    for item in items:
        folder = Path(item.fspath).relative_to(HERE).parts[0]
        if folder in FOLDERS:
            item.add_marker(getattr(pytest.mark, folder))
