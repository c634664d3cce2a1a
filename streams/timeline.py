"""What is known of one person's scans, small enough to keep for millions of people.

A timeline says since when it is complete: every scan of the person with an anchor at or after
`complete_since` that was ever processed is in it. Anything older is in the store. The cut is
clean: no scan lies within the longest debounce before it, so no visit is cut in two (`streams.sessions`).
"""

from collections.abc import Iterable
from enum import IntEnum
from operator import itemgetter
from struct import Struct
from typing import NamedTuple

SCAN_STRUCT = Struct("<IIBQQ")
SINCE_STRUCT = Struct("<I")
_since_of = itemgetter(slice(SINCE_STRUCT.size))
_scans_of = itemgetter(slice(SINCE_STRUCT.size, None))


class Direction(IntEnum):
    """Which way through the door. `out` sorts first, so that touching stays do not overlap.

    `closing` is an out-scan that names the in-scan it closes; its anchor is that in-scan's moment.
    """

    out = 0
    into = 1
    unknown = 2
    closing = 3


class Scan(NamedTuple):
    """One scan as kept. Tuples compare in this order, which is the order of a timeline.

    anchor: the second from which the scan matters: `at`, or for an out-scan that names the
        in-scan it closes, that in-scan's moment. Reading a span by anchor finds a stay's two ends.
    at: when it was scanned, epoch seconds UTC.
    venue: `producers.venue.venue_key` of the venue.
    scan_id: unique for the person.
    """

    anchor: int
    at: int
    direction: int
    venue: int
    scan_id: int


class Timeline(NamedTuple):
    """A person's scans in order, complete from `complete_since` on."""

    complete_since: int
    scans: tuple[Scan, ...]


def pack(timeline: Timeline) -> bytes:
    """25 bytes a scan and 4 more."""
    packed = (SCAN_STRUCT.pack(*scan) for scan in timeline.scans)
    return SINCE_STRUCT.pack(timeline.complete_since) + b"".join(packed)


def unpack(data: bytes) -> Timeline:
    """The reverse of `pack`. Raises struct.error on bytes that `pack` did not make."""
    (since,) = SINCE_STRUCT.unpack_from(data)
    body = memoryview(data)[SINCE_STRUCT.size :]
    return Timeline(since, tuple(map(Scan._make, SCAN_STRUCT.iter_unpack(body))))


def sinces(packed: Iterable[bytes]) -> bytes:
    """`complete_since` of each, one after the other. Of tens of thousands: no step of Python for each."""
    return b"".join(map(_since_of, packed))


def bodies(packed: Iterable[bytes]) -> bytes:
    """The scans of all, one after the other."""
    return b"".join(map(_scans_of, packed))
