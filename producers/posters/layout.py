"""Where everything stands on a poster, in millimetres from the upper left corner.

A4, with the code at 15 by 15 cm, the least that Vietnam's rules ask for at a venue; A5 is the same drawing at
1 / sqrt(2), for a room's door or a counter. The drawing is a list of marks, and each kind of file draws them.
"""

from collections.abc import Iterator
from typing import NamedTuple

from producers.errors import BadInput
from producers.posters.letters import printable, shown, width
from producers.posters.paper import SCALE, Paper
from producers.posters.symbol import symbol
from producers.posters.wording import ASKS, ENGLISH, VIETNAMESE
from producers.scan import Direction

PAGE = (210.0, 297.0)
MARGIN = 12.0
CODE = 150.0
CODE_TOP = 84.0
SHORT_AT, SHORT_SIZE, ASKS_SIZE = 259.5, 9.0, 5.5
STEPS_TOP, STEPS_GAP = 269.0, 7.5
BETWEEN = 7.0
BAND = 33.0
NAME_TOP, NAME_BOTTOM = 36.0, 68.0
NAME_SIZES = (15.0, 13.0, 11.0, 9.5, 8.0, 7.0, 6.0)
LINE = 1.18
"""Height of a line, in sizes of its letters."""
NAME_LENGTH_MAX = 150
COLOURS: dict[Direction, str] = {"unknown": "#0a3d78", "in": "#0b6b3a", "out": "#8c2318"}
BLACK, GREY, WHITE = "#000000", "#444444", "#ffffff"


class Poster(NamedTuple):
    """What a poster is about.

    code: the text inside the QR code. venue: its id. name: as people call it. inside: the name of the
    building a room is in, or empty. short: the short code to type, as it is printed, or empty. footnote:
    small print, for whoever looks after posters.
    """

    code: str
    venue: str
    name: str
    inside: str = ""
    direction: Direction = "unknown"
    short: str = ""
    footnote: str = ""


class Text(NamedTuple):
    """A line of letters: its baseline's left end (or middle, or right end) and its size."""

    x: float
    y: float
    size: float
    text: str
    bold: bool = False
    colour: str = BLACK
    anchor: str = "start"


class Boxes(NamedTuple):
    """Rectangles of one colour: (x, y, width, height). Together one shape, so that no seam shows."""

    boxes: tuple[tuple[float, float, float, float], ...]
    colour: str


Mark = Text | Boxes


class Page(NamedTuple):
    """A drawing, ready for any kind of file."""

    width: float
    height: float
    title: str
    marks: tuple[Mark, ...]


def page(poster: Poster, paper: Paper = Paper.a4) -> Page:
    """The drawing of a poster. Raises BadInput where its name or code cannot be printed."""
    name, inside = printable("name", poster.name), printable("name", poster.inside)
    for one in (name, inside):
        if len(one) > NAME_LENGTH_MAX:
            raise BadInput(f"the name {one[:40]!r}... has over {NAME_LENGTH_MAX} letters: shorten it.")
    if not name:
        raise BadInput(f"the venue {poster.venue!r} has no name: people must see that the poster is theirs.")
    marks = [*_head(poster.direction), *_name(name, inside), *_code(poster.code), *_short(poster.short)]
    marks += _steps(poster.direction)
    small = shown(poster.footnote)
    size = min(3.2, (PAGE[0] - 2 * MARGIN) / max(width(small, bold=False), 1.0))
    marks.append(Text(PAGE[0] / 2, PAGE[1] - 5.5, size, small, False, GREY, "middle"))
    scale = SCALE[paper]
    return Page(PAGE[0] * scale, PAGE[1] * scale, name, tuple(_scaled(mark, scale) for mark in marks))


def _head(direction: Direction) -> Iterator[Mark]:
    middle = PAGE[0] / 2
    yield Boxes(((0.0, 0.0, PAGE[0], BAND),), COLOURS[direction])
    yield Text(middle, 17.5, 14.0, VIETNAMESE[direction].title, True, WHITE, "middle")
    yield Text(middle, 28.5, 7.5, ENGLISH[direction].title, False, WHITE, "middle")


