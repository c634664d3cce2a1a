"""Of a person's code only the pseudonym leaves; of a venue's, its id; of a refused one, nothing."""

import re
from unicodedata import normalize

import pytest
from hypothesis import given
from hypothesis import strategies as st
from made_codes import CCCD_6, CCCD_7, GIVEN, HUE, NOON, OURS, PC_COVID, bhyt, nz

from producers.codes.own import card_code, poster_code
from producers.codes.reader import read
from producers.codes.taken import taken
from producers.pseudonym import Pseudonyms

OF = Pseudonyms(bytes(range(32)))


@pytest.mark.parametrize("text", [PC_COVID, CCCD_7, CCCD_6, bhyt(), HUE, card_code(OURS, bytes(16), NOON)])
def test_nothing_of_a_card_leaves_but_a_pseudonym(text: str) -> None:
    """No part of the code of four letters or more is in what comes out."""
    found = taken(read(text, GIVEN), OF)
    assert found is not None
    assert re.fullmatch(r"[0-9a-f]{16}", found.person)
    assert found.venue == ""
    out = normalize("NFC", str(tuple(found)))
    for part in re.findall(r"\w{4,}", normalize("NFC", text)):
        assert part not in out


def test_a_card_is_the_person_a_file_with_its_number_names() -> None:
    """A scan of the citizen card and a row of a table with the number meet in one person."""
    found = taken(read(CCCD_7, GIVEN), OF)
    assert found is not None
    assert found.person == OF.of("046190000001")


@given(st.integers(0, 10**10 - 1))
def test_two_kinds_of_numbers_are_two_people(number: int) -> None:
    """Ten digits are a social-insurance number on one card and a telephone number in another file."""
    found = taken(read(bhyt(f"{number:010}"), GIVEN), OF)
    assert found is not None
    assert found.person != OF.of(f"{number:010}")


def test_a_venue_s_code_is_its_id_and_where_it_is_from() -> None:
    """With system and signature: a scan keeps both."""
    text = poster_code(OURS, "chợ Đông Ba", NOON, "in")
    assert taken(read(text, GIVEN), OF) == ("venue", "truyvet", "valid", "in", "chợ Đông Ba", "")
    assert taken(read(nz(), GIVEN), OF) == (
        "venue",
        "nz-covid-tracer",
        "absent",
        "unknown",
        "nz:9429000000000",
        "",
    )


def test_a_refused_code_gives_nothing() -> None:
    """Whatever could be read of it."""
    assert taken(read("WIFI:S:x;;", GIVEN), OF) is None
