"""The plant loader: what it reads, and each mistake it names with its line."""

import json
import shutil
from pathlib import Path

import jsonschema
import networkx as nx
import pytest
import yaml

import twin.plant_file
from twin.library import UnknownPlant, find_plant, plant_names
from twin.load import PlantError, check_plant, load_plant
from twin.plant import UnknownPart
from twin.plant_file import schema
from twin.units import UnitError, from_si, number

MINIMAL = """\
schema: 1
plant: {id: tiny, name: Tiny, crs: EPSG:4326, origin: {lon: 116.4, lat: 39.9}}
fluids:
  chlorine: {components: {7782-50-5: 1.0}, state: liquid}
equipment:
  - tag: V-1
    class: Vessel
    volume: "2 m3"
    xyz: [0, 0, 0]
    relief: true
    inventory: {fluid: chlorine, T: "20 degC", P: "8.4 bar", level: 0.5}
  - tag: V-2
    class: Vessel
    volume: 1.0
    xyz: [10, 0, 0]
    relief: true
    inventory: {fluid: chlorine, T: 293.15, P: "7.4 bar(g)"}
nozzles:
  - {id: N-1, equipment: V-1, z: 0.0}
lines:
  - tag: L-1
    from: N-1
    to: V-2
    fluid: chlorine
    dn: 25
    length: {value: "11 ft", source: measured}
valves:
  - {tag: XV-1, line: L-1, role: esdv, at: 0, t_stroke: 3}
  - {tag: XV-2, line: L-1, role: manual, at: 1}
instruments:
  - tag: PT-1
    measures: {target: V-1, quantity: pressure}
    unit: bar
    range: [0, 16]
    opcua: {node: "nsu=urn:tiny;s=PT-1"}
detectors:
  - tag: AT-1
    gas: chlorine
    xyz: [1, 1, 0.5]
    range: [0, 10]
    t90: "30 s"
    opcua: {node: "nsu=urn:tiny;s=AT-1"}
"""


@pytest.fixture
def folder(tmp_path):
    def write(text=MINIMAL, **others):
        (tmp_path / "plant.yaml").write_text(text, encoding="utf-8")
        for name, content in others.items():
            (tmp_path / name.replace("_", ".")).write_text(content, encoding="utf-8")
        return tmp_path

    return write


def errors(folder):
    return [item for item in check_plant(folder) if item.severity == "error"]


def test_minimal_plant_loads_in_si(folder):
    plant = load_plant(folder())
    assert plant.equipment["V-1"].inventory.pressure == 840000.0
    assert plant.equipment["V-2"].inventory.pressure == pytest.approx(740000.0 + 101325.0)
    assert plant.lines["L-1"].length == pytest.approx(3.3528)
    assert plant.facts["L-1.length"] == "measured"
    assert plant.instruments["PT-1"].high == 1.6e6
    assert plant.detectors["AT-1"].high == pytest.approx(1e-5)
    assert nx.is_frozen(plant.graph)
    assert nx.has_path(plant.graph, "V-1", "V-2")


@pytest.mark.parametrize(
    ("old", "new", "id_", "words"),
    [
        ("to: V-2", "to: V-9", "L-1", "dangling port"),
        ("equipment: V-1, z: 0.0", "equipment: V-7", "N-1", "dangling port"),
        (
            "    fluid: chlorine\n    dn",
            "    fluid: clorine\n    dn",
            "L-1",
            "unknown fluid 'clorine'; did you mean chlorine",
        ),
        ("7782-50-5", "7782-50-6", "chlorine", "unknown substance"),
        ('P: "8.4 bar"', 'P: "8.4 m"', "V-1", "not a unit of pressure"),
        ('P: "8.4 bar"', 'P: "8.4 wibbles"', "V-1", "not a unit that can be read"),
        ("unit: bar", "unit: degC", "PT-1", "unit of the wrong dimension"),
        ("tag: XV-2", "tag: XV-1", "XV-1", "used twice"),
        ("target: V-1,", "target: V-11,", "PT-1", "instrument on nothing"),
        ("    gas: chlorine\n", "", "AT-1", "detector without gas"),
        ("nsu=urn:tiny;s=PT-1", "ns=2;s=PT-1", "PT-1", "namespace index"),
        ("nsu=urn:tiny;s=PT-1", "PT-1", "PT-1", "bad node id"),
        ("crs: EPSG:4326", "crs: GCJ-02", "tiny", "declare source_crs: GCJ-02"),
        ("crs: EPSG:4326", "crs: EPSG:999999", "tiny", "not a coordinate system"),
        ("class: Vessel\n    volume", "klass: Vessel\n    volume", "V-1", "'klass' is not a key here"),
        ('    volume: "2 m3"\n', "", "V-1", "'volume' is missing"),
        ("xyz: [0, 0, 0]", "xyz: here", "V-1", "xyz"),
        ("level: 0.5", "level: .nan", "V-1", "finite"),
        ("level: 0.5", "level: 1.5", "V-1", "less than or equal to 1"),
        ("line: L-1, role: manual", "line: L-2, role: manual", "XV-2", "does not exist"),
        ("role: manual", "role: magic", "XV-2", "role"),
        ("role: manual", "role: excess_flow", "XV-2", "needs a 'setting'"),
        (", t_stroke: 3", "", "XV-1", "needs t_stroke"),
        ("schema: 1", "schema: 1\nfluidz: {}", "fluidz", "did you mean fluids"),
        ("quantity: pressure", "quantity: wind_speed", "PT-1", "weather station only"),
    ],
)
def test_each_mistake_is_named_with_its_line(folder, old, new, id_, words):
    assert old in MINIMAL
    text = MINIMAL.replace(old, new, 1)
    found = [item for item in errors(folder(text)) if words in item.says]
    assert found, [str(item) for item in errors(folder(text))]
    assert found[0].id == id_
    with pytest.raises(PlantError, match=id_):
        load_plant(folder(text))


