"""The registry's entry: what it takes, what it refuses and with which words, and what a worker gets of it."""

from typing import Any, get_args

import pytest

from producers.errors import BadInput
from producers.venue import KINDS, venue_key
from producers.venue_record import Kind, VenueRecord, parse_record, record_of

WARD: dict[str, Any] = {"id": "bv7/room 12", "name": "Phòng 12", "kind": "hospital", "inside": "bv7"}


def test_the_kinds_are_those_with_a_default_stay() -> None:
    """One list, though a type needs it spelt out."""
    assert set(get_args(Kind)) == KINDS


def test_what_is_encoded_is_read_back_and_says_only_what_was_told() -> None:
    """A registry of millions does not carry empty fields."""
    record = record_of(WARD | {"hours": "T2-T6 7h-17h", "lat": 10.5, "lon": 106.7, "capacity": 8})
    assert parse_record(record.encode()) == record
    assert parse_record(b'{"id":"a","later_field":[1]}') == VenueRecord(id="a")
    assert VenueRecord(id="a").encode() == b'{"id":"a"}'


def test_a_worker_gets_keys_and_a_stay() -> None:
    """The stay is the venue's own, also 0, else that of its kind."""
    venue = record_of(WARD).venue(7)
    assert (venue.key, venue.inside, venue.version) == (venue_key("bv7/room 12"), venue_key("bv7"), 7)
    assert venue.stay_minutes == 180
    assert record_of(WARD | {"stay_minutes": 0}).venue(7).stay_minutes == 0
    assert VenueRecord(id="a").venue(1).inside == 0


@pytest.mark.parametrize(
    ("wrong", "why"),
    [
        ({"stay_minutes": 1441}, "in which order scans arrive"),
        ({"stay_minutes": -1}, "0 to 1440 whole minutes"),
        ({"stay_minutes": 7.5}, "whole minutes"),
        ({"kind": "pagoda"}, "a kind is one of"),
        ({"lat": 91, "lon": 0}, "-90 to 90"),
        ({"lat": 10}, "give both"),
        ({"inside": "bv7/room 12"}, "inside itself"),
        ({"replaced_by": "bv8"}, "give retired_at"),
        ({"hours": "all day"}, "not opening hours"),
        ({"id": ""}, "1 to 256 letters"),
        ({"capacity": 0}, "people"),
    ],
)
def test_what_is_wrong_is_told_in_one_sentence(wrong: dict[str, Any], why: str) -> None:
    """A stay of over a day is refused: a late scan would have to change visits that are out of reach."""
    with pytest.raises(BadInput, match=why) as told:
        record_of(WARD | wrong)
    assert str(told.value).count(".") <= 2
    assert str(told.value).endswith(".")


def test_a_venue_is_retired_from_a_moment_on() -> None:
    """Scans before it are not odd."""
    record = record_of(WARD | {"retired_at": 100, "replaced_by": "bv8/12"})
    assert [record.state(at) for at in (99, 100)] == ["active", "retired"]
    assert record_of(WARD).state(10**9) == "active"


def test_a_value_that_is_no_venue_is_refused() -> None:
    """Somebody else wrote to the topic."""
    with pytest.raises(BadInput, match="no venue"):
        parse_record(b"[]")
