"""The table of declarations on any engine: kept, listed, and read back whole."""

from collections.abc import Collection, Iterator, Mapping, Sequence

from producers.scan import SECONDS_MAX
from storage.engine import Engine
from storage.questions import numbers, question
from storage.reader import KEYS_PER_QUESTION
from storage.rows import columns
from storage.spans import chunks
from streams.declared import Told


class DeclarationTable:
    """`streams.declared.DeclarationBook`. Raises Unavailable and Refused as a store does."""

    def __init__(self, engine: Engine, database: str) -> None:
        self._engine = engine
        self._database = database

    def reached(self) -> dict[tuple[str, int], int]:
        """(log, partition) -> the offset to read next."""
        rows = self._engine.rows(question("declarations_read", self._database))
        return {(log, partition): following for log, partition, following in rows}

    def write(self, rows: Sequence[Told]) -> None:
        """Keep rows; the same ones again change nothing."""
        if rows:
            self._engine.insert(f"{self._database}.declarations", columns(Told._fields, rows))

    def reach(self, log: str, nexts: Mapping[int, int]) -> None:
        """Everything before these offsets is kept."""
        rows = [(log, partition, following) for partition, following in nexts.items()]
        self._engine.insert(
            f"{self._database}.declarations_read", columns(("log", "partition", "next"), rows)
        )

    def listed(
        self, since: int, until: int, *, person: int = 0, venue: int = 0, vehicle: int = 0
    ) -> Iterator[list[Told]]:
        """Journeys and health declarations of [since, until), in the order of time; streams.

        person: by or with this one. 0: whoever, and each declaration once.
        """
        sql = question(
            "declarations",
            self._database,
            since=since,
            last=min(until, SECONDS_MAX + 1) - 1,
            person=person,
            venue=venue,
            vehicle=vehicle,
        )
        for block in self._engine.stream(sql):
            yield [Told._make(row) for row in block]

    def named(self, ids: Collection[int]) -> dict[int, list[Told]]:
        """id -> all that was said under it, decisions too, the newest last."""
        found: dict[int, list[Told]] = {}
        for chunk in chunks(ids, KEYS_PER_QUESTION):
            sql = question("declarations_named", self._database, ids=numbers(chunk))
            for row in map(Told._make, self._engine.rows(sql)):
                found.setdefault(row.id, []).append(row)
        return found
