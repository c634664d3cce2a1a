"""luca's code of a place or a private meeting: a web address with the scanner's id.

luca-app/web, `services/scanner/src/utils/qr.js`; some carry the Corona-Warn-App's code of the same place.
Nothing is signed: the kind is only a path, which is how a place could pass for a private meeting and so get
names (CVE-2021-33839). Personal codes change each minute, are encrypted for one health office, and name
nobody twice: they are recognised and refused, and so are meetings, which are no public places.
"""

import re
from base64 import a85decode
from hashlib import sha256
from typing import Any

from producers.codes.corona_warn_app import place
from producers.codes.encoded import from_base64, from_json
from producers.codes.reading import Reading, malformed
from producers.codes.trust import Given
from producers.codes.web_address import web_address

HOST = "app.luca-app.de"
PATH = re.compile(
    r"/webapp/(meeting/)?([0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})/?",
    re.IGNORECASE | re.ASCII,
)
CWA = re.compile(r"CWA1/(.+)", re.DOTALL)
Z85 = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ.-:+=^!/*?&<>()[]{}@%$#"
TO_ASCII85 = str.maketrans(Z85, "".join(chr(33 + value) for value in range(85)))
PERSONAL_BYTES = 100
"""version, device, key, time (4), trace id (16), data (32), public key (33), tag (8), checksum (4)."""


def read(text: str, given: Given) -> Reading | None:
    """None where the text is no code of luca."""
    if _is_personal(text):
        return Reading(
            system="luca",
            kind="person",
            reason="nothing_stays",
            sentence="A personal code of luca is another one each minute: ask for a document or a card.",
        )
    address = web_address(text)
    if address is None or address.host != HOST:
        return None
    found = PATH.fullmatch(address.path)
    if found is None:
        return malformed("luca", "venue", "The address names no place (/webapp/ and its id)")
    scanner = found[2].lower()
    more, _, rest = address.fragment.partition("/")
    decoded = {"scannerId": scanner, "additionalData": _additional(more), "cwa": _cwa(rest)}
    if found[1]:
        return Reading(
            system="luca",
            kind="meeting",
            reason="meeting",
            sentence="It is a private meeting's code and no public place: scan the venue's poster.",
            decoded=decoded,
        )
    return Reading(system="luca", kind="venue", decoded=decoded, place=f"luca:{scanner}")


def _additional(text: str) -> dict[str, Any] | None:
    """The table's number and the like; None where there is nothing that can be read."""
    try:
        return from_json(from_base64(text))
    except ValueError:
        return None


def _cwa(rest: str) -> dict[str, Any] | None:
    """The same place as Corona-Warn-App knows it. Where it cannot be read, luca's own id still counts."""
    found = CWA.fullmatch(rest)
    try:
        return place(found[1]) if found else None
    except ValueError:
        return None


def _is_personal(text: str) -> bool:
    """100 bytes in Z85 that end in their own checksum: nothing else does."""
    if len(text) != PERSONAL_BYTES // 4 * 5 or not set(text) <= set(Z85):
        return False
    try:
        body = a85decode(text.translate(TO_ASCII85))
    except ValueError:
        return False
    return sha256(body[:-4]).digest()[:4] == body[-4:]
