"""Dead letters in the topic `scans.dead.v1`: readable reasons around sealed bytes."""

import json
from base64 import b64decode, b64encode
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, Any

from pydantic import BaseModel, Field

from producers.ports import Log
from producers.scan import (
    ATTEMPTS_MAX,
    DEAD_TOPIC,
    LETTER_BYTES_MAX,
    SCANS_PER_RECORD_MAX,
    SCHEMA_VERSION,
    partition_of,
)
from producers.seal import Seal
from streams.dead_letters import DeadLetter, Reason

VALUE_BYTES_MAX = LETTER_BYTES_MAX - 4096
"""Kafka counts what it puts around a value too."""
AGAIN_BYTES_MAX = 500_000
"""A record that gives scans another try is cut there: what was filled to the brim has no room for more."""


class SealedLetter(BaseModel):
    """The value of a record of `scans.dead.v1`. Readers ignore fields and take reasons they do not know."""

    reason: Reason
    detail: Annotated[str, Field(description="What is wrong, without any value of the scan.")]
    log: Annotated[str, Field(description="The incarnation of the topic that was read.")]
    partition: Annotated[int, Field(ge=0)]
    offset: Annotated[int, Field(ge=0)]
    position: Annotated[int, Field(ge=-1, description="Of the scan in its record; -1: the whole record.")]
    received: Annotated[int, Field(description="When Kafka took the record, epoch seconds.")]
    body: Annotated[str, Field(description="Base64 of what was sent, sealed with AES-256-GCM.")]
    attempt: Annotated[int, Field(ge=1, description="Which try at the scan failed; replaying adds one.")] = 1
    schema_version: Annotated[
        int | None, Field(description="The v that the scan names; null where it cannot be read.")
    ] = 1
    v: int = SCHEMA_VERSION


@dataclass(frozen=True)
class DeadLetterLog:
    """The port `streams.ports.DeadLetters` over a log."""

    log: Log
    seal: Seal
    partitions: int

    def put(self, letters: Sequence[DeadLetter]) -> None:
        """Returns when the log has acknowledged every letter."""
        for letter in letters:
            value = encode(letter, self.seal)
            if len(value) > VALUE_BYTES_MAX:
                value = encode(without_body(letter), self.seal)
            self.log.publish(DEAD_TOPIC, letter.partition % self.partitions, value)
        self.log.flush()


def without_body(letter: DeadLetter) -> DeadLetter:
    """What is too large for the topic of letters must not stop a worker; the record is where it was."""
    where = f"{len(letter.body)} bytes are too many for a letter: read the record in scans.v1"
    return letter._replace(detail=f"{letter.detail} ({where})", body=b"")


def encode(letter: DeadLetter, seal: Seal) -> bytes:
    """JSON with everything but the body in clear."""
    fields = letter._asdict() | {"body": b64encode(seal.close(letter.body)).decode()}
    return SealedLetter(**fields).model_dump_json().encode()


def decode(value: bytes, seal: Seal) -> DeadLetter:
    """The reverse of `encode`. Raises BadInput when the seal does not open."""
    fields = json.loads(value)
    known = {name: fields[name] for name in DeadLetter._fields if name in fields}
    return DeadLetter(**known | {"body": seal.open(b64decode(fields["body"]))})


def republished(letter: DeadLetter, partitions: int) -> list[tuple[int, bytes, int]]:
    """(partition, value, scans) of the records that give a letter's scans another try; none where no
    person can be read. Each scan says which try it is, and is otherwise as it was sent.

    Of a whole record, a scan whose person cannot be read goes with the others, to where it stood: the worker
    gives it a letter of its own.
    """
    try:
        sent = json.loads(letter.body)
    except (ValueError, RecursionError):
        return []
    scans = sent if isinstance(sent, list) else [sent]
    places = [_partition(scan, partitions) for scan in scans]
    if not any(place is not None for place in places):
        return []
    apart: dict[int, list[Any]] = defaultdict(list)
    tried = {"attempt": min(letter.attempt + 1, ATTEMPTS_MAX)}
    for scan, place in zip(scans, places, strict=True):
        where = letter.partition % partitions if place is None else place
        apart[where].append(scan | tried if isinstance(scan, dict) else scan)
    step = SCANS_PER_RECORD_MAX
    parts = [(p, some[n : n + step]) for p, some in apart.items() for n in range(0, len(some), step)]
    return [(partition, value, count) for partition, some in parts for value, count in _records(some)]


def _records(scans: list[Any]) -> list[tuple[bytes, int]]:
    """(value, scans) of records that are not too large, written as short as they came: an escape takes twice
    the bytes of a Vietnamese letter."""
    try:
        value = json.dumps(scans, separators=(",", ":"), ensure_ascii=False).encode()
    except UnicodeEncodeError:  # half a character
        value = json.dumps(scans, separators=(",", ":")).encode()
    if len(value) <= AGAIN_BYTES_MAX or len(scans) == 1:
        return [(value, len(scans))]
    middle = len(scans) // 2
    return _records(scans[:middle]) + _records(scans[middle:])


def _partition(scan: Any, partitions: int) -> int | None:
    """Where a scan belongs, as it was sent; None where no person can be read."""
    try:
        return partition_of(scan["person"], partitions)
    except (ValueError, TypeError, KeyError):
        return None
