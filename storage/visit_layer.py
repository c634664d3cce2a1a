"""Visits as sorted columns in memory: one stretch for each place and time, one for each person.

Persons and venues are codes here (`storage.visit_index` knows their keys). A row is found by `key`: the
venue's code in the upper 32 bits, the arrival in the lower.
"""

import copy
from dataclasses import dataclass, fields
from functools import cached_property
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]
Rows = TypeVar("Rows", NDArray[np.int64], NDArray[np.uint32])
SECOND_BITS = 32
SECOND_MASK = (1 << SECOND_BITS) - 1
BLOCK_ROWS = 16
"""Where one stays for hours among many who stay for minutes, looking back passes over most blocks."""


@dataclass(frozen=True)
class Layer:
    """Rows ordered by (venue code, arrived); each column has one value a row. Never changes."""

    key: Ints
    departed: NDArray[np.uint32]
    person: NDArray[np.uint32]
    departed_min: NDArray[np.uint32]
    departed_max: NDArray[np.uint32]
    ended: NDArray[np.uint8]
    scans: NDArray[np.uint16]
    version: NDArray[np.uint32]
    hidden: NDArray[np.bool_] | None = None
    """Rows taken back, or of which a later layer has a newer version; None: no row."""

    def __len__(self) -> int:
        return len(self.key)

    def hiding(self, rows: Ints) -> "Layer":
        """The same layer with these rows hidden as well. What was made from the columns is kept."""
        hidden = np.zeros(len(self), dtype=bool) if self.hidden is None else self.hidden.copy()
        hidden[rows] = True
        layer = copy.copy(self)
        object.__setattr__(layer, "hidden", hidden)
        return layer

    def standing(self, rows: Rows) -> Rows:
        """Those of these rows that are not hidden."""
        return rows if self.hidden is None else rows[~self.hidden[rows]]

    @cached_property
    def by_person(self) -> NDArray[np.uint32]:
        """The rows ordered by (person code, venue code, arrived)."""
        return np.argsort(self.person, kind="stable").astype(np.uint32)

    @cached_property
    def first_of_people(self) -> NDArray[np.uint32]:
        """Where in `by_person` each of `people` begins, and the end."""
        ordered = self.person[self.by_person]
        begins = np.flatnonzero(np.diff(ordered.astype(np.int64), prepend=-1))
        return np.append(begins, len(ordered)).astype(np.uint32)

    @cached_property
    def people(self) -> NDArray[np.uint32]:
        """The codes of the people with a row, in order."""
        return self.person[self.by_person[self.first_of_people[:-1]]]

    @cached_property
    def longest(self) -> NDArray[np.uint32]:
        """For each venue code up to the last in use, the longest stay there in seconds; one 0 more."""
        venue = self.key >> SECOND_BITS
        found = np.zeros(venue[-1] + 2 if len(self) else 1, dtype=np.uint32)
        if len(self):
            begins = np.flatnonzero(np.diff(venue, prepend=-1))
            lasts = np.maximum(self.departed, self.arrived) - self.arrived
            found[venue[begins]] = np.maximum.reduceat(lasts, begins)
        return found

    def longest_at(self, venue: Ints) -> Ints:
        """The longest stay at each of these venues, in seconds."""
        return self.longest[np.minimum(venue, len(self.longest) - 1)].astype(np.int64)

    @cached_property
    def latest(self) -> NDArray[np.uint32]:
        """Of every BLOCK_ROWS rows, one after the other, the latest departure."""
        begins = np.arange(0, len(self), BLOCK_ROWS)
        return np.maximum.reduceat(self.departed, begins) if len(self) else self.departed

    @cached_property
    def twice_at_once(self) -> bool:
        """Is anyone at one venue twice at a time? No rule of ours makes that, but a table may hold it."""
        rows = self.standing(self.by_person)
        return meets_itself(self.person[rows], self.key[rows], self.departed[rows])

    @property
    def arrived(self) -> NDArray[np.uint32]:
        """Epoch seconds, one a row; made anew each time."""
        return self.key.astype(np.uint32)

    def venue(self, rows: Ints) -> Ints:
        """The venue codes of these rows."""
        codes: Ints = self.key[rows] >> SECOND_BITS
        return codes

    @property
    def nbytes(self) -> int:
        """Bytes of all columns, with those made from them so far."""
        held = [getattr(self, field.name) for field in fields(self)] + list(self.__dict__.values())
        return sum({id(array): array.nbytes for array in held if isinstance(array, np.ndarray)}.values())

    def rows_of(self, people: NDArray[np.uint32]) -> tuple[Ints, Ints]:
        """The rows of these people (codes in order), and for each row whose it is, as a place in `people`."""
        where = np.searchsorted(self.people, people)
        known = np.flatnonzero(where < len(self.people))
        known = known[self.people[where[known]] == people[known]]
        begins, ends = (self.first_of_people[where[known] + more].astype(np.int64) for more in (0, 1))
        rows, whose = self.by_person[spread(begins, ends)].astype(np.int64), np.repeat(known, ends - begins)
        if self.hidden is None:
            return rows, whose
        stands = ~self.hidden[rows]
        return rows[stands], whose[stands]


def spread(begins: Ints, ends: Ints) -> Ints:
    """All whole numbers of these half-open ranges, one range after the other.

    >>> spread(np.array([3, 7]), np.array([5, 8])).tolist()
    [3, 4, 7]
    """
    counts = ends - begins
    total = np.cumsum(counts)
    places = np.arange(total[-1] if len(total) else 0)
    places += np.repeat(begins - total + counts, counts)
    return places


def meets_itself(person: NDArray[np.uint32], key: Ints, departed: NDArray[np.uint32]) -> bool:
    """Of visits ordered by (person, key): does one begin before the one ahead of it there has ended?"""
    same = (person[:-1] == person[1:]) & (key[:-1] >> SECOND_BITS == key[1:] >> SECOND_BITS)
    return bool(np.any(same & (departed[:-1] > key[1:] & SECOND_MASK)))


def at(venue: Ints, second: Ints) -> Ints:
    """The key of these venues' codes and seconds; a second before 1970 is the first one."""
    return (venue << SECOND_BITS) | np.maximum(second, 0)
