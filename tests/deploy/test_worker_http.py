"""What a worker shows on its port: its metrics, whether records move, that it is alive."""

import json
from urllib.error import HTTPError
from urllib.request import urlopen

import pytest

from deploy.stack.ports import free_port
from deploy.worker_http import show
from producers.errors import Unavailable


def test_a_worker_shows_three_pages() -> None:
    """Ready until something is down, and then why, a sentence each; without Redis too; alive meanwhile."""
    down: list[str] = []
    degraded: list[str] = []
    port = free_port()
    show(port, lambda: b"truyvet_partitions 3\n", lambda: down, lambda: degraded)

    def ask(path: str) -> tuple[int, bytes]:
        try:
            with urlopen(f"http://127.0.0.1:{port}{path}", timeout=30) as answer:
                return answer.status, answer.read()
        except HTTPError as error:
            return error.code, error.read()

    assert ask("/metrics") == (200, b"truyvet_partitions 3\n")
    assert ask("/readyz") == (200, b'{"ready": true, "down": [], "degraded": []}')
    degraded.append("Redis is down: start it.")
    status, body = ask("/readyz")
    assert (status, json.loads(body)) == (200, {"ready": True, "down": [], "degraded": degraded})
    down.append("Kafka is down: start it.")
    status, body = ask("/readyz")
    assert (status, json.loads(body)) == (503, {"ready": False, "down": down, "degraded": degraded})
    assert ask("/healthz")[0] == 200
    assert ask("/")[0] == 404
    with pytest.raises(Unavailable, match="TRUYVET_METRICS_PORT"):
        show(port, bytes, list, list)
