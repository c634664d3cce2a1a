"""Bytes from the log become scans, or dead letters with a reason; never an exception.

A whole record is read at once (pydantic, about 600,000 scans a second). Only when that fails
is it read scan by scan, so that one bad scan does not take its 499 neighbours with it.
"""

import json
from dataclasses import dataclass
from typing import Any, NamedTuple

from pydantic import ValidationError

from producers.scan import ONE, RECORD, SCANS_PER_RECORD_MAX, SCHEMA_VERSION, ScanEvent
from producers.venue import venue_key
from streams.dead_letters import DeadLetter, Reason
from streams.ports import Record
from streams.timeline import Direction, Scan

DIRECTIONS = {"in": Direction.into, "out": Direction.out, "unknown": Direction.unknown}


@dataclass(frozen=True, slots=True)
class Limits:
    """Between which moments a scan is taken, epoch seconds. `earliest` is 0 to keep everything."""

    earliest: int
    latest: int


class Understood(NamedTuple):
    """One scan of a record, ready to be dealt with."""

    person: int
    venue_id: str
    scan: Scan
    position: int
    event: ScanEvent


class Decoded(NamedTuple):
    """Everything one record holds: scans plus dead letters account for each of `total`."""

    record: Record
    total: int
    scans: list[Understood]
    dead: list[DeadLetter]


def decode(record: Record, limits: Limits) -> Decoded:
    """Read one record. A record that is not a list of scans is one dead letter, position -1."""
    try:
        events: list[Any] = RECORD.validate_json(record.value)
        checked = True
    except ValidationError:
        checked = False
        try:
            events = json.loads(record.value)
        except (ValueError, RecursionError):
            return _unreadable(record, "not_json", "the record is not JSON")
        if not isinstance(events, list) or not 1 <= len(events) <= SCANS_PER_RECORD_MAX:
            detail = f"the record is not a list of 1..{SCANS_PER_RECORD_MAX} scans"
            return _unreadable(record, "not_a_record", detail)
    scans: list[Understood] = []
    dead: list[DeadLetter] = []
    for index, event in enumerate(events):
        one = _understand(event, index, limits, checked=checked)
        if isinstance(one, Understood):
            scans.append(one)
        else:
            dead.append(_letter(record, index, *one, body=body_of(event)))
    return Decoded(record, len(events), scans, dead)


def _understand(event: Any, index: int, limits: Limits, *, checked: bool) -> Understood | tuple[Reason, str]:
    if isinstance(event, dict) and event.get("v", SCHEMA_VERSION) != SCHEMA_VERSION:
        return "unknown_version", f"v: this worker knows version {SCHEMA_VERSION} of a scan"
    if not checked:
        try:
            event = ONE.validate_python(event)
        except ValidationError as error:
            first = error.errors(include_url=False, include_input=False)[0]
            return "bad_field", f"{'.'.join(map(str, first['loc']))}: {first['msg']}"
    return _scan_of(event, index, limits)


def _scan_of(event: ScanEvent, index: int, limits: Limits) -> Understood | tuple[Reason, str]:
    at = event["at"]
    direction = DIRECTIONS[event.get("direction", "unknown")]
    since = event.get("since")
    if since is not None:
        if direction != Direction.out:
            return "bad_field", "since: only an out-scan closes another"
        if since > at:
            return "out_before_in", "since: the in-scan is later than the out-scan that closes it"
        direction = Direction.closing
    if at < limits.earliest:
        return "too_old", "at: older than the retention"
    if at > limits.latest:
        return "from_the_future", "at: later than the worker's clock allows"
    try:
        venue = venue_key(event["venue"])
    except UnicodeEncodeError:
        return "bad_field", "venue: not valid Unicode"
    scan = Scan(at if since is None else since, at, direction, venue, int(event["scan_id"], 16))
    return Understood(int(event["person"], 16), event["venue"], scan, index, event)


def body_of(event: Any) -> bytes:
    """The bytes of one scan, as they go into a dead letter."""
    return json.dumps(event, separators=(",", ":")).encode()


def refuse(record: Record, scan: Understood, reason: Reason, detail: str) -> DeadLetter:
    """The dead letter of a scan that was understood and still cannot be taken."""
    return _letter(record, scan.position, reason, detail, body_of(scan.event))


def _unreadable(record: Record, reason: Reason, detail: str) -> Decoded:
    return Decoded(record, 1, [], [_letter(record, -1, reason, detail, record.value)])


def _letter(record: Record, index: int, reason: Reason, detail: str, body: bytes) -> DeadLetter:
    return DeadLetter(
        reason, detail, record.log, record.partition, record.offset, index, record.received, body
    )
