"""An operator's word on codes nobody can decode: this whole text stands for that venue of ours.

The venue codes of Bluezone, VHD and PC-COVID were never published, so they are not decoded: they work because
someone who knows the poster says where it hangs. Kept is the SHA-256 of the text, because some such codes
hold a telephone number; in SQLite, because a nation has millions of posters and a scan needs one of them.
Write-ahead log: a gateway reads at any moment, also while a long list is being taken in.
"""

import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from hashlib import sha256
from itertools import islice
from pathlib import Path
from typing import Any, Literal, NamedTuple

from producers.codes.reader import read
from producers.codes.trust import Given, Trust
from producers.errors import BadInput, Unavailable
from producers.scan import VENUE_LENGTH_MAX

SCHEMA = "CREATE TABLE IF NOT EXISTS alias (text BLOB PRIMARY KEY, venue TEXT NOT NULL) WITHOUT ROWID"
UPSERT = "INSERT INTO alias VALUES (?, ?) ON CONFLICT (text) DO UPDATE SET venue = excluded.venue"

NOTHING = Given(Trust(), 0)
"""No keys: what a text is hangs on none."""
ROWS_AT_ONCE = 5_000
"""In one transaction, a small part of a second: so long another list that is being added waits."""


class Added(NamedTuple):
    """What became of one row; the sentence says why it was refused."""

    line: int
    outcome: Literal["added", "changed", "known", "refused"]
    sentence: str = ""


class Aliases(Mapping[str, str]):
    """The whole text of a code -> our venue. Opens the file, or makes it. Raises BadInput where it cannot.

    Each method raises Unavailable where the file cannot be read or written.
    """

    def __init__(self, file: Path) -> None:
        self._file = file
        try:
            file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            self._base = sqlite3.connect(file, isolation_level=None)
            self._base.execute("PRAGMA journal_mode = WAL")
            self._base.execute("PRAGMA synchronous = FULL")
            self._base.execute(SCHEMA)
        except (OSError, sqlite3.Error) as error:
            raise BadInput(f"the alias table {file} cannot be opened ({error}): mend the path.") from None

    def __getitem__(self, text: str) -> str:
        found = self._rows("SELECT venue FROM alias WHERE text = ?", _hash(text))
        if not found:
            raise KeyError(text)
        return str(found[0][0])

    def __iter__(self) -> Iterator[str]:
        """The hashes, in hex: the texts are not kept."""
        yield from (hash.hex() for (hash,) in self._rows("SELECT text FROM alias ORDER BY text"))

    def __len__(self) -> int:
        return int(self._rows("SELECT count(*) FROM alias")[0][0])

    def add(self, rows: Iterable[tuple[int, str, str]], *, replace: bool = False) -> Iterator[Added]:
        """Takes (line, text of the code, venue), and tells of each row once it is on the disk.

        Some thousand rows are one transaction, so a list that breaks off leaves those before that; given
        again, they are known. A text that stands for another venue already is refused, unless it may be
        replaced: two offices that claim one poster is something for a person to look at.
        """
        left = iter(rows)
        while some := list(islice(left, ROWS_AT_ONCE)):
            with self._transaction():
                told = [self._added(line, text.strip(), venue, replace=replace) for line, text, venue in some]
            yield from told

    @contextmanager
    def _transaction(self) -> Iterator[None]:
        try:
            with self._base:
                self._base.execute("BEGIN IMMEDIATE")
                yield
        except sqlite3.Error as error:
            raise Unavailable(
                f"the alias table {self._file} cannot be written ({error}): give the list again, "
                "the rows that were taken are known then."
            ) from None

    def _rows(self, select: str, *values: bytes) -> list[tuple[Any, ...]]:
        try:
            return self._base.execute(select, values).fetchall()
        except sqlite3.Error as error:
            raise Unavailable(
                f"the alias table {self._file} cannot be read ({error}): try again, or mend its disk."
            ) from None

    def _added(self, line: int, text: str, venue: str, *, replace: bool) -> Added:
        if not text or not 1 <= len(venue) <= VENUE_LENGTH_MAX:
            told = f"a row needs the text of a code and a venue of 1 to {VENUE_LENGTH_MAX} letters"
            return Added(line, "refused", told)
        reading = read(text, NOTHING)
        if reading.system == "truyvet" or reading.kind in ("person", "meeting"):
            what = "a code of ours" if reading.system == "truyvet" else f"a {reading.kind}'s code"
            return Added(line, "refused", f"it is {what}, which no alias makes a place")
        before = self.get(text)
        if before == venue:
            return Added(line, "known")
        if before is not None and not replace:
            told = f"the code stands for {before!r} already: --replace lets it stand for {venue!r}"
            return Added(line, "refused", told)
        self._base.execute(UPSERT, (_hash(text), venue))
        return Added(line, "added" if before is None else "changed")

    def close(self) -> None:
        """Closes the file."""
        self._base.close()


def _hash(text: str) -> bytes:
    return sha256(text.strip().encode("utf-8", "surrogatepass")).digest()
