"""The kinds of files a poster comes in."""

from collections.abc import Callable
from typing import BinaryIO, Literal

from producers.posters.layout import Page
from producers.posters.pdf import write_pdf
from producers.posters.png import write_png
from producers.posters.svg import write_svg

Kind = Literal["pdf", "svg", "png"]
MEDIA_TYPES: dict[Kind, str] = {"pdf": "application/pdf", "svg": "image/svg+xml", "png": "image/png"}
WRITE: dict[Kind, Callable[[Page, BinaryIO], int]] = {
    "pdf": lambda page, file: write_pdf([page], file),
    "svg": write_svg,
    "png": write_png,
}
"""Kind -> what draws one page into a file."""
