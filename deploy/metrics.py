"""The metrics of a worker: every name, with its meaning, in one place.

No label ever holds a person, a venue or a device.
"""

from collections.abc import Sequence

from prometheus_client import CollectorRegistry, Counter, Gauge, start_http_server

from streams.ports import Receipt

NAMES = {
    "truyvet_scans_total": "scans dealt with, by verdict: stored, duplicate, dead; they sum to all received",
    "truyvet_records_total": "records of scans.v1 dealt with",
    "truyvet_waits_total": "times a batch was kept because broker, state or store was down",
    "truyvet_waiting": "1 while the worker waits for broker, state or store, else 0",
    "truyvet_rebalances_total": "times partitions were assigned to this worker",
    "truyvet_partitions": "partitions assigned to this worker now",
    "truyvet_state_bypassed_total": "times the cache of timelines failed and the store answered instead",
    "truyvet_received_until_seconds": "when Kafka took the newest record that is stored, epoch seconds",
}


class WorkerMetrics:
    """Counts of one worker process; a batch that is processed again after a crash counts again."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self._scans = Counter(*self._named("truyvet_scans_total"), ["verdict"], registry=self.registry)
        self._records = Counter(*self._named("truyvet_records_total"), registry=self.registry)
        self._waits = Counter(*self._named("truyvet_waits_total"), registry=self.registry)
        self._waiting = Gauge(*self._named("truyvet_waiting"), registry=self.registry)
        self._rebalances = Counter(*self._named("truyvet_rebalances_total"), registry=self.registry)
        self._partitions = Gauge(*self._named("truyvet_partitions"), registry=self.registry)
        self._bypassed = Counter(*self._named("truyvet_state_bypassed_total"), registry=self.registry)
        self._until = Gauge(*self._named("truyvet_received_until_seconds"), registry=self.registry)

    @staticmethod
    def _named(name: str) -> tuple[str, str]:
        return name, NAMES[name]

    def stored(self, receipts: Sequence[Receipt]) -> None:
        """A batch is stored."""
        self._records.inc(len(receipts))
        self._scans.labels("stored").inc(sum(r.stored for r in receipts))
        self._scans.labels("duplicate").inc(sum(r.duplicates for r in receipts))
        self._scans.labels("dead").inc(sum(r.dead for r in receipts))
        self._until.set(max(r.received for r in receipts))
        self._waiting.set(0)

    def assigned(self, partitions: int) -> None:
        """Partitions were assigned."""
        self._rebalances.inc()
        self._partitions.set(partitions)

    def bypassed(self) -> None:
        """The cache of timelines could not be used for a batch."""
        self._bypassed.inc()

    def waiting(self) -> None:
        """A batch is kept for another try."""
        self._waits.inc()
        self._waiting.set(1)

    def serve(self, port: int) -> None:
        """Show them on 0.0.0.0:port/metrics."""
        start_http_server(port, registry=self.registry)
