"""Records that a committed offset ran past are found by their missing marks, and dealt with once."""

import json
from collections.abc import Mapping, Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from deploy.holes import RECORDS_MAX, SETTLED_SECONDS, Holes
from deploy.in_process import GROUP
from producers.errors import Unavailable
from producers.memory_log import MemoryLog
from producers.scan import TOPIC
from storage.memory import MemoryStore
from storage.memory_timelines import MemoryTimelines
from streams.batch import BatchProcessor
from streams.dead_letters import DeadLetter
from streams.decode import Limits
from streams.ports import Receipt, Record
from streams.sessions import Rules
from streams.tables import StoredScan

NOON = 1_638_334_800
PARTITIONS = 3


class BrokenStore(MemoryStore):
    """Breaks off between the receipts and the scans, so many times."""

    breaks = 0

    def __init__(self) -> None:
        super().__init__()
        self.settled: list[Mapping[int, int]] = []

    def settle(self, log: str, nexts: Mapping[int, int]) -> None:
        super().settle(log, nexts)
        self.settled.append(nexts)

    def _put_scan(self, stored: StoredScan) -> None:
        if self.breaks:
            self.breaks -= 1
            raise Unavailable("the store is gone.")
        super()._put_scan(stored)

    def unmark(self) -> None:
        """As if the last write had broken off before its marks."""
        self._whole.clear()


class World:
    """A log of a few partitions, a worker that may skip records, and the search for what it skipped."""

    def __init__(self) -> None:
        self.log, self.store = MemoryLog(lambda: NOON), BrokenStore()
        self.log.create({TOPIC: PARTITIONS})
        self.mended: list[int] = []
        self.letters: list[DeadLetter] = []
        self.processor = BatchProcessor(
            timelines=MemoryTimelines(), store=self.store, dead_letters=self, rules=Rules()
        )
        self.ours = {0, 1}
        self.now = 0.0
        parts = (self.log, self.store, self.process, lambda: self.ours, self.mended.append)
        self.holes = Holes(*parts, clock=lambda: self.now)

    def put(self, letters: Sequence[DeadLetter]) -> None:
        self.letters += letters

    def process(self, records: Sequence[Record]) -> list[Receipt]:
        return self.processor.process(records, Limits(0, 2**32 - 1))

    def publish(self, partition: int, number: int) -> None:
        scan = {"scan_id": f"{number:016x}", "person": f"{partition:016x}", "venue": "m", "at": NOON + number}
        self.log.publish(TOPIC, partition, json.dumps([scan]).encode())

    def work(self, partition: int, offsets: Sequence[int], committed: int) -> None:
        """Deal with some records of a partition, and commit as Faust might."""
        name = self.log.incarnation(TOPIC)
        entries = [e for e in self.log.read(TOPIC, partition, 0, 10**6) if e.offset in offsets]
        if entries:
            self.process([Record(name, *entry[:4]) for entry in entries])
        self.log.commit(GROUP, TOPIC, partition, committed)

    def not_whole(self, partition: int) -> int:
        ends = {partition: self.log.committed(GROUP, TOPIC)[partition]}
        found = self.store.first_unprocessed(self.log.incarnation(TOPIC), ends)
        return found[partition][1] if partition in found else 0


@settings(max_examples=40, deadline=None)
@given(st.sets(st.integers(0, 9)), st.integers(0, 10))
def test_whatever_was_skipped_is_dealt_with(done: set[int], committed: int) -> None:
    """Any records done, any offset committed: afterwards each record before it is whole."""
    world = World()
    for number in range(10):
        world.publish(1, number)
    world.work(1, sorted(done), committed)
    while world.holes.look():
        pass
    assert world.not_whole(1) == 0
    scans = world.store.scans_of({1: 0})[1]
    assert {scan.scan_id for scan in scans} == done | set(range(committed))
    assert world.holes.look() == 0


def test_nothing_is_done_where_nothing_is_missing() -> None:
    """What lies behind the committed offset is the consumer's work."""
    world = World()
    for number in range(5):
        world.publish(0, number)
    world.work(0, [0, 1], 2)
    assert world.holes.look() == 0
    assert world.mended == []


def test_the_partitions_of_others_are_left_to_them() -> None:
    """Each worker looks at its own."""
    world = World()
    world.publish(2, 0)
    world.work(2, [], 1)
    assert world.holes.look() == 0
    world.ours = {2}
    assert world.holes.look() == 1
    assert world.mended == [1]


def test_a_long_hole_is_mended_in_portions() -> None:
    """A batch is never larger than a worker's own."""
    world = World()
    for number in range(RECORDS_MAX + 5):
        world.publish(0, number)
    world.work(0, [], RECORDS_MAX + 5)
    assert [world.holes.look() for _ in range(3)] == [RECORDS_MAX, 5, 0]


