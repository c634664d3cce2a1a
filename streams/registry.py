"""What a worker knows of venues: a bounded cache of the store's table, and those met first here."""

from collections import deque
from collections.abc import Collection, Iterable

from producers.errors import Refused, TruyvetError
from producers.venue import Venue, unregistered, venue_key
from streams.ports import ScanStore

VENUES_MAX = 1_000_000
"""About 300 MB; a worker meets the venues of its people, far fewer. Beyond it the cache starts over."""


class Registry:
    """`venues` by key and `keys` by id, for what was looked up or met.

    With each venue the cache has all that it lies inside of, however deep: without one of them a stay in the
    building would seem to end in the room.
    """

    def __init__(self, store: ScanStore) -> None:
        self._store = store
        self.venues: dict[int, Venue] = {}
        self.keys: dict[str, int] = {}
        self._unwritten: dict[int, Venue] = {}
        self._stale: deque[int] = deque()

    def forget(self, keys: Iterable[int]) -> None:
        """The store has new entries of these: they are read before the next batch. From any thread."""
        self._stale.extend(keys)

    def _renew(self) -> None:
        """Only between batches: within one, a venue is the same for all its scans."""
        stale = {self._stale.popleft() for _ in range(len(self._stale))}
        try:
            self._take(self._store.venues((stale & self.venues.keys()) - self._unwritten.keys()))
        except TruyvetError:
            self._stale.extend(stale)
            raise
        self._stale.extend(stale & self._unwritten.keys())

    def meet(self, ids: Iterable[str]) -> set[str]:
        """Look these ids up and register those nobody knows; returns ids whose key is another's."""
        if len(self.venues) > VENUES_MAX and not self._unwritten:
            self.venues.clear()
            self.keys.clear()
        self._renew()
        keys = self.keys
        named = {name: keys[name] if name in keys else venue_key(name) for name in ids}
        new = {key: venue_id for venue_id, key in named.items() if key not in self.venues}
        if new:
            found = self._store.venues(new.keys())
            fresh = {key: unregistered(venue_id) for key, venue_id in new.items() if key not in found}
            self._unwritten |= fresh
            self._take(found | fresh)
        return {venue_id for venue_id, key in named.items() if self.venues[key].id != venue_id}

    def look_up(self, keys: Iterable[int]) -> None:
        """Bring venues that have scans into the cache. Raises Refused when one is not registered."""
        missing = [key for key in keys if key not in self.venues]
        if not missing:
            return
        self._take(self._registered(missing))

    def _take(self, venues: dict[int, Venue]) -> None:
        """These, with whatever they lie inside of; all of it or, on an error, nothing."""
        taken = dict(venues)
        while outer := {one.inside for one in taken.values()} - {0} - taken.keys() - self.venues.keys():
            taken |= self._registered(outer)
        self.venues.update(taken)

    def _registered(self, keys: Collection[int]) -> dict[int, Venue]:
        found = self._store.venues(keys)
        for key in keys:
            if key not in found:
                raise Refused(f"venue {key:016x} has scans but is not in the registry: restore table venues.")
        return found

    def unwritten(self) -> list[Venue]:
        """Those to be stored with this batch, again and again until `written`."""
        return list(self._unwritten.values())

    def written(self) -> None:
        """The batch is stored."""
        self._unwritten.clear()
