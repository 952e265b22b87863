"""The one decorator that owns every numba option and the folder compiled kernels are cached in.

numba's own cache stamp covers the file a kernel stands in and nothing else: change a kernel that is called from
another file and the old machine code still answers. Each kernel module is therefore cached in a folder named
by a hash of that module, of every kernel module it imports, directly or not, and of what those take constants from.
"""

from __future__ import annotations

import ast
import hashlib
import importlib.util
import os
import platform
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any, TypeVar, cast

import numba
import platformdirs

F = TypeVar("F", bound=Callable[..., Any])

CACHE_VARIABLE = "LEAKCAST_CACHE_DIR"
_HERE = "physics._jit"


def cache_root() -> Path:
    """Folder under which compiled kernels are kept; ``LEAKCAST_CACHE_DIR`` overrides the user's cache folder."""
    override = os.environ.get(CACHE_VARIABLE)
    return Path(override) if override else Path(platformdirs.user_cache_dir("leakcast")) / "kernels"


@cache
def _source(module: str) -> tuple[str, tuple[str, ...]]:
    """Text of a module and the names it imports from ``physics``; empty when it has no source file."""
    spec = importlib.util.find_spec(module)
    if spec is None or spec.origin is None or not spec.origin.endswith(".py"):
        return "", ()
    text = Path(spec.origin).read_text(encoding="utf-8")
    names: list[str] = []
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.ImportFrom) and node.module and node.level == 0:
            names += [node.module, *(f"{node.module}.{alias.name}" for alias in node.names)]
        elif isinstance(node, ast.Import):
            names += [alias.name for alias in node.names]
    return text, tuple(sorted({name for name in names if name.split(".")[0] == "physics"}))


def _kernel_modules(module: str) -> dict[str, str]:
    """Source of ``module``, of every kernel module it reaches through imports, and of the modules those import."""
    found: dict[str, str] = {}
    waiting = [module]
    while waiting:
        name = waiting.pop()
        if name in found:
            continue
        try:
            text, imports = _source(name)
        except (ModuleNotFoundError, AttributeError, ValueError):
            continue  # `from physics.x import function` also names physics.x.function, which is no module
        found[name] = text
        if name == module or _HERE in text:  # beyond a module of plain constants nothing is compiled in
            waiting += imports
    return found


@cache
def module_key(module: str) -> str:
    """Hash of a kernel module, of what it imports, numba's version and the processor's name."""
    digest = hashlib.sha256(f"{numba.__version__} {platform.machine()} {platform.python_version()}".encode())
    for name, text in sorted(_kernel_modules(module).items()):
        digest.update(f"\n# {name}\n{text}".encode())
    return digest.hexdigest()[:20]


FAST = frozenset({"contract", "nsz"})
"""Liberties a fast kernel takes: products and sums fused to one rounding, and no difference between 0 and -0.

Never ``reassoc``, which deletes the rounding by a large number inside `physics._exp` and breaks compensated sums.
"""


def kernel(function: F) -> F:
    """Compile ``function`` with the house options: float64 in and out, no checks, the GIL released, cached.

    ``error_model="numpy"`` makes a division by zero give inf as numpy does; kernels check nothing, the object
    around them does. ``fastmath`` stays off: reassociation breaks compensated sums and range reductions.
    """
    return _compiled(function, fastmath=False)


def fast_kernel(function: F) -> F:
    """Compile as `kernel` does, with the liberties of `FAST`: for inner loops whose accuracy a test asserts."""
    return _compiled(function, fastmath=set(FAST))


def _compiled(function: F, *, fastmath: bool | set[str]) -> F:
    folder = cache_root() / f"{function.__module__}-{module_key(function.__module__)}"
    settings: Any = numba.config
    before = settings.CACHE_DIR
    settings.CACHE_DIR = str(folder)
    try:
        compiled = numba.njit(function, nogil=True, cache=True, error_model="numpy", fastmath=fastmath)
    finally:
        settings.CACHE_DIR = before
    KERNELS[f"{function.__module__}.{function.__qualname__}"] = compiled
    return cast("F", compiled)


KERNELS: dict[str, Any] = {}
"""Every kernel that has been imported, by its full name: the service counts compilations through it."""


def compilations() -> int:
    """Number of kernel signatures compiled (or loaded from the cache) in this process so far."""
    return sum(len(compiled.signatures) for compiled in KERNELS.values())
