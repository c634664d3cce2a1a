"""Spans of time: who is present when, and how a question about many places is cut into a few."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from itertools import islice
from typing import NamedTuple, TypeVar

from producers.intake import STAY_DAYS_MAX
from producers.scan import SECONDS_MAX
from storage.ports import Presence

Item = TypeVar("Item")

LOOK_BACK_SECONDS = STAY_DAYS_MAX * 86_400
"""A stay that began longer before a span than this is not found in it."""
NEAR_SECONDS = 86_400
"""Almost every stay is over this long after its arrival; `storage.long_stays` finds the others."""
UNTIL_MAX = SECONDS_MAX + 1
PLACES_PER_QUESTION = 2_000
"""Of at most 66 characters each: 132 kB."""
PLACES_FEW = 100
"""So few places are asked about in one question, however far apart in time."""


class Span(NamedTuple):
    """The half-open [since, until), cut to what the store can hold; never empty."""

    since: int
    until: int

    @property
    def earliest(self) -> int:
        """The first second in which a stay that reaches the span can have begun."""
        return max(0, self.since - LOOK_BACK_SECONDS)

    @property
    def near(self) -> int:
        """The first second in which a stay of at most a day that reaches the span can have begun."""
        return max(0, self.since - NEAR_SECONDS)

    @property
    def last(self) -> int:
        """The last second of the span, which an engine can write as a moment; `until` may be 2**32."""
        return self.until - 1


def span(since: int, until: int) -> Span | None:
    """The span, or None when nothing can be in it."""
    since, until = max(0, since), min(until, UNTIL_MAX)
    return Span(since, until) if since < until else None


def merged(places: Iterable[Presence]) -> list[Presence]:
    """The same seconds at the same venues as few spans, by venue and time.

    >>> merged([Presence(7, 20, 30), Presence(7, 0, 10), Presence(7, 10, 21), Presence(7, 40, 40)])
    [Presence(venue=7, since=0, until=30)]
    """
    by_venue: dict[int, list[Span]] = defaultdict(list)
    for venue, since, until in places:
        if found := span(since, until):
            by_venue[venue].append(found)
    result = []
    for venue in sorted(by_venue):
        spans = sorted(by_venue[venue])
        start, end = spans[0]
        for since, until in spans[1:]:
            if since > end:
                result.append(Presence(venue, start, end))
                start = since
            end = max(end, until)
        result.append(Presence(venue, start, end))
    return result


def neighbours(places: Iterable[Presence]) -> Iterator[list[Presence]]:
    """The places in lists for one question each: near in time, as a question reads from its first
    second to its last.
    """
    together: list[Presence] = []
    for place in sorted(places, key=lambda place: place.since):
        far = len(together) >= PLACES_FEW and place.since >= together[0].since + NEAR_SECONDS
        if far or len(together) >= PLACES_PER_QUESTION:
            yield together
            together = []
        together.append(place)
    if together:
        yield together


def chunks(items: Collection[Item], size: int) -> Iterator[list[Item]]:
    """The items in lists of at most `size`, none empty."""
    iterator = iter(items)
    while chunk := list(islice(iterator, size)):
        yield chunk


def slices(count: int) -> Iterator[tuple[int, int]]:
    """All 64-bit keys as `count` closed ranges of about one size.

    >>> list(slices(2))
    [(0, 9223372036854775807), (9223372036854775808, 18446744073709551615)]
    """
    for i in range(count):
        yield i * 2**64 // count, (i + 1) * 2**64 // count - 1