def test_line_numbers_point_at_the_key(folder):
    text = MINIMAL.replace('P: "8.4 bar"', 'P: "8.4 m"').replace("    fluid: chlorine\n    dn", "    fluid: x\n    dn")
    found = {item.id: item.line for item in errors(folder(text))}
    lines = text.splitlines()
    assert '"8.4 m"' in lines[found["V-1"] - 1]
    assert "fluid: x" in lines[found["L-1"] - 1]


def test_ten_mistakes_give_ten_lines(folder):
    text = MINIMAL
    for old, new in [
        ("to: V-2", "to: V-9"),
        ("    fluid: chlorine\n    dn", "    fluid: clorine\n    dn"),
        ('P: "8.4 bar"', 'P: "8.4 m"'),
        ("tag: XV-2", "tag: XV-1"),
        ("target: V-1,", "target: V-11,"),
        ("    gas: chlorine\n", ""),
        ("nsu=urn:tiny;s=PT-1", "ns=2;s=PT-1"),
        ("crs: EPSG:4326", "crs: GCJ-02"),
        ("role: manual", "role: magic"),
        ("    class: Vessel\n    volume", "    kind_: Vessel\n    volume"),
    ]:
        assert old in text
        text = text.replace(old, new, 1)
    found = errors(folder(text))
    assert {item.id for item in found} == {"L-1", "V-1", "XV-1", "PT-1", "AT-1", "tiny"}
    assert len(found) >= 10
    assert all("\n" not in str(item) and str(item).startswith("plant.yaml:") for item in found)


def test_yaml_syntax_error_and_missing_file(folder, tmp_path):
    found = errors(folder("plant: {id: [\n"))
    assert len(found) == 1
    assert "is not YAML" in found[0].says
    assert "no plant.yaml" in errors(tmp_path / "..")[0].says or "not a folder" in errors(tmp_path / "..")[0].says
    assert "not a folder" in errors(tmp_path / "nowhere")[0].says


def test_a_file_that_multiplies_itself_is_refused(folder):
    bomb = "a: &a [x,x,x,x,x,x,x,x,x,x]\n"
    for name, before in zip("bcdefgh", "abcdefg", strict=True):
        bomb += f"{name}: &{name} [{','.join(['*' + before] * 10)}]\n"
    assert "holds more than" in errors(folder(bomb))[0].says


def test_shifted_coordinates_are_converted_when_declared(folder):
    declared = MINIMAL.replace("crs: EPSG:4326", "crs: EPSG:4326, source_crs: GCJ-02")
    moved, plain = load_plant(folder(declared)).origin, load_plant(folder()).origin
    assert moved[0] == pytest.approx(plain[0] - 0.00624, abs=2e-5)
    assert moved[1] == pytest.approx(plain[1] - 0.00140, abs=2e-5)


def test_findings_block_nothing(folder):
    text = MINIMAL.replace("at: 0, t_stroke", "at: 0.5, t_stroke")
    says = " | ".join(item.says for item in check_plant(folder(text)) if item.severity == "finding")
    assert "section that no valve can isolate: a leak in L-1 empties V-1" in says
    assert "blocked-in liquid without relief" in says
    load_plant(folder(text))
    relieved = MINIMAL.replace('    length: {value: "11 ft"', '    relief: true\n    length: {value: "11 ft"')
    assert not [item for item in check_plant(folder(relieved)) if "blocked-in" in item.says]


