"""A peer without a worker: ClickHouse's own Kafka engine, one scan per message, into a raw table.

    make bench-clickhouse-engine

The server does the work, so there is no worker whose CPU time could be compared: wall time only. It checks
nothing, finds no duplicates and makes no visits.
"""

import argparse
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from contenders import PARTITIONS, compare, count
from ingest import DAYS, surroundings
from services import Services
from traffic import Traffic, recent_start

from producers.venue import venue_key

COLUMNS = "scan_id String, person String, venue String, at UInt32, direction String"
SOURCE = f"""CREATE TABLE bench.source ({COLUMNS}) ENGINE = Kafka SETTINGS kafka_broker_list = '{{servers}}',
kafka_topic_list = 'bench.engine', kafka_group_name = 'bench.engine', kafka_format = 'JSONEachRow'"""
RAW = f"CREATE TABLE bench.raw ({COLUMNS}) ENGINE = MergeTree ORDER BY (person, at)"
VIEW = "CREATE MATERIALIZED VIEW bench.pour TO bench.raw AS SELECT * FROM bench.source"
FLUSH_SECONDS = 60


def main() -> None:
    """Once: publish, attach, wait until every scan is in the table, compare."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--scans", type=int, default=200_000)
    services = Services()
    print(surroundings(services), flush=True)
    traffic = Traffic(options.parse_args().scans, DAYS, recent_start(DAYS))
    services.publish("bench.engine", PARTITIONS, traffic.singles(PARTITIONS))
    # A group of its own begins at the end of the topic, and so leaves out what is there already.
    services.begin_at_the_start("bench.engine", "bench.engine", PARTITIONS)
    for sql in (SOURCE.format(servers=services.servers), RAW, VIEW):
        services.engine.execute(sql)
    began = time.monotonic()
    while (stored := count(services, "bench.raw")) < traffic.truth.sent:
        if time.monotonic() - began > FLUSH_SECONDS:
            raise SystemExit(f"{stored:,} of {traffic.truth.sent:,} scans after {FLUSH_SECONDS} s")
        time.sleep(0.05)
    wall = time.monotonic() - began
    rows = services.engine.rows("SELECT person, at, venue, scan_id FROM bench.raw")
    keyed = ((int(person, 16), at, venue_key(venue), int(id_, 16)) for person, at, venue, id_ in rows)
    compare("ClickHouse's Kafka engine", keyed, traffic.truth.sent, traffic.truth.sent_sum)
    print(f"{stored:,} scans in {wall:.2f} s of wall, {stored / wall:,.0f} scans/s, answers equal")
    services.close()


if __name__ == "__main__":
    main()
