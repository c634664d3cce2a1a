"""A short code survives how people type it, and a slip of the finger never leads to another venue."""

import re
from contextlib import suppress
from itertools import combinations
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from producers.codes.short import ALPHABET, keys_of, only_venue, parse_short, short_code, shown
from producers.errors import BadInput
from producers.venue import venue_key

PAGE = Path(__file__).resolve().parents[3] / "docs/codes.md"
KEYS = st.integers(0, 2**64 - 1)
PLACES = st.integers(0, 9)


def changed(code: str, place: int, letter: str) -> str:
    return code[:place] + letter + code[place + 1 :]


@given(KEYS)
def test_a_short_code_names_the_keys_that_have_it(key: int) -> None:
    """It is read back, and its span of keys holds the key it was made of."""
    code = short_code(key)
    first, end = keys_of(parse_short(shown(code)))
    assert first <= key < end
    assert {short_code(one) for one in (first, end - 1)} == {code}
    assert end == 2**64 or short_code(end) != code


@given(KEYS, PLACES, st.data())
def test_one_wrong_letter_is_refused(key: int, place: int, data: st.DataObject) -> None:
    """Whichever, and wherever: also the check letter itself."""
    code = short_code(key)
    letter = data.draw(st.sampled_from(ALPHABET.replace(code[place], "")))
    with pytest.raises(BadInput, match="has a letter"):
        parse_short(changed(code, place, letter))


@given(KEYS, st.data())
def test_two_letters_that_changed_places_are_refused(key: int, data: st.DataObject) -> None:
    """Neighbours or not."""
    code = short_code(key)
    unlike = [(a, b) for a, b in combinations(range(10), 2) if code[a] != code[b]]
    for one, other in [data.draw(st.sampled_from(unlike))] if unlike else []:
        with pytest.raises(BadInput, match="has a letter"):
            parse_short(changed(changed(code, one, code[other]), other, code[one]))


def test_every_single_and_double_slip_of_one_code_is_refused() -> None:
    """All 310 and all 45, not only those that were drawn."""
    code = short_code(venue_key("chợ Đông Ba"))
    slips = {changed(code, place, letter) for place in range(10) for letter in ALPHABET}
    slips |= {
        changed(changed(code, a, code[b]), b, code[a])
        for a in range(10)
        for b in range(a)
        if code[a] != code[b]
    }
    slips.remove(code)
    assert len(slips) > 340
    for slip in slips:
        with pytest.raises(BadInput):
            parse_short(slip)


@given(KEYS, st.data())
def test_what_looks_alike_is_one_letter(key: int, data: st.DataObject) -> None:
    """O for 0, I or L for 1, small letters, spaces and hyphens anywhere."""
    code = short_code(key)
    alike = {"0": "0oO", "1": "1iIlL"}
    typed = "".join(
        data.draw(st.sampled_from(alike.get(one, one + one.lower())))
        + data.draw(st.sampled_from(["", "", "-", " "]))
        for one in code
    )
    assert parse_short(typed) == code


@given(st.text(max_size=14) | st.text(ALPHABET, min_size=10, max_size=10))
def test_any_text_is_a_code_or_refused_with_a_sentence(text: str) -> None:
    """Nothing else is raised, and the sentence says what to do."""
    with suppress(BadInput):
        assert short_code(keys_of(parse_short(text))[0]) == parse_short(text)
        return
    with pytest.raises(BadInput, match=r"(type|compare) .*\.$"):
        parse_short(text)


class Registry:
    """Some venues, looked through one by one."""

    def __init__(self, *venues: str) -> None:
        self._venues = venues

    def venues_of(self, short: str) -> list[str]:
        return [venue for venue in self._venues if short_code(venue_key(venue)) == short]


def test_the_one_venue_of_a_code_is_found() -> None:
    """And no venue where there is none, or where two share the code."""
    registry = Registry("chợ Đông Ba", "ga Huế", "ga Huế")
    assert only_venue(short_code(venue_key("chợ Đông Ba")), registry) == "chợ Đông Ba"
    with pytest.raises(BadInput, match="of 2 venues: scan the QR code"):
        only_venue(short_code(venue_key("ga Huế")), registry)
    with pytest.raises(BadInput, match="no venue has"):
        only_venue(short_code(venue_key("bến xe")), registry)


def test_the_specification_s_table_is_true() -> None:
    """Of each venue in docs/codes.md: its key, and its short code as printed."""
    told = PAGE.read_text("utf-8").split("<!-- tested: short codes -->")[1].split("\n\n")[0]
    rows = re.findall(r"^\| `(.+)` \| `(.+)` \| `(.+)` \|$", told, re.MULTILINE)
    assert len(rows) == 3
    for venue, key, code in rows:
        assert (f"{venue_key(venue):016x}", shown(short_code(venue_key(venue)))) == (key, code)
