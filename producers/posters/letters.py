"""The letters of posters: Roboto (Apache-2.0), which has all of Vietnamese and may be embedded."""

from functools import cache, lru_cache
from unicodedata import normalize

import font_roboto
from reportlab.pdfbase.ttfonts import TTFontFile

from producers.errors import BadInput

FILES: dict[bool, str] = {False: font_roboto.Roboto, True: font_roboto.RobotoBold}
"""Bold or not -> the font's file."""
THOUSAND = 1000
"""Widths are counted in thousandths of the size."""


@cache
def _font(bold: bool) -> TTFontFile:
    return TTFontFile(FILES[bold])


@lru_cache(10_000)
def width(text: str, *, bold: bool) -> float:
    """How wide a text is at size 1."""
    font = _font(bold)
    widths = font.charWidths
    return float(sum(widths.get(ord(one), font.defaultWidth) for one in text)) / THOUSAND


def shown(text: str) -> str:
    """The text for small print, where a letter that the font lacks may be a question mark."""
    known = _font(False).charToGlyph
    told = " ".join(normalize("NFC", text).split())
    return "".join(one if ord(one) in known and one.isprintable() else "?" for one in told)


def printable(what: str, text: str) -> str:
    """The text in composed letters, as it can be printed. Raises BadInput where the font lacks one."""
    told = " ".join(normalize("NFC", text).split())
    known = _font(True).charToGlyph
    lacking = sorted({one for one in told if ord(one) not in known or not one.isprintable()})
    if lacking:
        some = " ".join(map(ascii, lacking[:5]))
        raise BadInput(f"the {what} {told!r} has letters no poster can show ({some}): write it otherwise.")
    return told
