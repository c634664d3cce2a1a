"""What a worker does with a batch: decide and write it, set aside what it fails on, stop at a flood."""

import logging
from collections.abc import Callable

from deploy.crash import FailingOn
from deploy.settings import Settings
from streams.batch import BatchProcessor
from streams.flood import FloodLimits
from streams.isolate import Isolating, Processor
from streams.ports import DeadLetters, Record, ScanStore, Timelines
from streams.registry import Registry
from streams.sessions import Rules

LOG = logging.getLogger("truyvet")


def build_processor(
    settings: Settings,
    timelines: Timelines,
    store: ScanStore,
    letters: DeadLetters,
    *,
    rules: Rules,
    reached: Callable[[str], None],
    registry: Registry | None = None,
) -> Isolating:
    """The processor of these settings. reached: told each point of a batch. registry: of venues."""
    inner: Processor = BatchProcessor(
        timelines=timelines,
        store=store,
        dead_letters=letters,
        rules=rules,
        reached=reached,
        flood=FloodLimits(settings.dead_ratio_max, settings.dead_run_max),
        registry=registry,
    )
    return Isolating(FailingOn(inner, settings.fail_on) if settings.fail_on else inner, set_aside)


def set_aside(record: Record, error: Exception) -> None:
    """Write down that a record is given up: where it stood, and where in our code it failed."""
    place = {"partition": record.partition, "offset": record.offset}
    LOG.error("a record is set aside as a dead letter", exc_info=error, extra={"fields": place})
