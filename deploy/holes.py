"""Records that Kafka believes done and nobody dealt with to the end are found by their missing marks.

A committed offset says that everything before it is done. It is not believed: Faust can move it past records
that were lost on the way, in a rebalance under load, say, and whoever starts there never sees them. A record
is marked as whole when its scans are stored, last of all, so one before the committed offset without it is
such a hole. Its receipt may be there: a write can break off between the receipts and the scans.
"""

import logging
import time
from collections.abc import Callable, Collection, Mapping
from threading import Thread
from typing import Protocol

from deploy.in_process import GROUP
from producers.errors import TruyvetError
from producers.ports import Log
from producers.scan import TOPIC
from streams.faust_app import Process
from streams.ports import Record

LOG = logging.getLogger("truyvet.worker")
LOOK_SECONDS = 30
RECORDS_MAX = 200
"""Dealt with at a time, as in a batch."""
SETTLED_SECONDS = 3600
"""What was whole so long ago, and is now, is on disk: a power cut cannot take its marks any more."""


class Marks(Protocol):
    """What the store says of records that are whole."""

    def first_unprocessed(
        self, log: str, ends: Mapping[int, int], since: Mapping[int, int]
    ) -> dict[int, tuple[int, int]]:
        """Partition -> the first offset in [since, end) that is not whole, and how many are not."""
        ...

    def settle(self, log: str, nexts: Mapping[int, int]) -> None:
        """Every record before these offsets is whole, and need not be counted again."""
        ...


class Holes(Thread):
    """Looks at the partitions of this worker now and then.

    log: one of its own. process: what the worker does with a batch; never two at once. mended: told how
    many records were dealt with.
    """

    def __init__(
        self,
        log: Log,
        marks: Marks,
        process: Process,
        partitions: Callable[[], Collection[int]],
        mended: Callable[[int], None],
        *,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        super().__init__(name="holes", daemon=True)
        self._log, self._marks, self._process = log, marks, process
        self._partitions, self._mended = partitions, mended
        self._kept: dict[tuple[str, int], int] = {}
        """(incarnation, partition) -> the first offset that Kafka keeps, where missing ones are gone."""
        self._clock = clock
        self._whole: dict[tuple[str, int], tuple[float, int]] = {}
        """(incarnation, partition) -> when all of it up to an offset was seen to be whole, and the offset."""

    def run(self) -> None:
        while True:
            time.sleep(LOOK_SECONDS)
            self.try_to_look()

    def try_to_look(self) -> None:
        """Once; what fails is told, and the next look tries again."""
        try:
            self.look()
        except TruyvetError as error:
            LOG.warning("does not look for holes before the committed offsets: %s", error)
        except Exception as error:  # a bug: it must not end this thread, for nobody else looks
            LOG.error("does not look for holes before the committed offsets", exc_info=error)

    def look(self) -> int:
        """Once; returns how many records were dealt with. Raises Unavailable, Refused."""
        name, committed = self._log.incarnation(TOPIC), self._log.committed(GROUP, TOPIC)
        ends = {partition: committed[partition] for partition in self._partitions()}
        since = {partition: min(end, self._kept.get((name, partition), 0)) for partition, end in ends.items()}
        holes = self._marks.first_unprocessed(name, ends, since)
        self._settle(name, {p: end for p, end in ends.items() if p not in holes and not since[p]})
        count = 0
        for partition, (first, missing) in holes.items():
            count += self._mend(name, partition, first, min(missing, RECORDS_MAX), ends[partition])
        if count:
            self._mended(count)
        return count

    def _settle(self, name: str, whole: Mapping[int, int]) -> None:
        """These partitions are whole up to these offsets: write down up to where they were an hour ago."""
        now, settled = self._clock(), {}
        for partition, end in whole.items():
            seen, then = self._whole.setdefault((name, partition), (now, end))
            if now - seen >= SETTLED_SECONDS:
                if then:
                    settled[partition] = min(then, end)
                self._whole[name, partition] = now, end
        if settled:
            self._marks.settle(name, settled)

    def _mend(self, name: str, partition: int, first: int, records: int, end: int) -> int:
        """Deal with so many records from the first one on; whatever was done before is a duplicate."""
        entries = [e for e in self._log.read(TOPIC, partition, first, records) if e.offset < end]
        place = {"partition": partition, "offset": first}
        if not entries or entries[0].offset != first:
            LOG.critical(
                "records were never dealt with, and Kafka keeps them no more", extra={"fields": place}
            )
            self._kept[name, partition] = entries[0].offset if entries else end
        if not entries:
            return 0
        LOG.error(
            "deals with records that the committed offset had run past",
            extra={"fields": place | {"records": len(entries)}},
        )
        self._process([Record(name, *entry[:4]) for entry in entries])
        return len(entries)
