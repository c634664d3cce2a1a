"""Bytes from the log become scans, or dead letters with a reason; never an exception.

A whole record is read at once (pydantic, about 600,000 scans a second). Only when that fails
is it read scan by scan, so that one bad scan does not take its 499 neighbours with it.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, NamedTuple

from pydantic import ValidationError

from producers.intake import STAY_DAYS_MAX
from producers.scan import ATTEMPTS_MAX, ONE, RECORD, SCANS_PER_RECORD_MAX, SCHEMA_VERSION, ScanEvent
from streams.dead_letters import DeadLetter, Reason
from streams.plain_record import BYTES_MIN, plain
from streams.ports import Record
from streams.sent import NONE, Sent, sent

STAY_SECONDS_MAX = STAY_DAYS_MAX * 86_400


class Span(NamedTuple):
    """The first and the last moment at which a scan is taken, epoch seconds."""

    earliest: int
    latest: int


@dataclass(frozen=True, slots=True)
class Limits:
    """How long before and after the log received its record a scan is taken, seconds.

    By that moment and not by the clock of whoever reads the record: read late or read again, it is
    judged the same. `past_seconds` is 0 to keep everything.
    """

    past_seconds: int
    future_seconds: int

    def around(self, received: int) -> Span:
        """For a record that the log received at this epoch second."""
        earliest = max(0, received - self.past_seconds) if self.past_seconds else 0
        return Span(earliest, received + self.future_seconds)


class Decoded(NamedTuple):
    """Everything one record holds: scans plus dead letters account for each of `total`."""

    record: Record
    total: int
    scans: Sent
    positions: Sequence[int]
    """Where each scan stood in the record."""
    dead: list[DeadLetter]


def decode(record: Record, limits: Limits) -> Decoded:
    """Read one record. A record that is not a list of scans is one dead letter, position -1."""
    span = limits.around(record.received)
    scans = plain(record.value) if len(record.value) >= BYTES_MIN else None
    if scans and span.earliest <= scans.at.min() and scans.at.max() <= span.latest:
        return Decoded(record, len(scans.at), scans, range(len(scans.at)), [])
    try:
        events = RECORD.validate_json(record.value)
        if not any(wrong(event, span) for event in events):
            return Decoded(record, len(events), sent(events), range(len(events)), [])
        return _one_by_one(record, events, span, checked=True)
    except ValidationError:
        return _carefully(record, span)


def wrong(event: ScanEvent, span: Span) -> tuple[Reason, str] | None:
    """What the schema cannot say: why this well-formed scan is not taken, None when it is."""
    at = event["at"]
    if "v" in event and event["v"] != SCHEMA_VERSION:
        return "unknown_version", f"v: this worker knows version {SCHEMA_VERSION} of a scan"
    if "since" in event and (since := event["since"]) is not None and (why := _wrong_stay(event, since)):
        return why
    if at < span.earliest:
        return "too_old", "at: longer before the log received it than scans are kept"
    if at > span.latest:
        return "from_the_future", "at: later than the log received it"
    return None


def _wrong_stay(event: ScanEvent, since: int) -> tuple[Reason, str] | None:
    if event.get("direction") != "out":
        return "bad_field", "since: only an out-scan closes another"
    if since > event["at"]:
        return "out_before_in", "since: the in-scan is later than the out-scan that closes it"
    if event["at"] - since > STAY_SECONDS_MAX:
        return "bad_field", f"since: a stay is at most {STAY_DAYS_MAX} days, send it in parts"
    return None


def refuse(record: Record, position: int, reason: Reason, detail: str) -> DeadLetter:
    """The dead letter of one scan of a record: what was sent, also the fields that we do not know."""
    event: Any = None
    try:
        event = _as_sent(record.value)[position]
        body = json.dumps(event, separators=(",", ":"), ensure_ascii=False).encode()
    except UnicodeEncodeError:  # half a character: keep it as an escape
        body = json.dumps(event, separators=(",", ":")).encode()
    except (ValueError, RecursionError):  # JSON for pydantic only: better too much than too little
        body = record.value
    return _letter(record, position, reason, detail, body, _attempt([event]), _version(event))


def refuse_whole(record: Record, reason: Reason, detail: str) -> DeadLetter:
    """The dead letter of a record that cannot be taken apart, or that nobody can deal with."""
    try:
        sent = _as_sent(record.value)
    except (ValueError, RecursionError):
        sent = None
    attempt = _attempt(sent if isinstance(sent, list) else [])
    return _letter(record, -1, reason, detail, record.value, attempt, None)


def _letter(
    record: Record, position: int, reason: Reason, detail: str, body: bytes, *said: Any
) -> DeadLetter:
    log, partition, offset, received, _ = record
    return DeadLetter(reason, detail, log, partition, offset, position, received, body, *said)


def _attempt(events: list[Any]) -> int:
    """The highest attempt that any of these says, as far as it can be a number of tries."""
    said = [event.get("attempt") for event in events if isinstance(event, dict)]
    return max((n for n in said if type(n) is int and 1 <= n <= ATTEMPTS_MAX), default=1)


def _version(event: Any) -> int | None:
    version = event.get("v", 1) if isinstance(event, dict) else None
    return version if type(version) is int and abs(version) < 2**31 else None


@lru_cache(maxsize=1)
def _as_sent(value: bytes) -> Any:
    """A whole record, of which many a scan may be refused. Raises ValueError, RecursionError."""
    # Of bytes `json` would guess the encoding, and pydantic reads UTF-8 alone: no two readers may differ.
    return json.loads(value.decode())


def _carefully(record: Record, span: Span) -> Decoded:
    """Read a record that pydantic refused as a whole."""
    try:
        events = _as_sent(record.value)
    except (ValueError, RecursionError):
        return _unreadable(record, "not_json", "the record is not JSON")
    if not isinstance(events, list) or not 1 <= len(events) <= SCANS_PER_RECORD_MAX:
        return _unreadable(
            record, "not_a_record", f"the record is not a list of 1..{SCANS_PER_RECORD_MAX} scans"
        )
    return _one_by_one(record, events, span, checked=False)


def _one_by_one(record: Record, events: list[Any], span: Span, *, checked: bool) -> Decoded:
    good: list[ScanEvent] = []
    positions: list[int] = []
    dead: list[DeadLetter] = []
    for position, event in enumerate(events):
        why = None if checked else _malformed(event)
        why = why or wrong(event, span)
        if why:
            dead.append(refuse(record, position, *why))
        else:
            good.append(event)
            positions.append(position)
    return Decoded(record, len(events), sent(good), positions, dead)


def _malformed(event: Any) -> tuple[Reason, str] | None:
    if isinstance(event, dict) and event.get("v", SCHEMA_VERSION) != SCHEMA_VERSION:
        return "unknown_version", f"v: this worker knows version {SCHEMA_VERSION} of a scan"
    try:
        ONE.validate_python(event)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        return "bad_field", f"{'.'.join(map(str, first['loc']))}: {first['msg']}"
    return None


def _unreadable(record: Record, reason: Reason, detail: str) -> Decoded:
    return Decoded(record, 1, NONE, [], [refuse_whole(record, reason, detail)])
