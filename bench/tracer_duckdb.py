"""DuckDB as a peer of the tracer: two sorted copies of the visits, and the frontier search in SQL.

Tried and slower on these visits: a third copy cut into hours, with a join on (venue, hour).
"""

from typing import Any

import duckdb
import numpy as np
from numpy.typing import NDArray
from tracer_visits import START, Visits

from tracer.question import Window

THREADS = 2
MEMORY = "9GB"
"""More than its copies of 200 million visits need; so that they and our index fit into one machine."""
SECOND_BITS, PERSON_BITS, VENUE_BITS = 21, 23, 19
BELOW = PERSON_BITS + VENUE_BITS
"""A claim (second, near, venue) in one number of 63 bits: comparing it is comparing the three."""


class DuckPeer:
    """In this process, without a network. Persons and venues are 4-byte numbers, smaller than our keys."""

    def __init__(self, visits: Visits) -> None:
        self._claimed = not (visits.people >> PERSON_BITS or visits.venues >> VENUE_BITS)
        columns = {
            "person": visits.person.astype(np.int32),
            "venue": visits.venue.astype(np.int32),
            "t0": visits.arrived.astype(np.int32),
            "t1": visits.departed.astype(np.int32),
        }
        connection: Any = duckdb.connect(config={"threads": THREADS, "memory_limit": MEMORY})
        self.run = connection.execute
        connection.register("given", columns_relation(columns))
        self.run("CREATE TABLE v AS SELECT * FROM given ORDER BY venue, t0")
        self.run("CREATE TABLE vp AS SELECT * FROM given ORDER BY person, t0")
        connection.unregister("given")
        self._connection = connection

    def contacts(self, people: NDArray[np.int64], window: Window, seconds: int) -> dict[str, NDArray[Any]]:
        """Every meeting of these people, told by each."""
        self._connection.register("asked", columns_relation({"person": people.astype(np.int32)}))
        found: dict[str, NDArray[Any]] = self.run(
            """WITH a AS MATERIALIZED (
                   SELECT person, venue, greatest(t0, $since) AS t0, least(t1, $until) AS t1
                   FROM vp WHERE person IN (SELECT person FROM asked) AND t1 > $since AND t0 < $until)
               SELECT a.person AS mine, b.person AS theirs, a.venue,
                      greatest(a.t0, b.t0) AS "start", least(a.t1, b.t1) AS "end"
               FROM a JOIN v b ON a.venue = b.venue AND b.t0 < a.t1 AND b.t1 > a.t0
               WHERE a.person <> b.person
                 AND least(a.t1, b.t1) - greatest(a.t0, b.t0) >= $seconds""",
            {"since": window.since, "until": window.until, "seconds": max(1, seconds)},
        ).fetchnumpy()
        self._connection.unregister("asked")
        return found

    def chain(
        self, cases: NDArray[np.int64], window: Window, seconds: int, generations: int
    ) -> dict[str, NDArray[Any]]:
        """Everyone reached forward, with second, generation, the person before and the venue."""
        if not self._claimed:
            raise SystemExit("too many people or venues for a claim in one number")
        self._connection.register("asked", columns_relation({"person": cases.astype(np.int32)}))
        self.run("CREATE OR REPLACE TEMP TABLE labels (person INT, generation INT, best BIGINT)")
        self.run("INSERT INTO labels SELECT person, 0, -1 FROM asked")
        self.run(f"CREATE OR REPLACE TEMP TABLE front AS SELECT person, {window.since} AS since FROM asked")
        for generation in range(1, generations + 1):
            self.run(ROUND, {"since": window.since, "until": window.until, "seconds": max(1, seconds)})
            self.run("DELETE FROM labels WHERE person IN (SELECT person FROM better)")
            self.run(f"INSERT INTO labels SELECT person, {generation}, best FROM better")
            self.run(
                f"""CREATE OR REPLACE TEMP TABLE front AS
                    SELECT person, (best >> {BELOW})::INT + {START + 1} AS since
                    FROM better"""
            )
            if not self.run("SELECT count(*) FROM front").fetchall()[0][0]:
                break
        self._connection.unregister("asked")
        found: dict[str, NDArray[Any]] = self.run(
            f"""SELECT person, generation, (best >> {BELOW})::INT + {START} AS "at",
                       ((best >> {VENUE_BITS}) & {(1 << PERSON_BITS) - 1})::INT AS near,
                       (best & {(1 << VENUE_BITS) - 1})::INT AS venue
                FROM labels WHERE generation > 0 ORDER BY "at", person"""
        ).fetchnumpy()
        return found


ROUND = f"""
CREATE OR REPLACE TEMP TABLE better AS
WITH a AS MATERIALIZED (
    SELECT vp.person, venue, t0, t1, since FROM vp JOIN front USING (person)
    WHERE t1 > since AND t0 < $until),
claims AS (
    SELECT b.person, min(
        ((greatest(a.t0, b.t0, $since) - {START})::BIGINT << {BELOW})
        | (a.person::BIGINT << {VENUE_BITS}) | a.venue) AS best
    FROM a JOIN v b ON a.venue = b.venue AND b.t0 < a.t1 AND b.t1 > a.t0
    WHERE a.person <> b.person AND greatest(a.t0, b.t0) >= since AND b.t0 < $until
      AND least(a.t1, b.t1, $until) - greatest(a.t0, b.t0, $since) >= $seconds
    GROUP BY b.person)
SELECT claims.person, claims.best FROM claims LEFT JOIN labels ON labels.person = claims.person
WHERE labels.person IS NULL
   OR (labels.best >= 0 AND claims.best >> {BELOW} < labels.best >> {BELOW})
"""


def columns_relation(columns: dict[str, NDArray[Any]]) -> Any:
    """Columns as something DuckDB reads."""
    import pyarrow as pa  # noqa: PLC0415

    return pa.table(columns)
