"""All visits in this process's memory, for questions that one SQL statement after the other answers slowly.

An index is a value: it answers as the table stood when it was made, and never changes. It is made from
the store, is never the truth, and may be dropped at any time (`storage.indexed_reader`).
"""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from functools import cached_property
from operator import attrgetter

import numpy as np
from numpy.typing import NDArray

from storage.ports import Presence
from storage.rows import ENDED
from storage.spans import merged, span
from storage.visit_keys import Keys
from storage.visit_layer import SECOND_BITS, SECOND_MASK, Ints, Layer, at, meets_itself, spread
from streams.tables import VisitTable
from streams.visit import Visit


@dataclass(frozen=True)
class VisitIndex:
    """The visit questions of `storage.ports.VisitReader`, answered from columns."""

    people: Keys
    venues: Keys
    layers: tuple[Layer, ...]
    """Large and old first; a row in a later one hides its older version."""

    @staticmethod
    def of(table: VisitTable) -> "VisitIndex":
        """The index of these rows: of one visit the highest version counts, the later row of equal ones."""
        people, person = Keys.of(table.person)
        venues, venue = Keys.of(table.venue)
        key = at(venue, table.arrived.astype(np.int64))
        rows = newest_rows(table, key, person)
        return VisitIndex(people, venues, (_layer(table, rows, key, person),))

    def with_newer(self, table: VisitTable) -> "VisitIndex":
        """This index, of one layer, with rows that were stored since. An older version changes nothing."""
        (old,) = self.layers
        people, venues = self.people.with_more(table.person), self.venues.with_more(table.venue)
        person = people.find(table.person)
        key = at(venues.find(table.venue), table.arrived.astype(np.int64))
        rows = newest_rows(table, key, person)
        begins, ends = (np.searchsorted(old.key, key[rows], side=side) for side in ("left", "right"))
        theirs, which = spread(begins, ends), np.repeat(np.arange(len(rows)), ends - begins)
        same = old.person[theirs] == person[rows[which]]
        theirs, which = theirs[same], which[same]
        newer = table.version[rows[which]] >= old.version[theirs]
        kept = np.delete(rows, which[~newer])
        return VisitIndex(people, venues, (old.hiding(theirs[newer]), _layer(table, kept, key, person)))

    def __bool__(self) -> bool:
        return True

    def __len__(self) -> int:
        """How many visits stand."""
        hidden = sum(int(layer.hidden.sum()) for layer in self.layers if layer.hidden is not None)
        return sum(map(len, self.layers)) - hidden

    @property
    def nbytes(self) -> int:
        """Bytes of memory held."""
        layers = sum(layer.nbytes for layer in self.layers)
        spare = sum(array.nbytes for two in self.spare for array in two)
        return layers + spare + self.people.nbytes + self.venues.nbytes

    @cached_property
    def spare(self) -> list[tuple[Ints, Ints]]:
        """Zeros, two for each code of a person, for a search to use and to give back as zeros."""
        return []

    @cached_property
    def ordered(self) -> bool:
        """Do the rows of a person lie in the order of (person, venue, arrived)?"""
        return len(self.layers) == 1 and self.people.ordered and self.venues.ordered

    @cached_property
    def twice_at_once(self) -> bool:
        """Is anyone at one venue twice at a time?"""
        if any(layer.twice_at_once for layer in self.layers):
            return True
        if len(self.layers) == 1:
            return False
        people = np.unique(np.concatenate([layer.people for layer in self.layers[1:]]))
        rows = [layer.rows_of(people)[0] for layer in self.layers]
        person, key, departed = (
            np.concatenate([column(layer)[some] for layer, some in zip(self.layers, rows, strict=True)])
            for column in (attrgetter("person"), attrgetter("key"), attrgetter("departed"))
        )
        order = np.lexsort((key, person))
        return meets_itself(person[order], key[order], departed[order])

    def table(self) -> VisitTable:
        """The rows of an index of one layer, also those taken back."""
        (layer,) = self.layers
        gone = np.zeros(len(layer), dtype=bool) if layer.hidden is None else layer.hidden
        return VisitTable(
            self.venues.key[layer.key >> SECOND_BITS],
            layer.arrived,
            self.people.key[layer.person],
            layer.departed,
            layer.departed_min,
            layer.departed_max,
            layer.ended,
            layer.scans.astype(np.uint32),
            layer.version,
            gone.astype(np.uint8),
        )

    def prepare(self) -> None:
        """Make now what the first question would make."""
        for layer in self.layers:
            _ = layer.people, layer.longest, layer.latest
        _ = self.twice_at_once

    def visits_of(self, persons: Collection[int], since: int, until: int) -> list[Visit]:
        asked = span(since, until)
        codes = np.sort(self.people.known(persons))
        if asked is None:
            return []
        found: list[Visit] = []
        for layer in self.layers:
            rows, _ = layer.rows_of(codes)
            found += self.visits(layer, rows[_present(layer, rows, *asked)])
        return found

    def visits_at(self, places: Collection[Presence]) -> list[Visit]:
        asked = np.array(merged(places), dtype=np.uint64).reshape(-1, 3)
        codes = self.venues.find(asked[:, 0])
        known = codes >= 0
        code, since, until = codes[known], *asked[known, 1:].T.astype(np.int64)
        found: list[Visit] = []
        for layer in self.layers:
            # An instant counts in its second, and so is there one second more than it lasts.
            earliest = since - layer.longest_at(code) - 1
            begins = np.searchsorted(layer.key, at(code, earliest))
            ends = np.searchsorted(layer.key, at(code, until - 1), side="right")
            rows, which = spread(begins, ends), np.repeat(np.arange(len(code)), ends - begins)
            there = _present(layer, rows, since[which], until[which])
            found += self.visits(layer, layer.standing(np.unique(rows[there])))
        return found

    def visits_by_venue(self, since: int, until: int) -> Iterator[list[Visit]]:
        asked = span(since, until)
        if asked is None:
            return
        for code in range(len(self.venues)):
            here: list[Visit] = []
            for layer in self.layers:
                begins, ends = np.searchsorted(layer.key, [code << SECOND_BITS, (code + 1) << SECOND_BITS])
                rows = layer.standing(np.arange(begins, ends))
                here += self.visits(layer, rows[_present(layer, rows, *asked)])
            if here:
                yield sorted(here) if len(self.layers) > 1 else here

    def knows(self, person: int) -> bool:
        codes = self.people.known([person])
        return any(len(layer.rows_of(codes)[0]) for layer in self.layers)

    def visits(self, layer: Layer, rows: Ints) -> list[Visit]:
        """The visits of these rows, in their order."""
        columns = (
            self.venues.key[layer.venue(rows)],
            layer.key[rows] & SECOND_MASK,
            self.people.key[layer.person[rows]],
            *(column[rows] for column in (layer.departed, layer.departed_min, layer.departed_max)),
        )
        ended = map(ENDED.__getitem__, layer.ended[rows].tolist())
        return list(
            map(
                Visit._make,
                zip(*(c.tolist() for c in columns), ended, layer.scans[rows].tolist(), strict=True),
            )
        )


