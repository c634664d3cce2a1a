"""A code on a screen: in squares at a terminal, or as a page of HTML that looks again by itself."""

from io import BytesIO
from typing import BinaryIO

from producers.posters.layout import Page
from producers.posters.svg import write_svg
from producers.posters.symbol import symbol

QUIET = 4
"""Squares of white around a code, as its standard asks (ISO/IEC 18004)."""
BLOCKS = {"00": " ", "10": "▀", "01": "▄", "11": "█"}
"""Two squares, one above the other, in one letter: letters are twice as high as wide."""
BLACK_ON_WHITE, PLAIN = "\x1b[30;107m", "\x1b[0m"
LOOK_SECONDS_MAX = 5


def terminal_lines(code: str) -> list[str]:
    """The lines of a terminal that show this text as a QR code, black on white whatever its colours are."""
    rows = symbol(code)
    side = "0" * QUIET
    empty = "0" * (len(rows) + 2 * QUIET)
    all_rows = [empty] * QUIET + [f"{side}{row}{side}" for row in rows] + [empty] * (QUIET + 1)
    return [
        f"{BLACK_ON_WHITE}{''.join(BLOCKS[up + down] for up, down in zip(upper, lower, strict=True))}{PLAIN}"
        for upper, lower in zip(all_rows[::2], all_rows[1::2], strict=False)
    ]


def write_html(page: Page, seconds: int, file: BinaryIO) -> None:
    """A drawing as large as the window. seconds: of a time step; the browser reads the file again sooner."""
    drawing = BytesIO()
    write_svg(page, drawing)
    again = min(seconds, LOOK_SECONDS_MAX)
    head = (
        '<!doctype html><html lang="vi"><meta charset="utf-8">'
        f'<meta http-equiv="refresh" content="{again}">'
        "<style>body{margin:0;background:#fff}svg{display:block;width:100vw;height:100vh}</style>\n"
    )
    file.write(head.encode() + drawing.getvalue())
