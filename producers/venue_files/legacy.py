"""Tells text in an old Vietnamese font's encoding (TCVN3, VNI) from Unicode, so that no name is garbled.

Before Unicode a font decided which letter a byte showed: in TCVN3 (fonts .VnTime) the words `Đại học` are
stored as `§¹i häc`, in VNI (fonts VNI-Times) as `Ñaïi hoïc`. A workbook keeps these letters even today, and
shows rubbish where the font is missing. We do not convert, for a wrong guess would garble a name for good:
such text is refused, with the way to convert it.
"""

import re
from typing import Literal

Legacy = Literal["TCVN3", "VNI"]

UNICODE = re.compile("[ăĂđĐơƠưƯ\u1ea0-\u1ef9]")
"""Letters that only Vietnamese in Unicode has; none can come of either old encoding."""
TCVN3 = re.compile("[A-Za-z][§®¬«ª©¨¸µ¶·¹\xad¦¢£¤¥]|[§®¬«ª©¨¸µ¶·¹\xad¦¢£¤¥][A-Za-z]|[a-z][À-ÖØ-Þ]")
"""A letter beside a sign that stands for one (đ ơ ô ê â ă á à ả ã ạ ư), or a capital after a small letter."""
VNI = re.compile(
    "[aeiouyöôAEIOUYÖÔ][øûïåäüëØÛÏÅÄÜË]|[aeoAEO][âùõÂÙÕ]|aê|AÊ|uù|UÙ|[ñÑ][aeiouyöôAEIOUYÖÔ]|öô|ÖÔ|[b-z]ö|[B-Z]Ö"
)
"""A vowel and the sign after it that stands for its mark, đ before a vowel, ư after a consonant."""
MATCHES_MIN = 2
"""One alone may be a brand, or a name from elsewhere."""

FONTS = {"TCVN3": ".VnTime", "VNI": "VNI-Times"}


def legacy(text: str) -> Legacy | None:
    """The old encoding a text is in, None where it is in none that can be told.

    >>> legacy("Tr­êng §¹i häc Y Hµ Néi"), legacy("Tröôøng Ñaïi hoïc Y"), legacy("Trường Đại học Y")
    ('TCVN3', 'VNI', None)
    """
    if text.isascii() or UNICODE.search(text):
        return None
    counts: dict[Legacy, int] = {"TCVN3": len(TCVN3.findall(text)), "VNI": len(VNI.findall(text))}
    found = max(counts, key=lambda one: counts[one])
    return found if counts[found] >= MATCHES_MIN else None


def how_to_convert(found: Legacy) -> str:
    """What to do about it, to end a sentence."""
    return (
        f"is in {found}, the encoding of old fonts such as {FONTS[found]}: convert it to Unicode (in UniKey "
        f"Ctrl+Shift+F6, from {'TCVN3 (ABC)' if found == 'TCVN3' else 'VNI Windows'} to Unicode), "
        "save it again and give that file"
    )
