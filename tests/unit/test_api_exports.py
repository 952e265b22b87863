import io
import json

import numpy as np
import pytest
import xarray
from PIL import Image

from api.exports.geojson import contour_collection
from api.exports.netcdf import netcdf_bytes, read_netcdf, write_netcdf
from api.exports.picture import WORDS, picture
from scenarios.contours import contours
from scenarios.forecast import forecast
from scenarios.result import summary
from scenarios.scenario import Scenario, Wind
from twin.library import find_plant
from twin.load import load_plant


@pytest.fixture(scope="module")
def plant():
    return load_plant(find_plant("festus-chlorine"))


@pytest.fixture(scope="module")
def dataset(plant):
    wind = Wind(speed=3.0, from_direction=15.0, stability="D")
    return forecast(plant, None, Scenario(plant=plant.id, part="H-301A", isolation_time=60.0, wind=wind))


def test_contours_are_rings_in_longitude_and_latitude(plant, dataset):
    found = contour_collection(contours(dataset), plant.to_lonlat)
    json.dumps(found, allow_nan=False)
    assert {f["properties"]["branch"] for f in found["features"]} == {"isolation-fails", "isolates"}
    times = {f["properties"]["time_s"] for f in found["features"]}
    assert None in times
    assert len(times) > 10
    for feature in found["features"]:
        for polygon in feature["geometry"]["coordinates"]:
            for ring in polygon:
                assert ring[0] == ring[-1], "a ring is closed"
                east, north = zip(*ring, strict=True)
                assert abs(np.mean(east) - plant.origin[0]) < 0.2, "longitude first"
                assert abs(np.mean(north) - plant.origin[1]) < 0.2


def test_a_contour_lies_where_its_metres_say(plant, dataset):
    shape = next(item for item in contours(dataset, frames=False) if not item.polygons.is_empty)
    ring = contour_collection([shape], plant.to_lonlat)["features"][0]["geometry"]["coordinates"][0][0]
    back = [plant.to_local(*place) for place in ring]
    np.testing.assert_allclose(back, list(shape.polygons.geoms[0].exterior.coords), atol=0.2)


def test_netcdf_is_cf_and_comes_back_whole(dataset, tmp_path):
    raw = netcdf_bytes(dataset)
    with xarray.open_dataset(io.BytesIO(raw), engine="h5netcdf", decode_times=False) as found:
        assert found.attrs["Conventions"].startswith("CF-1.")
        assert all("units" in variable.attrs or variable.dtype.kind in "OUSbi" for variable in found.data_vars.values())
        assert found.attrs["scenario_digest"] == dataset.attrs["scenario_digest"]
        assert json.loads(found.attrs["caveats"]) == json.loads(dataset.attrs["caveats"])
    write_netcdf(dataset, tmp_path / "field.nc")
    assert summary(read_netcdf(tmp_path / "field.nc")) == summary(dataset)


def test_results_read_from_disk_draw_the_same_contours(dataset, tmp_path):
    write_netcdf(dataset, tmp_path / "field.nc")
    again = contours(read_netcdf(tmp_path / "field.nc"), frames=False)
    for one, other in zip(contours(dataset, frames=False), again, strict=True):
        assert one.polygons.equals_exact(other.polygons, 1e-3)


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_picture_shows_the_zones(plant, dataset, language):
    pixels = np.asarray(Image.open(io.BytesIO(picture(plant, dataset, language=language))).convert("RGB"), dtype=int)
    for colour in ((0xB3, 0x26, 0x1E), (0xD9, 0x6C, 0x00), (0xB8, 0x95, 0x00)):
        assert (np.abs(pixels - colour).sum(axis=-1) < 40).sum() > 200


def test_the_picture_says_the_same_things_in_both_languages():
    assert set(WORDS["en"]) == set(WORDS["zh"])


def test_a_degraded_forecast_is_hatched(plant, dataset):
    plain = dataset.copy()
    plain.attrs = {**dataset.attrs, "caveats": "[]"}
    worse = dataset.copy()
    caveat = {"grade": "degraded", "about": "WD-301", "says": "Wind direction is stale."}
    worse.attrs = {**dataset.attrs, "caveats": json.dumps([caveat])}
    collections = [contour_collection(contours(d, frames=False), plant.to_lonlat) for d in (plain, worse)]
    assert [{f["properties"]["hatched"] for f in c["features"]} for c in collections] == [{False}, {True}]
    assert picture(plant, plain) != picture(plant, worse)
