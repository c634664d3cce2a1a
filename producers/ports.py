"""The log that carries records from those who scan to those who work: Kafka, or one process's memory."""

from collections.abc import Collection, Mapping
from typing import NamedTuple, Protocol


class Entry(NamedTuple):
    """One record as it stands in a partition of a topic."""

    partition: int
    offset: int
    received: int
    """Epoch second at which the log appended it."""
    value: bytes
    """Empty also for a tombstone: a compacted topic says so that its key is no more."""
    key: bytes = b""


class Log(Protocol):
    """Topics of numbered partitions, each an ordered list of records.

    Guarantees: after flush returns, every record published before is in the log and can be read,
    and records of one partition stand in the order they were published.
    Does not guarantee: that a record is there once. A publisher that died and starts again may
    publish twice; readers tell by the scan ids.
    On failure: Unavailable (some records may have been taken), Refused (no such topic). When publish or
    flush fails, whatever was published since the last flush that returned is to be published again: a
    later flush does not speak for it.
    """

    def create(self, topics: Mapping[str, int], compacted: Collection[str] = ()) -> list[str]:
        """Make topics that are missing, with this many partitions; returns those made.

        Of those in `compacted` the newest record of each key is kept for ever, and older ones need not be.
        """
        ...

    def ensure_group(self, group: str, topic: str) -> bool:
        """Let a group of workers begin at the first record of each partition; False if it has begun."""
        ...

    def publish(self, topic: str, partition: int, value: bytes | None, key: bytes | None = None) -> None:
        """Hand over one record; may wait while too many are on their way.

        No value is a tombstone: the key is to be forgotten (compacted topics only).
        """
        ...

    def flush(self) -> None:
        """Return when everything published has been acknowledged."""
        ...

    def partitions(self, topic: str) -> int: ...

    def incarnation(self, topic: str) -> str:
        """A name that changes when the topic is deleted and made again: offsets start over."""
        ...

    def ends(self, topic: str) -> dict[int, int]:
        """Per partition, the offset the next record will get."""
        ...

    def starts(self, topic: str) -> dict[int, int]:
        """Per partition, the offset of the first record that is still kept; its end where none is."""
        ...

    def committed(self, group: str, topic: str) -> dict[int, int]:
        """Per partition, the offset a group of workers will read next; 0 when it never read."""
        ...

    def read(self, topic: str, partition: int, offset: int, records_max: int) -> list[Entry]:
        """Records from an offset on, for people who look; workers read through Faust.

        Where the first are no longer kept, from the first that is.
        """
        ...

    def first_received(self, topic: str, offsets: Mapping[int, int]) -> dict[int, int]:
        """Partition -> when the log took its first record at or after this offset, epoch seconds.

        A partition that has none is left out.
        """
        ...

    def forget(self, topic: str, before: Mapping[int, int]) -> int:
        """Delete, per partition, the records before an offset, for good; returns how many offsets that is."""
        ...

    def widen(self, topic: str, partitions: int) -> None:
        """Give a topic more partitions; records stay where they are. Raises BadInput for fewer."""
        ...

    def close(self) -> None: ...
