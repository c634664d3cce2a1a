"""A poster as SVG: for web pages, and for whoever wants to set it anew."""

from typing import BinaryIO
from xml.sax.saxutils import escape, quoteattr

from producers.posters.layout import Boxes, Page, Text
from producers.posters.letters import width

FAMILY = "Roboto, 'Noto Sans', 'DejaVu Sans', Arial, sans-serif"
"""Letters stay letters. Where Roboto is missing another font stands in, at the width that was planned."""


def write_svg(page: Page, file: BinaryIO) -> int:
    """One page; lengths are millimetres. Returns 1."""
    size = f'width="{page.width:g}mm" height="{page.height:g}mm" viewBox="0 0 {page.width:g} {page.height:g}"'
    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" {size} font-family={quoteattr(FAMILY)}>',
        f"<title>{escape(page.title)}</title>",
        '<rect width="100%" height="100%" fill="#ffffff"/>',
        *(_text(mark) if isinstance(mark, Text) else _shape(mark) for mark in page.marks),
        "</svg>",
    ]
    file.write(("\n".join(lines) + "\n").encode())
    return 1


def _text(mark: Text) -> str:
    if not mark.text:
        return ""
    weight = ' font-weight="700"' if mark.bold else ""
    wide = width(mark.text, bold=mark.bold) * mark.size
    return (
        f'<text x="{mark.x:.3f}" y="{mark.y:.3f}" font-size="{mark.size:.3f}"{weight} fill="{mark.colour}" '
        f'text-anchor="{mark.anchor}" textLength="{wide:.3f}" lengthAdjust="spacingAndGlyphs">'
        f"{escape(mark.text)}</text>"
    )


def _shape(mark: Boxes) -> str:
    path = "".join(f"M{x:.4f} {y:.4f}h{wide:.4f}v{high:.4f}h{-wide:.4f}z" for x, y, wide, high in mark.boxes)
    return f'<path d="{path}" fill="{mark.colour}" shape-rendering="crispEdges"/>'
