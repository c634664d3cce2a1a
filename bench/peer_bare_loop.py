"""A peer: what one writes by hand with aiokafka. Reads, decodes, inserts, commits; decides nothing.

A value is one scan, or a list of scans. No validation, no duplicates found, no visits made.
"""

import asyncio
import os

import orjson
from aiokafka import AIOKafkaConsumer  # type: ignore[import-untyped]
from raw_table import RawTable

RECORDS_MAX = 20_000
WAIT_MILLISECONDS = 500


async def main() -> None:
    """Until a signal. Offsets are committed after the insert, so nothing is lost by a crash."""
    table = RawTable()
    consumer = AIOKafkaConsumer(
        os.environ["BENCH_TOPIC"],
        bootstrap_servers=os.environ["BENCH_SERVERS"],
        group_id=os.environ["BENCH_GROUP"],
        enable_auto_commit=False,
        auto_offset_reset="earliest",
    )
    await consumer.start()
    while True:
        # All that is fetched, at most 20,000 scans: as large an insert as ours.
        found = await consumer.getmany(timeout_ms=WAIT_MILLISECONDS, max_records=RECORDS_MAX)
        values = [orjson.loads(record.value) for records in found.values() for record in records]
        if values and isinstance(values[0], list):
            values = [scan for value in values for scan in value]
        if values:
            table.insert(values)
            await consumer.commit()


if __name__ == "__main__":
    asyncio.run(main())
