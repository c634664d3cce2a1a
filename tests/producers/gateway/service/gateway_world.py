"""A gateway in memory with a clock of ours, and devices that sign as real ones do."""

import asyncio
import json
import secrets
from collections.abc import Callable
from typing import Any

import httpx
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from producers import signed_request
from producers.codes.encoded import to_base64url
from producers.codes.own import card_code, poster_code
from producers.codes.signing import Signer
from producers.codes.trust import Key, Trust
from producers.envelope import Opener, seal
from producers.errors import Unavailable
from producers.gateway import batch
from producers.gateway import device as states
from producers.gateway.admit import Admission
from producers.gateway.api import build_gateway
from producers.gateway.collector import Collector, Room
from producers.gateway.device import Device
from producers.gateway.devices import Devices
from producers.gateway.door import Door
from producers.gateway.draft import Span
from producers.gateway.memory import Memory, ProcessMemory
from producers.gateway.metrics import Metrics
from producers.gateway.printer import Printer
from producers.gateway.rates import Allowed, Rates
from producers.gateway.registrar import Registrar
from producers.gateway.routes.service import Service
from producers.gateway.units import KnownUnits
from producers.gateway.venues import Venues
from producers.memory_log import MemoryLog
from producers.pseudonym import Pseudonyms
from producers.register import COMPACTED, DEVICES_TOPIC, UNITS_TOPIC, VENUES_TOPIC, Register
from producers.scan import RECORD, TOPIC, ScanEvent
from producers.venue_record import VenueRecord

NOON = 1_638_327_600
DAY = 86_400
AUTHORITY = Signer(bytes(range(32)))
TRUST = Trust([Key(AUTHORITY.id, "Ed25519", AUTHORITY.public)])
PSEUDONYMS = Pseudonyms(bytes(32))
PARTITIONS = 4


def poster(venue: str) -> str:
    return poster_code(AUTHORITY, venue, NOON - DAY)


def card(number: int) -> str:
    return card_code(AUTHORITY, number.to_bytes(16, "big"), NOON - DAY)


def person(number: int) -> str:
    """The pseudonym behind `card(number)`."""
    return PSEUDONYMS.of(f"truyvet:{number.to_bytes(16, 'big').hex()}")


def new_id() -> str:
    return secrets.token_hex(8)


class BrokenLog(MemoryLog):
    """A log that may be down: `down` says how often flush fails from now on."""

    down = 0

    def flush(self) -> None:
        if self.down:
            self.down -= 1
            raise Unavailable("Kafka does not answer: start it.")


