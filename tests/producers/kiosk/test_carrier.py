"""Every request is signed anew; whatever comes back is an answer, and nothing coming back is Unavailable."""

import json
from collections.abc import Callable
from itertools import count

import httpx
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from producers import signed_request
from producers.codes.encoded import from_base64
from producers.errors import Refused, Unavailable
from producers.gateway.declined import language_of
from producers.kiosk.carrier import Carrier
from producers.kiosk.device import Device
from producers.kiosk.sender import Answer

DEVICE = Device("https://gateway.example", "01" * 32, "00ff00ff00ff00ff", envelope_key="x")
AT = 1638360000


def carrier(answer: Callable[[httpx.Request], httpx.Response]) -> Carrier:
    numbers = count()
    return Carrier(DEVICE, lambda: AT, lambda: f"{next(numbers):032x}", httpx.MockTransport(answer))


def public_key() -> Ed25519PublicKey:
    seen: list[bytes] = []

    def enrol(request: httpx.Request) -> httpx.Response:
        seen.append(from_base64(json.loads(request.content)["public_key"]))
        return httpx.Response(201, json={"device": "a" * 16, "envelope_key": "k", "server_time": AT})

    carrier(enrol).enrol("ABCD", "")
    return Ed25519PublicKey.from_public_bytes(seen[0])


def verify(request: httpx.Request) -> str:
    """Raises where the signature is not of this very request."""
    headers = request.headers
    message = signed_request.message(
        "POST", request.url.path, int(headers["Truyvet-Time"]), headers["Truyvet-Nonce"], request.content
    )
    public_key().verify(from_base64(headers["Truyvet-Signature"]), message)
    return headers["Truyvet-Nonce"]


def test_each_request_has_a_signature_and_a_nonce_of_its_own() -> None:
    """Under the key that was given at the enrolment."""
    nonces = []

    def answer(request: httpx.Request) -> httpx.Response:
        assert request.headers["Truyvet-Device"] == DEVICE.device
        assert language_of(request.headers["Accept-Language"]) == "vi"
        nonces.append(verify(request))
        return httpx.Response(200, json={"answers": []})

    carrying = carrier(answer)
    for _ in range(3):
        assert carrying.post("/v1/scans", b'{"scans":[]}') == Answer(200, {"answers": []})
    assert len(set(nonces)) == 3


def test_a_clock_that_went_back_signs_with_the_gateway_s_nonce() -> None:
    """Once; a gateway that is never content is not asked for ever."""
    nonces = []

    def answer(request: httpx.Request) -> httpx.Response:
        nonces.append(verify(request))
        if nonces[-1] == "f" * 32:
            return httpx.Response(200, json={})
        return httpx.Response(401, json={}, headers={"Truyvet-Nonce": "f" * 32})

    assert carrier(answer).post("/v1/scans", b"{}").status == 200
    assert nonces[1] == "f" * 32

    def never(request: httpx.Request) -> httpx.Response:
        nonces.append(verify(request))
        return httpx.Response(401, json={}, headers={"Truyvet-Nonce": "e" * 32})

    nonces.clear()
    assert carrier(never).post("/v1/scans", b"{}").status == 401
    assert len(nonces) == 2


@pytest.mark.parametrize(
    ("response", "answer"),
    [
        (httpx.Response(200, text="<html>"), Answer(200, {})),
        (httpx.Response(200, json=[1]), Answer(200, {})),
        (httpx.Response(429, json={}, headers={"Retry-After": "7"}), Answer(429, {}, 7.0)),
        (
            httpx.Response(503, json={}, headers={"Retry-After": "Wed, 21 Oct 2015 07:28:00 GMT"}),
            Answer(503, {}),
        ),
        (httpx.Response(503, json={}, headers={"Retry-After": "9" * 30}), Answer(503, {}, 3600.0)),
        (
            httpx.Response(422, json={"detail": "d"}, headers={"Content-Type": "application/problem+json"}),
            Answer(422, {"detail": "d"}, None, True),
        ),
        (httpx.Response(302, headers={"Location": "https://login.example"}), Answer(302, {})),
    ],
)
def test_whatever_comes_back_is_an_answer(response: httpx.Response, answer: Answer) -> None:
    """No redirection is followed: a login page is not the gateway."""
    assert carrier(lambda request: response).post("/v1/scans", b"{}") == answer


def test_no_answer_is_unavailable() -> None:
    """With the address, and without what was sent."""

    def broken(request: httpx.Request) -> httpx.Response:
        raise httpx.ConnectError("secret of the network")

    with pytest.raises(Unavailable, match=r"gateway.example.*ConnectError.*kept"):
        carrier(broken).post("/v1/scans", b"{}")


def test_an_enrolment_that_is_refused_says_the_gateway_s_sentence() -> None:
    """And an address that is no gateway's is told from one."""
    no = carrier(lambda request: httpx.Response(403, json={"detail": "Ask for a new one."}))
    with pytest.raises(Refused, match=r"403.*Ask for a new one"):
        no.enrol("ABCD", "door")
    page = carrier(lambda request: httpx.Response(201, text="<html>"))
    with pytest.raises(Refused, match="check the address"):
        page.enrol("ABCD", "door")
