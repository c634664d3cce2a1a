"""A dead letter says on the wire why and where, hides what, and can be read by older and newer readers."""

import json
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

import streams.decode
from producers.errors import BadInput
from producers.memory_log import MemoryLog
from producers.scan import DEAD_TOPIC, LETTER_BYTES_MAX
from producers.seal import Seal
from streams.dead_letter_log import DeadLetterLog, SealedLetter, decode, encode, republished
from streams.dead_letters import DeadLetter, Reason
from streams.decode import Limits
from streams.ports import Record

SEAL = Seal(bytes(32))
LETTERS = st.builds(
    DeadLetter,
    st.sampled_from(get_args(Reason)),
    st.text(),
    st.just("kafka:AbC"),
    st.integers(0, 63),
    st.integers(0, 2**63 - 1),
    st.integers(-1, 499),
    st.integers(0, 2**32 - 1),
    st.binary(max_size=200),
    st.integers(1, 1000),
    st.none() | st.integers(-(2**31), 2**31),
)
FIRST_WRITTEN = (
    b'{"reason":"bad_field","detail":"at: Input should be a valid integer","log":"kafka:AbC","partition":3,'
    b'"offset":41,"position":0,"received":1638334000,"body":"39w3TZNjyHBCUrgpZAQxEPsPj4+BxfERbtLlh3JBdqAZZmKkz'
    b"DGcrVxI5HSGi3xX5TL+sVOKvogDwu3j4p2C7v6ZvxBmQFfA9h+SIerIFNRVha8Z12pn4HyOqO/5i3XqXX5h1RIHnDQq59gAAQEV4y72j"
    b'0w=","v":1}'
)
"""A letter as the first workers wrote it, before it had an attempt. Never changed."""


@given(LETTERS)
def test_a_letter_comes_back_as_it_was(letter: DeadLetter) -> None:
    """Whatever bytes were refused; and the wire says no more than the contract."""
    value = encode(letter, SEAL)
    assert decode(value, SEAL) == letter
    assert set(json.loads(value)) == set(SealedLetter.model_fields)


def test_a_body_is_not_readable_without_the_key() -> None:
    """Neither on the wire nor with another key."""
    letter = DeadLetter("bad_field", "at: wrong", "log", 3, 41, 0, 1638334000, b"0912345678 Nguyen Van An")
    value = encode(letter, SEAL)
    assert b"Nguyen" not in value
    with pytest.raises(BadInput):
        decode(value, Seal(b"\1" * 32))


def test_a_newer_letter_is_read_by_an_older_reader() -> None:
    """With a field more, and a reason that did not exist."""
    letter = DeadLetter("bad_field", "at: wrong", "log", 3, 41, 0, 1638334000, b"{}")
    newer = json.loads(encode(letter, SEAL)) | {"reason": "too_loud", "weather": "dry"}
    assert decode(json.dumps(newer).encode(), SEAL) == letter._replace(reason="too_loud")  # type: ignore[arg-type]


def test_a_letter_of_the_first_workers_is_read_for_ever() -> None:
    """It was tried once, and its scan named no version."""
    letter = decode(FIRST_WRITTEN, SEAL)
    assert (letter.name, letter.attempt, letter.schema_version) == (("kafka:AbC", 3, 41, 0), 1, 1)
    assert set(json.loads(letter.body)) >= {"scan_id", "person", "venue", "at"}


def test_a_letter_says_which_try_it_was_and_of_which_version() -> None:
    """A scan that is sent again counts on; what is no number of tries counts as the first."""
    scan = {"scan_id": "b121c55b72052dad", "person": "f6c7fc5ac7be01a0", "venue": "market 12", "at": -1}
    sent = [scan, scan | {"attempt": 4, "v": 7}, scan | {"attempt": "many"}, scan | {"attempt": True}, 5]
    record = Record("log", 3, 41, 1638334000, json.dumps(sent).encode())
    letters = streams.decode.decode(record, Limits(0, 2**32 - 1)).dead
    assert [(one.attempt, one.schema_version) for one in letters] == [
        (1, 1),
        (4, 7),
        (1, 1),
        (1, 1),
        (1, None),
    ]


