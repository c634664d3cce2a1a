"""The questions, put to a store: where was this person, who was there too, and who after them.

A reader returns everyone present; `tracer.colocation.meet` alone decides who met.
"""

from collections.abc import Callable, Iterator, Mapping
from math import ceil

from producers.errors import BadInput
from storage.ports import VisitReader
from streams.outcomes import REACH_SECONDS, Made, outcomes
from streams.tables import StoredScan
from streams.visit import Visit
from tracer.chain import Chain, ChainSearch, Link, edge_of, steps
from tracer.colocation import CoLocation, pairs_at_venue
from tracer.company import Company
from tracer.dose import Measure
from tracer.errors import OutOfTime, UnknownPerson
from tracer.indexed import access_of, chain_of, search
from tracer.indexed_dose import longest
from tracer.limits import LeftOut
from tracer.profiles import Profile
from tracer.question import LIMITS, Direction, Window
from tracer.reach import visits_span
from tracer.renewal import RenewalSearch
from tracer.stays import tells_infector

Found = Chain[CoLocation]


def visits(reader: VisitReader, person: int, window: Window) -> list[Visit]:
    """The visits of a person present in the window, by arrival, unclipped. Raises UnknownPerson."""
    found = sorted(reader.visits_of([person], *window), key=lambda visit: (visit.arrived, visit.venue))
    if not found:
        _must_know(reader, person)
    return found


def scans(reader: VisitReader, person: int, window: Window) -> list[tuple[StoredScan, Made | None]]:
    """A person's scans of the window, in order of time, and what each made. Raises UnknownPerson."""
    found = reader.scans_told(person, *window)
    if not found:
        _must_know(reader, person)
        return []
    visits = reader.visits_of([person], max(0, window.since - REACH_SECONDS), window.until)
    return list(zip(found, outcomes([one.scan for one in found], visits), strict=True))


def contacts(
    reader: VisitReader,
    person: int,
    window: Window,
    profile: Profile,
    min_seconds: int,
    *,
    venue_crowd_max: int | None = None,
    left_out: LeftOut | None = None,
) -> list[CoLocation]:
    """Everyone the person met, one for each pair of visits, by (start, person, venue).

    `mine` is the person's visit, who is the infector where the profile asks. Raises UnknownPerson.
    """
    company = Company(
        *(reader, window, profile, min_seconds, "forward", venue_crowd_max),
        left_out=left_out or LeftOut(),
    )
    met = list(company.of({person: window}))
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
    venue_crowd_max: int | None = None,
    left_out: LeftOut | None = None,
    measure: Measure | None = None,
) -> Found:
    """Everyone reached from the case under the rule of `tracer.chain`, by (at, person).

    case_until: where the case itself stops to pass it on before the window ends, the second it does: its own
    exposures are clipped to it, as `contacts` clips them.
    measure: how exposures weigh, for `Chain.dose_max`; None: none is weighed, which is faster.
    An answer that passed people_max, or ran out of time, says so in `cut`. Raises UnknownPerson, BadInput.
    """
    if generations_max < 1 or people_max < 1:
        raise BadInput("generations and people_max must be 1 or more: a chain of none has no answer.")
    _must_know(reader, case)
    until = window.until if case_until is None else min(case_until, window.until)
    cases = {case: Window(window.since, until)}
    company = Company(
        *(reader, window, profile, min_seconds, direction, venue_crowd_max),
        own=cases,
        left_out=left_out or LeftOut(),
    )
    access = access_of(reader, profile)
    weigh = measure.dose if measure is not None and measure.has_duration else None
    plain = weigh is None or (measure is not None and measure.is_plain)
    if access is not None and plain and venue_crowd_max is None:
        asked = (access, cases, window, profile, min_seconds)
        rounds = search(*asked, direction=direction, generations_max=generations_max, people_max=people_max)
        found = chain_of(rounds, case, profile, min_seconds)
        if weigh is None:
            return found
        try:
            return found._replace(dose_max=longest(rounds))
        except OutOfTime:
            return found._replace(cut="seconds_max")
    return searched(
        company, cases, generations_max=generations_max, people_max=people_max, weigh=weigh
    ).result()


def searched(
    company: Company,
    cases: Mapping[int, Window],
    *,
    generations_max: int,
    people_max: int,
    weigh: Callable[[CoLocation], float] | None = None,
) -> ChainSearch[CoLocation]:
    """The search from these cases, each with the span in which its own exposures start, when it is over.

    To be clipped to these spans as well, the company has them as its `own`.
    """
    search = _search(company, cases, generations_max, people_max, weigh)
    try:
        while wanted := search.wants():
            search.feed(edge_of(one, company.direction) for one in company.of(wanted))
    except OutOfTime:
        search.stop("seconds_max")
    return search


def _search(
    company: Company,
    cases: Mapping[int, Window],
    generations_max: int,
    people_max: int,
    weigh: Callable[[CoLocation], float] | None,
) -> ChainSearch[CoLocation]:
    profile, (case, *_) = company.profile, cases
    asked = (case, company.window, company.direction, generations_max, people_max)
    latent, lasts = ceil(profile.latent_hours * 3600), profile.infectious_days_max
    if lasts is None:
        return ChainSearch(*asked, strict=profile.strict, latent=latent, others=cases, weigh=weigh)
    seconds = round(lasts * 86_400)
    return RenewalSearch(
        *asked, lasts=seconds, strict=profile.strict, latent=latent, others=cases, weigh=weigh
    )


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
