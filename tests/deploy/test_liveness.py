"""A worker that stands still while records wait is noticed, and one that has nothing to do is not."""

from types import SimpleNamespace
from typing import Any

import pytest
from prometheus_client.parser import text_string_to_metric_families

import deploy.liveness
from deploy.in_process import GROUP
from deploy.liveness import STALLED_AFTER_SECONDS, Liveness, Queue, Standstill, Waiting
from deploy.metrics import WorkerMetrics
from producers.errors import Unavailable
from producers.memory_log import MemoryLog
from producers.scan import DEAD_TOPIC, TOPIC


@pytest.fixture
def log() -> MemoryLog:
    clock = iter(range(1000, 10_000))
    log = MemoryLog(lambda: next(clock))
    log.create({TOPIC: 4, DEAD_TOPIC: 4})
    return log


def shown(metrics: WorkerMetrics) -> dict[tuple[str, ...], float]:
    families = text_string_to_metric_families(metrics.text().decode())
    return {(s.name, *s.labels.values()): s.value for family in families for s in family.samples}


def test_only_what_is_ours_and_not_committed_waits(log: MemoryLog) -> None:
    """With the moment of the oldest such record; partitions of others do not count."""
    for partition in (0, 0, 1, 2, 2, 2):
        log.publish(TOPIC, partition, b"x")
    log.commit(GROUP, TOPIC, 0, 2)
    log.commit(GROUP, TOPIC, 2, 1)
    assert Queue(log).look([0, 2]) == Waiting(records=2, oldest=1004, behind={2: 1})
    assert Queue(log).look([0]) == Waiting(records=0, oldest=0, behind={})
    assert Queue(log).look([]) == Waiting(records=0, oldest=0, behind={})


def test_what_came_since_the_last_look_is_counted_and_not_read(log: MemoryLog) -> None:
    """While all goes well no record need be read to know that none is old."""
    queue = Queue(log)
    log.publish(TOPIC, 0, b"x")
    assert queue.look([0]) == Waiting(1, 1000, {0: 0})
    log.commit(GROUP, TOPIC, 0, 1)
    log.publish(TOPIC, 0, b"x")
    assert queue.look([0]) == Waiting(1, 0, {0: 1})
    log.publish(TOPIC, 0, b"x")
    assert queue.look([0]) == Waiting(2, 1001, {0: 1})


def test_a_place_that_holds_no_record_is_not_waited_for(log: MemoryLog) -> None:
    """As the mark that a transaction leaves: an offset behind which nothing can ever be committed."""
    queue = Queue(log)
    log.publish(TOPIC, 0, b"x")
    log.forget(TOPIC, {0: 1})
    assert queue.look([0]) == Waiting(0, 0, {})


def test_it_stands_still_from_the_last_commit_on() -> None:
    """Nothing to do is no standstill, one commit ends it; after an outage of Kafka the clock starts over."""
    still = Standstill()
    looks = [
        (0, Waiting(0, 0, {}), 0),
        (10, Waiting(0, 0, {}), 0),
        (20, Waiting(3, 9, {0: 5}), 0),
        (30, Waiting(4, 9, {0: 5}), 10),
        (40, Waiting(4, 9, {0: 6}), 0),
        (70, Waiting(4, 9, {0: 6}), 30),
        (80, Waiting(0, 0, {}), 0),
        (90, Waiting(4, 9, {0: 6}), 0),
    ]
    for now, found, seconds in looks:
        assert still.look(now, found) == seconds
    still.look(100, Waiting(1, 9, {0: 10}))
    still.forget()
    assert still.look(200, Waiting(1, 9, {0: 10})) == 0
    assert still.look(205, Waiting(1, 9, {0: 10})) == 5


def test_one_partition_that_stands_still_is_seen_among_many_that_move() -> None:
    """The longest counts; one that was taken away and comes back starts over."""
    still = Standstill()
    for now in range(0, 70, 10):
        moving = {partition: now for partition in range(1, 64)}
        assert still.look(now, Waiting(64, 9, {0: 5} | moving)) == now
    assert still.look(70, Waiting(63, 9, moving)) == 10
    assert still.look(80, Waiting(64, 9, {0: 5} | {1: 80})) == 0


