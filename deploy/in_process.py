"""The whole pipeline in one process: what is published is processed at once, without Kafka or Faust."""

from collections import deque
from collections.abc import Callable, Sequence

from producers.memory_log import MemoryLog
from producers.scan import TOPIC
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
    ) -> None:
        super().__init__(clock)
        self._process = process
        self._records_max = records_max
        self._waiting: deque[tuple[int, int]] = deque()

    def publish(self, topic: str, partition: int, value: bytes) -> None:
        offset = self.ends(topic)[partition]
        super().publish(topic, partition, value)
        if topic == TOPIC:
            self._waiting.append((partition, offset))
            if len(self._waiting) >= self._records_max:
                self._work()

    def flush(self) -> None:
        while self._waiting:
            self._work()

    def _work(self) -> None:
        """Take a batch, process it, and only then let go of it."""
        name = self.incarnation(TOPIC)
        taken = list(self._waiting)[: self._records_max]
        entries = [self.read(TOPIC, partition, offset, 1)[0] for partition, offset in taken]
        self._process([Record(name, *entry) for entry in entries])
        for partition, offset in taken:
            self._waiting.popleft()
            self.commit(GROUP, TOPIC, partition, offset + 1)
            self.drop(TOPIC, partition, offset + 1)
