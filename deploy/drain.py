"""Wait until everything published has been processed and stored, and say until when answers are whole."""

import time
from collections.abc import Callable
from typing import NamedTuple

from deploy.wiring import Wiring, clock
from producers.errors import Unavailable
from producers.scan import TOPIC

POLL_SECONDS = 0.5


class Drained(NamedTuple):
    """records: in the log when asked; missing: of these, not processed yet; watermark: see `drain`."""

    records: int
    missing: int
    watermark: int


def lag(wiring: Wiring, ends: dict[int, int]) -> int:
    """How many records before these ends are not whole in the store.

    The store's marks are counted, not Kafka's committed offsets: Faust can commit past a record in
    flight and can lose a commit; a record is marked when its visits and its scans are stored.
    """
    done = wiring.store.processed(wiring.log.incarnation(TOPIC), ends)
    return sum(max(0, end - done.get(partition, 0)) for partition, end in ends.items())


def drain(
    wiring: Wiring,
    *,
    patience_seconds: float,
    progress: Callable[[float, float], None] = lambda done, total: None,
) -> Drained:
    """Returns when nothing is missing, or when nothing moved for `patience_seconds`.

    The watermark is the moment of asking: every record the log had taken by then is stored.
    While the store or the log is down this waits too, and counts it as standing still.
    """
    watermark = clock()
    ends = wiring.log.ends(TOPIC)
    total = sum(ends.values())
    best = missing = total
    moved = time.monotonic()
    while True:
        try:
            missing = lag(wiring, ends)
        except Unavailable:
            if time.monotonic() - moved > patience_seconds:
                raise
        if missing < best:
            best, moved = missing, time.monotonic()
        progress(total - missing, total)
        if not missing or time.monotonic() - moved > patience_seconds:
            return Drained(total, missing, watermark)
        time.sleep(POLL_SECONDS)
