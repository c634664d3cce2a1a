"""The shell around the heart: Faust reads records from Kafka, and acknowledges when they are stored.

With `faust_consumer.py` all that imports Faust. What it must get right, and how (`docs/reliability.md` has
each hazard of the installed Faust):
- `noack_take`, because `take` acknowledges in a `finally`, also what failed to be written;
- no exception leaves the loop, because Faust then acknowledges: an outage is waited for in place,
  and anything else ends the process, so that Kafka gives the records to someone else;
- one agent, concurrency 1, acknowledged in the order read, because Faust's offsets may otherwise
  run past a record in flight; and a consumer whose offsets do not run past a lost one;
- the work is done in a thread, so that heartbeats go on while a batch is written.
"""

import asyncio
import os
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

import faust

from producers.errors import Unavailable
from producers.scan import TOPIC
from streams.cut import cut
from streams.faust_consumer import CarefulConsumer, careful
from streams.ports import Receipt, Record

GROUP = "truyvet-worker"
BACKOFF_SECONDS = (0.2, 0.5, 1, 2, 5)
"""How long to wait before each try again; the last one repeats."""
SESSION_SECONDS = 10
"""After this long without a heartbeat a worker is dead and others take its partitions (Faust: 60)."""
METADATA_SECONDS = 10
"""A worker that joins while Kafka still starts may be told that there is no such topic and be given
nothing; it learns better when it asks again, after this long (Faust: 5 minutes)."""

Process = Callable[[Sequence[Record]], list[Receipt]]


@dataclass(frozen=True, slots=True)
class Batching:
    """How much to take at once: the first limit reached ends a batch.

    At most 3 x records_max records are held, at work and in line behind it.
    """

    scans_max: int = 50_000
    records_max: int = 200
    seconds_max: float = 0.5
    commit_seconds: float = 1.0


class Watch:
    """What the shell tells the outside while it runs; `deploy` turns it into metrics."""

    def assigned(self, partitions: Collection[int]) -> None:
        """These partitions are now ours: what others did meanwhile is not known here."""

    def stored(self, receipts: Sequence[Receipt]) -> None:
        """A batch is stored and about to be acknowledged."""

    def acknowledged(self) -> None:
        """The batch is acknowledged; its offsets are committed a little later."""

    def waiting(self, why: Unavailable, tries: int) -> None:
        """The outside is down; the batch is kept and tried again."""

    def fatal(self, error: BaseException) -> None:
        """The worker is about to end itself: nothing is acknowledged."""


def build_app(
    servers: str,
    *,
    process: Process,
    log: str,
    data_dir: str,
    batching: Batching,
    watch: Watch,
    worker_id: str | None = None,
) -> faust.App:
    """A Faust app with one agent.

    log: the topic's incarnation (`producers.ports.Log`).
    worker_id: Kafka's group instance id: a worker that comes back under it gets its partitions at
        once, where Kafka otherwise waits SESSION_SECONDS for the one that died.
    """
    app = faust.App(
        GROUP,
        broker=[f"kafka://{server}" for server in servers.split(",")],
        datadir=data_dir,
        web_enabled=False,
        topic_disable_leader=True,
        topic_allow_declare=False,
        consumer_auto_offset_reset="earliest",
        broker_commit_interval=batching.commit_seconds,
        broker_session_timeout=SESSION_SECONDS,
        consumer_group_instance_id=worker_id,
        consumer_metadata_max_age_ms=METADATA_SECONDS * 1000,
        stream_buffer_maxsize=2 * batching.records_max,
        stream_wait_empty=False,
        cython_optimizations=False,
    )

    async def told(sender: Any, *assigned: Any, **more: Any) -> None:
        watch.assigned([one.partition for one in assigned[0]])

    transport: Any = app.transport
    transport.Consumer = _consumer(watch)
    signal: Any = app.on_partitions_assigned  # its types forbid a plain coroutine
    signal.connect(told)
    topic = app.topic(TOPIC, value_type=bytes, value_serializer="raw", key_serializer="raw")

    @app.agent(topic, name="scans", concurrency=1)
    async def scans(stream: Any) -> None:
        async for events in stream.noack_take(batching.records_max, within=batching.seconds_max):
            waiting = iter(events)
            for batch in cut([_record(log, event.message) for event in events], batching.scans_max):
                try:
                    receipts = await work(process, batch, watch)
                except BaseException as error:
                    if not isinstance(error, asyncio.CancelledError):
                        watch.fatal(error)
                        os._exit(70)
                    raise
                watch.stored(receipts)
                for event in islice(waiting, len(batch)):
                    event.ack()
                watch.acknowledged()

    return app


def _consumer(watch: Watch) -> type[CarefulConsumer]:
    """Faust's consumer, which ends the process when a record was given to nobody: the next one gets it."""

    def skipped(partition: int, offset: int) -> None:
        what = f"record {offset} of partition {partition} was given to nobody: start the worker again."
        watch.fatal(Unavailable(what))
        os._exit(70)

    return careful(skipped)


async def work(process: Process, records: Sequence[Record], watch: Watch) -> list[Receipt]:
    """Process a batch in a thread; while the outside is down, wait and try again."""
    tries = 0
    while True:
        try:
            return await asyncio.to_thread(process, records)
        except Unavailable as why:
            watch.waiting(why, tries)
            await asyncio.sleep(BACKOFF_SECONDS[min(tries, len(BACKOFF_SECONDS) - 1)])
            tries += 1


def _record(log: str, message: Any) -> Record:
    return Record(log, message.partition, message.offset, int(message.timestamp), message.value or b"")


def run(app: faust.App) -> None:
    """Run the app's worker until SIGTERM or SIGINT. Raises Unavailable when it ends by itself."""
    worker = faust.Worker(app, loglevel="WARN", quiet=True, redirect_stdouts=False, override_logging=False)
    worker.spinner = None  # it would draw on stdout, which is kept for answers
    try:
        worker.execute_from_commandline()
    except SystemExit as end:
        if not end.code:
            raise
        why = end.__context__
        reason = f"{type(why).__name__}: {why}" if why else f"code {end.code}"
        raise Unavailable(
            f"the worker ended by itself ({reason}): see that Kafka answers, and start it again."
        ) from None
