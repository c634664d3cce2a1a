"""When the cache of timelines may be believed: only what this worker saved, and only if it is all there.

Redis may lose its last second, be flushed, be restored from a backup, or be written by a worker
that lost its partitions while it slept. A timeline that misses one scan would quietly make wrong
visits later. So every value carries the session that saved it, every save counts up an entry of the
session itself in the same command, and a session ends (everything is then read from the store) when
 - that entry is not what was last saved: the cache was flushed, or lost its end;
 - a load or a save failed: the cache may now miss what was processed without it;
 - partitions were assigned: someone else may have processed these people meanwhile.
While the cache is down the store answers instead: slower, and the same.
"""

from collections.abc import Callable, Collection, Mapping

from producers.errors import Refused, TruyvetError, Unavailable
from streams.ports import Timelines

SKIPPED_BATCHES = 8
"""Batches that do not even try the cache after it failed, so that timeouts do not add up."""
SESSION_BYTES = 8


class TrustedTimelines:
    """A `streams.ports.Timelines` over another that may forget, lie about age, or be down.

    new_session: draws 64 random bits. bypassed: told each time the store must answer instead.
    """

    def __init__(
        self,
        cache: Timelines,
        new_session: Callable[[], int],
        bypassed: Callable[[TruyvetError], None] = lambda why: None,
    ) -> None:
        self._cache = cache
        self._new_session = new_session
        self._bypassed = bypassed
        self._skip = 0
        self._saves = 0
        self._session = new_session()
        self._loaded_under: int | None = None
        self.down: str | None = None
        """Why the cache is not used, until a load succeeds again."""

    def distrust(self) -> None:
        """Believe nothing saved so far."""
        self._session = self._new_session()
        self._saves = 0
        self._loaded_under = None

    def load(self, persons: Collection[int]) -> dict[int, bytes]:
        """What this session saved for these people; nothing when the cache is down."""
        # Once: another thread may `distrust` at any moment, and then nothing of this is believed.
        session, saves = self._session, self._saves
        self._loaded_under = session
        if self._skip:
            self._skip -= 1
            return {}
        try:
            found = self._cache.load([session, *persons])
        except (Unavailable, Refused) as why:
            self._fail(why)
            return {}
        self.down = None
        mark = _bytes(session)
        counted = found.pop(session, None)
        if saves and counted != mark + _bytes(saves):
            self.distrust()
            self._loaded_under = self._session
            return {}
        if session != self._session:
            return {}
        return {person: line[SESSION_BYTES:] for person, line in found.items() if line.startswith(mark)}

    def save(self, timelines: Mapping[int, bytes]) -> None:
        """Keep these for this session, unless it ended since the load they rest on."""
        session, saves = self._session, self._saves + 1
        if self._skip or self._loaded_under != session:
            return
        # Of a session that ends now, nothing is believed: what is saved bears the mark of the old one.
        self._saves = saves
        mark = _bytes(session)
        entries = {person: mark + line for person, line in timelines.items()}
        entries[session] = mark + _bytes(saves)
        try:
            self._cache.save(entries)
        except (Unavailable, Refused) as why:
            self._fail(why)

    def _fail(self, why: TruyvetError) -> None:
        self.down = str(why)
        self._bypassed(why)
        self.distrust()
        self._loaded_under = self._session
        self._skip = SKIPPED_BATCHES


def _bytes(number: int) -> bytes:
    return number.to_bytes(SESSION_BYTES, "big")
