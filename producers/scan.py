"""A scan: one person met one venue code at one moment, and how that travels in `scans.v1`.

A record of the topic is a JSON array of 1..SCANS_PER_RECORD_MAX scans that all belong to one
partition, so that one person's scans stay in order and Faust's cost per message (about 150 us)
is shared. Evolution: a new field is optional with a default; nothing is renamed or retyped;
otherwise `v` grows and readers that do not know it send the scan to the dead letters.
"""

from hashlib import blake2b
from typing import Annotated, Literal, NotRequired

from pydantic import ConfigDict, Field, TypeAdapter, with_config
from typing_extensions import TypedDict  # pydantic asks for it before Python 3.12

ORIGIN_LENGTH_MAX = 120
TOPIC = "scans.v1"
DEAD_TOPIC = "scans.dead.v1"
CLOSED_TOPIC = "scans.dead.closed.v1"
"""Says which dead letters were dealt with (`streams.letter_book`)."""
LETTER_BYTES_MAX = 4 * 2**20
"""Of one record of DEAD_TOPIC, and of whatever is sent. A letter holds a whole record of `scans.v1` (Kafka's
own limit is 1 MiB) sealed, in base64: a third more."""
SCHEMA_VERSION = 1
SCANS_PER_RECORD_MAX = 500
VENUE_LENGTH_MAX = 256
SECONDS_MAX = 2**32 - 1
"""ClickHouse's DateTime ends on 2106-02-07."""

ATTEMPTS_MAX = 1000

Direction = Literal["in", "out", "unknown"]
Hex64 = Annotated[str, Field(pattern=r"^[0-9a-f]{16}$")]
Second = Annotated[int, Field(ge=0, le=SECONDS_MAX, strict=True)]


@with_config(ConfigDict(extra="ignore"))
class ScanEvent(TypedDict):
    """One scan as it travels.

    scan_id: 64 bits in hex, unique for its person. A device draws it at random; an import
        derives it from the row (`content_id`), so that the same row sent twice is one scan.
    person: the keyed pseudonym (`producers.pseudonym`), 64 bits in hex; never an identity.
    venue: the venue's id exactly as its code or the imported row gives it.
    at: when, in epoch seconds UTC.
    direction: `in`, `out`, or `unknown` when the code does not say.
    since: only on an `out`: the `at` of the `in` it closes, when the sender knows it.
    origin: the way in, the code that was read and what was odd about it (`producers.origin`).
    attempt: which try this is, when a dead letter was sent again; without it the first.
    """

    scan_id: Hex64
    person: Hex64
    venue: Annotated[str, Field(min_length=1, max_length=VENUE_LENGTH_MAX)]
    at: Second
    direction: NotRequired[Direction]
    origin: NotRequired[Annotated[str, Field(max_length=ORIGIN_LENGTH_MAX)]]
    since: NotRequired[Second | None]
    attempt: NotRequired[Annotated[int, Field(ge=1, le=ATTEMPTS_MAX, strict=True)]]
    # Any whole number can be read; only this one may be sent.
    v: NotRequired[Annotated[int, Field(strict=True, json_schema_extra={"const": SCHEMA_VERSION})]]


RECORD = TypeAdapter(Annotated[list[ScanEvent], Field(min_length=1, max_length=SCANS_PER_RECORD_MAX)])
"""Reads and writes the value of a whole record."""

ONE = TypeAdapter(ScanEvent)
"""Reads one scan, for the slow path that saves the good scans of a bad record."""


def content_id(person: str, venue: str, at: int, direction: Direction, since: int | None) -> str:
    """The scan id of a row that has none: 64 bits of a hash over what the row says.

    >>> content_id("00000000000000ff", "bus 32", 1638316800, "in", None)
    '7761e8b4028029ed'
    """
    body = f"{person}\0{venue}\0{at}\0{direction}\0{'' if since is None else since}"
    return blake2b(body.encode(), digest_size=8).hexdigest()


def partition_of(person: str, partitions: int) -> int:
    """The partition of `scans.v1` that holds every scan of this person (hex pseudonym)."""
    return int(person, 16) % partitions
