"""Kafka drops scans before any worker has read them: told, waited for, and given up by the operator."""

import json
from collections.abc import Callable
from urllib.parse import urlsplit

import pytest
from scenario_world import World

from producers.kafka_log import KafkaLog
from producers.scan import TOPIC, content_id

NEW_WORLD = Callable[..., World]
PERSON = f"{1:016x}"


def publish(log: KafkaLog, times: range) -> None:
    """A record of one scan each, all in the partition of one person."""
    for at in times:
        name = content_id(PERSON, "market", at, "in", None)
        scan = {"scan_id": name, "person": PERSON, "venue": "market", "at": at}
        log.publish(TOPIC, 1, json.dumps([scan]).encode())
    log.flush()


@pytest.mark.stack
def test_everything_goes_on_once_what_was_dropped_is_given_up(private: NEW_WORLD) -> None:
    """`drain` and the watermark wait until then; a letter says what is missing."""
    world = private(TRUYVET_PARTITIONS="2")
    world.ask("init")
    log = KafkaLog(urlsplit(world.env["TRUYVET_BROKER"]).netloc)
    try:
        publish(log, range(1_638_334_800, 1_638_334_805))
        log.forget(TOPIC, {1: 3})
        with world.worker():
            assert world.truyvet("drain", "--patience", "3", code=1).out
            said = world.truyvet("lost", "--format", "json", code=1)
            assert said.rows() == [{"partition": 1, "first": 0, "until": 3, "records": 3}]
            assert "--give-up" in said.err
            assert world.ask("lost", "--give-up") == said.rows()
            publish(log, range(1_638_334_805, 1_638_334_807))
            world.drain()
            assert world.ask("watermark")[0]["records_behind"] == 0
    finally:
        log.close()
    (letter,) = world.ask("dead", "ls")
    assert (letter["reason"], letter["from"]) == ("lost", "1:0:-1")
    assert world.flow()["stored"] == 4
