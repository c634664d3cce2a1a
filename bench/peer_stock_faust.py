"""A peer: a Faust agent as its documentation writes one. One scan per message, `take`, one insert.

`take` acknowledges also what failed to be written, so this loses scans when ClickHouse is away.
"""

import os
import sys
import tempfile
from typing import Any

import faust
from raw_table import RawTable

app = faust.App(
    os.environ["BENCH_GROUP"],
    broker=f"kafka://{os.environ['BENCH_SERVERS']}",
    value_serializer="json",
    # Not to change speed: where its files go, and no web server on a fixed port.
    datadir=tempfile.mkdtemp(prefix="truyvet-bench-"),
    web_enabled=False,
)


class Scan(faust.Record):
    """One scan as it travels."""

    scan_id: str
    person: str
    venue: str
    at: int
    direction: str


topic = app.topic(os.environ["BENCH_TOPIC"], value_type=Scan)
table = RawTable()


@app.agent(topic)
async def store(stream: Any) -> None:
    async for scans in stream.take(5000, within=0.5):
        table.insert_objects(scans)


if __name__ == "__main__":
    sys.argv[1:] = ["worker", "-l", "warn", "--without-web"]
    app.main()
