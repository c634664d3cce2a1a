"""The parts of one gateway, made from settings: keys, registers, memory, limits, the way into the log."""

import logging
import secrets
import time
from collections.abc import Callable, Sequence
from hmac import digest
from pathlib import Path

from deploy.cli.code import ALIASES, KEYS
from deploy.engines import kafka_at
from deploy.shared_log import one_at_a_time
from deploy.wiring import Wiring
from producers.codes import key_files
from producers.codes.aliases import Aliases
from producers.codes.encoded import to_base64url
from producers.codes.own import card_code
from producers.codes.own_body import CARD_BYTES
from producers.codes.signing import Signer
from producers.codes.trust import Key, Trust
from producers.envelope import Opener
from producers.errors import BadInput, TruyvetError, Unavailable
from producers.gateway import batch
from producers.gateway.admit import Admission
from producers.gateway.batch import Outcome
from producers.gateway.collector import Collector, Room
from producers.gateway.devices import Devices
from producers.gateway.door import Door
from producers.gateway.draft import Span
from producers.gateway.memory import Memory, ProcessMemory
from producers.gateway.metrics import Metrics
from producers.gateway.post import Packet, Post
from producers.gateway.printer import Printer
from producers.gateway.rates import Allowed, Rates
from producers.gateway.redis_memory import RedisMemory, SteadyMemory
from producers.gateway.registrar import Registrar
from producers.gateway.routes.service import Service
from producers.gateway.units import KnownUnits
from producers.gateway.venues import Venues
from producers.ports import Log
from producers.pseudonym import Pseudonyms, read_or_make_key
from producers.register import DEVICES_TOPIC, UNITS_TOPIC, VENUES_TOPIC, Register
from producers.scan import TOPIC

LOG = logging.getLogger("truyvet.gateway")
LOOK_SECONDS = 2
"""How soon a new key of codes is seen."""
DELIVERY_SECONDS_MAX = 10
"""After which a request is told to come back: the device keeps its scans."""


class Doors:
    """The door of the keys and aliases that there are now. For one thread."""

    def __init__(self, folder: Path, trusted: Sequence[Key], make: Callable[[Trust, Aliases], Door]) -> None:
        self._folder = folder
        self._trusted = trusted
        self._make = make
        self._seen: list[tuple[str, int, int]] | None = None
        self._looked = 0.0
        self._door: Door

    def now(self) -> Door:
        """Made anew when a key was made or revoked.

        Raises Unavailable where keys or aliases cannot be read: that is no fault of who asks, and what a key
        that cannot be read says of another (it may be revoked) must not be passed over.
        """
        if time.monotonic() - self._looked >= LOOK_SECONDS or self._seen is None:
            try:
                self._look()
            except (BadInput, OSError) as why:
                raise Unavailable(f"codes cannot be judged now: {why}") from why
            self._looked = time.monotonic()
        return self._door

    def _look(self) -> None:
        files = sorted((self._folder / KEYS).glob("*.json"))
        # A file that is written anew is another one, also within one tick of the clock of files.
        stats = [file.stat() for file in files]
        seen = [(file.name, stat.st_ino, stat.st_mtime_ns) for file, stat in zip(files, stats, strict=True)]
        if seen != self._seen:
            ours = [one.key() for one in key_files.read_keys(self._folder / KEYS)]
            self._door = self._make(Trust([*ours, *self._trusted]), Aliases(self._folder / ALIASES))
            self._seen = seen