def _name(name: str, inside: str) -> Iterator[Mark]:
    """The name as large as it fits, under it the building; both in the middle of their place."""
    room = PAGE[0] - 2 * MARGIN
    under = 0.0
    if inside:
        size = min(7.0, room / max(width(inside, bold=False), 1.0))
        under = size * LINE
        yield Text(PAGE[0] / 2, NAME_BOTTOM - 0.3 * size, size, inside, False, GREY, "middle")
    height = NAME_BOTTOM - NAME_TOP - under
    size, lines = _fitted(name, room, height)
    top = NAME_TOP + (height - len(lines) * size * LINE) / 2
    for number, line in enumerate(lines):
        yield Text(PAGE[0] / 2, top + (number + 0.82) * size * LINE, size, line, True, BLACK, "middle")


def _fitted(text: str, room: float, height: float) -> tuple[float, list[str]]:
    """The largest size at which the text fits in lines, broken at spaces, else within a word."""
    for size in NAME_SIZES:
        lines = wrapped(text, room / size)
        if (
            len(lines) * size * LINE <= height
            and max(width(line, bold=True) for line in lines) * size <= room
        ):
            return size, lines
    letters = "\u2009".join(text)  # no word is short enough: between any two letters a line may end
    lines = [line.replace("\u2009", "") for line in wrapped(letters, room / size, "\u2009")]
    return size, lines


def wrapped(text: str, room: float, between: str = " ") -> list[str]:
    """Lines of at most this width (bold, at size 1); a single part that is wider has a line of its own."""
    lines: list[str] = []
    for part in text.split(between):
        longer = f"{lines[-1]}{between}{part}" if lines else part
        if lines and width(longer, bold=True) <= room:
            lines[-1] = longer
        else:
            lines.append(part)
    return lines


def _code(text: str) -> Iterator[Mark]:
    """The code. What it needs of white around it (4 squares of 37 or more a side), nothing else enters."""
    rows = symbol(text)
    module = CODE / len(rows)
    left = (PAGE[0] - CODE) / 2
    yield Boxes(
        tuple(
            (left + start * module, CODE_TOP + y * module, length * module, module)
            for y, row in enumerate(rows)
            for start, length in runs(row)
        ),
        BLACK,
    )


def runs(row: str) -> Iterator[tuple[int, int]]:
    """(first, how many) of each stretch of black in a row."""
    start = row.find("1")
    while start >= 0:
        end = row.find("0", start)
        end = len(row) if end < 0 else end
        yield start, end - start
        start = row.find("1", end)


def _short(code: str) -> Iterator[Mark]:
    """What to type where nothing scans: the question and the code on one line, in the middle."""
    if code:
        asks, gap = f"{ASKS} ", 1.5
        room = width(asks, bold=False) * ASKS_SIZE + gap
        left = (PAGE[0] - room - width(code, bold=True) * SHORT_SIZE) / 2
        yield Text(left, SHORT_AT, ASKS_SIZE, asks, False, GREY)
        yield Text(left + room, SHORT_AT, SHORT_SIZE, code, True)


def _steps(direction: Direction) -> Iterator[Mark]:
    """Both languages beside each other at one size, each step in one line."""
    told = [
        [f"{number}. {step}" for number, step in enumerate(wording.steps, 1)]
        for wording in (VIETNAMESE[direction], ENGLISH[direction])
    ]
    widths = [max(width(line, bold=False) for line in lines) for lines in told]
    size = (PAGE[0] - 2 * MARGIN - BETWEEN) / sum(widths)
    for left, lines in ((MARGIN, told[0]), (MARGIN + widths[0] * size + BETWEEN, told[1])):
        for number, line in enumerate(lines):
            yield Text(left, STEPS_TOP + number * STEPS_GAP, size, line)


def _scaled(mark: Mark, scale: float) -> Mark:
    if isinstance(mark, Text):
        return mark._replace(x=mark.x * scale, y=mark.y * scale, size=mark.size * scale)
    return mark._replace(boxes=tuple(tuple(side * scale for side in box) for box in mark.boxes))  # type: ignore[misc]
