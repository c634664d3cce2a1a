"""The API process, with a worker beside it when there is a broker to work for."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from importlib.metadata import version

import uvicorn

from deploy.output import tell
from deploy.wiring import Wiring
from producers.person import parse_person
from tracer.api import build_api

STOP_SECONDS = 20


def serve(wiring: Wiring, *, with_worker: bool) -> None:
    """Prepare what is missing, then answer until a signal."""
    wiring.prepare()
    settings = wiring.settings
    api = build_api(
        wiring.store,
        wiring.down,
        lambda identity: parse_person(wiring.pseudonyms.of(identity)),
        version("truyvet"),
    )
    tell(f"Answers at http://{settings.api_host}:{settings.api_port}/v1/flow, described in /openapi.json")
    with worker_beside(with_worker and not wiring.in_process, {}):
        uvicorn.run(
            api, host=settings.api_host, port=settings.api_port, log_level="warning", access_log=False
        )


@contextmanager
def worker_beside(wanted: bool, environ: Mapping[str, str]) -> Iterator[None]:
    """A worker as a process of its own, with these variables besides ours, stopped at the end."""
    if not wanted:
        yield
        return
    process = subprocess.Popen(
        [sys.executable, "-m", "deploy.main", "worker"], env=dict(os.environ) | dict(environ)
    )
    try:
        yield
    finally:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
