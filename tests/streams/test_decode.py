"""What was once sent is understood for ever, and what is not understood is kept as it was sent."""

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from producers.scan import SECONDS_MAX
from producers.seal import Seal
from storage.memory import MemoryStore
from storage.memory_timelines import MemoryTimelines
from streams.batch import BatchProcessor
from streams.dead_letter_log import decode as opened
from streams.dead_letter_log import encode, republished
from streams.dead_letters import DeadLetter
from streams.decode import Decoded, Limits, decode
from streams.ports import Record
from streams.sessions import Rules
from streams.timeline import Direction

FROZEN = Path(__file__).resolve().parents[1] / "producers/records/v1"
EVERYTHING = Limits(0, SECONDS_MAX)
MONTH = 28 * 86_400
SCAN: dict[str, Any] = {
    "scan_id": "b121c55b72052dad",
    "person": "f6c7fc5ac7be01a0",
    "venue": "market 12",
    "at": 1638327600,
}
UNKNOWN = st.dictionaries(
    st.text(min_size=1).filter(lambda name: name not in {*SCAN, "direction", "since", "attempt", "v"}),
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
        max_leaves=5,
    ),
    min_size=1,
    max_size=3,
)

MEANING: dict[str, list[tuple[Any, ...]]] = {
    "minimal.json": [("00000000000000aa", "f6c7fc5ac7be01a0", "market 12", 1638327600, None, None)],
    "full.json": [
        ("b121c55b72052dad", "f6c7fc5ac7be01a0", "market 12", 1638327600, "in", None),
        ("0123456789abcdef", "f6c7fc5ac7be01c0", "Chợ Đồng Xuân, cửa 3", 0, "unknown", None),
        ("ffffffffffffffff", "f6c7fc5ac7be01e0", "79C-123.45", 4294967295, "out", None),
    ],
    "unknown_fields.json": [
        ("b121c55b72052dad", "f6c7fc5ac7be01a0", "market 12", 1638327600, "in", None),
        ("b121c55b72052dae", "f6c7fc5ac7be01a0", "market 13", 1638334800, None, None),
    ],
    "closing.json": [
        ("b121c55b72052dad", "f6c7fc5ac7be01a0", "market 12", 1638327600, "in", None),
        ("6d6137ecaa3c7a6d", "f6c7fc5ac7be01a0", "market 12", 1638331200, "out", 1638327600),
    ],
    "origin.json": [
        ("b121c55b72052dad", "f6c7fc5ac7be01a0", "market 12", 1638327600, "in", None),
        ("b121c55b72052dae", "f6c7fc5ac7be01a0", "market 13", 1638334800, "unknown", None),
    ],
}
"""(scan_id, person, venue, at, direction, since) of each scan. Written by hand; never changed."""


def record(value: bytes) -> Record:
    return Record("log", 3, 41, 1638334000, value)


def sent(*scans: Any) -> Record:
    return record(json.dumps(scans, ensure_ascii=False).encode())


def meanings(decoded: Decoded) -> list[tuple[Any, ...]]:
    """As `MEANING` tells them, only that a direction which is not said is `unknown`."""
    names = {
        Direction.into: "in",
        Direction.out: "out",
        Direction.unknown: "unknown",
        Direction.closing: "out",
    }
    return [
        (
            *(f"{scan_id:016x}", f"{person:016x}", venue, at, names[Direction(direction)]),
            anchor if direction == Direction.closing else None,
        )
        for person, scan_id, venue, at, direction, anchor, _ in zip(
            *(column if isinstance(column, list) else column.tolist() for column in decoded.scans),
            strict=True,
        )
    ]


def understood(name: str) -> list[tuple[Any, ...]]:
    return [(*known, direction or "unknown", since) for *known, direction, since in MEANING[name]]


def test_an_origin_means_for_ever_what_it_meant() -> None:
    """As text and as the number in the tables."""
    decoded = decode(record((FROZEN / "origin.json").read_bytes()), EVERYTHING)
    assert decoded.scans.origin.tolist() == [0x41011, 0x28C2012]


def test_every_frozen_record_has_its_meaning_written_down() -> None:
    """A record that was added without its meaning would show nothing."""
    assert {file.name for file in FROZEN.glob("*.json")} == set(MEANING)


@pytest.mark.parametrize("name", MEANING)
def test_a_record_of_version_1_means_for_ever_what_it_meant(name: str) -> None:
    """Records that were frozen on disk; with a poisoned neighbour too, when each is read by itself."""
    value = (FROZEN / name).read_bytes()
    assert meanings(decode(record(value), EVERYTHING)) == understood(name)
    assert not decode(record(value), EVERYTHING).dead
    beside = decode(sent(*json.loads(value), {"poison": True}), EVERYTHING)
    assert meanings(beside) == understood(name)
    assert [letter.position for letter in beside.dead] == [len(MEANING[name])]


