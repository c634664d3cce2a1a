"""What a kiosk promised: each accepted scan, on disk before the beep, until the gateway has answered for it.

SQLite, in a file of the kiosk's own. `synchronous=FULL`: a commit returns when the disk has it, so that a
power cut takes nothing back (with NORMAL, a write-ahead log loses its last commits). Write-ahead log: whoever
sends or asks for the status does not hold up whoever scans. The care it needs: all who open the file share
memory, so it lies on a disk of this machine, never on a network's; and a deletion needs room too, so a kiosk
stops taking scans while there still is some, or a full disk could never be emptied by sending.

A scan's text is fixed when it is kept, its id included, and it is deleted only after the gateway's answer:
two senders may send it twice, and the gateway knows it by its id.
"""

import os
import sqlite3
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, Literal, NamedTuple

from producers.errors import BadInput, Unavailable
from producers.kiosk.disk import sync

SCHEMA = """
CREATE TABLE IF NOT EXISTS scan (
  sequence INTEGER PRIMARY KEY,
  scan_id TEXT NOT NULL UNIQUE,
  at INTEGER NOT NULL,
  body TEXT NOT NULL,
  reason TEXT,
  sentence TEXT
);
CREATE INDEX IF NOT EXISTS aside ON scan (reason) WHERE reason IS NOT NULL;
CREATE TABLE IF NOT EXISTS note (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
"""
BUSY_SECONDS = 5
FREE_BYTES_MIN = 8 * 2**20
"""Room that scans leave: the log in front of the file grows to about 4 MB before it is emptied into it."""

NotKept = Literal["disk_full", "outbox_busy", "outbox_failed"]
"""Why a scan is not on the disk: there must be no beep."""


class Waiting(NamedTuple):
    """A scan to be sent: its id, and the JSON object that names it, the same at every try."""

    scan_id: str
    body: str


class Aside(NamedTuple):
    """A scan the gateway does not take, kept with its reason for a person to look at."""

    scan_id: str
    at: int
    reason: str
    sentence: str


class Counts(NamedTuple):
    """How many wait, how many are set aside, and the moment of the first that waits (epoch seconds)."""

    waiting: int
    aside: int
    oldest: int | None


