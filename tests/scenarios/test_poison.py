"""What a worker cannot take, or fails on, stops neither it nor the others, is kept, and can be sent again."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlsplit

import pytest
from scenario_world import World, same, wait_for

from producers.kafka_log import KafkaLog
from producers.scan import TOPIC, content_id

pytestmark = pytest.mark.stack
NEW_WORLD = Callable[..., World]
PARTITIONS = 8
NOON = 1_638_334_800
POISON = "the venue that shows a bug"
PEOPLE = [f"{0xABCDEF00 + number:016x}" for number in range(40)]


def scan(person: str, venue: str, at: int) -> dict[str, Any]:
    return {"scan_id": content_id(person, venue, at, "in", None), "person": person, "venue": venue, "at": at}


def records() -> list[tuple[int, list[dict[str, Any]]]]:
    """(partition, scans): everyone at two places; in partition 3 a bug waits in the first record."""
    found = []
    for number in range(PARTITIONS):
        here = [person for person in PEOPLE if int(person, 16) % PARTITIONS == number]
        venues = [POISON if number == 3 else "market", "bus 32"]
        found += [(number, [scan(p, venue, NOON + 600 * n) for p in here]) for n, venue in enumerate(venues)]
    return found


@contextmanager
def topic(world: World) -> Iterator[Callable[[int, bytes], None]]:
    """Puts a record into a partition; all are there when the block ends."""
    log = KafkaLog(urlsplit(world.env["TRUYVET_BROKER"]).netloc)
    try:
        yield lambda partition, value: log.publish(TOPIC, partition, value)
        log.flush()
    finally:
        log.close()


def test_one_record_that_shows_a_bug_stops_nobody_and_is_sent_again_after_an_update(
    private: NEW_WORLD,
) -> None:
    """Its partition goes on behind it, the others beside it; in the end the tables are as without the bug."""
    world = private(TRUYVET_PARTITIONS=str(PARTITIONS))
    world.ask("init")
    with topic(world) as put:
        for partition, scans in records():
            put(partition, json.dumps(scans).encode())
    with world.worker(TRUYVET_FAIL_ON=POISON) as worker:
        world.drain()
        wait_for(lambda: worker.metric('truyvet_dead_letters_total{reason="worker_failed"}') == 5)
        assert worker.metric('truyvet_scans_total{verdict="dead"}') == 5
        assert worker.page("/readyz").code == 200
        said = worker.said()
    flow = world.flow()
    assert (flow["scans"], flow["stored"], flow["dead"]) == (80, 75, 5)
    (letter,) = world.ask("dead", "ls")
    assert (letter["reason"], letter["attempt"], letter["from"]) == ("worker_failed", 1, "3:0:-1")
    assert "a record is set aside" in said
    for line in said.splitlines():
        json.loads(line)
    assert not [secret for secret in (POISON, "scan_id", *PEOPLE) if secret in said]

    with world.worker():
        (done,) = world.ask("dead", "replay")
        assert (done["replayed"], done["scans"]) == (1, 5)
        world.drain()
        (again,) = world.ask("dead", "replay")
        assert not any(again.values())
    assert world.flow()["stored"] == 80
    assert world.ask("dead", "ls") == []
    world.truyvet("dead", "drop", "--yes")
    assert world.ask("dead", "ls", "--all") == []
    found = world.tables()

    healthy = private(TRUYVET_PARTITIONS=str(PARTITIONS))
    healthy.ask("init")
    with topic(healthy) as put:
        for partition, scans in reversed(records()):
            put(partition, json.dumps(scans).encode())
    with healthy.worker():
        healthy.drain()
    same(found, healthy.tables())


def test_a_flood_of_refusals_stops_the_worker_until_it_is_told_to_go_on(private: NEW_WORLD) -> None:
    """It stands still and says so; nothing of that batch is written; what was good before is stored."""
    world = private(TRUYVET_PARTITIONS="1")
    world.ask("init")
    good = json.dumps([scan(person, "market", NOON) for person in PEOPLE]).encode()
    with topic(world) as put:
        put(0, good)
    with world.worker(TRUYVET_DEAD_RUN_MAX="5") as worker:
        world.drain()
        with topic(world) as put:
            for number in range(20):
                put(0, b"a sender gone mad, %d" % number)
        wait_for(lambda: worker.metric("truyvet_held") == 1)
        wait_for(lambda: worker.page("/readyz").code == 503)
        ready = worker.page("/readyz")
        (why,) = json.loads(ready.out)["down"]
        assert "records in a row were refused whole, now most often not_json" in why
        assert worker.metric("truyvet_waiting") == 1
        wait_for(lambda: why in worker.said())
    assert len(world.ask("dead", "ls")) <= 5
    assert world.flow()["records"] <= 6
    with world.worker(TRUYVET_DEAD_RUN_MAX="0", TRUYVET_DEAD_RATIO_MAX="1"):
        world.drain()
    assert len(world.ask("dead", "ls")) == 20
    assert world.flow()["dead"] == 20
    assert world.truyvet("dead", "replay", code=1).err.startswith("20 letters hold no scan")
    (done,) = world.ask("dead", "drop", "--reason", "not_json", "--yes")
    assert done["letters"] == 20
    assert world.ask("dead", "ls") == []
