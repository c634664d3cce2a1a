"""The cache of timelines in this process, for the embedded mode and tests."""

from collections import OrderedDict
from collections.abc import Collection, Mapping

PERSONS_MAX = 1_000_000
"""At about 1 kB each with what Python adds: 1 GB."""


class MemoryTimelines:
    """`streams.ports.Timelines` for one process: the person used least recently is dropped first."""

    def __init__(self, persons_max: int = PERSONS_MAX) -> None:
        self._persons_max = persons_max
        self._kept: OrderedDict[int, bytes] = OrderedDict()

    def load(self, persons: Collection[int]) -> dict[int, bytes]:
        """The timelines still kept; a person without one is left out."""
        found = {}
        for person in persons:
            if person in self._kept:
                self._kept.move_to_end(person)
                found[person] = self._kept[person]
        return found

    def save(self, timelines: Mapping[int, bytes]) -> None:
        """Keep these, and drop the oldest of all when that makes too many."""
        for person, timeline in timelines.items():
            self._kept[person] = timeline
            self._kept.move_to_end(person)
        while len(self._kept) > self._persons_max:
            self._kept.popitem(last=False)
