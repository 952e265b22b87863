"""Kernels are cached by what they are made of, so a change in another file is never answered with old code."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from physics import _jit
from physics.dispersion.plume import plume_at, vertical_factor
from physics.dispersion.sigma import BRIGGS_RURAL, spread


def write(folder, sigma):
    (folder / "physics").mkdir(parents=True, exist_ok=True)
    (folder / "physics" / "__init__.py").write_text("")
    (folder / "physics" / "_jit.py").write_text(Path(_jit.__file__).read_text(encoding="utf-8"))
    (folder / "physics" / "inner.py").write_text(
        f"from physics._jit import kernel\n\n@kernel\ndef sigma(x):\n    return {sigma} * x\n"
    )
    (folder / "physics" / "outer.py").write_text(
        "from physics._jit import kernel\nfrom physics.inner import sigma\n\n"
        "@kernel\ndef value(x):\n    return 10.0 / sigma(x)\n"
    )


def run(folder, cache):
    code = "from physics.outer import value; print(value(100.0))"
    environment = {
        **os.environ,
        "LEAKCAST_CACHE_DIR": str(cache),
        "PYTHONPATH": str(folder),
        "PYTHONDONTWRITEBYTECODE": "1",
    }
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=folder, env=environment, capture_output=True, text=True, check=True
    )
    return float(done.stdout)


def test_a_changed_callee_in_another_file_is_noticed(tmp_path):
    """numba's own cache would return the first number again."""
    cache = tmp_path / "cache"
    write(tmp_path / "tree", 0.08)
    assert run(tmp_path / "tree", cache) == pytest.approx(1.25)
    write(tmp_path / "tree", 0.80)
    assert run(tmp_path / "tree", cache) == pytest.approx(0.125)


def test_key_covers_imported_kernel_modules():
    own = _jit._kernel_modules("physics.dispersion.carried")
    assert "physics.dispersion.track" in own
    assert _jit.module_key("physics.dispersion.carried") != _jit.module_key("physics.dispersion.track")


def test_compiled_equals_python():
    """Compiled kernels give what their Python source gives."""
    y_row, z_row = BRIGGS_RURAL.rows("D")
    arguments = (1.0, 5.0, 2.0, y_row, z_row, 700.0, 15.0, 1.5)
    assert plume_at(*arguments) == pytest.approx(plume_at.py_func(*arguments), rel=1e-13)
    assert spread(700.0, y_row) == pytest.approx(spread.py_func(700.0, y_row), rel=1e-13)
    assert vertical_factor(1.0, 2.0, 30.0) == pytest.approx(vertical_factor.py_func(1.0, 2.0, 30.0), rel=1e-13)


def test_kernels_release_the_gil_and_are_cached():
    for name, compiled in _jit.KERNELS.items():
        assert compiled.targetoptions["nogil"], name
        assert not compiled.targetoptions.get("parallel"), name
        assert set(compiled.targetoptions.get("fastmath") or ()) <= _jit.FAST, name
    assert {"reassoc", "nnan", "ninf", "fast"}.isdisjoint(_jit.FAST)


def test_key_covers_modules_of_constants():
    assert "physics.dispersion.slab.constants" in _jit._kernel_modules("physics.dispersion.slab.march")
    assert "physics.dispersion.slab.constants" in _jit._kernel_modules("physics.risk.singly")
