"""The reader of messages agrees with how they are written, and refuses everything else."""

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st
from made_codes import message, varint

from producers.codes.protobuf import Message

NUMBERS = st.integers(0, 2**64 - 1)


@given(st.dictionaries(st.integers(1, 500), NUMBERS | st.binary(max_size=20), max_size=8))
def test_what_was_written_is_read(fields: dict[int, int | bytes]) -> None:
    """Any fields in any order; what is not there is 0 or empty."""
    found = Message(message(*fields.items()))
    for number, value in fields.items():
        assert (found.number(number) if isinstance(value, int) else found.bytes(number)) == value
    assert (found.number(501), found.bytes(501), found.numbers(501)) == (0, b"", [])


@given(st.lists(NUMBERS, max_size=6), st.lists(NUMBERS, max_size=6))
def test_a_list_may_be_packed_or_not(packed: list[int], single: list[int]) -> None:
    """Old and new programs write it otherwise."""
    body = message((6, b"".join(map(varint, packed))), *((6, value) for value in single))
    assert Message(body).numbers(6) == packed + single


@given(st.binary(max_size=60))
def test_any_bytes_are_a_message_or_refused(body: bytes) -> None:
    """With ValueError and nothing else."""
    with suppress(ValueError):
        found = Message(body)
        for field in range(1, 8):
            for get in (found.number, found.bytes, found.text, found.numbers):
                with suppress(ValueError):
                    get(field)


@pytest.mark.parametrize(
    "body",
    [b"\x08", b"\x08" + b"\xff" * 11, b"\x0a\x05abc", b"\x00\x01", b"\x0b", b"\x0c", b"\x0f", b"\x09abc"],
    ids=["cut", "endless", "short", "field 0", "group", "end of group", "type 7", "short number"],
)
def test_broken_messages_are_refused(body: bytes) -> None:
    """Each way to be broken."""
    with pytest.raises(ValueError, match=r"breaks off|field 0|wire type"):
        Message(body)


def test_the_last_of_two_counts() -> None:
    """As the format says."""
    assert Message(message((1, 5), (1, 7))).number(1) == 7
    with pytest.raises(ValueError, match="no number"):
        Message(message((1, b"x"))).number(1)
    with pytest.raises(ValueError, match="no text"):
        Message(message((1, b"\xff"))).text(1)
