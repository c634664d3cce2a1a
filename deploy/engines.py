"""An address becomes a client of the broker, the state or the store it names.

Libraries are imported by address, so that a process needs only those it uses: a tracer needs no chDB.
"""

from urllib.parse import urlsplit

from deploy.settings import without_password
from producers.errors import BadInput
from producers.ports import Log
from storage.engine import Engine
from storage.memory_timelines import MemoryTimelines
from streams.ports import Timelines


def engine_at(url: str) -> Engine:
    """The store's engine. Raises BadInput for an address of neither kind."""
    scheme = urlsplit(url).scheme
    if scheme in ("clickhouse", "clickhouses"):
        from storage.clickhouse import ClickHouseEngine  # noqa: PLC0415

        return ClickHouseEngine(url)
    if scheme == "chdb":
        from storage.chdb_engine import ChdbEngine  # noqa: PLC0415

        return ChdbEngine(url)
    raise BadInput(
        f"TRUYVET_STORE={without_password(url)}: give clickhouse://host:port/database or chdb:///folder."
    )


def timelines_at(url: str) -> Timelines:
    """The cache of timelines. Raises BadInput for an address of neither kind."""
    scheme = urlsplit(url).scheme
    if scheme == "memory":
        return MemoryTimelines()
    if scheme in ("redis", "rediss", "unix"):
        from storage.redis_timelines import RedisTimelines  # noqa: PLC0415

        return RedisTimelines(url)
    raise BadInput(f"TRUYVET_STATE={without_password(url)}: give redis://host:port/0 or memory://.")


def kafka_at(
    url: str, replicas: int, *, delivery_seconds: int | None = None, letter_days: int | None = None
) -> Log:
    """The log on Kafka. delivery_seconds: when a record is given up; letter_days: how long dead letters are
    kept, 0 for good. Raises BadInput for another address."""
    parts = urlsplit(url)
    if parts.scheme != "kafka" or not parts.netloc:
        raise BadInput(f"TRUYVET_BROKER={url}: give kafka://host:port or memory://.")
    from producers.kafka_log import DELIVERY_SECONDS_MAX, KafkaLog  # noqa: PLC0415

    seconds = delivery_seconds or DELIVERY_SECONDS_MAX
    return KafkaLog(parts.netloc, replicas=replicas, delivery_seconds=seconds, letter_days=letter_days)
