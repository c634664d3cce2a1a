"""Many requests together: read, decide, publish, and only then remember and answer.

The order is what loses nothing: a scan is remembered as taken after Kafka acknowledged it, and answered after
that. Whoever hears no answer sends again, and a scan that is in Kafka twice is one scan to the workers.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Protocol, cast

from producers.codes.reading import Signature, System
from producers.errors import Unavailable
from producers.gateway.admit import Admission
from producers.gateway.asked import Answer, Damaged, ScanAsked
from producers.gateway.declined import Declined
from producers.gateway.device import VIA, Kind
from producers.gateway.door import Door, Where, Wrong
from producers.gateway.draft import Draft, Span, drafted
from producers.gateway.flags import Places
from producers.gateway.memory import SCANS, Memory
from producers.gateway.oddities import Oddities
from producers.gateway.post import Packet, Post, Taken
from producers.gateway.rates import Rates, over
from producers.origin import Flag, Origin
from producers.packing import Packer
from producers.problem import RETRY_AFTER_SECONDS
from producers.scan import SCANS_PER_RECORD_MAX, TOPIC, ScanEvent

Read = Draft | Wrong | Damaged
Outcome = Taken | Declined


class Outlet(Protocol):
    """Where records go; what a batch needs of a `producers.ports.Log`."""

    def publish(self, topic: str, partition: int, value: bytes | None, key: bytes | None = None) -> None: ...

    def flush(self) -> None:
        """Return when everything published has been acknowledged. Raises Unavailable, Refused."""
        ...


@dataclass(frozen=True)
class Parts:
    """What a batch is decided with.

    door: the one that holds now. span: which moments are taken, as of the epoch second given.
    partitions: of scans.v1. scan_seconds: how long a scan is remembered as taken.
    failed: told of a fault of ours on one request.
    """

    admission: Admission
    rates: Rates
    memory: Memory
    places: Places
    door: Callable[[], Door]
    span: Callable[[int], Span]
    log: Outlet
    partitions: int
    scan_seconds: int
    failed: Callable[[BaseException], None] = lambda bug: None


@dataclass
class _Work:
    """One request that is new: its scans as they were read, and their answers as these become known."""

    post: Post
    nonce: str
    read: list[Read]
    answers: list[Answer] = field(default_factory=list)

    def drafts(self) -> Iterator[Draft]:
        return (one for one in self.read if isinstance(one, Draft))

    def key(self, draft: Draft) -> bytes:
        """Under which a scan is remembered as taken: ids are the device's own."""
        return SCANS + bytes.fromhex(self.post.signed.device.device + draft.scan_id)


def take(parts: Parts, posts: Sequence[Post], packets: Sequence[Packet] = ()) -> list[Outcome]:
    """What becomes of each request. Publishes the packets as well.

    Raises Unavailable, Refused: then nothing is remembered as taken, whatever the log has of it.
    """
    outcomes: dict[int, Outcome] = {}
    work = _within_venues(parts.rates, _admitted(parts, posts, outcomes), outcomes)
    for topic, partition, value, key in packets:
        parts.log.publish(topic, partition, value, key)
    oddities = Oddities(
        parts.memory, parts.places, [(one.post, draft) for one in work for draft in one.drafts()]
    )
    kept = _published(parts, work, oddities)
    parts.log.flush()
    parts.memory.put(kept, parts.scan_seconds)
    oddities.remember()
    done = [(one.post, Taken(one.answers, one.post.skew, one.nonce)) for one in work]
    parts.admission.remember(done)
    outcomes.update((id(post), taken) for post, taken in done)
    return [outcomes[id(post)] for post in posts]


def _admitted(parts: Parts, posts: Sequence[Post], outcomes: dict[int, Outcome]) -> list[_Work]:
    """Those that are new and within their limits, read; the others get their outcome."""
    told = parts.admission.first_time([(post.signed, post.received) for post in posts])
    new: dict[int, tuple[Post, str]] = {}
    for post, nonce in zip(posts, told, strict=True):
        if isinstance(nonce, Declined):
            outcomes[id(post)] = nonce
        else:
            new[id(post)] = post, nonce
    # Only of these: who sends a device's requests again must not use up what it may send.
    fresh = [post for post, _ in new.values()]
    limits, before = parts.admission.within_limits(fresh), parts.admission.answered(fresh)
    for post, limit, answered in zip(fresh, limits, before, strict=True):
        if early := limit or answered:
            outcomes[id(post)] = early
            del new[id(post)]
    return _all_read(parts, new.values(), outcomes)


