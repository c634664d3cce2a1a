"""The questions, put to a store: where was this person, who was there too, and who after them.

A reader returns everyone present; `tracer.colocation.meet` alone decides who met.
"""

from collections.abc import Iterable, Iterator, Mapping
from itertools import islice
from math import ceil
from typing import TypeVar

from producers.errors import BadInput
from storage.ports import VisitReader
from streams.visit import Visit
from tracer.chain import Chain, ChainSearch, Link, edge_of, steps
from tracer.colocation import CoLocation, colocations_of, pairs_at_venue
from tracer.errors import UnknownPerson
from tracer.profiles import Profile
from tracer.question import LIMITS, Direction, Window
from tracer.reach import presences, visits_span
from tracer.stays import tells_infector
from tracer.summed import reaching

PEOPLE_PER_READ = 1_000
VISITS_PER_READ = 5_000
"""Whose visits, and whose company, is asked for at once: what bounds a question's memory."""

Item = TypeVar("Item")
Found = Chain[CoLocation]


def visits(reader: VisitReader, person: int, window: Window) -> list[Visit]:
    """The visits of a person present in the window, by arrival, unclipped. Raises UnknownPerson."""
    found = sorted(reader.visits_of([person], *window), key=lambda visit: (visit.arrived, visit.venue))
    if not found:
        _must_know(reader, person)
    return found


def contacts(
    reader: VisitReader, person: int, window: Window, profile: Profile, min_seconds: int
) -> list[CoLocation]:
    """Everyone the person met, one for each pair of visits, by (start, person, venue).

    Raises UnknownPerson.
    """
    met = list(_meetings(reader, {person: window}, window, profile, min_seconds))
    if not met:
        _must_know(reader, person)
    return sorted(met, key=lambda one: (one.start, one.theirs.person, one))


def chain(
    reader: VisitReader,
    case: int,
    window: Window,
    profile: Profile,
    min_seconds: int,
    *,
    direction: Direction = "forward",
    generations_max: int = LIMITS.generations_max,
    people_max: int = LIMITS.people_max,
    case_until: int | None = None,
) -> Found:
    """Everyone reached from the case under the rule of `tracer.chain`, by (at, person).

    case_until: where the case itself stops to pass it on before the window ends, the second it does.
    An answer that passed people_max says so in `cut`. Raises UnknownPerson, BadInput.
    """
    if generations_max < 1 or people_max < 1:
        raise BadInput("generations and people_max must be 1 or more: a chain of none has no answer.")
    _must_know(reader, case)
    search: ChainSearch[CoLocation] = ChainSearch(
        *(case, window, direction, generations_max, people_max),
        strict=profile.strict,
        latent=ceil(profile.latent_hours * 3600),
        case_until=case_until,
    )
    while wanted := search.wants():
        met = _meetings(reader, wanted, window, profile, min_seconds, direction=direction)
        search.feed(edge_of(one, direction) for one in met)
    return search.result()


def path(reader: VisitReader, found: Found, other: int) -> list[Link[CoLocation]]:
    """The exposures that lead from the case of a chain to this person, empty if none do.

    Raises UnknownPerson, BadInput (the case itself), AnswerTooLarge (the chain was cut).
    """
    if other == found.case:
        raise BadInput("a path leads from the case to someone else: give two different people.")
    link = next((one for one in found.whole() if one.person == other), None)
    if link is None:
        _must_know(reader, other)
        return []
    return steps(link)


def pairs(reader: VisitReader, window: Window, profile: Profile, min_seconds: int) -> Iterator[CoLocation]:
    """Every meeting of two people in the window, venue after venue. Holds one venue at a time.

    Raises BadInput under a profile that sums, which would need all meetings of the nation at once, and
    under one that asks who of the two is the infector, which nobody has said.
    """
    if tells_infector(profile):
        raise BadInput(
            f"profile {profile.name} needs to know who of two people is the infector: "
            "ask for the contacts or the chain of a case, or take another profile for pairs."
        )
    if profile.minutes_summed_hours:
        raise BadInput(
            f"profile {profile.name} sums the minutes of two people over all places: "
            "ask for the contacts or the chain of a case, or take another profile for pairs."
        )
    for at_venue in reader.visits_by_venue(*visits_span(window, profile)):
        yield from pairs_at_venue(at_venue, profile, window, min_seconds)


def _must_know(reader: VisitReader, person: int) -> None:
    if not reader.knows(person):
        raise UnknownPerson(person)


def _meetings(
    reader: VisitReader,
    wanted: Mapping[int, Window],
    window: Window,
    profile: Profile,
    min_seconds: int,
    *,
    direction: Direction = "forward",
) -> Iterator[CoLocation]:
    """Every meeting of the people wanted that starts in their span, told by them (`mine`), and some more.

    The more are meetings in the window with those who were found for another reason.
    """
    for people in _batches(sorted(wanted), PEOPLE_PER_READ):
        spans = {person: wanted[person] for person in people}
        if profile.minutes_summed_hours:
            met = _met_in(reader, spans, window, profile, 0, direction=direction)
            yield from reaching(met, spans, min_seconds, profile.minutes_summed_hours * 3600)
        else:
            yield from _met_in(reader, spans, window, profile, min_seconds, direction=direction)


def _met_in(
    reader: VisitReader,
    spans: Mapping[int, Window],
    window: Window,
    profile: Profile,
    min_seconds: int,
    *,
    direction: Direction,
) -> Iterator[CoLocation]:
    read = visits_span(
        Window(min(span.since for span in spans.values()), max(span.until for span in spans.values())),
        profile,
    )
    # By venue, so that a crowd is read once for all of ours who stood in it.
    mine = sorted(reader.visits_of(list(spans), *read))
    for batch in _batches(mine, VISITS_PER_READ):
        places = presences(batch, spans, profile, direction)
        others = reader.visits_at(places) if places else []
        yield from colocations_of(batch, others, profile, window, min_seconds, direction=direction)


def _batches(items: Iterable[Item], size: int) -> Iterator[list[Item]]:
    rest = iter(items)
    while batch := list(islice(rest, size)):
        yield batch