class World:
    """One gateway. `now` is its clock. Ended by `close`.

    log, memory: those of another gateway, beside which this one runs.
    """

    def __init__(
        self,
        *,
        allowed: Allowed | None = None,
        room: Room | None = None,
        log: BrokenLog | None = None,
        memory: Memory | None = None,
    ) -> None:
        self.now = float(NOON)
        self.log = log or BrokenLog(lambda: int(self.now))
        if log is None:
            self.log.create({TOPIC: PARTITIONS} | dict.fromkeys(COMPACTED, 1), COMPACTED)
        self.memory = memory or ProcessMemory(lambda: self.now)
        self.devices = Devices(Register(self.log, DEVICES_TOPIC), lambda: self.now)
        self.venues = Venues(Register(self.log, VENUES_TOPIC))
        self.opener = Opener(bytes(range(1, 33)))
        self.rates = Rates(self.memory, allowed or Allowed())
        self.failures: list[BaseException] = []
        self.signer: Signer | None = AUTHORITY
        admission = Admission(self.memory, self.rates, b"nonces")
        door = Door(TRUST, {"old poster": "market 12"}, PSEUDONYMS, self.opener, self.venues)
        self.parts = batch.Parts(
            admission,
            self.rates,
            self.memory,
            self.venues,
            lambda: door,
            lambda at: Span(at - 28 * DAY, at + 600),
            self.log,
            PARTITIONS,
            3600,
        )
        self.metrics = Metrics()

        def take(posts: Any, packets: Any) -> list[batch.Outcome]:
            outcomes = batch.take(self.parts, posts, packets)
            self.metrics.taken(outcomes)
            return outcomes

        self.collector = Collector(take, room or Room(collect_seconds=0), self.failures.append)
        self.service = Service(
            clock=lambda: self.now,
            devices=self.devices,
            admission=admission,
            rates=self.rates,
            collector=self.collector,
            places=self.venues,
            shorts=self.venues,
            pseudonyms=PSEUDONYMS,
            door=lambda: door,
            span=self.parts.span,
            envelope_key=to_base64url(self.opener.public),
            card=lambda: card_code(AUTHORITY, secrets.token_bytes(16), int(self.now)),
            partitions=self.log.partitions,
            registrar=Registrar(
                self.venues, KnownUnits(Register(self.log, UNITS_TOPIC)), self.collector.publish
            ),
            printer=Printer(lambda venue: self.signer),
            ready=list,
            metrics=self.metrics,
        )
        self.api = build_gateway(self.service, version="0", told=self.failures.append)

    def close(self) -> None:
        self.collector.close()

    def register(self, **fields: Any) -> None:
        """An entry of the registry of venues."""
        record = VenueRecord(**fields)
        self.log.publish(VENUES_TOPIC, 0, record.encode(), record.id.encode())
        self.venues.refresh()

    def sealed(self, number: int) -> str:
        """The identity of `card(number)` as a kiosk keeps it."""
        return seal(self.opener.public, f"truyvet:{number.to_bytes(16, 'big').hex()}")

    def ask(self, method: str, path: str, *, api: Any = None, **how: Any) -> httpx.Response:
        """One request, without a network."""

        async def send() -> httpx.Response:
            transport = httpx.ASGITransport(app=api or self.api, raise_app_exceptions=False)
            async with httpx.AsyncClient(transport=transport, base_url="http://gateway") as client:
                return await client.request(method, path, **how)

        return asyncio.run(send())

    def published(self) -> list[ScanEvent]:
        """Every scan in the log, in the order of partitions."""
        return [
            scan
            for partition in range(PARTITIONS)
            for entry in self.log.read(TOPIC, partition, 0, 10_000)
            for scan in RECORD.validate_json(entry.value)
        ]

    def phone(self) -> "Pen":
        """An enrolled phone."""
        pen = Pen(self)
        answer = pen.enrol(kind="phone")
        assert answer.status_code == 201, answer.text
        return pen

    def invited(self, kind: states.Kind, venue: str = "") -> "Pen":
        """An enrolled device of another kind."""
        pen = Pen(self)
        answer = pen.enrol(kind=kind, invitation=self.invitation(kind, venue))
        assert answer.status_code == 201, answer.text
        return pen

    def invitation(self, kind: states.Kind, venue: str = "", hours: int = 72) -> str:
        secret = secrets.token_bytes(15)
        made = states.invite(secret, kind, venue=venue, name="", at=int(self.now), hours=hours)
        self.devices.change(made.device, lambda _: made)
        return states.invitation(secret)


class Pen:
    """A device with its key. `ahead`: how many seconds its clock is ahead of ours."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.key = Ed25519PrivateKey.generate()
        self.device = ""
        self.ahead = 0

    @property
    def public(self) -> str:
        return to_base64url(self.key.public_key().public_bytes_raw())

    def enrol(self, **fields: Any) -> httpx.Response:
        answer = self.world.ask("POST", "/v1/devices", json={"public_key": self.public} | fields)
        if answer.status_code == 201:
            self.device = answer.json()["device"]
        return answer

    def headers(self, method: str, path: str, body: bytes, nonce: str = "") -> dict[str, str]:
        at, nonce = int(self.world.now) + self.ahead, nonce or secrets.token_hex(16)
        message = signed_request.message(method, path, at, nonce, body)
        return {
            signed_request.DEVICE: self.device,
            signed_request.TIME: str(at),
            signed_request.NONCE: nonce,
            signed_request.SIGNATURE: to_base64url(self.key.sign(message)),
        }

    def send(self, path: str, body: Any, *, nonce: str = "", **headers: str) -> httpx.Response:
        """POST a signed body: bytes as they are, anything else as JSON."""
        raw = body if isinstance(body, bytes) else json.dumps(body).encode()
        signed = self.headers("POST", path, raw, nonce)
        words = {name.replace("_", "-"): value for name, value in headers.items()}
        return self.world.ask("POST", path, content=raw, headers=signed | words)

    def scan(self, *scans: dict[str, Any], **headers: str) -> list[dict[str, Any]]:
        """POST scans that are to be answered; the answers."""
        answer = self.send("/v1/scans", {"scans": scans}, **headers)
        assert answer.status_code == 200, answer.text
        found: list[dict[str, Any]] = answer.json()["answers"]
        return found

    def one(self, poster_of: str = "market 12", number: int = 1, **fields: Any) -> dict[str, Any]:
        """A scan of a card at a poster, now by this device's clock."""
        at = int(self.world.now) + self.ahead
        made = {"scan_id": new_id(), "at": at, "venue_code": poster(poster_of), "person_code": card(number)}
        return {name: value for name, value in (made | fields).items() if value is not None}

    def known(self) -> Device:
        found = self.world.devices.known(self.device)
        assert found is not None
        return found


Made = Callable[..., World]
