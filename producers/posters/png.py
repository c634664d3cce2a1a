"""A poster as a picture, for a screen or a message; drawn with Pillow."""

from typing import BinaryIO

from PIL import Image, ImageDraw, ImageFont

from producers.posters.layout import Page, Text
from producers.posters.letters import FILES

DOTS_PER_INCH = 300


def write_png(page: Page, file: BinaryIO) -> int:
    """One page at 300 dots an inch. Returns 1."""
    picture = drawn(page)
    picture.save(file, format="PNG", dpi=(DOTS_PER_INCH, DOTS_PER_INCH), optimize=False)
    return 1


def drawn(page: Page) -> Image.Image:
    """The picture itself, in colour."""
    dots = DOTS_PER_INCH / 25.4
    picture = Image.new("RGB", (round(page.width * dots), round(page.height * dots)), "#ffffff")
    draw = ImageDraw.Draw(picture)
    for mark in page.marks:
        if isinstance(mark, Text):
            font = ImageFont.truetype(
                FILES[mark.bold], mark.size * dots, layout_engine=ImageFont.Layout.BASIC
            )
            anchor = {"start": "ls", "middle": "ms"}[mark.anchor]
            draw.text((mark.x * dots, mark.y * dots), mark.text, mark.colour, font, anchor)
            continue
        for x, y, wide, high in mark.boxes:
            left, top, right, bottom = (round(side * dots) for side in (x, y, x + wide, y + high))
            draw.rectangle((left, top, right - 1, bottom - 1), mark.colour)
    return picture
