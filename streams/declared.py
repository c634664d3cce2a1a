"""Declarations on their way into the store: each event becomes a row for each person it is about.

The store says how far each partition was read, and rows are written before that is: a crash between the two
writes them once more, and the same rows are one.
"""

from collections.abc import Mapping, Sequence
from typing import NamedTuple, Protocol

from pydantic import ValidationError

from producers import declaration, health
from producers.declaration import MOVEMENT, MovementDecided, MovementDeclared
from producers.errors import BadInput
from producers.health import HEALTH, HealthDeclared
from producers.ports import Entry, Log
from producers.venue import venue_key

TOPICS = {declaration.TOPIC: 4, health.TOPIC: 4}
"""Topic -> its partitions when it is made."""
KINDS = {"movement": 1, "decision": 2, "health": 3}
ENTRIES_MAX = 1_000


class Told(NamedTuple):
    """One row. kind: of KINDS; companion: 0 for who declared it; venue, vehicle: keys, 0 for none.

    body: the event as it travelled, JSON. received: when the log took it. Moments are epoch seconds.
    """

    person: int
    at: int
    id: int
    kind: int
    companion: int
    venue: int
    vehicle: int
    body: str
    received: int


class DeclarationBook(Protocol):
    """Where declarations are kept. On failure: Unavailable or Refused."""

    def reached(self) -> dict[tuple[str, int], int]:
        """(log, partition) -> the offset to read next."""
        ...

    def write(self, rows: Sequence[Told]) -> None:
        """Keep rows; the same ones again change nothing."""
        ...

    def reach(self, log: str, nexts: Mapping[int, int]) -> None:
        """Everything before these offsets is kept."""
        ...


class Kept(NamedTuple):
    """What one step did: rows written, and records that are no declaration."""

    rows: int
    unusable: int


def told(topic: str, entry: Entry) -> list[Told]:
    """The rows of one record. Raises BadInput for one that is no declaration of its topic."""
    try:
        if topic == health.TOPIC:
            state = HEALTH.validate_json(entry.value)
            return [_row(entry, state, state["person"], venue=state["venue"])]
        event = MOVEMENT.validate_json(entry.value)
    except ValidationError:
        where = f"record {entry.offset} of partition {entry.partition} of {topic}"
        raise BadInput(f"{where} is no declaration: mend its sender.") from None
    place = event["checkpoint"]
    if event["kind"] == "decision":
        return [_row(entry, event, event["person"], venue=place)]
    people = [event["person"], *event["companions"]]
    return [
        _row(entry, event, person, venue=place, vehicle=event["vehicle"], companion=number > 0)
        for number, person in enumerate(people)
    ]


def _row(
    entry: Entry,
    event: HealthDeclared | MovementDeclared | MovementDecided,
    person: str,
    *,
    venue: str,
    vehicle: str = "",
    companion: bool = False,
) -> Told:
    return Told(
        int(person, 16),
        event["at"],
        int(event["id"], 16),
        KINDS[event["kind"]],
        int(companion),
        venue_key(venue) if venue else 0,
        venue_key(vehicle) if vehicle else 0,
        entry.value.decode(),
        entry.received,
    )


class Keeping:
    """Goes along the topics of declarations and writes what is new. For one thread."""

    def __init__(self, log: Log, book: DeclarationBook) -> None:
        self._log = log
        self._book = book
        self._nexts: dict[tuple[str, int], int] | None = None

    def step(self) -> Kept:
        """Keep what the topics have by now. Raises Unavailable, Refused: the next step goes on from there."""
        if self._nexts is None:
            self._nexts = self._book.reached()
        done = Kept(0, 0)
        for topic in TOPICS:
            log = self._log.incarnation(topic)
            for partition, end in self._log.ends(topic).items():
                at = self._nexts.get((log, partition), 0)
                while at < end and (entries := self._log.read(topic, partition, at, ENTRIES_MAX)):
                    rows, unusable = _usable(topic, entries)
                    self._book.write(rows)
                    at = entries[-1].offset + 1
                    self._book.reach(log, {partition: at})
                    self._nexts[log, partition] = at
                    done = Kept(done.rows + len(rows), done.unusable + unusable)
        return done


def _usable(topic: str, entries: Sequence[Entry]) -> tuple[list[Told], int]:
    rows: list[Told] = []
    unusable = 0
    for entry in entries:
        try:
            rows += told(topic, entry)
        except BadInput:
            unusable += 1
    return rows, unusable
