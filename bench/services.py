"""The running stack as a benchmark sees it: its Kafka, its ClickHouse, its Redis, their versions."""

import os
import time
from collections.abc import Iterable
from typing import Any
from urllib.parse import urlsplit

from kafka import KafkaAdminClient, TopicPartition
from kafka.errors import CoordinatorNotAvailableError, KafkaError
from kafka.structs import OffsetAndMetadata
from redis import Redis

from producers.kafka_log import KafkaLog
from storage.clickhouse import ClickHouseEngine

STATE_DATABASE = 1
"""Of Redis; ours is emptied before each round."""
COORDINATOR_TRIES = 30


class Services:
    """Where everything is, from `TRUYVET_*`. Ends the run with a sentence when there is no real stack."""

    def __init__(self) -> None:
        broker, store, state = (os.environ.get(f"TRUYVET_{n}", "") for n in ("BROKER", "STORE", "STATE"))
        if not (
            broker.startswith("kafka:") and store.startswith("clickhouse:") and state.startswith("redis:")
        ):
            raise SystemExit(
                "This needs Kafka, ClickHouse and Redis: make bench-ingest STACK=local (or docker)."
            )
        self.servers = urlsplit(broker).netloc
        self.store = store.rsplit("/", 1)[0]
        self.state = f"{state.rsplit('/', 1)[0]}/{STATE_DATABASE}"
        self.log = KafkaLog(self.servers)
        self.engine = ClickHouseEngine(f"{self.store}/bench")
        self.engine.execute("CREATE DATABASE IF NOT EXISTS bench")
        self._admin: Any = KafkaAdminClient(bootstrap_servers=self.servers.split(","))

    def assigned(self, group: str) -> bool:
        """Has Kafka given this group's one worker its partitions?"""
        try:
            found = self._admin.describe_groups([group]).get(group, {})
        except KafkaError:
            return False
        return found.get("group_state") == "Stable" and bool(found.get("members"))

    def publish(self, topic: str, partitions: int, records: Iterable[tuple[int, bytes]]) -> int:
        """Append the records and return how many, when Kafka has acknowledged all of them."""
        self.log.create({topic: partitions})
        count = 0
        for partition, value in records:
            self.log.publish(topic, partition, value)
            count += 1
        self.log.flush()
        return count

    def behind(self, group: str, topic: str, ends: dict[int, int]) -> int:
        """How many records before these ends the group has not committed."""
        done = self.log.committed(group, topic)
        return sum(max(0, end - done[partition]) for partition, end in ends.items())

    def begin_at_the_start(self, group: str, topic: str, partitions: int) -> None:
        """Commit offset 0 for a group that has none yet."""
        start = {TopicPartition(topic, n): OffsetAndMetadata(0, "", -1) for n in range(partitions)}
        for _ in range(COORDINATOR_TRIES):
            try:
                self._admin.alter_group_offsets(group, start)
                return
            except CoordinatorNotAvailableError:  # the first group of a new broker: it makes room for groups
                time.sleep(1)
        raise SystemExit("Kafka has no coordinator for groups")

    def forget_timelines(self) -> None:
        """Empty the benchmark's own Redis database."""
        Redis.from_url(self.state).flushdb()

    def versions(self) -> str:
        """Of the servers, in one line."""
        redis: Any = Redis.from_url(self.state).info("server")
        ((clickhouse,),) = self.engine.rows("SELECT version()")
        from deploy.stack.kafka_part import VERSION  # noqa: PLC0415 (a constant, not a part)

        kafka = VERSION if os.environ.get("TRUYVET_STACK") == "local" else "of the stack"
        return f"Kafka {kafka}, ClickHouse {clickhouse}, Redis {redis['redis_version']}"

    def close(self) -> None:
        self._admin.close()
        self.log.close()
        self.engine.close()
