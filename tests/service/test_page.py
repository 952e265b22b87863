"""The page in a real browser, over the real plant and a real forecast, with readings of every quality."""

import asyncio
import hashlib
import json
import math
import os
import shutil
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from urllib.parse import urlsplit

import httpx2 as httpx
import pytest

from api.app import create_app
from api.server import in_thread
from api.settings import Settings
from scenarios.forecast import forecast
from scenarios.result import summary
from scenarios.scenario import Scenario, Wind
from twin.library import find_plant
from twin.load import load_plant
from twin.state import Quality, Reading, Snapshot

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
ARGUMENTS = [
    "--no-sandbox",
    "--enable-unsafe-swiftshader",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
IN_CI = bool(os.environ.get("CI"))  # there Chromium is installed, and a missing one is a failure
pytestmark = pytest.mark.skipif(CHROMIUM is None and not IN_CI, reason="needs a Chromium on this machine")


COMMANDER = f"incident-commander:{hashlib.sha256(b'a key').hexdigest()}"


class StubTwin:
    """Readings of every quality, and one leak with a real forecast."""

    connected = True

    def __init__(self, plant):
        self.plant = plant
        scenario = Scenario(
            plant=plant.id,
            part="H-301A",
            isolation_time=60.0,
            wind=Wind(speed=3.0, from_direction=15.0, stability="D"),
        )
        self.dataset = forecast(plant, None, scenario)
        self.said = summary(self.dataset)

    async def start(self):
        pass

    async def stop(self):
        pass

    def latest_forecast(self):
        return self.dataset

    def snapshot(self):
        at = datetime.now(UTC)
        odd = {"PT-304": Quality.BAD, "WD-301": Quality.STALE, "AT-305": Quality.NO_DATA, "LT-301": Quality.UNCERTAIN}
        readings = {}
        for tag, source in self.plant.tags.items():
            quality = odd.get(tag, Quality.GOOD)
            value = 8e-6 if tag == "AT-302" else 1e-7 if tag.startswith("AT") else 0.5 * (source.low + source.high)
            age = timedelta(seconds=12 if quality is Quality.STALE else 0.2)
            value = None if quality is Quality.NO_DATA else value
            readings[tag] = Reading(tag=tag, value=value, quality=quality, received_time=at - age, source_time=at)
        return Snapshot(id="s", version=1, at=at, readings=readings)

    async def subscribe(self):
        def event(kind, **data):
            return SimpleNamespace(id=0, kind=kind, at=datetime.now(UTC), data=data)

        yield event("connection", connected=True)
        yield event("snapshot")
        yield event("leak", part="H-301A", section="S", detected_at=datetime.now(UTC).isoformat(), evidence=["AT-302"])
        yield event("forecast", summary=self.said, timing_ms={"total": 1.0})
        while True:
            await asyncio.sleep(0.5)
            yield event("snapshot")


@pytest.fixture(scope="module")
def plant():
    return load_plant(find_plant("festus-chlorine"))


@pytest.fixture(scope="module")
def address(plant, tmp_path_factory):
    settings = Settings(data_folder=tmp_path_factory.mktemp("data"), plants=(), warm_up=False, role_keys=(COMMANDER,))
    with in_thread(create_app(settings, plants_given={plant.id: plant}, twin=StubTwin(plant))) as found:
        yield found


@pytest.fixture(scope="module")
def burning_address(propane_plant, tmp_path_factory):
    settings = Settings(data_folder=tmp_path_factory.mktemp("burning"), plants=(), warm_up=False)
    plants = {propane_plant.id: propane_plant}
    with in_thread(create_app(settings, plants_given=plants, twin=StubTwin(propane_plant))) as found:
        yield found


@pytest.fixture(scope="module")
def browser():
    from playwright.sync_api import sync_playwright

    with sync_playwright() as play:
        found = play.chromium.launch(executable_path=CHROMIUM, headless=True, args=ARGUMENTS)
        yield found
        found.close()


@pytest.fixture
def open_page(browser, address):
    """Open the page; afterwards nothing may have been asked of another host and nothing may have gone wrong."""
    wrong = []
    opened = []

    def asked(request):
        parts = urlsplit(request.url)
        if parts.scheme in {"http", "https", "ws", "wss"} and parts.hostname != "127.0.0.1":
            wrong.append(f"asked {request.url}")

    def said(message):
        refused = "status of 422" in message.text  # the browser's own line about an answer the page shows in words
        if (message.type == "error" and not refused) or "Content Security Policy" in message.text:
            wrong.append(message.text)

    def open_(language="en", width=1400, height=900, address=address):
        page = browser.new_page(viewport={"width": width, "height": height})
        opened.append(page)
        page.on("request", asked)
        page.on("console", said)
        page.on("pageerror", lambda error: wrong.append(str(error)))
        page.goto(f"{address}/?lang={language}")
        until(page, "window.__ready === true && window.__plume > 0")
        return page

    yield open_
    for page in opened:
        page.close()
    assert wrong == []


def until(page, expression, seconds=40.0):
    """Wait for something in the page; `wait_for_function` would need eval, which the page's policy forbids."""
    for _ in range(round(seconds / 0.1)):
        if page.evaluate(expression):
            return
        page.wait_for_timeout(100)
    pytest.fail(f"{expression} did not come true: {page.inner_text('body')[:400]}")


@pytest.mark.parametrize(("language", "words"), [("en", "Who is reached"), ("zh", "受影响人群")])
@pytest.mark.parametrize(("width", "height"), [(1400, 900), (390, 844)])
def test_the_page_shows_the_plume_in_both_languages_and_sizes(open_page, language, words, width, height, tmp_path):
    page = open_page(language, width, height)
    assert words in page.inner_text("forecast-panel")
    assert page.evaluate("document.documentElement.scrollWidth") <= width, "nothing runs out of the window"
    assert colours(page.locator("site-map .map").screenshot()) >= 2, "the plume is drawn"


@pytest.mark.parametrize(("language", "words"), [("en", "If it is lit"), ("zh", "若被点燃")])
@pytest.mark.parametrize(("width", "height"), [(1400, 900), (390, 844)])
def test_the_page_says_what_happens_if_it_is_lit(open_page, burning_address, language, words, width, height):
    page = open_page(language, width, height, burning_address)
    said = page.inner_text("ignition-panel")
    assert words in said
    assert "12.5 kW/m²" in said
    assert "TN-1" in said, "a vessel that fails next"
    assert page.evaluate("document.documentElement.scrollWidth") <= width, "nothing runs out of the window"
    layer = page.locator("site-map .controls select").nth(1)
    assert layer.input_value() == "heat"
    of_layer = "window.__leakcast.feed.shownLayer"
    pictures = {}
    for name in ("heat", "blast", "zones"):
        layer.select_option(name)
        assert page.evaluate(of_layer) == name
        page.wait_for_timeout(1500)
        pictures[name] = page.locator("site-map .map").screenshot()
    assert len(set(pictures.values())) == 3, "each layer is another map"
    assert near(pictures["heat"], (0x8C, 0x1A, 0x12)) > 50
    assert near(pictures["blast"], (0xA6, 0x78, 0xD0)) > 50
    assert near(pictures["zones"], (0xA6, 0x78, 0xD0)) < 10, "one layer at a time"


def near(png, colour):
    """How many pixels have a colour, about."""
    from io import BytesIO

    import numpy as np
    from PIL import Image

    pixels = np.asarray(Image.open(BytesIO(png)).convert("RGB"), dtype=int)
    return int((np.abs(pixels - colour).sum(axis=-1) < 24).sum())


def test_what_does_not_burn_leaves_the_page_as_it_is(open_page):
    page = open_page()
    assert page.locator("ignition-panel").is_hidden()
    assert page.locator("site-map .controls select").nth(1).is_hidden()
    assert "AEGL-2" in page.inner_text("site-map .legend")


def test_what_it_does_if_lit_is_served(address, burning_address, plant, propane_plant):
    links = httpx.get(f"{burning_address}/v1/plants/{propane_plant.id}/forecast").json()["forecast"]["links"]
    shapes = httpx.get(burning_address + links["ignition"])
    assert shapes.headers["content-type"] == "application/geo+json"
    assert {"jet-fire", "next-vessel"} <= {item["properties"]["kind"] for item in shapes.json()["features"]}
    picture = httpx.get(burning_address + links["ignition_picture"], params={"language": "zh"}, timeout=30.0)
    assert picture.content[:4] == b"\x89PNG"
    none = httpx.get(f"{address}/v1/plants/{plant.id}/forecast").json()["forecast"]["links"]
    assert "ignition" not in none
    for name in ("ignition", "ignition.png"):
        refused = httpx.get(f"{address}{none['self']}/{name}")
        assert refused.status_code == 404
        assert refused.headers["content-type"] == "application/problem+json"
        assert "does not burn" in refused.json()["detail"]
    described = httpx.get(f"{address}/v1/openapi.json").json()["paths"]["/v1/jobs/{job_id}/ignition"]["get"]
    assert "application/geo+json" in described["responses"]["200"]["content"]
    assert "404" in described["responses"]


def colours(png):
    """How many of the zone colours are on a picture in some quantity."""
    import io

    import numpy as np
    from PIL import Image

    pixels = np.asarray(Image.open(io.BytesIO(png)).convert("RGB"), dtype=int)
    found = 0
    for colour in ((0xB3, 0x26, 0x1E), (0xD9, 0x6C, 0x00), (0xB8, 0x95, 0x00)):
        found += int((np.abs(pixels - colour).sum(axis=-1) < 24).sum() > 50)
    return found


def test_a_bad_or_stale_tag_is_unmistakable(open_page):
    from playwright.sync_api import expect  # it asks again when a row was drawn anew under it

    page = open_page()
    for tag, quality, word in (
        ("PT-304", "bad", "BAD"),
        ("WD-301", "stale", "STALE"),
        ("AT-305", "no-data", "NO DATA"),
    ):
        row = page.locator(f"tag-table tr[data-tag='{tag}']")
        expect(row).to_have_attribute("data-quality", quality)
        expect(row).to_contain_text(word, ignore_case=True)
        expect(row.locator(".quality")).to_have_css("background-color", "rgb(122, 46, 160)")
    expect(page.locator("tag-table tr[data-tag='PT-304'] .number")).to_have_css("text-decoration-line", "line-through")
    assert "unknown" in page.inner_text(".wind"), "a stale direction is no direction"
    assert "ALARM" in page.inner_text("tag-table tr[data-tag='AT-302']")


def test_caveats_that_degrade_are_shown_without_a_click(open_page):
    page = open_page()
    degraded = [
        item["says"]
        for item in json.loads(page.evaluate("JSON.stringify(__leakcast.feed.forecast.summary.caveats)"))
        if item["grade"] == "degraded"
    ]
    for says in degraded:
        assert page.get_by_text(says).first.is_visible()


def test_the_time_slider_shows_frames(open_page):
    page = open_page()
    page.locator("site-map input[type=range]").fill("5")
    assert "min after" in page.inner_text("site-map output")
    until(page, "document.querySelector('site-map').frameShown > 0")


def test_what_if_shows_the_difference_and_says_what_it_is(open_page):
    page = open_page()
    page.fill("what-if [name=hole]", "5")
    page.click("what-if .primary")
    page.wait_for_selector("what-if .difference", timeout=30_000)
    assert "WHAT-IF" in page.inner_text("forecast-panel h2")
    assert page.locator("what-if tr.differs").count() > 2
    page.get_by_role("button", name="Back to the live forecast").click()
    assert "Live forecast" in page.inner_text("forecast-panel h2")


def test_the_board_is_approved_on_the_page_with_the_roles_key(open_page):
    page = open_page()
    page.wait_for_selector("board-panel .advice")
    assert "PROPOSAL" in page.inner_text("board-panel .proposal")
    assert page.locator("board-panel .advice").count() == 7
    page.get_by_text("Approve", exact=True).first.click()
    page.fill("board-panel form input >> nth=0", "A. Li")
    page.fill("board-panel form input[type=password]", "a key")
    page.click("board-panel form button")
    page.wait_for_selector("board-panel .approved:has-text('A. Li')")


def test_what_if_refuses_nonsense_in_words(open_page):
    page = open_page()
    page.fill("what-if [name=hole]", "500")
    page.click("what-if .primary")
    page.wait_for_selector("what-if p.abnormal")
    assert "bore" in page.inner_text("what-if p.abnormal")


def test_the_language_changes_without_loading_again(open_page):
    page = open_page()
    page.get_by_role("button", name="Show this page in Chinese").click()
    assert "测点" in page.inner_text("tag-table")
    assert page.evaluate("document.documentElement.lang") == "zh"


def test_a_tag_shows_its_course(open_page):
    page = open_page()
    page.click("tag-table button.tag >> nth=-1")
    page.wait_for_selector("tag-trend .js-plotly-plot .scatterlayer .trace", timeout=30_000, state="attached")


def test_both_catalogues_hold_the_same_messages(open_page):
    page = open_page()
    missing = page.evaluate(
        """async () => {
          const [{ en }, { zh }] = [await import("/web/messages/en.js"), await import("/web/messages/zh.js")];
          return [...Object.keys(en).filter((k) => !(k in zh)), ...Object.keys(zh).filter((k) => !(k in en))];
        }"""
    )
    assert missing == []


def test_results_of_the_live_forecast_are_served_in_every_format(address, plant):
    live = httpx.get(f"{address}/v1/plants/{plant.id}/forecast").json()["forecast"]
    links = live["links"]
    assert httpx.get(address + links["result"]).json()["leak"]["part"] == "H-301A"
    shapes = httpx.get(address + links["contours"], params={"frames": False}).json()
    assert {item["properties"]["edge"] for item in shapes["features"]} == {"outer", "best", "probability"}
    longitude, latitude = shapes["features"][0]["geometry"]["coordinates"][0][0][0]
    assert math.isclose(longitude, plant.origin[0], abs_tol=0.2)
    assert math.isclose(latitude, plant.origin[1], abs_tol=0.2)
    assert httpx.get(address + links["field"]).content[:4] == b"\x89HDF"
    picture = httpx.get(address + links["picture"], params={"language": "zh"}, timeout=30.0)
    assert picture.content[:4] == b"\x89PNG"


def test_assets_come_from_the_wheels(address):
    for name in ("maplibre-gl.js", "maplibre-gl.css", "plotly.min.js"):
        assert httpx.get(f"{address}/assets/{name}").status_code == 200
    for path in ("/assets/other.js", "/web/../app.py", "/web/%2e%2e/app.py", "/web/", "/web/none.js"):
        assert httpx.get(address + path).status_code == 404
