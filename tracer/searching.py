"""What questions have that go on from person to person: how far, which way, and what ends them."""

from collections.abc import Iterable
from dataclasses import replace

from pydantic import Field

from producers.errors import BadInput
from producers.person import parse_person
from storage.ports import VisitReader
from tracer import provenance, trace
from tracer.colocation import CoLocation
from tracer.dose import Measure
from tracer.limits import LeftOut
from tracer.provenance import Counts
from tracer.question import Direction, Limits, Window, window
from tracer.wanted import Meetings, OfACase, least


def counted(met: Iterable[CoLocation], measure: Measure) -> Counts:
    """How many exposures these are, and how many of them rest on an inferred end."""
    counts = Counts()
    for _ in provenance.exposures(met, measure, counts):
        pass
    return counts


class Bounded(Meetings):
    """The limits that a search may be asked to keep, besides those of who answers; the smaller one counts."""

    people_max: int | None = Field(default=None, ge=1, description="End before more people than this.")
    seconds_max: float | None = Field(default=None, gt=0, description="End after so long.")

    def limits(self, given: Limits) -> dict[str, float]:
        return super().limits(given) | {"people_max": self.most_people(given)}

    def most_people(self, given: Limits) -> int:
        """How many people the answer may hold."""
        return min(self.people_max or given.people_max, given.people_max)

    def time_max(self, given: Limits) -> float | None:
        return least(self.seconds_max, given.seconds_max)


class Search(OfACase, Bounded):
    """What the questions about a chain have besides."""

    generations: int | None = Field(default=None, ge=1, description="Exposures on one path, at most.")
    direction: Direction = "forward"

    def window(self) -> Window:
        """The infectious days bound the case; those it exposed may pass it on after them."""
        return Window(self.infectious().since, window(self.from_, self.to).until)

    def measure(self) -> Measure:
        own = {parse_person(self.person): self.infectious()}
        return replace(super().measure(), direction=self.direction, own=own)

    def limits(self, given: Limits) -> dict[str, float]:
        return super().limits(given) | {"generations_max": self.generations or given.generations_max}

    def check(self) -> None:
        if self.direction == "backward" and (self.onset or self.sample):
            raise BadInput(
                "infectious days say whom a case exposed: for a chain backward give from and to instead."
            )
        super().check()

    def found(
        self, reader: VisitReader, counts: Counts, limits: Limits, *, doses: bool = False
    ) -> trace.Found:
        """The chain itself, its exposures weighed or not; what it left out is counted. Raises BadInput."""
        self.check()
        left_out = LeftOut()
        found = trace.chain(
            *(reader, parse_person(self.person), self.window(), self.rule(), self.seconds_min()),
            direction=self.direction,
            generations_max=self.generations or limits.generations_max,
            people_max=self.most_people(limits),
            case_until=self.infectious().until,
            venue_crowd_max=self.crowd_max(limits),
            left_out=left_out,
            measure=self.measure() if doses else None,
        )
        # Who asks for a limit is answered within it; a limit of the service's own is never met in silence.
        if limits.whole and (found.cut is None or getattr(self, found.cut) is None):
            found.whole()
        left_out.too_short = 0  # whoever is followed again, from an earlier exposure, would count twice
        counts.update(left_out.counts())
        counts.update(found.left_out_counts())
        return found

    def counts(self, met: list[CoLocation]) -> Counts:
        """How many exposures a chain or a path rests on, and how many of them on an inferred end."""
        return counted(met, self.measure())
