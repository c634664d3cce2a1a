"""The one place that talks to a ClickHouse server (clickhouse-driver, native protocol).

Of the driver's traps this file knows: a query on a connection that is still streaming breaks
both, so each call has its own connection; an exception of any kind leaves a connection in an
unknown state, so it is closed; a failed connect is logged with a traceback, so that log is off.
"""

import logging
import re
import struct
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cached_property
from typing import Any, cast
from urllib.parse import unquote, urlsplit

import numpy as np
from clickhouse_driver import Client
from clickhouse_driver.errors import (
    Error,
    NetworkError,
    ServerException,
    SocketTimeoutError,
    TypeMismatchError,
)
from numpy.typing import NDArray

from producers.errors import BadInput, Refused, Unavailable
from storage.capabilities import (
    SETTINGS_SQL,
    TABLE_SETTINGS_SQL,
    VERSION_SQL,
    Capabilities,
    parse_version,
)
from storage.engine import BLOCK_ROWS, Columns, Row
from storage.pool import Pool
from storage.server_errors import answer_error

CONNECT_SECONDS = 5
ANSWER_SECONDS = 300
"""The server reports progress while it works, so this is silence, not the length of a query."""

DATABASE = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
DOWN = (OSError, EOFError, NetworkError, SocketTimeoutError)
UNFIT = (TypeMismatchError, UnicodeError, struct.error, TypeError, ValueError, AttributeError, OverflowError)
"""What the driver raises for a value that does not fit its column."""


class ClickHouseEngine:
    """`clickhouse://user:password@host:9000/database` (`clickhouses://`, port 9440, with TLS).

    Connects at the first call and creates nothing. A stream has a connection of its own.
    """

    def __init__(self, url: str) -> None:
        parts = urlsplit(url)
        secure = parts.scheme == "clickhouses"
        try:
            port = parts.port or (9440 if secure else 9000)
        except ValueError:
            port = 0
        self.database = parts.path.strip("/") or "truyvet"
        good = parts.scheme in ("clickhouse", "clickhouses") and parts.hostname and port
        if not good or not DATABASE.fullmatch(self.database):
            raise BadInput(
                f"The store's address at {parts.hostname or 'no host'!r} cannot be used: "
                "give clickhouse://user:password@host:9000/database."
            )
        self._options = {
            "host": parts.hostname,
            "port": port,
            "user": unquote(parts.username or "default"),
            "password": unquote(parts.password or ""),
            "secure": secure,
            "connect_timeout": CONNECT_SECONDS,
            "send_receive_timeout": ANSWER_SECONDS,
        }
        self._place = f"ClickHouse at {parts.hostname}:{port}"
        self._pool: Pool[Any] = Pool(self._connect, lambda client: client.disconnect())
        self._array_pool: Pool[Any] = Pool(self._connect_for_arrays, lambda client: client.disconnect())
        logging.getLogger("clickhouse_driver.connection").setLevel(logging.CRITICAL)

    @property
    def place(self) -> str:
        return self._place

    @cached_property
    def capabilities(self) -> Capabilities:
        with self._sentences():
            client = Client(**self._options)
            try:
                version, settings, table_settings = (
                    client.execute(sql) for sql in (VERSION_SQL, SETTINGS_SQL, TABLE_SETTINGS_SQL)
                )
            finally:
                client.disconnect()
        return Capabilities(
            parse_version(version[0][0]),
            frozenset(name for (name,) in settings),
            frozenset(name for (name,) in table_settings),
        )

    def execute(self, sql: str) -> None:
        self.rows(sql)

    def insert(self, table: str, columns: Columns) -> None:
        # Arrays travel as they lie in memory, about 15 times as fast; the driver wants all or none.
        arrays = all(isinstance(values, np.ndarray) for values in columns.values())
        data = [values if arrays else list(values) for values in columns.values()]
        pool = self._array_pool if arrays else self._pool
        with self._sentences(), pool.borrow() as client:
            try:
                client.execute(f"INSERT INTO {table} ({', '.join(columns)}) VALUES", data, columnar=True)
            except UNFIT as reason:
                raise Refused(
                    f"A value does not fit its column of {table} ({_short(reason)}): report it."
                ) from reason

    def rows(self, sql: str) -> list[Row]:
        with self._sentences(), self._pool.borrow() as client:
            answer = client.execute(sql)
        return cast(list[Row], answer) if isinstance(answer, list) else []

    def arrays(self, sql: str) -> list[NDArray[Any]]:
        with self._sentences(), self._array_pool.borrow() as client:
            return list(client.execute(sql, columnar=True))

    def stream(self, sql: str) -> Iterator[list[Row]]:
        with self._sentences(), self._pool.borrow() as client:
            yield from client.execute_iter(sql, chunk_size=BLOCK_ROWS)

    def close(self) -> None:
        self._pool.close()
        self._array_pool.close()

    def _connect(self) -> Any:
        return Client(**self._options, settings=self.capabilities.connection_settings)

    def _connect_for_arrays(self) -> Any:
        return Client(**self._options, settings=self.capabilities.connection_settings | {"use_numpy": True})

    @contextmanager
    def _sentences(self) -> Iterator[None]:
        """Turn what the driver raises into one sentence."""
        try:
            yield
        except ServerException as answer:
            raise answer_error(self._place, answer.code, answer.message) from answer
        except DOWN as reason:
            raise Unavailable(
                f"{self._place} cannot be reached ({_short(reason)}): "
                "start it (`make up`) or set TRUYVET_STORE."
            ) from reason
        except Error as reason:
            raise Unavailable(
                f"{self._place} broke off ({_short(reason)}): try again; if it stays, look at its log."
            ) from reason


def _short(reason: Exception) -> str:
    lines = str(reason).strip().splitlines()
    return lines[0].removeprefix("Code: 210. ")[:200] if lines else type(reason).__name__