def newest_rows(table: VisitTable, key: Ints, person: Ints) -> Ints:
    """Of each visit the row that counts, ordered by (venue, arrived, person)."""
    order = np.argsort(key, kind="stable")
    # Few arrive at one place in one second: only these are put in order by person and version as well.
    same = np.flatnonzero(key[order[1:]] == key[order[:-1]])
    tied = np.union1d(same, same + 1)
    some = order[tied]
    order[tied] = some[np.lexsort((table.version[some], person[some], key[some]))]
    changes = (np.diff(key[order]) != 0) | (np.diff(person[order]) != 0)
    return order[np.append(changes, True)] if len(order) else order


def _layer(table: VisitTable, rows: Ints, key: Ints, person: Ints) -> Layer:
    """These rows of a table; what is gone stays, hidden, so that an older version cannot come back."""
    gone = table.gone[rows] != 0
    return Layer(
        key[rows],
        table.departed[rows],
        person[rows].astype(np.uint32),
        table.departed_min[rows],
        table.departed_max[rows],
        table.ended[rows],
        table.scans[rows].astype(np.uint16),
        table.version[rows],
        gone if gone.any() else None,
    )


def _present(layer: Layer, rows: Ints, since: Ints | int, until: Ints | int) -> NDArray[np.bool_]:
    arrived = layer.key[rows] & SECOND_MASK
    there: NDArray[np.bool_] = (arrived < until) & (np.maximum(layer.departed[rows], arrived + 1) > since)
    return there
