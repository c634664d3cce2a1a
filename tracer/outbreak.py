"""Many cases at once: everyone they may have exposed, through how many people, by whom, and how much.

Each case has its own infectious days. A case is never counted as reached, and what one case exposed
another to is among the links: who may have infected whom.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import NamedTuple

from producers.errors import BadInput
from tracer.chain import ChainSearch
from tracer.colocation import CoLocation
from tracer.company import Company
from tracer.dose import Measure
from tracer.errors import AnswerTooLarge
from tracer.indexed_outbreak import access_for, summed
from tracer.limits import outbreak_over
from tracer.question import LIMITS, Window
from tracer.ranking import Pair, Ranked, pairs_of, ranked
from tracer.trace import searched


class Case(NamedTuple):
    """A person known to be ill (or to have been infected) and when that person may have passed it on."""

    person: int
    span: Window
    """The case's own exposures start in it; backward, those by which it may have been infected."""
    day_zero: int | None = None
    """The first second of the day of onset, or of the sample."""


class Reached(NamedTuple):
    """A person who is no case, and all exposures by which they may have been reached."""

    generation: int
    """The fewest exposures from any case."""
    ranked: Ranked


class Outbreak(NamedTuple):
    """Everyone reached, the highest dose first, and every two people who met on the way."""

    reached: list[Reached]
    links: list[Pair]
    """`near` is a case or was reached before; `far` may be a case too. Empty where none are wanted."""
    met: int
    """The exposures it all rests on."""
    inferred: int
    """Of these, how many rest on an end that no scan told."""


def outbreak(
    company: Company,
    cases: Iterable[Case],
    *,
    generations_max: int,
    people_max: int,
    exposures_max: int = LIMITS.exposures_max,
    with_links: bool = True,
) -> Outbreak:
    """Whom these cases may have exposed (backward: who them), within so many exposures.

    An exposure counts where the one who may have passed it on could: a case in its span, to which it is
    clipped; anyone else after being reached as the profile has it, within generations_max - 1 exposures.
    with_links holds its exposures, exposures_max at most; without, they are summed over the reader's index,
    where it has one.
    Raises AnswerTooLarge naming the limit, BadInput where there is no case.
    """
    by_person = {case.person: case for case in cases}
    if not by_person or generations_max < 1 or people_max < 1:
        raise BadInput("an outbreak needs a case, and generations and people_max of 1 or more.")
    spans = {person: case.span for person, case in by_person.items()}
    company = replace(company, own=spans)
    limits = {"generations_max": generations_max, "people_max": people_max}
    measure = measure_of(company, by_person.values())
    access = None if with_links else access_for(company, measure)
    if access is not None:
        found = summed(access, company, measure, spans, **limits)
        company.left_out.too_short = found.too_short
        return Outbreak([Reached(*one) for one in found.reached], [], found.met, found.inferred)
    search = _spreaders(company, spans, **limits)
    company.left_out.too_short = 0  # counted once, below
    met = list(_within(_passed_on(company, search), by_person, people_max, exposures_max))
    links = list(pairs_of(met, measure))
    reached = [
        Reached(search.generation_min(one.person) or generations_max, one)
        for one in ranked(link for link in links if link.far not in by_person)
    ]
    links.sort(key=lambda link: (link.first, link.near, link.far))
    inferred = sum(link.inferred for link in links)
    return Outbreak(reached, links if with_links else [], len(met), inferred)


def measure_of(company: Company, cases: Iterable[Case]) -> Measure:
    """How the exposures of these cases, and of those they exposed, are measured."""
    every = list(cases)
    return Measure(
        company.profile,
        company.window,
        company.direction,
        day_zero={case.person: case.day_zero for case in every if case.day_zero is not None},
        own={case.person: case.span for case in every},
    )


def _spreaders(
    company: Company, spans: Mapping[int, Window], generations_max: int, people_max: int
) -> ChainSearch[CoLocation]:
    """The search for everyone who may have passed it on: all but the last generation."""
    search = searched(company, spans, generations_max=generations_max - 1, people_max=people_max)
    cut = search.result().cut
    if cut is not None:
        raise AnswerTooLarge(outbreak_over(cut, generations_max))
    return search


def _passed_on(company: Company, search: ChainSearch[CoLocation]) -> Iterator[CoLocation]:
    """Every exposure that may follow from how its `mine` was reached."""
    spans = {person: span for person, span in search.spreading().items() if span.since < span.until}
    for one in company.of(spans):
        if search.passes_on(one.mine.person, one.start):
            yield one


def _within(
    met: Iterable[CoLocation], cases: Mapping[int, Case], people_max: int, exposures_max: int
) -> Iterator[CoLocation]:
    people: set[int] = set()
    for number, one in enumerate(met):
        if number == exposures_max:
            raise AnswerTooLarge(outbreak_over("exposures_max"))
        if one.theirs.person not in cases:
            people.add(one.theirs.person)
            if len(people) > people_max:
                raise AnswerTooLarge(outbreak_over("people_max"))
        yield one
