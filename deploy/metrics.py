"""The metrics of a worker: every name, with its meaning, in one place.

No label ever holds a person, a venue or a device.
"""

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from itertools import accumulate
from math import ceil
from threading import Lock
from typing import get_args

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.core import HistogramMetricFamily
from prometheus_client.registry import Collector

from streams.batch import Outcome
from streams.cut import scans_in
from streams.dead_letters import QUARANTINED, Reason
from streams.ports import Receipt, Record

RECENT_SECONDS = 3600
"""A scan that took longer to be stored was held back by its device or its sender: late, not slow."""
SECONDS = (0.05, 0.1, 0.25, 0.5, 1, 2, 3, 5, 10, 30, 60, 300, 900, 3600)
SCANS = (1, 10, 100, 1_000, 2_000, 5_000, 10_000, 20_000, 50_000)

PARTS = ("broker", "state")
"""What may be down while no batch is held for it; `truyvet_waiting` tells of the store."""
VERDICTS = ("stored", "late", "duplicate", "quarantined", "dead")
STAGES = {"decided": "decide", "written": "write", "saved": "save"}
"""Point of a batch -> the stage that ends there."""

NAMES = {
    "truyvet_scans_total": "scans dealt with, by verdict: stored, late (stored more than "
    f"{RECENT_SECONDS} s after they were made), duplicate, quarantined, dead; they sum to all received",
    "truyvet_scans_received_total": "scans in the records dealt with, as they were read; the sum of "
    "truyvet_scans_total, unless one was lost on the way",
    "truyvet_dead_letters_total": "scans among the dead letters, by reason: the sum of quarantined and dead",
    "truyvet_records_total": "records of scans.v1 dealt with",
    "truyvet_records_in_flight": "records taken from Kafka in the batch at work now",
    "truyvet_scans_in_flight": "scans in these, about: they are counted without being read",
    "truyvet_batch_seconds": "seconds it took to store a batch, without the tries that failed",
    "truyvet_batch_scans": "scans in a batch",
    "truyvet_stage_seconds": "seconds a batch spent in each stage: kafka (in line, its oldest record), "
    "decide, write, save",
    "truyvet_received_to_stored_seconds": "seconds from Kafka taking a scan until it is stored",
    "truyvet_scanned_to_stored_seconds": "seconds from a scan until it is stored, of scans that are not late",
    "truyvet_oldest_received_seconds": "seconds ago that Kafka took the oldest record just stored",
    "truyvet_waits_total": "times a batch was kept because broker, state or store was down",
    "truyvet_waiting": "1 while the worker waits for broker, state or store, else 0",
    "truyvet_down": "1 while a part does not answer, else 0: broker (every 10 s), state (in the last batch)",
    "truyvet_held": "1 while the worker stands still because nearly everything would be refused, else 0",
    "truyvet_lag_records": "records of this worker's partitions that are not committed",
    "truyvet_lag_seconds": "seconds ago that Kafka took the oldest of these; 0 while that is less than 10",
    "truyvet_stalled_seconds": "seconds in which records of a partition waited for a worker and none of it "
    "was committed",
    "truyvet_oldest_record_seconds": "when the oldest record of each store is from, epoch seconds",
    "truyvet_rebalances_total": "times partitions were assigned to this worker",
    "truyvet_mended_records_total": "records that Kafka's committed offsets had run past, and that were "
    "found not to be whole in the store and dealt with",
    "truyvet_misplaced_records_total": "records dealt with that stand in another partition than the first "
    "person they name has: a sender counts by another number of partitions",
    "truyvet_partitions": "partitions assigned to this worker now",
    "truyvet_state_bypassed_total": "times the cache of timelines failed and the store answered instead",
    "truyvet_received_until_seconds": "when Kafka took the newest record that is stored, epoch seconds",
}


