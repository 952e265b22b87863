"""A forecast's field as CF NetCDF."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

CONVENTIONS = "CF-1.11"
"""Version of the CF conventions the files follow."""


def write_netcdf(dataset: Any, path: Path) -> None:
    """Write a Dataset to a file."""
    _cf(dataset).to_netcdf(path, engine="h5netcdf", encoding=_encoding(dataset))


def netcdf_bytes(dataset: Any) -> bytes:
    """Dataset as the bytes of a NetCDF file."""
    buffer = io.BytesIO()
    _cf(dataset).to_netcdf(buffer, engine="h5netcdf", encoding=_encoding(dataset))
    return buffer.getvalue()


def read_netcdf(path: Path) -> Any:
    """Read a Dataset back whole; its file is closed."""
    import xarray

    with xarray.open_dataset(path, engine="h5netcdf", decode_times=False) as dataset:
        return dataset.load()


def _cf(dataset: Any) -> Any:
    attributes = {"Conventions": CONVENTIONS, **dataset.attrs}
    return dataset.assign_attrs({name: _attribute(value) for name, value in attributes.items()})


def _attribute(value: Any) -> Any:
    if value is None:
        return ""
    if isinstance(value, bool):
        return int(value)
    return value


def _encoding(dataset: Any) -> dict[str, dict[str, Any]]:
    return {
        name: {"zlib": True, "complevel": 1}
        for name, variable in dataset.data_vars.items()
        if variable.dtype.kind == "f" and variable.ndim >= 2
    }
