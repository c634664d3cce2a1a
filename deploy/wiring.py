"""Settings become real parts here and nowhere else, each made when it is first used."""

import logging
import secrets
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any
from urllib.parse import urlsplit

from deploy.crash import CrashingEngine, crash_at
from deploy.engines import engine_at, kafka_at, timelines_at
from deploy.in_process import GROUP, InProcessLog
from deploy.kept_topics import kept_topics
from deploy.metrics import WorkerMetrics
from deploy.patience import patiently
from deploy.processing import build_processor
from deploy.settings import Settings
from producers.errors import TruyvetError
from producers.memory_log import MemoryLog
from producers.ports import Log
from producers.pseudonym import Pseudonyms, key_from_hex, read_or_make_key
from producers.register import COMPACTED
from producers.scan import CLOSED_TOPIC, DEAD_TOPIC, TOPIC
from producers.seal import Seal
from storage.engine import Engine
from storage.migrate import migrate
from storage.retention import forget_before, keep, kept_days, lengthen, oldest
from storage.store import SqlStore
from streams import declared
from streams.dead_letter_log import DeadLetterLog
from streams.decode import Limits
from streams.isolate import Isolating
from streams.ports import Receipt, Record, Timelines
from streams.registry import Registry
from streams.sessions import DAY, Rules
from streams.trust import TrustedTimelines

DEAD_PARTITIONS = 4
GROUP_SECONDS_MAX = 20
LOG = logging.getLogger("truyvet")


def clock() -> int:
    """Epoch seconds now; the core is given the time and never asks."""
    return int(time.time())


