"""Carries a kiosk's requests to the gateway over HTTP, each signed by the kiosk's own key."""

import json
from collections.abc import Callable
from typing import Any

import httpx

from producers import signed_request
from producers.codes.encoded import to_base64url
from producers.codes.signing import Signer
from producers.errors import BadInput, Refused, Unavailable
from producers.kiosk.device import Device, public_key
from producers.kiosk.sender import REFUSED, Answer

LANGUAGE = "vi, en;q=0.5"
"""Of the sentences that go onto the status line and beside what was set aside: the attendant's."""
SECONDS_MAX = 30.0
RETRY_SECONDS_MAX = 3600.0
"""No answer keeps a kiosk silent for longer."""


class Carrier:
    """For one kiosk and its gateway. clock: epoch seconds; draw: 32 random hex digits."""

    def __init__(
        self,
        device: Device,
        clock: Callable[[], int],
        draw: Callable[[], str],
        transport: httpx.BaseTransport | None = None,
    ) -> None:
        self._device, self._clock, self._draw = device, clock, draw
        self._next = ""
        """A nonce the gateway gave: where our clock went back, it proves that a request is new."""
        self._signer = Signer(bytes.fromhex(device.seed))
        self._client = httpx.Client(
            base_url=device.gateway, timeout=SECONDS_MAX, transport=transport, follow_redirects=False
        )

    def post(self, path: str, body: bytes) -> Answer:
        """One signed request. Raises Unavailable when no answer comes."""
        answer, self._next = self._signed(path, body, self._next or self._draw())
        if answer.status == REFUSED and self._next:
            answer, self._next = self._signed(path, body, self._next)
        return answer

    def enrol(self, invitation: str, name: str) -> dict[str, Any]:
        """What the gateway says of its new kiosk. Raises Refused where it takes none, Unavailable."""
        asked = {"kind": "kiosk", "public_key": public_key(self._device.seed), "invitation": invitation}
        body = json.dumps(asked | ({"name": name} if name else {}), ensure_ascii=False).encode()
        answer, _ = self._posted("/v1/devices", body, {})
        if answer.status != 201:
            told = answer.body.get("detail") or answer.body.get("title") or "it says no more"
            raise Refused(f"the gateway answered {answer.status} to the enrolment: {told}")
        if not {"device", "envelope_key", "server_time"} <= set(answer.body):
            raise Refused(f"{self._device.gateway} does not answer as a gateway does: check the address.")
        return answer.body

    def close(self) -> None:
        self._client.close()

    def _signed(self, path: str, body: bytes, nonce: str) -> tuple[Answer, str]:
        at = self._clock()
        signature = self._signer.sign(signed_request.message("POST", path, at, nonce, body))
        return self._posted(
            path,
            body,
            {
                signed_request.DEVICE: self._device.device,
                signed_request.TIME: str(at),
                signed_request.NONCE: nonce,
                signed_request.SIGNATURE: to_base64url(signature),
                "Accept-Language": LANGUAGE,
            },
        )

    def _posted(self, path: str, body: bytes, headers: dict[str, str]) -> tuple[Answer, str]:
        """The answer, and the nonce it offers, if any."""
        try:
            found = self._client.post(
                path, content=body, headers=headers | {"Content-Type": "application/json"}
            )
        except httpx.InvalidURL:
            raise BadInput(f"{self._device.gateway!r} is no address: enrol with https://host.") from None
        except httpx.HTTPError as error:
            raise Unavailable(
                f"the gateway {self._device.gateway} cannot be reached ({type(error).__name__}): "
                "scans are kept and sent later."
            ) from None
        kind = found.headers.get("Content-Type", "")
        answer = Answer(
            found.status_code,
            _object(found.content),
            _seconds(found.headers.get("Retry-After")),
            kind.startswith("application/problem+json"),
        )
        return answer, found.headers.get(signed_request.NONCE, "")


def _object(body: bytes) -> dict[str, Any]:
    try:
        found = json.loads(body)
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def _seconds(retry_after: str | None) -> float | None:
    """Seconds are what our gateway says; a date, which others may say, counts as nothing said."""
    if retry_after is None or not retry_after.strip().isdecimal():
        return None
    return min(float(retry_after), RETRY_SECONDS_MAX)
