"""CrowdNotifier's code, as NotifyMe (Switzerland) printed it: a web address and a protobuf message.

`https://qr.notify-me.ch?v=3#...`; CrowdNotifier's SDK for Android and libcrowdnotifier, `messages.proto`:
the Corona-Warn-App's message, but the times of a place are fields 4 and 5 and not 5 and 6. Only parsed:
matching would need identity-based encryption, which a central scheme has no use for.
"""

from hashlib import sha256
from typing import Any

from producers.codes.encoded import as_base64, from_base64
from producers.codes.protobuf import Message
from producers.codes.reading import Reading, malformed
from producers.codes.trust import Given
from producers.codes.web_address import WebAddress, web_address

HOSTS = {
    "qr.notify-me.ch": {"3"},
    "qr-dev.notify-me.ch": {"3"},
    "qr-abn.notify-me.ch": {"3"},
    "qr.example.org": {"4"},
}
"""Host -> the versions its codes have. The last is that of the SDK's tests; nobody can own it (RFC 2606)."""
ORGANISER = "upload.notify-me.ch"
"""Where the organiser's secret leads: whoever scans it could warn the guests."""


def read(text: str, given: Given) -> Reading | None:
    """None where the text is no address of CrowdNotifier; `https://` may be missing, as the SDK has it."""
    address = web_address(text, bare=True)
    if address is None or address.host not in {*HOSTS, ORGANISER}:
        return None
    if address.host == ORGANISER:
        return Reading(
            system="crowdnotifier",
            kind="other",
            reason="not_a_check_in",
            sentence="It is the organiser's own code for warning guests: scan the code for visitors.",
        )
    if address.asked("v") not in HOSTS[address.host]:
        return Reading(
            system="crowdnotifier",
            kind="venue",
            reason="unknown_version",
            sentence="The address names no version that is known (?v=3#...): scan the code again.",
        )
    try:
        body = from_base64(address.fragment)
        decoded = _place(body, address)
    except ValueError as error:
        return malformed("crowdnotifier", "venue", f"The address holds no place ({error})")
    name = sha256(body).hexdigest()
    return Reading(system="crowdnotifier", kind="venue", decoded=decoded, place=f"crowdnotifier:{name}")


def _place(body: bytes, address: WebAddress) -> dict[str, Any]:
    whole = Message(body)
    where, crowd = Message(whole.bytes(2)), Message(whole.bytes(3))
    if str(whole.number(1)) != address.asked("v"):
        raise ValueError("its payload is of another version than the address says")
    if not where.text(2).strip() or not crowd.bytes(2):
        raise ValueError("it has no description or no public key")
    return {
        "version": whole.number(1),
        "location": {
            "version": where.number(1),
            "description": where.text(2),
            "address": where.text(3),
            "startTimestamp": where.number(4) or None,
            "endTimestamp": where.number(5) or None,
        },
        "crowdNotifier": {
            "version": crowd.number(1),
            "publicKey_base64": as_base64(crowd.bytes(2)),
            "seed_base64": as_base64(crowd.bytes(3)),
        },
        "countryData": _swiss(whole.bytes(4)),
    }


def _swiss(body: bytes) -> dict[str, Any] | None:
    """SwissCovid's own fields; None where another country put something else there."""
    try:
        country = Message(body)
        return {
            "version": country.number(1),
            "type": country.number(2),
            "room": country.text(3),
            "checkoutWarningDelayMs": country.number(4),
            "automaticCheckoutDelayMs": country.number(5),
            "reminderDelayOptionsMs": country.numbers(6),
        }
    except ValueError:
        return None