@given(st.lists(st.sampled_from(["00000000000000aa", "00000000000000ab", "00000000000000ac"]), max_size=1200))
def test_a_whole_record_is_sent_again_in_records_of_one_partition(people: list[str]) -> None:
    """Each scan once, in its order, in the partition it has now, and not too many in one record."""
    scans = [{"scan_id": f"{number:016x}", "person": person} for number, person in enumerate(people)]
    letter = DeadLetter("worker_failed", "", "log", 0, 0, -1, 0, json.dumps(scans).encode(), 2, None)
    again = [(partition, json.loads(value), count) for partition, value, count in republished(letter, 2)]
    for partition, values, count in again:
        assert 1 <= len(values) == count <= 500
        assert all(int(one["person"], 16) % 2 == partition and one["attempt"] == 3 for one in values)
    found = [one for _, values, _ in again for one in values]
    assert sorted(one["scan_id"] for one in found) == [one["scan_id"] for one in scans]
    for partition in (0, 1):
        ids = [one["scan_id"] for where, values, _ in again for one in values if where == partition]
        assert ids == sorted(ids)


@pytest.mark.parametrize("bad", [5, None, "an", [1], {}, {"person": None}, {"person": "an"}, {"person": 7}])
def test_one_bad_scan_does_not_keep_its_neighbours(bad: object) -> None:
    """It goes with them, to where it stood, and the worker makes it a letter of its own."""
    good = [{"scan_id": f"{n:016x}", "person": f"{n:016x}", "venue": "m", "at": 5} for n in range(499)]
    body = json.dumps([*good[:7], bad, *good[7:]]).encode()
    again = republished(DeadLetter("worker_failed", "", "log", 3, 41, -1, 0, body, 1, None), 2)
    assert [partition for partition, _, _ in again] == [0, 1]
    assert sum(count for _, _, count in again) == 500
    taken, letters = 0, []
    for partition, value, _ in again:
        done = streams.decode.decode(Record("log", partition, 0, 9, value), Limits(0, 9))
        taken += len(done.scans.at)
        letters += done.dead
    assert (taken, [one.partition for one in letters]) == (499, [1])
    assert republished(letters[0], 2) == []


@pytest.mark.parametrize("body", [b"\xff", b"5", b"[5]", b"null", b'{"person":"an"}', b'[{"person":null}]'])
def test_what_holds_no_person_cannot_be_sent_again(body: bytes) -> None:
    """It is no error either: the letter stays."""
    assert republished(DeadLetter("not_json", "", "log", 0, 0, -1, 0, body), 64) == []


@pytest.mark.parametrize(("size", "kept"), [(1_048_576, True), (3_000_000, True), (10_000_000, False)])
def test_no_letter_is_too_large_for_its_topic(size: int, kept: bool) -> None:
    """One of a whole record of 1 MiB is kept; of what the topic does not take the body is left out."""
    log = MemoryLog(lambda: 9)
    log.create({DEAD_TOPIC: 4})
    letter = DeadLetter("not_json", "the record is not JSON", "kafka:AbC", 3, 41, -1, 9, b"x" * size)
    DeadLetterLog(log, SEAL, 4).put([letter])
    (entry,) = log.read(DEAD_TOPIC, 3, 0, 9)
    assert len(entry.value) < LETTER_BYTES_MAX
    found = decode(entry.value, SEAL)
    assert found.name == letter.name
    assert found.body == (letter.body if kept else b"")
    assert ("10000000 bytes are too many" in found.detail) is not kept
    assert republished(found, 4) == []


def test_what_is_sent_again_fits_where_it_came_from() -> None:
    """A record of a megabyte in Vietnamese letters, as short as it came and in parts."""
    venue = "chợ Bến Thành " * 18
    sent = [
        {"scan_id": f"{n:016x}", "person": "00000000000000aa", "venue": venue, "at": 5, "more": venue * 4}
        for n in range(500)
    ]
    body = json.dumps(sent, ensure_ascii=False, separators=(",", ":")).encode()
    assert 500_000 < len(body) < 1_048_576
    again = republished(DeadLetter("worker_failed", "", "log", 0, 0, -1, 0, body, 1, None), 64)
    assert sum(count for _, _, count in again) == 500
    assert max(len(value) for _, value, _ in again) <= 500_000
    found = [one for _, value, _ in again for one in json.loads(value)]
    assert found == [one | {"attempt": 2} for one in sent]
