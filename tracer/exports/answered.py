"""An answer on its way into a file: its rows, and what a format must know of the question."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo
from typing import NamedTuple

from tracer.answer import Row
from tracer.exports.places import Places
from tracer.question import ALWAYS, Direction, Window

PEOPLE = {
    "contacts": ("person",),
    "chain": ("person", "from_person"),
    "pairs": ("person_a", "person_b"),
    "links": ("from_person", "person"),
}
"""The columns that name people, of the questions whose rows join two of them."""


CAVEAT = "A check-in proves place and time, not distance."


class Written(NamedTuple):
    """What became of a file: how many rows it holds, and under which columns."""

    rows: int
    columns: tuple[str, ...]


class Tie(NamedTuple):
    """Two people a row joins. `source` may have exposed `target`, or (in pairs) either the other."""

    source: str
    target: str
    facts: Row
    """The other columns of the row."""


@dataclass(frozen=True)
class Answered:
    """The rows of one answer, to be read once."""

    question: str
    columns: tuple[str, ...]
    rows: Iterable[Row]
    case: str = ""
    """The person contacts or a chain start from."""
    direction: Direction = "forward"
    window: Window = ALWAYS
    venue: str = ""
    """The venue the visits are of, where it is one."""
    zone: tzinfo = UTC
    """Where a day begins, in formats that know days only."""
    places: Places | None = None
    """Coordinates of venues, where they are known."""
    made: int = 0
    """When it was asked, epoch seconds."""
    version: str = ""
    """Of the program."""

    @property
    def directed(self) -> bool:
        """Does a row say who may have exposed whom? In pairs it was either."""
        return self.question != "pairs"

    @property
    def backward(self) -> bool:
        """Is the far end of a tie its source? Only a chain has a direction of its own."""
        return self.question == "chain" and self.direction == "backward"

    @property
    def facts(self) -> tuple[str, ...]:
        """The columns that do not name people."""
        return tuple(name for name in self.columns if name not in PEOPLE[self.question])

    def ties(self) -> Iterator[Tie]:
        """Each row as a tie of two people, in the order of the rows."""
        for row in self.rows:
            facts = {name: row[name] for name in self.facts}
            if self.question == "contacts":
                yield Tie(self.case, str(row["person"]), facts)
                continue
            first, second = (str(row[name]) for name in PEOPLE[self.question])
            # A row of a chain names the far person first: forward, the near one is the source.
            turned = self.question == "chain" and not self.backward
            yield Tie(second, first, facts) if turned else Tie(first, second, facts)


def first_day(facts: Row, zone: tzinfo) -> str:
    """The day on which an exposure begins, ISO 8601."""
    return _moment(facts["start"]).astimezone(zone).date().isoformat()


def last_day(facts: Row, zone: tzinfo) -> str:
    """The day of its last second: a stay until midnight ends the day before."""
    start, end = _moment(facts["start"]), _moment(facts["end"])
    return max(start, end - timedelta(seconds=1)).astimezone(zone).date().isoformat()


def minutes(facts: Row) -> float:
    """How long it lasts."""
    return round((_moment(facts["end"]) - _moment(facts["start"])).total_seconds() / 60, 2)


def _moment(told: object) -> datetime:
    return datetime.fromisoformat(str(told))
