"""The whole pipeline in one process: what is published is processed at once, without Kafka or Faust."""

from collections import deque
from collections.abc import Callable, Sequence

from producers.memory_log import MemoryLog
from producers.scan import TOPIC
from streams.cut import cut, scans_in
from streams.ports import Receipt, Record

GROUP = "truyvet-worker"


class InProcessLog(MemoryLog):
    """A memory log with its worker inside: publish may process a batch, flush processes the rest.

    Guarantees: when flush returns, everything published is stored.
    Does not guarantee: anything about records published and not flushed when the process dies;
    the publisher sends them again, and nothing is counted twice.
    """

    def __init__(
        self,
        clock: Callable[[], int],
        process: Callable[[Sequence[Record]], list[Receipt]],
        *,
        records_max: int,
        scans_max: int = 20_000,
    ) -> None:
        super().__init__(clock)
        self._process = process
        self._records_max = records_max
        self._scans_max = scans_max
        self._waiting: deque[tuple[int, int]] = deque()
        self._scans = 0

    def publish(self, topic: str, partition: int, value: bytes | None, key: bytes | None = None) -> None:
        offset = self.ends(topic)[partition]
        super().publish(topic, partition, value, key)
        if topic == TOPIC and value is not None:
            self._waiting.append((partition, offset))
            self._scans += scans_in(value)
            if len(self._waiting) >= self._records_max or self._scans >= self._scans_max:
                self.flush()

    def flush(self) -> None:
        """Process all that waits, batch by batch; a record is let go only when it is stored."""
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
