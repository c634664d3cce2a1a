"""What naive pipelines lose under kills: the argument for the order check, write, save, acknowledge.

One sets its mark in Redis before it writes (`SET NX`), so a crash between the two makes the scan a
duplicate of itself. The other is a Faust agent with `take`, which acknowledges in a `finally`, so
that a failed insert is acknowledged. Both read one scan a message and write the same table.
"""

import os
import random
import subprocess
import sys
import time
from pathlib import Path
from urllib.parse import urlsplit

from clickhouse_driver import Client
from clickhouse_driver.errors import Error
from kafka import KafkaAdminClient, KafkaProducer
from kafka.admin import NewTopic

from deploy.stack.local import LocalStack

HERE = Path(__file__).resolve().parent
SCANS = 30_000
AT_WORK_SECONDS_MAX = 30
PEERS = {
    "SET NX before the write, worker killed": ("naive_setnx.py", "worker"),
    "Faust take(), ClickHouse stopped": ("naive_take.py", "clickhouse"),
}


def peer_losses(stack: LocalStack, env: dict[str, str], kills: int, seed: int) -> dict[str, int]:
    """Scans each peer was given and never stored."""
    dice = random.Random(seed)
    waits = [dice.uniform(0.0, 1.0) for _ in range(kills)]
    return {what: _lost(stack, env, *peer, waits) for what, peer in PEERS.items()}


def _lost(stack: LocalStack, env: dict[str, str], script: str, victim: str, waits: list[float]) -> int:
    topic = script.removesuffix(".py").replace("_", "-")
    store = Client(host="127.0.0.1", port=urlsplit(env["TRUYVET_STORE"]).port)
    store.execute("CREATE DATABASE IF NOT EXISTS naive")
    store.execute(f"DROP TABLE IF EXISTS naive.{script[:-3]}")
    store.execute(f"CREATE TABLE naive.{script[:-3]} (id UInt64) ENGINE = MergeTree ORDER BY id")
    _fill(urlsplit(env["TRUYVET_BROKER"]).netloc, topic)
    worker = _start(script, env, topic)
    for wait in waits:
        _at_work(store, script)
        time.sleep(wait)
        if victim == "worker":
            worker.kill()
            worker.wait()
        else:
            stack.kill9("clickhouse")
            time.sleep(1.5)
            stack.start("clickhouse")
        if worker.poll() is not None:
            worker = _start(script, env, topic)
    stored = -1
    while (now := _stored(store, script)) != stored:
        stored = now
        time.sleep(12)
    worker.kill()
    worker.wait()
    return SCANS - stored


def _at_work(store: Client, script: str) -> None:
    """Return when it has stored something more: who is killed while it starts has nothing to lose."""
    before, deadline = _stored(store, script), time.monotonic() + AT_WORK_SECONDS_MAX
    while time.monotonic() < deadline:
        time.sleep(0.1)
        if _stored(store, script) > max(before, 0):
            return


def _stored(store: Client, script: str) -> int:
    try:
        return int(store.execute(f"SELECT uniqExact(id) FROM naive.{script[:-3]}")[0][0])
    except (Error, OSError, EOFError):
        store.disconnect()
        return -2


def _fill(servers: str, topic: str) -> None:
    admin = KafkaAdminClient(bootstrap_servers=servers)
    admin.create_topics([NewTopic(topic, 4, 1)], wait_for_metadata=True)
    admin.close()
    producer = KafkaProducer(bootstrap_servers=servers, linger_ms=20)
    for number in range(SCANS):
        producer.send(topic, value=str(number).encode(), partition=number % 4)
    producer.flush()
    producer.close()


def _start(script: str, env: dict[str, str], topic: str) -> "subprocess.Popen[bytes]":
    return subprocess.Popen(
        [sys.executable, str(HERE / script), topic],
        env=os.environ | env,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
