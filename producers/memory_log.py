"""The log of the embedded mode: in this process's memory, gone with it."""

import uuid
from collections import defaultdict, deque
from collections.abc import Callable, Collection, Mapping
from itertools import islice

from producers.errors import BadInput, Refused
from producers.ports import Entry


class Partition:
    """An ordered list of records whose beginning may have been dropped."""

    def __init__(self) -> None:
        self.first = 0
        self.entries: deque[Entry] = deque()

    @property
    def end(self) -> int:
        return self.first + len(self.entries)


class MemoryLog:
    """A `producers.ports.Log` for one process. `clock` gives epoch seconds."""

    def __init__(self, clock: Callable[[], int]) -> None:
        self._clock = clock
        self._topics: dict[str, list[Partition]] = {}
        self._names: dict[str, str] = {}
        self._committed: dict[tuple[str, str], dict[int, int]] = defaultdict(dict)

    def create(self, topics: Mapping[str, int], compacted: Collection[str] = ()) -> list[str]:
        made = [topic for topic in topics if topic not in self._topics]
        for topic in made:
            self._topics[topic] = [Partition() for _ in range(topics[topic])]
            self._names[topic] = f"memory:{uuid.uuid4().hex}"
        return made

    def ensure_group(self, group: str, topic: str) -> bool:
        new = not self._committed[group, topic]
        if new:
            self._committed[group, topic] = {n: where.first for n, where in enumerate(self._topic(topic))}
        return new

    def publish(self, topic: str, partition: int, value: bytes | None, key: bytes | None = None) -> None:
        where = self._topic(topic)[partition]
        where.entries.append(Entry(partition, where.end, self._clock(), value or b"", key or b""))

    def flush(self) -> None:
        """Nothing to wait for."""

    def partitions(self, topic: str) -> int:
        return len(self._topic(topic))

    def incarnation(self, topic: str) -> str:
        self._topic(topic)
        return self._names[topic]

    def ends(self, topic: str) -> dict[int, int]:
        return {number: where.end for number, where in enumerate(self._topic(topic))}

    def starts(self, topic: str) -> dict[int, int]:
        return {number: where.first for number, where in enumerate(self._topic(topic))}

    def committed(self, group: str, topic: str) -> dict[int, int]:
        return dict.fromkeys(range(self.partitions(topic)), 0) | self._committed[group, topic]

    def commit(self, group: str, topic: str, partition: int, offset: int) -> None:
        """What Faust does for Kafka: say that everything before the offset is dealt with."""
        self._committed[group, topic][partition] = offset

    def read(self, topic: str, partition: int, offset: int, records_max: int) -> list[Entry]:
        where = self._topic(topic)[partition]
        start = min(max(0, offset - where.first), len(where.entries))
        return list(islice(where.entries, start, start + records_max))

    def first_received(self, topic: str, offsets: Mapping[int, int]) -> dict[int, int]:
        found = {partition: self.read(topic, partition, at, 1) for partition, at in offsets.items()}
        return {partition: entries[0].received for partition, entries in found.items() if entries}

    def forget(self, topic: str, before: Mapping[int, int]) -> int:
        gone = 0
        for partition, offset in before.items():
            where = self._topic(topic)[partition]
            while where.entries and where.first < offset:
                where.entries.popleft()
                where.first += 1
                gone += 1
        return gone

    def widen(self, topic: str, partitions: int) -> None:
        where = self._topic(topic)
        if partitions < len(where):
            raise BadInput(
                f"{topic} has {len(where)} partitions, which cannot become {partitions}: give more."
            )
        where += [Partition() for _ in range(partitions - len(where))]

    def close(self) -> None:
        """Nothing to close."""

    def _topic(self, topic: str) -> list[Partition]:
        if topic not in self._topics:
            raise Refused(f"topic {topic} is not in the in-process log: run `truyvet init`.")
        return self._topics[topic]
