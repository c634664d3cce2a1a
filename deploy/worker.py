"""A worker process: Faust around the batch processor, with its metrics and its log lines."""

import logging
import time
from collections.abc import Collection, Sequence
from contextlib import suppress
from threading import Lock
from urllib.parse import urlsplit

from deploy.collecting import collect_rarely
from deploy.following import Follower
from deploy.holes import Holes
from deploy.keeping import Keeper
from deploy.liveness import Liveness
from deploy.log_lines import log_to_stderr
from deploy.settings import data_dir
from deploy.wiring import Wiring
from deploy.worker_http import show
from producers.errors import BadInput, TruyvetError, Unavailable
from producers.scan import TOPIC
from streams.faust_app import Batching, Process, Watch, build_app, run
from streams.flood import Flooded
from streams.misplaced import misplaced
from streams.ports import Receipt, Record

LOG = logging.getLogger("truyvet.worker")


class LoggedWatch(Watch):
    """Counts what the shell tells, and writes down what a person must know."""

    def __init__(self, wiring: Wiring) -> None:
        self._metrics = wiring.metrics
        self._timelines = wiring.timelines
        self._reached = wiring.reached
        self._waits: str | None = None
        self._records = 0
        self._at_work = False
        self.partitions: Collection[int] = ()
        self.topic_partitions = 0
        """Of the topic, 0 while nobody has asked Kafka (`deploy.liveness`)."""
        self._misplaced_told = False

    @property
    def busy(self) -> bool:
        """Is a batch at work, or held because something is down?"""
        return self._at_work or self._waits is not None

    def assigned(self, partitions: Collection[int]) -> None:
        self._timelines.distrust()
        self.partitions = partitions
        self._metrics.assigned(len(partitions))

    def taken(self, records: Sequence[Record]) -> None:
        """A batch is about to be processed."""
        self._at_work, self._records = True, len(records)
        self._metrics.taken(records, time.time())

    def given_back(self) -> None:
        """It is stored, or could not be; the agent's own that could not be is then told to be `waiting`."""
        self._at_work = False
        self._metrics.given_back()
        self._metrics.down("state", self._timelines.down is not None)

    def looked_at(self, records: Sequence[Record]) -> None:
        """They are stored; do they stand where their people's scans belong?"""
        wrong = [one for one in records if misplaced(one, self.topic_partitions)]
        self._metrics.misplaced(len(wrong))
        if wrong and not self._misplaced_told:
            self._misplaced_told = True
            LOG.error(
                "a sender counts by another number of partitions than %d: start it again, then `truyvet "
                "reconcile` the days since it was wrong (told once; see truyvet_misplaced_records_total)",
                self.topic_partitions,
                extra={"fields": {"partition": wrong[0].partition, "offset": wrong[0].offset}},
            )

    def stored(self, receipts: Sequence[Receipt]) -> None:
        self._metrics.stored(receipts, time.time())
        if self._waits:
            self._waits = None
            LOG.warning("goes on")

    def acknowledged(self) -> None:
        self._reached("acknowledged")

    def waiting(self, why: Unavailable, tries: int) -> None:
        self._metrics.waiting(self._records, isinstance(why, Flooded))
        self._waits = str(why)
        if tries in (0, 1, 2, 5) or tries % 20 == 0:
            LOG.warning("waits and keeps its batch: %s", why, extra={"fields": {"tries": tries + 1}})

    def fatal(self, error: BaseException) -> None:
        LOG.critical("ends itself, nothing of this batch is acknowledged", exc_info=error)

    def down(self) -> list[str]:
        """Why nothing moves now, a sentence each."""
        return [self._waits] if self._waits else []

    def degraded(self) -> list[str]:
        """What works without a part, a sentence each: slower, and with the same answers."""
        return [self._timelines.down] if self._timelines.down else []


def counted(wiring: Wiring, watch: LoggedWatch) -> Process:
    """What the worker does with a batch, timed; one at a time."""
    one = Lock()

    def process(records: Sequence[Record]) -> list[Receipt]:
        with one:
            watch.taken(records)
            began = time.monotonic()
            try:
                receipts = wiring.process(records)
            finally:
                watch.given_back()
            watch.looked_at(records)
            wiring.metrics.batch(time.monotonic() - began, sum(receipt.scans for receipt in receipts))
            return receipts

    return process


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
    watch = LoggedWatch(wiring)
    liveness = Liveness(
        wiring.log, watch, wiring.metrics, wiring.oldest, seconds_max=settings.stall_seconds_max
    )
    if settings.metrics_port:
        show(
            settings.metrics_port,
            wiring.metrics.text,
            lambda: [*watch.down(), *filter(None, [liveness.down, liveness.stalled])],
            watch.degraded,
        )
    faust_dir = data_dir() / "faust"
    try:
        faust_dir.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise BadInput(
            f"the folder {faust_dir} cannot be made ({error.strerror}): mend it, or set XDG_DATA_HOME."
        ) from None
    process = counted(wiring, watch)
    app = build_app(
        urlsplit(settings.broker).netloc,
        process=process,
        log=wiring.log.incarnation(TOPIC),
        data_dir=str(faust_dir),
        batching=Batching(settings.batch_scans_max, settings.batch_records_max, settings.batch_seconds_max),
        watch=watch,
        worker_id=settings.worker_id or None,
    )
    liveness.start()
    follower = Follower(wiring)
    follower.look()  # before the first scan
    follower.start()
    Keeper(wiring, wiring.another_log(), lambda: 0 in watch.partitions).start()
    log = wiring.another_log()
    Holes(log, wiring.store, process, lambda: watch.partitions, wiring.metrics.mended).start()
    with suppress(TruyvetError):  # a store that is down is waited for with the first batch
        # Now, and not while a batch waits: the driver needs half a second of CPU before its first arrays.
        wiring.engine.arrays("SELECT toUInt64(0)")
    collect_rarely()
    run(app)
