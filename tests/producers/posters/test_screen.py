"""A code on a screen is read by another program, from a terminal and from a page."""

import re
from io import BytesIO

import resvg_py
from drawn_posters import LONGEST, NOON, OURS, ROOM, codes_in
from PIL import Image

from producers.codes.own import screen_code
from producers.posters.layout import page
from producers.posters.letters import FILES
from producers.posters.screen import terminal_lines, write_html

CODE = screen_code(OURS, ROOM.venue, NOON, 30, "in")
DOTS = 6


def seen(lines: list[str]) -> Image.Image:
    """The letters of a terminal as a camera sees them: each is one dot wide and two high."""
    rows = [re.sub(r"\x1b\[[0-9;]*m", "", line) for line in lines]
    picture = Image.new("L", (len(rows[0]), 2 * len(rows)), 255)
    for y, row in enumerate(rows):
        for x, letter in enumerate(row):
            for below, black in enumerate((letter in "▀█", letter in "▄█")):
                if black:
                    picture.putpixel((x, 2 * y + below), 0)
    return picture.resize((DOTS * picture.width, DOTS * picture.height), Image.Resampling.NEAREST)


def test_a_terminal_shows_it() -> None:
    """Also the longest; black on white, whatever the terminal's own colours are, in lines of one width."""
    for code in (CODE, LONGEST.code):
        lines = terminal_lines(code)
        assert codes_in(seen(lines)) == [code]
        assert all(line.startswith("\x1b[30;107m") and line.endswith("\x1b[0m") for line in lines)
        assert len({len(line) for line in lines}) == 1


def test_a_page_shows_it_and_looks_again_by_itself() -> None:
    """Sooner than the code changes, and nothing of it comes from elsewhere."""
    made = BytesIO()
    write_html(page(ROOM._replace(code=CODE)), 3, made)
    text = made.getvalue().decode()
    drawn = resvg_py.svg_to_bytes(
        svg_string=text[text.index("<svg") :], dpi=110, font_files=[*FILES.values()]
    )
    assert codes_in(Image.open(BytesIO(bytes(drawn))).convert("RGB")) == [CODE]
    assert 'http-equiv="refresh" content="3"' in text
    assert set(re.findall(r"https?://[^\s\"]+", text)) == {"http://www.w3.org/2000/svg"}
