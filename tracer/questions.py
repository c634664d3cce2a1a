"""Every question there is, by its name: what it takes, and how it is answered."""

from collections.abc import Iterator
from typing import Annotated, Literal

from pydantic import Field

from producers.errors import BadInput
from producers.person import parse_person
from producers.venue import venue_key
from storage.ports import Presence, VisitReader
from tracer import answer, provenance, trace
from tracer.answer import Row
from tracer.dose import Measure
from tracer.exports import venues
from tracer.limits import LeftOut
from tracer.provenance import Counts
from tracer.question import Limits, Window
from tracer.questions_of_cases import CommonSources, Outbreak, Ranked, WhatIf
from tracer.searching import Search
from tracer.wanted import Meetings, OfACase, Wanted, as_of_now


class Visits(Wanted):
    """Where was this person? Or, of a venue: who was there?"""

    question: Literal["visits"] = "visits"
    person: str | None = None
    venue: str | None = None

    def check(self) -> None:
        super().check()
        if (self.person is None) == (self.venue is None):
            raise BadInput("visits are of a person or at a venue: give one of them.")

    def rows(self, reader: VisitReader, counts: Counts, limits: Limits) -> Iterator[Row]:
        self.check()
        if self.person is not None:
            found = trace.visits(reader, parse_person(self.person), self.window())
        else:
            found = sorted(reader.visits_at([Presence(venue_key(self.venue or ""), *self.window())]))
        return answer.visit_rows(reader, list(provenance.visits(found, counts)))


class Scans(Wanted):
    """What did this person's scans say, and where did they come from?"""

    question: Literal["scans"] = "scans"
    person: str

    def check(self) -> None:
        super().check()
        parse_person(self.person)

    def rows(self, reader: VisitReader, counts: Counts, limits: Limits) -> Iterator[Row]:
        self.check()
        found = trace.scans(reader, parse_person(self.person), self.window())
        counts["scans"] = len(found)
        return answer.scan_rows(reader, found)


class Contacts(OfACase):
    """Who was there together with this person?"""

    question: Literal["contacts"] = "contacts"

    def window(self) -> Window:
        return self.infectious()

    def rows(self, reader: VisitReader, counts: Counts, limits: Limits) -> Iterator[Row]:
        measure, case = self.measure(), parse_person(self.person)
        left_out = LeftOut()
        found = trace.contacts(
            *(reader, case, self.window(), self.rule(), self.seconds_min()),
            venue_crowd_max=self.crowd_max(limits),
            left_out=left_out,
        )
        counts.update(left_out.counts())
        return answer.contact_rows(reader, list(provenance.exposures(found, measure, counts)), measure)


class Chain(Search):
    """Who is reached from this person (or may have exposed this person), when, and through whom?"""

    question: Literal["chain"] = "chain"
    doses: bool = Field(default=True, description="Whether to weigh every exposure for `dose_max`.")

    def rows(self, reader: VisitReader, counts: Counts, limits: Limits) -> Iterator[Row]:
        found = self.found(reader, counts, limits, doses=self.doses)
        counts.update(self.counts([link.exposure for link in found.links]))
        return answer.chain_rows(reader, found)


class Path(Search):
    """By which exposures is the other person reached? No rows where it is not."""

    question: Literal["path"] = "path"
    other: str

    def rows(self, reader: VisitReader, counts: Counts, limits: Limits) -> Iterator[Row]:
        steps = trace.path(reader, self.found(reader, counts, limits), parse_person(self.other))
        counts.update(self.counts([link.exposure for link in steps]))
        return answer.path_rows(reader, steps)


class Pairs(Meetings):
    """Who met whom, everyone, in no promised order?"""

    question: Literal["pairs"] = "pairs"

    def check(self) -> None:
        super().check()
        as_of_now(self)
        if self.venue_crowd_max is not None:
            raise BadInput(
                "pairs are of everyone: leave venue_crowd_max out, or ask for the company of a case."
            )

    @property
    def streams(self) -> bool:
        return True

    def rows(self, reader: VisitReader, counts: Counts, limits: Limits) -> Iterator[Row]:
        measure = Measure(self.rule(), self.window())
        found = trace.pairs(reader, self.window(), self.rule(), self.seconds_min())
        return answer.pair_rows(reader, provenance.exposures(found, measure, counts))


class Venues(Wanted):
    """Every place with visits in the window: how many, and of how many people."""

    question: Literal["venues"] = "venues"
    people_min: int = Field(default=1, ge=1, description="Leave out venues with fewer people.")

    def check(self) -> None:
        super().check()
        as_of_now(self)

    @property
    def columns(self) -> tuple[str, ...]:
        return venues.COLUMNS

    @property
    def streams(self) -> bool:
        return True

    def rows(self, reader: VisitReader, counts: Counts, limits: Limits) -> Iterator[Row]:
        found = venues.Venues(reader, self.window(), self.people_min)
        yield from found
        counts["venues_left_out"] = found.left_out


AnyQuestion = Annotated[
    Visits | Scans | Contacts | Ranked | Chain | Path | Pairs | Venues | Outbreak | CommonSources | WhatIf,
    Field(discriminator="question"),
]
"""What a body may hold that asks: `question` says which it is."""
