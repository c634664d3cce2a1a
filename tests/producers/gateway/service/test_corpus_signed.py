"""The wrong signatures of the corpus of bad input: who is not a device known here hands in nothing."""

import json
from hashlib import sha512
from hmac import digest
from typing import Any

import httpx
import pytest
from corpus_cases import DAY, GOOD, IDENTITY, NOON, Case, cases
from gateway_world import Made, Pen, World

from producers import signed_request
from producers.codes.encoded import to_base64url
from producers.codes.own import DOMAIN
from producers.gateway import device as states

PATH = "/v1/scans"


class Forged:
    """A request of a kiosk with what a case says is wrong with it."""

    def __init__(self, world: World, told: dict[str, Any]) -> None:
        self.world = world
        self.told = told
        self.kiosk = world.invited("kiosk", "clinic 7")
        self.body = told.get("signed_body", json.dumps({"scans": [GOOD]})).encode()
        if told.get("as") == "another":
            self.kiosk.device = world.invited("kiosk", "clinic 8").device
        elif told.get("as") == "invited":
            self.kiosk.device = states.invited_device(world.invitation("kiosk"))
        self.kept: dict[str, str] = {}
        for step in told.get("before", ()):
            self.done(step)

    def done(self, step: str) -> None:
        """Something that happened before."""
        match step:
            case "send":
                assert self.kiosk.send(PATH, self.body).status_code == 200
            case "send as is":
                self.kept = self.headers()
                assert self.world.ask("POST", PATH, content=self.body, headers=self.kept).status_code == 200
            case "wait":
                self.world.now += 1300
            case "wait a day":
                self.world.now += DAY
            case "revoke":
                self.world.devices.change(
                    self.kiosk.device,
                    lambda found: states.revoke(found, NOON),  # type: ignore[arg-type]
                )
            case "rotate":
                new = {"public_key": Pen(self.world).public}
                assert self.kiosk.send("/v1/devices/rotate", new).status_code == 200
            case _:
                raise AssertionError(step)

    def headers(self) -> dict[str, str]:
        """Signed as the case says: by default, well."""
        told = self.told
        self.kiosk.ahead = told.get("ahead", 0)
        method, path = told.get("signed_method", "POST"), told.get("signed_path", PATH)
        found = self.kiosk.headers(method, path, self.body)
        found |= told.get("with_signed", {})
        at, nonce = int(found[signed_request.TIME]), found[signed_request.NONCE]
        message = signed_request.message(method, path, at, nonce, self.body)
        match told.get("sign"):
            case "hmac":
                signature = digest(self.kiosk.key.public_key().public_bytes_raw(), message, sha512)
            case "code":
                signature = self.kiosk.key.sign(DOMAIN + message)
            case _:
                signature = self.kiosk.key.sign(message)
        return found | {signed_request.SIGNATURE: to_base64url(signature)}

    def sent(self) -> httpx.Response:
        """The answer to it."""
        headers = (self.kept or self.headers()) | self.told.get("with", {})
        for name in self.told.get("without", ()):
            del headers[name]
        body = self.told["to_body"].encode() if "to_body" in self.told else self.body
        return self.world.ask("POST", self.told.get("to", PATH), content=body, headers=headers)


@pytest.mark.parametrize("case", cases(".auth"), ids=str)
def test_a_request_gets_in_only_under_the_signature_of_its_device(
    case: Case, made: Made, caplog: pytest.LogCaptureFixture
) -> None:
    """Refused with its word, nothing of it in the log; or taken, with what is odd about it."""
    world = made()
    forged = Forged(world, json.loads(case.text()))
    before = len(world.published())
    answer = forged.sent()
    if case.entry["gateway"] == ["taken"]:
        (one,) = answer.json()["answers"]
        assert (one["status"], one["flags"]) == ("taken", case.entry["flags"])
    else:
        assert f"{answer.status_code} {answer.json()['code']}" == case.entry["gateway"]
        assert (signed_request.NONCE in answer.headers) == (answer.json()["code"] == "clock_went_back")
        assert len(world.published()) == before
    assert IDENTITY not in answer.text + caplog.text
    assert not world.failures
