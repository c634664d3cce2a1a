"""Every log keeps the same promises: one suite for the in-process log and for Kafka."""

import os
from collections.abc import Callable, Iterator
from itertools import count
from urllib.parse import urlsplit
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from deploy.patience import patiently
from producers.errors import BadInput, Refused, Unavailable
from producers.kafka_log import KafkaLog
from producers.kafka_sender import IN_FLIGHT_MAX
from producers.memory_log import MemoryLog
from producers.packing import pack
from producers.ports import Log
from producers.scan import SCANS_PER_RECORD_MAX, VENUE_LENGTH_MAX, ScanEvent

PARTITIONS = 3
Topic = Callable[[], str]


@pytest.fixture(params=["memory", pytest.param("kafka", marks=pytest.mark.stack)])
def log(request: pytest.FixtureRequest) -> Iterator[Log]:
    """Each log there is."""
    if request.param == "memory":
        ticks = count(1_638_360_000)
        yield MemoryLog(lambda: next(ticks))
        return
    yield from _opened(KafkaLog(_servers()))


def _opened(kafka: KafkaLog) -> Iterator[KafkaLog]:
    try:
        yield kafka
    finally:
        kafka.close()


def _servers() -> str:
    url = urlsplit(os.environ.get("TRUYVET_BROKER", ""))
    if url.scheme != "kafka":
        pytest.skip("needs the stack: run `make test`")
    return url.netloc


@pytest.fixture
def topic(log: Log) -> str:
    """A topic nobody has written to."""
    return fresh_topic(log)


def fresh_topic(log: Log) -> str:
    name = f"test.{uuid4().hex[:12]}"
    assert log.create({name: PARTITIONS}) == [name]
    return name


def values(log: Log, topic: str, partition: int, offset: int = 0, records_max: int = 1_000) -> list[bytes]:
    return [entry.value for entry in log.read(topic, partition, offset, records_max)]


class TestTopics:
    def test_are_made_once(self, log: Log, topic: str) -> None:
        other = f"test.{uuid4().hex[:12]}"
        assert log.create({topic: PARTITIONS, other: 1}) == [other]
        assert log.create({topic: 7}) == []
        assert (log.partitions(topic), log.partitions(other)) == (PARTITIONS, 1)

    def test_begin_empty(self, log: Log, topic: str) -> None:
        assert log.ends(topic) == dict.fromkeys(range(PARTITIONS), 0)
        # A broker that has just started has no group coordinator yet.
        nobody = patiently(lambda: log.committed("nobody", topic), 120)
        assert nobody == dict.fromkeys(range(PARTITIONS), 0)
        assert log.read(topic, 0, 0, 10) == []

    def test_let_a_group_begin_once(self, log: Log, topic: str) -> None:
        """The second time, also after it read on, nothing is set back."""
        group = f"group-{topic}"
        assert patiently(lambda: log.ensure_group(group, topic), 120)
        assert log.committed(group, topic) == dict.fromkeys(range(PARTITIONS), 0)
        assert not log.ensure_group(group, topic)

    def test_have_a_name_of_their_own_that_stays(self, log: Log, topic: str) -> None:
        first = log.incarnation(topic)
        log.publish(topic, 0, b"one")
        log.flush()
        assert log.incarnation(topic) == first
        assert log.incarnation(fresh_topic(log)) != first

    @pytest.mark.parametrize(
        "ask",
        [
            lambda log: log.partitions("test.missing"),
            lambda log: log.incarnation("test.missing"),
            lambda log: log.ends("test.missing"),
            lambda log: log.committed("nobody", "test.missing"),
            lambda log: log.read("test.missing", 0, 0, 1),
            lambda log: (log.publish("test.missing", 0, b"x"), log.flush()),
        ],
        ids=["partitions", "incarnation", "ends", "committed", "read", "publish"],
    )
    def test_that_are_missing_are_refused_with_what_to_do(
        self, log: Log, ask: Callable[[Log], object]
    ) -> None:
        with pytest.raises(Refused, match=r"test\.missing .*: run `truyvet init`\.$"):
            ask(log)


