"""What a worker knows of venues: a bounded cache of the store's table, and those met first here."""

from collections import deque
from collections.abc import Iterable

from producers.errors import Refused
from producers.venue import Venue, unregistered, venue_key
from streams.ports import ScanStore

VENUES_MAX = 1_000_000
"""About 300 MB; a worker meets the venues of its people, far fewer. Beyond it the cache starts over."""


class Registry:
    """`venues` by key and `keys` by id, for what was looked up or met."""

    def __init__(self, store: ScanStore) -> None:
        self._store = store
        self.venues: dict[int, Venue] = {}
        self.keys: dict[str, int] = {}
        self._unwritten: dict[int, Venue] = {}
        self._stale: deque[int] = deque()

    def forget(self, keys: Iterable[int]) -> None:
        """The store has new entries of these: whoever meets them next reads them. From any thread."""
        self._stale.extend(keys)

    def _let_go(self) -> None:
        """Only between batches: within one, a venue is the same for all its scans."""
        for _ in range(len(self._stale)):
            key = self._stale.popleft()
            if key in self._unwritten:
                self._stale.append(key)
            else:
                self.venues.pop(key, None)

    def meet(self, ids: Iterable[str]) -> set[str]:
        """Look these ids up and register those nobody knows; returns ids whose key is another's."""
        if len(self.venues) > VENUES_MAX and not self._unwritten:
            self.venues.clear()
            self.keys.clear()
        self._let_go()
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
        found = self._store.venues(missing)
        for key in missing:
            if key not in found:
                raise Refused(f"venue {key:016x} has scans but is not in the registry: restore table venues.")
        self._take(found)

    def _take(self, venues: dict[int, Venue]) -> None:
        self.venues.update(venues)
        self.look_up({venue.inside for venue in venues.values() if venue.inside})

    def unwritten(self) -> list[Venue]:
        """Those to be stored with this batch, again and again until `written`."""
        return list(self._unwritten.values())

    def written(self) -> None:
        """The batch is stored."""
        self._unwritten.clear()
