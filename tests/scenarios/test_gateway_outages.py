"""Kafka, Redis and the gateway die while devices hand in scans: what was called taken is stored, once."""

import json
import random
import secrets
import threading
import time
from collections.abc import Callable
from typing import Any

import httpx
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from scenario_world import World
from test_kiosk_gateway import Gateway, gateway

from deploy.stack.local import LocalStack
from producers import signed_request
from producers.codes.encoded import from_base64, to_base64url
from producers.envelope import Sealer

NEW_WORLD = Callable[..., World]
DEVICES = 4
SCANS = 5


class Kiosk:
    """A device that sends until it is answered, as a kiosk does: the same scans, signed anew."""

    def __init__(self, door: Gateway, invitation: str) -> None:
        self._key = Ed25519PrivateKey.generate()
        self._client = httpx.Client(base_url=door.url, timeout=60)
        public = to_base64url(self._key.public_key().public_bytes_raw())
        asked = {"kind": "kiosk", "public_key": public, "invitation": invitation}
        told = self._client.post("/v1/devices", json=asked).raise_for_status().json()
        self._device = told["device"]
        self._sealer = Sealer(from_base64(told["envelope_key"]))
        self.taken: list[str] = []
        self.statuses: list[int] = []

    def scans(self) -> list[dict[str, Any]]:
        at = int(time.time())
        sealed = [self._sealer.seal(f"truyvet:{secrets.token_hex(16)}") for _ in range(SCANS)]
        return [{"scan_id": secrets.token_hex(8), "at": at, "person_sealed": one} for one in sealed]

    def send(self, scans: list[dict[str, Any]]) -> None:
        """Returns when every scan was answered for."""
        while True:
            body = json.dumps({"scans": scans}).encode()
            at, nonce = int(time.time()), secrets.token_hex(16)
            message = signed_request.message("POST", "/v1/scans", at, nonce, body)
            headers = {
                signed_request.DEVICE: self._device,
                signed_request.TIME: str(at),
                signed_request.NONCE: nonce,
                signed_request.SIGNATURE: to_base64url(self._key.sign(message)),
            }
            try:
                answer = self._client.post("/v1/scans", content=body, headers=headers)
            except httpx.TransportError:
                self.statuses.append(0)
                time.sleep(0.5)
                continue
            self.statuses.append(answer.status_code)
            if answer.status_code == 200:
                told = answer.json()["answers"]
                assert {one["status"] for one in told} <= {"taken", "duplicate"}, told
                self.taken += [one["scan_id"] for one in told]
                return
            assert answer.status_code in (429, 503), answer.text
            time.sleep(0.5)

    def work(self, more: Callable[[], bool]) -> None:
        while more():
            self.send(self.scans())


@pytest.mark.stack
@pytest.mark.slow
def test_what_was_called_taken_is_stored_once(private: NEW_WORLD, private_stack: LocalStack) -> None:
    """Each is killed at moments drawn at random, in this order: Redis, Kafka, the gateway; twice."""
    world = private()
    world.truyvet("init")
    words = ("devices", "invite", "--kind", "kiosk", "--venue", "market 12")
    invitations = [world.ask(*words)[0]["invitation"] for _ in range(DEVICES)]
    with world.worker(), gateway(world) as door:
        kiosks = [Kiosk(door, one) for one in invitations]
        going = threading.Event()
        going.set()
        threads = [threading.Thread(target=one.work, args=(going.is_set,)) for one in kiosks]
        for thread in threads:
            thread.start()
        for what in ("redis", "kafka", "gateway") * 2:
            time.sleep(random.uniform(1, 3))
            if what == "gateway":
                door.kill9()
                door.start()
            else:
                private_stack.kill9(what)
                time.sleep(random.uniform(0, 3))
                private_stack.start(what)
        time.sleep(2)
        going.clear()
        for thread in threads:
            thread.join(120)
        assert not any(thread.is_alive() for thread in threads)
        world.drain()
    taken = [one for kiosk in kiosks for one in kiosk.taken]
    assert len(taken) == len(set(taken)) > DEVICES * SCANS
    flow = world.flow()
    assert flow["dead"] == 0
    assert flow["stored"] == flow["visits"] == len(taken)
    assert {200} < {status for kiosk in kiosks for status in kiosk.statuses}
