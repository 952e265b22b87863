"""A board is approved by the role named on it, by its key; the approval is kept, told and audited."""

import hashlib
import json

import httpx2 as httpx
import pytest

from api.app import create_app
from api.server import in_thread
from api.settings import Settings
from twin.library import find_plant
from twin.load import load_plant

KEY, OTHER = "a key of the commander", "a key of the trainer"
ASK = {
    "plant": "festus-chlorine",
    "part": "H-301A",
    "wind": {"wind_speed_m_s": 2.0, "wind_from_direction_deg": 7.0, "stability_class": "D"},
    "duration_s": 600.0,
}


def key_of(role, key):
    return f"{role}:{hashlib.sha256(key.encode()).hexdigest()}"


def service(folder, *keys):
    plant = load_plant(find_plant("festus-chlorine"))
    return create_app(
        Settings(data_folder=folder, plants=(), warm_up=False, role_keys=keys), plants_given={plant.id: plant}
    )


@pytest.fixture
def client(tmp_path):
    app = service(tmp_path, key_of("incident-commander", KEY), key_of("trainer", OTHER))
    with in_thread(app) as address, httpx.Client(base_url=address, timeout=60.0) as found:
        found.app = app
        yield found


def asked(client):
    job = client.post("/v1/forecasts?wait=30", json=ASK).json()
    assert job["state"] == "successful", job
    return job["id"]


def test_only_the_named_role_approves_the_board_that_was_read(client):
    job = asked(client)
    board = client.get(f"/v1/jobs/{job}/board").json()["board"]
    assert board["approval"]["approved_by"] is None
    assert board["branches"]["isolation-fails"]["areas"][0]["says_zh"]
    address, body = f"/v1/jobs/{job}/board/approval", {"digest": board["digest"], "approved_by": "A. Li"}

    def approve(key=None, **change):
        headers = {} if key is None else {"Authorization": f"Bearer {key}"}
        return client.post(address, json={**body, **change}, headers=headers)

    assert approve().status_code == 403
    assert approve("a guess").status_code == 403
    assert client.post(address, json=body, headers={"Authorization": KEY}).status_code == 403
    wrong = approve(OTHER)
    assert wrong.status_code == 403
    assert "incident-commander" in wrong.json()["detail"]
    stale = approve(KEY, digest="0" * 64)
    assert stale.status_code == 409
    assert stale.json()["type"].endswith("board-changed")
    assert approve(KEY, approved_by="").status_code == 422
    assert client.get(f"/v1/jobs/{job}/board").json()["board"]["approval"]["approved_by"] is None

    done = approve(KEY)
    assert done.status_code == 200, done.text
    assert done.json()["approval"]["role"] == "incident-commander"
    for found in (client.get(f"/v1/jobs/{job}/board").json(), client.get(f"/v1/jobs/{job}/result").json()):
        assert found["board"]["approval"]["approved_by"] == "A. Li"
    store = client.app.state.service.store
    assert store.job(job).result["board"]["approval"]["approved_by"] == "A. Li"
    assert store.audit_broken_at() is None
    assert KEY not in json.dumps(store.job(job).result)


def test_without_keys_nobody_approves(tmp_path):
    with in_thread(service(tmp_path)) as address, httpx.Client(base_url=address, timeout=60.0) as client:
        job = asked(client)
        board = client.get(f"/v1/jobs/{job}/board").json()["board"]
        answer = client.post(
            f"/v1/jobs/{job}/board/approval",
            json={"digest": board["digest"], "approved_by": "A"},
            headers={"Authorization": "Bearer x"},
        )
        assert answer.status_code == 403
        assert "LEAKCAST_ROLE_KEYS" in answer.json()["detail"]


@pytest.mark.parametrize("keys", ["commander", "commander:abc", "Role:" + "0" * 64])
def test_keys_are_written_as_hashes(keys):
    with pytest.raises(ValueError, match="ROLE:SHA256"):
        Settings(role_keys=keys)