class Gateway:
    """One process's parts. keys: further public keys to believe, as `truyvet code read --key` takes them."""

    def __init__(self, wiring: Wiring, keys: Sequence[str] = ()) -> None:
        self.wiring = wiring
        self.folder = wiring.settings.key_file().parent
        self.metrics = Metrics()
        private = read_or_make_key(self.folder / "gateway-envelope.key")
        self._opener = Opener(private)
        self._nonce_key = digest(private, b"truyvet gateway nonces", "sha256")
        self._own = one_at_a_time(wiring.log) if wiring.in_process else None
        self._side: Log = self._own or wiring.another_log()
        self._outlet: Log = self._own or self._kafka()
        self.devices = Devices(Register(self._side, DEVICES_TOPIC), time.time)
        self.venues = Venues(Register(self._side, VENUES_TOPIC))
        self._units = KnownUnits(Register(self._side, UNITS_TOPIC))
        trusted = [one for given in keys for one in key_files.trusted(given)]
        pseudonyms: Pseudonyms = wiring.pseudonyms

        def door(trust: Trust, aliases: Aliases) -> Door:
            return Door(trust, aliases, pseudonyms, self._opener, self.venues)

        self._doors = Doors(self.folder, trusted, door)
        self._loop_doors = Doors(self.folder, trusted, door)

    @property
    def log(self) -> Log:
        """The log as this process reads it; in the embedded mode the one that it also writes."""
        return self._side

    def _kafka(self) -> Log:
        settings = self.wiring.settings
        return kafka_at(settings.broker, settings.replicas, delivery_seconds=DELIVERY_SECONDS_MAX)

    def service(self) -> Service:
        """What the routes answer with; starts the collector's thread."""
        settings = self.wiring.settings
        memory = self._memory()
        rates = Rates(memory, self._allowed())
        admission = Admission(memory, rates, self._nonce_key)
        parts = batch.Parts(
            admission,
            rates,
            memory,
            self.venues,
            self._doors.now,
            self._span,
            self._outlet,
            self._side.partitions(TOPIC),
            settings.gateway_scan_seconds,
            lambda bug: LOG.error("failed on a request", exc_info=bug),
        )

        def take(posts: Sequence[Post], packets: Sequence[Packet]) -> list[Outcome]:
            outcomes = batch.take(parts, posts, packets)
            self.metrics.taken(outcomes)
            return outcomes

        collector = Collector(take, Room(waiting_max=settings.gateway_scans_max), self._failed)
        return Service(
            clock=time.time,
            devices=self.devices,
            admission=admission,
            rates=rates,
            collector=collector,
            places=self.venues,
            shorts=self.venues,
            pseudonyms=self.wiring.pseudonyms,
            door=self._loop_doors.now,
            span=self._span,
            envelope_key=to_base64url(self._opener.public),
            card=self._card,
            partitions=self._side.partitions,
            registrar=Registrar(self.venues, self._units, collector.publish),
            printer=Printer(self._signer),
            ready=self._down,
            metrics=self.metrics,
        )

    def _memory(self) -> Memory:
        own = ProcessMemory(time.time)
        if self.wiring.settings.state.startswith("memory:"):
            return own

        def failed(why: TruyvetError) -> None:
            self.metrics.memory_failed()
            LOG.warning("remembers alone: %s", why)

        return SteadyMemory(RedisMemory(self.wiring.settings.state), own, time.time, failed)

    def _allowed(self) -> Allowed:
        settings = self.wiring.settings
        return Allowed(
            phone=settings.gateway_phone_scans_max,
            device=settings.gateway_device_scans_max,
            address=settings.gateway_address_requests_max,
            venue=settings.gateway_venue_scans_max,
        )

    def _span(self, at: int) -> Span:
        settings = self.wiring.settings
        oldest = at - settings.retention_days * 86_400 if settings.retention_days else 0
        return Span(max(0, oldest), at + settings.future_seconds_max)

    def _signer(self, venue: str) -> Signer | None:
        try:
            return key_files.Signers(self.folder / KEYS).of(venue)
        except BadInput:
            return None

    def _card(self) -> str | None:
        signer = self._signer("")
        return (
            None if signer is None else card_code(signer, secrets.token_bytes(CARD_BYTES), int(time.time()))
        )

    def _failed(self, why: BaseException) -> None:
        if isinstance(why, TruyvetError):
            self.metrics.log_failed()
        LOG.error("did not take a batch, nothing of it counts as taken", exc_info=why)

    def _down(self) -> list[str]:
        """Redis is not among them: without it scans are taken as well."""
        try:
            self._side.ends(TOPIC)
        except TruyvetError as why:
            return [str(why)]
        return []

    def close(self) -> None:
        """Put away what is not the wiring's."""
        if self._own is None:
            for log in (self._outlet, self._side):
                log.close()
