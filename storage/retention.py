"""How long facts about people are kept, and how they are forgotten.

A modern engine forgets by itself, whole days at a time, once every row of a day has expired
(`keep`). The oldest engine cannot, so the same is done by a command of ours that an operator runs
daily (`forget_before`); it works on every engine. Venues and receipts say nothing about people
and stay.
"""

import re

from producers.errors import BadInput
from producers.scan import SECONDS_MAX
from storage.engine import Engine

ABOUT_PEOPLE = {
    "scans": "anchor",
    "visits": "arrived",
    "visits_by_person": "arrived",
    "long_stays": "arrived",
    "declarations": "at",
}
"""Table -> the moment its rows are kept from."""

EXPIRY = re.compile(r"TTL .*?(?:toIntervalDay\((?P<days>\d+)\)|\+ (?P<seconds>\d+), )")
"""Of a table made by an older version in days, which forgot the last of them up to a day too early."""
DAY = 86_400

RETENTION_DAYS_MAX = 15_000
"""41 years. What would expire later than a moment can say (2106) expires then."""


def keep(engine: Engine, database: str, days: int) -> None:
    """Let the engine forget after this many days, 0 for never. Changes nothing when it is so already.

    Raises BadInput for a number of days that the engine cannot count.
    """
    if not 0 <= days <= RETENTION_DAYS_MAX:
        raise BadInput(
            f"Facts cannot be kept for {days} days: set TRUYVET_RETENTION_DAYS to 1..{RETENTION_DAYS_MAX}, "
            "or to 0 to keep them for good."
        )
    if not engine.capabilities.expires:
        return
    tables = engine.rows(f"SELECT name, create_table_query FROM system.tables WHERE database = '{database}'")
    for table, made in tables:
        if table not in ABOUT_PEOPLE:
            continue
        name, moment = f"{database}.{table}", ABOUT_PEOPLE[table]
        # By the second: all that was taken is kept for so long, whatever the server's zone.
        end = f"least(toUInt64(toUInt32({moment})) + {days * DAY}, {SECONDS_MAX})"
        expiry = f"TTL toDateTime({end}, 'UTC')"
        if days and expiry not in made:
            engine.execute(f"ALTER TABLE {name} MODIFY SETTING ttl_only_drop_parts = 1")
            engine.execute(f"ALTER TABLE {name} MODIFY {expiry}")
        elif not days and "TTL " in made:
            engine.execute(f"ALTER TABLE {name} REMOVE TTL")


def kept_days(engine: Engine, database: str) -> int:
    """After how many days the engine forgets by itself; 0 for never."""
    tables = engine.rows(f"SELECT name, create_table_query FROM system.tables WHERE database = '{database}'")
    days = [
        int(found["days"] or int(found["seconds"]) // DAY)
        for table, made in tables
        if table in ABOUT_PEOPLE
        for found in [EXPIRY.search(made)]
        if found
    ]
    return min(days, default=0)


def lengthen(engine: Engine, database: str, days: int) -> bool:
    """Keep for this many days (0: for good) if that is longer than now; never for shorter."""
    now = kept_days(engine, database)
    longer = bool(now) and (days == 0 or days > now)
    if longer:
        keep(engine, database, days)
    return longer


def forget_before(engine: Engine, database: str, second: int) -> list[str]:
    """Delete the days (or months) of which all is older than this epoch second; `table/partition` of each.

    It asks for the newest moment in each and not for its name: to an engine of 2018 the last day
    it can hold, in 2106, is in 1970.
    """
    forgotten = []
    for table in ABOUT_PEOPLE:
        partitions = engine.rows(
            "SELECT partition FROM system.parts "
            f"WHERE active AND database = '{database}' AND table = '{table}' "
            f"GROUP BY partition HAVING toUInt32(max(max_time)) < {second} ORDER BY partition"
        )
        for (partition,) in partitions:
            engine.execute(f"ALTER TABLE {database}.{table} DROP PARTITION {partition}")
            forgotten.append(f"{table}/{partition}")
    return forgotten


def oldest(engine: Engine, database: str) -> dict[str, int]:
    """Table -> the moment of its oldest row, epoch seconds; a table without rows is left out."""
    found = engine.rows(
        "SELECT table, toUInt32(min(min_time)) FROM system.parts "
        f"WHERE active AND database = '{database}' AND rows > 0 GROUP BY table"
    )
    return {table: moment for table, moment in found if table in ABOUT_PEOPLE}
