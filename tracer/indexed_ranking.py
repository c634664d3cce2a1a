"""Who was exposed most, summed over columns; `tracer.ranking` sums the same visit by visit, its oracle.

For rules under which a dose is nothing but minutes: so sums are of whole seconds, and exact.
"""

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from storage.visit_index import VisitIndex
from storage.visit_layer import SECOND_BITS, SECOND_MASK, Ints, spread
from tracer.indexed_spread import Spreaders
from tracer.meetings import Meetings, chosen, values
from tracer.question import Window
from tracer.ranking import Ranked
from tracer.stays import DAY_SECONDS

NEVER = np.iinfo(np.int64).max
NEAR_BITS = 31
SUMMED = ("met", "exposures", "inferred", "least", "expected", "most")
HIGHEST = ("pair", "last")


@dataclass
class Totals:
    """Sums of each person exposed, in slots by order of appearance; about 130 bytes a person."""

    index: VisitIndex
    window: Window
    has_duration: bool
    utc_offset: int
    """Seconds by which the profile's days begin before those of UTC."""
    cases: NDArray[np.uint32]
    """The codes of people who are not summed."""
    met: int = 0
    """Exposures, also of cases."""
    inferred: int = 0
    """Of these, how many rest on an end that no scan told."""
    person: Ints = field(default_factory=lambda: np.zeros(0, dtype=np.int64))
    """The code of each slot's person."""

    def __post_init__(self) -> None:
        self._slot = np.full(len(self.index.people), -1, dtype=np.int32)
        self._sums = {name: np.zeros(0, dtype=np.int64) for name in (*SUMMED, *HIGHEST)}
        self._first = np.zeros(0, dtype=np.int64)
        self._shared = [np.zeros(len(layer), dtype=bool) for layer in self.index.layers]
        self._seconds = [np.zeros(len(layer), dtype=np.int64) for layer in self.index.layers]
        self._beyond: list[tuple[Ints, Ints]] = []
        self._cases = np.zeros(len(self.index.people), dtype=bool)
        self._cases[self.cases] = True
        # Of several infectors in one second the smallest key is told, and codes may be in another order.
        self._by_key = np.argsort(self.index.people.key)
        self._rank = np.empty(len(self._by_key), dtype=np.int64)
        self._rank[self._by_key] = np.arange(len(self._by_key))

    def add(self, met: Meetings, spreaders: Spreaders) -> None:
        """Exposures by some of these, with all those of the same two people."""
        far = values(self.index, "person", met.their_layer, met.their_row)
        least, most = self._bounds(met, spreaders)
        inferred = least != most
        self.met += len(far)
        self.inferred += int(np.count_nonzero(inferred))
        others = np.flatnonzero(~self._cases[far])
        if not len(others):
            return
        slot = self._slots(far[others])
        order = others[_paired(slot, met.whose[others], met.start[others])]
        ends = (least[order], met.end[order], most[order])
        near = self._rank[spreaders.person[met.whose[order]]]
        # The slots again: cheaper than to put them in order as well.
        slot = self._slot[far[order]].astype(np.int64)
        self._take(chosen(met, order), slot, near, ends, inferred[order])

    def _take(
        self, met: Meetings, slot: Ints, near: Ints, ends: tuple[Ints, Ints, Ints], inferred: Ints
    ) -> None:
        """Exposures ordered by person, infector and start."""
        begins = np.flatnonzero(np.diff(slot, prepend=-1))
        news = (np.diff(slot, prepend=-1) != 0) | (np.diff(near, prepend=-1) != 0)
        pair = np.cumsum(news) - 1
        least, expected, most = (_alone(pair, met.start, end) for end in ends)
        here, sums = slot[begins], self._sums
        for name, amount in zip(SUMMED, (news, pair * 0 + 1, inferred, least, expected, most), strict=True):
            sums[name][here] += np.add.reduceat(amount.astype(np.int64), begins)
        together = np.add.reduceat(expected, np.flatnonzero(news))
        longest = np.maximum.reduceat(together, pair[begins])
        sums["pair"][here] = np.maximum(sums["pair"][here], longest)
        sums["last"][here] = np.maximum(sums["last"][here], np.maximum.reduceat(met.end, begins))
        claim = (met.start << NEAR_BITS) | near
        self._first[here] = np.minimum(self._first[here], np.minimum.reduceat(claim, begins))
        self._on_days(met, slot, expected)

    def _on_days(self, met: Meetings, slot: Ints, seconds: Ints) -> None:
        """Seconds by day: kept with the visit where they are of the day on which it began, as most are."""
        since = met.end - seconds
        for number, layer in enumerate(self.index.layers):
            some = np.flatnonzero(met.their_layer == number)
            row = met.their_row[some]
            self._shared[number][row] = True
            day = self._day(layer.key[row] & SECOND_MASK)
            same = (self._day(since[some]) == day) & (self._day(met.end[some] - 1) == day)
            np.add.at(self._seconds[number], row[same], seconds[some[same]])
            rest = some[~same & (seconds[some] > 0)]
            first, last = self._day(since[rest]), self._day(met.end[rest] - 1)
            days, which = spread(first, last + 1), np.repeat(rest, last + 1 - first)
            midnight = days * DAY_SECONDS - self.utc_offset
            shared = np.minimum(met.end[which], midnight + DAY_SECONDS) - np.maximum(since[which], midnight)
            self._beyond.append(_summed(at_day(slot[which], days), shared))

    def ranked(self) -> list[Ranked]:
        """Each person once, in the order of `tracer.ranking.ranked`."""
        sums, people = self._sums, self.index.people.key[self.person]
        first, near = self._first >> NEAR_BITS, self._first & ((1 << NEAR_BITS) - 1)
        order = np.lexsort((people, first, -sums["exposures"], -sums["expected"]))
        columns = (
            *(people, self.index.people.key[self._by_key[near]]),
            *(sums["met"], sums["exposures"], sums["inferred"], self._places()),
            *(sums["least"], sums["expected"], sums["most"]),
            *(sums["expected"] / 60, self._highest_day() / 60, sums["pair"] / 60),
            *(first, sums["last"]),
        )
        return list(map(Ranked._make, zip(*(column[order].tolist() for column in columns), strict=True)))

    def _places(self) -> Ints:
        shared = [
            at_day(self._slot[layer.person[rows]].astype(np.int64), layer.venue(rows))
            for layer, rows in zip(self.index.layers, map(np.flatnonzero, self._shared), strict=True)
        ]
        place = _each_once(np.concatenate(shared)) >> SECOND_BITS
        return np.bincount(place, minlength=len(self.person))

    def _highest_day(self) -> Ints:
        parts = list(self._beyond)
        for layer, seconds in zip(self.index.layers, self._seconds, strict=True):
            rows = np.flatnonzero(seconds)
            slot = self._slot[layer.person[rows]].astype(np.int64)
            parts.append((at_day(slot, self._day(layer.key[rows] & SECOND_MASK)), seconds[rows]))
        highest = np.zeros(len(self.person), dtype=np.int64)
        if parts:
            day, seconds = _summed(*map(np.concatenate, zip(*parts, strict=True)))
            np.maximum.at(highest, day >> SECOND_BITS, seconds)
        return highest

    def _bounds(self, met: Meetings, spreaders: Spreaders) -> tuple[Ints, Ints]:
        """Until when each exposure lasted at the least and at the most, as `tracer.dose` has it."""
        if not self.has_duration:
            return met.end, met.end
        mine, theirs = (met.my_layer, met.my_row), (met.their_layer, met.their_row)
        least, most = (
            np.minimum(*(values(self.index, name, *whose) for whose in (mine, theirs)))
            for name in ("departed_min", "departed_max")
        )
        most = np.minimum(most, self.window.until)
        if spreaders.are_cases:
            most = np.minimum(most, spreaders.until[met.whose])
        return np.maximum(met.start, np.minimum(least, met.end)), np.maximum(most, met.end)

    def _slots(self, far: Ints) -> Ints:
        new = _each_once(far[self._slot[far] < 0])
        if len(new):
            self._slot[new] = np.arange(len(new)) + len(self.person)
            self.person = np.concatenate([self.person, new])
            more = np.zeros(len(new), dtype=np.int64)
            self._sums = {name: np.concatenate([column, more]) for name, column in self._sums.items()}
            self._first = np.concatenate([self._first, more + NEVER])
        return self._slot[far].astype(np.int64)

    def _day(self, second: Ints) -> Ints:
        days: Ints = (second + self.utc_offset) // DAY_SECONDS
        return days


