"""The registry of places on real services: a running worker sees each change; the table is made anew."""

from collections.abc import Callable
from itertools import count
from pathlib import Path

import pytest
from scenario_world import World, wait_for

from producers.kafka_log import KafkaLog
from producers.register import VENUES_TOPIC, Register
from producers.venue_record import VenueRecord

pytestmark = [pytest.mark.stack, pytest.mark.slow]
NEW_WORLD = Callable[..., World]
PEOPLE = count(1)
LIST = "Mã;Tên địa điểm;Loại;Số phút\nmarket;Chợ Lớn;Chợ;{minutes}\n"


def stay_of_one_more(world: World, folder: Path, venue: str) -> float:
    """Minutes that a person stays who is scanned there now, as the worker decides."""
    name = f"person {next(PEOPLE)}"
    file = folder / f"{name}.csv"
    file.write_text(f"person,venue,at\n{name},{venue},2021-12-01T10:00:00Z\n", encoding="utf-8")
    world.take_in(file, "--person", "person", "--venue", "venue", "--at", "at")
    world.drain()
    (visit,) = world.ask("visits", "--identity", name)
    return (int(visit["departed"][11:13]) - 10) * 60 + int(visit["departed"][14:16])


def bring_in(world: World, folder: Path, minutes: int) -> dict[str, object]:
    file = folder / "list.csv"
    file.write_text(LIST.format(minutes=minutes), encoding="utf-8")
    (row,) = world.ask("venues", "import", str(file))
    return row


def test_a_running_worker_sees_what_changes(private: NEW_WORLD, tmp_path: Path) -> None:
    """By command and straight in the topic; earlier visits are as they were until `reconcile`."""
    world = private()
    world.truyvet("init")
    assert bring_in(world, tmp_path, 45)["new"] == 1
    with world.worker():
        assert stay_of_one_more(world, tmp_path, "market") == 45
        assert bring_in(world, tmp_path, 20)["changed"] == 1
        wait_for(lambda: stay_of_one_more(world, tmp_path, "market") == 20)
        (first,) = world.ask("visits", "--identity", "person 1")
        assert first["departed"] == "2021-12-01T10:45:00Z"

        log = KafkaLog(world.env["TRUYVET_BROKER"].removeprefix("kafka://"))
        Register(log, VENUES_TOPIC).put(
            {"bus": VenueRecord(id="bus", kind="vehicle", inside="fleet").encode()}
        )
        log.close()
        wait_for(lambda: stay_of_one_more(world, tmp_path, "bus") == 40)

        (done,) = world.ask("venues", "rebuild")
        assert done["unusable"] == 0
        assert stay_of_one_more(world, tmp_path, "market") == 20
        world.ask("venues", "retire", "market", "--replaced-by", "bus")
        assert stay_of_one_more(world, tmp_path, "market") == 20  # kept, and never dropped
    (mended,) = world.ask("reconcile")
    assert mended["different"] >= 1
    (first,) = world.ask("visits", "--identity", "person 1")
    assert first["departed"] == "2021-12-01T10:20:00Z"
    assert [row["state"] for row in world.ask("venues", "ls")] == ["active", "retired"]
    assert bring_in(world, tmp_path, 20)["unchanged"] == 1
