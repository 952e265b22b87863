"""Examples in docstrings hold."""

import doctest
import importlib
import pkgutil

import pytest

import api
import physics
import scenarios
import twin

MODULES = sorted(
    module.name
    for package in (physics, twin, scenarios, api)
    for module in pkgutil.walk_packages(package.__path__, f"{package.__name__}.")
    if "migrations" not in module.name and not module.name.endswith(("__main__", ".build"))
)


@pytest.mark.parametrize("name", MODULES)
def test_examples(name):
    module = importlib.import_module(name)
    found = doctest.testmod(module, optionflags=doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE)
    assert found.failed == 0
