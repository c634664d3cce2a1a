"""The scans of a batch as columns, each with the record it came in."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from producers.venue import venue_key
from streams.decode import Decoded
from streams.sent import NONE
from streams.sorting import rows_at
from streams.tables import SCAN, U32, Ints, ScanArray, ScanTable


class Arrivals(NamedTuple):
    """scans[i] of persons[owner[i]] stood in batch[record[i]] and named the venue venues[i]."""

    venues: list[str]
    record: Ints
    persons: list[int]
    owner: Ints
    scans: ScanArray
    received: U32
    origin: U32

    def table(self, chosen: Ints) -> ScanTable:
        """These scans as they are stored."""
        scans = rows_at(self.scans, chosen)
        persons = np.array(self.persons, np.uint64)[self.owner[chosen]]
        about = (self.received[chosen], self.origin[chosen])
        return ScanTable._make([persons, *(scans[name] for name in SCAN.names or ()), *about])


def arrivals(batch: Sequence[Decoded], keys: dict[str, int]) -> Arrivals:
    """Every good scan of a batch. `keys` remembers the keys of venue ids and is added to."""
    sent = [one.scans for one in batch] or [NONE]
    venues = [venue for one in sent for venue in one.venue]
    record = np.repeat(np.arange(len(sent)), [len(one.venue) for one in sent])
    for venue_id in set(venues) - keys.keys():
        keys[venue_id] = venue_key(venue_id)
    scans = np.empty(len(venues), SCAN)
    scans["venue"] = [keys[venue] for venue in venues]
    for name in ("anchor", "at", "direction", "scan_id"):
        scans[name] = np.concatenate([getattr(one, name) for one in sent])
    persons, owner = np.unique(np.concatenate([one.person for one in sent]), return_inverse=True)
    received = np.array([one.record.received for one in batch], np.uint32)
    origin = np.concatenate([one.origin for one in sent])
    return Arrivals(venues, record, persons.tolist(), owner, scans, received[record], origin)
