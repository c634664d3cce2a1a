"""The log of a nation: Apache Kafka, through kafka-python."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cached_property
from typing import Any

from kafka import KafkaAdminClient, KafkaConsumer, TopicPartition
from kafka.admin import ConfigResource, ConfigResourceType, NewTopic, OffsetSpec
from kafka.errors import KafkaTimeoutError, TopicAlreadyExistsError
from kafka.structs import OffsetAndMetadata

from producers.errors import BadInput, Refused
from producers.kafka_client import KafkaClient
from producers.kafka_sender import KafkaSender
from producers.ports import Entry
from producers.scan import CLOSED_TOPIC, DEAD_TOPIC, LETTER_BYTES_MAX

DELIVERY_SECONDS_MAX = 120
BYTES_MAX = {DEAD_TOPIC: LETTER_BYTES_MAX}
"""Topics whose records may be larger than Kafka takes by itself (1 MiB)."""
LETTERS = {DEAD_TOPIC: 0, CLOSED_TOPIC: 30}
"""The topics of letters, and how many days longer than letters their records are kept: Kafka deletes whole
files, and a letter must not outlive the note that it is dealt with."""
FOR_GOOD = -1
REPLICAS_SAFE = 3
"""From so many on a record is acknowledged when two brokers have it, so that one may be lost, or be away."""
SILENT_POLLS_MAX = 20
"""Seconds without an answer after which a reader gives up."""


class KafkaLog:
    """A `producers.ports.Log` on `host:port[,host:port]`. Connects when first used."""

    def __init__(
        self,
        servers: str,
        *,
        replicas: int = 1,
        delivery_seconds: int = DELIVERY_SECONDS_MAX,
        letter_days: int | None = None,
    ) -> None:
        """delivery_seconds: how long a record may take until it is given up, and told as Unavailable.
        letter_days: how long Kafka keeps dead letters, 0 for good, None for as long as the broker says.
        """
        self._client = KafkaClient(servers)
        self._sender = KafkaSender(self._client, delivery_seconds)
        self._replicas = replicas
        self._letter_days = letter_days
        self._seen: set[str] = set()

    @cached_property
    def _admin(self) -> Any:
        return self._client.connect(KafkaAdminClient)

    def create(self, topics: Mapping[str, int], compacted: Collection[str] = ()) -> list[str]:
        made = []
        for topic, partitions in topics.items():
            config = self._config(topic)
            if topic in compacted:
                config["cleanup.policy"] = "compact"
            new = NewTopic(topic, partitions, self._replicas, topic_configs=config)
            with self._client.translated(f"making {topic}"):
                try:
                    self._admin.create_topics([new], wait_for_metadata=True)
                    made.append(topic)
                except TopicAlreadyExistsError:
                    self._adjust(topic)
        return made

    def _config(self, topic: str) -> dict[str, str]:
        # LogAppendTime: the moment Kafka took a record is the moment we knew of it.
        config = {"message.timestamp.type": "LogAppendTime"}
        if topic in BYTES_MAX:
            config["max.message.bytes"] = str(BYTES_MAX[topic])
        if self._replicas >= REPLICAS_SAFE:
            config["min.insync.replicas"] = "2"
        if topic in LETTERS and self._letter_days is not None:
            days = self._letter_days + LETTERS[topic]
            config["retention.ms"] = str(days * 86_400_000 if self._letter_days else FOR_GOOD)
        return config

    def _adjust(self, topic: str) -> None:
        """A topic that an older version or somebody else made: what we rely on holds there too.

        Raises Refused where we may not see to it; what we may not even look at is left to whoever made it.
        """
        wanted = self._config(topic)
        asked = ConfigResource(ConfigResourceType.TOPIC, topic, list(wanted))
        told = self._admin.describe_configs([asked], config_filter="all")["topic"][topic]
        now = {name: told[name]["value"] for name in wanted if name in told}
        if now.keys() < wanted.keys():
            return
        for name in {"max.message.bytes", "min.insync.replicas", "retention.ms"} & now.keys():
            numbers = int(wanted[name]), int(now[name])
            wanted[name] = str(FOR_GOOD if FOR_GOOD in numbers else max(numbers))
        if wanted == now:
            return
        done = self._admin.alter_configs([ConfigResource(ConfigResourceType.TOPIC, topic, wanted)])
        if (why := done["topic"][topic]) != "OK":
            asked_for = ", ".join(f"{name}={value}" for name, value in wanted.items())
            raise Refused(f"topic {topic} may not be changed by us ({why}): give it {asked_for}.")

    def ensure_group(self, group: str, topic: str) -> bool:
        partitions = self.partitions(topic)
        with self._client.translated(f"making group {group}"):
            found = self._admin.list_group_offsets([group]).get(group, {})
            if any(tp.topic == topic and at.offset >= 0 for tp, at in found.items()):
                return False
            start = {TopicPartition(topic, n): OffsetAndMetadata(0, "", -1) for n in range(partitions)}
            self._admin.alter_group_offsets(group, start)
        return True

    def publish(self, topic: str, partition: int, value: bytes | None, key: bytes | None = None) -> None:
        if topic not in self._seen:
            # The producer would wait a minute for a topic that is not there, and call it an outage.
            self._describe(topic)
            self._seen.add(topic)
        self._sender.send(topic, partition, value, key)

    def flush(self) -> None:
        self._sender.flush()

    def _describe(self, topic: str) -> Mapping[str, Any]:
        with self._client.translated(f"looking for {topic}"):
            described: Mapping[str, Any] = self._admin.describe_topics([topic])[0]
        if described["error_code"]:
            raise Refused(f"topic {topic} is not on kafka://{self._client.servers}: run `truyvet init`.")
        return described

    def partitions(self, topic: str) -> int:
        return len(self._describe(topic)["partitions"])

    def incarnation(self, topic: str) -> str:
        return f"kafka:{self._describe(topic)['topic_id']}"

    def ends(self, topic: str) -> dict[int, int]:
        return self._offsets(topic, OffsetSpec.LATEST)

    def starts(self, topic: str) -> dict[int, int]:
        return self._offsets(topic, OffsetSpec.EARLIEST)

    def _offsets(self, topic: str, which: Any) -> dict[int, int]:
        wanted = {TopicPartition(topic, n): which for n in range(self.partitions(topic))}
        with self._client.translated(f"asking for the offsets of {topic}"):
            found = self._admin.list_partition_offsets(wanted)
        return {tp.partition: where.offset for tp, where in found.items()}

    def committed(self, group: str, topic: str) -> dict[int, int]:
        wanted = dict.fromkeys(range(self.partitions(topic)), 0)
        with self._client.translated(f"asking how far group {group} is"):
            found = self._admin.list_group_offsets([group]).get(group, {})
        return wanted | {tp.partition: max(0, at.offset) for tp, at in found.items() if tp.topic == topic}

    def read(self, topic: str, partition: int, offset: int, records_max: int) -> list[Entry]:
        entries: list[Entry] = []
        where = TopicPartition(topic, partition)
        end = self.ends(topic)[partition]
        with self._reader({where: offset}) as consumer, self._client.translated(f"reading {topic}"):
            polls = _polls(consumer, max_records=records_max)
            # The position and not the number of records: offsets have gaps.
            while len(entries) < records_max and consumer.position(where) < end:
                for found in next(polls).values():
                    entries += [
                        Entry(partition, r.offset, r.timestamp // 1000, r.value or b"", r.key or b"")
                        for r in found
                    ]
        return entries[:records_max]

    def first_received(self, topic: str, offsets: Mapping[int, int]) -> dict[int, int]:
        found: dict[int, int] = {}
        ends = self.ends(topic) if offsets else {}
        left = {TopicPartition(topic, p): at for p, at in offsets.items() if at < ends.get(p, 0)}
        if not left:
            return found
        # Of each partition one batch is enough.
        reader = self._reader(left, max_partition_fetch_bytes=1, max_poll_records=len(left))
        with reader as consumer, self._client.translated(f"reading {topic}"):
            polls = _polls(consumer)
            while left:
                polled = next(polls)
                for where, records in polled.items():
                    if where in left and records:
                        found[where.partition] = records[0].timestamp // 1000
                        del left[where]
                        consumer.pause(where)
                if not polled:
                    # Of those that give nothing, some have nothing left but a gap before their end.
                    left = {
                        where: at
                        for where, at in left.items()
                        if consumer.position(where) < ends[where.partition]
                    }
        return found

    @contextmanager
    def _reader(self, starts: Mapping[TopicPartition, int], **config: Any) -> Iterator[Any]:
        """A consumer of no group, at these offsets, or at the first record that is still kept."""
        consumer = self._client.connect(
            KafkaConsumer, group_id=None, enable_auto_commit=False, auto_offset_reset="earliest", **config
        )
        try:
            consumer.assign(list(starts))
            for where, offset in starts.items():
                consumer.seek(where, offset)
            yield consumer
        finally:
            consumer.close()

    def forget(self, topic: str, before: Mapping[int, int]) -> int:
        places = {TopicPartition(topic, p): at for p, at in before.items()}
        with self._client.translated(f"deleting records of {topic}"):
            firsts = self._admin.list_partition_offsets(dict.fromkeys(places, OffsetSpec.EARLIEST))
            gone = {where: at for where, at in places.items() if at > firsts[where].offset}
            if gone:
                self._admin.delete_records(gone)
        return sum(at - firsts[where].offset for where, at in gone.items())

    def widen(self, topic: str, partitions: int) -> None:
        now = self.partitions(topic)
        if partitions < now:
            raise BadInput(f"{topic} has {now} partitions, which cannot become {partitions}: give more.")
        if partitions > now:
            with self._client.translated(f"adding partitions to {topic}"):
                self._admin.create_partitions({topic: partitions})
            # It knows the old number for some minutes, and would refuse to send to a new partition.
            self.flush()
            self._sender.close()

    def close(self) -> None:
        """Close what was opened; what was published and not flushed may be lost."""
        self._sender.close()
        if admin := self.__dict__.pop("_admin", None):
            admin.close()


def _polls(consumer: Any, **words: int) -> Iterator[Mapping[TopicPartition, Sequence[Any]]]:
    """Records as they come, or none for a second. Raises KafkaTimeoutError when nothing comes for long."""
    silent = 0
    while silent < SILENT_POLLS_MAX:
        found = consumer.poll(timeout_ms=1000, **words)
        silent = 0 if found else silent + 1
        yield found
    raise KafkaTimeoutError(f"nothing came for {SILENT_POLLS_MAX} s")
