"""Minutes that two people shared at several places and times, summed over any 24 hours (or others).

CDC counts 15 minutes in 24 hours, whether at once or in parts. A minute shared at two places is one.
"""

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping

from tracer.colocation import CoLocation
from tracer.question import Window


def reaching(
    met: Iterable[CoLocation], spans: Mapping[int, Window], seconds_least: int, seconds_summed: int
) -> Iterator[CoLocation]:
    """The meetings that stand, at least in part, in a stretch of seconds_summed in which the two
    shared seconds_least or more.

    spans: per person (`mine`), when a meeting may start to be summed at all; the others are dropped.
    Holds all meetings given.
    """
    of_pair: dict[tuple[int, int], list[CoLocation]] = defaultdict(list)
    for one in met:
        span = spans[one.mine.person]
        if span.since <= one.start < span.until:
            of_pair[one.mine.person, one.theirs.person].append(one)
    for meetings in of_pair.values():
        together = _Together(meetings)
        for one in meetings:
            if together.most_around(one.start, one.end, seconds_summed) >= seconds_least:
                yield one


class _Together:
    """When two people were together, as disjoint stretches, and how long before any moment."""

    def __init__(self, meetings: Iterable[CoLocation]) -> None:
        self._starts: list[int] = []
        self._ends: list[int] = []
        for start, end in sorted((one.start, one.end) for one in meetings):
            if self._ends and start <= self._ends[-1]:
                self._ends[-1] = max(self._ends[-1], end)
            else:
                self._starts.append(start)
                self._ends.append(end)
        self._sums = [0]
        for start, end in zip(self._starts, self._ends, strict=True):
            self._sums.append(self._sums[-1] + end - start)
        self._edges = sorted([*self._starts, *self._ends])

    def most_around(self, start: int, end: int, length: int) -> int:
        """The most seconds together in any [t, t + length) that has a second of [start, end) in it.

        As t moves, the sum changes its slope only where an end of the stretch meets an end of a time
        together, so it is highest at one of these or at the first or last t allowed.
        """
        first, last = start - length + 1, end - 1
        tried = {first, last}
        for shift in (0, length):
            low = bisect_left(self._edges, first + shift)
            high = bisect_right(self._edges, last + shift)
            tried.update(edge - shift for edge in self._edges[low:high])
        return max(self._before(at + length) - self._before(at) for at in tried)

    def _before(self, moment: int) -> int:
        known = bisect_right(self._starts, moment)
        if known == 0:
            return 0
        return self._sums[known - 1] + min(moment, self._ends[known - 1]) - self._starts[known - 1]
