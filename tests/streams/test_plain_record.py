"""The quick reading of plain records: what it accepts, pydantic accepts too and means the same by it."""

import json
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from pydantic import ValidationError

from producers.packing import pack
from producers.scan import RECORD, ScanEvent
from streams.plain_record import plain
from streams.sent import Sent, sent

HEX = st.text("0123456789abcdef", min_size=16, max_size=16)
FIELDS = ("scan_id", "person", "venue", "at", "direction", "origin")
"""In the order in which `producers.intake` puts them; the packer keeps it."""
PLAIN: dict[str, st.SearchStrategy[Any]] = {
    "scan_id": HEX,
    "person": HEX,
    "venue": st.sampled_from(["chợ Bến Thành", "a", "x" * 256, "},{", "[]", "quán 🐟"]),
    "at": st.integers(1_000_000_000, 2**32 - 1),
    "direction": st.sampled_from(["in", "out", "unknown"]),
}
ORIGIN = st.sampled_from(["", "kiosk", "phone truyvet/1 valid", "phone - - closed,far", "drone", "é" * 120])


def events_of(fields: dict[str, st.SearchStrategy[Any]]) -> st.SearchStrategy[list[ScanEvent]]:
    """Scans of these fields, in the order in which senders write them."""
    one = st.fixed_dictionaries(fields).map(
        lambda event: {name: event[name] for name in FIELDS if name in event}
    )
    return st.lists(one, min_size=1, max_size=5)


EVENTS = events_of(PLAIN) | events_of(PLAIN | {"origin": ORIGIN})
"""A sender says the origin of all its scans, or of none."""
SCAN = (
    '{"scan_id":"b121c55b72052dad","person":"f6c7fc5ac7be01a0","venue":"m","at":1638327600,"direction":"in"}'
)


def same(quick: Sent, slow: Sent) -> bool:
    return all(list(a) == list(b) for a, b in zip(quick, slow, strict=True))


@given(events=EVENTS)
def test_what_our_senders_write_is_read(events: list[ScanEvent]) -> None:
    """Every record that the packer makes of scans with a direction is plain, and says what was packed."""
    found = plain(pack(events))
    assert found is not None
    assert same(found, sent(events))


@st.composite
def damaged(draw: st.DrawFn) -> bytes:
    """A plain record with a few bytes changed, taken out or put in."""
    value = bytearray(pack(draw(EVENTS)))
    for _ in range(draw(st.integers(1, 3))):
        at = draw(st.integers(0, len(value) - 1))
        piece = draw(
            st.sampled_from([b"", b'"', b"\\", b"}", b",", b"0", b"A", b"-", b" ", b"\n", b"\xff", b'""'])
        )
        value[at : at + draw(st.integers(0, 2))] = piece
    return bytes(value)


@given(value=damaged())
@example(value=f"[{SCAN};{SCAN}]".encode())
@example(value=f"[{SCAN}{SCAN}]".encode())
@example(value=f"[{SCAN},]".encode())
def test_what_it_reads_pydantic_reads_the_same(value: bytes) -> None:
    """Of damaged records it takes only those that are still right, and means what pydantic means."""
    found = plain(value)
    if found is not None:
        assert same(found, sent(RECORD.validate_json(value)))


@pytest.mark.parametrize(
    "change",
    [
        {"at": 4294967296},
        {"at": 10**10},
        {"venue": ""},
        {"venue": "x" * 257},
        {"person": "F6C7FC5AC7BE01A0"},
        {"scan_id": "b121c55b72052da "},
        {"direction": "inn"},
        {"direction": "through"},
        {"origin": "x" * 121},
    ],
)
def test_a_wrong_value_is_left_to_pydantic(change: dict[str, Any]) -> None:
    """Each rule of the schema holds here too."""
    value = json.dumps([json.loads(SCAN) | change], separators=(",", ":")).encode()
    assert plain(value) is None
    with pytest.raises(ValidationError):
        RECORD.validate_json(value)


@pytest.mark.parametrize(
    "change",
    [{"since": 1638327600}, {"v": 1}, {"at": 5}, {"venue": 'a "b"'}, {"more": 1}, {"origin": 'a "b"'}],
)
def test_what_is_right_and_not_plain_is_left_to_pydantic(change: dict[str, Any]) -> None:
    """An optional field, an escape, an early moment: rare, and read the slow way."""
    value = json.dumps([json.loads(SCAN) | change], separators=(",", ":")).encode()
    assert plain(value) is None
    RECORD.validate_json(value)


def test_an_origin_that_only_some_scans_have_is_left_to_pydantic() -> None:
    """Nine with and eleven without have as many quotes as other records, and mean what they mean."""
    with_origin = SCAN[:-1] + ',"origin":"kiosk"}'
    for some, others in ((1, 1), (9, 11), (11, 9)):
        value = f"[{','.join([with_origin] * some + [SCAN] * others)}]".encode()
        assert plain(value) is None
        assert len(sent(RECORD.validate_json(value)).origin) == some + others


def test_500_scans_and_no_more() -> None:
    """The longest record there may be."""
    assert plain(f"[{','.join([SCAN] * 500)}]".encode()) is not None
    assert plain(f"[{','.join([SCAN] * 501)}]".encode()) is None
