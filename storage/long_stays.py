"""Stays of more than a day that began before the last day: the few for which a question looks far back.

Almost every stay ends within a day, so a question about a span reads the arrivals of the day
before it and of the span itself. What is still going on from earlier is found through the table
`long_stays`, which names the visits that were ever said to last so long; each is then read anew,
for it may have been shortened or taken back.
"""

from collections.abc import Iterable
from operator import itemgetter

from storage.engine import Engine, Row
from storage.questions import numbers, question
from storage.rows import visits_from
from storage.spans import Span, chunks
from streams.visit import Visit

NAMES_PER_QUESTION = 2_000
"""Of at most 78 characters each: 156 kB."""


class LongStays:
    """Finds visits that began before `Span.near` and last into the span."""

    def __init__(self, engine: Engine, database: str) -> None:
        self._engine = engine
        self._database = database

    def of(self, persons: Iterable[int], asked: Span) -> list[Visit]:
        """Those of these people, any order."""
        return self._standing("long_stays_of", asked, persons=numbers(persons))

    def at(self, venues: Iterable[int], asked: Span) -> list[Visit]:
        """Those at these venues, any order."""
        return self._standing("long_stays_at", asked, venues=numbers(venues))

    def _standing(self, name: str, asked: Span, **who_or_where: str) -> list[Visit]:
        if asked.near == asked.earliest:
            return []
        bounds = {"earliest": asked.earliest, "near": asked.near, "since": asked.since}
        names = self._engine.rows(question(name, self._database, **bounds, **who_or_where))
        found: list[Visit] = []
        for chunk in chunks(sorted(names), NAMES_PER_QUESTION):
            found += (visit for visit in self._named(chunk) if visit.departed > asked.since)
        return found

    def _named(self, names: list[Row]) -> list[Visit]:
        """The visits of these (venue, arrived, person), as they stand now."""
        arrivals = list(map(itemgetter(1), names))
        sql = question(
            "visits_named",
            self._database,
            venues=numbers({venue for venue, _, _ in names}),
            names=",".join(f"({venue},{arrived},{person})" for venue, arrived, person in names),
            first=min(arrivals),
            last=max(arrivals),
        )
        return visits_from(self._engine.rows(sql))