def test_what_kafka_keeps_no_more_is_told_and_not_tried_for_ever(caplog: pytest.LogCaptureFixture) -> None:
    """The first look says so; what stands behind it and is there is dealt with."""
    world = World()
    for number in range(4):
        world.publish(0, number)
    world.log.commit(GROUP, TOPIC, 0, 4)
    world.log.forget(TOPIC, {0: 2})
    assert world.holes.look() == 2
    assert "keeps them no more" in caplog.text
    assert world.holes.look() == 0


def test_what_is_gone_does_not_hide_what_is_missing_behind_it() -> None:
    """Kafka keeps the first two no more; the others were dealt with, but for the last."""
    world = World()
    for number in range(6):
        world.publish(0, number)
    world.work(0, [2, 3, 4], 6)
    world.log.forget(TOPIC, {0: 2})
    while world.holes.look():
        pass
    assert {scan.scan_id for scan in world.store.scans_of({0: 0})[0]} == {2, 3, 4, 5}
    assert world.not_whole(0) == 2


def test_a_receipt_without_scans_does_not_hide_the_loss() -> None:
    """The write broke off after the receipts, and the committed offset ran past the record all the same."""
    world = World()
    world.publish(0, 1)
    world.store.breaks = 1
    with pytest.raises(Unavailable):
        world.work(0, [0], 0)
    world.log.commit(GROUP, TOPIC, 0, 1)
    assert world.store.flow().records == 1
    assert world.store.scans_of({0: 0}) == {0: []}
    assert world.not_whole(0) == 1
    assert world.holes.look() == 1
    assert [scan.scan_id for scan in world.store.scans_of({0: 0})[0]] == [1]
    assert world.not_whole(0) == world.holes.look() == 0
    assert world.store.flow()[:5] == (1, 1, 1, 0, 0)


def test_a_look_during_an_outage_is_repeated_by_the_next() -> None:
    """It breaks off between receipts and scans itself; the one after it mends."""
    world = World()
    world.publish(0, 1)
    world.work(0, [], 1)
    world.store.breaks = 1
    with pytest.raises(Unavailable):
        world.holes.look()
    assert (world.holes.look(), world.not_whole(0)) == (1, 0)
    assert [scan.scan_id for scan in world.store.scans_of({0: 0})[0]] == [1]
    assert world.mended == [1]


def test_a_mark_that_was_not_written_costs_nothing_but_a_second_look() -> None:
    """The worker died behind the scans (`before-whole`): the second time all are duplicates."""
    world = World()
    world.publish(0, 1)
    world.work(0, [0], 1)
    before = world.store.flow()
    world.store.unmark()
    assert world.not_whole(0) == 1
    assert (world.holes.look(), world.not_whole(0)) == (1, 0)
    assert world.store.flow() == before


def test_a_bug_does_not_end_the_search(caplog: pytest.LogCaptureFixture) -> None:
    """It is told by its kind, and the next look deals with what is missing."""
    world = World()
    world.publish(0, 1)
    world.work(0, [], 1)
    world.ours = {0, 64}  # assigned, and Kafka's list of partitions is older
    world.holes.try_to_look()
    assert [record.levelname for record in caplog.records] == ["ERROR"]
    world.ours = {0}
    world.holes.try_to_look()
    assert world.mended == [1]


def test_what_was_whole_an_hour_ago_is_settled() -> None:
    """So that nobody counts every record there ever was; not what a power cut may have taken since."""
    world = World()
    for number in range(9):
        world.publish(0, number)
    world.work(0, [0, 1, 2], 3)
    assert world.holes.look() == 0
    world.work(0, [3, 4], 5)
    world.now = SETTLED_SECONDS - 1
    assert world.holes.look() == 0
    assert world.store.settled == []
    world.now = SETTLED_SECONDS
    assert world.holes.look() == 0
    assert world.store.settled == [{0: 3}]
    world.now *= 2
    world.store.unmark()
    world.store.settle(world.log.incarnation(TOPIC), {0: 3})
    assert world.holes.look() == 2  # the marks of 3 and 4 were lost: they are dealt with, and not settled
    assert world.store.settled == [{0: 3}, {0: 3}]
    assert world.holes.look() == 0
    assert world.store.settled == [{0: 3}, {0: 3}, {0: 5}]


def test_what_kafka_keeps_no_more_is_never_settled() -> None:
    """It stays among what is missing."""
    world = World()
    for number in range(4):
        world.publish(0, number)
    world.work(0, [2, 3], 4)
    world.log.forget(TOPIC, {0: 2})
    for hour in range(4):
        world.now = hour * SETTLED_SECONDS
        world.holes.look()
    assert world.not_whole(0) == 2
    assert world.store.settled == []
