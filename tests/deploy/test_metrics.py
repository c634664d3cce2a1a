"""The metrics of a worker add up, are those of the list, and name nobody."""

import json
from bisect import bisect_left
from collections import Counter
from types import SimpleNamespace
from typing import Any, get_args

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.parser import text_string_to_metric_families

from deploy.metrics import NAMES, RECENT_SECONDS, SECONDS, VERDICTS, ManyEqual, WorkerMetrics
from deploy.worker import LoggedWatch, counted
from producers.errors import Unavailable
from storage.memory import MemoryStore
from storage.memory_timelines import MemoryTimelines
from streams.arrivals import Arrivals
from streams.batch import BatchProcessor, Outcome
from streams.dead_letters import Reason
from streams.decode import Decoded, Limits
from streams.ports import Receipt, Record
from streams.sessions import Rules

NOW = 1_638_334_000
EVERYTHING = Limits(0, 2**32 - 1)
AGES = st.lists(st.tuples(st.floats(-10, 10_000), st.integers(0, 1000)))


def shown(registry: CollectorRegistry) -> dict[tuple[str, ...], float]:
    """(name, label values ...) -> value, as a Prometheus server would read it."""
    text = generate_latest(registry).decode()
    return {
        (sample.name, *sample.labels.values()): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


def test_every_name_of_the_list_is_served_and_no_other() -> None:
    """From the first moment, before anything happened."""
    text = generate_latest(WorkerMetrics().registry).decode()
    families = {line.split()[2] for line in text.splitlines() if line.startswith("# HELP")}
    assert {name for name in families if not name.endswith("_created")} == set(NAMES)


@given(AGES)
def test_many_equal_values_are_counted_like_one_at_a_time(ages: list[tuple[float, int]]) -> None:
    """Each bucket holds the values up to its bound, as Prometheus defines it."""
    registry = CollectorRegistry()
    histogram = ManyEqual("h", "a histogram", registry)
    for value, count in ages:
        histogram.add(value, count)
    found = shown(registry)
    for bound in SECONDS:
        assert found["h_bucket", str(float(bound))] == sum(n for value, n in ages if value <= bound)
    assert found["h_bucket", "+Inf"] == found[("h_count",)] == sum(n for _, n in ages)
    assert found[("h_sum",)] == pytest.approx(sum(max(value, 0) * n for value, n in ages))


@given(
    st.dictionaries(st.sampled_from(get_args(Reason)), st.integers(1, 500)),
    st.lists(st.integers(NOW - 2 * RECENT_SECONDS, NOW + 600) | st.sampled_from([NOW, NOW - RECENT_SECONDS])),
)
def test_an_outcome_is_counted_by_reason_and_by_age(refused: dict[Reason, int], scanned: list[int]) -> None:
    """A late scan is counted as late, and does not spoil the latency of the others."""
    metrics = WorkerMetrics()
    dead = sum(refused.values())
    receipt = Receipt("log", 0, 0, NOW, len(scanned) + dead + 3, len(scanned), 3, dead)
    metrics.told(Outcome([receipt], refused, np.array(scanned, np.uint32)), NOW)
    found = shown(metrics.registry)
    for reason in get_args(Reason):
        assert found["truyvet_dead_letters_total", reason] == refused.get(reason, 0)
    ages = [NOW - at for at in scanned if NOW - at <= RECENT_SECONDS]
    verdicts = {verdict: found["truyvet_scans_total", verdict] for verdict in VERDICTS}
    quarantined = refused.get("conflicting_id", 0)
    assert verdicts == {
        "stored": len(ages),
        "late": len(scanned) - len(ages),
        "duplicate": 3,
        "quarantined": quarantined,
        "dead": dead - quarantined,
    }
    assert sum(verdicts.values()) == found[("truyvet_scans_received_total",)] == receipt.scans
    for bound in SECONDS:
        bucket = found["truyvet_scanned_to_stored_seconds_bucket", str(float(bound))]
        assert bucket == sum(age <= bound for age in ages)


class Nowhere:
    """The port `streams.ports.DeadLetters` for nobody."""

    def put(self, letters: Any) -> None:
        pass


class Sometimes(MemoryStore):
    """A store that is down for the first write."""

    down = True

    def write(self, writes: Any) -> None:
        if self.down:
            self.down = False
            raise Unavailable("the store is down: wait.")
        super().write(writes)


def test_a_batch_adds_up_and_a_try_that_failed_counts_nothing() -> None:
    """Received = stored + duplicate + dead; dead = the sum over reasons; latencies count what is stored."""
    scan = {"scan_id": "b121c55b72052dad", "person": "f6c7fc5ac7be01a0", "venue": "market 12", "at": NOW - 60}
    sent = [
        [scan, scan | {"scan_id": "b121c55b72052dae", "at": NOW - 2 * RECENT_SECONDS}],
        [scan, scan | {"v": 2}, scan | {"at": "today"}, scan | {"venue": "market 13"}],
    ]
    records = [
        Record("log", 0, n, NOW - 10 * n - 3, json.dumps(one).encode()) for n, one in enumerate([*sent, {}])
    ]
    metrics = WorkerMetrics()
    processor = BatchProcessor(
        timelines=MemoryTimelines(), store=Sometimes(), dead_letters=Nowhere(), rules=Rules()
    )
    wiring: Any = SimpleNamespace(
        metrics=metrics,
        process=lambda given: processor.process(
            given, EVERYTHING, lambda outcome: metrics.told(outcome, NOW)
        ),
        timelines=SimpleNamespace(distrust=lambda: None, down=None),
        reached=lambda point: None,
    )
    watch = LoggedWatch(wiring)
    process = counted(wiring, watch)
    with pytest.raises(Unavailable) as why:
        process(records)
    watch.waiting(why.value, 0)
    before = shown(metrics.registry)
    assert before[("truyvet_records_in_flight",)] == 3
    assert before[("truyvet_scans_in_flight",)] == 7
    assert before["truyvet_dead_letters_total", "bad_field"] == before[("truyvet_batch_seconds_count",)] == 0
    receipts = process(records)
    watch.stored(receipts)
    found = shown(metrics.registry)

    verdicts = {name: found["truyvet_scans_total", name] for name in VERDICTS}
    assert verdicts == {"stored": 1, "late": 1, "duplicate": 1, "quarantined": 1, "dead": 3}
    assert found[("truyvet_scans_received_total",)] == 7
    reasons = Counter({reason: found["truyvet_dead_letters_total", reason] for reason in get_args(Reason)})
    assert +reasons == {"unknown_version": 1, "bad_field": 1, "conflicting_id": 1, "not_a_record": 1}
    assert found[("truyvet_received_to_stored_seconds_count",)] == 2
    assert found[("truyvet_batch_scans_sum",)] == 7
    assert found[("truyvet_records_in_flight",)] == found[("truyvet_scans_in_flight",)] == 0


class Losing(BatchProcessor):
    """A bug: the last scan of each batch is lost between reading and deciding."""

    def _known_venues(self, batch: list[Decoded]) -> tuple[list[Decoded], Arrivals]:
        last = batch[-1]
        last = last._replace(scans=last.scans.chosen(range(len(last.scans.at) - 1)))
        return batch, super()._known_venues([*batch[:-1], last])[1]


@pytest.mark.parametrize("kind", [BatchProcessor, Losing])
def test_the_balance_shows_a_scan_that_is_lost(kind: type[BatchProcessor]) -> None:
    """In its receipt, and as a difference between what was received and all that is accounted for."""
    scans = [
        {"scan_id": f"{n:016x}", "person": f"{n:016x}", "venue": "market 12", "at": NOW - 60}
        for n in range(5)
    ]
    record = Record("log", 0, 0, NOW, json.dumps(scans).encode())
    metrics = WorkerMetrics()
    processor = kind(timelines=MemoryTimelines(), store=MemoryStore(), dead_letters=Nowhere(), rules=Rules())
    (receipt,) = processor.process([record], EVERYTHING, lambda outcome: metrics.told(outcome, NOW))
    lost = 1 if kind is Losing else 0
    assert receipt.scans - receipt.stored - receipt.duplicates - receipt.dead == lost
    found = shown(metrics.registry)
    accounted = sum(found["truyvet_scans_total", verdict] for verdict in VERDICTS)
    assert found[("truyvet_scans_received_total",)] - accounted == lost


def test_the_age_of_a_batch_is_that_of_its_oldest_record() -> None:
    """And its latency that of each record, weighed by what was stored."""
    metrics = WorkerMetrics()
    ages = {7: 3, 40: 5}
    receipts = [Receipt("log", 0, n, NOW - n, of, of, 0, 0) for n, of in ages.items()]
    metrics.told(Outcome(receipts, {}, np.array([NOW] * 8, np.uint32)), NOW)
    metrics.stored(receipts, NOW)
    found = shown(metrics.registry)
    assert found[("truyvet_oldest_received_seconds",)] == 40
    assert found[("truyvet_received_until_seconds",)] == NOW - 7
    assert (
        found["truyvet_received_to_stored_seconds_bucket", str(float(SECONDS[bisect_left(SECONDS, 7)]))] == 3
    )
    assert found[("truyvet_received_to_stored_seconds_sum",)] == 7 * 3 + 40 * 5


def test_the_stages_of_a_batch_are_timed_by_the_points_it_passes() -> None:
    """In line at Kafka by its oldest record; then decided, written, saved."""
    metrics = WorkerMetrics()
    metrics.taken([Record("log", 0, n, NOW - n, b"") for n in (3, 30)], NOW)
    for point, at in (
        ("fetched", 100),
        ("decided", 101),
        ("written", 104),
        ("saved", 104.5),
        ("acknowledged", 9e9),
    ):
        metrics.reached(point, at)
    found = shown(metrics.registry)
    stages = {name[1]: value for name, value in found.items() if name[0] == "truyvet_stage_seconds_sum"}
    assert stages == {"kafka": 30, "decide": 1, "write": 3, "save": 0.5}
