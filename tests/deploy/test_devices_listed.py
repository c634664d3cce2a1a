"""The list of devices says when each was last heard and how far its clock was off."""

from collections.abc import Sequence

import pytest

from deploy.cli.gateway import AT_ONCE, heard_rows
from producers.errors import Unavailable
from producers.gateway.device import Device
from producers.gateway.fresh import MARK_SECONDS, Mark
from producers.gateway.memory import MARKS, ProcessMemory

NOON = 1_638_327_600
MANY = AT_ONCE + 2
DEVICES = [Device(device=f"{number:016x}", kind="phone") for number in range(MANY)]


def test_a_device_is_listed_with_its_clock() -> None:
    """Also more than are asked for at once; one that sent nothing since, or at all, has none."""
    memory = ProcessMemory(lambda: NOON)
    marks = {0: Mark(0, 0, 1, 1).heard(NOON - 90, NOON), 1: Mark(0, 0, 1, 1)}
    marks[MANY - 1] = marks[0].heard(NOON + 7, NOON)
    memory.put(
        {MARKS + number.to_bytes(8, "big"): mark.packed() for number, mark in marks.items()}, MARK_SECONDS
    )
    rows = list(heard_rows(DEVICES, memory))
    assert [row["device"] for row in rows] == [one.device for one in DEVICES]
    told = {number: (row["heard"], row["skew_seconds"]) for number, row in enumerate(rows) if row["heard"]}
    assert told == {0: ("2021-12-01T03:00:00Z", -90), MANY - 1: ("2021-12-01T03:00:00Z", 7)}


def test_without_redis_nothing_is_told_of_clocks() -> None:
    """The embedded mode has none; one that is down is told by who asks."""
    (row,) = heard_rows(DEVICES[:1], None)
    assert (row["heard"], row["skew_seconds"]) == (None, None)

    class Down(ProcessMemory):
        def get(self, keys: Sequence[bytes]) -> list[bytes | None]:
            raise Unavailable("Redis does not answer: start it.")

    with pytest.raises(Unavailable):
        list(heard_rows(DEVICES[:1], Down(lambda: NOON)))
