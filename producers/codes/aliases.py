"""An operator's word on codes nobody can decode: this whole text stands for that venue of ours.

The venue codes of Bluezone, VHD and PC-COVID were never published, so they are not decoded: they work because
someone who knows the poster says where it hangs. Kept is the SHA-256 of the text, because some such codes
hold a telephone number; in SQLite, because a nation has millions of posters and a scan needs one of them.
"""

import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from hashlib import sha256
from pathlib import Path
from typing import Literal, NamedTuple

from producers.errors import BadInput
from producers.scan import VENUE_LENGTH_MAX

SCHEMA = "CREATE TABLE IF NOT EXISTS alias (text BLOB PRIMARY KEY, venue TEXT NOT NULL) WITHOUT ROWID"
UPSERT = "INSERT INTO alias VALUES (?, ?) ON CONFLICT (text) DO UPDATE SET venue = excluded.venue"


class Added(NamedTuple):
    """What became of one row; the sentence says why it was refused."""

    line: int
    outcome: Literal["added", "changed", "known", "refused"]
    sentence: str = ""


class Aliases(Mapping[str, str]):
    """The whole text of a code -> our venue. Opens the file, or makes it. Raises BadInput where it cannot."""

    def __init__(self, file: Path) -> None:
        self._file = file
        try:
            file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            self._base = sqlite3.connect(file)
            self._base.execute("PRAGMA synchronous = FULL")
            self._base.execute(SCHEMA)
        except (OSError, sqlite3.Error) as error:
            raise BadInput(f"the alias table {file} cannot be opened ({error}): mend the path.") from None

    def __getitem__(self, text: str) -> str:
        found = self._base.execute("SELECT venue FROM alias WHERE text = ?", (_hash(text),)).fetchone()
        if found is None:
            raise KeyError(text)
        return str(found[0])

    def __iter__(self) -> Iterator[str]:
        """The hashes, in hex: the texts are not kept."""
        yield from (hash.hex() for (hash,) in self._base.execute("SELECT text FROM alias ORDER BY text"))

    def __len__(self) -> int:
        return int(self._base.execute("SELECT count(*) FROM alias").fetchone()[0])

    def add(self, rows: Iterable[tuple[int, str, str]], *, replace: bool = False) -> Iterator[Added]:
        """Takes (line, text of the code, venue), all in one transaction that ends with the last.

        A text that stands for another venue already is refused, unless it may be replaced: two offices that
        claim one poster is something for a person to look at. Raises BadInput where the file is not to be
        written, and then nothing was.
        """
        try:
            with self._base:
                for line, text, venue in rows:
                    yield self._added(line, text.strip(), venue, replace=replace)
        except sqlite3.Error as error:
            raise BadInput(f"the alias table {self._file} cannot be written ({error}): try again.") from None

    def _added(self, line: int, text: str, venue: str, *, replace: bool) -> Added:
        if not text or not 1 <= len(venue) <= VENUE_LENGTH_MAX:
            told = f"a row needs the text of a code and a venue of 1 to {VENUE_LENGTH_MAX} letters"
            return Added(line, "refused", told)
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
