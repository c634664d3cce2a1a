"""What the embedded mode's log keeps on disk: the newest record of each key of a compacted topic.

A compacted topic is the truth about places, units and devices, and the log of the embedded mode is gone with
its process. So this much of it stands in a SQLite file in the store's folder.
"""

import sqlite3
from pathlib import Path
from urllib.parse import urlsplit

from deploy.settings import Settings, data_dir
from producers.errors import Unavailable
from producers.ports import Entry

NAME = "registers.sqlite"
SCHEMA = (
    "CREATE TABLE IF NOT EXISTS record (topic TEXT, key BLOB, place INTEGER, received INTEGER, value BLOB, "
    "PRIMARY KEY (topic, key)) WITHOUT ROWID"
)
UPSERT = (
    "INSERT INTO record VALUES (?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET place = excluded.place, "
    "received = excluded.received, value = excluded.value"
)


class KeptTopics:
    """One file. Raises Unavailable where it cannot be opened, read or written."""

    def __init__(self, file: Path) -> None:
        self._file = file
        try:
            file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            self._base = sqlite3.connect(file, check_same_thread=False)
            self._base.execute("PRAGMA synchronous = FULL")
            self._base.execute(SCHEMA)
        except (OSError, sqlite3.Error) as error:
            raise self._failed(error) from None

    def load(self, topic: str) -> tuple[int, list[Entry]]:
        """(the offset the next record gets, the newest record of each key in the order they were written).

        They get the offsets right before it, so that an entry's place only ever grows.
        """
        sql = "SELECT key, place, received, value FROM record WHERE topic = ? ORDER BY place"
        try:
            rows = self._base.execute(sql, (topic,)).fetchall()
        except sqlite3.Error as error:
            raise self._failed(error) from None
        end = rows[-1][1] + 1 if rows else 0
        first = end - len(rows)
        return end, [
            Entry(0, first + number, received, value, key)
            for number, (key, _, received, value) in enumerate(rows)
        ]

    def keep(self, topic: str, entry: Entry) -> None:
        """To be kept once `commit` returns; a tombstone too, for it has a place."""
        body = (topic, entry.key, entry.offset, entry.received, entry.value)
        try:
            self._base.execute(UPSERT, body)
        except sqlite3.Error as error:
            raise self._failed(error) from None

    def commit(self) -> None:
        try:
            self._base.commit()
        except sqlite3.Error as error:
            raise self._failed(error) from None

    def close(self) -> None:
        self._base.close()

    def _failed(self, error: Exception) -> Unavailable:
        return Unavailable(f"{self._file} cannot be used ({error}): make room, or mend its rights.")


def kept_topics(settings: Settings) -> KeptTopics:
    """The file that goes with the store of these settings."""
    url = urlsplit(settings.store_url())
    folder = Path(url.netloc + url.path) if url.scheme == "chdb" else data_dir()
    return KeptTopics(folder / NAME)
