"""A herd of kiosks in one process: the real sender, signatures and pauses, with outboxes in memory."""

import heapq
import json
import random
import secrets
import threading
import time
from collections.abc import Sequence
from typing import NamedTuple

import httpx

from producers.envelope import Sealer
from producers.errors import Unavailable
from producers.kiosk.carrier import Carrier
from producers.kiosk.device import Device
from producers.kiosk.outbox import Waiting
from producers.kiosk.sender import Answer, Sender

DAYS = 7
OFFLINE_TRIES = 12
"""After so many failures a kiosk's pauses are as long as they get."""
HANDS = 160
"""Requests on their way at once, at most: what one process can play of ten thousand kiosks."""


class Heard(NamedTuple):
    """One answer: seconds since the network is back, status (0: none came), how long it took, scans in it."""

    at: float
    status: int
    seconds: float
    scans: int


def scan_number(kiosk: int, scan: int) -> int:
    """The id of a scan, 64 bits."""
    return kiosk << 24 | scan


class MemoryOutbox:
    """What `Sender` needs of an outbox. The scans are made when they are first sent, and then stay."""

    def __init__(self, kiosk: int, scans: int, now: int, envelope_key: bytes, persons: int) -> None:
        self._kiosk, self._scans, self._key, self._persons = kiosk, scans, envelope_key, persons
        self._first, self._step = now - DAYS * 86_400, DAYS * 86_400 // max(1, scans)
        self._left: dict[str, str] | None = None
        self.offline = True
        self.aside: list[tuple[str, str, str]] = []
        self._notes: dict[str, object] = {}

    @property
    def left(self) -> dict[str, str]:
        """Scan id -> text."""
        if self._left is None:
            sealer = Sealer(self._key)
            self._left = dict(self._scan(sealer, one) for one in range(self._scans))
        return self._left

    def _scan(self, sealer: Sealer, one: int) -> tuple[str, str]:
        person = (self._kiosk * 131 + one * 7919) % self._persons
        scan = {
            "scan_id": f"{scan_number(self._kiosk, one):016x}",
            "at": self._first + one * self._step + self._kiosk % self._step,
            "venue": f"herd/{self._kiosk}",
            "person_sealed": sealer.seal(f"truyvet:{person:032x}"),
        }
        return str(scan["scan_id"]), json.dumps(scan, separators=(",", ":"))

    def waiting(self, scans_max: int, bytes_max: int) -> list[Waiting]:
        if self.offline:
            return [Waiting("", "")]
        found: list[Waiting] = []
        for scan_id, body in self.left.items():
            bytes_max -= len(body) + 1
            if len(found) == scans_max or (bytes_max < 0 and found):
                break
            found.append(Waiting(scan_id, body))
        return found

    def sent(self, scan_ids: list[str]) -> None:
        for one in scan_ids:
            self.left.pop(one, None)

    def set_aside(self, refused: list[tuple[str, str, str]]) -> None:
        self.aside += refused
        self.sent([one[0] for one in refused])

    def notes(self) -> dict[str, object]:
        return self._notes

    def note(self, **notes: object) -> None:
        self._notes = {name: one for name, one in (self._notes | notes).items() if one is not None}


class Herd:
    """All kiosks, offline for days; `play` brings the network back and returns when all is sent.

    scans: how many wait in each, of so many persons in all.
    """

    def __init__(self, devices: Sequence[Device], scans: int, persons: int) -> None:
        now = int(time.time())
        self._transport = httpx.HTTPTransport(limits=httpx.Limits(max_connections=HANDS))
        self.outboxes = [
            MemoryOutbox(number, scans, now, device.key(), persons) for number, device in enumerate(devices)
        ]
        self.answers: list[Heard] = []
        self._online = False
        pairs = zip(devices, self.outboxes, strict=True)
        self._senders = [self._sender(device, outbox) for device, outbox in pairs]
        self._lock = threading.Lock()

    def play(self, *, at_once: bool) -> None:
        """at_once: all try in the first second, as kiosks without jitter would."""
        pauses = [
            self._offline(sender, outbox) for sender, outbox in zip(self._senders, self.outboxes, strict=True)
        ]
        self._online, self._began = True, time.monotonic()
        self._due = [
            (self._began + random.random() * (1.0 if at_once else pause), n) for n, pause in enumerate(pauses)
        ]
        heapq.heapify(self._due)
        self._open = len(self._due)
        hands = [threading.Thread(target=self._work, daemon=True) for _ in range(HANDS)]
        for hand in hands:
            hand.start()
        for hand in hands:
            hand.join()
        self.seconds = time.monotonic() - self._began

    def _offline(self, sender: Sender, outbox: MemoryOutbox) -> float:
        """Its pause after days without a network."""
        for _ in range(OFFLINE_TRIES):
            pause = sender.round(int(time.time())).pause
        outbox.offline = False
        return pause or 0.0

    def _work(self) -> None:
        while self._open:
            with self._lock:
                at, number = self._due[0] if self._due else (time.monotonic() + 0.05, -1)
                wait = at - time.monotonic()
                if wait <= 0:
                    heapq.heappop(self._due)
            if wait > 0:
                time.sleep(min(wait, 0.05))
                continue
            pause = self._senders[number].round(int(time.time())).pause
            with self._lock:
                if pause is None:
                    self._open -= 1
                else:
                    heapq.heappush(self._due, (time.monotonic() + pause, number))

    def _sender(self, device: Device, outbox: MemoryOutbox) -> Sender:
        carrier = Carrier(device, lambda: int(time.time()), lambda: secrets.token_hex(16), self._transport)

        def post(path: str, body: bytes) -> Answer:
            if not self._online:
                raise Unavailable("no network")
            began = time.monotonic()
            status, scans = 0, 0
            try:
                answer = carrier.post(path, body)
                status, scans = answer.status, len(answer.body.get("answers", ()))
            finally:
                now = time.monotonic()
                self.answers.append(Heard(now - self._began, status, now - began, scans))
            return answer

        return Sender(outbox, post, random.random)  # type: ignore[arg-type]
