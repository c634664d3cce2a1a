"""Everyone whom some people met, read from the store in batches that bound the memory."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import islice
from typing import TypeVar

from storage.ports import VisitReader
from streams.visit import Visit
from tracer.colocation import CoLocation, colocations_of
from tracer.indexed import access_of, met_in
from tracer.limits import LeftOut, long_enough, uncrowded
from tracer.next_scan import ended_by_next
from tracer.profile import Profile
from tracer.question import Direction, Window
from tracer.reach import presences, visits_span
from tracer.summed import reaching

PEOPLE_PER_READ = 1_000
VISITS_PER_READ = 5_000
"""Whose visits, and whose company, is asked for at once: what bounds a question's memory."""

Item = TypeVar("Item")


@dataclass(frozen=True)
class Company:
    """Asks a reader who met whom, under one rule and within one window."""

    reader: VisitReader
    window: Window
    profile: Profile
    min_seconds: int
    direction: Direction = "forward"
    """Whether the people asked for are the infectors (forward) or the exposed."""
    venue_crowd_max: int | None = None
    own: Mapping[int, Window] = field(default_factory=dict)
    """People whose meetings are clipped to a window of their own: cases, to their infectious days."""
    left_out: LeftOut = field(default_factory=LeftOut)

    def of(self, wanted: Mapping[int, Window]) -> Iterator[CoLocation]:
        """Every meeting of the people wanted that starts in their span, told by them (`mine`).

        And some more, unless crowds are limited: in the window, with those who were found for another reason.
        """
        for people in batches(sorted(wanted), PEOPLE_PER_READ):
            spans = {person: wanted[person] for person in people}
            if self.profile.minutes_summed_hours:
                met = list(self._met(spans))
                kept = list(reaching(met, spans, self.min_seconds, self.profile.minutes_summed_hours * 3600))
                self.left_out.too_short += len(met) - len(kept)
                yield from kept
            else:
                yield from long_enough(self._met(spans), self.min_seconds, self.left_out)

    def every(self, wanted: Mapping[int, Window]) -> Iterator[CoLocation]:
        """The same with any meeting, however short, and no minutes summed."""
        for people in batches(sorted(wanted), PEOPLE_PER_READ):
            yield from self._met({person: wanted[person] for person in people})

    def _met(self, spans: Mapping[int, Window]) -> Iterator[CoLocation]:
        # A crowd is everyone a stay was shared with, also before the person could pass it on.
        whole = spans
        if self.venue_crowd_max is not None:
            whole = {person: self.own.get(person, self.window) for person in spans}
        for met in self._of_stays(spans, whole):
            yield from uncrowded(self._clipped(met), spans, self.venue_crowd_max, self.left_out)

    def _of_stays(
        self, spans: Mapping[int, Window], whole: Mapping[int, Window]
    ) -> Iterator[Iterator[CoLocation]]:
        """Of every stay that may start a meeting in its person's span all meetings that start in `whole`."""
        access = access_of(self.reader, self.profile)
        if access is not None:
            yield met_in(access, whole, self.own, self.window, self.profile)
            return
        read = visits_span(
            Window(min(span.since for span in spans.values()), max(span.until for span in spans.values())),
            self.profile,
        )
        # By venue, so that a crowd is read once for all of ours who stood in it.
        mine = sorted(self.reader.visits_of(list(spans), *read))
        for some in batches(mine, VISITS_PER_READ):
            batch = self._as_exposed(some, "backward")
            places = presences(batch, whole, self.profile, self.direction)
            others = self._as_exposed(self.reader.visits_at(places) if places else [], "forward")
            yield colocations_of(batch, others, self.profile, self.window, 0, direction=self.direction)

    def _as_exposed(self, visits: Collection[Visit], direction: Direction) -> Collection[Visit]:
        """The visits, ended as the rule has those of exposed people, where they are asked for so."""
        return ended_by_next(self.reader, visits, self.profile) if self.direction == direction else visits

    def _clipped(self, met: Iterable[CoLocation]) -> Iterator[CoLocation]:
        for one in met:
            own = self.own.get(one.mine.person)
            if own is None:
                yield one
            elif one.start == one.end:
                if own.since <= one.start < own.until:
                    yield one
            else:
                start, end = max(one.start, own.since), min(one.end, own.until)
                if start < end:
                    yield one._replace(start=start, end=end)


def batches(items: Iterable[Item], size: int) -> Iterator[list[Item]]:
    """The items in lists of at most so many, in order."""
    rest = iter(items)
    while batch := list(islice(rest, size)):
        yield batch
