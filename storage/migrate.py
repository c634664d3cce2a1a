"""Brings the store's tables to what this version needs: numbered files, each applied once, in order.

A file that was released is never edited, because stores out there have it as it was: its checksum
is kept in the table `migrations`, and a difference is refused. Every statement can be repeated
(IF NOT EXISTS), so a crash between a file and its record, or two `truyvet init` at once, do no harm.
"""

import re
from collections.abc import Sequence
from hashlib import sha256
from importlib.resources.abc import Traversable
from string import Template
from typing import NamedTuple

from producers.errors import Refused
from storage.capabilities import Partition
from storage.engine import Engine
from storage.questions import SQL
from storage.retention import keep, kept_days, lengthen

FILE = re.compile(r"(\d{4})_\w+\.sql")
COLUMN = re.compile(r"ALTER TABLE \w+\.(?P<table>\w+) ADD COLUMN IF NOT EXISTS (?P<column>\w+)")
COMMENT = re.compile(r"^\s*--.*$", re.MULTILINE)

MIGRATIONS = """
CREATE TABLE IF NOT EXISTS {database}.migrations (
    number UInt32, name String, checksum String, applied DateTime('UTC') DEFAULT now()
) ENGINE = ReplacingMergeTree ORDER BY number
"""


class Migration(NamedTuple):
    """One numbered file, as released."""

    number: int
    name: str
    text: str

    @property
    def checksum(self) -> str:
        return sha256(self.text.replace("\r\n", "\n").encode()).hexdigest()


def released(folder: Traversable = SQL / "schema") -> list[Migration]:
    """The files of this version, in order."""
    found = []
    for file in folder.iterdir():
        if match := FILE.fullmatch(file.name):
            found.append(Migration(int(match[1]), file.name, file.read_text(encoding="utf-8")))
    return sorted(found)


def migrate(
    engine: Engine, database: str, *, retention_days: int, migrations: Sequence[Migration] | None = None
) -> list[str]:
    """Make the database, apply what is missing, never keep for shorter; the names of the files applied.

    retention_days: 0 keeps everything, and cuts new tables by month, not by day: a folder of
        years of research data has thousands of days. Tables that are there keep at least as long
        as they did (`retention.lengthen`): nothing is forgotten because somebody asked a question.
    Raises Refused when a file differs from the one applied or the store is newer than this version.
    """
    migrations = released() if migrations is None else migrations
    if engine.rows(f"SELECT count() FROM system.databases WHERE name = '{database}'") == [(0,)]:
        engine.execute(f"CREATE DATABASE IF NOT EXISTS {database}")
    engine.execute(MIGRATIONS.format(database=database))
    applied = {
        number: (name, checksum)
        for number, name, checksum in engine.rows(
            f"SELECT number, name, checksum FROM {database}.migrations FINAL"
        )
    }
    _check(engine.place, applied, migrations)
    partition: Partition = "day" if retention_days else "month"
    words = {"database": database} | engine.capabilities.schema_words(partition)
    done = []
    for migration in migrations:
        if migration.number in applied:
            continue
        for statement in statements(migration.text, words):
            _execute(engine, database, statement)
        engine.insert(
            f"{database}.migrations",
            {"number": [migration.number], "name": [migration.name], "checksum": [migration.checksum]},
        )
        done.append(migration.name)
    if not applied:
        keep(engine, database, retention_days)
    else:
        if done and (days := kept_days(engine, database)):
            keep(engine, database, days)  # a new table forgets as those before it do
        lengthen(engine, database, retention_days)
    return done


def statements(text: str, words: dict[str, str]) -> list[str]:
    """The statements of a file, filled and without comments; the oldest engine takes one at a time."""
    filled = Template(COMMENT.sub("", text)).substitute(words)
    return [statement.strip() for statement in filled.split(";") if statement.strip()]


def _execute(engine: Engine, database: str, statement: str) -> None:
    """Run one statement; on engines that cannot skip a column that is there, look for it first."""
    added = COLUMN.match(statement)
    if added is None or engine.capabilities.adds_if_missing:
        engine.execute(statement)
        return
    table, column = added["table"], added["column"]
    there = f"SELECT count() FROM system.columns WHERE database = '{database}' AND table = '{table}'"
    if engine.rows(f"{there} AND name = '{column}'") == [(0,)]:
        engine.execute(statement.replace(" IF NOT EXISTS", "", 1))


def _check(place: str, applied: dict[int, tuple[str, str]], migrations: Sequence[Migration]) -> None:
    here = {migration.number: migration for migration in migrations}
    for number, (name, checksum) in sorted(applied.items()):
        if number not in here:
            raise Refused(f"{place} was prepared by a newer truyvet ({name}): update this one.")
        if here[number].checksum != checksum:
            raise Refused(
                f"{place} has {name} applied as it was before somebody edited it: "
                "restore the file and put the change into a new one."
            )