class ManyEqual(Collector):
    """A histogram that takes many equal values at once; Prometheus' own takes one at a time."""

    def __init__(self, name: str, meaning: str, registry: CollectorRegistry) -> None:
        self._name, self._meaning = name, meaning
        self._counts = [0] * (len(SECONDS) + 1)
        self._sum = 0.0
        self._lock = Lock()  # a worker counts in one thread and is asked in another
        registry.register(self)

    def add(self, value: float, count: int) -> None:
        """`count` times this value; below 0, where clocks disagree, is 0."""
        with self._lock:
            self._counts[bisect_left(SECONDS, value)] += count
            self._sum += max(value, 0.0) * count

    def collect(self) -> Iterator[HistogramMetricFamily]:
        with self._lock:
            upto, total = list(accumulate(self._counts)), self._sum
        names = [*(str(float(bound)) for bound in SECONDS), "+Inf"]
        buckets = list(zip(names, upto, strict=True))
        yield HistogramMetricFamily(self._name, self._meaning, buckets=buckets, sum_value=total)


class WorkerMetrics:
    """Counts of one worker process; a batch that is processed again after a crash counts again."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self._point_at = 0.0
        self._taken_scans = 0
        self._scans = Counter(*self._named("truyvet_scans_total"), ["verdict"], registry=self.registry)
        self._records = Counter(*self._named("truyvet_records_total"), registry=self.registry)
        self._received = Counter(*self._named("truyvet_scans_received_total"), registry=self.registry)
        for verdict in VERDICTS:
            self._scans.labels(verdict)
        self._dead = Counter(*self._named("truyvet_dead_letters_total"), ["reason"], registry=self.registry)
        for reason in get_args(Reason):
            self._dead.labels(reason)  # shown as 0, so that the first one is seen as a rise
        self._in_flight = Gauge(*self._named("truyvet_records_in_flight"), registry=self.registry)
        self._scans_in_flight = Gauge(*self._named("truyvet_scans_in_flight"), registry=self.registry)
        self._seconds = Histogram(
            *self._named("truyvet_batch_seconds"), registry=self.registry, buckets=SECONDS
        )
        self._sizes = Histogram(*self._named("truyvet_batch_scans"), registry=self.registry, buckets=SCANS)
        self._stages = Histogram(
            *self._named("truyvet_stage_seconds"), ["stage"], registry=self.registry, buckets=SECONDS
        )
        self._since_received = ManyEqual(*self._named("truyvet_received_to_stored_seconds"), self.registry)
        self._since_scanned = ManyEqual(*self._named("truyvet_scanned_to_stored_seconds"), self.registry)
        self._oldest = Gauge(*self._named("truyvet_oldest_received_seconds"), registry=self.registry)
        self._waits = Counter(*self._named("truyvet_waits_total"), registry=self.registry)
        self._waiting = Gauge(*self._named("truyvet_waiting"), registry=self.registry)
        self._down = Gauge(*self._named("truyvet_down"), ["part"], registry=self.registry)
        for part in PARTS:
            self._down.labels(part)
        self._held = Gauge(*self._named("truyvet_held"), registry=self.registry)
        self._lag_records = Gauge(*self._named("truyvet_lag_records"), registry=self.registry)
        self._lag_seconds = Gauge(*self._named("truyvet_lag_seconds"), registry=self.registry)
        self._stalled = Gauge(*self._named("truyvet_stalled_seconds"), registry=self.registry)
        self._oldest_of = Gauge(
            *self._named("truyvet_oldest_record_seconds"), ["store"], registry=self.registry
        )
        self._mended = Counter(*self._named("truyvet_mended_records_total"), registry=self.registry)
        self._misplaced = Counter(*self._named("truyvet_misplaced_records_total"), registry=self.registry)
        self._rebalances = Counter(*self._named("truyvet_rebalances_total"), registry=self.registry)
        self._partitions = Gauge(*self._named("truyvet_partitions"), registry=self.registry)
        self._bypassed = Counter(*self._named("truyvet_state_bypassed_total"), registry=self.registry)
        self._until = Gauge(*self._named("truyvet_received_until_seconds"), registry=self.registry)

    @staticmethod
    def _named(name: str) -> tuple[str, str]:
        return name, NAMES[name]

    def taken(self, records: Sequence[Record], now: float) -> None:
        """A batch is about to be processed, perhaps once more, at `now`, epoch seconds."""
        self._in_flight.set(len(records))
        self._taken_scans = sum(scans_in(record.value) for record in records)
        self._scans_in_flight.set(self._taken_scans)
        self._stages.labels("kafka").observe(max(0.0, now - min(one.received for one in records)))

    def reached(self, point: str, now: float) -> None:
        """A batch came to a point of `deploy.crash.POINTS` at `now`, seconds of a clock that only goes on."""
        if stage := STAGES.get(point):
            self._stages.labels(stage).observe(now - self._point_at)
        self._point_at = now

    def told(self, outcome: Outcome, now: float) -> None:
        """What became of a batch that is stored at `now`, epoch seconds."""
        receipts, refused = outcome.receipts, outcome.refused
        recent = outcome.scanned_since(ceil(now) - RECENT_SECONDS)
        late = len(outcome.scanned) - sum(recent.values())
        quarantined = refused.get(QUARANTINED, 0)
        counts = (
            sum(recent.values()),
            late,
            sum(one.duplicates for one in receipts),
            quarantined,
            sum(one.dead for one in receipts) - quarantined,
        )
        for verdict, count in zip(VERDICTS, counts, strict=True):
            self._scans.labels(verdict).inc(count)
        for reason, count in refused.items():
            self._dead.labels(reason).inc(count)
        for at, count in recent.items():
            self._since_scanned.add(now - at, count)
        self._received.inc(sum(one.scans for one in receipts))
        for receipt in receipts:
            self._since_received.add(now - receipt.received, receipt.stored)

    def batch(self, seconds: float, scans: int) -> None:
        """How long a batch took that is stored, and how large it was."""
        self._seconds.observe(seconds)
        self._sizes.observe(scans)
        self._in_flight.set(0)
        self._scans_in_flight.set(0)

    def stored(self, receipts: Sequence[Receipt], now: float) -> None:
        """A batch is stored at `now`, epoch seconds, and about to be acknowledged."""
        self._records.inc(len(receipts))
        self._oldest.set(now - min(r.received for r in receipts))
        self._until.set(max(r.received for r in receipts))
        self._waiting.set(0)
        self._held.set(0)

    def lag(self, records: int, seconds: float, stalled: float) -> None:
        """What waits for this worker, since when, and for how long nothing moved."""
        self._lag_records.set(records)
        self._lag_seconds.set(seconds)
        self._stalled.set(stalled)

    def oldest(self, store: str, moment: int) -> None:
        """The oldest record of a store is from this epoch second."""
        self._oldest_of.labels(store).set(moment)

    def assigned(self, partitions: int) -> None:
        """Partitions were assigned."""
        self._rebalances.inc()
        self._partitions.set(partitions)

    def bypassed(self) -> None:
        """The cache of timelines could not be used for a batch."""
        self._bypassed.inc()

    def given_back(self) -> None:
        """No batch is at work."""
        self._in_flight.set(0)
        self._scans_in_flight.set(0)

    def down(self, part: str, down: bool) -> None:
        """A part of PARTS does not answer, or does again."""
        self._down.labels(part).set(down)

    def waiting(self, records: int, held: bool) -> None:
        """So many records are kept for another try; held: because nearly all of it would be refused."""
        self._in_flight.set(records)
        self._scans_in_flight.set(self._taken_scans)
        self._waits.inc()
        self._waiting.set(1)
        self._held.set(held)

    def mended(self, records: int) -> None:
        """So many records were missing before a committed offset."""
        self._mended.inc(records)

    def misplaced(self, records: int) -> None:
        """So many records stood in a partition that is not their people's."""
        self._misplaced.inc(records)

    def text(self) -> bytes:
        """All of them, in Prometheus' text format."""
        return generate_latest(self.registry)
