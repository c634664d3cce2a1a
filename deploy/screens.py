"""What a screen at a door shows during one time step."""

from pathlib import Path
from typing import NamedTuple

from deploy.posters import whole_file
from producers.posters.layout import Poster, page
from producers.posters.screen import terminal_lines, write_html
from producers.scan import Direction


class Sign(NamedTuple):
    """What a screen is about. seconds: how long a code is shown."""

    venue: str
    name: str
    direction: Direction
    seconds: int


def write_page(sign: Sign, key: str, code: str, out: Path) -> None:
    """The poster's drawing with the code of now, whole at every moment. Raises BadInput.

    Without the short code, which never changes: whoever typed it need not stand there.
    """
    footnote = f"{sign.venue} · {key} · Truy vết"
    drawn = page(Poster(code, sign.venue, sign.name, direction=sign.direction, footnote=footnote))
    with whole_file(out) as file:
        write_html(drawn, sign.seconds, file)


def at_terminal(sign: Sign, code: str) -> list[str]:
    """The same as lines: the code, and what it is."""
    ways = {"unknown": "VÀO & RA / in & out", "in": "VÀO / in", "out": "RA / out"}
    return [*terminal_lines(code), f"{sign.name} · {ways[sign.direction]}"]
