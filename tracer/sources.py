"""Places and hours where more of the cases were than the traffic there explains: where they may have got it.

The null is that the cases are any n of the N people of whom a visit began in the window. Of K people there
in an hour, how many are cases is then hypergeometric, and p is the chance of as many or more (exact, one
side). Every place and hour where any case was is looked at; q corrects for all of them after Benjamini and
Hochberg (1995), so that of the rows with q <= 0.05 about one in twenty at most is chance.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from math import exp, lgamma
from typing import NamedTuple, Protocol, runtime_checkable

from producers.errors import BadInput
from storage.ports import Presence, VisitReader
from streams.visit import Visit
from tracer.company import batches
from tracer.dose import was_checked_out
from tracer.outbreak import Case
from tracer.question import Window

HOUR = 3600
PLACES_PER_READ = 500

Place = tuple[int, int]
"""A venue, and the first second of an hour."""


class Source(NamedTuple):
    """One place and hour where two cases or more were."""

    venue: int
    hour: int
    """Its first second; hours are those of the clock in UTC."""
    cases: int
    asked: int
    """Of how many cases: those whose span holds a part of the hour."""
    people: int
    """Everyone who was there, the cases too."""
    expected: float
    """How many of the cases chance would bring there."""
    p: float
    q: float


class Sources(NamedTuple):
    """The places and hours with two cases or more, the least p first, and what they rest on."""

    found: list[Source]
    looked_at: int
    """Places and hours where any case was: so many comparisons are corrected for."""
    people: int
    """Everyone of whom a visit began in the window."""
    visits: int
    """Stays of the cases in their spans."""
    inferred: int
    """Of these, how many last until an end that no scan told: in its hours the case may have been gone."""


@runtime_checkable
class CountsPeople(Protocol):
    """A reader that counts people without reading their visits."""

    def people_between(self, since: int, until: int) -> int:
        """Of how many people did a visit begin in [since, until)?"""
        ...


def common_sources(reader: VisitReader, cases: Iterable[Case]) -> Sources:
    """Where these cases came together in their spans, ranked by p, then most cases, earliest hour and venue.

    A stay counts for every hour it has a second of; one of no length for its own. Raises BadInput for fewer
    than two cases.
    """
    spans = {case.person: case.span for case in cases}
    if len(spans) < 2:
        raise BadInput("a common source is one of two cases or more: give more cases.")
    whole = Window(min(span.since for span in spans.values()), max(span.until for span in spans.values()))
    stays = Counter[str]()
    there = _cases_at(_stays(reader, spans, whole), spans, stays)
    shared = sorted(place for place, people in there.items() if len(people) > 1)
    population = max(people_between(reader, whole), len(spans))
    found = []
    for (venue, hour), people in _people_at(reader, shared):
        asked = sum(span.since < hour + HOUR and span.until > hour for span in spans.values())
        cases_there, total = len(there[venue, hour]), max(population, people)
        p = chance_of_as_many(cases_there, asked, people, total)
        found.append(Source(venue, hour, cases_there, asked, people, asked * people / total, p, 1.0))
    found.sort(key=lambda one: (one.p, -one.cases, one.hour, one.venue))
    corrected = _false_discovery([one.p for one in found], len(there))
    return Sources(
        [one._replace(q=q) for one, q in zip(found, corrected, strict=True)],
        *(len(there), population),
        *(stays["visits"], stays["inferred"]),
    )


def chance_of_as_many(cases_there: int, cases: int, people_there: int, people: int) -> float:
    """P(X >= cases_there) where X of the people_there are cases, drawn from all without regard to place.

    >>> round(chance_of_as_many(2, 2, 2, 4), 6)  # both of two cases, at a place of two of four people
    0.166667
    """
    least, most = max(0, cases + people_there - people), min(cases, people_there)
    if cases_there <= least:
        return 1.0
    if cases_there > most:
        return 0.0
    term = exp(
        _choices(people_there, cases_there)
        + _choices(people - people_there, cases - cases_there)
        - _choices(people, cases)
    )
    total = 0.0
    for k in range(cases_there, most + 1):
        total += term
        if term < total * 1e-17 and k > cases * people_there / people:
            break
        term *= (people_there - k) * (cases - k) / ((k + 1) * (people - people_there - cases + k + 1))
    return min(1.0, total)


def people_between(reader: VisitReader, window: Window) -> int:
    """Of how many people did a visit begin in the window? Counted by the store where it can."""
    if isinstance(reader, CountsPeople):
        return reader.people_between(*window)
    people: set[int] = set()
    for together in reader.visits_by_venue(*window):
        people.update(visit.person for visit in together if window.since <= visit.arrived < window.until)
    return len(people)


def _stays(reader: VisitReader, spans: Mapping[int, Window], whole: Window) -> Iterator[Visit]:
    """The stays of these cases that have a second in their spans."""
    for some in batches(sorted(spans), PLACES_PER_READ):
        for visit in reader.visits_of(some, *whole):
            span = spans[visit.person]
            if visit.arrived < span.until and max(visit.departed, visit.arrived + 1) > span.since:
                yield visit


def _cases_at(
    stays: Iterable[Visit], spans: Mapping[int, Window], counts: Counter[str]
) -> dict[Place, set[int]]:
    """Which cases were where, in each hour. The stays are counted on their way."""
    there: dict[Place, set[int]] = defaultdict(set)
    for visit in stays:
        counts.update(visits=1, inferred=not was_checked_out(visit))
        span = spans[visit.person]
        since = max(visit.arrived, span.since)
        until = min(max(visit.departed, visit.arrived + 1), span.until)
        for hour in range(since // HOUR * HOUR, until, HOUR):
            there[visit.venue, hour].add(visit.person)
    return there


def _people_at(reader: VisitReader, places: Iterable[Place]) -> Iterator[tuple[Place, int]]:
    """How many people there were at each of these, everyone counted once."""
    for some in batches(places, PLACES_PER_READ):
        people: dict[Place, set[int]] = {place: set() for place in some}
        hours: dict[int, list[int]] = defaultdict(list)
        for venue, hour in some:
            hours[venue].append(hour)
        for visit in reader.visits_at([Presence(venue, hour, hour + HOUR) for venue, hour in some]):
            until = max(visit.departed, visit.arrived + 1)
            for hour in hours[visit.venue]:
                if visit.arrived < hour + HOUR and until > hour:
                    people[visit.venue, hour].add(visit.person)
        yield from ((place, len(every)) for place, every in people.items())


def _false_discovery(sorted_p: list[float], looked_at: int) -> list[float]:
    """q of each p: the smallest share of chance finds at which it would still be named."""
    least = 1.0
    corrected = []
    for rank in range(len(sorted_p), 0, -1):
        least = min(least, sorted_p[rank - 1] * looked_at / rank)
        corrected.append(least)
    return corrected[::-1]


def _choices(of: int, chosen: int) -> float:
    """The logarithm of `of` over `chosen`."""
    return lgamma(of + 1) - lgamma(chosen + 1) - lgamma(of - chosen + 1)
