"""The Corona-Warn-App's code of a place or event: `https://e.coronawarn.app?v=1#` and a protobuf message.

corona-warn-app/cwa-documentation, `event_registration.md`; the fields of `TraceLocation` are numbered as
there: the times are 5 and 6, where CrowdNotifier has 4 and 5. Nothing is signed; a place is named by the hash
of all its bytes, so that a code with one letter changed is another place. The apps' rules for what a place
says are kept.
"""

import re
from hashlib import sha256
from typing import Any

from producers.codes.encoded import BASE32, as_base64, from_base32, from_base64
from producers.codes.protobuf import Message
from producers.codes.reading import Reading, malformed
from producers.codes.trust import Given

HOST = re.compile(r"https://e\.coronawarn\.app(?:[/?#]|$)", re.IGNORECASE)
ADDRESS = re.compile(r"https://e\.coronawarn\.app/?\?v=(\d{1,9})#(.+)", re.IGNORECASE | re.ASCII)
TEXT_LENGTH_MAX = 100
GUID = b"CWA-GUID"


def read(text: str, given: Given) -> Reading | None:
    """None where the text is no address of the Corona-Warn-App."""
    if not HOST.match(text):
        return None
    found = ADDRESS.fullmatch(text)
    if found is None:
        return malformed("corona-warn-app", "venue", "The address holds no place (?v=1#...)")
    if int(found[1]) != 1:
        return Reading(
            system="corona-warn-app",
            kind="venue",
            reason="unknown_version",
            sentence=f"The code is of version {int(found[1])}, and only 1 was ever printed: scan it again.",
        )
    try:
        decoded = place(found[2])
    except ValueError as error:
        return malformed("corona-warn-app", "venue", f"The address holds no place ({error})")
    return Reading(
        system="corona-warn-app", kind="venue", decoded=decoded, place=f"cwa:{decoded['location_id_base64']}"
    )


def place(payload: str) -> dict[str, Any]:
    """The fields of a payload (base64url, or base32 as early codes had it). Raises ValueError."""
    body = from_base32(payload) if BASE32.fullmatch(payload) else from_base64(payload)
    whole = Message(body)
    if whole.number(1) != 1:
        raise ValueError("its payload is not of version 1")
    where, crowd, vendor = Message(whole.bytes(2)), Message(whole.bytes(3)), Message(whole.bytes(4))
    for name, text in (("description", where.text(2)), ("address", where.text(3))):
        if not 1 <= len(text) <= TEXT_LENGTH_MAX or len(text.splitlines()) != 1:
            raise ValueError(f"its {name} is not one line of 1 to {TEXT_LENGTH_MAX} letters")
    if not crowd.bytes(2) or not crowd.bytes(3):
        raise ValueError("it has no public key or no seed")
    start, end = where.number(5), where.number(6)
    if end and start > end:
        raise ValueError("it ends before it starts")
    return {
        "version": 1,
        "location": {
            "version": where.number(1),
            "description": where.text(2),
            "address": where.text(3),
            "startTimestamp": start or None,
            "endTimestamp": end or None,
        },
        "crowdNotifier": {
            "version": crowd.number(1),
            "publicKey_base64": as_base64(crowd.bytes(2)),
            "seed_base64": as_base64(crowd.bytes(3)),
        },
        "vendor": {
            "version": vendor.number(1),
            "type": vendor.number(2),
            "defaultCheckInLengthInMinutes": vendor.number(3) or None,
        },
        "location_id_base64": as_base64(sha256(GUID + body).digest()),
    }