@pytest.fixture
def ended(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    codes: list[int] = []
    monkeypatch.setattr(deploy.liveness.os, "_exit", codes.append)
    return codes


@pytest.mark.parametrize("busy", [False, True])
def test_a_stalled_worker_says_so_and_then_ends_itself(log: MemoryLog, ended: list[int], busy: bool) -> None:
    """Unless a batch is at work: that has its own time limits, and its own words when something is down."""
    metrics = WorkerMetrics()
    watch: Any = SimpleNamespace(partitions=[0], busy=busy)
    liveness = Liveness(log, watch, metrics, dict, seconds_max=100)
    log.publish(TOPIC, 0, b"x")
    liveness.look(0)
    assert watch.topic_partitions == 4
    liveness.look(STALLED_AFTER_SECONDS - 1)
    assert liveness.stalled is None
    liveness.look(STALLED_AFTER_SECONDS)
    assert (liveness.stalled is None) is busy
    assert shown(metrics)[("truyvet_stalled_seconds",)] == STALLED_AFTER_SECONDS
    assert shown(metrics)[("truyvet_lag_records",)] == 1
    assert ended == []
    liveness.look(100)
    assert ended == ([] if busy else [70])
    log.commit(GROUP, TOPIC, 0, 1)
    liveness.look(110)
    assert liveness.stalled is None
    assert shown(metrics)[("truyvet_stalled_seconds",)] == shown(metrics)[("truyvet_lag_seconds",)] == 0


def test_a_worker_without_kafka_says_so(log: MemoryLog, ended: list[int], monkeypatch: Any) -> None:
    """Until it answers again; what was seen before an outage is no standstill."""
    metrics = WorkerMetrics()
    watch: Any = SimpleNamespace(partitions=[0], busy=False)
    liveness = Liveness(log, watch, metrics, dict, seconds_max=100)
    log.publish(TOPIC, 0, b"x")
    liveness.try_to_look(0)
    liveness.try_to_look(STALLED_AFTER_SECONDS)
    assert (liveness.down, liveness.stalled is None) == (None, False)

    def refuse(*given: object) -> None:
        raise Unavailable("Kafka is down: start it.")

    with monkeypatch.context() as patch:
        patch.setattr(log, "ends", refuse)
        liveness.try_to_look(99)
    assert (liveness.down, liveness.stalled) == ("Kafka is down: start it.", None)
    assert shown(metrics)["truyvet_down", "broker"] == 1
    liveness.try_to_look(150)
    assert (liveness.down, liveness.stalled, ended) == (None, None, [])
    assert shown(metrics)["truyvet_down", "broker"] == 0


def test_a_limit_of_nothing_never_ends_a_worker(log: MemoryLog, ended: list[int]) -> None:
    """It still says so."""
    liveness = Liveness(
        log, SimpleNamespace(partitions=[0], busy=False), WorkerMetrics(), dict, seconds_max=0
    )  # type: ignore[arg-type]
    log.publish(TOPIC, 0, b"x")
    liveness.look(0)
    liveness.look(10**6)
    assert liveness.stalled
    assert ended == []


def test_the_oldest_of_each_store_is_shown(log: MemoryLog) -> None:
    """Topics by when Kafka took it, tables as the store tells; a store without anything is not shown."""
    metrics = WorkerMetrics()
    log.publish(TOPIC, 1, b"x")
    log.publish(TOPIC, 0, b"x")
    watch: Any = SimpleNamespace(partitions=[0], busy=False)
    Liveness(log, watch, metrics, lambda: {"scans": 77}, seconds_max=0).look_for_oldest()
    found = {
        name[1]: value for name, value in shown(metrics).items() if name[0] == "truyvet_oldest_record_seconds"
    }
    assert found == {TOPIC: 1000, "scans": 77}


def test_a_bug_does_not_end_what_would_tell_of_it(log: MemoryLog) -> None:
    """The thread goes on; until it sees again, `/readyz` says that nobody sees, and Kafka is not blamed."""
    metrics = WorkerMetrics()
    watch: Any = SimpleNamespace(partitions=None, busy=False)
    liveness = Liveness(log, watch, metrics, lambda: {"scans": None}, seconds_max=100)  # type: ignore[dict-item]
    liveness.try_to_look(0)
    liveness.try_to_look_for_oldest()
    assert liveness.down is not None
    assert "TypeError: a bug" in liveness.down
    assert shown(metrics)[("truyvet_down", "broker")] == 0
    watch.partitions = [0]
    liveness.try_to_look(10)
    assert liveness.down is None
