"""What the scans of a record say, as columns: a batch has tens of thousands, and no object for each."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from producers.origin import origin_code
from producers.scan import ScanEvent
from streams.tables import U8, U32, U64
from streams.timeline import Direction

DIRECTIONS = {"in": Direction.into, "out": Direction.out, "unknown": Direction.unknown}


class Sent(NamedTuple):
    """One entry for each scan, in order. Directions and anchors are those of `streams.timeline.Scan`."""

    person: U64
    scan_id: U64
    venue: list[str]
    at: U32
    direction: U8
    anchor: U32
    origin: U32
    """`producers.origin.Origin.code`, 0 for none."""

    def chosen(self, positions: Sequence[int]) -> "Sent":
        """The scans at these positions."""
        some = np.array(positions, np.int64)
        venue = [self.venue[n] for n in positions]
        return Sent(
            *(self.person[some], self.scan_id[some], venue),
            *(self.at[some], self.direction[some]),
            *(self.anchor[some], self.origin[some]),
        )


def sent(events: Sequence[ScanEvent]) -> Sent:
    """The columns of scans that were checked one by one."""
    at = np.array([event["at"] for event in events], np.uint32)
    direction = np.array([DIRECTIONS[event.get("direction", "unknown")] for event in events], np.uint8)
    anchor = at.copy()
    for index in [i for i, event in enumerate(events) if "since" in event]:
        since = events[index]["since"]
        if since is not None:
            anchor[index] = since
            direction[index] = Direction.closing
    return Sent(
        _numbers([event["person"] for event in events]),
        _numbers([event["scan_id"] for event in events]),
        [event["venue"] for event in events],
        at,
        direction,
        anchor,
        np.array([origin_code(event.get("origin", "")) for event in events], np.uint32),
    )


def _numbers(hexes: Sequence[str]) -> U64:
    """Sixteen hex digits each, as numbers."""
    return np.frombuffer(bytes.fromhex("".join(hexes)), ">u8").astype(np.uint64)


NONE = sent([])
