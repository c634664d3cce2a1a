"""How many of those expected at a place scanned, so that no contacts is not read as no exposure."""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from typing import Literal, NamedTuple, Self

from pydantic import Field

from producers.errors import BadInput
from producers.venue import venue_key
from storage.ports import Presence, VisitReader
from tracer.answer import Row
from tracer.provenance import Counts
from tracer.question import Limits, Window
from tracer.wanted import Wanted

COLUMNS = ("unit", "venue", "expected", "scanned", "visits", "share")


class Entered(NamedTuple):
    """Who scanned in at one venue, or at those of one unit together."""

    expected: int
    scanned: int
    """Different people at a venue; of a unit the sum of its venues."""
    visits: int

    def plus(self, other: "Entered") -> "Entered":
        """Both together."""
        return Entered._make(mine + its for mine, its in zip(self, other, strict=True))

    @property
    def share(self) -> float | None:
        """Scanned of expected, above 1 where more came; None where nobody was expected."""
        return round(self.scanned / self.expected, 3) if self.expected else None


def entered(reader: VisitReader, venue: str, window: Window, expected: int) -> Entered:
    """Whose stay at this venue began in the window."""
    found = reader.visits_at([Presence(venue_key(venue), *window)])
    arrived = [visit for visit in found if visit.arrived >= window.since]
    return Entered(expected, len({visit.person for visit in arrived}), len(arrived))


class Coverage(Wanted):
    """How many of the expected entrants of a venue, or of a unit's venues, scanned?"""

    question: Literal["coverage"] = "coverage"
    expected: Mapping[str, int] = Field(description="Per venue, how many people entered in the window.")
    units: Mapping[str, str] = Field(
        default={},
        description="Per venue, its administrative unit; else the registry's in the window's last second.",
    )
    by: Literal["venue", "unit"] = "venue"

    @property
    def columns(self) -> tuple[str, ...]:
        return COLUMNS

    def check(self) -> None:
        super().check()
        if not self.expected:
            raise BadInput("coverage compares: say how many were expected at which venue.")
        for venue, count in self.expected.items():
            if count < 0:
                raise BadInput(f"{count} people cannot be expected at {venue}: give a number from 0 up.")

    def with_units(self, units: Callable[[Collection[str], int], Mapping[str, str]]) -> Self:
        """A unit is the one that is given, else that of the registry in the window's last second."""
        then = units(self.expected, self.window().until - 1)
        return self.model_copy(update={"units": {**then, **self.units}})

    def rows(self, reader: VisitReader, counts: Counts, limits: Limits) -> Iterator[Row]:
        self.check()
        window = self.window()
        found: dict[tuple[str, str | None], Entered] = {}
        keys = {venue_key(venue) for venue in self.expected}
        counts.update(venues_unknown=len(keys - reader.venue_ids(sorted(keys)).keys()))
        for venue, expected in self.expected.items():
            name = (self.units.get(venue, ""), venue if self.by == "venue" else None)
            one = entered(reader, venue, window, expected)
            found[name] = found[name].plus(one) if name in found else one
        # Who came is told by a scan: nothing here rests on how a stay ended.
        counts.update(visits=sum(one.visits for one in found.values()), inferred=0)
        return (
            {"unit": unit, "venue": venue, **one._asdict(), "share": one.share}
            for (unit, venue), one in sorted(found.items(), key=lambda item: (item[0][0], item[0][1] or ""))
        )


def in_a_sentence(rows: Iterable[Row]) -> str:
    """What answers about these places cannot know, of the rows of a coverage."""
    expected = scanned = 0
    for row in rows:
        expected, scanned = expected + int(row["expected"] or 0), scanned + int(row["scanned"] or 0)
    if not expected:
        return "Nobody was expected, so how many did not scan is not known."
    told = f"{scanned} scanned of {expected} expected ({scanned / expected:.0%})"
    if scanned >= expected:
        return f"{told}: as many as were expected, or more."
    return f"{told}: the other {expected - scanned} are in no answer about these places."
