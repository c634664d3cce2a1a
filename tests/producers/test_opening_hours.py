"""Opening hours: what people write is read, written one way, and answers for every minute of a week."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from producers.errors import BadInput
from producers.moment import parse
from producers.opening_hours import DAY_MINUTES, Span, is_open, parse_hours, written

MONDAY = parse("2021-11-29T00:00:00+07:00")
SPANS = st.builds(
    lambda since, length: Span(since, since + length),
    st.integers(0, DAY_MINUTES - 1),
    st.integers(1, DAY_MINUTES - 1),
)
WEEKS = st.lists(st.lists(SPANS, max_size=2).map(tuple), min_size=7, max_size=7).map(tuple)


@pytest.mark.parametrize(
    ("given_text", "told"),
    [
        ("Mo-Fr 07:00-17:00; Sa 08:00-12:00", "Mo-Fr 07:00-17:00; Sa 08:00-12:00"),
        ("T2-T6: 7h30 - 11h30, 13h-17h; CN nghỉ", "Mo-Fr 07:30-11:30,13:00-17:00"),
        ("6-18", "Mo-Su 06:00-18:00"),
        ("Mo-Su 08:00-20:00; Su off", "Mo-Sa 08:00-20:00"),
        ("Fr-Mo 18:00-02:00", "Mo 18:00-02:00; Fr-Su 18:00-02:00"),
        ("24/7", "24/7"),
        ("  ", ""),
    ],
)
def test_what_people_write_is_read_and_written_one_way(given_text: str, told: str) -> None:
    """Days in two languages, ranges over the end of the week, a rule that takes back a day."""
    assert written(parse_hours(given_text)) == told


@pytest.mark.parametrize("text", ["morning", "25:00-26:00", "07:00-07:00", "Xx 07:00-08:00", "Mo", "7-8-9"])
def test_what_cannot_be_read_is_refused_with_an_example(text: str) -> None:
    """A guess would mark people's scans."""
    with pytest.raises(BadInput, match="write them as in"):
        parse_hours(text)


@given(WEEKS)
def test_what_is_written_is_read_back(week: tuple[tuple[Span, ...], ...]) -> None:
    """Writing and reading lose nothing."""
    assert parse_hours(written(week)) == week


@given(WEEKS, st.integers(0, 7 * DAY_MINUTES - 1))
def test_open_is_what_counting_minutes_says(week: tuple[tuple[Span, ...], ...], minute: int) -> None:
    """Brute force: mark every minute of a week that a span covers, over midnight and over the week's end."""
    covered = {
        (day * DAY_MINUTES + one) % (7 * DAY_MINUTES)
        for day, spans in enumerate(week)
        for span in spans
        for one in range(*span)
    }
    assert is_open(week, MONDAY + minute * 60) == (minute in covered)


def test_of_a_place_that_told_no_hours_nothing_is_known() -> None:
    """It is taken to be open: a flag needs a reason."""
    assert is_open(parse_hours(""), MONDAY)
