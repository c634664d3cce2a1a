"""A sender that counts by another number of partitions than the topic has is found out."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from producers.packing import Packer
from producers.scan import ScanEvent
from streams.misplaced import misplaced
from streams.ports import Record

SCAN = ScanEvent(scan_id="b121c55b72052dad", person="f6c7fc5ac7be01a0", venue="market 12", at=1_638_327_600)


def records(people: list[int], counted: int) -> list[Record]:
    """As a sender packs them that counts by this number."""
    packer = Packer(counted, 500)
    for person in people:
        packer.add(ScanEvent(**SCAN | {"person": f"{person:016x}"}))
    return [Record("log", partition, 0, 0, value) for partition, value in packer.flush()]


@given(st.lists(st.integers(0, 2**64 - 1), max_size=40), st.integers(1, 128))
def test_what_is_packed_by_the_topics_number_is_in_its_place(people: list[int], partitions: int) -> None:
    """And also where the reader has not heard yet that there are more."""
    for record in records(people, partitions):
        assert not misplaced(record, partitions)
    for record in records(people, partitions * 2):
        assert not misplaced(record, partitions)


def test_a_sender_that_ran_on_is_found_in_every_partition() -> None:
    """Partitions were doubled: half of its records are in a wrong place, and the first tells it."""
    found = [misplaced(record, 128) for record in records(list(range(128)), 64)]
    assert found == [False] * 64  # each begins with someone whose place did not change
    assert all(misplaced(record, 128) for record in records(list(range(64, 128)), 64))


@pytest.mark.parametrize(
    "value", [b"", b"\xff" * 9_000, b"[]", json.dumps([{"person": "Nguyen"}]).encode(), b'{"person":7}']
)
def test_what_names_nobody_is_nowhere_misplaced(value: bytes) -> None:
    """It is a dead letter, with its own reason."""
    assert not misplaced(Record("log", 3, 0, 0, value), 64)


def test_spaces_do_not_hide_it() -> None:
    """As another program may write JSON."""
    value = json.dumps([SCAN], indent=1).encode()
    home = int(SCAN["person"], 16) % 64
    assert [misplaced(Record("log", p, 0, 0, value), 64) for p in (home, home + 1)] == [False, True]
