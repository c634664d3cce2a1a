"""A worker process: Faust around the batch processor, with its metrics and its log lines."""

import gc
import json
import logging
import sys
import time
from collections.abc import Sequence
from typing import Any
from urllib.parse import urlsplit

from deploy.settings import data_dir
from deploy.wiring import Wiring
from producers.errors import BadInput, Unavailable
from producers.scan import TOPIC
from streams.faust_app import Batching, Process, Watch, build_app, run
from streams.ports import Receipt, Record

LOG = logging.getLogger("truyvet.worker")
COLLECT_AFTER = (200_000, 50, 100)


class JsonLines(logging.Formatter):
    """One JSON object per line; messages carry counts and coordinates, never a person or a venue."""

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, Any] = {"at": self.formatTime(record), "level": record.levelname.lower()}
        line |= {"what": record.getMessage()} | getattr(record, "fields", {})
        if record.exc_info and record.exc_info[1]:
            line["error"] = f"{type(record.exc_info[1]).__name__}: {record.exc_info[1]}"
        return json.dumps(line, ensure_ascii=False)


class LoggedWatch(Watch):
    """Counts what the shell tells, and writes down what a person must know."""

    def __init__(self, wiring: Wiring) -> None:
        self._metrics = wiring.metrics
        self._distrust = wiring.timelines.distrust
        self._reached = wiring.reached
        self._waiting = False

    def assigned(self, partitions: int) -> None:
        self._distrust()
        self._metrics.assigned(partitions)

    def stored(self, receipts: Sequence[Receipt]) -> None:
        self._metrics.stored(receipts, time.time())
        if self._waiting:
            self._waiting = False
            LOG.warning("goes on")

    def acknowledged(self) -> None:
        self._reached("acknowledged")

    def waiting(self, why: Unavailable, tries: int) -> None:
        self._metrics.waiting()
        self._waiting = True
        if tries in (0, 1, 2, 5) or tries % 20 == 0:
            LOG.warning("waits and keeps its batch: %s", why, extra={"fields": {"tries": tries + 1}})

    def fatal(self, error: BaseException) -> None:
        LOG.critical("ends itself, nothing of this batch is acknowledged", exc_info=error)


def counted(wiring: Wiring) -> Process:
    """What the worker does with a batch, timed, with what became of it in the metrics."""
    metrics = wiring.metrics

    def process(records: Sequence[Record]) -> list[Receipt]:
        metrics.taken(len(records))
        began = time.monotonic()
        receipts = wiring.processor.process(
            records, wiring.limits(), lambda outcome: metrics.told(outcome, time.time())
        )
        metrics.batch(time.monotonic() - began, sum(receipt.scans for receipt in receipts))
        return receipts

    return process


def log_to_stderr() -> None:
    """JSON lines on stderr, for this process."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonLines())
    logging.basicConfig(level=logging.WARNING, handlers=[handler], force=True)
    # Says "error" for a coordinator that is still starting, and tries again by itself.
    logging.getLogger("aiokafka.consumer.group_coordinator").setLevel(logging.CRITICAL)


def work(wiring: Wiring) -> None:
    """Run until a signal. Raises BadInput with memory://, Refused when the topic is missing."""
    settings = wiring.settings
    if wiring.in_process:
        raise BadInput(
            "TRUYVET_BROKER=memory:// has no worker, `truyvet import` processes by itself: "
            "set TRUYVET_BROKER=kafka://host:port."
        )
    log_to_stderr()
    wiring.lengthen_retention()
    metrics = wiring.metrics
    if settings.metrics_port:
        metrics.serve(settings.metrics_port)
    faust_dir = data_dir() / "faust"
    try:
        faust_dir.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise BadInput(
            f"the folder {faust_dir} cannot be made ({error.strerror}): mend it, or set XDG_DATA_HOME."
        ) from None
    app = build_app(
        urlsplit(settings.broker).netloc,
        process=counted(wiring),
        log=wiring.log.incarnation(TOPIC),
        data_dir=str(faust_dir),
        batching=Batching(settings.batch_scans_max, settings.batch_records_max, settings.batch_seconds_max),
        watch=LoggedWatch(wiring),
        worker_id=settings.worker_id or None,
    )
    # A batch makes hundreds of thousands of objects and hardly a cycle: with Python's own thresholds
    # the collector walks them again and again, a fifth of the worker's time (bench/in_memory.py).
    gc.freeze()
    gc.set_threshold(*COLLECT_AFTER)
    run(app)
