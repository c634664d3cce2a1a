"""The one place that runs ClickHouse's engine inside this process (chDB, with pyarrow).

What chDB 4.4 does, as tried: one path per process and one process per path; several sessions of
that path are cheap (1 ms), independent and run in parallel; a query on a session that is still
streaming breaks the stream. So each call and each stream has a session of its own, and one more
keeps the engine open in between.
"""

import fcntl
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
from chdb.session import Session
from numpy.typing import NDArray

from producers.errors import BadInput, Refused, TruyvetError, Unavailable
from storage.capabilities import (
    SETTINGS_SQL,
    TABLE_SETTINGS_SQL,
    VERSION_SQL,
    Capabilities,
    parse_version,
)
from storage.engine import BLOCK_ROWS, Columns, Row
from storage.pool import Pool
from storage.server_errors import answer_error, code_in

SCHEME = "chdb://"
ARROW = {
    "UInt8": pa.uint8(),
    "UInt16": pa.uint16(),
    "UInt32": pa.uint32(),
    "UInt64": pa.uint64(),
    "DateTime": pa.uint32(),
    "DateTime('UTC')": pa.uint32(),
    "String": pa.string(),
    "LowCardinality(String)": pa.string(),
}
"""How a column of a table travels into it."""


class ChdbEngine:
    """`chdb:///path/of/a/directory`: made when it is not there; the database is `truyvet`.

    Opens at once. Raises Unavailable when another process has the path, Refused when this
    process already has another.
    """

    database = "truyvet"

    def __init__(self, url: str) -> None:
        path = url.removeprefix(SCHEME)
        if not url.startswith(SCHEME) or not path:
            raise BadInput("The embedded store's address cannot be used: give chdb:///path/of/a/directory.")
        self._path = Path(path)
        self._place = f"The embedded store at {self._path}"
        try:
            self._path.mkdir(parents=True, exist_ok=True)
            self._keeper = _session(self._path)
        except (OSError, RuntimeError) as reason:
            raise self._cannot_open(str(reason)) from reason
        self._pool: Pool[Any] = Pool(self._connect, lambda session: session.close())
        self._types: dict[str, pa.Schema] = {}

    @property
    def place(self) -> str:
        return self._place

    @cached_property
    def capabilities(self) -> Capabilities:
        def first(sql: str) -> list[str]:
            return [str(name) for name in _table(self._keeper, sql).column(0).to_pylist()]

        with self._sentences():
            version, settings, tables = map(first, (VERSION_SQL, SETTINGS_SQL, TABLE_SETTINGS_SQL))
        return Capabilities(parse_version(version[0]), frozenset(settings), frozenset(tables))

    def execute(self, sql: str) -> None:
        self._types = {}
        with self._sentences(), self._pool.borrow() as session:
            session.query(sql)

    def insert(self, table: str, columns: Columns) -> None:
        schema = self._schema(table)
        try:
            arrays = [_array(values, schema.field(name).type) for name, values in columns.items()]
        except (pa.ArrowException, UnicodeError, OverflowError, TypeError, KeyError) as reason:
            raise Refused(f"A value does not fit its column of {table} ({reason}): report it.") from reason
        batch = pa.record_batch(arrays, names=list(columns))
        sink = pa.BufferOutputStream()
        with pa.ipc.new_stream(sink, batch.schema) as writer:
            writer.write_batch(batch)
        with self._sentences(), self._pool.borrow() as session:
            statement = f"INSERT INTO {table} ({', '.join(columns)})"
            with session.send_insert(statement, "ArrowStream") as inserter:
                inserter.append(memoryview(sink.getvalue()))
                inserter.finish()

    def rows(self, sql: str) -> list[Row]:
        with self._sentences(), self._pool.borrow() as session:
            answer = _table(session, sql)
        return _tuples(answer)

    def arrays(self, sql: str) -> list[NDArray[Any]]:
        with self._sentences(), self._pool.borrow() as session:
            answer = _table(session, sql)
        # By way of DLPack, since pyarrow's own `to_numpy` loads pandas.
        return [np.from_dlpack(column.combine_chunks()) for column in answer.columns]

    def stream(self, sql: str) -> Iterator[list[Row]]:
        with self._sentences(), self._pool.borrow() as session:
            for block in session.send_query(sql, "Arrow"):
                rows = _tuples(pa.ipc.open_file(block.bytes()).read_all())
                for start in range(0, len(rows), BLOCK_ROWS):
                    yield rows[start : start + BLOCK_ROWS]

    def close(self) -> None:
        self._pool.close()
        self._keeper.close()

    def _connect(self) -> Any:
        settings = self.capabilities.connection_settings
        session = _session(self._path)
        for name, value in settings.items():
            session.query(f"SET {name} = {value}")
        return session

    def _schema(self, table: str) -> pa.Schema:
        if table not in self._types:
            described = self.rows(f"DESCRIBE TABLE {table}")
            self._types[table] = pa.schema([(row[0], ARROW[row[1]]) for row in described])
        return self._types[table]

    def _cannot_open(self, reason: str) -> TruyvetError:
        if "already initialized with path" in reason:
            return Refused(
                f"{self._place} cannot be opened: this process already has another embedded store open, "
                "and only one is possible."
            )
        if _locked(self._path / "status"):
            return Unavailable(
                f"{self._place} is in use by another truyvet process: stop it, or use a ClickHouse server."
            )
        return Refused(
            f"{self._place} cannot be opened ({reason.strip()[:200]}): check the path and its rights."
        )

    @contextmanager
    def _sentences(self) -> Iterator[None]:
        """Turn what chDB raises (always a RuntimeError) into one sentence."""
        try:
            yield
        except RuntimeError as answer:
            raise answer_error(self._place, code_in(str(answer)), str(answer)) from answer


def _session(path: Path) -> Any:
    open_untyped: Any = Session
    return open_untyped(str(path))


def _table(session: Any, sql: str) -> pa.Table:
    """The answer. Not by chDB's own `ArrowTable`, which loads pandas: a second for nothing."""
    answer = session.query(sql, "ArrowStream")
    with pa.ipc.open_stream(answer.bytes()) as stream:
        return stream.read_all()


def _array(values: Sequence[Any] | NDArray[Any], kind: pa.DataType) -> pa.Array:
    array = pa.array(values, kind)
    if array.null_count:
        # ClickHouse would store a zero for it.
        raise TypeError("nothing where a value should be")
    return array


def _tuples(table: Any) -> list[Row]:
    return list(zip(*(column.to_pylist() for column in table.columns), strict=True))


def _locked(status: Path) -> bool:
    """Does a living process hold the lock that ClickHouse takes on its data?"""
    try:
        with status.open("rb") as file:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    except OSError:
        return False
    return False