def _all_read(parts: Parts, new: Iterable[tuple[Post, str]], outcomes: dict[int, Outcome]) -> list[_Work]:
    """The scans of each request, as they will travel or as they are refused."""
    door, work = parts.door(), []
    for post, nonce in new:
        try:
            read = _read(post, door, parts.span(post.received))
        except Unavailable as why:
            # The table of aliases cannot be read now.
            parts.failed(why)
            outcomes[id(post)] = Declined("later", after=RETRY_AFTER_SECONDS)
            continue
        except Exception as bug:
            # A fault of ours on one request must not cost those beside it.
            parts.failed(bug)
            outcomes[id(post)] = Declined("failed")
            continue
        work.append(_Work(post, nonce, read))
    return work


def _read(post: Post, door: Door, span: Span) -> list[Read]:
    device = post.signed.device
    return [one if isinstance(one, Damaged) else drafted(one, device, door, span) for one in post.scans]


def _within_venues(rates: Rates, work: list[_Work], outcomes: dict[int, Outcome]) -> list[_Work]:
    """Without those who name a venue for which everyone together sends too much."""
    scans = Counter(draft.where.venue for one in work for draft in one.drafts())
    venues = rates.over_venues(scans)
    left = []
    for one in work:
        most = max((venues.get(draft.where.venue, 0) for draft in one.drafts()), default=0) if venues else 0
        if most:
            outcomes[id(one.post)] = over("venue_rate", most)
        else:
            left.append(one)
    return left


def _published(parts: Parts, work: Sequence[_Work], oddities: Oddities) -> dict[bytes, bytes]:
    """Hands what is new to the log, fills in the answers, says what to remember once it is acknowledged."""
    keys = [one.key(draft) for one in work for draft in one.drafts()]
    before = {key: kept for key, kept in zip(keys, parts.memory.get(keys), strict=True) if kept}
    packer = Packer(parts.partitions, SCANS_PER_RECORD_MAX)
    new: dict[bytes, bytes] = {}
    for one in work:
        for asked, read in zip(one.post.scans, one.read, strict=True):
            if not isinstance(read, Draft):
                one.answers.append(_refused(asked, read))
                continue
            key, digest = one.key(read), read.digest()
            if (known := before.get(key)) is not None:
                one.answers.append(_known(read, same=known == digest))
                continue
            before[key] = new[key] = digest
            flags = oddities.of(one.post, read)
            if full := packer.add(_event(read, one.post.signed.device.kind, flags)):
                parts.log.publish(TOPIC, *full)
            one.answers.append(_taken(read, flags))
    for record in packer.flush():
        parts.log.publish(TOPIC, *record)
    return new


def _event(draft: Draft, kind: Kind, flags: frozenset[Flag]) -> ScanEvent:
    event: ScanEvent = {
        "scan_id": draft.scan_id,
        "person": draft.person,
        "venue": draft.where.venue,
        "at": draft.at,
        "direction": draft.direction,
        "origin": _origin(kind, draft.where, flags),
    }
    if draft.since is not None:
        event["since"] = draft.since
    return event


def _origin(kind: Kind, where: Where, flags: frozenset[Flag]) -> str:
    return _origin_text(kind, where.system, where.version, where.signature, flags)


@lru_cache(4096)
def _origin_text(kind: Kind, system: str, version: int, signature: str, flags: frozenset[Flag]) -> str:
    return Origin(VIA[kind], cast(System, system), version, cast(Signature, signature), flags).text()


def _taken(draft: Draft, flags: frozenset[Flag]) -> Answer:
    if flags:
        return {"scan_id": draft.scan_id, "status": "taken", "flags": sorted(flags)}
    return {"scan_id": draft.scan_id, "status": "taken"}


def _known(draft: Draft, *, same: bool) -> Answer:
    if same:
        return {"scan_id": draft.scan_id, "status": "duplicate"}
    return {"scan_id": draft.scan_id, "status": "refused", "reason": "conflicting_id"}


def _refused(asked: ScanAsked | Damaged, why: Wrong | Damaged) -> Answer:
    if isinstance(why, Damaged):
        return {"scan_id": why.scan_id, "status": "refused", "reason": "bad_field", "sentence": why.where}
    return {"scan_id": cast(ScanAsked, asked)["scan_id"], "status": "refused", "reason": why.reason}
