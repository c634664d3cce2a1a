"""The API process, with a worker beside it when there is a broker to work for."""

import os
import secrets
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, nullcontext
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Lock

from deploy.indexing import Indexing
from deploy.listening import STOP_SECONDS, listen, opened
from deploy.log_lines import log_to_stderr
from deploy.output import tell
from deploy.sources import Watermark, service_limits, sources
from deploy.wiring import Wiring, clock
from producers.person import parse_person
from tracer.api import build_api
from tracer.jobs import JobLimits, Jobs

WATERMARK_SECONDS = 10
"""How old a watermark an answer may bear: it stays true, and a new one costs two questions."""


def serve(wiring: Wiring, *, with_worker: bool) -> None:
    """Prepare what is missing, then answer until a signal."""
    wiring.prepare()
    settings = wiring.settings
    log_to_stderr()
    # uvicorn stops on SIGTERM and then raises it again, which would end us before anything is put away.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    with TemporaryDirectory(prefix="truyvet-jobs-") as folder:
        broker = Lock()  # its client is made for one thread
        watermark = Watermark(wiring, WATERMARK_SECONDS, broker)
        indexing = Indexing.of(wiring, clock)
        limits = service_limits(settings)
        answers = sources(wiring, limits, watermark=watermark, indexing=indexing, broker=broker)

        def down() -> list[str]:
            with broker:
                return wiring.down()

        jobs = Jobs(
            answers,
            Path(folder),
            clock=clock,
            name=lambda: secrets.token_hex(16),
            limits=JobLimits(
                jobs_max=settings.jobs_max,
                seconds_max=settings.job_seconds_max,
                bytes_max=settings.job_megabytes_max * 1_000_000,
                kept_seconds=settings.job_kept_seconds,
            ),
        )
        api = build_api(
            answers,
            down,
            lambda identity: parse_person(wiring.pseudonyms.of(identity)),
            jobs,
            gauges={} if indexing is None else indexing.gauges(),
        )
        try:
            door = opened(settings.api_host, settings.api_port, "TRUYVET_API_PORT")
            place = f"{settings.api_host}:{settings.api_port}"
            tell(f"Answers at http://{place}/v1/flow, described in /openapi.json")
            with (
                worker_beside(with_worker and not wiring.in_process, {}),
                nullcontext() if indexing is None else indexing.kept(watermark.now),
            ):
                listen(api, door)
        finally:
            jobs.close()


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
