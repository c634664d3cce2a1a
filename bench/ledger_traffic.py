"""The ledger's traffic: a small city's scans, a fifth sent twice, shuffled, some hours late."""

import random
import time
from collections.abc import Iterator
from typing import Any

from traffic import Traffic, recent_start

from deploy.settings import Settings
from deploy.wiring import Wiring
from producers.errors import TruyvetError
from producers.packing import Packer, pack
from producers.scan import TOPIC, ScanEvent
from storage.memory import MemoryStore
from storage.memory_timelines import MemoryTimelines
from streams.batch import BatchProcessor
from streams.decode import Limits
from streams.ports import Record
from streams.sessions import Rules
from streams.visit import Visit

PARTITIONS = 8
SCANS_PER_RECORD = 20
RECORDS_PER_SECOND = 6
LATE, TWICE = 0.05, 0.2
NEAR = 200
"""How far a scan may be moved from its place; a late one comes thousands of scans later."""


class Sender:
    """Sends until stopped. `acknowledged`: (person, scan id) of each scan that Kafka confirmed."""

    def __init__(self, settings: Settings, seed: int, scans: int) -> None:
        self._settings = settings
        self._wiring = Wiring(settings)
        self._events = disordered(random.Random(seed), scans)
        self._stopped = False
        self.acknowledged: set[tuple[int, int]] = set()
        self.sent: list[list[ScanEvent]] = []
        """Each record whose fate is known or not: an unacknowledged one may be there too."""

    def stop(self) -> None:
        """Finish the record at hand and return."""
        self._stopped = True

    def send(self) -> None:
        """Record by record; one that is not acknowledged is sent again until it is."""
        packer = Packer(PARTITIONS, SCANS_PER_RECORD)
        waiting: dict[int, list[ScanEvent]] = {n: [] for n in range(PARTITIONS)}
        for event in self._events:
            if self._stopped:
                break
            waiting[int(event["person"], 16) % PARTITIONS].append(event)
            if full := packer.add(event):
                partition, value = full
                self._deliver(partition, value)
                events = waiting[partition]
                waiting[partition] = []
                self.sent.append(events)
                self.acknowledged |= {(int(e["person"], 16), int(e["scan_id"], 16)) for e in events}
                time.sleep(1 / RECORDS_PER_SECOND)

    def _deliver(self, partition: int, value: bytes) -> None:
        while True:
            try:
                self._wiring.log.publish(TOPIC, partition, value)
                self._wiring.log.flush()
            except (TruyvetError, OSError):
                # Whether the log has it is not known: send it again, readers tell by the scan ids.
                time.sleep(0.5)
                self._wiring = Wiring(self._settings)
                continue
            return


def disordered(dice: random.Random, scans: int) -> Iterator[ScanEvent]:
    """A city's scans with a fifth sent twice, each moved a little and a twentieth far."""
    events = list(Traffic(scans, days=2, start=recent_start(3)).events())
    events += dice.sample(events, int(len(events) * TWICE))
    size = len(events)
    places = [
        n + (dice.random() * size / 4 if dice.random() < LATE else dice.random() * NEAR) for n in range(size)
    ]
    for _, index in sorted(zip(places, range(size), strict=True)):
        yield events[index]


def quiet_run(rules: Rules, sent: list[list[ScanEvent]]) -> set[Visit]:
    """The visits of the same scans when nothing ever fails: in memory, in one go."""
    store = MemoryStore()
    processor = BatchProcessor(timelines=MemoryTimelines(), store=store, dead_letters=_Nothing(), rules=rules)
    records = [
        Record("quiet", int(events[0]["person"], 16) % PARTITIONS, number, 0, pack(events))
        for number, events in enumerate(sent)
    ]
    processor.process(records, Limits(0, 2**32 - 1))
    return {visit for block in store.visits_by_venue(0, 2**32 - 1) for visit in block}


class _Nothing:
    def put(self, letters: Any) -> None:
        raise AssertionError(f"the ledger's traffic has no bad scans: {list(letters)[:1]}")
