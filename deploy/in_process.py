"""The whole pipeline in one process: what is published is processed at once, without Kafka or Faust."""

from collections import deque
from collections.abc import Callable, Collection, Mapping, Sequence

from deploy.kept_topics import KeptTopics
from producers.memory_log import MemoryLog, Partition
from producers.scan import TOPIC
from streams.cut import cut, scans_in
from streams.ports import Receipt, Record

GROUP = "truyvet-worker"


class InProcessLog(MemoryLog):
    """A memory log with its worker inside: publish may process a batch, flush processes the rest.

    Guarantees: when flush returns, everything published is stored, and what was published to a compacted
    topic is on disk, where there is a file for it.
    Does not guarantee: anything about records published and not flushed when the process dies;
    the publisher sends them again, and nothing is counted twice.
    """

    def __init__(
        self,
        clock: Callable[[], int],
        process: Callable[[Sequence[Record]], list[Receipt]],
        *,
        records_max: int,
        scans_max: int = 50_000,
        kept: KeptTopics | None = None,
    ) -> None:
        """kept: where compacted topics are kept from one process to the next."""
        super().__init__(clock)
        self._kept = kept
        self._compacted: set[str] = set()
        self._loaded: set[str] = set()
        self._process = process
        self._records_max = records_max
        self._scans_max = scans_max
        self._waiting: deque[tuple[int, int]] = deque()
        self._scans = 0

    def create(self, topics: Mapping[str, int], compacted: Collection[str] = ()) -> list[str]:
        self._compacted |= set(compacted)
        return super().create(topics, compacted)

    def _topic(self, topic: str) -> list[Partition]:
        """Read from disk when it is first used: most processes never look at a registry."""
        where = super()._topic(topic)
        if self._kept and topic in self._compacted and topic not in self._loaded:
            self._loaded.add(topic)
            end, entries = self._kept.load(topic)
            where[0].first = end - len(entries)
            where[0].entries.extend(entries)
        return where

    def publish(self, topic: str, partition: int, value: bytes | None, key: bytes | None = None) -> None:
        offset = self.ends(topic)[partition]
        super().publish(topic, partition, value, key)
        if self._kept and topic in self._compacted:
            self._kept.keep(topic, self._topic(topic)[partition].entries[-1])
        if topic == TOPIC and value is not None:
            self._waiting.append((partition, offset))
            self._scans += scans_in(value)
            if len(self._waiting) >= self._records_max or self._scans >= self._scans_max:
                self.flush()

    def flush(self) -> None:
        """Process all that waits, batch by batch; a record is let go only when it is stored."""
        if self._kept:
            self._kept.commit()
        if not self._waiting:
            return
        name = self.incarnation(TOPIC)
        entries = [self.read(TOPIC, partition, offset, 1)[0] for partition, offset in self._waiting]
        for batch in cut([Record(name, *entry[:4]) for entry in entries], self._scans_max):
            self._process(batch)
            for record in batch:
                self._waiting.popleft()
                self.commit(GROUP, TOPIC, record.partition, record.offset + 1)
                self.forget(TOPIC, {record.partition: record.offset + 1})
        self._scans = 0

    def close(self) -> None:
        if self._kept:
            self._kept.close()
