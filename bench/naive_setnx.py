"""A naive worker: mark the scan as seen, then write it, then commit. Killed in between, it loses."""

import os
import sys
import time
from urllib.parse import urlsplit

import redis
from clickhouse_driver import Client
from kafka import KafkaConsumer


def main() -> None:
    """Read, mark, write, commit."""
    topic = sys.argv[1]
    consumer = KafkaConsumer(
        topic,
        bootstrap_servers=urlsplit(os.environ["TRUYVET_BROKER"]).netloc,
        group_id=topic,
        group_instance_id=f"{topic}-1",
        auto_offset_reset="earliest",
        enable_auto_commit=False,
    )
    seen = redis.Redis.from_url(os.environ["TRUYVET_STATE"])
    store = Client(host="127.0.0.1", port=urlsplit(os.environ["TRUYVET_STORE"]).port)
    while True:
        found = consumer.poll(timeout_ms=500, max_records=60)
        ids = [int(message.value) for messages in found.values() for message in messages]
        if not ids:
            continue
        pipe = seen.pipeline(transaction=False)
        for number in ids:
            pipe.set(f"{topic}:{number}", 1, nx=True, ex=86_400)
        new = [number for number, first in zip(ids, pipe.execute(), strict=True) if first]
        time.sleep(0.1)  # decoding, enriching, waiting for a fuller batch: what a real worker does here
        if new:
            store.execute("INSERT INTO naive.naive_setnx (id) VALUES", [[number] for number in new])
        consumer.commit()


if __name__ == "__main__":
    main()