class Outbox:
    """Opens the file, or makes it, readable by its owner only; one object for each thread.

    Raises BadInput where the path cannot be used, and each method Unavailable where the disk fails it.
    """

    def __init__(self, file: Path, *, free_bytes_min: int = FREE_BYTES_MIN) -> None:
        self._file, self._free_bytes_min = file, free_bytes_min
        try:
            file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            os.close(os.open(file, os.O_CREAT | os.O_RDWR, 0o600))
            self._base = sqlite3.connect(file, timeout=BUSY_SECONDS, isolation_level=None)
            ((mode,),) = self._base.execute("PRAGMA journal_mode = WAL")
            self._base.execute("PRAGMA synchronous = FULL")
            self._base.executescript(SCHEMA)
            sync(file.parent)
        except (OSError, sqlite3.Error) as error:
            raise BadInput(
                f"the outbox {file} cannot be opened ({error}): mend the path, its permissions or the disk, "
                "and delete nothing, for it may hold scans."
            ) from None
        if mode != "wal":
            raise BadInput(f"the outbox {file} is on a disk without shared memory: put it on a local disk.")

    def keep(self, scan_id: str, at: int, body: str) -> NotKept | None:
        """The promise: when None is returned, a power cut does not take the scan back."""
        try:
            room = os.statvfs(self._file.parent)
            if room.f_bavail * room.f_frsize < self._free_bytes_min:
                return "disk_full"
            # One statement is one transaction: it is committed and synced when it returns.
            self._base.execute("INSERT INTO scan (scan_id, at, body) VALUES (?, ?, ?)", (scan_id, at, body))
        except sqlite3.OperationalError as error:
            return _why(error)
        except (OSError, sqlite3.Error):
            return "outbox_failed"
        return None

    def waiting(self, scans_max: int, bytes_max: int) -> list[Waiting]:
        """The oldest that wait, as many as go into one request; always one, if there is one."""
        asked = "SELECT scan_id, body FROM scan WHERE reason IS NULL ORDER BY sequence LIMIT ?"
        found: list[Waiting] = []
        room = bytes_max
        for one in self._rows(asked, scans_max):
            room -= len(one[1].encode()) + 1
            if room < 0 and found:
                break
            found.append(Waiting(*one))
        return found

    def sent(self, scan_ids: Iterable[str]) -> None:
        """The gateway has these: they are deleted. One that is not there any more is no error."""
        self._many("DELETE FROM scan WHERE scan_id = ?", [(one,) for one in scan_ids])

    def set_aside(self, refused: Iterable[tuple[str, str, str]]) -> None:
        """Takes (scan id, reason, sentence): they wait no longer, and stay."""
        rows = [(reason, sentence, scan_id) for scan_id, reason, sentence in refused]
        self._many("UPDATE scan SET reason = ?, sentence = ? WHERE scan_id = ?", rows)

    def put_back(self) -> int:
        """All that were set aside wait again; how many those are."""
        asked = "UPDATE scan SET reason = NULL, sentence = NULL WHERE reason IS NOT NULL RETURNING 1"
        return len(self._rows(asked))

    def aside(self) -> list[Aside]:
        """Those the gateway does not take, oldest first."""
        asked = "SELECT scan_id, at, reason, sentence FROM scan WHERE reason IS NOT NULL ORDER BY sequence"
        return [Aside(*row) for row in self._rows(asked)]

    def counts(self) -> Counts:
        """Two looks at an index and not at every scan, but for the number that waits."""
        ((every, aside),) = self._rows("SELECT count(*), count(reason) FROM scan")
        oldest = self._rows("SELECT at FROM scan WHERE reason IS NULL ORDER BY sequence LIMIT 1")
        return Counts(every - aside, aside, oldest[0][0] if oldest else None)

    def notes(self) -> dict[str, str]:
        """What was noted: when something was last sent, since when the gateway is out of reach, and such."""
        return dict(self._rows("SELECT name, value FROM note"))

    def note(self, **notes: object) -> None:
        """Notes each as text; None takes a note away."""
        gone = [(name,) for name, value in notes.items() if value is None]
        kept = [(name, str(value)) for name, value in notes.items() if value is not None]
        if gone:
            self._many("DELETE FROM note WHERE name = ?", gone)
        if kept:
            self._many(
                "INSERT INTO note VALUES (?, ?) ON CONFLICT DO UPDATE SET value = excluded.value", kept
            )

    def close(self) -> None:
        self._base.close()

    def _rows(self, asked: str, *given: object) -> list[tuple[Any, ...]]:
        try:
            return self._base.execute(asked, given).fetchall()
        except sqlite3.Error as error:
            raise self._down(error) from None

    def _many(self, asked: str, rows: Sequence[tuple[str, ...]]) -> None:
        try:
            self._base.execute("BEGIN IMMEDIATE")
            try:
                self._base.executemany(asked, rows)
                self._base.execute("COMMIT")
            finally:
                if self._base.in_transaction:
                    self._base.execute("ROLLBACK")
        except sqlite3.Error as error:
            raise self._down(error) from None

    def _down(self, error: sqlite3.Error) -> Unavailable:
        return Unavailable(f"the outbox {self._file} does not answer ({error}): make room on its disk.")


def _why(error: sqlite3.OperationalError) -> NotKept:
    return {
        sqlite3.SQLITE_FULL: "disk_full",
        sqlite3.SQLITE_BUSY: "outbox_busy",
        sqlite3.SQLITE_LOCKED: "outbox_busy",
    }.get(error.sqlite_errorcode & 0xFF, "outbox_failed")  # type: ignore[return-value]
