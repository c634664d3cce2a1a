"""What a worker says of itself while a batch is at work, held, or given back."""

from types import SimpleNamespace
from typing import Any

import pytest

from deploy.metrics import WorkerMetrics
from deploy.worker import LoggedWatch, counted
from producers.errors import Unavailable
from storage.memory_timelines import MemoryTimelines
from streams.ports import Receipt, Record
from streams.trust import TrustedTimelines

RECORDS = [Record("log", 0, n, 1_000, b"[]") for n in range(3)]
DOWN = Unavailable("Redis is down: start it.")


class Worker:
    """A worker whose batches do as they are told; `state` is its cache of timelines."""

    def __init__(self) -> None:
        self.fails = False
        self.busy_inside: list[bool] = []
        self.state = TrustedTimelines(MemoryTimelines(), lambda: 7)
        self.metrics = WorkerMetrics()
        self.wiring: Any = SimpleNamespace(
            metrics=self.metrics, process=self._process, timelines=self.state, reached=lambda point: None
        )
        self.watch = LoggedWatch(self.wiring)
        self.process = counted(self.wiring, self.watch)

    def _process(self, records: list[Record]) -> list[Receipt]:
        self.busy_inside.append(self.watch.busy)
        self.state.load([1])
        if self.fails:
            raise DOWN
        return [Receipt(*one[:4], 0, 0, 0, 0) for one in records]

    def shows(self, name: str, **labels: str) -> float | None:
        return self.metrics.registry.get_sample_value(name, labels)


def test_what_holes_deals_with_leaves_nobody_busy() -> None:
    """Nobody calls `stored` for it, and a worker that seemed busy for ever would never be found stalled."""
    worker = Worker()
    worker.process(RECORDS)
    assert worker.busy_inside == [True]
    assert not worker.watch.busy
    assert worker.shows("truyvet_records_in_flight") == 0
    worker.fails = True
    with pytest.raises(Unavailable):
        worker.process(RECORDS)
    assert not worker.watch.busy
    assert worker.shows("truyvet_records_in_flight") == worker.shows("truyvet_scans_in_flight") == 0


def test_a_batch_that_is_held_is_at_work() -> None:
    """An outage is its own explanation, until the batch is stored."""
    worker = Worker()
    worker.fails = True
    with pytest.raises(Unavailable):
        worker.process(RECORDS)
    worker.watch.waiting(DOWN, 0)
    assert worker.watch.busy
    assert worker.shows("truyvet_records_in_flight") == worker.shows("truyvet_scans_in_flight") == 3
    worker.fails = False
    worker.watch.stored(worker.process(RECORDS))
    assert not worker.watch.busy
    assert worker.shows("truyvet_records_in_flight") == 0


def test_a_worker_without_redis_says_so_and_is_ready(monkeypatch: pytest.MonkeyPatch) -> None:
    """It works on, slower and with the same answers: degraded and not down."""

    def refuse(*given: object) -> None:
        raise DOWN

    worker = Worker()
    with monkeypatch.context() as patch:
        patch.setattr(MemoryTimelines, "load", refuse)
        worker.process(RECORDS)
    assert (worker.watch.down(), worker.watch.degraded()) == ([], [str(DOWN)])
    assert worker.shows("truyvet_down", part="state") == 1
    while worker.state.down:
        worker.process(RECORDS)
    assert worker.watch.degraded() == []
    assert worker.shows("truyvet_down", part="state") == 0


def test_a_sender_that_counts_wrongly_is_told_once_and_counted(caplog: pytest.LogCaptureFixture) -> None:
    """By records that are stored: a try that failed counts nothing. Nobody is named."""
    worker = Worker()
    value = b'[{"scan_id":"b121c55b72052dad","person":"f6c7fc5ac7be01a0","venue":"m","at":1}]'
    records = [Record("log", partition, 7, 1_000, value) for partition in (31, 32)]
    worker.process(records)
    assert worker.shows("truyvet_misplaced_records_total") == 0  # Kafka was not asked yet
    worker.watch.topic_partitions = 64
    worker.fails = True
    with pytest.raises(Unavailable):
        worker.process(records)
    assert worker.shows("truyvet_misplaced_records_total") == 0
    worker.fails = False
    for times in (1, 2):
        worker.process(records)
        assert worker.shows("truyvet_misplaced_records_total") == times
    (told,) = [one for one in caplog.records if "partitions" in one.getMessage()]
    assert vars(told)["fields"] == {"partition": 31, "offset": 7}
    assert "f6c7fc5ac7be01a0" not in caplog.text
