"""The running service: how soon it is ready, how long a forecast takes over HTTP, and what ``/livez`` suffers."""

from __future__ import annotations

import json
import statistics
import tempfile
import threading
import time
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any

FORECASTS = 10
READY_SECONDS = 120.0
PLANT = "festus-chlorine"
PART = "H-301A"


def run() -> dict[str, float | None]:
    """Measure."""
    from api.app import create_app
    from api.server import in_thread
    from api.settings import Settings
    from physics._jit import compilations

    with tempfile.TemporaryDirectory() as folder:
        settings = Settings(data_folder=Path(folder), plants=(PLANT,), opcua_url="")
        began = time.perf_counter()
        with in_thread(create_app(settings)) as address:
            with Probe(address) as starting:
                wait_until_ready(address)
            ready = time.perf_counter() - began
            compiled = compilations()
            times, contours = _forecasts(address)
            busy = _busy(address)
            return {
                "service_ready_s": ready,
                "livez_worst_starting_ms": max(starting.took),
                "forecast_http_median_ms": statistics.median(times),
                "forecast_http_worst_ms": max(times),
                "contours_http_median_ms": statistics.median(contours),
                "livez_median_busy_ms": statistics.median(busy),
                "livez_worst_busy_ms": max(busy),
                "compiled_after_ready": float(compilations() - compiled),
            }


class Probe:
    """Asks ``/livez`` all the time from a thread, and keeps how long each answer took, ms; use it as a context."""

    def __init__(self, address: str) -> None:
        self._address = address
        self.took: list[float] = []
        self._done = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)

    def __enter__(self) -> Probe:
        """Start asking."""
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        """Stop asking."""
        self._done.set()
        self._thread.join()

    def _run(self) -> None:
        while not self._done.wait(0.01) or not self.took:
            began = time.perf_counter()
            ask(f"{self._address}/livez")
            self.took.append(1000.0 * (time.perf_counter() - began))


def ask(address: str, body: dict[str, Any] | None = None) -> Any:
    """Ask the service, and give its JSON."""
    data = None if body is None else json.dumps(body).encode()
    wanted = urllib.request.Request(address, data=data, headers={"Content-Type": "application/json"})
    with urllib.request.urlopen(wanted, timeout=60.0) as answer:
        return json.load(answer)


def wait_until_ready(address: str) -> None:
    """Wait until ``/readyz`` says so.

    Raises
    ------
    TimeoutError
        It does not within two minutes.
    """
    end = time.monotonic() + READY_SECONDS
    while time.monotonic() < end:
        try:
            ask(f"{address}/readyz")
            return
        except urllib.error.HTTPError as answer:
            if answer.code != 503:
                raise
        time.sleep(0.05)
    raise TimeoutError(f"the service was not ready after {READY_SECONDS:g} s")


def _request(number: int) -> dict[str, Any]:
    wind = {"wind_speed_m_s": 3.0, "wind_from_direction_deg": 10.0 + number, "stability_class": "D"}
    return {"plant": PLANT, "part": PART, "isolation_time_s": 60.0, "wind": wind}


def _forecasts(address: str) -> tuple[list[float], list[float]]:
    times, contours = [], []
    for number in range(FORECASTS):
        began = time.perf_counter()
        job = ask(f"{address}/v1/forecasts?wait=30", _request(number))
        times.append(1000.0 * (time.perf_counter() - began))
        if job["state"] != "successful":
            raise RuntimeError(f"forecast {job['state']}: {job.get('problem')}")
        began = time.perf_counter()
        ask(address + job["links"]["contours"] + "?frames=false")
        contours.append(1000.0 * (time.perf_counter() - began))
    return times, contours


def _busy(address: str) -> list[float]:
    jobs = [ask(f"{address}/v1/forecasts", _request(20 + number)) for number in range(FORECASTS)]
    with Probe(address) as probe:
        for job in jobs:
            while ask(f"{address}{job['links']['self']}?wait=10")["state"] in {"accepted", "running"}:
                pass
    return probe.took