@dataclass(frozen=True)
class Wiring:
    """One process's parts, each made when first used. `close` closes those that were."""

    settings: Settings

    @cached_property
    def engine(self) -> Engine:
        """The store's engine."""
        return engine_at(self.settings.store_url())

    @cached_property
    def store(self) -> SqlStore:
        """The store, as it is: `truyvet init` (or `prepare`) made its tables."""
        engine: Any = CrashingEngine(self.engine, self.reached) if self.settings.crash_at else self.engine
        return SqlStore(engine, self.engine.database)

    @cached_property
    def metrics(self) -> WorkerMetrics:
        return WorkerMetrics()

    @cached_property
    def timelines(self) -> TrustedTimelines:
        """The state, believed only as far as `streams.trust` allows."""

        def bypassed(why: TruyvetError) -> None:
            self.metrics.bypassed()
            LOG.warning("works without its state: %s", why)

        return TrustedTimelines(self.state, lambda: secrets.randbits(64), bypassed)

    @cached_property
    def state(self) -> Timelines:
        """The cache of timelines itself."""
        return timelines_at(self.settings.state)

    @property
    def in_process(self) -> bool:
        """Is this process its own broker and worker?"""
        return urlsplit(self.settings.broker).scheme == "memory"

    @cached_property
    def log(self) -> Log:
        """The log to publish to; with memory:// publishing also processes."""
        if self.in_process:
            log = InProcessLog(
                clock,
                self.process,
                records_max=self.settings.batch_records_max,
                scans_max=self.settings.batch_scans_max,
                kept=kept_topics(self.settings),
            )
            log.create(self.topics, COMPACTED)
            return log
        return self.another_log()

    def another_log(self) -> Log:
        """A log of one's own on Kafka, for a thread of one's own."""
        days = self.settings.retention_days
        return kafka_at(self.settings.broker, self.settings.replicas, letter_days=days)

    @property
    def topics(self) -> dict[str, int]:
        dead = dict.fromkeys((DEAD_TOPIC, CLOSED_TOPIC), DEAD_PARTITIONS)
        return {TOPIC: self.settings.partitions} | dead | declared.TOPICS | dict.fromkeys(COMPACTED, 1)

    @cached_property
    def _dead_log(self) -> Log:
        """Letters go out beside the log that is read; in one process through a log of their own."""
        if not self.in_process:
            return self.another_log()
        log = MemoryLog(clock)
        log.create(self.topics)
        return log

    @cached_property
    def letters(self) -> DeadLetterLog:
        """Where refused scans go."""
        return DeadLetterLog(self._dead_log, self.seal, DEAD_PARTITIONS)

    @cached_property
    def seal(self) -> Seal:
        """The key of the dead letters lies beside that of the pseudonyms and is another one."""
        return Seal(read_or_make_key(self.settings.key_file().with_name("dead-letters.key")))

    @property
    def rules(self) -> Rules:
        return Rules(self.settings.debounce_seconds, self.settings.stay_minutes_max * 60)

    @cached_property
    def reached(self) -> Callable[[str], None]:
        """Told each point of a batch: it is timed, and a fault test may end this process there."""
        crash = crash_at(self.settings.crash_at)

        def reached(point: str) -> None:
            self.metrics.reached(point, time.monotonic())
            crash(point)

        return reached

    @cached_property
    def registry(self) -> Registry:
        """What this process knows of venues."""
        return Registry(self.store)

    @cached_property
    def processor(self) -> Isolating:
        parts = (self.settings, self.timelines, self.store, self.letters)
        return build_processor(*parts, rules=self.rules, reached=self.reached, registry=self.registry)

    def process(self, records: Sequence[Record]) -> list[Receipt]:
        """What a worker does with a batch, with what became of it in the metrics."""
        return self.processor.process(
            records, self.limits, lambda outcome: self.metrics.told(outcome, time.time())
        )

    @property
    def limits(self) -> Limits:
        """How far from the moment at which the log received it a scan may lie."""
        return Limits(self.settings.retention_days * DAY, self.settings.future_seconds_max)

    @cached_property
    def pseudonyms(self) -> Pseudonyms:
        given = self.settings.pseudonym_key
        key = key_from_hex(given.get_secret_value()) if given else read_or_make_key(self.settings.key_file())
        return Pseudonyms(key)

    def prepare(self) -> list[str]:
        """Make what is missing: topics, database, tables. Idempotent; returns what was made."""
        engine = self.engine
        made = migrate(engine, engine.database, retention_days=self.settings.retention_days)
        if not self.in_process:
            made += self.log.create(self.topics, COMPACTED)
            # A broker that has just started has no group coordinator yet.
            if patiently(lambda: self.log.ensure_group(GROUP, TOPIC), GROUP_SECONDS_MAX):
                made.append(GROUP)
        return made

    def shorten_retention(self) -> None:
        """Forget what is older than the settings say: for good."""
        keep(self.engine, self.engine.database, self.settings.retention_days)

    def lengthen_retention(self) -> None:
        """Never let the store forget what this process was told to keep."""
        lengthen(self.engine, self.engine.database, self.settings.retention_days)

    def kept_longer(self) -> str | None:
        """How long the store keeps, in words, when that is longer than the settings say."""
        days = kept_days(self.engine, self.engine.database)
        wanted = self.settings.retention_days
        if not self.engine.capabilities.expires or not wanted or 0 < days <= wanted:
            return None
        return f"{days} days" if days else "everything"

    def forget(self) -> list[str]:
        """Delete the days that ended before the retention began; on engines that do not by themselves."""
        days = self.settings.retention_days
        return forget_before(self.engine, self.engine.database, clock() - days * DAY) if days else []

    def oldest(self) -> dict[str, int]:
        """Table of facts about people -> the moment of its oldest row, epoch seconds."""
        return oldest(self.engine, self.engine.database)

    def watermark(self) -> tuple[int, int]:
        """(complete for all received before this moment, records not processed yet)."""
        now = clock()
        if self.in_process:
            return now, 0
        name = self.log.incarnation(TOPIC)
        waiting = self.store.first_unprocessed(name, self.log.ends(TOPIC))
        firsts = {partition: offset for partition, (offset, _) in waiting.items()}
        oldest = self.log.first_received(TOPIC, firsts).values()
        return min(oldest, default=now), sum(missing for _, missing in waiting.values())

    def watermark_if_known(self) -> int | None:
        """The watermark, None where the broker cannot be asked: an answer does not need it."""
        try:
            return self.watermark()[0]
        except TruyvetError:
            return None

    def down(self) -> list[str]:
        """One sentence for each part that does not answer now."""
        sentences = []
        for ask in (
            lambda: self.engine.rows("SELECT 1"),
            lambda: self.state.load([0]),
            lambda: self.log.ends(TOPIC),
        ):
            try:
                ask()
            except TruyvetError as error:
                sentences.append(str(error))
        return sentences

    def close(self) -> None:
        for name in ("log", "_dead_log", "engine"):
            if name in self.__dict__:
                self.__dict__[name].close()
