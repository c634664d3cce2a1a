"""Who is reached from many people at once, and first through whom, without looking at every pair.

Visits of those who may pass it on are *sources*, in the order in which equal claims are preferred; the
place of a source in that order is its rank. An exposure begins when the later of two arrives, so a
visit is reached in one of two ways:
  - it begins while a source is there: each source covers a stretch of its venue's time, and all stretches
    together are painted so that each moment shows the lowest rank present;
  - it goes on when a source arrives: forward the next arrival counts, backward the latest.
"""

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from storage.visit_layer import BLOCK_ROWS, SECOND_BITS, SECOND_MASK, Ints, Layer, at, spread
from tracer.profiles import Profile
from tracer.question import Direction, Window

ROWS_AT_ONCE = 1 << 21
"""Rows looked at together: what bounds a round's memory, at about 100 bytes each."""
NOBODY = np.iinfo(np.int64).max


class Rule(NamedTuple):
    """What a profile asks of two stays, in whole seconds."""

    window: Window
    seconds_least: int
    """The least common time, 1 or more: touching stays share nothing."""
    apart: int | None
    """Where only arrivals are compared: how far apart they may be. It is as if all stayed so long."""

    @staticmethod
    def of(profile: Profile, window: Window, min_seconds: int) -> "Rule":
        if profile.rule == "instants":
            return Rule(window, 1, profile.seconds_apart_max)
        return Rule(window, max(1, min_seconds), None)

    def ends(self, layer: Layer, rows: Ints, arrived: Ints) -> Ints:
        """Until when each of these rows counts as there; a reversed stay not at all."""
        departed = layer.departed[rows].astype(np.int64)
        if self.apart is not None:
            return np.where(departed < arrived, arrived, arrived + (self.apart + 1))
        return departed

    def begins(self, arrived: Ints) -> Ints:
        """From when each counts as there, which may be before the window where arrivals are compared."""
        return arrived if self.apart is not None else np.maximum(arrived, self.window.since)

    def longest(self, layer: Layer, venue: Ints) -> Ints | int:
        """The longest that anybody counts as there, for each venue."""
        return layer.longest_at(venue) if self.apart is None else self.apart + 1


class Sources(NamedTuple):
    """Visits of those who may pass it on, by rank; one value a source, times in epoch seconds."""

    whose: Ints
    """Places in the list of people that was asked about."""
    row: Ints
    venue: Ints
    arrived: Ints
    begins: Ints
    """From when it counts as there."""
    since: Ints
    """The first second in which an exposure of this source may begin."""
    until: Ints
    """The first second after it in which none may."""


class Reached(NamedTuple):
    """Claims, one value each: this row is reached at this second by the source of this rank."""

    row: Ints
    second: Ints
    rank: Ints


def sources_in(layer: Layer, rule: Rule, people: NDArray[np.uint32], since: Ints, until: Ints) -> Sources:
    """The visits of these people (codes in order) that may start an exposure in their [since, until)."""
    row, whose = layer.rows_of(people)
    arrived = layer.key[row] & SECOND_MASK
    begins = rule.begins(arrived)
    ends = np.minimum(rule.ends(layer, row, arrived), rule.window.until + rule.seconds_least - 1)
    if rule.apart is None:
        ends = np.minimum(ends, rule.window.until)
    first = np.maximum(begins, since[whose])
    last = np.minimum(ends - (rule.seconds_least - 1), until[whose])
    can = np.flatnonzero(first < last)
    row = row[can]
    return Sources(whose[can], row, layer.venue(row), arrived[can], begins[can], first[can], last[can])


def reached_in(layer: Layer, rule: Rule, sources: Sources, direction: Direction) -> Iterator[Reached]:
    """Every row of the layer that a source reaches, also itself, each with its best claim."""
    yield from _beginning_among(layer, rule, sources)
    yield from _met_by_arrivals(layer, rule, sources, direction)


def _beginning_among(layer: Layer, rule: Rule, sources: Sources) -> Iterator[Reached]:
    points, lowest = painted(at(sources.venue, sources.since), at(sources.venue, sources.until))
    rows = np.searchsorted(layer.key, points)
    shown = np.flatnonzero((lowest != NOBODY) & (rows[1:] > rows[:-1]))
    for row, which in portions(rows[shown], rows[shown + 1]):
        second = layer.key[row] & SECOND_MASK
        stays = np.flatnonzero(rule.ends(layer, row, second) - second >= rule.seconds_least)
        yield Reached(row[stays], second[stays], lowest[shown[which[stays]]])


