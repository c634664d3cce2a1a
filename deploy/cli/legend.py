"""The names of the places in an answer, told beside it: an id says little at three in the morning."""

from collections.abc import Callable, Iterable, Iterator
from functools import cached_property

from producers.errors import TruyvetError
from producers.moment import iso
from producers.venue import venue_key
from storage.venue_table import Named, VenueTable
from tracer.answer import Row

VENUES_MAX = 20
"""Of more than this, none is told: whoever reads hundreds of rows looks them up in `truyvet venues ls`."""
STEPS_MAX = 10


class Legend:
    """Remembers the venues of the rows that pass, and says what the registry calls them."""

    def __init__(self, open_table: Callable[[], VenueTable]) -> None:
        """open_table: asked for only when there is something to look up."""
        self._open = open_table
        self._seen: dict[str, None] = {}

    def watched(self, rows: Iterable[Row]) -> Iterator[Row]:
        """The same rows."""
        for row in rows:
            if len(self._seen) <= VENUES_MAX and row.get("venue"):
                self._seen[str(row["venue"])] = None
            yield row

    @cached_property
    def _table(self) -> VenueTable:
        return self._open()

    def lines(self) -> list[str]:
        """A line for each venue that has a name or is retired, in the order of the answer.

        Where the store cannot tell, none: the answer is whole without them.
        """
        if not 0 < len(self._seen) <= VENUES_MAX:
            return []
        try:
            keys = {venue_key(venue_id): venue_id for venue_id in self._seen}
            known = self._table.names(keys)
            told = {keys[key]: self._line(keys[key], named) for key, named in known.items()}
        except TruyvetError:
            return []
        return [told[venue_id] for venue_id in self._seen if told.get(venue_id)]

    def _line(self, venue_id: str, named: Named) -> str:
        if not named.name and not named.retired_at:
            return ""
        line = f"{venue_id}: {named.name or 'without a name'}"
        if named.retired_at:
            line += f", retired since {iso(named.retired_at)}"
        if named.replaced_by and (now := self._now(named)):
            line += f"; its place is now {now}"
        return line

    def _now(self, named: Named) -> str:
        """The last of those that took its place one after the other; ends where they go round in a circle."""
        key = 0
        for _ in range(STEPS_MAX):
            if not named.replaced_by:
                break
            key = named.replaced_by
            found = self._table.names([key]).get(key)
            if found is None:
                return ""
            named = found
        (venue_id,) = self._table.ids([key]).values()
        return f"{venue_id} ({named.name})" if named.name else venue_id
