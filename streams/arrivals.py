"""The scans of a batch as columns, each with the record it came in."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from producers.scan import ScanEvent
from producers.venue import venue_key
from streams.decode import Decoded
from streams.tables import SCAN, U32, U64, Ints, ScanArray, ScanTable
from streams.timeline import Direction

DIRECTIONS = {"in": Direction.into, "out": Direction.out, "unknown": Direction.unknown}


class Arrivals(NamedTuple):
    """scans[i] of persons[owner[i]] is events[i], which stood in batch[record[i]]."""

    events: list[ScanEvent]
    record: Ints
    persons: list[int]
    owner: Ints
    scans: ScanArray
    received: U32

    def table(self, chosen: Ints) -> ScanTable:
        """These scans as they are stored."""
        scans = self.scans[chosen]
        persons = np.array(self.persons, np.uint64)[self.owner[chosen]]
        return ScanTable._make([persons, *(scans[name] for name in SCAN.names or ()), self.received[chosen]])


def arrivals(batch: Sequence[Decoded], keys: dict[str, int]) -> Arrivals:
    """Every good scan of a batch. `keys` remembers the keys of venue ids and is added to."""
    events = [event for one in batch for event in one.events]
    record = np.repeat(np.arange(len(batch)), [len(one.events) for one in batch])
    for venue_id in {event["venue"] for event in events} - keys.keys():
        keys[venue_id] = venue_key(venue_id)
    scans = np.empty(len(events), SCAN)
    scans["at"] = [event["at"] for event in events]
    scans["direction"] = [DIRECTIONS[event.get("direction", "unknown")] for event in events]
    scans["venue"] = [keys[event["venue"]] for event in events]
    scans["scan_id"] = _numbers([event["scan_id"] for event in events])
    scans["anchor"] = scans["at"]
    for index in [i for i, event in enumerate(events) if "since" in event]:
        since = events[index]["since"]
        if since is not None:
            scans["anchor"][index] = since
            scans["direction"][index] = Direction.closing
    persons, owner = np.unique(_numbers([event["person"] for event in events]), return_inverse=True)
    received = np.array([one.record.received for one in batch], np.uint32)
    return Arrivals(events, record, persons.tolist(), owner, scans, received[record])


def _numbers(hexes: Sequence[str]) -> U64:
    """Sixteen hex digits each, as numbers."""
    return np.frombuffer(bytes.fromhex("".join(hexes)), ">u8").astype(np.uint64)