def _met_by_arrivals(layer: Layer, rule: Rule, sources: Sources, direction: Direction) -> Iterator[Reached]:
    arrives = np.flatnonzero(sources.begins == sources.since)
    # Of one venue and second the first is the lowest rank.
    arrivals, first = np.unique(at(sources.venue[arrives], sources.begins[arrives]), return_index=True)
    rank = arrives[first]
    venue, second = arrivals >> SECOND_BITS, arrivals & SECOND_MASK
    least = rule.seconds_least
    ends = np.searchsorted(layer.key, arrivals)
    begins = np.searchsorted(layer.key, at(venue, second + least - rule.longest(layer, venue)))
    # What came before an earlier arrival belongs to that one: each row to the next arrival after it.
    begins = np.maximum(begins, np.concatenate([ends[:1] * 0, ends[:-1]]))
    for row, following in there_before(layer, rule, begins, ends, second):
        key, arrival = layer.key[row], following
        there_until = rule.ends(layer, row, key & SECOND_MASK)
        if direction == "backward":
            last = at(key >> SECOND_BITS, there_until - least)
            arrival = np.maximum(0, np.searchsorted(arrivals, last, side="right") - 1)
        still = np.flatnonzero((arrivals[arrival] > key) & (there_until - second[arrival] >= least))
        yield Reached(row[still], second[arrival[still]], rank[arrival[still]])


def painted(begins: Ints, ends: Ints) -> tuple[Ints, Ints]:
    """Stretches painted over each other, the first on top: (points, lowest).

    lowest[i] is the number of the first stretch that covers points[i] until points[i + 1], or NOBODY.

    >>> points, lowest = painted(np.array([5, 0]), np.array([7, 9]))
    >>> points.tolist(), lowest.tolist()
    ([0, 5, 7, 9], [1, 0, 1])
    """
    points, place = np.unique(np.concatenate([begins, ends]), return_inverse=True)
    left, right = place[: len(begins)], place[len(begins) :]
    lowest = np.full(max(0, len(points) - 1), NOBODY)
    # A stretch of n parts is two of 2**size that overlap; the largest are painted first, then halved.
    size = np.frexp(right - left)[1] - 1
    number = np.arange(len(begins))
    for power in range(int(size.max(initial=0)), -1, -1):
        half = 1 << power
        if power < int(size.max(initial=0)):
            halved = lowest.copy()
            np.minimum(halved[half:], lowest[:-half], out=halved[half:])
            lowest = halved
        of_size = np.flatnonzero(size == power)
        np.minimum.at(lowest, left[of_size], number[of_size])
        np.minimum.at(lowest, right[of_size] - half, number[of_size])
    return points, lowest


def there_before(
    layer: Layer, rule: Rule, begins: Ints, ends: Ints, second: Ints
) -> Iterator[tuple[Ints, Ints]]:
    """Of these ranges of rows those that may still be there at the range's second, with their range."""
    some = np.flatnonzero(begins < ends)
    if rule.apart is not None:
        for row, which in portions(begins[some], ends[some]):
            yield row, some[which]
        return
    for block, which in portions(begins[some] // BLOCK_ROWS, (ends[some] - 1) // BLOCK_ROWS + 1):
        range_ = some[which]
        stays = np.flatnonzero(layer.latest[block] >= second[range_] + rule.seconds_least)
        range_, first = range_[stays], block[stays] * BLOCK_ROWS
        begin, end = np.maximum(begins[range_], first), np.minimum(ends[range_], first + BLOCK_ROWS)
        for row, part in portions(begin, end):
            yield row, range_[part]


def portions(begins: Ints, ends: Ints) -> Iterator[tuple[Ints, Ints]]:
    """The numbers of all these ranges with the number of their range, so many at a time."""
    after = np.cumsum(ends - begins)
    total = int(after[-1]) if len(after) else 0
    for done in range(0, total, ROWS_AT_ONCE):
        upto = min(total, done + ROWS_AT_ONCE)
        low, high = np.searchsorted(after, [done, upto - 1], side="right")
        some = slice(low, high + 1)
        before = after[some] - (ends[some] - begins[some])
        first = begins[some] + np.maximum(0, done - before)
        last = ends[some] - np.maximum(0, after[some] - upto)
        yield spread(first, last), np.repeat(np.arange(low, high + 1), last - first)
