"""Tells whether the worker is alive by what Kafka has committed for it, not by its being there.

Faust's consumers can stall in silence: the process lives, its heartbeats go on, and nothing moves. So
every few seconds the worker's committed offsets are held against the ends of its partitions. When
records wait in one of them and none of it is committed, the metrics and `/readyz` say so; when that lasts and
no batch is at work and no outage explains it, the worker ends itself, and its supervisor starts it again.
"""

import logging
import os
import time
from collections.abc import Callable, Collection, Mapping
from threading import Thread
from typing import NamedTuple, Protocol

from deploy.in_process import GROUP
from deploy.metrics import WorkerMetrics
from producers.errors import TruyvetError
from producers.ports import Log
from producers.scan import DEAD_TOPIC, TOPIC

LOG = logging.getLogger("truyvet.worker")
LOOK_SECONDS = 10
OLDEST_SECONDS = 600
STALLED_AFTER_SECONDS = 60
"""From here on `/readyz` says so; a batch and its commit take seconds."""


class Waiting(NamedTuple):
    """What waits for a worker: records not committed."""

    records: int
    oldest: int
    """When Kafka took the oldest of these records; 0 when all came since the look before."""
    behind: Mapping[int, int]
    """Partition in which records wait -> its committed offset."""


class Queue:
    """The partitions of a worker, as Kafka tells of them."""

    def __init__(self, log: Log) -> None:
        self._log = log
        self._ends: dict[int, int] | None = None

    @property
    def partitions(self) -> int:
        """Of the topic, as of the last look."""
        return len(self._ends or ())

    def look(self, partitions: Collection[int]) -> Waiting:
        """Ask Kafka. A place without a record (the mark of a transaction) is not waited for."""
        ends, committed = self._log.ends(TOPIC), self._log.committed(GROUP, TOPIC)
        behind = {p: committed[p] for p in partitions if ends.get(p, 0) > committed.get(p, 0)}
        # A record is read only where one has waited since the last look: reading costs a connection.
        before, self._ends = self._ends or ends, ends
        old = {p: at for p, at in behind.items() if at < before.get(p, 0)}
        received = self._log.first_received(TOPIC, old)
        waits = {p: at for p, at in behind.items() if p in received or p not in old}
        records = sum(ends[p] - at for p, at in waits.items())
        return Waiting(records, min(received.values(), default=0), waits)


class Standstill:
    """For how long records of one partition have waited with none of it committed."""

    def __init__(self) -> None:
        self._since: dict[int, tuple[int, float]] = {}
        """Partition -> its committed offset, and when it was first seen."""

    def look(self, now: float, found: Waiting) -> float:
        """Seconds, by a clock that only goes on, of the partition where it is longest; 0 while all move."""
        before = self._since
        self._since = {
            partition: before[partition] if before.get(partition, (-1,))[0] == at else (at, now)
            for partition, at in found.behind.items()
        }
        return max((now - since for _, since in self._since.values()), default=0.0)

    def forget(self) -> None:
        """Kafka could not be asked: what was seen before says nothing now."""
        self._since = {}


class Watched(Protocol):
    """What is asked of the worker's watch."""

    partitions: Collection[int]
    topic_partitions: int

    @property
    def busy(self) -> bool:
        """Is a batch at work, or held because something is down?"""
        ...


class Liveness(Thread):
    """Looks while the worker works. `stalled` is a sentence while records wait and do not move, `down` one
    while Kafka cannot be asked."""

    def __init__(
        self,
        log: Log,
        watch: Watched,
        metrics: WorkerMetrics,
        oldest: Callable[[], dict[str, int]],
        *,
        seconds_max: int,
    ) -> None:
        """oldest: table -> the moment of its oldest row. seconds_max: end the process then; 0: never."""
        super().__init__(name="liveness", daemon=True)
        self._log, self._watch, self._metrics, self._oldest = log, watch, metrics, oldest
        self._queue = Queue(log)
        self._seconds_max = seconds_max
        self._standstill = Standstill()
        self.stalled: str | None = None
        self.down: str | None = None

    def run(self) -> None:
        looked = float("-inf")
        while True:
            self.try_to_look(time.monotonic())
            if time.monotonic() - looked > OLDEST_SECONDS:
                looked = time.monotonic()
                self.try_to_look_for_oldest()
            time.sleep(LOOK_SECONDS)

    def try_to_look(self, now: float) -> None:
        """Once; `down` says why it cannot be done."""
        answers = True
        try:
            self.look(now)
        except TruyvetError as error:
            self.stalled, self.down, answers = None, str(error), False
        except Exception as error:  # a bug must not end, unseen, what would tell of it
            kind = type(error).__name__
            self.stalled, self.down = (
                None,
                f"whether it stands still cannot be seen ({kind}: a bug): restart it.",
            )
            LOG.critical("does not see whether it stands still", exc_info=error)
        else:
            self.down = None
        if self.down:
            self._standstill.forget()
        self._metrics.down("broker", not answers)

    def look(self, now: float) -> None:
        """Once. Ends the process when it has stood still for too long."""
        found = self._queue.look(self._watch.partitions)
        self._watch.topic_partitions = self._queue.partitions
        still = self._standstill.look(now, found)
        age = max(0.0, time.time() - found.oldest) if found.oldest else 0.0
        self._metrics.lag(found.records, age, still)
        self.stalled = None
        if still >= STALLED_AFTER_SECONDS and not self._watch.busy:
            self.stalled = (
                f"{found.records} records wait, of one partition at least none was committed "
                f"for {still:.0f} s: restart it."
            )
            if self._seconds_max and still >= self._seconds_max:
                LOG.critical("ends itself, since it is given records and none moves")
                os._exit(70)

    def try_to_look_for_oldest(self) -> None:
        """Once; whoever needs what does not answer to work says that it is down."""
        try:
            self.look_for_oldest()
        except TruyvetError:
            return
        except Exception as error:
            LOG.error("does not see how far back the stores go", exc_info=error)

    def look_for_oldest(self) -> None:
        """How far back each store goes."""
        for topic in (TOPIC, DEAD_TOPIC):
            found = self._log.first_received(topic, dict.fromkeys(range(self._log.partitions(topic)), 0))
            if found:
                self._metrics.oldest(topic, min(found.values()))
        for table, moment in self._oldest().items():
            self._metrics.oldest(table, moment)
