"""A place that an office registers at the embedded gateway: in the registry, the store and the lists."""

import asyncio
import json
import secrets
from pathlib import Path
from typing import Any

import httpx
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from typer.testing import CliRunner

import deploy.cli.gateway
import deploy.cli.venues  # noqa: F401  (they add their commands to the app)
from deploy.cli.shared import Exit, app
from deploy.gateway_looking import Looking
from deploy.gateway_parts import Gateway
from deploy.settings import load
from deploy.venues import VenueRegister
from deploy.wiring import Wiring, clock
from producers import signed_request
from producers.codes.encoded import to_base64url
from producers.gateway.api import build_gateway
from producers.venue import venue_key


@pytest.fixture(autouse=True)
def folder(embedded: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A folder of its own."""
    monkeypatch.chdir(tmp_path)


def typed(*words: str) -> list[dict[str, Any]]:
    done = CliRunner().invoke(app, [*words, "--format", "json"])
    assert done.exit_code == Exit.complete, done.output
    return [json.loads(line) for line in done.stdout.splitlines()]


async def registered(api: Any, invitation: str, asked: dict[str, Any]) -> tuple[str, httpx.Response]:
    """(the device, the answer) of an office that enrols and registers a place."""
    key = Ed25519PrivateKey.generate()
    transport = httpx.ASGITransport(app=api)
    async with httpx.AsyncClient(transport=transport, base_url="http://gateway") as client:
        public = to_base64url(key.public_key().public_bytes_raw())
        words = {"kind": "office", "public_key": public, "invitation": invitation}
        device = (await client.post("/v1/devices", json=words)).json()["device"]
        at, nonce, body = clock(), secrets.token_hex(16), json.dumps(asked).encode()
        signature = key.sign(signed_request.message("POST", "/v1/venues", at, nonce, body))
        headers = {
            signed_request.DEVICE: device,
            signed_request.TIME: str(at),
            signed_request.NONCE: nonce,
            signed_request.SIGNATURE: to_base64url(signature),
        }
        return device, await client.post("/v1/venues", content=body, headers=headers)


def test_what_an_office_registers_is_in_the_registry_and_decides_about_visits() -> None:
    """Invited by an operator; the store follows the topic; the lists tell whose it is."""
    (invited,) = typed("devices", "invite", "--kind", "office", "--name", "Bệnh viện Huế")
    with_room = {"id": "bv/12", "name": "Phòng khám 12", "kind": "hospital", "stay_minutes": 25}
    wiring = Wiring(load({}))
    wiring.prepare()
    parts = Gateway(wiring)
    looking = Looking(parts)
    looking.look()
    service = parts.service()
    try:
        api = build_gateway(service, version="0", told=lambda error: None)
        device, answer = asyncio.run(registered(api, invited["invitation"], with_room))
        assert (answer.status_code, answer.json()["outcome"]) == (200, "new")
        looking.look()
        wiring.registry.meet({"bv/12"})
        assert wiring.registry.venues[venue_key("bv/12")].stay_minutes == 25
        assert VenueRegister(wiring).get("bv/12").owner == device
    finally:
        service.collector.close()
        parts.close()
        wiring.close()
    assert device == invited["device"]
    assert [row["venue"] for row in typed("venues", "ls", "--owner", device)] == ["bv/12"]
    assert typed("venues", "ls", "--owner", "Sở Y tế") == []


def test_an_operator_hands_a_place_over_by_a_list() -> None:
    """Two columns are enough: what a list does not tell stays."""
    Path("list.csv").write_text("id,name,owner\nbv,Bệnh viện,\n", "utf-8")
    typed("venues", "import", "list.csv")
    Path("list.csv").write_text("id,owner\nbv,c3a5de86dbdc9957\n", "utf-8")
    typed("venues", "import", "list.csv")
    (row,) = typed("venues", "ls", "--owner", "c3a5de86dbdc9957")
    assert (row["venue"], row["name"]) == ("bv", "Bệnh viện")
