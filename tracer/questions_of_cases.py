"""Questions of ranking and of many cases: who was exposed most, by whom, where they got it, and what if."""

from collections.abc import Callable, Iterator, Sequence
from typing import Literal, Self

from pydantic import BaseModel, ConfigDict, Field

from producers.errors import BadInput
from producers.person import parse_person
from storage.ports import VisitReader
from storage.spans import chunks
from tracer import answer_cases, provenance, trace
from tracer.answer import COLUMNS, Row
from tracer.company import PEOPLE_PER_READ, Company
from tracer.infectious import day_zero, infectious_window
from tracer.limits import LeftOut
from tracer.outbreak import Case, measure_of, outbreak
from tracer.outbreak import Outbreak as Found
from tracer.own_index import hold
from tracer.provenance import Counts
from tracer.question import Direction, Limits, Window, window
from tracer.ranking import pairs_of, ranked
from tracer.searching import Bounded
from tracer.sources import common_sources
from tracer.wanted import Meetings, OfACase, Wanted, Who
from tracer.what_if import what_if

DAY_SECONDS = 86_400
MINUTES_TRIED = (5.0, 10.0, 15.0, 30.0)


class CaseTold(BaseModel):
    """One of many cases: a person, and the day of onset, or of a sample where there is none."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    person: str
    onset: str | None = None
    sample: str | None = None


def persons_of(cases: Sequence[CaseTold], who: Who) -> tuple[CaseTold, ...]:
    """These cases, under the names of the persons whose pseudonyms they are."""
    return tuple(one.model_copy(update={"person": who(one.person)}) for one in cases)


def unseen(reader: VisitReader, told: Sequence[CaseTold], cases: Sequence[Case]) -> dict[str, int]:
    """How many of the people told have no visit in their days: nothing follows from these."""
    people = {parse_person(one.person) for one in told}
    for some in chunks(cases, PEOPLE_PER_READ):
        span = Window(min(case.span.since for case in some), max(case.span.until for case in some))
        days = {case.person: case.span for case in some}
        for visit in reader.visits_of(list(days), *span):
            own = days[visit.person]
            if visit.arrived < own.until and max(visit.departed, visit.arrived + 1) > own.since:
                people.discard(visit.person)
    return {"cases_unseen": len(people)} if people else {}


def each_once(told: Sequence[CaseTold], read: Callable[[CaseTold], Case]) -> list[Case]:
    """The cases, read. A case named twice with different days is an error. Raises BadInput."""
    found: dict[int, Case] = {}
    for one in told:
        try:
            case = read(one)
        except BadInput as error:
            raise BadInput(f"case {one.person}: {error}") from None
        if found.setdefault(case.person, case) != case:
            raise BadInput(f"case {one.person} is given twice with different days: give each case once.")
    return list(found.values())


class Ranked(OfACase):
    """Who was exposed to this person, the most exposed first?"""

    question: Literal["ranked"] = "ranked"

    def window(self) -> Window:
        return self.infectious()

    def rows(self, reader: VisitReader, counts: Counts, limits: Limits) -> Iterator[Row]:
        measure, left_out = self.measure(), LeftOut()
        found = trace.contacts(
            *(reader, parse_person(self.person), self.window(), self.rule(), self.seconds_min()),
            venue_crowd_max=self.crowd_max(limits),
            left_out=left_out,
        )
        counts.update(left_out.counts())
        pairs = pairs_of(provenance.exposures(found, measure, counts), measure)
        return answer_cases.ranked_rows(ranked(pairs), measure)


class OfCases(Meetings):
    """What questions about the exposures of many cases have besides."""

    cases: tuple[CaseTold, ...] = Field(min_length=1, description="Each with its own infectious days.")

    def with_persons(self, who: Who) -> Self:
        return super().with_persons(who).model_copy(update={"cases": persons_of(self.cases, who)})

    def told_cases(self) -> list[Case]:
        """The cases, each with its infectious days. Raises BadInput."""
        given, rule = window(self.from_, self.to), self.rule()

        def read(one: CaseTold) -> Case:
            span = infectious_window(rule, given, onset=one.onset, sample=one.sample)
            return Case(parse_person(one.person), span, day_zero(one.onset, one.sample))

        return each_once(self.cases, read)

    def window(self) -> Window:
        """From the first infectious day of any case on."""
        until = window(self.from_, self.to).until
        return Window(min(case.span.since for case in self.told_cases()), until)

    def check(self) -> None:
        super().check()
        self.told_cases()


class Outbreak(OfCases, Bounded):
    """Whom may these cases have exposed, through whom, and how much in all?"""

    question: Literal["outbreak"] = "outbreak"
    generations: int = Field(default=1, ge=1, description="Exposures on one path, at most.")
    direction: Direction = "forward"
    links: bool = Field(default=False, description="Answer with every two people who met on the way.")

    @property
    def columns(self) -> tuple[str, ...]:
        return COLUMNS["links" if self.links else "outbreak"]

    def check(self) -> None:
        super().check()
        if self.direction == "backward" and any(case.onset or case.sample for case in self.cases):
            raise BadInput(
                "infectious days say whom a case exposed: for an outbreak backward give from and to instead."
            )

    def limits(self, given: Limits) -> dict[str, float]:
        return super().limits(given) | {"generations_max": self.generations}

    def rows(self, reader: VisitReader, counts: Counts, limits: Limits) -> Iterator[Row]:
        self.check()
        cases, left_out = self.told_cases(), LeftOut()
        hold(reader, len(cases), self.window(), self.rule(), limits)
        company = Company(
            *(reader, self.window(), self.rule(), self.seconds_min(), self.direction),
            venue_crowd_max=self.crowd_max(limits),
            left_out=left_out,
        )
        found: Found = outbreak(
            *(company, cases),
            generations_max=self.generations,
            people_max=self.most_people(limits),
            exposures_max=limits.exposures_max,
            with_links=self.links,
        )
        measure = measure_of(company, cases)
        counts.update(left_out.counts() | unseen(reader, self.cases, cases))
        counts.update(exposures=found.met, inferred=found.inferred)
        if self.links:
            return answer_cases.link_rows(found, {case.person for case in cases}, measure)
        return answer_cases.outbreak_rows(found, measure)


class WhatIf(OfCases):
    """How many people would an order name, at each least common time?"""

    question: Literal["what-if"] = "what-if"
    minutes: tuple[float, ...] = Field(default=MINUTES_TRIED, min_length=1)

    def check(self) -> None:
        super().check()
        if any(not 0 <= one <= 1440 for one in self.minutes):
            raise BadInput("minutes to compare lie between 0 and 1440: give others.")
        if self.min_minutes is not None:
            raise BadInput("what-if compares minutes: give them as minutes, and leave min_minutes out.")

    def rows(self, reader: VisitReader, counts: Counts, limits: Limits) -> Iterator[Row]:
        self.check()
        left_out = LeftOut()
        hold(reader, len(self.cases), self.window(), self.rule(), limits)
        company = Company(
            *(reader, self.window(), self.rule(), 0),
            venue_crowd_max=self.crowd_max(limits),
            left_out=left_out,
        )
        cases = self.told_cases()
        found = what_if(company, cases, self.minutes)
        counts.update(left_out.counts() | unseen(reader, self.cases, cases))
        counts.update(exposures=found.exposures, inferred=found.inferred)
        return answer_cases.threshold_rows(found.thresholds)


class CommonSources(Wanted):
    """Where, and in which hours, were more of the cases than the traffic there explains?"""

    question: Literal["common-sources"] = "common-sources"
    cases: tuple[CaseTold, ...] = Field(min_length=2)
    incubation_days_max: int = Field(
        default=14, ge=0, le=366, description="Look from so many days before onset (or sample)."
    )
    incubation_days_min: int = Field(default=2, ge=0, le=366, description="And to the end of so many before.")

    def check(self) -> None:
        super().check()
        if self.incubation_days_min > self.incubation_days_max:
            raise BadInput("incubation_days_min is more than incubation_days_max: no day lies between.")
        self.told_cases()

    def with_persons(self, who: Who) -> Self:
        return super().with_persons(who).model_copy(update={"cases": persons_of(self.cases, who)})

    def told_cases(self) -> list[Case]:
        """The cases, each with the days in which it was infected; without a day, the whole window.

        A case whose days lie outside the window is left out. Raises BadInput.
        """
        given = window(self.from_, self.to)

        def read(one: CaseTold) -> Case:
            zero = day_zero(one.onset, one.sample)
            if zero is None:
                return Case(parse_person(one.person), given)
            since = max(given.since, zero - self.incubation_days_max * DAY_SECONDS)
            until = min(given.until, zero - (self.incubation_days_min - 1) * DAY_SECONDS)
            return Case(parse_person(one.person), Window(since, until), zero)

        return [case for case in each_once(self.cases, read) if case.span.since < case.span.until]

    def rows(self, reader: VisitReader, counts: Counts, limits: Limits) -> Iterator[Row]:
        self.check()
        cases = self.told_cases()
        found = common_sources(reader, cases)
        counts.update(places_looked_at=found.looked_at, people_compared=found.people)
        counts.update(visits=found.visits, inferred=found.inferred)
        counts.update(unseen(reader, self.cases, cases))
        return answer_cases.source_rows(reader, found.found)
