"""Where the peers put scans: one row per scan as it came, without checking or joining anything."""

import os
from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from urllib.parse import urlsplit

from clickhouse_driver import Client

COLUMNS = "person UInt64, at DateTime('UTC'), direction String, venue String, scan_id UInt64"
CREATE = f"CREATE TABLE {{table}} ({COLUMNS}) ENGINE = MergeTree ORDER BY (person, at)"


def peer_env(servers: str, store: str, topic: str, group: str, table: str) -> dict[str, str]:
    """How a peer is told what to do."""
    values = (servers, store, topic, group, table)
    return dict(
        zip(
            ("BENCH_SERVERS", "BENCH_STORE", "BENCH_TOPIC", "BENCH_GROUP", "BENCH_TABLE"), values, strict=True
        )
    )


class RawTable:
    """The table that `BENCH_TABLE` names. Columns and integers, the driver's fastest form for lists."""

    def __init__(self) -> None:
        url = urlsplit(os.environ["BENCH_STORE"])
        self._client = Client(url.hostname, url.port or 9000)
        self._sql = f"INSERT INTO {os.environ['BENCH_TABLE']} (person, at, direction, venue, scan_id) VALUES"

    def insert(self, scans: Sequence[Mapping[str, Any]]) -> None:
        """Returns when the server has them."""
        columns = [
            [int(scan["person"], 16) for scan in scans],
            [scan["at"] for scan in scans],
            [scan["direction"] for scan in scans],
            [scan["venue"] for scan in scans],
            [int(scan["scan_id"], 16) for scan in scans],
        ]
        self._client.execute(self._sql, columns, columnar=True)

    def insert_objects(self, scans: Iterable[Any]) -> None:
        """The same for objects with attributes, as Faust's records are."""
        rows = [(int(s.person, 16), s.at, s.direction, s.venue, int(s.scan_id, 16)) for s in scans]
        self._client.execute(self._sql, [list(column) for column in zip(*rows, strict=True)], columnar=True)
