"""What a worker shows to those who watch it: `/metrics`, `/readyz`, `/healthz`."""

import json
from collections.abc import Callable, Iterable
from socketserver import ThreadingMixIn
from threading import Thread
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server
from wsgiref.types import StartResponse, WSGIEnvironment

from producers.errors import Unavailable

JSON = "application/json"
METRICS = "text/plain; version=0.0.4; charset=utf-8"


class Threads(ThreadingMixIn, WSGIServer):
    """One slow reader does not keep the others waiting."""

    daemon_threads = True


class Silent(WSGIRequestHandler):
    """Says nothing of requests."""

    def log_message(self, format: str, *args: Any) -> None:
        """Nothing."""


Sentences = Callable[[], list[str]]


def pages(
    metrics: Callable[[], bytes], down: Sentences, degraded: Sentences
) -> Callable[..., Iterable[bytes]]:
    """The three pages as a WSGI application.

    down: a sentence for each reason why nothing moves. degraded: for each part without which all goes on.
    """

    def answer(environ: WSGIEnvironment, start: StartResponse) -> Iterable[bytes]:
        path = environ["PATH_INFO"]
        status = "404 Not Found"
        body: dict[str, Any] = {"pages": ["/metrics", "/readyz", "/healthz"]}
        if path == "/metrics":
            start("200 OK", [("Content-Type", METRICS)])
            return [metrics()]
        if path == "/healthz":
            status, body = "200 OK", {"status": "ok"}
        if path == "/readyz":
            why = down()
            status = "503 Service Unavailable" if why else "200 OK"
            body = {"ready": not why, "down": why, "degraded": degraded()}
        start(status, [("Content-Type", JSON)])
        return [json.dumps(body, ensure_ascii=False).encode()]

    return answer


def show(port: int, metrics: Callable[[], bytes], down: Sentences, degraded: Sentences) -> None:
    """Show them on 0.0.0.0:port for as long as the process lives. Raises Unavailable when it is taken."""
    try:
        server = make_server("0.0.0.0", port, pages(metrics, down, degraded), Threads, Silent)
    except OSError as error:
        raise Unavailable(
            f"the worker cannot show itself at port {port} ({error.strerror}): set TRUYVET_METRICS_PORT."
        ) from None
    Thread(target=server.serve_forever, name="pages", daemon=True).start()