class TestRecords:
    def test_stand_in_the_order_they_were_published(self, log: Log, topic: str) -> None:
        for number in range(300):
            log.publish(topic, number % PARTITIONS, b"%d" % number)
        log.flush()
        assert log.ends(topic) == dict.fromkeys(range(PARTITIONS), 100)
        for partition in range(PARTITIONS):
            entries = log.read(topic, partition, 0, 1_000)
            assert [entry.value for entry in entries] == [b"%d" % n for n in range(partition, 300, 3)]
            assert [entry.offset for entry in entries] == list(range(100))
            assert {entry.partition for entry in entries} == {partition}

    def test_are_read_from_an_offset_up_to_a_number(self, log: Log, topic: str) -> None:
        for number in range(10):
            log.publish(topic, 1, b"%d" % number)
        log.flush()
        assert values(log, topic, 1, 4, 3) == [b"4", b"5", b"6"]
        assert values(log, topic, 1, 8, 3) == [b"8", b"9"]
        assert values(log, topic, 1, 10, 3) == []

    def test_say_when_they_were_taken(self, log: Log, topic: str) -> None:
        for _ in range(3):
            log.publish(topic, 0, b"scan")
            log.flush()
        received = [entry.received for entry in log.read(topic, 0, 0, 3)]
        assert received == sorted(received)
        assert received[0] > 1_600_000_000  # seconds, not milliseconds and not zero
        assert received[-1] < 10_000_000_000

    def test_more_than_are_on_their_way_at_once_all_arrive(self, log: Log, topic: str) -> None:
        sent = IN_FLIGHT_MAX * 2 + 3
        for number in range(sent):
            log.publish(topic, 2, b"%d" % number)
        log.flush()
        assert values(log, topic, 2, records_max=sent + 1) == [b"%d" % n for n in range(sent)]

    def test_the_largest_record_there_can_be_passes_whole(self, log: Log, topic: str) -> None:
        scan: ScanEvent = {
            "scan_id": "f" * 16,
            "person": "f" * 16,
            "venue": "\x01" * VENUE_LENGTH_MAX,  # no character takes more room: six bytes in JSON
            "at": 2**32 - 1,
            "direction": "unknown",
            "since": 2**32 - 1,
            "v": 1,
        }
        largest = pack([scan] * SCANS_PER_RECORD_MAX)
        log.publish(topic, 0, largest)
        log.flush()
        assert values(log, topic, 0) == [largest]

    def test_flush_without_records_returns(self, log: Log) -> None:
        log.flush()
        log.flush()

    @settings(
        max_examples=10,
        deadline=None,
        suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
    )
    @given(
        st.lists(
            st.one_of(st.none(), st.tuples(st.integers(0, PARTITIONS - 1), st.binary(max_size=40))),
            max_size=60,
        )
    )
    def test_whatever_is_published_and_flushed_is_what_lists_would_hold(
        self, log: Log, steps: list[tuple[int, bytes] | None]
    ) -> None:
        topic = fresh_topic(log)
        held: list[list[bytes]] = [[] for _ in range(PARTITIONS)]
        for step in steps:
            if step is None:
                log.flush()
                assert log.ends(topic) == {n: len(some) for n, some in enumerate(held)}
            else:
                partition, value = step
                log.publish(topic, partition, value)
                held[partition].append(value)
        log.flush()
        assert [values(log, topic, n) for n in range(PARTITIONS)] == held


class TestAges:
    def test_the_first_record_at_or_after_each_place(self, log: Log, topic: str) -> None:
        for number in range(3):
            log.publish(topic, 1, b"%d" % number)
        log.publish(topic, 2, b"x")
        log.flush()
        entries = log.read(topic, 1, 0, 9)
        found = log.first_received(topic, {0: 0, 1: 1, 2: 1})
        assert found == {1: entries[1].received}
        both = log.first_received(topic, {1: 0, 2: 0})
        assert both == {1: entries[0].received, 2: log.read(topic, 2, 0, 1)[0].received}
        assert log.first_received(topic, {}) == {}


class TestForgetting:
    def test_what_is_forgotten_is_gone_and_the_rest_is_read_from_there(self, log: Log, topic: str) -> None:
        for number in range(5):
            log.publish(topic, 0, b"%d" % number)
        log.flush()
        assert log.forget(topic, {0: 3, 1: 0}) == 3
        assert log.forget(topic, {0: 2}) == 0
        assert (log.starts(topic)[0], log.starts(topic)[1], log.ends(topic)[0]) == (3, 0, 5)
        assert [(one.offset, one.value) for one in log.read(topic, 0, 0, 9)] == [(3, b"3"), (4, b"4")]
        assert log.first_received(topic, {0: 0}) == {0: log.read(topic, 0, 3, 1)[0].received}

    def test_all_of_it(self, log: Log, topic: str) -> None:
        log.publish(topic, 0, b"x")
        log.flush()
        assert log.forget(topic, log.ends(topic)) == 1
        assert log.starts(topic) == log.ends(topic)
        assert log.read(topic, 0, 0, 9) == []
        assert log.first_received(topic, {0: 0}) == {}


class TestWidening:
    def test_records_stay_where_they_are(self, log: Log, topic: str) -> None:
        log.publish(topic, 2, b"before")
        log.flush()
        name = log.incarnation(topic)
        log.widen(topic, PARTITIONS)
        log.widen(topic, 2 * PARTITIONS)
        assert log.partitions(topic) == 2 * PARTITIONS
        assert log.incarnation(topic) == name
        log.publish(topic, 5, b"after")
        log.flush()
        assert values(log, topic, 2) == [b"before"]
        assert values(log, topic, 5) == [b"after"]

    def test_a_topic_never_gets_narrower(self, log: Log, topic: str) -> None:
        with pytest.raises(BadInput, match=r"has 3 partitions, which cannot become 2"):
            log.widen(topic, 2)


class TestSeveralClients:
    @pytest.mark.stack
    def test_see_the_same_log(self) -> None:
        servers = _servers()
        for one in _opened(KafkaLog(servers)):
            topic = fresh_topic(one)
            for other in _opened(KafkaLog(servers)):
                one.publish(topic, 0, b"from one")
                one.flush()
                other.publish(topic, 0, b"from the other")
                other.flush()
                assert values(one, topic, 0) == values(other, topic, 0) == [b"from one", b"from the other"]
                assert one.incarnation(topic) == other.incarnation(topic)


class TestDown:
    def test_a_broker_that_is_not_there_is_said_in_one_sentence(self) -> None:
        for log in _opened(KafkaLog("127.0.0.1:1")):
            with pytest.raises(Unavailable, match=r"^Kafka at 127\.0\.0\.1:1 does not answer .*`make up`.*"):
                log.ends("scans.v1")


class TestInMemory:
    def test_what_was_dropped_leaves_the_offsets_as_they_were(self) -> None:
        log = MemoryLog(lambda: 1)
        log.create({"t": 1})
        for number in range(5):
            log.publish("t", 0, b"%d" % number)
        assert log.forget("t", {0: 3}) == 3
        assert log.ends("t") == {0: 5}
        assert [(e.offset, e.value) for e in log.read("t", 0, 0, 9)] == [(3, b"3"), (4, b"4")]
        log.commit("workers", "t", 0, 4)
        assert log.committed("workers", "t") == {0: 4}
        assert log.committed("others", "t") == {0: 0}
