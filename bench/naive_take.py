"""A Faust agent as its documentation writes it: `take` a batch and insert it. A failed insert is lost."""

import os
import sys
import tempfile
from urllib.parse import urlsplit

import faust
from clickhouse_driver import Client

topic_name = sys.argv[1]
app = faust.App(
    topic_name,
    broker=os.environ["TRUYVET_BROKER"],
    datadir=tempfile.mkdtemp(prefix="naive-take-"),
    web_enabled=False,
    topic_disable_leader=True,
    topic_allow_declare=False,
    consumer_auto_offset_reset="earliest",
    consumer_group_instance_id=f"{topic_name}-1",
)
topic = app.topic(topic_name, value_type=bytes, value_serializer="raw", key_serializer="raw")


@app.agent(topic)
async def insert(stream):  # type: ignore[no-untyped-def]
    """Insert batches of at most 100 scans."""
    async for values in stream.take(100, within=0.5):
        store = Client(host="127.0.0.1", port=urlsplit(os.environ["TRUYVET_STORE"]).port)
        store.execute("INSERT INTO naive.naive_take (id) VALUES", [[int(value)] for value in values])
        store.disconnect()


if __name__ == "__main__":
    faust.Worker(app, quiet=True, loglevel="CRITICAL", redirect_stdouts=False).execute_from_commandline()
