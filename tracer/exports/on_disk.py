"""One value per key, kept on disk, so that memory stays bounded however many keys there are."""

import sqlite3
from collections.abc import Iterator
from itertools import islice
from operator import itemgetter
from types import TracebackType
from typing import NamedTuple

CACHE_KIB = 16_384
KEPT_AT_ONCE = 5_000


class Kept(NamedTuple):
    """A key, its value, and how often the key was put."""

    key: str
    value: str
    times: int


class OnePerKey:
    """Of all values put under a key the one with the highest rank is kept; of equal ranks the first.

    SQLite's temporary database: it lies where SQLITE_TMPDIR or TMPDIR says and is gone when closed.
    Ranks compare as text. Keys and values are text that UTF-8 can hold. Raises OSError when that is full.
    """

    def __init__(self) -> None:
        self._database = sqlite3.connect("")
        self._database.execute(f"PRAGMA cache_size = -{CACHE_KIB}")
        self._database.execute("PRAGMA journal_mode = OFF")
        self._database.execute(
            "CREATE TABLE kept (key TEXT PRIMARY KEY, rank TEXT, value TEXT, times INTEGER) WITHOUT ROWID"
        )
        self._waiting: list[tuple[str, str, str]] = []

    def put(self, key: str, value: str = "", rank: str = "") -> None:
        self._waiting.append((key, rank, value))
        if len(self._waiting) >= KEPT_AT_ONCE:
            self._store()

    def get(self, key: str) -> str | None:
        self._store()
        found = self._database.execute("SELECT value FROM kept WHERE key = ?", (key,)).fetchone()
        return None if found is None else str(found[0])

    def __iter__(self) -> Iterator[Kept]:
        """All, ordered by key."""
        self._store()
        rows = self._database.execute("SELECT key, value, times FROM kept ORDER BY key")
        while some := list(islice(rows, KEPT_AT_ONCE)):
            yield from map(Kept._make, some)

    def _store(self) -> None:
        self._waiting.sort(key=itemgetter(0))  # neighbours on disk; equal keys keep their order
        try:
            self._database.executemany(
                "INSERT INTO kept VALUES (?, ?, ?, 1) ON CONFLICT (key) DO UPDATE SET times = times + 1, "
                "value = CASE WHEN excluded.rank > rank THEN excluded.value ELSE value END, "
                "rank = max(rank, excluded.rank)",
                self._waiting,
            )
        except sqlite3.OperationalError as error:
            raise OSError(f"the temporary folder: {error}") from None
        self._waiting.clear()

    def __enter__(self) -> "OnePerKey":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._database.close()
