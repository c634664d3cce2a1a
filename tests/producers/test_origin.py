"""What travels with a scan about where it comes from."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from producers.errors import BadInput
from producers.origin import FLAGS, ORIGIN_LENGTH_MAX, SIGNATURES, SYSTEMS, VIAS, Origin, parse_origin

ORIGINS = st.builds(
    Origin,
    via=st.sampled_from(sorted(VIAS)),
    system=st.sampled_from(["", *sorted(SYSTEMS)]),
    version=st.just(""),
    signature=st.sampled_from(["", *sorted(SIGNATURES)]),
    flags=st.sets(st.sampled_from(sorted(FLAGS))).map(lambda flags: tuple(sorted(flags))),
).flatmap(
    lambda one: (
        st.sampled_from(["", "1", "2.1"]).map(lambda version: one._replace(version=version))
        if one.system
        else st.just(one)
    )
)


@given(ORIGINS)
def test_an_origin_is_read_back(origin: Origin) -> None:
    """The text says all of it, and fits the field that carries it."""
    assert parse_origin(origin.text()) == origin
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
        (Origin("phone", "truyvet", "1", "valid"), "phone truyvet/1 valid"),
        (Origin("phone", flags=("far", "closed")), "phone - - closed,far"),
    ],
)
def test_the_texts_of_the_description(origin: Origin, text: str) -> None:
    """As docs and columns show them."""
    assert origin.text() == text
