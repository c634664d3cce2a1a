"""Everything on a poster is inside the paper, apart from each other, and as large as the rules ask."""

from itertools import combinations

import pytest
from drawn_posters import LONGEST, ROOM
from hypothesis import given, settings
from hypothesis import strategies as st

from producers.errors import BadInput
from producers.posters.layout import BLACK, NAME_LENGTH_MAX, Boxes, Page, Poster, Text, page, runs
from producers.posters.letters import width
from producers.posters.paper import Paper
from producers.scan import Direction

Area = tuple[float, float, float, float]
WORDS = st.text("Chợ Đông Baqưỷ–Ỹ 0123", min_size=1, max_size=NAME_LENGTH_MAX).filter(str.strip)


def code_of(drawn: Page) -> Area:
    """Left, top, right, bottom of the code itself."""
    boxes = max((mark.boxes for mark in drawn.marks if isinstance(mark, Boxes)), key=len)
    return (
        min(x for x, *_ in boxes),
        min(y for _, y, *_ in boxes),
        max(x + wide for x, _, wide, _ in boxes),
        max(y + high for _, y, _, high in boxes),
    )


def area(text: Text) -> Area:
    """A line of letters, with room for the marks above capitals and below the line."""
    wide = width(text.text, bold=text.bold) * text.size
    left = text.x - wide / 2 if text.anchor == "middle" else text.x
    return left, text.y - 0.95 * text.size, left + wide, text.y + 0.22 * text.size


def apart(one: Area, other: Area) -> bool:
    return one[2] <= other[0] or other[2] <= one[0] or one[3] <= other[1] or other[3] <= one[1]


@pytest.mark.parametrize("poster", [ROOM, LONGEST])
def test_the_code_of_a_venue_is_15_by_15_cm(poster: Poster) -> None:
    """On A4, as Vietnam's rules ask; A5 is the same drawing, smaller."""
    left, top, right, bottom = code_of(page(poster))
    assert (right - left, bottom - top) == (pytest.approx(150), pytest.approx(150))
    small = page(poster, Paper.a5)
    assert (small.width, small.height) == (pytest.approx(148), pytest.approx(209.3, abs=0.1))
    left, _, right, _ = code_of(small)
    assert right - left == pytest.approx(105.7, abs=0.1)


@settings(max_examples=40, deadline=None)
@given(WORDS, WORDS | st.just(""), WORDS, st.sampled_from(["in", "out", "unknown"]))
def test_nothing_touches_anything(name: str, inside: str, foot: str, direction: Direction) -> None:
    """Whatever the names: letters 4 mm inside the paper, no two lines over each other, the code in white."""
    drawn = page(ROOM._replace(name=name, inside=inside, footnote=foot, direction=direction))
    texts = [area(mark) for mark in drawn.marks if isinstance(mark, Text) and mark.text]
    for left, top, right, bottom in texts:
        assert left > 4
        assert right < 206
        assert top > 4
        assert bottom < 293
    for one, other in combinations(texts, 2):
        assert apart(one, other), (one, other)
    left, top, right, bottom = code_of(drawn)
    quiet = 4 * (right - left) / 41
    assert all(apart(one, (left - quiet, top - quiet, right + quiet, bottom + quiet)) for one in texts)


def test_a_name_stands_whole_on_the_poster() -> None:
    """Broken over lines, but with every letter, also where a word is longer than a line."""
    for name in ("Chợ", "Ủy ban nhân dân " * 9 + "xã", "W" * NAME_LENGTH_MAX):
        drawn = page(ROOM._replace(name=name, inside="", short=""))
        texts = [mark for mark in drawn.marks if isinstance(mark, Text)]
        whole = "".join(mark.text for mark in texts if mark.bold and mark.colour == BLACK)
        assert whole.replace(" ", "") == name.replace(" ", "")


@given(st.text("01", max_size=60))
def test_runs_are_the_black_of_a_row(row: str) -> None:
    """Each black square in one run and no white one."""
    found = [at for start, length in runs(row) for at in range(start, start + length)]
    assert found == [at for at, one in enumerate(row) if one == "1"]


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("", "no name"),
        (" ", "no name"),
        ("x" * 151, "over 150"),
        ("永安", "no poster"),
        ("a\x07b", "no poster"),
    ],
)
def test_a_name_that_cannot_be_printed_is_told(name: str, why: str) -> None:
    """Before a thousand pages are made, and with its letters."""
    with pytest.raises(BadInput, match=why):
        page(ROOM._replace(name=name))


def test_a_code_that_is_too_long_is_told() -> None:
    """More than the largest QR code holds."""
    with pytest.raises(BadInput, match="does not fit a QR code"):
        page(ROOM._replace(code="x" * 3000))
