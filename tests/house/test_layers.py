"""Imports run one way, and the house keeps its shape."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

import api
import physics
import scenarios
import twin

ROOT = Path(__file__).parents[2]
PACKAGES = [Path(package.__file__).parent for package in (physics, twin, scenarios, api)]
FILES = sorted(file for package in PACKAGES for file in package.rglob("*.py"))
MOST_LINES = 600
MOST_BODY = 90


def test_import_contracts():
    run = subprocess.run(
        [sys.executable, "-c", "from importlinter.cli import lint_imports_command; lint_imports_command()"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 0, run.stdout + run.stderr


@pytest.mark.parametrize("file", FILES, ids=lambda file: "/".join(file.parts[-3:]))
def test_size(file):
    """No file beyond 600 lines, no function body beyond 90."""
    text = file.read_text(encoding="utf-8")
    assert text.count("\n") <= MOST_LINES
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            assert node.end_lineno - node.lineno <= MOST_BODY + len((ast.get_docstring(node) or "").splitlines()), (
                node.name
            )


def test_no_writes_to_a_plant():
    """The client side has no OPC UA write or call in it; only the simulator, a server, sets values."""
    forbidden = {"write_value", "write_attribute", "write_values", "set_value", "call_method", "set_writable"}
    client_files = [file for file in FILES if "simulator" not in file.as_posix()]
    for file in client_files:
        names = {node.attr for node in ast.walk(ast.parse(file.read_text())) if isinstance(node, ast.Attribute)}
        assert not names & forbidden, file
