"""A program: prints, for the store that the settings name, every row that counts, as JSON.

A version says how much was known when a visit was written, which depends on the order of the scans;
`received` says when a scan came. Everything else must not depend on how or in what order it came.
"""

import json
import os
import sys

from deploy.settings import load
from deploy.wiring import Wiring

VISIT = (
    "venue, toUInt32(arrived), person, toUInt32(departed), toUInt32(departed_min), "
    "toUInt32(departed_max), ended, scans"
)
TABLES = {
    "visits": f"SELECT {VISIT} FROM {{db}}.visits FINAL WHERE gone = 0",
    "visits_by_person": f"SELECT {VISIT} FROM {{db}}.visits_by_person FINAL WHERE gone = 0",
    "scans": (
        "SELECT person, toUInt32(anchor), toUInt32(at), direction, venue, scan_id FROM {db}.scans FINAL"
    ),
    "venues": "SELECT venue, id, kind, stay_minutes, inside, unit, version FROM {db}.venues FINAL",
}


def main() -> None:
    """Rows as JSON texts, sorted."""
    wiring = Wiring(load(os.environ))
    try:
        engine = wiring.engine
        json.dump(
            {
                table: sorted(json.dumps(row) for row in engine.rows(sql.format(db=engine.database)))
                for table, sql in TABLES.items()
            },
            sys.stdout,
        )
    finally:
        wiring.close()


if __name__ == "__main__":
    main()
