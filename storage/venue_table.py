"""The table of venues as a view of the registry: how far it has come, what it calls places, and made anew.

Of one venue the highest version counts, and a version tells where in the stream an entry stands
(`streams.following`), so that writing an entry twice, or an older one later, changes nothing.
"""

from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from typing import NamedTuple

from producers.venue import VEHICLE, unregistered
from storage.engine import Engine
from storage.questions import numbers, question
from storage.reader import KEYS_PER_QUESTION
from storage.rows import columns, venue_columns
from storage.spans import chunks
from streams.following import Entered

NAMES = ("name", "retired_at", "replaced_by")
ROWS_AT_ONCE = 50_000


class Named(NamedTuple):
    """What people call a venue. retired_at: epoch second, 0: it is not; replaced_by: a key, 0: by none."""

    name: str
    retired_at: int
    replaced_by: int


class VenueTable:
    """`streams.following.VenueBook` on any engine. Raises Unavailable and Refused as a store does."""

    def __init__(self, engine: Engine, database: str) -> None:
        self._engine = engine
        self._database = database

    def newest(self) -> int:
        """The highest version in the table; 0 where it knows only venues that scans named."""
        rows = self._engine.rows(question("venues_newest", self._database))
        return int(rows[0][0] or 0) if rows else 0

    def ids(self, keys: Collection[int]) -> dict[int, str]:
        """The ids of those that are in the table."""
        found: dict[int, str] = {}
        for chunk in chunks(keys, KEYS_PER_QUESTION):
            found |= self._engine.rows(question("venue_ids", self._database, keys=numbers(chunk)))
        return found

    def enter(self, entries: Sequence[Entered]) -> None:
        """Write these entries of the registry."""
        _insert(self._engine, f"{self._database}.venues", entries)

    def names(self, keys: Collection[int]) -> dict[int, Named]:
        """What the registry calls these venues; one that it does not know is left out."""
        found: dict[int, Named] = {}
        for chunk in chunks(keys, KEYS_PER_QUESTION):
            for key, *named in self._engine.rows(
                question("venue_names", self._database, keys=numbers(chunk))
            ):
                found[key] = Named._make(named)
        return found

    @contextmanager
    def made_anew(self) -> Iterator["Remade"]:
        """An empty table beside this one, which takes its place at the end; nothing that asks has to wait.

        What scans alone named is taken over, also what workers write down until the last moment: no topic
        holds it. An exception leaves the table as it was.
        """
        engine = self._engine
        here, new, old = (f"{self._database}.venues{end}" for end in ("", "_new", "_old"))
        nobody, ride = unregistered(""), unregistered(VEHICLE)
        vehicle = f"startsWith(id, '{VEHICLE}')"
        kind = f"if({vehicle}, '{ride.kind}', '{nobody.kind}')"
        stay = f"if({vehicle}, {ride.stay_minutes}, {nobody.stay_minutes})"
        # Every id as if a scan had just named it first: what the registry says of it comes on top.
        bare = f"SELECT venue, id, {kind}, {stay}, 0, '', 0, '', 0, 0 FROM"
        for name in (new, old):
            engine.execute(f"DROP TABLE IF EXISTS {name}")
        engine.execute(f"CREATE TABLE {new} AS {here}")
        try:
            engine.execute(f"INSERT INTO {new} {bare} {here}")
            yield Remade(engine, new)
            engine.execute(f"RENAME TABLE {here} TO {old}, {new} TO {here}")
            engine.execute(f"INSERT INTO {here} {bare} {old}")
            engine.execute(f"DROP TABLE {old}")
        finally:
            engine.execute(f"DROP TABLE IF EXISTS {new}")


class Remade:
    """The table that is being made."""

    def __init__(self, engine: Engine, table: str) -> None:
        self._engine = engine
        self._table = table

    def enter(self, entries: Sequence[Entered]) -> None:
        """Write these entries into it."""
        _insert(self._engine, self._table, entries)


def _insert(engine: Engine, table: str, entries: Sequence[Entered]) -> None:
    for some in chunks(entries, ROWS_AT_ONCE):
        names = columns(NAMES, [(one.name, one.retired_at, one.replaced_by) for one in some])
        engine.insert(table, {**venue_columns([one.venue for one in some]), **names})
