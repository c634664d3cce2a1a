"""What operations see of the gateway: scans by what became of them, requests, waiting, clocks, oddities.

No label ever holds a person, a venue, a device or an address.
"""

from collections import Counter as Counts
from collections.abc import Callable, Sequence

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest

from producers.gateway.batch import Outcome
from producers.gateway.post import Taken

MEDIA_TYPE = "text/plain; version=0.0.4; charset=utf-8"
SECONDS = (0.01, 0.025, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10)
SKEWS = (1, 5, 60, 600, 3600, 86_400)
SCANS = (1, 10, 50, 100, 500, 1_000, 4_000)

NAMES = {
    "truyvet_gateway_requests_total": "requests answered, by route and status",
    "truyvet_gateway_request_seconds": "seconds from a request to its answer, by route",
    "truyvet_gateway_scans_total": "scans answered, by status: taken, duplicate, refused",
    "truyvet_gateway_refused_total": "scans refused, by reason",
    "truyvet_gateway_flags_total": "scans taken with a flag, by flag",
    "truyvet_gateway_declined_total": "requests not taken, by word: what the answer's code says",
    "truyvet_gateway_skew_seconds": "how far a device's clock is from ours, for each request with scans",
    "truyvet_gateway_batch_scans": "scans that were taken together",
    "truyvet_gateway_waiting_scans": "scans that wait or are being taken now",
    "truyvet_gateway_log_failed_total": "batches that were not taken because Kafka could not be reached",
    "truyvet_gateway_memory_failed_total": "times Redis could not be used and this process remembered alone",
}


class Metrics:
    """The counters of one gateway."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self._requests = self._counter("truyvet_gateway_requests_total", "route", "status")
        self._seconds = self._histogram("truyvet_gateway_request_seconds", SECONDS, "route")
        self._scans = self._counter("truyvet_gateway_scans_total", "status")
        self._refused = self._counter("truyvet_gateway_refused_total", "reason")
        self._flags = self._counter("truyvet_gateway_flags_total", "flag")
        self._declined = self._counter("truyvet_gateway_declined_total", "word")
        self._skew = self._histogram("truyvet_gateway_skew_seconds", SKEWS)
        self._batch = self._histogram("truyvet_gateway_batch_scans", SCANS)
        self._waiting = Gauge(*self._named("truyvet_gateway_waiting_scans"), registry=self.registry)
        self._log_failed = self._counter("truyvet_gateway_log_failed_total")
        self._memory_failed = self._counter("truyvet_gateway_memory_failed_total")
        for status in ("taken", "duplicate", "refused"):
            self._scans.labels(status)

    def _counter(self, name: str, *labels: str) -> Counter:
        return Counter(*self._named(name), labels, registry=self.registry)

    def _histogram(self, name: str, buckets: Sequence[float], *labels: str) -> Histogram:
        return Histogram(*self._named(name), labels, registry=self.registry, buckets=buckets)

    @staticmethod
    def _named(name: str) -> tuple[str, str]:
        return name, NAMES[name]

    def follow(self, waiting: Callable[[], float]) -> None:
        """Show how many scans wait, each time the metrics are asked for."""
        self._waiting.set_function(waiting)

    def request(self, route: str, status: int, seconds: float) -> None:
        """A request was answered."""
        self._requests.labels(route, str(status)).inc()
        self._seconds.labels(route).observe(seconds)

    def declined(self, word: str) -> None:
        """A request was not taken."""
        self._declined.labels(word).inc()

    def taken(self, outcomes: Sequence[Outcome]) -> None:
        """A batch of requests with scans was dealt with."""
        whole = [outcome for outcome in outcomes if isinstance(outcome, Taken)]
        answers = [answer for one in whole for answer in one.answers]
        for status, many in Counts(answer["status"] for answer in answers).items():
            self._scans.labels(status).inc(many)
        for reason, many in Counts(one["reason"] for one in answers if "reason" in one).items():
            self._refused.labels(reason).inc(many)
        for flag, many in Counts(flag for one in answers for flag in one.get("flags", ())).items():
            self._flags.labels(flag).inc(many)
        for one in whole:
            self._skew.observe(abs(one.skew))
        if answers:
            self._batch.observe(len(answers))

    def log_failed(self) -> None:
        """A batch could not be handed to Kafka."""
        self._log_failed.inc()

    def memory_failed(self) -> None:
        """Redis could not be used."""
        self._memory_failed.inc()

    def text(self) -> bytes:
        """Everything counted, in Prometheus' text format."""
        return generate_latest(self.registry)