def at_day(slot: Ints, number: Ints) -> Ints:
    """A slot and a small number in one."""
    return (slot << SECOND_BITS) | number


def _paired(slot: Ints, whose: Ints, start: Ints) -> NDArray[np.intp]:
    """The order by (slot, whose, start)."""
    start, whose = start - start.min(), whose - whose.min()
    start_bits, whose_bits = int(start.max()).bit_length(), int(whose.max()).bit_length()
    if int(slot.max()).bit_length() + whose_bits + start_bits < 64:
        # One number is sorted several times as fast as three.
        return np.argsort((slot << (whose_bits + start_bits)) | (whose << start_bits) | start)
    return np.lexsort((start, whose, slot))


def _each_once(numbers: Ints) -> Ints:
    """Sorted, which is here several times as fast as `np.unique`."""
    ordered = np.sort(numbers)
    once: Ints = ordered[np.diff(ordered, prepend=-1) != 0]
    return once


def _alone(pair: Ints, start: Ints, end: Ints) -> Ints:
    """How many seconds of each [start, end) no earlier one of its pair covers; pairs in order, starts too."""
    least = int(start.min())
    apart = int(end.max()) - least + 1
    begins, ends = (pair * apart + (times - least) for times in (start, end))
    covered = np.maximum.accumulate(ends)
    begins[1:] = np.maximum(begins[1:], covered[:-1])
    alone: Ints = np.maximum(0, ends - begins)
    return alone


def _summed(keys: Ints, amounts: Ints) -> tuple[Ints, Ints]:
    """Each key once, with the sum of its amounts."""
    order = np.argsort(keys)
    keys, amounts = keys[order], amounts[order]
    begins = np.flatnonzero(np.diff(keys, prepend=-1))
    return keys[begins], np.add.reduceat(amounts, begins) if len(begins) else amounts