def test_unknown_part_names_near_tags(folder):
    plant = load_plant(folder())
    with pytest.raises(UnknownPart, match="did you mean") as caught:
        plant.part("XV1")
    assert "XV-1" in caught.value.near
    assert [item.tag for item in plant.leak_candidates()] == ["L-1", "V-1", "V-2"]
    assert plant.location("L-1") == (5.0, 0.0, 0.0)
    lon, lat = plant.to_lonlat(100.0, -50.0)
    assert plant.to_local(lon, lat) == pytest.approx((100.0, -50.0), abs=1e-6)


@pytest.mark.parametrize(
    ("raw", "unit", "si"),
    [
        ("8.4 bar", "Pa", 840000.0),
        ("0 bar(g)", "Pa", 101325.0),
        ("0 psig", "Pa", 101325.0),
        ("25 degC", "K", 298.15),
        ("32000 lb/h", "kg s-1", 4.031932),
        ("40 %", "1", 0.4),
        ("5 ppm", "1", 5e-6),
        ({"value": "2 m3", "source": "x"}, "m3", 2.0),
        (7, "s", 7.0),
    ],
)
def test_numbers_with_units(raw, unit, si):
    assert number(raw, unit) == pytest.approx(si)


@pytest.mark.parametrize("raw", ["eight bar", "8.4 kg", float("nan"), float("inf"), True, None, [1], {"val": 1}])
def test_numbers_that_are_refused(raw):
    with pytest.raises(UnitError):
        number(raw, "Pa")


def test_back_to_the_instruments_unit():
    assert from_si(298.15, "degC", "K") == pytest.approx(25.0)
    assert from_si(201325.0, "bar(g)", "Pa") == pytest.approx(1.0)


def test_shipped_schema_is_the_loaders():
    shipped = Path(twin.plant_file.__file__).with_name("plant.schema.json")
    assert json.loads(shipped.read_text(encoding="utf-8")) == schema()


def test_festus_fits_the_schema():
    data = yaml.safe_load((find_plant("festus-chlorine") / "plant.yaml").read_text(encoding="utf-8"))
    assert not list(jsonschema.Draft202012Validator(schema()).iter_errors(data))


def test_festus_is_sound():
    found = check_plant(find_plant("festus-chlorine"))
    assert not [item for item in found if item.severity == "error"]
    assert any("blocked-in" in item.says and item.id == "H-301A" for item in found)
    plant = load_plant(find_plant("festus-chlorine"))
    assert len(plant.detectors) >= 6
    assert plant.valves["EFV-301A"].setting == pytest.approx(4.0319, rel=1e-4)
    held = plant.equipment["TC-3"]
    assert held.volume * held.inventory.level * 1392.8 == pytest.approx(80000 * 0.4536, rel=0.01)
    assert all(item.binding and item.name_zh for item in plant.tags.values())
    assert {item.kind for item in plant.population_areas.values()} >= {"residential", "business", "road"}
    assert "festus-chlorine" in plant_names()


def test_every_number_of_festus_says_where_it_comes_from():
    plant = load_plant(find_plant("festus-chlorine"))
    known = {item.id for item in plant.sources}
    assert any("assumed" in text for text in plant.facts.values())
    assert any(text in known for text in plant.facts.values())


def test_unknown_plant():
    with pytest.raises(UnknownPlant, match="festus-chlorine"):
        find_plant("nowhere")


def test_copy_with_a_broken_line(tmp_path):
    copy = tmp_path / "plant"
    shutil.copytree(find_plant("festus-chlorine"), copy)
    data = yaml.safe_load((copy / "plant.yaml").read_text())
    data["lines"][2]["to"] = "J-999"
    (copy / "plant.yaml").write_text(yaml.safe_dump(data, allow_unicode=True))
    assert [item.id for item in errors(copy)] == ["H-301A"]


@pytest.mark.parametrize(
    ("geometry", "words"),
    [
        ({"type": "Polygon", "coordinates": [[[0, 0], [1, 1]]]}, "at least 4"),
        ({"type": "Polygon", "coordinates": [0.0, 1.0]}, "nested lists"),
        ({"type": "Point", "coordinates": [500.0, 1.0]}, "not a longitude and latitude"),
        ({"type": "Circle", "coordinates": []}, "geometry type"),
        (None, "has no geometry"),
    ],
)
def test_a_site_map_that_cannot_be_drawn(folder, geometry, words):
    site = {
        "type": "FeatureCollection",
        "features": [{"type": "Feature", "properties": {"id": "a"}, "geometry": geometry}],
    }
    where = folder(MINIMAL)
    (where / "site.geojson").write_text(json.dumps(site, indent="\t"))
    (found,) = errors(where)
    assert (found.file, found.id) == ("site.geojson", "a")
    assert words in found.says


def test_shifted_crs_is_accepted_when_declared_twice(folder):
    declared = MINIMAL.replace("crs: EPSG:4326", "crs: GCJ-02, source_crs: GCJ-02")
    assert load_plant(folder(declared)).origin[0] < 116.4
