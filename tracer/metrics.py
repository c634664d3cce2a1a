"""What operations see of the questions asked: how many, with what outcome, how long they took.

Nothing here names a person: a route is counted by its pattern, never by what was asked.
"""

from collections.abc import Awaitable, Callable, Mapping, MutableMapping
from typing import Any

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]

MEDIA_TYPE = "text/plain; version=0.0.4; charset=utf-8"
SECONDS = (0.01, 0.03, 0.1, 0.3, 1, 3, 10, 30, 100, 300)

GAUGES = {
    "truyvet_index_visits": "Visits in the index; 0 while there is none.",
    "truyvet_index_bytes": "Memory the index holds.",
    "truyvet_index_age_seconds": "Seconds since the last refresh that succeeded began.",
}


class Metrics:
    """The counters of one service, apart from any other in the same process."""

    def __init__(self) -> None:
        self._registry = CollectorRegistry()
        # Requests answered, by route pattern and status; `aborted` is a stream that broke on the way.
        self._requests = Counter(
            "truyvet_tracer_requests", "Questions answered.", ["route", "status"], registry=self._registry
        )
        # Seconds from the question to the last byte of its answer.
        self._seconds = Histogram(
            "truyvet_tracer_request_seconds",
            "Seconds until the last byte of an answer.",
            ["route"],
            registry=self._registry,
            buckets=SECONDS,
        )

        self._gauges = {
            name: Gauge(name, meaning, registry=self._registry) for name, meaning in GAUGES.items()
        }
        # Jobs that entered each state: those running now are `running` less all others.
        self._jobs = Counter(
            "truyvet_tracer_jobs",
            "Jobs by question and state.",
            ["question", "state"],
            registry=self._registry,
        )

    def follow(self, gauges: Mapping[str, Callable[[], float]]) -> None:
        """Show what these read, each time the metrics are asked for; names are those of GAUGES."""
        for name, read in gauges.items():
            self._gauges[name].set_function(read)

    def job(self, question: str, state: str) -> None:
        """A job entered this state."""
        self._jobs.labels(question, state).inc()

    def text(self) -> bytes:
        """Everything counted, in Prometheus' text format."""
        return generate_latest(self._registry)

    async def watch(self, app: App, scope: Scope, receive: Receive, send: Send) -> None:
        """Let `app` answer one request and count it. Errors pass through."""
        begun = ""
        status = "500"  # an error before the first byte; the layer outside tells the caller

        async def note(message: MutableMapping[str, Any]) -> None:
            nonlocal status, begun
            if message["type"] == "http.response.start":
                begun, status = str(message["status"]), "aborted"
            elif message["type"] == "http.response.body" and not message.get("more_body", False):
                status = begun
            await send(message)

        with self._seconds.time() as timer:
            try:
                await app(scope, receive, note)
            finally:
                route = getattr(scope.get("route"), "path", "unmatched")
                timer.labels(route)
                self._requests.labels(route, status).inc()


class Watched:
    """An application with every request counted."""

    def __init__(self, app: App, metrics: Metrics) -> None:
        self._app = app
        self._metrics = metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            await self._metrics.watch(self._app, scope, receive, send)
        else:
            await self._app(scope, receive, send)
