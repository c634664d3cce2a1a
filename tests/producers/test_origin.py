"""What travels with a scan about where it comes from."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from producers.errors import BadInput
from producers.origin import (
    FLAGS,
    SIGNATURES,
    SYSTEMS,
    VIAS,
    Origin,
    origin_code,
    origin_text,
    parse_origin,
)
from producers.scan import ORIGIN_LENGTH_MAX

ORIGINS = st.builds(
    Origin,
    via=st.sampled_from(VIAS),
    system=st.sampled_from(SYSTEMS),
    version=st.integers(0, 255),
    signature=st.sampled_from(SIGNATURES),
    flags=st.frozensets(st.sampled_from(FLAGS)),
)


@given(ORIGINS)
def test_an_origin_is_read_back(origin: Origin) -> None:
    """Text and number say all of it, and fit the field and the column that carry them."""
    assert parse_origin(origin.text()) == origin
    assert origin_text(origin_code(origin.text())) == origin.text()
    assert 0 < origin.code < 2**32
    assert len(origin.text()) <= ORIGIN_LENGTH_MAX


@given(st.text(max_size=30) | ORIGINS.map(lambda one: one.text() + " "))
def test_what_is_read_is_written_the_same(text: str) -> None:
    """One origin has one text: whatever else is refused, and nothing breaks."""
    try:
        found = parse_origin(text)
    except BadInput:
        return
    assert found.text() == text


@pytest.mark.parametrize(
    ("origin", "text"),
    [
        (Origin("kiosk"), "kiosk"),
        (Origin("phone", "truyvet", 1, "valid"), "phone truyvet/1 valid"),
        (Origin("phone", flags=frozenset({"far", "closed"})), "phone - - closed,far"),
    ],
)
def test_the_texts_of_the_description(origin: Origin, text: str) -> None:
    """As docs and columns show them."""
    assert origin.text() == text


def test_the_number_of_a_word_never_changes() -> None:
    """Tables hold these numbers: whoever moves a word in a list gives old scans another origin."""
    first = Origin("phone", "truyvet", 1, "valid", frozenset({"alias"}))
    last = Origin("import", "unknown", 255, "unchecked", frozenset({"unlisted"}))
    assert (first.code, last.code) == (0x241011, 0x10115FF5)


def test_what_a_later_version_says_is_kept_as_not_readable() -> None:
    """The scan counts; its origin is shown as a question mark."""
    assert origin_text(origin_code("drone truyvet/1")) == "?"
    assert origin_text(origin_code("")) == ""
