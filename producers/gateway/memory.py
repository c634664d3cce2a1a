"""What the gateway remembers for a while so that nothing is answered wrongly twice; forgetting loses no scan.

A worker tells repeated scans by itself, so all of this may be lost at any moment: a scan is then answered
`taken` where it was `duplicate`, and a request that was sent again is taken again, with the same scan ids.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from heapq import heapify, heappop, heappush
from threading import Lock
from typing import Protocol

NONCES, MARKS, SCANS, ANSWERS = b"gn:", b"gm:", b"gs:", b"ga:"
PLACES, CROWDS, RATES = b"gp:", b"gc:", b"gr:"
"""What a key begins with: its kind."""
SPARE = 1_000


class Memory(Protocol):
    """Short values by key, each for so many seconds. Safe to use from several threads.

    Guarantees: of two that add one key within its seconds, one is told that it was new.
    Does not guarantee: that anything is still there (eviction, a restart, FLUSHALL).
    On failure: Unavailable, Refused.
    """

    def add(self, keys: Sequence[bytes], seconds: int) -> list[bool]:
        """Which of these were not there? They are now."""
        ...

    def get(self, keys: Sequence[bytes]) -> list[bytes | None]: ...

    def put(self, values: Mapping[bytes, bytes], seconds: int) -> None: ...

    def count(self, members: Mapping[bytes, Collection[bytes]], seconds: int) -> dict[bytes, int]:
        """Add members to each key's set; key -> about how many different ones it has now."""
        ...

    def tally(self, amounts: Mapping[bytes, int], seconds: int) -> dict[bytes, int]:
        """Add to each key's sum, which begins anew so many seconds after it began; key -> the sum now."""
        ...


class ProcessMemory:
    """A `Memory` of this process alone: the embedded mode's, and for as long as Redis is down.

    clock: epoch seconds. Holds at most `most` keys: the ones that expire first go first.
    """

    def __init__(self, clock: Callable[[], float], most: int = 500_000) -> None:
        self._clock = clock
        self._most = most
        self._lock = Lock()
        self._values: dict[bytes, tuple[float, bytes]] = {}
        self._sets: dict[bytes, set[bytes]] = {}
        self._expiries: list[tuple[float, bytes]] = []

    def add(self, keys: Sequence[bytes], seconds: int) -> list[bool]:
        """Which of these were not there? They are now."""
        with self._lock:
            self._forget()
            new = []
            for key in keys:
                new.append(key not in self._values)
                if new[-1]:
                    self._keep(key, b"", seconds)
            return new

    def get(self, keys: Sequence[bytes]) -> list[bytes | None]:
        """The values still kept."""
        with self._lock:
            self._forget()
            return [found[1] if (found := self._values.get(key)) else None for key in keys]

    def put(self, values: Mapping[bytes, bytes], seconds: int) -> None:
        """Keep these."""
        with self._lock:
            for key, value in values.items():
                self._keep(key, value, seconds)
            self._forget()

    def count(self, members: Mapping[bytes, Collection[bytes]], seconds: int) -> dict[bytes, int]:
        """Exactly how many different ones."""
        with self._lock:
            self._forget()
            for key, more in members.items():
                if key not in self._sets:
                    self._keep(key, b"", seconds)
                self._sets.setdefault(key, set()).update(more)
            return {key: len(self._sets[key]) for key in members}

    def tally(self, amounts: Mapping[bytes, int], seconds: int) -> dict[bytes, int]:
        """The sums now."""
        with self._lock:
            self._forget()
            for key, amount in amounts.items():
                if key not in self._values:
                    self._keep(key, b"0", seconds)
                until, before = self._values[key]
                self._values[key] = until, b"%d" % (int(before) + amount)
            return {key: int(self._values[key][1]) for key in amounts}

    def _keep(self, key: bytes, value: bytes, seconds: int) -> None:
        until = self._clock() + seconds
        self._values[key] = until, value
        heappush(self._expiries, (until, key))
        if len(self._expiries) > 2 * len(self._values) + SPARE:  # of keys that were put again and again
            self._expiries = [(until, key) for key, (until, _) in self._values.items()]
            heapify(self._expiries)

    def _forget(self) -> None:
        now = self._clock()
        while self._expiries and (self._expiries[0][0] <= now or len(self._values) > self._most):
            until, key = heappop(self._expiries)
            if key in self._values and self._values[key][0] == until:
                del self._values[key]
                self._sets.pop(key, None)
