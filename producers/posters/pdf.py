"""Posters as a PDF to print: exact shapes, letters embedded, one page for each; drawn with `reportlab`."""

from collections.abc import Iterable
from typing import BinaryIO

from reportlab import rl_config
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas

from producers.posters.layout import Boxes, Page, Text
from producers.posters.letters import FILES

POINTS = 72 / 25.4
"""In a millimetre."""
NAMES = {False: "PosterRegular", True: "PosterBold"}


def write_pdf(pages: Iterable[Page], file: BinaryIO) -> int:
    """Draws the pages as they come; returns how many. The same pages give the same bytes."""
    for bold, name in NAMES.items():
        pdfmetrics.registerFont(TTFont(name, FILES[bold]))
    rl_config.useA85 = 0  # bytes as bytes: a quarter smaller than as letters
    canvas = Canvas(file, invariant=True, pageCompression=1, lang="vi")
    canvas.setCreator("Truy vết")
    count = 0
    for count, page in enumerate(pages, 1):
        if count == 1:
            canvas.setTitle(page.title)
        canvas.setPageSize((page.width * POINTS, page.height * POINTS))
        for mark in page.marks:
            _draw(canvas, mark, page.height)
        canvas.showPage()
    canvas.save()
    return count


def _draw(canvas: Canvas, mark: Text | Boxes, height: float) -> None:
    """PDF counts from the lower left corner."""
    canvas.setFillColor(mark.colour)
    if isinstance(mark, Text):
        canvas.setFont(NAMES[mark.bold], mark.size * POINTS)
        draw = {"start": canvas.drawString, "middle": canvas.drawCentredString}[mark.anchor]
        draw(mark.x * POINTS, (height - mark.y) * POINTS, mark.text)
        return
    path = canvas.beginPath()
    for x, y, wide, high in mark.boxes:
        path.rect(x * POINTS, (height - y - high) * POINTS, wide * POINTS, high * POINTS)
    canvas.drawPath(path, stroke=0, fill=1)
