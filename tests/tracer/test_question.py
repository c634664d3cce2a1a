"""Questions are read strictly: a window has an inside, a moment without a zone is UTC."""

import pytest

from producers.errors import BadInput
from producers.scan import SECONDS_MAX
from tracer.profiles import OVERLAP, PCCOVID_1H
from tracer.question import ALWAYS, Asked, Window, asked, window

DAY = 1_638_316_800  # 2021-12-01T00:00:00Z


@pytest.mark.parametrize(
    ("from_text", "to_text", "expected"),
    [
        (None, None, Window(0, SECONDS_MAX)),
        ("2021-12-01", None, Window(DAY, SECONDS_MAX)),
        (None, "2021-12-01T00:00:00", Window(0, DAY)),
        ("2021-12-01T07:00:00+07:00", "2021-12-01T00:00:01Z", Window(DAY, DAY + 1)),
        (str(DAY), str(DAY + 60), Window(DAY, DAY + 60)),
    ],
)
def test_a_window_is_read(from_text, to_text, expected):
    """Dates, moments with and without a zone, epoch seconds; what is left out has no end."""
    assert window(from_text, to_text) == expected


@pytest.mark.parametrize(
    ("from_text", "to_text", "message"),
    [
        ("2021-12-02", "2021-12-01", "`to` must be after `from`"),
        ("2021-12-01", "2021-12-01", "`to` must be after `from`"),
        ("yesterday", None, "not a time"),
        (None, "1969-01-01", "outside 1970"),
    ],
)
def test_a_window_that_cannot_be_used_says_why(from_text, to_text, message):
    """Turned round, empty, not a time, outside what the store holds."""
    with pytest.raises(BadInput, match=message):
        window(from_text, to_text)


def test_a_question_is_read_whole():
    """All parts together, and their defaults."""
    assert asked() == Asked(ALWAYS, OVERLAP, 0)
    assert asked("2021-12-01", "2021-12-02", "pccovid-1h") == Asked(Window(DAY, DAY + 86_400), PCCOVID_1H, 0)
    assert asked(min_minutes=15).min_seconds == 900
