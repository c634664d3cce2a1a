"""PostgreSQL as a peer of the tracer: a range GiST index for who was there, a plain one for where one was.

A server of its own on a socket in a temporary folder; without fsync, which is in its favour.
"""

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
import psycopg
from numpy.typing import NDArray

ROWS_AT_ONCE = 1_000_000
COLUMNS = ("person", "venue", "t0", "t1")
SETTINGS = {
    "listen_addresses": "",
    "fsync": "off",
    "full_page_writes": "off",
    "autovacuum": "off",
    "max_wal_size": "20GB",
    "shared_buffers": "4GB",
    "work_mem": "256MB",
    "maintenance_work_mem": "2GB",
    "effective_cache_size": "12GB",
    "random_page_cost": "1.1",
    "jit": "off",
}
CONTACTS = """
SELECT b.person, b.venue, greatest(a.t0, b.t0), least(a.t1, b.t1)
FROM v AS a JOIN v AS b ON b.venue = a.venue AND int4range(b.t0, b.t1) && int4range(a.t0, a.t1)
WHERE a.person = %(case)s AND b.person <> %(case)s
  AND least(a.t1, b.t1) - greatest(a.t0, b.t0) >= %(seconds)s
"""


def programs() -> Path:
    """Where Debian keeps the newest PostgreSQL. Ends the benchmark where there is none."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    if not found:
        raise SystemExit("PostgreSQL is missing; install with: sudo apt-get install postgresql-15")
    return found[-1].parent


@contextmanager
def postgres(visits: dict[str, NDArray[Any]]) -> Iterator["PostgresPeer"]:
    """A server with these visits (columns of 4-byte numbers), until the end."""
    bin_ = programs()
    # The server does not run as root: its folder belongs to somebody else.
    as_nobody = ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []
    with TemporaryDirectory(prefix="postgres-") as folder:
        data = f"{folder}/data"
        if as_nobody:
            shutil.chown(folder, "postgres")
        subprocess.run(
            [*as_nobody, bin_ / "initdb", "-D", data, "-U", "bench", "-A", "trust"],
            check=True,
            capture_output=True,
        )
        words = [part for name, value in SETTINGS.items() for part in ("-c", f"{name}={value}")]
        server = subprocess.Popen(
            [*as_nobody, bin_ / "postgres", "-D", data, "-k", folder, *words], stderr=subprocess.DEVNULL
        )
        try:
            ready = [bin_ / "pg_isready", "-h", folder, "-t", "30"]
            while (
                subprocess.run(ready, capture_output=True, check=False).returncode and server.poll() is None
            ):
                pass
            with psycopg.connect(f"host={folder} user=bench dbname=postgres", autocommit=True) as connection:
                yield PostgresPeer(connection, visits)
        finally:
            server.terminate()
            server.wait(60)


class PostgresPeer:
    """Asked over its socket, in prepared statements, as a service would."""

    def __init__(self, connection: Any, visits: dict[str, NDArray[Any]]) -> None:
        self._connection = connection
        run = connection.execute
        run("CREATE EXTENSION btree_gist")
        run("CREATE TABLE v (person int, venue int, t0 int, t1 int)")
        with connection.cursor().copy("COPY v FROM STDIN (FORMAT binary)") as copy:
            copy.write(b"PGCOPY\n\xff\r\n\0" + bytes(8))
            for first in range(0, len(visits["person"]), ROWS_AT_ONCE):
                some = slice(first, first + ROWS_AT_ONCE)
                copy.write(_binary([visits[name][some] for name in COLUMNS]))
            copy.write(b"\xff\xff")
        run("CREATE INDEX ON v USING gist (venue, int4range(t0, t1))")
        run("CREATE INDEX ON v (person)")
        run("ANALYZE v")

    def contacts(self, case: int, seconds: int) -> dict[str, NDArray[Any]]:
        """Every meeting of one person of at least so many seconds."""
        found = self._connection.execute(
            CONTACTS, {"case": case, "seconds": max(1, seconds)}, prepare=True
        ).fetchall()
        columns = zip(*found, strict=True) if found else ([], [], [], [])
        names = ("theirs", "venue", "start", "end")
        return dict(zip(names, (np.array(one, np.int64) for one in columns), strict=True))


def _binary(columns: list[NDArray[Any]]) -> bytes:
    """Rows as COPY reads them: the number of fields, then each with its length before it."""
    fields = [("n", ">i2")]
    for number in range(len(columns)):
        fields += [(f"length{number}", ">i4"), (f"value{number}", ">i4")]
    rows = np.empty(len(columns[0]), np.dtype(fields))
    rows["n"] = len(columns)
    for number, column in enumerate(columns):
        rows[f"length{number}"], rows[f"value{number}"] = 4, column
    return rows.tobytes()