@given(UNKNOWN)
def test_unknown_fields_do_not_disturb(unknown: dict[str, Any]) -> None:
    """A newer sender's optional field changes nothing that this version understands."""
    assert meanings(decode(sent(unknown | SCAN), EVERYTHING)) == meanings(decode(sent(SCAN), EVERYTHING))


@given(
    UNKNOWN,
    st.sampled_from(
        [{"at": 5}, {"at": "today"}, {"v": 2}, {"at": SECONDS_MAX}, {"direction": "in", "since": 1638327600}]
    ),
)
def test_unknown_fields_survive_in_a_dead_letter(unknown: dict[str, Any], wrong: dict[str, Any]) -> None:
    """Whatever the reason: the letter, sealed, opened and sent again, says all that was sent."""
    bad = unknown | SCAN | wrong
    decoded = decode(sent(SCAN, bad), Limits(MONTH, 600))
    assert meanings(decoded) == meanings(decode(sent(SCAN), EVERYTHING))
    (letter,) = decoded.dead
    letter = opened(encode(letter, Seal(bytes(32))), Seal(bytes(32)))
    assert (letter.position, json.loads(letter.body)) == (1, bad)
    ((_, again, scans),) = republished(letter, 64)
    assert scans == 1
    assert json.loads(again) == [bad | {"attempt": 2}]


class Kept:
    """The port `streams.ports.DeadLetters` as a list."""

    def __init__(self) -> None:
        self.letters: list[DeadLetter] = []

    def put(self, letters: Any) -> None:
        self.letters += letters


def test_unknown_fields_survive_where_the_scan_was_understood() -> None:
    """A conflict is found late, when only what we understood is still at hand."""
    kept = Kept()
    processor = BatchProcessor(
        timelines=MemoryTimelines(), store=MemoryStore(), dead_letters=kept, rules=Rules()
    )
    other = SCAN | {"venue": "market 13", "device": "kiosk 7"}
    processor.process([sent(SCAN), sent(SCAN, other)], EVERYTHING)
    assert [(one.reason, json.loads(one.body)) for one in kept.letters] == [("conflicting_id", other)]


@pytest.mark.parametrize(
    "scan",
    [
        SCAN | {"v": 2},
        {"v": 2, "who": "an", "where": "market 12"},
        SCAN | {"v": "2.0"},
        SCAN | {"v": 0},
        SCAN | {"v": None},
    ],
)
def test_another_version_is_a_dead_letter_and_not_a_guess(scan: dict[str, Any]) -> None:
    """Also where all its fields look right, and where none does; its neighbour is taken."""
    decoded = decode(sent(scan, SCAN), EVERYTHING)
    assert [letter.reason for letter in decoded.dead] == ["unknown_version"]
    assert decoded.positions == [1]


@pytest.mark.parametrize("neighbours", [0, 60])
@pytest.mark.parametrize(
    ("apart", "reason"),
    [(600, None), (601, "from_the_future"), (-MONTH, None), (-MONTH - 1, "too_old")],
)
def test_a_scan_is_held_against_when_the_log_received_it(
    neighbours: int, apart: int, reason: str | None
) -> None:
    """In a small record and in one that is read in sweeps; each record by its own moment."""
    for received in (1_638_334_000, 1_900_000_000, SECONDS_MAX):
        if received + apart > SECONDS_MAX:
            continue
        scans: list[dict[str, Any]] = [SCAN | {"at": received, "direction": "in"}] * neighbours
        scans = [*scans, SCAN | {"at": received + apart, "direction": "in"}]
        value = json.dumps(scans, separators=(",", ":")).encode()
        decoded = decode(Record("log", 3, 41, received, value), Limits(MONTH, 600))
        assert [letter.reason for letter in decoded.dead] == [reason] * bool(reason)
        assert len(decoded.scans.at) + len(decoded.dead) == neighbours + 1


@given(st.binary(max_size=60) | st.text(max_size=60).map(str.encode))
def test_no_bytes_raise_and_each_is_accounted_for(value: bytes) -> None:
    """Anything may stand in the log."""
    decoded = decode(record(value), EVERYTHING)
    assert decoded.total == len(decoded.scans.at) + len(decoded.dead) > 0


@pytest.mark.parametrize(
    "number", ["9" * 5000, "-1e999", "[" * 150 + "]" * 150, "[" * 5000 + "]" * 5000, r'"\ud800"']
)
def test_a_field_beyond_all_measure_raises_nothing(number: str) -> None:
    """An unknown field that one reader of JSON takes and another does not."""
    scan = json.dumps(SCAN | {"at": 5})[:-1] + f', "new": {number}}}'
    decoded = decode(record(f"[{scan}]".encode()), Limits(MONTH, SECONDS_MAX))
    assert (decoded.total, len(decoded.dead)) == (1, 1)
    assert decoded.dead[0].body
