"""Who may have passed it on in an outbreak, and whom they met, from an index of columns."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from storage.visit_layer import Ints
from tracer.errors import AnswerTooLarge, OutOfTime
from tracer.frontier import NOBODY, Rule
from tracer.indexed import Access
from tracer.limits import outbreak_over
from tracer.meetings import Meetings, chosen, meetings, values
from tracer.question import Direction, Window

MEETINGS_AT_ONCE = 1 << 21
"""About how many meetings are held: what bounds a question's memory, at about 150 bytes each."""
PEOPLE_FIRST = 256
PEOPLE_AT_ONCE = 1 << 16


class Spreaders(NamedTuple):
    """Cases or others who may pass it on, one value each, ordered by code."""

    are_cases: bool
    """A case's meetings are clipped to its [since, until)."""
    person: NDArray[np.uint32]
    since: Ints
    """The first second in which an exposure of theirs may start."""
    until: Ints
    """The first second after it in which none may."""


class Spread(NamedTuple):
    """All who may pass it on, and in how few exposures each person was reached: 0 is nobody (or a case)."""

    cases: Spreaders
    others: Spreaders
    generation: NDArray[np.uint16]
    """One value for each code of a person."""


@dataclass(frozen=True)
class Passing:
    """How exposures pass on: the rule for two visits, and for what follows from one."""

    access: Access
    window: Window
    rule: Rule
    """With no minimum, so that what was too short can be counted."""
    min_seconds: int
    direction: Direction
    gap: int
    """The least seconds from one's own exposure to an onward one."""

    def cases(self, spans: Mapping[int, Window]) -> Spreaders:
        """Those of the cases of whom there is a visit, each in its own span."""
        index = self.access.index
        person = np.sort(index.people.known(spans))
        own = [spans[key] for key in index.people.key[person].tolist()]
        since, until = np.array(own, dtype=np.int64).reshape(-1, 2).T
        return Spreaders(True, person, since, until)

    def beyond(self, person: Ints, at: Ints) -> Spreaders:
        """Those of these people, in order and reached at these seconds, who may pass it on."""
        since = np.full(len(at), self.window.since)
        until = np.full(len(at), self.window.until)
        if self.direction == "forward":
            since = np.maximum(since, at + self.gap)
        else:
            until = np.minimum(until, at + 1 - self.gap)
        can = np.flatnonzero(since < until)
        return Spreaders(False, person[can].astype(np.uint32), since[can], until[can])


def spread(passing: Passing, cases: Spreaders, generations_max: int, people_max: int) -> Spread:
    """Everyone reached within one generation less, as the search of `tracer.chain` labels them.

    A round takes whoever's label improved in the round before. Raises AnswerTooLarge.
    """
    people = len(passing.access.index.people)
    best = np.full(people, NOBODY)
    best[cases.person] = -1  # nothing improves a case
    generation = np.zeros(people, dtype=np.uint16)
    frontier = cases
    for number in range(1, generations_max):
        if not len(frontier.person):
            break
        found = np.full(people, NOBODY)
        try:
            for met in met_by(passing, frontier):
                long = met.end - met.start >= passing.min_seconds
                person = values(passing.access.index, "person", met.their_layer, met.their_row)
                np.minimum.at(found, person[long], _claim(passing, met.start[long]))
        except OutOfTime:
            raise AnswerTooLarge(outbreak_over("seconds_max", generations_max)) from None
        better = np.flatnonzero(found < best)
        generation[better[best[better] == NOBODY]] = number
        best[better] = found[better]
        if np.count_nonzero(generation) > people_max:
            raise AnswerTooLarge(outbreak_over("people_max", generations_max))
        frontier = passing.beyond(better, _second(passing, found[better]))
    reached = np.flatnonzero(generation)
    others = passing.beyond(reached, _second(passing, best[reached]))
    return Spread(cases, others, generation)


def met_by(passing: Passing, spreaders: Spreaders) -> Iterator[Meetings]:
    """Every exposure, however short, by which these may have passed it on; `whose` are their places.

    All meetings of a spreader come at once.
    """
    index, window = passing.access.index, passing.window
    # A case met those who were there when its days began; what it shared with them is clipped below.
    begins = np.full(len(spreaders.person), window.since) if spreaders.are_cases else spreaders.since
    first, size = 0, PEOPLE_FIRST
    while first < len(spreaders.person):
        some = slice(first, first + size)
        asked = (spreaders.person[some], begins[some], spreaders.until[some])
        parts = []
        for found in meetings(index, passing.rule, *asked):
            passing.access.looked(len(found.start))
            parts.append(_clipped(passing, spreaders, found._replace(whose=found.whose + first)))
        met = Meetings(*map(np.concatenate, zip(*parts, strict=True))) if parts else None
        if met is not None and len(met.start):
            yield met
        first += size
        many = 0 if met is None else len(met.start)
        size = min(PEOPLE_AT_ONCE, 2 * size, max(1, size * MEETINGS_AT_ONCE // max(1, many)))


def _clipped(passing: Passing, spreaders: Spreaders, met: Meetings) -> Meetings:
    if not spreaders.are_cases:
        return met
    since, until = spreaders.since[met.whose], spreaders.until[met.whose]
    if passing.rule.apart is not None:
        return chosen(met, met.start >= since)
    start, end = np.maximum(met.start, since), np.minimum(met.end, until)
    return chosen(met._replace(start=start, end=end), start < end)


def _claim(passing: Passing, second: Ints) -> Ints:
    """A number that is smaller the better the second: the earliest forward, the latest backward."""
    return second if passing.direction == "forward" else NOBODY - 1 - second


def _second(passing: Passing, claim: Ints) -> Ints:
    return claim if passing.direction == "forward" else NOBODY - 1 - claim
